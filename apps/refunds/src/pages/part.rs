//! What several pages show. In: records, and the bills and operations that they name. Out: parts of
//! pages. Never here: a document that no record names.

use std::collections::BTreeSet;

use domicile_sdk::prelude::*;
use domicile_sdk::serde_json::Value;
use reconcile::record::{AlertRecord, Kind, LIST_MAX, Raw};
use reconcile::{Alert, AlertKind, Bill, Books, Cents, Day, Expense, Operation, Role, Side, State};

use crate::words::Words;

/// Characters of a foreign text on a page.
const SHOWN_MAX: usize = 200;

/// The places in the app.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Missing,
    Expenses,
    Decisions,
}

/// A whole page: the way to the other pages, and its own content.
pub fn page(c: &Context, here: Place, title: &str, content: View) -> Response {
    #[derive(Deserialize)]
    struct Query {
        saved: Option<u8>,
    }
    let words = Words(c.locale());
    let places = [
        (Place::Missing, "/", words.missing_ones()),
        (Place::Expenses, "/expenses", words.expenses()),
        (Place::Decisions, "/decisions", words.decisions()),
    ];
    let is_saved = c.query::<Query>().is_ok_and(|query| query.saved.is_some());
    let view = view! {
        section.page {
            nav.toolbar aria-label=(words.pages()) {
                @for (place, to, name) in places {
                    button.quiet[place != here] go=(to)
                        aria-current=[(place == here).then_some("page")] { (name) }
                }
            }
            @if is_saved { p.ok role="status" { (words.saved()) } }
            (content)
        }
    };
    Response::page(title, view)
}

pub fn money(c: &Context, cents: Cents, currency: &str) -> String {
    c.locale().money(cents as f64 / 100.0, currency)
}

pub fn date(c: &Context, day: Day) -> String {
    c.locale().short_date(day.date())
}

/// A foreign text of some length, or what stands for none.
pub fn or<'a>(text: &'a str, nothing: &'a str) -> String {
    let text = text.trim();
    let text = if text.is_empty() { nothing } else { text };
    text.chars().take(SHOWN_MAX).collect()
}

/// The act, and for whom it was.
pub fn act(c: &Context, what: &str, beneficiary: &str) -> String {
    let what = or(what, Words(c.locale()).nameless_act());
    match beneficiary.trim() {
        "" => what,
        who => format!("{what} \u{b7} {}", or(who, "")),
    }
}

/// Who has not paid.
pub fn payer(c: &Context, alert: &Alert) -> String {
    let words = Words(c.locale());
    let nameless = match alert.kind {
        AlertKind::NoStatement => words.no_payer(),
        _ => words.nameless_payer(),
    };
    or(&alert.payer, nameless)
}

pub fn role(words: Words, role: Role) -> &'static str {
    match role {
        Role::Public => words.public(),
        Role::TopUp => words.top_up(),
        Role::Vendor => words.vendor(),
    }
}

/// A state as a badge.
pub fn state(c: &Context, state: State) -> View {
    let words = Words(c.locale());
    let (tone, name) = match state {
        State::ThirdParty => ("info", words.state_third_party()),
        State::Received => ("ok", words.state_received()),
        State::Awaited => ("info", words.state_awaited()),
        State::Partial => ("error", words.state_partial()),
        State::Missing => ("error", words.state_missing()),
        State::Unknown => ("warn", words.state_unknown()),
    };
    view! { span.badge.(tone) { (name) } }
}

/// Which way the money goes, as an address says it.
pub fn side(side: Side) -> &'static str {
    match side {
        Side::Debit => "debit",
        Side::Credit => "credit",
    }
}

/// An amount as its owner would type it.
pub fn typed(c: &Context, cents: Cents) -> String {
    let text = c.locale().number(cents as f64 / 100.0, 2).replace('\u{2212}', "-");
    text.replace(',', c.locale().pick("", ",")).replace('\u{202f}', "")
}

/// The act of an expense and its day, for the owner to know a decision again.
pub fn about(c: &Context, expense: &Expense) -> String {
    format!("{} \u{b7} {}", act(c, &expense.what, &expense.beneficiary), date(c, expense.day))
}

/// Asks a page for another month, with what else its address says.
pub fn month_form(c: &Context, to: Link, month: Option<Month>, kept: &[(&str, &str)]) -> View {
    let words = Words(c.locale());
    view! {
        form.filters go=(to) {
            @for (name, value) in kept.iter().copied() {
                input type="hidden" name=(name) value=(value);
            }
            label.field {
                span { (words.other_month()) }
                input type="month" name="month" value=[month.map(|month| month.to_string())];
            }
            button { (words.show()) }
        }
    }
}

/// An amount with its name.
pub fn figure(name: &str, value: &str) -> View {
    view! {
        div.kpi {
            span.muted { (name) }
            strong.big { (value) }
        }
    }
}

/// What a letter and a page look at: at most so many of each.
pub const PROOFS_MAX: usize = 2 * LIST_MAX;

/// The bills and operations with these ids, as far as they are there.
pub fn books<'a>(
    bills: impl Iterator<Item = &'a String>,
    operations: impl Iterator<Item = &'a String>,
) -> Result<Books, DocsError> {
    let mut books = Books::default();
    add::<Bill>(&mut books, bills)?;
    add::<Operation>(&mut books, operations)?;
    Ok(books)
}

fn add<'a, T: Kind>(
    books: &mut Books,
    ids: impl Iterator<Item = &'a String>,
) -> Result<(), DocsError> {
    let ids: BTreeSet<&String> = ids.collect();
    let ids: Vec<String> = ids.into_iter().take(PROOFS_MAX).cloned().collect();
    if ids.is_empty() {
        return Ok(());
    }
    for doc in docs::get::<Raw<T>>(&ids)?.into_iter().flatten() {
        books.add(T::DOCTYPE, &doc.id, &Value::Object(doc.value.body));
    }
    Ok(())
}

/// A bill: who says what, of when.
pub fn bill(c: &Context, bill: &Bill, currency: &str) -> View {
    let words = Words(c.locale());
    let currency = if bill.currency.is_empty() { currency } else { &bill.currency };
    let day = bill.date.map(|day| date(c, day)).unwrap_or_default();
    let kind = if bill.is_refund { words.refund() } else { words.bill() };
    view! {
        div {
            p { strong { (or(&bill.vendor, words.bill())) } }
            p { (or(&bill.subtype, kind)) }
            p.muted.small { (day) " \u{b7} " (kind) }
            @if let Some(amount) = bill.amount { p.amount { (money(c, amount, currency)) } }
        }
    }
}

/// What an operation is called.
pub fn label(c: &Context, operation: &Operation) -> String {
    let labels = [operation.label.as_str(), operation.original_bank_label.as_str()];
    let label = labels.into_iter().find(|label| !label.trim().is_empty()).unwrap_or_default();
    or(label, Words(c.locale()).operation())
}

/// An operation: its label, when, how much.
pub fn operation(c: &Context, operation: &Operation, currency: &str) -> View {
    let currency = if operation.currency.is_empty() { currency } else { &operation.currency };
    let day = operation.realisation_date.or(operation.date);
    view! {
        div {
            p { strong { (label(c, operation)) } }
            p.muted.small { (day.map(|day| date(c, day)).unwrap_or_default()) }
            @if let Some(amount) = operation.amount { p.amount { (money(c, amount, currency)) } }
        }
    }
}

/// The alert of the page's address.
pub fn alert(c: &Context) -> Result<Doc<AlertRecord>> {
    Ok(docs::get_one(c.param("id")?)?)
}
