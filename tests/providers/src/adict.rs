//! GRDF ADICT: what a gas meter measured, for programs that the holder of its contract agreed to.
//!
//! After the published interface, version 2: the declaration of an access (`droit_acces`), daily
//! data (`donnees_consos_informatives`, objects one after another) with the codes of
//! `statut_restitution`, and the token of a program by its own name (client credentials), which
//! another host gives. It leaves out the published and hourly data, contracts, technical data,
//! injections, proofs, the lists of accesses and their end, and the page of consent, which brings
//! no `state` back. Whom it writes to does not matter here: `confirm` is the answer to that mail.
//! It knows one meter.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::{Method, Request, StatusCode};
use serde_json::{Value, json};

use crate::oauth::Desk;
use crate::{Answer, Provider, fields, json as json_answer, query, with};

/// The program that is known here.
pub const CLIENT: &str = "programme-de-camille";
/// And its secret.
pub const SECRET: &str = "secret-du-programme";
/// The meter.
pub const METER: &str = "21546382190347";
/// Where it is.
pub const POSTCODE: &str = "39160";
/// Where the program's token is.
const TOKEN_HOST: &str = "adict-connexion.grdf.fr";
const TOKEN_PATH: &str = "/oauth2/aus5y2ta2uEHjCWIR417/v1/token";
/// What the token is for.
const SCOPE: &str = "/adict/v2";
/// The days of November 2026 that are there.
const DAYS: std::ops::RangeInclusive<u32> = 1..=21;
/// On this day nobody heard of the meter.
const SILENT: u32 = 3;
/// What is said of this one was estimated.
const ESTIMATED: u32 = 9;
/// kWh of a m3.
const ENERGY: f64 = 11.16;
/// What a declaration says.
const DECLARED: [&str; 12] = [
    "role_tiers",
    "nom_titulaire",
    "code_postal",
    "courriel_titulaire",
    "date_debut_droit_acces",
    "date_fin_droit_acces",
    "perim_donnees_conso_debut",
    "perim_donnees_conso_fin",
    "perim_donnees_contractuelles",
    "perim_donnees_techniques",
    "perim_donnees_informatives",
    "perim_donnees_publiees",
];

#[derive(Clone, Copy, Default, PartialEq)]
enum Right {
    #[default]
    Never,
    /// For the holder's answer.
    Waiting,
    Active,
    Revoked,
}

#[derive(Default)]
struct Book {
    right: Right,
    /// What was declared.
    declared: Vec<Value>,
    /// Half of the days, and then a word of regret.
    breaks: bool,
}

/// Running.
pub struct Adict {
    /// Its authorization server.
    pub desk: Desk,
    book: Mutex<Book>,
}

impl Default for Adict {
    fn default() -> Adict {
        Adict { desk: Desk::new(CLIENT, Some(SECRET), ""), book: Mutex::default() }
    }
}

/// The host that gives tokens for it.
pub struct Connexion(pub Arc<Adict>);

impl Provider for Connexion {
    fn host(&self) -> &'static str {
        TOKEN_HOST
    }

    fn answer(&self, request: &Request<Bytes>) -> Answer {
        let scope = fields(request.body()).remove("scope");
        match (request.method(), request.uri().path(), scope.as_deref()) {
            (&Method::POST, TOKEN_PATH, Some(SCOPE)) => self.0.desk.token(request),
            _ => json_answer(StatusCode::BAD_REQUEST, &json!({ "error": "invalid_scope" })),
        }
    }
}

impl Adict {
    /// The holder of the contract follows the link of the mail, if there was one.
    pub fn confirm(&self) {
        let mut book = self.book();
        if book.right == Right::Waiting {
            book.right = Right::Active;
        }
    }

    /// The holder takes it back.
    pub fn revoke(&self) {
        self.book().right = Right::Revoked;
    }

    /// Whether it gives half of the days alone from now on.
    pub fn set_breaks(&self, breaks: bool) {
        self.book().breaks = breaks;
    }

