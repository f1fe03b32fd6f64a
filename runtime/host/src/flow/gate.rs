//! Declared gates: one answer a day that leaves by a link of the owner's (R20).
//!
//! In flow what an app answers, of which the last of a day is kept with the run's label; out flows,
//! to whoever has a link, the answer of the last whole day: one of a few, of one length. The first
//! look at a day's answer settles it for all that follow, so that nobody learns when an app
//! answered. Never here: an answer that the app sees again, or that leaves early, late or twice.

use domicile_policy::{Actor, ComponentId, Denial, GateUse, Influence, Label, Reason, Rule};
use domicile_proto::manifest::Gate;
use domicile_store::{RecordOp, WriteBatch};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use super::audit::{self, Event};
use super::session::{Refused, Session};
use super::share::id_of;
use crate::house::home::{delete, put};
use crate::house::{Home, HomeError};

const ANSWERS: &str = "gate-answer";
const RELEASED: &str = "gate-released";
const LINKS: &str = "gate-link";
/// Settling a day's answer is looking and writing: one at a time.
static SETTLING: Mutex<()> = Mutex::const_new(());

/// What an app answered last on one day.
#[derive(Serialize, Deserialize)]
struct Answer {
    component: ComponentId,
    gate: String,
    day: Date,
    value: i64,
    label: Label,
}

/// The answer of a day, settled.
#[derive(Clone, Serialize, Deserialize)]
struct Released {
    component: ComponentId,
    gate: String,
    power: String,
    day: Date,
    text: String,
    /// When it was settled, and what went through on that day.
    on: Date,
    bits: u64,
}

/// A link that shows a gate's answers.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GateLink {
    /// Its name on the owner's pages: it opens nothing.
    pub id: String,
    /// Whose gate.
    pub component: ComponentId,
    /// Which.
    pub gate: String,
    /// The gate as the owner agreed to it: one that reads otherwise is another.
    pub power: String,
    /// What its answers may be about.
    pub label: Label,
    /// Made then.
    pub since: Timestamp,
    /// Shows nothing any more from then on.
    pub until: Timestamp,
    /// On how many days it was opened.
    pub days_opened: u64,
    /// The last of them.
    pub opened_on: Option<Date>,
}

/// What somebody sees who opened a link.
pub struct Opened {
    /// The gate.
    pub gate: Gate,
    /// The day that was answered.
    pub day: Date,
    /// The answer, or what stands for none: as long either way.
    pub text: String,
    /// When the link ends.
    pub until: Timestamp,
}

impl Session {
    /// Take an answer. What the guest gets is the same whatever becomes of it.
    pub fn answer(&mut self, gate: &str, value: i64) {
        if self.count_call().is_err() {
            return;
        }
        if self.gates.iter().any(|open| open.name == gate) {
            self.answers.insert(gate.to_owned(), value);
            return;
        }
        // The name stands in the trail only if it could be one.
        let gate = gate.parse::<ComponentId>().map_or("?".to_owned(), |name| name.to_string());
        let reason = Reason::GateClosed { gate };
        self.deny(Denial::new(Rule::R20, &self.run.component().clone(), reason));
    }

    /// Keep the last answers of the run, with all that it has seen by its end.
    pub async fn keep_answers(&mut self) -> Result<(), Refused> {
        if self.answers.is_empty() {
            return Ok(());
        }
        let component = self.run.component().clone();
        let day = day(&self.home, self.at);
        let (label, mut records) = (self.run.stamp().label, stale(&self.home, day)?);
        for (gate, value) in std::mem::take(&mut self.answers) {
            let (component, label) = (component.clone(), label.clone());
            let key = format!("{} {day}", key(&component, &gate));
            let answer = Answer { component, gate, day, value, label };
            records.push(put(ANSWERS, &key, &answer).map_err(|_| Refused::Unavailable)?);
        }
        self.commit(WriteBatch { records, ..WriteBatch::default() }).await.map(|_| ())
    }
}

/// Answers of days that were over before yesterday: nobody is shown them any more.
fn stale(home: &Home, today: Date) -> Result<Vec<RecordOp>, Refused> {
    let answers: Vec<Answer> = home.all_records(ANSWERS).map_err(|_| Refused::Unavailable)?;
    let old = answers.iter().filter(|answer| answer.day < before(today));
    Ok(old.map(|one| delete(ANSWERS, &answer_key(one))).collect())
}

fn answer_key(answer: &Answer) -> String {
    format!("{} {}", key(&answer.component, &answer.gate), answer.day)
}

fn key(component: &ComponentId, gate: &str) -> String {
    format!("{component} {gate}")
}

/// The day of a moment where the home is.
fn day(home: &Home, at: Timestamp) -> Date {
    let zone = TimeZone::get(&home.settings().time_zone).unwrap_or(TimeZone::UTC);
    at.to_zoned_datetime(zone).date()
}

fn before(day: Date) -> Date {
    day.checked_sub(1.day()).unwrap_or(day)
}

