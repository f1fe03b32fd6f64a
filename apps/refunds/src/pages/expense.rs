//! `/expenses/{id}`: the act, who pays for it, and why what was found belongs to it.

use std::collections::BTreeMap;

use domicile_sdk::prelude::*;
use reconcile::record::{AlertRecord, ExpenseRecord};
use reconcile::{Bill, Books, Match, Rule, Share, Side, why};

use super::part::{self, Place};
use crate::decision::{self, Parts};
use crate::words::Words;

/// Alerts about one expense.
const ALERTS_MAX: usize = 20;

/// What the owner said of pairs.
struct Said {
    /// By bill and operation, whether they belong together.
    judged: BTreeMap<(String, String), bool>,
    parts: Parts,
}

pub fn show(c: &Context) -> Result {
    let doc: Doc<ExpenseRecord> = docs::get_one(c.param("id")?)?;
    let (words, record) = (Words(c.locale()), &doc.value);
    let expense = &record.expense;
    let of_matches = record.matches.iter().flat_map(|found| &found.operations);
    let operations: Vec<String> = of_matches.cloned().collect();
    let books = part::books(expense.bills.iter(), expense.debits.iter().chain(&operations))?;
    let said =
        Said { judged: decision::judged(&expense.bills)?, parts: decision::parts(&operations)? };
    let about = json!({ "expense": &record.key });
    let alerts = docs::find::<AlertRecord>().filter(about).all(ALERTS_MAX)?;
    let is_found = |bill: &Bill| {
        let is_its = |found: &Match| found.bill == bill.id && found.side == side_of(bill);
        bill.is_third_party_payer || record.matches.iter().any(is_its)
    };
    let unmatched: Vec<&Bill> = books.bills.iter().filter(|bill| !is_found(bill)).collect();
    let title = part::act(c, &expense.what, &expense.beneficiary);
    let content = view! {
        section.card {
            header.row {
                h1 { (&title) }
                span.spacer {}
                strong.big { (part::money(c, expense.spent, &expense.currency)) }
            }
            p.muted { (c.locale().full_date(expense.day.date())) }
            @for alert in &alerts {
                p {
                    a go=(path("/alerts").segment(&alert.id)) {
                        (words.missing()) ": " (part::payer(c, &alert.value.alert))
                    }
                    " "
                    strong.negative {
                        (part::money(c, alert.value.alert.missing, &alert.value.alert.currency))
                    }
                }
            }
        }
        section.card {
            h2 { (words.who_owes()) }
            @if expense.shares.is_empty() { p.muted { (words.nobody_owes()) } }
            ul.list { @for one in &expense.shares { (share(c, one, &expense.currency)) } }
        }
        @if !record.matches.is_empty() { h2 { (words.found()) } }
        @for found in &record.matches { (matched(c, &doc, found, &books, &said)) }
        @if !unmatched.is_empty() {
            section.card {
                h2 { (words.not_found()) }
                div.grid {
                    @for bill in unmatched {
                        div.stack {
                            (part::bill(c, bill, &expense.currency))
                            (other_operation(c, &doc, &bill.id, side_of(bill)))
                        }
                    }
                }
            }
        }
    };
    Ok(part::page(c, Place::Expenses, &title, content))
}

fn share(c: &Context, share: &Share, currency: &str) -> View {
    let words = Words(c.locale());
    let money = |cents| part::money(c, cents, currency);
    view! {
        li.item {
            div.spacer {
                p { (part::or(&share.payer, words.nameless_payer())) " " (part::state(c, share.state)) }
                p.muted.small {
                    (part::role(words, share.role)) " \u{b7} "
                    (if share.is_announced { words.announced() } else { words.expected() })
                    " \u{b7} " (words.due(part::date(c, share.due)))
                    @if share.kept_back > 0 { " \u{b7} " (words.fees(money(share.kept_back))) }
                }
            }
            span.amount { (words.of_expected(money(share.received), money(share.expected))) }
        }
    }
}

/// A bill and its operations beside each other, and why.
fn matched(
    c: &Context,
    doc: &Doc<ExpenseRecord>,
    found: &Match,
    books: &Books,
    said: &Said,
) -> View {
    let (words, currency) = (Words(c.locale()), &doc.value.expense.currency);
    let (rule, evidence) = why(found, currency, c.locale());
    let percent = c.locale().number((found.surety * 100.0).clamp(0.0, 100.0), 0);
    let bill = books.bills.iter().find(|bill| bill.id == found.bill);
    let is_undone = |operation: &String| {
        said.judged.get(&(found.bill.clone(), operation.clone())) == Some(&false)
    };
    view! {
        section.card {
            div.grid {
                @match bill {
                    Some(bill) => { (part::bill(c, bill, currency)) }
                    None => { p.muted { (words.gone()) } }
                }
                @for id in &found.operations {
                    div {
                        @match books.operations.iter().find(|operation| operation.id == *id) {
                            Some(operation) => { (part::operation(c, operation, currency)) }
                            None => { p.muted { (words.gone()) } }
                        }
                        @let key = (id.clone(), found.side, found.bill.clone());
                        @if let Some(cents) = said.parts.get(&key).filter(|_| !is_undone(id)) {
                            p.small { (words.part_of_it(part::money(c, *cents, currency))) }
                        }
                        (buttons(c, doc, found, id, said))
                    }
                }
            }
            p { (rule) " " span.badge.info { (words.sure(percent)) } }
            p.muted.small { (evidence.join(" \u{b7} ")) }
            (other_operation(c, doc, &found.bill, found.side))
        }
    }
}

fn buttons(
    c: &Context,
    doc: &Doc<ExpenseRecord>,
    found: &Match,
    operation: &str,
    said: &Said,
) -> View {
    let words = Words(c.locale());
    let said = said.judged.get(&(found.bill.clone(), operation.to_owned())).copied();
    let said = said.or((found.rule == Rule::Owner).then_some(true));
    let to = |act: &str| path("/expenses").segment(&doc.id).segment(act);
    let side = part::side(found.side);
    view! {
        @match said {
            Some(true) => { p.small { (words.you_confirmed()) } }
            Some(false) => { p.small { (words.you_undid()) } }
            None => {}
        }
        form.row {
            input type="hidden" name="bill" value=(&found.bill);
            input type="hidden" name="operation" value=(operation);
            input type="hidden" name="side" value=(side);
            @if said != Some(true) { button.secondary post=(to("confirm")) { (words.confirm()) } }
            @if said != Some(false) { button.quiet post=(to("undo")) { (words.not_this()) } }
        }
        p.small {
            a go=(to("split").query("operation", operation).query("side", side)) { (words.split()) }
        }
    }
}

/// The way to what else may pay for a bill.
fn other_operation(c: &Context, doc: &Doc<ExpenseRecord>, bill: &str, side: Side) -> View {
    let to = path("/expenses").segment(&doc.id).segment("operations");
    let to = to.query("bill", bill).query("side", part::side(side));
    view! { p.small { a go=(to) { (Words(c.locale()).choose_operation()) } } }
}

/// Where an operation of a bill is missing.
fn side_of(bill: &Bill) -> Side {
    if bill.is_refund { Side::Credit } else { Side::Debit }
}
