//! Files and folders as documents: read from a body, made, changed.
//!
//! In flow documents as a reader sees them and new values; out flow bodies with everything else as
//! it was. Whether a change may happen is decided where the body is written.

use domicile_policy::{Influence, Label};
use serde_json::{Value, json};

use crate::blobs::Content;
use crate::body::{self, Body};
use crate::context::CONTENT;
use crate::document::{Document, Provenance};
use crate::error::Fault;

/// The folder that holds all others. It is no document.
pub const ROOT: &str = "io.cozy.files.root-dir";

const FOLDER: &str = "directory";

/// A file or a folder, as one reader sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Of its document.
    pub id: String,
    /// Of its document.
    pub revision: String,
    /// What it is about.
    pub label: Label,
    /// Who could have shaped it.
    pub influence: Influence,
    /// Who made it.
    pub provenance: Provenance,
    /// A folder, or a file.
    pub folder: bool,
    /// As its maker or the owner calls it.
    pub name: String,
    /// The folder that it is in.
    pub parent: String,
    /// Of its content, in bytes.
    pub size: u64,
    /// Of its content, as its maker says.
    pub mime: String,
    /// The name of its content, if it has one.
    pub content: Option<String>,
    /// When its content or name changed.
    pub updated_at: String,
    /// Whether it waits to be deleted.
    pub trashed: bool,
    body: Body,
}

impl Entry {
    /// The entry that a document is.
    pub(crate) fn of(document: Document) -> Result<Entry, Fault> {
        let body = body::parse(&document.body)?;
        let text = |field: &str| body.get(field).and_then(Value::as_str).unwrap_or_default();
        let size = body.get("size").and_then(|size| match size {
            Value::String(text) => text.parse().ok(),
            number => number.as_u64(),
        });
        Ok(Entry {
            folder: text("type") == FOLDER,
            name: text("name").to_owned(),
            parent: text("dir_id").to_owned(),
            size: size.unwrap_or_default(),
            mime: text("mime").to_owned(),
            content: body.get(CONTENT).and_then(Value::as_str).map(str::to_owned),
            updated_at: text("updated_at").to_owned(),
            trashed: body.get("trashed") == Some(&Value::Bool(true)),
            id: document.id,
            revision: document.revision,
            label: document.label,
            influence: document.influence,
            provenance: document.provenance,
            body,
        })
    }

    /// Its body, with another name.
    pub fn renamed(&self, name: &str, at: &str) -> String {
        self.with([("name", json!(name)), ("updated_at", json!(at))])
    }

    /// Its body, in another folder.
    pub fn moved(&self, parent: &str) -> String {
        self.with([("dir_id", json!(parent))])
    }

    /// Its body, with another content.
    pub fn replaced(&self, content: &Content, at: &str) -> String {
        let (name, size) = (json!(content.name()), json!(content.size()));
        self.with([(CONTENT, name), ("size", size), ("updated_at", json!(at))])
    }

    /// Its body, on its way out.
    pub fn trashed(&self, at: &str) -> String {
        let mut about = self.metadata();
        about.insert("trashedAt".to_owned(), json!(at));
        self.with([("trashed", json!(true)), ("cozyMetadata", Value::Object(about))])
    }

    /// Its body, back in the folder that it was in, or in another.
    pub fn restored(&self, parent: &str) -> String {
        let mut about = self.metadata();
        about.remove("trashedAt");
        let about = Value::Object(about);
        self.with([("trashed", json!(false)), ("dir_id", json!(parent)), ("cozyMetadata", about)])
    }

    fn metadata(&self) -> Body {
        self.body.get("cozyMetadata").and_then(Value::as_object).cloned().unwrap_or_default()
    }

    fn with<const N: usize>(&self, values: [(&str, Value); N]) -> String {
        let mut body = self.body.clone();
        body.extend(values.map(|(field, value)| (field.to_owned(), value)));
        body::print(&body)
    }
}

/// The body of a new folder.
pub fn folder(name: &str, parent: &str, at: &str) -> String {
    let body = json!({
        "type": FOLDER, "name": name, "dir_id": parent, "created_at": at, "updated_at": at,
    });
    body.to_string()
}

/// The body of a new file.
pub fn file(name: &str, parent: &str, mime: &str, content: &Content, at: &str) -> String {
    let mut body = kept_file(name, parent, mime, content);
    body.extend([("created_at".to_owned(), json!(at)), ("updated_at".to_owned(), json!(at))]);
    body::print(&body)
}

/// The body of a folder that is deposited: the same each time.
pub fn deposited_folder(name: &str, parent: &str) -> String {
    json!({"type": FOLDER, "name": name, "dir_id": parent}).to_string()
}

/// The body of a file that is deposited: the same for the same content.
pub fn deposited_file(name: &str, parent: &str, mime: &str, content: &Content) -> String {
    body::print(&kept_file(name, parent, mime, content))
}

fn kept_file(name: &str, parent: &str, mime: &str, content: &Content) -> Body {
    let body = json!({
        "type": "file", "name": name, "dir_id": parent, "mime": mime, "class": class(mime),
        "size": content.size(), CONTENT: content.name(),
    });
    match body {
        Value::Object(body) => body,
        _ => Body::default(),
    }
}

/// Cozy's word for a family of types.
fn class(mime: &str) -> &'static str {
    match mime.split_once('/') {
        Some(("image", _)) => "image",
        Some(("audio", _)) => "audio",
        Some(("video", _)) => "video",
        Some(("text", "csv")) => "spreadsheet",
        Some(("text", _)) => "text",
        Some(("application", "pdf")) => "pdf",
        Some(("application", "zip" | "gzip" | "x-tar")) => "zip",
        _ => "binary",
    }
}
