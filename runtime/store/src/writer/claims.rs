//! Claims: written down with what is deposited, and given up with the account.
//!
//! In flow deposits and withdrawals; out flow claims. A deposit is answered as if there were none.

use domicile_policy::ComponentId;

use super::transaction::{Transaction, fail};
use crate::claims::fate;
use crate::document::Fate;
use crate::error::WriteError;
use crate::id::DocId;
use crate::keys;
use crate::limits::CLAIMS_MAX;
use crate::record::{ClaimRecord, DocumentRecord, Token};

/// Whoever has no account: an importer, or a version before there were claims.
const NOBODY: &str = "";

impl Transaction<'_> {
    /// A document was deposited by this component. `before` is what lay there; `now` its revision
    /// if it was written.
    pub fn claim(
        &mut self,
        id: &DocId,
        by: &ComponentId,
        before: Option<&DocumentRecord>,
        now: Option<Token>,
    ) -> Result<(), WriteError> {
        let account = self.account.clone();
        let known: Option<ClaimRecord> = self.read(&keys::claim(id))?;
        let mut claim = match (known, before) {
            (Some(claim), _) => claim,
            // No account ever brought it, and none does now.
            (None, _) if account.is_none() => return Ok(()),
            (None, Some(DocumentRecord::Live(live))) => {
                let other = live.provenance.component != *by;
                let accounts = other.then(|| NOBODY.to_owned()).into_iter().collect();
                ClaimRecord { accounts, revision: live.revision }
            }
            (None, _) => ClaimRecord { accounts: Vec::new(), revision: Token::default() },
        };
        let full = claim.accounts.len() >= CLAIMS_MAX;
        let who = account.filter(|_| !full).unwrap_or_default();
        let before = claim.clone();
        if !claim.accounts.contains(&who) {
            claim.accounts.push(who);
        }
        claim.revision = now.unwrap_or(claim.revision);
        if claim == before { Ok(()) } else { self.put_sealed(keys::claim(id), &claim) }
    }

    /// Give up an account's claim of a document. It goes with it, if that is its fate.
    pub fn give_up(&mut self, id: &DocId, account: &str) -> Result<Option<Fate>, WriteError> {
        let doctype = self.compartment(&id.handle)?.doctype.clone();
        let (keys, catalogue) = (&self.context.keys, self.catalogue());
        let fate = fate(&*self, keys, catalogue, &doctype, id, account);
        let fate = fate.map_err(|fault| fail(self.context, fault))?;
        match fate {
            None => {}
            Some(Fate::Goes) => self.erase(&doctype, id)?,
            Some(Fate::Changed) => self.delete(keys::claim(id)),
            Some(Fate::Shared) => {
                let claim: Option<ClaimRecord> = self.read(&keys::claim(id))?;
                if let Some(mut claim) = claim {
                    claim.accounts.retain(|one| one != account);
                    self.put_sealed(keys::claim(id), &claim)?;
                }
            }
        }
        Ok(fate)
    }
}
