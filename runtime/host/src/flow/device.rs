//! The owner's own devices that collect for a home: each for one konnector, as it is installed.
//!
//! In flow the owner's yes and the secret of a device; out flows for which konnector it may
//! deposit. Never here: a secret (its hash is kept), or anything that a device could read.

use domicile_policy::ComponentId;
use domicile_store::RecordOp;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::audit::Event;
use super::link::{self, Link, Opens};
use crate::house::{Home, HomeError};

/// Devices of one home.
pub const DEVICES_MAX: usize = 50;
/// Characters of a device's name.
pub const NAME_CHARS_MAX: usize = 40;
/// How long the owner's yes to a device lasts.
pub const LIFETIME: SignedDuration = SignedDuration::from_hours(24 * 365);

/// What a device may deposit for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Device {
    /// What the owner calls it.
    pub name: String,
    /// The konnector.
    pub component: ComponentId,
    /// Which bytes it is: another version is another yes.
    pub digest: String,
}

impl Opens for Device {
    const SPACE: &'static str = "device";

    fn whose(&self) -> &str {
        self.component.as_str()
    }

    fn made(&self, until: Timestamp) -> Event {
        Event::DeviceAdded { device: self.name.clone(), until }
    }

    fn opened(&self) -> Event {
        Event::DeviceCame { device: self.name.clone() }
    }

    fn ended(&self) -> Event {
        Event::DeviceEnded { device: self.name.clone() }
    }
}

/// What the owner typed for a name, fit to be shown; `None` if nothing is left of it.
pub fn name(typed: &str) -> Option<String> {
    let name = domicile_proto::text::shown(typed.trim(), NAME_CHARS_MAX);
    (!name.is_empty()).then_some(name)
}

/// The devices of a konnector, the newest first.
pub fn of(home: &Home, component: &ComponentId) -> Result<Vec<Link<Device>>, HomeError> {
    let all: Vec<Link<Device>> = link::list(home)?;
    Ok(all.into_iter().filter(|link| link.to.component == *component).collect())
}

/// What forgets the devices of a component that is removed.
pub fn forget(home: &Home, component: &ComponentId) -> Result<Vec<RecordOp>, HomeError> {
    Ok(of(home, component)?.iter().map(Link::forgotten).collect())
}
