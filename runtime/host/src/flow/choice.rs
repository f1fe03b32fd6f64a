//! How its owner wants a file read: what an importer asks, and what was chosen before.
//!
//! In flow a question with a few readings, in the importer's words; out flows the reading that the
//! owner chose of just these, to that importer alone and to no run that may know less than the one
//! that asked (R1). Never here: a question that is longer than a page, an answer that is guessed,
//! or a word of the importer's that could pass for the home's own.

use std::collections::BTreeSet;

use domicile_policy::{ComponentId, Label};
use domicile_proto::text::shown;
use domicile_store::RecordOp;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::session::{Refused, Session, at_most};
use crate::house::home::{delete, put};
use crate::house::{Home, HomeError};

/// Readings of one question.
pub const READINGS_MAX: usize = 6;
/// Rows that are shown of one reading.
pub const ROWS_MAX: usize = 5;
/// Cells of one row.
pub const CELLS_MAX: usize = 8;
/// Characters of a title or a cell.
pub const CELL_CHARS_MAX: usize = 100;
/// Characters of a question.
pub const QUESTION_CHARS_MAX: usize = 200;
/// Characters of what an answer is good for.
pub const ABOUT_CHARS_MAX: usize = 10_000;
/// Choices that are kept for one importer; the oldest go.
const KEPT_MAX: usize = 100;

const SPACE: &str = "choice";

/// One way to read a file, as the importer shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// How it differs from the others.
    pub title: String,
    /// Names of the columns.
    pub columns: Vec<String>,
    /// What the file begins with, read so.
    pub rows: Vec<Vec<String>>,
}

/// What an importer asks. All words are its own, and plain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Which one.
    pub component: ComponentId,
    /// The question.
    pub words: String,
    /// What there is to choose from.
    pub readings: Vec<Reading>,
    key: String,
    /// What the run that asked may have known: a run that may not is not told.
    label: Label,
}

/// What the owner chose.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chosen {
    /// For which importer.
    pub component: ComponentId,
    /// What stands for question and readings: what the owner takes it back by.
    pub key: String,
    /// The question.
    pub question: String,
    /// How the reading differs from the others.
    pub title: String,
    /// The file that was asked about.
    pub file: String,
    /// When.
    pub at: Timestamp,
    reading: usize,
    label: Label,
}

impl Session {
    /// Which of these readings was chosen. If none was, the owner is asked once the run has ended;
    /// a run asks one question. An importer that sorts asks none: its passes would each be told
    /// another answer.
    pub fn choose(
        &mut self,
        about: &str,
        words: &str,
        readings: &[Reading],
    ) -> Result<Option<usize>, Refused> {
        self.count_call()?;
        if self.sorts() {
            return Err(Refused::Invalid("an importer that sorts asks nothing".to_owned()));
        }
        let (component, label) = (self.run.component().clone(), self.run.label().clone());
        let question = Question::of(component, label, about, words, readings)?;
        let chosen = self.chosen(&question.key, question.readings.len())?;
        if chosen.is_none() && self.question.is_none() {
            self.question = Some(question);
        }
        Ok(chosen)
    }

    /// The same of readings with these titles, and nobody is asked.
    pub fn recall(&mut self, about: &str, titles: &[String]) -> Result<Option<usize>, Refused> {
        self.count_call()?;
        check(about, titles)?;
        self.chosen(&key(about, titles), titles.len())
    }

    /// What the run asks its owner, if it does.
    pub fn take_question(&mut self) -> Option<Question> {
        self.question.take()
    }

    fn chosen(&self, key: &str, readings: usize) -> Result<Option<usize>, Refused> {
        let found = self.home.record::<Chosen>(SPACE, &place(self.run.component(), key));
        let found = found.map_err(|error| {
            tracing::error!(%error, "a home could not be read");
            Refused::Unavailable
        })?;
        let known = found.filter(|one| one.label.flows_to(self.run.label()));
        Ok(known.map(|one| one.reading).filter(|reading| *reading < readings))
    }
}

impl Question {
    /// What tells it from every other of its importer's.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// A question with these titles.
    #[cfg(test)]
    pub(crate) fn of_test(component: &str, titles: &[&str]) -> Question {
        let reading = |title: &&str| Reading {
            title: (*title).to_owned(),
            columns: Vec::new(),
            rows: Vec::new(),
        };
        let readings: Vec<Reading> = titles.iter().map(reading).collect();
        let (component, label) = (component.parse().unwrap(), Label::nothing());
        Question::of(component, label, "about", "?", &readings).unwrap()
    }

