//! Chunks in use: what a writer or a reader holds is never swept away.
//!
//! A writer holds a chunk from before it looks whether the chunk is there until after its commit. A
//! sweep first has every chunk written down that is held from now on, then looks which ones are
//! named, and takes away what is neither. So a chunk that was held at any time since the sweep
//! began stays, and one whose holder had let go before is named or nobody's.

use std::collections::{HashMap, HashSet};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::keys::ChunkName;

/// All chunks in use of one home.
#[derive(Debug, Default)]
pub struct Pins(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    held: HashMap<ChunkName, usize>,
    /// What was held at any time since a sweep began.
    since: Option<HashSet<ChunkName>>,
}

/// Chunks that one writer or reader holds.
#[derive(Debug)]
pub struct Pinned {
    pins: Arc<Pins>,
    names: HashSet<ChunkName>,
}

impl Pins {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A holder of nothing yet.
    pub fn holder(self: &Arc<Self>) -> Pinned {
        Pinned { pins: Arc::clone(self), names: HashSet::new() }
    }

    /// Write down what is held from now on. `false`: another sweep is at it.
    pub fn begin_sweep(&self) -> bool {
        let mut state = self.state();
        if state.since.is_some() {
            return false;
        }
        state.since = Some(state.held.keys().copied().collect());
        true
    }

    /// The sweep is over.
    pub fn end_sweep(&self) {
        self.state().since = None;
    }

    /// Do `act`, unless the chunk was held since the sweep began. Nobody takes hold meanwhile.
    pub fn unless_held(
        &self,
        name: &ChunkName,
        act: impl FnOnce() -> io::Result<()>,
    ) -> io::Result<bool> {
        let state = self.state();
        if state.since.as_ref().is_none_or(|since| since.contains(name)) {
            return Ok(false);
        }
        act().map(|()| true)
    }
}

impl Pinned {
    /// Hold one more chunk; `false` if it is held here already.
    pub fn hold(&mut self, name: ChunkName) -> bool {
        if !self.names.insert(name) {
            return false;
        }
        let mut state = self.pins.state();
        *state.held.entry(name).or_default() += 1;
        if let Some(since) = &mut state.since {
            since.insert(name);
        }
        true
    }
}

impl Drop for Pinned {
    fn drop(&mut self) {
        let mut state = self.pins.state();
        for name in &self.names {
            if let Some(count) = state.held.get_mut(name) {
                *count -= 1;
                if *count == 0 {
                    state.held.remove(name);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_held_since_a_sweep_began_stays() {
        let pins = Arc::new(Pins::default());
        let taken = |name| pins.unless_held(&name, || Ok(())).unwrap();
        let mut early = pins.holder();
        assert!(early.hold([1; 32]) && !early.hold([1; 32]));
        assert!(!taken([2; 32]), "no sweep is on");
        assert!(pins.begin_sweep() && !pins.begin_sweep());
        let mut late = pins.holder();
        late.hold([2; 32]);
        drop((early, late));
        assert!(!taken([1; 32]) && !taken([2; 32]));
        assert!(taken([3; 32]));
        pins.end_sweep();
        assert!(pins.begin_sweep() && taken([1; 32]));
    }
}
