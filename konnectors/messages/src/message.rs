//! One message. In: its bytes. Out: a body with decoded headers, the text that a reader sees, and
//! what is attached by name alone. Never here: depth or numbers of parts without end.

use konnector_shared::text::clean;
use konnector_shared::{Body, body};
use mail_parser::{
    Address, HeaderForm, HeaderValue, MessageParser, MessagePart, MimeHeaders, PartType,
};
use serde_json::Value;

use crate::{Email, LABEL_CHARS_MAX, LABELS_MAX, Raw, text};

/// The doctype's own limits.
const TEXT_CHARS_MAX: usize = 50_000;
const SUBJECT_CHARS_MAX: usize = 1000;
const ID_CHARS_MAX: usize = 1000;
const PEOPLE_MAX: usize = 100;
const REFERENCES_MAX: usize = 100;
const ATTACHMENTS_MAX: usize = 100;
/// A document holds this much, and a message of nothing but addresses more.
const BODY_BYTES_MAX: usize = 250_000;
/// Texts of one message that are put together, and when there is enough of them.
const TEXTS_MAX: usize = 20;
const TEXTS_BYTES_ENOUGH: usize = 1 << 20;
/// Parts that can hold others, and lines that can begin a part: what comes after is not read.
const HOLDERS_MAX: usize = 100;
const PARTS_MAX: usize = 10_000;

/// Headers of which a message has several.
const KNOWN: [&str; 12] = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Received",
    "Return-Path",
    "MIME-Version",
    "Delivered-To",
    "Reply-To",
    "Content-Type",
    "Cc",
];

/// A message that was read.
#[derive(Debug)]
pub struct Message {
    pub key: String,
    pub email: Email,
    /// Texts that were shortened.
    pub cut: usize,
}

/// How many well-known headers the first lines are.
pub fn known_headers(head: &[u8]) -> usize {
    let mut known = 0;
    for line in head.split(|byte| *byte == b'\n') {
        if line.trim_ascii().is_empty() {
            break;
        }
        let is_folded = line.first().is_some_and(u8::is_ascii_whitespace);
        let Some(colon) = line.iter().position(|byte| *byte == b':') else {
            if is_folded { continue } else { break }
        };
        let name = line.get(..colon).unwrap_or_default();
        if !is_folded && !name.iter().all(u8::is_ascii_graphic) {
            break;
        }
        known += usize::from(KNOWN.iter().any(|one| name.eq_ignore_ascii_case(one.as_bytes())));
    }
    known
}

/// `None`: it is no message, or its headers alone are more than a document holds.
pub fn read(raw: &Raw) -> Option<Message> {
    let bytes = bounded(&raw.bytes);
    let parsed = MessageParser::default().parse(bytes)?;
    let mut email = Body::default();
    if parsed.from().is_none() && parsed.subject().is_none() && parsed.date().is_none() {
        return None;
    }
    email.line("subject", parsed.subject().unwrap_or_default(), SUBJECT_CHARS_MAX);
    if let Some(date) = parsed.date().filter(|date| date.is_valid()) {
        let date = date.to_rfc3339();
        if domicile_sdk::Date::parse(&date).is_some() {
            email.put("date", date);
        }
    }
    for (field, people) in [
        ("from", parsed.from()),
        ("to", parsed.to()),
        ("cc", parsed.cc()),
        ("bcc", parsed.bcc()),
        ("replyTo", parsed.reply_to()),
    ] {
        email.list(field, people.map(persons).unwrap_or_default());
    }
    let id = clean(parsed.message_id().unwrap_or_default(), usize::MAX);
    email.line("messageId", &id, ID_CHARS_MAX);
    let answered = ids(parsed.in_reply_to());
    email.line("inReplyTo", answered.first().map_or("", String::as_str), ID_CHARS_MAX);
    texts(&mut email, "references", ids(parsed.references()));
    let labels = parsed.header_as("X-Gmail-Labels", HeaderForm::Text);
    texts(&mut email, "labels", labels.iter().flat_map(labels_of).take(LABELS_MAX).collect());
    email.list("attachments", parsed.attachments().take(ATTACHMENTS_MAX).map(attachment));
    if size(&email) > BODY_BYTES_MAX {
        return None;
    }
    let (text, is_cut) = readable(&parsed);
    if !text.is_empty() {
        email.put("text", text);
    }
    email.cut += usize::from(is_cut);
    email.put("size", raw.size);
    if size(&email) > BODY_BYTES_MAX {
        email.put("text", Value::Null);
        email.cut += 1;
    }
    let key = match id.is_empty() {
        false => body::key("id", &id),
        true => format!("message-sha256:{}", email.fingerprint()),
    };
    let cut = email.cut;
    Some(Message { key, email: Email(email.into_value()), cut })
}

