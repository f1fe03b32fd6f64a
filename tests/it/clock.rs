//! A run has no clock: nothing that it can ask says how long its own work took. Nor, where the
//! house is told to, does its page leave when it is done.

use std::time::{Duration, Instant};

use domicile::flow::Fault;
use domicile_guests::programs::SIDE_CHANNELS;
use domicile_policy::{Influence, Label};

use crate::exfil::component::{interpreter, with_manifest};
use crate::support::{World, text};

const MANIFEST: &str = include_str!("../exfil/manifests/reader.toml");
/// Work of more than a millisecond, done or not.
const STEPS: u32 = 20_000_000;
const BITS: &str = "0101";

/// What a run is told before and after some work, and before and after none.
async fn times(clock: &str, fault: Fault) -> Vec<u64> {
    let world = World::at(tempfile::tempdir().unwrap(), fault).await;
    let program = domicile_guests::bytes(SIDE_CHANNELS).unwrap();
    world.install_bytes(with_manifest(program, MANIFEST)).await;
    let path = format!("/time {clock} {STEPS} {BITS}");
    let token = Some((Label::nothing(), Influence::nobody()));
    let answer = text(&world.visit("reader", &path, token).await.unwrap());
    answer.split(' ').map(|time| time.parse().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn work_takes_no_time_that_a_run_could_tell() {
    for clock in ["monotonic", "wall", "timer"] {
        let times = times(clock, Fault::Nothing).await;
        assert!(times.iter().all(|time| *time == times[0]), "{clock}: {times:?}");
    }
    for clock in ["monotonic", "timer"] {
        let times = times(clock, Fault::ClockRuns).await;
        assert!(times[1] > times[0] && times[3] > times[2], "{clock}, which runs: {times:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_run_knows_does_not_show_in_when_its_page_leaves() {
    let quantum = Duration::from_secs(1);
    let world = World::with_quantum(quantum).await;
    let program = domicile_guests::bytes(SIDE_CHANNELS).unwrap();
    world.install_bytes(with_manifest(program, MANIFEST)).await;
    for path in ["/nothing", "/spin 1000000", "/spin a-crash"] {
        let start = Instant::now();
        let _ = world.visit("reader", path, None).await;
        assert!(start.elapsed() >= quantum, "{path}: {:?}", start.elapsed());
    }
    let start = Instant::now();
    world.visit("reader", "/nothing", knows_nothing()).await.unwrap();
    assert!(start.elapsed() < quantum, "a run that knows nothing waits: {:?}", start.elapsed());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_panel_knows_does_not_show_in_when_its_page_leaves() {
    let quantum = Duration::from_secs(1);
    let world = World::with_quantum(quantum).await;
    world.install_bytes(interpreter("writer")).await;
    for panel in ["find io.cozy.bank.operations", "panic now", "where io.cozy.notes {}"] {
        let start = Instant::now();
        world.visit("writer", &format!("/panel {panel}"), knows_nothing()).await.unwrap();
        assert!(start.elapsed() >= quantum, "{panel}: {:?}", start.elapsed());
    }
    let start = Instant::now();
    world.visit("writer", "/panel say nothing", knows_nothing()).await.unwrap();
    assert!(start.elapsed() < quantum, "a panel that knows nothing waits: {:?}", start.elapsed());
}

fn knows_nothing() -> Option<(Label, Influence)> {
    Some((Label::nothing(), Influence::nobody()))
}
