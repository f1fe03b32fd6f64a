//! Answers that tell too much, for the tests that test the tests (see [`Fault`]).
//!
//! In flow what a guest asked and the right answer; out flows the right answer, or with a fault one
//! that tells what lies above the run. Without the feature `faults` nothing here does anything.

use domicile_policy::{Doctype, Fault, Label, ReadScope};
use domicile_store::Document;

use super::session::{Refused, Session};

impl Session {
    /// R4: a hidden document has an answer of its own.
    pub(super) fn leak_hidden(
        &self,
        doctype: &Doctype,
        ids: &[&str],
        shown: &[Option<Document>],
    ) -> Result<(), Refused> {
        let missing = ids.iter().zip(shown).filter(|(_, shown)| shown.is_none());
        let missing: Vec<&str> = missing.map(|(id, _)| *id).collect();
        if self.fault.is(Fault::TellsHidden) && self.exists(doctype, &missing) {
            return Err(Refused::Conflict);
        }
        Ok(())
    }

    /// R16: a change of something hidden is a conflict.
    pub(super) fn leak_conflict(
        &self,
        doctype: &Doctype,
        ids: &[String],
        refused: Refused,
    ) -> Refused {
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        if self.fault.is(Fault::ConflictTells) && self.exists(doctype, &ids) {
            return Refused::Conflict;
        }
        refused
    }

    /// R7: a key that a document of any other label has is taken.
    pub(super) fn leak_keys(
        &self,
        doctype: &Doctype,
        items: &[(String, String)],
    ) -> Result<(), Refused> {
        if !self.fault.is(Fault::DepositTells) {
            return Ok(());
        }
        let scope = everything(doctype);
        let stored = |key: &str| self.home.store().get_keyed(&scope, key).ok().flatten();
        let taken = items.iter().filter_map(|(key, _)| stored(key));
        let label = self.run.deposit(doctype).map(|stamp| stamp.label);
        if taken.into_iter().any(|one| Ok(&one.label) != label.as_ref()) {
            return Err(Refused::Conflict);
        }
        Ok(())
    }

    fn exists(&self, doctype: &Doctype, ids: &[&str]) -> bool {
        let found = self.home.store().get_many(&everything(doctype), ids);
        found.is_ok_and(|found| found.iter().any(Option::is_some))
    }
}

fn everything(doctype: &Doctype) -> ReadScope {
    let (doctype, admitted) = (doctype.clone(), Label::everything());
    ReadScope { doctype, admitted, fields: None, rows: None }
}
