//! The front door, request by request: who gets in, from where, and what never leaves with an
//! answer.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use domicile::front::headers::SET_ON_EVERYTHING;
use jiff::SignedDuration;

use crate::browser::{Answer, BANKS, BY_SCRIPT, Browser, HOME, IN_FRAME, PORT, between};
use crate::support::World;

const PASSPHRASE: &str = "four brown chairs outside";

/// What holds for every answer of an app's origin.
fn assert_shut_in(answer: &Answer) {
    assert!(!answer.status.is_redirection(), "{}", answer.status);
    for name in ["location", "refresh", "link", "speculation-rules", "report-to"] {
        assert!(!answer.headers.contains_key(name), "{name}");
    }
    for name in SET_ON_EVERYTHING {
        assert!(answer.headers.contains_key(*name), "{name}");
    }
    assert_eq!(answer.headers["connection-allowlist"], "(response-origin)");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_is_shown_in_its_frame_and_never_redirects() {
    let world = World::with_bank().await;
    let mut browser = Browser::signed_in(&world).await;
    let first = browser.frame("banks").await;
    assert_eq!(first.status, StatusCode::OK);
    assert!(first.text.contains("data-token="), "{}", first.text);
    assert_shut_in(&first);
    let policy = first.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("script-src 'sha256-") && policy.contains("default-src 'none'"));
    assert!(policy.contains(&format!("frame-ancestors {HOME}")), "{policy}");

    let listed = browser.send(&format!("{BANKS}/operations"), None, &BY_SCRIPT).await;
    assert!(listed.text.starts_with("<main"), "{}", listed.text);
    assert_shut_in(&listed);
    let operation = between(&listed.text, "href=\"/operations/", "\"").to_owned();
    let url = format!("{BANKS}/operations/{operation}");
    let shown = browser.send(&url, None, &BY_SCRIPT).await;
    let token = between(&shown.text, "name=\"-token\" value=\"", "\"").to_owned();
    let saved = browser.post(&url, &format!("-token={token}&category=400110"), BANKS).await;
    assert_eq!(saved.status, StatusCode::OK, "{}", saved.text);
    assert_shut_in(&saved);
    for path in ["nothing-here", "-/link", "-/nothing", "operations?month=x%00"] {
        assert_shut_in(&browser.send(&format!("{BANKS}/{path}"), None, &BY_SCRIPT).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_apps_page_is_no_window_and_no_part_of_one() {
    let world = World::with_bank().await;
    let mut browser = Browser::signed_in(&world).await;
    browser.frame("banks").await;
    let stray = browser.visit(&format!("{BANKS}/operations")).await;
    assert!(stray.text.contains(&format!("{HOME}/app/banks/")), "{}", stray.text);
    assert!(!stray.text.contains("data-token"));
    let as_page = browser.send(&format!("{BANKS}/operations"), None, &BY_SCRIPT).await;
    assert_eq!(as_page.status, StatusCode::OK);
    for path in ["operations", "sw.js", "manifest.webmanifest"] {
        let fetched = [("sec-fetch-site", "same-origin"), ("service-worker", "script")];
        let answer = browser.send(&format!("{BANKS}/{path}"), None, &fetched).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(!answer.headers["content-type"].to_str().unwrap().contains("script"));
    }
    let icon = browser.send(&format!("{BANKS}/favicon.ico"), None, &BY_SCRIPT).await;
    assert!(icon.status == StatusCode::NO_CONTENT && icon.text.is_empty(), "the app was asked");
    for dest in
        ["script", "worker", "serviceworker", "image", "style", "object", "embed", "manifest"]
    {
        let fetched = [("sec-fetch-site", "same-origin"), ("sec-fetch-dest", dest)];
        let answer = browser.send(&format!("{BANKS}/operations"), None, &fetched).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{dest}");
    }
    for site in ["cross-site", "same-site"] {
        let fetched = [("sec-fetch-site", site), ("sec-fetch-dest", "empty")];
        let answer = browser.send(&format!("{BANKS}/operations"), None, &fetched).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{site}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_asked_for_by_the_homes_own_page() {
    let world = World::with_bank().await;
    let mut browser = Browser::signed_in(&world).await;
    for path in ["apps/banks/remove", "sign-out-everywhere", "outward", "settings", "import"] {
        let url = format!("{HOME}/{path}");
        assert_eq!(browser.post(&url, "", BANKS).await.status, StatusCode::FORBIDDEN, "{path}");
        assert_eq!(browser.send(&url, Some(""), &[]).await.status, StatusCode::FORBIDDEN);
        assert_eq!(
            browser.send(&url, Some(""), &[("origin", "null")]).await.status,
            StatusCode::FORBIDDEN
        );
    }
    assert_eq!(browser.visit(&format!("{HOME}/apps/banks")).await.status, StatusCode::OK);
    let removed = browser.post(&format!("{HOME}/apps/banks/remove"), "", HOME).await;
    assert_eq!(removed.status, StatusCode::SEE_OTHER, "the same with the checks met is done");
    let gone = browser.visit(&format!("{HOME}/apps/banks")).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_everywhere_at_once() {
    let world = World::with_bank().await;
    let mut browser = Browser::signed_in(&world).await;
    browser.frame("banks").await;
    let url = format!("{BANKS}/operations");
    assert_eq!(browser.send(&url, None, &BY_SCRIPT).await.status, StatusCode::OK);
    let kept = browser.cookies.clone();
    browser.post(&format!("{HOME}/sign-out-everywhere"), "", HOME).await;
    browser.cookies = kept;
    assert_eq!(browser.send(&url, None, &BY_SCRIPT).await.status, StatusCode::UNAUTHORIZED);
    let home = browser.visit(&format!("{HOME}/")).await;
    assert_ne!(home.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_that_work_once_work_once() {
    let world = World::with_bank().await;
    let mut browser = Browser::new(&world);
    let link = browser.front.sign_in_link(world.home.name()).unwrap();
    assert_eq!(browser.visit(&link).await.status, StatusCode::SEE_OTHER);
    let mut other = Browser { front: browser.front.clone(), cookies: BTreeMap::new() };
    assert_eq!(other.visit(&link).await.status, StatusCode::FORBIDDEN);

    let shell = browser.visit(&format!("{HOME}/app/banks/")).await;
    let code = between(&shell.text, "code=", "&").to_owned();
    let enter = format!("{BANKS}/-/enter?code={code}&to=%2F");
    assert_eq!(browser.send(&enter, None, &IN_FRAME).await.status, StatusCode::OK);
    assert_eq!(other.send(&enter, None, &IN_FRAME).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread")]
async fn guesses_have_to_wait() {
    let world = World::new().await;
    let mut browser = Browser::new(&world);
    let link = browser.front.entry_link(world.home.name()).unwrap();
    assert!(link.contains("/welcome?once="), "{link}");
    let once = link.split_once("once=").unwrap().1.to_owned();
    let moved_in = |passphrase: &str, again: &str| {
        format!("once={once}&owner=Ann&locale=en&passphrase={passphrase}&again={again}")
    };
    let welcome = format!("{HOME}/welcome");
    for (passphrase, again) in [("short", "short"), (PASSPHRASE, "other")] {
        let refused = browser.post(&welcome, &moved_in(passphrase, again), HOME).await;
        assert!(refused.text.contains("role=\"alert\""), "{}", refused.text);
    }
    let made = browser.post(&welcome, &moved_in(PASSPHRASE, PASSPHRASE), HOME).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
    browser.cookies.clear();

    let sign_in = format!("{HOME}/sign-in");
    for _ in 0..5 {
        let wrong = browser.post(&sign_in, "passphrase=wrong", HOME).await;
        assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    }
    let right = format!("passphrase={PASSPHRASE}");
    let waits = browser.post(&sign_in, &right, HOME).await;
    assert_eq!(waits.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(waits.headers.contains_key("retry-after"));
    world.house.clock().advance(SignedDuration::from_secs(2));
    let signed_in = browser.post(&sign_in, &right, HOME).await;
    assert_eq!(signed_in.status, StatusCode::SEE_OTHER, "{}", signed_in.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_are_told_nothing() {
    let world = World::with_bank().await;
    let mut browser = Browser::new(&world);
    for host in ["evil.test", "home.localhost:1", "home.localhost.evil.test:8080"] {
        let answer = browser.visit(&format!("http://{host}/")).await;
        assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST, "{host}");
        assert_eq!(answer.headers["content-type"], "application/problem+json");
    }
    for path in ["", "apps", "audit", "settings", "app/banks/"] {
        let answer = browser.visit(&format!("{HOME}/{path}")).await;
        assert!(answer.status != StatusCode::OK && !answer.text.contains("Banks"), "{path}");
    }
    let answer = browser.send(&format!("{BANKS}/operations"), None, &IN_FRAME).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_sees_the_whole_address_before_leaving() {
    let world = World::new().await;
    let link = "\n[[link]]\nname = \"shop\"\ntemplate = \"https://shop.example/find?q={q}\"\n\
                slots = { q = \"text\" }\n";
    let manifest = format!("{}{link}", domicile_guests::WSTD_HELLO_MANIFEST);
    let bytes = domicile_guests::bytes(domicile_guests::WSTD_HELLO).unwrap();
    let packed = domicile_proto::pack::pack(&bytes, &manifest).unwrap();
    world.install_bytes(packed).await;
    let app = domicile::registry::installed(&world.home)[0].id().to_string();
    let mut browser = Browser::signed_in(&world).await;
    let asked = format!("app={app}&link=shop&arg=a%26b%3Cscript%3E&token=forged");
    let page = browser.visit(&format!("{HOME}/outward?{asked}")).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    assert!(page.text.contains("https://shop.example/find?q=a%26b%3Cscript%3E"), "{}", page.text);
    assert!(!page.text.contains("<script>"));
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("form-action 'self' https://shop.example;"), "{policy}");

    let outward = format!("{HOME}/outward");
    let app_origin = format!("http://{app}.home.localhost:{PORT}");
    let by_app = browser.post(&outward, &asked, &app_origin).await;
    assert_eq!(by_app.status, StatusCode::FORBIDDEN);
    let left = browser.post(&outward, &asked, HOME).await;
    assert_eq!(left.headers["location"], "https://shop.example/find?q=a%26b%3Cscript%3E");
    let noted = world.audit().await;
    let is_link = |entry: &domicile::flow::audit::AuditEntry| {
        matches!(&entry.event, domicile::flow::audit::Event::OutwardLink { address, .. }
            if address.starts_with("https://shop.example/"))
    };
    assert_eq!(noted.iter().filter(|entry| is_link(entry)).count(), 1);

    // What could begin a fragment is part of the word; what is longer than a word goes nowhere.
    let page = browser.visit(&format!("{HOME}/outward?app={app}&link=shop&arg=a%23b")).await;
    assert!(page.text.contains("https://shop.example/find?q=a%23b"), "{}", page.text);
    let huge = format!("app={app}&link=shop&arg=%23{}", "x".repeat(30_000));
    assert_eq!(
        browser.visit(&format!("{HOME}/outward?{huge}")).await.status,
        StatusCode::NOT_FOUND
    );
    let long = format!("app={app}&link=shop&arg={}", "x".repeat(81));
    for refused in [&*long, &format!("app={app}&link=other&arg=x"), "app=none&link=shop&arg=x"] {
        let answer = browser.visit(&format!("{HOME}/outward?{refused}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{refused}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shared_server_tells_nobody_its_homes() {
    for (domain, host, is_told) in
        [("localhost", "localhost:8080", true), ("example.org", "example.org", false)]
    {
        let world = World::of(domain).await;
        let answer = Browser::new(&world).visit(&format!("http://{host}/")).await;
        assert_eq!(answer.status, StatusCode::OK, "{domain}: {}", answer.text);
        let named = answer.text.contains(&format!("//home.{domain}"));
        assert_eq!(named, is_told, "{domain}: {}", answer.text);
    }
}
