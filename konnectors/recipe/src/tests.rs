//! Whole runs over a provider in memory. In: recipes and answers. Out: deposits. The recipes that
//! come with the component are tried against their providers in `tests/it/recipes.rs`.

use domicile_sdk::importer::{Deposits, Progress, Report};
use domicile_sdk::konnector::{Failure, Konnector};
use domicile_sdk::testing::{Asked, Home};
use serde_json::{Value, json};

use crate::ByRecipe;

const PORTAL: &str = r##"
[[step]]
ask = { route = "start" }
[[step]]
if = "css #form"
take = { token = "css #form input @value" }
[[step]]
if = "css #form"
ask = { route = "enter", form = { token = "{token}" } }
fail = [{ on = "css .error", is = "login-failed" }]
[[step]]
if = "css #code"
code = { secret = "sms", question = { en = "Which code?", fr = "Quel code ?" } }
ask = { route = "prove" }

[[list]]
name = "bills"
ask = { route = "bills", query = { page = "{page}" } }
next = { take = "css .next @href | query page", name = "page" }
each = "css li"
take = { id = "css @id", amount = "css b | number ,", day = "css i | date dd/mm/yyyy" }
doctype = "io.cozy.bills"
key = "{id}"
document = { vendor = "Acme", date = "{day}", amount = "{amount}" }
"##;

fn collect(recipe: &str, home: &Home) -> Result<Report, Failure> {
    let table: toml::Table = recipe.parse().unwrap();
    home.recipe(&serde_json::to_string(&table).unwrap());
    let mut out = Deposits::default();
    let report = ByRecipe::collect(&mut out, &Progress::default());
    out.flush().unwrap();
    report
}

type Answered = (u16, Vec<(&'static str, &'static str)>, String);

fn page(body: &str) -> Answered {
    (200, Vec::new(), body.to_owned())
}

