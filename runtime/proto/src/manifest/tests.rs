use std::collections::{BTreeMap, BTreeSet};

use domicile_policy::Category;
use proptest::prelude::*;

use super::*;

pub(super) const HEAD: &str = r#"
[component]
id = "banks"
kind = "app"
version = "0.1.0"
publisher = "Domicile"
name = { en = "Banks", fr = "Banques" }
description = { en = "Accounts and operations.", fr = "Comptes et opérations." }
"#;

pub(super) const GRANT: &str = r#"
[[grant]]
doctype = "io.cozy.bank.operations"
actions = ["read", "query", "write"]
why = { en = "To show them.", fr = "Pour les montrer." }
"#;

const IMPORTER: &str = r#"
[provider]
id = "ofx-file"
name = "OFX file"
[importer]
accept = [".ofx", ".qfx"]
[[grant]]
doctype = "io.cozy.bank.operations"
actions = ["deposit"]
why = { en = "To keep them.", fr = "Pour les garder." }
"#;

const GRANT_OF_FILES: &str = r#"
[[grant]]
doctype = "io.cozy.files"
actions = ["deposit"]
why = { en = "To keep them.", fr = "Pour les garder." }
"#;

fn importer() -> String {
    format!("{}{IMPORTER}", HEAD.replace("\"app\"", "\"importer\""))
}

fn link(template: &str, slots: &str) -> String {
    format!(
        "{HEAD}[[link]]\nname = \"merchant\"\ntemplate = \"{template}\"\nslots = {{ {slots} }}\n"
    )
}

