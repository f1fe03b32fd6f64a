//! The konnector of files against wsgidav: a real server on loopback, behind the TLS of the
//! rehearsal, with a home that comes back to it as what lies there changes.

use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use domicile::egress::Door;
use domicile::flow::accounts::Connected;
use domicile::runs::collect::{Collected, Told};
use domicile_store::files::{Entry, ROOT};

use crate::cassettes::{keep, nobody, recorded};
use crate::files::{everything, inside};
use crate::peers::Peer;
use crate::provider::{PUBLIC, Provider, Stage};
use crate::support::World;

const ADDRESS: &str = "files.acme.example";
const PASSWORD: &str = "a secret/with: marks";

/// A home with the konnector, in front of wsgidav.
struct Tried {
    stage: Stage,
    server: Peer,
}

impl Tried {
    /// The server has its files at this path.
    async fn at_path(share: &str) -> Option<Tried> {
        let server = Peer::start("Serving on", |address, folder| {
            let (data, config) = (folder.join("data"), folder.join("config.json"));
            fs::create_dir_all(&data).unwrap();
            let users = serde_json::json!({ "*": { "alice": { "password": PASSWORD } } });
            let authenticator = serde_json::json!({
                "domain_controller": null, "accept_basic": true, "accept_digest": false,
                "default_to_digest": false,
            });
            let settings = serde_json::json!({
                "host": "127.0.0.1", "port": address.port(), "verbose": 3,
                "provider_mapping": { share: data }, "logging": { "enable": true },
                "http_authenticator": authenticator, "simple_dc": { "user_mapping": users },
                "dir_browser": { "enable": false }, "property_manager": null,
            });
            fs::write(&config, settings.to_string()).unwrap();
            let config = config.to_str().unwrap();
            ["-m", "wsgidav.server.server_cli", "--config", config].map(str::to_owned).into()
        })?;
        let behind = Arc::new(Mutex::new(server.address));
        let provider = Provider::start(Some(behind)).await;
        let rehearsal = provider.stage(&[(ADDRESS, &[PUBLIC])], None);
        let world = World::new().await;
        world.house.set_door(Door::rehearsed(Arc::clone(&rehearsal)).unwrap());
        world.install(domicile_guests::KONNECTOR_WEBDAV).await;
        Some(Tried { stage: Stage { world, provider, rehearsal }, server })
    }

    /// Where a path lies on the server's disk.
    fn at(&self, path: &str) -> PathBuf {
        self.server.folder.path().join("data").join(path)
    }

