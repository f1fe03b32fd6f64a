//! A top-up insurer's portal for people with a browser: reimbursements in a table on several pages,
//! behind a code by message.
//!
//! There is no specification of such portals: this one has what those of French insurers have in
//! common. It leaves out their statements in PDF.

use std::fmt::Write;

use bytes::Bytes;
use http::Request;

use crate::site::{Plan, Site};
use crate::{Answer, html, query};

/// Rows of a page.
const PAGE: usize = 4;

/// What was paid back: id, day, what for, whom, amount, of which the social security.
const REIMBURSEMENTS: [(&str, &str, &str, &str, &str, &str); 10] = [
    ("R-1041", "03/11/2026", "Consultation g\u{e9}n\u{e9}raliste", "Camille", "9,00", "19,00"),
    ("R-1040", "03/11/2026", "Pharmacie", "Camille", "4,35", "8,10"),
    ("R-1037", "27/10/2026", "Lunettes, verres", "Jules", "180,00", "0,15"),
    ("R-1036", "27/10/2026", "Lunettes, monture", "Jules", "100,00", "0,05"),
    ("R-1030", "12/10/2026", "D\u{e9}tartrage", "Alix", "8,67", "20,25"),
    ("R-1024", "01/10/2026", "Kin\u{e9}sith\u{e9}rapie", "Alix", "6,45", "9,68"),
    ("R-1019", "18/09/2026", "Analyses", "Camille", "10,80", "16,20"),
    ("R-1015", "09/09/2026", "Consultation p\u{e9}diatre", "Jules", "9,60", "21,40"),
    ("R-1003", "31/08/2026", "Radiologie", "Camille", "17,40", "40,60"),
    ("R-0998", "02/08/2026", "Couronne dentaire", "Alix", "1 020,50", "75,25"),
];

/// Mutuelle des Tilleuls, which sends its codes there.
pub fn tilleuls(sent: impl Fn(&str) + Send + Sync + 'static) -> Site {
    let plan = Plan {
        host: "portail.tilleuls.example",
        door: "/connexion",
        names: ["adherent", "passe"],
        home: "/remboursements",
        code: true,
        pages,
    };
    Site::sending(plan, sent)
}

fn pages(request: &Request<Bytes>) -> Option<Answer> {
    let page = query(request).get("page").and_then(|page| page.parse().ok());
    (request.uri().path() == "/remboursements").then(|| html(&table(page.unwrap_or(1))))
}

fn table(page: usize) -> String {
    let mut text = "<h1>Remboursements</h1><table id=\"liste\">".to_owned();
    let first = page.saturating_sub(1).saturating_mul(PAGE);
    for (id, day, what, whom, amount, social) in REIMBURSEMENTS.iter().skip(first).take(PAGE) {
        // Writing to a text never fails.
        let _ = write!(
            text,
            "<tr data-id=\"{id}\"><td class=\"jour\">{day}</td><td class=\"acte\">{what}</td>\
             <td class=\"qui\">{whom}</td><td class=\"secu\">{social} \u{20ac}</td>\
             <td class=\"montant\">{amount} \u{20ac}</td></tr>"
        );
    }
    text.push_str("</table>");
    if first + PAGE < REIMBURSEMENTS.len() {
        let _ =
            write!(text, "<a class=\"suite\" href=\"/remboursements?page={}\">Suite</a>", page + 1);
    }
    text
}
