//! The books in order. In: documents in any order, of any content. Out: bills and operations that
//! have a day and an amount, each id once, sorted, with an index by amount and day. Never here: an
//! order that depends on that of the documents.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use crate::books::{Bill, Books, Cents, Operation};
use crate::copies;
use crate::day::Day;
use crate::label::{HealthWord, append, health_word, normalised};
use crate::outcome::Copy;
use crate::payer::{Payers, is_health};

/// The latest ones are looked at.
pub const BILLS_MAX: usize = 20_000;
pub const OPERATIONS_MAX: usize = 200_000;

/// What is in no currency is in that of the account, or this one.
const HOME_CURRENCY: &str = "EUR";

/// From here on a model's guess counts: the owner's own, and one that was trained on everybody.
const LOCAL_PROBABILITY_MIN: f64 = 0.8;
const GLOBAL_PROBABILITY_MIN: f64 = 0.15;

/// A bill in order.
#[derive(Debug)]
pub struct Paper<'a> {
    pub bill: &'a Bill,
    pub payer: Option<usize>,
    pub day: Day,
    pub amount: Cents,
    pub currency: &'a str,
    pub is_health: bool,
    /// Names of who was cared for.
    pub person: Vec<String>,
}

impl Paper<'_> {
    /// What was spent, and when, if the bill says it.
    pub fn spent(&self) -> Option<(Day, Cents)> {
        let (day, amount) = (self.bill.original_date, self.bill.original_amount);
        match (self.bill.is_refund, day, amount) {
            (false, ..) => Some((day.unwrap_or(self.day), amount.unwrap_or(self.amount))),
            (true, None, None) => None,
            _ => Some((day.unwrap_or(self.day), amount.unwrap_or(self.amount))),
        }
        .filter(|(_, amount)| *amount > 0)
    }

    /// May both be about the same person? Who is not named may be anybody.
    pub fn is_same_person(&self, other: &Paper<'_>) -> bool {
        let (one, two) = (&self.person, &other.person);
        one.iter().all(|name| two.contains(name)) || two.iter().all(|name| one.contains(name))
    }
}

/// What an operation is about, by its category.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    Care,
    Insurance,
    Other,
    Unknown,
}

/// An operation in order.
#[derive(Debug)]
pub struct Entry<'a> {
    pub operation: &'a Operation,
    /// When it was done: a card may be settled long after.
    pub day: Day,
    pub cents: Cents,
    pub currency: &'a str,
    pub about: About,
    label: OnceCell<String>,
    health_word: OnceCell<Option<HealthWord>>,
    names_payer: OnceCell<bool>,
}

impl Entry<'_> {
    /// Plain words, the bank's own after the others.
    pub fn label(&self) -> &str {
        self.label.get_or_init(|| {
            let (label, bank) = (&self.operation.label, &self.operation.original_bank_label);
            let mut all = normalised(label);
            if bank != label {
                append(&mut all, bank);
            }
            all
        })
    }

    /// Does its label name any payer at all?
    pub fn names_payer(&self, payers: &Payers) -> bool {
        let any = || payers.all.iter().any(|payer| payer.named_in(self.label()).is_some());
        *self.names_payer.get_or_init(any)
    }

    pub fn health_word(&self) -> Option<HealthWord> {
        *self.health_word.get_or_init(|| health_word(self.label()))
    }

    /// Is it certainly about care?
    pub fn is_care(&self) -> bool {
        match self.about {
            About::Care => true,
            About::Unknown => self.health_word().is_some(),
            About::Insurance | About::Other => false,
        }
    }
}

/// All of it.
#[derive(Debug)]
pub struct Ledger<'a> {
    /// By day, payer, amount and id.
    pub papers: Vec<Paper<'a>>,
    /// By amount, day and id.
    pub entries: Vec<Entry<'a>>,
    pub payers: Payers,
    pub copies: Vec<Copy>,
    /// First and last day of the banks.
    pub history: Option<(Day, Day)>,
}

