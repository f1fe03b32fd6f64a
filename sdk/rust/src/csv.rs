//! Tables for spreadsheets: quoted, and safe to open.

use crate::locale::{Date, Locale};
use crate::page::{Media, Response};

/// What makes a spreadsheet run a text, in its wide forms too.
const FORMULA_STARTS: [char; 11] =
    ['=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];

/// One cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Text that somebody else may have written: never run as a formula.
    Text(String),
    /// A number, with as many decimals as it has.
    Number(f64),
    /// Nothing.
    Empty,
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Cell::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Cell::Text(text)
    }
}

impl From<f64> for Cell {
    fn from(number: f64) -> Self {
        Cell::Number(number)
    }
}

impl From<Date> for Cell {
    fn from(date: Date) -> Self {
        Cell::Text(date.to_string())
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Cell::Empty, Into::into)
    }
}

/// A table that is being written, as the owner's spreadsheet reads it: commas and decimal points in
/// English, semicolons and decimal commas in French.
#[derive(Debug, Clone)]
pub struct Csv {
    locale: Locale,
    text: String,
}

impl Csv {
    /// Begin with the names of the columns.
    pub fn new<'a>(locale: Locale, columns: impl IntoIterator<Item = &'a str>) -> Self {
        // Without the mark, spreadsheets read UTF-8 as an older character set.
        let mut csv = Csv { locale, text: String::from('\u{feff}') };
        csv.row(columns.into_iter().map(Cell::from));
        csv
    }

    /// Add a row.
    pub fn row(&mut self, cells: impl IntoIterator<Item = Cell>) {
        for (at, cell) in cells.into_iter().enumerate() {
            if at > 0 {
                self.text.push(self.locale.pick(',', ';'));
            }
            match cell {
                Cell::Text(text) => self.quoted(&text),
                Cell::Number(number) if number.is_finite() => {
                    let digits = serde_json::to_string(&number).unwrap_or_default();
                    let digits = digits.strip_suffix(".0").unwrap_or(&digits);
                    self.text.push_str(&digits.replace('.', self.locale.pick(".", ",")));
                }
                Cell::Number(_) | Cell::Empty => {}
            }
        }
        self.text.push_str("\r\n");
    }

    /// The table so far.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Give it to the owner's device.
    pub fn download(self, filename: impl Into<String>) -> Response {
        Response::download(filename, Media::Csv, self.text.into_bytes())
    }

    /// A text that begins like a formula gets an apostrophe, which spreadsheets take for "this is
    /// text".
    fn quoted(&mut self, text: &str) {
        let guard = text.starts_with(FORMULA_STARTS);
        let plain = !text.contains([',', ';', '"', '\t', '\r', '\n']);
        let (guard, quote) = (if guard { "'" } else { "" }, if plain { "" } else { "\"" });
        self.text.push_str(quote);
        self.text.push_str(guard);
        self.text.push_str(&text.replace('"', "\"\""));
        self.text.push_str(quote);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(locale: Locale, cells: &[Cell]) -> String {
        let mut csv = Csv::new(locale, ["A", "B"]);
        csv.row(cells.iter().cloned());
        csv.as_str().strip_prefix("\u{feff}").expect("the mark").to_owned()
    }

    #[test]
    fn separators_follow_the_language() {
        let cells = [Cell::from("x"), Cell::from(-1234.5), Cell::Empty, Cell::from(f64::NAN)];
        assert_eq!(rows(Locale::En, &cells), "A,B\r\nx,-1234.5,,\r\n");
        assert_eq!(rows(Locale::Fr, &cells), "A;B\r\nx;-1234,5;;\r\n");
    }

    #[test]
    fn quotes_and_separators_stay_in_their_cell() {
        let cells = [Cell::from("a \"b\"; c"), Cell::from("two\nlines")];
        assert_eq!(rows(Locale::Fr, &cells), "A;B\r\n\"a \"\"b\"\"; c\";\"two\nlines\"\r\n");
    }

    #[test]
    fn no_text_is_run_as_a_formula() {
        for evil in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\u{ff1d}1"] {
            let row = rows(Locale::En, &[Cell::from(evil)]);
            let cell = row.strip_prefix("A,B\r\n").expect("a row");
            assert!(cell.trim_start_matches('"').starts_with('\''), "{cell:?}");
        }
    }
}
