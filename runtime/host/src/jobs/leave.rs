//! What an account brought goes with it: a durable task, a few hundred documents a transaction.
//!
//! In flow an account that its owner disconnected together with its documents; out flow documents
//! that go, and in the end one line of the trail. What somebody else brought or changed stays. A
//! crash loses nothing: how far it came is written with what went.

use std::collections::BTreeMap;
use std::sync::Arc;

use domicile_policy::{ComponentId, Doctype, Label};
use domicile_store::{Fate, Op, RecordOp, WriteBatch};
use serde::{Deserialize, Serialize};
use tokio::task::JoinHandle;

use super::chair;
use super::desk::Seat;
use super::lane::Cue;
use super::limits::BACK_OFF;
use crate::flow::accounts::Connected;
use crate::flow::audit::{self, Event};
use crate::house::home::{damaged, delete, put};
use crate::house::{Home, HomeError, House};

/// The space of the records.
const SPACE: &str = "leaving";
/// Doctypes of the home's own: their documents are counted for nobody.
const OWN: &str = "app.domicile.";

/// What would become of all that an account brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Forecast {
    /// What goes, by doctype.
    pub goes: BTreeMap<Doctype, u64>,
    /// What stays, for somebody else has changed it.
    pub changed: u64,
    /// What stays, for another account, or an importer, brought it too.
    pub shared: u64,
    /// All that is to be looked at.
    total: u64,
}

/// An account whose documents are going.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leaving {
    account: String,
    /// Whose account it was.
    pub component: ComponentId,
    /// What has gone, by doctype.
    gone: BTreeMap<Doctype, u64>,
    /// What stays.
    stays: u64,
    /// Documents that were looked at.
    pub done: u64,
    /// And that are to be.
    pub total: u64,
    after: Option<String>,
}

/// Look what would become of what an account brought.
pub async fn forecast(home: &Arc<Home>, account: &Connected) -> Result<Forecast, HomeError> {
    let (home, account) = (Arc::clone(home), account.id.clone());
    // As long as reading all that is claimed takes.
    let counting = tokio::task::spawn_blocking(move || count(&home, &account));
    counting.await.map_err(|error| damaged(SPACE, "", error))?
}

fn count(home: &Home, account: &str) -> Result<Forecast, HomeError> {
    let (mut found, mut after) = (Forecast::default(), None::<String>);
    loop {
        let page = home.store().brought(account, after.as_deref())?;
        for one in page.documents {
            found.total += 1;
            match one.fate {
                _ if one.doctype.as_str().starts_with(OWN) => {}
                Fate::Goes => *found.goes.entry(one.doctype).or_default() += 1,
                Fate::Changed => found.changed += 1,
                Fate::Shared => found.shared += 1,
            }
        }
        after = page.next;
        if after.is_none() {
            return Ok(found);
        }
    }
}

/// What writes down that an account's documents are to go.
pub fn begin(account: &Connected, forecast: &Forecast) -> Result<RecordOp, HomeError> {
    let leaving = Leaving {
        account: account.id.clone(),
        component: account.component.clone(),
        gone: BTreeMap::new(),
        stays: 0,
        done: 0,
        total: forecast.total,
        after: None,
    };
    put(SPACE, &account.id, &leaving)
}

/// What is going of one account.
pub fn find(home: &Home, account: &str) -> Result<Option<Leaving>, HomeError> {
    home.record(SPACE, account)
}

/// Go on with all of it that nothing holds up: a run for the account that goes on still would bring
/// more, so its seat is waited for.
pub fn go_on(house: &House, home: &Arc<Home>) -> Result<Vec<JoinHandle<()>>, HomeError> {
    let started = home.all_records::<Leaving>(SPACE)?.into_iter().filter_map(|leaving| {
        let cue = Cue::Account(leaving.account.clone());
        let chair = chair(&cue, &Label::nothing());
        let seat = Seat::take(house, home.name(), &leaving.component, chair)?;
        Some(spawn(house, home, leaving, seat))
    });
    Ok(started.collect())
}

fn spawn(house: &House, home: &Arc<Home>, leaving: Leaving, seat: Seat) -> JoinHandle<()> {
    let (house, home) = (house.clone(), Arc::clone(home));
    tokio::spawn(async move {
        let place = house.desk().place().await;
        let mut next = Some(leaving);
        while let Some(leaving) = next {
            next = match step(&house, &home, leaving).await {
                Ok(next) => next,
                Err(error) => {
                    tracing::error!(%error, "what an account brought could not go");
                    tokio::time::sleep(BACK_OFF.unsigned_abs()).await;
                    None
                }
            };
        }
        drop((place, home, seat));
    })
}

/// The next few hundred. Answers how far it is then; nothing once it is done.
async fn step(
    house: &House,
    home: &Home,
    mut leaving: Leaving,
) -> Result<Option<Leaving>, HomeError> {
    let page = home.store().brought(&leaving.account, leaving.after.as_deref())?;
    let mut ops = Vec::new();
    for one in page.documents {
        leaving.done += 1;
        match one.fate {
            Fate::Goes => *leaving.gone.entry(one.doctype).or_default() += 1,
            Fate::Changed | Fate::Shared => leaving.stays += 1,
        }
        ops.push(Op::Withdraw { account: leaving.account.clone(), id: one.id });
    }
    leaving.after = page.next;
    let mut batch = WriteBatch { ops, ..WriteBatch::default() };
    let (id, more) = (leaving.account.clone(), leaving.after.is_some());
    if more {
        batch.records.push(put(SPACE, &id, &leaving)?);
    } else {
        let Leaving { component, gone, stays, .. } = &leaving;
        let event = Event::AccountEmptied { gone: gone.clone(), stays: *stays };
        batch.log.push(audit::encode(house.clock().now(), component.as_str(), "", &event));
        batch.records.push(delete(SPACE, &id));
    }
    home.store().write(batch).await?;
    home.pull_bell();
    Ok(more.then_some(leaving))
}
