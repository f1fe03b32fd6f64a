//! The fields of a card as a contact's body, named as Cozy publishes them. In: a card's fields.
//! Out: a body, with a name to show unless the card has none at all. Never here: content lines of
//! other kinds.

use konnector_shared::Body;
use konnector_shared::content::Line;

use crate::card::Fields;
use crate::field::Entry;

const NAME_CHARS_MAX: usize = 300;
const NOTE_CHARS_MAX: usize = 20_000;
const LABEL_CHARS_MAX: usize = 60;

/// Where a name's parts are, and what a contact calls them.
const NAME_PARTS: [(usize, &str, usize); 5] = [
    (0, "familyName", 200),
    (1, "givenName", 200),
    (2, "additionalName", 200),
    (3, "namePrefix", 100),
    (4, "nameSuffix", 100),
];

impl Fields {
    pub fn into_body(mut self) -> Body {
        let mut body = Body::default();
        let company = self.company.take().map(|line| line.split(';')).unwrap_or_default();
        let name = self.name.take().map(|line| name(&line)).unwrap_or_default();
        let written = self.full_name.take().map(|line| line.text()).unwrap_or_default();
        let full_name = if written.trim().is_empty() { joined(&name) } else { written };
        body.line("fullname", &full_name, NAME_CHARS_MAX);
        body.object("name", name);
        body.line("company", company.first().map_or("", String::as_str), NAME_CHARS_MAX);
        body.line("jobTitle", &self.job.take().map(|line| line.text()).unwrap_or_default(), 300);
        body.lines("note", &self.notes.join("\n\n"), NOTE_CHARS_MAX);
        body.line("gender", &self.gender.take().unwrap_or_default(), LABEL_CHARS_MAX);
        if let Some(birthday) = self.birthday.take() {
            body.put("birthday", birthday);
        }
        let shown = [
            body.get("fullname"),
            body.get("company"),
            self.emails.first().and_then(|entry| entry.body.get("address")),
            self.phones.first().and_then(|entry| entry.body.get("number")),
        ];
        let shown = shown.into_iter().flatten().next().unwrap_or_default().to_owned();
        body.line("displayName", &shown, NAME_CHARS_MAX);
        for (field, entries) in [
            ("email", &mut self.emails),
            ("phone", &mut self.phones),
            ("address", &mut self.addresses),
            ("impp", &mut self.messengers),
        ] {
            let preferred = entries.iter().position(|entry| entry.preferred);
            let labelled = entries.drain(..).enumerate().map(|(at, entry)| {
                let label = self.labels.get(&entry.group).filter(|_| !entry.group.is_empty());
                labelled(entry, label, preferred == Some(at))
            });
            body.list(field, labelled);
        }
        body
    }
}

fn labelled(entry: Entry, label: Option<&String>, preferred: bool) -> Body {
    let mut body = entry.body;
    if let Some(label) = label {
        body.line("label", label, LABEL_CHARS_MAX);
    }
    if preferred {
        body.put("primary", true);
    }
    body
}

fn name(line: &Line) -> Body {
    let parts = line.split(';');
    let mut name = Body::default();
    for (at, field, chars_max) in NAME_PARTS {
        let part = parts.get(at).map_or("", String::as_str);
        name.line(field, part, chars_max);
    }
    name
}

fn joined(name: &Body) -> String {
    let order = ["namePrefix", "givenName", "additionalName", "familyName", "nameSuffix"];
    order.into_iter().filter_map(|part| name.get(part)).collect::<Vec<_>>().join(" ")
}
