//! Devices that collect for a home: the whole way with the real program, and what somebody does
//! with a secret that is not theirs.

use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use domicile::flow::device::{Device, LIFETIME};
use domicile::flow::link::{self, Link};
use domicile::front::Front;
use domicile::house::Settings;
use domicile::{identity, registry};
use domicile_providers::serve::{Authority, hosts, start};
use domicile_providers::{Bank, LOGIN, PASSWORD, Provider};
use http_body_util::BodyExt;
use jiff::SignedDuration;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::browser::{Browser, HOME};
use crate::cassettes::component;
use crate::support::{OPERATIONS, World};

const ACCOUNTS: &str = "io.cozy.bank.accounts";

fn bank() -> Vec<u8> {
    component("recipe", "banque-du-nord")
}

/// A home at a port, with the konnector in it.
struct Serving {
    world: World,
    front: Front,
    address: SocketAddr,
    url: String,
}

impl Serving {
    async fn start() -> Serving {
        let world = World::new().await;
        world.install_bytes(bank()).await;
        let any = (Ipv4Addr::LOCALHOST, 0).into();
        let (front, listener) = Front::listen(world.house.clone(), any).await.unwrap();
        let address = listener.local_addr().unwrap();
        let url = front.home_link(world.home.name());
        let serving = front.clone();
        tokio::spawn(async move { serving.serve(listener).await });
        Serving { world, front, address, url }
    }

    /// The secret of a new device.
    async fn device(&self) -> String {
        let id = "banque-du-nord".parse().unwrap();
        let digest = registry::find(&self.world.home, &id).unwrap().digest.clone();
        let device = Device { name: "Laptop".to_owned(), component: id, digest };
        let (secret, now) = (identity::secret().unwrap(), self.world.house.clock().now());
        link::make(&self.world.home, now, &secret, device, LIFETIME).await.unwrap();
        secret
    }

    async fn end_devices(&self) {
        let now = self.world.house.clock().now();
        for link in link::list::<Device>(&self.world.home).unwrap() {
            link::end(&self.world.home, now, &link).await.unwrap();
        }
    }

    async fn send(&self, host: &str, request: http::request::Builder, body: Body) -> (u16, String) {
        let request = request.header("host", format!("{host}:{}", self.address.port()));
        let answer = self.front.answer(request.body(body).unwrap(), Ipv4Addr::LOCALHOST.into());
        let answer = answer.await;
        let status = answer.status().as_u16();
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        (status, String::from_utf8_lossy(&body).into_owned())
    }

    /// What a device asks.
    async fn ask(&self, host: &str, secret: &str, act: &str, body: &Value) -> (u16, String) {
        let request = Request::post(format!("/device/{act}"));
        let request = request.header("authorization", format!("Bearer {secret}"));
        self.send(host, request, Body::from(body.to_string())).await
    }

    async fn deposit(&self, secret: &str, doctype: &str, body: &Value) -> u16 {
        let items = json!({ "doctype": doctype, "items": [["K1", body.to_string()]] });
        self.ask("home.localhost", secret, "deposit", &items).await.0
    }
}

/// The owner's own machine, in front of the bank.
struct Laptop {
    folder: TempDir,
    file: PathBuf,
    hosts: PathBuf,
}

