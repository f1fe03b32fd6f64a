//! (b) Processors that runs share: the sender computes or not, on all of them; a client times the
//! receiver's pages. (c) The same for a receiver without any client's clock: it works until it is
//! stopped, and how far it got is its reading.

use std::time::{Duration, Instant};

use super::parties::{Parties, Started};
use super::{Pace, Table, best, milliseconds};

const LENGTHS: [Duration; 4] = [
    Duration::from_millis(1),
    Duration::from_millis(4),
    Duration::from_millis(12),
    Duration::from_millis(30),
];
/// Between two notes of how far it got.
const PIECE: Duration = Duration::from_millis(5);
/// While a run that works is stopped after two seconds.
const STOPPED: Duration = Duration::from_secs(2);
/// A bit takes seconds.
const STOPPED_SYMBOLS: usize = 24;

pub fn measure(table: &mut Table, pace: Pace, parties: &Parties) -> anyhow::Result<()> {
    for (home, whose) in [(0, "same home"), (1, "other home")] {
        let found = best(&LENGTHS, milliseconds, |length| {
            pace.measure(|bit| {
                let send = || spin(parties, home, length);
                slot(parties, length, bit, send, || parties.look(0, "nothing").map(drop))
            })
        })?;
        table.open(&format!("processors, {whose}: page latency"), &found);
    }
    let pace = Pace { time: Duration::ZERO, symbols_min: pace.symbols_min.min(STOPPED_SYMBOLS) };
    let found = best(&[STOPPED], milliseconds, |length| {
        pace.measure(|bit| {
            let sent = if bit { spin(parties, 1, length * 3 / 4) } else { Vec::new() };
            let act = format!("work-until-stopped {}", parties.steps(PIECE));
            let stopped = parties.end(parties.start_looking(0, &act));
            anyhow::ensure!(stopped.is_err(), "it was not stopped");
            // The sender may be stopped as well.
            sent.into_iter().for_each(|one| drop(parties.end(one)));
            Ok(parties.look(0, "worked")?.parse()?)
        })
    })?;
    table.open("processors, other home: work until stopped", &found);
    Ok(())
}

/// The sender computes for so long, once for each processor.
fn spin(parties: &Parties, home: usize, time: Duration) -> Vec<Started> {
    let act = format!("spin {}", parties.steps(time));
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    (0..processors).map(|_| parties.start_sending(home, &act)).collect()
}

fn end(parties: &Parties, sent: Vec<Started>) -> anyhow::Result<()> {
    sent.into_iter().try_for_each(|one| parties.end(one).map(drop))
}

/// One bit of a given length, during which the receiver looks as often as it can. Returns how long
/// a look took, in seconds.
pub fn slot(
    parties: &Parties,
    length: Duration,
    bit: bool,
    send: impl FnOnce() -> Vec<Started>,
    look: impl Fn() -> anyhow::Result<()>,
) -> anyhow::Result<f64> {
    let start = Instant::now();
    let sent = if bit { send() } else { Vec::new() };
    let mut looks = 0;
    while looks == 0 || start.elapsed() < length {
        look()?;
        looks += 1;
    }
    let took = start.elapsed().as_secs_f64() / f64::from(looks);
    end(parties, sent)?;
    Ok(took)
}
