//! What accounts were worth at the ends of months: today's balances, less what was booked since.
//!
//! In: accounts, the operations booked after the end of the first month, days. Out: a sum for each
//! day, each currency for itself. Never: an account of which no balance is known.

use crate::amount::Amount;
use crate::model::{Account, Operation};
use domicile_sdk::prelude::*;
use std::collections::BTreeMap;

/// By currency, a sum for each of these days.
pub fn worth(
    accounts: &[Doc<Account>],
    operations: &[Doc<Operation>],
    days: &[Date],
    viewer: &Viewer,
) -> BTreeMap<String, Vec<Amount>> {
    let mut booked: BTreeMap<&str, Vec<(Date, Amount)>> = BTreeMap::new();
    for operation in operations.iter().map(|doc| &doc.value) {
        if let Some(day) = Date::parse(&operation.date) {
            booked.entry(&operation.account).or_default().push((day, operation.amount()));
        }
    }
    let mut all: BTreeMap<String, Vec<Amount>> = BTreeMap::new();
    for doc in accounts {
        let Some(balance) = doc.value.balance() else { continue };
        let known = Date::parse(&doc.value.balance_date).unwrap_or(viewer.today);
        let booked = booked.get(doc.id.as_str()).map(Vec::as_slice).unwrap_or_default();
        let currency = doc.value.currency(&viewer.currency).to_owned();
        let sums = all.entry(currency).or_insert_with(|| vec![Amount::default(); days.len()]);
        for (sum, day) in sums.iter_mut().zip(days) {
            *sum += on(*day, balance, known, booked);
        }
    }
    all
}

/// The balance of a day, from that of another.
fn on(day: Date, balance: Amount, known: Date, booked: &[(Date, Amount)]) -> Amount {
    booked.iter().fold(balance, |sum, (at, amount)| {
        if day < *at && *at <= known {
            sum + -*amount
        } else if known < *at && *at <= day {
            sum + *amount
        } else {
            sum
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domicile_sdk::testing::Home;

    #[test]
    fn balances_are_followed_back_and_on() {
        let home = Home::new();
        let account = |balance: f64, date: &str, currency: &str| {
            home.put(
                Account::DOCTYPE,
                json!({"balance": balance, "balanceDate": date, "currency": currency}),
            )
        };
        let a = account(100.0, "2026-11-10", "EUR");
        let b = account(-50.0, "2026-11-20", "EUR");
        account(7.0, "2026-11-20", "USD");
        home.put(Account::DOCTYPE, json!({"label": "without a balance"}));
        for (account, date, amount) in [
            (&a, "2026-09-30", 1.0),
            (&a, "2026-10-01", 20.0),
            (&a, "2026-11-10", -5.0),
            (&a, "2026-11-11", -30.0),
            (&b, "2026-11-01", 10.0),
        ] {
            let body = json!({"account": account, "date": date, "amount": amount});
            home.put(Operation::DOCTYPE, body);
        }
        let accounts = docs::find::<Account>().all(9).expect("accounts");
        let operations = docs::find::<Operation>().all(9).expect("operations");
        let days =
            ["2026-09-30", "2026-10-31", "2026-11-30"].map(|d| Date::parse(d).expect("a day"));
        let all = worth(&accounts, &operations, &days, &Viewer::current());
        let values = |currency: &str| all[currency].iter().map(|a| a.as_f64()).collect::<Vec<_>>();
        assert_eq!(values("EUR"), [85.0 - 60.0, 105.0 - 60.0, 70.0 - 50.0]);
        assert_eq!(values("USD"), [7.0; 3]);
    }
}
