//! Cassettes: every one that lies beside a konnector plays as it was recorded; what is recorded
//! holds no secret; what differs is told by name.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use domicile::egress::{Door, Hosts};
use domicile::flow::owner::Question;
use domicile::runs::cassette::{Cassette, CassetteError, Expected, Take, Theatre};
use domicile_guests as guests;
use domicile_policy::Locale;
use domicile_providers as providers;
use domicile_providers::serve::{Authority, hosts, start};
use domicile_providers::{Bank, LOGIN, PASSWORD, Provider};
use jiff::Timestamp;
use tokio::sync::mpsc;

use crate::recipes::follower;

/// Set, the tests keep what they record here in the konnectors' folders.
const KEEP: &str = "DOMICILE_KEEP_CASSETTES";

pub async fn theatre(component: Vec<u8>) -> Theatre {
    let worker = PathBuf::from(env!("CARGO_BIN_EXE_domicile"));
    Theatre::open(worker, component).await.unwrap()
}

fn konnectors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../konnectors")
}

/// What a konnector's folder is built into; a recipe of this name makes it whole.
pub fn component(folder: &str, name: &str) -> Vec<u8> {
    let recipe = konnectors().join(folder).join("recipes").join(name);
    if let Ok(recipe) = std::fs::read_to_string(recipe.with_extension("toml")) {
        return follower(&recipe);
    }
    let constant = format!("konnector_{}", folder.replace('-', "_"));
    let guest = guests::ALL.iter().find(|guest| guest.name == constant).expect("a guest");
    guests::bytes(guest.path).unwrap()
}

