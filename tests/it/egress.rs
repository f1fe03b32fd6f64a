//! Konnectors: what they collect, what of an account they never see, and who may start them. The
//! attacks on the door are `tests/exfil/C*`.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use domicile::egress::Check;
use domicile::flow::Fault;
use domicile::flow::accounts::{self, Connected};
use domicile::flow::audit::{Event, Requests};
use domicile::jobs::{self, Live, Overview};
use domicile::registry;
use domicile::runs::RunError;
use domicile::runs::collect::{CollectError, Company, collect};
use domicile_policy::{Cause, CauseKind};
use jiff::SignedDuration;
use serde::Deserialize;
use tokio::sync::mpsc;

use crate::browser::{Browser, HOME};
use crate::provider::{COOKIE, KEY, MANIFEST, PASSWORD, PUBLIC, SESSION, Stage, probe};
use crate::support::{OPERATIONS, World};

const DEPOSIT: &str = r#"{"deposit": ["io.cozy.bank.operations", "k1",
    {"label": "CAFE", "date": "2026-11-23", "amount": -2.5}]}"#;

/// On one line, as a program wants it.
fn deposit() -> String {
    DEPOSIT.replace('\n', " ")
}

async fn stage() -> Stage {
    Stage::new(World::new().await, MANIFEST, None).await
}

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
        &deposit(),
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
    let program = format!("{}\n{{\"fail\": \"login\"}}", deposit());
    let account = stage.account(&program).await;
    let error = stage.collect(&account).await.unwrap_err();
    assert_eq!(error.code(), "login-failed");
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
    let answers = collect(house, home, &account.id, Cause::OwnerTrusted, company).await.unwrap();
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
    jobs::disconnect(house, home, &account).await.unwrap();
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
        let second = stage.account_of("second", &deposit()).await;
        let before = stage.collect(&second).await.unwrap().warnings;
        stage.answers(&deposit()).await.into_iter().chain(before).collect::<Vec<_>>()
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
        let ended = collect(house, home, &account.id, page(), Company::default()).await;
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

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_connects_an_account_and_runs_it() {
    let stage = stage().await;
    let mut browser = Browser::signed_in(&stage.world).await;
    let page = browser.visit(&format!("{HOME}/apps/probe")).await.text;
    assert!(page.contains("Key of the authenticator"), "{page}");
    assert!(page.contains("name=\"password\" type=\"password\""), "{page}");
    let program = [
        r#"{"challenge": ["sms", "Which <b>code</b>?"]}"#,
        r#"{"fetch": {"route": "confirm", "json": {}}}"#,
    ];
    let typed = [
        ("program", program.join("\n")),
        ("login", "alice".to_owned()),
        ("password", PASSWORD.to_owned()),
        ("otp", KEY.to_owned()),
    ];
    let form = serde_urlencoded::to_string(&typed).unwrap();
    let connect = format!("{HOME}/apps/probe/connect");
    let incomplete = browser.post(&connect, "login=alice", HOME).await;
    assert!(incomplete.status.is_client_error());
    let answer = browser.post(&connect, &form, HOME).await;
    let path = answer.headers["location"].to_str().unwrap().to_owned();
    let account = format!("{HOME}{path}");
    let page = browser.visit(&account).await.text;
    assert!(page.contains("alice") && !page.contains(PASSWORD), "{page}");
    // Another site of the same machine can't.
    let banks = "http://banks.home.localhost:8080";
    assert!(browser.post(&format!("{account}/run"), "", banks).await.status.is_client_error());
    let asked = shows(&mut browser, &account, "in its own words").await;
    assert!(asked.contains("Which &#60;b&#62;code&#60;/b&#62;?"), "{asked}");
    browser.post(&format!("{account}/answer"), "code=778899", HOME).await;
    let done = shows(&mut browser, &account, "<q class=\"said\">2 steps").await;
    assert!(!done.contains("778899"), "{done}");
    assert!(stage.provider.seen()[0].contains("778899"));
    let left = browser.visit(&format!("{HOME}/audit/left")).await.text;
    assert!(left.contains("login.acme.example") && !left.contains("778899"), "{left}");
    browser.post(&format!("{account}/disconnect"), "", HOME).await;
    assert!(browser.visit(&account).await.status.is_client_error());
}

/// The account of the next tests, as it is now.
fn overview(stage: &Stage, account: &Connected) -> Overview {
    let World { house, home, .. } = &stage.world;
    let installed = registry::find(home, &account.component).unwrap();
    jobs::overview_of_account(house, home, &installed, account).unwrap()
}

