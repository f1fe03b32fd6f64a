//! OAuth 2 by the home: the owner's yes at a provider's page, what comes back from there, tokens
//! that are renewed, and whoever would put another code, account or page in their place.

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use bytes::Bytes;
use domicile::egress::{Check, Door, Hosts, Limits, Rehearsal};
use domicile::flow::Fault;
use domicile::flow::accounts::{self, Connected};
use domicile::flow::audit::{Event, Requests};
use domicile::house::Settings;
use domicile::jobs::{self, Live, Ran};
use domicile::registry;
use domicile::runs::collect::{Company, collect};
use domicile_policy::Cause;
use domicile_providers::serve::{Authority, hosts, start};
use domicile_providers::{Lake, Provider};
use http::Request;
use jiff::SignedDuration;

use crate::accounts::shows;
use crate::browser::{Browser, HOME, between};
use crate::provider::probe;
use crate::support::World;

const MANIFEST: &str = r#"
[component]
id = "lake"
kind = "konnector"
version = "0.1.0"
publisher = "Anyone"
name = { en = "Lake", fr = "Lac" }
description = { en = "Does what its account says.", fr = "Fait ce que dit son compte." }
[provider]
id = "lake"
name = "Lake"
origins = ["https://lake.example"]
[oauth]
authorize = "https://lake.example/authorize"
token = "https://lake.example/token"
revoke = "https://lake.example/revoke"
client = "domicile"
scopes = ["readings"]
[[field]]
name = "program"
label = { en = "Program", fr = "Programme" }
[[secret]]
name = "access"
kind = "oauth"
label = { en = "Access", fr = "Accord" }
[[secret]]
name = "back"
kind = "return"
label = { en = "Way back", fr = "Retour" }
[[secret]]
name = "sms"
kind = "code"
label = { en = "Code", fr = "Code" }
[[route]]
name = "readings"
method = "GET"
origin = "https://lake.example"
path = "/readings"
auth = { header = "Authorization: Bearer {access}" }
[[route]]
name = "echo"
method = "GET"
origin = "https://lake.example"
path = "/echo"
auth = { header = "Authorization: Bearer {access}" }
[[route]]
name = "way-back"
method = "GET"
origin = "https://lake.example"
path = "/way-back"
auth = { header = "X-Back: {back}" }
[[route]]
name = "page"
method = "GET"
origin = "https://lake.example"
path = "/confirm/*"
visit = true
[[grant]]
doctype = "io.cozy.bank.operations"
actions = ["deposit"]
why = { en = "To keep them.", fr = "Pour les garder." }
"#;

const READ: &str = r#"{"fetch": {"route": "readings"}}"#;
const BACK: &str = "http://home.localhost:8080/accounts/back/lake";

/// A house beside the lake, with the probe in its home, and its owner's browser.
pub struct Shore {
    pub world: World,
    lake: Arc<Lake>,
    pub browser: Browser,
}

impl Shore {
    async fn new(manifest: &str, off: Option<Check>) -> Shore {
        Shore::of(World::new().await, &[manifest], off, &[]).await
    }

    /// Beside these providers, with nothing installed.
    pub async fn beside(others: &[Arc<dyn Provider>]) -> Shore {
        Shore::of(World::new().await, &[], None, others).await
    }

    async fn of(
        world: World,
        manifests: &[&str],
        off: Option<Check>,
        others: &[Arc<dyn Provider>],
    ) -> Shore {
        let (authority, lake) = (Authority::new().unwrap(), Arc::new(Lake::at("lake.example")));
        let mut served = Vec::new();
        for one in others.iter().chain([&(Arc::clone(&lake) as Arc<dyn Provider>)]) {
            served.push((one.host(), start(&authority, Arc::clone(one)).await.unwrap()));
        }
        let inside = Hosts::parse(&hosts(&authority, &served).unwrap()).unwrap();
        let limits = Limits { second: Duration::from_millis(20), ..Limits::default() };
        let (root, limits) = (authority.der.clone(), Some(limits));
        let stage = Rehearsal { root, inside, limits, off, ..Rehearsal::default() };
        world.house.set_door(Door::rehearsed(Arc::new(stage)).unwrap());
        for manifest in manifests {
            world.install_bytes(probe(manifest)).await;
        }
        let browser = Browser::signed_in(&world).await;
        Shore { world, lake, browser }
    }

