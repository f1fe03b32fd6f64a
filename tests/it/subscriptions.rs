//! What lies at a secret address: the konnectors of calendars and feeds against the static server
//! that Python brings, and redirects of such an address.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use domicile::egress::{Check, Door};
use domicile::flow::accounts::Connected;
use tempfile::TempDir;

use crate::browser::{Browser, HOME};
use crate::cassettes::{keep, nobody, recorded};
use crate::peers::python;
use crate::provider::{MANIFEST, PUBLIC, Provider, Stage};
use crate::support::World;

/// The part of the address that nobody else knows.
const KEY: &str = "private-0123456789abcdef";

/// Running, until it is dropped.
struct Files {
    child: Child,
    address: SocketAddr,
    folder: TempDir,
}

impl Drop for Files {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Files {
    fn start() -> Option<Files> {
        let python = python()?;
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new(python);
        command.args(["-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory"]);
        command.arg(folder.path()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        // `Serving HTTP on 127.0.0.1 port 40123 (http://127.0.0.1:40123/) ...`
        let port = line.split(' ').nth(5).unwrap().parse().unwrap();
        Some(Files { child, address: SocketAddr::from(([127, 0, 0, 1], port)), folder })
    }

    /// In a folder of its own, `seconds` after the last one: the server tells seconds apart.
    fn put(&self, text: &str, seconds: u64) {
        let place = self.folder.path().join(KEY);
        std::fs::create_dir_all(&place).unwrap();
        let path = place.join("index.html");
        std::fs::write(&path, text).unwrap();
        let file = std::fs::File::options().write(true).open(path).unwrap();
        let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000 + seconds);
        file.set_modified(at).unwrap();
    }
}

/// A home with a konnector, in front of a static server.
struct Peer {
    stage: Stage,
    files: Files,
    account: Connected,
}

impl Peer {
    async fn of(guest: &str, id: &str, secret: &str, scheme: &str) -> Option<Peer> {
        let files = Files::start()?;
        let provider = Provider::start(Some(Arc::new(Mutex::new(files.address)))).await;
        let rehearsal = provider.stage(&[("data.acme.example", &[PUBLIC])], None);
        let world = World::new().await;
        world.house.set_door(Door::rehearsed(Arc::clone(&rehearsal)).unwrap());
        world.install(guest).await;
        let stage = Stage { world, provider, rehearsal };
        // Without the slash at its end, from where the server sends on.
        let address = format!("{scheme}://data.acme.example/{KEY}");
        let typed = [("name", "Lyc\u{e9}e"), (secret, address.as_str())];
        let account = stage.account_with(id, &typed).await.unwrap();
        Some(Peer { stage, files, account })
    }

    /// What a run is told plays ever after, from another address.
    async fn is_recorded(&self, id: &str, secret: &str, said: &str) {
        let address = format!("https://data.acme.example/{KEY}");
        let typed = [("name", "Lyc\u{e9}e"), (secret, address.as_str())];
        let door = Door::rehearsed(Arc::clone(&self.stage.rehearsal)).unwrap();
        let cassette = recorded((id, "static"), &typed, &[], door, nobody).await;
        assert_eq!(cassette.expected.said, said);
        keep((id, "static"), &cassette);
    }

    /// The run's summary and its other words.
    async fn run(&self) -> (String, String) {
        let collected = self.stage.collect(&self.account).await.unwrap();
        (collected.summary, collected.warnings.join("\n"))
    }

