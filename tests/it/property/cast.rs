//! Who plays: three guests, which run generated programs, under manifests of their own.

use std::ops::Range;

use domicile_guests as guests;

use crate::exfil::component::with_manifest;

/// The components: apps first, then konnectors, then a service.
pub const NAMES: [&str; 7] = ["wide", "notes", "cross", "narrow", "gather", "tenant", "watch"];
/// How many of them are apps.
pub const APPS: usize = 4;
/// Which ones are konnectors. One talks to hosts of its provider's own; strangers have accounts
/// where the other one does, so that of what its provider told notes alone may go back.
pub const KONNECTORS: Range<usize> = 4..6;
/// Which one is the service.
pub const SERVICE: usize = 6;

/// It hears of changes, and a schedule starts it: what it does about the bank lies in notes.
const TRIGGER: &str = "[trigger]\nschedule = \"@every 5m\"\n\
    events = [\"io.cozy.bank.operations\", \"io.cozy.notes\"]\n";

const TENANTS: &str = "multi_tenant = true\nsends = [\"notes\"]\n";

/// It hears a memory, and answers one of two numbers.
fn provider(id: &str, more: &str) -> String {
    let origin = format!("https://api.{id}.example");
    let route = |name: &str, path: &str, slots: &str| {
        format!(
            "[[route]]\nname = \"{name}\"\nmethod = \"GET\"\norigin = \"{origin}\"\n\
             path = \"{path}\"\nslots = {{ {slots} }}\n"
        )
    };
    format!(
        "[provider]\nid = \"{id}\"\nname = \"{id}\"\norigins = [\"{origin}\"]\n{more}{}{}",
        route("send", "/send/{memory}", "memory = \"text 3\""),
        route("either", "/either/{here}/{there}", "here = \"text 3\", there = \"text 3\""),
    )
}

/// Doctype, actions, further lines.
type Grant = (&'static str, &'static str, &'static str);

const ALL: &str = r#""read", "query", "write""#;

fn grants(name: &str) -> &'static [Grant] {
    match name {
        "wide" => &[
            ("io.cozy.bank.operations", ALL, ""),
            ("io.cozy.notes", ALL, ""),
            ("io.cozy.contacts", ALL, ""),
        ],
        "notes" => &[("io.cozy.notes", ALL, "")],
        "gather" | "tenant" => &[
            ("io.cozy.notes", r#""deposit""#, ""),
            ("io.cozy.bank.operations", r#""deposit""#, ""),
        ],
        "cross" | "watch" => &[
            ("io.cozy.bank.operations", r#""query""#, ""),
            ("io.cozy.notes", ALL, r#"with = ["bank"]"#),
        ],
        _ => &[
            ("io.cozy.contacts", ALL, r#"fields = ["displayName"]"#),
            ("io.cozy.notes", r#""read", "query""#, r#"rows = '{"title":{"$gt":"1"}}'"#),
        ],
    }
}

/// The component of this name.
pub fn component(name: &str) -> Vec<u8> {
    let (kind, more, program) = match name {
        "watch" => ("service", TRIGGER.to_owned(), guests::programs::FLOW_TASKS),
        "gather" => ("konnector", provider("acme", ""), guests::programs::FLOW_KONNECTOR),
        "tenant" => ("konnector", provider("evil", TENANTS), guests::programs::FLOW_KONNECTOR),
        _ => ("app", String::new(), guests::programs::FLOW_PROGRAMS),
    };
    let mut manifest = format!(
        "[component]\nid = \"{name}\"\nkind = \"{kind}\"\nversion = \"0.1.0\"\npublisher = \"Anyone\"\n\
         name = {{ en = \"{name}\", fr = \"{name}\" }}\n\
         description = {{ en = \"Runs programs.\", fr = \"Exécute des programmes.\" }}\n{more}"
    );
    for (doctype, actions, more) in grants(name) {
        manifest.push_str(&format!(
            "[[grant]]\ndoctype = \"{doctype}\"\nactions = [{actions}]\n{more}\n\
             why = {{ en = \"To try.\", fr = \"Pour essayer.\" }}\n"
        ));
    }
    with_manifest(guests::bytes(program).unwrap(), &manifest)
}
