//! The konnectors of contacts and events against Radicale: a real server on loopback, behind the
//! TLS of the rehearsal, with a home that comes back to it as what lies there changes.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use domicile::egress::Door;
use domicile::flow::accounts::Connected;
use domicile::runs::collect::{Collected, Told};

use crate::browser::{Browser, HOME};
use crate::cassettes::{keep, nobody, recorded};
use crate::peers::Peer;
use crate::provider::{Behind, PUBLIC, Provider, Stage};
use crate::support::World;

/// What the owner types; the redirect of RFC 6764 leads from there.
const ADDRESS: &str = "dav.acme.example";
const PASSWORD: &str = "a secret/with: marks";
/// `alice` and the password, as the server wants them.
const BASIC: &str = "YWxpY2U6YSBzZWNyZXQvd2l0aDogbWFya3M=";

/// One of the two services.
struct Service {
    guest: &'static str,
    id: &'static str,
    doctype: &'static str,
    /// What the server calls a collection.
    kind: &'static str,
    /// The text of a thing with this id, title and second of change.
    thing: fn(&str, &str, u8) -> String,
    words: [&'static str; 2],
}

const CONTACTS: Service = Service {
    guest: domicile_guests::KONNECTOR_CARDDAV,
    id: "carddav",
    doctype: "io.cozy.contacts",
    kind: r#"<S:addressbook xmlns:S="urn:ietf:params:xml:ns:carddav"/>"#,
    thing: |id, title, _| {
        let lines = format!("UID:{id}\nFN:{title}\nN:{title};;;;\nEMAIL:{id}@example.org");
        format!("BEGIN:VCARD\nVERSION:3.0\n{lines}\nEND:VCARD\n").replace('\n', "\r\n")
    },
    words: ["contact", "contacts"],
};

const EVENTS: Service = Service {
    guest: domicile_guests::KONNECTOR_CALDAV,
    id: "caldav",
    doctype: "io.cozy.calendar.events",
    kind: r#"<S:calendar xmlns:S="urn:ietf:params:xml:ns:caldav"/>"#,
    thing: |id, title, second| {
        let when = format!("DTSTAMP:20261101T0000{second:02}Z\nDTSTART:20261224T180000Z");
        let event = format!("BEGIN:VEVENT\nUID:{id}\n{when}\nSUMMARY:{title}\nEND:VEVENT");
        let whole = format!("BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\n{event}\nEND:VCALENDAR\n");
        whole.replace('\n', "\r\n")
    },
    words: ["event", "events"],
};

struct Radicale(Peer);

impl Radicale {
    fn start() -> Option<Radicale> {
        let peer = Peer::start("server ready", |address, folder| {
            let users = folder.join("users");
            std::fs::write(&users, format!("alice:{PASSWORD}\n")).unwrap();
            let (address, users) = (address.to_string(), users.to_str().unwrap().to_owned());
            let data = folder.join("data").to_str().unwrap().to_owned();
            let options = ["-m", "radicale", "--config", "", "--server-hosts", &address];
            let auth = ["--auth-type", "htpasswd", "--auth-delay", "0"];
            let encryption = ["--auth-htpasswd-encryption", "plain"];
            let files = ["--auth-htpasswd-filename", &users, "--storage-filesystem-folder", &data];
            let all = [&options[..], &auth, &encryption, &files].concat();
            all.into_iter().map(str::to_owned).collect()
        });
        peer.map(Radicale)
    }

