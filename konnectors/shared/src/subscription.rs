//! What lies at one address, and only if it is another than the last time. In: the answer along a
//! route. Out: its bytes, and a mark for the next time. Never here: the address, which the home
//! puts in; a mark that is kept before what lies before it is in the home.

use domicile_sdk::konnector::{Action, Failure, FetchError, field, route};
use domicile_sdk::state;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::failure::{failed, no_state};
use crate::say;

/// Where the mark is kept.
const MARK: &str = "mark";
/// Longer ones can't be sent back.
const MARK_BYTES_MAX: usize = 1_000;

/// What is there now.
#[derive(Debug)]
pub struct Fetched {
    pub bytes: Vec<u8>,
    mark: Mark,
}

/// How the server tells this version from others.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Mark {
    tag: Option<String>,
    changed: Option<String>,
}

/// Ask along this route; `None` if it is what it was. `accept` says what is hoped for.
pub fn fetch(name: &str, accept: &str) -> Result<Option<Fetched>, Failure> {
    // What was kept came from the server: it is there for who has asked about the account.
    field("name");
    let before: Mark = state::get(MARK).map_err(no_state)?.unwrap_or_default();
    let mut request = route(name).header("accept", accept);
    if let Some(tag) = &before.tag {
        request = request.header("if-none-match", tag);
    } else if let Some(changed) = &before.changed {
        request = request.header("if-modified-since", changed);
    }
    let answer = request.send()?;
    let kept = |name: &str| {
        let fits = |value: &&str| {
            let plain = value.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
            plain && (1..=MARK_BYTES_MAX).contains(&value.len())
        };
        answer.header(name).filter(fits).map(str::to_owned)
    };
    let mark = Mark { tag: kept("etag"), changed: kept("last-modified") };
    match answer.status {
        304 => Ok(None),
        200..=299 => Ok(Some(Fetched { bytes: answer.body, mark })),
        300..=399 => Err(failed(say!(
            "the server sends on to another one: open the address in a browser, and connect the account \
             again with where it ends",
            "le serveur renvoie vers un autre : ouvrez l'adresse dans un navigateur, et reconnectez le \
             compte avec celle où elle aboutit",
        ))),
        403 => Err(Failure::LoginFailed),
        404 | 410 => Err(Failure::UserActionNeeded(Action::AccountRemoved)),
        status => Err(FetchError::Status(status).into()),
    }
}

impl Fetched {
    /// What was fetched is in the home: the next run asks for what is newer.
    pub fn keep(&self) -> Result<(), Failure> {
        state::set(MARK, &self.mark).map_err(no_state)
    }
}

/// Keys of what one subscription brings: of two, neither writes over what the other brought,
/// whatever ids it chooses. The owner's name for it tells them apart, also once it is connected
/// again.
#[derive(Debug)]
pub struct Keys(String);

impl Keys {
    /// Of the subscription of this name.
    pub fn of(name: &str) -> Keys {
        let hash = Sha256::digest(name.trim());
        Keys(hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect())
    }

    /// The key of what it calls `key`.
    pub fn key(&self, key: &str) -> String {
        format!("{}:{key}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use domicile_sdk::testing::Home;

    use super::*;

    #[test]
    fn what_did_not_change_is_not_read_again() {
        let home = Home::new();
        home.provider(|asked| {
            let known = |value: &str| asked.headers.iter().any(|(_, sent)| sent == value);
            match (known("\"1\""), known("yesterday")) {
                (true, false) => (304, Vec::new(), String::new()),
                (false, true) => {
                    (200, vec![("etag", "\"1\""), ("last-modified", "today")], "b".into())
                }
                _ => (200, vec![("last-modified", "yesterday")], "a".into()),
            }
        });
        let bytes = |fetched: &Option<Fetched>| fetched.as_ref().map(|one| one.bytes.clone());
        let first = fetch("feed", "*/*").unwrap();
        assert_eq!(bytes(&first).as_deref(), Some(&b"a"[..]));
        // A run that failed before its end asks for the same again.
        let again = fetch("feed", "*/*").unwrap();
        assert_eq!(bytes(&again), bytes(&first));
        again.unwrap().keep().unwrap();
        let next = fetch("feed", "*/*").unwrap();
        assert_eq!(bytes(&next).as_deref(), Some(&b"b"[..]));
        next.unwrap().keep().unwrap();
        assert!(fetch("feed", "*/*").unwrap().is_none());
    }

    #[test]
    fn a_mark_that_cannot_be_sent_back_is_none() {
        let home = Home::new();
        home.provider(|asked| {
            assert_eq!(asked.headers.len(), 1, "{:?}", asked.headers);
            (200, vec![("etag", "a\nb"), ("last-modified", "h\u{e9}")], String::new())
        });
        for _ in 0..2 {
            fetch("feed", "*/*").unwrap().unwrap().keep().unwrap();
        }
    }

    #[test]
    fn what_went_wrong_has_a_name() {
        let home = Home::new();
        for (status, expected) in [
            (301, "sends on to another one"),
            (401, "LoginFailed"),
            (403, "LoginFailed"),
            (404, "AccountRemoved"),
            (410, "AccountRemoved"),
            (429, "TooManyAttempts"),
            (500, "VendorDown"),
        ] {
            home.provider(move |_| (status, Vec::new(), String::new()));
            let why = format!("{:?}", fetch("feed", "*/*").unwrap_err());
            assert!(why.contains(expected), "{status}: {why}");
        }
    }
}