impl<'a> Ledger<'a> {
    pub fn new(books: &'a Books) -> Ledger<'a> {
        let accounts: BTreeMap<&str, &str> = books
            .accounts
            .iter()
            .map(|account| (account.id.as_str(), account.currency.as_str()))
            .collect();
        let payers = Payers::of(books.bills.iter());
        let mut papers = papers(books, &payers);
        let copies = copies::set_aside(&mut papers);
        let entries = entries(books, &accounts);
        let days = || entries.iter().map(|entry| entry.day);
        let history = days().min().zip(days().max());
        Ledger { papers, entries, payers, copies, history }
    }

    /// Places of the operations of one amount and currency, on days from one to another, those next
    /// to `near` first; at most so many before it and after it.
    pub fn on_days(
        &self,
        cents: Cents,
        from: Day,
        until: Day,
        near: Day,
        most: usize,
    ) -> impl Iterator<Item = usize> {
        let place = |day: Day| {
            self.entries.partition_point(|entry| (entry.cents, entry.day) < (cents, day))
        };
        let (first, end) = (place(from), place(until.plus(1)));
        let middle = place(near).clamp(first, end.max(first));
        let before = middle.saturating_sub(most).max(first);
        let after = middle.saturating_add(most).min(end);
        before..after.max(before)
    }

    /// The amounts from `low` to `high` that operations have, at most so many.
    pub fn amounts(&self, low: Cents, high: Cents, most: usize) -> Vec<Cents> {
        let mut found = Vec::new();
        let mut from = low;
        while found.len() < most {
            let place = self.entries.partition_point(|entry| entry.cents < from);
            match self.entries.get(place).map(|entry| entry.cents) {
                Some(cents) if cents <= high => found.push(cents),
                _ => break,
            }
            from = found.last().map_or(high, |last| last + 1);
        }
        found
    }
}

fn currency<'a>(own: &'a str, account: Option<&&'a str>) -> &'a str {
    [own, account.copied().unwrap_or_default(), HOME_CURRENCY]
        .into_iter()
        .map(str::trim)
        .find(|text| !text.is_empty())
        .unwrap_or(HOME_CURRENCY)
}

fn papers<'a>(books: &'a Books, payers: &Payers) -> Vec<Paper<'a>> {
    let paper = |bill: &'a Bill| {
        let amount = bill.amount.filter(|amount| *amount >= 0)?;
        let tells = amount > 0 || bill.original_amount.is_some_and(|spent| spent > 0);
        let mut person: Vec<String> =
            normalised(&bill.beneficiary).split_whitespace().map(str::to_owned).collect();
        person.sort();
        let paper = Paper {
            payer: payers.find(&bill.vendor),
            day: bill.date?,
            amount,
            currency: currency(&bill.currency, None),
            is_health: is_health(bill),
            person,
            bill,
        };
        tells.then_some(paper)
    };
    let mut papers: Vec<Paper<'a>> = books.bills.iter().filter_map(paper).collect();
    papers.sort_by(|one, other| {
        let key = |paper: &Paper<'a>| (paper.day, paper.payer, paper.amount);
        let ids = |paper: &Paper<'a>| (&paper.bill.id, paper.bill.original_amount);
        key(one).cmp(&key(other)).then_with(|| ids(one).cmp(&ids(other)))
    });
    once(&mut papers, |paper| &paper.bill.id);
    let older = papers.len().saturating_sub(BILLS_MAX);
    papers.drain(..older);
    papers
}

fn entries<'a>(books: &'a Books, accounts: &BTreeMap<&'a str, &'a str>) -> Vec<Entry<'a>> {
    let entry = |operation: &'a Operation| {
        Some(Entry {
            day: operation.realisation_date.or(operation.date)?,
            cents: operation.amount.filter(|cents| *cents != 0)?,
            currency: currency(&operation.currency, accounts.get(operation.account.as_str())),
            about: about(operation),
            operation,
            label: OnceCell::new(),
            health_word: OnceCell::new(),
            names_payer: OnceCell::new(),
        })
    };
    let mut entries: Vec<Entry<'a>> = Vec::with_capacity(books.operations.len());
    entries.extend(books.operations.iter().filter_map(entry));
    if entries.len() > OPERATIONS_MAX {
        let by_day = |entry: &Entry<'a>| (entry.day, entry.operation.id.as_str());
        entries.sort_by(|one, other| by_day(one).cmp(&by_day(other)));
        entries.drain(..entries.len() - OPERATIONS_MAX);
    }
    entries.sort_by(|one, other| {
        let key = |entry: &Entry<'a>| (entry.cents, entry.day);
        let texts = |entry: &Entry<'a>| (&entry.operation.id, &entry.operation.label);
        key(one).cmp(&key(other)).then_with(|| texts(one).cmp(&texts(other)))
    });
    once(&mut entries, |entry| &entry.operation.id);
    entries
}

/// Each id once: its first in order.
fn once<'a, T>(sorted: &mut Vec<T>, id: impl Fn(&T) -> &'a str) {
    let mut known = std::collections::HashSet::with_capacity(sorted.len());
    sorted.retain(|one| known.insert(id(one)));
}

fn about(operation: &Operation) -> About {
    let is_sure = |found: Option<f64>, least: f64| found.is_some_and(|found| found > least);
    let local = is_sure(operation.local_category_proba, LOCAL_PROBABILITY_MIN);
    let global = is_sure(operation.cozy_category_proba, GLOBAL_PROBABILITY_MIN);
    let said = [
        operation.manual_category_id.as_deref(),
        operation.local_category_id.as_deref().filter(|_| local),
        operation.cozy_category_id.as_deref().filter(|_| global),
        operation.automatic_category_id.as_deref(),
    ];
    let known = |id: &&str| !id.is_empty() && *id != "0";
    match said.into_iter().flatten().find(known) {
        None => About::Unknown,
        Some("400620") => About::Insurance,
        Some(id) if id.starts_with("4006") => About::Care,
        Some(_) => About::Other,
    }
}
