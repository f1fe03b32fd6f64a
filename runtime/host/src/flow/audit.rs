//! The audit trail: what each component touched, in the owner's own log.
//!
//! In flow events; out flow typed entries, newest first. Fields are typed and sized: a component
//! can put its name and version here, counts, and nothing that it composed.

use std::collections::BTreeMap;
use std::fmt;

use domicile_policy::{
    CauseKind, ComponentId, Denial, Doctype, Label, Locale, Reason, Rule, Words,
};
use domicile_store::LogEntry;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::house::{Home, HomeError};

/// Entries that one page of the trail looks through at most.
pub const SCAN_MAX: usize = 20_000;
/// Entries that an answer about a span of time looks at, at most.
pub const BETWEEN_MAX: usize = 100_000;
/// Entries that are read at once.
const PAGE: usize = 500;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// One call of one component ended.
    Run {
        /// `page`, `panel`, `import`, `collect`, `device` (deposits of a run there) or `task`;
        /// `revoke`, which the home does itself.
        entrance: String,
        /// What started it; of a panel, the page that it is a part of.
        cause: CauseKind,
        /// Of an event: what the change was about.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        about: Option<Label>,
        /// The label that the run had reached.
        label: Label,
        /// Documents given to it, by doctype.
        read: BTreeMap<Doctype, u64>,
        /// Documents written by it, by doctype.
        written: BTreeMap<Doctype, u64>,
        /// Requests that it made.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        requests: Vec<Requests>,
        /// What was refused.
        refusals: Vec<Refusal>,
        /// All refusals, the ones not listed included.
        refused: u64,
        /// `done`, or the code of the error that ended it.
        outcome: String,
        /// How long it took.
        duration_ms: u64,
    },
    /// Documents were written, in the same transaction as this line.
    Wrote {
        /// `created`, `changed`, `deleted` or `deposited`.
        act: String,
        /// Of which kind.
        doctype: Doctype,
        /// How many.
        count: u64,
        /// The label of the run that wrote.
        label: Label,
    },
    /// A component was installed with the owner's consent.
    Installed {
        /// The component's digest.
        digest: String,
    },
    /// A component was replaced by another version.
    Updated {
        /// The new digest.
        digest: String,
    },
    /// A component was removed.
    Removed,
    /// The owner connected an account of a konnector.
    AccountConnected,
    /// The owner disconnected it.
    AccountDisconnected,
    /// The owner had an address made for its provider's messages; an older one is good no more.
    AddressMade,
    /// What a disconnected account had brought is gone, as its owner said.
    AccountEmptied {
        /// How many documents, by doctype.
        gone: BTreeMap<Doctype, u64>,
        /// How many stay: somebody else brought them too, or has changed them.
        stays: u64,
    },
    /// A grant was taken back.
    Revoked {
        /// The doctype that it may no longer touch.
        doctype: Doctype,
    },
    /// A grant that was taken back is given again.
    Allowed {
        /// The doctype that it may touch again.
        doctype: Doctype,
    },
    /// A component was refused at install.
    Refused {
        /// Why, a sentence each.
        reasons: Vec<String>,
    },
    /// Somebody signed in as the owner.
    SignedIn,
    /// A sign-in failed.
    SignInFailed,
    /// All sessions were ended.
    SignedOutEverywhere,
    /// The owner shared documents by a link, or let an older link show more.
    Shared {
        /// Of which kind.
        doctype: Doctype,
        /// What they may be about.
        label: Label,
        /// When the link ends.
        until: Timestamp,
    },
    /// Somebody opened a shared link, for the first time in a day.
    ShareOpened {
        /// What it shows.
        doctype: Doctype,
        /// What that may be about.
        label: Label,
    },
    /// The owner ended a shared link.
    ShareEnded {
        /// What it showed.
        doctype: Doctype,
    },
    /// The owner made a link for a gate.
    GateLinked {
        /// Which.
        gate: String,
        /// What its answers may be about.
        label: Label,
        /// When the link ends.
        until: Timestamp,
    },
    /// The answer of a day was settled, for whoever has a link.
    GateReleased {
        /// Of which gate.
        gate: String,
        /// What the answer is about.
        label: Label,
        /// How much went through.
        bits: u64,
    },
    /// Somebody opened a link for a gate, for the first time in a day.
    GateOpened {
        /// Which.
        gate: String,
        /// What its answers may be about.
        label: Label,
    },
    /// The owner ended a link for a gate.
    GateEnded {
        /// Which.
        gate: String,
    },
    /// The owner let a device of theirs collect for the konnector.
    DeviceAdded {
        /// What the owner calls it.
        device: String,
        /// Until when.
        until: Timestamp,
    },
    /// The device came to collect, for the first time in a day.
    DeviceCame {
        /// What the owner calls it.
        device: String,
    },
    /// The owner lets it collect no more.
    DeviceEnded {
        /// What the owner calls it.
        device: String,
    },
    /// The owner took documents away.
    Exported {
        /// How many, by doctype.
        documents: BTreeMap<Doctype, u64>,
        /// How long the archive is.
        bytes: u64,
        /// What it may be about.
        label: Label,
    },
    /// The owner said that a backup was put back.
    Restored {
        /// Lines of the trail that were sealed and are gone.
        lost: u64,
    },
    /// The owner followed an outward link that an app offered.
    OutwardLink {
        /// The address.
        address: String,
        /// What the address may contain.
        label: Label,
    },
}

