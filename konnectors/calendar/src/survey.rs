//! The first look at a file. In: its bytes. Out: its time zones, and which version of each event is
//! the newest. Never here: the events themselves.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::BufRead;

use konnector_shared::{Said, Warnings, count, say};

use crate::component::{Item, Reader};
use crate::event::Fields;
use crate::zones::Zones;

/// How many events of a file are read; what is deposited is bounded besides.
pub const EVENTS_MAX: usize = 100_000;
/// Kinds of components that are told of by name.
const KINDS_MAX: usize = 10;

/// How new one version of an event is: its number, its date, and where it stands.
type Version = (u32, Option<String>, u32);

/// What is known of a file before its events are read.
pub struct Survey {
    pub(crate) zones: Zones,
    newest: HashMap<u64, Version>,
    older: usize,
    others: BTreeMap<String, usize>,
}

impl Survey {
    pub fn of(reader: impl BufRead) -> Result<Survey, Said> {
        let (zones, newest, others) = (Zones::default(), HashMap::new(), BTreeMap::new());
        let mut survey = Survey { zones, newest, older: 0, others };
        let mut reader = Reader::new(reader);
        let mut default = None;
        let mut events = 0;
        while let Some(item) = reader.next_item()? {
            match item {
                Item::Event(fields) => {
                    events += 1;
                    survey.note(&fields);
                }
                Item::Zone(zone) => survey.zones.add(zone),
                Item::DefaultZone(name) => default = default.or(Some(name)),
                Item::Other(name) => {
                    if survey.others.len() < KINDS_MAX || survey.others.contains_key(&name) {
                        *survey.others.entry(name).or_default() += 1;
                    }
                }
            }
            if events > EVENTS_MAX {
                return Err(say!(
                    "the file has more than {EVENTS_MAX} events: export a shorter period",
                    "le fichier a plus de {EVENTS_MAX} évènements : exportez une période plus courte",
                ));
            }
        }
        // Only now: the calendar's zone may be one that the file defines further down.
        if let Some(name) = default {
            survey.zones.set_default(&name);
        }
        Ok(survey)
    }

    fn note(&mut self, fields: &Fields) {
        let Some(identity) = identity(fields) else { return };
        let version = version(fields);
        match self.newest.get_mut(&identity) {
            Some(newest) => {
                self.older += 1;
                *newest = std::mem::take(newest).max(version);
            }
            None => {
                self.newest.insert(identity, version);
            }
        }
    }

    /// Is this the version that counts?
    pub(crate) fn is_newest(&self, fields: &Fields) -> bool {
        let newest = identity(fields).and_then(|identity| self.newest.get(&identity));
        newest.is_none_or(|newest| *newest == version(fields))
    }

    pub(crate) fn default_zone_name(&self) -> String {
        self.zones.fallback().1.unwrap_or("UTC").to_owned()
    }

    pub(crate) fn report(&self, warnings: &mut Warnings) {
        for (name, number) in &self.others {
            let parts = match name.as_str() {
                "VTODO" => count(*number, ["task", "tasks"], ["tâche", "tâches"]),
                "VJOURNAL" => {
                    count(*number, ["journal entry", "journal entries"], ["note", "notes"])
                }
                _ => {
                    let name = konnector_shared::text::quote(name);
                    say!(number, name; "{number} of {name}", "{number} de {name}")
                }
            };
            warnings.add(&say!(
                parts;
                "{parts} not taken: only events are",
                "{parts} sans reprise : seuls les évènements le sont",
            ));
        }
        if self.older > 0 {
            let versions = count(
                self.older,
                ["older version", "older versions"],
                ["version antérieure", "versions antérieures"],
            );
            warnings.add(&say!(
                versions;
                "{versions} of events in the file: the newest of each is taken",
                "{versions} d'évènements dans le fichier : la plus récente de chacun est reprise",
            ));
        }
    }
}

fn identity(fields: &Fields) -> Option<u64> {
    let id = fields.id.as_ref().filter(|id| !id.is_empty())?;
    let occurrence =
        fields.recurrence.as_ref().map(|line| (line.parameter("TZID"), line.value.trim()));
    let mut hasher = DefaultHasher::new();
    (id, occurrence).hash(&mut hasher);
    Some(hasher.finish())
}

fn version(fields: &Fields) -> Version {
    (fields.sequence.unwrap_or(0), fields.stamp(), fields.line)
}
