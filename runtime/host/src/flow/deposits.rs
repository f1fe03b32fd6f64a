//! What a run deposits: documents under keys of its own, written blindly (R7).
//!
//! In flow keys and bodies; out flow documents, stored when the run ends well, or at once if it has
//! a network. No answer may depend on what is stored, nor on whether storing worked.

use std::sync::Arc;

use domicile_policy::{Doctype, Run, Stamp};
use domicile_store::files::FILES;
use domicile_store::{Op, WriteBatch, WriteError};

use super::audit::{self, Event};
use super::net::Line;
use super::save::file_key;
use super::session::{Refused, Session, WRITES_MAX, at_most, refused_write};
use crate::egress::{Outlet, OutletError};
use crate::house::Home;

/// Documents that one run deposits at most.
pub const DEPOSITS_MAX: usize = 50_000;
/// Bytes that one run deposits at most.
pub const DEPOSIT_BYTES_MAX: usize = 256 << 20;

/// What a run stored while it went on: it stays, however the run ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Brought {
    /// Documents, but for files.
    pub documents: u64,
    /// Files.
    pub files: u64,
}

/// What a run has deposited so far.
#[derive(Default)]
pub(super) struct Deposits {
    /// Not stored yet.
    taken: Vec<Op>,
    /// Of all.
    bytes: usize,
    /// What is stored already.
    stored: Brought,
    /// Keeps them instead of this home: on a device that collects for another.
    outlet: Option<Arc<Outlet>>,
    /// Of an importer that sorts: its runs that take what else is in the file.
    others: Vec<Run>,
    /// Something that was taken could not be stored: the guest is not told.
    pub(super) lost: bool,
}

impl Session {
    /// Have what the run deposits kept by the home that this device collects for, and not here.
    pub fn deposit_elsewhere(&mut self, outlet: Arc<Outlet>) {
        self.deposits.outlet = Some(outlet);
    }

    /// Leave to other runs over the same file what they deposit: this one is told the same as they
    /// are, and keeps nothing of it.
    pub fn leave_to(&mut self, others: Vec<Run>) {
        self.deposits.others = others;
    }

    /// Whether this is one of several runs over a file.
    pub(super) fn sorts(&self) -> bool {
        !self.deposits.others.is_empty()
    }

    /// The run whose deposits of a doctype are kept, with what they are stamped with (R7).
    fn depositor(&mut self, doctype: &Doctype) -> Result<(bool, Stamp), Refused> {
        let other = |run: &&Run| run.grants().line(doctype).is_some();
        let (own, run) = match self.deposits.others.iter().find(other) {
            Some(run) => (false, run),
            None => (true, &self.run),
        };
        run.deposit(doctype).map(|stamp| (own, stamp)).map_err(|denial| self.deny(denial))
    }

    /// The id that a deposit would have: a function of the arguments (R7, R14).
    pub async fn deposit_id(&mut self, doctype: &str, key: &str) -> Result<String, Refused> {
        self.count_call()?;
        let doctype = self.doctype(doctype)?;
        let (_, stamp) = self.depositor(&doctype)?;
        // A file is saved, not put.
        let key = if doctype.as_str() == FILES { file_key(key) } else { key.to_owned() };
        let Some(outlet) = &self.deposits.outlet else {
            return Ok(self.home.store().id_for(&doctype, &stamp.label, &key).to_string());
        };
        let found = outlet.ids(doctype.as_str(), &[key.as_str()]).await;
        let id = found.ok().and_then(|mut ids| ids.pop());
        self.deposits.lost |= id.is_none();
        id.ok_or(Refused::Unavailable)
    }

    /// Take deposits: checked now, stored by [`Session::store_deposits`] once the run has ended
    /// well (R7).
    pub fn deposit(&mut self, doctype: &str, items: Vec<(String, String)>) -> Result<(), Refused> {
        self.count_call()?;
        at_most("items", items.len(), WRITES_MAX)?;
        let before: u64 = self.tally.written.values().sum();
        at_most("deposits of one run", before as usize + items.len(), DEPOSITS_MAX)?;
        let doctype = self.doctype(doctype)?;
        let (own, stamp) = self.depositor(&doctype)?;
        for (key, body) in &items {
            self.deposits.bytes += key.len() + body.len();
            self.home.store().check_deposit(&doctype, key, body).map_err(refused_write)?;
        }
        at_most("bytes of one run's deposits", self.deposits.bytes, DEPOSIT_BYTES_MAX)?;
        if !own {
            return Ok(());
        }
        self.leak_keys(&doctype, &items)?;
        self.tally.wrote(&doctype, items.len());
        for (key, body) in items {
            self.deposit_one(&doctype, &stamp, key, body)?;
        }
        Ok(())
    }