/// The end of a stream that was opened.
pub const SIGNED_IN: &str = "signed-in";

impl Event {
    /// The home gave tokens of an account back by this request.
    pub fn revoked(request: Requests) -> Event {
        Event::Run {
            entrance: "revoke".to_owned(),
            cause: CauseKind::Owner,
            about: None,
            label: Label::nothing(),
            read: BTreeMap::new(),
            written: BTreeMap::new(),
            requests: vec![request],
            refusals: Vec::new(),
            refused: 0,
            outcome: "done".to_owned(),
            duration_ms: 0,
        }
    }
}

/// Requests of one run along one route that ended alike, or one of its streams.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requests {
    /// Where they went.
    pub host: String,
    /// Along which route, or by which stream.
    pub route: String,
    /// The class of the status (`2xx`), [`SIGNED_IN`], or the code of a failure.
    pub end: String,
    /// Whether something of the account was sent.
    pub credential: bool,
    /// How many.
    pub count: u64,
    /// Bytes that the component sent.
    pub sent: u64,
    /// Bytes of the bodies that came.
    pub received: u64,
}

impl Requests {
    /// Whether another counts the same requests.
    pub fn is_like(&self, other: &Requests) -> bool {
        let key =
            |one: &Requests| (one.host.clone(), one.route.clone(), one.end.clone(), one.credential);
        key(self) == key(other)
    }

    /// Whether an answer came.
    pub fn answered(&self) -> bool {
        self.end.ends_with("xx") || self.end == SIGNED_IN
    }
}

impl fmt::Display for Requests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Requests { host, route, end, count, sent, received, .. } = self;
        let account = if self.credential { ", with the account's secrets" } else { "" };
        write!(
            f,
            "asked {host} {count} times ({route}: {end}, {sent} bytes out, {received} in{account})"
        )
    }
}

/// A refusal. Its words are made when somebody reads them, in their language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The rule.
    pub rule: Rule,
    /// What was refused, and why.
    pub reason: Reason,
}

impl From<&Denial> for Refusal {
    fn from(denial: &Denial) -> Self {
        Refusal { rule: denial.rule, reason: Reason::clone(&denial.reason) }
    }
}

#[derive(Serialize, Deserialize)]
struct Line {
    at: Timestamp,
    component: String,
    version: String,
    #[serde(flatten)]
    event: Event,
}

/// An entry of the trail.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AuditEntry {
    /// Its place in the chain.
    pub number: u64,
    /// When.
    pub at: Timestamp,
    /// Which component; empty for the home itself.
    pub component: String,
    /// Its version.
    pub version: String,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}

