//! A water utility: a table to download, with lines above it that tell what it is.
//!
//! There is no specification of such tables: this one has what those of French utilities have in
//! common (a byte order mark, semicolons, decimal commas, days as French people write them). It
//! leaves out alerts about leaks and bills.

use std::fmt::Write;

use bytes::Bytes;
use http::{Request, StatusCode};

use crate::site::{Plan, Site};
use crate::{Answer, html, with};

/// Days of November 2026, from the first on: litres.
const LITRES: [u32; 14] = [312, 428, 265, 301, 277, 290, 455, 398, 244, 260, 271, 285, 302, 466];
/// What the meter said before the first of them, in litres.
const INDEX: u32 = 812_340;

/// Eau des Monts.
pub fn water() -> Site {
    Site::new(Plan {
        host: "client.eaudesmonts.example",
        door: "/login",
        names: ["email", "secret"],
        home: "/",
        code: false,
        pages,
    })
}

fn pages(request: &Request<Bytes>) -> Option<Answer> {
    match request.uri().path() {
        "/" => Some(html(
            "<h1>Bonjour</h1><a id=\"export\" href=\"/consommations.csv\">T\u{e9}l\u{e9}charger</a>",
        )),
        "/consommations.csv" => Some(with(StatusCode::OK, "text/csv; charset=utf-8", table())),
        _ => None,
    }
}

fn table() -> String {
    let mut text =
        "\u{feff}Eau des Monts;Consommations journali\u{e8}res\r\nContrat;0042-7781\r\n\r\n\
                    Date;Index (m3);Consommation (litres);Mesure\r\n"
            .to_owned();
    let mut index = INDEX;
    for (day, litres) in (1..).zip(LITRES) {
        index += litres;
        let (whole, rest) = (index / 1_000, index % 1_000);
        // Writing to a text never fails.
        let _ = write!(
            text,
            "{day:02}/11/2026;{whole},{rest:03};{litres};\"R\u{e9}elle; t\u{e9}l\u{e9}rel\u{e8}ve\"\r\n"
        );
    }
    text
}
