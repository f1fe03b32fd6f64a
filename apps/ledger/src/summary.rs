//! What a month came to: money in, money out and the groups of categories, each currency for
//! itself.

use crate::amount::Amount;
use crate::category::{Category, Chooser, Group, Side, find};
use crate::model::Operation;
use domicile_sdk::prelude::*;
use std::collections::BTreeMap;

/// A month in one currency.
#[derive(Debug, Default)]
pub struct Summary {
    pub income: Amount,
    /// Not negative, unless more came back than went.
    pub expenses: Amount,
    /// Of money in, greatest first.
    pub income_groups: Vec<GroupTotal>,
    /// Of money out, greatest first; amounts are not negative, unless more came back than went.
    pub expense_groups: Vec<GroupTotal>,
    /// How many operations were left out because they only move money.
    pub not_counted: usize,
    pub operations: usize,
}

/// A group with its categories.
#[derive(Debug)]
pub struct GroupTotal {
    pub group: &'static Group,
    pub amount: Amount,
    /// Greatest first.
    pub categories: Vec<(&'static Category, Amount)>,
}

impl Summary {
    pub fn net(&self) -> Amount {
        self.income + -self.expenses
    }
}

/// Sums by category id, on one side.
type Sums = BTreeMap<&'static str, Amount>;

/// A summary for each currency, that with the most operations first.
pub fn summarise<'a>(
    operations: impl IntoIterator<Item = &'a Doc<Operation>>,
    chooser: &Chooser,
    home_currency: &str,
) -> Vec<(String, Summary)> {
    let mut currencies: BTreeMap<String, (Summary, Sums, Sums)> = BTreeMap::new();
    for doc in operations {
        let currency = doc.value.currency(home_currency).to_owned();
        let (summary, income, expenses) = currencies.entry(currency).or_default();
        summary.operations += 1;
        let shares = chooser.shares(doc);
        summary.not_counted += usize::from(shares.iter().all(|(c, _)| !c.counts()));
        for (category, amount) in shares {
            match category.counted(amount) {
                Some((Side::Income, amount)) => {
                    *income.entry(category.id).or_default() += amount;
                    summary.income += amount;
                }
                Some((_, amount)) => {
                    *expenses.entry(category.id).or_default() += amount;
                    summary.expenses += amount;
                }
                None => {}
            }
        }
    }
    let mut all: Vec<(String, Summary)> = currencies
        .into_iter()
        .map(|(currency, (mut summary, income, expenses))| {
            summary.income_groups = grouped(&income);
            summary.expense_groups = grouped(&expenses);
            (currency, summary)
        })
        .collect();
    all.sort_by_key(|(_, summary)| std::cmp::Reverse(summary.operations));
    all
}

fn grouped(sums: &Sums) -> Vec<GroupTotal> {
    let mut groups: Vec<GroupTotal> = Vec::new();
    for (category, amount) in sums.iter().filter_map(|(id, amount)| Some((find(id)?, *amount))) {
        let at = groups.iter().position(|total| total.group == category.group());
        let at = at.unwrap_or_else(|| {
            let (group, amount, categories) = (category.group(), Amount::default(), Vec::new());
            groups.push(GroupTotal { group, amount, categories });
            groups.len() - 1
        });
        groups[at].amount += amount;
        groups[at].categories.push((category, amount));
    }
    for total in &mut groups {
        total.categories.sort_by_key(|(_, amount)| std::cmp::Reverse(*amount));
    }
    groups.sort_by_key(|total| std::cmp::Reverse(total.amount));
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use domicile_sdk::testing::Home;

    #[test]
    fn a_month_adds_up() {
        let home = Home::new();
        let operation = |label: &str, amount: f64, currency: &str| {
            let body = json!({"label": label, "amount": amount, "currency": currency});
            home.put(Operation::DOCTYPE, body);
        };
        operation("SALAIRE", 2000.0, "EUR");
        operation("LIDL", -30.1, "");
        operation("PHARMACIE", -20.0, "EUR");
        operation("CPAM", 15.0, "EUR");
        operation("VIR INTERNE", -500.0, "EUR");
        operation("VIR INTERNE", 500.0, "EUR");
        operation("?", 5.0, "EUR");
        operation("?", -7.0, "EUR");
        operation("TESCO", -9.0, "GBP");
        let operations = docs::find::<Operation>().all(100).expect("operations");
        let all = summarise(&operations, &Chooser::default(), "EUR");
        let names: Vec<&str> = all.iter().map(|(currency, _)| currency.as_str()).collect();
        assert_eq!(names, ["EUR", "GBP"]);
        let (euros, pounds) = (&all[0].1, &all[1].1);
        assert_eq!(euros.income.as_f64(), 2005.0);
        assert_eq!(euros.expenses.as_f64(), 42.1);
        assert_eq!(euros.net().as_f64(), 1962.9);
        assert_eq!((euros.operations, euros.not_counted), (8, 2));
        let groups = |totals: &[GroupTotal]| {
            totals.iter().map(|t| (t.group.id, t.amount.as_f64())).collect::<Vec<_>>()
        };
        assert_eq!(groups(&euros.income_groups), [("200100", 2000.0), ("0", 5.0)]);
        assert_eq!(
            groups(&euros.expense_groups),
            [("400100", 30.1), ("0", 7.0), ("400600", 5.0)],
            "what came back lowers health"
        );
        assert_eq!(pounds.expenses.as_f64(), 9.0);
    }

    #[test]
    fn parts_count_for_their_categories() {
        let home = Home::new();
        let parts = json!([
            {"amount": -30, "categoryId": "400110"}, {"amount": -12.5, "categoryId": "400450"},
            {"amount": -7.5, "categoryId": "600110"},
        ]);
        let whole = json!({"label": "AUCHAN", "amount": -50, "parts": parts});
        let mut wrong = whole.clone();
        wrong["amount"] = json!(-51);
        home.put(Operation::DOCTYPE, whole);
        home.put(Operation::DOCTYPE, wrong);
        let operations = docs::find::<Operation>().all(9).expect("operations");
        let (_, summary) = &summarise(&operations, &Chooser::default(), "EUR")[0];
        // The second one's parts are no longer the whole: it counts as if it had none.
        assert_eq!(summary.expenses.as_f64(), 42.5 + 51.0);
        assert_eq!(summary.not_counted, 0);
        assert_eq!(summary.expense_groups[0].categories[0].1.as_f64(), 30.0 + 51.0);
        assert_eq!(summary.expense_groups[1].group.id, "400400");
    }
}
