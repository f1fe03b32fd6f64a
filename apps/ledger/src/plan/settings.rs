//! What the owner set for the bank, as Cozy's doctype names it; what else is in the document stays.

use crate::amount::Amount;
use crate::category::{self, Category};
use domicile_sdk::prelude::*;
use domicile_sdk::serde_json::{Map, Value};

/// Budgets of one home.
pub const BUDGETS_MAX: usize = 100;

#[derive(Serialize, Deserialize, Debug, Clone, Default)]
#[serde(rename_all = "camelCase", default)]
pub struct Settings {
    #[serde(rename = "categoryBudgetAlerts", deserialize_with = "lenient")]
    pub budgets: Vec<Budget>,
    #[serde(deserialize_with = "lenient")]
    pub notifications: Notifications,
}

/// How much a category may take in a month.
#[derive(Serialize, Deserialize, Debug, Clone, Default, PartialEq)]
#[serde(rename_all = "camelCase", default)]
pub struct Budget {
    #[serde(deserialize_with = "lenient")]
    pub category_id: String,
    #[serde(deserialize_with = "lenient")]
    pub category_is_parent: bool,
    #[serde(deserialize_with = "lenient")]
    pub max_threshold: f64,
    #[serde(deserialize_with = "lenient")]
    pub currency: String,
    #[serde(flatten)]
    others: Map<String, Value>,
}

/// When to be warned.
#[derive(Serialize, Deserialize, Debug, Clone, Default)]
#[serde(rename_all = "camelCase", default)]
pub struct Notifications {
    #[serde(deserialize_with = "lenient")]
    pub balance_lower: Alert,
    #[serde(deserialize_with = "lenient")]
    pub transaction_greater: Alert,
    #[serde(flatten)]
    others: Map<String, Value>,
}

/// A bound, if it is switched on.
#[derive(Serialize, Deserialize, Debug, Clone, Default)]
#[serde(default)]
pub struct Alert {
    #[serde(deserialize_with = "lenient")]
    pub enabled: bool,
    #[serde(deserialize_with = "lenient")]
    pub value: f64,
}

impl Document for Settings {
    const DOCTYPE: &'static str = "io.cozy.bank.settings";
}

impl Settings {
    /// As they are; those of a home that has none, or does not let this app see them.
    pub fn read() -> Result<Self, DocsError> {
        match first() {
            Err(DocsError::Absent) => Ok(Settings::default()),
            found => Ok(found?.map(|doc| doc.value).unwrap_or_default()),
        }
    }

    /// Change them.
    pub fn change(change: impl FnOnce(&mut Settings)) -> Result<(), DocsError> {
        if let Some(mut doc) = first()? {
            change(&mut doc.value);
            return docs::update(&mut doc);
        }
        let mut settings = Settings::default();
        change(&mut settings);
        docs::create(&settings).map(drop)
    }

    /// Set a budget; one of nothing is none. In the order in which they were made.
    pub fn set_budget(&mut self, category: &Category, limit: Amount, currency: &str) {
        let is_it =
            |budget: &Budget| budget.category_id == category.id && budget.currency == currency;
        if limit.is_zero() {
            return self.budgets.retain(|budget| !is_it(budget));
        }
        let at = self.budgets.iter().position(is_it);
        let at = at.unwrap_or_else(|| {
            self.budgets.push(Budget {
                category_id: category.id.to_owned(),
                category_is_parent: category.is_group(),
                currency: currency.to_owned(),
                ..Budget::default()
            });
            self.budgets.len() - 1
        });
        self.budgets[at].max_threshold = limit.as_f64();
        self.budgets.truncate(BUDGETS_MAX);
    }
}

impl Budget {
    pub fn category(&self) -> Option<&'static Category> {
        category::find(&self.category_id)
    }

    pub fn limit(&self) -> Amount {
        Amount::new(self.max_threshold)
    }
}

impl Alert {
    /// The bound, if it counts.
    pub fn bound(&self) -> Option<f64> {
        self.enabled.then_some(self.value)
    }

    /// From what was typed: nothing switches it off.
    pub fn from(value: Option<f64>) -> Self {
        Alert { enabled: value.is_some(), value: value.unwrap_or_default() }
    }
}

fn first() -> Result<Option<Doc<Settings>>, DocsError> {
    Ok(docs::find::<Settings>().limit(1).page()?.documents.into_iter().next())
}
