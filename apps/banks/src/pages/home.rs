//! `/`: what there is on the accounts, and what the month came to.

use super::part::{self, Place};
use super::{alerts, month};
use crate::words::Words;
use domicile_sdk::prelude::*;
use ledger::account::{Group, Kind, groups};
use ledger::amount::{Amount, Totals};
use ledger::category::Chooser;
use ledger::listing;
use ledger::model::Account;

/// Operations shown.
const LATEST: usize = 6;

/// What the accounts are put in order by.
#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum By {
    #[default]
    Type,
    Group,
}

#[derive(Default, Deserialize)]
struct Query {
    by: Option<By>,
}

pub fn show(c: &Context) -> Result {
    let words = Words(c.locale());
    let Query { by } = c.query().unwrap_or_default();
    let by = by.unwrap_or_default();
    let (accounts, groups) = (part::accounts()?, groups()?);
    let mut chooser = Chooser::read()?;
    let latest = listing::latest(LATEST, &accounts, &mut chooser)?;
    if accounts.is_empty() && latest.is_empty() {
        return Ok(part::page(c, Place::Accounts, words.app(), empty(words)));
    }
    // Not a month ahead, even if the bank has booked something there already.
    let newest = latest.iter().find_map(|doc| doc.value.day());
    let month = newest.map(|day| day.month.min(c.viewer.today.month));
    let alerts = alerts::show(c, &accounts)?;
    let month = match month {
        Some(month) => month::in_short(c, month, &accounts, &mut chooser)?,
        None => None,
    };
    let content = view! {
        h1 { (words.accounts()) }
        (totals(c, &accounts))
        (alerts)
        (order(words, by))
        (sections(c, &accounts, &groups, by))
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

/// The accounts under headings: what they are for, or the owner's groups. An account may be in many
/// groups.
fn sections(c: &Context, accounts: &[Doc<Account>], groups: &[Doc<Group>], by: By) -> View {
    let words = Words(c.locale());
    let pick = |wanted: &dyn Fn(&Doc<Account>) -> bool| -> Vec<&Doc<Account>> {
        accounts.iter().filter(|account| wanted(account)).collect()
    };
    view! {
        @if by == By::Group {
            @for group in groups {
                (section(c, &group.value.label, &pick(&|account| group.value.holds(account))))
            }
            (section(c, words.ungrouped(), &pick(&|account| {
                !groups.iter().any(|group| group.value.holds(account))
            })))
        } @else {
            @for kind in Kind::ALL {
                @let own = pick(&|account| Kind::of(&account.value) == kind);
                (section(c, kind_name(kind, words), &own))
            }
        }
    }
}

fn section(c: &Context, name: &str, accounts: &[&Doc<Account>]) -> Option<View> {
    (!accounts.is_empty()).then(|| {
        let total = sum(c, accounts.iter().copied());
        view! {
            section.card {
                header.row {
                    h2 { (name) }
                    span.spacer {}
                    @for (currency, total) in total.iter() {
                        strong { (part::amount(c, total, currency)) }
                    }
                }
                ul.list { @for account in accounts { (line(c, account)) } }
            }
        }
    })
}

fn kind_name(kind: Kind, words: Words) -> &'static str {
    match kind {
        Kind::Current => words.current_accounts(),
        Kind::Savings => words.savings(),
        Kind::Card => words.cards(),
        Kind::Cash => words.cash(),
        Kind::Investment => words.investments(),
        Kind::Loan => words.loans(),
        Kind::Other => words.other_accounts(),
    }
}

/// The way to the other order, and to the groups.
fn order(words: Words, by: By) -> View {
    view! {
        nav.row aria-label=(words.groups()) {
            @for (this, to, name) in
                [(By::Type, "/", words.by_type()), (By::Group, "/?by=group", words.by_group())]
            {
                a go=(to) aria-current=[(this == by).then_some("true")] { (name) }
            }
            span.spacer {}
            a go="/groups" { (words.groups()) }
        }
    }
}

fn line(c: &Context, doc: &Doc<Account>) -> View {
    let (words, account) = (Words(c.locale()), &doc.value);
    let day = Date::parse(&account.balance_date).map(|day| c.locale().short_date(day));
    let mut notes = Vec::new();
    notes.extend(Some(account.institution_label.clone()).filter(|name| !name.trim().is_empty()));
    notes.extend(account.tail().map(|tail| words.number_ends(tail)));
    notes.extend(day.map(|day| words.balance_on(day)));
    let currency = account.currency(&c.viewer.currency);
    let coming =
        account.coming_balance.map(Amount::new).filter(|coming| Some(*coming) != account.balance());
    notes.extend(coming.map(|coming| words.coming(coming.format(c.locale(), currency))));
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
                Some(balance) => { (part::amount(c, balance, currency)) }
                None => { span.muted.small { (words.no_balance()) } }
            }
        }
    }
}

fn sum<'a>(c: &Context, accounts: impl Iterator<Item = &'a Doc<Account>>) -> Totals {
    let mut totals = Totals::default();
    for account in accounts.map(|doc| &doc.value) {
        if let Some(balance) = account.balance() {
            totals.add(account.currency(&c.viewer.currency), balance);
        }
    }
    totals
}