/// When all of them are recorded: in the sandboxes it is November 2026.
fn at() -> Timestamp {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

/// For a run that asks nothing.
pub fn nobody(_: &Question) -> String {
    String::new()
}

/// Record a run, and have the cassette play from its text alone.
pub async fn recorded(
    (folder, name): (&str, &str),
    typed: &[(&str, &str)],
    plain: &[&str],
    door: Door,
    answers: impl Fn(&Question) -> String + Send + 'static,
) -> Cassette {
    let (owner, mut asked) = mpsc::channel::<Option<Question>>(1);
    tokio::spawn(async move {
        while let Some(question) = asked.recv().await {
            if let Some(question) = question {
                let answer = answers(&question);
                question.answer.send(answer).unwrap();
            }
        }
    });
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    let take = Take {
        typed: typed.iter().map(owned).collect(),
        blanks: Vec::new(),
        plain: plain.iter().map(|name| (*name).to_owned()).collect(),
        locale: Locale::En,
        at: at(),
    };
    let blanked = typed.iter().filter(|(name, text)| !plain.contains(name) && !text.is_empty());
    let secrets: Vec<String> = blanked.map(|(_, value)| (*value).to_owned()).collect();
    let mut theatre = theatre(component(folder, name)).await;
    let cassette = theatre.record(take, door, Some(owner)).await.unwrap();
    let text = cassette.text().unwrap();
    for secret in secrets {
        assert!(!text.contains(&secret), "{secret}: {text}");
    }
    let read = Cassette::parse(&text).unwrap();
    assert_eq!(read, cassette);
    theatre.test(&read).await.unwrap();
    cassette
}

/// Keep it beside its konnector, if whoever runs the tests says so.
pub fn keep((folder, name): (&str, &str), cassette: &Cassette) {
    if std::env::var_os(KEEP).is_some() {
        let place = konnectors().join(folder).join("cassettes");
        std::fs::create_dir_all(&place).unwrap();
        std::fs::write(place.join(format!("{name}.toml")), cassette.text().unwrap()).unwrap();
    }
}

/// A door to a provider of `tests/providers`.
pub async fn door(provider: Arc<dyn Provider>) -> Door {
    let authority = Authority::new().unwrap();
    let served = (provider.host(), start(&authority, Arc::clone(&provider)).await.unwrap());
    Door::new(Hosts::parse(&hosts(&authority, &[served]).unwrap()).unwrap()).unwrap()
}

async fn of_the_bank(password: &str) -> Cassette {
    let typed = [("login", LOGIN), ("password", password)];
    let door = door(Arc::new(Bank::default())).await;
    recorded(("recipe", "banque-du-nord"), &typed, &[], door, nobody).await
}

/// The recipes that ask a provider.
fn recipes() -> Vec<String> {
    let folder = std::fs::read_dir(konnectors().join("recipe/recipes")).unwrap();
    let asks = |path: &PathBuf| std::fs::read_to_string(path).unwrap().contains("[[route]]");
    let paths = folder.map(|entry| entry.unwrap().path()).filter(asks);
    paths.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect()
}

/// Where one of them leads, in this machine.
fn provider(recipe: &str, sent: impl Fn(&str) + Send + Sync + 'static) -> Arc<dyn Provider> {
    match recipe {
        "banque-du-nord" => Arc::new(Bank::default()),
        "caisse-des-soins" => Arc::new(providers::health()),
        "eau-des-monts" => Arc::new(providers::water()),
        "gaz-du-lac" => Arc::new(providers::gas()),
        "mediatheque-des-halles" => Arc::new(providers::library()),
        "ondes-et-fils" => Arc::new(providers::telecom()),
        "peages-de-l-ouest" => Arc::new(providers::toll()),
        "prevoyance-du-port" => Arc::new(providers::insurer(sent)),
        "saint-amour" => Arc::new(providers::town()),
        "tilleuls" => Arc::new(providers::tilleuls(sent)),
        other => panic!("`{other}` leads nowhere"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_recipe_is_recorded() {
    for recipe in recipes() {
        let sent: Arc<std::sync::Mutex<String>> = Arc::default();
        let code = Arc::clone(&sent);
        let door = door(provider(&recipe, move |code| *sent.lock().unwrap() = code.to_owned()));
        let typed = [("login", LOGIN), ("password", PASSWORD)];
        let code = move |_: &Question| code.lock().unwrap().clone();
        let cassette = recorded(("recipe", &recipe), &typed, &[], door.await, code).await;
        let questions = usize::from(["prevoyance-du-port", "tilleuls"].contains(&&*recipe));
        let Expected { end, questions: asked, .. } = &cassette.expected;
        assert_eq!((end.as_str(), asked.len()), ("done", questions), "{recipe}");
        keep(("recipe", &recipe), &cassette);
    }
}

#[test]
fn every_konnector_has_a_cassette() {
    let manifest = |folder: &PathBuf| std::fs::read_to_string(folder.join("manifest.toml"));
    let folders = std::fs::read_dir(konnectors()).unwrap().map(|entry| entry.unwrap().path());
    let asks =
        |folder: &PathBuf| manifest(folder).is_ok_and(|text| text.contains("kind = \"konnector\""));
    let without = folders.filter(asks).filter(|folder| !folder.join("cassettes").exists());
    assert_eq!(without.collect::<Vec<_>>(), Vec::<PathBuf>::new());
    let recipe = |name: &String| konnectors().join(format!("recipe/cassettes/{name}.toml"));
    let without = recipes().into_iter().filter(|name| !recipe(name).exists());
    assert_eq!(without.collect::<Vec<_>>(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn every_cassette_plays_as_it_was_recorded() {
    for konnector in std::fs::read_dir(konnectors()).unwrap() {
        let konnector = konnector.unwrap();
        let folder = konnector.file_name().into_string().unwrap();
        let Ok(cassettes) = std::fs::read_dir(konnector.path().join("cassettes")) else { continue };
        for path in cassettes.map(|entry| entry.unwrap().path()) {
            let name = path.file_stem().unwrap().to_str().unwrap();
            let cassette = Cassette::parse(&std::fs::read_to_string(&path).unwrap()).unwrap();
            let test = theatre(component(&folder, name)).await.test(&cassette).await;
            assert!(test.is_ok(), "{}: {}", path.display(), test.unwrap_err());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cassette_holds_what_was_told_and_no_secret() {
    let cassette = of_the_bank(PASSWORD).await;
    let counts: BTreeMap<String, u64> = (cassette.expected.documents.iter())
        .map(|(doctype, all)| (doctype.to_string(), all.count))
        .collect();
    assert_eq!(counts["io.cozy.bank.accounts"], 2);
    assert_eq!(counts["io.cozy.bank.operations"], 14);
    assert_eq!(cassette.fields["login"], "blanked-login");
    let text = cassette.text().unwrap();
    // What signing in brought is the host's, and the form's places are filled behind the tape.
    assert!(!text.contains("jeton-du-nord") && text.contains("[hidden]"), "{text}");
    assert!(text.contains("grant_type") && !text.contains("username"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_cassette_does_not_hold_fails_by_name() {
    let cassette = of_the_bank("not it").await;
    assert_eq!(cassette.expected.end, "login-failed", "failures have cassettes too");
    let cassette = of_the_bank(PASSWORD).await;
    let text = cassette.text().unwrap();
    let mut bank = theatre(component("recipe", "banque-du-nord")).await;
    for (from, to, told) in [
        ("cursor=5", "cursor=6", "request 4, by route `operations`: it asks for"),
        (
            "route = \"accounts\"",
            "route = \"account\"",
            "request 2, by route `accounts`: it goes by",
        ),
        ("grant_type: ", "type: ", "request 1, by route `sign-in`: its body is"),
        ("number = 5", "number = 9", "request 9, by route `operations`: the run did not ask for"),
        ("VIR SALAIRE", "VIR PRIME", "as many documents, with other keys or contents"),
        ("14 operations", "13 operations", "it says"),
        ("count = 14", "count = 13", "14 documents instead of 13"),
        ("end = \"done\"", "end = \"failed\"", "it ends with `done` instead of `failed`"),
    ] {
        let other = text.replacen(from, to, 1);
        assert_ne!(other, text, "{from}: {text}");
        let other = Cassette::parse(&other).unwrap();
        let error = bank.test(&other).await.unwrap_err().to_string();
        assert!(error.contains(told), "{from}: {error}");
    }
    // What comes of other answers can be accepted; other requests can't.
    let answers = Cassette::parse(&text.replacen("VIR SALAIRE", "VIR PRIME", 1)).unwrap();
    let accepted = bank.accepted(answers).await.unwrap();
    bank.test(&accepted).await.unwrap();
    let requests = Cassette::parse(&text.replacen("cursor=5", "cursor=6", 1)).unwrap();
    assert!(bank.accepted(requests).await.is_err());
    let other = theatre(component("carddav", "")).await.test(&cassette).await;
    assert!(matches!(other, Err(CassetteError::Other(_))), "{other:?}");
    for broken in [text.replace("version = 1", "version = 2"), text.replace("end =", "ends =")] {
        assert!(Cassette::parse(&broken).is_err(), "{broken}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_blanked_is_out_of_a_cassette_or_there_is_none() {
    let take = |blank: (&str, &str)| Take {
        typed: [("login", LOGIN), ("password", PASSWORD)]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
        blanks: vec![(blank.0.to_owned(), blank.1.to_owned())],
        plain: Vec::new(),
        locale: Locale::Fr,
        at: at(),
    };
    let mut bank = theatre(component("recipe", "banque-du-nord")).await;
    let mut record = async |blank| {
        let door = door(Arc::new(Bank::default())).await;
        bank.record(take(blank), door, None).await
    };
    let iban = ("FR7630004000031234567890143", "FR00");
    let text = record(iban).await.unwrap().text().unwrap();
    assert!(!text.contains(iban.0) && text.contains("FR00"), "{text}");
    // The list of accounts is called so: without it there is nothing to look into.
    let spoiled = record(("accounts", "blanked")).await.unwrap_err();
    assert!(spoiled.to_string().contains("documents instead of"), "{spoiled}");
    assert!(matches!(record(("4021", "1")).await, Ok(_) | Err(CassetteError::Spoiled(_))));
    assert!(matches!(record(("42", "1")).await, Err(CassetteError::Short(_))));
    let bob = [("login".to_owned(), "bob".to_owned())].into();
    let (blanks, plain, locale) = (Vec::new(), Vec::new(), Locale::Fr);
    let bob = Take { typed: bob, blanks, plain, locale, at: at() };
    let door = door(Arc::new(Bank::default())).await;
    assert!(matches!(bank.record(bob, door, None).await, Err(CassetteError::ShortField(_))));
}