/// Make a link for a gate that the owner saw and agreed to.
pub async fn make(
    home: &Home,
    now: Timestamp,
    secret: &str,
    (component, gate): (&ComponentId, &Gate),
    label: Label,
    lifetime: SignedDuration,
) -> Result<(), HomeError> {
    let until = now.saturating_add(lifetime).unwrap_or(now);
    let (name, power) = (gate.name.clone(), gate.power());
    let link = GateLink {
        id: id_of(home, secret),
        component: component.clone(),
        gate: name.clone(),
        power,
        label: label.clone(),
        since: now,
        until,
        days_opened: 0,
        opened_on: None,
    };
    keep(home, now, &link, Event::GateLinked { gate: name, label, until }).await
}

/// End it, and forget it.
pub async fn end(home: &Home, now: Timestamp, link: &GateLink) -> Result<(), HomeError> {
    let event = Event::GateEnded { gate: link.gate.clone() };
    let log = vec![audit::encode(now, link.component.as_str(), "", &event)];
    let records = vec![delete(LINKS, &link.id)];
    home.store().write(WriteBatch { records, log, ..Default::default() }).await?;
    Ok(())
}

/// What to forget of a component that is removed: another of its name begins anew.
pub fn forget(home: &Home, component: &ComponentId) -> Result<Vec<RecordOp>, HomeError> {
    let links = list(home)?.into_iter().filter(|link| link.component == *component);
    let links = links.map(|link| delete(LINKS, &link.id));
    let answers: Vec<Answer> = home.all_records(ANSWERS)?;
    let answers = answers.iter().filter(|answer| answer.component == *component);
    let answers = answers.map(|answer| delete(ANSWERS, &answer_key(answer)));
    Ok(links.chain(answers).collect())
}

/// All links that were made and not ended, the newest first.
pub fn list(home: &Home) -> Result<Vec<GateLink>, HomeError> {
    let mut links: Vec<GateLink> = home.all_records(LINKS)?;
    links.sort_by_key(|link| std::cmp::Reverse(link.since));
    Ok(links)
}

/// The one of this name.
pub fn by_id(home: &Home, id: &str) -> Result<Option<GateLink>, HomeError> {
    home.record(LINKS, id)
}

/// The gate of a link, if it is what the owner agreed to, and still open.
pub fn gate_of(home: &Home, link: &GateLink) -> Option<Gate> {
    let gates = home.component(&link.component)?.gates();
    gates.into_iter().find(|gate| gate.power() == link.power)
}

/// What a link shows, noted in the trail once a day.
pub async fn open(home: &Home, now: Timestamp, secret: &str) -> Result<Option<Opened>, HomeError> {
    let found: Option<GateLink> = home.record(LINKS, &id_of(home, secret))?;
    let Some(mut link) = found.filter(|link| now < link.until) else { return Ok(None) };
    let Some(gate) = gate_of(home, &link) else { return Ok(None) };
    let today = day(home, now);
    let Some(released) = settled(home, now, &link, &gate).await? else { return Ok(None) };
    if link.opened_on != Some(today) {
        link.opened_on = Some(today);
        link.days_opened += 1;
        let (name, label) = (link.gate.clone(), link.label.clone());
        keep(home, now, &link, Event::GateOpened { gate: name, label }).await?;
    }
    let (day, text, until) = (released.day, released.text, link.until);
    Ok(Some(Opened { gate, day, text, until }))
}

/// Yesterday's answer; the first who asks settles it.
async fn settled(
    home: &Home,
    now: Timestamp,
    link: &GateLink,
    gate: &Gate,
) -> Result<Option<Released>, HomeError> {
    let (key, today) = (key(&link.component, &link.gate), day(home, now));
    let _one_at_a_time = SETTLING.lock().await;
    let last: Option<Released> = home.record(RELEASED, &key)?;
    let day = before(today);
    if let Some(last) = last.as_ref().filter(|last| last.day >= day && last.power == link.power) {
        return Ok(Some(last.clone()));
    }
    let answer: Option<Answer> = home.record(ANSWERS, &format!("{key} {day}"))?;
    let text = gate.print(answer.as_ref().map(|answer| answer.value));
    let used = GateUse {
        consented: true,
        output_bytes: text.len(),
        spent_bits: last.filter(|last| last.on == today).map_or(0, |last| last.bits),
        destination: &Influence::of([Actor::Owner]),
        moment: &Influence::nobody(),
    };
    let bits = match gate.rate().check(&used) {
        Ok(bits) => bits,
        Err(reason) => {
            tracing::error!(code = reason.code(), "a gate stayed closed");
            return Ok(None);
        }
    };
    let label = answer.map_or_else(Label::nothing, |answer| answer.label);
    let (component, name) = (link.component.clone(), link.gate.clone());
    let power = link.power.clone();
    let released = Released { component, gate: name.clone(), power, day, text, on: today, bits };
    let event = Event::GateReleased { gate: name, label, bits };
    let log = vec![audit::encode(now, link.component.as_str(), "", &event)];
    let records = vec![put(RELEASED, &key, &released)?];
    home.store().write(WriteBatch { records, log, ..Default::default() }).await?;
    Ok(Some(released))
}

async fn keep(home: &Home, now: Timestamp, link: &GateLink, event: Event) -> Result<(), HomeError> {
    let log = vec![audit::encode(now, link.component.as_str(), "", &event)];
    let records = vec![put(LINKS, &link.id, link)?];
    home.store().write(WriteBatch { records, log, ..Default::default() }).await?;
    Ok(())
}
