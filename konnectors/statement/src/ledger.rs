//! Gathers what a reader finds and gives every operation its key. In: accounts, entries, rows that
//! are not sound. Out: a statement, or the reason why there is none. Never here: two rows of one
//! block that became one, or one movement that became two because a file repeats it.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{self, Account, Entry, Operation, Statement};
use crate::{Amount, Refusal, Said, Warnings, key, say};

/// How many documents one run may deposit.
pub const ITEMS_MAX: usize = 50_000;

#[derive(Default)]
pub struct Ledger {
    accounts: Vec<Account>,
    operations: Vec<Operation>,
    keys: BTreeSet<String>,
    ordinals_of_block: BTreeMap<String, u32>,
    ordinals_of_file: BTreeMap<String, u32>,
    rejected: usize,
    first_rejected: Option<Said>,
    unreferenced: usize,
    in_other_currency: usize,
    warnings: Warnings,
}

impl Ledger {
    /// A new statement of the file starts. Rows with a bank's reference that come again in another
    /// block are the same movement; within a block they are two.
    pub fn open_block(&mut self) {
        self.ordinals_of_block.clear();
    }

    /// The account's index. What a later statement knows better replaces what an earlier one said.
    pub fn account(&mut self, account: Account) -> Result<usize, Refusal> {
        let known = self.accounts.iter_mut().position(|earlier| earlier.key == account.key);
        if let Some(index) = known {
            if let Some(earlier) = self.accounts.get_mut(index) {
                update(earlier, account);
            }
            return Ok(index);
        }
        self.make_room()?;
        self.accounts.push(account);
        Ok(self.accounts.len() - 1)
    }

    /// Takes one entry of the account with that index.
    pub fn add(&mut self, account: usize, entry: Entry) -> Result<(), Refusal> {
        let Some(of) = self.accounts.get(account) else {
            return Ok(());
        };
        let base = key::operation(&of.key, &entry);
        let in_other_currency = entry.currency != of.currency;
        let ordinals = match entry.reference {
            Some(_) => &mut self.ordinals_of_block,
            None => &mut self.ordinals_of_file,
        };
        let ordinal = ordinals.entry(base.clone()).or_insert(0);
        let key = format!("{base}#{ordinal}");
        *ordinal += 1;
        if self.keys.insert(key.clone()) {
            self.make_room()?;
            self.unreferenced += usize::from(entry.reference.is_none());
            self.in_other_currency += usize::from(in_other_currency);
            self.operations.push(Operation { key, account, entry });
        }
        Ok(())
    }

    /// A row that is not sound: left out, with the reason.
    pub fn reject(&mut self, line: u32, why: &Said) {
        self.rejected += 1;
        let first = say!(line, why; "line {line}: {why}", "ligne {line} : {why}");
        self.warnings.add(&say!(first; "{first}: not taken", "{first} : non reprise"));
        self.first_rejected.get_or_insert(first);
    }

    /// Says so where the movements of a statement do not lead from one balance to the other.
    pub fn check_balances(&mut self, label: &str, opening: Amount, moved: Amount, closing: Amount) {
        let reached = opening + moved;
        if reached != closing {
            self.warnings.add(&say!(
                label, opening, reached, closing;
                "{label}: from {opening} the operations lead to {reached}, and the closing balance is {closing}",
                "{label} : de {opening} les opérations mènent à {reached}, or le solde final est {closing}",
            ));
        }
    }

    /// Something else that the owner should know.
    pub fn warn(&mut self, said: &Said) {
        self.warnings.add(said);
    }

    /// Nothing sound among the rows means that the file is broken, not that the account is quiet.
    pub fn finish(mut self) -> Result<Statement, Refusal> {
        if let Some(first) = self.first_rejected.take_if(|_| self.operations.is_empty()) {
            return Err(Refusal::NothingSound { rows: self.rejected, first });
        }
        let without = say!(
            "without a reference of the bank: known by day and amount",
            "sans référence de la banque : reconnues au jour et au montant",
        );
        self.remark(self.unreferenced, &without);
        let currency = say!(
            "in another currency than the account's",
            "dans une autre devise que celle du compte",
        );
        self.remark(self.in_other_currency, &currency);
        let warnings = self.warnings.into_lines();
        if self.accounts.is_empty() {
            let first = warnings.into_iter().next();
            let hint = say!(
                "export the account's operations again",
                "exportez à nouveau les opérations du compte",
            );
            return Err(Refusal::NoStatement(first.unwrap_or(hint)));
        }
        Ok(Statement { accounts: self.accounts, operations: self.operations, warnings })
    }

    fn remark(&mut self, number: usize, what: &Said) {
        if number > 0 {
            let operations = model::operations(number);
            self.warnings
                .add(&say!(operations, what; "{operations} {what}", "{operations} {what}"));
        }
    }

    fn make_room(&self) -> Result<(), Refusal> {
        let full = self.accounts.len() + self.operations.len() >= ITEMS_MAX;
        if full { Err(Refusal::TooManyItems) } else { Ok(()) }
    }
}

fn update(earlier: &mut Account, later: Account) {
    let date_of = |account: &Account| account.balance.and_then(|balance| balance.date);
    if later.balance.is_some() && date_of(&later) >= date_of(earlier) {
        earlier.balance = later.balance;
    }
    if earlier.institution.is_none() {
        earlier.institution = later.institution;
    }
    earlier.kind = earlier.kind.or(later.kind);
}

#[cfg(test)]
mod tests;
