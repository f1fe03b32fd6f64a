//! What ADICT answers, and the documents that it becomes. In: objects of JSON, one after another.
//! Out: what each day used, and how the answer ends. Never here: a value that was not measured, a
//! day of another meter, a link or a text of the answer's but for the reason of a refusal.

use std::collections::BTreeMap;
use std::ops::Range;

use domicile_sdk::Date;
use domicile_sdk::docs::Document;
use domicile_sdk::konnector::{Action, Failure};
use konnector_shared::failure::failed;
use konnector_shared::load::Load;
use konnector_shared::say;
use konnector_shared::text::clean;
use serde::{Deserialize, Serialize};

/// Objects of one answer: a year of hours has half as many.
const ROWS_MAX: usize = 20_000;
/// Characters that are shown of GRDF's own words.
const WORDS_CHARS_MAX: usize = 200;

/// Of a whole day.
#[derive(Serialize, Deserialize)]
pub struct OfDay {
    #[serde(flatten)]
    load: Load,
    /// In m3.
    #[serde(skip_serializing_if = "Option::is_none")]
    volume: Option<f64>,
}

impl Document for OfDay {
    const DOCTYPE: &'static str = "com.grandlyon.grdf.day";
}

/// What a day used.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    kwh: f64,
    cubic_metres: Option<f64>,
}

impl Reading {
    pub fn document(&self, meter: &str, day: Date) -> OfDay {
        OfDay { load: Load::new(meter, day, 0, self.kwh), volume: self.cubic_metres }
    }
}

/// What an answer says of its days: nothing of one that was not measured.
pub type Days = BTreeMap<Date, Option<Reading>>;

/// An answer.
#[derive(Debug, Default)]
pub struct Answered {
    pub days: Days,
    /// Periods that are no day.
    pub odd: usize,
    pub ending: Ending,
}

/// How an answer ends.
#[derive(Debug, Default)]
pub enum Ending {
    /// All that there is is there.
    #[default]
    Whole,
    /// GRDF knows of no access to the meter, or of none any more.
    NoAccess,
    Failed(Failure),
}

/// One object.
#[derive(Deserialize)]
struct Row {
    pce: Option<Point>,
    consommation: Option<Consumption>,
    statut_restitution: Option<Status>,
}

#[derive(Deserialize)]
struct Point {
    id_pce: Option<String>,
}

#[derive(Deserialize)]
struct Status {
    code: Option<String>,
    message: Option<String>,
}

#[derive(Deserialize)]
struct Consumption {
    date_debut_consommation: Option<String>,
    date_fin_consommation: Option<String>,
    journee_gaziere: Option<String>,
    volume_brut: Option<f64>,
    energie: Option<f64>,
    type_qualif_conso: Option<String>,
    sens_flux_gaz: Option<String>,
}

/// Read an answer about this meter and these days, up to what is wrong with it.
pub fn read(body: &[u8], meter: &str, asked: Range<Date>) -> Answered {
    let mut answered = Answered::default();
    let rows = serde_json::Deserializer::from_slice(body).into_iter::<Row>();
    for (number, row) in (1usize..).zip(rows) {
        let ending = match row {
            Ok(row) if number <= ROWS_MAX && row.is_about(meter) => answered.take(&row, &asked),
            _ => Ending::Failed(failed(say!(
                number;
                "GRDF's answer can't be understood from its row {number} on",
                "la réponse de GRDF est incompréhensible à partir de sa ligne {number}",
            ))),
        };
        if !matches!(ending, Ending::Whole) {
            answered.ending = ending;
            break;
        }
    }
    answered
}

/// Why there is no answer, if GRDF says so.
pub fn refusal(body: &[u8]) -> Option<Ending> {
    let mut rows = serde_json::Deserializer::from_slice(body).into_iter::<Row>();
    rows.next()?.ok()?.statut_restitution?.ending()
}

impl Row {
    fn is_about(&self, meter: &str) -> bool {
        let said = self.pce.as_ref().and_then(|point| point.id_pce.as_deref());
        said.is_none_or(|said| said == meter)
    }
}

impl Answered {
    fn take(&mut self, row: &Row, asked: &Range<Date>) -> Ending {
        if let Some(ending) = row.statut_restitution.as_ref().and_then(Status::ending) {
            return ending;
        }
        let Some(used) = row.consommation.as_ref().filter(|used| used.is_use()) else {
            return Ending::Whole;
        };
        match used.day() {
            Some(day) if asked.contains(&day) => {
                let known = self.days.entry(day).or_default();
                *known = used.reading().or(*known);
            }
            Some(_) => {}
            None => self.odd += 1,
        }
        Ending::Whole
    }
}

impl Consumption {
    /// Whether there is a value, of what was taken out of the network.
    fn is_use(&self) -> bool {
        self.energie.is_some()
            && self.sens_flux_gaz.as_ref().is_none_or(|way| way == "Consommation")
    }

    /// The day from six to six that it is about, if it is about one.
    fn day(&self) -> Option<Date> {
        let date = |text: &Option<String>| text.as_deref().and_then(Date::parse);
        let (began, ended) =
            (date(&self.date_debut_consommation)?, date(&self.date_fin_consommation)?);
        let day = date(&self.journee_gaziere).unwrap_or(began);
        (began.plus(1) == ended).then_some(day)
    }

