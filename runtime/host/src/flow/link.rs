//! Links that the owner makes for others: what is kept of each, and its lines in the audit trail.
//!
//! In flow the owner's yes and the secret of a link; out flows what the link opens, until it ends.
//! Who opened it is told once a day. Never here: a secret (its hash is kept), or an answer that
//! tells an ended link from one that never was.

use domicile_store::{RecordOp, WriteBatch};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::audit::{self, Event};
use crate::house::home::{delete, put};
use crate::house::{Home, HomeError};

/// How many hexadecimal digits name a link: 128 bits.
const ID_LENGTH: usize = 32;

/// What a link opens.
pub trait Opens: Serialize + for<'a> Deserialize<'a> {
    /// Where links to such things are kept.
    const SPACE: &'static str;

    /// Whose it is: a component's id, or nothing for the owner's.
    fn whose(&self) -> &str;

    /// What the trail says when there is a link to it.
    fn made(&self, until: Timestamp) -> Event;

    /// What it says when somebody opens it.
    fn opened(&self) -> Event;

    /// What it says when the owner ends it.
    fn ended(&self) -> Event;
}

/// A link.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Link<T> {
    /// Its name on the owner's pages: it opens nothing.
    pub id: String,
    /// What it opens.
    #[serde(flatten)]
    pub to: T,
    /// Made then.
    pub since: Timestamp,
    /// Opens nothing any more from then on.
    pub until: Timestamp,
    /// On how many days it was opened.
    pub days_opened: u64,
    /// The last of them.
    pub last_opened: Option<Date>,
}

impl<T: Opens> Link<T> {
    /// What forgets it.
    pub fn forgotten(&self) -> RecordOp {
        delete(T::SPACE, &self.id)
    }
}

/// Make a link to what the owner saw and agreed to.
pub async fn make<T: Opens>(
    home: &Home,
    now: Timestamp,
    secret: &str,
    to: T,
    lifetime: SignedDuration,
) -> Result<(), HomeError> {
    let (id, until) = (id_of(home, secret), now.saturating_add(lifetime).unwrap_or(now));
    let event = to.made(until);
    let link = Link { id, to, since: now, until, days_opened: 0, last_opened: None };
    keep(home, now, &link, &event).await
}

/// The owner agreed to another reach of it.
pub async fn change<T: Opens>(
    home: &Home,
    now: Timestamp,
    link: &Link<T>,
) -> Result<(), HomeError> {
    keep(home, now, link, &link.to.made(link.until)).await
}

/// End it, and forget it.
pub async fn end<T: Opens>(home: &Home, now: Timestamp, link: &Link<T>) -> Result<(), HomeError> {
    write(home, now, link, link.forgotten(), &link.to.ended()).await
}

/// All that were made and not ended, the newest first.
pub fn list<T: Opens>(home: &Home) -> Result<Vec<Link<T>>, HomeError> {
    let mut links: Vec<Link<T>> = home.all_records(T::SPACE)?;
    links.sort_by_key(|link| std::cmp::Reverse(link.since));
    Ok(links)
}

/// The one of this name.
pub fn by_id<T: Opens>(home: &Home, id: &str) -> Result<Option<Link<T>>, HomeError> {
    home.record(T::SPACE, id)
}

/// The one of this secret, while it lasts.
pub fn of_secret<T: Opens>(
    home: &Home,
    now: Timestamp,
    secret: &str,
) -> Result<Option<Link<T>>, HomeError> {
    Ok(by_id(home, &id_of(home, secret))?.filter(|link: &Link<T>| now < link.until))
}

/// Somebody sees what it opens: noted in the trail once a day.
pub async fn note_opened<T: Opens>(
    home: &Home,
    now: Timestamp,
    link: &mut Link<T>,
) -> Result<(), HomeError> {
    let today = Some(day(home, now));
    if link.last_opened == today {
        return Ok(());
    }
    link.last_opened = today;
    link.days_opened += 1;
    keep(home, now, link, &link.to.opened()).await
}

/// The day of a moment where the home is.
pub(super) fn day(home: &Home, at: Timestamp) -> Date {
    let zone = TimeZone::get(&home.settings().time_zone).unwrap_or(TimeZone::UTC);
    at.to_zoned_datetime(zone).date()
}

async fn keep<T: Opens>(
    home: &Home,
    now: Timestamp,
    link: &Link<T>,
    event: &Event,
) -> Result<(), HomeError> {
    write(home, now, link, put(T::SPACE, &link.id, link)?, event).await
}

async fn write<T: Opens>(
    home: &Home,
    now: Timestamp,
    link: &Link<T>,
    record: RecordOp,
    event: &Event,
) -> Result<(), HomeError> {
    let log = vec![audit::encode(now, link.to.whose(), "", event)];
    home.store().write(WriteBatch { records: vec![record], log, ..Default::default() }).await?;
    Ok(())
}

fn id_of(home: &Home, secret: &str) -> String {
    let hash = blake3::keyed_hash(&home.key("shared links"), secret.as_bytes()).to_hex();
    hash.chars().take(ID_LENGTH).collect()
}
