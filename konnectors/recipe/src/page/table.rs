//! Tables of texts (RFC 4180), with whatever separator. In: a text. Out: rows of the columns that
//! are looked at.

use konnector_shared::text::clean;
use serde_json::{Map, Value};

use super::TEXT_CHARS_MAX;

/// Columns of a table.
const COLUMNS_MAX: usize = 200;
/// Lines before the one that names the columns.
const TITLE_LINES_MAX: usize = 50;

/// The rows below the first line that names all these columns; `None` if there is no such line.
pub fn rows(text: &str, separator: char, columns: &[&str], rows_max: usize) -> Option<Vec<Value>> {
    let mut lines = Records { chars: text.chars(), separator };
    let names = lines
        .by_ref()
        .take(TITLE_LINES_MAX)
        .find(|names| columns.iter().all(|column| names.iter().any(|name| name == column)))?;
    let row = |cells: Vec<String>| {
        let cells = names.iter().zip(cells).filter(|(name, _)| columns.contains(&name.as_str()));
        let cells = cells.map(|(name, cell)| (name.clone(), Value::String(cell)));
        Value::Object(cells.collect::<Map<_, _>>())
    };
    let lines = lines.filter(|cells| cells.iter().any(|cell| !cell.is_empty()));
    Some(lines.take(rows_max).map(row).collect())
}

/// One after the other.
struct Records<'a> {
    chars: std::str::Chars<'a>,
    separator: char,
}

impl Iterator for Records<'_> {
    type Item = Vec<String>;

    fn next(&mut self) -> Option<Vec<String>> {
        let (mut record, mut cell, mut quoted, mut any) = (Vec::new(), String::new(), false, false);
        let mut end = |cell: &mut String| {
            if record.len() < COLUMNS_MAX {
                record.push(clean(cell, TEXT_CHARS_MAX));
            }
            cell.clear();
        };
        while let Some(c) = self.chars.next() {
            any = true;
            match c {
                '"' if quoted && self.chars.clone().next() == Some('"') => {
                    cell.extend(self.chars.next());
                }
                '"' => quoted = !quoted,
                '\r' if !quoted => {}
                '\n' if !quoted => break,
                c if c == self.separator && !quoted => end(&mut cell),
                c => cell.push(c),
            }
        }
        end(&mut cell);
        any.then_some(record)
    }
}
