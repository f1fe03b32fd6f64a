//! Devices of the owner's own network: connected by address, known again by their certificate.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use domicile::egress::{Check, Door, Failure};
use domicile::flow::Fault;
use domicile::flow::accounts::Connected;

use crate::browser::{Browser, HOME};
use crate::provider::{PASSWORD, Provider, Stage, probe};
use crate::support::World;

/// The probe, for its account's own server.
const MANIFEST: &str = include_str!("../exfil/C11-private-server/manifest.toml");
const DEVICE: &str = "192.168.7.20";
const OPENED: &str = "192.168.7.0/24";
/// What each run does.
const STEP: &str = r#"{"fetch": {"route": "any", "slots": {"rest": "x"}, "bytes": "x"}}"#;

/// A home with a device beside it, in a house that opened these networks.
async fn beside_a_device(networks: &[&str], off: Option<Check>) -> Stage {
    let world = World::at(tempfile::tempdir().unwrap(), Fault::Nothing).await;
    let provider = Provider::start(None).await;
    let address: IpAddr = DEVICE.parse::<Ipv4Addr>().unwrap().into();
    let mut rehearsal = provider.stage(&[("device", &[address])], off);
    Arc::get_mut(&mut rehearsal).unwrap().networks =
        networks.iter().map(|network| network.parse().unwrap()).collect();
    world.house.set_door(Door::rehearsed(Arc::clone(&rehearsal)).unwrap());
    world.install_bytes(probe(MANIFEST)).await;
    Stage { world, provider, rehearsal }
}

/// An account at the device, whose owner confirmed this.
async fn account(stage: &Stage, confirmed: &str) -> Connected {
    let typed = [
        ("program", STEP),
        ("login", "alice"),
        ("server", DEVICE),
        ("server.certificate", confirmed),
        ("password", PASSWORD),
    ];
    stage.account_with("probe", &typed).await.unwrap()
}

fn form(server: &str, confirmed: &str) -> String {
    let typed = [
        ("program", STEP),
        ("login", "alice"),
        ("server", server),
        ("server.certificate", confirmed),
        ("password", PASSWORD),
    ];
    serde_urlencoded::to_string(typed).unwrap()
}

/// What the page would send back as confirmed.
fn shown(page: &str) -> String {
    let (_, rest) = page.split_once("name=\"server.certificate\" value=\"").expect(page);
    rest.split_once('"').unwrap().0.to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_connects_a_device_by_its_certificate() {
    let stage = beside_a_device(&[OPENED], None).await;
    let mut browser = Browser::signed_in(&stage.world).await;
    let connect = format!("{HOME}/apps/probe/connect");
    let asked = browser.post(&connect, &form(DEVICE, ""), HOME).await.text;
    let certificate = shown(&asked);
    let fingerprint = certificate.split_once(' ').unwrap().1;
    assert!(asked.contains(&format!("SHA-256: {fingerprint}.")), "{asked}");
    assert!(!asked.contains(PASSWORD), "{asked}");
    assert_eq!(stage.provider.seen(), Vec::<String>::new(), "a look says nothing");
    // What was confirmed for one address is none for another.
    let again = browser.post(&connect, &form("192.168.7.20:8443", &certificate), HOME).await.text;
    assert!(shown(&again).starts_with("https://192.168.7.20:8443 "), "{again}");

    let answer = browser.post(&connect, &form(DEVICE, &certificate), HOME).await;
    let account = format!("{HOME}{}", answer.headers["location"].to_str().unwrap());
    let page = crate::accounts::shows(&mut browser, &account, "<q class=\"said\">1 steps").await;
    assert!(page.contains(&certificate), "its page shows what it talks to: {page}");
    assert!(stage.provider.seen()[0].starts_with("PROPFIND /any/x"));
    // The same certificate is not asked for again.
    let again = browser.post(&format!("{account}/reconnect"), &form(DEVICE, ""), HOME).await;
    assert!(again.status.is_redirection(), "{}", again.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_certificate_at_a_devices_address_hears_nothing() {
    let other = format!("https://{DEVICE} {}", ["AB"; 32].join(":"));
    let stage = beside_a_device(&[OPENED], None).await;
    let known = account(&stage, &other).await;
    let told = stage.collect(&known).await.unwrap().warnings.join("\n");
    assert!(told.contains("Unreachable"), "{told}");
    assert_eq!(stage.provider.seen(), Vec::<String>::new());
    let trail = format!("{:?}", stage.world.audit().await);
    assert!(trail.contains(&format!("end: \"{}\"", Failure::Certificate.code())), "{trail}");

    let stage = beside_a_device(&[OPENED], Some(Check::Certificate)).await;
    let known = account(&stage, &other).await;
    stage.collect(&known).await.unwrap();
    assert!(stage.provider.seen()[0].starts_with("PROPFIND /any/x"), "the control");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_device_is_dialled_in_a_network_that_was_not_opened() {
    let other = format!("https://{DEVICE} {}", ["AB"; 32].join(":"));
    for networks in [&[][..], &["192.168.8.0/24", "172.16.0.0/12"]] {
        let stage = beside_a_device(networks, None).await;
        let mut browser = Browser::signed_in(&stage.world).await;
        let connect = format!("{HOME}/apps/probe/connect");
        for server in [DEVICE, "127.0.0.1", "169.254.169.254", "10.0.0.7"] {
            let asked = browser.post(&connect, &form(server, ""), HOME).await;
            assert!(asked.status.is_client_error() && !asked.text.contains("server.certificate"));
        }
        let known = account(&stage, &other).await;
        let told = stage.collect(&known).await.unwrap().warnings.join("\n");
        assert!(told.contains("Unreachable"), "{told}");
        let dialled = stage.rehearsal.seen.lock().unwrap().clone();
        assert!(!dialled.iter().any(|one| one.contains(DEVICE)), "{dialled:?}");
    }
    let stage = beside_a_device(&[], Some(Check::Network)).await;
    let mut browser = Browser::signed_in(&stage.world).await;
    let connect = format!("{HOME}/apps/probe/connect");
    let asked = browser.post(&connect, &form(DEVICE, ""), HOME).await.text;
    assert!(shown(&asked).starts_with("https://"), "the control");
}
