//! The konnector of OFX Direct Connect against a bank of our own, and that bank against a client
//! that others wrote.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use bytes::Bytes;
use domicile::flow::accounts::Connected;
use domicile_providers::serve::{Authority, start};
use domicile_providers::{Answer, LOGIN, Ofx, PASSWORD, Provider};
use http::Request;

use crate::cassettes::{door, keep, nobody, recorded};
use crate::recipes::{beside, connect_with, run};
use crate::support::World;

fn typed(password: &str) -> [(&'static str, &str); 5] {
    [
        ("server", "ofx.banquedusud.example/cgi/ofx"),
        ("org", "SUD"),
        ("fid", "7001"),
        ("user", LOGIN),
        ("password", password),
    ]
}

async fn connect(world: &World, password: &str) -> Connected {
    let bytes = domicile_guests::bytes(domicile_guests::KONNECTOR_OFX_DIRECT).unwrap();
    connect_with(world, bytes, &typed(password)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bank_that_speaks_ofx_is_recorded() {
    let (whose, door) = (("ofx-direct", "banque-du-sud"), door(Arc::new(Ofx::default())).await);
    let plain = ["org", "fid"];
    let cassette = recorded(whose, &typed(PASSWORD), &plain, door, nobody).await;
    assert_eq!(cassette.expected.said, "2 accounts, 4 operations");
    keep(whose, &cassette);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bank_that_speaks_ofx_comes_home_in_either_notation() {
    for (xml_alone, requests) in [(false, 4), (true, 5)] {
        let bank = Arc::new(if xml_alone { Ofx::of_xml_alone() } else { Ofx::default() });
        let world = beside(&[Arc::clone(&bank) as Arc<dyn Provider>]).await;
        let account = connect(&world, PASSWORD).await;
        // The second time it asks since the month before the first.
        for said in ["2 accounts, 4 operations", "2 accounts, 3 operations"] {
            let ran = run(&world, &account).await;
            assert_eq!((ran.outcome.as_str(), ran.said.as_str()), ("done", said), "{ran:?}");
            assert!(ran.warnings.is_empty(), "{ran:?}");
        }
        let operations = world.documents("io.cozy.bank.operations");
        assert_eq!(operations.len(), 4, "a second time adds nothing");
        assert!(operations.iter().all(|one| one.label.to_string() == "bank@ofx-direct"));
        assert!(operations.iter().any(|one| one.body.contains("DR MARTIN & FILS")));
        assert_eq!(world.documents("io.cozy.bank.accounts").len(), 2);
        assert_eq!(bank.seen().len(), requests, "the notation is tried once");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_the_bank_refuses_is_sent_once() {
    let bank = Arc::new(Ofx::default());
    let world = beside(&[Arc::clone(&bank) as Arc<dyn Provider>]).await;
    let account = connect(&world, "no </USERPASS> & <b>").await;
    assert_eq!(run(&world, &account).await.outcome, "login-failed");
    let seen = bank.seen();
    assert_eq!(seen.len(), 1);
    assert!(
        seen[0].contains("<USERPASS>no &lt;/USERPASS&gt; &amp; &lt;b&gt;<LANGUAGE>"),
        "{seen:?}"
    );
}

/// The bank under the name of this machine.
struct Local(Ofx);

impl Provider for Local {
    fn host(&self) -> &'static str {
        "localhost"
    }

    fn answer(&self, request: &Request<Bytes>) -> Answer {
        self.0.answer(request)
    }
}

/// `ofxget`, where `cargo xtask test` installs it; in CI it must be there.
fn ofxget() -> Option<Command> {
    let target = Path::new(env!("CARGO_BIN_EXE_domicile")).ancestors().nth(2).unwrap();
    let python = target.join("tools/ofxtools/bin/python");
    if python.exists() {
        let mut command = Command::new(python);
        command.args(["-m", "ofxtools.scripts.ofxget"]);
        return Some(command);
    }
    assert!(std::env::var_os("CI").is_none(), "`{}` is missing", python.display());
    println!("SKIPPED: ofxtools is not installed: run `cargo xtask test`");
    None
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bank_of_ours_is_one_to_a_client_of_others() {
    if ofxget().is_none() {
        return;
    }
    let authority = Authority::new().unwrap();
    let address = start(&authority, Arc::new(Local(Ofx::default()))).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let trusted = folder.path().join("authority.pem");
    std::fs::write(&trusted, &authority.pem).unwrap();
    let url = format!("https://localhost:{}/cgi/ofx", address.port());
    for version in ["102", "203"] {
        let list = ["--checking", "00042 & 1", "--creditcard", "4970101234567890"];
        let asked = [
            (&["acctinfo"][..], &[][..], "<DESC>Compte courant"),
            (&["stmt", "--bankid", "30999"], &list, "<NAME>DR MARTIN &amp; FILS"),
        ];
        for (what, accounts, expected) in asked {
            let mut command = ofxget().unwrap();
            command.args(what).args(accounts).args(["--url", &url, "--version", version]);
            command.args(["--org", "SUD", "--fid", "7001", "-u", LOGIN, "--password", PASSWORD]);
            command.args(["--nokeyring", "--skipprofile"]).env("HOME", folder.path());
            command.env("SSL_CERT_FILE", &trusted).env("REQUESTS_CA_BUNDLE", &trusted);
            let output =
                tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            let error = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{version} {what:?}: {error}");
            assert!(text.contains(expected), "{version} {what:?}: {text} {error}");
            assert!(what[0] != "stmt" || text.contains("EPICERIE"), "{text}");
        }
    }
}
