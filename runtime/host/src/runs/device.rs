//! What a device of the owner's brings: deposits of a konnector that ran there.
//!
//! In flow arguments of whoever has a device's secret; out flows nothing but whether they break a
//! rule. The home trusts the device with no decision: grants, labels, schemas and limits are those
//! of a run here, and what came before is never told.

use std::sync::Arc;
use std::time::Instant;

use domicile_policy::{Cause, CauseKind};

use super::{Start, event};
use crate::flow::audit;
use crate::flow::device::Device;
use crate::flow::session::WRITES_MAX;
use crate::flow::{Refused, Session};
use crate::house::{Home, House};
use crate::registry::{self, Installed};

/// Why a device's deposits were not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Barred {
    /// The konnector is not installed any more.
    Gone,
    /// The home has another version of it than the device was allowed.
    Updated,
    /// The konnector may not deposit such documents.
    Refused,
    /// The arguments break a rule; the text is made of the arguments.
    Invalid(String),
    /// The home can't take anything now.
    Unavailable,
}

impl From<Refused> for Barred {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Invalid(text) => Barred::Invalid(text),
            Refused::Absent | Refused::Conflict => Barred::Refused,
            Refused::Unavailable => Barred::Unavailable,
        }
    }
}

/// The konnector of a device, if it is the one that the owner said yes to.
pub fn konnector(home: &Home, device: &Device) -> Result<Arc<Installed>, Barred> {
    let installed = registry::find(home, &device.component).ok_or(Barred::Gone)?;
    if installed.digest == device.digest { Ok(installed) } else { Err(Barred::Updated) }
}

/// The ids that documents of these keys have here: a function of the arguments (R7, R14).
pub async fn ids(
    house: &House,
    home: &Arc<Home>,
    device: &Device,
    doctype: &str,
    keys: &[String],
) -> Result<Vec<String>, Barred> {
    if keys.len() > WRITES_MAX {
        return Err(Barred::Invalid(format!("at most {WRITES_MAX} keys at once")));
    }
    let (mut session, _) = session(house, home, device)?;
    let mut ids = Vec::new();
    for key in keys {
        ids.push(session.deposit_id(doctype, key).await?);
    }
    Ok(ids)
}

/// Take deposits, all of them or none (R7).
pub async fn deposit(
    house: &House,
    home: &Arc<Home>,
    device: &Device,
    doctype: &str,
    items: Vec<(String, String)>,
) -> Result<(), Barred> {
    let (mut session, installed) = session(house, home, device)?;
    let start = Start { cause: CauseKind::Owner, about: None, at: Instant::now() };
    let _place = Arc::clone(house.runs()).acquire_owned().await.map_err(|_| Barred::Unavailable)?;
    if let Err(refused) = session.deposit(doctype, items) {
        let line = event(&session, "device", &start, "denied");
        let version = &installed.manifest.version;
        let line = audit::encode(session.began(), device.component.as_str(), version, &line);
        home.store().log_later(line);
        return Err(refused.into());
    }
    let line = event(&session, "device", &start, "done");
    let stored = session.store_deposits(&line).await;
    stored.map(drop).map_err(|error| {
        tracing::error!(%error, "what a device brought could not be stored");
        Barred::Unavailable
    })
}

/// A run of the konnector that has heard its provider, and has nobody to ask.
fn session(
    house: &House,
    home: &Arc<Home>,
    device: &Device,
) -> Result<(Session, Arc<Installed>), Barred> {
    let installed = konnector(home, device)?;
    let (id, grants) = (installed.id().clone(), installed.grants());
    let run = house.fault().start(id, installed.world(), grants, Cause::OwnerTrusted);
    let run = run.map_err(|_| Barred::Refused)?;
    let version = format!("{}, from device {}", installed.manifest.version, device.name);
    let now = house.clock().now();
    let mut session = Session::new(Arc::clone(home), run, house.fault(), version, now);
    session.heard_provider();
    Ok((session, installed))
}
