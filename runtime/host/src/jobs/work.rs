//! One job at work: from its seat to its record.
//!
//! In flows a lane that is due; out flows how its run ended, in one transaction with the run's line
//! in the audit trail. What the component itself wrote must not start it again.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use domicile_policy::{Cause, CauseKind, ComponentId, Doctype, Label};
use domicile_store::{RecordOp, WriteBatch};
use tokio::task::JoinHandle;

use super::desk::Seat;
use super::lane::{Cue, Ran};
use super::limits::{BACK_OFF, FAILURE_CHARS_MAX, WARNINGS_KEPT_MAX};
use super::live::{self, Listed};
use super::{book, cause, hooks, start_label};
use crate::caps::bindings::task::Trigger;
use crate::flow::deposits::Brought;
use crate::flow::{accounts, hooks as messages};
use crate::house::{Home, HomeError, House};
use crate::registry::{self, Installed};
use crate::runs::collect::{Collected, Told};
use crate::runs::task::{self, Worked};

/// The number of the last change of each compartment that a component hears of.
type Numbers = BTreeMap<(Doctype, Label), u64>;

/// Let a lane that is due run.
pub fn start(
    house: &House,
    home: &Arc<Home>,
    id: &ComponentId,
    cue: Cue,
    seat: Seat,
) -> JoinHandle<()> {
    spawn(house, home, id, cue, false, seat)
}

/// Let the owner's run begin.
pub fn start_for_owner(
    house: &House,
    home: &Arc<Home>,
    id: &ComponentId,
    cue: Cue,
    seat: Seat,
) -> JoinHandle<()> {
    spawn(house, home, id, cue, true, seat)
}

fn spawn(
    house: &House,
    home: &Arc<Home>,
    id: &ComponentId,
    cue: Cue,
    by_owner: bool,
    seat: Seat,
) -> JoinHandle<()> {
    let (house, home, id) = (house.clone(), Arc::clone(home), id.clone());
    let listed = match &cue {
        Cue::Account(account) => Some(Listed::new(&house, account)),
        _ => None,
    };
    tokio::spawn(async move {
        let place = house.desk().place().await;
        let ended = match &cue {
            Cue::Account(account) => collect(&house, &home, account, by_owner).await,
            cue => run(&house, &home, &id, cue, by_owner).await,
        };
        drop((place, home, listed));
        if let Err(error) = ended {
            tracing::error!(%error, component = %id, "how a job ended could not be kept");
            // It is due still. A home that can't be written must not be tried without a pause.
            tokio::time::sleep(BACK_OFF.unsigned_abs()).await;
        }
        drop(seat);
    })
}

async fn run(
    house: &House,
    home: &Arc<Home>,
    id: &ComponentId,
    cue: &Cue,
    by_owner: bool,
) -> Result<(), HomeError> {
    // It may be gone, or allowed less, by now.
    let Some(installed) = registry::find(home, id) else { return Ok(()) };
    let before = numbers(home, &installed)?;
    let cause = match cue {
        Cue::Plain | Cue::Account(_) => Some(plain_cause(by_owner)),
        Cue::Change { doctype, label } => {
            let handled = book::lane(home, id, cue, house.clock().now())?.handled();
            let shaped = home.store().shaped_since(doctype, label, handled)?;
            cause(house, &installed, cue, shaped)
        }
    };
    let Some(cause) = cause else { return Ok(()) };
    let (kind, about) = (cause.kind(), start_label(&cause));
    let at = house.clock().now();
    let worked =
        task::run(house, home, Arc::clone(&installed), cause, trigger(cue, by_owner)).await;
    let ran = ran(kind, about, at, &worked);
    end(house, home, &installed, cue, ran, worked, &before).await
}

/// Of a run that is told nothing.
fn plain_cause(by_owner: bool) -> Cause {
    if by_owner { Cause::OwnerTrusted } else { Cause::Schedule }
}

fn trigger(cue: &Cue, by_owner: bool) -> Trigger {
    match cue {
        Cue::Plain | Cue::Account(_) if by_owner => Trigger::Owner,
        Cue::Plain | Cue::Account(_) => Trigger::Schedule,
        Cue::Change { doctype, .. } => Trigger::Event(doctype.to_string()),
    }
}

fn ran(cause: CauseKind, about: Label, at: jiff::Timestamp, worked: &Worked) -> Ran {
    let said = domicile_proto::text::shown(&worked.said, FAILURE_CHARS_MAX);
    let (lasted_ms, outcome) = (worked.lasted_ms, worked.outcome.to_owned());
    let (warnings, brought, files) = Default::default();
    Ran { cause, about, at, lasted_ms, outcome, said, warnings, brought, files }
}

