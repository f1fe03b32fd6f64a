//! A top-up insurer's portal for people with a browser: a form to sign in that carries a token
//! against forgery, a code by message, a session cookie, reimbursements in a table on several
//! pages.
//!
//! There is no specification of such portals: this one has what those of French insurers have in
//! common. It leaves out their scripts, pictures and statements in PDF.

use std::fmt::Write;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use http::{HeaderValue, Method, Request, StatusCode};

use crate::{Answer, LOGIN, PASSWORD, Provider, cookie, fields, html, query, see, with};

const TOKEN: &str = "f3a9-jeton";
const SESSION: &str = "session-des-tilleuls";
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

/// Running, with what it knows of its one member.
pub struct Portal {
    code: Mutex<Code>,
    /// Told of each code that is sent.
    sent: Box<dyn Fn(&str) + Send + Sync>,
}

#[derive(Default)]
struct Code {
    count: u32,
    now: Option<String>,
    /// A browser that was proved keeps its session.
    proved: bool,
}

impl Portal {
    /// A portal that sends its codes there.
    pub fn new(sent: impl Fn(&str) + Send + Sync + 'static) -> Portal {
        Portal { code: Mutex::default(), sent: Box::new(sent) }
    }

    fn send_code(&self) {
        let mut code = self.code.lock().unwrap_or_else(PoisonError::into_inner);
        code.count += 1;
        let text = format!("{:06}", 271_828 * code.count % 1_000_000);
        (self.sent)(&text);
        code.now = Some(text);
    }

    fn sign_in(&self, request: &Request<Bytes>) -> Answer {
        let form = fields(request.body());
        let said = |name: &str| form.get(name).map(String::as_str);
        if said("_csrf") != Some(TOKEN) {
            return with(StatusCode::FORBIDDEN, "text/plain", "forged");
        }
        if (said("adherent"), said("passe")) != (Some(LOGIN), Some(PASSWORD)) {
            return html("<p class=\"erreur\">Identifiant ou mot de passe incorrect.</p>");
        }
        self.send_code();
        html(&format!(
            "<h1>V\u{e9}rification</h1><form id=\"verification\" method=\"post\" action=\"/verification\">\
             <input type=\"hidden\" name=\"_csrf\" value=\"{TOKEN}\"><input name=\"code\"></form>"
        ))
    }

    fn verify(&self, request: &Request<Bytes>) -> Answer {
        let form = fields(request.body());
        let mut code = self.code.lock().unwrap_or_else(PoisonError::into_inner);
        let right = code.now.take().is_some_and(|now| form.get("code") == Some(&now));
        if !right || form.get("_csrf").map(String::as_str) != Some(TOKEN) {
            return html("<p class=\"erreur\">Code incorrect ou expir\u{e9}.</p>");
        }
        code.proved = true;
        let mut answer = see("/remboursements");
        let line = format!("portail={SESSION}; Path=/; Secure; HttpOnly");
        if let Ok(line) = HeaderValue::from_str(&line) {
            answer.headers_mut().insert(http::header::SET_COOKIE, line);
        }
        answer
    }

    fn is_member(&self, request: &Request<Bytes>) -> bool {
        let proved = self.code.lock().unwrap_or_else(PoisonError::into_inner).proved;
        proved && cookie(request, "portail") == Some(SESSION)
    }
}

impl Provider for Portal {
    fn host(&self) -> &'static str {
        "portail.tilleuls.example"
    }

    fn answer(&self, request: &Request<Bytes>) -> Answer {
        match (request.method(), request.uri().path()) {
            (&Method::GET, "/connexion") => html(&format!(
                "<h1>Espace adh\u{e9}rent</h1><form id=\"connexion\" method=\"post\" action=\"/connexion\">\
                 <input type=\"hidden\" name=\"_csrf\" value=\"{TOKEN}\"><input name=\"adherent\">\
                 <input name=\"passe\" type=\"password\"></form>"
            )),
            (&Method::POST, "/connexion") => self.sign_in(request),
            (&Method::POST, "/verification") => self.verify(request),
            (&Method::GET, "/remboursements") if self.is_member(request) => {
                let page = query(request).get("page").and_then(|page| page.parse().ok());
                html(&table(page.unwrap_or(1)))
            }
            (&Method::GET, "/remboursements") => see("/connexion"),
            _ => with(StatusCode::NOT_FOUND, "text/plain", "rien ici"),
        }
    }
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
