//! A few values of this app's own, kept between calls. A run sees only what was written by runs
//! that had seen no more than it has.

use crate::bindings::app::domicile::app::state::Error as Raw;
use crate::sys;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt;

/// Why a value could not be read or written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StateError {
    /// The key or the value breaks a rule that the text names.
    Invalid(String),
    /// The home could not answer now; nothing was changed.
    Unavailable,
}

impl From<Raw> for StateError {
    fn from(raw: Raw) -> Self {
        match raw {
            Raw::Invalid(why) => StateError::Invalid(why),
            Raw::Unavailable => StateError::Unavailable,
        }
    }
}

impl fmt::Display for StateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StateError::Invalid(why) => write!(f, "refused by the home: {why}"),
            StateError::Unavailable => f.write_str("the home could not answer, try again"),
        }
    }
}

impl std::error::Error for StateError {}

/// The value of `key`; `None` if there is none, or if it was written as another type.
pub fn get<T: DeserializeOwned>(key: &str) -> Result<Option<T>, StateError> {
    Ok(sys::state_get(key)?.and_then(|text| serde_json::from_str(&text).ok()))
}

/// Keep a value: at most 64 KiB as JSON.
pub fn set<T: Serialize>(key: &str, value: &T) -> Result<(), StateError> {
    let text = serde_json::to_string(value).map_err(|e| StateError::Invalid(e.to_string()))?;
    Ok(sys::state_set(key, &text)?)
}

/// Forget a value.
pub fn remove(key: &str) -> Result<(), StateError> {
    Ok(sys::state_remove(key)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Home;

    #[test]
    fn values_are_kept_by_type() {
        let _home = Home::new();
        assert_eq!(get::<u32>("n"), Ok(None));
        set("n", &5u32).expect("kept");
        assert_eq!(get::<u32>("n"), Ok(Some(5)));
        assert_eq!(get::<Vec<u32>>("n"), Ok(None));
        remove("n").expect("forgotten");
        assert_eq!(get::<u32>("n"), Ok(None));
    }
}
