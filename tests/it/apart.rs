//! What two apps of a home, or two homes of a house, could take for their own: values, cookies,
//! sessions, cursors.

use axum::http::StatusCode;
use domicile::flow::Fault;
use domicile_guests::programs;
use domicile_policy::{Influence, Label, ReadScope};
use domicile_store::Query;

use crate::browser::{BANKS, BY_SCRIPT, Browser, HOME};
use crate::exfil::component;
use crate::support::{World, text};

const NOTES: &str = "io.cozy.notes";

async fn ask(world: &World, app: &str, program: &str) -> String {
    let nothing = Some((Label::nothing(), Influence::nobody()));
    text(&world.visit(app, &format!("/{program}"), nothing).await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_apps_values_are_its_own() {
    let world = component::colluders(Fault::Nothing).await;
    ask(&world, "writer", "state-set word told").await;
    assert!(ask(&world, "writer", "state-get word").await.contains("told"));
    for key in ["word", "writer/word", "../writer/word", "/writer/word", "%2e%2e/writer/word"] {
        let answer = ask(&world, "reader", &format!("state-get {key}")).await;
        assert!(answer.contains("None"), "{key}: {answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_is_good_in_its_own_home_alone() {
    let (world, elsewhere) =
        (component::colluders(Fault::Nothing).await, component::strangers().await);
    let mut cursors = Vec::new();
    for world in [&world, &elsewhere] {
        for title in ["one", "two"] {
            ask(world, "reader", &format!("create {NOTES} {{\"title\":\"{title}\"}}")).await;
        }
        let scope = ReadScope {
            doctype: NOTES.parse().unwrap(),
            admitted: "notes@*".parse().unwrap(),
            fields: None,
            rows: None,
        };
        let query = Query { limit: 1, ..Query::new("{}") };
        cursors.push(world.home.store().find(&scope, &query).unwrap().next.unwrap());
    }
    let [own, others] = [&cursors[0], &cursors[1]];
    assert_eq!(own.len(), others.len());
    let page = |cursor: &str| format!("page {NOTES} {cursor}");
    let answer = ask(&world, "reader", &page(own)).await;
    assert!(answer.contains("title"), "its own is good: {answer}");
    let refused = ask(&world, "reader", &page("forged")).await;
    assert!(refused.contains("Invalid"), "{refused}");
    assert_eq!(ask(&world, "reader", &page(others)).await, refused);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cookie_opens_its_own_app_alone() {
    let world = World::with_bank().await;
    world.install(programs::PAGE_HELLO).await;
    let mut browser = Browser::signed_in(&world).await;
    browser.frame("banks").await;
    browser.frame("page-hello").await;
    let hello = BANKS.replace("banks", "page-hello");
    let hosts = [BANKS, &hello, HOME].map(|url| url.strip_prefix("http://").unwrap().to_owned());
    let [banks_cookie, hello_cookie, home_cookie] =
        hosts.each_ref().map(|host| browser.cookies[host].clone());
    let secret = home_cookie.split_once('=').unwrap().1.to_owned();
    let session = banks_cookie.split_once('=').unwrap().1.split('.').next().unwrap().to_owned();
    for (cookie, status) in [
        (&hello_cookie, StatusCode::UNAUTHORIZED),
        (&home_cookie, StatusCode::UNAUTHORIZED),
        (&format!("__Host-app={secret}"), StatusCode::UNAUTHORIZED),
        (&format!("__Host-app={session}"), StatusCode::UNAUTHORIZED),
        (&format!("__Host-app={session}."), StatusCode::UNAUTHORIZED),
        (&banks_cookie, StatusCode::OK),
    ] {
        browser.cookies.insert(hosts[0].clone(), cookie.clone());
        let answer = browser.send(&format!("{BANKS}/operations"), None, &BY_SCRIPT).await;
        assert_eq!(answer.status, status, "{cookie}");
    }
    // Nor is an app's cookie one of the home's.
    browser.cookies.insert(hosts[2].clone(), format!("__Host-session={session}"));
    assert_ne!(browser.visit(&format!("{HOME}/apps")).await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_leaves_no_session_that_was_there_before() {
    const FIXED: &str = "__Host-session=ZmFyLWZyb20tYmVpbmctZHJhd24tYnktYW55Ym9keQ";
    let world = World::with_bank().await;
    let host = HOME.strip_prefix("http://").unwrap();
    let mut owner = Browser::new(&world);
    owner.cookies.insert(host.to_owned(), FIXED.to_owned());
    let link = owner.front.sign_in_link(world.home.name()).unwrap();
    assert_eq!(owner.visit(&link).await.status, StatusCode::SEE_OTHER);
    assert_eq!(owner.visit(&format!("{HOME}/apps")).await.status, StatusCode::OK);
    let new = owner.cookies[host].clone();
    assert_ne!(new, FIXED);
    let mut attacker = Browser { front: owner.front.clone(), cookies: Default::default() };
    for (cookie, status) in [(FIXED, false), (&*new, true)] {
        attacker.cookies.insert(host.to_owned(), cookie.to_owned());
        let answer = attacker.visit(&format!("{HOME}/apps")).await;
        assert_eq!(answer.status == StatusCode::OK, status, "{cookie}");
    }
}
