//! Attacks on what puts bills and operations together: a hostile build in its place, a decision
//! that another app forges, and bills that somebody made up to do harm.

use domicile::flow::Fault;
use domicile::flow::audit::Event;
use domicile::flow::messages::{self, LOGS, NOTICES};
use domicile::registry;
use domicile_guests::programs;
use domicile_policy::{Actor, Label, Reason};
use domicile_store::Document;
use domicile_store::files::FILES;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::browser::{BY_SCRIPT, Browser, HOME, between};
use crate::exfil::component::{self, with_manifest};
use crate::operator::{self, Tape};
use crate::refunds::{
    ALERTS, BILLS, DECISIONS, EXPENSES, REFUNDS, ask, bill, household, interpreter, later, runs,
    settle,
};
use crate::support::{OPERATIONS, STATEMENT, World};

/// What the owner agreed to for the real one.
const MANIFEST: &str = include_str!("../../apps/reconciler/manifest.toml");
const EVENTS: &str = "io.cozy.calendar.events";
/// What a bill is for, in two homes that differ in nothing else.
const DIAGNOSIS: &str = "MARKER-CHEMOTHERAPY";
const OTHER: &str = "MARKER-GLASSES";
const DAY_MINUTES: i64 = 24 * 60;

/// Lines of a grant, one doctype each.
fn grants(lines: &[&str]) -> String {
    let why = "why = { en = \"To try.\", fr = \"Pour essayer.\" }\n";
    lines.join(&format!("{why}[[grant]]\n"))
}

/// Where an app looks that was granted this, and nothing that comes with it.
fn plain(doctype: &str) -> String {
    format!("doctype = \"{doctype}\"\nactions = [\"read\", \"query\", \"write\"]\n")
}

/// The same with what the reconciler may know.
fn with(doctype: &str, categories: &str) -> String {
    format!("{}with = [{categories}]\n", plain(doctype))
}

/// The manifest of one that asks for files and events, too.
fn wants_more() -> String {
    let write = |doctype: &str| format!("doctype = \"{doctype}\"\nactions = [\"write\"]\n");
    let more = grants(&[&write(FILES), &write(EVENTS)]);
    format!("{MANIFEST}\n[[grant]]\n{more}why = {{ en = \"To try.\", fr = \"Pour essayer.\" }}\n")
}

fn hostile(manifest: &str) -> Vec<u8> {
    with_manifest(domicile_guests::bytes(programs::HOSTILE_RECONCILER).unwrap(), manifest)
}

/// A house with a hostile build that asked for more and was left these, who brings bills, and one
/// who watches.
async fn betrayed(left: &[&str]) -> TempDir {
    let world = World::new().await;
    let installed = world.install_bytes(hostile(&wants_more())).await;
    for doctype in [FILES, EVENTS].into_iter().filter(|one| !left.contains(one)) {
        let doctype = doctype.parse().unwrap();
        registry::revoke(&world.house, &world.home, installed.id(), &doctype).await.unwrap();
    }
    world.install_bytes(interpreter("clerk", &with(BILLS, "\"health\""))).await;
    // What a run creates is about what it created before, too: missing refunds, then a file.
    let [files, events] = [with(FILES, "\"bills\""), with(EVENTS, "\"bills\", \"files\"")];
    let watches = grants(&[&plain(ALERTS), &files, &events]);
    world.install_bytes(interpreter("watcher", &watches)).await;
    world.folder
}

