//! The konnector of mail against Dovecot: a real server on loopback with TLS of its own, for the
//! authority of the test, and a home that comes back to it as what lies there changes.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use domicile::egress::{Door, Limits, Rehearsal};
use domicile::flow::accounts::Connected;
use domicile::runs::cassette::Cassette;
use domicile::runs::collect::Told;
use domicile_store::files::{FILES, ROOT};
use tempfile::TempDir;

use crate::cassettes::{component, keep, nobody, recorded, theatre};
use crate::files::tree;
use crate::provider::{MAIL, Provider, Stage};
use crate::support::World;

/// What the owner types.
const ADDRESS: &str = "mail.acme.example";
const PASSWORD: &str = "a secret/with \"marks\" \u{e9}";
const EMAILS: &str = "io.cozy.emails";
/// About what everything of a run is.
const LABEL: &str = "bills@imap files@imap mail@imap";
/// Who runs a server that root starts: Dovecot wants nobody's mail to be root's.
const NOBODY: u32 = 65_534;

/// Running, until it is dropped.
struct Dovecot {
    child: Child,
    address: SocketAddr,
    mail: PathBuf,
    delivered: std::cell::Cell<u32>,
    folder: TempDir,
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        // So that it stops its own processes.
        let asked = Command::new("kill").arg(self.child.id().to_string()).status();
        if !asked.is_ok_and(|status| status.success()) {
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
    }
}

fn is_root() -> bool {
    fs::metadata("/proc/self").unwrap().uid() == 0
}

/// Hand a file to the server's user.
fn give(path: &Path) {
    if is_root() {
        chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
    }
}

impl Dovecot {
    /// In CI it must be there; elsewhere the test is skipped.
    fn start(certificate: &[String; 2]) -> Option<Dovecot> {
        if Command::new("dovecot").arg("--version").stdout(Stdio::null()).status().is_err() {
            assert!(std::env::var_os("CI").is_none(), "`dovecot` is missing");
            println!("SKIPPED: Dovecot is not installed: run `cargo xtask test`");
            return None;
        }
        // Somebody else may take a free port before Dovecot does.
        let started = || Dovecot::started(certificate);
        (0..5).find_map(|_| started()).or_else(|| panic!("it does not start"))
    }

    fn started(certificate: &[String; 2]) -> Option<Dovecot> {
        let folder = tempfile::tempdir().unwrap();
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let (root, mail) = (folder.path(), folder.path().join("mail"));
        let [certificate, key] = certificate;
        let users = format!("alice:{{PLAIN}}{PASSWORD}:::::\n");
        for (name, text) in [
            ("cert.pem", certificate.as_str()),
            ("key.pem", key),
            ("users", &users),
            ("dovecot.conf", &configuration(root, address.port())),
        ] {
            fs::write(root.join(name), text).unwrap();
            give(&root.join(name));
        }
        for name in ["run", "mail"] {
            fs::create_dir(root.join(name)).unwrap();
            give(&root.join(name));
        }
        give(root);
        let mut command = Dovecot::command("dovecot", root);
        let mut child =
            command.arg("-F").stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let ready = lines.by_ref().map_while(Result::ok).any(|line| line.contains("starting up"));
        // A full pipe would stop it.
        std::thread::spawn(move || lines.for_each(drop));
        let delivered = std::cell::Cell::new(0);
        let dovecot = Dovecot { child, address, mail, delivered, folder };
        ready.then_some(dovecot)
    }

    /// A program that runs as the server does.
    fn command(program: &str, folder: &Path) -> Command {
        let mut command = Command::new(program);
        command.arg("-c").arg(folder.join("dovecot.conf"));
        if is_root() {
            command.uid(NOBODY).gid(NOBODY);
        }
        command
    }

    /// Let the server number what was delivered, as one that delivers by itself does.
    fn number(&self) {
        let mut index = Dovecot::command("doveadm", self.folder.path());
        assert!(index.args(["index", "-u", "alice", "*"]).status().unwrap().success());
    }

    /// Put a message into a folder, as a program that delivers does. `flags`: `S` is seen.
    fn deliver(&self, folder: &str, subject: &str, flags: &str) -> PathBuf {
        let number = self.delivered.get() + 1;
        self.delivered.set(number);
        let place = if folder == "INBOX" {
            self.mail.join("alice")
        } else {
            self.mail.join(format!("alice/.{folder}"))
        };
        if !place.join("cur").exists() {
            for name in ["cur", "new", "tmp"] {
                fs::create_dir_all(place.join(name)).unwrap();
                give(&place.join(name));
            }
            give(&self.mail.join("alice"));
            give(&place);
        }
        let file = place.join(format!("cur/{}.M{number}.host:2,{flags}", 1_700_000_000 + number));
        let text = format!("\r\nBonjour {PASSWORD}, {subject}\r\n");
        fs::write(&file, message("ada", number, subject, &text)).unwrap();
        give(&file);
        file
    }

