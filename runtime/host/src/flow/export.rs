//! What the owner takes away: documents, in one archive on the owner's own device.
//!
//! In flow the kinds of documents that the owner chose, each with the label that a page showed; out
//! flows an archive, once its line is in the trail. Never here: a document that is about more than
//! was shown, or an archive of which the trail knows nothing.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Write};
use std::sync::Arc;

use domicile_policy::{Doctype, Influence, Label};
use domicile_proto::doctype::Doctypes;
use domicile_store::{Document, Provenance};
use jiff::Timestamp;
use serde::Serialize;
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::audit::{self, Event};
use super::share;
use crate::house::{Home, HomeError};

/// Bytes of one archive.
pub const ARCHIVE_BYTES_MAX: u64 = 16 << 30;
/// Documents that are read at once.
const PAGE: usize = 100;
/// The number of this shape of archives.
const FORMAT: u32 = 1;
const README: &str = include_str!("export.txt");

/// The documents of one kind.
#[derive(Clone, Debug)]
pub struct Held {
    /// Which kind.
    pub doctype: Doctype,
    /// What they are about, all together.
    pub label: Label,
    /// How many documents, and changes that lie over them.
    pub count: u64,
}

/// Why there is no archive.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The home can't be read, or the trail not written.
    #[error(transparent)]
    Home(#[from] HomeError),
    /// The archive can't be written.
    #[error("the archive could not be written: {0}")]
    Write(#[from] io::Error),
    /// More than one archive holds.
    #[error("the documents are more than the {ARCHIVE_BYTES_MAX} bytes that one archive holds")]
    TooLarge,
    /// The work ended in the middle.
    #[error("the archive was not finished")]
    Unfinished,
}

impl From<ZipError> for ExportError {
    fn from(error: ZipError) -> Self {
        ExportError::Write(error.into())
    }
}

/// All that can be taken away, by kind. What the home notes for itself is left out.
pub fn held(home: &Home, doctypes: &Doctypes) -> Result<Vec<Held>, HomeError> {
    let mut all = Vec::new();
    for spec in doctypes.iter().filter(|spec| !spec.is_internal()) {
        let (label, count) = share::holdings(home, &spec.name)?;
        if count > 0 {
            all.push(Held { doctype: spec.name.clone(), label, count });
        }
    }
    Ok(all)
}

/// What kinds of documents are about, all together.
pub fn label(held: &[Held]) -> Label {
    held.iter().fold(Label::nothing(), |all, one| all.join(&one.label))
}

/// Write what the owner chose into `file`, and then a line into the trail.
pub async fn export(
    home: &Arc<Home>,
    at: Timestamp,
    chosen: Vec<Held>,
    file: File,
) -> Result<File, ExportError> {
    let from = Arc::clone(home);
    let writing = tokio::task::spawn_blocking(move || archive(&from, at, &chosen, file));
    let (file, exported) = writing.await.map_err(|_| ExportError::Unfinished)??;
    audit::note(home, at, &exported).await?;
    Ok(file)
}

/// What the archive says about itself.
#[derive(Serialize)]
struct Contents<'a> {
    format: u32,
    home: &'a str,
    at: Timestamp,
    parts: Vec<Part<'a>>,
}

#[derive(Serialize)]
struct Part<'a> {
    file: String,
    doctype: &'a Doctype,
    label: &'a Label,
    documents: u64,
    bytes: u64,
    blake3: String,
}

/// One document, a line.
#[derive(Serialize)]
struct Line<'a> {
    id: &'a str,
    revision: &'a str,
    label: &'a Label,
    influence: &'a Influence,
    provenance: &'a Provenance,
    body: serde_json::Value,
}

fn archive(
    home: &Home,
    at: Timestamp,
    chosen: &[Held],
    file: File,
) -> Result<(File, Event), ExportError> {
    let mut zip = ZipWriter::new(file);
    zip.start_file("README.txt", options())?;
    zip.write_all(README.as_bytes())?;
    let mut contents =
        Contents { format: FORMAT, home: home.name().as_str(), at, parts: Vec::new() };
    let mut room = ARCHIVE_BYTES_MAX;
    for held in chosen {
        let part = part(home, held, &mut zip, room)?;
        room -= part.bytes;
        contents.parts.push(part);
    }
    zip.start_file("manifest.json", options())?;
    zip.write_all(&serde_json::to_vec_pretty(&contents).map_err(io::Error::from)?)?;
    let file = zip.finish()?;
    file.sync_all()?;
    let documents: BTreeMap<Doctype, u64> =
        contents.parts.iter().map(|part| (part.doctype.clone(), part.documents)).collect();
    let bytes = file.metadata()?.len();
    Ok((file, Event::Exported { documents, bytes, label: label(chosen) }))
}

fn options() -> SimpleFileOptions {
    SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).large_file(true)
}

/// The documents of one kind: as many as `room` bytes hold, before they are compressed.
fn part<'a>(
    home: &Home,
    held: &'a Held,
    zip: &mut ZipWriter<File>,
    room: u64,
) -> Result<Part<'a>, ExportError> {
    let file = format!("{}.ndjson", held.doctype);
    zip.start_file(&file, options())?;
    let (mut hasher, mut documents, mut bytes, mut cursor) = (blake3::Hasher::new(), 0, 0, None);
    loop {
        let page = share::page(home, &held.doctype, &held.label, cursor, PAGE)?;
        for document in &page.documents {
            let line = line(document)?;
            bytes += line.len() as u64;
            if bytes > room {
                return Err(ExportError::TooLarge);
            }
            hasher.update(&line);
            zip.write_all(&line)?;
            documents += 1;
        }
        cursor = page.next;
        if cursor.is_none() {
            let (doctype, label) = (&held.doctype, &held.label);
            let blake3 = hasher.finalize().to_hex().to_string();
            return Ok(Part { file, doctype, label, documents, bytes, blake3 });
        }
    }
}

fn line(document: &Document) -> io::Result<Vec<u8>> {
    let Document { id, revision, label, influence, provenance, body, .. } = document;
    let body = serde_json::from_str(body)?;
    let mut line = serde_json::to_vec(&Line { id, revision, label, influence, provenance, body })?;
    line.push(b'\n');
    Ok(line)
}
