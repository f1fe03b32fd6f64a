//! Flows as a table of text: sources down, sinks across.

use std::collections::BTreeSet;

use super::Flow;

/// Print the table; without a flow, say so.
pub(super) fn print(flows: &[Flow]) -> String {
    if flows.is_empty() {
        return "no flow: nothing that it gets goes anywhere\n".to_owned();
    }
    let sources = in_order(flows.iter().map(|flow| flow.source.as_str()));
    let sinks = in_order(flows.iter().map(|flow| flow.sink.as_str()));
    let header = std::iter::once(String::new()).chain(sinks.iter().map(|sink| sink.to_string()));
    let mut rows = vec![header.collect::<Vec<_>>()];
    for source in &sources {
        let cell = |sink: &&str| {
            let how: Vec<&str> = flows
                .iter()
                .filter(|flow| flow.source == *source && flow.sink == **sink)
                .map(|flow| flow.how.as_str())
                .collect();
            if how.is_empty() { "-".to_owned() } else { how.join(", ") }
        };
        rows.push(std::iter::once(source.to_string()).chain(sinks.iter().map(cell)).collect());
    }
    aligned(&rows)
}

fn in_order<'a>(words: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut seen = BTreeSet::new();
    words.filter(|word| seen.insert(*word)).collect()
}

fn aligned(rows: &[Vec<String>]) -> String {
    let columns = rows.first().map_or(0, Vec::len);
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let cells: Vec<String> =
            row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        text.push_str(cells.join("  ").trim_end());
        text.push('\n');
    }
    text
}
