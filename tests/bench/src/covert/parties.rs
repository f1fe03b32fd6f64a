//! Who colludes: apps in homes of one house, and a client with a clock who asks for their pages.
//!
//! The sender's runs know all that its grants reach, the bank among it; the receiver's know
//! nothing. In: what each is to do. Out: what the pages say, and when. Never here: another way in
//! than a page, or a clock for a run.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use domicile::caps::bindings::page::{Content, Method, Node, Request};
use domicile::house::{Clock, Home, House, HouseConfig, Settings};
use domicile::registry;
use domicile::runs::page::{PageAnswer, PageCause, show};
use domicile_guests::programs::SIDE_CHANNELS;
use domicile_policy::{Fault, Influence, Label};
use domicile_proto::pack::pack;
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;

const HOMES: [&str; 3] = ["one", "two", "three"];
/// What is granted notes and the bank.
pub const SENDER: &str = include_str!("../../../exfil/manifests/writer.toml");
/// What is granted notes.
const RECEIVER: &str = include_str!("../../../exfil/manifests/reader.toml");
const CALIBRATION_STEPS: f64 = 50e6;

/// A house, and the client.
pub struct Parties {
    pub runtime: Runtime,
    pub house: House,
    homes: Vec<Arc<Home>>,
    steps_per_ms: f64,
}

/// A run that was started.
pub type Started = JoinHandle<anyhow::Result<PageAnswer>>;

impl Parties {
    /// A house with both apps in each of its homes; answers wait for a multiple of `quantum`.
    pub fn meet(folder: &Path, worker: &Path, quantum: Duration) -> anyhow::Result<Parties> {
        let runtime = Runtime::new()?;
        let (house, homes) = runtime.block_on(async {
            let house = House::open(HouseConfig {
                data: folder.to_owned(),
                worker: worker.to_owned(),
                domain: "localhost".to_owned(),
                clock: Clock::system(),
                release_quantum: quantum,
                fault: Fault::Nothing,
            })?;
            let mut homes = Vec::new();
            for name in HOMES {
                let home = house.create_home(&name.parse()?, Settings::default()).await?;
                for manifest in [SENDER, RECEIVER] {
                    let proposal = registry::propose(&house, component(manifest)?).await?;
                    registry::install(&house, &home, proposal).await?;
                }
                homes.push(home);
            }
            anyhow::Ok((house, homes))
        })?;
        let mut parties = Parties { runtime, house, homes, steps_per_ms: 1.0 };
        let start = Instant::now();
        parties.send(0, &format!("spin {CALIBRATION_STEPS}"))?;
        parties.steps_per_ms = CALIBRATION_STEPS / start.elapsed().as_secs_f64() / 1e3;
        Ok(parties)
    }

    /// Work that takes so long, on an idle processor.
    pub fn steps(&self, time: Duration) -> u64 {
        (time.as_secs_f64() * 1e3 * self.steps_per_ms) as u64
    }

    /// The sender of a home begins.
    pub fn start_sending(&self, home: usize, act: &str) -> Started {
        self.start(home, "writer", act, PageCause { token: None })
    }

    /// The sender of a home does something.
    pub fn send(&self, home: usize, act: &str) -> anyhow::Result<PageAnswer> {
        self.end(self.start_sending(home, act))
    }

    /// The receiver of a home begins.
    pub fn start_looking(&self, home: usize, act: &str) -> Started {
        let token = Some((Label::nothing(), Influence::nobody()));
        self.start(home, "reader", act, PageCause { token })
    }

    /// The receiver of a home does something. Returns what its page says.
    pub fn look(&self, home: usize, act: &str) -> anyhow::Result<String> {
        text(&self.end(self.start_looking(home, act))?.content)
    }

    /// The same of an act of the store, which has to do so many documents.
    pub fn count(&self, started: Started, documents: usize) -> anyhow::Result<()> {
        let said = text(&self.end(started)?.content)?;
        ensure!(said == format!("Ok({documents})"), "{said} instead of {documents} documents");
        Ok(())
    }

    /// Wait for a run.
    pub fn end(&self, started: Started) -> anyhow::Result<PageAnswer> {
        self.runtime.block_on(started)?
    }

    /// On the server's own threads, as it would be for a browser.
    fn start(&self, home: usize, app: &'static str, act: &str, cause: PageCause) -> Started {
        let (house, home) = (self.house.clone(), Arc::clone(&self.homes[home]));
        let request = request(act);
        self.runtime.spawn(async move {
            let answer = show(&house, &home, &app.parse()?, cause, request).await;
            answer.with_context(|| format!("the {app}"))
        })
    }
}

/// The program of both ends, under a manifest.
pub fn component(manifest: &str) -> anyhow::Result<Vec<u8>> {
    let program = domicile_guests::bytes(SIDE_CHANNELS).map_err(anyhow::Error::msg)?;
    Ok(pack(&program, manifest)?)
}

/// The request for a page whose path is an act.
pub fn request(act: &str) -> Request {
    let (query, form, uploads) = Default::default();
    Request { method: Method::Get, path: format!("/{act}"), query, form, uploads }
}

/// What a page says.
pub fn text(content: &Content) -> anyhow::Result<String> {
    let Content::Tree(nodes) = content else { bail!("not a tree: {content:?}") };
    let texts = nodes.iter().filter_map(|node| match node {
        Node::Text(text) => Some(text.as_str()),
        _ => None,
    });
    Ok(texts.collect())
}
