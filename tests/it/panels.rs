//! Panels over HTTP: each by itself, beside a page that hears nothing of them.

use domicile::flow::Fault;
use domicile::flow::audit::Event;
use domicile::house::{Locale, Settings};
use domicile_guests::{KONNECTOR_OFX, programs::PAGE_PANELS};

use crate::browser::{BY_SCRIPT, Browser, between};
use crate::support::{STATEMENT, World};

const DIARY: &str = "http://diary.home.localhost:8080";
const NOTES: &str = "io.cozy.notes";

async fn diary(fault: Fault) -> (World, Browser) {
    let world = World::at(tempfile::tempdir().unwrap(), fault).await;
    world.install(KONNECTOR_OFX).await;
    world.install(PAGE_PANELS).await;
    let world = world.and_statement(STATEMENT).await;
    let browser = Browser::signed_in(&world).await;
    (world, browser)
}

/// The panels of a page, each from its number on.
fn panels(page: &str) -> Vec<&str> {
    page.split("<section class=\"panel\" data-panel=\"").skip(1).collect()
}

/// The values of all hidden fields with a token.
fn hidden(html: &str) -> Vec<&str> {
    let fields = html.split("name=\"-token\" value=\"").skip(1);
    fields.map(|rest| rest.split('"').next().unwrap()).collect()
}

/// The labels of the notes in the home.
fn labels(world: &World) -> Vec<String> {
    world.documents(NOTES).iter().map(|note| note.label.to_string()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panels_forms_carry_its_own_token() {
    let mut noted = Vec::new();
    for fault in [Fault::Nothing, Fault::PanelForgets] {
        let (world, mut browser) = diary(fault).await;
        let page = browser.frame("diary").await.text;
        let (main, own) = (between(&page, "data-token=\"", "\""), panels(&page)[0]);
        let token = between(own, "data-token=\"", "\"");
        assert_eq!(main == token, fault == Fault::PanelForgets);
        assert_eq!(hidden(own)[..2], [token; 2], "its form, and that of its buttons");
        let around = page.replace(own, "");
        assert!(hidden(&around).iter().all(|one| *one == main), "{around}");
        assert_eq!(own.matches("<form class=\"row\" data-panel=\"1\"").count(), 1, "{own}");
        assert_eq!(own.matches("<a data-panel=\"1\" href=\"/spent\"").count(), 1, "{own}");
        for id in ["id=\"-post\"", "data-panel=\"1\" id=\"-post-1\""] {
            assert_eq!(page.matches(&format!("action=\"/\" hidden {id}>")).count(), 1, "{page}");
        }
        // By script, with the token of the section; without one, with the form's own.
        let note = format!("{DIARY}/note");
        let by_script = [&BY_SCRIPT[..], &[("domicile-page", token), ("origin", DIARY)]].concat();
        let answer = browser.send(&note, Some("title=told"), &by_script).await;
        assert!(answer.text.contains("Noted"), "{}", answer.text);
        browser.post(&note, &format!("-token={}&title=told", hidden(own)[0]), DIARY).await;
        noted.push(labels(&world));
    }
    assert_eq!(noted[0], ["bank@* notes@self"; 2]);
    assert_eq!(noted[1], ["bank@self notes@self"; 2], "a form that forgets what it shows");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panel_that_fails_says_so_in_its_place() {
    let (world, mut browser) = diary(Fault::Nothing).await;
    let page = browser.frame("diary").await.text;
    let shown = panels(&page);
    let labels: Vec<&str> = shown.iter().map(|one| between(one, "aria-label=\"", "\"")).collect();
    let failed = "A part of this page could not be shown";
    assert_eq!(labels, ["Spent", "String", failed, failed, failed, failed, failed]);
    assert!(shown[0].contains("value=\"CB MARKER-GROCER\""), "{}", shown[0]);
    assert!(shown[1].contains("<p>From a string</p>"), "{}", shown[1]);
    let other = "a file or another address in a panel";
    let said = ["it crashed", "more than 8 panels", other, other, "Nothing is at this address"];
    for (panel, words) in shown[2..].iter().zip(said) {
        assert!(panel.contains(&format!("{failed}\" data-token=\"\"><section")), "{panel}");
        assert!(panel.contains(words), "{words}: {panel}");
    }
    assert!(page.contains("<p>After the panels</p>"), "{page}");

    let mut runs: Vec<(String, String, String)> = Vec::new();
    for entry in world.audit().await {
        if let Event::Run { entrance, outcome, label, .. } = entry.event
            && entry.component == "diary"
        {
            runs.push((entrance, outcome, label.to_string()));
        }
    }
    let of = |entrance: &str| runs.iter().filter(|run| run.0 == entrance).count();
    assert_eq!((of("page"), of("panel")), (1, 7), "a line for each: {runs:#?}");
    let line = |a: &str, b: &str, c: &str| (a.to_owned(), b.to_owned(), c.to_owned());
    for run in [
        line("page", "done", "nothing private"),
        line("panel", "done", "bank@*"),
        line("panel", "crashed", "nothing private"),
    ] {
        assert!(runs.contains(&run), "{run:?}: {runs:#?}");
    }

    let settings = Settings { locale: Locale::Fr, ..world.home.settings() };
    world.home.save_settings(settings).await.unwrap();
    let page = browser.frame("diary").await.text;
    assert!(
        page.contains("<h2>Une partie de cette page n&#39;a pas pu être montrée</h2>"),
        "{page}"
    );
}
