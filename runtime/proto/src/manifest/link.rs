//! Outward links: the addresses that an app may offer, with slots for a little text.
//!
//! The host is fixed in the manifest and a slot can only fill a part of the path or the query, so
//! that what an app puts into a slot never decides where a link leads.

use std::collections::BTreeMap;

use serde::Serialize;

use super::limits::*;
use super::origin::is_host;
use super::section::Section;
use super::{Kind, ManifestError};
use crate::text::is_deceptive;

/// What fills a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SlotKind {
    /// Any text of at most [`SLOT_LENGTH_MAX`] characters.
    Text,
    /// Digits, with a sign and a decimal point or without.
    Number,
    /// `2026-11-23`.
    Date,
}

impl SlotKind {
    pub(super) const WORDS: [(&'static str, SlotKind); 3] =
        [("text", SlotKind::Text), ("number", SlotKind::Number), ("date", SlotKind::Date)];

    /// The word used in manifests and pages.
    pub fn word(self) -> &'static str {
        match self {
            SlotKind::Text => "text",
            SlotKind::Number => "number",
            SlotKind::Date => "date",
        }
    }

    pub(super) fn fits(self, value: &str) -> bool {
        match self {
            SlotKind::Text => !value.chars().any(is_deceptive),
            SlotKind::Number => {
                let digits = value.strip_prefix('-').unwrap_or(value);
                let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
                [whole, fraction]
                    .iter()
                    .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
            }
            SlotKind::Date => crate::doctype::is_date(value),
        }
    }
}

/// A checked outward link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Link {
    /// How the app's pages call it: `link:merchant`.
    pub name: String,
    /// `https://example.org/search?q={q}`.
    pub template: String,
    /// What goes into each slot.
    pub slots: BTreeMap<String, SlotKind>,
}

/// A template that can't be offered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// Another scheme, or none.
    #[error("`{0}` doesn't begin with `https://`; outward links are HTTPS only")]
    Scheme(String),
    /// No plain host name.
    #[error(
        "`{0}` is no exact host name; write a lower-case name such as `www.example.org`, without \
         user, port, slot or IP address"
    )]
    Host(String),
    /// A character that doesn't belong in an address, or a fragment.
    #[error("the template has `{0}` after the host; percent-encode it, or take it out")]
    Character(char),
    /// A brace without its other one, or no name between them.
    #[error("the template has a brace that is no slot; write `{{name}}` with a-z, 0-9 and `-`")]
    Brace,
    /// A slot in the template that isn't declared.
    #[error(
        "the template uses the slot `{0}`, which `slots` doesn't declare; add `{0} = \"text\"`"
    )]
    Undeclared(String),
    /// A declared slot that isn't in the template.
    #[error("`slots` declares `{0}`, which the template doesn't use; take it out")]
    Unused(String),
}

/// A slot that can't be filled like this.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SlotError {
    /// The link has no such slot.
    #[error("the link `{link}` has no slot `{slot}`")]
    Unknown {
        /// Which link.
        link: String,
        /// Which slot.
        slot: String,
    },
    /// A slot without a value.
    #[error("the slot `{slot}` of the link `{link}` has no value; give it one")]
    Missing {
        /// Which link.
        link: String,
        /// Which slot.
        slot: String,
    },
    /// A value of another kind, or too long.
    #[error("the slot `{slot}` of the link `{link}` takes a {} of at most {SLOT_LENGTH_MAX} characters", kind.word())]
    Value {
        /// Which link.
        link: String,
        /// Which slot.
        slot: String,
        /// What it takes.
        kind: SlotKind,
    },
}

impl Link {
    /// The host that the link leads to, whatever fills its slots.
    pub fn host(&self) -> &str {
        let rest = self.template.strip_prefix("https://").unwrap_or_default();
        split_host(rest).0
    }

    /// The exact text that a consent covers.
    pub fn power(&self) -> String {
        let slots: Vec<String> =
            self.slots.iter().map(|(slot, kind)| format!(" {slot}={}", kind.word())).collect();
        format!("link {} {}{}", self.name, self.template, slots.concat())
    }

