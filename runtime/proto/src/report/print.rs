//! The report for a terminal.

use std::fmt;

use super::{DoctypeLine, Identity, Report};
use crate::manifest::ManifestGrant;

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.identity {
            Some(identity) => header(f, identity)?,
            None => writeln!(f, "a component that doesn't say what it is")?,
        }
        writeln!(
            f,
            "{} bytes, {} bytes of memory at the start",
            self.size_bytes, self.memory_bytes
        )?;
        let imports = self.imports.iter().map(|import| match import.permission {
            Some(permission) => format!("{}: {permission}", import.name),
            None => format!("{}: refused", import.name),
        });
        list(f, "Imports, and what each allows", imports)?;
        list(f, "Asks for", self.doctypes.iter().map(asked))?;
        list(
            f,
            "Reaches these hosts, by links that the owner presses",
            self.hosts.iter().cloned(),
        )?;
        let over_declared = self.over_declared.iter().map(|over| {
            format!("`{}` on {}, without importing {}", over.action, over.doctype, over.interface)
        });
        list(f, "Asks for more than it can use", over_declared)?;
        writeln!(f, "\nFlows, sources down and sinks across:")?;
        for line in self.table().lines() {
            writeln!(f, "  {line}")?;
        }
        list(f, "In plain words", self.summary.en.iter().cloned())?;
        let verdict = if self.accepted { "it can be installed" } else { "it is refused" };
        writeln!(f, "\nVerdict: {verdict}.")
    }
}

fn header(f: &mut fmt::Formatter<'_>, identity: &Identity) -> fmt::Result {
    let Identity { id, kind, version, publisher, name, description, .. } = identity;
    writeln!(f, "{} {version} (`{id}`), {} by {publisher}", name.en, kind.with_article())?;
    writeln!(f, "{}", description.en)
}

fn asked(line: &DoctypeLine) -> String {
    let ManifestGrant { line: grant, why } = &line.grant;
    let actions: Vec<&str> = grant.actions.iter().map(|action| action.word()).collect();
    format!("{}: {}. {}", grant.doctype, actions.join(", "), why.en)
}

/// A heading and its lines; nothing at all without lines.
fn list(
    f: &mut fmt::Formatter<'_>,
    heading: &str,
    lines: impl IntoIterator<Item = String>,
) -> fmt::Result {
    let mut lines = lines.into_iter().peekable();
    if lines.peek().is_some() {
        writeln!(f, "\n{heading}:")?;
    }
    lines.try_for_each(|line| writeln!(f, "  {line}"))
}
