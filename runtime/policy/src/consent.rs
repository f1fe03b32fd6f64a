//! Consent: the ledger of what an owner agreed to for one component (R21).
//!
//! In flow the owner's acts and what each new version asks for; out flow the grants in force. Only
//! [`Consent::consent`] ever adds to them: an update must never bring back what the owner took
//! away, nor what an earlier update gave up.

use serde::{Deserialize, Serialize};

use crate::grant::{GrantError, GrantLine, Grants};
use crate::name::Doctype;
use crate::power::Powers;

/// What an owner agreed to and took back, for one component.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    granted: Grants,
    /// The lines as they were when the owner took them back or declined them.
    revoked: Grants,
    /// Powers that are no grant lines: hosts, links, providers, schedules.
    #[serde(default)]
    pub powers: Powers,
}

/// What an update changed and what it asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Upgrade {
    /// Given up by the new version, as they were; what is left of them stays in force.
    pub lost: Vec<GrantLine>,
    /// Asked for and not in force: to be shown to the owner, whose consent they need.
    pub asked: Vec<GrantLine>,
    /// Asked for again although the owner said no: they stay off and are not to be asked about.
    pub declined: Vec<GrantLine>,
}

impl Consent {
    /// The grants in force.
    pub fn effective(&self) -> Grants {
        self.granted.clone()
    }

    /// The lines that the owner took back or declined.
    pub fn revoked(&self) -> &Grants {
        &self.revoked
    }

    /// The owner saw these lines on a trusted page and agreed to them. A line replaces the one in
    /// force for its doctype. All are taken or none is.
    pub fn consent(
        &mut self,
        lines: impl IntoIterator<Item = GrantLine>,
    ) -> Result<(), GrantError> {
        let agreed = Grants::new(lines)?;
        let kept = self.granted.iter().filter(|line| agreed.line(&line.doctype).is_none());
        self.granted = Grants::new(kept.chain(agreed.iter()).cloned())?;
        for line in agreed.iter() {
            self.revoked = self.revoked.revoke(&line.doctype);
        }
        Ok(())
    }

    /// The owner takes the line of `doctype` back. Answers whether there was one.
    pub fn revoke(&mut self, doctype: &Doctype) -> bool {
        let Some(line) = self.granted.line(doctype).cloned() else {
            return false;
        };
        self.granted = self.granted.revoke(doctype);
        self.revoked = self.revoked.with(line);
        true
    }

    /// The owner was asked for `line` and said no. What is in force for its doctype stays so.
    pub fn decline(&mut self, line: GrantLine) {
        self.revoked = self.revoked.with(line);
    }

    /// A version that asks for `requested` takes the place of the one before. What it doesn't ask
    /// for is gone for good; what is new waits for a consent.
    pub fn upgrade(&mut self, requested: &Grants) -> Upgrade {
        let after = self.granted.meet(requested);
        let missing = |wanted: &&GrantLine, have: &Grants| {
            !have.line(&wanted.doctype).is_some_and(|line| line.covers(wanted))
        };
        let lost = self.granted.iter().filter(|line| missing(line, &after)).cloned().collect();
        let open = requested.iter().filter(|line| missing(line, &after)).cloned();
        let (asked, declined) = open.partition(|line| missing(&line, &self.revoked));
        self.granted = after;
        Upgrade { lost, asked, declined }
    }
}
