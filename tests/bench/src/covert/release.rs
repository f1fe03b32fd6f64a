//! When an answer leaves, for one who watches the network: the sender's own page, whose time it
//! chooses; and the receiver's page in homes that differ only above the receiver (P7), where a t of
//! less than 4.5 means that no difference was found.

use std::time::{Duration, Instant};

use crate::report::Unit;

use super::parties::Parties;
use super::welch::{Sample, TOLD_APART};
use super::{Pace, QUANTUM, Table, best, bit, milliseconds};

const LENGTHS: [Duration; 4] = [
    Duration::from_micros(100),
    Duration::from_millis(1),
    Duration::from_millis(10),
    Duration::from_millis(30),
];
const PLAIN: usize = 20;
const HIDDEN: usize = 400;
/// Requests at a time where each mostly waits.
const AT_ONCE: usize = 32;
/// Where little is to be found, it is looked for longer.
const LONGER: u32 = 6;

pub fn measure(
    table: &mut Table,
    pace: Pace,
    at_once: &Parties,
    quantised: &Parties,
) -> anyhow::Result<()> {
    let own = |parties: &Parties, pace: Pace, lengths: &[Duration]| {
        best(lengths, milliseconds, |length| {
            pace.measure(|bit| {
                let steps = if bit { parties.steps(length) } else { 0 };
                let start = Instant::now();
                parties.send(0, &format!("spin {steps}"))?;
                Ok(start.elapsed().as_secs_f64())
            })
        })
    };
    let default = "no quantum (the default)";
    let case = format!("own page latency, {} ms quantum", QUANTUM.as_millis());
    // A sender that knows of the quantum makes an answer miss one.
    table.pair(&case, &own(quantised, pace, &LENGTHS)?, default, &own(at_once, pace, &LENGTHS)?);
    let (within, longer) = (&LENGTHS[..2], Pace { time: pace.time * LONGER, ..pace });
    let (ours, theirs) = (own(quantised, longer, within)?, own(at_once, pace, within)?);
    table.pair(&format!("{case}, not missed"), &ours, default, &theirs);

    let time = pace.time * LONGER;
    fill(at_once)?;
    fill(quantised)?;
    let hidden = compare(at_once, 1, time, 1)?;
    let seen = compare(at_once, 1, time, 2)?;
    let quantised = compare(quantised, AT_ONCE, time, 2)?;
    for (what, (t, count)) in [("hidden", hidden), ("seen", seen), ("quantised", quantised)] {
        println!("P7, {what}: t {t:.2} over {count} pages; told apart from {TOLD_APART}");
    }
    let mut row = |case: &str, ours: f64, peer: &str, theirs: f64| {
        table.report.row(case.to_owned(), Unit::Less("|t|"), ours.abs(), peer, theirs.abs());
    };
    row("P7: page beside hidden documents", hidden.0, "documents that are seen", seen.0);
    row("P7: page of more documents, quantised", quantised.0, default, seen.0);
    Ok(())
}

/// The same low documents in all homes; others above in the second, and in plain sight in the
/// third.
fn fill(parties: &Parties) -> anyhow::Result<()> {
    let more = format!("create seen {HIDDEN} 500");
    for home in 0..3 {
        let act = format!("create seen {PLAIN} 500");
        parties.count(parties.start_looking(home, &act), PLAIN)?;
    }
    parties.count(parties.start_sending(1, &more), HIDDEN)?;
    parties.count(parties.start_looking(2, &more), HIDDEN)
}

/// Welch's t of the times of a page in the first home and another.
fn compare(
    parties: &Parties,
    runs: usize,
    time: Duration,
    other: usize,
) -> anyhow::Result<(f64, u64)> {
    let mut samples = [Sample::default(); 2];
    let start = Instant::now();
    while start.elapsed() < time {
        let mut started = Vec::new();
        for _ in 0..runs {
            let is_other = bit()?;
            let page = parties.start_looking(if is_other { other } else { 0 }, "find seen");
            let asked = Instant::now();
            started.push((
                is_other,
                parties.runtime.spawn(async move {
                    let answer = page.await?;
                    answer.map(|_| asked.elapsed())
                }),
            ));
        }
        for (is_other, page) in started {
            let took = parties.runtime.block_on(page)??;
            samples[usize::from(is_other)].add(took.as_secs_f64() * 1e6);
        }
    }
    let [one, another] = samples;
    Ok((one.t(&another), one.count() + another.count()))
}