pub(super) fn error(text: &str) -> String {
    match Manifest::parse(text) {
        Ok(_) => panic!("accepted: {text}"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn an_app_is_read_whole() {
    let text = format!(
        "{HEAD}{}with = [\"health\"]\nfields = [\"amount\", \"metadata.datetime\"]\n\
         rows = '{{ \"type\": \"x\", \"amount\": {{\"$lt\": 0}} }}'\n\
         [[link]]\nname = \"merchant\"\n\
         template = \"https://example.org/search?q={{q}}\"\nslots = {{ q = \"text\" }}\n",
        GRANT
    );
    let manifest = Manifest::parse(&text).unwrap();
    assert_eq!(manifest.id.as_str(), "banks");
    assert_eq!((manifest.kind, manifest.version.as_str()), (Kind::App, "0.1.0"));
    assert_eq!(manifest.name, Text::new("Banks", "Banques"));
    let line = &manifest.grants[0].line;
    assert_eq!(line.category, Category::Bank);
    assert_eq!(line.actions, BTreeSet::from([Action::Read, Action::Query, Action::Write]));
    assert_eq!(line.with, BTreeSet::from([Category::Health]));
    assert_eq!(line.fields.as_ref().map(BTreeSet::len), Some(2));
    assert_eq!(line.rows.as_deref(), Some(r#"{"amount":{"$lt":0},"type":"x"}"#));
    assert_eq!(manifest.links[0].host(), "example.org");
    assert_eq!(
        manifest.powers(),
        BTreeSet::from(["link merchant https://example.org/search?q={q} q=text".to_owned()])
    );
    assert!(manifest.requested().unwrap().line(&line.doctype).is_some());
}

#[test]
fn an_importer_is_read_whole() {
    let manifest = Manifest::parse(&importer()).unwrap();
    assert_eq!(manifest.kind, Kind::Importer);
    assert_eq!(manifest.importer.as_ref().unwrap().accept, [".ofx", ".qfx"]);
    assert_eq!(manifest.provider.as_ref().unwrap().id.as_str(), "ofx-file");
    assert_eq!(manifest.powers(), BTreeSet::from(["provider ofx-file".to_owned()]));
}

#[test]
fn keys_and_values_are_checked_with_a_remedy() {
    let in_head = |from: &str, to: &str| HEAD.replace(from, to);
    let long_name = format!("en = \"{}\"", "n".repeat(NAME_LENGTH_MAX + 1));
    let spoof = "en = \"Banks\u{202e}\"";
    for (text, sentence) in [
        (String::new(), "`component` is missing; write a table `[component]` with id, kind"),
        ("[component".to_owned(), "line 1 of the manifest is not TOML"),
        (format!("{HEAD}[x]\na = 1\na = 2\n"), "line 11 of the manifest is not TOML"),
        (
            format!("{HEAD}[permissions]\n"),
            "`permissions` is no key of the manifest; known are `component`, `grant`",
        ),
        (in_head("id =", "idd ="), "`component.idd` is no key of the manifest; did you mean `id`?"),
        (in_head("id = \"banks\"\n", ""), "`component.id` is missing; write `id = \"banks\"`"),
        (in_head("\"banks\"", "\"Banks\""), "`component.id`: `Banks` is no name"),
        (in_head("\"banks\"", "3"), "`component.id` is a number; write a text in quotes"),
        (in_head("\"app\"", "\"ap\""), "`component.kind` has `ap`; did you mean `app`?"),
        (
            in_head("\"app\"", "\"gadget\""),
            "known are `app`, `service`, `importer` and `konnector`",
        ),
        (
            in_head("0.1.0", "1.0.0.0"),
            "`component.version` is `1.0.0.0`; write one to three numbers",
        ),
        (in_head("0.1.0", "1.0-beta"), "`component.version` is `1.0-beta`"),
        (in_head("0.1.0", "01.0"), "`component.version` is `01.0`"),
        (in_head("\"Domicile\"", "\"  \""), "`component.publisher` is empty"),
        (
            in_head("{ en = \"Banks\", fr = \"Banques\" }", "\"Banks\""),
            "`component.name` is a text; write a table",
        ),
        (in_head(", fr = \"Banques\"", ""), "`component.name.fr` is missing; write `fr = \"...\"`"),
        (
            in_head("en = \"Banks\"", &long_name),
            "`component.name.en` has 61 characters; write at most 60",
        ),
        (in_head("en = \"Banks\"", spoof), "`component.name.en` has the character U+202E"),
        (format!("grant = 3\n{HEAD}"), "`grant` is a number; write a list of tables"),
        (format!("grant = [3]\n{HEAD}"), "`grant[0]` is a number; write a table"),
        (
            format!("{HEAD}#{}", "x".repeat(MANIFEST_BYTES_MAX)),
            "bytes, more than 65536: shorten its texts",
        ),
    ] {
        let error = error(&text);
        assert!(error.contains(sentence), "{sentence}\n{error}");
    }
}

#[test]
fn nesting_is_bounded() {
    let dotted = "a.".repeat(30_000);
    for deep in ["a = ".to_owned() + &"[".repeat(60_000), format!("[{dotted}a]"), dotted + "a = 1"]
    {
        let error = error(&deep);
        assert!(error.contains("of the manifest is not TOML"), "{error}");
    }
}

#[test]
fn grants_are_checked_with_a_remedy() {
    let grant = |from: &str, to: &str| format!("{HEAD}{}", GRANT.replace(from, to));
    for (text, sentence) in [
        (
            grant("io.cozy.bank.operations", "io.cozy.bank.operation"),
            "`grant[0].doctype` names the doctype `io.cozy.bank.operation`, which nobody knows; did you mean `io.cozy.bank.operations`?",
        ),
        (
            grant("io.cozy.bank.operations", "org.example.Things"),
            "which nobody knows; known are `com.grandlyon.egl.day`",
        ),
        (
            grant("io.cozy.bank.operations", "app.domicile.logs"),
            "names `app.domicile.logs`, the home's own records, which are never granted",
        ),
        (
            format!("{HEAD}{GRANT}{GRANT}"),
            "`grant[1].doctype` names `io.cozy.bank.operations` a second time; join the two",
        ),
        (
            grant("actions = [\"read\", \"query\", \"write\"]", ""),
            "`grant[0].actions` is missing; write `actions = [\"read\"]`",
        ),
        (grant("\"read\"", "\"reed\""), "`grant[0].actions` has `reed`; did you mean `read`?"),
        (grant("\"read\"", "\"query\""), "`grant[0].actions` has `query` twice"),
        (grant("\"read\"", "3"), "`grant[0].actions` is a number; write texts in quotes"),
        (
            grant("\"read\"", "\"deposit\""),
            "has `deposit`, but an app doesn't deposit: it creates documents with `write`",
        ),
        (grant("why", "reason"), "`grant[0].reason` is no key of the manifest"),
        (grant("\nwhy", "\n#"), "`grant[0].why` is missing"),
        (
            format!("{HEAD}{}", "[[grant]]\n".repeat(GRANTS_MAX + 1)),
            "`grant` has 33 entries; write at most 32",
        ),
    ] {
        let error = error(&text);
        assert!(error.contains(sentence), "{sentence}\n{error}");
    }
}

#[test]
fn what_narrows_or_widens_a_grant_is_checked_with_a_remedy() {
    let also = |tail: &str| format!("{HEAD}{GRANT}{tail}\n");
    let write_only = |tail: &str| also(tail).replace("\"read\", \"query\", ", "");
    let nested = format!("{}1{}", "{\"a\":".repeat(9), "}".repeat(9));
    let many: String = (0..=FIELDS_MAX).map(|i| format!("\"f{i}\",")).collect();
    let long = format!("rows = '{{\"a\":\"{}\"}}'", "x".repeat(ROWS_BYTES_MAX));
    for (text, sentence) in [
        (also("with = [\"helth\"]"), "`grant[0].with`: `helth` is no category"),
        (
            also("with = [\"bank\"]"),
            "`grant[0].with`: `bank` is the category of the doctype itself",
        ),
        (
            write_only("with = [\"health\"]"),
            "`grant[0].with` narrows or widens what is seen, but the grant neither reads nor queries",
        ),
        (write_only("fields = [\"amount\"]"), "`grant[0].fields` narrows or widens"),
        (also("fields = []"), "`grant[0].fields` is empty"),
        (also("fields = [\"a..b\"]"), "`grant[0].fields` has `a..b`, which is no field"),
        (also("fields = [\"_id\"]"), "has `_id`, which is no field"),
        (also("rows = '{'"), "`grant[0].rows` is no selector: it is not JSON at column"),
        (also("rows = '[]'"), "is no selector: it is no object"),
        (also(&format!("rows = '{nested}'")), "it has 9 levels, more than 8"),
        (also(&long), "characters; write at most 4096"),
        (also(&format!("fields = [{many}]")), "`grant[0].fields` has 65 entries; write at most 64"),
    ] {
        let error = error(&text);
        assert!(error.contains(sentence), "{sentence}\n{error}");
    }
}

#[test]
fn each_kind_has_its_own_tables() {
    let importer = importer();
    let without = |from: &str, to: &str| importer.replace(from, to);
    let service = HEAD.replace("\"app\"", "\"service\"");
    let provider = "[provider]\nid = \"acme\"\nname = \"Acme\"\n";
    let many: String = (0..=ACCEPT_MAX).map(|i| format!("\".e{i}\",")).collect();
    for (text, sentence) in [
        (
            format!("{HEAD}{provider}"),
            "`provider` is in the manifest of an app, but only an importer or a konnector has",
        ),
        (
            format!("{service}{provider}"),
            "`provider` is in the manifest of a service, but only an importer",
        ),
        (
            format!("{HEAD}[importer]\naccept = [\".ofx\"]\n"),
            "`importer` is in the manifest of an app",
        ),
        (
            format!("{service}[[link]]\nname = \"a\"\n"),
            "`link[0]` is in the manifest of a service, but only an app",
        ),
        (
            without("[provider]\nid = \"ofx-file\"\nname = \"OFX file\"\n", ""),
            "`provider` is missing; write a table `[provider]`",
        ),
        (without("[importer]\naccept = [\".ofx\", \".qfx\"]\n", ""), "`importer` is missing"),
        (without("accept = [\".ofx\", \".qfx\"]\n", ""), "`importer.accept` is missing"),
        (without("\".ofx\", \".qfx\"", ""), "`importer.accept` is missing"),
        (
            without("\".qfx\"", "\"*.qfx\""),
            "`importer.accept` has `*.qfx`; write a dot and 1 to 12",
        ),
        (without("\".qfx\"", "\".QFX\""), "`importer.accept` has `.QFX`"),
        (
            format!(
                "{}sorts = true\n{}",
                importer.split("[[grant]]").next().unwrap(),
                GRANT_OF_FILES
            ),
            "`importer.sorts` is in the manifest of an importer, but what saves files",
        ),
        (without("\".qfx\"", &many), "`importer.accept` has 18 entries; write at most 16"),
        (
            without("name = \"OFX file\"", "origins = []"),
            "`provider.origins` is in the manifest of an importer, but only a konnector",
        ),
        (without("\"ofx-file\"", "\"self\""), "`provider.id`: `self` is no name"),
        (
            without("[\"deposit\"]", "[\"deposit\", \"read\"]"),
            "has `read`, but an importer only deposits",
        ),
        (
            importer.split("[[grant]]").next().unwrap().to_owned(),
            "`grant` is missing; write a `[[grant]]` with the doctype",
        ),
        (format!("{importer}rows = '{{}}'"), "`grant[0].rows` narrows or widens"),
    ] {
        let error = error(&text);
        assert!(error.contains(sentence), "{sentence}\n{error}");
    }
}

#[test]
fn links_lead_to_one_host_over_https() {
    for (template, slots, sentence) in [
        (
            "http://example.org/",
            "",
            "`link[0].template`: `http://example.org/` doesn't begin with `https://`",
        ),
        ("//example.org", "", "doesn't begin with `https://`"),
        ("https://{q}.example.org/", "q = 'text'", "`{q}.example.org` is no exact host name"),
        ("https://user@example.org/", "", "is no exact host name"),
        ("https://example.org:8443/", "", "is no exact host name"),
        ("https://Example.org/", "", "is no exact host name"),
        ("https://127.0.0.1/", "", "is no exact host name"),
        ("https://[::1]/", "", "is no exact host name"),
        ("https://localhost/", "", "is no exact host name"),
        ("https://example.org./", "", "is no exact host name"),
        ("https://example.org\\\\.evil.example/", "", "is no exact host name"),
        ("https:///a", "", "`` is no exact host name"),
        ("https://example.org/#{q}", "q = 'text'", "has `#` after the host"),
        ("https://example.org/a b", "", "has ` ` after the host"),
        ("https://example.org/?q={q", "q = 'text'", "has a brace that is no slot"),
        ("https://example.org/?q=q}", "", "has a brace that is no slot"),
        ("https://example.org/?q={}", "", "has a brace that is no slot"),
        ("https://example.org/?q={Q}", "", "has a brace that is no slot"),
        (
            "https://example.org/?q={q}",
            "",
            "uses the slot `q`, which `slots` doesn't declare; add `q = \"text\"`",
        ),
        (
            "https://example.org/",
            "q = 'text'",
            "`slots` declares `q`, which the template doesn't use",
        ),
        (
            "https://example.org/?q={q}",
            "q = 'texte'",
            "`link[0].slots.q` has `texte`; did you mean `text`?",
        ),
    ] {
        let error = error(&link(template, slots));
        assert!(error.contains(sentence), "{sentence}\n{error}");
    }
    let many: String = (0..=SLOTS_MAX).map(|i| format!("s{i} = 'text',")).collect();
    assert!(error(&link("https://example.org/", &many)).contains("has 9 entries; write at most 8"));
    let one = "[[link]]\nname = \"a\"\ntemplate = \"https://example.org/\"\n";
    assert!(error(&format!("{HEAD}{one}{one}")).contains("`link` has `a` twice"));
    let all = format!("{HEAD}{}", one.repeat(LINKS_MAX + 1));
    assert!(error(&all).contains("`link` has 17 entries; write at most 16"));
    let long = format!("https://example.org/{}", "a".repeat(TEMPLATE_LENGTH_MAX));
    assert!(error(&link(&long, "")).contains("characters; write at most 500"));
}

#[test]
fn slots_are_filled_and_never_change_the_way() {
    let template = "https://example.org/{path}/x?q={q}&on={day}&n={n}";
    let slots = "path = 'text', q = 'text', day = 'date', n = 'number'";
    let link = Manifest::parse(&link(template, slots)).unwrap().links.remove(0);
    let fill = |path: &str, q: &str, day: &str, n: &str| {
        let values = [("path", path), ("q", q), ("day", day), ("n", n)];
        link.fill(&values.map(|(slot, value)| (slot.to_owned(), value.to_owned())).into())
    };
    assert_eq!(
        fill("a/b", "caf\u{e9} & {n}", "2026-11-23", "-1.5").unwrap(),
        "https://example.org/a%2Fb/x?q=caf%C3%A9%20%26%20%7Bn%7D&on=2026-11-23&n=-1.5"
    );
    for (values, slot) in [
        (("..", "a", "2026-11-23", "1"), "path"),
        (("", "a", "2026-11-23", "1"), "path"),
        (("a", "a\nb", "2026-11-23", "1"), "q"),
        (("a", "a", "tomorrow", "1"), "day"),
        (("a", "a", "2026-11-23", "1e9"), "n"),
        (("a", "a", "2026-11-23", "1."), "n"),
        (("a", &"q".repeat(SLOT_LENGTH_MAX + 1), "2026-11-23", "1"), "q"),
    ] {
        let error = fill(values.0, values.1, values.2, values.3).unwrap_err().to_string();
        assert!(
            error.contains(&format!("the slot `{slot}` of the link `merchant` takes a")),
            "{error}"
        );
    }
    let none = link.fill(&BTreeMap::new()).unwrap_err().to_string();
    assert_eq!(none, "the slot `day` of the link `merchant` has no value; give it one");
    let other = BTreeMap::from([("other".to_owned(), String::new())]);
    let other = link.fill(&other).unwrap_err().to_string();
    assert_eq!(other, "the link `merchant` has no slot `other`");
}

proptest! {
    #[test]
    fn no_text_panics(text in "\\PC*") {
        let _ = Manifest::parse(&text);
    }

    #[test]
    fn no_change_of_a_good_manifest_panics(
        at in 0usize..2000, length in 0usize..40, instead in "[\\PC\\n\"=\\[\\]{}.]{0,20}",
    ) {
        let text = format!("{}{}", importer(), link("https://example.org/?q={q}", "q = 'text'"));
        let start = text.floor_char_boundary(at.min(text.len()));
        let end = text.floor_char_boundary((start + length).min(text.len()));
        let _ = Manifest::parse(&format!("{}{instead}{}", &text[..start], &text[end..]));
    }

    #[test]
    fn a_filled_link_keeps_its_host_and_path(value in "\\PC{0,80}") {
        let text = link("https://example.org/find/{q}/end?x={q}", "q = 'text'");
        let link = Manifest::parse(&text).unwrap().links.remove(0);
        if let Ok(address) = link.fill(&BTreeMap::from([("q".to_owned(), value)])) {
            prop_assert!(address.starts_with("https://example.org/find/"));
            prop_assert_eq!(address.matches('/').count(), 5);
            prop_assert_eq!(address.matches('?').count(), 1);
            prop_assert!(address.is_ascii() && !address.contains(['#', ' ', '\\', '"', '<']));
        }
    }
}
