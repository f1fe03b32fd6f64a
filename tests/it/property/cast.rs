//! Who plays: one guest under four manifests.

use domicile_guests as guests;

use crate::exfil::component::with_manifest;

/// The components, each with what it is granted: doctype, actions, further lines.
pub const NAMES: [&str; 4] = ["wide", "notes", "cross", "narrow"];

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
        "cross" => &[
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
    let mut manifest = format!(
        "[component]\nid = \"{name}\"\nkind = \"app\"\nversion = \"0.1.0\"\npublisher = \"Anyone\"\n\
         name = {{ en = \"{name}\", fr = \"{name}\" }}\n\
         description = {{ en = \"Runs programs.\", fr = \"Exécute des programmes.\" }}\n"
    );
    for (doctype, actions, more) in grants(name) {
        manifest.push_str(&format!(
            "[[grant]]\ndoctype = \"{doctype}\"\nactions = [{actions}]\n{more}\n\
             why = {{ en = \"To try.\", fr = \"Pour essayer.\" }}\n"
        ));
    }
    with_manifest(guests::bytes(guests::programs::FLOW_PROGRAMS).unwrap(), &manifest)
}
