use std::collections::BTreeMap;

use domicile_policy::World;
use proptest::prelude::*;

use super::super::{Manifest, Site, ValueError};
use super::*;

const BANK: &str = r#"
[component]
id = "acme-bank"
kind = "konnector"
version = "0.1.0"
publisher = "Acme"
name = { en = "Acme Bank", fr = "Banque Acme" }
description = { en = "Accounts.", fr = "Comptes." }
[provider]
id = "acme"
name = "Acme Bank"
origins = ["https://api.acme.example", "https://login.acme.example:8443"]
[[secret]]
name = "password"
kind = "password"
label = { en = "Password", fr = "Mot de passe" }
[[secret]]
name = "session"
kind = "session"
label = { en = "Session", fr = "Session" }
[[field]]
name = "login"
label = { en = "Customer number", fr = "Identifiant" }
[[route]]
name = "sign-in"
method = "POST"
origin = "https://login.acme.example:8443"
path = "/token"
body = "form"
auth = { form = { username = "login", password = "password" } }
keeps = { session = "/access_token" }
[[route]]
name = "transactions"
method = "GET"
origin = "https://api.acme.example"
path = "/accounts/{account}/transactions?format=json"
slots = { account = "text 40" }
query = { from = "date", page = "number" }
auth = { header = "Authorization: Bearer {session}" }
[[route]]
name = "anything"
method = "GET"
origin = "https://api.acme.example"
path = "/files/*"
[[grant]]
doctype = "io.cozy.bank.operations"
actions = ["deposit"]
why = { en = "To keep them.", fr = "Pour les garder." }
"#;

fn bank() -> Konnector {
    Manifest::parse(BANK).unwrap().konnector.unwrap()
}

