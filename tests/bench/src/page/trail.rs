//! What the audit trail costs a page. In: pages per second as they were just served. Out: the
//! processor time of one line of the trail at that rate, its share of the commits that carry it
//! included. Never here: another store than the homes', or a line that no page leaves.

use std::collections::BTreeMap;
use std::thread::sleep;
use std::time::{Duration, Instant};

use domicile::flow::audit::{Event, encode};
use domicile_policy::{CauseKind, Doctype};
use domicile_proto::doctype::Doctypes;
use domicile_store::{Home, Limits};
use tempfile::TempDir;

use crate::server::Process;

/// Lines come in such portions, as pages of many connections do.
const PORTION: Duration = Duration::from_millis(5);

/// Write lines into a trail of their own for so long, at this rate.
pub fn line_us(folder: &TempDir, per_second: f64, time: Duration) -> anyhow::Result<f64> {
    let path = folder.path().join("trail.redb");
    let limits = Limits::default();
    let home = Home::open(&path, "trail".parse()?, [7; 32], Doctypes::builtin(), limits)?;
    let runtime = tokio::runtime::Runtime::new()?;
    let doctype: Doctype = "io.cozy.bank.operations".parse()?;
    let process = Process::own();
    let before = process.processor_time()?;
    let (start, mut written) = (Instant::now(), 0u64);
    while start.elapsed() < time {
        let due = (start.elapsed().as_secs_f64() * per_second) as u64;
        for _ in written..due {
            home.log_later(encode(
                "2026-11-23T12:00:00Z".parse()?,
                "page-list",
                "0.1.0",
                &Event::Run {
                    entrance: "page".to_owned(),
                    cause: CauseKind::Page,
                    about: None,
                    label: "bank@*".parse()?,
                    read: BTreeMap::from([(doctype.clone(), 20)]),
                    written: BTreeMap::new(),
                    requests: Vec::new(),
                    refusals: Vec::new(),
                    refused: 0,
                    outcome: "done".to_owned(),
                    duration_ms: 1,
                },
            ));
        }
        written = due;
        sleep(PORTION);
    }
    runtime.block_on(home.flush())?;
    let spent = process.processor_time()? - before;
    Ok(spent.as_secs_f64() * 1e6 / written as f64)
}
