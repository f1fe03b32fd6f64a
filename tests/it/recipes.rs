//! The recipes, each against the provider that it is for, by the recipe konnector in a whole house
//! that finds them in an operator's list of hosts.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use domicile::egress::{Door, Hosts};
use domicile::flow::accounts::{self, Connected};
use domicile::flow::audit::Event;
use domicile::jobs::{self, Live, Ran};
use domicile::registry;
use domicile_guests as guests;
use domicile_providers::serve::{Authority, hosts, start};
use domicile_providers::{Bank, LOGIN, PASSWORD, Portal, Provider, Shop, Tracker};

use crate::exfil::component::with_manifest;
use crate::support::World;

const BANK: &str = include_str!("../../konnectors/recipe/recipes/banque-du-nord.toml");
const PORTAL: &str = include_str!("../../konnectors/recipe/recipes/tilleuls.toml");
const CAUGHT: &str = include_str!("../providers/recipes/bons-plans.toml");
/// What takes longer does not happen at all.
const PATIENCE: Duration = Duration::from_secs(60);

/// A house whose operator names these providers.
pub async fn beside(providers: &[Arc<dyn Provider>]) -> World {
    let world = World::new().await;
    let authority = Authority::new().unwrap();
    let mut served = Vec::new();
    for provider in providers {
        served.push((provider.host(), start(&authority, Arc::clone(provider)).await.unwrap()));
    }
    let list = hosts(&authority, &served).unwrap();
    world.house.set_door(Door::new(Hosts::parse(&list).unwrap()).unwrap());
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
    let mut running = jobs::run_account(&world.house, &world.home, account).unwrap();
    let asking = async {
        loop {
            match jobs::watch(&world.house, account) {
                Some(mut live) => return live.wait_for(Live::asks).await.is_ok(),
                None => tokio::task::yield_now().await,
            }
        }
    };
    let asked = tokio::select! {
        asked = tokio::time::timeout(PATIENCE, asking) => asked.unwrap(),
        ended = &mut running => {
            ended.unwrap();
            return (last(world, account), false);
        }
    };
    jobs::answer(&world.house, account, code());
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
    let portal = Portal::new(move |code| codes.lock().unwrap().push(code.to_owned()));
    let world = beside(&[Arc::new(portal)]).await;
    let wrong = connect(&world, PORTAL, "not it").await;
    assert_eq!(run(&world, &wrong).await.outcome, "login-failed");
    let account = connect(&world, PORTAL, PASSWORD).await;
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
