//! `/expenses`: all of them, newest first, by filters.

use domicile_sdk::prelude::*;
use reconcile::record::ExpenseRecord;

use super::part::{self, Place};
use crate::filter::{Filter, STATES};
use crate::words::Words;

/// Expenses of a page.
const PAGE: usize = 40;

pub fn show(c: &Context) -> Result {
    let words = Words(c.locale());
    let filter: Filter = c.query()?;
    let find = docs::find::<ExpenseRecord>().filter(filter.selector()).newest("day");
    let found = find.limit(PAGE).after(filter.after()).page()?;
    let count = found.documents.len() as u64;
    let content = view! {
        h1 { (words.expenses()) }
        (form(c, &filter))
        @if count > 0 {
            p.muted.small { (words.shown(count)) }
            div.card { ul.list { @for doc in &found.documents { (line(c, doc)) } } }
        } @else {
            p.empty { (words.nothing_found()) }
        }
        nav.pager aria-label=(words.expenses()) {
            @if filter.after().is_some() { button go=(filter.link()) { (words.newest()) } }
            span.spacer {}
            @if let Some(next) = &found.next {
                button go=(filter.link().query("after", next)) { (words.older()) }
            }
        }
    };
    Ok(part::page(c, Place::Expenses, words.expenses(), content))
}

fn line(c: &Context, doc: &Doc<ExpenseRecord>) -> View {
    let record = &doc.value;
    let expense = &record.expense;
    view! {
        li.item {
            div.spacer {
                p {
                    a go=(path("/expenses").segment(&doc.id)) {
                        (part::act(c, &expense.what, &expense.beneficiary))
                    }
                }
                p.muted.small {
                    (part::date(c, expense.day))
                    @if !record.payers.is_empty() { " \u{b7} " (part::or(&record.payers, "")) }
                    " "
                    @if let Some(state) = record.state { (part::state(c, state)) }
                }
            }
            span.amount { (part::money(c, expense.spent, &expense.currency)) }
        }
    }
}

fn form(c: &Context, filter: &Filter) -> View {
    let words = Words(c.locale());
    let month = filter.month().map(|month| month.to_string());
    let texts = [
        ("q", words.search(), filter.text(), words.search_hint()),
        ("who", words.beneficiary(), filter.who(), ""),
        ("payer", words.payer(), filter.payer(), ""),
    ];
    view! {
        form.filters go="/expenses" role="search" {
            @for (name, label, value, hint) in texts {
                label.field {
                    span { (label) }
                    input type="search" name=(name) value=(value) placeholder=(hint)
                        maxlength="200";
                }
            }
            label.field {
                span { (words.state()) }
                select name="state" {
                    option value="" { (words.all()) }
                    @for (word, _) in STATES {
                        option value=(word) selected[filter.state() == Some(word)] {
                            (state(words, word))
                        }
                    }
                }
            }
            label.field {
                span { (words.month()) }
                input type="month" name="month" value=[month];
            }
            div.row {
                button.primary { (words.show()) }
                @if !filter.is_all() { button.quiet go="/expenses" { (words.clear()) } }
            }
        }
    }
}

fn state(words: Words, word: &str) -> &'static str {
    match word {
        "late" => words.state_late(),
        "awaited" => words.state_awaited(),
        "received" => words.state_received(),
        "third-party" => words.state_third_party(),
        _ => words.state_unknown(),
    }
}
