//! Mail to `io.cozy.emails`: one message, or a mailbox of them.
//!
//! In: the bytes of a message, or of an mbox file a piece at a time. Out: messages, each under a
//! key that stays the same when it is read again. Never here: where the bytes come from; the
//! content of an attachment; markup, or anything that a reader would fetch by itself; two messages
//! in memory.

mod mailbox;
mod message;
pub mod text;

use domicile_sdk::docs::Document;
use domicile_sdk::importer::Input;
use konnector_shared::text::clean;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use mailbox::{Mailbox, Raw};
pub use message::{Message, read};

/// How much of one message is read; what comes after are attachments, as a rule.
pub const MESSAGE_BYTES_MAX: usize = 24 << 20;

/// The doctype's own limits of what a message is marked with.
const LABELS_MAX: usize = 50;
/// See [`LABELS_MAX`].
const LABEL_CHARS_MAX: usize = 200;

/// A document of `io.cozy.emails`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Email(Value);

impl Document for Email {
    const DOCTYPE: &'static str = "io.cozy.emails";
}

impl Email {
    /// Its fields, by name.
    pub fn fields(&self) -> &Value {
        &self.0
    }

    /// Say where it lies, and how it is marked there, besides what it says itself.
    pub fn label(&mut self, labels: &[String]) {
        let Some(fields) = self.0.as_object_mut() else { return };
        let said = fields.get("labels").and_then(Value::as_array).cloned().unwrap_or_default();
        let ours = labels.iter().map(|label| clean(label, LABEL_CHARS_MAX));
        let ours = ours.filter(|label| !label.is_empty()).map(Value::from);
        let mut all: Vec<Value> = Vec::new();
        for label in ours.chain(said) {
            if all.len() < LABELS_MAX && !all.contains(&label) {
                all.push(label);
            }
        }
        fields.insert("labels".to_owned(), Value::Array(all));
    }
}

/// Bytes that can be looked at anywhere.
pub trait Source {
    /// Up to `length` bytes from `offset`; none past the end.
    fn read_at(&self, offset: u64, length: u32) -> Vec<u8>;
}

impl Source for Input {
    fn read_at(&self, offset: u64, length: u32) -> Vec<u8> {
        Input::read_at(self, offset, length)
    }
}

impl Source for [u8] {
    fn read_at(&self, offset: u64, length: u32) -> Vec<u8> {
        let from = usize::try_from(offset).unwrap_or(usize::MAX).min(self.len());
        let rest = self.get(from..).unwrap_or_default();
        rest.get(..length as usize).unwrap_or(rest).to_vec()
    }
}

impl<S: Source + ?Sized> Source for &S {
    fn read_at(&self, offset: u64, length: u32) -> Vec<u8> {
        S::read_at(self, offset, length)
    }
}

/// What the beginning of a file looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    Mailbox,
    Message,
    Neither,
}

impl Shape {
    pub fn of(head: &[u8]) -> Shape {
        let head = head.trim_ascii_start();
        let first = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
        if mailbox::is_postmark(first) {
            return Shape::Mailbox;
        }
        if message::known_headers(head) >= 2 { Shape::Message } else { Shape::Neither }
    }
}

/// How sure is it, from 0 to 100, that these are the first bytes of a mailbox or a message?
pub fn recognise(name: &str, head: &[u8]) -> u8 {
    let extension = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    match Shape::of(head) {
        Shape::Mailbox => 95,
        Shape::Message => 80,
        // Most likely something else under that name: to be refused in words, not to be ignored.
        Shape::Neither if ["mbox", "eml"].contains(&extension.as_str()) => 30,
        Shape::Neither => 0,
    }
}
