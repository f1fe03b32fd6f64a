use serde_json::{Value, json};

use super::*;
use crate::inspect::fixture::{APP, IMPORTER, app, packed};

const PAGE: &str = "domicile:app/page@1.0.0";
const READ: &str = "domicile:docs/read@1.0.0";
const QUERY: &str = "domicile:docs/query@1.0.0";
const WRITE: &str = "domicile:docs/write@1.0.0";

fn ofx() -> Audit {
    let imports = ["domicile:konnector/input@1.0.0", "domicile:konnector/deposit@1.0.0"];
    Audit::of(&packed(&imports, &["domicile:konnector/importer@1.0.0"], IMPORTER))
}

fn reading(manifest: &str) -> Audit {
    Audit::of(&packed(&[READ, QUERY], &[PAGE], manifest))
}

fn broken(rules: &str, audit: &Audit) -> Vec<String> {
    let said = Rules::parse(rules).unwrap().broken(audit);
    said.into_iter().map(|one| format!("{}: {}", one.line, one.text)).collect()
}

fn sink<'a>(audit: &'a Audit, name: &str) -> &'a Sink {
    let exposure = audit.exposure.as_ref().unwrap();
    exposure.sinks.iter().find(|sink| sink.name == name).unwrap()
}

#[test]
fn an_app_that_writes_tells_where_and_how_high() {
    let manifest = APP
        .replace("[\"read\", \"query\"]", "[\"read\", \"query\", \"write\"]\nwith = [\"health\"]");
    let linked = "[[link]]\nname = \"m\"\ntemplate = \"https://example.org/?q={q}\"\n\
                  slots = { q = \"text\" }\n";
    let manifest = format!("{manifest}{linked}");
    let audit = Audit::of(&packed(&[READ, QUERY, WRITE], &[PAGE], &manifest));
    let exposure = audit.exposure.as_ref().unwrap();
    assert_eq!(exposure.reaches.to_string(), "bank@* health@*");
    let create = sink(&audit, "create io.cozy.bank.operations");
    assert_eq!(create.least.to_string(), "bank@self");
    assert_eq!(create.most.to_string(), "bank@* health@*");
    assert_eq!(sink(&audit, "change io.cozy.bank.operations").least, create.most);
    assert_eq!(sink(&audit, "link https://example.org/?q={q} (q: text)").who, Reader::Pressed);
    let looks: Vec<&str> = exposure.looks.iter().map(|look| look.by.word()).collect();
    assert_eq!(looks, ["read", "query", "write"]);
    let text = audit.to_string();
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    assert!(text.contains("    labelled  bank@self up to bank@* health@*\n"), "{text}");
}

#[test]
fn an_importer_deposits_and_sends_nothing() {
    let audit = ofx();
    let exposure = audit.exposure.as_ref().unwrap();
    let names: Vec<&str> = exposure.sinks.iter().map(|sink| sink.name.as_str()).collect();
    assert_eq!(names, ["screen", "log", "deposit io.cozy.bank.operations"]);
    assert_eq!(exposure.starts.len(), 1);
    let deposit = sink(&audit, "deposit io.cozy.bank.operations");
    assert_eq!((deposit.least.to_string(), deposit.most.to_string()).0, "bank@ofx-file");
    assert_eq!(deposit.least, deposit.most);
}

#[test]
fn categories_that_no_import_looks_at_are_told() {
    let manifest = APP.replace("\"query\"]", "\"query\"]\nwith = [\"health\"]");
    assert!(reading(&manifest).unused_with.is_empty());
    let blind = Audit::of(&packed(&[], &[PAGE], &manifest));
    assert_eq!(blind.unused_with.len(), 1);
    assert!(blind.to_string().contains("with health on io.cozy.bank.operations"));
    assert_eq!(blind.report.over_declared.len(), 2);
}

