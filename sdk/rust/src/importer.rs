//! Importers: one dropped file in, documents out, no network. An importer never sees what is
//! stored.

use crate::bindings::importer::domicile::konnector::deposit::{Error as Raw, Item};
pub use crate::choice::{ChoiceError, Question, READINGS_MAX, Reading};
use crate::docs::Document;
use crate::locale::Locale;
use crate::sys;
use serde::Serialize;
use std::fmt;
use std::io::{self, Read};

/// Items that one call may deposit.
const PUT_MAX: usize = 500;
/// Bytes that one call may read.
const READ_MAX: u32 = 1 << 20;

/// What an importer is: give the type to [`importer!`](crate::importer!).
pub trait Importer {
    /// How sure is it that it can read the file: 0 is no, 100 is certain. `head` is the first 4
    /// KiB.
    fn recognise(name: &str, head: &[u8]) -> u8;

    /// Read the file, deposit what it holds. A failure's text tells the owner what is wrong with
    /// the file and what to do; nothing is stored then.
    fn run(input: &Input, out: &mut Deposits, progress: &Progress) -> Result<Report, String>;
}

/// What was done, for the owner.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// What was taken: `2 accounts, 31 operations`.
    pub summary: String,
    /// What was left out and why, a line each. At most 100 lines of 300 characters: more are cut
    /// here.
    pub warnings: Vec<String>,
}

impl Report {
    /// Within the limits of the contract.
    #[doc(hidden)]
    pub fn bounded(mut self) -> Self {
        const LINES_MAX: usize = 100;
        const CHARS_MAX: usize = 300;
        self.warnings.truncate(LINES_MAX);
        for line in &mut self.warnings {
            if let Some((at, _)) = line.char_indices().nth(CHARS_MAX) {
                line.truncate(at);
            }
        }
        self
    }
}

/// The one file.
#[derive(Debug)]
pub struct Input {
    name: String,
    size: u64,
}

impl Input {
    /// The file of this run.
    #[doc(hidden)]
    pub fn current() -> Self {
        Input { name: sys::input_name(), size: sys::input_size() }
    }

    /// The owner's language: for the report, and for the reason of a failure.
    pub fn locale(&self) -> Locale {
        Locale::parse(&sys::input_locale())
    }

    /// As the owner's device named it, without folders.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// In bytes; at most 64 MiB.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Up to `length` bytes from `offset`; fewer at the end, and never more than 1 MiB.
    pub fn read_at(&self, offset: u64, length: u32) -> Vec<u8> {
        sys::input_read(offset, length.min(READ_MAX))
    }

    /// The whole file.
    pub fn bytes(&self) -> Vec<u8> {
        let mut all = Vec::with_capacity(self.size as usize);
        loop {
            let part = self.read_at(all.len() as u64, READ_MAX);
            if part.is_empty() {
                return all;
            }
            all.extend(part);
        }
    }

    /// Which reading of the file the owner chose; none: they did not yet. End the run with a
    /// failure then: the owner sees the question, and once it is answered the file is read again. A
    /// run asks one question, and may ask about one file four times.
    pub fn choose(&self, question: &Question) -> Result<Option<usize>, ChoiceError> {
        crate::choice::choose(question)
    }

    /// What the owner chose before of readings with these titles; nobody is asked.
    pub fn recall(&self, question: &Question) -> Option<usize> {
        crate::choice::recall(question)
    }

    /// From the beginning, for parsers that read a stream.
    pub fn reader(&self) -> InputReader<'_> {
        InputReader { input: self, offset: 0 }
    }
}

/// The file as a stream. Put it into a [`BufReader`](std::io::BufReader).
#[derive(Debug)]
pub struct InputReader<'a> {
    input: &'a Input,
    offset: u64,
}

impl Read for InputReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = u32::try_from(buffer.len()).unwrap_or(READ_MAX);
        let part = self.input.read_at(self.offset, length);
        buffer[..part.len()].copy_from_slice(&part);
        self.offset += part.len() as u64;
        Ok(part.len())
    }
}

/// Where documents go. They are checked when they are put. An importer's are stored when the run
/// ends well, all together; a konnector's as they come.
#[derive(Debug, Default)]
pub struct Deposits {
    /// By doctype, in the order of the first deposit.
    waiting: Vec<(String, Vec<Item>)>,
    count: usize,
}

impl Deposits {
    /// The id that a deposit of `key` has or would have, for fields that refer to another document.
    pub fn id_for<T: Document>(&self, key: &str) -> Result<String, DepositError> {
        self.id_of(T::DOCTYPE, key)
    }

    /// The same for a doctype that no type stands for.
    pub fn id_of(&self, doctype: &str, key: &str) -> Result<String, DepositError> {
        sys::id_for(doctype, key).map_err(|raw| DepositError::new(doctype, raw))
    }

    /// Deposit a document. `key` is the provider's own id for it, 1 to 500 characters: the same key
    /// again, in this file or in a later one, replaces the document.
    pub fn put<T: Document>(
        &mut self,
        key: impl Into<String>,
        value: &T,
    ) -> Result<(), DepositError> {
        self.put_value(T::DOCTYPE, key, value)
    }

