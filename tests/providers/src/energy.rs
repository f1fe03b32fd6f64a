//! Enedis Data Connect: what a Linky meter measured, for programs that its customer agreed to.
//!
//! After the published interface, version 5 of `metering_data_dc` (days, in Wh) and
//! `metering_data_clc` (load curve, in W on average, at most seven days a question), the page of
//! consent with its redirect, and the token of a program by its own name (client credentials). It
//! leaves out production, maximal power, contracts and addresses, the number of the meter in the
//! redirect, and the versions after it. It knows one meter.

use bytes::Bytes;
use http::{Method, Request, StatusCode};
use serde_json::{Value, json};

use crate::oauth::Desk;
use crate::{Answer, Provider, json as json_answer, query};

/// The program that is known here.
pub const CLIENT: &str = "programme-de-camille";
/// And its secret.
pub const SECRET: &str = "secret-du-programme";
/// The meter.
pub const METER: &str = "09876543210987";
/// The first day that was measured, and the first one of the load curve, in November 2026.
const FIRST: u32 = 1;
const CURVE_FIRST: u32 = 10;
/// On these days nobody heard of the meter.
const SILENT: [u32; 2] = [3, 4];
/// From this day on there is a value an hour; until then one each half hour.
const HOURLY: u32 = 17;
/// The last one that is there.
const LAST: u32 = 22;
/// Days that one question about the load curve may ask for.
const WINDOW: u32 = 7;

/// Running.
pub struct Energy {
    /// Its authorization server.
    pub desk: Desk,
}

impl Default for Energy {
    fn default() -> Energy {
        Energy { desk: Desk::new(CLIENT, Some(SECRET), "") }
    }
}

impl Provider for Energy {
    fn host(&self) -> &'static str {
        "gw.ext.prod.api.enedis.fr"
    }

    fn answer(&self, request: &Request<Bytes>) -> Answer {
        match (request.method(), request.uri().path()) {
            // On another host, which browsers alone ask.
            (&Method::GET, "/dataconnect/v1/oauth2/authorize") => self.desk.authorize(request),
            (&Method::POST, "/oauth2/v3/token") => self.desk.token(request),
            _ if !self.desk.admits(request) => {
                let told = json!({ "error": "invalid_token", "error_description": "expired" });
                json_answer(StatusCode::UNAUTHORIZED, &told)
            }
            _ if !self.desk.is_agreed() => refusal(StatusCode::FORBIDDEN, "no_consent"),
            (&Method::GET, "/metering_data_dc/v5/daily_consumption") => measured(request, false),
            (&Method::GET, "/metering_data_clc/v5/consumption_load_curve") => {
                measured(request, true)
            }
            _ => refusal(StatusCode::NOT_FOUND, "no_such_resource"),
        }
    }
}

fn refusal(status: StatusCode, word: &str) -> Answer {
    json_answer(status, &json!({ "error": word, "error_description": word }))
}

/// A day of November 2026; earlier ones are 0, later ones 31.
fn november(text: &str) -> u32 {
    match text.get(..8) {
        Some("2026-11-") => text.get(8..10).and_then(|day| day.parse().ok()).unwrap_or(0),
        Some(earlier) if earlier < "2026-11-" => 0,
        _ => 31,
    }
}

fn measured(request: &Request<Bytes>, curve: bool) -> Answer {
    let asked = query(request);
    let said = |name: &str| asked.get(name).map(String::as_str).unwrap_or_default();
    if said("usage_point_id") != METER {
        return refusal(StatusCode::FORBIDDEN, "usage_point_not_authorized");
    }
    let (start, end) = (november(said("start")), november(said("end")));
    if curve && start > 0 && end.saturating_sub(start) > WINDOW {
        return refusal(StatusCode::BAD_REQUEST, "period_too_long");
    }
    let first = if curve { CURVE_FIRST } else { FIRST };
    let days = start.max(first)..end.min(LAST + 1);
    let heard = |day: &u32| !SILENT.contains(day);
    let rows: Vec<Value> = match curve {
        false => days.filter(heard).map(day).collect(),
        true => days.flat_map(steps).collect(),
    };
    if rows.is_empty() {
        return refusal(StatusCode::NOT_FOUND, "no_data_found");
    }
    let kind = match curve {
        false => json!({ "measurement_kind": "energy", "unit": "Wh", "aggregate": "sum" }),
        true => json!({ "measurement_kind": "power", "unit": "W", "aggregate": "average" }),
    };
    json_answer(
        StatusCode::OK,
        &json!({ "meter_reading": {
            "usage_point_id": METER, "start": said("start"), "end": said("end"),
            "quality": "BRUT", "reading_type": kind, "interval_reading": rows,
        }}),
    )
}

fn day(day: u32) -> Value {
    json!({ "value": (10_000 + 100 * day).to_string(), "date": format!("2026-11-{day:02}") })
}

/// The curve of a day: each value at the end of its time. The evening of the 15th is missing.
fn steps(day: u32) -> Vec<Value> {
    let length = if day < HOURLY { 30 } else { 60 };
    let ends = (1..=24 * 60 / length).map(|step| step * length);
    let ends = ends.filter(|end| day != 15 || *end <= 18 * 60);
    ends.map(|end| {
        let (on, hour) = if end == 24 * 60 { (day + 1, 0) } else { (day, end / 60) };
        json!({
            "value": (200 + 10 * day).to_string(),
            "date": format!("2026-11-{on:02} {hour:02}:{:02}:00", end % 60),
            "interval_length": format!("PT{length}M"), "measure_type": "B",
        })
    })
    .collect()
}
