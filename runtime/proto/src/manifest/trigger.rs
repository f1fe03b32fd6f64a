//! The `[trigger]` table: what starts a service or a konnector without anybody asking.
//!
//! A schedule and doctypes flow in; out flow powers, one exact text each, which the owner agrees
//! to. A start must tell its service nothing that a grant hides: events need a whole one.

use std::collections::BTreeSet;
use std::fmt;

use domicile_policy::Doctype;
use serde::Serialize;

use super::cron::Cron;
use super::limits::*;
use super::section::{Section, shown};
use super::{Kind, Konnector, ManifestError, ManifestGrant, Secret, SecretKind};
use crate::doctype::Doctypes;
use crate::suggest;

const EXAMPLE: &str = "schedule = \"@daily\"";

/// When a service runs by the clock. Which minute it is, the home decides, unless it says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(into = "String")]
pub enum Schedule {
    /// Once an hour.
    Hourly,
    /// Once a night.
    Daily,
    /// One night a week.
    Weekly,
    /// One night a month.
    Monthly,
    /// Every so many minutes.
    Every(u32),
    /// At times of its own choice.
    At(Cron),
}

impl Schedule {
    const WORDS: [(&'static str, Schedule); 4] = [
        ("@hourly", Schedule::Hourly),
        ("@daily", Schedule::Daily),
        ("@weekly", Schedule::Weekly),
        ("@monthly", Schedule::Monthly),
    ];

    /// How far two runs lie apart at least, in minutes.
    pub fn minutes(self) -> u32 {
        match self {
            Schedule::Hourly => 60,
            Schedule::Daily => 24 * 60,
            Schedule::Weekly => 7 * 24 * 60,
            Schedule::Monthly => 28 * 24 * 60,
            Schedule::Every(minutes) => minutes,
            Schedule::At(times) => times.minutes_between(),
        }
    }

    /// Whether it never runs more often, nor at other times of its own choice, than another.
    fn is_within(self, other: Schedule) -> bool {
        self == other || !matches!(other, Schedule::At(_)) && self.minutes() >= other.minutes()
    }

    fn parse(text: &str) -> Option<Schedule> {
        if let Some((_, schedule)) = Self::WORDS.iter().find(|(word, _)| *word == text) {
            return Some(*schedule);
        }
        let span = text.strip_prefix("@every ")?;
        let (number, unit) = span.split_at_checked(span.len().checked_sub(1)?)?;
        let factor = match unit {
            "m" => 1,
            "h" => 60,
            "d" => 24 * 60,
            _ => return None,
        };
        let digits = !number.starts_with('0') && number.bytes().all(|byte| byte.is_ascii_digit());
        let minutes = number.parse::<u32>().ok().filter(|_| digits)?.checked_mul(factor)?;
        let allowed = (SCHEDULE_MINUTES_MIN..=SCHEDULE_MINUTES_MAX).contains(&minutes);
        allowed.then_some(Schedule::Every(minutes))
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Schedule::Every(minutes) = self {
            return match minutes {
                m if m % (24 * 60) == 0 => write!(f, "@every {}d", m / (24 * 60)),
                m if m % 60 == 0 => write!(f, "@every {}h", m / 60),
                m => write!(f, "@every {m}m"),
            };
        }
        if let Schedule::At(times) = self {
            return write!(f, "{times}");
        }
        let word = Self::WORDS.iter().find(|(_, schedule)| schedule == self);
        f.write_str(word.map_or("", |(word, _)| word))
    }
}

impl From<Schedule> for String {
    fn from(schedule: Schedule) -> String {
        schedule.to_string()
    }
}

/// How a message shows that it was signed with a secret of the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum SignatureFormat {
    /// HMAC-SHA256 of the body, in hex.
    #[serde(rename = "hex")]
    Hex,
    /// The same after `sha256=`.
    #[serde(rename = "sha256=hex")]
    Sha256,
    /// `t=` a time in seconds, `v1=` HMAC-SHA256 of the time, a dot and the body.
    #[serde(rename = "t=time,v1=hex")]
    Timed,
}

