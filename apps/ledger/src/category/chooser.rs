//! All that decides about categories on one page: what was learnt, and which of the operations that
//! the page looks at only moved money between own accounts.

use super::learnt::Learnt;
use super::{Category, Choice, Reason, Source, choose, find, label, uncategorised};
use crate::amount::Amount;
use crate::model::{Account, Operation};
use crate::transfer::{self, Transfers};
use domicile_sdk::prelude::*;

/// The category of a transfer.
const TRANSFER: &str = "600110";

/// Decides, and says why.
#[derive(Debug, Default)]
pub struct Chooser {
    learnt: Learnt,
    transfers: Transfers,
}

impl Chooser {
    /// With what the owner taught so far.
    pub fn read() -> Result<Self, DocsError> {
        Ok(Chooser { learnt: Learnt::read()?, transfers: Transfers::default() })
    }

    /// Look for transfers among these operations, besides those that are known.
    pub fn pair<'a>(
        &mut self,
        operations: impl IntoIterator<Item = &'a Doc<Operation>>,
        accounts: &[Doc<Account>],
    ) {
        let movable = operations.into_iter().filter(|doc| self.may_be_transfer(doc));
        let found = Transfers::among(movable, accounts);
        self.transfers.extend(found);
    }

    /// Is it a transfer, if there is another half?
    pub fn may_be_transfer(&self, doc: &Doc<Operation>) -> bool {
        transfer::is_possible(&doc.value) && leaves_open(&choose(&doc.value, &self.learnt))
    }

    /// The other half of a transfer.
    pub fn counterpart(&self, id: &str) -> Option<&str> {
        self.transfers.of(id)
    }

    pub fn choose(&self, doc: &Doc<Operation>) -> Choice {
        let choice = choose(&doc.value, &self.learnt);
        match find(TRANSFER).filter(|_| leaves_open(&choice) && self.counterpart(&doc.id).is_some())
        {
            Some(category) => Choice { category, source: Source::Transfer },
            None => choice,
        }
    }

    /// Why it was learnt.
    pub fn reason(&self, operation: &Operation) -> Option<Reason> {
        let label = label::normalised(operation.name(""));
        Some(self.learnt.guess(&label, operation.amount())?.reason)
    }

    /// What the operation was for, and how much of it: one category, or one for each part.
    pub fn shares(&self, doc: &Doc<Operation>) -> Vec<(&'static Category, Amount)> {
        match doc.value.parts() {
            [] => vec![(self.choose(doc).category, doc.value.amount())],
            parts => parts
                .iter()
                .map(|part| (find(&part.category_id).unwrap_or(uncategorised()), part.amount()))
                .collect(),
        }
    }
}

/// Might it still be a transfer? Not if the owner said something, or if what it was for is clear.
fn leaves_open(choice: &Choice) -> bool {
    choice.source != Source::Owner
        && (choice.category == uncategorised() || choice.category.group().id == "600100")
}
