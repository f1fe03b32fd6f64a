//! The refund that never came, as a home finds it: a service that hears of bills and of operations,
//! an app that shows what it found, and a decision that the service keeps to.

use domicile::flow::messages;
use domicile::jobs::{self, Ran};
use domicile::registry;
use domicile_guests as guests;
use domicile_policy::{CauseKind, Influence, Label};
use jiff::SignedDuration;

use crate::browser::{BY_SCRIPT, Browser, between};
use crate::exfil::component::with_manifest;
use crate::support::{STATEMENT, World, text};

pub const REFUNDS: &str = "http://refunds.home.localhost:8080";
pub const BILLS: &str = "io.cozy.bills";
pub const ALERTS: &str = "io.domicile.reconciliation.alerts";
pub const EXPENSES: &str = "io.domicile.reconciliation.expenses";
pub const DECISIONS: &str = "io.domicile.reconciliation.decisions";
/// All that may be about bills, and the bank.
const ABOUT: &str = "bank@* bills@* files@* health@*";

/// The test program that does what its path says, with this grant.
pub fn interpreter(id: &str, grant: &str) -> Vec<u8> {
    let manifest = format!(
        "[component]\nid = \"{id}\"\nkind = \"app\"\nversion = \"0.1.0\"\npublisher = \"Anyone\"\n\
         name = {{ en = \"{id}\", fr = \"{id}\" }}\n\
         description = {{ en = \"Does as told.\", fr = \"Fait ce qu'on dit.\" }}\n\
         [[grant]]\n{grant}why = {{ en = \"To try.\", fr = \"Pour essayer.\" }}\n"
    );
    with_manifest(guests::bytes(guests::programs::FLOW_INTERPRETER).unwrap(), &manifest)
}

pub async fn ask(world: &World, app: &str, program: &str) -> String {
    let nothing = (Label::nothing(), Influence::nobody());
    text(&world.visit(app, &format!("/{program}"), Some(nothing)).await.unwrap())
}

/// An OFX statement with these operations: day, amount, label.
fn statement(operations: &[(&str, &str, &str)]) -> String {
    let (head, rest) = STATEMENT.split_once("<STMTTRN>").unwrap();
    let tail = rest.rsplit_once("</STMTTRN>").unwrap().1;
    let line = |(at, (day, amount, label)): (usize, &(&str, &str, &str))| {
        let kind = if amount.starts_with('-') { "DEBIT" } else { "CREDIT" };
        format!(
            "<STMTTRN><TRNTYPE>{kind}<DTPOSTED>{day}<TRNAMT>{amount}<FITID>R{at}<NAME>{label}</STMTTRN>"
        )
    };
    let lines: String = operations.iter().enumerate().map(line).collect();
    format!("{head}{lines}{tail}")
}

pub async fn bill(world: &World, what: &str, day: &str, spent: f64, refund: f64) {
    let body = format!(
        "{{\"vendor\":\"Ameli\",\"date\":\"{day}\",\"amount\":{refund},\"currency\":\"EUR\",\
         \"type\":\"health_costs\",\"subtype\":\"{what}\",\"isRefund\":true,\
         \"originalDate\":\"{day}\",\"originalAmount\":{spent},\"groupAmount\":{refund},\
         \"beneficiary\":\"Camille\"}}"
    );
    let made = ask(world, "clerk", &format!("create {BILLS} {body}")).await;
    assert!(made.contains("Ok(1)"), "{made}");
}

/// Bills of two acts, a bank that knows of one refund, and who puts them together.
pub async fn household() -> World {
    let world = World::new().await;
    for path in [guests::KONNECTOR_OFX, guests::RECONCILER, guests::REFUNDS] {
        world.install(path).await;
    }
    let grant = format!("doctype = \"{BILLS}\"\nactions = [\"read\", \"query\", \"write\"]\n");
    world.install_bytes(interpreter("clerk", &grant)).await;
    bill(&world, "Consultation", "2026-07-01", 30.0, 19.5).await;
    bill(&world, "Radiographie", "2026-08-03", 25.0, 16.5).await;
    let operations = [
        ("20260502", "1800.00", "SALARY"),
        ("20260602", "1800.00", "SALARY"),
        ("20260701", "-30.00", "CB DR MARTIN"),
        ("20260704", "19.50", "VIR CPAM PARIS"),
        ("20260803", "-25.00", "CB DR MARTIN"),
        ("20260902", "1800.00", "SALARY"),
        ("20261002", "1800.00", "SALARY"),
        ("20261120", "-42.50", "CB MARKER-GROCER"),
    ];
    world.and_statement(&statement(&operations)).await
}

