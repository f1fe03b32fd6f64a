//! Codes that work once: to enter an app's origin from the shell, and to sign in from a printed link.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use domicile_policy::{ComponentId, HomeName};
use jiff::{SignedDuration, Timestamp};

/// Codes that wait to be used.
const WAITING_MAX: usize = 1_000;
/// A code for an app's origin is used by the frame that it was made for, at once.
const ENTER_AGE_MAX: SignedDuration = SignedDuration::from_secs(60);
/// A printed link.
const SIGN_IN_AGE_MAX: SignedDuration = SignedDuration::from_hours(24);

/// What a code is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Sign in to a home.
    SignIn(HomeName),
    /// Show an app's pages within a session.
    Enter(HomeName, ComponentId, String),
}

/// The codes that wait.
#[derive(Default)]
pub struct Once {
    waiting: Mutex<HashMap<String, (Purpose, Timestamp)>>,
}

impl Once {
    /// A code to sign in with.
    pub fn sign_in(&self, home: &HomeName, now: Timestamp) -> Result<String, getrandom::Error> {
        self.make(Purpose::SignIn(home.clone()), now, SIGN_IN_AGE_MAX)
    }

    /// A code to enter an app's origin with.
    pub fn enter(
        &self,
        home: &HomeName,
        app: &ComponentId,
        session: &str,
        now: Timestamp,
    ) -> Result<String, getrandom::Error> {
        let purpose = Purpose::Enter(home.clone(), app.clone(), session.to_owned());
        self.make(purpose, now, ENTER_AGE_MAX)
    }

    fn make(
        &self,
        purpose: Purpose,
        now: Timestamp,
        age_max: SignedDuration,
    ) -> Result<String, getrandom::Error> {
        let code = crate::identity::secret()?;
        let until = now.saturating_add(age_max).unwrap_or(now);
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() >= WAITING_MAX {
            waiting.retain(|_, (_, until)| *until > now);
        }
        waiting.insert(code.clone(), (purpose, until));
        Ok(code)
    }

    /// Use a code up.
    pub fn take(&self, code: &str, now: Timestamp) -> Option<Purpose> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let (purpose, until) = waiting.remove(code)?;
        (until > now).then_some(purpose)
    }
}
