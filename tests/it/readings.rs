//! A file whose importer asks how it is to be read: asked on its page, answered there once,
//! remembered for that importer alone, and forgotten when its owner says so.

use axum::http::StatusCode;
use domicile::flow::audit::Event;
use domicile::house::{Locale, Settings};
use domicile::runs::import::{QUESTIONS_MAX, Reason, answered};

use crate::browser::{Answer, BANKS, Browser, HOME, between};
use crate::import::claims;
use crate::operator;
use crate::support::{OPERATIONS, World};

const NOTES: &str = "io.cozy.notes";

/// A table whose days may be months.
const TABLE: &str = "Date,Description,Amount\n01/02/2026,SHOP,-1.50\n03/01/2026,PUB,-2.50\n\
                     02/03/2026,BAKER,-3.50\n";
/// Another one with the same header.
const LATER: &str = "Date,Description,Amount\n05/06/2026,SHOP,-1.50\n07/05/2026,PUB,-2.50\n\
                     06/07/2026,BAKER,-3.50\n";

async fn with_tables() -> (World, Browser) {
    let world = World::new().await;
    world.install(domicile_guests::KONNECTOR_CSV).await;
    let browser = Browser::signed_in(&world).await;
    (world, browser)
}

/// Drop a file; its page once all is read.
async fn drop_file(browser: &mut Browser, name: &str, text: &str) -> (String, Answer) {
    let sent = browser.upload(&format!("{HOME}/import"), name, text).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    let url = format!("{HOME}{}", sent.headers["location"].to_str().unwrap());
    let page = read(browser, &url).await;
    (url, page)
}

async fn read(browser: &mut Browser, url: &str) -> Answer {
    loop {
        let page = browser.follow(url).await;
        if !page.text.contains("http-equiv=\"refresh\"") {
            return page;
        }
    }
}

/// The form of the page's question, with this reading chosen.
fn form(page: &Answer, reading: usize) -> String {
    let question = between(&page.text, "name=\"question\" value=\"", "\"");
    format!("file=0&question={question}&reading={reading}")
}

async fn choose(browser: &mut Browser, url: &str, page: &Answer, reading: usize) -> Answer {
    let sent = browser.post(url, &form(page, reading), HOME).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    read(browser, url).await
}

