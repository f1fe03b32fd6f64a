//! A telephone operator: bills in JSON behind a form for people, and of each a page with its line,
//! its period and its amount, and the bill in PDF.
//!
//! There is no specification of such sites: this one has what those of French operators have in
//! common. It leaves out calls one by one, and several contracts.

use bytes::Bytes;
use http::{Request, StatusCode};
use serde_json::{Value, json};

use crate::site::{Plan, Site};
use crate::{Answer, html, json as json_answer, with};

/// Number, day of the bill, first and last day of what it is about, amount.
const BILLS: [(&str, &str, &str, &str, &str); 4] = [
    ("F2611-88120", "2026-11-08T06:00:00.000Z", "8 octobre 2026", "7 novembre 2026", "34,98"),
    ("F2610-87411", "2026-10-08T06:00:00.000Z", "8 septembre 2026", "7 octobre 2026", "29,99"),
    ("F2609-86630", "2026-09-08T06:00:00.000Z", "8 ao\u{fb}t 2026", "7 septembre 2026", "29,99"),
    ("F2608-85902", "2026-08-08T06:00:00.000Z", "8 juillet 2026", "7 ao\u{fb}t 2026", "41,24"),
];

/// Ondes et Fils.
pub fn telecom() -> Site {
    Site::new(Plan {
        host: "espace.ondesetfils.example",
        door: "/identite",
        names: ["ligne", "code_secret"],
        home: "/accueil",
        code: false,
        pages,
    })
}

fn pages(request: &Request<Bytes>) -> Option<Answer> {
    match request.uri().path() {
        "/accueil" => Some(html("<h1>Bonjour Camille</h1>")),
        "/api/factures" => {
            let bill = |(number, day, ..): &(&str, &str, &str, &str, &str)| json!({ "reference": number, "dateEmission": day, "statut": "REGLEE" });
            let bills: Vec<Value> = BILLS.iter().map(bill).collect();
            Some(json_answer(StatusCode::OK, &json!({ "contrat": { "factures": bills } })))
        }
        path => {
            let wanted = path.strip_prefix("/factures/")?;
            let name = wanted.strip_suffix(".pdf");
            let known = |bill: &&(&str, _, _, _, _)| bill.0 == name.unwrap_or(wanted);
            let (number, _, from, to, amount) = BILLS.iter().find(known)?;
            if name.is_some() {
                let bytes = pdf(&format!("Facture {number} - {amount} EUR"));
                return Some(with(StatusCode::OK, "application/pdf", bytes));
            }
            Some(html(&format!(
                "<h1>Facture {number}</h1><dl class=\"facture\"><dt>Ligne</dt><dd class=\"ligne\">06 00 00 00 00</dd>\
                 <dt>P\u{e9}riode</dt><dd class=\"periode\">du {from} au {to}</dd>\
                 <dt>Montant TTC</dt><dd class=\"ttc\">{amount}\u{a0}\u{20ac}</dd></dl>"
            )))
        }
    }
}

/// One page with one line of text, as a PDF 1.4 has it.
fn pdf(line: &str) -> String {
    let page = format!("BT /F1 12 Tf 72 720 Td ({line}) Tj ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
         /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{page}\nendstream", page.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let (mut text, mut places) = ("%PDF-1.4\n".to_owned(), String::new());
    for (number, object) in (1..).zip(&objects) {
        places.push_str(&format!("{:010} 00000 n \n", text.len()));
        text.push_str(&format!("{number} 0 obj\n{object}\nendobj\n"));
    }
    let (start, count) = (text.len(), objects.len() + 1);
    text.push_str(&format!("xref\n0 {count}\n0000000000 65535 f \n{places}"));
    text.push_str(&format!(
        "trailer\n<< /Size {count} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    ));
    text
}
