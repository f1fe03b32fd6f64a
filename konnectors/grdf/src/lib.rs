//! Konnector of gas: what a meter measured each day, from GRDF ADICT, version 2.
//!
//! In: the answers of two requests, from the day on up to which the last run had all. Out: one
//! document for each day, and by name the days that are missing or were not measured. GRDF writes
//! to the holder of the contract whenever it is asked for an access, so that only a run of the
//! owner's own asks. Never here: a token (the home has it), an estimate in place of a value.

mod access;
mod reading;

use domicile_sdk::konnector::{
    Deposits, Failure, FetchError, Konnector, Progress, Report, field, route,
};
use domicile_sdk::{Date, Viewer, state};
use konnector_shared::days::{since, told, until};
use konnector_shared::failure::{failed, no_state};
use konnector_shared::{Said, count, say};
use serde::{Deserialize, Serialize};

use reading::{Answered, Days, Ending};

domicile_sdk::konnector! { manifest: "manifest.toml", konnector: Grdf }

/// What one question asks for.
const WINDOW_DAYS: i32 = 365;
/// How far back the first run goes: GRDF keeps three years.
const BACK_DAYS: i32 = 3 * WINDOW_DAYS;
/// What comes, or is corrected, later than this is no longer waited for.
const LATE_DAYS: i32 = 7;
/// Where the marks are kept.
const MARKS: &str = "marks";

#[derive(Default, Serialize, Deserialize)]
struct Marks {
    /// From this day on all is asked for again.
    days: Option<String>,
    /// The owner was told that the access has ended: the next run is theirs.
    told: bool,
}

impl Marks {
    fn keep(&self) -> Result<(), Failure> {
        state::set(MARKS, self).map_err(no_state)
    }
}

struct Grdf;

impl Konnector for Grdf {
    fn collect(out: &mut Deposits, progress: &Progress) -> Result<Report, Failure> {
        let Viewer { locale, today, .. } = Viewer::current();
        let meter = meter()?;
        let marks: Marks = state::get(MARKS).map_err(no_state)?.unwrap_or_default();
        let first = since(marks.days.as_deref(), today, BACK_DAYS);
        let mut run = Run { out, meter, today, marks, seen: Seen::default() };
        let mut from = first;
        while from < today {
            let (done, all) = (until(first, from).count(), until(first, today).count());
            progress.report(done as u64, all as u64, "");
            let end = from.plus(WINDOW_DAYS).min(today);
            run.window(from, end)?;
            from = end;
        }
        let summary = count(run.seen.days, ["day", "days"], ["jour", "jours"]).into_text(locale);
        let warnings = run.seen.warnings().map(|said| said.into_text(locale)).collect();
        Ok(Report { summary, warnings })
    }
}

/// The number of the meter.
fn meter() -> Result<String, Failure> {
    let typed: String =
        field("pce").unwrap_or_default().chars().filter(|c| !c.is_whitespace()).collect();
    let meter = typed.to_ascii_uppercase();
    let (digits, wanted) = meter.strip_prefix("GI").map_or((&*meter, 14), |rest| (rest, 6));
    if digits.len() == wanted && digits.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(meter);
    }
    Err(failed(say!(
        "the number of a meter has 14 digits, or GI and 6 digits: connect the account again",
        "le numéro d'un compteur a 14 chiffres, ou GI et 6 chiffres : reconnectez le compte",
    )))
}

/// What there was to say of all windows.
#[derive(Default)]
struct Seen {
    days: usize,
    gaps: Vec<Date>,
    unmeasured: Vec<Date>,
    odd: usize,
}

impl Seen {
    fn warnings(&self) -> impl Iterator<Item = Said> {
        let gaps = told(&self.gaps, "days are missing", "il manque des jours");
        let unmeasured =
            told(&self.unmeasured, "not measured, left out", "non mesurés, laissés de côté");
        let odd = count(self.odd, ["period", "periods"], ["période", "périodes"]);
        let odd = say!(
            odd;
            "of other lengths than a day, left out: {odd}",
            "d'une autre durée qu'un jour, laissées de côté : {odd}",
        );
        [gaps, unmeasured, Some(odd).filter(|_| self.odd > 0)].into_iter().flatten()
    }
}

/// One run.
struct Run<'a> {
    out: &'a mut Deposits,
    meter: String,
    today: Date,
    marks: Marks,
    seen: Seen,
}

impl Run<'_> {
    /// A window of days, and the mark after it.
    fn window(&mut self, from: Date, end: Date) -> Result<(), Failure> {
        let days = self.days_with_access(from, end)?;
        // What was put is in the home before the mark says so.
        self.out.flush()?;
        let settled = self.today.plus(-LATE_DAYS).min(end).max(from);
        for day in until(from, settled) {
            match days.get(&day) {
                None => self.seen.gaps.push(day),
                Some(None) => self.seen.unmeasured.push(day),
                Some(Some(_)) => {}
            }
        }
        self.marks = Marks { days: Some(settled.to_string()), told: false };
        self.marks.keep()
    }

    /// What was measured; where GRDF knows of no access, it asks the contract's holder for one.
    fn days_with_access(&mut self, from: Date, end: Date) -> Result<Days, Failure> {
        if let Some(days) = self.days(from, end)? {
            return Ok(days);
        }
        // An access that was there and ended is not asked for behind its owner's back.
        if self.marks.days.is_some() && !self.marks.told {
            self.marks.told = true;
            self.marks.keep()?;
            return Err(access::wanted());
        }
        access::declare(&self.meter, self.today)?;
        self.days(from, end)?.ok_or_else(access::wanted)
    }

    /// Each day that the answer speaks of; `None` without an access.
    fn days(&mut self, from: Date, end: Date) -> Result<Option<Days>, Failure> {
        let Answered { days, odd, ending } = self.ask(from, end)?;
        for (day, reading) in &days {
            if let Some(reading) = reading {
                let key = format!("{}/{day}", self.meter);
                self.out.put(key, &reading.document(&self.meter, *day))?;
                self.seen.days += 1;
            }
        }
        self.seen.odd += odd;
        match ending {
            Ending::Whole => Ok(Some(days)),
            Ending::NoAccess => Ok(None),
            // What was put before stays, and is asked for again.
            Ending::Failed(failure) => Err(failure),
        }
    }

    fn ask(&self, from: Date, end: Date) -> Result<Answered, Failure> {
        let request = route("days").slot("meter", &self.meter);
        let request = request.query("date_debut", from).query("date_fin", end);
        let answer = request.header("accept", "application/x-ndjson").send()?;
        match (answer.status, reading::refusal(&answer.body)) {
            (200, _) => Ok(reading::read(&answer.body, &self.meter, from..end)),
            (400 | 403 | 404, Some(ending)) => Ok(Answered { ending, ..Answered::default() }),
            (403, None) => Ok(Answered { ending: Ending::NoAccess, ..Answered::default() }),
            (status, _) => Err(FetchError::Status(status).into()),
        }
    }
}

#[cfg(test)]
mod tests;