    /// The address with its slots filled, each value percent-encoded.
    pub fn fill(&self, values: &BTreeMap<String, String>) -> Result<String, SlotError> {
        let link = || self.name.clone();
        if let Some(slot) = values.keys().find(|slot| !self.slots.contains_key(*slot)) {
            return Err(SlotError::Unknown { link: link(), slot: slot.clone() });
        }
        let mut address = self.template.clone();
        for (slot, kind) in &self.slots {
            let Some(value) = values.get(slot) else {
                return Err(SlotError::Missing { link: link(), slot: slot.clone() });
            };
            // Dots alone would climb in the path.
            let dots = value.chars().all(|c| c == '.');
            if dots || value.chars().count() > SLOT_LENGTH_MAX || !kind.fits(value) {
                return Err(SlotError::Value { link: link(), slot: slot.clone(), kind: *kind });
            }
            address = address.replace(&format!("{{{slot}}}"), &percent_encoded(value));
        }
        Ok(address)
    }
}

/// Read all links.
pub(super) fn read_all(root: &Section<'_>, kind: Kind) -> Result<Vec<Link>, ManifestError> {
    let why = "only an app has pages that could show a link; take it out";
    root.named_tables("link", LINKS_MAX, &["name", "template", "slots"], |section| {
        section.only_in(Kind::App, kind, why)?;
        let link = read(section)?;
        Ok((link.name.clone(), link))
    })
}

fn read(section: &Section<'_>) -> Result<Link, ManifestError> {
    let name: domicile_policy::ComponentId = section.name("name", "name = \"merchant\"")?;
    let example = "template = \"https://example.org/search?q={q}\"";
    let template = section.string("template", example, TEMPLATE_LENGTH_MAX)?;
    let mut slots = BTreeMap::new();
    if let Some(declared) = section.free_table("slots")? {
        let count = declared.names().count();
        if count > SLOTS_MAX {
            let key = declared.path().to_owned();
            return Err(ManifestError::TooMany { key, count, max: SLOTS_MAX });
        }
        for slot in declared.names() {
            let kind = declared.word(slot, "q = \"text\"", SlotKind::WORDS)?;
            slots.insert(slot.to_owned(), kind);
        }
    }
    let link = Link { name: name.to_string(), template, slots };
    match check(&link) {
        Ok(()) => Ok(link),
        Err(problem) => Err(ManifestError::Link { key: section.key("template"), problem }),
    }
}

fn check(link: &Link) -> Result<(), LinkError> {
    let rest = link.template.strip_prefix("https://");
    let rest = rest.ok_or_else(|| LinkError::Scheme(link.template.clone()))?;
    let (host, rest) = split_host(rest);
    if !is_host(host) {
        return Err(LinkError::Host(host.to_owned()));
    }
    let used = slots_of(rest)?;
    if let Some(slot) = used.iter().find(|slot| !link.slots.contains_key(**slot)) {
        return Err(LinkError::Undeclared((*slot).to_owned()));
    }
    match link.slots.keys().find(|slot| !used.contains(&slot.as_str())) {
        Some(slot) => Err(LinkError::Unused(slot.clone())),
        None => Ok(()),
    }
}

fn split_host(rest: &str) -> (&str, &str) {
    rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()))
}

/// The slots of a path and query, every other character being one of an address.
pub(super) fn slots_of(rest: &str) -> Result<Vec<&str>, LinkError> {
    let mut slots = Vec::new();
    let mut rest = rest;
    while let Some((plain, after)) = rest.split_once('{') {
        plain_characters(plain)?;
        let (slot, after) = after.split_once('}').ok_or(LinkError::Brace)?;
        let letter = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if slot.is_empty() || !slot.bytes().all(letter) {
            return Err(LinkError::Brace);
        }
        slots.push(slot);
        rest = after;
    }
    plain_characters(rest)?;
    Ok(slots)
}

fn plain_characters(text: &str) -> Result<(), LinkError> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/?&=-_.~%+:,;@!$'()*".contains(c);
    match text.chars().find(|c| !plain(*c)) {
        None => Ok(()),
        Some('{' | '}') => Err(LinkError::Brace),
        Some(other) => Err(LinkError::Character(other)),
    }
}

pub(super) fn percent_encoded(value: &str) -> String {
    let mut encoded = String::new();
    for byte in value.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                encoded.push(char::from(byte));
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}
