//! The refund that never came: bills, operations and refunds put together, by payer.
//!
//! In: the documents of a home, today, and what was learnt, told and decided before. Out: which bill
//! is about which operation and why, what each payer owes, and what never came. Never here: a host,
//! a file, a clock, chance; a result that depends on the order of the documents.

mod books;
mod day;
mod memory;
mod outcome;

pub use books::{Account, Bill, Books, Cents, Criteria, Operation, Reimbursement};
pub use day::Day;
pub use memory::{Decision, Delays, Memory, Notice};
pub use outcome::{
    Alert, AlertKind, Copy, Evidence, Expense, Match, Outcome, Role, Rule, Share, Side, State,
};
