//! `/groups`: the owner's own groups of accounts.

use super::part::{self, Place};
use crate::words::Words;
use domicile_sdk::prelude::*;
use ledger::account::{GROUPS_MAX, Group, groups};
use ledger::model::Account;

/// Characters of a name.
const NAME_MAX: usize = 100;

#[derive(Deserialize)]
struct Form {
    label: Option<String>,
    #[serde(default)]
    account: Vec<String>,
}

pub fn show(c: &Context) -> Result {
    let words = Words(c.locale());
    let (groups, accounts) = (groups()?, part::accounts()?);
    let content = view! {
        p { a go="/" { (words.back_to(words.accounts())) } }
        h1 { (words.groups()) }
        @if !groups.is_empty() {
            section.card {
                ul.list {
                    @for group in &groups {
                        li.item {
                            a go=(path("/groups").segment(&group.id)) { (&group.value.label) }
                            span.spacer {}
                            span.muted.small {
                                (words.some_accounts(group.value.accounts.len() as u64))
                            }
                        }
                    }
                }
            }
        }
        section.card {
            h2 { (words.new_group()) }
            (form(words, path("/groups"), &Group::default(), &accounts))
        }
    };
    Ok(part::page(c, Place::Accounts, words.groups(), content))
}

pub fn one(c: &Context) -> Result {
    let words = Words(c.locale());
    let group: Doc<Group> = docs::get_one(c.param("id")?)?;
    let there = path("/groups").segment(&group.id);
    let content = view! {
        p { a go="/groups" { (words.back_to(words.groups())) } }
        section.card {
            h1 { (&group.value.label) }
            (form(words, there.clone(), &group.value, &part::accounts()?))
        }
        form post=(there.segment("delete")) {
            button.danger { (words.delete_group()) }
        }
    };
    Ok(part::page(c, Place::Accounts, &group.value.label, content))
}

fn form(words: Words, to: Link, group: &Group, accounts: &[Doc<Account>]) -> View {
    view! {
        form post=(to) {
            label.field {
                span { (words.group_name()) }
                input type="text" name="label" value=(&group.label) required maxlength=(NAME_MAX);
            }
            fieldset.checks {
                legend { (words.accounts()) }
                @for account in accounts {
                    label {
                        input type="checkbox" name="account" value=(&account.id)
                            checked[group.holds(account)];
                        span { (part::named(&account.value, words)) }
                    }
                }
            }
            div.row { button.primary { (words.save()) } }
        }
    }
}

pub fn create(c: &Context) -> Result {
    let words = Words(c.locale());
    if groups()?.len() >= GROUPS_MAX {
        return Err(Error::Other(words.too_many_groups(GROUPS_MAX as u64)));
    }
    let mut group = Group::default();
    fill(&mut group, c.form()?, words)?;
    docs::create(&group)?;
    Ok(Response::see("/groups"))
}

pub fn save(c: &Context) -> Result {
    let mut group: Doc<Group> = docs::get_one(c.param("id")?)?;
    fill(&mut group.value, c.form()?, Words(c.locale()))?;
    docs::update(&mut group)?;
    Ok(Response::see("/groups"))
}

pub fn delete(c: &Context) -> Result {
    docs::delete(&docs::get_one::<Group>(c.param("id")?)?)?;
    Ok(Response::see("/groups"))
}

/// What was typed, of the accounts that there are.
fn fill(group: &mut Group, form: Form, words: Words) -> Result<()> {
    let label = form.label.unwrap_or_default();
    group.label = label.trim().chars().take(NAME_MAX).collect();
    if group.label.is_empty() {
        return Err(Error::Other(words.group_without_name().to_owned()));
    }
    let accounts = part::accounts()?.into_iter().map(|account| account.id);
    group.accounts = accounts.filter(|id| form.account.contains(id)).collect();
    Ok(())
}