    /// Bodies, in order; none tells the key.
    fn kept(&self, doctype: &str, label: &str) -> Vec<String> {
        let documents = self.stage.world.documents(doctype).into_iter();
        let mut kept: Vec<String> = documents
            .inspect(|one| assert_eq!(one.label.to_string(), label))
            .map(|one| one.body)
            .collect();
        kept.sort();
        assert!(kept.iter().all(|body| !body.contains(KEY)), "{kept:?}");
        kept
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_calendar_comes_from_its_secret_address_and_then_what_changed() {
    let guest = domicile_guests::KONNECTOR_WEBCAL;
    let Some(peer) = Peer::of(guest, "webcal", "calendar", "webcal").await else { return };
    let event = |id: &str, title: &str| {
        let lines = "DTSTART:20991224T080000Z\r\nDTSTAMP:20261101T000000Z";
        format!("BEGIN:VEVENT\r\nUID:{id}\r\nSUMMARY:{title}\r\n{lines}\r\nEND:VEVENT\r\n")
    };
    let calendar = |events: &[String]| {
        format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{}END:VCALENDAR\r\n", events.concat())
    };
    // A server that writes where it stands into each event.
    let chemistry = event("b", &format!("Chimie https://data.acme.example/{KEY}/"));
    peer.files.put(&calendar(&[event("a", "Maths"), chemistry]), 0);
    assert_eq!(peer.run().await, ("2 events".to_owned(), String::new()));
    peer.is_recorded("webcal", "calendar", "2 events").await;
    let kept = peer.kept("io.cozy.calendar.events", "calendar@webcal");
    assert!(kept[0].contains("[hidden]") && kept[1].contains("Maths"), "{kept:?}");
    assert_eq!(peer.run().await.0, "0 events", "nothing changed there");

    peer.files.put(&calendar(&[event("a", "Physique")]), 1);
    let (summary, told) = peer.run().await;
    assert_eq!(summary, "1 event");
    assert_eq!(told, "no longer in the calendar, kept here: 1 event to come");
    let kept = peer.kept("io.cozy.calendar.events", "calendar@webcal");
    assert!(kept.len() == 2 && kept[1].contains("Physique"), "{kept:?}");

    peer.files.put("<html>We moved</html>", 2);
    let error = peer.stage.collect(&peer.account).await.unwrap_err();
    assert!(error.said().contains("not taken"), "{}", error.said());
    std::fs::remove_dir_all(peer.files.folder.path().join(KEY)).unwrap();
    assert_eq!(peer.stage.collect(&peer.account).await.unwrap_err().code(), "account-removed");
    let trail = format!("{:?}", peer.stage.world.audit().await);
    assert!(trail.contains("data.acme.example") && !trail.contains(KEY), "{trail}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_comes_from_its_secret_address_and_then_what_changed() {
    let guest = domicile_guests::KONNECTOR_FEED;
    let Some(peer) = Peer::of(guest, "feed", "feed", "feed").await else { return };
    let feed = |items: &str| format!("<rss version=\"2.0\"><channel>{items}</channel></rss>");
    let item = |id: u8, text: &str| {
        let image = format!("&lt;img src='https://data.acme.example/{KEY}/{id}.png'&gt;");
        format!(
            "<item><guid>{id}</guid><title>{text}</title><description>{image}</description></item>"
        )
    };
    peer.files.put(&feed(&item(1, "One")), 0);
    assert_eq!(peer.run().await, ("1 article".to_owned(), String::new()));
    peer.is_recorded("feed", "feed", "1 article").await;
    assert_eq!(peer.run().await.0, "0 articles", "nothing changed there");
    peer.files.put(&feed(&[item(1, "Uno"), item(2, "Two")].concat()), 1);
    assert_eq!(peer.run().await.0, "2 articles");
    let kept = peer.kept("io.domicile.articles", "mail@feed");
    assert!(kept.len() == 2 && kept[0].contains("Two") && kept[1].contains("Uno"), "{kept:?}");
    peer.files.put("<html>We moved</html>", 2);
    let error = peer.stage.collect(&peer.account).await.unwrap_err();
    assert!(error.said().contains("not taken"), "{}", error.said());
    assert_eq!(peer.kept("io.domicile.articles", "mail@feed").len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_address_leads_on_within_its_origin_alone() {
    let probe = include_str!("../exfil/C20-secret-address/manifest.toml");
    let typed = |path: &str| format!("https://api.acme.example/any/{path}?key={KEY}");
    for (off, leaves) in [(None, false), (Some(Check::Redirect), true)] {
        let stage = Stage::new(World::new().await, probe, off).await;
        for (path, says) in [("in", "200 5 -"), ("out", "302 0 other"), ("silent-x", "200 5")] {
            let program = r#"{"fetch": {"route": "feed"}}"#;
            let typed = [("program", program), ("feed", &typed(path))];
            let account = stage.account_with("probe", &typed).await.unwrap();
            let answers = stage.collect(&account).await.unwrap().warnings.join("\n");
            assert!(leaves || answers.starts_with(says), "{path}: {answers}");
        }
        let left = stage.left();
        assert_eq!(left.contains("evil.example"), leaves, "{left}");
        assert!(left.contains("GET /hello/you ") && left.contains(KEY), "{left}");
    }
    // Another route of the same component is led on by nobody.
    let stage = Stage::new(World::new().await, MANIFEST, None).await;
    let answers = stage.answers(r#"{"fetch": {"route": "any", "slots": {"rest": "in"}}}"#).await;
    assert!(answers[0].starts_with("302 0 route hello"), "{answers:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_address_is_shown_to_nobody() {
    let world = World::new().await;
    world.install(domicile_guests::KONNECTOR_WEBCAL).await;
    let mut browser = Browser::signed_in(&world).await;
    let page = browser.visit(&format!("{HOME}/apps/webcal")).await.text;
    for text in ["talks to the server that you name", "that you type and it never sees"] {
        assert!(page.contains(text), "{text}: {page}");
    }
    let connect = format!("{HOME}/apps/webcal/connect");
    let form = |calendar: &str| {
        serde_urlencoded::to_string([("name", "Club"), ("calendar", calendar)]).unwrap()
    };
    let again =
        browser.post(&connect, &form(&format!("http://cal.acme.example/{KEY}")), HOME).await;
    assert_eq!(again.status.as_u16(), 422, "{}", again.text);
    assert!(again.text.contains("value=\"Club\"") && !again.text.contains(KEY), "{}", again.text);
    let good =
        browser.post(&connect, &form(&format!("webcal://cal.acme.example/{KEY}")), HOME).await;
    let to = good.headers["location"].to_str().unwrap().to_owned();
    let page = browser.visit(&format!("{HOME}{to}")).await.text;
    assert!(page.contains("<code>https://cal.acme.example</code>"), "{page}");
    assert!(!page.contains(KEY), "{page}");
    // Left empty, it stays as it was; another one is another server.
    let again = browser.post(&format!("{HOME}{to}/reconnect"), &form(""), HOME).await;
    assert!(again.headers.contains_key("location"), "{}", again.text);
    browser.post(&format!("{HOME}{to}/reconnect"), &form("new.acme.example/x"), HOME).await;
    let page = browser.visit(&format!("{HOME}{to}")).await.text;
    assert!(page.contains("<code>https://new.acme.example</code>"), "{page}");
}
