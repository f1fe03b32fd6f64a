//! Declared gates: what an app answers leaves as one number of a few, a day late, and says no more.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use domicile::flow::Fault;
use domicile::flow::audit::{AuditFilter, Event, entries};
use domicile::registry;
use domicile_guests as guests;
use domicile_policy::{Influence, Label};
use jiff::SignedDuration;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use crate::browser::{Answer, Browser, HOME, between};
use crate::exfil::{attack, component};
use crate::support::{STATEMENT, World};

const DAY: SignedDuration = SignedDuration::from_hours(24);
const LOOK: &str = "find io.cozy.bank.operations";

/// The one of the colluders who knows the bank, with a gate.
pub fn walker(text: &str) -> Vec<u8> {
    let writer = attack::folder().join("manifests/writer.toml");
    let writer = std::fs::read_to_string(writer).unwrap().replace("\"writer\"", "\"walker\"");
    let text = format!("text = {{ en = \"{text}\", fr = \"{text}\" }}");
    let range = "min = 0\nmax = 100000\nstep = 100\nper = \"day\"\n";
    let manifest = format!("{writer}[[gate]]\nname = \"steps\"\n{text}\n{range}");
    let bytes = guests::bytes(guests::programs::FLOW_INTERPRETER).unwrap();
    component::with_manifest(bytes, &manifest)
}

async fn with_gate(statement: &str) -> World {
    let world = component::colluders(Fault::Nothing).await.and_statement(statement).await;
    world.install_bytes(walker("Steps")).await;
    world
}

async fn run(world: &World, program: &str) -> String {
    let nothing = (Label::nothing(), Influence::nobody());
    let page = world.visit("walker", &format!("/{program}"), Some(nothing)).await.unwrap();
    crate::support::text(&page)
}

/// The owner makes a link.
async fn linked(world: &World) -> String {
    let mut owner = Browser::signed_in(world).await;
    let page = owner.follow(&format!("{HOME}/gates/new?app=walker&gate=steps")).await.text;
    assert!(page.contains("bank") && page.contains("At most 10 bits a day"), "{page}");
    let shown = between(&page, "name=\"shown\" value=\"", "\"");
    let form = format!("app=walker&gate=steps&days=30&shown={shown}");
    let made = owner.post(&format!("{HOME}/gates"), &form, HOME).await.text;
    format!("{HOME}/gate/{}", between(&made, "/gate/", "<"))
}

async fn open(world: &World, link: &str) -> Answer {
    Browser::new(world).visit(link).await
}

async fn seen(world: &World, link: &str) -> String {
    let page = open(world, link).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    between(&page.text, "<output class=\"big\">", "</output>").trim().to_owned()
}

