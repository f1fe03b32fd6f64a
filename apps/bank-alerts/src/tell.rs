//! What the owner is told. In: what stands, and what of it was told. Out: a notice for each alert
//! that is new, and that it was told. Never here: a notice that two runs give; an alert that is
//! taken for told because a run ended before it told.
//!
//! Runs may be at work side by side: one that heard of accounts, and one that heard of operations.
//! A run first writes down that it is about to tell, and only one can: the settings must be as they
//! were read. Then it tells, and writes down that it did. What stays at the first step was perhaps
//! never told, and is told again on another day. What no longer stands is forgotten, so that it is
//! told anew when it comes again.

use std::collections::BTreeMap;

use domicile_sdk::docs::{self, Doc, DocsError};
use domicile_sdk::{Viewer, notices};
use ledger::plan::Settings;

use crate::kept::{Kept, Told, stored};
use crate::standing::{Standing, standing};
use crate::words::Words;

/// Notices of one run, as the home has it.
const NOTICES_MAX: usize = 20;
/// Times that a run tries to be the one who tells.
const TRIES_MAX: usize = 4;

/// Tells of what is new.
pub fn tell(viewer: &Viewer) -> Result<(), DocsError> {
    for _ in 0..TRIES_MAX {
        let Some(mut doc) = stored()? else { return Ok(()) };
        let all = standing(&Settings::read()?, viewer)?;
        let was_told = |one: &Standing| {
            doc.value.told.get(&one.key).filter(|told| told.counts(viewer.today)).cloned()
        };
        let now = Told { on: viewer.today.to_string(), sure: false };
        let told: BTreeMap<String, Told> = all
            .iter()
            .map(|one| (one.key.clone(), was_told(one).unwrap_or_else(|| now.clone())))
            .collect();
        let fresh: Vec<&Standing> = all.iter().filter(|one| was_told(one).is_none()).collect();
        if told == doc.value.told {
            return Ok(());
        }
        doc.value.told = told;
        match docs::update(&mut doc) {
            Err(DocsError::Conflict) => continue,
            other => other?,
        }
        notify(&fresh, viewer);
        return if fresh.is_empty() { Ok(()) } else { settle(doc, &fresh) };
    }
    // Others work on them: they tell, or the next run does.
    Ok(())
}

fn notify(fresh: &[&Standing], viewer: &Viewer) {
    let single = if fresh.len() > NOTICES_MAX { NOTICES_MAX - 1 } else { fresh.len() };
    for one in fresh.iter().take(single) {
        notices::notify(&one.title, &one.text, "/");
    }
    if fresh.len() > single {
        let words = Words(viewer.locale);
        let more = (fresh.len() - single) as u64;
        notices::notify(&words.more_title(more), words.where_to_look(), "/");
    }
}

/// They were told, and that is written down.
fn settle(mut doc: Doc<Kept>, fresh: &[&Standing]) -> Result<(), DocsError> {
    for _ in 0..TRIES_MAX {
        for one in fresh {
            if let Some(told) = doc.value.told.get_mut(&one.key) {
                told.sure = true;
            }
        }
        match docs::update(&mut doc) {
            Err(DocsError::Conflict) => {}
            other => return other,
        }
        let Some(now) = stored()? else { return Ok(()) };
        doc = now;
    }
    Ok(())
}