impl SignatureFormat {
    const WORDS: [(&'static str, SignatureFormat); 3] = [
        ("hex", SignatureFormat::Hex),
        ("sha256=hex", SignatureFormat::Sha256),
        ("t=time,v1=hex", SignatureFormat::Timed),
    ];

    fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, format)| *format == self).map_or("hex", |(word, _)| word)
    }
}

/// What a message has to show to be taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Signature {
    /// The header, in lower case.
    pub header: String,
    /// How it is written there.
    pub format: SignatureFormat,
    /// The secret of the account, of kind `token`.
    pub secret: String,
}

/// An address for each account, where the provider sends messages that start it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Webhook {
    /// Without one, whoever knows the address may send.
    pub signature: Option<Signature>,
}

impl fmt::Display for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("webhook")?;
        match &self.signature {
            None => Ok(()),
            Some(Signature { header, format, secret }) => {
                write!(f, " signed {header}={} by {secret}", format.word())
            }
        }
    }
}

/// What starts a service by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Trigger {
    /// By the clock.
    pub schedule: Option<Schedule>,
    /// When documents of these doctypes change, in its sight.
    pub events: Vec<Doctype>,
    /// When the provider of a konnector sends a message.
    pub webhook: Option<Webhook>,
}

impl Trigger {
    /// One exact text for each thing that starts it.
    pub fn powers(&self) -> impl Iterator<Item = String> {
        let schedule = self.schedule.iter().map(|schedule| format!("schedule {schedule}"));
        let events = self.events.iter().map(|doctype| format!("event {doctype}"));
        schedule.chain(events).chain(self.webhook.iter().map(Webhook::to_string))
    }

    /// What of it is among these powers.
    #[must_use]
    pub fn within(&self, powers: &BTreeSet<String>) -> Trigger {
        let agreed = |one: &Trigger| one.powers().all(|power| powers.contains(&power));
        let none = Trigger::default;
        let schedule =
            |schedule: &Schedule| agreed(&Trigger { schedule: Some(*schedule), ..none() });
        let event = |doctype: &&Doctype| {
            agreed(&Trigger { events: vec![Doctype::clone(doctype)], ..none() })
        };
        let webhook = |webhook: &&Webhook| {
            agreed(&Trigger { webhook: Some(Webhook::clone(webhook)), ..none() })
        };
        Trigger {
            schedule: self.schedule.filter(schedule),
            events: self.events.iter().filter(event).cloned().collect(),
            webhook: self.webhook.as_ref().filter(webhook).cloned(),
        }
    }

    /// The powers by which it starts for more reasons, or more often, than another.
    pub fn beyond(&self, other: &Trigger) -> Vec<String> {
        let schedule =
            self.schedule.filter(|new| !other.schedule.is_some_and(|old| new.is_within(old)));
        let new = self.events.iter().filter(|doctype| !other.events.contains(doctype));
        let webhook = self.webhook.clone().filter(|new| other.webhook.as_ref() != Some(new));
        Trigger { schedule, events: new.cloned().collect(), webhook }.powers().collect()
    }
}

/// Read it.
pub(super) fn read(
    root: &Section<'_>,
    kind: Kind,
    grants: &[ManifestGrant],
    doctypes: &Doctypes,
    konnector: Option<&Konnector>,
) -> Result<Option<Trigger>, ManifestError> {
    const KNOWN: &[&str] = &["schedule", "events", "webhook"];
    let Some(section) = root.table("trigger", KNOWN)? else { return Ok(None) };
    if !matches!(kind, Kind::Service | Kind::Konnector) {
        let why =
            "only a service or a konnector runs without a page or a file; leave the table out";
        return Err(ManifestError::Kind { key: "trigger".to_owned(), kind, why });
    }
    let schedule = schedule(&section)?;
    let mut events = Vec::new();
    let named = section.strings("events", EVENTS_MAX)?.unwrap_or_default();
    if kind == Kind::Konnector && !named.is_empty() {
        // That it runs would tell its provider what changed in the home.
        let why = "only a service hears of changes, a konnector would tell its provider of them; \
                   leave them out";
        return Err(ManifestError::Kind { key: section.key("events"), kind, why });
    }
    for name in named {
        events.push(event(&section, &name, grants, doctypes)?);
    }
    let webhook = webhook(&section, kind, konnector)?;
    if schedule.is_none() && events.is_empty() && webhook.is_none() {
        return Err(section.missing("schedule", &format!("`{EXAMPLE}`, or `events = [...]`")));
    }
    Ok(Some(Trigger { schedule, events, webhook }))
}