    /// A question within its limits, made plain.
    fn of(
        component: ComponentId,
        label: Label,
        about: &str,
        words: &str,
        readings: &[Reading],
    ) -> Result<Question, Refused> {
        let titles: Vec<String> = readings.iter().map(|reading| reading.title.clone()).collect();
        check(about, &titles)?;
        let words = plain("the question", words, QUESTION_CHARS_MAX)?;
        let key = key(about, &titles);
        let readings = readings.iter().map(Reading::plain).collect::<Result<Vec<_>, _>>()?;
        let different: BTreeSet<&str> = readings.iter().map(|one| one.title.as_str()).collect();
        if different.len() != readings.len() {
            return Err(Refused::Invalid("two readings have the same title".to_owned()));
        }
        Ok(Question { component, words, readings, key, label })
    }
}

impl Reading {
    fn plain(&self) -> Result<Reading, Refused> {
        at_most("columns", self.columns.len(), CELLS_MAX)?;
        at_most("rows of a reading", self.rows.len(), ROWS_MAX)?;
        if self.rows.iter().any(|row| row.len() != self.columns.len()) {
            let text = "a row of a reading has one cell for each column".to_owned();
            return Err(Refused::Invalid(text));
        }
        let cells = |cells: &Vec<String>| -> Result<Vec<String>, Refused> {
            cells.iter().map(|cell| cell_of(cell)).collect()
        };
        Ok(Reading {
            title: plain("a title", &self.title, CELL_CHARS_MAX)?,
            columns: cells(&self.columns)?,
            rows: self.rows.iter().map(cells).collect::<Result<_, _>>()?,
        })
    }
}

fn cell_of(text: &str) -> Result<String, Refused> {
    at_most("characters of a cell", text.chars().count(), CELL_CHARS_MAX)?;
    Ok(shown(text, CELL_CHARS_MAX))
}

/// Words that say something, without what could deceive the eye.
fn plain(what: &str, text: &str, chars_max: usize) -> Result<String, Refused> {
    at_most(&format!("characters of {what}"), text.chars().count(), chars_max)?;
    let plain = shown(text, chars_max).trim().to_owned();
    if plain.is_empty() { Err(Refused::Invalid(format!("{what} is empty"))) } else { Ok(plain) }
}

fn check(about: &str, titles: &[String]) -> Result<(), Refused> {
    at_most("characters of what it is about", about.chars().count(), ABOUT_CHARS_MAX)?;
    at_most("readings", titles.len(), READINGS_MAX)?;
    if titles.is_empty() {
        return Err(Refused::Invalid("there is no reading to choose".to_owned()));
    }
    titles.iter().try_for_each(|title| plain("a title", title, CELL_CHARS_MAX).map(drop))
}

