//! What a month's operations came to for a budget. In: operations of the month. Out: a sum in the
//! budget's currency. Never here: what only changed its place.

use super::Budget;
use crate::amount::Amount;
use crate::category::{Chooser, Side};
use crate::model::Operation;
use domicile_sdk::prelude::*;

impl Budget {
    /// Its currency, or the home's.
    pub fn currency<'a>(&'a self, home: &'a str) -> &'a str {
        Some(self.currency.as_str()).filter(|code| !code.is_empty()).unwrap_or(home)
    }

    /// What went for it; nothing where its category is not known here.
    pub fn spent<'a>(
        &self,
        operations: impl IntoIterator<Item = &'a Doc<Operation>>,
        chooser: &Chooser,
        home_currency: &str,
    ) -> Option<Amount> {
        let (wanted, currency) = (self.category()?, self.currency(home_currency));
        let mut spent = Amount::default();
        let own =
            operations.into_iter().filter(|doc| doc.value.currency(home_currency) == currency);
        for (category, amount) in own.flat_map(|doc| chooser.shares(doc)) {
            if let Some((Side::Expense, amount)) = category.counted(amount)
                && category.is_within(wanted)
            {
                spent += amount;
            }
        }
        Some(spent)
    }
}
