//! Konnector of electricity: what a Linky meter measured, from Enedis Data Connect, version 5.
//!
//! In: the answers of two requests, from the day on up to which the last run had all. Out: one
//! document for each day and for each step of the load curve, and the days that are missing, by
//! name. Never here: a token (the home has it), an estimate in place of a value.

mod reading;

use std::collections::BTreeMap;

use domicile_sdk::konnector::{
    Action, Deposits, Failure, FetchError, Konnector, Progress, Report, field, route,
};
use domicile_sdk::{Date, Viewer, state};
use konnector_shared::days::{since, told, until};
use konnector_shared::failure::{failed, no_state};
use konnector_shared::{Said, count, say};
use serde::{Deserialize, Serialize};

use reading::{Answered, Interval, OfDay, OfMinute, Reading};

domicile_sdk::konnector! { manifest: "manifest.toml", konnector: Enedis }

/// What one question about the load curve may ask for.
const WINDOW_DAYS: i32 = 7;
/// How far back the first run goes: the curve in windows, the days at once.
const CURVE_BACK_DAYS: i32 = 13 * WINDOW_DAYS;
const DAYS_BACK_DAYS: i32 = 364;
/// A day with less than this is told of: the day on which summer time begins has 23 hours.
const WHOLE_DAY_MINUTES: u32 = 23 * 60;
/// What comes later than this is no longer waited for.
const LATE_DAYS: i32 = 3;
/// Where the marks are kept.
const MARKS: &str = "marks";

/// The first day that is not there yet.
#[derive(Default, Serialize, Deserialize)]
struct Marks {
    days: Option<String>,
    curve: Option<String>,
}

impl Marks {
    fn keep(&self) -> Result<(), Failure> {
        state::set(MARKS, self).map_err(no_state)
    }
}

struct Enedis;

impl Konnector for Enedis {
    fn collect(out: &mut Deposits, progress: &Progress) -> Result<Report, Failure> {
        let Viewer { locale, today, .. } = Viewer::current();
        let meter = meter()?;
        let mut marks: Marks = state::get(MARKS).map_err(no_state)?.unwrap_or_default();
        let mut run = Run { out, meter, today, gaps: Vec::new(), warnings: Vec::new(), taken: 0 };
        let days = run.days(since(marks.days.as_deref(), today, DAYS_BACK_DAYS))?;
        marks.days = Some(days.to_string());
        let mut from = since(marks.curve.as_deref(), today, CURVE_BACK_DAYS);
        let first = from;
        while from < today {
            let (done, all) = (until(first, from).count(), until(first, today).count());
            progress.report(done as u64, all as u64, "");
            let next = run.curve(from)?;
            // What was put is in the home before the mark says so.
            run.out.flush()?;
            marks.curve = Some(next.to_string());
            marks.keep()?;
            if next <= from {
                break;
            }
            from = next;
        }
        run.out.flush()?;
        marks.keep()?;
        run.warnings.extend(told(&run.gaps, "half hours are missing", "il manque des demi-heures"));
        let summary = count(run.taken, ["reading", "readings"], ["relevé", "relevés"]);
        let warnings = run.warnings.into_iter().map(|said| said.into_text(locale));
        Ok(Report { summary: summary.into_text(locale), warnings: warnings.collect() })
    }
}

/// The number of the meter.
fn meter() -> Result<String, Failure> {
    let typed: String =
        field("prm").unwrap_or_default().chars().filter(|c| !c.is_whitespace()).collect();
    if typed.len() == 14 && typed.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(typed);
    }
    Err(failed(say!(
        "the number of a meter has 14 digits: connect the account again",
        "le numéro d'un compteur a 14 chiffres : reconnectez le compte",
    )))
}

/// One run.
struct Run<'a> {
    out: &'a mut Deposits,
    meter: String,
    today: Date,
    /// Of the load curve.
    gaps: Vec<Date>,
    warnings: Vec<Said>,
    taken: usize,
}

impl Run<'_> {
    /// Whole days from this one on. The first that is not there yet.
    fn days(&mut self, from: Date) -> Result<Date, Failure> {
        let readings = self.ask("days", from, self.today, Interval::of_day)?;
        for reading in &readings {
            let key = format!("{}/{}", self.meter, reading.day);
            self.out.put(key, &OfDay(reading.load(&self.meter)))?;
        }
        self.taken += readings.len();
        let next = self.next(from, self.today, &readings);
        let there = |day: &Date| readings.iter().any(|reading| reading.day == *day);
        let gaps: Vec<Date> = until(from, next).filter(|day| !there(day)).collect();
        self.warnings.extend(told(&gaps, "whole days are missing", "il manque des journées"));
        Ok(next)
    }

    /// A window of the load curve. The first day that is not there yet.
    fn curve(&mut self, from: Date) -> Result<Date, Failure> {
        let end = from.plus(WINDOW_DAYS).min(self.today);
        let readings = self.ask("curve", from, end, Interval::of_curve)?;
        let mut seen: BTreeMap<(Date, u32), u32> = BTreeMap::new();
        let mut minutes: BTreeMap<Date, u32> = BTreeMap::new();
        for reading in &readings {
            // The hour that comes twice in autumn is two hours.
            let ordinal = seen.entry((reading.day, reading.minute)).or_default();
            let at = format!("{:02}:{:02}", reading.minute / 60, reading.minute % 60);
            let key = format!("{}/{} {at}#{ordinal}", self.meter, reading.day);
            *ordinal += 1;
            *minutes.entry(reading.day).or_default() += reading.lasted;
            self.out.put(key, &OfMinute(reading.load(&self.meter)))?;
        }
        self.taken += readings.len();
        let next = self.next(from, end, &readings);
        let lacks = |day: &Date| minutes.get(day).is_none_or(|had| *had < WHOLE_DAY_MINUTES);
        self.gaps.extend(until(from, next).filter(lacks));
        Ok(next)
    }

    /// The day after the last one that is there. What is old enough is waited for no longer.
    fn next(&self, from: Date, end: Date, readings: &[Reading]) -> Date {
        let last = readings.iter().map(|reading| reading.day.plus(1)).max();
        let late = self.today.plus(-LATE_DAYS).min(end);
        last.unwrap_or(from).max(late).max(from).min(end)
    }

    fn ask(
        &self,
        name: &str,
        from: Date,
        end: Date,
        read: fn(&Interval) -> Option<Reading>,
    ) -> Result<Vec<Reading>, Failure> {
        if from >= end {
            return Ok(Vec::new());
        }
        let request = route(name).query("start", from).query("end", end);
        let answer = request.query("usage_point_id", &self.meter).send()?;
        match answer.status {
            200 => {
                let answered: Answered = answer.json()?;
                let read = answered.meter_reading.interval_reading.iter().filter_map(read);
                Ok(read.filter(|reading| (from..end).contains(&reading.day)).collect())
            }
            // Nothing was measured then: the meter is younger, or its curve was not recorded.
            400 | 404 => Ok(Vec::new()),
            // Its customer's yes has ended, or was never for this meter.
            403 => Err(Failure::UserActionNeeded(Action::RenewConsent)),
            status => Err(FetchError::Status(status).into()),
        }
    }
}

#[cfg(test)]
mod tests;
