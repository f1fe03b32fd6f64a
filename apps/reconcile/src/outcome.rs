//! What is found. In: nothing. Out: matches that explain themselves, what each payer owes, and what
//! never came. Never here: how it is found; a sentence for people.

use serde::{Deserialize, Serialize};

use crate::books::Cents;
use crate::day::Day;
use crate::memory::Memory;

/// All that is found in the books of a home.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outcome {
    /// By bill, the debit first.
    pub matches: Vec<Match>,
    /// By day.
    pub expenses: Vec<Expense>,
    /// All that stand, by the day since when; those to tell the owner of are `fresh`.
    pub alerts: Vec<Alert>,
    /// Bills that say once more what another one says.
    pub copies: Vec<Copy>,
    /// What to keep for the next time.
    pub memory: Memory,
}

/// Which way the money of an operation goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// What was spent.
    Debit,
    /// What came back.
    Credit,
}

/// A bill and the operations that it is about: several where it was paid in parts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Match {
    pub bill: String,
    pub side: Side,
    pub operations: Vec<String>,
    pub rule: Rule,
    pub evidence: Vec<Evidence>,
    /// From 0 to 1.
    pub surety: f64,
}

/// Why a bill and an operation are taken for the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// The owner said so.
    Owner,
    /// The amount to the cent.
    Exact,
    /// Some cents off, or within what the bill itself allows.
    Near,
    /// The payer kept flat fees back.
    KeptBack,
    /// One operation for several bills.
    Group,
    /// One bill in several operations.
    Parts,
    /// Less than what was announced.
    Partial,
    /// Two lines of one expense.
    Shared,
}

/// What speaks for a match.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Evidence {
    /// The sums are the same.
    Amount(Cents),
    /// Cents between both.
    Off(Cents),
    /// Days from the bill to the operation.
    Days(i32),
    /// A word of the label that names the vendor.
    Word(String),
    /// The connector's own expression fits the label.
    Expression,
    /// The operation is about health, by its category.
    HealthCategory,
    /// A word of the label that tells of health.
    HealthWord(String),
    /// The first name of who was cared for stands in the label.
    Beneficiary(String),
    /// So many bills add up to the sum.
    Sum(usize, Cents),
    /// So many operations add up to the sum.
    Parts(usize, Cents),
    /// Flat fees that the payer kept back.
    KeptBack(Cents),
    /// No other operation fits.
    Alone,
}

/// Something spent, once or on one act of care, and who pays for it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Expense {
    /// Empty where nobody says.
    pub beneficiary: String,
    /// The act, or the vendor.
    pub what: String,
    pub day: Day,
    /// 0: unknown.
    pub spent: Cents,
    pub currency: String,
    pub bills: Vec<String>,
    pub debits: Vec<String>,
    pub shares: Vec<Share>,
}

/// What one payer owes of an expense.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Share {
    /// As the bills name it.
    pub payer: String,
    pub role: Role,
    /// What it announced, or what is to be expected of it.
    pub expected: Cents,
    pub is_announced: bool,
    pub received: Cents,
    /// Flat fees, which nobody pays back.
    pub kept_back: Cents,
    pub state: State,
    /// When it has to be there.
    pub due: Day,
    pub credits: Vec<String>,
}

/// Who a payer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// The public health insurance.
    Public,
    /// The insurance that pays what that one leaves.
    TopUp,
    /// A vendor that pays back.
    Vendor,
}

/// Where a share stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It went to somebody else.
    ThirdParty,
    /// All of it is there.
    Received,
    /// It may still come.
    Awaited,
    /// Less than announced came, and the rest is late.
    Partial,
    /// It is late.
    Missing,
    /// The bank's history doesn't reach so far.
    Unknown,
}

/// What never came.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Alert {
    /// The same for the same trouble, whatever it amounts to.
    pub key: String,
    pub kind: AlertKind,
    /// As the bills name it.
    pub payer: String,
    pub role: Role,
    pub beneficiary: String,
    /// The act of care, what was bought, or the label of what was debited.
    pub what: String,
    pub spent_on: Day,
    pub spent: Cents,
    pub announced: Cents,
    pub received: Cents,
    pub missing: Cents,
    pub currency: String,
    /// When it was announced, or spent.
    pub since: Day,
    /// When it had to be there.
    pub due: Day,
    pub bills: Vec<String>,
    pub operations: Vec<String>,
    /// Not told before, or of another amount then.
    #[serde(skip)]
    pub fresh: bool,
}

/// Kinds of what never came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AlertKind {
    /// Announced, and nothing came.
    Unpaid,
    /// Announced, and less came.
    Partial,
    /// Neither announced nor paid, where this payer does both.
    Unannounced,
    /// No payer tells of a health expense.
    NoStatement,
}

/// A bill that says once more what another one says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Copy {
    pub bill: String,
    pub of: String,
}
