//! Powers that are no grant lines: a provider, a host, an outward link, a schedule (R21).
//!
//! In flows a set of words, each naming one power exactly (`provider ofx-file`, `link merchant
//! https://example.org/search?q={q}`); out flows the set in force. It follows the rule of grants:
//! it only shrinks, but for the owner's consent.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// The powers of one component that the owner agreed to or declined.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Powers {
    agreed: BTreeSet<String>,
    declined: BTreeSet<String>,
}

/// What an update changed and what it asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PowerUpgrade {
    /// Given up by the new version.
    pub lost: BTreeSet<String>,
    /// To be shown to the owner, whose consent they need.
    pub asked: BTreeSet<String>,
    /// The owner said no before: they stay off and are not to be asked about.
    pub declined: BTreeSet<String>,
}

impl Powers {
    /// The powers in force.
    pub fn effective(&self) -> &BTreeSet<String> {
        &self.agreed
    }

    /// The owner saw these powers on a trusted page and agreed to them.
    pub fn consent(&mut self, powers: impl IntoIterator<Item = String>) {
        for power in powers {
            self.declined.remove(&power);
            self.agreed.insert(power);
        }
    }

    /// The owner takes a power back, or was asked for it and said no.
    pub fn revoke(&mut self, power: &str) {
        self.agreed.remove(power);
        self.declined.insert(power.to_owned());
    }

    /// A version that asks for `requested` takes the place of the one before.
    pub fn upgrade(&mut self, requested: &BTreeSet<String>) -> PowerUpgrade {
        let lost = &self.agreed - requested;
        self.agreed = &self.agreed & requested;
        let open = requested - &self.agreed;
        let asked = &open - &self.declined;
        PowerUpgrade { lost, declined: &open - &asked, asked }
    }
}
