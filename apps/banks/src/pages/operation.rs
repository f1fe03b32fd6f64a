//! `/operations/{id}`: all that is known of one operation, and the owner's own words on it.

use super::part::{self, Place};
use crate::words::Words;
use domicile_sdk::prelude::*;
use ledger::category::{self, CATEGORIES, Chooser, Source};
use ledger::listing;
use ledger::model::{Account, Operation};

/// Operations whose category is set together.
const ALIKE_MAX: usize = 500;
/// Characters of a note, of a tag, and how many tags.
const NOTE_MAX: usize = 2_000;
const TAG_MAX: usize = 40;
const TAGS_MAX: usize = 20;

pub fn show(c: &Context) -> Result {
    #[derive(Deserialize)]
    struct Query {
        saved: Option<u64>,
    }
    let accounts = part::accounts()?;
    let mut chooser = Chooser::read()?;
    let doc = listing::one(c.param("id")?, &accounts, &mut chooser)?;
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
            @if let Some(other) = chooser.counterpart(&doc.id) {
                p { a go=(path("/operations").segment(other)) { (words.other_half()) } }
            }
        }
        (form(c, &doc, &chooser))
        (parts(c, &doc))
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

/// What it was for, if that is several things, and the way to say so.
fn parts(c: &Context, doc: &Doc<Operation>) -> View {
    let (words, operation) = (Words(c.locale()), &doc.value);
    let parts = operation.parts();
    view! {
        section.card {
            h2 { (words.parts()) }
            @if parts.is_empty() && !operation.parts.is_empty() {
                p.warn { (words.parts_wrong()) }
            }
            @if !parts.is_empty() {
                ul.list {
                    @for part in parts {
                        @let category = category::find(&part.category_id)
                            .unwrap_or(category::uncategorised());
                        li.item {
                            span.spacer { (category.full_name(c.locale())) }
                            (part::amount(c, part.amount(), operation.currency(&c.viewer.currency)))
                        }
                    }
                }
            }
            p { a go=(path("/operations").segment(&doc.id).segment("parts")) { (words.split()) } }
        }
    }
}

fn why(words: Words, source: Source, chooser: &Chooser, operation: &Operation) -> String {
    let fixed = match source {
        Source::Word(word) => return words.why_word(word),
        Source::Learnt => match chooser.reason(operation) {
            Some(reason) => {
                let learnt = reason.words.join(words.word_list());
                return words.why_learnt(learnt, words.some_operations(reason.operations as u64));
            }
            None => words.why_model(),
        },
        Source::Owner => words.why_owner(),
        Source::Transfer => words.why_transfer(),
        Source::Model => words.why_model(),
        Source::Bank => words.why_bank(),
        Source::Kind => words.why_kind(),
        Source::Nobody => words.why_nobody(),
    };
    fixed.to_owned()
}

fn form(c: &Context, doc: &Doc<Operation>, chooser: &Chooser) -> View {
    let (words, locale) = (Words(c.locale()), c.locale());
    let choice = chooser.choose(doc);
    let is_owners = choice.source == Source::Owner;
    view! {
        section.card {
            h2 { (words.category()) }
            p { span.badge.warn[choice.category.id == "0"] { (choice.category.full_name(locale)) } }
            p.muted.small { (why(words, choice.source, chooser, &doc.value)) }
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
                label.field {
                    span { (words.note()) }
                    textarea name="note" rows="2" maxlength=(NOTE_MAX) { (&doc.value.note) }
                }
                label.field {
                    span { (words.tags()) }
                    input type="text" name="tags" value=(doc.value.tags.join(", "))
                        maxlength=(TAGS_MAX * (TAG_MAX + 2));
                }
                div.row { button.primary { (words.save()) } }
            }
        }
    }
}

/// Keep the owner's words; an empty category takes that back.
pub fn save(c: &Context) -> Result {
    #[derive(Deserialize)]
    struct Form {
        category: Option<String>,
        note: Option<String>,
        tags: Option<String>,
        #[serde(default)]
        alike: bool,
    }
    let Form { category, note, tags, alike } = c.form()?;
    let words = Words(c.locale());
    let is_known = |id: &str| category::find(id).is_some_and(|found| found.id == id && id != "0");
    if category.as_deref().is_some_and(|id| !is_known(id)) {
        return Err(Error::Other(words.unknown_category().to_owned()));
    }
    let tags = tags_of(&tags.unwrap_or_default());
    if tags.len() > TAGS_MAX {
        return Err(Error::Other(words.too_many_tags(TAGS_MAX as u64)));
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
    all[0].value.note = note.unwrap_or_default().trim().chars().take(NOTE_MAX).collect();
    all[0].value.tags = tags;
    docs::update_many(&mut all)?;
    Ok(path("/operations").segment(id).query("saved", all.len()).into())
}

/// Each once, as they were typed.
fn tags_of(text: &str) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for tag in text.split(',').map(str::trim).filter(|tag| !tag.is_empty()) {
        let tag: String = tag.chars().take(TAG_MAX).collect();
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    tags
}
