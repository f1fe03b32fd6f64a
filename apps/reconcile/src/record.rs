//! What is kept of an outcome, as documents. In: an outcome, of which every text is foreign. Out:
//! bodies with a key each, which are the same for the same outcome. Never here: a text that is
//! longer than its named limit or turns the direction of what stands around it; a list without an
//! end.

use std::collections::{BTreeMap, BTreeSet};
use std::marker::PhantomData;

use domicile_sdk::docs::{Document, lenient};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::books::{Account, Bill, Cents, Operation};
use crate::day::Day;
use crate::explain::clean;
use crate::memory::{Decision, Notice};
use crate::outcome::{Alert, Expense, Match, Outcome, State};

/// Bills, operations, shares and matches of one expense; operations and evidence of each of those.
/// With texts of their length, a body is well below what the home keeps of one document, and a
/// hundred of them below what it takes at once.
pub const LIST_MAX: usize = 60;
const INNER_MAX: usize = 16;

/// Documents of one doctype.
pub trait Kind {
    /// Such as `io.cozy.bills`.
    const DOCTYPE: &'static str;
    /// Fields that are carried over from what is stored.
    const CARRIED: &'static [&'static str] = &[];
}

macro_rules! kinds {
    ($($type:ty = $doctype:expr),* $(,)?) => { $(
        impl Kind for $type {
            const DOCTYPE: &'static str = $doctype;
        }
    )* };
}
kinds! {
    Bill = Bill::DOCTYPE,
    Operation = Operation::DOCTYPE,
    Account = Account::DOCTYPE,
    ExpenseRecord = "io.domicile.reconciliation.expenses",
    DecisionRecord = "io.domicile.reconciliation.decisions",
}

impl Kind for AlertRecord {
    const DOCTYPE: &'static str = "io.domicile.reconciliation.alerts";
    const CARRIED: &'static [&'static str] = &["told"];
}

/// A document as it is stored, whatever it holds.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent, bound = "")]
pub struct Raw<T> {
    /// All of it.
    pub body: Map<String, Value>,
    #[serde(skip)]
    kind: PhantomData<T>,
}

impl<T: Kind> Document for Raw<T> {
    const DOCTYPE: &'static str = T::DOCTYPE;
}

impl<T> Raw<T> {
    /// To be stored.
    pub fn new(body: Map<String, Value>) -> Self {
        Raw { body, kind: PhantomData }
    }

    /// By which it is found again.
    pub fn key(&self) -> &str {
        self.body.get("key").and_then(Value::as_str).unwrap_or_default()
    }
}

/// `io.domicile.reconciliation.expenses`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExpenseRecord {
    pub key: String,
    #[serde(flatten)]
    pub expense: Expense,
    pub matches: Vec<Match>,
    /// Of the shares, each once, in one line.
    pub payers: String,
    /// The worst of the shares'; none where nobody owes anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<State>,
    /// What is searched: act, beneficiary and payers.
    pub text: String,
}

/// `io.domicile.reconciliation.alerts`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AlertRecord {
    #[serde(flatten)]
    pub alert: Alert,
    /// Key of the expense that it is about; empty where there is none.
    pub expense: String,
    #[serde(default, deserialize_with = "lenient", skip_serializing_if = "Option::is_none")]
    pub told: Option<Told>,
}

/// What the owner was told of an alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    #[serde(flatten)]
    pub notice: Notice,
    /// Written down after the notice, and not before.
    pub sure: bool,
}

impl Told {
    /// Does it count today? Who began to tell and never came back has told nobody, perhaps.
    pub fn counts(&self, today: Day) -> bool {
        self.sure || self.notice.on == today
    }
}

/// `io.domicile.reconciliation.decisions`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DecisionRecord {
    #[serde(flatten)]
    pub decision: Decision,
    pub on: Day,
    /// For the owner, to know it again.
    pub about: String,
}

impl Document for DecisionRecord {
    const DOCTYPE: &'static str = <DecisionRecord as Kind>::DOCTYPE;
}

impl Document for ExpenseRecord {
    const DOCTYPE: &'static str = <ExpenseRecord as Kind>::DOCTYPE;
}

impl Document for AlertRecord {
    const DOCTYPE: &'static str = <AlertRecord as Kind>::DOCTYPE;
}

/// Bodies by key.
pub type Bodies = BTreeMap<String, Map<String, Value>>;

/// What to keep of an outcome: expenses and alerts.
pub fn bodies(outcome: &Outcome) -> (Bodies, Bodies) {
    let mut matches = BTreeMap::<&str, Vec<&Match>>::new();
    for one in &outcome.matches {
        matches.entry(&one.bill).or_default().push(one);
    }
    let (mut expenses, mut keys) = (Bodies::new(), BTreeMap::<&str, String>::new());
    for expense in &outcome.expenses {
        let Some(key) = key(expense) else { continue };
        for id in expense.bills.iter().chain(&expense.debits) {
            keys.entry(id).or_insert_with(|| key.clone());
        }
        let own = expense.bills.iter().filter_map(|bill| matches.get(bill.as_str())).flatten();
        let own = own.copied().cloned().collect();
        expenses.extend(body(&expense_record(key.clone(), expense.clone(), own)).map(|b| (key, b)));
    }
    let mut alerts = Bodies::new();
    for alert in &outcome.alerts {
        let mut about = alert.bills.iter().chain(&alert.operations);
        let expense = about.find_map(|id| keys.get(id.as_str())).cloned().unwrap_or_default();
        let record = AlertRecord { alert: bounded(alert.clone()), expense, told: None };
        alerts.extend(body(&record).map(|body| (alert.key.clone(), body)));
    }
    (expenses, alerts)
}