/// So many minutes later, when all that is due has ended.
async fn later(stage: &Stage, minutes: i64) -> Overview {
    let World { house, home, .. } = &stage.world;
    let account = accounts::all(home).unwrap().remove(0);
    // A run that the pages show as ended may hold its seat for a moment still.
    while house.desk().is_at_work(home.name(), &account.component) {
        tokio::task::yield_now().await;
    }
    house.clock().advance(SignedDuration::from_mins(minutes));
    jobs::settle(house, home).await.unwrap();
    overview(stage, &account)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_runs_by_the_clock_until_its_provider_wants_its_owner() {
    let manifest = format!("{MANIFEST}\n[trigger]\nschedule = \"@hourly\"\n");
    let stage = Stage::new(World::new().await, &manifest, None).await;
    let World { house, home, .. } = &stage.world;
    // The first run finds the provider broken, the next the password refused.
    let account = stage.account(r#"{"fail": "vendor-then-login"}"#).await;
    let first = later(&stage, 0).await;
    assert!(first.runs.is_empty() && first.next.is_some(), "{first:?}");
    let down = later(&stage, 60).await;
    assert_eq!(down.runs[0].outcome, "vendor-down", "{down:?}");
    assert_eq!(down.runs[0].cause, CauseKind::Schedule);
    assert!(later(&stage, 14).await.runs.len() == 1, "a while later");
    let refused = later(&stage, 2).await;
    assert_eq!((refused.runs[0].outcome.as_str(), refused.waits), ("login-failed", true));
    assert_eq!((refused.runs.len(), refused.next), (2, None));
    assert_eq!(later(&stage, 100 * 24 * 60).await.runs.len(), 2, "a password is not tried again");
    let mut browser = Browser::signed_in(&stage.world).await;
    let page = browser.visit(&format!("{HOME}/")).await.text;
    assert!(page.contains("Accounts that wait for you") && page.contains("alice"), "{page}");
    // Its owner types another: it runs at once, and by itself again.
    let typed = [("program", "{\"recall\": \"tried\"}"), ("login", "alice"), ("password", "new")];
    let form = serde_urlencoded::to_string(typed).unwrap();
    let url = format!("{HOME}/accounts/{}", account.id);
    browser.post(&format!("{url}/reconnect"), &form, HOME).await;
    shows(&mut browser, &url, "<q class=\"said\">1 steps").await;
    let again = overview(&stage, &account);
    assert_eq!((again.runs[0].outcome.as_str(), again.waits), ("done", false));
    assert_eq!(later(&stage, 60).await.runs.len(), 4);
    jobs::pause_account(house, home, &account, true).await.unwrap();
    assert_eq!(later(&stage, 600).await.runs.len(), 4, "paused");
    jobs::pause_account(house, home, &account, false).await.unwrap();
    assert_eq!(later(&stage, 60).await.runs.len(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_has_one_run_at_a_time_and_no_app_starts_or_sees_it() {
    let stage = stage().await;
    let World { house, home, .. } = &stage.world;
    let account = stage.account(r#"{"challenge": ["sms", "Which code?"]}"#).await;
    let run = jobs::run_account(house, home, &account).expect("nothing runs");
    assert!(jobs::run_account(house, home, &account).is_none(), "a second one");
    let mut live = loop {
        match jobs::watch(house, &account) {
            Some(live) => break live,
            None => tokio::task::yield_now().await,
        }
    };
    live.wait_for(Live::asks).await.unwrap();
    let mut browser = Browser::signed_in(&stage.world).await;
    let page = browser.visit(&format!("{HOME}/")).await.text;
    assert!(page.contains("wants a code from you"), "{page}");
    let url = format!("{HOME}/accounts/{}", account.id);
    let banks = "http://banks.home.localhost:8080";
    for act in ["run", "pause", "resume", "reconnect", "answer", "disconnect"] {
        let answer = browser.post(&format!("{url}/{act}"), "code=1", banks).await;
        assert!(answer.status.is_client_error(), "{act}");
    }
    let stream = format!("{url}/live");
    let (events, ()) = tokio::join!(browser.visit(&stream), async {
        jobs::answer(house, &account, "778899".to_owned());
    });
    run.await.unwrap();
    assert_eq!(events.headers["content-type"], "text/event-stream");
    assert!(events.text.ends_with("event: end\ndata:\n\n"), "{}", events.text);
    assert!(!events.text.contains("778899"), "{}", events.text);
    assert!(browser.visit(&stream).await.status.is_client_error());
    assert_eq!(overview(&stage, &account).runs[0].outcome, "done");
}

/// The page once it shows a text: it waits for the run by itself.
pub async fn shows(browser: &mut Browser, url: &str, text: &str) -> String {
    let mut page = String::new();
    for _ in 0..20 {
        page = browser.visit(url).await.text;
        if page.contains(text) {
            return page;
        }
    }
    panic!("{text} is not shown: {page}");
}
