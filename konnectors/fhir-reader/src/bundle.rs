//! A bundle, entry by entry. In: bytes. Out: documents with their keys, the address of the next
//! page. Never here: more entries than what one run deposits.

use konnector_shared::intake::DOCUMENTS_MAX;
use konnector_shared::text::quote;
use konnector_shared::{Intake, Said, say};
use serde_json::Value;

use crate::value::{Names, text};
use crate::{Found, bill, record};

/// Entries of one bundle.
pub const ENTRIES_MAX: usize = DOCUMENTS_MAX;

/// What a bundle is besides its entries.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// Where the server says that it goes on.
    pub next: Option<String>,
    /// When the server made it.
    pub updated: Option<String>,
}

/// How sure is it, from 0 to 100, that these are the first bytes of a bundle or a resource?
pub fn recognise(name: &str, head: &[u8]) -> u8 {
    let head = String::from_utf8_lossy(head);
    let is_json = head.trim_start_matches('\u{feff}').trim_start().starts_with('{');
    let compact: String = head.chars().filter(|c| !c.is_whitespace()).collect();
    if is_json && compact.contains("\"resourceType\":\"") {
        100
    } else if is_json && name.to_ascii_lowercase().contains("fhir") {
        40
    } else {
        0
    }
}

/// Deposits what a bundle holds; `key` makes the key of what the bundle calls a thing.
pub fn read(
    bytes: &[u8],
    key: impl Fn(&str) -> String,
    intake: &mut Intake<'_>,
) -> Result<Page, Said> {
    let text_of = konnector_shared::text::decode(bytes, None).text;
    let parsed: Result<Value, _> = serde_json::from_str(text_of.trim_start_matches('\u{feff}'));
    let whole = parsed.map_err(|error| {
        let line = error.line();
        say!(
            line;
            "line {line}: this is no whole JSON: download it again",
            "ligne {line} : ce n'est pas du JSON complet : téléchargez-le à nouveau",
        )
    })?;
    let kind = text(&whole, "resourceType");
    let single = [&whole];
    let entries: Vec<&Value> = match kind {
        "Bundle" => whole.get("entry").and_then(Value::as_array).into_iter().flatten().collect(),
        "OperationOutcome" => return Err(outcome(&whole)),
        "" => {
            return Err(say!(
                "this is JSON, and no FHIR: export your data again",
                "c'est du JSON, mais pas du FHIR : exportez vos données à nouveau",
            ));
        }
        _ => single.to_vec(),
    };
    if entries.len() > ENTRIES_MAX {
        return Err(say!(
            "there are more than {ENTRIES_MAX} entries: export a shorter period",
            "il y a plus de {ENTRIES_MAX} entrées : exportez une période plus courte",
        ));
    }
    let names = Names::of(&entries);
    for (number, entry) in (1..).zip(&entries) {
        let resource = entry.get("resource").unwrap_or(entry);
        take(number, text(entry, "fullUrl"), resource, &names, &key, intake)?;
    }
    let links = whole.get("link").and_then(Value::as_array).into_iter().flatten();
    let next = links.into_iter().find(|link| text(link, "relation") == "next");
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let updated = whole.get("meta").and_then(|meta| some(text(meta, "lastUpdated")));
    Ok(Page { next: next.and_then(|link| some(text(link, "url"))), updated })
}

fn take(
    number: u32,
    address: &str,
    resource: &Value,
    names: &Names<'_>,
    key: &impl Fn(&str) -> String,
    intake: &mut Intake<'_>,
) -> Result<(), Said> {
    let (kind, id) = (text(resource, "resourceType"), text(resource, "id"));
    let name = match (address.strip_prefix("urn:uuid:"), id) {
        (Some(uuid), _) => format!("{kind}/{uuid}"),
        (None, "") => format!("{kind}/{address}"),
        (None, id) => format!("{kind}/{id}"),
    };
    if text(resource, "status") == "entered-in-error" {
        intake.left_out.add("entered-in-error");
        return Ok(());
    }
    let made = match kind {
        "ExplanationOfBenefit" | "Claim" => bill::bill(resource, names),
        _ => record::record(resource, names),
    };
    let Some((found, cut)) = made else {
        intake.left_out.add(if kind.is_empty() { "?" } else { kind });
        return Ok(());
    };
    intake.cut += cut;
    match found {
        Found::Record(record) => intake.put(number, &key(&name), &record),
        Found::Bill(bill) => intake.put(number, &key(&name), &bill),
    }
}

/// What a server says in place of data.
fn outcome(whole: &Value) -> Said {
    let issue = whole.get("issue").and_then(|issues| issues.get(0)).unwrap_or(&Value::Null);
    let details = issue.get("details").map_or("", |details| text(details, "text"));
    let words = [details, text(issue, "diagnostics"), text(issue, "code")];
    let why = quote(words.into_iter().find(|text| !text.is_empty()).unwrap_or_default());
    say!(why; "the server says: {why}", "le serveur dit : {why}")
}
