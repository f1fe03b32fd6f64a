//! Text to rows of cells. In: a text, and what separates cells. Out: rows with their lines, one
//! after the other. Never here: what a column is; a cell that is cut, or put right.

use konnector_shared::{Said, say};

/// Cells of one row.
const CELLS_MAX: usize = 40;
/// Bytes of one cell.
const CELL_BYTES_MAX: usize = 2_000;

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

    /// Everything that it says, on one line.
    pub fn text(&self) -> String {
        self.cells.join(" ")
    }
}

/// All rows that are not empty; after the first one that can't be read there is none.
pub struct Rows<'a> {
    rest: &'a str,
    line: u32,
    separator: char,
}

impl<'a> Rows<'a> {
    pub fn new(text: &'a str, separator: char) -> Rows<'a> {
        Rows { rest: text, line: 1, separator }
    }

    fn row(&mut self) -> Result<Row, Said> {
        let line = self.line;
        let mut row = Row { line, cells: Vec::new() };
        loop {
            let cell = match self.rest.strip_prefix('"') {
                Some(rest) => self.quoted(line, rest)?,
                None => {
                    let end = self.rest.find([self.separator, '\n']).unwrap_or(self.rest.len());
                    let (cell, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
                    self.rest = rest;
                    fits(line, cell.len())?;
                    cell.to_owned()
                }
            };
            row.cells.push(cell);
            if row.cells.len() > CELLS_MAX {
                return Err(say!(
                    line;
                    "line {line}: more than {CELLS_MAX} columns, so this is no table of refunds",
                    "ligne {line} : plus de {CELLS_MAX} colonnes, ce n'est donc pas un tableau de \
                     remboursements",
                ));
            }
            match self.rest.strip_prefix(self.separator) {
                Some(rest) => self.rest = rest,
                None => break,
            }
        }
        self.rest = self.rest.strip_prefix('\n').unwrap_or(self.rest);
        self.line = self.line.saturating_add(1);
        Ok(row)
    }

    /// What stands between quotation marks, of which two mean one; after them the cell ends.
    fn quoted(&mut self, line: u32, mut rest: &'a str) -> Result<String, Said> {
        let mut cell = String::new();
        loop {
            let (part, after) = rest.split_once('"').ok_or_else(|| never_closed(line))?;
            fits(line, cell.len() + part.len())?;
            let breaks = part.bytes().filter(|byte| *byte == b'\n').count();
            self.line = self.line.saturating_add(u32::try_from(breaks).unwrap_or(u32::MAX));
            cell.push_str(part);
            rest = after;
            let Some(after) = rest.strip_prefix('"') else { break };
            cell.push('"');
            rest = after;
        }
        self.rest = rest.trim_start_matches([' ', '\r']);
        if self.rest.is_empty() || self.rest.starts_with([self.separator, '\n']) {
            return Ok(cell);
        }
        Err(never_closed(line))
    }
}

impl Iterator for Rows<'_> {
    type Item = Result<Row, Said>;

    fn next(&mut self) -> Option<Result<Row, Said>> {
        while !self.rest.is_empty() {
            match self.row() {
                Ok(row) if row.is_empty() => {}
                Ok(row) => return Some(Ok(row)),
                Err(why) => {
                    self.rest = "";
                    return Some(Err(why));
                }
            }
        }
        None
    }
}

fn fits(line: u32, bytes: usize) -> Result<(), Said> {
    if bytes <= CELL_BYTES_MAX {
        return Ok(());
    }
    Err(say!(
        line;
        "line {line}: a cell of more than {CELL_BYTES_MAX} bytes, so this is no table of refunds",
        "ligne {line} : une cellule de plus de {CELL_BYTES_MAX} octets, ce n'est donc pas un tableau de \
         remboursements",
    ))
}

fn never_closed(line: u32) -> Said {
    say!(
        line;
        "line {line}: a quotation mark opens a cell that none closes at its end: export the table again",
        "ligne {line} : un guillemet ouvre une cellule qu'aucun ne ferme à sa fin : exportez à nouveau le \
         tableau",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<Result<(u32, Vec<String>), String>> {
        let rows = Rows::new(text, ';');
        rows.map(|row| row.map(|row| (row.line, row.cells)).map_err(|why| why.en)).collect()
    }

    #[test]
    fn quotation_marks_hold_separators_and_lines() {
        let found = rows("a;\"b;\"\"c\"\"\nd\" ;e\r\n\r\n;;\nf;\"\";g");
        let row =
            |line, cells: &[&str]| Ok((line, cells.iter().map(|c| (*c).to_owned()).collect()));
        assert_eq!(found, [row(1, &["a", "b;\"c\"\nd", "e\r"]), row(5, &["f", "", "g"])]);
    }

    #[test]
    fn nothing_follows_a_row_that_is_broken() {
        for (text, why) in [
            ("a;\"b\nc;d", "line 1: a quotation mark"),
            ("\"a\"b;c\nd", "line 1: a quotation mark"),
            (&";".repeat(CELLS_MAX), "line 1: more than 40 columns"),
            (&"x".repeat(CELL_BYTES_MAX + 1), "line 1: a cell of more than"),
            (&format!("\"{}\"", "\"\"".repeat(CELL_BYTES_MAX + 1)), "line 1: a cell of more than"),
        ] {
            let found = rows(&format!("{text}\n1;2"));
            let [Err(said)] = found.as_slice() else { panic!("{found:?}") };
            assert!(said.starts_with(why), "{said}");
        }
    }
}