/// A home of it where a bill is for this, after a night; and what the one who watches sees.
async fn watched(house: &TempDir, diagnosis: &str, fault: Fault) -> (World, String) {
    let world = component::copy(house, fault).await;
    let own = json!({ "key": "plain", "missing": 1, "since": "2026-11-01" });
    ask(&world, "watcher", &format!("create {ALERTS} {own}")).await;
    bill(&world, "Consultation", "2026-07-01", 30.0, 19.5).await;
    let private = json!({
        "vendor": "Ameli", "date": "2026-08-03", "amount": 16.5, "type": "health_costs",
        "subtype": diagnosis, "isRefund": true,
    });
    // The clerk has looked at what is about health before.
    let made = format!("find {BILLS}\ncreate {BILLS} {private}");
    assert!(ask(&world, "clerk", &made).await.contains("Ok(1)"));
    settle(&world).await;
    later(&world, DAY_MINUTES).await;
    let mut seen = String::new();
    for doctype in [ALERTS, FILES, EVENTS] {
        for word in ["find", "count", "feed"] {
            seen += &format!(
                "{doctype} {}\n",
                ask(&world, "watcher", &format!("{word} {doctype}")).await
            );
        }
    }
    (world, seen)
}

/// The one document that holds this.
fn one(world: &World, doctype: &str, text: &str) -> Document {
    let found = world.documents(doctype).into_iter().find(|one| one.body.contains(text));
    found.unwrap_or_else(|| panic!("no document of {doctype} says {text}"))
}

fn is_about_health(label: &Label) -> bool {
    label.to_string().contains("bank@*") && label.to_string().contains("health@*")
}

/// Whether a run of it was refused this.
async fn was_refused(world: &World, wanted: &str) -> bool {
    let is_wanted = |reason: &Reason| match reason {
        Reason::NotGranted { doctype, .. } => doctype.as_str() == wanted,
        _ => false,
    };
    world.audit().await.iter().any(|line| match &line.event {
        Event::Run { refusals, .. } => refusals.iter().any(|one| is_wanted(&one.reason)),
        _ => false,
    })
}

