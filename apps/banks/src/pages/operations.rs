//! `/operations`: search and filters, newest first.

use super::part::{self, Place};
use crate::words::Words;
use domicile_sdk::prelude::*;
use ledger::category::{CATEGORIES, Chooser};
use ledger::filter::{Filter, Sign};
use ledger::listing;
use ledger::model::Account;

pub fn show(c: &Context) -> Result {
    let words = Words(c.locale());
    let filter: Filter = c.query()?;
    let accounts = part::accounts()?;
    let mut chooser = Chooser::read()?;
    let listing = listing::page(&filter, &accounts, &mut chooser)?;
    let count = listing.operations.len() as u64;
    let content = view! {
        header.row {
            h1 { (words.operations()) }
            span.spacer {}
            button go=(filter.link("/export.csv")) { (words.export()) }
            button go=(filter.link("/export.ofx")) title=(words.export_ofx_how()) {
                (words.export_ofx())
            }
        }
        (form(c, &filter, &accounts))
        @if count > 0 {
            p.muted.small { (words.shown(count)) }
            div.card { (part::list(c, &listing.operations, &accounts, &chooser)) }
        } @else if listing.next.is_some() {
            p.empty { (words.nothing_so_far()) }
        } @else {
            p.empty { (words.nothing_found()) }
        }
        nav.pager aria-label=(words.operations()) {
            @if filter.after().is_some() {
                button go=(filter.link("/operations")) { (words.newest()) }
            }
            span.spacer {}
            @if let Some(next) = &listing.next {
                button go=(filter.link("/operations").query("after", next)) { (words.older()) }
            }
        }
    };
    Ok(part::page(c, Place::Operations, words.operations(), content))
}

fn form(c: &Context, filter: &Filter, accounts: &[Doc<Account>]) -> View {
    let (words, locale) = (Words(c.locale()), c.locale());
    let month = filter.month().map(|month| month.to_string());
    let is_account = |doc: &Doc<Account>| filter.account() == Some(doc.id.as_str());
    view! {
        form.filters go="/operations" role="search" {
            label.field {
                span { (words.search()) }
                input type="search" name="q" value=(filter.text()) placeholder=(words.search_hint())
                    maxlength="200";
            }
            label.field {
                span { (words.account()) }
                select name="account" {
                    option value="" { (words.all()) }
                    @for doc in accounts {
                        option value=(&doc.id) selected[is_account(doc)] {
                            (part::named(&doc.value, words))
                        }
                    }
                }
            }
            label.field {
                span { (words.category()) }
                select name="category" {
                    option value="" { (words.all_categories()) }
                    @for category in &CATEGORIES {
                        option value=(category.id) selected[filter.category() == Some(category)] {
                            (category.full_name(locale))
                        }
                    }
                }
            }
            label.field {
                span { (words.choose_month()) }
                input type="month" name="month" value=[month];
            }
            label.field {
                span { (words.direction()) }
                select name="sign" {
                    option value="" { (words.all()) }
                    @for (sign, name) in
                        [(Sign::In, words.money_in()), (Sign::Out, words.money_out())]
                    {
                        option value=(sign.as_str()) selected[filter.sign() == Some(sign)] {
                            (name)
                        }
                    }
                }
            }
            (details(words, filter))
            div.row {
                button.primary { (words.show()) }
                @if !filter.is_all() { button.quiet go="/operations" { (words.clear()) } }
            }
        }
    }
}

/// Days, amounts and a tag: open if one is asked for.
fn details(words: Words, filter: &Filter) -> View {
    let day = |day: Option<Date>| day.map(|day| day.to_string());
    let amount = |amount: Option<f64>| amount.map(|amount| part::typed(words.0, amount));
    view! {
        details open[filter.is_detailed()] {
            summary { (words.more_filters()) }
            div.filters {
                label.field {
                    span { (words.from_day()) }
                    input type="date" name="from" value=[day(filter.from())];
                }
                label.field {
                    span { (words.to_day()) }
                    input type="date" name="to" value=[day(filter.to())];
                }
                label.field {
                    span { (words.min_amount()) }
                    input type="text" name="min" value=[amount(filter.min())] maxlength="20";
                }
                label.field {
                    span { (words.max_amount()) }
                    input type="text" name="max" value=[amount(filter.max())] maxlength="20";
                }
                label.field {
                    span { (words.tag()) }
                    input type="text" name="tag" value=[filter.tag()] maxlength="40";
                }
            }
        }
    }
}
