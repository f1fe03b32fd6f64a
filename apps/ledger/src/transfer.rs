//! Money that only changed its place: the same amount left one account and came to another within
//! days, and both labels speak of a transfer.
//!
//! In: operations and accounts. Out: pairs, each operation in one at most. Never: an operation
//! whose purpose is known otherwise; the caller leaves those out.

use crate::amount::Amount;
use crate::category::label::normalised;
use crate::model::{Account, Operation};
use domicile_sdk::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Days between both halves, a weekend with a holiday included.
pub const DAYS_MAX: i32 = 5;
/// The same, where nothing but the word speaks for a transfer between own accounts.
const VAGUE_DAYS_MAX: i32 = 2;
/// Operations of one amount that are compared with each other; more are no household's.
const ALIKE_MAX: usize = 200;

/// Words by which banks call a transfer.
const WORDS: [&str; 7] =
    [" VIR ", " VIREMENT ", " VIRT ", " TRANSFER ", " TRANSFERT ", " TRF ", " XFER "];
/// Words by which they call one between the owner's accounts.
const OWN_WORDS: [&str; 6] =
    [" EPARGNE ", " LIVRET ", " INTERNE ", " COMPTE A COMPTE ", " SAVINGS ", " INTERNAL "];

/// Operations with their other halves, by id.
#[derive(Debug, Default)]
pub struct Transfers(BTreeMap<String, String>);

/// Does the operation itself look like a half of a transfer?
pub fn is_possible(operation: &Operation) -> bool {
    let label = normalised(operation.name(""));
    !operation.amount().is_zero()
        && operation.day().is_some()
        && !operation.account.is_empty()
        && operation.parts().is_empty()
        && (operation.kind.eq_ignore_ascii_case("transfer")
            || WORDS.iter().chain(&OWN_WORDS).any(|word| label.contains(word)))
}

/// What speaks for a pair besides amount and days.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Doubt {
    /// One names the other's account.
    Named,
    /// One says that it is between own accounts.
    Own,
    /// Both are transfers, and no more is known.
    Vague,
}

/// A possible pair; the smaller, the better.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Match<'a> {
    doubt: Doubt,
    days: i32,
    out: (Date, &'a str),
    into: (Date, &'a str),
}

impl Transfers {
    /// The pairs among possible halves: the surest first, then the closest in time.
    pub fn among<'a>(
        halves: impl IntoIterator<Item = &'a Doc<Operation>>,
        accounts: &[Doc<Account>],
    ) -> Self {
        let mut alike: BTreeMap<(&str, Amount), Vec<&Doc<Operation>>> = BTreeMap::new();
        for doc in halves {
            let amount = doc.value.amount();
            let size = if amount.is_negative() { -amount } else { amount };
            let group = alike.entry((doc.value.currency.as_str(), size)).or_default();
            if group.len() < ALIKE_MAX {
                group.push(doc);
            }
        }
        let mut pairs = BTreeMap::new();
        for group in alike.values().filter(|group| group.len() > 1) {
            let mut taken = BTreeSet::new();
            for found in matches(group, accounts) {
                let (out, into) = (found.out.1, found.into.1);
                if !taken.contains(out) && !taken.contains(into) {
                    taken.extend([out, into]);
                    pairs.insert(out.to_owned(), into.to_owned());
                    pairs.insert(into.to_owned(), out.to_owned());
                }
            }
        }
        Transfers(pairs)
    }

    /// The other half.
    pub fn of(&self, id: &str) -> Option<&str> {
        self.0.get(id).map(String::as_str)
    }

    /// Add other pairs.
    pub fn extend(&mut self, other: Transfers) {
        self.0.extend(other.0);
    }
}

/// All pairs of a group of one amount, the best first.
fn matches<'a>(group: &[&'a Doc<Operation>], accounts: &[Doc<Account>]) -> Vec<Match<'a>> {
    let (out, into): (Vec<_>, Vec<_>) =
        group.iter().copied().partition(|doc| doc.value.amount().is_negative());
    let mut found = Vec::new();
    for (out, into) in out.iter().flat_map(|out| into.iter().map(move |into| (*out, *into))) {
        let (Some(left), Some(came)) = (out.value.day(), into.value.day()) else { continue };
        let days = came.days_since(left).abs();
        if out.value.account == into.value.account || days > DAYS_MAX {
            continue;
        }
        let doubt = doubt(&out.value, &into.value.account, accounts).min(doubt(
            &into.value,
            &out.value.account,
            accounts,
        ));
        if doubt == Doubt::Vague && days > VAGUE_DAYS_MAX {
            continue;
        }
        let (out, into) = ((left, out.id.as_str()), (came, into.id.as_str()));
        found.push(Match { doubt, days, out, into });
    }
    found.sort();
    found
}