    /// Ask it as any program on this machine can.
    fn ask(&self, method: &str, path: &str, media: &str, body: &str) {
        let mut stream = TcpStream::connect(self.0.address).unwrap();
        let length = body.len();
        let head = format!(
            "{method} {path} HTTP/1.0\r\nAuthorization: Basic {BASIC}\r\nContent-Type: {media}\r\n\
             Content-Length: {length}\r\n\r\n"
        );
        stream.write_all(format!("{head}{body}").as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.0 20"), "{method} {path}: {answer}");
    }

    fn make(&self, service: &Service, path: &str) {
        let body = format!(
            "<?xml version=\"1.0\"?><create xmlns=\"DAV:\"><set><prop><resourcetype><collection/>\
             {}</resourcetype></prop></set></create>",
            service.kind
        );
        self.ask("MKCOL", path, "application/xml", &body);
    }

    fn put(&self, service: &Service, id: &str, title: &str, second: u8) {
        let media = if service.id == "carddav" { "text/vcard" } else { "text/calendar" };
        let path = format!("/alice/mine%20%C3%A0%20moi/{id}");
        self.ask("PUT", &path, media, &(service.thing)(id, title, second));
    }
}

/// A home with one of the konnectors, in front of Radicale.
struct Tried {
    stage: Stage,
    radicale: Radicale,
    behind: Behind,
    service: &'static Service,
}

impl Tried {
    async fn of(service: &'static Service) -> Option<Tried> {
        let radicale = Radicale::start()?;
        radicale.make(service, "/alice/mine%20%C3%A0%20moi/");
        let behind = Arc::new(Mutex::new(radicale.0.address));
        let provider = Provider::start(Some(Arc::clone(&behind))).await;
        let rehearsal = provider.stage(&[(ADDRESS, &[PUBLIC])], None);
        let world = World::new().await;
        world.house.set_door(Door::rehearsed(Arc::clone(&rehearsal)).unwrap());
        world.install(service.guest).await;
        Some(Tried { stage: Stage { world, provider, rehearsal }, radicale, behind, service })
    }

    async fn account(&self, server: &str, password: &str) -> Connected {
        let typed = [("server", server), ("user", "alice"), ("password", password)];
        self.stage.account_with(self.service.id, &typed).await.unwrap()
    }

    /// The run takes so many, and no more.
    async fn takes(&self, account: &Connected, number: usize) -> Vec<String> {
        let Collected { outcome, brought, .. } = self.stage.collected(account).await;
        let Told { summary, warnings } = outcome.unwrap();
        let word = self.service.words[usize::from(number != 1)];
        assert_eq!(
            (summary, brought.documents),
            (format!("{number} {word}"), number as u64),
            "{warnings:?}"
        );
        warnings
    }

    /// What the home has: a body and its revision each, in order.
    fn kept(&self) -> Vec<(String, String)> {
        let documents = self.stage.world.documents(self.service.doctype);
        let mut kept: Vec<_> = documents
            .into_iter()
            .inspect(|one| assert!(one.label.to_string().ends_with(self.service.id)))
            .map(|one| (one.body, one.revision))
            .collect();
        kept.sort();
        kept
    }

    fn has(&self, titles: &[&str]) {
        let kept = self.kept();
        assert_eq!(kept.len(), titles.len(), "{kept:#?}");
        for title in titles {
            let found = kept.iter().filter(|(body, _)| body.contains(title)).count();
            assert_eq!(found, 1, "{title}: {kept:#?}");
        }
    }
}

/// Whoever asks gets the beginning of an answer.
fn garbage() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let (mut asked, mut some) = (Vec::new(), [0; 4096]);
            while !asked.ends_with(b">") {
                let length = stream.read(&mut some).unwrap();
                asked.extend_from_slice(&some[..length]);
            }
            let body = "<multistatus xmlns=\"DAV:\"><response>\u{fffd}&<";
            let head = format!("HTTP/1.0 207 Multi-Status\r\nContent-Length: {}", body.len());
            stream.write_all(format!("{head}\r\n\r\n{body}").as_bytes()).unwrap();
        }
    });
    address
}

/// What comes is what changed, whatever happens in between.
async fn keeps_up(service: &'static Service) {
    let Some(peer) = Tried::of(service).await else { return };
    let account = peer.account(ADDRESS, PASSWORD).await;
    peer.takes(&account, 0).await;
    peer.radicale.put(service, "ada", "Ada", 1);
    peer.radicale.put(service, "bob", "Bob & <Bo>", 1);
    peer.takes(&account, 2).await;
    peer.has(&["Ada", "Bob & <Bo>"]);
    let before = peer.kept();
    peer.takes(&account, 0).await;
    assert_eq!(peer.kept(), before, "nothing changed there, nothing here");

    peer.radicale.put(service, "ada", "Augusta", 2);
    peer.radicale.put(service, "cyd", "Cyd", 2);
    peer.takes(&account, 2).await;
    peer.has(&["Augusta", "Bob & <Bo>", "Cyd"]);
    let bob = before.iter().find(|(body, _)| body.contains("Bob")).unwrap();
    assert!(peer.kept().contains(bob), "what did not change was not written again");

    peer.radicale.ask("DELETE", "/alice/mine%20%C3%A0%20moi/bob", "text/plain", "");
    let told = peer.takes(&account, 0).await.join("\n");
    let one = service.words[0];
    assert!(told.contains(&format!("no longer at the server, kept here: 1 {one}")), "{told}");
    peer.has(&["Augusta", "Bob & <Bo>", "Cyd"]);

    // A collection by its own address, in another account: all of it, and nothing twice.
    let whole = format!("https://{ADDRESS}/alice/mine%20%C3%A0%20moi/");
    let other = peer.account(&whole, PASSWORD).await;
    peer.takes(&other, 2).await;
    peer.has(&["Augusta", "Bob & <Bo>", "Cyd"]);
    fails_by_name(&peer, &account).await;
}