pub async fn settle(world: &World) {
    jobs::settle(&world.house, &world.home).await.unwrap();
}

pub async fn later(world: &World, minutes: i64) {
    world.house.clock().advance(SignedDuration::from_mins(minutes));
    settle(world).await;
}

pub fn runs(world: &World) -> Vec<Ran> {
    let installed = registry::find(&world.home, &"reconciler".parse().unwrap()).unwrap();
    jobs::overview(&world.house, &world.home, &installed).unwrap().runs
}

/// Ids and revisions of all that the service keeps.
fn kept(world: &World) -> Vec<(String, String)> {
    let all = [EXPENSES, ALERTS].map(|doctype| world.documents(doctype));
    all.into_iter().flatten().map(|one| (one.id, one.revision)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_never_came_is_told_once_and_what_its_owner_decides_holds() {
    let world = household().await;
    settle(&world).await;
    // One heard of bills and one of operations, and both worked at once.
    let ran = runs(&world);
    assert!(ran.len() >= 2, "{ran:?}");
    assert!(ran.iter().all(|run| run.is_done() && run.cause == CauseKind::Event), "{ran:?}");
    let (expenses, alerts) = (world.documents(EXPENSES), world.documents(ALERTS));
    assert_eq!((expenses.len(), alerts.len()), (2, 1), "each once");
    assert!(expenses.iter().chain(&alerts).all(|one| one.label.to_string() == ABOUT));
    assert!(alerts[0].body.contains("Radiographie"), "{}", alerts[0].body);
    let (notices, _) = messages::notices(&world.home, 10).unwrap();
    assert_eq!(notices.len(), 1, "{notices:?}");
    assert!(notices[0].title.contains("16.50") && notices[0].title.contains("Ameli"));
    assert_eq!(notices[0].label.to_string(), ABOUT);

    let before = kept(&world);
    later(&world, 24 * 60).await;
    assert_eq!(runs(&world)[0].cause, CauseKind::Schedule);
    assert_eq!(kept(&world), before, "nothing is new");
    assert_eq!(messages::notices(&world.home, 10).unwrap().0.len(), 1);

    let mut browser = Browser::signed_in(&world).await;
    let page = browser.frame("refunds").await.text;
    assert!(page.contains("Radiographie") && page.contains("16.50"), "{page}");
    assert!(!page.contains("Consultation"), "{page}");
    let alert = between(&page, "href=\"/alerts/", "\"").to_owned();
    let address = format!("{REFUNDS}/alerts/{alert}");
    let letter = browser.send(&format!("{address}/letter"), None, &BY_SCRIPT).await.text;
    assert!(letter.contains("Dear Sir or Madam,"), "{letter}");
    let page = browser.send(&format!("{REFUNDS}/expenses"), None, &BY_SCRIPT).await.text;
    assert_eq!(page.matches("href=\"/expenses/").count(), 2, "{page}");
    let page = browser.send(&address, None, &BY_SCRIPT).await.text;
    let token = between(&page, "name=\"-token\" value=\"", "\"").to_owned();
    let (settle, form) = (format!("{address}/settle"), format!("-token={token}"));
    let answer = browser.post(&settle, &form, REFUNDS).await.text;
    assert!(answer.contains("Your decision is kept."), "{answer}");
    assert_eq!(world.documents(DECISIONS)[0].label.to_string(), ABOUT);

    later(&world, 1).await;
    assert!(world.documents(ALERTS).is_empty(), "it is settled");
    assert_eq!(messages::notices(&world.home, 10).unwrap().0.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_found_is_above_who_may_not_know_of_the_bank() {
    let world = household().await;
    let grant = format!("doctype = \"{ALERTS}\"\nactions = [\"read\", \"query\", \"write\"]\n");
    let with = "with = [\"bank\", \"files\", \"health\"]\n";
    world.install_bytes(interpreter("below", &grant)).await;
    world.install_bytes(interpreter("beside", &format!("{grant}{with}"))).await;
    let looks = async |app: &str| {
        let found = ask(&world, app, &format!("find {ALERTS}")).await;
        let count = ask(&world, app, &format!("count {ALERTS}")).await;
        let feed = ask(&world, app, &format!("feed {ALERTS}")).await;
        format!("{found} {count} {feed}")
    };
    let before = looks("below").await;
    settle(&world).await;
    assert_eq!(world.documents(ALERTS).len(), 1);
    assert_eq!(looks("below").await, before, "as if nothing were there");
    assert!(looks("beside").await.contains("Radiographie"), "who may know sees it");
}