/// Does the operation name this account, by its number or by what it is called, or say at least
/// that it is between own accounts?
fn doubt(operation: &Operation, account: &str, accounts: &[Doc<Account>]) -> Doubt {
    let Some(account) = accounts.iter().find(|doc| doc.id == account).map(|doc| &doc.value) else {
        return Doubt::Vague;
    };
    let label = normalised(&format!("{} {}", operation.label, operation.original_bank_label));
    let iban = &operation.metadata.counterparty_iban;
    let by_name = normalised(account.name());
    let by_tail = account.tail().map(|tail| format!("{tail} "));
    let is_named = (!iban.is_empty() && *iban == account.iban)
        || (by_name.len() > 4 && label.contains(&by_name))
        || by_tail.is_some_and(|tail| label.contains(&tail));
    match OWN_WORDS.iter().any(|word| label.contains(word)) {
        _ if is_named => Doubt::Named,
        true => Doubt::Own,
        false => Doubt::Vague,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domicile_sdk::testing::Home;

    fn account(home: &Home, name: &str, iban: &str) -> String {
        home.put(Account::DOCTYPE, json!({"label": name, "iban": iban}))
    }

    fn booked(home: &Home, account: &str, label: &str, amount: f64, date: &str) -> String {
        let body = json!({"label": label, "amount": amount, "date": date, "account": account});
        home.put(Operation::DOCTYPE, body)
    }

    fn found() -> Transfers {
        let accounts = docs::find::<Account>().all(10).expect("accounts");
        let all = docs::find::<Operation>().all(100).expect("operations");
        Transfers::among(all.iter().filter(|doc| is_possible(&doc.value)), &accounts)
    }

    #[test]
    fn opposite_amounts_on_own_accounts_are_a_pair() {
        let home = Home::new();
        let (a, b) = (account(&home, "Joint", "FR1"), account(&home, "Livret", "FR2"));
        let out = booked(&home, &a, "VIR EPARGNE", -200.0, "2026-11-27");
        let into = booked(&home, &b, "VIREMENT DE M. MARTIN", 200.0, "2026-12-01");
        booked(&home, &b, "VIREMENT", 200.01, "2026-11-27");
        booked(&home, &a, "VIREMENT", 200.0, "2026-11-27");
        let pairs = found();
        assert_eq!(pairs.of(&out), Some(into.as_str()));
        assert_eq!(pairs.of(&into), Some(out.as_str()));
        assert_eq!(pairs.0.len(), 2);
    }

    #[test]
    fn no_evidence_no_pair() {
        let home = Home::new();
        let (a, b) = (account(&home, "Joint", ""), account(&home, "Other", ""));
        for (label, label_of_other, days) in [
            ("CB DOCTEUR", "VIR CPAM", "03"),
            ("VIR LOUIS", "REMISE CHEQUE", "03"),
            ("VIR LOUIS", "VIR LOUIS", "09"),
        ] {
            booked(&home, &a, label, -50.0, "2026-11-03");
            booked(&home, &b, label_of_other, 50.0, &format!("2026-11-{days}"));
            assert!(found().0.is_empty(), "{label} and {label_of_other}");
            home_without_operations(&home);
        }
    }

    fn home_without_operations(home: &Home) {
        for doc in docs::find::<Operation>().all(100).expect("operations") {
            home.remove(Operation::DOCTYPE, &doc.id);
        }
    }

    #[test]
    fn one_half_has_one_other_and_the_named_account_comes_first() {
        let home = Home::new();
        let a = account(&home, "Joint", "FR7611112222");
        let (b, c) = (account(&home, "Livret bleu", ""), account(&home, "Card", ""));
        let out = booked(&home, &a, "VIR VERS LIVRET BLEU", -10.0, "2026-11-03");
        let near = booked(&home, &c, "VIR RECU", 10.0, "2026-11-03");
        let named = booked(&home, &b, "VIR RECU", 10.0, "2026-11-05");
        let pairs = found();
        assert_eq!(pairs.of(&out), Some(named.as_str()));
        assert_eq!(pairs.of(&near), None);
    }
}
