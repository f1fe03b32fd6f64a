//! The audit for a terminal, after the report of which it is a part.

use std::collections::BTreeMap;
use std::fmt;

use domicile_policy::{CauseKind, Label};

use super::{Audit, Broken, Difference, Exposure, Reader, Verb};
use crate::report::line;

impl fmt::Display for Audit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.report.print_facts(f)?;
        if !self.unused_with.is_empty() {
            writeln!(f, "\nAsks for categories that it can't look at:")?;
        }
        for unused in &self.unused_with {
            line(f, &format!("with {} on {}", unused.category, unused.doctype), 2)?;
        }
        if let Some(exposure) = &self.exposure {
            print_exposure(f, exposure)?;
        }
        self.report.print_words(f)?;
        if let Some(difference) = &self.against {
            print_difference(f, difference)?;
        }
        if let Some(broken) = &self.broken {
            print_broken(f, broken)?;
        }
        let verdict = match (self.report.accepted, self.passes()) {
            (false, _) => "it is refused",
            (true, true) => "it can be installed",
            (true, false) => "it could be installed, but not without a look at the lines above",
        };
        writeln!(f, "\nVerdict: {verdict}.")
    }
}

fn print_exposure(f: &mut fmt::Formatter<'_>, exposure: &Exposure) -> fmt::Result {
    writeln!(f, "\nRuns, in the world `{}`:", exposure.world)?;
    for start in &exposure.starts {
        let between = between(&start.least, &start.most);
        line(f, &format!("{:<20}  starts with {between}", cause_words(start.cause)), 24)?;
    }
    line(f, &format!("{:<20}  {}", "can reach", exposure.reaches), 24)?;
    if !exposure.looks.is_empty() {
        writeln!(f, "\nLooks at:")?;
    }
    for look in &exposure.looks {
        let fields = look.fields.as_ref().map(|fields| {
            format!(", only {}", fields.iter().map(String::as_str).collect::<Vec<_>>().join(", "))
        });
        let rows = look.rows.as_ref().map(|rows| format!(", only where {rows}"));
        let narrowed = fields.into_iter().chain(rows).collect::<String>();
        let text = format!("{:<7}  {}: {}{narrowed}", look.by.word(), look.doctype, look.label);
        line(f, &text, 11)?;
    }
    print_table(f, exposure)
}

/// Each sink, who gets it, what is written on it, and what can go there.
fn print_table(f: &mut fmt::Formatter<'_>, exposure: &Exposure) -> fmt::Result {
    let mut sources: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for row in &exposure.table {
        sources.entry(&row.sink).or_default().push(&row.source);
    }
    writeln!(f, "\nFlows, sink by sink:")?;
    for sink in &exposure.sinks {
        let rate = sink.bits_per_day.map(|bits| format!(", at most {bits} bits a day"));
        let (who, rate) = (reader_words(sink.who), rate.unwrap_or_default());
        line(f, &format!("{}, for {who}{rate}", sink.name), 4)?;
        let labelled = between(&sink.least, &sink.most);
        line(f, &format!("  {:<8}  {labelled}", "labelled"), 14)?;
        let from = sources.get(sink.name.as_str()).map(|sources| sources.join(", "));
        let from = from.unwrap_or_else(|| "nothing of the owner's".to_owned());
        line(f, &format!("  {:<8}  {from}", "from"), 14)?;
    }
    Ok(())
}

fn between(least: &Label, most: &Label) -> String {
    if least == most { most.to_string() } else { format!("{least} up to {most}") }
}

fn cause_words(cause: CauseKind) -> &'static str {
    match cause {
        CauseKind::Owner => "the owner's order",
        CauseKind::Schedule => "a schedule",
        CauseKind::Page => "a page request",
        CauseKind::Event => "a stored document",
        CauseKind::File => "a dropped file",
        CauseKind::Message => "a message of its provider",
    }
}

fn reader_words(reader: Reader) -> &'static str {
    match reader {
        Reader::Owner => "the owner alone",
        Reader::Itself => "its own runs that know as much",
        Reader::Cleared => "components granted the doctype and cleared for the label",
        Reader::Pressed => "the host of the link, once the owner presses it",
        Reader::Linked => "whoever has the owner's link",
        Reader::Provider => "the provider",
    }
}

fn print_difference(f: &mut fmt::Formatter<'_>, difference: &Difference) -> fmt::Result {
    writeln!(f, "\nAgainst the old version:")?;
    for row in &difference.added {
        line(f, &format!("+ {} to {}", row.source, row.sink), 4)?;
    }
    for row in &difference.removed {
        line(f, &format!("- {} to {}", row.source, row.sink), 4)?;
    }
    let (added, removed) = (difference.added.len(), difference.removed.len());
    let unchanged = difference.unchanged;
    line(f, &format!("{added} flows added, {removed} removed, {unchanged} unchanged"), 4)?;
    for doctype in &difference.widened {
        line(f, &format!("+ wider grant of {doctype}"), 4)?;
    }
    for doctype in &difference.narrowed {
        line(f, &format!("- narrower grant of {doctype}"), 4)?;
    }
    for start in &difference.starts_added {
        line(f, &format!("+ starts by {start}"), 4)?;
    }
    for import in &difference.imports_added {
        line(f, &format!("+ imports {import}"), 4)?;
    }
    for import in &difference.imports_removed {
        line(f, &format!("- imports {import}"), 4)?;
    }
    for power in &difference.powers_added {
        line(f, &format!("+ {power}"), 4)?;
    }
    for power in &difference.powers_removed {
        line(f, &format!("- {power}"), 4)?;
    }
    for change in &difference.changed {
        line(f, &format!("{}: {} before, {} now", change.what, change.old, change.new), 4)?;
    }
    Ok(())
}

fn print_broken(f: &mut fmt::Formatter<'_>, broken: &[Broken]) -> fmt::Result {
    writeln!(f, "\nRules of the operator:")?;
    if broken.is_empty() {
        return line(f, "it breaks none", 4);
    }
    broken.iter().try_for_each(|one| {
        let verb = match one.verb {
            Verb::Allow => "allow",
            Verb::Deny => "deny",
            Verb::Require => "require",
        };
        line(f, &format!("line {} ({verb}): {}", one.line, one.text), 4)
    })
}
