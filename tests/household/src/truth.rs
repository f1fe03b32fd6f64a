//! What is true of a household, and what a system says of it: the same types. In: nothing. Out:
//! matches, alerts, and what only looks like one. Never here: how a system found it.

use serde::{Deserialize, Serialize};

/// Which side of an act an operation is: what was spent, or what came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    Debit,
    Credit,
}

/// A bill and the operations that it is about: several where it was paid in parts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Match {
    pub bill: String,
    pub role: Role,
    pub operations: Vec<String>,
}

/// What went wrong with a refund.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The public insurance announced a payment that never came.
    PublicUnpaid,
    /// The public insurance paid less than it announced.
    PublicPartial,
    /// The top-up insurer neither announced nor paid its part.
    TopUpUnannounced,
    /// The top-up insurer announced a payment that never came.
    TopUpUnpaid,
    /// The top-up insurer paid less than it announced.
    TopUpPartial,
    /// No insurer ever told of an act: its care sheet was lost.
    SheetLost,
}

impl Kind {
    pub const ALL: [Kind; 6] = [
        Kind::PublicUnpaid,
        Kind::PublicPartial,
        Kind::TopUpUnannounced,
        Kind::TopUpUnpaid,
        Kind::TopUpPartial,
        Kind::SheetLost,
    ];
}

/// A refund that is missing. A lost sheet has no bill, and what it misses is all that was spent:
/// no document says how much of it comes back.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Alert {
    pub kind: Kind,
    /// As the bills name it. Empty where a system doesn't say.
    pub payer: String,
    pub bills: Vec<String>,
    pub operations: Vec<String>,
    /// Cents.
    pub missing: i64,
    pub beneficiary: String,
}

/// Why something that looks like a missing refund is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// Its payer may still take so long.
    TooYoung,
    /// The money is there, its statement isn't yet.
    StatementLate,
    /// The debit was reversed.
    Reversed,
    /// Bought at a pharmacy without a prescription.
    OverTheCounter,
    /// The insurers paid somebody else.
    ThirdParty,
    /// Kept back for another act.
    KeptBack,
    /// Nobody in the household has a top-up insurer.
    NotCovered,
    /// The public insurance pays all of this person's acts.
    FullyCovered,
    /// The contract stops below what the doctor asked for.
    ExcessFees,
    /// Its top-up insurer pays, but lists no act.
    ListsNoAct,
    /// Paid before the banks' history begins.
    BeforeHistory,
    /// One or two cents off.
    Rounded,
    /// Paid in two credits.
    InTwo,
    /// The same statement once more.
    Duplicate,
}

impl Reason {
    pub const ALL: [Reason; 14] = [
        Reason::TooYoung,
        Reason::StatementLate,
        Reason::Reversed,
        Reason::OverTheCounter,
        Reason::ThirdParty,
        Reason::KeptBack,
        Reason::NotCovered,
        Reason::FullyCovered,
        Reason::ExcessFees,
        Reason::ListsNoAct,
        Reason::BeforeHistory,
        Reason::Rounded,
        Reason::InTwo,
        Reason::Duplicate,
    ];
}

/// What looks like a missing refund and is none.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Quiet {
    pub reason: Reason,
    pub bills: Vec<String>,
    pub operations: Vec<String>,
}

/// What a system says of a household.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Findings {
    pub matches: Vec<Match>,
    pub alerts: Vec<Alert>,
}

/// What is true of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Truth {
    pub matches: Vec<Match>,
    pub alerts: Vec<Alert>,
    pub quiet: Vec<Quiet>,
    /// Bills that came twice: the copy, and the one that it copies.
    pub copies: Vec<(String, String)>,
}
