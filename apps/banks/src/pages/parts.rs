//! `/operations/{id}/parts`: an operation that was for several things.

use super::part::{self, Place};
use crate::words::Words;
use domicile_sdk::form::parse_number;
use domicile_sdk::prelude::*;
use ledger::amount::Amount;
use ledger::category::{self, CATEGORIES};
use ledger::model::{Operation, Part};

/// Parts of one operation.
const PARTS_MAX: usize = 10;
/// Empty ones that are offered.
const SPARE: usize = 2;

pub fn show(c: &Context) -> Result {
    let doc: Doc<Operation> = docs::get_one(c.param("id")?)?;
    let (words, operation) = (Words(c.locale()), &doc.value);
    let name = operation.name(words.unnamed());
    let there = path("/operations").segment(&doc.id);
    let rows = (operation.parts.len() + SPARE).min(PARTS_MAX);
    let content = view! {
        p { a go=(&there) { (words.back_to(name)) } }
        h1 { (words.split()) }
        section.card {
            p.muted { (words.parts_how(total(c, operation))) }
            form post=(there.segment("parts")) {
                @for at in 0..rows { (row(c, operation, at)) }
                div.row { button.primary { (words.save()) } }
            }
        }
    };
    Ok(part::page(c, Place::Operations, name, content))
}

fn row(c: &Context, operation: &Operation, at: usize) -> View {
    let (words, locale) = (Words(c.locale()), c.locale());
    let part = operation.parts.get(at);
    let sign = if operation.amount().is_negative() { -1.0 } else { 1.0 };
    let typed = part.map(|part| part::typed(locale, sign * part.amount().as_f64()));
    let is_chosen = |id: &str| part.is_some_and(|part| part.category_id == id);
    view! {
        fieldset.filters {
            legend { (words.part_of(at + 1)) }
            label.field {
                span { (words.amount()) }
                input type="text" name="amount" value=[typed] maxlength="20";
            }
            label.field {
                span { (words.category()) }
                select name="category" {
                    option value="" { "\u{2013}" }
                    @for category in &CATEGORIES[1..] {
                        option value=(category.id) selected[is_chosen(category.id)] {
                            (category.full_name(locale))
                        }
                    }
                }
            }
        }
    }
}

/// Keep the parts, if they are the whole.
pub fn save(c: &Context) -> Result {
    #[derive(Deserialize)]
    struct Form {
        #[serde(default)]
        amount: Vec<String>,
        #[serde(default)]
        category: Vec<String>,
    }
    let Form { amount, category } = c.form()?;
    let mut doc: Doc<Operation> = docs::get_one(c.param("id")?)?;
    let rows = amount.iter().zip(&category).take(PARTS_MAX);
    let rows = rows.map(|(amount, category)| (amount.trim(), category.as_str()));
    doc.value.parts = parts_of(c, &doc.value, rows.collect())?;
    docs::update(&mut doc)?;
    Ok(path("/operations").segment(&doc.id).query("saved", 1u32).into())
}

/// From amounts without the operation's sign. One that is not written is the rest.
fn parts_of(c: &Context, operation: &Operation, rows: Vec<(&str, &str)>) -> Result<Vec<Part>> {
    let words = Words(c.locale());
    let whole = operation.amount();
    let mut parts = Vec::new();
    let (mut sum, mut rest) = (Amount::default(), None);
    for (text, id) in rows.into_iter().filter(|row| *row != ("", "")) {
        if category::find(id).is_none_or(|found| found.id != id || id == "0") {
            return Err(Error::Other(words.parts_too_few().to_owned()));
        }
        let mut amount = Amount::default();
        if text.is_empty() && rest.is_none() {
            rest = Some(parts.len());
        } else {
            let number = parse_number(text)
                .ok_or_else(|| Error::Other(words.not_an_amount(format!("\u{ab}{text}\u{bb}"))))?;
            amount = Amount::new(if whole.is_negative() { -number } else { number });
            sum += amount;
        }
        parts.push(Part { amount: Some(amount.as_f64()), category_id: id.to_owned() });
    }
    if let Some(part) = rest.and_then(|at| parts.get_mut(at)) {
        let left = whole + -sum;
        part.amount = Some(left.as_f64());
        sum += left;
    }
    if parts.len() == 1 {
        return Err(Error::Other(words.parts_too_few().to_owned()));
    }
    if !parts.is_empty() && sum != whole {
        let sum = sum.format(c.locale(), operation.currency(&c.viewer.currency));
        return Err(Error::Other(words.parts_sum(sum, total(c, operation))));
    }
    Ok(parts)
}

fn total(c: &Context, operation: &Operation) -> String {
    operation.amount().format(c.locale(), operation.currency(&c.viewer.currency))
}