impl AuditEntry {
    /// Whether something was refused.
    pub fn is_refusal(&self) -> bool {
        match &self.event {
            Event::Run { refused, outcome, .. } => *refused > 0 || outcome != "done",
            Event::Refused { .. } | Event::SignInFailed => true,
            _ => false,
        }
    }
}

/// Which entries are asked for.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    /// Of this component only.
    pub component: Option<ComponentId>,
    /// Of this day only (`2026-11-23`, UTC).
    pub day: Option<String>,
    /// Refusals only.
    pub refusals_only: bool,
    /// Older than this entry.
    pub before: Option<u64>,
    /// At most so many.
    pub limit: usize,
}

impl AuditFilter {
    fn admits(&self, entry: &AuditEntry) -> bool {
        let component = self.component.as_ref().is_none_or(|id| id.as_str() == entry.component);
        let day = self.day.as_ref().is_none_or(|day| entry.at.to_string().starts_with(day));
        component && day && (!self.refusals_only || entry.is_refusal())
    }
}

/// One line of the log.
pub fn encode(at: Timestamp, component: &str, version: &str, event: &Event) -> Vec<u8> {
    let line = Line {
        at,
        component: component.to_owned(),
        version: version.to_owned(),
        event: event.clone(),
    };
    // A struct of strings and numbers always serialises.
    serde_json::to_vec(&line).unwrap_or_default()
}

/// Write an event of the host's own, now.
pub async fn note(home: &Home, at: Timestamp, event: &Event) -> Result<(), HomeError> {
    note_of(home, at, "", "", event).await
}

/// Write an event that concerns a component, now.
pub async fn note_of(
    home: &Home,
    at: Timestamp,
    component: &str,
    version: &str,
    event: &Event,
) -> Result<(), HomeError> {
    let log = vec![encode(at, component, version, event)];
    let batch = domicile_store::WriteBatch { log, ..Default::default() };
    home.store().write(batch).await?;
    Ok(())
}

/// The entries from one moment to another, newest first, and whether there are more than one page
/// looks at.
pub fn between(
    home: &Home,
    from: Timestamp,
    to: Timestamp,
) -> Result<(Vec<AuditEntry>, bool), HomeError> {
    let mut before = first_at(home, to)?;
    let mut found = Vec::new();
    while found.len() < BETWEEN_MAX {
        let lines = home.store().log_entries(Some(before), PAGE)?;
        let Some(last) = lines.last() else { return Ok((found, false)) };
        before = last.number;
        for entry in lines.iter().filter_map(decode) {
            if entry.at < from {
                return Ok((found, false));
            }
            found.push(entry);
        }
    }
    Ok((found, true))
}

/// The number of the first entry that is not before a moment: times grow with numbers.
fn first_at(home: &Home, moment: Timestamp) -> Result<u64, HomeError> {
    let state = home.store().log_state(None)?;
    let (mut low, mut high) = (0, state.map_or(0, |state| state.entries));
    while low < high {
        let middle = low + (high - low) / 2;
        let lines = home.store().log_entries(Some(middle + 1), 1)?;
        match lines.first().and_then(decode) {
            Some(entry) if entry.at < moment => low = middle + 1,
            _ => high = middle,
        }
    }
    Ok(low)
}

fn decode(line: &LogEntry) -> Option<AuditEntry> {
    let Line { at, component, version, event } = serde_json::from_slice(&line.bytes).ok()?;
    Some(AuditEntry { number: line.number, at, component, version, event })
}

/// Entries, newest first, that the filter admits.
pub fn entries(home: &Home, filter: &AuditFilter) -> Result<Vec<AuditEntry>, HomeError> {
    let mut found = Vec::new();
    let mut before = filter.before;
    let mut scanned = 0;
    while found.len() < filter.limit && scanned < SCAN_MAX {
        let lines = home.store().log_entries(before, PAGE)?;
        let Some(last) = lines.last() else { break };
        before = Some(last.number);
        scanned += lines.len();
        for entry in lines.iter().filter_map(decode) {
            if filter.admits(&entry) && found.len() < filter.limit {
                found.push(entry);
            }
        }
    }
    Ok(found)
}

