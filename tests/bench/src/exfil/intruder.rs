//! Components that break out, told to a peer. In: an attack's name. Out: a verdict, or nothing
//! where the peer has no such thing. Never here: a second attack for one name.

use std::io::ErrorKind;
use std::net::TcpListener;
use std::time::{Duration, Instant};

use super::Verdict;
use super::peer::Peer;

/// How long a connection may take to arrive.
const ARRIVAL_TIME_MAX: Duration = Duration::from_secs(2);
/// The word by which an interpreter says that it cannot even try.
const UNKNOWN: &str = "no such word";

/// The same deed in the words of the peers' interpreters.
const DEEDS: [(&str, &str); 7] = [
    ("E05-outgoing-http", "fetch"),
    ("E05-shared-memory", "share"),
    ("E05-sockets", "connect"),
    ("E05-undeclared-import", "import node:child_process"),
    ("L01-loop", "loop"),
    // In MiB: a run of ours ends at 128.
    ("L02-memory", "memory 160"),
    ("L07-stack", "stack"),
];

/// Try it.
pub fn intrude(peer: &Peer, attack: &str) -> anyhow::Result<Option<Verdict>> {
    let Some((_, deed)) = DEEDS.iter().find(|(name, _)| *name == attack) else { return Ok(None) };
    let listener = TcpListener::bind("127.0.0.1:0")?;
    listener.set_nonblocking(true)?;
    let goes_out = matches!(*deed, "fetch" | "connect");
    let address = if goes_out { listener.local_addr()?.to_string() } else { String::new() };
    let home = peer.home("io.cozy.bank.operations", "{}")?;
    let reaches = std::thread::scope(|scope| {
        let answer = scope.spawn(|| home.ask("writer", format!("{deed} {address}").trim()));
        let arrived = goes_out && arrives(&listener);
        // Whoever asked and was accepted waits for an answer no longer.
        drop(listener);
        (arrived, answer.join())
    });
    let (arrived, answer) = (reaches.0, reaches.1.map_err(|_| anyhow::anyhow!("it panicked"))?);
    Ok(match answer {
        Ok(said) if said.contains(UNKNOWN) => None,
        Ok(said) => Some(Verdict::open_if(arrived || (!goes_out && said.contains("Ok(")))),
        // No answer in twice the time of a page: nothing stops it.
        Err(error) => Some(Verdict::open_if(arrived || timed_out(&error))),
    })
}

fn arrives(listener: &TcpListener) -> bool {
    let start = Instant::now();
    while start.elapsed() < ARRIVAL_TIME_MAX {
        if listener.accept().is_ok() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    false
}

fn timed_out(error: &anyhow::Error) -> bool {
    let kind = error.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
    matches!(kind, Some(ErrorKind::WouldBlock | ErrorKind::TimedOut))
}
