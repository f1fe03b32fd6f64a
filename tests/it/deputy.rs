//! Confused deputies: an app, another home or a stranger who has the owner's browser ask for what
//! only the owner may ask, with the owner's cookie and even with the owner's own yes in hand.

use axum::http::StatusCode;
use domicile::flow::Fault;
use domicile::flow::audit::Event;
use domicile::registry;
use domicile_policy::{Influence, Label};
use http_body_util::BodyExt;

use crate::browser::{BANKS, Browser, HOME, between};
use crate::exfil::component;
use crate::support::{STATEMENT, World};

const OWN: [(&str, &str); 2] = [("origin", HOME), ("sec-fetch-site", "same-origin")];

/// What somebody else's page can make a browser say.
const STRANGERS: &[&[(&str, &str)]] = &[
    &[],
    &[("sec-fetch-site", "same-origin")],
    &[("referer", "http://home.localhost:8080/export")],
    &[("origin", "null")],
    &[("origin", "null"), ("sec-fetch-site", "same-origin")],
    &[("origin", BANKS)],
    &[("origin", BANKS), ("sec-fetch-site", "same-site")],
    &[("origin", BANKS), ("sec-fetch-site", "same-origin")],
    &[("origin", "http://other.localhost:8080"), ("sec-fetch-site", "cross-site")],
    &[("origin", "http://home.localhost:8081"), ("sec-fetch-site", "same-site")],
    &[("origin", "http://home.localhost"), ("sec-fetch-site", "same-site")],
    &[("origin", "https://home.localhost:8080"), ("sec-fetch-site", "cross-site")],
    &[("origin", "http://home.localhost:8080.evil.test")],
    &[("origin", "https://evil.test"), ("sec-fetch-site", "cross-site")],
    &[("origin", HOME), ("sec-fetch-site", "same-site")],
    &[("origin", HOME), ("sec-fetch-site", "cross-site")],
    &[("origin", HOME), ("sec-fetch-site", "none")],
];

/// An act that lets something out or in, in the words of its page.
struct Act {
    path: String,
    form: String,
}

/// A home where each act would do something, and its owner.
async fn inhabited() -> (World, Browser) {
    let world = component::colluders(Fault::Nothing).await.and_statement(STATEMENT).await;
    let nothing = (Label::nothing(), Influence::nobody());
    let note = "/create io.cozy.notes {\"title\":\"plain\"}";
    world.visit("reader", note, Some(nothing)).await.unwrap();
    world.install_bytes(crate::gate::walker("Steps")).await;
    let owner = Browser::signed_in(&world).await;
    (world, owner)
}

async fn yes_of(owner: &mut Browser, path: &str) -> String {
    let page = owner.follow(&format!("{HOME}{path}")).await.text;
    between(&page, "name=\"shown\" value=\"", "\"").to_owned()
}

async fn share(owner: &mut Browser) -> Act {
    let shown = yes_of(owner, "/shares/new?doctype=io.cozy.notes").await;
    let form = format!("doctype=io.cozy.notes&days=7&shown={shown}");
    Act { path: "/shares".to_owned(), form }
}

async fn export(owner: &mut Browser) -> Act {
    let shown = yes_of(owner, "/export").await;
    Act { path: "/export".to_owned(), form: format!("doctype=io.cozy.notes&shown={shown}") }
}

async fn gate(owner: &mut Browser) -> Act {
    let shown = yes_of(owner, "/gates/new?app=walker&gate=steps").await;
    let form = format!("app=walker&gate=steps&days=7&shown={shown}");
    Act { path: "/gates".to_owned(), form }
}

async fn consent(world: &World) -> Act {
    let bytes = domicile_guests::bytes(domicile_guests::programs::PAGE_HELLO).unwrap();
    let proposal = registry::propose(&world.house, bytes).await.unwrap();
    let id = registry::stash(&world.house, &world.home, proposal).unwrap();
    Act { path: format!("/apps/proposals/{id}/accept"), form: String::new() }
}

async fn acts(world: &World, owner: &mut Browser) -> Vec<Act> {
    vec![share(owner).await, export(owner).await, gate(owner).await, consent(world).await]
}

async fn send(owner: &Browser, method: &str, act: &Act, said: &[(&str, &str)]) -> StatusCode {
    let answer = owner.ask(method, &format!("{HOME}{}", act.path), Some(&act.form), said).await;
    let status = answer.status();
    // An archive that is not read has left all the same.
    answer.into_body().collect().await.unwrap();
    status
}

async fn done(owner: &Browser, act: &Act) -> bool {
    let status = send(owner, "POST", act, &OWN).await;
    status == StatusCode::OK || status == StatusCode::SEE_OTHER
}

