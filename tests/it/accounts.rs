//! Accounts: connected and run by their owner, by the clock, and what an account that waits shows.

use domicile::flow::Fault;
use domicile::flow::accounts::{self, Connected};
use domicile::flow::audit::Event;
use domicile::house::Settings;
use domicile::jobs::{self, Live, Overview};
use domicile::registry;
use domicile_policy::CauseKind;
use jiff::SignedDuration;

use crate::browser::{Browser, HOME};
use crate::provider::{KEY, MANIFEST, PASSWORD, Stage, deposit, stage};
use crate::support::{OPERATIONS, World};

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
    // The first run finds the provider broken, the next the password refused, and so on.
    let fails = r#"{"fail-in-turn": ["vendor", "login", "vendor", "login"]}"#;
    let account = stage.account(&format!("{}\n{fails}", deposit(1))).await;
    let first = later(&stage, 0).await;
    assert!(first.runs.is_empty() && first.next.is_some(), "{first:?}");
    let down = later(&stage, 60).await;
    assert_eq!((down.runs[0].outcome.as_str(), down.runs[0].brought), ("vendor-down", 1));
    assert_eq!(down.runs[0].cause, CauseKind::Schedule);
    assert!(later(&stage, 14).await.runs.len() == 1, "a while later");
    let refused = later(&stage, 2).await;
    assert_eq!((refused.runs[0].outcome.as_str(), refused.waits), ("login-failed", true));
    assert_eq!((refused.runs.len(), refused.next), (2, None));
    assert_eq!(later(&stage, 100 * 24 * 60).await.runs.len(), 2, "a password is not tried again");
    // Its owner finds the provider down: that says nothing about the password.
    jobs::run_account(house, home, &account).unwrap().await.unwrap();
    let still = later(&stage, 24 * 60).await;
    assert_eq!((still.runs[0].outcome.as_str(), still.waits), ("vendor-down", true));
    assert_eq!(still.runs.len(), 3);
    let mut browser = Browser::signed_in(&stage.world).await;
    let page = browser.visit(&format!("{HOME}/")).await.text;
    assert!(page.contains("Accounts that wait for you") && page.contains("alice"), "{page}");
    assert!(page.contains("did not take the password"), "{page}");
    let page = browser.visit(&format!("{HOME}/accounts/{}", account.id)).await.text;
    assert!(page.contains("does not work now") && page.contains("take the password"), "{page}");
    assert!(page.contains("What it had brought until then is here; documents: 1"), "{page}");
    // Its owner types another: it runs at once, and by itself again.
    let typed = [("program", "{\"recall\": \"turn\"}"), ("login", "alice"), ("password", "new")];
    let form = serde_urlencoded::to_string(typed).unwrap();
    let url = format!("{HOME}/accounts/{}", account.id);
    browser.post(&format!("{url}/reconnect"), &form, HOME).await;
    shows(&mut browser, &url, "<q class=\"said\">1 steps").await;
    let again = overview(&stage, &account);
    assert_eq!((again.runs[0].outcome.as_str(), again.waits), ("done", false));
    assert_eq!(later(&stage, 60).await.runs.len(), 5);
    jobs::pause_account(house, home, &account, true).await.unwrap();
    assert_eq!(later(&stage, 600).await.runs.len(), 5, "paused");
    jobs::pause_account(house, home, &account, false).await.unwrap();
    assert_eq!(later(&stage, 60).await.runs.len(), 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_has_one_run_at_a_time_and_no_app_starts_or_sees_it() {
    let stage = stage().await;
    let World { house, home, .. } = &stage.world;
    let account = stage.account(r#"{"challenge": ["sms", "Which code?"]}"#).await;
    let run = jobs::run_account(house, home, &account).expect("nothing runs");
    assert!(jobs::run_account(house, home, &account).is_none(), "a second one");
    let mut live = jobs::watch(house, &account).expect("it goes on");
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

/// The probe by the clock, and an account whose runs do these steps.
async fn by_the_clock(program: &str) -> (Stage, Connected) {
    let manifest = format!("{MANIFEST}\n[trigger]\nschedule = \"@hourly\"\n");
    let stage = Stage::new(World::new().await, &manifest, None).await;
    let account = stage.account(program).await;
    (stage, account)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_waits_is_told_of_on_every_page_until_it_works() {
    let (stage, account) = by_the_clock(r#"{"challenge": ["sms", "Which code?"]}"#).await;
    let World { house, home, .. } = &stage.world;
    let mut browser = Browser::signed_in(&stage.world).await;
    let pages = ["", "apps", "files", "settings", "audit", &format!("accounts/{}", account.id)];
    later(&stage, 0).await;
    let told = async |browser: &mut Browser, text: &str| {
        let mut told = Vec::new();
        for page in pages {
            let page = browser.visit(&format!("{HOME}/{page}")).await.text;
            told.push(page.contains(text));
        }
        told
    };
    let notice = "href=\"/#waiting\">1 account waits</a>";
    assert_eq!(told(&mut browser, "#waiting").await, [false; 6]);
    let asked = later(&stage, 60).await;
    assert_eq!((asked.runs[0].outcome.as_str(), asked.waits), ("challenge-asked", true));
    assert_eq!(told(&mut browser, notice).await, [true; 6]);
    browser.post(&format!("{HOME}/settings"), "locale=fr&owner=A&currency=EUR", HOME).await;
    assert_eq!(told(&mut browser, ">1 compte attend</a>").await, [true; 6]);
    let second = stage.account(r#"{"fail": "login"}"#).await;
    jobs::run_account(house, home, &second).unwrap().await.unwrap();
    assert_eq!(told(&mut browser, ">2 comptes attendent</a>").await, [true; 6]);
    jobs::disconnect(house, home, &second, false).await.unwrap();
    // Its owner is there now, and it works again.
    let run = jobs::run_account(house, home, &account).unwrap();
    let mut live = jobs::watch(house, &account).unwrap();
    live.wait_for(Live::asks).await.unwrap();
    jobs::answer(house, &account, "1".to_owned());
    run.await.unwrap();
    assert_eq!(told(&mut browser, "#waiting").await, [false; 6]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_account_brought_goes_with_it_if_its_owner_says_so() {
    let stage = stage().await;
    let World { house, home, .. } = &stage.world;
    let steps = |numbers: std::ops::Range<u32>| {
        let steps = numbers.map(deposit).chain([r#"{"set": ["mark", "MARKER"]}"#.to_owned()]);
        steps.collect::<Vec<_>>().join("\n")
    };
    let account = stage.account(&steps(0..6)).await;
    let other = stage.account(&steps(5..8)).await;
    for one in [&account, &other] {
        jobs::run_account(house, home, one).unwrap().await.unwrap();
    }
    let page = format!("{HOME}/accounts/{}/disconnect", account.id);
    let mut browser = Browser::signed_in(&stage.world).await;
    let asked = browser.visit(&page).await.text;
    assert!(asked.contains("</meter> 5</td>"), "{asked}");
    assert!(asked.contains("too, so they stay; documents: 1"), "{asked}");
    assert_eq!(stage.world.documents(OPERATIONS).len(), 8, "nothing is done by asking");
    // Another origin of the same machine can't, nor can its yes be for another account.
    let banks = "http://banks.home.localhost:8080";
    let answer = browser.post(&page, "documents=go", banks).await;
    assert!(answer.status.is_client_error());
    let answer = browser.post(&page, "documents=go", HOME).await;
    assert_eq!(answer.headers["location"], "/apps/probe");
    let left = stage.world.documents(OPERATIONS);
    assert_eq!(left.len(), 3, "those of the other account");
    let state = stage.world.documents("app.domicile.state");
    assert!(state.len() == 1 && !state[0].body.contains(&account.id), "{state:?}");
    let gone = stage.world.audit().await.into_iter().find_map(|entry| match entry.event {
        Event::AccountEmptied { gone, stays } => Some((gone.values().sum::<u64>(), stays)),
        _ => None,
    });
    assert_eq!(gone, Some((6, 1)), "five operations, a value of its own, and what both brought");
    assert_eq!(browser.visit(&page).await.headers["location"], "/apps");
    // The other way, all stays.
    browser.post(&page.replace(&account.id, &other.id), "documents=stay", HOME).await;
    assert!(accounts::all(home).unwrap().is_empty());
    assert_eq!(stage.world.documents(OPERATIONS).len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_with_an_account_goes_after_a_crash_too_and_waits_for_its_run() {
    let stage = stage().await;
    let World { house, home, .. } = &stage.world;
    let steps = [r#"{"deposits": 300}"#, r#"{"challenge": ["sms", "Which code?"]}"#, &deposit(300)];
    let account = stage.account(&steps.join("\n")).await;
    let run = jobs::run_account(house, home, &account).unwrap();
    let mut live = jobs::watch(house, &account).unwrap();
    live.wait_for(Live::asks).await.unwrap();
    let work = jobs::disconnect(house, home, &account, true).await.unwrap();
    assert!(work.is_empty(), "the run would bring more");
    assert!(jobs::leaving(home, &account.id).unwrap().is_some());
    jobs::answer(house, &account, "1".to_owned());
    run.await.unwrap();
    assert_eq!(stage.world.documents(OPERATIONS).len(), 301);
    // The server dies before it is begun.
    let Stage { world: World { house, home, folder }, .. } = stage;
    drop((home, house));
    let world = World::at(folder, Fault::Nothing).await;
    assert!(jobs::leaving(&world.home, &account.id).unwrap().is_some());
    jobs::settle(&world.house, &world.home).await.unwrap();
    assert!(world.documents(OPERATIONS).is_empty());
    assert!(jobs::leaving(&world.home, &account.id).unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_konnector_says_as_it_runs_is_its_own_words_to_its_owner_alone() {
    let stage = stage().await;
    let World { house, home, .. } = &stage.world;
    let forged = "<b>Sign in again</b>\n\nevent: end\ndata: {}\n\n\u{202e}";
    let progress = serde_json::json!({ "progress": [1, 2, forged] }).to_string();
    let asks = r#"{"challenge": ["sms", "</q> Your home asks for your passphrase: <input>"]}"#;
    let account = stage.account(&format!("{progress}\n{asks}")).await;
    let run = jobs::run_account(house, home, &account).unwrap();
    let mut live = jobs::watch(house, &account).unwrap();
    live.wait_for(Live::asks).await.unwrap();
    let url = format!("{HOME}/accounts/{}", account.id);
    let mut owner = Browser::signed_in(&stage.world).await;
    let page = owner.visit(&url).await.text;
    assert!(!page.contains("<b>Sign") && !page.contains("</q> Your home"), "{page}");
    assert!(page.contains("<q class=\"far\">1 of 2 &#60;b&#62;Sign in again"), "{page}");
    let asked = "in its own words: <q>&#60;/q&#62; Your home asks for your passphrase";
    assert!(page.contains(asked), "{page}");
    // Without a session, with another home's, from an app's address: there is no stream.
    let stream = format!("{url}/live");
    let nobody = Browser::new(&stage.world).visit(&stream).await;
    assert!(nobody.status.is_client_error() && !nobody.text.contains("Sign in again"));
    let second = house.create_home(&"second".parse().unwrap(), Settings::default()).await.unwrap();
    let mut neighbour = Browser::new(&stage.world);
    let link = neighbour.front.sign_in_link(second.name()).unwrap();
    neighbour.visit(&link).await;
    let theirs = stream.replace("home.localhost", "second.localhost");
    assert!(neighbour.visit(&theirs).await.status.is_client_error());
    let stolen = neighbour.cookies["second.localhost:8080"].clone();
    neighbour.cookies.insert("home.localhost:8080".to_owned(), stolen);
    assert!(neighbour.visit(&stream).await.status.is_client_error());
    let by_an_app = stream.replace("home.localhost", "banks.home.localhost");
    assert!(!owner.visit(&by_an_app).await.text.contains("Sign in again"));
    // Its owner's stream: each state is one line, whatever it says.
    let (events, ()) = tokio::join!(owner.visit(&stream), async {
        jobs::answer(house, &account, "1".to_owned());
    });
    run.await.unwrap();
    assert!(events.text.contains("Sign in again"), "{}", events.text);
    assert_eq!(events.text.matches("event: end").count(), 1 + events.text.matches("</b>").count());
    for line in events.text.lines().filter(|line| !line.is_empty()) {
        assert!(line == "event: end" || line.starts_with("data:"), "{line}");
    }
    assert!(events.headers.get("access-control-allow-origin").is_none());
    assert_eq!(events.headers["cross-origin-resource-policy"], "same-origin");
}
