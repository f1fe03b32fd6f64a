//! Accounts that the owner looks at together.

use crate::model::Account;
use domicile_sdk::prelude::*;

/// Groups of one home; more are no household's.
pub const GROUPS_MAX: usize = 100;

/// A group of accounts, as Cozy's doctype names it.
#[derive(Serialize, Deserialize, Debug, Clone, Default)]
#[serde(default)]
pub struct Group {
    #[serde(deserialize_with = "lenient")]
    pub label: String,
    /// Their ids.
    #[serde(deserialize_with = "lenient")]
    pub accounts: Vec<String>,
}

impl Document for Group {
    const DOCTYPE: &'static str = "io.cozy.bank.groups";
}

impl Group {
    pub fn holds(&self, account: &Doc<Account>) -> bool {
        self.accounts.contains(&account.id)
    }
}

/// All groups, by name; none, where the owner does not let this app see them.
pub fn groups() -> Result<Vec<Doc<Group>>, DocsError> {
    match docs::find::<Group>().sort("label").all(GROUPS_MAX) {
        Err(DocsError::Absent) => Ok(Vec::new()),
        found => found,
    }
}
