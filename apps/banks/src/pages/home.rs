//! `/`: what there is on the accounts, and what the month came to.

use super::month;
use super::part::{self, Place};
use crate::amount::Totals;
use crate::category::Chooser;
use crate::listing;
use crate::model::Account;
use crate::words::Words;
use domicile_sdk::prelude::*;

/// Operations shown.
const LATEST: usize = 6;

/// What an account is for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Current,
    Savings,
    Card,
    Cash,
    Investment,
    Loan,
    Other,
}

impl Kind {
    const ALL: [Kind; 7] = [
        Kind::Current,
        Kind::Savings,
        Kind::Card,
        Kind::Cash,
        Kind::Investment,
        Kind::Loan,
        Kind::Other,
    ];

    /// From the names that banks and Cozy use, of which there are some thirty.
    fn of(account: &Account) -> Self {
        let name = account.kind.to_ascii_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
        if has(&["loan", "mortgage", "revolving", "debt", "liability"]) {
            Kind::Loan
        } else if has(&["card"]) {
            Kind::Card
        } else if has(&["checking", "current", "joint", "bank"]) {
            Kind::Current
        } else if has(&[
            "insurance",
            "market",
            "pea",
            "pee",
            "perp",
            "perco",
            "madelin",
            "article",
            "asset",
        ]) {
            Kind::Investment
        } else if has(&["saving", "livret", "deposit", "capital"]) {
            Kind::Savings
        } else if has(&["cash"]) {
            Kind::Cash
        } else {
            Kind::Other
        }
    }

    fn name(self, words: Words) -> &'static str {
        match self {
            Kind::Current => words.current_accounts(),
            Kind::Savings => words.savings(),
            Kind::Card => words.cards(),
            Kind::Cash => words.cash(),
            Kind::Investment => words.investments(),
            Kind::Loan => words.loans(),
            Kind::Other => words.other_accounts(),
        }
    }
}

pub fn show(c: &Context) -> Result {
    let words = Words(c.locale());
    let accounts = part::accounts()?;
    let mut chooser = Chooser::read()?;
    let latest = listing::latest(LATEST, &accounts, &mut chooser)?;
    if accounts.is_empty() && latest.is_empty() {
        return Ok(part::page(c, Place::Accounts, words.app(), empty(words)));
    }
    // Not a month ahead, even if the bank has booked something there already.
    let newest = latest.iter().find_map(|doc| doc.value.day());
    let month = newest.map(|day| day.month.min(c.viewer.today.month));
    let month = match month {
        Some(month) => month::in_short(c, month, &accounts, &mut chooser)?,
        None => None,
    };
    let content = view! {
        h1 { (words.accounts()) }
        (totals(c, &accounts))
        @for kind in Kind::ALL {
            (accounts_of(c, kind, &accounts))
        }
        (month)
        @if !latest.is_empty() {
            section.card {
                h2 { (words.latest()) }
                (part::list(c, &latest, &accounts, &chooser))
                p { a go="/operations" { (words.see_all()) } }
            }
        }
        p.muted.small { (words.add_more()) }
    };
    Ok(part::page(c, Place::Accounts, words.app(), content))
}

/// What to do when there is nothing.
fn empty(words: Words) -> View {
    view! {
        h1 { (words.accounts()) }
        div.empty {
            h2 { (words.empty_title()) }
            p { (words.empty_how()) }
            p.muted.small { (words.empty_where()) }
        }
    }
}

/// All accounts together, each currency for itself.
fn totals(c: &Context, accounts: &[Doc<Account>]) -> Option<View> {
    let totals = sum(c, accounts.iter());
    let words = Words(c.locale());
    (totals.iter().next().is_some()).then(|| {
        view! {
            div.grid {
                @for (currency, total) in totals.iter() {
                    div.card { (part::figure(c, words.balance(), total, currency)) }
                }
            }
        }
    })
}

fn accounts_of(c: &Context, kind: Kind, accounts: &[Doc<Account>]) -> Option<View> {
    let of_kind = || accounts.iter().filter(|account| Kind::of(&account.value) == kind);
    of_kind().next()?;
    let total = sum(c, of_kind());
    let words = Words(c.locale());
    Some(view! {
        section.card {
            header.row {
                h2 { (kind.name(words)) }
                span.spacer {}
                @for (currency, total) in total.iter() {
                    strong { (part::amount(c, total, currency)) }
                }
            }
            ul.list {
                @for account in of_kind() { (line(c, account)) }
            }
        }
    })
}

fn line(c: &Context, doc: &Doc<Account>) -> View {
    let (words, account) = (Words(c.locale()), &doc.value);
    let day = Date::parse(&account.balance_date).map(|day| c.locale().short_date(day));
    let mut notes = Vec::new();
    notes.extend(Some(account.institution_label.clone()).filter(|name| !name.trim().is_empty()));
    notes.extend(account.tail().map(|tail| words.number_ends(tail)));
    notes.extend(day.map(|day| words.balance_on(day)));
    view! {
        li.item {
            div.spacer {
                p {
                    a go=(path("/operations").query("account", &doc.id)) {
                        (part::named(account, words))
                    }
                }
                @if !notes.is_empty() { p.muted.small { (notes.join(" \u{b7} ")) } }
            }
            @match account.balance() {
                Some(balance) => { (part::amount(c, balance, currency(c, account))) }
                None => { span.muted.small { (words.no_balance()) } }
            }
        }
    }
}

fn sum<'a>(c: &Context, accounts: impl Iterator<Item = &'a Doc<Account>>) -> Totals {
    let mut totals = Totals::default();
    for account in accounts.map(|doc| &doc.value) {
        if let Some(balance) = account.balance() {
            totals.add(currency(c, account), balance);
        }
    }
    totals
}

fn currency<'a>(c: &'a Context, account: &'a Account) -> &'a str {
    Some(account.currency.as_str()).filter(|code| !code.is_empty()).unwrap_or(&c.viewer.currency)
}
