//! The book: what a home remembers of its jobs, one record for each lane.
//!
//! In flow lanes, out flow lanes as they were kept. They go when their component goes. No component
//! reads them, and a lane of what a component may not know of is never written.

use domicile_policy::ComponentId;
use domicile_store::RecordOp;
use jiff::Timestamp;

use super::lane::{Cue, Lane};
use crate::house::home::{delete, put};
use crate::house::{Home, HomeError};
use crate::registry::OF_COMPONENTS;

fn key(id: &ComponentId, cue: &Cue) -> String {
    format!("{id}/{}", cue.name())
}

/// A lane as it was kept, if it ever was.
pub fn kept(home: &Home, id: &ComponentId, cue: &Cue) -> Result<Option<Lane>, HomeError> {
    home.record(OF_COMPONENTS, &key(id, cue))
}

/// A lane as it was kept, or a new one.
pub fn lane(home: &Home, id: &ComponentId, cue: &Cue, now: Timestamp) -> Result<Lane, HomeError> {
    Ok(kept(home, id, cue)?.unwrap_or_else(|| Lane::new(cue.clone(), now)))
}

/// All lanes of a component.
pub fn lanes(home: &Home, id: &ComponentId) -> Result<Vec<Lane>, HomeError> {
    home.records_under(OF_COMPONENTS, &format!("{id}/"))
}

/// What forgets a lane.
pub fn forget(id: &ComponentId, cue: &Cue) -> RecordOp {
    delete(OF_COMPONENTS, &key(id, cue))
}

/// A lane to be kept.
pub fn keep(id: &ComponentId, cue: &Cue, lane: &Lane) -> Result<RecordOp, HomeError> {
    put(OF_COMPONENTS, &key(id, cue), lane)
}
