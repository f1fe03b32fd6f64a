//! How much jobs may take.

use jiff::SignedDuration;

/// Runs of jobs at the same time in a house; more wait, and no closed home is opened meanwhile.
pub const JOBS_AT_ONCE_MAX: usize = 32;
/// A run that failed is tried so many times in all.
pub const TRIES_MAX: u32 = 3;
/// After the first failure; four times as long after each further one.
pub const BACK_OFF: SignedDuration = SignedDuration::from_mins(1);
/// The same for a provider that does not work: it is given more time.
pub const BACK_OFF_PROVIDER: SignedDuration = SignedDuration::from_mins(15);
/// Runs for messages of a provider lie so far apart: each is given all that wait.
pub const MESSAGE_PACE: SignedDuration = SignedDuration::from_secs(10);
/// Messages that one account may be sent in a minute.
pub const MESSAGES_A_MINUTE_MAX: u32 = 60;
/// Warnings that are kept of one run.
pub const WARNINGS_KEPT_MAX: usize = 20;
/// Runs for the changes of one compartment lie at least so far apart. The distance doubles as long
/// as there are changes at the end of each: services that wake each other come to rest at the most.
pub const PACE_MIN: SignedDuration = SignedDuration::from_mins(1);
/// The most that it grows to.
pub const PACE_MAX: SignedDuration = SignedDuration::from_mins(30);
/// Runs that are remembered of a component, and of each thing that starts it.
pub const RUNS_KEPT_MAX: usize = 20;
/// Characters that are kept of what a failed run said.
pub const FAILURE_CHARS_MAX: usize = 1_000;
/// A nightly run has its place in the hours from midnight on, in the home's time zone: not all
/// homes of a house run at once.
pub const NIGHT: SignedDuration = SignedDuration::from_hours(5);
/// The clock of the machine may be set or stand still: it is looked at this often.
pub const CLOCK_CHECK: SignedDuration = SignedDuration::from_mins(10);