fn slots(values: &[(&str, &str)]) -> BTreeMap<String, String> {
    values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn query(values: &[(&str, &str)]) -> Vec<(String, String)> {
    slots(values).into_iter().collect()
}

#[test]
fn a_konnector_is_read_whole() {
    let manifest = Manifest::parse(BANK).unwrap();
    let World::Konnector { provider, consented, multi_tenant } = manifest.world() else {
        panic!("{:?}", manifest.world());
    };
    assert_eq!((provider.as_str(), consented.len(), multi_tenant), ("acme", 0, false));
    let powers = manifest.powers();
    for power in [
        "provider acme",
        "origin https://login.acme.example:8443",
        "secret password password",
        "field login",
        "route sign-in POST https://login.acme.example:8443/token body=form form \
         password={password} username={login} keeps session=/access_token",
        "route transactions GET https://api.acme.example/accounts/{account}/transactions\
         ?format=json account=text 40 from=date 80 page=number 80 body=none header \
         authorization: Bearer {session}",
    ] {
        assert!(powers.contains(power), "{power}\n{powers:#?}");
    }
}

#[test]
fn a_secret_may_stay_empty_if_the_manifest_says_so() {
    let text = BANK.replacen("kind = \"password\"", "kind = \"password\"\noptional = true", 1);
    let konnector = Manifest::parse(&text).unwrap().konnector.unwrap();
    let optional: Vec<bool> = konnector.secrets.iter().map(|one| one.optional).collect();
    assert_eq!(optional, [true, false]);
}

#[test]
fn only_the_clock_starts_a_konnector() {
    let with = |trigger: &str| Manifest::parse(&format!("{BANK}\n[trigger]\n{trigger}\n"));
    assert!(with("schedule = \"@daily\"").unwrap().powers().contains("schedule @daily"));
    let error = with("events = [\"io.cozy.bank.operations\"]").unwrap_err();
    assert!(error.to_string().contains("only a service hears of changes"), "{error}");
}

#[test]
fn a_konnector_may_be_started_by_its_provider() {
    let key = "[[secret]]\nname = \"key\"\nkind = \"token\"\nlabel = { en = \"K\", fr = \"C\" }\n[[field]]";
    let bank = BANK.replacen("[[field]]", key, 1);
    let with = |trigger: &str| Manifest::parse(&format!("{bank}\n[trigger]\n{trigger}\n"));
    assert!(with("webhook = true").unwrap().powers().contains("webhook"));
    let signed = "webhook = { header = \"x-sign\", format = \"sha256=hex\", secret = \"key\" }";
    let power = "webhook signed x-sign=sha256=hex by key";
    let signed_one = with(signed).unwrap();
    assert!(signed_one.powers().contains(power), "{:?}", signed_one.powers());
    let open = with("webhook = true").unwrap().trigger.unwrap();
    assert_eq!(open.beyond(&signed_one.trigger.unwrap()), ["webhook"], "it is asked for anew");
    for (from, to, sentence) in [
        ("\"key\" }", "\"password\" }", "of kind `token`"),
        ("x-sign", "X Sign", "in lower case"),
        ("sha256=hex", "md5", "known are"),
        ("secret", "secrte", "is no key of the manifest"),
    ] {
        let error = with(&signed.replacen(from, to, 1)).unwrap_err().to_string();
        assert!(error.contains(sentence), "{to}: {error}");
    }
    assert!(with("webhook = false").is_err(), "nothing starts it");
    let alone = BANK.split("[[route]]").next().unwrap().replacen("origins", "#", 1)
        + "[[grant]]"
        + BANK.split("[[grant]]").nth(1).unwrap();
    assert!(Manifest::parse(&alone).is_err());
    let alone = Manifest::parse(&format!("{alone}\n[trigger]\nwebhook = true\n")).unwrap();
    assert!(alone.konnector.unwrap().routes.is_empty(), "it only listens");
}

#[test]
fn a_route_goes_to_the_server_of_the_account() {
    let fixed = "origin = \"https://api.acme.example\"\npath = \"/files";
    let text = BANK
        .replacen("name = \"login\"", "name = \"login\"\nkind = \"server\"", 1)
        .replacen(fixed, "origin = \"{login}\"\npath = \"/files", 1);
    let manifest = Manifest::parse(&text).unwrap();
    assert!(manifest.powers().contains("server login"));
    let konnector = manifest.konnector.unwrap();
    let site = &konnector.route("anything").unwrap().origin;
    assert_eq!(*site, Site::Field("login".to_owned()));
    // Of another kind, or of no field: the route goes nowhere.
    let error = Manifest::parse(&text.replacen("kind = \"server\"", "", 1)).unwrap_err();
    assert!(error.to_string().contains("kind \"server\""), "{error}");
}

#[test]
fn a_stream_goes_to_a_mail_server_and_names_who_signs_in() {
    let stream = |origin: &str, auth: &str| {
        let table = "[[stream]]\nname = \"mailbox\"";
        let text =
            BANK.replacen("\"https://api.", "\"imaps://imap.acme.example\", \"https://api.", 1);
        Manifest::parse(&format!("{text}\n{table}\norigin = \"{origin}\"\nauth = {auth}\n"))
    };
    let sasl = "{ sasl = { user = \"login\", password = \"password\" } }";
    let manifest = stream("imaps://imap.acme.example", sasl).unwrap();
    let power = "stream mailbox imaps://imap.acme.example sasl {login} {password}";
    assert!(manifest.powers().contains(power), "{:#?}", manifest.powers());
    for (origin, auth, sentence) in [
        ("imaps://imap.evil.example", sasl, "is no mail server"),
        ("https://api.acme.example", sasl, "is no mail server"),
        ("{login}", sasl, "kind \"mail-server\""),
        ("imaps://imap.acme.example", "{}", "sasl"),
        ("imaps://imap.acme.example", "{ sasl = { user = \"login\" } }", "password"),
        (
            "imaps://imap.acme.example",
            "{ sasl = { user = \"login\", password = \"login\" } }",
            "`login` is neither",
        ),
    ] {
        let error = stream(origin, auth).unwrap_err().to_string();
        assert!(error.contains(sentence), "{origin} {auth}: {error}");
    }
    // A route speaks HTTPS.
    let text = BANK.replace("https://api.acme.example", "imaps://api.acme.example");
    let error = Manifest::parse(&text).unwrap_err().to_string();
    assert!(error.contains("is not in `provider.origins`"), "{error}");
    // A stream alone makes a konnector.
    let only = BANK.split("[[route]]").next().unwrap().replace("https://api", "imaps://api");
    let grant = &BANK[BANK.find("[[grant]]").unwrap()..];
    let table = "[[stream]]\nname = \"mailbox\"\norigin = \"imaps://api.acme.example\"\nauth =";
    Manifest::parse(&format!("{only}{grant}{table} {sasl}\n")).unwrap();
}

#[test]
fn a_route_to_a_secret_address_says_nothing_else() {
    let address = BANK
        .replacen("kind = \"password\"", "kind = \"address\"", 1)
        .replace("username = \"login\", password = \"password\"", "username = \"login\"");
    let whole = "origin = \"{password}\"";
    let fixed = "origin = \"https://api.acme.example\"\npath = \"/files/*\"";
    let text = address.replacen(fixed, whole, 1);
    let manifest = Manifest::parse(&text).unwrap();
    assert!(manifest.powers().contains("route anything GET {password} body=none"));
    let konnector = manifest.konnector.unwrap();
    let route = konnector.route("anything").unwrap();
    assert_eq!(route.origin, Site::Address("password".to_owned()));
    assert_eq!(route.fill(&slots(&[]), &slots(&[]), &[]).unwrap(), "");
    assert!(route.fill(&slots(&[]), &slots(&[("rest", "x")]), &[]).is_err());
    assert!(route.fill(&slots(&[]), &slots(&[]), &query(&[("q", "x")])).is_err());
    assert!(["/", "/x", "/?q=1"].iter().all(|path| !route.matches(path)));
    for more in ["path = \"/x\"", "slots = { a = \"text\" }", "query = { a = \"text\" }"] {
        let text = text.replacen(whole, &format!("{whole}\n{more}"), 1);
        let error = Manifest::parse(&text).unwrap_err().to_string();
        assert!(error.contains("take path, slots, query and body out"), "{error}");
    }
    // A place for secrets is none for an address, and only an address is a place to go to.
    let header = text.replacen("Bearer {session}", "Bearer {password}", 1);
    assert!(Manifest::parse(&header).is_err());
    let other = text.replacen(whole, "origin = \"{session}\"", 1);
    assert!(Manifest::parse(&other).is_err());
}

#[test]
fn a_word_that_means_nothing_or_too_much_is_refused() {
    for (from, to, sentence) in [
        ("https://api.acme.example\",", "https://a.localhost\",", "no name of the public internet"),
        ("https://api.acme.example\",", "https://10.0.0.1\",", "no exact host"),
        (
            "\"https://api.acme.example\"\npath = \"/acc",
            "\"https://evil.test\"\npath = \"/acc",
            "is not in `provider.origins`",
        ),
        ("method = \"POST\"", "method = \"GET\"", "carry no body"),
        ("method = \"POST\"", "method = \"CONNECT\"", "known are"),
        ("body = \"form\"", "body = \"json\"", "needs `body = \"form\"`"),
        ("username = \"login\"", "username = \"logn\"", "neither a `[[secret]]`"),
        (
            "header = \"Authorization: Bearer {session}\"",
            "aws = { key = \"login\", secret = \"session\", region = \"login\", service = \"S3\" }",
            "the name of a service",
        ),
        ("Authorization: Bearer", "Cookie: a=", "no place for a secret"),
        ("Authorization: Bearer", "Host: ", "no place for a secret"),
        ("Authorization: Bearer", "Proxy-Authorization: ", "no place for a secret"),
        ("Authorization: Bearer", "Transfer-Encoding: ", "no place for a secret"),
        ("session = \"/access_token\"", "password = \"/access_token\"", "of kind `session`"),
        ("session = \"/access_token\"", "session = \"access_token\"", "no JSON pointer"),
        ("account = \"text 40\"", "account = \"text 4000\"", "is no slot"),
        ("account = \"text 40\"", "account = \"any\"", "is no slot"),
        ("account = \"text 40\"", "acount = \"text\"", "uses the slot `account`"),
        ("/files/*", "/files/*/x", "may only be the last part"),
        ("/files/*", "*", "is no path"),
        ("/files/*", "/a/../b", "is no path"),
        ("/files/*", "//evil.test", "is no path"),
        ("/files/*", "/a%2e", "is no path"),
        ("name = \"anything\"", "name = \"sign-in\"", "twice"),
        ("kind = \"session\"", "kind = \"magic\"", "known are"),
        ("kind = \"konnector\"", "kind = \"importer\"", "only a konnector"),
        ("actions = [\"deposit\"]", "actions = [\"read\"]", "only deposits"),
        ("[[field]]\nname = \"login\"", "[[field]]\nname = \"password\"", "twice"),
    ] {
        let text = BANK.replacen(from, to, 1);
        assert_ne!(text, BANK, "{from}");
        let error = Manifest::parse(&text).map(|_| to).unwrap_err().to_string();
        assert!(error.contains(sentence), "{to}: {error}");
    }
    let app = BANK.replace("kind = \"konnector\"", "kind = \"app\"");
    assert!(Manifest::parse(&app).is_err());
}

#[test]
fn values_fill_their_slots_and_nothing_else() {
    let bank = bank();
    let route = bank.route("transactions").unwrap();
    let at = |account, more: &[(&str, &str)]| {
        route.fill(&slots(&[]), &slots(&[("account", account)]), &query(more))
    };
    assert_eq!(
        at("a b?c#d", &[("from", "2026-11-23"), ("page", "2")]).unwrap(),
        "/accounts/a%20b%3Fc%23d/transactions?format=json&from=2026-11-23&page=2"
    );
    for (account, more) in [
        ("", &[][..]),
        ("..", &[]),
        ("a/b", &[]),
        ("..\\b", &[]),
        ("%2e%2e", &[]),
        ("..;a", &[]),
        ("a\nb", &[]),
        (&"x".repeat(41), &[]),
        ("a", &[("from", "yesterday")]),
        ("a", &[("page", "1e9")]),
        ("a", &[("other", "1")]),
    ] {
        assert!(at(account, more).is_err(), "{account} {more:?}");
    }
    let missing = route.fill(&slots(&[]), &slots(&[]), &[]).unwrap_err();
    assert_eq!(missing, ValueError::Missing("account".to_owned()));
    let more = [("account", "a"), ("host", "b")];
    let more = route.fill(&slots(&[]), &slots(&more), &[]).unwrap_err();
    assert_eq!(more, ValueError::Unknown("host".to_owned()));
}

#[test]
fn a_free_path_stays_below_its_beginning() {
    let bank = bank();
    let route = bank.route("anything").unwrap();
    let at = |rest| route.fill(&slots(&[]), &slots(&[("rest", rest)]), &query(&[("any", "a&b")]));
    assert_eq!(at("2026/a.pdf").unwrap(), "/files/2026/a.pdf?any=a%26b");
    let folder = at("Relevés d'été/me@acme/").unwrap();
    assert_eq!(folder, "/files/Relev%C3%A9s%20d'%C3%A9t%C3%A9/me@acme/?any=a%26b");
    for (rest, path) in [
        ("R&D #1?.txt", "R%26D%20%231%3F.txt"),
        ("100%.txt", "100%25.txt"),
        ("a%%zz", "a%25%25zz"),
        ("[a] {b} \"c\"", "%5Ba%5D%20%7Bb%7D%20%22c%22"),
        ("e\u{301}\u{2026}\u{2019}", "e%CC%81%E2%80%A6%E2%80%99"),
        ("..a", "..a"),
    ] {
        assert_eq!(at(rest).unwrap(), format!("/files/{path}?any=a%26b"));
    }
    for rest in [
        "..",
        "a/../b",
        "/evil.test",
        "a//b",
        "a\\b",
        "%2e%2e",
        "a/%2E./b",
        "\u{2025}",
        "a/.\u{2024}/b",
        ".. ",
        "..\u{ff0f}..",
        "..\u{2215}b",
        "./a",
        "a\r\nHost: evil.test",
        "@evil.test\\",
        "\u{ff0e}\u{ff0e}",
        "a/./",
        "/",
        "...",
        "..;",
        "a/..;b=c/d",
        ";a",
        "..\u{200b}/b",
        ".\u{ad}.",
        "..\u{a0}",
        "\u{fe30}/b",
        "..\u{2216}b",
    ] {
        assert!(at(rest).is_err(), "{rest:?}");
    }
}

#[test]
fn a_field_in_a_path_is_the_owners() {
    let text = BANK.replacen("path = \"/files/*\"", "path = \"/{login}/files/*\"", 1);
    let konnector = Manifest::parse(&text).unwrap().konnector.unwrap();
    let route = konnector.route("anything").unwrap();
    let typed = |value| slots(&[("login", value)]);
    let rest = slots(&[("rest", "a")]);
    assert_eq!(route.fill(&typed("me & you"), &rest, &[]).unwrap(), "/me%20%26%20you/files/a");
    for value in ["", "..", "a/b", "a%2fb", "..;", "a\\b"] {
        let missing = Err(ValueError::Missing("login".to_owned()));
        assert_eq!(route.fill(&typed(value), &rest, &[]), missing, "{value}");
    }
    let chosen = slots(&[("rest", "a"), ("login", "bob")]);
    let unknown = Err(ValueError::Unknown("login".to_owned()));
    assert_eq!(route.fill(&typed("alice"), &chosen, &[]), unknown);
    for name in ["password", "stranger"] {
        let error = Manifest::parse(&text.replace("{login}", &format!("{{{name}}}")));
        assert!(error.unwrap_err().to_string().contains("doesn't declare"), "{name}");
    }
}

#[test]
fn a_route_knows_what_it_could_have_made() {
    let bank = bank();
    let route = bank.route("transactions").unwrap();
    for (path, could) in [
        ("/accounts/7/transactions?format=json", true),
        ("/accounts/7/transactions?format=json&page=2", true),
        ("/accounts/7/transactions?format=json&evil=2", false),
        ("/accounts/7/transactions", false),
        ("/accounts//transactions?format=json", false),
        ("/accounts/7/8/transactions?format=json", false),
        ("/", false),
    ] {
        assert_eq!(route.matches(path), could, "{path}");
    }
    assert!(bank.route("anything").unwrap().matches("/files/x/y?z=1"));
}

proptest! {
    /// Whatever a component says, the address stays one of the declared host and path.
    #[test]
    fn no_value_leaves_its_place(value in "\\PC{0,60}", rest in "\\PC{0,60}") {
        let (bank, none) = (bank(), slots(&[]));
        let route = bank.route("transactions").unwrap();
        if let Ok(path) = route.fill(&none, &slots(&[("account", &value)]), &[]) {
            prop_assert!(route.matches(&path), "{}", path);
            prop_assert_eq!(path.matches('/').count(), 3);
            prop_assert!(path.is_ascii() && !path.contains(['#', ' ', '\\', '"', '<']));
        }
        let route = bank.route("anything").unwrap();
        let given = query(&[("q", &value)]);
        if let Ok(path) = route.fill(&none, &slots(&[("rest", &rest)]), &given) {
            prop_assert!(path.starts_with("/files/") && path.is_ascii());
            prop_assert!(!path.contains("..") || !path.split('/').any(|part| part == ".."));
        }
    }
}
