//! `/expenses/{id}/split`: one operation, and what of it is about which bill. In: amounts as their
//! owner typed them. Out: a decision, or the page again with what is wrong. Never here: a decision
//! whose parts and rest are not the operation; a bill that the page did not show.

use std::collections::BTreeMap;

use domicile_sdk::form::parse_number;
use domicile_sdk::prelude::*;
use reconcile::record::ExpenseRecord;
use reconcile::{Bill, Cents, Decision, Match, Operation, Side};

use super::part::{self, Place};
use crate::words::Words;
use crate::{decision, near};

/// Larger than any operation; sums of many stay exact.
const CENTS_MAX: f64 = 1e11;

/// What is split, and among what.
struct Asked {
    doc: Doc<ExpenseRecord>,
    operation: Operation,
    side: Side,
    month: Option<Month>,
    bills: Vec<Bill>,
    /// By bill, what the owner said before.
    said: BTreeMap<String, Cents>,
}

/// As it was typed: by bill, and what is about something else.
#[derive(Default)]
struct Typed {
    parts: BTreeMap<String, String>,
    other: String,
}

#[derive(Deserialize)]
struct Query {
    operation: String,
    side: Side,
    month: Option<String>,
}

#[derive(Deserialize)]
struct Form {
    operation: String,
    side: Side,
    month: Option<String>,
    #[serde(default)]
    bill: Vec<String>,
    #[serde(default)]
    amount: Vec<String>,
    other: Option<String>,
}

pub fn show(c: &Context) -> Result {
    let asked = Asked::read(c, c.query()?)?;
    let typed = asked.proposed(c);
    Ok(asked.page(c, &typed, None))
}

/// Keep what the owner says, if it is the whole.
pub fn save(c: &Context) -> Result {
    let Form { operation, side, month, bill, amount, other } = c.form()?;
    let asked = Asked::read(c, Query { operation, side, month })?;
    let parts = bill.into_iter().zip(amount).collect();
    let typed = Typed { parts, other: other.unwrap_or_default() };
    let parts = match asked.parts(c, &typed) {
        Ok(parts) => parts,
        Err(wrong) => return Ok(asked.page(c, &typed, Some(wrong))),
    };
    let (bills, parts) = parts.into_iter().unzip();
    let about = asked.about(c);
    let Asked { doc, operation, side, .. } = asked;
    let split = Decision::Split { operation: operation.id, side, bills, parts };
    decision::keep(c, split, about)?;
    Ok(path("/expenses").segment(&doc.id).query("saved", 1u8).into())
}

impl Asked {
    fn read(c: &Context, query: Query) -> Result<Asked> {
        let doc: Doc<ExpenseRecord> = docs::get_one(c.param("id")?)?;
        let Query { operation, side, month } = query;
        let books = part::books(std::iter::empty(), std::iter::once(&operation))?;
        let found = books.operations.into_iter().next();
        let operation = found.filter(|one| near::goes(one, side)).ok_or(Error::NotFound)?;
        let month = month.and_then(|text| Month::parse(&text));
        let said = decision::parts(std::slice::from_ref(&operation.id))?;
        let said: BTreeMap<String, Cents> = said
            .into_iter()
            .filter(|((_, of, _), _)| *of == side)
            .map(|((_, _, bill), cents)| (bill, cents))
            .collect();
        // What was said and what is here stays on the page, whatever month is looked at.
        let mut ids: Vec<String> = said.keys().cloned().collect();
        let here = doc.value.matches.iter().filter(|found| is_of(found, &operation.id, side));
        ids.extend(here.map(|found| found.bill.clone()));
        ids.extend(near::bills(&operation, side, month)?);
        let books = part::books(ids.iter().take(part::PROOFS_MAX), std::iter::empty())?;
        let bills = near::payable(books, &ids, &operation, side);
        Ok(Asked { doc, operation, side, month, bills, said })
    }

    /// What there is to be given.
    fn total(&self) -> Cents {
        self.operation.amount.unwrap_or_default().abs()
    }

    fn currency(&self) -> &str {
        match self.operation.currency.as_str() {
            "" => &self.doc.value.expense.currency,
            currency => currency,
        }
    }

    fn money(&self, c: &Context, cents: Cents) -> String {
        part::money(c, cents, self.currency())
    }

    /// What was said before; else what is taken for it now.
    fn proposed(&self, c: &Context) -> Typed {
        let mut left = self.total();
        let mut typed = Typed::default();
        for bill in &self.bills {
            let is_here =
                self.doc.value.matches.iter().any(|found| {
                    found.bill == bill.id && is_of(found, &self.operation.id, self.side)
                });
            let cents = match self.said.get(&bill.id) {
                Some(cents) => *cents,
                None if self.said.is_empty() && is_here => near::wants(bill, self.side).min(left),
                None => continue,
            };
            left = left.saturating_sub(cents);
            typed.parts.insert(bill.id.clone(), part::typed(c, cents));
        }
        if left > 0 && !typed.parts.is_empty() {
            typed.other = part::typed(c, left);
        }
        typed
    }

