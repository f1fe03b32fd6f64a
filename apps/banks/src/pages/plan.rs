//! `/plan`: what comes again, and what the month will come to.

use super::part::{self, Place};
use crate::words::Words;
use domicile_sdk::prelude::*;
use ledger::category::Chooser;
use ledger::listing;
use ledger::model::{Account, Operation};
use ledger::plan::{Forecast, HISTORY_DAYS, Recurrence, forecast, recurrences};

/// Operations that are looked at.
const OPERATIONS_MAX: usize = 6_000;

pub fn show(c: &Context) -> Result {
    let words = Words(c.locale());
    let accounts = part::accounts()?;
    let mut chooser = Chooser::read()?;
    let recent = recent(c, &accounts, &mut chooser)?;
    let expected = recurrences(&recent, &chooser, &c.viewer);
    let forecast = forecast(&accounts, &expected, &c.viewer);
    let content = view! {
        h1 { (words.plan()) }
        @for (currency, sums) in &forecast {
            (section(c, currency, sums))
        }
        section.card {
            h2 { (words.recurring()) }
            @if expected.is_empty() { p.empty { (words.nothing_recurring()) } }
            ul.list { @for next in &expected { (line(c, next, &accounts)) } }
        }
        p.muted.small { (words.recurring_how()) }
    };
    Ok(part::page(c, Place::Plan, words.plan(), content))
}

/// The operations of some months, in which what comes again is seen.
pub fn recent(
    c: &Context,
    accounts: &[Doc<Account>],
    chooser: &mut Chooser,
) -> Result<Vec<Doc<Operation>>> {
    let since = c.viewer.today.plus(-HISTORY_DAYS);
    Ok(listing::debited_since(since, accounts, chooser, OPERATIONS_MAX)?.operations)
}

fn section(c: &Context, currency: &str, sums: &Forecast) -> View {
    let words = Words(c.locale());
    let figures = [
        (words.on_current_accounts(), sums.now),
        (words.to_come(), sums.to_come),
        (words.to_go(), sums.to_go),
        (words.then(), sums.then()),
    ];
    view! {
        section.card {
            h2 { (words.by_the_end_of(c.locale().month(c.viewer.today.month), currency)) }
            div.grid {
                @for (name, value) in figures { (part::figure(c, name, value, currency)) }
            }
        }
    }
}

fn line(c: &Context, next: &Recurrence, accounts: &[Doc<Account>]) -> View {
    let (words, locale) = (Words(c.locale()), c.locale());
    let day = locale.short_date(next.next);
    view! {
        li.item {
            div.spacer {
                p { a go=(path("/operations").segment(&next.id)) { (&next.label) } }
                p.muted.small {
                    @if next.next < c.viewer.today { span.badge.warn { (words.late_since(&day)) } }
                    @else { (words.expected_on(&day)) }
                    " \u{b7} "
                    (words.every_days(next.gap.unsigned_abs().into()))
                    ", "
                    (words.seen(next.times as u64))
                    " \u{b7} "
                    (part::account_name(accounts, &next.account, words))
                    " "
                    span.badge { (next.category.name(locale)) }
                }
            }
            (part::amount(c, next.amount, &next.currency))
        }
    }
}
