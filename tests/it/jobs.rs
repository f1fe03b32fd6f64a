//! Services that run by themselves: when, for what, how often, and what their owner sees of it.

use std::time::Duration;

use axum::http::StatusCode;
use domicile::flow::Fault;
use domicile::flow::audit::{AuditEntry, Event};
use domicile::jobs::{self, Overview, Ran};
use domicile::registry;
use domicile_guests as guests;
use domicile_policy::{CauseKind, Doctype, Influence, Label, ReadScope};
use domicile_store::Query;
use jiff::{SignedDuration, Timestamp};

use crate::browser::{BANKS, Browser, HOME, between};
use crate::exfil::component::with_manifest;
use crate::support::World;

const NOTES: &str = "io.cozy.notes";
const CONTACTS: &str = "io.cozy.contacts";
/// What takes longer does not happen at all.
const PATIENCE: Duration = Duration::from_secs(60);
/// All that the scribe and the writer need.
const NOTE_GRANT: &str =
    "doctype = \"io.cozy.notes\"\nactions = [\"read\", \"query\", \"write\"]\n";

/// The test program `service_scribe` with this trigger; without grants it gets that of notes.
pub fn service(id: &str, trigger: &str, grants: &[&str]) -> Vec<u8> {
    manifested(id, "service", trigger, grants, guests::programs::SERVICE_SCRIBE)
}

fn manifested(id: &str, kind: &str, trigger: &str, grants: &[&str], program: &str) -> Vec<u8> {
    let mut manifest = format!(
        "[component]\nid = \"{id}\"\nkind = \"{kind}\"\nversion = \"0.1.0\"\npublisher = \"Anyone\"\n\
         name = {{ en = \"{id}\", fr = \"{id}\" }}\n\
         description = {{ en = \"Notes its runs.\", fr = \"Note ses exécutions.\" }}\n"
    );
    if !trigger.is_empty() {
        manifest.push_str(&format!("[trigger]\n{trigger}\n"));
    }
    for grant in if grants.is_empty() { &[NOTE_GRANT][..] } else { grants } {
        let why = "why = { en = \"To try.\", fr = \"Pour essayer.\" }";
        manifest.push_str(&format!("[[grant]]\n{grant}{why}\n"));
    }
    with_manifest(guests::bytes(program).unwrap(), &manifest)
}

/// A home with the scribe, started by this, and an app that writes notes.
async fn with_scribe(trigger: &str) -> World {
    let world = World::new().await;
    world.install_bytes(service("scribe", trigger, &[])).await;
    with_writer(world).await
}

async fn with_writer(world: World) -> World {
    let program = guests::programs::FLOW_INTERPRETER;
    world.install_bytes(manifested("writer", "app", "", &[], program)).await;
    world
}

/// The app does this in the owner's name.
async fn write(world: &World, program: &str) {
    let nothing = (Label::nothing(), Influence::nobody());
    world.visit("writer", &format!("/{program}"), Some(nothing)).await.unwrap();
}

async fn note(world: &World, title: &str) {
    write(world, &format!("create io.cozy.notes {{\"title\":\"{title}\"}}")).await;
}

async fn settle(world: &World) -> Option<Timestamp> {
    jobs::settle(&world.house, &world.home).await.unwrap()
}

/// So many minutes later.
async fn later(world: &World, minutes: i64) -> Option<Timestamp> {
    world.house.clock().advance(SignedDuration::from_mins(minutes));
    settle(world).await
}

fn overview(world: &World, id: &str) -> Overview {
    let installed = registry::find(&world.home, &id.parse().unwrap()).unwrap();
    jobs::overview(&world.house, &world.home, &installed).unwrap()
}

fn runs(world: &World, id: &str) -> Vec<Ran> {
    overview(world, id).runs
}

/// Wait for what another task does.
async fn until(holds: impl Fn() -> bool) {
    let wait = async {
        while !holds() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, wait).await.expect("it did not happen");
}

