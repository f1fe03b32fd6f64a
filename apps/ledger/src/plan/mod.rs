//! What is to come: operations that come again, what they make of the month, and what the owner set
//! for it.

mod budget;
mod forecast;
mod recurrence;
mod settings;

pub use forecast::{Forecast, forecast};
pub use recurrence::{HISTORY_DAYS, Recurrence, recurrences};
pub use settings::{Alert, Budget, Settings};
