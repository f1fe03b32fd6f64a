//! What an importer asks its owner: which of a few readings of a file is meant.

use crate::bindings::importer::domicile::konnector::choice as raw;
use crate::sys;
use std::fmt;

/// Rows of a reading that are shown.
const ROWS_MAX: usize = 5;
/// Cells of a row that are shown.
const CELLS_MAX: usize = 8;
/// Characters of a cell that are shown.
const CELL_CHARS_MAX: usize = 100;
/// Characters of a question that are shown.
const QUESTION_CHARS_MAX: usize = 200;
/// Readings of one question.
pub const READINGS_MAX: usize = 6;

/// A question about the file, for what nothing in it tells. The home remembers the answer, for
/// every file with the same `about` and the same titles.
///
/// ```ignore
/// let question = Question::new(header, "Does the day or the month stand first?")
///     .reading(Reading::new("the day", ["Date", "Label"]).row(["2026-02-01", "Rent"]))
///     .reading(Reading::new("the month", ["Date", "Label"]).row(["2026-01-02", "Rent"]));
/// let Some(chosen) = input.choose(&question)? else {
///     return Err("the owner has to say whether the day or the month stands first".to_owned());
/// };
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Question {
    about: String,
    words: String,
    readings: Vec<Reading>,
}

/// One way to read the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    /// How it differs from the others.
    pub title: String,
    /// Names of the columns of [`rows`](Reading::rows).
    pub columns: Vec<String>,
    /// What the file begins with, if it is read so.
    pub rows: Vec<Vec<String>>,
}

impl Question {
    /// A question in the owner's language, of at most 200 characters. `about` is what the answer is
    /// good for, the header of a table for instance, and is not shown: at most 10,000 characters.
    pub fn new(about: impl Into<String>, words: impl Into<String>) -> Self {
        let words = cut(&words.into(), QUESTION_CHARS_MAX);
        Question { about: about.into(), words, readings: Vec::new() }
    }

    /// The same with one more reading. There are at most six.
    #[must_use]
    pub fn reading(mut self, reading: Reading) -> Self {
        self.readings.push(reading);
        self
    }

    /// What the answer is good for.
    pub fn about(&self) -> &str {
        &self.about
    }

    /// The question.
    pub fn words(&self) -> &str {
        &self.words
    }

    /// What there is to choose from.
    pub fn readings(&self) -> &[Reading] {
        &self.readings
    }

    fn titles(&self) -> Vec<String> {
        self.readings.iter().map(|reading| reading.title.clone()).collect()
    }
}

impl Reading {
    /// A reading without rows. The title, of at most 100 characters, says how it differs from the
    /// others and is the same for every file.
    pub fn new<C: Into<String>>(
        title: impl Into<String>,
        columns: impl IntoIterator<Item = C>,
    ) -> Self {
        let columns = columns.into_iter().take(CELLS_MAX).map(|name| cell(&name.into()));
        Reading { title: cell(&title.into()), columns: columns.collect(), rows: Vec::new() }
    }

    /// The same with one more row, a cell for each column: of five rows, and of their first 100
    /// characters.
    #[must_use]
    pub fn row<C: Into<String>>(mut self, cells: impl IntoIterator<Item = C>) -> Self {
        if self.rows.len() < ROWS_MAX {
            let mut row: Vec<String> = cells.into_iter().map(|text| cell(&text.into())).collect();
            row.resize(self.columns.len(), String::new());
            self.rows.push(row);
        }
        self
    }

    fn raw(&self) -> raw::Reading {
        let Reading { title, columns, rows } = self.clone();
        raw::Reading { title, columns, rows }
    }
}

fn cell(text: &str) -> String {
    cut(text, CELL_CHARS_MAX)
}

fn cut(text: &str, chars_max: usize) -> String {
    text.chars().take(chars_max).collect()
}

/// Why a question was not asked: it is beyond the limits of the contract. It turns into the text of
/// a failed run with `?`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChoiceError(String);

impl fmt::Display for ChoiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a question that can be asked: {}", self.0)
    }
}

impl std::error::Error for ChoiceError {}

impl From<ChoiceError> for String {
    fn from(error: ChoiceError) -> Self {
        error.to_string()
    }
}

/// Which reading the owner chose; none: they are asked once the run has ended.
pub(crate) fn choose(question: &Question) -> Result<Option<usize>, ChoiceError> {
    let readings: Vec<raw::Reading> = question.readings.iter().map(Reading::raw).collect();
    let chosen = sys::choose(&question.about, &question.words, &readings);
    chosen
        .map(|at| at.map(|at| at as usize).filter(|at| *at < question.readings.len()))
        .map_err(|raw::Error::Invalid(text)| ChoiceError(text))
}

/// The same, and nobody is asked.
pub(crate) fn recall(question: &Question) -> Option<usize> {
    let at = sys::recall(&question.about, &question.titles())? as usize;
    (at < question.readings.len()).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::Input;
    use crate::testing::Home;

    fn question(titles: &[&str]) -> Question {
        let readings = titles.iter().map(|title| {
            let reading = Reading::new(*title, ["Day", "Label"]);
            (0..9).fold(reading, |reading, _| reading.row(["1", "\u{e9}", "left out"]))
        });
        readings.fold(Question::new("header", "Which?".repeat(99)), Question::reading)
    }

    #[test]
    fn a_question_is_asked_once_and_answered_from_then_on() {
        let home = Home::new();
        let (input, asked) = (Input::current(), question(&["one", "other"]));
        assert_eq!(input.recall(&asked), None);
        assert_eq!(home.asked(), None, "nobody is asked");
        assert_eq!(input.choose(&asked), Ok(None));
        assert_eq!(home.asked(), Some(asked.clone()));
        home.choose(1);
        assert_eq!((input.choose(&asked), input.recall(&asked)), (Ok(Some(1)), Some(1)));
        assert_eq!(home.asked(), None);
        assert_eq!(input.choose(&question(&["other", "one"])), Ok(None), "another list");
        home.forget_choices();
        assert_eq!(input.recall(&asked), None);
    }

    #[test]
    fn questions_fit_the_contract_or_are_refused() {
        let _home = Home::new();
        let asked = question(&["one"]);
        assert_eq!(asked.words().chars().count(), QUESTION_CHARS_MAX);
        assert_eq!(asked.readings()[0].rows, vec![vec!["1", "\u{e9}"]; ROWS_MAX]);
        for titles in [&[][..], &["a", "a"], &["1", "2", "3", "4", "5", "6", "7"]] {
            let refused = Input::current().choose(&question(titles)).unwrap_err();
            assert!(refused.to_string().contains("not a question"), "{refused}");
        }
    }
}
