//! Ours as a component of a home. In: sizes. Out: how long each thing takes by the bench's clock,
//! and what the program says of its memory. Never here: a way into the house that pages don't take.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, bail};
use domicile::house::{Clock, Home, House, HouseConfig, Settings};
use domicile::registry;
use domicile::runs::page::{PageCause, show};
use domicile_guests::programs::RECONCILE_BOOKS;
use domicile_policy::{ComponentId, Fault};
use tokio::runtime::Runtime;

use super::native::{Found, Times};
use super::{SEED, Size};
use crate::covert::{request, text};

const APP: &str = "reconcile-books";

/// A home with the program in it.
pub struct Sandbox {
    runtime: Runtime,
    house: House,
    home: Arc<Home>,
}

/// What one round took and found.
pub struct Round {
    pub times: Times,
    pub found: Found,
    pub memory_mib: f64,
}

/// What one page says.
struct Page {
    took_ms: f64,
    found: Found,
    memory_mib: f64,
}

impl Sandbox {
    /// Make the house, the home, and install the program.
    pub fn open(folder: &Path, worker: &Path) -> anyhow::Result<Sandbox> {
        let runtime = Runtime::new()?;
        let (house, home) = runtime.block_on(async {
            let house = House::open(HouseConfig {
                data: folder.to_owned(),
                worker: worker.to_owned(),
                domain: "localhost".to_owned(),
                clock: Clock::system(),
                release_quantum: Default::default(),
                fault: Fault::Nothing,
            })?;
            let home = house.create_home(&"home".parse()?, Settings::default()).await?;
            let component = domicile_guests::bytes(RECONCILE_BOOKS).map_err(anyhow::Error::msg)?;
            let proposal = registry::propose(&house, component).await?;
            registry::install(&house, &home, proposal).await?;
            anyhow::Ok((house, home))
        })?;
        Ok(Sandbox { runtime, house, home })
    }

    /// So many times all pages in turn, once what is to be remembered was kept.
    pub fn ask(&self, (operations, bills): Size, rounds: usize) -> anyhow::Result<Vec<Round>> {
        let page = |act: &str| self.page(&format!("{SEED}/{operations}/{bills}/{act}"));
        page("keep")?;
        (0..rounds).map(|_| round(page)).collect()
    }

    fn page(&self, path: &str) -> anyhow::Result<Page> {
        let app: ComponentId = APP.parse()?;
        let start = Instant::now();
        let shown = show(&self.house, &self.home, &app, PageCause::default(), request(path));
        let answer = self.runtime.block_on(shown).with_context(|| path.to_owned())?;
        let took_ms = start.elapsed().as_secs_f64() * 1e3;
        let said = text(&answer.content)?;
        let numbers = said.split(' ').map(str::parse).collect::<Result<Vec<usize>, _>>();
        let [memory_kib, matches, alerts] = numbers.with_context(|| said.clone())?[..] else {
            bail!("the program said `{said}`")
        };
        let memory_mib = memory_kib as f64 / f64::from(1 << 10);
        Ok(Page { took_ms, found: Found { matches, alerts }, memory_mib })
    }
}

fn round(page: impl Fn(&str) -> anyhow::Result<Page>) -> anyhow::Result<Round> {
    let (made, read, full, next) = (page("make")?, page("read")?, page("full")?, page("next")?);
    let times = Times {
        read: read.took_ms - made.took_ms,
        full: full.took_ms - read.took_ms,
        next: next.took_ms - read.took_ms,
    };
    Ok(Round { times, found: next.found, memory_mib: next.memory_mib })
}
