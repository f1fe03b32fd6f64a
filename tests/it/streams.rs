//! Streams of konnectors: who signs in, what is told of it, and where it ends. The attacks on them
//! are `tests/exfil/C3*`.

use domicile::flow::audit::{Event, Requests, SIGNED_IN};
use domicile::jobs;
use domicile::runs::collect::CollectError;
use jiff::SignedDuration;

use crate::browser::{Browser, HOME};
use crate::provider::{MAIL, MANIFEST, Stage, probe};
use crate::support::World;

async fn stage(manifest: &str) -> Stage {
    Stage::new(World::new().await, manifest, None).await
}

/// The streams and requests of the last run of a konnector.
async fn requests(world: &World) -> Vec<Requests> {
    let run = world.audit().await.into_iter().find_map(|entry| match entry.event {
        Event::Run { entrance, requests, .. } if entrance == "collect" => Some(requests),
        _ => None,
    });
    run.expect("the run is in the trail")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_home_signs_in_and_the_trail_says_what_came_and_went() {
    let stage = stage(MANIFEST).await;
    let program = "{\"open\": \"mail\"}\n{\"write\": \"a1 NOOP\\r\\n\"}\n{\"read\": 12}";
    let answers = stage.answers(program).await;
    assert_eq!(answers, ["open", "Ok(())", "12 bytes None a1 OK done"]);
    let seen = stage.provider.seen();
    let heard: Vec<&str> = seen.iter().map(|one| one.split(' ').nth(2).unwrap()).collect();
    assert_eq!(heard, ["CAPABILITY", "AUTHENTICATE", "NOOP"], "{seen:?}");
    let trail = requests(&stage.world).await;
    let one = &trail[0];
    assert_eq!(
        (trail.len(), one.host.as_str(), one.end.as_str()),
        (1, "mail.acme.example", SIGNED_IN)
    );
    assert_eq!((one.count, one.sent, one.received), (1, 9, 12), "{one:?}");
    assert!(one.credential && one.answered() && one.route == "mail");
    let mut browser = Browser::signed_in(&stage.world).await;
    let left = browser.visit(&format!("{HOME}/audit/left")).await.text;
    assert!(left.contains("mail.acme.example") && left.contains("signed in"), "{left}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_password_is_sent_once_and_stops_the_clock() {
    let manifest = format!("{MANIFEST}\n[trigger]\nschedule = \"@hourly\"\n");
    let stage = stage(&manifest).await;
    let World { house, home, .. } = &stage.world;
    // It opens all that it can, and says that all is well.
    let program = "{\"opens\": [3, \"refuses\"]}\n{\"open\": \"mail\"}";
    let account = stage.account(program).await;
    let ended = stage.collect(&account).await.unwrap_err();
    assert!(
        matches!(&ended, CollectError::Failed(_)) && ended.code() == "login-failed",
        "{ended:?}"
    );
    let proofs = |stage: &Stage| {
        let seen = stage.provider.seen();
        seen.iter().filter(|one| one.contains("AUTHENTICATE") || one.contains("LOGIN")).count()
    };
    assert_eq!(proofs(&stage), 1, "{:?}", stage.provider.seen());
    let trail = requests(&stage.world).await;
    let ends: Vec<&str> = trail.iter().map(|one| one.end.as_str()).collect();
    assert_eq!(ends, ["login"]);
    // By the clock it is tried once, and then its owner has to come.
    for hours in [1, 1, 24, 240] {
        house.clock().advance(SignedDuration::from_hours(hours));
        jobs::settle(house, home).await.unwrap();
    }
    assert_eq!(proofs(&stage), 2);
    let mut browser = Browser::signed_in(&stage.world).await;
    let page = browser.visit(&format!("{HOME}/accounts/{}", account.id)).await.text;
    assert!(page.contains("did not take the password"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_way_in_which_no_stream_comes_has_its_name_for_the_owner_alone() {
    let stage = stage(MANIFEST).await;
    for (name, code, told) in [
        ("greets", "too-large", "Unreachable"),
        ("boasts", "too-large", "Unreachable"),
        ("garbage", "protocol", "Unreachable"),
        ("knows", "protocol", "Unreachable"),
        ("mute", "slow", "Unreachable"),
    ] {
        let answers = stage.answers(&format!("{{\"open\": \"{name}\"}}")).await;
        assert_eq!(answers, [told], "{name}");
        let trail = requests(&stage.world).await;
        assert_eq!((trail[0].end.as_str(), trail[0].credential), (code, false), "{name}");
    }
}

/// The probe, for the mail server that its account names.
fn own_server() -> String {
    let text = MANIFEST.replacen("name = \"program\"", "name = \"server\"\nkind = \"mail-server\"\nlabel = { en = \"S\", fr = \"S\" }\n[[field]]\nname = \"program\"", 1);
    text.replacen("origin = \"imaps://mail.acme.example\"", "origin = \"{server}\"", 1)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_goes_to_the_mail_server_that_the_owner_named() {
    let stage = stage(&own_server()).await;
    let typed = |server| {
        [
            ("server", server),
            ("program", "{\"open\": \"mail\"}"),
            ("login", "alice"),
            ("password", "correct horse/battery&staple"),
            ("otp", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"),
        ]
    };
    for server in ["https://mail.evil.example", "imap://mail.evil.example", "10.0.0.1", "nas.local"]
    {
        assert!(stage.account_with("probe", &typed(server)).await.is_err(), "{server}");
    }
    let account = stage.account_with("probe", &typed("Mail.evil.example")).await.unwrap();
    assert_eq!(stage.collect(&account).await.unwrap().warnings, ["open"]);
    assert!(stage.left().contains(&format!("{MAIL}:993\n")), "{}", stage.left());
    assert!(stage.left().contains("mail.evil.example: d2 AUTHENTICATE"), "{}", stage.left());
    // A version that has another server, or another stream there, is not what its owner agreed to.
    let later =
        own_server().replacen("\"imaps://mute", "\"imaps://new.acme.example\", \"imaps://mute", 1);
    stage.world.install_bytes(probe(&later)).await;
    assert_eq!(stage.collect(&account).await.unwrap_err().code(), "reconnect");
    let mut browser = Browser::signed_in(&stage.world).await;
    let page = browser.visit(&format!("{HOME}/apps/probe")).await.text;
    assert!(
        page.contains("Reads the mail at the server that you name and can change nothing"),
        "{page}"
    );
}