    /// What was measured, or measured and corrected.
    fn reading(&self) -> Option<Reading> {
        let good = |number: &f64| number.is_finite() && *number >= 0.0;
        let kind = self.type_qualif_conso.as_deref()?;
        let is_measured = ["Mesur", "Corrig"].iter().any(|known| kind.starts_with(known));
        let kwh = self.energie.filter(good).filter(|_| is_measured)?;
        Some(Reading { kwh, cubic_metres: self.volume_brut.filter(good) })
    }
}

impl Status {
    /// After the codes that GRDF publishes.
    fn ending(&self) -> Option<Ending> {
        let code = self.code.as_deref()?;
        Some(match code {
            // Nothing was measured in these days.
            "1000008" => Ending::Whole,
            // It has ended, never was, was not proved, or was taken back by the holder.
            "1000001" | "1000002" | "1000011" | "1000014" => Ending::NoAccess,
            // The holder has moved out.
            "1000000" => Ending::Failed(Failure::UserActionNeeded(Action::AccountRemoved)),
            // The access is for other data.
            "1000010" => Ending::Failed(Failure::UserActionNeeded(Action::PermissionsChanged)),
            // Some of it could not be had.
            "2000100" => Ending::Failed(Failure::VendorDown),
            _ => Ending::Failed(said(code, self.message.as_deref())),
        })
    }
}

/// What GRDF says, where its code tells nothing.
pub fn said(code: &str, message: Option<&str>) -> Failure {
    let code = clean(code, WORDS_CHARS_MAX);
    let message = clean(message.unwrap_or_default(), WORDS_CHARS_MAX);
    failed(say!(code, message; "GRDF says {code}: {message}", "GRDF dit {code} : {message}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    fn row(more: &str) -> String {
        format!(
            "{{\"pce\": {{\"id_pce\": \"GI123456\"}}, \"consommation\": {{\
             \"date_debut_consommation\": \"2026-11-03T06:00:00+01:00\", \
             \"date_fin_consommation\": \"2026-11-04T06:00:00+01:00\", \
             \"journee_gaziere\": \"2026-11-03\", \"volume_brut\": 3, \"energie\": 34, \
             \"type_qualif_conso\": \"Mesuré\", \"sens_flux_gaz\": \"Consommation\"{more}}}, \
             \"statut_restitution\": null}}"
        )
    }

    fn answered(body: &str) -> Answered {
        read(body.as_bytes(), "GI123456", day("2026-11-01")..day("2026-11-23"))
    }

    fn changed(from: &str, to: &str) -> Answered {
        let (plain, other) = (row(""), row("").replace(from, to));
        assert_ne!(plain, other, "{from}");
        answered(&other)
    }

    #[test]
    fn a_measured_day_is_a_document() {
        let found = answered(&row(""));
        let reading = found.days[&day("2026-11-03")].unwrap();
        let document = serde_json::to_value(reading.document("GI123456", day("2026-11-03")));
        let expected = serde_json::json!({
            "load": 34.0, "volume": 3.0, "meter": "GI123456",
            "year": 2026, "month": 11, "day": 3, "hour": 0, "minute": 0,
        });
        assert_eq!(document.unwrap(), expected);
        // Objects follow each other with a line between them, or none; the last word counts.
        let later = row("").replace("\"energie\": 34", "\"energie\": 35");
        let found = answered(&format!("{}\n{}{later}\n", row(""), row("")));
        assert_eq!(found.days[&day("2026-11-03")].unwrap().kwh, 35.0);
    }

    #[test]
    fn what_was_not_measured_is_no_reading() {
        for (from, to) in
            [("Mesuré", "Estimé"), ("\"Mesuré\"", "null"), ("\"energie\": 34", "\"energie\": -1")]
        {
            assert_eq!(changed(from, to).days[&day("2026-11-03")], None, "{to}");
        }
        for (from, to) in [("\"energie\": 34", "\"energie\": null"), ("Consommation", "Production")]
        {
            assert!(changed(from, to).days.is_empty(), "{to}");
        }
        assert!(changed("2026-11-03", "2026-10-03").days.is_empty());
        let month = changed("2026-11-04T", "2026-12-03T");
        assert_eq!((month.days.len(), month.odd), (0, 1));
    }

    #[test]
    fn what_came_before_something_broken_is_there_and_the_row_is_named() {
        for broken in ["{\"consommation\": 3}", "<html>", &row("").replace("GI123456", "GI000000")]
        {
            let found = answered(&format!("{}\n{broken}", row("")));
            assert_eq!(found.days.len(), 1, "{broken}");
            let Ending::Failed(Failure::Other(why)) = found.ending else { panic!("{broken}") };
            assert!(why.contains("row 2"), "{why}");
        }
        let many = answered(&"{}".repeat(ROWS_MAX + 1));
        assert!(matches!(many.ending, Ending::Failed(Failure::Other(_))));
        assert!(matches!(answered(&"{}".repeat(ROWS_MAX)).ending, Ending::Whole));
    }

    #[test]
    fn codes_say_why_there_is_nothing() {
        let of = |code: &str| {
            let status = format!("{{\"code\": \"{code}\", \"message\": \"Non.\"}}");
            refusal(format!("{{\"statut_restitution\": {status}}}").as_bytes()).unwrap()
        };
        assert!(matches!(of("1000008"), Ending::Whole));
        assert!(matches!(of("1000014"), Ending::NoAccess));
        assert!(matches!(of("2000100"), Ending::Failed(Failure::VendorDown)));
        let Ending::Failed(Failure::Other(why)) = of("1999999") else { panic!("known") };
        assert_eq!(why, "GRDF says 1999999: Non.");
        assert!(refusal(b"{\"statut_restitution\": {}}").is_none() && refusal(b"no").is_none());
    }
}
