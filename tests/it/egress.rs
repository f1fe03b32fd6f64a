//! Konnectors: what they collect, what of an account they never see, and who may start them. The
//! attacks on the door are `tests/exfil/C*`.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use domicile::egress::Check;
use domicile::flow::Fault;
use domicile::flow::audit::{Event, Requests};
use domicile::jobs;
use domicile::registry;
use domicile::runs::RunError;
use domicile::runs::collect::{CollectError, Company, collect};
use domicile_policy::Cause;
use serde::Deserialize;
use tokio::sync::mpsc;

use crate::provider::{
    COOKIE, KEY, MANIFEST, PASSWORD, PUBLIC, SESSION, Stage, deposit, probe, stage,
};
use crate::support::{OPERATIONS, World};

/// The requests of the last run of a konnector.
async fn requests(world: &World) -> Vec<Requests> {
    let run = world.audit().await.into_iter().find_map(|entry| match entry.event {
        Event::Run { entrance, requests, .. } if entrance == "collect" => Some(requests),
        _ => None,
    });
    run.expect("the run is in the trail")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_konnector_collects_and_never_sees_a_secret() {
    let stage = stage().await;
    let program = [
        r#"{"fetch": {"route": "private"}}"#,
        r#"{"fetch": {"route": "sign-in", "form": {"grant": "password"}}}"#,
        r#"{"fetch": {"route": "private"}}"#,
        r#"{"fetch": {"route": "basic"}}"#,
        &deposit(1),
    ];
    let account = stage.account(&program.join("\n")).await;
    let answers = stage.collect(&account).await.unwrap().warnings;
    assert_eq!((answers[0].as_str(), answers[4].as_str()), ("NoSecret", "Ok(())"), "{answers:#?}");
    let said = answers.join("\n");
    for secret in [PASSWORD, SESSION, COOKIE, KEY, "correct+horse", "YWxpY2U6Y29ycmVjdCBob3JzZS"] {
        assert!(!said.contains(secret), "{secret}\n{said}");
    }
    let seen = stage.provider.seen();
    assert_eq!(seen.len(), 3, "{seen:#?}");
    // 2026-11-23T12:00:00Z, the house's clock.
    let code = "otp=";
    for sent in
        ["grant=password", code, "password=correct+horse%2Fbattery%26staple", "username=alice"]
    {
        assert!(seen[0].contains(sent), "{sent}: {}", seen[0]);
    }
    assert!(seen[1].contains(&format!("authorization: Bearer {SESSION}")), "{}", seen[1]);
    assert!(seen[2].contains("authorization: Basic YWxpY2U6Y29ycmVjdCBob3JzZS"), "{}", seen[2]);
    for later in &seen[1..] {
        assert!(later.contains(&format!("cookie: sid={COOKIE}")), "{later}");
    }
    let stored = stage.world.documents(OPERATIONS);
    assert_eq!(stored.len(), 1);
    assert_eq!(stored[0].label.to_string(), "bank@acme");
    let made = requests(&stage.world).await;
    let signed_in = made.iter().find(|made| made.route == "sign-in").unwrap();
    assert_eq!((signed_in.end.as_str(), signed_in.credential), ("2xx", true));
    assert_eq!(signed_in.host, "login.acme.example");
    // The session stays in the account, sealed, and serves the next run.
    let again = stage.collect(&account).await.unwrap().warnings;
    assert!(again[0].starts_with("200 "), "{again:#?}");
    stage.world.home.store().flush().await.unwrap();
    let file = stage.world.folder.path().join("homes/home/store.redb");
    let bytes = std::fs::read(file).unwrap();
    for secret in [PASSWORD, SESSION, COOKIE, KEY] {
        let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
        assert!(!found, "{secret} lies in the home's file");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_before_a_failure_stays() {
    let stage = stage().await;
    let program = format!("{}\n{{\"fail\": \"login\"}}", deposit(1));
    let account = stage.account(&program).await;
    let World { house, home, .. } = &stage.world;
    let ended = collect(house, home, &account.id, Cause::OwnerTrusted, Company::default()).await;
    assert_eq!((ended.outcome.unwrap_err().code(), ended.brought.documents), ("login-failed", 1));
    assert_eq!(stage.world.documents(OPERATIONS).len(), 1);
    let trail = stage.world.audit().await;
    let failed = trail.iter().any(
        |entry| matches!(&entry.event, Event::Run { outcome, .. } if outcome == "login-failed"),
    );
    assert!(failed, "{trail:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_asked_of_the_owner_and_goes_into_its_place_alone() {
    let stage = stage().await;
    let program = [
        r#"{"challenge": ["sms", "Which code came by message?"]}"#,
        r#"{"fetch": {"route": "confirm", "json": {"step": 2}}}"#,
    ];
    let account = stage.account(&program.join("\n")).await;
    let alone = stage.collect(&account).await.unwrap_err();
    assert_eq!(alone.code(), "challenge-asked");
    let (owner, mut questions) = mpsc::channel::<Option<domicile::flow::owner::Question>>(1);
    let answering = tokio::spawn(async move {
        let question = questions.recv().await.unwrap().expect("a question");
        question.answer.send("778899".to_owned()).unwrap();
        question.text
    });
    let World { house, home, .. } = &stage.world;
    let company = Company { owner: Some(owner), ..Company::default() };
    let answers = collect(house, home, &account.id, Cause::OwnerTrusted, company).await;
    let answers = answers.outcome.unwrap();
    assert_eq!(answering.await.unwrap(), "Which code came by message?");
    assert!(!answers.warnings.join(" ").contains("778899"), "{:?}", answers.warnings);
    let seen = stage.provider.seen();
    assert!(seen[0].contains(r#""code":{"sms":"778899"}"#), "{seen:?}");
    let alone = stage.collect(&account).await.unwrap_err();
    assert_eq!(alone.code(), "challenge-asked", "a code is good for one run");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_has_a_number_of_requests() {
    let stage = stage().await;
    let program = r#"{"times": [201, {"route": "hello", "slots": {"name": "x"}}]}"#;
    assert_eq!(stage.answers(program).await, ["Spent"]);
    assert_eq!(stage.provider.seen().len(), 200);
    let many = r#"{"route": "hello", "slots": {"name": "x"}}, "#.repeat(17);
    let program = format!("{{\"many\": [{}]}}", many.trim_end_matches(", "));
    let answers = stage.answers(&program).await;
    assert!(answers[0].contains("at most 16 requests a call"), "{answers:?}");
    let three = r#"{"route": "hello", "slots": {"name": "x"}}, "#.repeat(3);
    let program = format!("{{\"many\": [{}]}}", three.trim_end_matches(", "));
    assert_eq!(stage.answers(&program).await[0].matches("200 5").count(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_origin_that_asks_for_a_pause_gets_it() {
    let stage = stage().await;
    let program = [
        r#"{"fetch": {"route": "any", "slots": {"rest": "busy"}}}"#,
        r#"{"fetch": {"route": "hello", "slots": {"name": "x"}}}"#,
        r#"{"fetch": {"route": "any", "slots": {"rest": "closed"}}}"#,
        r#"{"fetch": {"route": "hello", "slots": {"name": "x"}}}"#,
    ];
    let begun = Instant::now();
    let answers = stage.answers(&program.join("\n")).await;
    assert!(begun.elapsed() >= Duration::from_secs(1));
    assert!(answers[0].starts_with("429 ") && answers[1].starts_with("200 "), "{answers:?}");
    assert!(answers[2].starts_with("503 ") && answers[3] == "Unreachable", "{answers:?}");
    assert!(requests(&stage.world).await.iter().any(|made| made.end == "pause"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_good_for_what_its_owner_was_shown() {
    let stage = stage().await;
    let program = [r#"{"set": ["mark", "MARKER"]}"#, r#"{"recall": "mark"}"#].join("\n");
    let account = stage.account(&program).await;
    let kept = stage.collect(&account).await.unwrap().warnings;
    assert_eq!(kept[1], "Some(\"MARKER\")");
    let other = stage.account(r#"{"recall": "mark"}"#).await;
    assert_eq!(stage.collect(&other).await.unwrap().warnings, ["None"], "another account's");
    for (from, to) in [
        ("id = \"acme\"", "id = \"other\""),
        ("origins = [", "origins = [\"https://www.evil.example\", "),
    ] {
        stage.world.install_bytes(probe(&MANIFEST.replacen(from, to, 1))).await;
        let error = stage.collect(&account).await.unwrap_err();
        assert_eq!(error.code(), "reconnect", "{to}");
    }
    stage.world.install_bytes(probe(MANIFEST)).await;
    stage.collect(&account).await.unwrap();
    assert!(stage.left().is_empty(), "{}", stage.left());
    let World { house, home, .. } = &stage.world;
    registry::remove(house, home, &other.component).await.unwrap();
    stage.world.install_bytes(probe(MANIFEST)).await;
    assert_eq!(stage.collect(&other).await.unwrap_err().code(), "no-account", "went with it");
    let account = stage.account("").await;
    jobs::disconnect(house, home, &account, false).await.unwrap();
    assert_eq!(stage.collect(&account).await.unwrap_err().code(), "no-account");
}

/// The probe, for the server that its account names.
const OWN_SERVER: &str = include_str!("../exfil/C10-own-server/manifest.toml");

/// What is typed for it, but for the server.
fn typed(login: &'static str) -> [(&'static str, &'static str); 3] {
    let program = r#"{"fetch": {"route": "any", "slots": {"rest": "mine"}, "bytes": "x"}}
        {"fetch": {"route": "GET https://www.evil.example/theirs", "bytes": "x"}}"#;
    [("program", program), ("login", login), ("password", PASSWORD)]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_goes_to_the_server_of_its_own_account() {
    for (off, leaves) in [(None, false), (Some(Check::Declared), true)] {
        let stage = Stage::new(World::new().await, OWN_SERVER, off).await;
        let account = async |server| {
            let typed = [&typed("alice")[..], &[("server", server)]].concat();
            stage.account_with("probe", &typed).await.unwrap()
        };
        let mine = account("api.acme.example/dav/").await;
        let theirs = account("https://www.evil.example").await;
        stage.collect(&mine).await.unwrap();
        let left = stage.left();
        assert!(left.contains("PROPFIND /any/mine") && left.contains("api.acme"), "{left}");
        assert_eq!(left.contains("evil.example"), leaves, "{left}");
        stage.collect(&theirs).await.unwrap();
        assert!(stage.left().contains("host: www.evil.example"), "{}", stage.left());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_as_a_name_is_no_server_of_a_later_version() {
    let stage = Stage::new(World::new().await, OWN_SERVER, None).await;
    let typed = [&typed("www.evil.example")[..], &[("server", "api.acme.example")]].concat();
    let account = stage.account_with("probe", &typed).await.unwrap();
    stage.collect(&account).await.unwrap();
    let later = OWN_SERVER
        .replacen("name = \"login\"", "name = \"login\"\nkind = \"server\"", 1)
        .replacen("origin = \"{server}\"", "origin = \"{login}\"", 1);
    stage.world.install_bytes(probe(&later)).await;
    assert_eq!(stage.collect(&account).await.unwrap_err().code(), "reconnect");
    assert!(!stage.left().contains("evil.example"), "{}", stage.left());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deposit_tells_nothing_of_what_is_stored() {
    let told = async |fault| {
        let world = World::at(tempfile::tempdir().unwrap(), fault).await;
        let stage = Stage::new(world, MANIFEST, None).await;
        let other = MANIFEST.replacen("id = \"probe\"", "id = \"second\"", 1);
        let other = other.replacen("id = \"acme\"", "id = \"other\"", 1);
        stage.world.install_bytes(probe(&other)).await;
        let second = stage.account_of("second", &deposit(1)).await;
        let before = stage.collect(&second).await.unwrap().warnings;
        stage.answers(&deposit(1)).await.into_iter().chain(before).collect::<Vec<_>>()
    };
    assert_eq!(told(Fault::Nothing).await, ["Ok(())", "Ok(())"]);
    let control = told(Fault::DepositTells).await;
    assert_ne!(control[0], control[1], "{control:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_and_no_event_of_an_app_starts_a_konnector() {
    let page = || Cause::Page { token: None, plain_root: true, typed: false };
    for (fault, starts) in [(Fault::Nothing, false), (Fault::AnyCause, true)] {
        let world = World::at(tempfile::tempdir().unwrap(), fault).await;
        let stage = Stage::new(world, MANIFEST, None).await;
        let hello = r#"{"fetch": {"route": "hello", "slots": {"name": "x"}}}"#;
        let account = stage.account(hello).await;
        let World { house, home, .. } = &stage.world;
        let ended = collect(house, home, &account.id, page(), Company::default()).await.outcome;
        let denied = matches!(&ended, Err(CollectError::Run(RunError::Denied(_))));
        assert_eq!((ended.is_ok(), denied), (starts, !starts));
        assert_eq!(stage.left().is_empty(), !starts);
    }
}

/// `tests/exfil/notations.toml`.
#[derive(Deserialize)]
struct Notations {
    routes: Routes,
    values: Values,
    addresses: Addresses,
}

#[derive(Deserialize)]
struct Routes {
    out: Vec<String>,
    stopped: Vec<String>,
}

#[derive(Deserialize)]
struct Values {
    texts: Vec<String>,
}

#[derive(Deserialize)]
struct Addresses {
    special: Vec<String>,
}

#[tokio::test(flavor = "multi_thread")]
async fn no_notation_leads_anywhere_else() {
    let text = include_str!("../exfil/notations.toml");
    let Notations { routes, values, addresses } = toml::from_str(text).unwrap();
    let fetch = |route: &str| serde_json::json!({ "fetch": { "route": route } }).to_string();
    let undeclared = Stage::new(World::new().await, MANIFEST, Some(Check::Declared)).await;
    let stage = stage().await;
    for route in routes.out.iter().chain(&routes.stopped) {
        stage.answers(&fetch(route)).await;
        assert!(stage.left().is_empty(), "{route}: {}", stage.left());
    }
    for (route, leaves) in [(&routes.out, true), (&routes.stopped, false)] {
        for route in route {
            let before = undeclared.left().len();
            undeclared.answers(&fetch(route)).await;
            let left = undeclared.left();
            assert_eq!(left.len() > before, leaves, "{route}: {left}");
        }
    }
    for text in &values.texts {
        let steps = [("hello", "name"), ("any", "rest")];
        for (route, slot) in steps {
            let step = serde_json::json!({ "fetch": { "route": route, "slots": { slot: text } } });
            let answers = stage.answers(&step.to_string()).await;
            let seen = stage.provider.seen();
            assert!(seen.iter().all(|one| is_of(one, route)), "{text:?}: {answers:?} {seen:#?}");
            stage.provider.forget();
        }
    }
    let place = format!("api.acme.example\n{PUBLIC}:443");
    let dialled = stage.left();
    assert_eq!(dialled.replace(&place, "").trim(), "", "{dialled}");
    assert!(!dialled.is_empty(), "some are fit for a path");
    for (off, reached) in [(None, false), (Some(Check::Address), true)] {
        no_special_address_answers(&addresses.special, off, reached).await;
    }
}

/// Each address in turn is what the name server says first of the declared host.
async fn no_special_address_answers(special: &[String], off: Option<Check>, reached: bool) {
    let special: Vec<IpAddr> = special.iter().map(|text| text.parse().unwrap()).collect();
    let spare = ("spare.acme.example", &special[..]);
    let names = [("api.acme.example", &[PUBLIC][..]), spare];
    let stage = Stage::of(World::new().await, MANIFEST, &names, off).await;
    for address in special {
        let host = "api.acme.example".to_owned();
        stage.rehearsal.names.lock().unwrap().insert(host, vec![address, PUBLIC]);
        stage.rehearsal.seen.lock().unwrap().clear();
        stage.answers(r#"{"fetch": {"route": "hello", "slots": {"name": "x"}}}"#).await;
        let seen = stage.rehearsal.seen.lock().unwrap().clone();
        assert_eq!(seen.len() > 1, reached, "{address}: {seen:?}");
    }
}

/// Whether a request is what the route makes: one path below its own, to its own host.
fn is_of(line: &str, route: &str) -> bool {
    let Some((path, rest)) = line.strip_prefix("GET /").and_then(|rest| rest.split_once(' '))
    else {
        return false;
    };
    let below = path.strip_prefix(route).is_some_and(|rest| rest.starts_with('/'));
    below && rest.contains("host: api.acme.example;") && rest.matches("host: ").count() == 1
}

#[tokio::test(flavor = "multi_thread")]
async fn a_konnector_that_would_read_documents_is_refused() {
    let world = World::new().await;
    let greedy = MANIFEST.replacen("actions = [\"deposit\"]", "actions = [\"read\"]", 1);
    let refused = registry::propose(&world.house, probe(&greedy)).await;
    let Err(refused) = refused else { panic!("it was accepted") };
    assert!(refused.to_string().contains("only deposits"), "{refused}");
}
