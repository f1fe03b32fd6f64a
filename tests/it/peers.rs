//! Servers that others wrote, in Python: real ones, on loopback, for one test each.

use std::io::{BufRead, BufReader, Read};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// Where `cargo xtask test` installs them; in CI they must be there.
pub fn python() -> Option<PathBuf> {
    let target = Path::new(env!("CARGO_BIN_EXE_domicile")).ancestors().nth(2).unwrap();
    let python = target.join("tools/peers/bin/python");
    if python.exists() {
        return Some(python);
    }
    assert!(std::env::var_os("CI").is_none(), "`{}` is missing", python.display());
    println!("SKIPPED: the servers in Python are not installed: run `cargo xtask test`");
    None
}

/// Running, until it is dropped.
pub struct Peer {
    child: Child,
    pub address: SocketAddr,
    pub folder: TempDir,
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Peer {
    /// Start one that says `ready`, on its standard output or error, once it answers. `arguments`
    /// are given to Python, for an address and a folder of its own.
    pub fn start(
        ready: &str,
        arguments: impl Fn(SocketAddr, &Path) -> Vec<String>,
    ) -> Option<Peer> {
        let python = python()?;
        // Somebody else may take a free port before it does.
        let started = || Peer::started(&python, ready, &arguments);
        (0..5).find_map(|_| started()).or_else(|| panic!("it does not start"))
    }

    fn started(
        python: &Path,
        ready: &str,
        arguments: impl Fn(SocketAddr, &Path) -> Vec<String>,
    ) -> Option<Peer> {
        let folder = tempfile::tempdir().unwrap();
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let (told, tells) = std::io::pipe().unwrap();
        let mut command = Command::new(python);
        command.arg("-u").args(arguments(address, folder.path()));
        command.stdout(tells.try_clone().unwrap()).stderr(tells).stdin(Stdio::null());
        let child = command.spawn().unwrap();
        // Only the child writes: its end is the end.
        drop(command);
        let mut lines = BufReader::new(told).lines();
        let is_ready = lines.by_ref().map_while(Result::ok).any(|line| line.contains(ready));
        // A full pipe would stop it.
        std::thread::spawn(move || lines.for_each(drop));
        is_ready.then_some(Peer { child, address, folder })
    }
}

/// What a command prints; it has to end well.
pub fn printed(command: &mut Command) -> String {
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut text = String::new();
    child.stdout.take().unwrap().read_to_string(&mut text).unwrap();
    assert!(child.wait().unwrap().success(), "{command:?}");
    text
}