    /// What was declared, in order.
    pub fn declared(&self) -> Vec<Value> {
        self.book().declared.clone()
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn declare(&self, request: &Request<Bytes>) -> Answer {
        let said: Value = serde_json::from_slice(request.body()).unwrap_or_default();
        let names = said.as_object().map(|all| all.keys().cloned().collect::<Vec<_>>());
        let whole = names.is_some_and(|names| {
            names.len() == DECLARED.len()
                && DECLARED.iter().all(|name| names.contains(&(*name).into()))
        });
        let is_good = whole && said["role_tiers"] == "AUTORISE_CONTRAT_FOURNITURE";
        if !is_good {
            return declared(StatusCode::BAD_REQUEST, "1000000001", "La demande est mal formée.");
        }
        if said["code_postal"] != POSTCODE {
            let why = "Le code postal ne correspond pas à l'adresse du PCE.";
            return declared(StatusCode::CONFLICT, "1000000005", why);
        }
        let mut book = self.book();
        let waits = "La demande d'accès est en attente de la validation du titulaire du PCE.";
        match book.right {
            Right::Active => {
                declared(StatusCode::CONFLICT, "1000000003", "Un droit d'accès existe déjà.")
            }
            Right::Waiting => declared(StatusCode::CONFLICT, "0000000002", waits),
            Right::Never | Right::Revoked => {
                book.right = Right::Waiting;
                book.declared.push(said);
                declared(StatusCode::CREATED, "0000000002", waits)
            }
        }
    }

    fn days(&self, request: &Request<Bytes>) -> Answer {
        let asked = query(request);
        let said = |name: &str| asked.get(name).cloned().unwrap_or_default();
        let (start, end) = (said("date_debut"), said("date_fin"));
        let book = self.book();
        let why = match book.right {
            Right::Active => None,
            Right::Revoked => Some("1000014"),
            Right::Never | Right::Waiting => Some("1000002"),
        };
        if let Some(code) = why {
            return objects(&[regret(code, &start, &end)]);
        }
        let last = if book.breaks { *DAYS.end() / 2 } else { *DAYS.end() };
        let within = |day: &u32| {
            let day = date(*day);
            start <= day && day < end && day <= date(last)
        };
        let mut rows: Vec<Value> =
            DAYS.filter(within).map(|day| measured(day, &start, &end)).collect();
        if rows.is_empty() {
            rows.push(regret("1000008", &start, &end));
        } else if book.breaks {
            rows.push(regret("2000100", &start, &end));
        }
        objects(&rows)
    }
}

impl Provider for Adict {
    fn host(&self) -> &'static str {
        "api.grdf.fr"
    }

    fn answer(&self, request: &Request<Bytes>) -> Answer {
        let path = request.uri().path();
        let asked = path.strip_prefix("/adict/v2/pce/").and_then(|path| path.split_once('/'));
        match (request.method(), asked) {
            _ if !self.desk.admits(request) => {
                json_answer(StatusCode::UNAUTHORIZED, &json!({ "message": "Unauthorized" }))
            }
            (&Method::PUT, Some((METER, "droit_acces"))) => self.declare(request),
            (&Method::PUT, Some((_, "droit_acces"))) => {
                declared(StatusCode::NOT_FOUND, "1000000006", "Le PCE est inconnu.")
            }
            (&Method::GET, Some((METER, "donnees_consos_informatives"))) => self.days(request),
            (&Method::GET, Some((_, "donnees_consos_informatives"))) => {
                objects(&[regret("1000002", "", "")])
            }
            _ => json_answer(StatusCode::NOT_FOUND, &json!({ "message": "Not Found" })),
        }
    }
}

fn declared(status: StatusCode, code: &str, why: &str) -> Answer {
    let told = json!({ "code_statut_traitement": code, "message_retour_traitement": why });
    json_answer(status, &told)
}

fn objects(all: &[Value]) -> Answer {
    let lines: String = all.iter().map(|one| format!("{one}\n")).collect();
    with(StatusCode::OK, "application/x-ndjson", lines)
}

/// Nothing, and why.
fn regret(code: &str, start: &str, end: &str) -> Value {
    json!({
        "pce": { "id_pce": METER },
        "periode": { "valeur": null, "date_debut": start, "date_fin": end },
        "releve_debut": null, "releve_fin": null, "consommation": null,
        "statut_restitution": { "code": code, "message": "Voir le code." },
    })
}

fn date(day: u32) -> String {
    format!("2026-11-{day:02}")
}

/// A day from six to six.
fn measured(day: u32, start: &str, end: &str) -> Value {
    let volume = 3 + day % 5;
    let energy = (f64::from(volume) * ENERGY).round();
    let kind = match day {
        SILENT => "Absence de données",
        ESTIMATED => "Estimé",
        _ => "Mesuré",
    };
    let (volume, energy) = match day {
        SILENT => (Value::Null, Value::Null),
        _ => (volume.into(), energy.into()),
    };
    let at = |day: u32| format!("{}T06:00:00+01:00", date(day));
    json!({
        "pce": { "id_pce": METER },
        "periode": { "valeur": null, "date_debut": start, "date_fin": end },
        "releve_debut": { "date_releve": at(day), "index_brut_debut": null },
        "releve_fin": { "date_releve": at(day + 1), "index_brut_fin": null },
        "consommation": {
            "date_debut_consommation": at(day), "date_fin_consommation": at(day + 1),
            "flag_retour_zero": null, "volume_brut": volume, "volume_converti": null,
            "coeff_calcul": {
                "coeff_pta": null, "valeur_pcs": null, "coeff_conversion": ENERGY,
            },
            "energie": energy, "type_qualif_conso": kind, "sens_flux_gaz": "Consommation",
            "statut_conso": "Provisoire", "journee_gaziere": date(day),
            "type_conso": "Informative Journalier",
        },
        "statut_restitution": null,
    })
}
