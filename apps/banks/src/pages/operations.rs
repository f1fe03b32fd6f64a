//! `/operations`: search and filters, newest first.

use super::part::{self, Place};
use crate::category::CATEGORIES;
use crate::filter::{Filter, Sign};
use crate::listing;
use crate::model::Account;
use crate::words::Words;
use domicile_sdk::prelude::*;

pub fn show(c: &Context) -> Result {
    let words = Words(c.locale());
    let filter: Filter = c.query()?;
    let accounts = part::accounts()?;
    let listing = listing::page(&filter)?;
    let count = listing.operations.len() as u64;
    let content = view! {
        header.row {
            h1 { (words.operations()) }
            span.spacer {}
            button go=(filter.link("/export.csv")) { (words.export()) }
        }
        (form(c, &filter, &accounts))
        @if count > 0 {
            p.muted.small { (words.shown(count)) }
            div.card { (part::list(c, &listing.operations, &accounts)) }
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
    let is_sign = |sign| filter.sign() == Some(sign);
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
                    option value="in" selected[is_sign(Sign::In)] { (words.money_in()) }
                    option value="out" selected[is_sign(Sign::Out)] { (words.money_out()) }
                }
            }
            div.row {
                button.primary { (words.show()) }
                @if !filter.is_all() { button.quiet go="/operations" { (words.clear()) } }
            }
        }
    }
}