/// `webhook = true`, or a table that says how messages are signed.
fn webhook(
    section: &Section<'_>,
    kind: Kind,
    konnector: Option<&Konnector>,
) -> Result<Option<Webhook>, ManifestError> {
    if !section.names().any(|name| name == "webhook") {
        return Ok(None);
    }
    let Some(konnector) = konnector else {
        let why = "only a konnector has a provider that sends messages; leave it out";
        return Err(ManifestError::Kind { key: section.key("webhook"), kind, why });
    };
    if let Ok(flag) = section.flag("webhook") {
        return Ok(flag.then_some(Webhook { signature: None }));
    }
    let Some(table) = section.table("webhook", &["header", "format", "secret"])? else {
        return Ok(None);
    };
    let header = table.string("header", "header = \"x-signature\"", NAME_LENGTH_MAX)?;
    let named = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if !header.bytes().all(named) {
        let problem = "write the name of a header in lower case, such as `x-hub-signature-256`";
        return Err(ManifestError::Webhook {
            key: table.key("header"),
            found: shown(&header),
            problem,
        });
    }
    let format = table.word("format", "format = \"sha256=hex\"", SignatureFormat::WORDS)?;
    let secret = table.string("secret", "secret = \"key\"", NAME_LENGTH_MAX)?;
    let token = |one: &Secret| one.name == secret && one.kind == SecretKind::Token;
    if !konnector.secrets.iter().any(token) {
        let problem = "write the name of a `[[secret]]` of kind `token`";
        return Err(ManifestError::Webhook {
            key: table.key("secret"),
            found: shown(&secret),
            problem,
        });
    }
    Ok(Some(Webhook { signature: Some(Signature { header, format, secret }) }))
}

fn schedule(section: &Section<'_>) -> Result<Option<Schedule>, ManifestError> {
    let Some(text) = section.optional_string("schedule", FIELD_LENGTH_MAX)? else {
        return Ok(None);
    };
    if Cron::is_meant(&text) {
        return Cron::parse(&text).map(|times| Some(Schedule::At(times))).map_err(|error| {
            let (key, found) = (section.key("schedule"), shown(&text));
            ManifestError::Schedule { key, found, hint: error.to_string() }
        });
    }
    let known = Schedule::WORDS.map(|(word, _)| word);
    Schedule::parse(&text).map(Some).ok_or_else(|| ManifestError::Schedule {
        key: section.key("schedule"),
        found: shown(&text),
        hint: match suggest::nearest(&text, known) {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None => format!(
                "write {}, `@every 30m`, with at least {SCHEDULE_MINUTES_MIN}m and at most {}d, or \
                 five fields as in `30 6 * * 1-5`",
                suggest::listed(&known).replace(" and ", ", "),
                SCHEDULE_MINUTES_MAX / (24 * 60)
            ),
        },
    })
}

fn event(
    section: &Section<'_>,
    name: &str,
    grants: &[ManifestGrant],
    doctypes: &Doctypes,
) -> Result<Doctype, ManifestError> {
    let key = section.key("events");
    let doctype: Option<Doctype> = name.parse().ok();
    let Some(doctype) = doctype.filter(|doctype| doctypes.get(doctype).is_some()) else {
        let hint = suggest::hint(name, doctypes.grantable());
        return Err(ManifestError::UnknownDoctype { key, found: shown(name), hint });
    };
    let granted = grants.iter().find(|grant| grant.line.doctype == doctype);
    if granted.is_some_and(|grant| grant.line.hears()) {
        return Ok(doctype);
    }
    Err(ManifestError::Event { key, doctype })
}

#[cfg(test)]
mod tests {
    use super::super::Manifest;
    use super::super::tests::{GRANT, HEAD, error};
    use super::*;

    fn service(trigger: &str) -> String {
        format!("{}{GRANT}[trigger]\n{trigger}\n", HEAD.replace("\"app\"", "\"service\""))
    }

