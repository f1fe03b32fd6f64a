use std::slice::from_ref;

use super::*;
use crate::{Balance, Currency, Date};

fn account(number: &str, balance: Option<(&str, u8)>) -> Account {
    Account {
        key: format!("bank:{number}"),
        label: number.to_owned(),
        institution: None,
        number: number.to_owned(),
        iban: None,
        kind: None,
        currency: Currency::parse("EUR").unwrap(),
        balance: balance.map(|(amount, day)| Balance { amount: money(amount), date: on(day) }),
    }
}

fn money(text: &str) -> Amount {
    Amount::parse_decimal(text).unwrap().amount
}

fn on(day: u8) -> Option<Date> {
    Date::new(2026, 1, day)
}

fn entry(reference: Option<&str>, day: u8, amount: &str, label: &str) -> Entry {
    Entry {
        reference: reference.map(str::to_owned),
        date: on(day).unwrap(),
        done: None,
        value_date: None,
        amount: money(amount),
        currency: Currency::parse("EUR").unwrap(),
        label: label.to_owned(),
        bank_label: label.to_owned(),
        kind: None,
        counterparty: None,
        counterparty_iban: None,
        check_number: None,
    }
}

/// The keys that blocks of entries of one account get, sorted.
fn keys(blocks: &[&[Entry]]) -> Vec<String> {
    let mut ledger = Ledger::default();
    for entries in blocks {
        ledger.open_block();
        let index = ledger.account(account("1", None)).unwrap();
        for entry in *entries {
            ledger.add(index, entry.clone()).unwrap();
        }
    }
    let mut keys: Vec<String> =
        ledger.finish().unwrap().operations.into_iter().map(|operation| operation.key).collect();
    keys.sort();
    keys
}

#[test]
fn identical_rows_of_one_day_stay_two() {
    let coffee = entry(None, 3, "-2.50", "COFFEE");
    let found = keys(&[&[coffee.clone(), coffee.clone()]]);
    assert_eq!(found.len(), 2);
    assert_ne!(found[0], found[1]);
    let numbered = entry(Some("0"), 3, "-2.50", "COFFEE");
    assert_eq!(keys(&[&[numbered.clone(), numbered]]).len(), 2);
}

#[test]
fn a_reference_that_is_used_again_names_two_movements() {
    let first = entry(Some("1"), 3, "-2.50", "COFFEE");
    assert_eq!(keys(&[&[first.clone(), entry(Some("1"), 4, "-2.50", "COFFEE")]]).len(), 2);
    assert_eq!(keys(&[&[first.clone(), entry(Some("1"), 3, "-2.60", "COFFEE")]]).len(), 2);
}

#[test]
fn overlapping_files_agree_on_their_common_rows() {
    let rows = |from: u8, to: u8| -> Vec<Entry> {
        (from..=to)
            .flat_map(|day| {
                let card = entry(None, day, "-2.50", "COFFEE");
                [entry(Some(&format!("R{day}")), day, "10", "SALE"), card.clone(), card]
            })
            .collect()
    };
    let (first, second) = (keys(&[&rows(1, 10)]), keys(&[&rows(6, 15)]));
    let all: BTreeSet<&String> = first.iter().chain(&second).collect();
    assert_eq!((first.len(), second.len(), all.len()), (30, 30, 45));
}

#[test]
fn blocks_share_rows_with_a_reference_and_keep_the_others_apart() {
    let referenced = entry(Some("R"), 3, "-5", "SHOP");
    assert_eq!(keys(&[from_ref(&referenced), from_ref(&referenced)]).len(), 1);
    let bare = entry(None, 3, "-5", "SHOP");
    assert_eq!(keys(&[from_ref(&bare), from_ref(&bare)]).len(), 2);
}

#[test]
fn a_corrected_label_does_not_make_a_second_movement() {
    let before = keys(&[&[entry(Some("R"), 3, "-5", "SHOP")]]);
    assert_eq!(before, keys(&[&[entry(Some("R"), 3, "-5", "SHOP PARIS 12")]]));
}

