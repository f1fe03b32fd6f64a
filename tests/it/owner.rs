//! What the owner's own pages say of components: what they told, what they printed, what they may
//! do now.

use axum::http::StatusCode;
use domicile::flow::audit::Event;
use domicile::house::{Locale, Settings};
use domicile::registry;
use domicile_guests as guests;

use crate::browser::{BANKS, BY_SCRIPT, Browser, HOME, between};
use crate::support::{OPERATIONS, World};

const NOTICES: &str = "app.domicile.notices";

async fn with_bombs() -> (World, Browser) {
    let world = World::with_bank().await;
    world.install(guests::programs::LIMIT_BOMBS).await;
    let browser = Browser::signed_in(&world).await;
    (world, browser)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_stands_under_its_apps_name_and_is_no_markup() {
    let (world, mut browser) = with_bombs().await;
    world.get("bombs", "/notices").await.unwrap();
    assert_eq!(world.documents(NOTICES).len(), 20, "more than one run may leave");
    let page = browser.visit(&format!("{HOME}/")).await.text;
    let first = between(&page, "class=\"stack notice\"", "</li>");
    assert!(first.contains("<strong>Bombs</strong>"), "{first}");
    assert!(first.contains("<code class=\"muted\">bombs</code>"), "{first}");
    let said = between(first, "<blockquote>", "</blockquote>");
    assert!(said.contains("&#60;b&#62;Notice"), "{said}");
    assert!(!said.contains("<b>") && !said.contains("<script") && !said.contains('\u{202e}'));
    assert!(first.contains("href=\"/app/bombs/print?page=1\""), "{first}");
    assert_eq!(page.matches("class=\"stack notice\"").count(), 5, "the newest only");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_leads_into_its_app_or_nowhere() {
    let (world, mut browser) = with_bombs().await;
    let offered = async |browser: &mut Browser| {
        let page = browser.visit(&format!("{HOME}/")).await.text;
        between(&page, "class=\"stack notice\"", "</li>").contains("href=")
    };
    world.get("bombs", "/notice-out").await.unwrap();
    assert!(!offered(&mut browser).await, "a path that leaves the app's origin");
    browser.post(&format!("{HOME}/notices/dismiss"), "", HOME).await;
    world.get("bombs", "/notices").await.unwrap();
    assert!(offered(&mut browser).await);
    // The path may tell of the bank, and the app may no longer know it.
    let (bombs, doctype) = ("bombs".parse().unwrap(), OPERATIONS.parse().unwrap());
    registry::revoke(&world.house, &world.home, &bombs, &doctype).await.unwrap();
    assert!(!offered(&mut browser).await);
    registry::remove(&world.house, &world.home, &bombs).await.unwrap();
    assert!(!offered(&mut browser).await);
    assert!(browser.visit(&format!("{HOME}/")).await.text.contains("no longer installed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn notices_are_dismissed_one_by_one_or_all_by_the_owner_alone() {
    let (world, mut browser) = with_bombs().await;
    world.get("bombs", "/notices").await.unwrap();
    let dismiss = format!("{HOME}/notices/dismiss");
    assert_eq!(browser.post(&dismiss, "", BANKS).await.status, StatusCode::FORBIDDEN);
    assert_eq!(world.documents(NOTICES).len(), 20);
    let page = browser.visit(&format!("{HOME}/")).await.text;
    let id = between(&page, "name=\"id\" value=\"", "\"").to_owned();
    for _ in 0..2 {
        let answer = browser.post(&dismiss, &format!("id={id}"), HOME).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        assert_eq!(world.documents(NOTICES).len(), 19, "the same twice");
    }
    browser.post(&dismiss, "", HOME).await;
    assert!(world.documents(NOTICES).is_empty());
    assert!(!browser.visit(&format!("{HOME}/")).await.text.contains("Notices"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_app_printed_stands_on_its_own_page_as_text() {
    let (world, mut browser) = with_bombs().await;
    world.get("bombs", "/panic").await.expect_err("it did not panic");
    let page = browser.visit(&format!("{HOME}/apps/bombs")).await.text;
    let console = between(&page, "<pre class=\"console\">", "</pre>");
    assert!(console.contains("the secret is") && console.contains("MARKER"), "{console}");
    assert!(!console.contains('<'), "{console}");
    let other = browser.visit(&format!("{HOME}/apps/banks")).await.text;
    assert!(!other.contains("the secret is"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_components_page_tells_what_it_may_do_now() {
    let (world, mut browser) = with_bombs().await;
    let url = format!("{HOME}/apps/bombs");
    let line = "Finds bank operations.";
    let before = browser.visit(&url).await.text;
    assert!(before.contains(line) && !before.contains("taken back"), "{before}");
    let form = format!("doctype={OPERATIONS}");
    browser.post(&format!("{url}/revoke"), &form, HOME).await;
    let after = browser.visit(&url).await.text;
    assert!(!after.contains(line) && after.contains("sees nothing of yours"), "{after}");
    assert!(after.contains("<span class=\"badge warn\">taken back</span>"), "{after}");
    // Installing it once more brings nothing back; the owner's own act does.
    world.install(guests::programs::LIMIT_BOMBS).await;
    assert!(browser.visit(&url).await.text.contains("taken back"));
    browser.post(&format!("{url}/allow"), &form, HOME).await;
    let again = browser.visit(&url).await.text;
    assert!(again.contains(line) && !again.contains("taken back"), "{again}");
    let allowed = |event: &Event| matches!(event, Event::Allowed { .. });
    assert!(world.audit().await.iter().any(|entry| allowed(&entry.event)));
}

/// A home whose owner reads French.
async fn in_french(world: &World) -> Browser {
    let settings = Settings { locale: Locale::Fr, ..world.home.settings() };
    world.home.save_settings(settings).await.unwrap();
    Browser::signed_in(world).await
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_are_said_in_the_owners_language() {
    let world = World::with_bank().await;
    world.install(guests::programs::HOSTILE_UNGRANTED).await;
    world.get("horoscope", "/").await.unwrap();
    let mut browser = in_french(&world).await;
    world.home.store().flush().await.unwrap();
    let page = browser.visit(&format!("{HOME}/audit?app=horoscope")).await.text;
    let said = "chercher dans `io.cozy.bank.operations`\u{a0}: aucun droit ne le permet";
    assert!(page.contains(said), "{page}");
    assert!(!page.contains("no grant allows it"));
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_are_said_in_the_owners_language() {
    let (world, _) = with_bombs().await;
    let mut browser = in_french(&world).await;
    browser.frame("bombs").await;
    let bombs = BANKS.replace("banks", "bombs");
    let stopped = browser.send(&format!("{bombs}/stack"), None, &BY_SCRIPT).await.text;
    assert!(stopped.contains("bombs : l&#39;exécution a épuisé sa pile"), "{stopped}");
    world.home.store().flush().await.unwrap();
    let trail = browser.visit(&format!("{HOME}/audit?app=bombs")).await.text;
    assert!(trail.contains("a épuisé sa pile") && !trail.contains("stopped-stack"), "{trail}");
    let error = world.import("picture.bin", "not a statement").await.unwrap_err();
    assert!(error.words(Locale::Fr).starts_with("aucun importateur installé"), "{error}");
    assert!(error.words(Locale::En).starts_with("no installed importer"), "{error}");
}