impl Laptop {
    async fn new() -> Laptop {
        let folder = tempfile::tempdir().unwrap();
        let (file, list) = (folder.path().join("bank.wasm"), folder.path().join("hosts.toml"));
        std::fs::write(&file, bank()).unwrap();
        let (authority, bank) = (Authority::new().unwrap(), Arc::new(Bank::default()));
        let served = (bank.host(), start(&authority, bank.clone()).await.unwrap());
        std::fs::write(&list, hosts(&authority, &[served]).unwrap()).unwrap();
        Laptop { folder, file, hosts: list }
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// `domicile collect`, with what is typed there. What it says, and whether it is content.
    async fn collect(&self, url: &str, options: &[&str], typed: &str) -> (bool, String) {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_domicile"));
        command.arg("collect").arg(&self.file).args(["--home", url, "--data"]).arg(self.data());
        command.arg("--hosts").arg(&self.hosts).args(options).stdin(Stdio::piped());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let typed = typed.to_owned();
        let said = tokio::task::spawn_blocking(move || {
            let mut child = command.spawn().unwrap();
            // It may end before it reads what is typed.
            let _ = child.stdin.take().unwrap().write_all(typed.as_bytes());
            child.wait_with_output().unwrap()
        });
        let said = said.await.unwrap();
        let text = [said.stdout, said.stderr].concat();
        (said.status.success(), String::from_utf8(text).unwrap())
    }
}

/// Whether any file below a folder has these bytes in it.
fn holds(folder: &Path, bytes: &str) -> bool {
    std::fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return holds(&path, bytes);
        }
        let found = std::fs::read(&path).unwrap_or_default();
        found.windows(bytes.len()).any(|window| window == bytes.as_bytes())
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_collects_and_its_home_receives() {
    let (home, laptop) = (Serving::start().await, Laptop::new().await);
    let (secret, login) = (home.device().await, format!("login={LOGIN}"));
    let typed = format!("{secret}\n{PASSWORD}\n");
    let fails = async |url: &str, options: &[&str], typed: &str, told: &str| {
        let (content, said) = laptop.collect(url, options, typed).await;
        assert!(!content && said.contains(told), "{said}");
    };
    fails(&home.url, &[], "", "add --yes to consent").await;
    let (content, said) = laptop.collect(&home.url, &["--yes", "--field", &login], &typed).await;
    assert!(content && said.contains("16 documents went to"), "{said}");
    let [accounts, operations] = [ACCOUNTS, OPERATIONS].map(|kind| home.world.documents(kind));
    assert_eq!((accounts.len(), operations.len()), (2, 14));
    let current = accounts.iter().find(|one| one.body.contains("courant")).unwrap();
    for one in &operations {
        assert_eq!(one.label.to_string(), "bank@banque-du-nord");
        let body: Value = serde_json::from_str(&one.body).unwrap();
        assert_eq!(body["account"], current.id, "it names the home's own id");
        assert_eq!(one.provenance.version, "0.1.0, from device Laptop");
    }
    // The account stays there, sealed; what was collected does not.
    for text in [PASSWORD, &secret, "VIR SALAIRE"] {
        assert!(!holds(&laptop.data(), text), "{text}");
        assert_eq!(holds(home.world.folder.path(), text), text == "VIR SALAIRE", "{text}");
    }
    let (content, said) = laptop.collect(&home.url, &[], "").await;
    assert!(content, "nothing is typed twice: {said}");
    assert_eq!(home.world.documents(OPERATIONS), operations, "and nothing comes twice");

    fails(&home.url, &["--connect", "--field", &login], "wrong\n", "does not know this device")
        .await;
    fails("http://home.localhost:1", &[], &typed, "does not answer").await;
    fails("http://alice.example.org", &[], &typed, "no address of a home").await;
    fails(
        &home.url,
        &["--connect", "--field", &login],
        &format!("{secret}\nnot it\n"),
        "--connect",
    )
    .await;
    home.end_devices().await;
    fails(&home.url, &[], "", "Add the device on the connector's page").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_devices_secret_deposits_for_its_konnector_and_reads_nothing() {
    let home = Serving::start().await;
    let secret = home.device().await;
    let operation = json!({
        "vendorId": "1", "label": "Bread", "amount": -2.5, "currency": "EUR", "date": "2026-11-20",
    });
    // What it is for.
    assert_eq!(home.deposit(&secret, OPERATIONS, &operation).await, 200);
    let kept = home.world.documents(OPERATIONS);
    assert_eq!((kept.len(), kept[0].label.to_string().as_str()), (1, "bank@banque-du-nord"));
    assert_eq!(home.deposit(&secret, OPERATIONS, &operation).await, 200, "as if it were new");
    assert_eq!(home.world.documents(OPERATIONS), kept, "a replay changes nothing");
    let keys = json!({ "doctype": OPERATIONS, "keys": ["K1", "K2"] });
    let (status, ids) = home.ask("home.localhost", &secret, "ids", &keys).await;
    let ids: Value = serde_json::from_str(&ids).unwrap();
    assert_eq!((status, &ids["ids"][0]), (200, &Value::from(kept[0].id.clone())));
    assert_eq!(ids["ids"].as_array().unwrap().len(), 2, "there or not");

    // What its konnector may not.
    assert_eq!(home.deposit(&secret, "io.cozy.notes", &json!({ "title": "x" })).await, 403);
    assert!(home.world.documents("io.cozy.notes").is_empty());
    let trail = home.world.audit().await;
    let trail: String = trail.iter().map(|entry| format!("{entry:?}\n")).collect();
    assert!(trail.contains("io.cozy.notes") && trail.contains("\"device\""), "{trail}");
    assert_eq!(home.deposit(&secret, "no doctype", &operation).await, 422);
    assert_eq!(home.deposit(&secret, OPERATIONS, &json!({ "amount": "much" })).await, 422);
    let many: Vec<_> = (0..501).map(|at| [at.to_string(), operation.to_string()]).collect();
    let many = json!({ "doctype": OPERATIONS, "items": many });
    assert_eq!(home.ask("home.localhost", &secret, "deposit", &many).await.0, 422);
    for act in ["documents", "deposit/x", ""] {
        assert_eq!(home.ask("home.localhost", &secret, act, &keys).await.0, 404, "{act}");
    }

    // Reading, with the secret in each place that a browser has for one.
    for path in
        ["/", "/apps", "/files", "/audit", "/export", "/shares", "/settings", "/device/known"]
    {
        for (name, value) in [
            ("authorization", format!("Bearer {secret}")),
            ("cookie", format!("__Host-session={secret}")),
        ] {
            let request = Request::get(path).header(name, value);
            let (status, text) = home.send("home.localhost", request, Body::empty()).await;
            assert!(status >= 300, "{path}: {status} {text}");
            assert!(!text.contains("Bread"), "{text}");
        }
    }
    ends(&home, &secret, &operation).await;
}

/// A secret is good for one home, one version, and as long as its owner wants.
async fn ends(home: &Serving, secret: &str, operation: &Value) {
    let other = "other".parse().unwrap();
    home.world.house.create_home(&other, Settings::default()).await.unwrap();
    let known = json!({});
    assert_eq!(home.ask("home.localhost", secret, "known", &known).await.0, 200);
    for host in ["other.localhost", "none.localhost", "banque-du-nord.home.localhost"] {
        let (status, text) = home.ask(host, secret, "known", &known).await;
        assert!((400..500).contains(&status), "{host}: {status} {text}");
    }
    let clock = home.world.house.clock();
    clock.advance(LIFETIME);
    assert_eq!(home.deposit(secret, OPERATIONS, operation).await, 401, "a year is over");
    clock.advance(SignedDuration::ZERO - LIFETIME);
    assert_eq!(home.deposit(secret, OPERATIONS, operation).await, 200);

    let recipe = include_str!("../../konnectors/recipe/recipes/banque-du-nord.toml");
    let newer = recipe.replacen("version = \"0.1.0\"", "version = \"0.2.0\"", 1);
    let bytes = domicile_guests::bytes(domicile_guests::KONNECTOR_RECIPE).unwrap();
    home.world.install_bytes(crate::exfil::component::with_manifest(bytes, &newer)).await;
    assert_eq!(home.deposit(secret, OPERATIONS, operation).await, 409, "another version");
    let again = home.device().await;
    assert_eq!(home.deposit(&again, OPERATIONS, operation).await, 200);
    let id = "banque-du-nord".parse().unwrap();
    let doctype = OPERATIONS.parse().unwrap();
    registry::revoke(&home.world.house, &home.world.home, &id, &doctype).await.unwrap();
    assert_eq!(home.deposit(&again, OPERATIONS, operation).await, 403, "its grant was taken back");
    registry::remove(&home.world.house, &home.world.home, &id).await.unwrap();
    assert_eq!(home.deposit(&again, OPERATIONS, operation).await, 401, "the konnector is gone");
    home.world.install_bytes(bank()).await;
    assert_eq!(home.deposit(&again, OPERATIONS, operation).await, 401, "and takes it with it");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_device_sends_has_an_end() {
    let home = Serving::start().await;
    let secret = home.device().await;
    let (address, name) = (home.address, format!("home.localhost:{}", home.address.port()));
    let sent = tokio::task::spawn_blocking(move || {
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        let head = format!(
            "POST /device/deposit HTTP/1.1\r\nHost: {name}\r\nAuthorization: Bearer {secret}\r\n\
             Content-Length: 10000000000\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        let piece = vec![b' '; 1 << 20];
        (0..1_000).take_while(|_| stream.write_all(&piece).is_ok()).count()
    });
    let sent = sent.await.unwrap();
    assert!((1..200).contains(&sent), "{sent} MiB were taken");
    let secret = home.device().await;
    let large = format!("{{\"doctype\":\"{}\"}}", "x".repeat(13 << 20));
    let request =
        Request::post("/device/deposit").header("authorization", format!("Bearer {secret}"));
    assert_eq!(home.send("home.localhost", request, Body::from(large)).await.0, 413);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_adds_a_device_sees_its_secret_once_and_ends_it() {
    let world = World::new().await;
    world.install_bytes(bank()).await;
    let mut browser = Browser::signed_in(&world).await;
    let page = format!("{HOME}/apps/banque-du-nord");
    let add = format!("{page}/devices");
    assert_eq!(browser.post(&add, "name=+", HOME).await.status, StatusCode::BAD_REQUEST);
    let added = browser.post(&add, "name=My+%3Cb%3Elaptop", HOME).await;
    assert_eq!(added.status, StatusCode::OK, "{}", added.text);
    let command = "domicile collect banque-du-nord.wasm --home http://home.localhost:8080";
    assert!(added.text.contains(command), "{}", added.text);
    let secret = added.text.split("class=\"address\">").nth(1).unwrap().split('<').next().unwrap();
    assert_eq!(secret.len(), 43, "{secret}");
    let listed = browser.visit(&page).await.text;
    assert!(listed.contains("My &#60;b&#62;laptop") && !listed.contains(secret), "{listed}");
    assert!(!holds(world.folder.path(), secret), "its hash is kept");
    let Link { id, .. } = link::list::<Device>(&world.home).unwrap().pop().unwrap();
    let end = format!("{HOME}/devices/{id}/end");
    assert_eq!(browser.post(&end, "", HOME).await.status, StatusCode::SEE_OTHER);
    assert!(link::list::<Device>(&world.home).unwrap().is_empty());
}
