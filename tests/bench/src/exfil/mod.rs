//! The attacks of `tests/exfil`, tried on what people run today: how many channels are closed.
//!
//! Each attack is the same text everywhere. Ours are decided by `tests/it/exfil`, which runs first
//! and has to pass: each attack fails in a home, and succeeds once its check is off. The peers:
//! - `wasmtime serve` 48 with its defaults: an app is an ordinary component in a server of its own,
//!   and was granted folders (`--dir`), one for each doctype.
//! - Node with Cozy's permissions: an app is a process with a token, which allows verbs on whole
//!   doctypes of a store that behaves as CouchDB (`tests/bench/peers/stack.mjs`). Cozy's Debian
//!   package and image run third-party code so, by the plain `node` runner.
//!
//! *closed*: two homes that differ in the secret alone look the same, or nothing was reached.
//! *open*: they can be told apart, or the sink was reached. A home is compared with a second one
//! with the same secret, too: what differs between these is noise, and an error of the bench.
//! *-*: the attack is on something that the peer does not have.

mod intruder;
mod peer;
mod story;

use std::path::PathBuf;

use clap::Args;
use tempfile::TempDir;

use crate::report::{Report, Unit};
use peer::Peer;
use story::{Attack, Story};

/// The programs and folders that the bench needs.
#[derive(Args)]
pub struct Programs {
    /// The attacks
    #[arg(long)]
    attacks: PathBuf,
    /// The home with Cozy's permissions
    #[arg(long)]
    peers: PathBuf,
    /// The other peer
    #[arg(long)]
    wasmtime: PathBuf,
}

/// Whether a channel is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Closed,
    Open,
}

/// Try all of them.
pub fn run(programs: &Programs, folder: &TempDir) -> anyhow::Result<Report> {
    let peers = [Peer::wasmtime(programs, folder.path()), Peer::node(programs, folder.path())];
    let [serve, node] = peers.each_ref().map(|peer| peer.name);
    println!("\n{:<24} {:<13} {serve:<19} {node:<27} what is tried", "attack", "Domicile");
    let mut report = Report::new("exfil");
    let mut closed = peers.each_ref().map(|_| (0, 0));
    for attack in story::all(&programs.attacks)? {
        let mut verdicts = Vec::new();
        for (peer, closed) in peers.iter().zip(&mut closed) {
            let verdict = decide(&attack, peer)?;
            if let Some(verdict) = verdict {
                let is_closed = verdict == Verdict::Closed;
                *closed = (closed.0 + usize::from(is_closed), closed.1 + 1);
                let value = if is_closed { 1.0 } else { 0.0 };
                report.row(attack.name.clone(), Unit::More("closed"), 1.0, peer.name, value);
            }
            verdicts.push(verdict.map_or("-", Verdict::word));
        }
        let Attack { name, verdict, title, .. } = &attack;
        let (one, other) = (verdicts[0], verdicts[1]);
        println!("{name:<24} {verdict:<13} {one:<19} {other:<27} {title}");
    }
    println!();
    for (peer, (closed, tried)) in peers.iter().zip(closed) {
        println!("{}: {closed} of {tried} closed, where Domicile closes {tried}", peer.name);
    }
    Ok(report)
}

impl Verdict {
    fn word(self) -> &'static str {
        match self {
            Verdict::Closed => "closed",
            Verdict::Open => "open",
        }
    }

    fn open_if(is_open: bool) -> Verdict {
        if is_open { Verdict::Open } else { Verdict::Closed }
    }
}

fn decide(attack: &Attack, peer: &Peer) -> anyhow::Result<Option<Verdict>> {
    match &attack.story {
        Story::Colluders(story) => story::collude(peer, &story.runs),
        Story::Ids(story) => story::read_by_id(peer, story.of).map(Some),
        Story::Intruder(_) => intruder::intrude(peer, &attack.name),
        Story::Door(_) => Ok(None),
    }
}