/// As much of it as has a bounded number of parts: in memory each takes more than in the file, and
/// one in the other takes stack.
fn bounded(bytes: &[u8]) -> &[u8] {
    let (mut holders, mut parts) = (0, 0);
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'/' => {
                let before = |word: &[u8]| {
                    let from = at.checked_sub(word.len());
                    let found = from.and_then(|from| bytes.get(from..at));
                    found.is_some_and(|found| found.eq_ignore_ascii_case(word))
                };
                holders += usize::from(before(b"message") || before(b"multipart"));
            }
            b'\n' => parts += usize::from(bytes.get(at + 1..at + 3) == Some(b"--")),
            _ => {}
        }
        if holders > HOLDERS_MAX || parts > PARTS_MAX {
            return bytes.get(..at).unwrap_or(bytes);
        }
    }
    bytes
}

fn size(email: &Body) -> usize {
    serde_json::to_vec(&email.clone().into_value()).map_or(usize::MAX, |bytes| bytes.len())
}

fn persons(people: &Address<'_>) -> Vec<Body> {
    let person = |person: &mail_parser::Addr<'_>| {
        let mut body = Body::default();
        body.line("name", person.name().unwrap_or_default(), 200);
        body.line("address", person.address().unwrap_or_default(), 320);
        body
    };
    people.iter().take(PEOPLE_MAX).map(person).collect()
}

fn ids(value: &HeaderValue<'_>) -> Vec<String> {
    let ids = value.as_text_list().unwrap_or_default().iter().map(|id| clean(id, ID_CHARS_MAX));
    ids.filter(|id| !id.is_empty()).take(REFERENCES_MAX).collect()
}

/// Separated by commas, with quotation marks around those that have one.
fn labels_of(value: &HeaderValue<'_>) -> Vec<String> {
    let mut quoted = false;
    let labels = value.as_text().unwrap_or_default().split(move |c: char| {
        quoted ^= c == '"';
        c == ',' && !quoted
    });
    let labels = labels.map(|label| clean(label.trim().trim_matches('"'), LABEL_CHARS_MAX));
    labels.filter(|label| !label.is_empty()).collect()
}

fn texts(email: &mut Body, field: &str, texts: Vec<String>) {
    if !texts.is_empty() {
        email.put(field, texts);
    }
}

fn attachment(part: &MessagePart<'_>) -> Body {
    let mut attachment = Body::default();
    attachment.line("name", part.attachment_name().unwrap_or_default(), 300);
    if let Some(kind) = part.content_type() {
        let subtype = kind.subtype().map(|subtype| format!("/{subtype}")).unwrap_or_default();
        attachment.line("type", &format!("{}{subtype}", kind.ctype()).to_ascii_lowercase(), 100);
    }
    attachment.put("size", part.len());
    attachment
}

fn readable(parsed: &mail_parser::Message<'_>) -> (String, bool) {
    let mut all = String::new();
    for part in parsed.text_bodies().take(TEXTS_MAX) {
        match &part.body {
            PartType::Text(plain) => all.push_str(plain),
            PartType::Html(html) => all.push_str(&text::of_html(html)),
            _ => {}
        }
        all.push_str("\n\n");
        if all.len() > TEXTS_BYTES_ENOUGH {
            break;
        }
    }
    text::lines(&all, TEXT_CHARS_MAX)
}
