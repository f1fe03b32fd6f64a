//! Page tokens over HTTP: one that is not this page's own is none, and a page that was asked for
//! without one is about all that its app could reach.

use domicile::flow::audit::Event;
use domicile_guests::programs;

use crate::browser::{BY_SCRIPT, Browser, between};
use crate::support::World;

const PAGE: &str = "http://horoscope.home.localhost:8080/stars";

/// The token of the app's first page, which has looked at nothing.
async fn token(browser: &mut Browser, app: &str) -> String {
    let first = browser.frame(app).await;
    between(&first.text, "data-token=\"", "\"").to_owned()
}

/// The label of the run that a request with this token starts.
async fn label(world: &World, browser: &mut Browser, token: Option<&str>) -> String {
    let mut headers = BY_SCRIPT.to_vec();
    headers.extend(token.map(|token| ("domicile-page", token)));
    let answer = browser.send(PAGE, None, &headers).await;
    assert!(answer.text.starts_with("<main"), "{}", answer.text);
    match &world.audit().await[0].event {
        Event::Run { label, .. } => label.to_string(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_not_the_pages_own_is_none() {
    const ALL: &str = "notes@*";
    let world = World::with_bank().await;
    for program in [programs::HOSTILE_UNGRANTED, programs::PAGE_HELLO] {
        world.install(program).await;
    }
    let mut browser = Browser::signed_in(&world).await;
    let own = token(&mut browser, "horoscope").await;
    assert_eq!(label(&world, &mut browser, Some(&own)).await, "nothing private");
    assert_eq!(label(&world, &mut browser, None).await, ALL);

    let middle = own.len() / 2;
    let other = if own.as_bytes()[middle] == b'A' { "B" } else { "A" };
    let altered = format!("{}{other}{}", &own[..middle], &own[middle + 1..]);
    let apps = token(&mut browser, "page-hello").await;
    let mut second = Browser::signed_in(&world).await;
    let sessions = token(&mut second, "horoscope").await;
    assert_eq!(label(&world, &mut second, Some(&sessions)).await, "nothing private");
    for forged in [&*altered, "forged", &own[..middle], &apps, &sessions] {
        assert_eq!(label(&world, &mut browser, Some(forged)).await, ALL, "{forged}");
    }
    assert_eq!(label(&world, &mut browser, Some(&own)).await, "nothing private");
}
