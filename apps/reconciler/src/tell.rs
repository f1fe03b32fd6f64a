//! What the owner is told. In: alerts that are fresh. Out: a notice for each, and that it was told.
//! Never here: a notice that two runs give; an alert that is taken for told because a run ended
//! before it told.
//!
//! A run first writes down that it is about to tell, and only one can: the document must be as it
//! was read. Then it tells, and writes down that it did. What stays at the first step was perhaps
//! never told, and is told again on another day.

use std::collections::{BTreeMap, HashSet};

use domicile_sdk::docs::{self, Doc, DocsError};
use domicile_sdk::serde_json::Value;
use domicile_sdk::{Locale, notices, words};
use reconcile::record::{AlertRecord, Raw, telling, told};
use reconcile::{Alert, Day, notice};
use serde::Deserialize;

use crate::keep::{STORED_MAX, raced};

/// Notices of one run, as the home has it.
const NOTICES_MAX: usize = 20;
/// Characters of a payer's name in a title.
const PAYER_CHARS_MAX: usize = 60;
/// Times that a run tries to be the one who tells.
const TRIES_MAX: usize = 4;

words! {
    Words {
        more_title[n] = "{n} more refund is missing", "{n} more refunds are missing" |
            "Il manque {n} autre remboursement", "Il manque {n} autres remboursements";
        where_to_look = "Refunds shows all of them." | "Remboursements les montre tous.";
        of(what, who) = "{what} ({who})";
    }
}

type Stored = Doc<Raw<AlertRecord>>;

/// Tells of fresh alerts.
pub fn tell(alerts: &[Alert], today: Day, locale: Locale) -> Result<(), DocsError> {
    let fresh: BTreeMap<&str, &Alert> = alerts
        .iter()
        .filter(|alert| alert.fresh)
        .map(|alert| (alert.key.as_str(), alert))
        .collect();
    if fresh.is_empty() {
        return Ok(());
    }
    let mut mine = claim(&fresh, today)?;
    // The greatest first: they are those that are told one by one.
    mine.sort_by_key(|(alert, doc)| (-alert.missing, doc.id.clone()));
    let single = if mine.len() > NOTICES_MAX { NOTICES_MAX - 1 } else { mine.len() };
    let words = Words(locale);
    for (alert, _) in mine.iter().take(single) {
        // A long name must leave room for the amount.
        let payer = alert.payer.chars().take(PAYER_CHARS_MAX).collect();
        let (title, text) = notice(&Alert { payer, ..alert.clone() }, locale);
        notices::notify(&title, &format!("{}. {text}", act(alert, words)), "/");
    }
    if mine.len() > single {
        let more = (mine.len() - single) as u64;
        notices::notify(&words.more_title(more), words.where_to_look(), "/");
    }
    settle(mine.into_iter().map(|(_, doc)| doc).collect(), today)
}

fn act(alert: &Alert, words: Words) -> String {
    if alert.beneficiary.is_empty() {
        alert.what.clone()
    } else {
        words.of(&alert.what, &alert.beneficiary)
    }
}

/// Those that nobody else tells of, as they are stored: their texts have a length.
fn claim(fresh: &BTreeMap<&str, &Alert>, today: Day) -> Result<Vec<(Alert, Stored)>, DocsError> {
    for _ in 0..TRIES_MAX {
        let open = stored()?.into_iter().filter_map(|doc| {
            let body = Value::Object(doc.value.body.clone());
            let alert = AlertRecord::deserialize(body).ok()?.alert;
            let is_same = fresh.get(doc.value.key())?.missing == alert.missing;
            let was_told =
                told(&doc.value.body, today).is_some_and(|one| one.missing == alert.missing);
            (is_same && !was_told).then_some((alert, doc))
        });
        let (alerts, mut docs): (Vec<Alert>, Vec<Stored>) = open.unzip();
        mark(&mut docs, today, false);
        match docs::update_many(&mut docs) {
            Ok(()) => return Ok(alerts.into_iter().zip(docs).collect()),
            error => raced(error)?,
        }
    }
    // Others work on them: they tell, or the next run does.
    Ok(Vec::new())
}

/// They were told, and that is written down.
fn settle(mut mine: Vec<Stored>, today: Day) -> Result<(), DocsError> {
    let ids: HashSet<String> = mine.iter().map(|doc| doc.id.clone()).collect();
    for _ in 0..TRIES_MAX {
        mark(&mut mine, today, true);
        match docs::update_many(&mut mine) {
            Ok(()) => return Ok(()),
            error => raced(error)?,
        }
        mine = stored()?.into_iter().filter(|doc| ids.contains(&doc.id)).collect();
    }
    Ok(())
}

fn stored() -> Result<Vec<Stored>, DocsError> {
    docs::find::<Raw<AlertRecord>>().all(STORED_MAX)
}

/// Writes down, with the others, what is told.
fn mark(docs: &mut [Stored], today: Day, sure: bool) {
    for doc in docs {
        let missing = doc.value.body.get("missing").and_then(Value::as_i64).unwrap_or(0);
        doc.value.body.insert("told".to_owned(), telling(missing, today, sure));
    }
}