/// What left, or was let in.
async fn happened(world: &World) -> usize {
    let counts = |event: &Event| {
        matches!(
            event,
            Event::Shared { .. }
                | Event::Exported { .. }
                | Event::GateLinked { .. }
                | Event::Installed { .. }
        )
    };
    world.audit().await.iter().filter(|entry| counts(&entry.event)).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_act_is_asked_for_by_the_homes_own_page_alone() {
    let (world, mut owner) = inhabited().await;
    let before = happened(&world).await;
    for act in acts(&world, &mut owner).await {
        let path = &act.path;
        for said in STRANGERS {
            let status = send(&owner, "POST", &act, said).await;
            assert_eq!(status, StatusCode::FORBIDDEN, "{path} from {said:?}");
        }
        let twice = [&OWN[..], &[("origin", "https://evil.test")]].concat();
        let both = [&[("origin", "https://evil.test")], &OWN[..]].concat();
        for said in [twice, both] {
            let status = send(&owner, "POST", &act, &said).await;
            assert_eq!(status, StatusCode::FORBIDDEN, "{path} from two origins");
        }
        for method in ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "post"] {
            let status = send(&owner, method, &act, &OWN).await;
            assert_eq!(status, StatusCode::NOT_FOUND, "{method} {path}");
        }
        for header in ["x-http-method-override", "x-http-method", "x-method-override"] {
            let said = [&OWN[..], &[(header, "POST")]].concat();
            for place in [path.clone(), format!("{path}?_method=POST&{}", act.form)] {
                send(&owner, "GET", &Act { path: place, form: act.form.clone() }, &said).await;
            }
        }
        for kind in ["text/plain", "application/json", "multipart/mixed; boundary=x"] {
            if act.form.is_empty() {
                continue;
            }
            let said = [&OWN[..], &[("content-type", kind)]].concat();
            let status = send(&owner, "POST", &act, &said).await;
            assert_eq!(status, StatusCode::BAD_REQUEST, "{path} as {kind}");
        }
        assert_eq!(happened(&world).await, before, "{path}");
    }
    // Nothing was wrong with the acts themselves.
    for (at, act) in acts(&world, &mut owner).await.iter().enumerate() {
        assert!(done(&owner, act).await, "{}", act.path);
        assert_eq!(happened(&world).await, before + at + 1, "{}", act.path);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_yes_counts_once_in_its_session_and_for_its_act() {
    let (world, mut owner) = inhabited().await;
    // The same server, and another browser of the same owner.
    let mut other = Browser { front: owner.front.clone(), cookies: Default::default() };
    let link = other.front.sign_in_link(world.home.name()).unwrap();
    assert_eq!(other.visit(&link).await.status, StatusCode::SEE_OTHER);
    for kind in 0..3 {
        let make = async |owner: &mut Browser| match kind {
            0 => share(owner).await,
            1 => gate(owner).await,
            _ => export(owner).await,
        };
        let act = make(&mut owner).await;
        assert!(!done(&other, &act).await, "another session's yes");
        assert!(!done(&owner, &act).await, "it was used by the other");
        let act = make(&mut owner).await;
        assert!(done(&owner, &act).await);
        assert!(!done(&owner, &act).await, "twice");
        let (one, same) = (make(&mut owner).await, make(&mut owner).await);
        assert!(done(&owner, &same).await && done(&owner, &one).await, "two tabs are two acts");
        let late = make(&mut owner).await;
        world.house.clock().advance(jiff::SignedDuration::from_mins(31));
        assert!(!done(&owner, &late).await, "an old yes");
        // At the same moment, from a finger that pressed twice.
        let act = make(&mut owner).await;
        let (one, two) = tokio::join!(done(&owner, &act), done(&owner, &act));
        assert!(one != two, "both, or none: {one}");
    }
    let (share, export) = (share(&mut owner).await, export(&mut owner).await);
    let mixed = Act { path: share.path.clone(), form: export.form.clone() + "&days=7" };
    assert!(!done(&owner, &mixed).await, "a yes to taking away is none to sharing");
    let other_kind = share.form.replace("io.cozy.notes", "io.cozy.bank.operations");
    assert!(!done(&owner, &Act { form: other_kind, ..share }).await, "a yes to other documents");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_of_somebody_elses_chooses_nothing() {
    let (world, mut owner) = inhabited().await;
    let chosen = async |owner: &mut Browser, path: &str, said: &[(&str, &str)]| {
        let page = owner.send(&format!("{HOME}{path}"), None, said).await.text;
        let asks = page.contains("name=\"shown\"") && !path.starts_with("/export");
        asks || page.contains(" checked")
    };
    let elsewhere: [&[(&str, &str)]; 7] = [
        &[("sec-fetch-site", "same-site"), ("referer", BANKS)],
        &[("sec-fetch-site", "cross-site"), ("referer", "https://evil.test/")],
        &[("sec-fetch-site", "none")],
        &[("sec-fetch-site", "same-site"), ("referer", HOME)],
        &[],
        &[("referer", BANKS)],
        &[("referer", "http://home.localhost:8080.evil.test/")],
    ];
    let own: [&[(&str, &str)]; 2] =
        [&[("sec-fetch-site", "same-origin")], &[("referer", "http://home.localhost:8080/shares")]];
    for path in [
        "/shares/new?doctype=io.cozy.notes",
        "/gates/new?app=walker&gate=steps",
        "/export?doctype=io.cozy.notes",
        "/export",
    ] {
        for said in elsewhere {
            assert!(!chosen(&mut owner, path, said).await, "{path} from {said:?}");
        }
        for said in own {
            assert!(chosen(&mut owner, path, said).await, "{path} from {said:?}");
        }
    }
    // Nor is what a stranger put into the way through a sign-in.
    let link = owner.front.entry_link(world.home.name()).unwrap();
    let once = link.split_once("once=").unwrap().1;
    let secret = "four brown chairs outside";
    let form = format!("once={once}&owner=Ann&locale=en&passphrase={secret}&again={secret}");
    let welcome = owner.post(&format!("{HOME}/welcome"), &form, HOME).await;
    assert_eq!(welcome.status, StatusCode::SEE_OTHER, "{}", welcome.text);
    let to = "%2Fshares%2Fnew%3Fdoctype%3Dio.cozy.notes";
    let form = format!("passphrase={secret}&to={to}");
    let entered = owner.post(&format!("{HOME}/sign-in"), &form, HOME).await;
    assert_eq!(entered.headers["location"], "/shares/new");
}
