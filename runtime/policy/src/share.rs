//! Shares: a link or another home as a sink (R19).
//!
//! In flow the labels that the owner saw when confirming; out flows, for each item that is later
//! put into the shared place, whether it appears there or waits. What waits must never be counted
//! there.

use serde::{Deserialize, Serialize};

use crate::label::{Label, LabelError};

/// What one share may show; it never widens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShareScope {
    confirmed: Label,
}

/// Labels that can't be shared.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShareError {
    /// The origin of the data was lost among too many.
    #[error(
        "what comes from too many origins is for the owner's own screen only; share a part of it"
    )]
    Everything,
    /// More tags than one confirmation can show.
    #[error("the objects come from too many places for one share; make several: {0}")]
    TooManyTags(#[from] LabelError),
}

impl ShareScope {
    /// The owner saw `labels` on a trusted page and agreed.
    pub fn confirm<'a>(labels: impl IntoIterator<Item = &'a Label>) -> Result<Self, ShareError> {
        let confirmed = Label::bounded(labels.into_iter().flat_map(Label::tags).cloned())?;
        if confirmed.is_everything() {
            return Err(ShareError::Everything);
        }
        Ok(ShareScope { confirmed })
    }

    /// The label set that the owner confirmed.
    pub fn confirmed(&self) -> &Label {
        &self.confirmed
    }

    /// Whether an item of the shared place appears in the share; otherwise it waits for the owner.
    pub fn shows(&self, item: &Label) -> bool {
        item.flows_to(&self.confirmed)
    }
}