/// How many bits went through, each time.
async fn released(world: &World) -> Vec<u64> {
    let bits = |event: Event| match event {
        Event::GateReleased { bits, .. } => Some(bits),
        _ => None,
    };
    world.home.store().flush().await.unwrap();
    let all = AuditFilter { limit: 10_000, ..AuditFilter::default() };
    entries(&world.home, &all).unwrap().into_iter().filter_map(|one| bits(one.event)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_cut_to_the_range_and_leaves_the_day_after() {
    let world = with_gate(STATEMENT).await;
    let link = linked(&world).await;
    for (said, through) in [
        ("4250", "4200"),
        ("-1", "0"),
        ("100001", "100000"),
        ("9223372036854775807", "100000"),
        ("-9223372036854775808", "0"),
        ("99", "0"),
        ("100", "100"),
    ] {
        run(&world, &format!("{LOOK}\nanswer steps {said}")).await;
        assert_ne!(seen(&world, &link).await, through, "it is there already");
        world.house.clock().advance(DAY);
        assert_eq!(seen(&world, &link).await, through, "{said}");
        world.house.clock().advance(DAY);
        assert_eq!(seen(&world, &link).await, "-", "it stays for a second day");
    }
    let mut owner = Browser::signed_in(&world).await;
    let left = owner.visit(&format!("{HOME}/audit/left?month=2026-11")).await.text;
    for line in ["You made a link for the gate steps", "let an answer through (10 bits)"] {
        assert!(left.contains(line), "{left}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_answers_tell_one() {
    let world = with_gate(STATEMENT).await;
    let link = linked(&world).await;
    let many: String = (0..1000).map(|at| format!("answer steps {}\n", at * 100)).collect();
    run(&world, &many).await;
    run(&world, &format!("{LOOK}\n{many}answer steps 700")).await;
    world.house.clock().advance(DAY);
    for _ in 0..3 {
        assert_eq!(seen(&world, &link).await, "700");
    }
    let (another, third) = (linked(&world).await, linked(&world).await);
    for link in [another, third] {
        assert_eq!(seen(&world, &link).await, "700");
    }
    assert_eq!(released(&world).await, [10], "once a day, however many ask");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_app_did_not_declare_is_no_gate() {
    let world = with_gate(STATEMENT).await;
    let link = linked(&world).await;
    let told = run(&world, "answer other 5\nanswer steps 5").await;
    assert_eq!(run(&world, "answer steps 5\nanswer steps 5").await, told, "it is told apart");
    // An app without any gate asks for its neighbour's.
    let nothing = (Label::nothing(), Influence::nobody());
    let by_other = world.visit("writer", "/answer steps 9900", Some(nothing)).await.unwrap();
    assert_eq!(crate::support::text(&by_other).trim(), "");
    world.house.clock().advance(DAY);
    assert_eq!(seen(&world, &link).await, "0");
    world.home.store().flush().await.unwrap();
    let mut owner = Browser::signed_in(&world).await;
    let trail = owner.visit(&format!("{HOME}/audit?refusals=1")).await.text;
    assert!(trail.contains("to answer `other`") && trail.contains("R20"), "{trail}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_chooses_when_an_answer_leaves() {
    let world = with_gate(STATEMENT).await;
    let (link, other) = (linked(&world).await, linked(&world).await);
    run(&world, "answer steps 100").await;
    // The home is in Paris: its midnight is at eleven in the evening.
    world.house.clock().advance(SignedDuration::from_mins(10 * 60 + 59));
    assert_eq!(seen(&world, &link).await, "-", "before midnight");
    world.house.clock().advance(SignedDuration::from_mins(1));
    assert_eq!(seen(&world, &link).await, "100", "from midnight on");
    // A day without an answer, which somebody saw, gets none afterwards: not by a run that began
    // before midnight and ended late.
    world.house.clock().advance(DAY);
    assert_eq!(seen(&world, &link).await, "-");
    world.house.clock().advance(-SignedDuration::from_mins(1));
    run(&world, "answer steps 9900").await;
    world.house.clock().advance(SignedDuration::from_mins(1));
    for link in [&link, &other] {
        assert_eq!(seen(&world, link).await, "-", "an answer came late");
    }
}

/// A page and its headers, byte by byte.
fn bytes(answer: &Answer) -> String {
    format!("{:?} {:?} {}", answer.status, answer.headers, answer.text)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_a_gate_has_one_length() {
    let world = with_gate(STATEMENT).await;
    let link = linked(&world).await;
    let mut pages = BTreeSet::new();
    let mut said = BTreeSet::new();
    for program in ["", "answer steps 0", "answer steps 4200", "answer steps 100000", ""] {
        run(&world, &format!("{LOOK}\n{program}")).await;
        world.house.clock().advance(DAY);
        let page = open(&world, &link).await;
        said.insert(between(&page.text, "<output class=\"big\">", "</output>").to_owned());
        let day = between(&page.text, "<span class=\"muted\">2026-1", "<").to_owned();
        let of_no_day = bytes(&page).replace(&format!("2026-1{day}"), "2026-1.-..");
        let (head, rest) = of_no_day.split_once("<output class=\"big\">").unwrap();
        let (_, tail) = rest.split_once("</output>").unwrap();
        pages.insert((bytes(&page).len(), format!("{head}{tail}")));
    }
    assert_eq!(pages.len(), 1, "{pages:?}");
    assert_eq!(said.len(), 4);
    assert!(said.iter().all(|text| text.len() == 6), "{said:?}");
}

/// P5: who has the link can tell two homes apart by the gate's answer alone.
#[tokio::test(flavor = "multi_thread")]
async fn homes_that_answer_alike_look_alike() {
    let watched = async |shop: &str, grocer: i64, doctor: i64| {
        let world = with_gate(&STATEMENT.replace("MARKER-GROCER", shop)).await;
        let link = linked(&world).await;
        let answers = [("MARKER-GROCER", grocer), ("MARKER-DOCTOR", doctor)]
            .map(|(shop, value)| format!("if {shop} answer steps {value}"))
            .join("\n");
        let tell = "create io.cozy.notes {\"title\":\"told\",\"content\":\"SEEN\"}\n\
                    notify SEEN SEEN\nsay SEEN";
        run(&world, &format!("{LOOK}\n{answers}\n{tell}")).await;
        let mut seen = Vec::new();
        for _ in 0..3 {
            seen.push(bytes(&open(&world, &link).await));
            world.house.clock().advance(DAY);
        }
        seen
    };
    let grocer = watched("MARKER-GROCER", 4210, 4280).await;
    assert_eq!(grocer, watched("MARKER-DOCTOR", 4210, 4280).await, "both answer 4200");
    assert!(grocer[1].contains("  4200"), "{}", grocer[1]);
    assert_ne!(grocer, watched("MARKER-DOCTOR", 4210, 9900).await, "the answer itself is told");
}

/// P6: whatever an app answers and however often somebody looks, each day lets one answer through,
/// of one length, within the rate that its owner agreed to.
#[tokio::test(flavor = "multi_thread")]
async fn no_day_of_a_home_gives_more_than_its_rate() {
    let world = with_gate(STATEMENT).await;
    let link = linked(&world).await;
    let mut runner = TestRunner::deterministic();
    let answer = prop_oneof![any::<i64>(), -1000_i64..200_000, Just(4200)];
    let days = (prop::collection::vec(answer, 0..4), 0_usize..3);
    for day in 0..25 {
        let (answers, looks) = days.new_tree(&mut runner).unwrap().current();
        for (at, value) in answers.iter().enumerate() {
            let look = if at % 2 == 0 { LOOK } else { "" };
            run(&world, &format!("{look}\nanswer steps {value}")).await;
        }
        world.house.clock().advance(DAY);
        let before = released(&world).await.len();
        let mut shown = BTreeSet::new();
        for _ in 0..looks {
            shown.insert(open(&world, &link).await.text);
        }
        let new = released(&world).await.len() - before;
        assert_eq!((shown.len(), new), (looks.min(1), looks.min(1)), "day {day}");
        for page in shown {
            let text = between(&page, "<output class=\"big\">", "</output>");
            assert_eq!(text.len(), 6);
            let expected = answers.last().map(|value| value.clamp(&0, &100_000) / 100 * 100);
            let expected = expected.map_or("-".to_owned(), |value| value.to_string());
            assert_eq!(text.trim(), expected, "day {day}: {answers:?}");
        }
    }
    assert!(released(&world).await.iter().all(|bits| *bits == 10));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gate_that_closed_is_as_good_as_none() {
    let world = with_gate(STATEMENT).await;
    let never = open(&world, &format!("{HOME}/gate/{}", "A".repeat(43))).await;
    assert_eq!(never.status, StatusCode::NOT_FOUND);
    let [ended, late, changed] = [linked(&world).await, linked(&world).await, linked(&world).await];
    let mut owner = Browser::signed_in(&world).await;
    let list = owner.visit(&format!("{HOME}/gates")).await.text;
    let ids: Vec<&str> = list.split("\"post\" action=\"/gates/").skip(1).collect();
    assert_eq!(ids.len(), 3);
    // What names a link on the owner's page opens nothing.
    let id = ids[0].split('/').next().unwrap();
    assert_eq!(bytes(&open(&world, &format!("{HOME}/gate/{id}")).await), bytes(&never));
    let end = owner.post(&format!("{HOME}/gates/{id}/end"), "", HOME).await;
    assert_eq!(end.status, StatusCode::SEE_OTHER);
    let mut open_still = 0;
    for link in [&ended, &late, &changed] {
        open_still += usize::from(open(&world, link).await.status == StatusCode::OK);
    }
    assert_eq!(open_still, 2);
    // A gate with other words is another.
    world.install_bytes(walker("Balance")).await;
    for link in [&ended, &late, &changed] {
        assert_eq!(bytes(&open(&world, link).await), bytes(&never));
    }
    world.install_bytes(walker("Steps")).await;
    let walker_id = "walker".parse().unwrap();
    registry::remove(&world.house, &world.home, &walker_id).await.unwrap();
    world.install_bytes(walker("Steps")).await;
    for link in [&ended, &late, &changed] {
        assert_eq!(bytes(&open(&world, link).await), bytes(&never), "another app, an old link");
    }
    let new = linked(&world).await;
    assert_eq!(open(&world, &new).await.status, StatusCode::OK);
    world.house.clock().advance(SignedDuration::from_hours(24 * 31));
    assert_eq!(bytes(&open(&world, &new).await), bytes(&never));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gate_stands_in_the_consent_with_its_rate() {
    let world = World::new().await;
    let proposal = registry::propose(&world.house, walker("Steps")).await.unwrap();
    let id = registry::stash(&world.house, &world.home, proposal).unwrap();
    let mut owner = Browser::signed_in(&world).await;
    let page = owner.visit(&format!("{HOME}/apps/proposals/{id}")).await.text;
    assert!(page.contains("Answers one number a day") && page.contains("at most 10 bits a day"));
    assert!(page.contains("gate steps"), "{page}");
}
