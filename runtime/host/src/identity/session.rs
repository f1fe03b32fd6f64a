//! Sessions: a browser that has signed in. The browser holds a secret, the home its hash; ending a
//! session removes the record, and with it every app's own cookie, which is derived from it.

use domicile_policy::ComponentId;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use super::RandomError;
use crate::house::home::{delete, put};
use crate::house::{Home, HomeError};

/// The kind of record.
pub const SPACE: &str = "session";
/// A session that nobody used for this long is over.
pub const IDLE_MAX: SignedDuration = SignedDuration::from_hours(24 * 30);
/// Being seen is written down this often.
const SEEN_EVERY: SignedDuration = SignedDuration::from_hours(1);
/// Sessions of one home; the one unused for longest goes first.
pub const SESSIONS_MAX: usize = 50;
/// A device's description is cut after so many characters.
const DEVICE_CHARS_MAX: usize = 80;

/// What the home remembers of a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    /// The hash of its secret, in hex: not secret itself.
    pub id: String,
    /// When it began.
    pub began_at: Timestamp,
    /// When it was last used, to the hour.
    pub seen_at: Timestamp,
    /// What the browser says it is.
    pub device: String,
}

/// Why there is no session.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The home can't be read or written.
    #[error(transparent)]
    Home(#[from] HomeError),
    /// No secret could be made.
    #[error(transparent)]
    Random(#[from] RandomError),
}

impl Session {
    fn is_over(&self, now: Timestamp) -> bool {
        now.duration_since(self.seen_at) >= IDLE_MAX
    }

    /// Whether its use should be written down again.
    pub fn is_stale(&self, now: Timestamp) -> bool {
        now.duration_since(self.seen_at) >= SEEN_EVERY
    }
}

fn id_of(home: &Home, secret: &str) -> String {
    let hash = blake3::keyed_hash(&home.key("session"), secret.as_bytes());
    hash.to_hex().get(..32).unwrap_or_default().to_owned()
}

/// Begin a session. Returns the secret for the browser.
pub async fn begin(home: &Home, now: Timestamp, device: &str) -> Result<String, SessionError> {
    let secret = super::secret()?;
    let device = device.chars().filter(|c| !c.is_control()).take(DEVICE_CHARS_MAX).collect();
    let session = Session { id: id_of(home, &secret), began_at: now, seen_at: now, device };
    let mut all = list(home)?;
    let mut ops = vec![put(SPACE, &session.id, &session)?];
    while all.len() >= SESSIONS_MAX {
        if let Some(oldest) = all.pop() {
            ops.push(delete(SPACE, &oldest.id));
        }
    }
    home.store().put_records(ops).await.map_err(HomeError::from)?;
    Ok(secret)
}

/// The session of this secret.
pub fn check(home: &Home, now: Timestamp, secret: &str) -> Result<Option<Session>, HomeError> {
    by_id(home, now, &id_of(home, secret))
}

/// The session of this id.
pub fn by_id(home: &Home, now: Timestamp, id: &str) -> Result<Option<Session>, HomeError> {
    let session: Option<Session> = home.record(SPACE, id)?;
    Ok(session.filter(|session| !session.is_over(now)))
}

/// Write down that it was used.
pub async fn seen(home: &Home, now: Timestamp, session: &Session) -> Result<(), HomeError> {
    let session = Session { seen_at: now, ..session.clone() };
    home.store().put_records(vec![put(SPACE, &session.id, &session)?]).await?;
    Ok(())
}

/// All sessions, the one used last first.
pub fn list(home: &Home) -> Result<Vec<Session>, HomeError> {
    let mut all: Vec<Session> = home.all_records(SPACE)?;
    all.sort_by(|a, b| (b.seen_at, &b.id).cmp(&(a.seen_at, &a.id)));
    Ok(all)
}

/// End one session.
pub async fn end(home: &Home, id: &str) -> Result<(), HomeError> {
    home.store().put_records(vec![delete(SPACE, id)]).await?;
    Ok(())
}

/// End all sessions: nobody is signed in afterwards.
pub async fn end_all(home: &Home) -> Result<(), HomeError> {
    let ops = list(home)?.iter().map(|session| delete(SPACE, &session.id)).collect();
    home.store().put_records(ops).await?;
    Ok(())
}

/// The cookie with which a session is known on an app's origin. It says which session, can be
/// made by the host only, and is good for this app and as long as the session.
pub fn app_cookie(home: &Home, app: &ComponentId, session_id: &str) -> String {
    format!("{session_id}.{}", app_mac(home, app, session_id).to_hex())
}

/// The session of an app's cookie.
pub fn check_app_cookie(
    home: &Home,
    now: Timestamp,
    app: &ComponentId,
    cookie: &str,
) -> Result<Option<Session>, HomeError> {
    let Some((session_id, mac)) = cookie.split_once('.') else { return Ok(None) };
    let expected = app_mac(home, app, session_id).to_hex();
    if !bool::from(expected.as_bytes().ct_eq(mac.as_bytes())) {
        return Ok(None);
    }
    by_id(home, now, session_id)
}

fn app_mac(home: &Home, app: &ComponentId, session_id: &str) -> blake3::Hash {
    let text = format!("{} {session_id}", app.as_str());
    blake3::keyed_hash(&home.key("app-session"), text.as_bytes())
}