    fn put(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.at(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    async fn account(&self, server: &str, password: &str) -> Connected {
        let typed = [("server", server), ("user", "alice"), ("password", password)];
        self.stage.account_with("webdav", &typed).await.unwrap()
    }

    /// The run takes so many, and says this besides.
    async fn takes(&self, account: &Connected, number: u64) -> String {
        let Collected { outcome, brought, .. } = self.stage.collected(account).await;
        let Told { summary, warnings } = outcome.unwrap();
        let warnings = warnings.join("\n");
        assert_eq!((brought.files, brought.documents), (number, 0), "{warnings}");
        assert!(summary.starts_with(&format!("{number} file")), "{summary}");
        warnings
    }

    /// The only entry of this path in the home.
    fn find(&self, path: &str) -> Option<Entry> {
        let mut found: Option<Entry> = None;
        for name in path.split('/') {
            let parent = found.map_or(ROOT.to_owned(), |entry| entry.id);
            let mut named = inside(&self.stage.world, &parent);
            named.retain(|one| one.name == name);
            assert!(named.len() <= 1, "{path}");
            found = Some(named.pop()?);
        }
        found
    }

    fn holds(&self, path: &str, bytes: &[u8]) {
        let entry = self.find(path).unwrap_or_else(|| panic!("{path} is not here"));
        let home = &self.stage.world.home;
        let (_, mut reader) = home.store().content(&everything(), &entry.id).unwrap().unwrap();
        let mut all = Vec::new();
        while all.len() < bytes.len() {
            all.extend(reader.read(all.len() as u64, 1 << 20).unwrap());
        }
        assert!(all == bytes && entry.size == bytes.len() as u64, "{path}");
        assert_eq!(entry.label.to_string(), "files@webdav");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_come_from_wsgidav_and_then_what_changed() {
    let Some(tried) = Tried::at_path("/dav").await else { return };
    let account = tried.account("files.acme.example/dav", PASSWORD).await;
    assert_eq!(tried.takes(&account, 0).await, "");
    let long: Vec<u8> = (0..900_000_u32).flat_map(u32::to_le_bytes).take(900_000).collect();
    tried.put("Bills/2026/may.pdf", "forty euros");
    tried.put("Bills/R&D #1 100% \u{e9}te\u{301}?.txt", "odd");
    tried.put("Bills/empty", "");
    tried.put("long.bin", &long);
    assert_eq!(tried.takes(&account, 4).await, "");
    let top = "alice@files.acme.example";
    tried.holds(&format!("{top}/Bills/2026/may.pdf"), b"forty euros");
    tried.holds(&format!("{top}/Bills/R&D #1 100% \u{e9}te\u{301}?.txt"), b"odd");
    tried.holds(&format!("{top}/Bills/empty"), b"");
    tried.holds(&format!("{top}/long.bin"), &long);
    assert_eq!(tried.takes(&account, 0).await, "", "what did not change is not fetched again");

    tried.put("Bills/2026/may.pdf", "fifty euros and more");
    fs::remove_file(tried.at("Bills/empty")).unwrap();
    let told = tried.takes(&account, 1).await;
    assert!(told.contains("no longer at the server, kept here: 1 file"), "{told}");
    tried.holds(&format!("{top}/Bills/2026/may.pdf"), b"fifty euros and more");
    tried.holds(&format!("{top}/Bills/empty"), b"");

    // What the house does not take is told, and does not stop the rest.
    tried.put("too long.bin", vec![7; 3 << 20]);
    tried.put("turned\u{202e}gpj.exe", "x");
    tried.put("secret.txt", format!("my password is {PASSWORD}"));
    tried.put("short.txt", "short");
    let told = tried.takes(&account, 1).await;
    for left_out in
        ["too long.bin: it did not come", "secret.txt: it did not come", "gpj.exe: left"]
    {
        assert!(told.contains(left_out), "{left_out}: {told}");
    }
    tried.holds(&format!("{top}/short.txt"), b"short");
    assert!(tried.find(&format!("{top}/secret.txt")).is_none());

    let wrong = tried.account("files.acme.example/dav", "wrong").await;
    assert_eq!(tried.stage.collect(&wrong).await.unwrap_err().code(), "login-failed");
    let elsewhere = tried.account("files.acme.example/none/", PASSWORD).await;
    let told = tried.stage.collect(&elsewhere).await.unwrap_err();
    assert!(told.said().contains("there are no files at"), "{}", told.said());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tree_that_is_too_large_for_a_run_comes_in_several() {
    let Some(tried) = Tried::at_path("/dav").await else { return };
    for number in 0..200 {
        tried.put(&format!("{number:03}/file.txt"), format!("file {number}"));
    }
    let account = tried.account("files.acme.example/dav/", PASSWORD).await;
    let told = tried.takes(&account, 149).await;
    assert!(told.contains("the next run goes on"), "{told}");
    assert_eq!(tried.takes(&account, 51).await, "");
    tried.holds("alice@files.acme.example/199/file.txt", b"file 199");
    tried.holds("alice@files.acme.example/000/file.txt", b"file 0");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_lies_where_nextcloud_has_it_is_found_by_its_users_name() {
    let Some(tried) = Tried::at_path("/remote.php/dav/files/alice").await else { return };
    tried.put("Photos/2026/a.txt", "a");
    let account = tried.account("files.acme.example", PASSWORD).await;
    assert_eq!(tried.takes(&account, 1).await, "");
    tried.holds("alice@files.acme.example/Photos/2026/a.txt", b"a");
    assert_eq!(tried.takes(&account, 0).await, "");
}

/// What a first run is told plays ever after, under another name of the server and of its user.
#[tokio::test(flavor = "multi_thread")]
async fn files_are_recorded_at_wsgidav() {
    let Some(tried) = Tried::at_path("/dav").await else { return };
    tried.put("Bills/2026/may.pdf", "forty euros");
    tried.put("notes.txt", [0xff, 0]);
    let typed = [("server", "files.acme.example/dav"), ("user", "alice"), ("password", PASSWORD)];
    let door = Door::rehearsed(Arc::clone(&tried.stage.rehearsal)).unwrap();
    let cassette = recorded(("webdav", "wsgidav"), &typed, &[], door, nobody).await;
    keep(("webdav", "wsgidav"), &cassette);
    assert_eq!(cassette.expected.said, "2 files");
}