fn portal(request: &Asked) -> Answered {
    let query = request.query.first().map_or("", |(_, value)| value.as_str());
    match (request.route.as_str(), query) {
        ("start", _) => (302, vec![("location", "route form")], String::new()),
        ("form", _) => page("<form id=form><input value=t1></form>"),
        ("enter", _) if format!("{:?}", request.body).contains("t1") => page("<p id=code>"),
        ("enter", _) => page("<p class=error>"),
        ("prove", _) => page("welcome"),
        ("bills", "") => page(
            "<ul><li id=1><b>1 234,50</b><i>3/11/2026</i></li><li><b>2</b></li></ul>\
             <a class=next href='?page=2'>more</a>",
        ),
        ("bills", "2") => page("<ul><li id=2><b>no number</b><i>04/11/2026</i></li></ul>"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_recipe_finds_the_way_in_and_every_page() {
    let home = Home::new();
    home.provider(portal);
    assert!(matches!(collect(PORTAL, &home), Err(Failure::ChallengeAsked)), "nobody is there");
    home.answers("sms");
    let report = collect(PORTAL, &home).unwrap();
    assert_eq!(report.summary, "2 bills");
    assert_eq!(report.warnings.len(), 1, "one has no id: {report:?}");
    let found: Vec<Value> = home.deposits().into_iter().map(|(_, _, body)| body).collect();
    assert_eq!(
        found,
        [
            json!({"vendor": "Acme", "date": "2026-11-03", "amount": 1234.5}),
            json!({"vendor": "Acme", "date": "2026-11-04"}),
        ]
    );
}

#[test]
fn what_a_page_says_ends_a_run_by_its_name() {
    let home = Home::new();
    home.provider(|request| match request.route.as_str() {
        "enter" => page("<p class=error>"),
        _ => portal(request),
    });
    assert!(matches!(collect(PORTAL, &home), Err(Failure::LoginFailed)));
    home.provider(|request| match request.route.as_str() {
        "form" => page("<form id=form></form>"),
        _ => portal(request),
    });
    let changed = collect(PORTAL, &home).unwrap_err();
    assert!(matches!(&changed, Failure::Other(text) if text.contains("`token`")), "{changed:?}");
    home.provider(|_| (302, vec![("location", "other")], String::new()));
    let away = collect(PORTAL, &home).unwrap_err();
    assert!(matches!(&away, Failure::Other(text) if text.contains("does not know")), "{away:?}");
    home.provider(|_| (502, Vec::new(), String::new()));
    assert!(matches!(collect(PORTAL, &home), Err(Failure::VendorDown)));
}

#[test]
fn lists_follow_lists_and_tables_are_lists() {
    let recipe = r#"
[[list]]
name = "accounts"
ask = { route = "accounts" }
each = "json /all"
take = { number = "json /number", label = "json /label" }
doctype = "io.cozy.bank.accounts"
key = "{number}"
document = { label = "{label}" }
[[list]]
name = "operations"
per = "accounts"
ask = { route = "table", slots = { account = "{number}" } }
each = "csv ;"
take = { day = "csv Date | date dd/mm/yy", text = "csv Label", amount = "csv Amount | number ," }
doctype = "io.cozy.bank.operations"
key = "{number}-{day}-{text}"
document = { label = "{text}", date = "{day}", amount = "{amount}", account = "{accounts id}" }
"#;
    let home = Home::new();
    home.provider(|request| match request.route.as_str() {
        "accounts" => page(r#"{"all": [{"number": 7, "label": "Current"}]}"#),
        _ => page("\u{feff}Date;Label;Amount\r\n03/11/26;\"A;\"\"B\"\"\";-1,5\r\n\r\n"),
    });
    let report = collect(recipe, &home).unwrap();
    assert_eq!(report.summary, "1 accounts, 1 operations");
    let (_, key, body) = home.deposits().remove(1);
    assert_eq!(key, "7-2026-11-03-A;\"B\"");
    let account = body["account"].as_str();
    let account_id = Some("io.cozy.bank.accounts/7");
    assert_eq!((body["amount"].as_f64(), account), (Some(-1.5), account_id), "{body}");
}

/// Signs in only where nobody is, counts pages, and goes through each item's own page.
const API: &str = r#"
[[fail]]
on = "css h1 | has maintenance"
is = "vendor-down"
[[step]]
ask = { route = "me" }
attempt = true
[[step]]
unless = "json /me"
ask = { route = "enter", json = { user = "{login}" } }
refused = "login-failed"
expect = "json /token"
[[list]]
name = "bills"
ask = { route = "bills", query = { page = "{page}", from = "{today - 30}" } }
next = { name = "page", count = 1 }
each = "json /days/*/bills"
take = { id = "json /id | text", cents = "json /cents | times 0.01 | absolute" }
follow = { ask = { route = "bill", slots = { id = "{id}" } }, expect = "css dl", take = { day = "css dd | date month yyyy" } }
doctype = "io.cozy.bills"
key = "{login}-{id}"
document = { vendor = "Acme", vendorRef = "{id}", date = "{day}", amount = "{cents}" }
"#;

fn api(request: &Asked) -> Answered {
    let said = format!("{:?} {:?} {:?}", request.slots, request.query, request.body);
    let query: Vec<&str> = request.query.iter().map(|(_, value)| value.as_str()).collect();
    match (request.route.as_str(), query.as_slice()) {
        ("me", _) => (401, Vec::new(), r#"{"error": "nobody"}"#.to_owned()),
        ("enter", _) if said.contains("alice") => page(r#"{"token": "kept"}"#),
        ("enter", _) => (403, Vec::new(), String::new()),
        ("bills", ["2026-10-24", "1"]) => {
            page(r#"{"days": [{"bills": [{"id": 1, "cents": -1999}]}, {"bills": []}]}"#)
        }
        ("bills", ["2026-10-24", "2"]) => page(r#"{"days": [{"bills": []}]}"#),
        ("bill", _) if said.contains("\"1\"") => page("<dl><dd>octobre 2026</dd></dl>"),
        other => panic!("{other:?} {said}"),
    }
}

#[test]
fn a_recipe_counts_pages_and_follows_each_item() {
    let home = Home::new();
    home.provider(api);
    assert!(matches!(collect(API, &home), Err(Failure::Other(_))), "no `login` was typed");
    home.field("login", "bob");
    assert!(matches!(collect(API, &home), Err(Failure::LoginFailed)));
    home.field("login", "alice");
    assert_eq!(collect(API, &home).unwrap().summary, "1 bills");
    let (_, key, body) = home.deposits().remove(0);
    assert_eq!(key, "alice-1");
    assert_eq!(
        body,
        json!({"vendor": "Acme", "vendorRef": "1", "date": "2026-10-01", "amount": 19.99})
    );
}

#[test]
fn what_is_no_page_of_the_recipe_is_named() {
    let home = Home::new();
    home.field("login", "alice");
    for (route, status, body, wanted) in [
        ("me", 503, "<h1>Site en maintenance</h1>", "VendorDown"),
        ("bills", 403, "<h1>maintenance</h1>", "VendorDown"),
        ("bills", 200, "<h1>x</h1>", "no `json /days/*/bills` on the page"),
        ("bills", 200, "{\"days\": [{\"bil", "no `json /days/*/bills` on the page"),
        ("enter", 200, "{}", "no `json /token` on the page"),
        ("enter", 423, "{}", "TooManyAttempts"),
        ("bill", 200, "<p>", "no `css dl` on the page"),
        ("bill", 404, "<p>", "the provider answered 404"),
        ("bills", 200, &"<div>".repeat(10_000), "beyond all measure"),
    ] {
        let answer = body.to_owned();
        home.provider(move |request| match request.route == route {
            true => (status, Vec::new(), answer.clone()),
            false => api(request),
        });
        let error = format!("{:?}", collect(API, &home).unwrap_err());
        assert!(error.contains(wanted), "{route} {status}: {error}");
    }
    assert!(home.deposits().is_empty());
}

#[test]
fn what_a_provider_sends_is_read_as_a_page() {
    let recipe = r#"
[[list]]
name = "positions"
each = "json /locations"
take = { at = "json /tst", place = "json /name" }
doctype = "io.cozy.notes"
key = "{at}"
document = { title = "{place}" }
"#;
    let home = Home::new();
    assert_eq!(collect(recipe, &home).unwrap().summary, "0 positions");
    home.message("application/json", br#"{"locations": [{"tst": 7, "name": "A"}, {"name": "B"}]}"#);
    home.message("text/plain", b"\xff\xfe no JSON");
    home.message("application/json", br#"{"locations": [{"tst": 8, "name": "C"}]}"#);
    let report = collect(recipe, &home).unwrap();
    assert_eq!(report.summary, "2 positions");
    let [no_id, no_page] = &report.warnings[..] else { panic!("{report:?}") };
    assert!(no_id.contains("no id") && no_page.contains("/locations"), "{report:?}");
    let found: Vec<Value> = home.deposits().into_iter().map(|(_, _, body)| body).collect();
    assert_eq!(found, [json!({"title": "A"}), json!({"title": "C"})]);
    assert_eq!(collect(recipe, &home).unwrap().summary, "0 positions", "each once");
}

#[test]
fn a_recipe_that_says_nonsense_says_where() {
    for (from, to, sentence) in [
        ("css #form input @value", "xpath //form", "is no place"),
        ("css #form input @value", "css ###", "is no selector"),
        ("number ,", "numbr ,", "is no change"),
        ("login-failed", "log-in-failed", "unknown variant"),
        ("each =", "eech =", "unknown field"),
    ] {
        let error = collect(&PORTAL.replacen(from, to, 1), &Home::new()).unwrap_err();
        assert!(matches!(&error, Failure::Other(text) if text.contains(sentence)), "{error:?}");
    }
}
