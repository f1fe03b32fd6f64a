//! Notes of Google Keep. In: JSON. Out: a note. Never here: pictures and drawings, a note in the
//! bin.

use domicile_sdk::docs::Document;
use jiff::Timestamp;
use konnector_shared::Body;
use konnector_shared::text::clean;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Bytes of one note; Keep itself allows some 20,000 characters.
const BYTES_MAX: usize = 1 << 20;
const TAGS_MAX: usize = 50;
const LINES_MAX: usize = 1_000;
const TEXT_CHARS_MAX: usize = 50_000;

/// A document of `io.cozy.notes`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Note(Value);

impl Document for Note {
    const DOCTYPE: &'static str = "io.cozy.notes";
}

/// Key, note and how many texts were shortened; `None` for what is no note, or none that is kept.
pub fn note(bytes: &[u8]) -> Option<(String, Note, usize)> {
    // As JSON it takes ten times the memory.
    let small = Some(bytes).filter(|bytes| bytes.len() <= BYTES_MAX)?;
    let value: Value = serde_json::from_slice(small).ok()?;
    let edited = value.get("userEditedTimestampUsec")?.as_i64()?;
    let text = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default();
    let list = |name: &str| value.get(name).and_then(Value::as_array).into_iter().flatten();
    let mut lines = vec![text("textContent").to_owned()];
    for item in list("listContent").take(LINES_MAX) {
        let mark =
            if item.get("isChecked").and_then(Value::as_bool) == Some(true) { "x" } else { " " };
        let words = item.get("text").and_then(Value::as_str).unwrap_or_default();
        lines.push(format!("[{mark}] {}", clean(words, 2_000)));
    }
    let is_trashed = value.get("isTrashed").and_then(Value::as_bool) == Some(true);
    let mut note = Body::default();
    note.lines("content", &lines.join("\n"), TEXT_CHARS_MAX);
    let first =
        note.get("content").and_then(|text| text.lines().next()).unwrap_or_default().to_owned();
    let title = [text("title"), &first].into_iter().find(|one| !clean(one, 1).is_empty());
    note.line("title", title.filter(|_| !is_trashed)?, 300);
    let created = value.get("createdTimestampUsec").and_then(Value::as_i64);
    for (field, at) in [("updated_at", Some(edited)), ("created_at", created)] {
        let at = at.and_then(|at| Timestamp::from_second(at.div_euclid(1_000_000)).ok());
        if let Some(at) = at {
            note.put(field, at.to_string());
        }
    }
    let tags = list("labels").filter_map(|label| Some(clean(label.get("name")?.as_str()?, 100)));
    let tags: Vec<String> = tags.filter(|tag| !tag.is_empty()).take(TAGS_MAX).collect();
    if !tags.is_empty() {
        note.put("tags", tags);
    }
    // The archive names notes by their titles; what stays is when a note was begun.
    let key = match created {
        Some(created) => format!("keep:{created}"),
        None => konnector_shared::body::key("keep-text", &note.fingerprint()),
    };
    let cut = note.cut;
    Some((key, Note(note.into_value()), cut))
}