/// What goes wrong has a name, and what was there stays.
async fn fails_by_name(peer: &Tried, account: &Connected) {
    let before = peer.kept();
    let wrong = peer.account(ADDRESS, "wrong").await;
    assert_eq!(peer.stage.collected(&wrong).await.outcome.unwrap_err().code(), "login-failed");
    let elsewhere = peer.account(&format!("{ADDRESS}/alice/none/"), PASSWORD).await;
    peer.takes(&elsewhere, 2).await;

    peer.radicale.put(peer.service, "dan", "Dan", 3);
    *peer.behind.lock().unwrap() = garbage();
    let broken = peer.stage.collected(account).await.outcome.unwrap_err();
    let words = broken.said();
    assert_eq!((broken.code(), words.contains("can't be read")), ("failed", true), "{words}");
    assert_eq!(peer.kept(), before);
    *peer.behind.lock().unwrap() = peer.radicale.0.address;
    peer.takes(account, 1).await;
    peer.has(&["Augusta", "Bob & <Bo>", "Cyd", "Dan"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn contacts_come_from_radicale_and_then_what_changed() {
    keeps_up(&CONTACTS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn events_come_from_radicale_and_then_what_changed() {
    keeps_up(&EVENTS).await;
}

/// What a first run is told plays ever after, under another name of the server and of its user.
async fn is_recorded(service: &'static Service) {
    let Some(peer) = Tried::of(service).await else { return };
    peer.radicale.put(service, "ada", "Ada", 1);
    peer.radicale.put(service, "bob", "Bob & <Bo>", 1);
    let typed = [("server", ADDRESS), ("user", "alice"), ("password", PASSWORD)];
    let door = Door::rehearsed(Arc::clone(&peer.stage.rehearsal)).unwrap();
    let cassette = recorded((service.id, "radicale"), &typed, &[], door, nobody).await;
    keep((service.id, "radicale"), &cassette);
    assert_eq!(cassette.expected.said, format!("2 {}", service.words[1]));
    assert_eq!(cassette.fields["server"], "https://server.blanked.example");
}

#[tokio::test(flavor = "multi_thread")]
async fn contacts_are_recorded_at_radicale() {
    is_recorded(&CONTACTS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn events_are_recorded_at_radicale() {
    is_recorded(&EVENTS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_no_server_is_told_and_the_rest_stays_typed() {
    let world = World::new().await;
    world.install(CONTACTS.guest).await;
    let mut browser = Browser::signed_in(&world).await;
    let page = browser.visit(&format!("{HOME}/apps/carddav")).await.text;
    assert!(page.contains("talks to the server that you name"), "{page}");
    let connect = format!("{HOME}/apps/carddav/connect");
    for server in
        ["http://cloud.acme.example", "127.0.0.1", "nas.local", "https://a:b@acme.example"]
    {
        let typed = [("server", server), ("user", "alice & co"), ("password", PASSWORD)];
        let form = serde_urlencoded::to_string(typed).unwrap();
        let again = browser.post(&connect, &form, HOME).await;
        let page = again.text;
        assert_eq!(again.status.as_u16(), 422, "{page}");
        for text in
            ["role=\"alert\">Address of the server: ", "Type it as in https://", "alice &#38; co"]
        {
            assert!(page.contains(text), "{text}: {page}");
        }
        assert!(
            page.contains(&format!("value=\"{server}\"")) && !page.contains("a secret"),
            "{page}"
        );
        assert!(!page.contains("/accounts/"), "{page}");
    }
    let typed = [("server", "Cloud.acme.example/dav"), ("user", "alice"), ("password", PASSWORD)];
    let form = serde_urlencoded::to_string(typed).unwrap();
    assert!(browser.post(&connect, &form, HOME).await.headers.contains_key("location"));
}