/// Two exports of one account, in two formats: other labels, another order, and each reaches where
/// the other doesn't.
#[test]
fn formats_that_overlap_agree_whatever_they_call_a_movement() {
    let reference = |day: u8| day.is_multiple_of(2).then(|| format!("R{day}"));
    let rows = |from: u8, to: u8, label: fn(u8) -> String| -> Vec<Entry> {
        let of_day = |day: u8| {
            let card = entry(None, day, "-2.50", &label(day));
            let sale = entry(reference(day).as_deref(), day, "10", &label(day));
            [card.clone(), sale, entry(None, day, "-2.50", &format!("{} bis", label(day)))]
        };
        (from..=to).flat_map(of_day).collect()
    };
    let short = rows(1, 10, |day| format!("CB {day}"));
    let mut long = rows(6, 15, |day| format!("PAIEMENT PAR CARTE DU {day:02}/01"));
    long.reverse();
    let (first, second) = (keys(&[&short]), keys(&[&long]));
    let all: BTreeSet<&String> = first.iter().chain(&second).collect();
    assert_eq!((first.len(), second.len(), all.len()), (30, 30, 45));
}

/// What a bank numbers is told apart even where a day is cut in two between files.
#[test]
fn references_keep_the_halves_of_a_day_apart() {
    let (early, late) = (entry(Some("1"), 3, "-2.50", "A"), entry(Some("2"), 3, "-2.50", "B"));
    assert_ne!(keys(&[from_ref(&early)]), keys(&[from_ref(&late)]));
}

#[test]
fn balances_that_do_not_add_up_are_told() {
    let warnings = |closing: &str| {
        let mut ledger = Ledger::default();
        ledger.account(account("1", None)).unwrap();
        ledger.check_balances("\"A\"", money("10"), money("-2.50"), money(closing));
        ledger.finish().unwrap().warnings
    };
    assert!(warnings("7.50").is_empty());
    assert_eq!(warnings("7.49").len(), 1);
}

#[test]
fn the_latest_balance_wins() {
    let balance = |blocks: &[Option<(&str, u8)>]| {
        let mut ledger = Ledger::default();
        for block in blocks {
            ledger.account(account("1", *block)).unwrap();
        }
        let found = ledger.finish().unwrap().accounts;
        assert_eq!(found.len(), 1);
        found[0].balance.map(|balance| balance.amount.to_string())
    };
    assert_eq!(balance(&[Some(("27", 31)), Some(("20", 31))]).as_deref(), Some("20.00"));
    assert_eq!(balance(&[Some(("27", 31)), Some(("20", 30))]).as_deref(), Some("27.00"));
    assert_eq!(balance(&[Some(("27", 31)), None]).as_deref(), Some("27.00"));
    assert_eq!(balance(&[None, Some(("20", 1))]).as_deref(), Some("20.00"));
}

#[test]
fn rows_that_are_all_broken_are_a_broken_file() {
    let mut ledger = Ledger::default();
    let index = ledger.account(account("1", None)).unwrap();
    let no_date = say!("no date", "pas de date");
    ledger.reject(7, &no_date);
    ledger.reject(9, &say!("no amount", "pas de montant"));
    let first = say!("line 7: no date", "ligne 7 : pas de date");
    let expected = Refusal::NothingSound { rows: 2, first };
    assert_eq!(ledger.finish().unwrap_err(), expected);

    let mut ledger = Ledger::default();
    ledger.account(account("1", None)).unwrap();
    ledger.add(index, entry(None, 1, "1", "A")).unwrap();
    ledger.reject(7, &no_date);
    let unreferenced = "1 operation without a reference of the bank: known by day and amount";
    let warnings = ledger.finish().unwrap().warnings;
    let english: Vec<&str> = warnings.iter().map(|said| said.en.as_str()).collect();
    assert_eq!(english, ["line 7: no date: not taken", unreferenced]);
}

#[test]
fn a_run_deposits_only_so_much() {
    let mut ledger = Ledger::default();
    let index = ledger.account(account("1", None)).unwrap();
    for number in 1..ITEMS_MAX {
        ledger.add(index, entry(Some(&number.to_string()), 1, "1", "A")).unwrap();
    }
    let refusal = ledger.add(index, entry(Some("0"), 1, "1", "A")).unwrap_err();
    assert_eq!(refusal, Refusal::TooManyItems);
}
