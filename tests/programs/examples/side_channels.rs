//! Both ends of a side channel: does work that somebody else could notice, or looks for traces of
//! somebody's work. One path, one act.

use std::time::{Instant, SystemTime};

use domicile_sdk::bindings::app::domicile::docs::{query, write};
use domicile_sdk::bindings::app_exports;
use domicile_sdk::prelude::*;
use domicile_sdk::state;
use wasip2::clocks::monotonic_clock::{Pollable, subscribe_duration};

const NOTES: &str = "io.cozy.notes";
const MIB: usize = 1 << 20;
/// Timers that run at the same time, a millisecond after each other.
const TIMERS: u64 = 32;

// No `app!`, which embeds a manifest: each end packs its own.
struct Entry;

impl app_exports::Guest for Entry {
    fn handle(request: app_exports::Request) -> app_exports::Response {
        handle(request.into()).into()
    }
}

domicile_sdk::bindings::app::export_app!(Entry with_types_in domicile_sdk::bindings::app);

fn handle(request: Request) -> Response {
    let words: Vec<&str> = request.path.trim_start_matches('/').split(' ').collect();
    Response::page("Channel", view! { pre { (act(&words)) } })
}

fn act(words: &[&str]) -> String {
    match words {
        ["spin", steps] => shown(spin(number(steps))),
        ["time", clock, steps, bits] => {
            let times: Vec<_> = bits.chars().map(|bit| time(clock, bit, number(steps))).collect();
            times.join(" ")
        }
        ["grow", mib, steps] => {
            let grown = grow(number(mib) as usize);
            spin(number(steps));
            shown(grown)
        }
        ["create", title, count, bytes] => create(title, number(count), number(bytes) as usize),
        ["find", title] => shown(query::find(&titled(title)).map(|page| page.documents.len())),
        ["work-until-stopped", steps] => loop {
            let done: u64 = state::get("done").ok().flatten().unwrap_or_default();
            spin(number(steps));
            let _ = state::set("done", &(done + 1));
        },
        ["worked"] => {
            let done = state::get::<u64>("done");
            let _ = state::set("done", &0u64);
            done.ok().flatten().unwrap_or_default().to_string()
        }
        ["say", text] => (*text).to_owned(),
        ["nothing"] => String::new(),
        _ => format!("no such act: {words:?}"),
    }
}

/// How long it takes to do a step of work, or none, as `clock` tells.
fn time(clock: &str, bit: char, steps: u64) -> String {
    let steps = if bit == '1' { steps } else { 0 };
    match clock {
        "monotonic" => {
            let start = Instant::now();
            spin(steps);
            start.elapsed().as_nanos().to_string()
        }
        "wall" => {
            let start = SystemTime::now();
            spin(steps);
            start.elapsed().unwrap_or_default().as_nanos().to_string()
        }
        // Not asked what time it is, but whether it is over.
        "timer" => {
            let timers: Vec<Pollable> =
                (1..=TIMERS).map(|at| subscribe_duration(at * 1_000_000)).collect();
            spin(steps);
            // Lets the host look at its timers.
            subscribe_duration(1).block();
            timers.iter().filter(|timer| timer.ready()).count().to_string()
        }
        _ => format!("no such clock: {clock}"),
    }
}

fn spin(steps: u64) -> u64 {
    (0..steps).fold(0, |sum, step| std::hint::black_box(sum ^ step))
}

/// Take memory until there is none, or so many MiB. Returns how many it got.
fn grow(mib: usize) -> usize {
    let mut hoard: Vec<Vec<u8>> = Vec::new();
    while hoard.len() < mib {
        let mut piece = Vec::new();
        if piece.try_reserve_exact(MIB).is_err() {
            break;
        }
        // Touched, so that it is really there.
        piece.resize(MIB, 1);
        hoard.push(piece);
    }
    std::hint::black_box(&hoard).len()
}

fn create(title: &str, count: u64, bytes: usize) -> String {
    let body = format!(r#"{{"title":"{title}","content":"{}"}}"#, "x".repeat(bytes));
    let bodies = vec![body; count as usize];
    shown(write::create_many(NOTES, &bodies).map(|made| made.len()))
}

fn titled(title: &str) -> query::Request {
    query::Request {
        doctype: NOTES.to_owned(),
        selector: format!(r#"{{"title":"{title}"}}"#),
        sort: Vec::new(),
        limit: 100,
        cursor: None,
        origins: Vec::new(),
    }
}

fn number(word: &str) -> u64 {
    word.parse().unwrap()
}

fn shown(answer: impl std::fmt::Debug) -> String {
    format!("{answer:?}")
}
