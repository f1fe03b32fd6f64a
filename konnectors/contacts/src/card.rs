//! The properties of one card, as they come. In: content lines. Out: a contact, or that it is none.
//! Never here: more entries of a kind than a contact has room for.

use std::collections::BTreeMap;

use konnector_shared::body;
use konnector_shared::content::Line;

use crate::field::{self, Entry};
use crate::{Card, Kind, contact};

/// Entries of one kind (the doctype's own limit) and custom labels.
const ENTRIES_MAX: usize = 50;
const LABELS_MAX: usize = 200;
/// Names of properties left out, of one card.
const LEFT_OUT_MAX: usize = 100;

/// What says nothing about the person.
const SILENT: [&str; 14] = [
    "VERSION",
    "PRODID",
    "REV",
    "SORT-STRING",
    "CLIENTPIDMAP",
    "CLASS",
    "MAILER",
    "NAME",
    "PROFILE",
    "SOURCE",
    "X-ABADR",
    "X-ABSHOWAS",
    "X-ABUID",
    "X-EVOLUTION-FILE-AS",
];

#[derive(Default)]
pub struct Fields {
    pub name: Option<Line>,
    pub full_name: Option<Line>,
    pub company: Option<Line>,
    pub job: Option<Line>,
    pub notes: Vec<String>,
    pub birthday: Option<String>,
    pub gender: Option<String>,
    pub emails: Vec<Entry>,
    pub phones: Vec<Entry>,
    pub addresses: Vec<Entry>,
    pub messengers: Vec<Entry>,
    /// By group.
    pub labels: BTreeMap<String, String>,
    id: Option<String>,
    is_group: bool,
    left_out: Vec<String>,
}

impl Fields {
    pub fn take(&mut self, line: Line) {
        if line.value.trim().is_empty() || SILENT.contains(&line.name.as_str()) {
            return;
        }
        let is_taken = match line.name.as_str() {
            "N" => first(&mut self.name, line.clone()),
            "FN" => first(&mut self.full_name, line.clone()),
            "ORG" => first(&mut self.company, line.clone()),
            "TITLE" => first(&mut self.job, line.clone()),
            "UID" => first(&mut self.id, line.text().trim().to_owned()),
            "BDAY" => field::birthday(&line).is_some_and(|day| first(&mut self.birthday, day)),
            "GENDER" => first(&mut self.gender, field::gender(&line)),
            "NOTE" => room(&mut self.notes, Some(line.text())),
            "EMAIL" => room(&mut self.emails, field::email(&line)),
            "TEL" => room(&mut self.phones, field::phone(&line)),
            "ADR" => room(&mut self.addresses, field::address(&line)),
            "IMPP" => room(&mut self.messengers, field::messenger(&line, None)),
            "X-JABBER" | "X-SKYPE" | "X-ICQ" | "X-AIM" | "X-MSN" | "X-YAHOO" => {
                let service = line.name.trim_start_matches("X-").to_ascii_lowercase();
                room(&mut self.messengers, field::messenger(&line, Some(&service)))
            }
            "KIND" | "X-ADDRESSBOOKSERVER-KIND" => {
                self.is_group |= line.is(&line.name, "group");
                true
            }
            "X-ABLABEL" if self.labels.len() < LABELS_MAX => {
                // The address book's own words stand between marks.
                let label = line.text().replace("_$!<", "").replace(">!$_", "");
                self.labels.insert(line.group.clone(), label);
                true
            }
            _ => false,
        };
        if !is_taken && self.left_out.len() < LEFT_OUT_MAX {
            self.left_out.push(line.name);
        }
    }

    pub fn finish(mut self, line: u32) -> Card {
        let left_out = std::mem::take(&mut self.left_out);
        if self.is_group {
            return Card { line, kind: Kind::Group, left_out: Vec::new() };
        }
        let id = self.id.take();
        let body = self.into_body();
        if body.get("displayName").is_none() {
            return Card { line, kind: Kind::Nameless, left_out };
        }
        // Versions 3 and 4 write the same identifier without and with its scheme.
        let id = id.map(|id| id.strip_prefix("urn:uuid:").unwrap_or(&id).to_owned());
        let key = match id.filter(|id| !id.is_empty()) {
            Some(id) => body::key("uid", &id),
            None => format!("card-sha256:{}", body.fingerprint()),
        };
        let cut = body.cut;
        Card { line, kind: Kind::Contact { key, contact: contact(body), cut }, left_out }
    }
}

fn first<T>(place: &mut Option<T>, value: T) -> bool {
    let is_free = place.is_none();
    if is_free {
        *place = Some(value);
    }
    is_free
}

fn room<T>(entries: &mut Vec<T>, entry: Option<T>) -> bool {
    let Some(entry) = entry.filter(|_| entries.len() < ENTRIES_MAX) else { return false };
    entries.push(entry);
    true
}
