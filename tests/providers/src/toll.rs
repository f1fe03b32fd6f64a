//! A motorway's operator: months, and of each a table of passages to download, in ISO 8859-1.
//!
//! There is no specification of such tables: this one has what those of French operators have in
//! common. It leaves out invoices in PDF, badges and discounts.

use std::fmt::Write;

use bytes::Bytes;
use http::{Request, StatusCode};

use crate::site::{Plan, Site};
use crate::{Answer, html, with};

/// Number, day, from, to, what it cost.
type Passage = (&'static str, &'static str, &'static str, &'static str, &'static str);

const MONTHS: [(&str, &[Passage]); 2] = [
    (
        "2026-10",
        &[
            ("701", "04/10/2026", "Saint-Arnoult", "Orl\u{e9}ans Nord", "8,10"),
            ("702", "04/10/2026", "Orl\u{e9}ans Nord", "Tours Centre", "11,40"),
            ("703", "11/10/2026", "Tours Centre", "Saint-Arnoult", "19,50"),
        ],
    ),
    ("2026-09", &[("655", "19/09/2026", "", "Parking des Ch\u{ea}nes", "3,00")]),
];

/// P\u{e9}ages de l'Ouest.
pub fn toll() -> Site {
    Site::new(Plan {
        host: "abonnes.peagesdelouest.example",
        door: "/session/new",
        names: ["login", "password"],
        home: "/releves",
        code: false,
        pages,
    })
}

fn pages(request: &Request<Bytes>) -> Option<Answer> {
    let path = request.uri().path();
    let mut text = String::new();
    // Writing to a text never fails.
    if path == "/releves" {
        text.push_str("<h1>Relev\u{e9}s</h1><select name=\"mois\">");
        for (month, _) in MONTHS {
            let _ = write!(text, "<option value=\"{month}\">{month}</option>");
        }
        return Some(html(&format!("{text}</select>")));
    }
    let month = path.strip_prefix("/releves/")?.strip_suffix(".csv")?;
    let (_, passages) = MONTHS.iter().find(|(known, _)| *known == month)?;
    text.push_str("N\u{b0};Date;Entr\u{e9}e;Sortie;Montant TTC (EUR)\n");
    for (number, day, from, to, cost) in *passages {
        let _ = writeln!(text, "{number};{day};{from};{to};{cost}");
    }
    // All of it is in the first 256 characters of Unicode.
    let latin: Vec<u8> = text.chars().filter_map(|c| u8::try_from(u32::from(c)).ok()).collect();
    Some(with(StatusCode::OK, "text/csv; charset=iso-8859-1", latin))
}