#[test]
fn a_version_that_does_more_differs() {
    let old = reading(APP);
    let same = reading(APP).against(&old);
    assert!(same.passes() && same.against.as_ref().unwrap().added.is_empty());
    let wider = reading(&APP.replace("\"query\"]", "\"query\"]\nwith = [\"health\"]"));
    let difference = Difference::between(&old, &wider);
    let added: Vec<String> =
        difference.added.iter().map(|row| format!("{} {}", row.source, row.sink)).collect();
    assert_eq!(added, ["health@* download", "health@* log", "health@* screen"]);
    assert!(difference.removed.is_empty() && difference.widens());
    assert_eq!((difference.widened.len(), difference.narrowed.len()), (1, 0));
    // The other way round it is less: nothing speaks against it.
    let less = reading(APP).against(&wider);
    assert!(less.passes());
    assert_eq!(less.against.as_ref().unwrap().removed, difference.added);
    assert!(!wider.clone().against(&old).passes());
    // One more field is no other row of the table, and yet more than before.
    let narrow = APP.replace("\"query\"]", "\"query\"]\nfields = [\"amount\"]");
    let narrow = reading(&narrow);
    let fields = Difference::between(&narrow, &old);
    assert!(fields.added.is_empty() && fields.widens());
    assert!(!Difference::between(&old, &narrow).widens());
    let renamed = reading(&APP.replace("\"Domicile\"", "\"Acme\"")).against(&old);
    let changed = &renamed.against.as_ref().unwrap().changed;
    assert_eq!((changed[0].what, changed[0].new.as_str()), ("publisher", "Acme"));
}

#[test]
fn what_starts_a_service_is_told_and_more_of_it_is_a_difference() {
    let service = |trigger: &str| {
        let manifest = APP.replace("\"app\"", "\"service\"");
        let manifest = format!("{manifest}[trigger]\n{trigger}\n");
        Audit::of(&packed(&[READ, QUERY], &["domicile:jobs/task@1.0.0"], &manifest))
    };
    let weekly = service("schedule = \"@weekly\"");
    assert!(weekly.report.accepted, "{:?}", weekly.report.refused);
    let causes = |audit: &Audit| audit.exposure.as_ref().unwrap().starts.len();
    assert_eq!(causes(&weekly), 2, "its owner and its schedule");
    let both = service("schedule = \"@daily\"\nevents = [\"io.cozy.bank.operations\"]");
    assert_eq!(causes(&both), 3);
    let more = both.clone().against(&weekly);
    let added = &more.against.as_ref().unwrap().starts_added;
    assert_eq!(*added, ["schedule @daily", "event io.cozy.bank.operations"]);
    assert!(!more.passes() && weekly.clone().against(&both).passes());
    for audit in [&weekly, &more] {
        assert!(schema().is_valid(&serde_json::to_value(audit).unwrap()));
    }
    let words = &both.report.summary;
    assert!(words.en.contains(&"Runs by itself every night.".to_owned()), "{:?}", words.en);
    let french = "S'exécute seul dès qu'il y a du nouveau dans : opérations bancaires.";
    assert!(words.fr.contains(&french.to_owned()), "{:?}", words.fr);
}

#[test]
fn rules_allow_deny_and_require() {
    let audit = reading(APP);
    assert!(broken("", &audit).is_empty());
    for held in [
        "[category]\nallow = [\"bank\", \"notes\"]",
        "[category]\ndeny = [\"mail\"]",
        "[action]\nrequire = [\"read\"]",
        "[interface]\nallow = [\"domicile:docs/*\"]",
        "[host]\nallow = []",
        "[world]\nallow = [\"app\"]",
        "[doctype]\nrequire = [\"io.cozy.bank.operations\"]",
    ] {
        assert!(broken(held, &audit).is_empty(), "{held}");
    }
    for (rules, said) in [
        ("[category]\nallow = []", "2: the category `bank` is not in `category.allow`: add it"),
        (
            "# \n[category]\nallow = [\"bank\"]\ndeny = [\n\"mail\",\n\"bank\"]",
            "6: the category `bank`",
        ),
        ("[action]\nrequire = [\"write\"]", "2: the action `write` of `action.require` is not"),
        ("[interface]\nallow = [\"domicile:docs/read\"]", "`domicile:docs/query` is not in"),
        ("[world]\ndeny = [\"app\"]", "the world `app` is in `world.deny`"),
        ("[doctype]\nallow = [\"io.cozy.notes\"]", "`io.cozy.bank.operations` is not in"),
        ("[publisher]\nallow = [\"Domicile\"]", "components carry no signature yet"),
    ] {
        let found = broken(rules, &audit);
        assert!(found.len() == 1 && found[0].contains(said), "{rules}\n{found:?}");
    }
    let linked = format!("{APP}[[link]]\nname = \"m\"\ntemplate = \"https://example.org/\"\n");
    let host = broken("[host]\nallow = [\"example.com\"]", &reading(&linked));
    assert!(host[0].contains("the host `example.org` is not in `host.allow`"), "{host:?}");
    let none = Rules::parse("[category]\ndeny = [\"mail\"]").unwrap();
    assert!(reading(APP).under(&none).passes());
    let bank = Rules::parse("[category]\ndeny = [\"bank\"]").unwrap();
    assert!(!reading(APP).under(&bank).passes());
}

