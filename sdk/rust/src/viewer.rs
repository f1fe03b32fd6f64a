//! Who is looking.

use crate::locale::{Date, Locale, Month};
use crate::sys;

/// The owner, as far as a page needs to know. The same during a whole call.
#[derive(Debug, Clone)]
pub struct Viewer {
    /// Their language.
    pub locale: Locale,
    /// In the home's time zone.
    pub today: Date,
    /// `Europe/Paris`.
    pub time_zone: String,
    /// `EUR`.
    pub currency: String,
}

impl Viewer {
    /// Ask the home.
    pub fn current() -> Self {
        let raw = sys::viewer();
        let epoch = Date { month: Month { year: 1970, month: 1 }, day: 1 };
        Viewer {
            locale: Locale::parse(&raw.locale),
            today: Date::parse(&raw.today).unwrap_or(epoch),
            time_zone: raw.time_zone,
            currency: raw.currency,
        }
    }
}
