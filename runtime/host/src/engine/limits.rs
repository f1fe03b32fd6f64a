//! What one run may use. Each limit is hit by a test in `tests/it`.

use std::time::Duration;

/// A build for debugging is so many times slower, and runs beside others like it.
const SLOWNESS: u64 = if cfg!(debug_assertions) { 5 } else { 1 };
/// How often the epoch advances: the grain of every time limit below.
pub const TICK: Duration = Duration::from_millis(10);
/// A page computes at most this long (2 s), counted while it runs and not while it waits.
pub const PAGE_TICKS_MAX: u64 = 200 * SLOWNESS;
/// An importer or a service computes at most this long (60 s).
pub const WORK_TICKS_MAX: u64 = 6_000;
/// A page is answered within this time or not at all, waiting included.
pub const PAGE_TIME_MAX: Duration = Duration::from_secs(10 * SLOWNESS);
/// An importer or a service ends within this time.
pub const WORK_TIME_MAX: Duration = Duration::from_secs(180);
/// A konnector ends within this time, slow providers and owners who look for a code included.
pub const COLLECT_TIME_MAX: Duration = Duration::from_secs(900);
/// One host call waits at most this long for the store.
pub const HOST_CALL_TIME_MAX: Duration = Duration::from_secs(5 * SLOWNESS);
/// A linear memory grows to at most this size.
pub const MEMORY_BYTES_MAX: usize = 128 << 20;
/// A table grows to at most this many elements.
pub const TABLE_ELEMENTS_MAX: usize = 100_000;
/// Core instances, memories and tables of one component: JavaScript and Python guests need a few.
pub const CORE_INSTANCES_MAX: usize = 64;
/// Resource handles alive at a time in one run.
pub const HANDLES_MAX: usize = 4_096;
/// Bytes that a guest hands to the host in one call, strings and lists together.
pub const HOST_CALL_BYTES_MAX: usize = 16 << 20;
/// Host calls of one run.
pub const HOST_CALLS_MAX: u64 = 100_000;
/// What a run prints to stdout and stderr is kept up to this size; more is dropped.
pub const CONSOLE_BYTES_MAX: usize = 16 << 10;
/// Components kept ready in memory.
pub const LOADED_COMPONENTS_MAX: usize = 256;
/// Runs at the same time; more wait for a place.
pub const RUNS_MAX: usize = 256;
/// The compiler's address space.
pub const COMPILE_MEMORY_BYTES_MAX: u64 = 4 << 30;
/// The compiler's processor time, in seconds.
pub const COMPILE_CPU_SECONDS_MAX: u64 = 120 * SLOWNESS;
/// The compiler's wall-clock time.
pub const COMPILE_TIME_MAX: Duration = Duration::from_secs(180 * SLOWNESS);
/// Machine code is not larger than this.
pub const MACHINE_CODE_BYTES_MAX: usize = 512 << 20;