    /// A deposit that was checked.
    pub(super) fn deposit_one(
        &mut self,
        doctype: &Doctype,
        stamp: &Stamp,
        key: String,
        body: String,
    ) -> Result<(), Refused> {
        at_most("deposits of one run", self.deposits.taken.len() + 1, DEPOSITS_MAX)?;
        let (doctype, provenance) = (doctype.clone(), self.provenance());
        let Stamp { label, influence } = stamp.clone();
        self.deposits.taken.push(Op::Deposit { doctype, label, influence, provenance, key, body });
        Ok(())
    }

    /// Take deposits, and store them at once if the run has a network: what came before a failure
    /// stays. The answer is the same whatever the store says (R7).
    pub async fn put(
        &mut self,
        doctype: &str,
        items: Vec<(String, String)>,
    ) -> Result<(), Refused> {
        let count = items.len() as u64;
        self.deposit(doctype, items)?;
        self.settle(&self.doctype(doctype)?, count).await;
        Ok(())
    }

    /// Store at once what was taken, if the run has a network.
    pub(super) async fn settle(&mut self, doctype: &Doctype, count: u64) {
        if self.line.is_none() || count == 0 {
            return;
        }
        let (act, label) = ("deposited".to_owned(), self.run.label().clone());
        let event = Event::Wrote { act, doctype: doctype.clone(), count, label };
        let stored = match self.deposits.outlet.clone() {
            None => self.store_deposits(&event).await.map(drop).map_err(|error| error.to_string()),
            Some(outlet) => self.bring(&outlet, doctype).await.map_err(|error| error.to_string()),
        };
        let Brought { documents, files } = &mut self.deposits.stored;
        match stored {
            Ok(_) if doctype.as_str() == FILES => *files += count,
            Ok(_) => *documents += count,
            Err(error) => {
                tracing::error!(%error, "deposits could not be stored");
                self.deposits.lost = true;
            }
        }
    }

    /// Have the home that this device collects for keep what was deposited.
    async fn bring(&mut self, outlet: &Outlet, doctype: &Doctype) -> Result<(), OutletError> {
        let taken = std::mem::take(&mut self.deposits.taken);
        let items = taken.into_iter().filter_map(|op| match op {
            Op::Deposit { key, body, .. } => Some((key, body)),
            _ => None,
        });
        outlet.bring(doctype.as_str(), &items.collect::<Vec<_>>()).await
    }

    /// Store what the run deposited, all together, with its line in the audit trail. Returns how
    /// many documents are new or changed.
    pub async fn store_deposits(&mut self, event: &Event) -> Result<u64, WriteError> {
        let batch = self.take_deposits(event);
        store(&self.home, batch).await
    }

    /// What the run deposited, with its line in the audit trail.
    pub fn take_deposits(&mut self, event: &Event) -> WriteBatch {
        let line = audit::encode(self.at, self.run.component().as_str(), &self.version, event);
        let (ops, contents) = (std::mem::take(&mut self.deposits.taken), self.files.take());
        let account = self.account().map(str::to_owned);
        WriteBatch { ops, contents, log: vec![line], account, ..Default::default() }
    }

    /// The account that what is deposited goes with.
    pub(super) fn account(&self) -> Option<&str> {
        self.line.as_ref().map(Line::place)
    }

    /// What was stored while the run went on.
    pub fn brought(&self) -> Brought {
        self.deposits.stored
    }

    /// Whether something that was taken could not be stored.
    pub fn lost(&self) -> bool {
        self.deposits.lost
    }
}

/// Store deposits. Returns how many documents are new or changed.
pub async fn store(home: &Home, batch: WriteBatch) -> Result<u64, WriteError> {
    let written = home.store().write(batch).await?;
    home.pull_bell();
    Ok(written.iter().filter(|one| one.changed()).count() as u64)
}
