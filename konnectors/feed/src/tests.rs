//! Whole runs over a server in memory.

use domicile_sdk::importer::{Deposits, Progress, Report};
use domicile_sdk::konnector::{Failure, Konnector};
use domicile_sdk::testing::Home;

use crate::Feed;

fn collect() -> Result<Report, Failure> {
    let mut out = Deposits::default();
    let report = Feed::collect(&mut out, &Progress::default());
    out.flush().unwrap();
    report
}

fn lies(home: &Home, body: &str) {
    let body = body.to_owned();
    home.provider(move |asked| {
        match asked.headers.iter().any(|(name, _)| name == "if-none-match") {
            true => (304, Vec::new(), String::new()),
            false => (200, vec![("etag", "\"1\"")], body.clone()),
        }
    });
}

const ONE: &str =
    "<rss><item><guid>1</guid><title>A</title></item><item><guid>1</guid></item></rss>";

#[test]
fn articles_come_once_and_each_feed_has_keys_of_its_own() {
    let mut keys = Vec::new();
    for name in ["Journal", "Other", "Journal"] {
        let home = Home::new();
        home.field("name", name);
        lies(&home, ONE);
        let Report { summary, warnings } = collect().unwrap();
        assert_eq!((summary.as_str(), warnings.len()), ("1 article", 1), "{warnings:?}");
        assert_eq!(collect().unwrap().summary, "0 articles");
        let (doctype, key, body) = home.deposits().remove(0);
        assert_eq!((doctype.as_str(), &body["feed"]), ("io.domicile.articles", &name.into()));
        keys.push(key);
    }
    assert!(keys[0] != keys[1] && keys[0] == keys[2], "{keys:?}");
}

#[test]
fn what_is_no_feed_is_told_and_asked_for_again() {
    let home = Home::new();
    home.viewer("fr", "2026-11-23");
    for _ in 0..2 {
        lies(&home, "<html>");
        let Err(Failure::Other(why)) = collect() else { panic!("taken") };
        assert!(why.starts_with("ce qui se trouve à l'adresse n'est pas repris : "), "{why}");
    }
}
