//! Lines to records. In: the text of a file. Out: its accounts, its movements as they are written,
//! and what else it has. Never here: what a date or an amount means.

use std::collections::{BTreeMap, BTreeSet};

use konnector_statement::ledger::ITEMS_MAX;
use konnector_statement::text::clean;
use konnector_statement::{Refusal, Said, say};

/// Parts of one operation.
const PARTS_MAX: usize = 500;
/// Sections of other kinds that are told by name.
const SKIPPED_MAX: usize = 20;

/// The kinds of account whose movements are read.
const KINDS: [&str; 5] = ["bank", "ccard", "cash", "oth a", "oth l"];

#[derive(Default)]
pub struct File<'a> {
    /// Whether any header was there.
    pub is_qif: bool,
    pub accounts: Vec<Place<'a>>,
    /// What the file says of accounts, by name.
    pub listed: BTreeMap<&'a str, Listed<'a>>,
    pub records: Vec<Record<'a>>,
    /// Headers of sections that are not read.
    pub skipped: BTreeSet<String>,
    /// Of `!Option:MDY` and the like: does the month stand first?
    pub month_first: Option<bool>,
}

/// An account with movements: its name, if it has one, and one of [`KINDS`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place<'a> {
    pub name: Option<&'a str>,
    pub kind: &'static str,
}

#[derive(Default)]
pub struct Listed<'a> {
    pub balance: &'a str,
    pub balance_date: &'a str,
}

/// A movement as it is written.
#[derive(Default)]
pub struct Record<'a> {
    pub line: u32,
    pub account: usize,
    pub date: &'a str,
    pub amount: &'a str,
    pub payee: &'a str,
    pub memo: &'a str,
    pub number: &'a str,
    pub category: &'a str,
    pub parts: Vec<Part<'a>>,
}

/// One of several things that one payment was for.
#[derive(Default)]
pub struct Part<'a> {
    pub memo: &'a str,
    pub amount: &'a str,
}

enum Section {
    Skipped,
    Accounts,
    Movements(usize),
}

impl<'a> File<'a> {
    pub fn parse(text: &'a str) -> Result<File<'a>, Said> {
        let mut file = File::default();
        let mut section = Section::Skipped;
        let mut known: BTreeMap<Place<'a>, usize> = BTreeMap::new();
        let (mut name, mut listed) = (None, Listed::default());
        let mut record: Option<Record<'a>> = None;
        for (line, text) in (1..).zip(text.lines()) {
            let text =
                text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\u{1a}');
            let Some((code, rest)) = text.chars().next().map(|c| text.split_at(c.len_utf8()))
            else {
                continue;
            };
            let rest = rest.trim();
            match (code, &section) {
                ("!", _) => {
                    refuse_open(record.as_ref())?;
                    let kind = file.header(rest);
                    section = kind.map_or(Section::Skipped, |kind| {
                        let place = Place { name, kind };
                        let next = file.accounts.len();
                        let index = *known.entry(place).or_insert(next);
                        if index == next {
                            file.accounts.push(place);
                        }
                        Section::Movements(index)
                    });
                    if rest.eq_ignore_ascii_case("account") {
                        section = Section::Accounts;
                        (name, listed) = (None, Listed::default());
                    }
                }
                ("^", Section::Accounts) => {
                    if let Some(name) = name {
                        let found = std::mem::take(&mut listed);
                        let known = file.listed.entry(name).or_default();
                        if !found.balance.is_empty() {
                            *known = found;
                        }
                    }
                }
                ("N", Section::Accounts) => name = Some(rest).filter(|name| !name.is_empty()),
                ("$", Section::Accounts) => listed.balance = rest,
                ("/", Section::Accounts) => listed.balance_date = rest,
                ("^", Section::Movements(_)) => file.records.extend(record.take()),
                (code, Section::Movements(account)) => {
                    let account = *account;
                    let record =
                        record.get_or_insert_with(|| Record { line, account, ..Record::default() });
                    record.field(code, rest);
                }
                _ => {}
            }
            if file.records.len().max(file.listed.len()).max(file.accounts.len()) > ITEMS_MAX {
                return Err(Refusal::TooManyItems.into());
            }
        }
        refuse_open(record.as_ref())?;
        Ok(file)
    }

    /// The kind of account whose movements begin here.
    fn header(&mut self, header: &str) -> Option<&'static str> {
        let header = header.to_ascii_lowercase();
        self.is_qif |=
            ["type:", "account", "option:", "clear:"].iter().any(|one| header.starts_with(one));
        match header.as_str() {
            "option:mdy" => self.month_first = Some(true),
            "option:dmy" => self.month_first = Some(false),
            _ => {}
        }
        let of_type = header.strip_prefix("type:")?;
        let kind = KINDS.into_iter().find(|kind| *kind == of_type.trim());
        if kind.is_none() && self.skipped.len() < SKIPPED_MAX {
            self.skipped.insert(clean(of_type, 20));
        }
        kind
    }
}

fn refuse_open(record: Option<&Record<'_>>) -> Result<(), Said> {
    let Some(Record { line, .. }) = record else { return Ok(()) };
    Err(say!(
        line;
        "line {line}: the operation that begins here stops before its end (^): export the account again",
        "ligne {line} : l'opération qui commence ici s'arrête avant sa fin (^) : exportez à nouveau le compte",
    ))
}

impl<'a> Record<'a> {
    fn field(&mut self, code: &str, text: &'a str) {
        match code {
            "D" => self.date = text,
            "T" => self.amount = text,
            "U" if self.amount.is_empty() => self.amount = text,
            "P" => self.payee = text,
            "M" => self.memo = text,
            "N" => self.number = text,
            "L" => self.category = text,
            "S" if self.parts.len() < PARTS_MAX => self.parts.push(Part::default()),
            "E" => self.part(|part| part.memo = text),
            "$" => self.part(|part| part.amount = text),
            _ => {}
        }
    }

    fn part(&mut self, set: impl FnOnce(&mut Part<'a>)) {
        if let Some(part) = self.parts.last_mut() {
            set(part);
        }
    }
}
