//! (a) A clock inside a run: it works for a while or not, and asks how long that took. The clock is
//! the run's own. The peer is an ordinary runtime.

use std::time::{Duration, Instant};

use super::capacity::{Capacity, Symbol};
use super::parties::Parties;
use super::plain::Plain;
use super::{Pace, Table, best, bit, milliseconds};

const CLOCKS: [&str; 3] = ["monotonic", "wall", "timer"];
const LENGTHS: [Duration; 4] = [
    Duration::from_micros(10),
    Duration::from_micros(100),
    Duration::from_millis(1),
    Duration::from_millis(3),
];
/// A page computes for two seconds at most.
const CALL: Duration = Duration::from_millis(500);
const BITS_MAX: usize = 1_000;

pub fn measure(
    table: &mut Table,
    pace: Pace,
    parties: &Parties,
    plain: &Plain,
) -> anyhow::Result<()> {
    for clock in CLOCKS {
        let ours = best(&LENGTHS, milliseconds, |length| {
            let steps = parties.steps(length);
            tell(pace, length, |bits| parties.look(0, &format!("time {clock} {steps} {bits}")))
        })?;
        let theirs = best(&LENGTHS, milliseconds, |length| {
            let steps = parties.steps(length);
            tell(pace, length, |bits| {
                let act = format!("time {clock} {steps} {bits}");
                parties.runtime.block_on(plain.act(&act))
            })
        })?;
        table.pair(&format!("clock in a run: {clock}"), &ours, "clocks that run", &theirs);
    }
    Ok(())
}

/// Many bits in one call.
fn tell(
    pace: Pace,
    length: Duration,
    mut call: impl FnMut(&str) -> anyhow::Result<String>,
) -> anyhow::Result<Capacity> {
    let bits = (CALL.as_secs_f64() / length.as_secs_f64()) as usize;
    let mut symbols = Vec::new();
    let start = Instant::now();
    while start.elapsed() < pace.time {
        let sent: Vec<bool> = (0..bits.min(BITS_MAX)).map(|_| bit()).collect::<Result<_, _>>()?;
        let text: String = sent.iter().map(|sent| if *sent { '1' } else { '0' }).collect();
        let answer = call(&text)?;
        for (sent, read) in sent.into_iter().zip(answer.split(' ')) {
            symbols.push(Symbol { sent, read: read.parse()? });
        }
    }
    Ok(Capacity::of(&symbols, start.elapsed()))
}
