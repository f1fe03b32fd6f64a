//! A public health insurance's site for people with a browser: payments on several pages, and of
//! each a page with its acts, dates in words, amounts as French people write them.
//!
//! There is no specification of such sites: this one is made after what Ameli shows its insured
//! people. It leaves out scripts, the way in by FranceConnect, certificates and messages.

use std::fmt::Write;

use bytes::Bytes;
use http::Request;

use crate::site::{Plan, Site};
use crate::{Answer, html, query};

/// Payments of a page.
const PAGE: usize = 3;

/// For whom, what, on which day, what was paid for it, what is paid back.
type Act = (&'static str, &'static str, &'static str, &'static str, &'static str);

/// Id, day, acts.
const PAYMENTS: [(&str, &str, &[Act]); 7] = [
    (
        "202611-0731",
        "mardi 10 novembre 2026",
        &[
            ("Camille", "Consultation", "3 novembre 2026", "30,00", "19,00"),
            ("Camille", "Pharmacie", "3 novembre 2026", "12,45", "8,10"),
        ],
    ),
    (
        "202611-0512",
        "lundi 2 novembre 2026",
        &[
            ("Jules", "Verres correcteurs", "27 octobre 2026", "220,00", "0,15"),
            ("Jules", "Monture", "27 octobre 2026", "100,05", "0,05"),
        ],
    ),
    (
        "202610-0448",
        "vendredi 16 octobre 2026",
        &[("Alix", "Soins dentaires", "12 octobre 2026", "28,92", "20,25")],
    ),
    (
        "202610-0301",
        "mardi 6 octobre 2026",
        &[("Alix", "Actes de kin\u{e9}sith\u{e9}rapie", "1er octobre 2026", "16,13", "9,68")],
    ),
    (
        "202609-0290",
        "mercredi 23 septembre 2026",
        &[("Camille", "Analyses m\u{e9}dicales", "18 septembre 2026", "27,00", "16,20")],
    ),
    (
        "202609-0144",
        "lundi 14 septembre 2026",
        &[("Jules", "Consultation", "9 septembre 2026", "31,00", "21,40")],
    ),
    (
        "202608-0077",
        "jeudi 6 ao\u{fb}t 2026",
        &[("Alix", "Proth\u{e8}se dentaire", "2 ao\u{fb}t 2026", "1\u{202f}095,75", "75,25")],
    ),
];

/// Caisse des Soins.
pub fn health() -> Site {
    Site::new(Plan {
        host: "compte.caissedessoins.example",
        door: "/identification",
        names: ["numero", "mot_de_passe"],
        home: "/paiements",
        code: false,
        pages,
    })
}

fn pages(request: &Request<Bytes>) -> Option<Answer> {
    if request.uri().path() == "/paiements" {
        let page = query(request).get("page").and_then(|page| page.parse().ok());
        return Some(html(&payments(page.unwrap_or(0))));
    }
    let id = request.uri().path().strip_prefix("/paiements/")?;
    let (_, day, acts) = PAYMENTS.iter().find(|(known, ..)| *known == id)?;
    let mut text = format!("<h1>D\u{e9}tail du paiement du {day}</h1><div id=\"actes\">");
    for (number, (whom, what, on, paid, back)) in (1..).zip(*acts) {
        // Writing to a text never fails.
        let _ = write!(
            text,
            "<section data-ligne=\"{number}\"><h2>{whom}</h2><dl><dt>Nature</dt><dd class=\"nature\">{what}</dd>\
             <dt>Date</dt><dd class=\"date\">{on}</dd><dt>Montant pay\u{e9}</dt><dd class=\"paye\">{paid} \u{20ac}</dd>\
             <dt>Montant vers\u{e9}</dt><dd class=\"verse\">{back} \u{20ac}</dd></dl></section>"
        );
    }
    Some(html(&format!("{text}</div>")))
}

fn payments(page: usize) -> String {
    let mut text = "<h1>Mes paiements</h1><ul id=\"paiements\">".to_owned();
    let first = page.saturating_mul(PAGE);
    for (id, day, _) in PAYMENTS.iter().skip(first).take(PAGE) {
        let _ = write!(text, "<li><a href=\"/paiements/{id}\">Paiement du {day}</a></li>");
    }
    text.push_str("</ul>");
    if first + PAGE < PAYMENTS.len() {
        let _ = write!(
            text,
            "<a rel=\"next\" href=\"/paiements?page={}#liste\">\u{203a}</a>",
            page + 1
        );
    }
    text
}
