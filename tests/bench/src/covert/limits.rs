//! (d) Memory and places for runs, (e) the room of a compartment: whether one who takes all of it
//! takes it from another.

use std::time::{Duration, Instant};

use domicile::engine::limits::RUNS_MAX;
use domicile_policy::{Actor, Doctype, Influence, Label};
use domicile_proto::doctype::Doctypes;
use domicile_store::{Home, Limits, Op, Provenance, WriteBatch, WriteError};
use tempfile::TempDir;

use super::parties::Parties;
use super::plain::Plain;
use super::{Pace, Table, best};

/// More than a run may have.
const MUCH_MIB: u64 = 200;
/// How long the sender holds its memory, or its place.
const HELD: Duration = Duration::from_millis(30);
const PLACE_HELD: Duration = Duration::from_millis(2);
/// The room of a compartment, here.
const ROOM_BYTES: u64 = 32 << 10;

pub fn measure(
    table: &mut Table,
    pace: Pace,
    parties: &Parties,
    plain: &Plain,
    folder: &TempDir,
) -> anyhow::Result<()> {
    memory(table, pace, parties, plain)?;
    let places = best(
        &[RUNS_MAX],
        |runs| format!("{runs} runs a bit"),
        |runs| {
            pace.measure(|bit| {
                let act = format!("spin {}", parties.steps(PLACE_HELD));
                let sent: Vec<_> = (0..if bit { runs } else { 0 })
                    .map(|_| parties.start_sending(1, &act))
                    .collect();
                let start = Instant::now();
                parties.look(0, "nothing")?;
                let took = start.elapsed().as_secs_f64();
                sent.into_iter().try_for_each(|one| parties.end(one).map(drop))?;
                Ok(took)
            })
        },
    )?;
    table.open("places for runs, other home: page latency", &places);
    quota(table, pace, folder)
}

fn memory(table: &mut Table, pace: Pace, parties: &Parties, plain: &Plain) -> anyhow::Result<()> {
    let send = format!("grow {MUCH_MIB} {}", parties.steps(HELD));
    let look = format!("grow {MUCH_MIB} 0");
    let way = |_| format!("{MUCH_MIB} MiB a bit");
    let ours = best(&[()], way, |()| {
        pace.measure(|bit| {
            let sent = bit.then(|| parties.start_sending(0, &send));
            let got = parties.look(0, &look)?.parse()?;
            sent.map_or(Ok(()), |one| parties.end(one).map(drop))?;
            Ok(got)
        })
    })?;
    let theirs = best(&[()], way, |()| {
        pace.measure(|bit| {
            let start = |act: &str| {
                let (plain, act) = (plain.clone(), act.to_owned());
                parties.runtime.spawn(async move { plain.act(&act).await })
            };
            let sent = bit.then(|| start(&send));
            let got = parties.runtime.block_on(start(&look))??.parse()?;
            sent.map_or(Ok(()), |one| parties.runtime.block_on(one)?.map(drop))?;
            Ok(got)
        })
    })?;
    table.pair("memory that a run gets", &ours, "one budget for all", &theirs);
    Ok(())
}

/// The sender fills its compartment; is there room left for the receiver? The peer gives both the
/// same one.
fn quota(table: &mut Table, pace: Pace, folder: &TempDir) -> anyhow::Result<()> {
    let limits = Limits { compartment_bytes_max: ROOM_BYTES, ..Limits::default() };
    let path = folder.path().join("quota.redb");
    let home = Home::open(&path, "quota".parse()?, [7; 32], Doctypes::builtin(), limits)?;
    let runtime = tokio::runtime::Runtime::new()?;
    let mut next = 0;
    let mut measure = |is_hidden: bool| {
        best(
            &[()],
            |()| "one write a bit".to_owned(),
            |()| {
                // A home has no more than ten thousand compartments.
                let time = pace.time.min(Duration::from_secs(4));
                Pace { time, ..pace }.measure(|bit| {
                    next += 1;
                    let low = format!("notes@writer-{next}");
                    let high = if is_hidden {
                        vec![low.as_str(), "bank@acme"]
                    } else {
                        vec![low.as_str()]
                    };
                    if bit {
                        runtime.block_on(home.write(note(&high, ROOM_BYTES as usize - 1_000)?))?;
                    }
                    match runtime.block_on(home.write(note(&[&low], 2_000)?)) {
                        Ok(_) => Ok(0.0),
                        Err(WriteError::Quota { .. }) => Ok(1.0),
                        Err(error) => Err(error.into()),
                    }
                })
            },
        )
    };
    let (ours, theirs) = (measure(true)?, measure(false)?);
    table.pair("room: is a compartment full?", &ours, "one compartment for both", &theirs);
    Ok(())
}

fn note(tags: &[&str], bytes: usize) -> anyhow::Result<WriteBatch> {
    let tags = tags.iter().map(|tag| tag.parse()).collect::<Result<Vec<_>, _>>()?;
    let doctype: Doctype = "io.cozy.notes".parse()?;
    let op = Op::Create {
        doctype,
        label: Label::of(tags),
        influence: Influence::of([Actor::App("writer".parse()?)]),
        provenance: Provenance {
            component: "writer".parse()?,
            version: "1.0.0".to_owned(),
            at: "2026-11-23T09:30:00Z".to_owned(),
        },
        body: format!(r#"{{"title":"x","content":"{}"}}"#, "x".repeat(bytes)),
    };
    Ok(WriteBatch { ops: vec![op], ..WriteBatch::default() })
}
