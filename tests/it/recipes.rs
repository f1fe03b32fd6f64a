//! The recipes, each against the provider that it is for, by the recipe konnector in a whole house
//! that finds them in an operator's list of hosts.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use domicile::egress::{Door, Hosts, Limits, Rehearsal};
use domicile::flow::accounts::{self, Connected};
use domicile::flow::audit::Event;
use domicile::house::Settings;
use domicile::jobs::{self, Live, Ran};
use domicile::registry;
use domicile_guests as guests;
use domicile_providers::serve::{Authority, hosts, start};
use domicile_providers::{
    Bank, LOGIN, Mishap, PASSWORD, Provider, Shop, Tracker, Unreliable, gas, health, insurer,
    library, tilleuls, toll, town, water,
};
use serde_json::{Value, json};

use crate::exfil::component::with_manifest;
use crate::support::World;

macro_rules! recipe {
    ($name:literal) => {
        include_str!(concat!("../../konnectors/recipe/recipes/", $name, ".toml"))
    };
}

const BANK: &str = recipe!("banque-du-nord");
const TOP_UP: &str = recipe!("tilleuls");
const HEALTH: &str = recipe!("caisse-des-soins");
const CAUGHT: &str = include_str!("../providers/recipes/bons-plans.toml");
/// What takes longer does not happen at all.
const PATIENCE: Duration = Duration::from_secs(60);

/// A house whose operator names these providers.
pub async fn beside(providers: &[Arc<dyn Provider>]) -> World {
    beside_within(providers, Limits::default()).await
}

async fn beside_within(providers: &[Arc<dyn Provider>], limits: Limits) -> World {
    let world = World::new().await;
    let authority = Authority::new().unwrap();
    let mut served = Vec::new();
    for provider in providers {
        served.push((provider.host(), start(&authority, Arc::clone(provider)).await.unwrap()));
    }
    let list = hosts(&authority, &served).unwrap();
    let (inside, limits, root) = (Hosts::parse(&list).unwrap(), Some(limits), authority.der);
    let stage = Rehearsal { inside, limits, root, ..Rehearsal::default() };
    world.house.set_door(Door::rehearsed(Arc::new(stage)).unwrap());
    world
}

async fn connect(world: &World, recipe: &str, password: &str) -> Connected {
    let bytes = guests::bytes(guests::KONNECTOR_RECIPE).unwrap();
    let typed = [("login", LOGIN), ("password", password)];
    connect_with(world, with_manifest(bytes, recipe), &typed).await
}

/// An account of this konnector.
pub async fn connect_with(world: &World, bytes: Vec<u8>, typed: &[(&str, &str)]) -> Connected {
    let installed = world.install_bytes(bytes).await;
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    let typed = typed.iter().map(owned).collect();
    let now = world.house.clock().now();
    accounts::connect(&world.home, now, &installed.manifest, &typed).await.unwrap()
}

fn last(world: &World, account: &Connected) -> Ran {
    let installed = registry::find(&world.home, &account.component).unwrap();
    let now = jobs::overview_of_account(&world.house, &world.home, &installed, account).unwrap();
    now.runs.into_iter().next().expect("a run")
}

pub async fn run(world: &World, account: &Connected) -> Ran {
    jobs::run_account(&world.house, &world.home, account).unwrap().await.unwrap();
    last(world, account)
}