fn days(world: &World) -> Vec<String> {
    let operations = world.documents(OPERATIONS).into_iter();
    let mut days: Vec<String> =
        operations.map(|one| between(&one.body, "\"date\":\"", "\"").to_owned()).collect();
    days.sort();
    days
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_is_asked_once_how_a_table_is_read() {
    let (world, mut browser) = with_tables().await;
    let (url, page) = drop_file(&mut browser, "bank.csv", TABLE).await;
    for shown in [
        "Tables of banks (CSV) asks you how this file is to be read.",
        "<legend><q>Does the day or the month stand first in &#34;Date&#34;?</q></legend>",
        "<td>1 Feb 2026</td><td>SHOP</td><td>-1.50</td>",
        "<td>2 Jan 2026</td><td>SHOP</td><td>-1.50</td>",
    ] {
        assert!(page.text.contains(shown), "{shown}: {}", page.text);
    }
    assert_eq!(page.text.matches("type=\"radio\"").count(), 2);
    assert!(!page.text.contains(" checked"), "nothing is chosen for the owner");
    assert!(world.documents(OPERATIONS).is_empty(), "nothing is taken before the answer");
    let page = choose(&mut browser, &url, &page, 1).await;
    assert!(page.text.contains("1 account, 3 operations"), "{}", page.text);
    assert_eq!(days(&world), ["2026-01-02", "2026-02-03", "2026-03-01"]);
    let (_, page) = drop_file(&mut browser, "bank.csv", LATER).await;
    assert!(page.text.contains("1 account, 3 operations"), "not asked again: {}", page.text);
    assert!(page.text.contains("<li>as you chose: "), "{}", page.text);
    assert_eq!(days(&world)[3..], ["2026-05-06", "2026-06-07", "2026-07-05"]);
    let asked =
        world.audit().await.into_iter().filter(
            |entry| matches!(&entry.event, Event::Run { outcome, .. } if outcome == "asks"),
        );
    assert_eq!(asked.count(), 1, "the trail tells of the run that asked");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_takes_an_answer_back_and_is_asked_again() {
    let (world, mut browser) = with_tables().await;
    let (url, page) = drop_file(&mut browser, "bank.csv", TABLE).await;
    choose(&mut browser, &url, &page, 0).await;
    let app = format!("{HOME}/apps/csv");
    let page = browser.follow(&app).await;
    for shown in ["<q>the day</q>", "about bank.csv, on 2026-11-23"] {
        assert!(page.text.contains(shown), "{shown}: {}", page.text);
    }
    let choice = between(&page.text, "name=\"choice\" value=\"", "\"");
    let (forget, form) = (format!("{app}/forget"), format!("choice={choice}"));
    assert_eq!(browser.post(&forget, &form, BANKS).await.status, StatusCode::FORBIDDEN);
    let (_, page) = drop_file(&mut browser, "later.csv", LATER).await;
    assert!(page.text.contains("1 account, 3 operations"), "{}", page.text);
    assert_eq!(browser.post(&forget, &form, HOME).await.status, StatusCode::SEE_OTHER);
    assert!(!browser.follow(&app).await.text.contains("<q>the day</q>"));
    let (_, page) = drop_file(&mut browser, "later.csv", LATER).await;
    assert!(page.text.contains("type=\"radio\""), "{}", page.text);
    drop(world);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_one_of_what_was_shown_and_counts_once() {
    let (world, mut browser) = with_tables().await;
    let (url, page) = drop_file(&mut browser, "bank.csv", TABLE).await;
    for wrong in ["", "file=0&question=x", "file=0&question=x&reading=-1"] {
        let refused = browser.post(&url, wrong, HOME).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{wrong}");
    }
    assert_eq!(browser.post(&url, &form(&page, 2), HOME).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(browser.post(&url, &form(&page, 0), BANKS).await.status, StatusCode::FORBIDDEN);
    let other = form(&page, 0).replace("file=0", "file=1");
    for ignored in [other.as_str(), "file=0&question=x&reading=0", "file=0&reading=0"] {
        assert_eq!(browser.post(&url, ignored, HOME).await.status, StatusCode::SEE_OTHER);
    }
    assert!(world.documents(OPERATIONS).is_empty());
    choose(&mut browser, &url, &page, 0).await;
    let first = days(&world);
    assert_eq!(first, ["2026-01-03", "2026-02-01", "2026-03-02"]);
    choose(&mut browser, &url, &page, 1).await;
    assert_eq!(days(&world), first, "the second answer counts for nothing");
    let mut stranger = Browser::new(&world);
    let sent = stranger.post(&url, &form(&page, 0), HOME).await;
    assert_eq!(sent.status, StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_asked_in_the_owners_language() {
    let (world, mut browser) = with_tables().await;
    let settings = Settings { locale: Locale::Fr, ..world.home.settings() };
    world.home.save_settings(settings).await.unwrap();
    let (_, page) = drop_file(&mut browser, "bank.csv", TABLE).await;
    for shown in
        ["vous demande comment lire ce fichier", "<q>le mois</q>", "<td>1er févr. 2026</td>"]
    {
        assert!(page.text.contains(shown), "{shown}: {}", page.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_numbers_the_readings_and_takes_one() {
    let (World { house, home, folder }, browser) = with_tables().await;
    home.store().flush().await.unwrap();
    drop((house, home, browser));
    let file = folder.path().join("bank.csv");
    std::fs::write(&file, TABLE).unwrap();
    let import = |words: &[&str]| {
        let words = [&["import", file.to_str().unwrap()], words].concat();
        operator::domicile(folder.path(), &words)
    };
    for words in [&[][..], &["--reading", "3"], &["--reading", "0"]] {
        let said = import(words);
        for shown in ["`csv` asks how to read `bank.csv`", "  1. the day\n", "  2. the month\n"] {
            assert!(said.contains(shown), "{words:?}: {said}");
        }
        assert!(said.contains("2 Jan 2026 | SHOP | -1.50"), "{said}");
        assert!(said.contains("--reading NUMBER"), "{said}");
    }
    for words in [&["--reading", "2"][..], &[]] {
        let said = import(words);
        assert!(said.contains("1 account, 3 operations"), "{words:?}: {said}");
    }
    let said = import(&["--reading", "1", file.to_str().unwrap()]);
    assert!(said.contains("import that file alone"), "{said}");
}

/// The importer that does what its file says, and its twin under another name.
async fn with_twins() -> (World, Browser) {
    let world = World::new().await;
    let bytes = claims("");
    world.install_bytes(bytes.clone()).await;
    let twin = replaced(&replaced(&bytes, "\"claims\"", "\"claimz\""), "\".any\"", "\".anz\"");
    world.install_bytes(twin).await;
    let browser = Browser::signed_in(&world).await;
    (world, browser)
}

/// The same component with a word of its manifest changed, as long as it was.
fn replaced(bytes: &[u8], old: &str, new: &str) -> Vec<u8> {
    assert_eq!(old.len(), new.len());
    let at = bytes.windows(old.len()).position(|found| found == old.as_bytes()).unwrap();
    [&bytes[..at], new.as_bytes(), &bytes[at + old.len()..]].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_told_to_no_other_importer_and_to_none_that_comes_after() {
    let (world, mut browser) = with_twins().await;
    let (url, page) = drop_file(&mut browser, "a.any", "asks").await;
    let page = choose(&mut browser, &url, &page, 1).await;
    assert!(page.text.contains("reading 1"), "{}", page.text);
    for (file, told) in [("b.any", true), ("b.anz", false)] {
        let (_, page) = drop_file(&mut browser, file, "recalls").await;
        assert_eq!(page.text.contains("reading 1"), told, "{file}: {}", page.text);
    }
    let (_, page) = drop_file(&mut browser, "c.anz", "asks").await;
    assert!(page.text.contains("type=\"radio\""), "the twin has to ask: {}", page.text);
    browser.post(&format!("{HOME}/apps/claims/remove"), "", HOME).await;
    world.install_bytes(claims("")).await;
    let (_, page) = drop_file(&mut browser, "d.any", "recalls").await;
    assert!(!page.text.contains("reading 1"), "removed with the importer: {}", page.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_an_answer_is_not_stored_whatever_the_importer_says() {
    let (world, mut browser) = with_twins().await;
    let (url, page) = drop_file(&mut browser, "a.any", "note asks").await;
    assert!(page.text.contains("type=\"radio\""), "{}", page.text);
    assert!(world.documents(NOTES).is_empty(), "it said that it went well");
    choose(&mut browser, &url, &page, 0).await;
    assert_eq!(world.documents(NOTES).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_questions_words_are_words_under_the_name_of_who_asks() {
    let (_world, mut browser) = with_twins().await;
    let (_, page) = drop_file(&mut browser, "a.any", "lies").await;
    assert!(page.text.contains("Reads everything asks you how"), "{}", page.text);
    for markup in
        ["evil.test/\"", "<script>alert", "<img", "<b>Day", "\u{202e}", "\u{200b}", "\u{1b}"]
    {
        assert!(!page.text.contains(markup), "{markup}: {}", page.text);
    }
    assert!(page.text.contains("&#60;script&#62;alert(1)"), "{}", page.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_beyond_its_limits_is_none() {
    let (world, _browser) = with_twins().await;
    let error = world.import("a.any", "overlong").await.unwrap_err();
    assert!(matches!(error.reason, Reason::Unreadable(_)), "{error}");
    assert!(error.to_string().contains("7 readings are more than the 6"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_importer_that_asks_without_end_is_refused() {
    let (world, _browser) = with_twins().await;
    let mut error = world.import("a.any", "endless").await.unwrap_err();
    for before in 0..QUESTIONS_MAX {
        let said = error.to_string();
        let Reason::Asks(question, _) = error.reason else { panic!("after {before}: {said}") };
        let (house, home, content) = (&world.house, &world.home, "endless".into());
        let chosen = (&*question, 0);
        error = answered(house, home, "a.any", content, chosen, before).await.unwrap_err();
    }
    assert!(matches!(error.reason, Reason::AsksAgain), "{error}");
}