    /// The bills and their parts, or what is wrong with them.
    fn parts(&self, c: &Context, typed: &Typed) -> Result<Vec<(String, Cents)>, String> {
        let (words, total) = (Words(c.locale()), self.total());
        let mut parts = Vec::new();
        for bill in &self.bills {
            let text = typed.parts.get(&bill.id).map_or("", |text| text.trim());
            let cents = cents(words, text)?;
            let most = near::wants(bill, self.side);
            if most > 0 && cents > most {
                let (part, most) = (self.money(c, cents), self.money(c, most));
                return Err(words.part_too_large(part, part::or(&bill.vendor, words.bill()), most));
            }
            parts.extend((cents > 0).then(|| (bill.id.clone(), cents)));
        }
        let is_hidden = |(id, text): (&String, &String)| {
            !text.trim().is_empty() && !self.bills.iter().any(|bill| bill.id == *id)
        };
        if parts.is_empty() || typed.parts.iter().any(is_hidden) {
            return Err(words.parts_none().to_owned());
        }
        let other = cents(words, typed.other.trim())?;
        let sum = parts.iter().map(|(_, cents)| cents).sum::<Cents>() + other;
        let (said, whole) = (self.money(c, sum), self.money(c, total));
        let apart = self.money(c, (total - sum).abs());
        match sum.cmp(&total) {
            std::cmp::Ordering::Less => Err(words.parts_too_little(said, whole, apart)),
            std::cmp::Ordering::Greater => Err(words.parts_too_much(said, whole, apart)),
            std::cmp::Ordering::Equal => Ok(parts),
        }
    }

    /// For the owner, to know the decision again.
    fn about(&self, c: &Context) -> String {
        let label = part::label(c, &self.operation);
        format!("{label} \u{b7} {}", self.money(c, self.total()))
    }

    fn to(&self) -> Link {
        path("/expenses").segment(&self.doc.id)
    }

    fn page(&self, c: &Context, typed: &Typed, wrong: Option<String>) -> Response {
        let words = Words(c.locale());
        let content = view! {
            p { a go=(self.to()) { (words.back_to_expense()) } }
            section.card {
                header.row {
                    h1 { (words.split()) }
                    span.spacer {}
                    strong.big { (self.money(c, self.total())) }
                }
                (part::operation(c, &self.operation, self.currency()))
                p.muted { (words.split_how()) }
            }
            @if let Some(wrong) = wrong { p.error role="alert" { (wrong) } }
            (self.form(c, typed))
            (part::month_form(c, self.to().segment("split"), self.month, &[
                ("operation", self.operation.id.as_str()), ("side", part::side(self.side)),
            ]))
        };
        part::page(c, Place::Expenses, words.split(), content)
    }

    fn form(&self, c: &Context, typed: &Typed) -> View {
        let words = Words(c.locale());
        let month = self.month.map(|month| month.to_string());
        view! {
            form.card post=(self.to().segment("split")) {
                input type="hidden" name="operation" value=(&self.operation.id);
                input type="hidden" name="side" value=(part::side(self.side));
                input type="hidden" name="month" value=[month];
                @if self.bills.is_empty() { p.empty { (words.no_bills_near()) } }
                @for bill in &self.bills {
                    @let text = typed.parts.get(&bill.id);
                    input type="hidden" name="bill" value=(&bill.id);
                    label.field {
                        span { (self.name(c, bill)) }
                        input type="text" name="amount" value=[text] maxlength="20"
                            autocomplete="off";
                    }
                }
                label.field {
                    span { (words.something_else()) }
                    input type="text" name="other" value=(&typed.other) maxlength="20"
                        autocomplete="off";
                }
                div.row { button.primary { (words.keep_parts()) } }
            }
        }
    }

    /// Who, what, for whom, when, and how much at most.
    fn name(&self, c: &Context, bill: &Bill) -> String {
        let words = Words(c.locale());
        let what = part::act(c, &bill.subtype, &bill.beneficiary);
        let mut name = format!("{} \u{b7} {what}", part::or(&bill.vendor, words.bill()));
        let most = near::wants(bill, self.side);
        let day = bill.original_date.or(bill.date).map(|day| part::date(c, day));
        let most = (most > 0).then(|| words.at_most(self.money(c, most)));
        for more in [day, most].into_iter().flatten() {
            name.push_str(" \u{b7} ");
            name.push_str(&more);
        }
        name
    }
}

fn is_of(found: &Match, operation: &str, side: Side) -> bool {
    found.side == side && found.operations.iter().any(|one| one == operation)
}

/// Whole cents of what was typed; nothing is none.
fn cents(words: Words, text: &str) -> Result<Cents, String> {
    if text.is_empty() {
        return Ok(0);
    }
    let hundredths = parse_number(text).map(|number| number * 100.0);
    let whole = hundredths.filter(|cents| (cents - cents.round()).abs() < 1e-6);
    let cents = whole.filter(|cents| (0.0..CENTS_MAX).contains(cents));
    cents
        .map(|cents| cents.round() as Cents)
        .ok_or_else(|| words.not_an_amount(format!("\u{ab}{}\u{bb}", part::or(text, ""))))
}