/// Let a konnector run for an account, and keep how that ended.
async fn collect(
    house: &House,
    home: &Arc<Home>,
    account: &str,
    by_owner: bool,
) -> Result<(), HomeError> {
    let Some(before) = accounts::find(home, account)? else { return Ok(()) };
    let id = &before.component;
    let Some(installed) = registry::find(home, id) else { return Ok(()) };
    let cause = match by_owner {
        false if hooks::waits(home, &installed, account)? => Cause::Message,
        by_owner => plain_cause(by_owner),
    };
    let (kind, at, began) = (cause.kind(), house.clock().now(), Instant::now());
    let Collected { brought, given, outcome } = live::attend(house, home, account, cause).await;
    let lasted_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    let (outcome, said, mut warnings) = match outcome {
        Ok(Told { summary, warnings }) => ("done", summary, warnings),
        Err(error) => (error.code(), error.said(), Vec::new()),
    };
    warnings.truncate(WARNINGS_KEPT_MAX);
    let (outcome, about) = (outcome.to_owned(), Label::nothing());
    let Brought { documents: brought, files } = brought;
    let ran = Ran { cause: kind, about, at, lasted_ms, outcome, said, warnings, brought, files };
    let _book = house.desk().book().await;
    // Disconnected meanwhile: it has no lane any more.
    let Some(now_connected) = accounts::find(home, account)? else { return Ok(()) };
    let (cue, now) = (Cue::Account(account.to_owned()), house.clock().now());
    let mut lane = book::lane(home, id, &cue, now)?;
    // What its provider told it is that provider's to know, and nobody else sees when it runs.
    let settled = lane.ended(ran, false, 0, now);
    let mut records = match given.filter(|_| settled) {
        Some(before) => messages::handled(home, account, before)?,
        None => Vec::new(),
    };
    if now_connected.at != before.at {
        // Its end says nothing about what the owner has typed meanwhile.
        lane.begin_again();
    }
    records.push(book::keep(id, &cue, &lane)?);
    home.store().put_records(records).await?;
    Ok(())
}

/// Keep how it ended.
async fn end(
    house: &House,
    home: &Home,
    installed: &Installed,
    cue: &Cue,
    ran: Ran,
    worked: Worked,
    before: &Numbers,
) -> Result<(), HomeError> {
    let (id, now) = (installed.id(), house.clock().now());
    let _book = house.desk().book().await;
    if registry::find(home, id).is_none() {
        // Uninstalled meanwhile: it has no jobs any more, and still its line.
        home.store().write(WriteBatch { log: vec![worked.line], ..Default::default() }).await?;
        return Ok(());
    }
    let after = numbers(home, installed)?;
    let own = own(before, &after, &worked.moved);
    let mut records: Vec<RecordOp> = Vec::new();
    for ((doctype, label), (before, after)) in &own {
        let other = Cue::Change { doctype: doctype.clone(), label: label.clone() };
        if other == *cue || cause(house, installed, &other, Default::default()).is_none() {
            continue;
        }
        let mut lane = book::lane(home, id, &other, now)?;
        lane.forget_own(*before, *after);
        records.push(book::keep(id, &other, &lane)?);
    }
    let number = match cue {
        Cue::Plain | Cue::Account(_) => 0,
        Cue::Change { doctype, label } => {
            let place = (doctype.clone(), label.clone());
            let seen = before.get(&place).copied().unwrap_or(0);
            own.get(&place).map_or(seen, |(_, after)| *after)
        }
    };
    let mut lane = book::lane(home, id, cue, now)?;
    lane.ended(ran, worked.rose, number, now);
    records.push(book::keep(id, cue, &lane)?);
    let batch = WriteBatch { records, log: vec![worked.line], ..Default::default() };
    home.store().write(batch).await?;
    Ok(())
}

/// The compartments in which nobody but this run wrote meanwhile: their numbers before and after.
fn own(
    before: &Numbers,
    after: &Numbers,
    moved: &Numbers,
) -> BTreeMap<(Doctype, Label), (u64, u64)> {
    let of = |numbers: &Numbers, place| numbers.get(place).copied().unwrap_or(0);
    let own = moved.iter().filter_map(|(place, count)| {
        let (before, after) = (of(before, place), of(after, place));
        (after == before + count).then(|| (place.clone(), (before, after)))
    });
    own.collect()
}

fn numbers(home: &Home, installed: &Installed) -> Result<Numbers, HomeError> {
    let mut numbers = Numbers::new();
    for doctype in installed.trigger().events {
        for (label, number) in home.store().last_changes(&doctype)? {
            numbers.insert((doctype.clone(), label), number);
        }
    }
    Ok(numbers)
}
