//! What a run leaves for the next one to be faster: delays learnt, and questions answered. In: the
//! memory of an outcome. Out: one value of the service's own. Never here: anything that a fresh
//! look would not find again.

use domicile_sdk::serde_json;
use domicile_sdk::state;
use reconcile::Memory;

use crate::Failure;

const KEY: &str = "cache";
/// What the home keeps of one value.
const BYTES_MAX: usize = 64 << 10;

/// What the last run left that this one may see.
pub fn read() -> Result<Memory, Failure> {
    Ok(state::get(KEY)?.unwrap_or_default())
}

/// Keep it, if it is other than before: without the answers where it is too large, or not at all.
pub fn keep(memory: &Memory) -> Result<(), Failure> {
    let all = Memory {
        delays: memory.delays.clone(),
        solved: memory.solved.clone(),
        ..Memory::default()
    };
    let delays = Memory { solved: Default::default(), ..all.clone() };
    let fits =
        |memory: &Memory| serde_json::to_string(memory).is_ok_and(|text| text.len() <= BYTES_MAX);
    let kept = [all, delays].into_iter().find(fits).unwrap_or_default();
    if read()? != kept {
        state::set(KEY, &kept)?;
    }
    Ok(())
}
