//! A public library's interface, as its app uses it: what is lent out, with a cursor.
//!
//! Made after what such interfaces have in common; it leaves out the catalogue, bookings and the
//! renewal of loans.

use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};

use crate::api::{Api, Plan};
use crate::query;

/// Loans of a page.
const PAGE: usize = 3;

/// Barcode, title, who wrote it, whose card, when it is due.
const LOANS: [(&str, &str, &str, &str, &str); 7] = [
    ("31025004811", "Le Horla", "Guy de Maupassant", "Camille", "2026-12-01"),
    (
        "31025011207",
        "Max et Lili trouvent un tr\u{e9}sor",
        "Dominique de Saint Mars",
        "Jules",
        "2026-12-01",
    ),
    ("31025012350", "Mortelle Ad\u{e8}le, tome 7", "Mr Tan", "Jules", "2026-12-01"),
    ("31025019953", "Persepolis", "Marjane Satrapi", "Alix", "2026-12-08"),
    ("31025020018", "La Horde du Contrevent", "Alain Damasio", "Alix", "2026-12-08"),
    ("31025020416", "Atlas des nuages", "Ga\u{e9}tan Dupont", "Camille", "2026-12-15"),
    (
        "31025022222",
        "Pain, fermentation, patience",
        "Apollonia Poil\u{e2}ne",
        "Camille",
        "2026-12-15",
    ),
];

/// M\u{e9}diath\u{e8}que des Halles.
pub fn library() -> Api {
    Api::new(Plan { host: "app.mediathequedeshalles.example", code: false, pages })
}

fn pages(request: &Request<Bytes>) -> Option<Value> {
    if request.uri().path() != "/prets" {
        return None;
    }
    // A cursor says nothing to whoever gets it.
    let first = match query(request).get("suite") {
        Some(cursor) => usize::from_str_radix(cursor.strip_prefix("c%/")?, 16).ok()?,
        None => 0,
    };
    let loans: Vec<Value> = LOANS
        .iter()
        .skip(first)
        .take(PAGE)
        .map(|(code, title, author, whose, due)| {
            json!({ "codeBarres": code, "document": { "titre": title, "auteur": author },
                    "carte": { "prenom": whose }, "retour": due })
        })
        .collect();
    let next = first + PAGE;
    let next = (next < LOANS.len()).then(|| format!("c%/{next:x}"));
    Some(json!({ "prets": loans, "pagination": { "suite": next } }))
}
