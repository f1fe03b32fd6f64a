//! The parts of the report for a terminal, which the audit prints.
//!
//! A report flows in, lines no wider than a terminal flow out. A long word must never be cut: it
//! could be a name that ends otherwise.

use std::fmt;

use super::{DoctypeLine, Identity, Report};
use crate::manifest::{Kind, ManifestGrant};

/// How wide a terminal is.
const WIDTH: usize = 96;

impl Report {
    /// Who it is, what it imports and what it asks for.
    pub(crate) fn print_facts(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
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
        let talks = self.identity.as_ref().is_some_and(|one| one.kind == Kind::Konnector);
        let how = match talks {
            true => "Talks to these hosts",
            false => "Reaches these hosts, by links that the owner presses",
        };
        let told = |host: &String| match host.starts_with('{') {
            true => format!("{host}: the server that the owner names in this field"),
            false => host.clone(),
        };
        list(f, how, self.hosts.iter().map(told))?;
        list(f, "Powers, word by word", self.powers.iter().cloned())?;
        let over_declared = self.over_declared.iter().map(|over| {
            format!("`{}` on {}, without importing {}", over.action, over.doctype, over.interface)
        });
        list(f, "Asks for more than it can use", over_declared)
    }

    /// What it could do, in plain words.
    pub(crate) fn print_words(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        list(f, "In plain words", self.summary.en.iter().cloned())
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
    lines.try_for_each(|text| line(f, &text, 4))
}

/// One line, or several with the rest set in: words are not broken.
pub(crate) fn line(f: &mut fmt::Formatter<'_>, text: &str, indent: usize) -> fmt::Result {
    let mut current = String::from(" ");
    for word in text.split(' ') {
        if current.chars().count() + 1 + word.chars().count() > WIDTH && !current.trim().is_empty()
        {
            writeln!(f, "{}", current.trim_end())?;
            current = " ".repeat(indent.saturating_sub(1));
        }
        current.push(' ');
        current.push_str(word);
    }
    writeln!(f, "{}", current.trim_end())
}
