//! A town's portal for families: children, the days on which each is booked at the canteen, and the
//! bills, in tables for people with a browser.
//!
//! There is no specification of such portals: this one has what those of French towns have in
//! common. It leaves out booking, paying and the family's papers.

use std::fmt::Write;

use bytes::Bytes;
use http::Request;

use crate::site::{Plan, Site};
use crate::{Answer, html};

/// Number, name, school, booked days of November 2026.
const CHILDREN: [(&str, &str, &str, &[u32]); 2] = [
    ("1", "Jules", "\u{c9}cole Pr\u{e9}vert", &[3, 5, 6, 10, 12, 13, 17, 19, 20, 24]),
    ("2", "Alix", "Coll\u{e8}ge Germaine Tillion", &[5, 12, 19, 26]),
];
/// Number, month, amount, whether it is paid.
const BILLS: [(&str, &str, &str, &str); 3] = [
    ("2026-10-4471", "octobre 2026", "58,24", "\u{c0} payer"),
    ("2026-09-4102", "septembre 2026", "62,40", "Pay\u{e9}e"),
    ("2026-06-3377", "juin 2026", "- 4,16", "Avoir"),
];

/// Ville de Saint-Amour.
pub fn town() -> Site {
    Site::new(Plan {
        host: "familles.saintamour.example",
        door: "/portail/connexion",
        names: ["identifiant", "motdepasse"],
        home: "/portail/enfants",
        code: false,
        pages,
    })
}

fn pages(request: &Request<Bytes>) -> Option<Answer> {
    let mut text = String::new();
    let path = request.uri().path();
    // Writing to a text never fails.
    match path.strip_prefix("/portail/")? {
        "enfants" => {
            text.push_str("<h1>Mes enfants</h1><div id=\"enfants\">");
            for (number, name, school, _) in CHILDREN {
                let _ = write!(
                    text,
                    "<article><h2>{name}</h2><p>{school}</p>\
                     <a href=\"/portail/cantine?enfant={number}\">Cantine</a></article>"
                );
            }
            text.push_str("</div>");
        }
        "cantine" => {
            let number = request.uri().query()?.strip_prefix("enfant=")?;
            let (_, name, _, days) = CHILDREN.iter().find(|(known, ..)| *known == number)?;
            let _ = write!(
                text,
                "<h1>Cantine de {name}</h1><table id=\"repas\"><tr><th>Jour</th><th>\u{c9}tat</th></tr>"
            );
            for day in *days {
                let _ = write!(
                    text,
                    "<tr class=\"repas\"><td>{day:02}.11.26</td><td>R\u{e9}serv\u{e9}</td></tr>"
                );
            }
            text.push_str("</table>");
        }
        "factures" => {
            text.push_str("<h1>Factures</h1><table id=\"factures\"><tbody>");
            for (number, month, amount, state) in BILLS {
                let _ = write!(
                    text,
                    "<tr><td>Facture n\u{b0} {number}</td><td>{month}</td><td>{amount} \u{20ac}</td><td>{state}</td></tr>"
                );
            }
            text.push_str("</tbody></table>");
        }
        _ => return None,
    }
    Some(html(&text))
}