/// The lines of the trail about runs of tasks.
async fn tasks(world: &World) -> Vec<AuditEntry> {
    let is_task = |entry: &AuditEntry| match &entry.event {
        Event::Run { entrance, .. } => entrance == "task",
        _ => false,
    };
    world.audit().await.into_iter().filter(is_task).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schedule_has_its_slot_and_missed_ones_count_once() {
    let world = with_scribe("schedule = \"@daily\"").await;
    let next = settle(&world).await.expect("the first night");
    assert!(runs(&world, "scribe").is_empty(), "nothing runs at the install");
    let night = next.to_zoned_datetime(jiff::tz::TimeZone::get("Europe/Paris").unwrap());
    assert!(night.hour() < 5, "{night}");
    assert_eq!(overview(&world, "scribe").next, Some(next));
    later(&world, 24 * 60).await;
    let ran = runs(&world, "scribe");
    assert_eq!((ran.len(), ran[0].cause, &ran[0].outcome[..]), (1, CauseKind::Schedule, "done"));
    let next = later(&world, 10 * 24 * 60).await.unwrap();
    assert_eq!(runs(&world, "scribe").len(), 2, "ten nights were missed");
    assert!(next > world.house.clock().now());
    let lines = tasks(&world).await;
    assert!(matches!(&lines[0].event, Event::Run { cause: CauseKind::Schedule, .. }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_storm_of_changes_is_one_run_at_the_label_of_what_changed() {
    let world = with_scribe("events = [\"io.cozy.notes\"]").await;
    settle(&world).await;
    assert!(runs(&world, "scribe").is_empty(), "nothing is there yet");
    for number in 0..20 {
        note(&world, &format!("note {number}")).await;
    }
    settle(&world).await;
    assert_eq!(runs(&world, "scribe").len(), 1, "its own note starts it no more");
    let lines = tasks(&world).await;
    let [line] = &lines[..] else { panic!("one run, one line") };
    let Event::Run { cause, about, label, .. } = &line.event else { unreachable!() };
    assert_eq!(
        (*cause, about.as_ref().unwrap().to_string()),
        (CauseKind::Event, "notes@self".into())
    );
    assert_eq!(label.to_string(), "notes@*", "it looked for its orders");
    let written = world.documents(NOTES);
    assert!(written.iter().any(|note| note.body.contains("ran by Event(\\\"io.cozy.notes\\\")")));

    note(&world, "one more").await;
    settle(&world).await;
    assert_eq!(runs(&world, "scribe").len(), 1, "not twice in a minute");
    later(&world, 1).await;
    assert_eq!(runs(&world, "scribe").len(), 2);
    later(&world, 600).await;
    assert_eq!(runs(&world, "scribe").len(), 2, "nothing changed but by itself");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changed_before_a_crash_has_its_run_after_it() {
    let world = with_scribe("events = [\"io.cozy.notes\"]").await;
    settle(&world).await;
    note(&world, "just before").await;
    let World { house, home, folder } = world;
    // Without a word: nothing is flushed, sealed or noted.
    drop((home, house));
    let world = World::at(folder, Fault::Nothing).await;
    assert!(runs(&world, "scribe").is_empty());
    settle(&world).await;
    assert_eq!(runs(&world, "scribe").len(), 1);
    settle(&world).await;
    assert_eq!(runs(&world, "scribe").len(), 1, "and only one");
}

#[tokio::test(flavor = "multi_thread")]
async fn services_that_wake_each_other_come_to_rest() {
    let world = World::new().await;
    let reads = |of: &str, with: &str| {
        format!("doctype = \"{of}\"\nactions = [\"query\", \"write\"]\nwith = [\"{with}\"]\n")
    };
    let ping =
        [&reads(NOTES, "contacts")[..], "doctype = \"io.cozy.contacts\"\nactions = [\"write\"]\n"];
    let pong =
        [&reads(CONTACTS, "notes")[..], "doctype = \"io.cozy.notes\"\nactions = [\"write\"]\n"];
    world.install_bytes(service("ping", "events = [\"io.cozy.notes\"]", &ping)).await;
    world.install_bytes(service("pong", "events = [\"io.cozy.contacts\"]", &pong)).await;
    let world = with_writer(world).await;
    note(&world, "begin").await;
    let end = world.house.clock().now() + SignedDuration::from_hours(6);
    let live = async {
        let mut next = settle(&world).await;
        while let Some(due) = next.filter(|due| *due < end) {
            let now = world.house.clock().now();
            world.house.clock().advance(due.duration_since(now));
            next = settle(&world).await;
        }
        assert!(next.is_some(), "they do wake each other for ever");
    };
    tokio::time::timeout(PATIENCE, live).await.expect("they come to no rest");
    // Each run leaves a contact.
    let (doctype, admitted) = (CONTACTS.parse().unwrap(), Label::everything());
    let scope = ReadScope { doctype, admitted, fields: None, rows: None };
    let count = world.home.store().count(&scope, &Query::new("{}")).unwrap();
    assert!((20..80).contains(&count), "{count} runs in six hours");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_after_a_look_starts_nothing_and_is_told_as_text() {
    let world = with_scribe("events = [\"io.cozy.notes\"]").await;
    write(&world, "create io.cozy.notes {\"title\":\"order\",\"content\":\"fail <b>no ink</b>\"}")
        .await;
    settle(&world).await;
    later(&world, 60).await;
    let ran = runs(&world, "scribe");
    // It looked at notes of every origin: a second try would begin below that, and tell of it.
    assert_eq!(ran.len(), 1, "{ran:?}");
    assert_eq!((ran[0].outcome.as_str(), ran[0].said.as_str()), ("failed", "<b>no ink</b>"));
    let mut browser = Browser::signed_in(&world).await;
    let page = browser.visit(&format!("{HOME}/apps/scribe")).await.text;
    let card = between(&page, "In the background", "</section>");
    assert!(card.contains("&#60;b&#62;no ink") && !card.contains("<b>"), "{card}");
    assert!(card.contains("a start by an event: notes"), "{card}");

    write(&world, "update io.cozy.notes {\"title\":\"order\",\"content\":\"panic\"}").await;
    later(&world, 60).await;
    assert_eq!(runs(&world, "scribe")[0].outcome, "crashed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_holds_everything_but_its_owner() {
    let world = with_scribe("schedule = \"@every 5m\"\nevents = [\"io.cozy.notes\"]").await;
    settle(&world).await;
    let mut browser = Browser::signed_in(&world).await;
    let act = async |browser: &mut Browser, act: &str| {
        let answer = browser.post(&format!("{HOME}/apps/scribe/{act}"), "", HOME).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    };
    act(&mut browser, "pause").await;
    note(&world, "something new").await;
    assert_eq!(later(&world, 60).await, None, "nothing is due");
    assert!(runs(&world, "scribe").is_empty());
    let page = browser.visit(&format!("{HOME}/apps/scribe")).await.text;
    assert!(page.contains("nothing is due") && page.contains("/apps/scribe/resume"), "{page}");

    act(&mut browser, "run").await;
    until(|| !overview(&world, "scribe").at_work).await;
    let ran = runs(&world, "scribe");
    assert_eq!((ran.len(), ran[0].cause), (1, CauseKind::Owner));
    act(&mut browser, "resume").await;
    settle(&world).await;
    let causes: Vec<CauseKind> = runs(&world, "scribe").iter().map(|ran| ran.cause).collect();
    assert_eq!(causes.len(), 3, "{causes:?}");
    assert!(causes.contains(&CauseKind::Schedule) && causes.contains(&CauseKind::Event));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_taken_back_starts_nothing_and_nothing_stays_of_what_is_gone() {
    let world = with_scribe("events = [\"io.cozy.notes\"]").await;
    note(&world, "one").await;
    settle(&world).await;
    let (id, notes): (_, Doctype) = ("scribe".parse().unwrap(), NOTES.parse().unwrap());
    registry::revoke(&world.house, &world.home, &id, &notes).await.unwrap();
    note(&world, "two").await;
    later(&world, 60).await;
    assert_eq!(runs(&world, "scribe").len(), 1);
    registry::allow(&world.house, &world.home, &id, &notes).await.unwrap();
    settle(&world).await;
    assert_eq!(runs(&world, "scribe").len(), 2, "what came meanwhile is news now");

    // A version that asks for another event has it by the consent to that version alone.
    world.install_bytes(service("scribe", "schedule = \"@weekly\"", &[])).await;
    note(&world, "three").await;
    later(&world, 60).await;
    assert_eq!(runs(&world, "scribe").len(), 2);

    registry::remove(&world.house, &world.home, &id).await.unwrap();
    assert_eq!(later(&world, 60 * 24 * 40).await, None);
    assert!(world.home.store().records(registry::OF_COMPONENTS).unwrap().is_empty());
    world.install_bytes(service("scribe", "events = [\"io.cozy.notes\"]", &[])).await;
    assert!(runs(&world, "scribe").is_empty(), "it begins anew");
    settle(&world).await;
    assert_eq!(runs(&world, "scribe").len(), 1, "what is there already is news to it");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_path_gives_a_job_an_argument() {
    let world = with_scribe("events = [\"io.cozy.notes\"]").await;
    // An app has no trigger to declare, and what is not in the contract can't be imported (B02).
    let trigger = "schedule = \"@every 5m\"";
    let app = manifested("timer", "app", trigger, &[], guests::programs::FLOW_INTERPRETER);
    let refused = registry::propose(&world.house, app).await.err().unwrap().to_string();
    assert!(
        refused.contains("only a service or a konnector runs without a page or a file"),
        "{refused}"
    );
    // A page of an app can't press the owner's button, and what it would add to it is not read.
    let mut browser = Browser::signed_in(&world).await;
    let button = format!("{HOME}/apps/scribe/run");
    assert_eq!(browser.post(&button, "argument=SECRET", BANKS).await.status, StatusCode::FORBIDDEN);
    assert!(runs(&world, "scribe").is_empty());
    browser.post(&format!("{button}?argument=SECRET"), "argument=SECRET", HOME).await;
    until(|| !overview(&world, "scribe").at_work).await;
    // A document says no more than its doctype: the service reads it with its own grants.
    note(&world, "SECRET").await;
    settle(&world).await;
    let of_scribe = |title: &str| title.contains("ran by");
    let said: Vec<String> = world.documents(NOTES).into_iter().map(|note| note.body).collect();
    let said: Vec<&String> = said.iter().filter(|body| of_scribe(body)).collect();
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said.iter().all(|body| !body.contains("SECRET")), "{said:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_server_hears_of_changes() {
    let world = with_scribe("events = [\"io.cozy.notes\"]").await;
    let house = world.house.clone();
    let serving = tokio::spawn(async move { jobs::serve(&house).await });
    note(&world, "something new").await;
    until(|| !runs(&world, "scribe").is_empty()).await;
    serving.abort();
    let ran = runs(&world, "scribe");
    assert_eq!((ran.len(), ran[0].cause), (1, CauseKind::Event));
    assert_eq!(ran[0].about.to_string(), "notes@self");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_home_is_opened_for_its_jobs() {
    let world = with_scribe("schedule = \"@every 5m\"").await;
    settle(&world).await;
    let World { house, home, folder } = world;
    let name = home.name().clone();
    drop(home);
    house.clock().advance(SignedDuration::from_mins(60));
    assert_eq!(house.close_idle(), 1);
    // It is not opened here: the store's file says that somebody else did.
    let trail = folder.path().join("homes/home/store.redb");
    let written = || std::fs::metadata(&trail).unwrap().modified().unwrap();
    let before = written();
    let served = house.clone();
    let serving = tokio::spawn(async move { jobs::serve(&served).await });
    until(|| written() > before).await;
    let home = house.home(&name).unwrap();
    let installed = registry::find(&home, &"scribe".parse().unwrap()).unwrap();
    until(|| !jobs::overview(&house, &home, &installed).unwrap().runs.is_empty()).await;
    serving.abort();
    let ran = jobs::overview(&house, &home, &installed).unwrap().runs;
    assert_eq!(ran.len(), 1, "once for all the slots that were missed");
}
