//! Which columns are money, and which way it goes. In: roles, and the words beside amounts. Out:
//! every way in which a row's cells may be one amount. Never here: which of them it is.

use std::collections::BTreeSet;

use konnector_statement::text::plain;
use konnector_statement::{Amount, Said, say};

use super::columns::{Columns, Role};
use super::table::Row;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Money {
    One { column: usize, sign: Sign },
    Two { debit: Option<usize>, credit: Option<usize> },
}

/// Which way an amount goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    AsWritten,
    Reversed,
    /// A word in another column says it.
    Beside,
}

/// The words of a column that say which way the amounts beside them go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    pub column: usize,
    pub out: BTreeSet<String>,
    pub into: BTreeSet<String>,
}

const OUT: [&str; 8] = ["d", "dr", "db", "dbit", "debit", "-", "sortie", "out"];
const INTO: [&str; 8] = ["c", "cr", "crdt", "credit", "+", "entree", "in", "versement"];

impl Side {
    /// A column whose words everybody knows.
    pub fn known(column: usize, words: &BTreeSet<String>) -> Option<Side> {
        let (out, into): (BTreeSet<String>, BTreeSet<String>) =
            words.iter().cloned().partition(|word| OUT.contains(&word.as_str()));
        let known = into.iter().all(|word| INTO.contains(&word.as_str()));
        (known && !words.is_empty()).then_some(Side { column, out, into })
    }

    /// The ways of one or two words that nobody knows: one goes out, or the other.
    pub fn ways(column: usize, words: &BTreeSet<String>) -> Vec<Side> {
        let set = |word: &String| BTreeSet::from([word.clone()]);
        let none = BTreeSet::new;
        match words.iter().collect::<Vec<_>>().as_slice() {
            [one] => vec![
                Side { column, out: set(one), into: none() },
                Side { column, out: none(), into: set(one) },
            ],
            [one, other] => vec![
                Side { column, out: set(one), into: set(other) },
                Side { column, out: set(other), into: set(one) },
            ],
            _ => Vec::new(),
        }
    }

    pub fn title(&self) -> Said {
        let words = |set: &BTreeSet<String>| {
            set.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(", ")
        };
        let (out, into) = (words(&self.out), words(&self.into));
        match (self.out.is_empty(), self.into.is_empty()) {
            (false, true) => say!(out; "{out} went out", "{out} est sorti"),
            (true, _) => say!(into; "{into} came in", "{into} est entré"),
            (false, false) => say!(
                out, into;
                "{out} went out, {into} came in",
                "{out} est sorti, {into} est entré",
            ),
        }
    }

    /// The amount that a row moves.
    pub fn signed(&self, amount: Amount, row: &Row) -> Result<Amount, Said> {
        let word = word(row, self.column);
        let goes_out = self.out.contains(&word);
        if goes_out || self.into.contains(&word) {
            return Ok(amount.signed(goes_out));
        }
        Err(say!(
            word;
            "\"{word}\" does not say whether it came in or went out",
            "\"{word}\" ne dit pas si c'est entré ou sorti",
        ))
    }
}

/// What a cell says of the amount beside it.
pub fn word(row: &Row, column: usize) -> String {
    konnector_statement::text::clean(&plain(row.cell(column)), 30)
}

impl Money {
    pub fn both_signs(self) -> Vec<Money> {
        match self {
            Money::One { column, .. } => {
                [Sign::AsWritten, Sign::Reversed].map(|sign| Money::One { column, sign }).to_vec()
            }
            Money::Two { .. } => vec![self],
        }
    }

    /// Which column is meant, or which two.
    pub fn title(self, columns: &Columns) -> Said {
        let name = |column: usize| columns.called(column);
        match self {
            Money::One { column, .. } => {
                let name = name(column);
                say!(name; "the amount: {name}", "le montant : {name}")
            }
            Money::Two { debit, credit } => {
                let side =
                    |column: Option<usize>| column.map_or_else(|| say!("none", "aucune"), name);
                let (debit, credit) = (side(debit), side(credit));
                say!(
                    debit, credit;
                    "{debit} went out, {credit} came in",
                    "{debit} est sorti, {credit} est entré",
                )
            }
        }
    }

    /// Whether the column is the amount, or one side of it.
    pub fn uses(self, column: usize) -> bool {
        match self {
            Money::One { column: used, .. } => used == column,
            Money::Two { debit, credit } => [debit, credit].contains(&Some(column)),
        }
    }
}

/// Every way in which the columns may be the amount.
pub fn ways(columns: &Columns) -> Vec<Money> {
    let (amounts, debits, credits) =
        (columns.with(Role::Amount), columns.with(Role::Debit), columns.with(Role::Credit));
    if !amounts.is_empty() {
        let one = |column| Money::One { column, sign: Sign::AsWritten };
        return amounts.into_iter().map(one).collect();
    }
    let sides = |columns: Vec<usize>| match columns.is_empty() {
        true => vec![None],
        false => columns.into_iter().map(Some).collect(),
    };
    let (debits, credits) = (sides(debits), sides(credits));
    let pairs = debits.iter().flat_map(|debit| credits.iter().map(|credit| (*debit, *credit)));
    let pairs = pairs.map(|(debit, credit)| Money::Two { debit, credit });
    let pairs: Vec<Money> = pairs.collect();
    match pairs.as_slice() {
        [pair @ Money::Two { debit, credit }] if columns.is_guessed => {
            vec![*pair, Money::Two { debit: *credit, credit: *debit }]
        }
        _ => pairs,
    }
}
