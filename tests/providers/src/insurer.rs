//! A top-up insurer's interface, as its app uses it: reimbursements in cents on counted pages,
//! behind a code by message.
//!
//! Made after what such interfaces have in common; it leaves out contracts, cards and claims.

use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};

use crate::api::{Api, Plan};
use crate::query;

/// Reimbursements of a page.
const PAGE: usize = 2;

/// Id, day of care, whom, what for, cents paid back, cents of the social security.
const REIMBURSEMENTS: [(u32, &str, &str, &str, i64, i64); 5] = [
    (88_215, "2026-11-05T00:00:00+01:00", "CAMILLE", "Ost\u{e9}opathie", -4_000, 0),
    (88_102, "2026-10-21T00:00:00+02:00", "JULES", "Orthodontie", -19_350, 19_350),
    (87_990, "2026-10-08T00:00:00+02:00", "ALIX", "Semelles", -2_886, 1_732),
    (
        87_644,
        "2026-09-12T00:00:00+02:00",
        "CAMILLE",
        "Consultation sp\u{e9}cialiste",
        -1_650,
        3_850,
    ),
    (87_001, "2026-07-30T00:00:00+02:00", "ALIX", "Hospitalisation", -8_800, 31_200),
];

/// Pr\u{e9}voyance du Port, which sends its codes there.
pub fn insurer(sent: impl Fn(&str) + Send + Sync + 'static) -> Api {
    Api::sending(Plan { host: "api.prevoyanceduport.example", code: true, pages }, sent)
}

fn pages(request: &Request<Bytes>) -> Option<Value> {
    match request.uri().path() {
        "/moi" => Some(json!({ "membre": { "prenom": "Camille", "contrat": "PP-4471" } })),
        "/remboursements" => {
            let page: usize = query(request).get("page")?.parse().ok()?;
            let items: Vec<Value> = REIMBURSEMENTS
                .iter()
                .skip(page.checked_sub(1)?.saturating_mul(PAGE))
                .take(PAGE)
                .map(|(id, day, whom, what, cents, social)| {
                    json!({ "id": id, "soin": { "date": day, "libelle": what }, "beneficiaire": whom,
                            "mouvementCentimes": cents, "secuCentimes": social })
                })
                .collect();
            Some(json!({ "page": page, "remboursements": items }))
        }
        _ => None,
    }
}
