//! Documents that the owner shares by a link.
//!
//! In flow the owner's yes to what a trusted page showed; out flow the documents of one doctype
//! whose labels the owner agreed to, whoever opens the link. What appears later and is about
//! something else waits until the owner says yes to that as well (R19). Never here: a label set
//! that widens by itself, a link's secret (its hash is kept), or an answer that tells an ended link
//! from one that never was.

use domicile_policy::{Doctype, Label, ReadScope, ShareScope};
use domicile_store::{Page, Query, WriteBatch};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::audit::{self, Event};
use crate::house::home::{delete, put};
use crate::house::{Home, HomeError};

const SPACE: &str = "share";
/// How many hexadecimal digits name a share: 128 bits.
const ID_LENGTH: usize = 32;

/// A link that shows documents.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Share {
    /// Its name on the owner's pages: it opens nothing.
    pub id: String,
    /// What is shown.
    pub doctype: Doctype,
    /// The labels that the owner agreed to.
    pub scope: ShareScope,
    /// Made then.
    pub since: Timestamp,
    /// Shows nothing any more from then on.
    pub until: Timestamp,
    /// On how many days it was opened.
    pub days_opened: u64,
    /// The last of them.
    pub opened_on: String,
}

/// What lies there and is about more than the owner agreed to.
pub struct Waiting {
    /// How many documents and changes.
    pub count: u64,
    /// What the link would be about with them.
    pub label: Label,
}

/// What documents of this kind are about, all together, and how many there are.
pub fn holdings(home: &Home, doctype: &Doctype) -> Result<(Label, u64), HomeError> {
    let held = home.store().holds(doctype)?;
    let all = held.iter().fold(Label::nothing(), |all, (label, _)| all.join(label));
    Ok((all, held.iter().map(|(_, count)| count).sum()))
}

/// Share what the owner agreed to.
pub async fn make(
    home: &Home,
    now: Timestamp,
    secret: &str,
    doctype: Doctype,
    scope: ShareScope,
    lifetime: SignedDuration,
) -> Result<Share, HomeError> {
    let until = now.saturating_add(lifetime).unwrap_or(now);
    let id = id_of(home, secret);
    let (since, days_opened, opened_on) = (now, 0, String::new());
    let share = Share { id, doctype, scope, since, until, days_opened, opened_on };
    keep(home, now, &share, shared(&share)).await?;
    Ok(share)
}

/// The owner agreed to a larger set of labels for a link that is there.
pub async fn widen(
    home: &Home,
    now: Timestamp,
    share: Share,
    scope: ShareScope,
) -> Result<(), HomeError> {
    let share = Share { scope, ..share };
    keep(home, now, &share, shared(&share)).await
}

/// End it, and forget it.
pub async fn end(home: &Home, now: Timestamp, share: &Share) -> Result<(), HomeError> {
    let event = Event::ShareEnded { doctype: share.doctype.clone() };
    let log = vec![audit::encode(now, "", "", &event)];
    let records = vec![delete(SPACE, &share.id)];
    home.store().write(WriteBatch { records, log, ..Default::default() }).await?;
    Ok(())
}

/// All that were made and not ended, the newest first.
pub fn list(home: &Home) -> Result<Vec<Share>, HomeError> {
    let mut shares: Vec<Share> = home.all_records(SPACE)?;
    shares.sort_by_key(|share| std::cmp::Reverse(share.since));
    Ok(shares)
}

/// The one of this name.
pub fn by_id(home: &Home, id: &str) -> Result<Option<Share>, HomeError> {
    home.record(SPACE, id)
}

/// The one that a link opens, noted in the trail once a day.
pub async fn open(home: &Home, now: Timestamp, secret: &str) -> Result<Option<Share>, HomeError> {
    let found: Option<Share> = home.record(SPACE, &id_of(home, secret))?;
    let Some(mut share) = found.filter(|share| now < share.until) else { return Ok(None) };
    let today = now.strftime("%Y-%m-%d").to_string();
    if share.opened_on != today {
        share.opened_on = today;
        share.days_opened += 1;
        let (doctype, label) = (share.doctype.clone(), share.scope.confirmed().clone());
        keep(home, now, &share, Event::ShareOpened { doctype, label }).await?;
    }
    Ok(Some(share))
}

/// A page of what a set of labels shows.
pub fn page(
    home: &Home,
    doctype: &Doctype,
    shown: &Label,
    cursor: Option<String>,
    limit: usize,
) -> Result<Page, HomeError> {
    let (doctype, admitted) = (doctype.clone(), shown.clone());
    let read = ReadScope { doctype, admitted, fields: None, rows: None };
    let query = Query { cursor, limit, ..Query::new("{}") };
    Ok(home.store().find(&read, &query)?)
}

/// What is not shared yet.
pub fn waiting(home: &Home, share: &Share) -> Result<Waiting, HomeError> {
    let held = home.store().holds(&share.doctype)?;
    let hidden = held.iter().filter(|(label, _)| !share.scope.shows(label));
    let seed = (share.scope.confirmed().clone(), 0);
    let (label, count) =
        hidden.fold(seed, |(all, sum), (label, count)| (all.join(label), sum + count));
    Ok(Waiting { count, label })
}

fn shared(share: &Share) -> Event {
    let (doctype, until) = (share.doctype.clone(), share.until);
    Event::Shared { doctype, label: share.scope.confirmed().clone(), until }
}

async fn keep(home: &Home, now: Timestamp, share: &Share, event: Event) -> Result<(), HomeError> {
    let log = vec![audit::encode(now, "", "", &event)];
    let records = vec![put(SPACE, &share.id, share)?];
    home.store().write(WriteBatch { records, log, ..Default::default() }).await?;
    Ok(())
}

/// The name of what a link's secret opens, on the owner's pages.
pub(super) fn id_of(home: &Home, secret: &str) -> String {
    let hash = blake3::keyed_hash(&home.key("shared links"), secret.as_bytes()).to_hex();
    hash.chars().take(ID_LENGTH).collect()
}
