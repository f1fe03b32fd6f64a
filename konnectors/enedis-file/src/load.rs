//! Rows to documents. In: the rows of each meter. Out: kilowatt-hours, each with the time at which
//! it began. Never here: a step whose length is guessed; a day between two readings that are not a
//! day apart.

use std::collections::BTreeMap;

use domicile_sdk::docs::Document;
use jiff::civil::{DateTime, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use konnector_shared::{Intake, Said, count, say};
use serde::{Deserialize, Serialize};

use crate::table::{Quantity, Row};

/// What was used from a moment on.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Load {
    /// In kWh.
    load: f64,
    year: i16,
    month: i8,
    day: i8,
    hour: i8,
    minute: i8,
    /// The meter.
    meter: String,
}

/// Of a whole day.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct OfDay(Load);

impl Document for OfDay {
    const DOCTYPE: &'static str = "com.grandlyon.enedis.day";
}

/// Of a part of an hour.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct OfMinute(Load);

impl Document for OfMinute {
    const DOCTYPE: &'static str = "com.grandlyon.enedis.minute";
}

/// Rows that became nothing.
#[derive(Default)]
struct Passed {
    holes: usize,
    unknown_steps: usize,
    apart: usize,
}

/// Takes the rows of all meters.
pub fn take(points: BTreeMap<String, Vec<Row>>, intake: &mut Intake<'_>) -> Result<(), Said> {
    let mut passed = Passed::default();
    for (point, mut rows) in points {
        // Enedis does not promise any order.
        rows.sort_by_key(Row::at);
        let of = |wanted: &[Quantity]| {
            let rows = rows.iter().filter(|row| wanted.contains(&row.quantity));
            rows.collect::<Vec<&Row>>()
        };
        let mut meter = Meter { point: &point, intake, passed: &mut passed };
        meter.curve(&of(&[Quantity::Power, Quantity::Energy]))?;
        meter.readings(&of(&[Quantity::Index]))?;
    }
    passed.report(intake);
    Ok(())
}

impl Row {
    /// In seconds; without a zone, as if the wall hung in Greenwich.
    fn at(&self) -> i64 {
        self.instant
            .unwrap_or_else(|| TimeZone::UTC.to_timestamp(self.end).map_or(0, Timestamp::as_second))
    }
}

struct Meter<'p, 'i, 'a> {
    point: &'p str,
    intake: &'i mut Intake<'a>,
    passed: &'i mut Passed,
}

impl Meter<'_, '_, '_> {
    fn curve(&mut self, rows: &[&Row]) -> Result<(), Said> {
        // The hour that comes twice in autumn is two hours.
        let mut seen: BTreeMap<DateTime, Vec<i64>> = BTreeMap::new();
        for (number, row) in rows.iter().enumerate() {
            let Some(value) = row.value else {
                self.passed.holes += 1;
                continue;
            };
            let Some(step) = row.step.or_else(|| step(rows, number)) else {
                self.passed.unknown_steps += 1;
                continue;
            };
            let before = number.checked_sub(1).and_then(|before| rows.get(before));
            // The zone in which a step began is that in which the one before it ended.
            let began = match before.filter(|before| before.at() == row.at() - step * 60) {
                Some(before) => Some(before.end),
                None => row.end.checked_sub(step.minutes()).ok(),
            };
            let Some(began) = began else { continue };
            let marks = seen.entry(began).or_default();
            let mark = row.instant.unwrap_or(row.line.into());
            if !marks.contains(&mark) && (marks.is_empty() || comes_twice(began)) {
                marks.push(mark);
            }
            let ordinal = marks.iter().position(|known| *known == mark).unwrap_or_default();
            let key =
                format!("{}/{} {}#{ordinal}", self.point, began.date(), began.strftime("%H:%M"));
            let hours = if row.quantity == Quantity::Power { step as f64 / 60.0 } else { 1.0 };
            let load = self.load(began, value * hours);
            self.intake.put(row.line, &key, &OfMinute(load))?;
        }
        Ok(())
    }

    /// What the meter showed at the ends of two days that follow each other.
    fn readings(&mut self, rows: &[&Row]) -> Result<(), Said> {
        // Read around midnight, at the end of one day or at the beginning of the next.
        let midnight = |row: &Row| Some(row.end.checked_add(12.hours()).ok()?.date());
        let read: Vec<_> =
            rows.iter().filter_map(|row| Some((midnight(row)?, row, row.value?))).collect();
        self.passed.holes += rows.len() - read.len();
        for ((began, _, from), (ended, row, to)) in read.iter().zip(read.iter().skip(1)) {
            if began.tomorrow().ok() != Some(*ended) || to < from {
                self.passed.apart += 1;
                continue;
            }
            let load = self.load(began.to_datetime(Time::midnight()), to - from);
            self.intake.put(row.line, &format!("{}/{began}", self.point), &OfDay(load))?;
        }
        Ok(())
    }

    fn load(&self, began: DateTime, watt_hours: f64) -> Load {
        Load {
            // A watt-hour is what a meter tells apart at best.
            load: (watt_hours * 1_000.0).round() / 1_000_000.0,
            year: began.year(),
            month: began.month(),
            day: began.day(),
            hour: began.hour(),
            minute: began.minute(),
            meter: self.point.to_owned(),
        }
    }
}

/// How many minutes after its neighbour a row ends, where that is the length of a step.
fn apart(rows: &[&Row], number: usize) -> Option<i64> {
    let (before, row) = (rows.get(number.checked_sub(1)?)?, rows.get(number)?);
    let seconds = row.at() - before.at();
    [5, 10, 15, 30, 60].into_iter().find(|minutes| minutes * 60 == seconds)
}

/// The length of a step that the file does not tell, from its neighbours. After a hole, and where
/// steps become shorter, two lengths are possible: the one that held before, if it held for two
/// steps.
fn step(rows: &[&Row], number: usize) -> Option<i64> {
    let (before, after) = (apart(rows, number), apart(rows, number + 1));
    match (before, after) {
        (Some(before), Some(after)) if before > after => {
            number.checked_sub(1).and_then(|last| apart(rows, last)).filter(|last| *last == before)
        }
        (before, after) => before.or(after),
    }
}

/// The last Sunday of October, between two and three.
fn comes_twice(at: DateTime) -> bool {
    let is_last_sunday = at.month() == 10 && at.day() >= 25 && at.weekday() == Weekday::Sunday;
    is_last_sunday && at.hour() == 2
}

impl Passed {
    fn report(&self, intake: &mut Intake<'_>) {
        let rows = |number| count(number, ["row", "rows"], ["ligne", "lignes"]);
        let (holes, steps, apart) = (rows(self.holes), rows(self.unknown_steps), rows(self.apart));
        for (number, said) in [
            (
                self.holes,
                say!(holes; "without a value, left out: {holes}", "sans valeur, non reprises : {holes}"),
            ),
            (
                self.unknown_steps,
                say!(
                    steps;
                    "after a hole, so that nothing tells how long they lasted, left out: {steps}",
                    "après un trou, de sorte que rien ne dit leur durée, non reprises : {steps}",
                ),
            ),
            (
                self.apart,
                say!(
                    apart;
                    "readings that are not one day after the one before, or lower, left out: {apart}",
                    "relevés qui ne suivent pas le précédent d'un jour, ou plus bas, non repris : {apart}",
                ),
            ),
        ] {
            if number > 0 {
                intake.warnings.add(&said);
            }
        }
    }
}