    /// Connect an account on its form: its address.
    async fn connect(&mut self, id: &str, program: &str) -> String {
        self.connect_with(id, &[("program", program)]).await
    }

    /// The same with what else the form asks for.
    pub async fn connect_with(&mut self, id: &str, typed: &[(&str, &str)]) -> String {
        let form = serde_urlencoded::to_string(typed).unwrap();
        let answer = self.browser.post(&format!("{HOME}/apps/{id}/connect"), &form, HOME).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        let path = answer.headers["location"].to_str().unwrap();
        let account = path.rsplit('/').next().unwrap();
        let account = accounts::find(&self.world.home, account).unwrap().unwrap();
        // The page waits for a run that has begun.
        while jobs::watch(&self.world.house, &account).is_none() && !self.has_run(&account) {
            tokio::task::yield_now().await;
        }
        format!("{HOME}{path}")
    }

    /// The page of an account, once it shows the way to the provider.
    pub async fn way(&mut self, account: &str) -> String {
        let page = shows(&mut self.browser, account, "rel=\"noreferrer\"").await;
        link(&page)
    }

    /// Come back from the provider's page: the form of the page that a browser sees then.
    async fn come(&mut self, back: &str) -> String {
        let cross = [("sec-fetch-site", "cross-site"), ("sec-fetch-dest", "document")];
        let page = self.browser.send(back, None, &cross).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        assert!(page.text.contains("data-submit"), "{}", page.text);
        query(back)
    }

    /// Agree, come back, and let the run end.
    async fn connected(&mut self, program: &str) -> (String, Connected) {
        let account = self.connect("lake", program).await;
        let way = self.way(&account).await;
        let lake = Arc::clone(&self.lake);
        self.agreed("lake", &*lake, &way).await;
        (account, accounts::all(&self.world.home).unwrap().remove(0))
    }

    /// Agree on that page and come back.
    pub async fn agreed(&mut self, id: &str, provider: &dyn Provider, way: &str) {
        let form = self.come(&agree(provider, way)).await;
        let back = format!("{HOME}/accounts/back/{id}");
        let answer = self.browser.post(&back, &form, HOME).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    }

    pub fn last(&self, account: &Connected) -> Ran {
        self.runs(account).into_iter().next().expect("a run")
    }

    fn has_run(&self, account: &Connected) -> bool {
        !self.runs(account).is_empty()
    }

    fn runs(&self, account: &Connected) -> Vec<Ran> {
        let World { house, home, .. } = &self.world;
        let installed = registry::find(home, &account.component).unwrap();
        jobs::overview_of_account(house, home, &installed, account).unwrap().runs
    }

    pub async fn run(&self, account: &Connected) -> Ran {
        self.free(account).await;
        let World { house, home, .. } = &self.world;
        jobs::run_account(house, home, account).expect("nothing runs").await.unwrap();
        self.last(account)
    }

    /// A run that the pages show as ended may hold its seat for a moment still.
    pub async fn free(&self, account: &Connected) {
        let World { house, home, .. } = &self.world;
        while house.desk().is_at_work(home.name(), &account.component) {
            tokio::task::yield_now().await;
        }
    }

    async fn asks(&self, account: &Connected) -> Live {
        asks(&self.world, account).await
    }

    /// Everything that the runs asked, by route.
    async fn asked(&self, route: &str) -> u64 {
        let of = |event: &Event| match event {
            Event::Run { requests, .. } => requests.clone(),
            _ => Vec::new(),
        };
        let trail = self.world.audit().await;
        let requests: Vec<Requests> = trail.iter().flat_map(|entry| of(&entry.event)).collect();
        requests.iter().filter(|one| one.route == route).map(|one| one.count).sum()
    }
}

/// What the run for an account asks its owner, once it does.
async fn asks(world: &World, account: &Connected) -> Live {
    loop {
        if let Some(mut live) = jobs::watch(&world.house, account) {
            return live.wait_for(Live::asks).await.expect("it asks").clone();
        }
        tokio::task::yield_now().await;
    }
}