    /// The same for a doctype that no type stands for.
    pub fn put_value(
        &mut self,
        doctype: &str,
        key: impl Into<String>,
        value: &impl Serialize,
    ) -> Result<(), DepositError> {
        let item = match serde_json::to_string(value) {
            Ok(body) => Item { key: key.into(), body },
            Err(e) => return Err(DepositError::Invalid(doctype.to_owned(), e.to_string())),
        };
        self.count += 1;
        let at = self.waiting.iter().position(|(known, _)| known == doctype);
        let at = at.unwrap_or_else(|| {
            self.waiting.push((doctype.to_owned(), Vec::new()));
            self.waiting.len() - 1
        });
        let (doctype, items) = &mut self.waiting[at];
        items.push(item);
        if items.len() == PUT_MAX { flush(doctype, items) } else { Ok(()) }
    }

    /// How many were put.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Hand over what waits: of a konnector, what was put is in the home then.
    pub fn flush(&mut self) -> Result<(), DepositError> {
        self.waiting.iter_mut().try_for_each(|(doctype, items)| flush(doctype, items))
    }
}

fn flush(doctype: &str, items: &mut Vec<Item>) -> Result<(), DepositError> {
    if items.is_empty() {
        return Ok(());
    }
    let result = sys::put_many(doctype, items);
    items.clear();
    result.map_err(|raw| DepositError::new(doctype, raw))
}

/// Why a deposit was refused. It turns into the text of a failed run with `?`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DepositError {
    /// The doctype is not among the importer's grants.
    Refused(String),
    /// A document of the doctype breaks a rule that the text names.
    Invalid(String, String),
}

impl DepositError {
    fn new(doctype: &str, raw: Raw) -> Self {
        match raw {
            Raw::Refused => DepositError::Refused(doctype.to_owned()),
            Raw::Invalid(why) => DepositError::Invalid(doctype.to_owned(), why),
        }
    }
}

impl fmt::Display for DepositError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DepositError::Refused(doctype) => write!(f, "`{doctype}` was not granted"),
            DepositError::Invalid(doctype, why) => write!(f, "not a valid `{doctype}`: {why}"),
        }
    }
}

impl std::error::Error for DepositError {}

impl From<DepositError> for String {
    fn from(error: DepositError) -> Self {
        error.to_string()
    }
}

/// Says how far the work is.
#[derive(Debug, Default)]
pub struct Progress(());

impl Progress {
    /// `total` 0 means unknown. `message`: at most 200 characters, for the owner only.
    pub fn report(&self, done: u64, total: u64, message: &str) {
        sys::report_progress(done, total, message);
    }
}

/// A whole run: what the exported function does.
#[doc(hidden)]
pub fn run<T: Importer>() -> Result<Report, String> {
    let mut out = Deposits::default();
    let report = T::run(&Input::current(), &mut out, &Progress::default())?;
    out.flush()?;
    Ok(report.bounded())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Home;
    use serde::{Deserialize, Serialize};
    use serde_json::json;

    #[derive(Serialize, Deserialize)]
    struct Line {
        text: String,
    }

    impl Document for Line {
        const DOCTYPE: &'static str = "app.domicile.lines";
    }

    struct Lines;

    impl Importer for Lines {
        fn recognise(name: &str, _head: &[u8]) -> u8 {
            if name.ends_with(".txt") { 80 } else { 0 }
        }

        fn run(input: &Input, out: &mut Deposits, _: &Progress) -> Result<Report, String> {
            let mut text = String::new();
            input.reader().read_to_string(&mut text).map_err(|e| e.to_string())?;
            assert_eq!(text.as_bytes(), input.bytes());
            for (at, line) in text.lines().enumerate() {
                out.put(format!("{at}"), &Line { text: line.to_owned() })?;
            }
            let warnings = vec!["é".repeat(400); 200];
            Ok(Report { summary: format!("{} lines", out.count()), warnings })
        }
    }

    #[test]
    fn everything_put_is_deposited_once_and_in_order() {
        let home = Home::new();
        let lines: Vec<String> = (0..1100).map(|n| n.to_string()).collect();
        home.drop_file("a.txt", lines.join("\n").as_bytes());
        let report = run::<Lines>().expect("a report");
        assert_eq!(report.summary, "1100 lines");
        let deposits = home.deposits();
        assert_eq!(deposits.len(), 1100);
        let (doctype, key, body) = &deposits[1099];
        assert_eq!((doctype.as_str(), key.as_str()), (Line::DOCTYPE, "1099"));
        assert_eq!(body, &json!({"text": "1099"}));
    }

    #[test]
    fn warnings_stay_within_the_contract() {
        let home = Home::new();
        home.drop_file("a.txt", b"x");
        let report = run::<Lines>().expect("a report");
        assert_eq!(report.warnings.len(), 100);
        assert!(report.warnings.iter().all(|line| line.chars().count() == 300));
    }
}
