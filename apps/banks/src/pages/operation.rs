//! `/operations/{id}`: all that is known of one operation, and the owner's word on its category.

use super::part::{self, Place};
use crate::category::{self, CATEGORIES, Source, choose};
use crate::model::{Account, Operation};
use crate::words::Words;
use domicile_sdk::prelude::*;

/// Operations whose category is set together.
const ALIKE_MAX: usize = 500;

pub fn show(c: &Context) -> Result {
    #[derive(Deserialize)]
    struct Query {
        saved: Option<u64>,
    }
    let doc: Doc<Operation> = docs::get_one(c.param("id")?)?;
    let accounts = part::accounts()?;
    let Query { saved } = c.query().unwrap_or(Query { saved: None });
    let (words, operation) = (Words(c.locale()), &doc.value);
    let name = operation.name(words.unnamed());
    let content = view! {
        p { a go="/operations" { (words.back()) } }
        @if let Some(count) = saved {
            p.ok role="status" {
                @if count > 1 { (words.saved_many(count)) } @else { (words.saved()) }
            }
        }
        section.card {
            header.row {
                h1 { (name) }
                span.spacer {}
                strong.big {
                    (part::amount(c, operation.amount(), operation.currency(&c.viewer.currency)))
                }
            }
            (facts(c, operation, &accounts))
        }
        (form(c, &doc))
    };
    Ok(part::page(c, Place::Operations, name, content))
}

fn facts(c: &Context, operation: &Operation, accounts: &[Doc<Account>]) -> View {
    let words = Words(c.locale());
    let date = |text: &str| Date::parse(text).map(|day| c.locale().full_date(day));
    let text = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let debited = date(&operation.date);
    let done = date(&operation.realisation_date).filter(|done| Some(done) != debited.as_ref());
    let bank_label = text(&operation.original_bank_label)
        .filter(|label| label != operation.name(words.unnamed()));
    let facts = [
        (words.account(), Some(part::account_name(accounts, &operation.account, words).to_owned())),
        (words.done(), done),
        (words.debited(), debited),
        (words.moved(), date(&operation.application_date)),
        (words.bank_label(), bank_label),
        (words.counterparty(), text(&operation.metadata.counterparty)),
        (words.reference(), text(&operation.metadata.reference)),
        (words.kind(), text(&operation.kind)),
    ];
    view! {
        dl {
            @for (name, value) in facts {
                @if let Some(value) = value {
                    dt { (name) }
                    dd { (value) }
                }
            }
        }
    }
}

fn form(c: &Context, doc: &Doc<Operation>) -> View {
    let (words, locale) = (Words(c.locale()), c.locale());
    let choice = choose(&doc.value);
    let is_owners = choice.source == Source::Owner;
    let why = match choice.source {
        Source::Owner => words.why_owner().to_owned(),
        Source::Model => words.why_model().to_owned(),
        Source::Bank => words.why_bank().to_owned(),
        Source::Word(word) => words.why_word(word),
        Source::Kind => words.why_kind().to_owned(),
        Source::Nobody => words.why_nobody().to_owned(),
    };
    view! {
        section.card {
            h2 { (words.category()) }
            p { span.badge.warn[choice.category.id == "0"] { (choice.category.full_name(locale)) } }
            p.muted.small { (why) }
            form post=(path("/operations").segment(&doc.id)) {
                label.field {
                    span.hidden-label { (words.category()) }
                    select name="category" {
                        option value="" selected[!is_owners] { (words.automatic()) }
                        @for category in &CATEGORIES[1..] {
                            @let is_chosen = is_owners && category == choice.category;
                            option value=(category.id) selected[is_chosen] {
                                (category.full_name(locale))
                            }
                        }
                    }
                }
                div.checks {
                    label {
                        input type="checkbox" name="alike" value="on";
                        span { (words.also_alike()) }
                    }
                }
                div.row { button.primary { (words.save()) } }
            }
        }
    }
}

/// Keep the owner's word; an empty one takes it back.
pub fn save(c: &Context) -> Result {
    #[derive(Deserialize)]
    struct Form {
        category: Option<String>,
        #[serde(default)]
        alike: bool,
    }
    let Form { category, alike } = c.form()?;
    let words = Words(c.locale());
    let is_known = |id: &str| category::find(id).is_some_and(|found| found.id == id && id != "0");
    if category.as_deref().is_some_and(|id| !is_known(id)) {
        return Err(Error::Other(words.unknown_category().to_owned()));
    }
    let id = c.param("id")?;
    let mut all = vec![docs::get_one::<Operation>(id)?];
    if alike && !all[0].value.label.is_empty() {
        let same = json!({ "label": &all[0].value.label });
        let found = docs::find::<Operation>().filter(same).all(ALIKE_MAX)?;
        all.extend(found.into_iter().filter(|doc| doc.id != id));
        all.truncate(ALIKE_MAX);
    }
    for doc in &mut all {
        doc.value.manual_category_id.clone_from(&category);
    }
    docs::update_many(&mut all)?;
    Ok(path("/operations").segment(id).query("saved", all.len()).into())
}