/// Where a page sends the owner.
pub fn link(page: &str) -> String {
    let before = page.split("\" rel=\"noreferrer\"").next().unwrap();
    before.rsplit("href=\"").next().unwrap().replace("&#38;", "&").replace("&amp;", "&")
}

fn query(address: &str) -> String {
    address.split_once('?').unwrap().1.to_owned()
}

fn value(address: &str, name: &str) -> String {
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(&query(address)).unwrap();
    pairs.into_iter().find(|(key, _)| key == name).expect(name).1
}

/// The provider's page, where somebody says yes or no: where it sends the browser.
pub fn agree(provider: &dyn Provider, address: &str) -> String {
    let request = Request::get(address).body(Bytes::new()).unwrap();
    let answer = provider.answer(&request);
    answer.headers()["location"].to_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_agrees_at_the_provider_and_no_component_sees_the_token() {
    let mut shore = Shore::new(MANIFEST, None).await;
    let page = shore.browser.visit(&format!("{HOME}/apps/lake")).await.text;
    assert!(page.contains("Continue at Lake"), "{page}");
    assert!(page.contains("You agree at lake.example, in your browser (readings)"), "{page}");
    let steps = [READ, r#"{"fetch": {"route": "echo"}}"#, r#"{"fetch": {"route": "oauth-token"}}"#];
    let account = shore.connect("lake", &steps.join("\n")).await;
    let page = shows(&mut shore.browser, &account, "rel=\"noreferrer\"").await;
    let way = link(&page);
    assert!(way.starts_with("https://lake.example/authorize?response_type=code&"), "{way}");
    assert_eq!(
        (value(&way, "redirect_uri"), value(&way, "scope")),
        (BACK.into(), "readings".into())
    );
    let head = shore.browser.visit(&account).await.headers;
    let policy = head["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("form-action 'self' https://lake.example;"), "{policy}");
    let back = agree(&*shore.lake, &way);
    assert!(back.starts_with(&format!("{BACK}?code=")), "{back}");
    let form = shore.come(&back).await;
    let strange = shore.browser.post(BACK, &form, "http://banks.home.localhost:8080").await;
    assert_eq!(strange.status, StatusCode::FORBIDDEN);
    let answer = shore.browser.post(BACK, &form, HOME).await;
    let to = answer.headers["location"].to_str().unwrap();
    assert_eq!(format!("{HOME}{to}"), account, "and nowhere else");
    let done = shows(&mut shore.browser, &account, "<q class=\"said\">3 steps").await;
    let tokens = shore.lake.desk.tokens();
    assert_eq!(tokens.len(), 2, "{tokens:?}");
    assert!(tokens.iter().all(|token| !done.contains(token)), "{done}");
    assert!(done.contains("372.1") && done.contains("Bearer [hidden]"), "{done}");
    assert!(done.contains("Refused"), "no route leads where tokens are: {done}");
    assert_eq!((shore.asked("oauth-token").await, shore.asked("oauth-authorize").await), (1, 1));
    let left = shore.browser.visit(&format!("{HOME}/audit/left")).await.text;
    assert!(left.contains("lake.example"), "{left}");
    // Giving it up gives it back.
    shore.browser.post(&format!("{account}/disconnect"), "", HOME).await;
    assert_eq!((shore.lake.desk.revoked().len(), shore.lake.desk.tokens().len()), (1, 0));
    assert_eq!(shore.asked("oauth-revoke").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_no_at_the_providers_page_is_told_to_the_owner() {
    let mut shore = Shore::new(MANIFEST, None).await;
    shore.lake.desk.set(|ways| ways.refuses = true);
    let (account, connected) = shore.connected(READ).await;
    let page = shows(&mut shore.browser, &account, "the provider was told no").await;
    assert!(page.contains("It runs by itself no more"), "{page}");
    assert_eq!(shore.last(&connected).outcome, "access-denied");
    assert_eq!(shore.asked("oauth-token").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_renewed_before_its_end_and_after_a_refusal_once_at_a_time() {
    let mut shore = Shore::new(MANIFEST, None).await;
    let many = r#"{"many": [{"route": "readings"}, {"route": "readings"}, {"route": "readings"}]}"#;
    let (account, connected) = shore.connected(many).await;
    shows(&mut shore.browser, &account, "<q class=\"said\">1 steps").await;
    assert_eq!(shore.run(&connected).await.outcome, "done");
    assert_eq!(shore.lake.desk.renewals(), 0, "it was good still");
    shore
        .world
        .house
        .clock()
        .advance(SignedDuration::from_mins(59) + SignedDuration::from_secs(30));
    let World { house, home, .. } = &shore.world;
    shore.free(&connected).await;
    let first = jobs::run_account(house, home, &connected).expect("nothing runs");
    assert!(jobs::run_account(house, home, &connected).is_none(), "two runs never renew at once");
    first.await.unwrap();
    assert_eq!((shore.last(&connected).outcome.as_str(), shore.lake.desk.renewals()), ("done", 1));
    // Three requests are refused together, and the token is renewed once for all of them.
    shore.lake.desk.end(false);
    let ran = shore.run(&connected).await;
    assert_eq!((ran.outcome.as_str(), shore.lake.desk.renewals()), ("done", 2));
    assert_eq!(ran.warnings[0].matches("372.1").count(), 3, "{ran:?}");
    // Nothing is good any more: nobody is asked at night, and the account waits.
    shore.lake.desk.end(true);
    let night = collect(house, home, &connected.id, Cause::Schedule, Company::default()).await;
    assert_eq!(night.outcome.unwrap_err().code(), "authorize");
    let kept = accounts::all(home).unwrap().remove(0);
    jobs::run_account(house, home, &kept).expect("nothing runs");
    assert!(shore.asks(&kept).await.visit.is_some(), "its owner is asked again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewed_token_is_kept_before_anything_else_can_go_wrong() {
    let mut shore = Shore::new(MANIFEST, None).await;
    let program = format!("{READ}\n{{\"challenge\": [\"sms\", \"Which?\"]}}");
    let (_, connected) = shore.connected(&program).await;
    for round in 0..2 {
        let live = shore.asks(&connected).await;
        assert!(live.visit.is_none() && live.question.is_some(), "{round}: {live:?}");
        jobs::answer(&shore.world.house, &connected, "1".to_owned());
        shore.free(&connected).await;
        shore.world.house.clock().advance(SignedDuration::from_hours(2));
        let World { house, home, .. } = &shore.world;
        let cut = jobs::run_account(house, home, &connected).expect("nothing runs");
        shore.asks(&connected).await;
        assert_eq!(shore.lake.desk.renewals(), 2 * round + 1);
        // As if the server had stopped here: the old token would end everything.
        cut.abort();
        assert!(cut.await.unwrap_err().is_cancelled());
        shore.world.house.clock().advance(SignedDuration::from_hours(2));
        jobs::run_account(house, home, &connected).expect("nothing runs");
    }
    shore.asks(&connected).await;
    assert_eq!(shore.lake.desk.renewals(), 4);
}

/// The same by a code that is typed at the provider's page.
fn by_code() -> String {
    MANIFEST.replace(
        "authorize = \"https://lake.example/authorize\"",
        "device = \"https://lake.example/device/code\"",
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_typed_at_the_provider_and_the_home_asks_until_then() {
    let mut shore = Shore::new(&by_code(), None).await;
    let account = shore.connect("lake", READ).await;
    let page = shows(&mut shore.browser, &account, "WDJB-MJHT").await;
    assert_eq!(link(&page), "https://lake.example/device");
    assert!(page.contains("data-waits"), "the page goes on by itself: {page}");
    shore.lake.desk.set(|ways| ways.typed = true);
    shore.free(&accounts::all(&shore.world.home).unwrap()[0]).await;
    let done = shows(&mut shore.browser, &account, "<q class=\"said\">1 steps").await;
    assert!(done.contains("372.1") && !done.contains("WDJB-MJHT"), "{done}");
    assert!(shore.asked("oauth-token").await >= 2, "it was told to slow down, and did");
    shore.lake.desk.set(|ways| ways.refuses = true);
    let again = shore.connect("lake", READ).await;
    shore.free(&accounts::all(&shore.world.home).unwrap()[0]).await;
    shows(&mut shore.browser, &again, "the provider was told no").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_is_sent_to_declared_origins_alone() {
    for (off, sent) in [(None, false), (Some(Check::Visit), true)] {
        for page in ["https://evil.example/device", "https://lake.example@evil.example/device"] {
            let mut shore = Shore::new(&by_code(), off).await;
            shore.lake.desk.set(|ways| page.clone_into(&mut ways.device_page));
            let account = shore.connect("lake", READ).await;
            if sent && !page.contains('@') {
                let shown = shows(&mut shore.browser, &account, "WDJB-MJHT").await;
                assert!(link(&shown).starts_with("https://evil.example/"), "{shown}");
            } else {
                let shown = shows(&mut shore.browser, &account, "makes no sense").await;
                assert!(!shown.contains("evil.example"), "{shown}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_comes_back_brings_the_state_of_its_own_session_once() {
    for (off, heard) in [(None, false), (Some(Check::State), true)] {
        let mut shore = Shore::new(MANIFEST, off).await;
        let account = shore.connect("lake", READ).await;
        let way = shore.way(&account).await;
        // The attacker has a code of his own, as the provider gave it to his browser.
        let challenge = value(&way, "code_challenge");
        let his = agree(&*shore.lake, &way.replace(&challenge, "his-own-challenge"));
        let code = value(&his, "code");
        let mut states = vec!["guessed".to_owned(), String::new()];
        // Another session of the same owner, and another home of the same house.
        let mut elsewhere = Browser::signed_in(&shore.world).await;
        elsewhere.front = shore.browser.front.clone();
        let page = shows(&mut elsewhere, &account, "rel=\"noreferrer\"").await;
        states.push(value(&link(&page), "state"));
        states.push(of_another_home(&mut shore).await);
        for state in states {
            let form = serde_urlencoded::to_string([("code", &code), ("state", &state)]).unwrap();
            let shown = shore.browser.visit(&format!("{BACK}?{form}")).await;
            assert!(heard || shown.status != StatusCode::OK, "{state}: {}", shown.text);
            let answer = shore.browser.post(BACK, &form, HOME).await;
            let refused = answer.status == StatusCode::CONFLICT;
            assert_eq!(refused, !heard, "{state}: {}", answer.text);
            if heard {
                break;
            }
        }
        if heard {
            // What it was given is a code that it did not ask for: the verifier tells.
            shows(&mut shore.browser, &account, "wants your yes on its own page: run it").await;
        } else {
            let back = agree(&*shore.lake, &way);
            let form = shore.come(&back).await;
            assert_eq!(shore.browser.post(BACK, &form, HOME).await.status, StatusCode::SEE_OTHER);
            let again = shore.browser.post(BACK, &form, HOME).await;
            assert_eq!(again.status, StatusCode::CONFLICT, "a second time");
            shows(&mut shore.browser, &account, "<q class=\"said\">1 steps").await;
        }
        assert_eq!(shore.lake.desk.tried().contains(&code), heard);
    }
}

/// The state of an account in another home of the house.
async fn of_another_home(shore: &mut Shore) -> String {
    let house = &shore.world.house;
    let name = "other".parse().unwrap();
    let other = house.create_home(&name, Settings::default()).await.unwrap();
    let proposal = registry::propose(house, probe(MANIFEST)).await.unwrap();
    let installed = registry::install(house, &other, proposal).await.unwrap();
    let typed = [("program".to_owned(), READ.to_owned())].into();
    let now = house.clock().now();
    let account = accounts::connect(&other, now, &installed.manifest, &typed).await.unwrap();
    jobs::run_account(house, &other, &account).unwrap();
    asks(&shore.world, &account).await;
    let mut browser = Browser::new(&shore.world);
    browser.front = shore.browser.front.clone();
    let sign_in = browser.front.sign_in_link(&name).unwrap();
    browser.visit(&sign_in).await;
    let url = format!("http://other.localhost:8080/accounts/{}", account.id);
    let page = shows(&mut browser, &url, "rel=\"noreferrer\"").await;
    value(&link(&page), "state")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_provider_answers_is_never_taken_to_another() {
    for (off, heard) in [(None, false), (Some(Check::Mixed), true)] {
        let evil = Arc::new(Lake::at("evil.example"));
        let manifest =
            MANIFEST.replace("lake.example", "evil.example").replace("\"lake\"", "\"evil\"");
        let world = World::new().await;
        let others = [Arc::clone(&evil) as Arc<dyn Provider>];
        let mut shore = Shore::of(world, &[MANIFEST, &manifest], off, &others).await;
        let account = shore.connect("evil", READ).await;
        // The evil provider sends the browser on to the honest one, with its own state.
        let state = value(&shore.way(&account).await, "state");
        let honest = shore.connect("lake", READ).await;
        let way = shore.way(&honest).await;
        let code = value(&agree(&*shore.lake, &way), "code");
        let form = serde_urlencoded::to_string([("code", &code), ("state", &state)]).unwrap();
        let answer = shore.browser.post(BACK, &form, HOME).await;
        assert_eq!(answer.status == StatusCode::CONFLICT, !heard, "{}", answer.text);
        if heard {
            shows(&mut shore.browser, &account, "wants your yes on its own page: run it").await;
        }
        assert_eq!(evil.desk.tried().contains(&code), heard);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_konnector_has_its_owner_open_a_declared_page_and_no_other() {
    let steps = [
        r#"{"visit": {"route": "page", "slots": {"rest": "consents/7"}, "query": {"lang": "fr"}}}"#,
        r#"{"fetch": {"route": "page", "slots": {"rest": "consents/7"}}}"#,
        r#"{"fetch": {"route": "way-back"}}"#,
    ];
    let mut shore = Shore::new(MANIFEST, None).await;
    let (account, _) = shore.connected(&steps.join("\n")).await;
    let page = shows(&mut shore.browser, &account, "I have done it").await;
    assert_eq!(link(&page), "https://lake.example/confirm/consents/7?lang=fr");
    // Without a state a return is no answer: the account's page waits.
    let back = shore.browser.visit(BACK).await;
    assert_eq!(format!("{HOME}{}", back.headers["location"].to_str().unwrap()), account);
    let visit = between(&page, "name=\"visit\" value=\"", "\"").to_owned();
    for wrong in ["visit=0123", ""] {
        shore.browser.post(&format!("{account}/visited"), wrong, HOME).await;
        assert!(shore.browser.visit(&account).await.text.contains("I have done it"), "{wrong}");
    }
    shore.browser.post(&format!("{account}/visited"), &format!("visit={visit}"), HOME).await;
    let done = shows(&mut shore.browser, &account, "<q class=\"said\">3 steps").await;
    assert!(done.contains("Refused"), "a page is no request: {done}");
    assert_eq!(shore.asked("page").await, 1);
    let other = r#"{"visit": {"route": "readings"}}"#;
    let account = shore.connect("lake", other).await;
    let way = shore.way(&account).await;
    let form = shore.come(&agree(&*shore.lake, &way)).await;
    shore.browser.post(BACK, &form, HOME).await;
    shows(&mut shore.browser, &account, "is no page to be opened").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pages_address_carries_what_may_be_sent_there_and_no_more() {
    let program = [READ, r#"{"visit": {"route": "page", "slots": {"rest": "to-a-stranger"}}}"#];
    let shared = MANIFEST
        .replace("name = \"Lake\"\norigins", "name = \"Lake\"\nmulti_tenant = true\norigins");
    for (fault, leaves) in [(Fault::Nothing, false), (Fault::SendsAbove, true)] {
        let world = World::at(tempfile::tempdir().unwrap(), fault).await;
        let mut shore = Shore::of(world, &[&shared], None, &[]).await;
        let (account, _) = shore.connected(&program.join("\n")).await;
        let (text, seen) = if leaves { ("I have done it", true) } else { ("is no page", false) };
        let page = shows(&mut shore.browser, &account, text).await;
        assert_eq!(page.contains("/confirm/to-a-stranger\" rel"), seen, "{page}");
    }
}
