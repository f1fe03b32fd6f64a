//! A clock that stands still: a run can't time what others do (R18).
//!
//! In: when the run began. Out: that moment, at every call. Never here: a timer that runs. A run
//! that asks whether one is over, after some work of its own, has timed that work; so all timers
//! are over at once, and a run that waits for one does not wait.

use std::time::Duration;

use domicile_policy::Fault;
use tokio::time::Instant;
use wasmtime::component::Resource;
use wasmtime_wasi::clocks::{HostMonotonicClock, HostWallClock};
use wasmtime_wasi::p2::bindings::clocks::monotonic_clock;
use wasmtime_wasi::p2::{DynPollable, Pollable, subscribe};

use super::state::RunState;
use crate::flow::Session;

/// The clock of one run.
#[derive(Clone, Copy)]
pub struct RunClock {
    began_s: u64,
    /// Ticks all the same: with a fault, in tests.
    ticks: bool,
}

impl RunClock {
    pub fn of(session: &Session) -> RunClock {
        let began_s = session.began().as_second().max(0).unsigned_abs();
        RunClock { began_s, ticks: session.fault().is(Fault::ClockRuns) }
    }
}

impl HostWallClock for RunClock {
    fn resolution(&self) -> Duration {
        Duration::from_secs(1)
    }

    fn now(&self) -> Duration {
        Duration::from_secs(self.began_s)
    }
}

impl HostMonotonicClock for RunClock {
    fn resolution(&self) -> u64 {
        1_000_000_000
    }

    fn now(&self) -> u64 {
        let since_1970 = std::time::UNIX_EPOCH.elapsed().unwrap_or_default();
        if self.ticks { u64::try_from(since_1970.as_nanos()).unwrap_or_default() } else { 0 }
    }
}

impl monotonic_clock::Host for RunState {
    fn now(&mut self) -> wasmtime::Result<u64> {
        Ok(HostMonotonicClock::now(&self.clock))
    }

    fn resolution(&mut self) -> wasmtime::Result<u64> {
        Ok(HostMonotonicClock::resolution(&self.clock))
    }

    fn subscribe_instant(&mut self, when: u64) -> wasmtime::Result<Resource<DynPollable>> {
        self.subscribe_duration(when.saturating_sub(HostMonotonicClock::now(&self.clock)))
    }

    fn subscribe_duration(&mut self, duration: u64) -> wasmtime::Result<Resource<DynPollable>> {
        let due = Instant::now().checked_add(Duration::from_nanos(duration));
        let timer = self.table.push(Timer { due: due.filter(|_| self.clock.ticks) })?;
        subscribe(&mut self.table, timer)
    }
}

/// One that is over, unless the clock ticks.
struct Timer {
    due: Option<Instant>,
}

#[wasmtime_wasi::async_trait]
impl Pollable for Timer {
    async fn ready(&mut self) {
        if let Some(due) = self.due {
            tokio::time::sleep_until(due).await;
        }
    }
}