    /// Number the messages of the inbox anew: others mean nothing from here on.
    fn number_anew(&self) {
        let folder = self.mail.join("alice");
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.file_name().unwrap().to_string_lossy().starts_with("dovecot.index") {
                fs::remove_file(path).unwrap();
            }
        }
        let list = folder.join("dovecot-uidlist");
        let text = fs::read_to_string(&list).unwrap();
        fs::write(&list, text.replacen(" V1", " V2", 1)).unwrap();
    }
}

/// A message of somebody's, from its last headers on.
fn message(from: &str, number: u32, subject: &str, rest: &str) -> String {
    format!(
        "From: Somebody <{from}@example.org>\r\nTo: alice@acme.example\r\nSubject: {subject}\r\n\
         Date: Thu, 26 Nov 2026 10:00:00 +0100\r\nMessage-ID: <{number}@example.org>\r\n{rest}"
    )
}

/// What of a message holds files of these names, each of which holds its name.
fn attached(names: &[&str]) -> String {
    let mut text = "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"x\"\r\n\r\n\
                    --x\r\n\r\nBonjour\r\n"
        .to_owned();
    for name in names {
        let bytes = data_encoding::BASE64.encode(name.as_bytes());
        text += &format!(
            "--x\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\
             Content-Disposition: attachment; filename=\"{name}\"\r\n\r\n{bytes}\r\n"
        );
    }
    text + "--x--\r\n"
}

fn configuration(root: &Path, port: u16) -> String {
    let root = root.display();
    let name = |flag: &str| {
        let output = Command::new("id").arg(flag).output().unwrap();
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    let [user, group] = match is_root() {
        true => ["nobody", "nogroup"].map(str::to_owned),
        false => ["-un", "-gn"].map(name),
    };
    format!(
        "base_dir = {root}/run\nstate_dir = {root}/run\nlog_path = /dev/stderr\nprotocols = imap\n\
         listen = 127.0.0.1\ndefault_internal_user = {user}\ndefault_internal_group = {group}\n\
         default_login_user = {user}\nssl = required\nssl_cert = <{root}/cert.pem\n\
         ssl_key = <{root}/key.pem\nmail_location = maildir:{root}/mail/%u\n\
         auth_mechanisms = plain\nauth_failure_delay = 0\n\
         first_valid_uid = 1\nfirst_valid_gid = 1\n\
         passdb {{\n driver = passwd-file\n args = username_format=%u {root}/users\n}}\n\
         userdb {{\n driver = static\n args = uid={user} gid={group} home={root}/mail/%u\n}}\n\
         service anvil {{\n chroot =\n}}\n\
         service imap-login {{\n chroot =\n inet_listener imap {{\n  port = 0\n }}\n\
         \u{20}inet_listener imaps {{\n  port = {port}\n }}\n}}\n\
         namespace inbox {{\n inbox = yes\n\
         \u{20}mailbox Pubs {{\n  special_use = \\Junk\n }}\n}}\n"
    )
}

fn typed<'a>(folders: &'a str, password: &'a str) -> [(&'static str, &'a str); 6] {
    [
        ("server", ADDRESS),
        ("user", "alice"),
        ("folders", folders),
        ("bills", "ada@example.org = Ada & Co"),
        ("files", "ada@example.org *.pdf = Bills/Ada"),
        ("password", password),
    ]
}

/// A home with the konnector, in front of Dovecot.
struct Peer {
    stage: Stage,
    dovecot: Dovecot,
}

impl Peer {
    async fn start(limits: Limits) -> Option<Peer> {
        let provider = Provider::start(None).await;
        let dovecot = Dovecot::start(&provider.certificate(ADDRESS))?;
        let rehearsal = provider.stage(&[(ADDRESS, &[MAIL])], None);
        let rehearsal = Arc::into_inner(rehearsal).unwrap();
        let servers = [(MAIL, dovecot.address)].into();
        let rehearsal = Arc::new(Rehearsal { servers, limits: Some(limits), ..rehearsal });
        let world = World::new().await;
        world.house.set_door(Door::rehearsed(Arc::clone(&rehearsal)).unwrap());
        world.install(domicile_guests::KONNECTOR_IMAP).await;
        Some(Peer { stage: Stage { world, provider, rehearsal }, dovecot })
    }

