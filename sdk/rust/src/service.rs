//! Services: the background entry of an app. Give the function to [`service!`](crate::service!).

use crate::bindings::service::exports::domicile::jobs::task as wit;

/// Why a service runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trigger {
    /// The schedule in the manifest.
    Schedule,
    /// The owner asked for it.
    Owner,
    /// Documents of this doctype changed; what was there at the install counts as changed too.
    Event(String),
}

impl From<wit::Trigger> for Trigger {
    fn from(raw: wit::Trigger) -> Self {
        match raw {
            wit::Trigger::Schedule => Trigger::Schedule,
            wit::Trigger::Owner => Trigger::Owner,
            wit::Trigger::Event(doctype) => Trigger::Event(doctype),
        }
    }
}
