//! One property of a card. In: a content line. Out: the entry that a contact has for it. Never
//! here: an address or a number that was shortened, since it would be somebody else's.

use domicile_sdk::Date;
use konnector_shared::Body;
use konnector_shared::content::Line;
use konnector_shared::text::clean;

/// Words of TYPE that say nothing which a reader would miss.
const SILENT: [&str; 6] = ["pref", "internet", "x400", "voice", "home", "work"];
const LABEL_CHARS_MAX: usize = 60;

/// An entry of a list, and which custom label may belong to it.
#[derive(Debug)]
pub struct Entry {
    pub group: String,
    pub body: Body,
    pub preferred: bool,
}

impl Entry {
    fn new(line: &Line, mut body: Body) -> Entry {
        let types: Vec<String> = line
            .parameters("TYPE")
            .flat_map(|value| value.split(','))
            .map(|word| word.trim().to_ascii_lowercase())
            .collect();
        let has = |word: &str| types.iter().any(|found| found == word);
        if let Some(place) = ["home", "work"].into_iter().find(|place| has(place)) {
            body.put("label", place);
        }
        let told: Vec<&str> =
            types.iter().map(String::as_str).filter(|word| !SILENT.contains(word)).collect();
        body.line("type", &told.join(", "), LABEL_CHARS_MAX);
        let preferred = has("pref") || line.parameter("PREF").is_some();
        Entry { group: line.group.clone(), body, preferred }
    }
}

/// `None`: nothing in it, or nothing that fits.
pub fn email(line: &Line) -> Option<Entry> {
    exact(line, "address", &without(&line.text(), "mailto:"), 320)
}

pub fn phone(line: &Line) -> Option<Entry> {
    exact(line, "number", &without(&line.text(), "tel:"), 60)
}

/// An address of a messenger; `IMPP` is a URI, the older ones name the service.
pub fn messenger(line: &Line, service: Option<&str>) -> Option<Entry> {
    let mut entry = exact(line, "uri", &line.text(), 500)?;
    let uri = entry.body.get("uri").unwrap_or_default();
    let scheme = uri.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    let service = service.map(str::to_owned).or(scheme).unwrap_or_default();
    entry.body.line("protocol", &service, LABEL_CHARS_MAX);
    Some(entry)
}

pub fn address(line: &Line) -> Option<Entry> {
    let lines = |part: &String| part.lines().map(str::trim).collect::<Vec<_>>().join(", ");
    let parts: Vec<String> = line.split(';').iter().map(lines).collect();
    let at = |index: usize| parts.get(index).map_or("", String::as_str);
    let mut body = Body::default();
    for (index, name, chars_max) in [
        (0, "pobox", 100),
        (2, "street", 300),
        (3, "city", 200),
        (4, "region", 200),
        (5, "code", 30),
        (6, "country", 100),
    ] {
        body.line(name, at(index), chars_max);
    }
    let town = format!("{} {}", at(5), at(3));
    let in_order = [at(0), at(1), at(2), &town, at(4), at(6)];
    let in_order = in_order.map(str::trim).into_iter().filter(|part| !part.is_empty());
    let written = line
        .parameter("LABEL")
        .map_or_else(|| in_order.collect::<Vec<_>>().join(", "), str::to_owned);
    body.lines("formattedAddress", &written, 1000);
    (!body.is_empty()).then(|| Entry::new(line, body))
}

fn exact(line: &Line, name: &str, value: &str, chars_max: usize) -> Option<Entry> {
    let value = clean(value, chars_max + 1);
    if value.is_empty() || value.chars().count() > chars_max {
        return None;
    }
    let mut body = Body::default();
    body.put(name, value);
    Some(Entry::new(line, body))
}

fn without(value: &str, scheme: &str) -> String {
    let value = value.trim();
    let (head, rest) = value.split_at_checked(scheme.len()).unwrap_or(("", value));
    if head.eq_ignore_ascii_case(scheme) { rest.to_owned() } else { value.to_owned() }
}

/// A whole day: contacts have no place for a birthday without its year.
pub fn birthday(line: &Line) -> Option<String> {
    let text = line.text();
    let digits: String = match text.trim().get(..10) {
        Some(dashed) if dashed.as_bytes().get(4) == Some(&b'-') => dashed.replace('-', ""),
        _ => text.trim().get(..8)?.to_owned(),
    };
    let (year, month, day) = (digits.get(..4)?, digits.get(4..6)?, digits.get(6..8)?);
    let written = format!("{year}-{month}-{day}");
    // Address books that know no year write one of long ago, and which one it is.
    let omitted = line.parameter("X-APPLE-OMIT-YEAR") == Some(year);
    (!omitted && digits.len() == 8 && Date::parse(&written).is_some()).then_some(written)
}

pub fn gender(line: &Line) -> String {
    let parts = line.split(';');
    let said = parts.get(1).map(|text| text.trim()).filter(|text| !text.is_empty());
    match (parts.first().map(|sex| sex.trim()), said) {
        (_, Some(said)) => said.to_owned(),
        (Some("M" | "m"), _) => "male".to_owned(),
        (Some("F" | "f"), _) => "female".to_owned(),
        (Some("O" | "o"), _) => "other".to_owned(),
        _ => String::new(),
    }
}
