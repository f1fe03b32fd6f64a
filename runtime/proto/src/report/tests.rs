use serde_json::json;

use super::*;
use crate::inspect::fixture::{APP, IMPORTER, IMPORTS, app, component, packed};

const PAGE: &str = "domicile:app/page@1.0.0";

/// An app that writes, keeps state, leaves notices, links out and asks for more than it uses.
const RICH: &str = r#"
[component]
id = "sums"
kind = "app"
version = "2.1"
publisher = "Acme"
name = { en = "Sums", fr = "Sommes" }
description = { en = "Adds up.", fr = "Additionne." }
[[grant]]
doctype = "io.cozy.bank.operations"
actions = ["read", "write"]
with = ["health"]
fields = ["amount", "date"]
rows = '{"amount":{"$lt":0}}'
why = { en = "To add up.", fr = "Pour additionner." }
[[grant]]
doctype = "io.cozy.notes"
actions = ["write"]
why = { en = "To write it down.", fr = "Pour le noter." }
[[grant]]
doctype = "io.cozy.contacts"
actions = ["query"]
why = { en = "Just in case.", fr = "Au cas où." }
[[link]]
name = "merchant"
template = "https://example.org/?q={q}"
slots = { q = "text" }
"#;

fn rich() -> Report {
    let imports = ["read", "write"].map(|name| format!("domicile:docs/{name}@1.0.0"));
    let own = ["notices", "state"].map(|name| format!("domicile:app/{name}@1.0.0"));
    let imports: Vec<&str> = imports.iter().chain(&own).map(String::as_str).collect();
    Report::of(&packed(&imports, &[PAGE], RICH))
}

#[test]
fn the_json_has_stable_names() {
    let bytes = app();
    assert_eq!(
        serde_json::to_value(Report::of(&bytes)).unwrap(),
        json!({
            "accepted": true,
            "identity": {
                "id": "banks", "kind": "app", "version": "0.1.0", "publisher": "Domicile",
                "name": {"en": "Banks", "fr": "Banques"},
                "description": {"en": "Accounts and operations.", "fr": "Comptes et opérations."},
                "provider": null, "entrance": "page",
            },
            "size_bytes": bytes.len(), "memory_bytes": 0,
            "imports": [
                {"name": "domicile:docs/types@1.0.0", "permission": "nothing"},
                {"name": "domicile:docs/read@1.0.0", "permission": "read"},
                {"name": "domicile:docs/query@1.0.0", "permission": "query"},
                {"name": "wasi:cli/environment@0.2.6", "permission": "nothing"},
                {"name": "wasi:io/streams@0.2.6", "permission": "nothing"},
            ],
            "doctypes": [{
                "title": {"en": "bank operations", "fr": "opérations bancaires"},
                "line": {
                    "doctype": "io.cozy.bank.operations", "category": "bank",
                    "actions": ["read", "query"], "with": [], "fields": null, "rows": null,
                },
                "why": {"en": "To show them.", "fr": "Pour les montrer."},
            }],
            "hosts": [],
            "powers": [],
            "trigger": null,
            "flows": [
                {"source": "bank@*", "sink": "screen", "how": "pages"},
                {"source": "typed", "sink": "screen", "how": "pages"},
            ],
            "over_declared": [], "refused": [],
            "summary": {
                "en": ["Banks: sees bank. Can send nothing anywhere.",
                       "Reads and finds bank operations."],
                "fr": ["Banques\u{a0}: voit la banque. Ne peut rien envoyer nulle part.",
                       "Lit et cherche\u{a0}: opérations bancaires."],
            },
        })
    );
}

#[test]
fn every_source_meets_every_sink() {
    let report = rich();
    assert!(report.accepted, "{:?}", report.refused);
    let sources = ["bank@*", "health@*", "typed"];
    let sinks = [
        ("screen", "pages"),
        ("screen", "notices"),
        ("documents io.cozy.bank.operations", "write"),
        ("documents io.cozy.notes", "write"),
        ("state", "state"),
        ("link example.org", "pressing merchant (q: text)"),
    ];
    let wanted = sources.map(|source| sinks.map(|(sink, how)| (source, sink, how)));
    let found = |flow: &'_ Flow| (flow.source.clone(), flow.sink.clone(), flow.how.clone());
    let found: Vec<_> = report.flows.iter().map(found).collect();
    let wanted = wanted.concat().into_iter();
    let wanted = wanted.map(|(source, sink, how)| (source.into(), sink.into(), how.into()));
    assert_eq!(found, wanted.collect::<Vec<(String, String, String)>>());
    let written = report.flows.iter().find(|flow| flow.sink == "documents io.cozy.notes").unwrap();
    let label = written.label.as_ref().unwrap().canonical();
    assert_eq!(label, "bank@* contacts@* health@* notes@*");
    assert_eq!(report.hosts, ["example.org"]);
    assert_eq!(
        serde_json::to_value(&report.over_declared).unwrap(),
        json!([{"doctype": "io.cozy.contacts", "action": "query", "interface": "domicile:docs/query"}])
    );
}

#[test]
fn a_server_that_each_owner_names_is_told_as_that() {
    let manifest = include_str!("../../../../konnectors/carddav/manifest.toml");
    let imports = ["domicile:konnector/net@1.0.0", "domicile:konnector/deposit@1.0.0"];
    let bytes = packed(&imports, &["domicile:konnector/collect@1.0.0"], manifest);
    let report = Report::of(&bytes);
    assert_eq!(report.hosts, ["{server}"]);
    assert!(report.powers.contains("server server"), "{:?}", report.powers);
    let Summary { en, fr } = &report.summary;
    for (lines, texts) in [
        (en, ["talks to the server that you name.", "Others may have", "Asks the server that"]),
        (fr, ["parle avec le serveur que vous", "D'autres ont", "Interroge le serveur que"]),
    ] {
        let lines = lines.join("\n");
        assert!(texts.iter().all(|text| lines.contains(text)), "{lines}");
    }
    let audit = crate::audit::Audit::of(&bytes).to_string();
    assert!(audit.contains("{server}: the server that the owner names"), "{audit}");
}

