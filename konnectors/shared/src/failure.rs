//! Why a run of a konnector brought nothing, in the owner's language.

use domicile_sdk::Viewer;
use domicile_sdk::konnector::Failure;
use domicile_sdk::state::StateError;

use crate::Said;

/// In the konnector's words.
pub fn failed(why: Said) -> Failure {
    Failure::Other(why.into_text(Viewer::current().locale))
}

/// What was kept can't be had now.
pub fn no_state(error: StateError) -> Failure {
    Failure::Other(error.to_string())
}