/// What stands for a question: the length before each part keeps two of them apart.
fn key(about: &str, titles: &[String]) -> String {
    let mut hash = blake3::Hasher::new();
    for part in std::iter::once(about).chain(titles.iter().map(String::as_str)) {
        hash.update(&(part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().to_hex().to_string()
}

fn place(component: &ComponentId, key: &str) -> String {
    format!("{component}/{key}")
}

/// Keep what the owner chose. False if there is no such reading.
pub async fn keep(
    home: &Home,
    at: Timestamp,
    question: &Question,
    reading: usize,
    file: &str,
) -> Result<bool, HomeError> {
    let Some(chosen) = question.readings.get(reading) else { return Ok(false) };
    let chosen = Chosen {
        component: question.component.clone(),
        key: question.key.clone(),
        question: question.words.clone(),
        title: chosen.title.clone(),
        file: shown(file, CELL_CHARS_MAX),
        at,
        reading,
        label: question.label.clone(),
    };
    let mut records = surplus(home, &chosen)?;
    records.push(put(SPACE, &place(&chosen.component, &chosen.key), &chosen)?);
    home.store().put_records(records).await?;
    Ok(true)
}

/// The oldest ones, which make room for this.
fn surplus(home: &Home, new: &Chosen) -> Result<Vec<RecordOp>, HomeError> {
    let mut kept = of(home, &new.component)?;
    kept.retain(|one| one.key != new.key);
    Ok(kept.iter().skip(KEPT_MAX - 1).map(removal).collect())
}

/// What was chosen for an importer, the newest first.
pub fn of(home: &Home, component: &ComponentId) -> Result<Vec<Chosen>, HomeError> {
    let mut kept: Vec<Chosen> = home.records_under(SPACE, &place(component, ""))?;
    kept.sort_by(|one, other| other.at.cmp(&one.at).then_with(|| one.key.cmp(&other.key)));
    Ok(kept)
}

/// The owner takes a choice back: the next such file is asked about again.
pub async fn take_back(home: &Home, component: &ComponentId, key: &str) -> Result<(), HomeError> {
    let kept = of(home, component)?;
    let gone: Vec<RecordOp> = kept.iter().filter(|one| one.key == key).map(removal).collect();
    if !gone.is_empty() {
        home.store().put_records(gone).await?;
    }
    Ok(())
}

/// What to forget of a component that is removed.
pub fn forget(home: &Home, component: &ComponentId) -> Result<Vec<RecordOp>, HomeError> {
    Ok(of(home, component)?.iter().map(removal).collect())
}

fn removal(chosen: &Chosen) -> RecordOp {
    delete(SPACE, &place(&chosen.component, &chosen.key))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(title: &str, rows: usize) -> Reading {
        let (title, columns) = (title.to_owned(), vec!["Day".to_owned(), "Amount".to_owned()]);
        Reading { title, columns, rows: vec![vec!["1".to_owned(), "2".to_owned()]; rows] }
    }

    fn asked(about: &str, words: &str, readings: &[Reading]) -> Result<Question, Refused> {
        Question::of("csv".parse().unwrap(), Label::nothing(), about, words, readings)
    }

    #[test]
    fn a_question_within_its_limits_is_made_plain() {
        let hostile = Reading {
            rows: vec![vec!["<b>\u{1b}[2J".to_owned(), "\u{202e}2".to_owned()]],
            ..reading("a\u{200b}", 0)
        };
        let question = asked("x", " Which\n? ", &[hostile, reading("b", 5)]).unwrap();
        assert_eq!(question.words, "Which?");
        assert_eq!(question.readings[0].title, "a");
        assert_eq!(question.readings[0].rows, [["<b>[2J", "2"]], "the page escapes the rest");
    }

    #[test]
    fn what_is_beyond_the_limits_is_no_question() {
        let long = |length: usize| "x".repeat(length);
        let many = |number: usize| -> Vec<Reading> {
            (0..number).map(|at| reading(&at.to_string(), 1)).collect()
        };
        assert!(asked(&long(ABOUT_CHARS_MAX), &long(QUESTION_CHARS_MAX), &many(6)).is_ok());
        let wide = Reading { columns: vec![String::new(); 9], rows: Vec::new(), ..reading("a", 0) };
        let uneven = Reading { rows: vec![vec![String::new()]], ..reading("a", 0) };
        let cell = Reading { rows: vec![vec![long(101), String::new()]], ..reading("a", 0) };
        for (about, words, readings) in [
            (long(ABOUT_CHARS_MAX + 1), "?".to_owned(), many(1)),
            ("x".to_owned(), long(QUESTION_CHARS_MAX + 1), many(1)),
            ("x".to_owned(), " \u{200b}".to_owned(), many(1)),
            ("x".to_owned(), "?".to_owned(), many(0)),
            ("x".to_owned(), "?".to_owned(), many(7)),
            ("x".to_owned(), "?".to_owned(), vec![reading("a", 6)]),
            ("x".to_owned(), "?".to_owned(), vec![reading(&long(101), 1)]),
            ("x".to_owned(), "?".to_owned(), vec![reading("\u{200b}", 1)]),
            ("x".to_owned(), "?".to_owned(), vec![reading("a", 1), reading("a\u{200b}", 1)]),
            ("x".to_owned(), "?".to_owned(), vec![wide]),
            ("x".to_owned(), "?".to_owned(), vec![uneven]),
            ("x".to_owned(), "?".to_owned(), vec![cell]),
        ] {
            assert!(
                matches!(asked(&about, &words, &readings), Err(Refused::Invalid(_))),
                "{words}"
            );
        }
    }

    #[test]
    fn an_answer_is_good_for_the_same_list_alone() {
        let titles =
            |titles: &[&str]| titles.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
        let one = key("a", &titles(&["b", "c"]));
        assert_eq!(one, key("a", &titles(&["b", "c"])));
        for (about, others) in [
            ("a", &["c", "b"][..]),
            ("a", &["b"]),
            ("ab", &["c"]),
            ("a", &["bc"]),
            ("b", &["b", "c"]),
        ] {
            assert_ne!(one, key(about, &titles(others)));
        }
    }
}
