//! One document. In: its path and its JSON. Out: the same attributes, where what was the id of
//! another document of the archive is the id that it has here. Never here: a guess at what an
//! attribute means, links without end.

use std::collections::BTreeMap;

use konnector_shared::text::clean;
use konnector_shared::{Intake, Said, say};
use serde_json::{Map, Value};

const ACCOUNTS: &str = "io.cozy.bank.accounts";
const OPERATIONS: &str = "io.cozy.bank.operations";
const BILLS: &str = "io.cozy.bills";
const CONTACTS: &str = "io.cozy.contacts";

/// What a Cozy's database keeps of its own.
const OF_DATABASE: [&str; 4] = ["_id", "_rev", "_type", "_attachments"];

/// Attributes of operations that hold the bare id of another document.
const BARE: [(&str, &str); 4] =
    [("account", ACCOUNTS), ("parent", OPERATIONS), ("operationId", OPERATIONS), ("billId", BILLS)];

/// Documents that others refer to: each is asked of the home once, and a run may ask so often.
const LINKS_MAX: usize = 40_000;
/// Characters of an id.
const ID_CHARS_MAX: usize = 200;

/// The doctype of this name, if its documents are taken.
pub fn taken(name: &str) -> Option<&'static str> {
    [ACCOUNTS, OPERATIONS, BILLS, CONTACTS].into_iter().find(|taken| *taken == name)
}

/// Doctype and id of a document, by its path: `My Cozy/Data/io.cozy.bills/ID.json`.
pub fn place(path: &str) -> Option<(&str, &str)> {
    let (folders, file) = path.rsplit_once('/')?;
    let doctype = folders.rsplit('/').next().filter(|name| name.starts_with("io.cozy."))?;
    let id = file.strip_suffix(".json")?;
    is_id(id).then_some((doctype, id))
}

fn is_id(text: &str) -> bool {
    !text.is_empty() && clean(text, ID_CHARS_MAX) == text
}

/// The body that a document has here.
pub fn read(
    doctype: &'static str,
    bytes: &[u8],
    links: &mut Links,
    intake: &Intake<'_>,
) -> Result<Value, Said> {
    let parsed: Result<Map<String, Value>, _> = serde_json::from_slice(bytes);
    let mut fields = parsed.map_err(|error| {
        let why = clean(&error.to_string(), 100);
        say!(why; "this is no document ({why})", "ce n'est pas un document ({why})")
    })?;
    // A form of Contacts writes what was not filled in as an empty text, days too.
    let is_unfilled = |value: &Value| doctype == CONTACTS && value == "";
    fields.retain(|name, value| !OF_DATABASE.contains(&name.as_str()) && !is_unfilled(value));
    let bare = if doctype == OPERATIONS { &BARE[..] } else { &[] };
    let mut body = Value::Object(fields);
    links.renew(&mut body, None, bare, intake)?;
    Ok(body)
}

/// The ids that documents have here, by those that they had.
#[derive(Default)]
pub struct Links(BTreeMap<(&'static str, String), String>);

impl Links {
    /// Puts new ids in place of old ones, as deep as JSON is read. A text that names no doctype
    /// refers to one of `referred`.
    fn renew(
        &mut self,
        value: &mut Value,
        referred: Option<&'static str>,
        bare: &[(&str, &'static str)],
        intake: &Intake<'_>,
    ) -> Result<(), Said> {
        match value {
            Value::String(text) => {
                if let Some(renewed) = self.renewed(text, referred, intake)? {
                    *text = renewed;
                }
                Ok(())
            }
            Value::Array(items) => {
                items.iter_mut().try_for_each(|item| self.renew(item, None, bare, intake))
            }
            Value::Object(fields) => {
                let related = related(fields);
                fields.iter_mut().try_for_each(|(name, value)| {
                    let referred = match name.as_str() {
                        "_id" | "id" => related,
                        name => bare.iter().find(|(link, _)| *link == name).map(|(_, to)| *to),
                    };
                    self.renew(value, referred, bare, intake)
                })
            }
            _ => Ok(()),
        }
    }

    /// `ID`, or `io.cozy.bills:ID`, as it is here.
    fn renewed(
        &mut self,
        text: &str,
        referred: Option<&'static str>,
        intake: &Intake<'_>,
    ) -> Result<Option<String>, Said> {
        let (doctype, id) = match text.split_once(':') {
            Some((named, id)) => (taken(named), id),
            None => (referred, text),
        };
        let Some(doctype) = doctype.filter(|_| is_id(id)) else { return Ok(None) };
        let here = self.id_of(doctype, id, intake)?;
        Ok(Some(if id == text { here } else { format!("{doctype}:{here}") }))
    }

    fn id_of(
        &mut self,
        doctype: &'static str,
        id: &str,
        intake: &Intake<'_>,
    ) -> Result<String, Said> {
        let link = (doctype, id.to_owned());
        if let Some(here) = self.0.get(&link) {
            return Ok(here.clone());
        }
        if self.0.len() >= LINKS_MAX {
            return Err(say!(
                "refers to another one, after {LINKS_MAX} that others refer to; not taken",
                "renvoie à un autre, après {LINKS_MAX} auxquels d'autres renvoient ; non repris",
            ));
        }
        let here = intake.id_of(doctype, id)?;
        self.0.insert(link, here.clone());
        Ok(here)
    }
}

/// The doctype in `{"_id": ..., "_type": ...}`, as relationships have it.
fn related(fields: &Map<String, Value>) -> Option<&'static str> {
    taken(fields.get("_type").or_else(|| fields.get("type"))?.as_str()?)
}
