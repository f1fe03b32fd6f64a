//! The desk: which jobs are at work in a house. In memory: after a restart none is.
//!
//! In flow components and what their runs are for, out flow seats, one for each pair of them. A
//! component that is at work on something private must never keep one of its less knowing runs from
//! its seat; one account never has two runs.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use domicile_policy::{ComponentId, HomeName};
use tokio::sync::{MutexGuard, Semaphore, SemaphorePermit};

use super::hooks::Rate;
use super::limits::JOBS_AT_ONCE_MAX;
use super::live::Board;
use crate::house::House;

/// Where a run sits: in a home, for a component, on one of its chairs.
type Place = (HomeName, ComponentId, String);

/// The desk of one house.
pub struct Desk {
    taken: Mutex<BTreeSet<Place>>,
    places: Semaphore,
    book: tokio::sync::Mutex<()>,
    board: Board,
    messages: Rate,
}

impl Default for Desk {
    fn default() -> Self {
        let (taken, book, board, messages) = Default::default();
        Desk { taken, places: Semaphore::new(JOBS_AT_ONCE_MAX), book, board, messages }
    }
}

impl Desk {
    /// Whether a component is at work, with whatever it knows: for its owner.
    pub fn is_at_work(&self, home: &HomeName, id: &ComponentId) -> bool {
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.iter().any(|(at, who, _)| at == home && who == id)
    }

    /// The runs for accounts that go on.
    pub(super) fn board(&self) -> &Board {
        &self.board
    }

    /// How often messages come.
    pub(super) fn messages(&self) -> &Rate {
        &self.messages
    }

    /// Wait until one more run may begin.
    pub async fn place(&self) -> Option<SemaphorePermit<'_>> {
        self.places.acquire().await.ok()
    }

    /// Records of jobs are read and written by one at a time.
    pub(crate) async fn book(&self) -> MutexGuard<'_, ()> {
        self.book.lock().await
    }
}

/// A seat that is taken; free again when it is dropped, however the run ended.
pub struct Seat {
    house: House,
    place: Place,
}

impl Seat {
    /// Take it, unless it is taken.
    pub fn take(house: &House, home: &HomeName, id: &ComponentId, chair: String) -> Option<Seat> {
        let place = (home.clone(), id.clone(), chair);
        let mut taken = house.desk().taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.insert(place.clone()).then(|| Seat { house: house.clone(), place })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let desk = self.house.desk();
        desk.taken.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.place);
        // What waited for the seat may be due.
        self.house.bell().pull(&self.place.0);
    }
}
