//! Declared gates: one answer a day that leaves by a link of the owner's (R20).
//!
//! In flow what an app answers, of which the last of a day is kept with the run's label; out flows,
//! to whoever has a link, the answer of the last whole day: one of a few, of one length. The first
//! look at a day's answer settles it for all that follow, so that nobody learns when an app
//! answered. Never here: an answer that the app sees again, or that leaves early, late or twice.

use domicile_policy::{Actor, ComponentId, Denial, Fault, GateUse, Influence, Label, Reason, Rule};
use domicile_proto::manifest::Gate;
use domicile_store::{RecordOp, WriteBatch};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use super::audit::{self, Event};
use super::link::{self, Link, Opens, day};
use super::session::{Refused, Session};
use crate::house::home::{delete, put};
use crate::house::{Home, HomeError};

const ANSWERS: &str = "gate-answer";
const RELEASED: &str = "gate-released";
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

/// What a link shows: a gate as the owner agreed to it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Agreed {
    /// Whose gate.
    pub component: ComponentId,
    /// Which.
    pub gate: String,
    /// A gate that reads otherwise is another.
    pub power: String,
    /// What its answers may be about.
    pub label: Label,
}

impl Opens for Agreed {
    const SPACE: &'static str = "gate-link";

    fn whose(&self) -> &str {
        self.component.as_str()
    }

    fn made(&self, until: Timestamp) -> Event {
        Event::GateLinked { gate: self.gate.clone(), label: self.label.clone(), until }
    }

    fn opened(&self) -> Event {
        Event::GateOpened { gate: self.gate.clone(), label: self.label.clone() }
    }

    fn ended(&self) -> Event {
        Event::GateEnded { gate: self.gate.clone() }
    }
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

fn before(day: Date) -> Date {
    day.checked_sub(1.day()).unwrap_or(day)
}

/// What to forget of a component that is removed: another of its name begins anew.
pub fn forget(home: &Home, component: &ComponentId) -> Result<Vec<RecordOp>, HomeError> {
    let links: Vec<Link<Agreed>> = link::list(home)?;
    let links = links.iter().filter(|link| link.to.component == *component).map(Link::forgotten);
    let answers: Vec<Answer> = home.all_records(ANSWERS)?;
    let answers = answers.iter().filter(|answer| answer.component == *component);
    let answers = answers.map(|answer| delete(ANSWERS, &answer_key(answer)));
    Ok(links.chain(answers).collect())
}

/// The gate, if it is what the owner agreed to, and still open.
pub fn gate_of(home: &Home, agreed: &Agreed) -> Option<Gate> {
    let gates = home.component(&agreed.component)?.gates();
    gates.into_iter().find(|gate| gate.power() == agreed.power)
}

/// What a link shows, noted in the trail once a day.
pub async fn open(
    home: &Home,
    now: Timestamp,
    secret: &str,
    fault: Fault,
) -> Result<Option<Opened>, HomeError> {
    let Some(mut link) = link::of_secret::<Agreed>(home, now, secret)? else { return Ok(None) };
    let Some(gate) = gate_of(home, &link.to) else { return Ok(None) };
    let Some(released) = settled(home, now, &link.to, &gate, fault).await? else { return Ok(None) };
    link::note_opened(home, now, &mut link).await?;
    let (day, text, until) = (released.day, released.text, link.until);
    Ok(Some(Opened { gate, day, text, until }))
}

/// Yesterday's answer; the first who asks settles it.
async fn settled(
    home: &Home,
    now: Timestamp,
    agreed: &Agreed,
    gate: &Gate,
    fault: Fault,
) -> Result<Option<Released>, HomeError> {
    let (key, today) = (key(&agreed.component, &agreed.gate), day(home, now));
    let _one_at_a_time = SETTLING.lock().await;
    let last: Option<Released> = home.record(RELEASED, &key)?;
    let day = fault.gate_day(before(today), today);
    let is_settled = |last: &&Released| last.day >= day && last.power == agreed.power;
    if let Some(last) = last.as_ref().filter(is_settled)
        && !fault.is(Fault::AnswersOften)
    {
        return Ok(Some(last.clone()));
    }
    let answer: Option<Answer> = home.record(ANSWERS, &format!("{key} {day}"))?;
    let given = answer.as_ref().map(|answer| answer.value);
    let text = fault.gate_answer(gate.print(given), given);
    let used = GateUse {
        consented: true,
        output_bytes: text.len(),
        spent_bits: last.filter(|last| last.on == today).map_or(0, |last| last.bits),
        destination: &Influence::of([Actor::Owner]),
        moment: &Influence::nobody(),
    };
    let bits = match fault.gate_opens(&gate.rate(), &used) {
        Ok(bits) => bits,
        Err(reason) => {
            tracing::error!(code = reason.code(), "a gate stayed closed");
            return Ok(None);
        }
    };
    let label = answer.map_or_else(Label::nothing, |answer| answer.label);
    let (component, name) = (agreed.component.clone(), agreed.gate.clone());
    let power = agreed.power.clone();
    let released = Released { component, gate: name.clone(), power, day, text, on: today, bits };
    let event = Event::GateReleased { gate: name, label, bits };
    let log = vec![audit::encode(now, agreed.component.as_str(), "", &event)];
    let records = vec![put(RELEASED, &key, &released)?];
    home.store().write(WriteBatch { records, log, ..Default::default() }).await?;
    Ok(Some(released))
}
