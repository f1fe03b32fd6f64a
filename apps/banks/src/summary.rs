//! What a month came to: money in, money out and the groups of categories, each currency for
//! itself.

use crate::amount::Amount;
use crate::category::{Category, Group, Side, choose, find};
use crate::model::Operation;
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
    operations: impl IntoIterator<Item = &'a Operation>,
    home_currency: &str,
) -> Vec<(String, Summary)> {
    let mut currencies: BTreeMap<String, (Summary, Sums, Sums)> = BTreeMap::new();
    for operation in operations {
        let currency = operation.currency(home_currency).to_owned();
        let (summary, income, expenses) = currencies.entry(currency).or_default();
        let (category, amount) = (choose(operation).category, operation.amount());
        summary.operations += 1;
        let (is_income, sums) = match category.group().side {
            Side::Neither => {
                summary.not_counted += 1;
                continue;
            }
            Side::Income => (true, income),
            Side::Sign if !amount.is_negative() => (true, income),
            Side::Expense | Side::Sign => (false, expenses),
        };
        let amount = if is_income { amount } else { -amount };
        *sums.entry(category.id).or_default() += amount;
        *(if is_income { &mut summary.income } else { &mut summary.expenses }) += amount;
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

    fn operation(label: &str, amount: f64, currency: &str) -> Operation {
        let (label, currency) = (label.to_owned(), currency.to_owned());
        Operation { label, currency, amount: Some(amount), ..Operation::default() }
    }

    #[test]
    fn a_month_adds_up() {
        let operations = [
            operation("SALAIRE", 2000.0, "EUR"),
            operation("LIDL", -30.1, ""),
            operation("PHARMACIE", -20.0, "EUR"),
            operation("CPAM", 15.0, "EUR"),
            operation("VIR INTERNE", -500.0, "EUR"),
            operation("VIR INTERNE", 500.0, "EUR"),
            operation("?", 5.0, "EUR"),
            operation("?", -7.0, "EUR"),
            operation("TESCO", -9.0, "GBP"),
        ];
        let all = summarise(&operations, "EUR");
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
}
