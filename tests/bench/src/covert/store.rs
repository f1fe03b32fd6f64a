//! (g) The cache of a home's file, which the sender fills with what it reads; and
//! (h) the home's one writer, which the sender keeps busy. The peer of ours is the same home: each
//! home has a cache and a writer of its own, but one disk is below all of them.

use std::time::{Duration, Instant};

use super::contention::slot;
use super::parties::Parties;
use super::{Pace, Table, best, milliseconds};

const LENGTHS: [Duration; 3] =
    [Duration::from_millis(10), Duration::from_millis(30), Duration::from_millis(100)];
/// Together more than a home's cache holds (16 MiB).
const READ: usize = 100;
const READ_BYTES: usize = 200_000;
const PLAIN: usize = 100;
const PLAIN_BYTES: usize = 4_000;
/// What the sender writes at a time.
const WRITTEN: usize = 50;

pub fn measure(table: &mut Table, pace: Pace, parties: &Parties) -> anyhow::Result<()> {
    for home in [0, 1] {
        for _ in 0..READ / 10 {
            let act = format!("create large 10 {READ_BYTES}");
            parties.count(parties.start_looking(home, &act), 10)?;
        }
        let act = format!("create plain {PLAIN} {PLAIN_BYTES}");
        parties.count(parties.start_looking(home, &act), PLAIN)?;
    }
    let cache = |home: usize| {
        best(
            &[()],
            |()| format!("{READ} reads a bit"),
            |()| {
                pace.measure(|bit| {
                    if bit {
                        parties.count(parties.start_sending(home, "find large"), READ)?;
                    }
                    let start = Instant::now();
                    parties.count(parties.start_looking(0, "find plain"), PLAIN)?;
                    Ok(start.elapsed().as_secs_f64())
                })
            },
        )
    };
    let (ours, theirs) = (cache(1)?, cache(0)?);
    table.pair("cache, other home: query latency", &ours, "same home", &theirs);
    let writer = |home: usize| {
        best(&LENGTHS, milliseconds, |length| {
            pace.measure(|bit| {
                let act = format!("create busy {WRITTEN} 2000");
                let send = || vec![parties.start_sending(home, &act)];
                let look = || parties.count(parties.start_looking(0, "create mine 1 10"), 1);
                slot(parties, length, bit, send, look)
            })
        })
    };
    let (ours, theirs) = (writer(1)?, writer(0)?);
    table.pair("writer, other home: write latency", &ours, "same home", &theirs);
    Ok(())
}
