//! Homes of the peers. In: one document to start with. Out: apps that answer programs. Never here:
//! a home that is used twice.

use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;

use super::Programs;
use crate::http::{self, Target};
use crate::server::{self, Server};

/// Apps, with the doctypes that each was granted; `state` is its own.
const APPS: [(&str, &[&str]); 2] = [
    ("reader", &["io.cozy.notes", "io.cozy.files"]),
    ("writer", &["io.cozy.notes", "io.cozy.files", "io.cozy.bank.operations"]),
];

/// A kind of home.
pub struct Peer {
    pub name: &'static str,
    folder: PathBuf,
    kind: Kind,
}

enum Kind {
    /// The program.
    Wasmtime(PathBuf),
    /// The script.
    Node(PathBuf),
}

/// One home with the two apps; it ends when it is dropped.
pub struct Home {
    apps: BTreeMap<String, SocketAddr>,
    _servers: Vec<Server>,
}

impl Peer {
    pub fn wasmtime(programs: &Programs, folder: &Path) -> Peer {
        let kind = Kind::Wasmtime(programs.wasmtime.clone());
        Peer { name: "wasmtime serve 48", folder: folder.to_owned(), kind }
    }

    pub fn node(programs: &Programs, folder: &Path) -> Peer {
        let kind = Kind::Node(programs.peers.join("stack.mjs"));
        Peer { name: "Node, Cozy's permissions", folder: folder.to_owned(), kind }
    }

    /// Whether it has an app of this name.
    pub fn has(app: &str) -> bool {
        APPS.iter().any(|(known, _)| *known == app)
    }

    /// A new home with one document.
    pub fn home(&self, doctype: &str, text: &str) -> anyhow::Result<Home> {
        let folder = tempfile::tempdir_in(&self.folder)?.keep();
        for doctype in APPS.iter().flat_map(|(_, doctypes)| *doctypes) {
            fs::create_dir_all(folder.join(doctype))?;
        }
        fs::write(folder.join(doctype).join("0123456789abcdef"), text)?;
        match &self.kind {
            Kind::Wasmtime(program) => serve(program, &folder),
            Kind::Node(script) => node(script, &folder),
        }
    }
}

fn serve(program: &Path, folder: &Path) -> anyhow::Result<Home> {
    let mut home = Home { apps: BTreeMap::new(), _servers: Vec::new() };
    for (app, doctypes) in APPS {
        let address = server::free_address()?;
        let mut command = Command::new(program);
        command.args(["serve", "-S", "cli=y", "--addr"]);
        command.arg(address.to_string());
        let state = folder.join(app);
        fs::create_dir_all(&state)?;
        command.arg(format!("--dir={}::/state", state.display()));
        for doctype in doctypes {
            command.arg(format!("--dir={}::/{doctype}", folder.join(doctype).display()));
        }
        home._servers.push(Server::start(command.arg(domicile_guests::WSTD_COLLUDER))?);
        Target::new(address).wait()?;
        home.apps.insert(app.to_owned(), address);
    }
    Ok(home)
}

fn node(script: &Path, folder: &Path) -> anyhow::Result<Home> {
    let mut server = Server::start(Command::new("node").arg(script).arg(folder))?;
    let mut apps = BTreeMap::new();
    for _ in APPS {
        let (app, address) = server.line(|line| {
            let (app, address) = line.split_once(' ')?;
            Some((app.to_owned(), address.parse().ok()?))
        })?;
        apps.insert(app, address);
    }
    Ok(Home { apps, _servers: vec![server] })
}

impl Home {
    /// What an app answers to a program.
    pub fn ask(&self, app: &str, program: &str) -> anyhow::Result<String> {
        let address = *self.apps.get(app).with_context(|| format!("no app is called {app}"))?;
        let query = serde_urlencoded::to_string([("program", program.trim())])?;
        let answer = http::send(address, "GET", &format!("/?{query}"), &[], "")?;
        anyhow::ensure!(answer.status == 200, "{}", answer.status);
        Ok(answer.body)
    }
}