#[test]
fn unknown_words_of_rules_are_errors() {
    for (rules, said) in [
        ("[catgory]\ndeny = []", "`catgory` is no rule; did you mean `category`?"),
        ("[category]\nden = []", "`category.den` is no rule; did you mean `deny`?"),
        (
            "[category]\n\ndeny = [\"banks\"]",
            "line 3 of the policy: `banks` is no category; did you",
        ),
        ("[interface]\ndeny = [\"domicile:docs/reed\"]", "did you mean `domicile:docs/read`?"),
        ("[world]\nallow = [\"browser\"]", "known are `app`, `service`"),
        ("[category]\ndeny = \"bank\"", "line 2 of the policy: "),
        ("deny = 1", "line 1 of the policy: "),
        ("[category", "line 1 of the policy: "),
    ] {
        let found = Rules::parse(rules).unwrap_err().to_string();
        assert!(found.contains(said), "{rules}\n{found}");
    }
}

fn schema() -> jsonschema::Validator {
    jsonschema::validator_for(&serde_json::from_str(SCHEMA).unwrap()).unwrap()
}

#[test]
fn what_is_printed_follows_the_schema() {
    let schema = schema();
    let rules = Rules::parse("[category]\nallow = []\n[publisher]\nallow = []").unwrap();
    let full = reading(APP).against(&ofx()).under(&rules);
    for audit in [full, ofx(), Audit::of(b"garbage"), Audit::of(&packed(&[WRITE], &[], APP))] {
        let value = serde_json::to_value(&audit).unwrap();
        assert!(schema.is_valid(&value), "{:?}", schema.iter_errors(&value).next());
    }
}

#[test]
fn the_schema_refuses_what_is_broken() {
    let schema = schema();
    let sound = serde_json::to_value(Audit::of(&app())).unwrap();
    assert!(schema.is_valid(&sound));
    type Damage = fn(&mut Value);
    let damages: [Damage; 8] = [
        |value| value["format"] = json!(2),
        |value| value["more"] = json!(1),
        |value| drop(value.as_object_mut().unwrap().remove("exposure")),
        |value| value["exposure"]["reaches"] = json!(["bank"]),
        |value| value["exposure"]["table"][0]["sink"] = json!("elsewhere"),
        |value| value["exposure"]["sinks"][0]["who"] = json!("anyone"),
        |value| value["doctypes"][0]["line"]["actions"] = json!([]),
        |value| value["size_bytes"] = json!(-1),
    ];
    for (number, damage) in damages.into_iter().enumerate() {
        let mut value = sound.clone();
        damage(&mut value);
        assert!(!schema.is_valid(&value), "damage {number}");
    }
}

#[test]
fn a_terminal_shows_it_all() {
    let text = Audit::of(&packed(&[READ], &[PAGE], APP)).to_string();
    let (head, rest) = text.split_once("bytes, 0 bytes of memory at the start\n").unwrap();
    assert!(
        head.starts_with("Banks 0.1.0 (`banks`), an app by Domicile\nAccounts and operations.")
    );
    assert_eq!(
        rest,
        "
Imports, and what each allows:
  domicile:docs/read@1.0.0: read

Asks for:
  io.cozy.bank.operations: read, query. To show them.

Asks for more than it can use:
  `query` on io.cozy.bank.operations, without importing domicile:docs/query

Runs, in the world `app`:
  the owner's order     starts with nothing private
  a page request        starts with nothing private up to bank@*
  can reach             bank@*

Looks at:
  read     io.cozy.bank.operations: bank@*

Flows, sink by sink:
  screen, for the owner alone
    labelled  nothing private up to bank@*
    from      bank@*, typed
  download, for the owner alone
    labelled  nothing private up to bank@*
    from      bank@*, typed
  log, for the owner alone
    labelled  nothing private up to bank@*
    from      bank@*, typed

In plain words:
  Banks: sees bank. Can send nothing anywhere.
  Reads bank operations.

Verdict: it can be installed.
"
    );
    let refused = Audit::of(b"garbage").to_string();
    assert!(refused.starts_with("a component that doesn't say what it is\n7 bytes"));
    assert!(refused.ends_with("Verdict: it is refused.\n"));
}