/// All that it says reaches who it is said to.
async fn its_owner_hears(world: &World) {
    let (notices, _) = messages::notices(&world.home, 10).unwrap();
    assert!(notices.iter().all(|notice| notice.title == DIAGNOSIS), "{notices:?}");
    assert!(!notices.is_empty() && notices.iter().all(|notice| is_about_health(&notice.label)));
    let printed = one(world, LOGS, DIAGNOSIS);
    assert!(is_about_health(&printed.label), "{}", printed.label);
    let ran = runs(world);
    assert!(ran.iter().any(|run| run.outcome == "failed" && run.said == DIAGNOSIS), "{ran:?}");
    let mut owner = Browser::signed_in(world).await;
    let page = owner.visit(&format!("{HOME}/")).await.text;
    assert!(between(&page, "<blockquote>", "</blockquote>").contains(DIAGNOSIS), "{page}");
    let page = owner.visit(&format!("{HOME}/apps/reconciler")).await.text;
    assert!(between(&page, "In the background", "</section>").contains(DIAGNOSIS), "{page}");
    assert!(between(&page, "<pre class=\"console\">", "</pre>").contains(DIAGNOSIS), "{page}");
    // A page that shares them is not there to be opened.
    for doctype in [NOTICES, LOGS] {
        let page = owner.follow(&format!("{HOME}/shares/new?doctype={doctype}")).await;
        assert!(page.status.is_client_error() && !page.text.contains("MARKER"), "{}", page.text);
    }
    // Whoever is not signed in is not its owner.
    let page = Browser::new(world).visit(&format!("{HOME}/")).await.text;
    assert!(!page.contains("MARKER"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hostile_reconciler_tells_its_owner_alone_what_a_bill_is_for() {
    let house = betrayed(&[]).await;
    let (world, seen) = watched(&house, DIAGNOSIS, Fault::Nothing).await;
    let (_, other) = watched(&house, OTHER, Fault::Nothing).await;
    assert_eq!(seen, other, "the homes can be told apart");
    assert!(seen.contains("plain") && !seen.contains("MARKER"), "{seen}");
    its_owner_hears(&world).await;
    // Under the manifest of the real one it is not even installed,
    let error = registry::propose(&world.house, hostile(MANIFEST)).await.err().unwrap();
    assert!(error.to_string().contains("domicile:files/write"), "{error}");
    // and where its owner took these back there is nothing, and the trail says that it tried.
    for doctype in [FILES, EVENTS] {
        assert!(world.documents(doctype).is_empty());
        assert!(was_refused(&world, doctype).await, "{doctype}");
    }
    let trail = serde_json::to_string(&world.audit().await).unwrap();
    assert!(!trail.contains("MARKER"), "the trail holds what a guest composed: {trail}");
    // What it was granted it did write, above who watches; and its value is not there for a run
    // that knows nothing.
    assert!(is_about_health(&one(&world, ALERTS, DIAGNOSIS).label));
    for fault in [Fault::Taint, Fault::CreatesLow, Fault::StateLow, Fault::StateAbove] {
        let (_, seen) = watched(&house, DIAGNOSIS, fault).await;
        assert!(seen.contains(DIAGNOSIS), "it fails even with {fault:?}: {seen}");
    }
    for (fault, doctype) in [(Fault::NoticesLow, NOTICES), (Fault::LogsLow, LOGS)] {
        let (world, _) = watched(&house, DIAGNOSIS, fault).await;
        let label = one(&world, doctype, DIAGNOSIS).label;
        assert_eq!(label, Label::nothing(), "{fault:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_and_an_event_of_a_hostile_reconciler_lie_above_who_watches() {
    let house = betrayed(&[FILES, EVENTS]).await;
    let (world, seen) = watched(&house, DIAGNOSIS, Fault::Nothing).await;
    let (_, other) = watched(&house, OTHER, Fault::Nothing).await;
    assert_eq!(seen, other, "the homes can be told apart");
    assert!(seen.contains("plain") && !seen.contains("MARKER"), "{seen}");
    let about = "\"bank\", \"bills\", \"contacts\", \"health\"";
    let [files, events] = [with(FILES, about), with(EVENTS, &format!("{about}, \"files\""))];
    world.install_bytes(interpreter("beside", &grants(&[&files, &events]))).await;
    for doctype in [FILES, EVENTS] {
        assert!(is_about_health(&one(&world, doctype, DIAGNOSIS).label), "{doctype}");
        let said = ask(&world, "beside", &format!("find {doctype}")).await;
        assert!(said.contains(DIAGNOSIS), "who may know sees it: {said}");
    }
    for fault in [Fault::Taint, Fault::CreatesLow] {
        let (_, seen) = watched(&house, DIAGNOSIS, fault).await;
        for doctype in [FILES, EVENTS] {
            let mut lines = seen.lines().filter(|line| line.starts_with(doctype));
            let told = lines.any(|line| line.contains(DIAGNOSIS));
            assert!(told, "it fails even with {fault:?}: {doctype}: {seen}");
        }
    }
}

#[tokio::test]
async fn a_hostile_reconciler_is_no_news_to_the_operator() {
    let house = betrayed(&[]).await;
    let told = async |diagnosis: &str| {
        let (tape, _guard) = Tape::record("warn");
        let (world, _) = watched(&house, diagnosis, Fault::Nothing).await;
        let failed = runs(&world).iter().any(|run| run.outcome == "failed");
        world.home.store().flush().await.unwrap();
        let World { house, home, folder } = world;
        drop((house, home));
        (tape.text() + &operator::shown(&folder), failed)
    };
    let ((seen, failed), (other, other_failed)) = (told(DIAGNOSIS).await, told("Glasses").await);
    assert!(failed && !other_failed, "only one of them finds what it looks for");
    assert_eq!(seen, other, "the operator can tell the homes apart");
    assert!(seen.contains("home: sound") && seen.contains("reconciler"), "{seen}");
    assert!(!seen.contains("MARKER"), "{seen}");
    let (tape, _guard) = Tape::record("warn");
    tracing::warn!("what the server has to say itself is recorded");
    assert!(tape.text().contains("recorded"));
}

/// The owner's page of the app, and the token of its forms.
async fn refunds(browser: &mut Browser, path: &str) -> (String, String) {
    let page = browser.send(&format!("{REFUNDS}{path}"), None, &BY_SCRIPT).await.text;
    let token = page.split_once("name=\"-token\" value=\"").map(|(_, rest)| rest.split('"'));
    let token = token.and_then(|mut parts| parts.next()).unwrap_or_default().to_owned();
    (page, token)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_decision_is_seen_and_taken_back() {
    let world = household().await;
    bill(&world, "Lunettes", "2026-08-10", 80.0, 44.0).await;
    let may = [DECISIONS, ALERTS].map(plain);
    world.install_bytes(interpreter("meddler", &grants(&[&may[0], &may[1]]))).await;
    let alert_of = |what: &str| format!("refund:{}", one(&world, BILLS, what).id);
    // That one refund is settled, and that the owner was told of the other.
    let (settled, told) = (alert_of("Radiographie"), alert_of("Lunettes"));
    let decision = json!({
        "decision": "dismiss", "alert": settled, "on": "2026-11-23", "about": "Pharmacy",
    });
    let alert = json!({
        "key": told, "missing": 4400, "since": "2026-08-10",
        "told": { "missing": 4400, "on": "2026-11-22", "sure": true },
    });
    let forged = format!("create {DECISIONS} {decision}\ncreate {ALERTS} {alert}");
    assert_eq!(ask(&world, "meddler", &forged).await.matches("Ok(1)").count(), 2);
    settle(&world).await;
    // Both hold: an app that may write decisions decides.
    let alerts = world.documents(ALERTS);
    assert!(alerts.len() == 1 && alerts[0].body.contains("Lunettes"), "{alerts:?}");
    assert!(messages::notices(&world.home, 10).unwrap().0.is_empty());

    // Not behind the owner's back. What came of it says whose doing it may be,
    let expense = one(&world, EXPENSES, "Radiographie");
    let meddler = Actor::App("meddler".parse().unwrap());
    assert!(expense.influence.contains(&meddler), "{:?}", expense.influence);
    let wrote = |event: &Event| match event {
        Event::Wrote { doctype, .. } => doctype.as_str() == DECISIONS,
        _ => false,
    };
    let trail = world.audit().await;
    assert!(trail.iter().any(|line| line.component == "meddler" && wrote(&line.event)));
    // the expense is still one that is not paid back,
    let body: Value = serde_json::from_str(&expense.body).unwrap();
    assert_eq!(body["state"], "missing", "{body}");
    // and the app's first page counts it, shows the other alert, and leads to the decision.
    let mut browser = Browser::signed_in(&world).await;
    let first = browser.frame("refunds").await.text;
    assert!(first.contains("1 missing refund counts as settled"), "{first}");
    assert!(first.contains("Lunettes") && !first.contains("Radiographie"), "{first}");
    let (page, token) = refunds(&mut browser, "/decisions").await;
    assert!(page.contains("Pharmacy") && page.contains("Take back"), "{page}");
    let id = world.documents(DECISIONS).remove(0).id;
    let (forget, form) = (format!("{REFUNDS}/decisions/{id}/forget"), format!("-token={token}"));
    let answer = browser.post(&forget, &form, REFUNDS).await.text;
    assert!(answer.contains("You have decided nothing yet."), "{answer}");
    later(&world, DAY_MINUTES).await;
    assert_eq!(world.documents(ALERTS).len(), 2, "it stands again");
    let (notices, _) = messages::notices(&world.home, 10).unwrap();
    assert!(notices.len() == 1 && notices[0].text.contains("Radiographie"), "{notices:?}");
}

/// What a spreadsheet, a page or a terminal would take for its own, as long as a bill may say it.
fn evil() -> String {
    let head = "=cmd|' /C calc'!A0<script>alert(1)</script>\u{202e}\u{1b}[2J";
    format!("{head}{}", "x".repeat(280 - head.len()))
}

/// Payers of one act: with Ameli, as many as a reconciler knows.
const PAYERS: usize = 499;

/// An act of which five hundred payers say each that they pay some of it.
async fn five_hundred_bills(world: &World) {
    for some in (1..=PAYERS).collect::<Vec<_>>().chunks(50) {
        let line = |n: &usize| {
            // Numbers alone are no name.
            let name: String =
                n.to_string().bytes().map(|digit| char::from(digit - b'0' + b'a')).collect();
            let refund = *n as f64 / 100.0;
            let body = json!({
                "vendor": format!("=1+{name}{name} \u{202e}<b>{}", "W ".repeat(100)),
                "subtype": evil(), "date": "2026-08-20", "amount": refund, "groupAmount": refund,
                "currency": "EUR", "type": "health_costs", "isRefund": true,
                "originalDate": "2026-08-20", "originalAmount": 90.0, "beneficiary": "Camille",
            });
            format!("create {BILLS} {body}\n")
        };
        let made = ask(world, "clerk", &some.iter().map(line).collect::<String>()).await;
        assert_eq!(made.matches("Ok(1)").count(), some.len(), "{made}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bills_made_to_do_harm_end_no_run_and_hide_no_other() {
    let world = household().await;
    // A label of 10 MB: as much of it as a line shows.
    let long = format!("{}{}", "&lt;b&gt;=1+1 ", "x".repeat(10 << 20));
    let statement =
        STATEMENT.replace("<FITID>A1", "<FITID>LONG").replace("CB MARKER-GROCER", &long);
    world.import("long.ofx", statement).await.unwrap();
    let label = one(&world, OPERATIONS, "=1+1").body;
    assert!(label.len() < 2_000, "{} bytes", label.len());
    // Longer than a bill may say: there is no such bill.
    let long = json!({ "vendor": "x".repeat(1 << 20), "date": "2026-08-20", "amount": 1 });
    let refused = ask(&world, "clerk", &format!("create {BILLS} {long}")).await;
    assert!(refused.contains("Invalid"), "{refused}");
    assert_eq!(world.documents(BILLS).len(), 2);
    five_hundred_bills(&world).await;

    settle(&world).await;
    let ran = runs(&world);
    assert!(!ran.is_empty() && ran.iter().all(|run| run.outcome == "done"), "{ran:?}");
    assert_eq!(world.documents(EXPENSES).len(), 3, "two, and one of all of these");
    // The others are put together as if there were none of these.
    let state = |what: &str| {
        let body: Value = serde_json::from_str(&one(&world, EXPENSES, what).body).unwrap();
        body["state"].clone()
    };
    assert_eq!(
        (state("Consultation"), state("Radiographie")),
        ("received".into(), "missing".into())
    );
    one(&world, ALERTS, "Radiographie");
    let (notices, _) = messages::notices(&world.home, 100).unwrap();
    assert!((1..=20).contains(&notices.len()), "{}", notices.len());
    assert!(notices.iter().any(|notice| notice.text.contains("Radiographie")), "{notices:?}");
    let is_odd = |c: char| c.is_control() || c == '\u{202e}';
    for notice in &notices {
        assert!(!notice.title.contains(is_odd) && !notice.text.contains(is_odd), "{notice:?}");
    }
    for document in [EXPENSES, ALERTS].iter().flat_map(|doctype| world.documents(doctype)) {
        assert!(document.body.len() < 64 << 10, "{} bytes", document.body.len());
        // JSON writes control characters as escapes.
        let body = document.body;
        assert!(!body.contains('\u{202e}') && !body.contains("\\u001b"), "{body}");
    }
    // Another night finds nothing to do.
    let count = notices.len();
    later(&world, DAY_MINUTES).await;
    assert_eq!(messages::notices(&world.home, 100).unwrap().0.len(), count);
    let mut browser = Browser::signed_in(&world).await;
    let page = browser.frame("refunds").await.text;
    assert!(page.contains("Radiographie") && !page.contains("<script>alert"), "{page}");
}