    #[test]
    fn a_service_says_what_starts_it() {
        let read = |trigger: &str| Manifest::parse(&service(trigger)).unwrap().trigger.unwrap();
        let both = read("schedule = \"@daily\"\nevents = [\"io.cozy.bank.operations\"]");
        let powers: Vec<String> = both.powers().collect();
        assert_eq!(powers, ["schedule @daily", "event io.cozy.bank.operations"]);
        for (text, minutes) in [("5m", 5), ("90m", 90), ("120m", 120), ("2h", 120), ("31d", 44_640)]
        {
            let every = read(&format!("schedule = \"@every {text}\"")).schedule.unwrap();
            assert_eq!(every.minutes(), minutes);
        }
        assert_eq!(
            read("schedule = \"@every 120m\"").powers().next().unwrap(),
            "schedule @every 2h"
        );

        let weekly = read("schedule = \"@weekly\"");
        assert_eq!(both.beyond(&weekly), powers, "more often, and by an event");
        assert!(weekly.beyond(&both).is_empty(), "less often");
        assert_eq!(weekly.beyond(&Trigger::default()), ["schedule @weekly"]);
        let morning = read("schedule = \"30 6 * * *\"");
        assert_eq!(morning.powers().next().unwrap(), "schedule 30 6 * * *");
        assert_eq!(morning.beyond(&weekly).len(), 1, "more often");
        assert!(morning.beyond(&both).is_empty() && morning.beyond(&morning).is_empty());
        let sundays = read("schedule = \"30 6 * * 0\"");
        assert_eq!(morning.beyond(&sundays).len(), 1, "more often, though as far apart in a day");
        let agreed = BTreeSet::from(["schedule @daily".to_owned()]);
        assert_eq!(
            both.within(&agreed),
            Trigger { schedule: Some(Schedule::Daily), ..Trigger::default() }
        );
        assert_eq!(weekly.within(&agreed), Trigger::default(), "that one was not agreed to");
    }

    #[test]
    fn a_trigger_is_checked_with_a_remedy() {
        let narrowed = |by: &str| {
            let trigger = service("events = [\"io.cozy.bank.operations\"]");
            trigger.replace("\"write\"]", &format!("\"write\"]\n{by}"))
        };
        for (text, sentence) in [
            (service(""), "`trigger.schedule` is missing; write `schedule = \"@daily\"`"),
            (
                service("scedule = \"@daily\""),
                "`trigger.scedule` is no key of the manifest; did you mean",
            ),
            (
                service("schedule = \"@dialy\""),
                "`trigger.schedule` is `@dialy`; did you mean `@daily`?",
            ),
            (
                service("schedule = \"each night\""),
                "write `@hourly`, `@daily`, `@weekly`, `@monthly`, `@every 30m`",
            ),
            (
                service("schedule = \"0 25 * * *\""),
                "`trigger.schedule` is `0 25 * * *`; column 3: `25` is no hour; write 0 to 23",
            ),
            (service("schedule = \"@every 4m\""), "with at least 5m and at most 31d"),
            (service("schedule = \"@every 32d\""), "with at least 5m and at most 31d"),
            (service("schedule = \"@every 99999999999d\""), "with at least 5m"),
            (service("schedule = \"@every 030m\""), "with at least 5m"),
            (service("schedule = \"@every +30m\""), "with at least 5m"),
            (service("events = [\"io.cozy.bank.operation\"]"), "which nobody knows; did you mean"),
            (
                service("events = [\"io.cozy.notes\"]"),
                "`io.cozy.notes`, but no grant lets the service",
            ),
            (narrowed("fields = [\"amount\"]"), "a start would tell of what they hide"),
            (narrowed("rows = '{}'"), "a start would tell of what they hide"),
            (
                service("events = \"io.cozy.notes\""),
                "`trigger.events` is a text; write a list of texts",
            ),
            (
                service(&format!("events = [{}]", "\"io.cozy.notes\",".repeat(17))),
                "`trigger.events` has 17 entries; write at most 16",
            ),
            (
                format!("{HEAD}[trigger]\nschedule = \"@daily\"\n"),
                "`trigger` is in the manifest of an app, but only a service or a konnector",
            ),
        ] {
            assert!(error(&text).contains(sentence), "{sentence}: {}", error(&text));
        }
    }
}
