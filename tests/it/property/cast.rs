//! Who plays: two guests, which run generated programs, under manifests of their own.

use domicile_guests as guests;

use crate::exfil::component::with_manifest;

/// The components: apps first, then a service.
pub const NAMES: [&str; 5] = ["wide", "notes", "cross", "narrow", "watch"];
/// How many of them are apps.
pub const APPS: usize = 4;
/// Which one is the service.
pub const SERVICE: usize = 4;

/// It hears of changes, and a schedule starts it: what it does about the bank lies in notes.
const TRIGGER: &str = "[trigger]\nschedule = \"@every 5m\"\n\
    events = [\"io.cozy.bank.operations\", \"io.cozy.notes\"]\n";

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
    let (kind, trigger, program) = match name == NAMES[SERVICE] {
        true => ("service", TRIGGER, guests::programs::FLOW_TASKS),
        false => ("app", "", guests::programs::FLOW_PROGRAMS),
    };
    let mut manifest = format!(
        "[component]\nid = \"{name}\"\nkind = \"{kind}\"\nversion = \"0.1.0\"\npublisher = \"Anyone\"\n\
         name = {{ en = \"{name}\", fr = \"{name}\" }}\n\
         description = {{ en = \"Runs programs.\", fr = \"Exécute des programmes.\" }}\n{trigger}"
    );
    for (doctype, actions, more) in grants(name) {
        manifest.push_str(&format!(
            "[[grant]]\ndoctype = \"{doctype}\"\nactions = [{actions}]\n{more}\n\
             why = {{ en = \"To try.\", fr = \"Pour essayer.\" }}\n"
        ));
    }
    with_manifest(guests::bytes(program).unwrap(), &manifest)
}