    async fn account(&self, folders: &str, password: &str) -> Connected {
        self.stage.account_with("imap", &typed(folders, password)).await.unwrap()
    }

    async fn collect(&self, account: &Connected) -> Told {
        self.dovecot.number();
        self.stage.collect(account).await.unwrap()
    }

    /// The run takes so many, and no more.
    async fn takes(&self, account: &Connected, number: usize) -> String {
        let Told { summary, warnings, .. } = self.collect(account).await;
        let word = if number == 1 { "message" } else { "messages" };
        assert_eq!(summary, format!("{number} {word}"), "{warnings:?}");
        warnings.join("\n")
    }

    /// What the home has: a body and its revision each, in order.
    fn kept(&self) -> Vec<(String, String)> {
        let documents = self.stage.world.documents(EMAILS);
        let mut kept: Vec<_> = documents
            .into_iter()
            .inspect(|one| assert_eq!(one.label.to_string(), LABEL))
            .map(|one| (one.body, one.revision))
            .collect();
        kept.sort();
        kept
    }

    fn has(&self, subjects: &[&str]) {
        let kept = self.kept();
        assert_eq!(kept.len(), subjects.len(), "{kept:#?}");
        for subject in subjects {
            let text = format!("\"subject\":\"{subject}\"");
            let found = kept.iter().filter(|(body, _)| body.contains(&text)).count();
            assert_eq!(found, 1, "{subject}: {kept:#?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_talk_with_dovecot_is_recorded() {
    let Some(peer) = Peer::start(Limits::default()).await else { return };
    peer.dovecot.deliver("INBOX", "One", "S");
    peer.dovecot.deliver("Travail &AOA- faire", "Two", "F");
    peer.dovecot.number();
    let door = Door::rehearsed(Arc::clone(&peer.stage.rehearsal)).unwrap();
    let (whose, typed) = (("imap", "dovecot"), typed("", PASSWORD));
    let cassette = recorded(whose, &typed, &["folders", "bills", "files"], door, nobody).await;
    assert_eq!(cassette.expected.said, "2 messages");
    keep(whose, &cassette);
    let text = cassette.text().unwrap();
    for (from, to, told) in [
        ("UID FETCH", "UID SEARCH", "it writes"),
        ("stream = \"mailbox\"", "stream = \"postbox\"", "the cassette holds no such stream"),
    ] {
        let other = Cassette::parse(&text.replacen(from, to, 1)).unwrap();
        let error = theatre(component("imap", "")).await.test(&other).await.unwrap_err();
        assert!(error.to_string().contains(told), "{from}: {error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_comes_from_dovecot_and_then_what_is_new() {
    let Some(peer) = Peer::start(Limits::default()).await else { return };
    let account = peer.account("", PASSWORD).await;
    peer.takes(&account, 0).await;
    let first = peer.dovecot.deliver("INBOX", "One", "S");
    peer.dovecot.deliver("INBOX", "Two", "");
    peer.dovecot.deliver("Travail &AOA- faire", "Three", "F");
    peer.dovecot.deliver("Pubs", "Spam", "");
    peer.dovecot.deliver("Trash", "Gone", "");
    peer.takes(&account, 3).await;
    peer.has(&["One", "Two", "Three"]);
    let before = peer.kept();
    let labels = |subject: &str| {
        let text = format!("\"subject\":\"{subject}\"");
        let (body, _) = before.iter().find(|(body, _)| body.contains(&text)).unwrap();
        let body: serde_json::Value = serde_json::from_str(body).unwrap();
        body["labels"].to_string()
    };
    assert_eq!(labels("One"), "[\"INBOX\",\"\\\\Seen\"]");
    assert_eq!(labels("Three"), "[\"Travail \u{e0} faire\",\"\\\\Flagged\"]");
    // What the home signed in with is masked, wherever it stands.
    let hidden = format!("Bonjour {}, ", "*".repeat(PASSWORD.len()));
    assert!(before.iter().all(|(body, _)| body.contains(&hidden)), "{before:#?}");
    peer.takes(&account, 0).await;
    assert_eq!(peer.kept(), before, "nothing changed there, nothing here");

    peer.dovecot.deliver("INBOX", "Four", "");
    peer.takes(&account, 1).await;
    let changed: Vec<_> = peer.kept().into_iter().filter(|one| !before.contains(one)).collect();
    assert_eq!(changed.len(), 1, "{changed:#?}");
    fs::remove_file(first).unwrap();
    let told = peer.takes(&account, 0).await;
    assert!(told.contains("no longer in its folder at the server, kept here: 1 message"), "{told}");
    peer.has(&["One", "Two", "Three", "Four"]);
    assert_eq!(peer.takes(&account, 0).await, "");

    // The server numbers anew: all comes once more, and nothing twice.
    let before = peer.kept();
    peer.dovecot.number();
    peer.dovecot.number_anew();
    peer.takes(&account, 2).await;
    assert_eq!(peer.kept().len(), before.len());
    peer.takes(&peer.account("trash, Nirgends", PASSWORD).await, 1).await;
    peer.has(&["One", "Two", "Three", "Four", "Gone"]);
    // A sender that the owner named, and one total: a bill.
    peer.dovecot.deliver("INBOX", "Total TTC : 42,50 \u{20ac}", "");
    let Told { summary, .. } = peer.collect(&account).await;
    assert_eq!(summary, "1 message, 1 bill");
    let bills = peer.stage.world.documents("io.cozy.bills");
    assert_eq!((bills.len(), bills[0].label.to_string().as_str()), (1, LABEL));
    assert!(bills[0].body.contains("\"amount\":42.5") && bills[0].body.contains("Ada & Co"));
    let wrong = peer.account("", "wrong").await;
    assert_eq!(peer.stage.collect(&wrong).await.unwrap_err().code(), "login-failed");
}

#[tokio::test(flavor = "multi_thread")]
async fn attachments_that_the_owner_named_are_kept_as_files() {
    let Some(peer) = Peer::start(Limits::default()).await else { return };
    let account = peer.account("", PASSWORD).await;
    let names = ["facture.pdf", "logo.png", "../../climb.pdf", "Relev\u{e9} n\u{b0}2.PDF"];
    for (from, subject) in [("ada", "Invoice"), ("eve", "Invoice, too")] {
        let file = peer.dovecot.deliver("INBOX", subject, "");
        fs::write(&file, message(from, 7, subject, &attached(&names))).unwrap();
        give(&file);
    }
    let Told { summary, warnings, .. } = peer.collect(&account).await;
    assert_eq!((summary.as_str(), warnings.len()), ("2 messages, 3 files", 0), "{warnings:?}");
    let kept = [
        ("2026-11-26 .._.._climb.pdf", "../../climb.pdf"),
        ("2026-11-26 Relev\u{e9} n\u{b0}2.PDF", "Relev\u{e9} n\u{b0}2.PDF"),
        ("2026-11-26 facture.pdf", "facture.pdf"),
    ];
    let folder = |name: &str| format!("alice@{ADDRESS}/Bills/Ada/{name}");
    let kept = kept.map(|(name, text)| (folder(name), text.to_owned()));
    assert_eq!(tree(&peer.stage.world, ROOT), kept);
    for one in peer.stage.world.documents(FILES) {
        assert_eq!(one.label.to_string(), LABEL);
        assert!(!one.body.contains("octet-stream"), "{}", one.body);
    }
    // All comes once more, and nothing twice.
    peer.dovecot.number_anew();
    let Told { summary, .. } = peer.collect(&account).await;
    assert_eq!(summary, "2 messages, 3 files");
    assert_eq!(tree(&peer.stage.world, ROOT), kept);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_folder_comes_in_as_many_runs_as_it_takes_the_newest_first() {
    let limits = Limits { stream_bytes: 30_000, ..Limits::default() };
    let Some(peer) = Peer::start(limits).await else { return };
    for number in 1..=250 {
        peer.dovecot.deliver("INBOX", &format!("Number {number:03}"), "");
    }
    let account = peer.account("", PASSWORD).await;
    let mut runs = 0;
    loop {
        runs += 1;
        let Told { warnings, .. } = peer.collect(&account).await;
        let kept = peer.kept();
        assert!(kept.iter().any(|(body, _)| body.contains("Number 250")), "the newest first");
        if runs == 1 {
            assert!(kept.len() < 250 && !kept.is_empty(), "{}", kept.len());
            peer.dovecot.deliver("INBOX", "Number 251", "");
        }
        match warnings.first() {
            Some(told) => assert!(told.contains("the next run goes on"), "{told}"),
            None => break,
        }
    }
    assert!((3..12).contains(&runs), "{runs}");
    let subjects: Vec<String> = (1..=251).map(|number| format!("Number {number:03}")).collect();
    peer.has(&subjects.iter().map(String::as_str).collect::<Vec<_>>());
    peer.takes(&account, 0).await;
}
