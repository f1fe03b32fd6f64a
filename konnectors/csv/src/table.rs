//! Text to rows of cells. In: a text, and what separates cells, or the text alone. Out: rows with
//! their lines. Never here: what a column is; more cells, or more of one, than is read.

use std::collections::BTreeMap;

use konnector_statement::ledger::ITEMS_MAX;
use konnector_statement::{Refusal, Said, say};

/// Cells of one row.
const CELLS_MAX: usize = 100;
/// Bytes of one cell.
const CELL_BYTES_MAX: usize = 2_000;
/// Rows that tell what separates cells.
const SHOWN: usize = 200;
/// A table of operations has at least a day, a label and an amount.
const COLUMNS_MIN: usize = 3;
const SEPARATORS: [char; 4] = [';', '\t', ',', '|'];

#[derive(Debug, PartialEq, Eq)]
pub struct Row {
    pub line: u32,
    pub cells: Vec<String>,
}

impl Row {
    pub fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", |cell| cell.trim())
    }

    pub fn is_empty(&self) -> bool {
        self.cells.iter().all(|cell| cell.trim().is_empty())
    }
}

/// The separator with which most rows have equally many cells; None where none makes a table.
pub fn separator(text: &str) -> Option<char> {
    let score = |separator: &char| {
        let mut widths: BTreeMap<usize, usize> = BTreeMap::new();
        for row in Rows::new(text, *separator).take(SHOWN).flatten() {
            if row.cells.len() >= COLUMNS_MIN {
                *widths.entry(row.cells.len()).or_default() += 1;
            }
        }
        widths.into_iter().map(|(width, rows)| (rows, width)).max()
    };
    let scored = SEPARATORS.iter().filter_map(|separator| Some((score(separator)?, *separator)));
    // Of equals the first, since max_by_key takes the last.
    scored.rev().max_by_key(|(score, _)| *score).map(|(_, separator)| separator)
}

/// All rows that are not empty.
pub fn rows(text: &str, separator: char) -> Result<Vec<Row>, Said> {
    let mut rows = Vec::new();
    for row in Rows::new(text, separator) {
        let row = row?;
        if rows.len() > ITEMS_MAX {
            return Err(Refusal::TooManyItems.into());
        }
        if !row.is_empty() {
            rows.push(row);
        }
    }
    Ok(rows)
}

struct Rows<'a> {
    rest: &'a str,
    line: u32,
    separator: char,
}

impl<'a> Rows<'a> {
    fn new(text: &'a str, separator: char) -> Rows<'a> {
        Rows { rest: text.trim_start_matches('\u{feff}'), line: 1, separator }
    }

    /// What stands between quotation marks, of which two mean one.
    fn quoted(&mut self, from: u32) -> Result<String, Said> {
        let mut cell = String::new();
        loop {
            let Some((part, rest)) = self.rest.split_once('"') else {
                return Err(say!(
                    from;
                    "line {from}: a quotation mark opens here that nothing closes: export the account again",
                    "ligne {from} : un guillemet s'ouvre ici que rien ne ferme : exportez à nouveau le compte",
                ));
            };
            let breaks = part.bytes().filter(|byte| *byte == b'\n').count();
            self.line = self.line.saturating_add(u32::try_from(breaks).unwrap_or(u32::MAX));
            push(&mut cell, part);
            self.rest = rest;
            match rest.strip_prefix('"') {
                Some(rest) => {
                    push(&mut cell, "\"");
                    self.rest = rest;
                }
                None => return Ok(cell),
            }
        }
    }

    fn row(&mut self) -> Result<Row, Said> {
        let mut row = Row { line: self.line, cells: Vec::new() };
        loop {
            let mut cell = String::new();
            if let Some(rest) = self.rest.strip_prefix('"') {
                self.rest = rest;
                cell = self.quoted(row.line)?;
            }
            let end = self.rest.find([self.separator, '\n']).unwrap_or(self.rest.len());
            let (part, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
            push(&mut cell, part.trim_end_matches('\r'));
            row.cells.push(cell);
            if row.cells.len() > CELLS_MAX {
                let line = row.line;
                return Err(say!(
                    line;
                    "line {line}: more than {CELLS_MAX} columns, so this is no table of operations",
                    "ligne {line} : plus de {CELLS_MAX} colonnes, ce n'est donc pas un tableau d'opérations",
                ));
            }
            match rest.strip_prefix(self.separator) {
                Some(rest) => self.rest = rest,
                None => {
                    self.line = self.line.saturating_add(1);
                    self.rest = rest.strip_prefix('\n').unwrap_or(rest);
                    return Ok(row);
                }
            }
        }
    }
}

impl Iterator for Rows<'_> {
    type Item = Result<Row, Said>;

    fn next(&mut self) -> Option<Result<Row, Said>> {
        if self.rest.is_empty() {
            return None;
        }
        let row = self.row();
        if row.is_err() {
            self.rest = "";
        }
        Some(row)
    }
}

fn push(cell: &mut String, part: &str) {
    let room = CELL_BYTES_MAX.saturating_sub(cell.len()).min(part.len());
    let end = (0..=room).rev().find(|end| part.is_char_boundary(*end)).unwrap_or(0);
    cell.push_str(part.get(..end).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Vec<(u32, Vec<String>)> {
        let rows = rows(text, ';').unwrap();
        rows.into_iter().map(|row| (row.line, row.cells)).collect()
    }

    #[test]
    fn quotation_marks_hold_separators_and_lines() {
        let found = cells("\u{feff}a;\"b;\"\"c\"\"\nd\" ;e\r\n\r\n;;\nf;;g");
        let row = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
        assert_eq!(found, [(1, row(&["a", "b;\"c\"\nd ", "e"])), (5, row(&["f", "", "g"]))]);
        assert!(rows("a;\"b\nc;d", ';').unwrap_err().en.starts_with("line 1: a quotation mark"));
        assert!(rows(&";".repeat(CELLS_MAX + 1), ';').is_err());
        assert_eq!(cells(&"x".repeat(CELL_BYTES_MAX + 9))[0].1[0].len(), CELL_BYTES_MAX);
    }

    #[test]
    fn the_separator_makes_a_table() {
        assert_eq!(separator("Date;Label;Amount\n1/1/26;A, B;-1,50\n"), Some(';'));
        assert_eq!(separator("Date,Label,Amount\n1/1/26,\"A;B\",-1.50\n"), Some(','));
        assert_eq!(separator("Date\tLabel\tAmount\n1/1/26\tA\t-1,50\n"), Some('\t'));
        assert_eq!(separator("<html>\nno table\n"), None);
    }
}