#[test]
fn plain_words_tell_what_narrows_and_widens() {
    let summary = rich().summary;
    assert_eq!(
        summary.en,
        [
            "Sums: sees bank and health. Can send nothing anywhere by itself; its pages offer links to \
             example.org, which open when you press them.",
            "Reads, adds and changes bank operations, also those made from health, only amount and date, \
             only where {\"amount\":{\"$lt\":0}}.",
            "Adds notes.",
            "Leaves you short messages.",
            "Keeps a few values of its own in your home.",
        ]
    );
    assert_eq!(summary.fr.len(), summary.en.len());
    assert_eq!(summary.fr[2], "Ajoute\u{a0}: notes.");
    assert!(summary.fr[0].starts_with("Sommes\u{a0}: voit la banque et la santé. "));
}

#[test]
fn a_gate_stands_in_the_flows_with_its_rate() {
    let gate = "[[gate]]\nname = \"steps\"\ntext = { en = \"Steps\", fr = \"Pas\" }\nmin = 0\n\
                max = 100000\nstep = 100\nper = \"day\"\n";
    let manifest = RICH.split("[[link]]").next().unwrap().to_owned() + gate;
    let imports = ["domicile:docs/read@1.0.0", "domicile:docs/write@1.0.0"];
    let silent = Report::of(&packed(&imports, &[PAGE], &manifest));
    assert!(silent.flows.iter().all(|flow| flow.sink != "gate steps"), "it can't answer");
    let imports = [&imports[..], &["domicile:app/gate@1.0.0"]].concat();
    let Report { flows, summary, .. } = Report::of(&packed(&imports, &[PAGE], &manifest));
    let through: Vec<&str> = flows
        .iter()
        .filter(|flow| flow.sink == "gate steps" && flow.how == "at most 10 bits a day")
        .map(|flow| flow.source.as_str())
        .collect();
    assert_eq!(through, ["bank@*", "health@*", "typed"]);
    assert!(summary.en[0].ends_with("Can send nothing anywhere by itself."), "{summary:?}");
    let line = "Answers one number a day to whoever has a link that you make for it: Steps, 0 to \
                100000 by 100, at most 10 bits a day.";
    assert_eq!(summary.en.last().unwrap(), line);
    assert!(summary.fr.last().unwrap().contains("Pas, de 0 à 100000 par pas de 100"));
}

#[test]
fn changing_is_seeing_even_without_an_import_to_read() {
    let blind = Report::of(&packed(&["domicile:docs/write@1.0.0"], &[PAGE], RICH));
    assert!(blind.flows.iter().any(|flow| flow.source == "bank@*" && flow.sink == "screen"));
    assert!(blind.summary.en[0].starts_with("Sums: sees bank and health."));
}

#[test]
fn an_importer_takes_a_file_to_its_doctypes() {
    let imports = ["domicile:konnector/input@1.0.0", "domicile:konnector/deposit@1.0.0"];
    let report = Report::of(&packed(&imports, &["domicile:konnector/importer@1.0.0"], IMPORTER));
    assert_eq!(
        serde_json::to_value(&report.flows).unwrap(),
        json!([
            {"source": "file", "sink": "screen", "how": "report"},
            {"source": "file", "sink": "documents io.cozy.bank.operations", "how": "deposit",
             "label": ["bank@ofx-file"]},
        ])
    );
    assert_eq!(
        report.summary.en[0],
        "OFX files: sees the file that you drop on it and nothing else. Can send nothing anywhere."
    );
    assert_eq!(report.summary.fr[1], "Ajoute\u{a0}: opérations bancaires.");
}

#[test]
fn what_is_revoked_flows_no_more() {
    let inspection = crate::inspect::inspect(&app()).unwrap();
    let (manifest, imports) = (&inspection.manifest, &inspection.imports);
    let asked = manifest.requested().unwrap();
    assert_eq!(flows(manifest, &asked, imports).len(), 2);
    let left = asked.revoke(&manifest.grants[0].line.doctype);
    assert_eq!(flows(manifest, &left, imports).len(), 1);
    assert_eq!(
        summary(manifest, &left, imports).en,
        ["Banks: sees nothing of yours. Can send nothing anywhere."]
    );
}

#[test]
fn a_refused_component_has_a_report_too() {
    let sockets = Report::of(&packed(&["wasi:sockets/tcp@0.2.6"], &[PAGE], APP));
    assert!(!sockets.accepted);
    assert_eq!(sockets.imports[0].permission, None);
    assert_eq!(sockets.refused[0].code, "sockets");
    assert!(sockets.refused[0].text.fr.contains("n'ont pas de réseau"));
    assert_eq!(
        sockets.summary.en,
        [
            "Refused: it imports `wasi:sockets/tcp@0.2.6`: components have no network, and sockets don't exist \
          here."
        ]
    );
    assert_eq!(sockets.identity.as_ref().unwrap().id, "banks");
    let nameless = Report::of(&component(IMPORTS, &[]).finish());
    assert_eq!((nameless.identity, nameless.refused[0].code), (None, "no-manifest"));
    assert_eq!(nameless.imports[1].permission, Some("read"));
    let garbage = Report::of(b"garbage");
    assert_eq!(garbage.refused[0].code, "not-wasm");
    assert!(garbage.flows.is_empty());
}