/// An entry as one line of plain words.
pub fn words(entry: &AuditEntry) -> String {
    let who = if entry.component.is_empty() { "home" } else { &entry.component };
    let what = match &entry.event {
        Event::Run {
            entrance,
            cause,
            about,
            read,
            written,
            requests,
            refusals,
            refused,
            outcome,
            ..
        } => {
            let about = about.as_ref().map(|label| format!(" about {label}")).unwrap_or_default();
            let mut parts =
                vec![format!("{entrance} {outcome}, {}{about}", cause.words(Locale::En))];
            parts.extend(read.iter().map(|(doctype, count)| format!("read {count} {doctype}")));
            parts.extend(written.iter().map(|(doctype, count)| format!("wrote {count} {doctype}")));
            parts.extend(requests.iter().map(Requests::to_string));
            parts.extend(refusals.iter().map(|one| {
                let Words { what, why, remedy } = one.reason.words(Locale::En);
                format!("refused {what} ({}: {why}; {remedy})", one.rule)
            }));
            if *refused > refusals.len() as u64 {
                parts.push(format!("{refused} refusals in all"));
            }
            parts.join(", ")
        }
        Event::Wrote { act, doctype, count, .. } => format!("{act} {count} {doctype}"),
        Event::Installed { digest } => format!("installed ({digest})"),
        Event::Updated { digest } => format!("updated ({digest})"),
        Event::Removed => "removed".to_owned(),
        Event::AccountConnected => "the owner connected an account".to_owned(),
        Event::AccountDisconnected => "the owner disconnected an account".to_owned(),
        Event::AddressMade => "the owner had an address made for an account".to_owned(),
        Event::AccountEmptied { gone, stays } => {
            let gone = counted(gone);
            format!("what a disconnected account had brought is gone: {gone}; {stays} stay")
        }
        Event::Revoked { doctype } => format!("may no longer touch {doctype}"),
        Event::Allowed { doctype } => format!("may touch {doctype} again"),
        Event::Refused { reasons } => format!("refused at install: {}", reasons.join("; ")),
        Event::SignedIn => "the owner signed in".to_owned(),
        Event::SignInFailed => "a sign-in failed".to_owned(),
        Event::SignedOutEverywhere => "all sessions were ended".to_owned(),
        Event::Shared { doctype, until, .. } => format!("{doctype} are shared until {until}"),
        Event::ShareOpened { doctype, .. } => format!("a shared link to {doctype} was opened"),
        Event::ShareEnded { doctype } => format!("a shared link to {doctype} was ended"),
        Event::GateLinked { gate, until, .. } => format!("the gate {gate} is linked until {until}"),
        Event::GateReleased { gate, bits, .. } => {
            format!("the gate {gate} let {bits} bits through")
        }
        Event::GateOpened { gate, .. } => format!("a link to the gate {gate} was opened"),
        Event::GateEnded { gate } => format!("a link to the gate {gate} was ended"),
        Event::DeviceAdded { device, until } => format!("{device} may collect until {until}"),
        Event::DeviceCame { device } => format!("{device} came to collect"),
        Event::DeviceEnded { device } => format!("{device} may collect no more"),
        Event::Exported { documents, bytes, .. } => {
            format!("the owner took away {} ({bytes} bytes)", counted(documents))
        }
        Event::Restored { lost } => format!("a backup was put back, {lost} lines are gone"),
        Event::OutwardLink { address, .. } => format!("the owner followed {address}"),
    };
    format!("{}  {who}  {what}", entry.at)
}

/// `3 io.cozy.bills, 128 io.cozy.bank.operations`.
pub fn counted(documents: &BTreeMap<Doctype, u64>) -> String {
    let one = |(doctype, count): (&Doctype, &u64)| format!("{count} {doctype}");
    documents.iter().map(one).collect::<Vec<_>>().join(", ")
}
