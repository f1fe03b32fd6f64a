//! Programs: a guest as data. One byte of memory holds the sum of all that it saw, and steers it.

use serde::{Deserialize, Serialize};

/// One step of a program. Doctypes and origins are numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Op {
    /// Finds documents, perhaps of two of the origins only.
    Query(usize, Vec<usize>),
    /// Counts documents.
    Count(usize),
    /// Follows the changes of documents.
    Feed(usize),
    /// Reads the n-th of the ids that everybody knows, whether or not there is such a document.
    Read(usize, usize),
    /// Creates a document that holds the memory.
    Create(usize),
    /// Updates the n-th visible document with the memory, or deletes it.
    Change(usize, usize, bool),
    /// The same with the n-th of the ids that everybody knows.
    Guess(usize, usize, bool),
    /// Deposits the memory under a key.
    Deposit(usize, u8),
    /// Sends the memory.
    Send,
    /// Takes a byte from outside: in the one home this, in the other that.
    Receive([u8; 2]),
    /// Reads a value of state.
    GetState,
    /// Sets it to the memory.
    SetState,
    /// Leaves the owner a notice with the memory.
    Notify,
    /// Prints the memory.
    Print,
    /// Looks at the clock.
    Now,
    /// Starts a child that finds documents: in the model, and looks how it ended; in a real home,
    /// as a panel, from which the next page may follow.
    Spawn(usize),
    /// Adds to the memory.
    Add(u8),
    /// Skips steps when the memory is odd: control that depends on what was seen.
    SkipIfOdd(usize),
}

/// What a component is asked to do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Task {
    /// Step by step.
    pub program: Vec<Op>,
    /// What it is told: the memory of the page before.
    pub memory: u8,
    /// Ids that everybody knows.
    pub known: Vec<String>,
}