/// The same as long as it begins with the same bill or operation.
fn key(expense: &Expense) -> Option<String> {
    let bill = expense.bills.iter().min().map(|id| format!("bill {id}"));
    bill.or_else(|| expense.debits.iter().min().map(|id| format!("operation {id}")))
}

fn expense_record(key: String, mut expense: Expense, mut matches: Vec<Match>) -> ExpenseRecord {
    expense.what = clean(&expense.what);
    expense.beneficiary = clean(&expense.beneficiary);
    expense.currency = clean(&expense.currency);
    expense.bills.truncate(LIST_MAX);
    expense.debits.truncate(LIST_MAX);
    expense.shares.truncate(LIST_MAX);
    for share in &mut expense.shares {
        share.payer = clean(&share.payer);
        share.credits.truncate(INNER_MAX);
    }
    matches.truncate(LIST_MAX);
    for one in &mut matches {
        one.operations.truncate(INNER_MAX);
        one.evidence.truncate(INNER_MAX);
    }
    let payers: BTreeSet<&str> = expense.shares.iter().map(|share| share.payer.as_str()).collect();
    let payers = payers.into_iter().collect::<Vec<_>>().join(", ");
    let state = expense.shares.iter().map(|share| share.state).max_by_key(|state| gravity(*state));
    let text = format!("{} {} {payers}", expense.what, expense.beneficiary);
    ExpenseRecord { key, expense, matches, payers, state, text }
}

/// The graver, the more its owner has to know.
pub fn gravity(state: State) -> u8 {
    match state {
        State::ThirdParty => 0,
        State::Received => 1,
        State::Unknown => 2,
        State::Awaited => 3,
        State::Partial => 4,
        State::Missing => 5,
    }
}

fn bounded(mut alert: Alert) -> Alert {
    alert.bills.truncate(LIST_MAX);
    alert.operations.truncate(LIST_MAX);
    Alert {
        payer: clean(&alert.payer),
        beneficiary: clean(&alert.beneficiary),
        what: clean(&alert.what),
        currency: clean(&alert.currency),
        ..alert
    }
}

fn body(record: &impl Serialize) -> Option<Map<String, Value>> {
    match serde_json::to_value(record) {
        Ok(Value::Object(body)) => Some(body),
        _ => None,
    }
}

/// What stored alerts say that their owner was told, as far as it counts today.
pub fn told(body: &Map<String, Value>, today: Day) -> Option<Notice> {
    let told = Told::deserialize(body.get("told")?).ok()?;
    told.counts(today).then_some(told.notice)
}

/// The field `told` of an alert whose owner is told today.
pub fn telling(missing: Cents, today: Day, sure: bool) -> Value {
    let notice = Notice { missing, on: today };
    serde_json::to_value(Told { notice, sure }).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::{Role, Rule, Share, Side};

    #[test]
    fn a_record_has_an_end_whatever_was_found() {
        let day = Day::parse("2026-11-23").expect("a day");
        let ids = |count: usize| (0..count).map(|n| format!("{n:043}")).collect::<Vec<_>>();
        let share = Share {
            payer: "x".repeat(10_000),
            role: Role::TopUp,
            expected: Cents::MAX,
            is_announced: true,
            received: 0,
            kept_back: 0,
            state: State::Missing,
            due: day,
            credits: ids(500),
        };
        let expense = Expense {
            beneficiary: "\u{202e}a\nb".to_owned(),
            what: "y".repeat(10_000),
            day,
            spent: 0,
            currency: "z".repeat(10_000),
            bills: ids(500),
            debits: ids(500),
            shares: vec![share; 500],
        };
        let found = |bill: String| Match {
            bill,
            side: Side::Credit,
            operations: ids(500),
            rule: Rule::Group,
            evidence: vec![crate::outcome::Evidence::Alone; 500],
            surety: 1.0,
        };
        let matches = ids(500).into_iter().map(found).collect();
        let outcome = Outcome { expenses: vec![expense], matches, ..Outcome::default() };
        let (expenses, alerts) = bodies(&outcome);
        assert!(alerts.is_empty());
        let body = expenses.get(&format!("bill {:043}", 0)).expect("by its first bill");
        assert!(Value::Object(body.clone()).to_string().len() < 160_000, "a hundred are one call");
        assert_eq!((&body["beneficiary"], &body["state"]), (&"a b".into(), &"missing".into()));
        let read = ExpenseRecord::deserialize(Value::Object(body.clone())).expect("a record");
        assert_eq!((read.expense.bills.len(), read.matches.len()), (LIST_MAX, LIST_MAX));
    }

    #[test]
    fn who_began_to_tell_counts_for_that_day() {
        let day = |text| Day::parse(text).expect("a day");
        let on = day("2026-11-23");
        let body = |sure| Map::from_iter([("told".to_owned(), telling(5, on, sure))]);
        let notice = Some(Notice { missing: 5, on });
        assert_eq!(told(&body(false), on), notice);
        assert_eq!(told(&body(false), day("2026-11-24")), None);
        assert_eq!(told(&body(true), day("2027-11-24")), notice);
        assert_eq!(told(&Map::new(), on), None);
    }
}