/// Run it, and answer what it asks with what `code` says then; without one it must not ask.
async fn run_with(world: &World, account: &Connected, code: impl Fn() -> String) -> (Ran, bool) {
    let running = jobs::run_account(&world.house, &world.home, account).unwrap();
    let mut live = jobs::watch(&world.house, account).expect("it goes on");
    let asked = tokio::time::timeout(PATIENCE, live.wait_for(Live::asks)).await.unwrap().is_ok();
    if asked {
        jobs::answer(&world.house, account, code());
    }
    running.await.unwrap();
    (last(world, account), asked)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bank_that_speaks_json_comes_home_page_by_page() {
    let bank = Arc::new(Bank::default());
    let world = beside(&[Arc::clone(&bank) as Arc<dyn Provider>]).await;
    let wrong = connect(&world, BANK, "not it").await;
    assert_eq!(run(&world, &wrong).await.outcome, "login-failed");
    let account = connect(&world, BANK, PASSWORD).await;
    for _ in 0..2 {
        let ran = run(&world, &account).await;
        assert_eq!((ran.outcome.as_str(), ran.said.as_str()), ("done", "2 comptes, 14 operations"));
        assert!(ran.warnings.is_empty(), "{ran:?}");
        let accounts = world.documents("io.cozy.bank.accounts");
        let operations = world.documents("io.cozy.bank.operations");
        assert_eq!((accounts.len(), operations.len()), (2, 14), "a second time adds nothing");
        assert!(operations.iter().all(|one| one.label.to_string() == "bank@banque-du-nord"));
        let bodies: Vec<serde_json::Value> =
            operations.iter().map(|one| serde_json::from_str(&one.body).unwrap()).collect();
        let current = accounts.iter().find(|one| one.body.contains("courant")).unwrap();
        assert!(bodies.iter().all(|body| body["account"] == current.id), "{bodies:#?}");
        let pay = bodies.iter().find(|body| body["amount"] == 2184.12).unwrap();
        assert_eq!(
            (&pay["date"], &pay["label"]),
            (&"2026-11-02".into(), &"VIR SALAIRE ATELIER NEUF".into())
        );
    }
    bank.set_down(true);
    assert_eq!(run(&world, &account).await.outcome, "vendor-down");
    assert_eq!(world.documents("io.cozy.bank.operations").len(), 14);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portal_asks_for_a_code_once_and_comes_home() {
    let sent: Arc<Mutex<Vec<String>>> = Arc::default();
    let codes = Arc::clone(&sent);
    let portal = tilleuls(move |code| codes.lock().unwrap().push(code.to_owned()));
    let world = beside(&[Arc::new(portal)]).await;
    let wrong = connect(&world, TOP_UP, "not it").await;
    assert_eq!(run(&world, &wrong).await.outcome, "login-failed");
    let account = connect(&world, TOP_UP, PASSWORD).await;
    let (ran, asked) = run_with(&world, &account, || "000000".to_owned()).await;
    assert_eq!((ran.outcome.as_str(), asked), ("wrong-code", true));
    let code = || sent.lock().unwrap().last().unwrap().clone();
    let (ran, asked) = run_with(&world, &account, code).await;
    assert_eq!((ran.outcome.as_str(), asked), ("done", true), "{ran:?}");
    assert_eq!(ran.said, "10 remboursements");
    let bills = world.documents("io.cozy.bills");
    assert_eq!(bills.len(), 10);
    let crown = bills.iter().find(|one| one.body.contains("R-0998")).unwrap();
    let body: serde_json::Value = serde_json::from_str(&crown.body).unwrap();
    assert_eq!((&body["amount"], &body["date"]), (&1020.5.into(), &"2026-08-02".into()));
    assert_eq!(body["socialSecurityRefund"], 75.25);
    // The session is the home's: the next run gets in with it, and needs nobody.
    let (ran, asked) = run_with(&world, &account, String::new).await;
    assert_eq!((ran.outcome.as_str(), asked), ("done", false));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interface_asks_for_a_code_once_and_comes_home() {
    let sent: Arc<Mutex<Vec<String>>> = Arc::default();
    let codes = Arc::clone(&sent);
    let insurer = insurer(move |code| codes.lock().unwrap().push(code.to_owned()));
    let world = beside(&[Arc::new(insurer)]).await;
    let account = connect(&world, recipe!("prevoyance-du-port"), PASSWORD).await;
    let (ran, asked) = run_with(&world, &account, || "000000".to_owned()).await;
    assert_eq!((ran.outcome.as_str(), asked), ("wrong-code", true), "{ran:?}");
    let code = || sent.lock().unwrap().last().unwrap().clone();
    let (ran, asked) = run_with(&world, &account, code).await;
    assert_eq!((ran.outcome.as_str(), asked), ("done", true), "{ran:?}");
    assert_eq!(bodies(&world, "io.cozy.bills").len(), 5);
    let (ran, asked) = run_with(&world, &account, String::new).await;
    assert_eq!((ran.outcome.as_str(), asked), ("done", false), "its session is the home's");
    let bills = bodies(&world, "io.cozy.bills");
    let teeth = bills.iter().find(|bill| bill["subtype"] == "Orthodontie").unwrap();
    let body = json!({
        "vendor": "Pr\u{e9}voyance du Port", "vendorRef": "88102", "type": "health_costs",
        "subtype": "Orthodontie", "beneficiary": "JULES", "date": "2026-10-21", "amount": 193.5,
        "socialSecurityRefund": 193.5, "currency": "EUR", "isRefund": true,
    });
    assert_eq!(*teeth, body);
}

/// The bodies of all documents of a doctype.
fn bodies(world: &World, doctype: &str) -> Vec<Value> {
    let documents = world.documents(doctype);
    documents.iter().map(|one| serde_json::from_str(&one.body).unwrap()).collect()
}

/// Whether a provider's data comes home whole, twice the same, and not for a wrong password. `said`
/// is what a run says, `found` one body of each doctype.
async fn comes_home(
    provider: impl Provider + 'static,
    recipe: &str,
    said: &str,
    found: &[(&str, usize, Value)],
) {
    let world = beside(&[Arc::new(provider)]).await;
    let wrong = connect(&world, recipe, "not it").await;
    assert_eq!(run(&world, &wrong).await.outcome, "login-failed");
    let account = connect(&world, recipe, PASSWORD).await;
    for _ in 0..2 {
        let ran = run(&world, &account).await;
        assert_eq!((ran.outcome.as_str(), ran.said.as_str()), ("done", said), "{ran:?}");
        assert!(ran.warnings.is_empty(), "{ran:?}");
        for (doctype, count, body) in found {
            let bodies = bodies(&world, doctype);
            assert_eq!(bodies.len(), *count, "{doctype}");
            assert!(bodies.contains(body), "{bodies:#?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_health_insurance_comes_home_act_by_act() {
    let tooth = json!({
        "vendor": "Caisse des Soins", "vendorRef": "202608-0077-1", "type": "health_costs",
        "subtype": "Proth\u{e8}se dentaire", "beneficiary": "Alix", "date": "2026-08-06",
        "originalDate": "2026-08-02", "amount": 75.25, "originalAmount": 1095.75,
        "currency": "EUR", "isRefund": true,
    });
    let said = "7 paiements, 9 remboursements";
    comes_home(health(), HEALTH, said, &[("io.cozy.bills", 9, tooth)]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_distributor_of_gas_comes_home_day_by_day() {
    let day = json!({
        "load": 34.81, "volume": 3.1, "year": 2026, "month": 11, "day": 1,
        "meter": "21546382190347",
    });
    let found = [("com.grandlyon.grdf.day", 20, day)];
    comes_home(gas(), recipe!("gaz-du-lac"), "1 compteurs, 20 jours", &found).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_water_utility_comes_home_out_of_a_table() {
    let day = json!({ "load": 428, "index": 813.08, "year": 2026, "month": 11, "day": 2 });
    let found = [("com.grandlyon.egl.day", 14, day)];
    comes_home(water(), recipe!("eau-des-monts"), "14 jours", &found).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_towns_portal_comes_home_child_by_child() {
    let meal = json!({
        "uid": "saint-amour-2-2026-11-05", "summary": "Cantine : Alix",
        "location": "Coll\u{e8}ge Germaine Tillion", "start": "2026-11-05", "isAllDay": true,
    });
    let credit = json!({
        "vendor": "Ville de Saint-Amour", "vendorRef": "2026-06-3377", "type": "canteen",
        "date": "2026-06-01", "amount": 4.16, "currency": "EUR", "isRefund": true,
    });
    let found = [("io.cozy.calendar.events", 14, meal), ("io.cozy.bills", 3, credit)];
    comes_home(town(), recipe!("saint-amour"), "2 enfants, 14 repas, 3 factures", &found).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_library_comes_home_by_a_cursor() {
    let loan = json!({
        "uid": "mediatheque-des-halles-31025022222", "isAllDay": true, "start": "2026-12-15",
        "summary": "\u{c0} rendre : Pain, fermentation, patience",
        "description": "Apollonia Poil\u{e2}ne (Camille)", "location": "M\u{e9}diath\u{e8}que des Halles",
    });
    let found = [("io.cozy.calendar.events", 7, loan)];
    comes_home(library(), recipe!("mediatheque-des-halles"), "7 emprunts", &found).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_motorway_comes_home_in_an_old_character_set() {
    let passage = json!({
        "vendor": "P\u{e9}ages de l'Ouest", "vendorRef": "702", "type": "toll", "date": "2026-10-04",
        "subtype": "Orl\u{e9}ans Nord - Tours Centre", "amount": 11.4, "currency": "EUR",
    });
    let found = [("io.cozy.bills", 4, passage)];
    comes_home(toll(), recipe!("peages-de-l-ouest"), "2 mois, 4 passages", &found).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_a_provider_does_the_run_ends_by_name_and_goes_on_later() {
    let site = Arc::new(Unreliable::new(Arc::new(health())));
    let limits = Limits {
        first_byte: Duration::from_secs(5),
        total: Duration::from_secs(20),
        ..Limits::default()
    };
    let mut world = beside_within(&[Arc::clone(&site) as Arc<dyn Provider>], limits).await;
    for (mishap, outcome, said) in [
        (Mishap::Garbage, "failed", "no `css #actes` on the page"),
        (Mishap::Half, "vendor-down", ""),
        (Mishap::Short, "failed", "not a valid `io.cozy.bills`"),
        (Mishap::Broken, "vendor-down", ""),
        (Mishap::Captcha, "sign-in", ""),
        (Mishap::Maintenance, "vendor-down", ""),
        (Mishap::Terms, "accept-terms", ""),
        (Mishap::Deep, "failed", "beyond all measure"),
        (Mishap::Endless, "vendor-down", ""),
        (Mishap::Silent, "vendor-down", ""),
    ] {
        let name = format!("home-{}", format!("{mishap:?}").to_lowercase()).parse().unwrap();
        world.home = world.house.create_home(&name, Settings::default()).await.unwrap();
        let account = connect(&world, HEALTH, PASSWORD).await;
        // Four answers to get in, three pages of payments, the acts of two.
        site.set(Some((mishap, 9)));
        let ran = run(&world, &account).await;
        assert_eq!(ran.outcome, outcome, "{mishap:?}: {ran:?}");
        assert!(ran.said.contains(said), "{mishap:?}: {ran:?}");
        let stayed = world.documents("io.cozy.bills").len();
        assert_eq!(stayed, 4, "{mishap:?}: what came before stays");
        site.set(None);
        let ran = run(&world, &account).await;
        assert_eq!(
            (ran.outcome.as_str(), ran.said.as_str()),
            ("done", "7 paiements, 9 remboursements")
        );
        assert_eq!(world.documents("io.cozy.bills").len(), 9, "{mishap:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recipe_that_tells_a_tracker_is_caught() {
    let tracker = Arc::new(Tracker::default());
    let told = format!("{CAUGHT}\n").replacen(
        "origins = [",
        "origins = [\"https://collecte.traceur.example\", ",
        1,
    );
    let route = "[[route]]\nname = \"collecte-traceur-example\"\nmethod = \"GET\"\n\
                 origin = \"https://collecte.traceur.example\"\npath = \"/\"\n\
                 query = { who = \"text 100\", bought = \"text 100\" }\n[[recipe.list]]";
    let told = told.replacen("[[recipe.list]]", route, 1);
    // The control says so in its manifest, and its owner agreed.
    for (recipe, outcome, heard) in [(CAUGHT, "failed", 0), (&told, "done", 2)] {
        let world = beside(&[Arc::new(Shop), Arc::clone(&tracker) as Arc<dyn Provider>]).await;
        let account = connect(&world, recipe, PASSWORD).await;
        let ran = run(&world, &account).await;
        assert_eq!(ran.outcome, outcome, "{ran:?}");
        assert_eq!(tracker.heard().len(), heard, "{:?}", tracker.heard());
        assert_eq!(world.documents("io.cozy.bills").len(), 2, "what came before stays");
        let refused = world.audit().await.into_iter().find_map(|entry| match entry.event {
            Event::Run { entrance, refusals, .. } if entrance == "collect" => Some(refusals),
            _ => None,
        });
        let refused: Vec<String> =
            refused.unwrap().iter().map(|refusal| format!("{refusal:?}")).collect();
        assert_eq!(
            refused.join("").contains("collecte-traceur-example"),
            heard == 0,
            "{refused:?}"
        );
    }
}
