//! Files on their way between the home and the owner's device.
//!
//! In flow bytes of a form, straight into the store, and never more in memory than a portion; out
//! flow bytes as a download whose name and type the host made. Nothing that a browser would run is
//! ever given a type by which it would.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::multipart::Field;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderValue, Response, StatusCode};
use domicile_policy::{Actor, Influence};
use domicile_store::files::{Entry, name};
use domicile_store::{Content, ContentError, ContentReader, ContentWriter};
use hyper::body::Frame;
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

use super::super::form;
use super::super::headers;
use super::super::limits::UPLOADS_MAX;
use super::super::page::see;
use super::super::problem::Failure;
use super::super::texts::fill;
use super::files::{back_to, find, own};
use super::{Answer, Owner};
use crate::flow::own_files::everything;
use crate::house::HomeError;

/// Bytes of one form of files.
pub const UPLOAD_BYTES_MAX: u64 = 5_000_000_000;
/// Bytes of a download that wait for the browser, and the number of such portions.
const PORTION_BYTES: usize = 256 << 10;
const PORTIONS: usize = 4;
/// A type, as a browser says it.
const MIME_CHARS_MAX: usize = 200;

/// Endings of files in which nothing runs, and their types. Whatever has another ending may run on
/// a device that opens it, and what runs there may send.
const PLAIN: &[(&str, &str)] = &[
    ("", OTHER),
    ("bin", OTHER),
    ("csv", "text/csv; charset=utf-8"),
    ("txt", "text/plain; charset=utf-8"),
    ("md", "text/plain; charset=utf-8"),
    ("json", "application/json"),
    ("ics", "text/calendar; charset=utf-8"),
    ("vcf", "text/vcard; charset=utf-8"),
    ("ofx", OTHER),
    ("qfx", OTHER),
    ("pdf", "application/pdf"),
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("gif", "image/gif"),
    ("webp", "image/webp"),
    ("avif", "image/avif"),
    ("heic", "image/heic"),
    ("tif", "image/tiff"),
    ("tiff", "image/tiff"),
    ("mp3", "audio/mpeg"),
    ("m4a", "audio/mp4"),
    ("ogg", "audio/ogg"),
    ("flac", "audio/flac"),
    ("wav", "audio/wav"),
    ("mp4", "video/mp4"),
    ("mov", "video/quicktime"),
    ("webm", "video/webm"),
    ("zip", "application/zip"),
];
const OTHER: &str = "application/octet-stream";

/// How a file is given to a device.
pub struct Given {
    /// The name that it is saved under.
    pub name: String,
    mime: &'static str,
    /// Whether the name says that it is text, since it could run.
    pub defused: bool,
}

impl Given {
    /// By the ending of its name: a device goes by nothing else. What may run and was not brought
    /// by the owner alone gets an ending by which a device shows its text.
    pub fn of(entry: &Entry) -> Given {
        let (stem, ending) = ending(&entry.name);
        let known = PLAIN.iter().find(|(known, _)| *known == ending);
        let defused = known.is_none() && entry.influence != Influence::of([Actor::Owner]);
        let mut name = headers::stem(stem);
        for ending in [ending.as_str(), if defused { "txt" } else { "" }] {
            if !ending.is_empty() {
                name = format!("{name}.{ending}");
            }
        }
        Given { name, mime: known.map_or(OTHER, |(_, mime)| mime), defused }
    }
}

/// A name without its ending, and the ending as a device reads it.
fn ending(name: &str) -> (&str, String) {
    let name = name.trim_end_matches(['.', ' ']);
    let Some((stem, ending)) = name.rsplit_once('.') else { return (name, String::new()) };
    let plain = ending.len() <= 10 && ending.chars().all(|c| c.is_ascii_alphanumeric());
    if plain { (stem, ending.to_ascii_lowercase()) } else { (name, "bin".to_owned()) }
}

/// Take files into a folder.
pub async fn upload(mut owner: Owner, folder: &str) -> Answer {
    let t = owner.t();
    let body = owner.ask.take_body();
    let bytes_max = usize::try_from(UPLOAD_BYTES_MAX).unwrap_or(usize::MAX);
    let mut parts = form::parts(&owner.ask.headers, body, bytes_max, t).await?;
    let acts = own(&owner);
    let stamp = acts.stamp(folder)?.ok_or_else(|| Failure::not_found(t))?;
    let mut brought = Vec::new();
    while let Some(mut part) = parts.next_field().await.map_err(|_| Failure::bad_form(t))? {
        let Some(called) = part.file_name().map(name::clean) else { continue };
        if brought.len() >= UPLOADS_MAX {
            return Err(Failure::bad_form(t));
        }
        let mime: String =
            part.content_type().unwrap_or_default().chars().take(MIME_CHARS_MAX).collect();
        let writer = acts.writer(&stamp)?;
        let content = take(&owner, &mut part, writer).await?;
        // An input without a file is sent as one without a name.
        if content.size() > 0 || called != "_" {
            brought.push((called, mime, content));
        }
    }
    if brought.is_empty() {
        return Err(super::apps::no_file(t));
    }
    acts.bring(folder, &stamp, brought).await.map_err(|error| failure(&owner, error))?;
    back_to(&owner, folder)
}

async fn take(
    owner: &Owner,
    part: &mut Field<'_>,
    mut writer: ContentWriter,
) -> Result<Content, Failure> {
    let t = owner.t();
    while let Some(bytes) = part.chunk().await.map_err(|_| Failure::bad_form(t))? {
        let written = spawn_blocking(move || writer.write(&bytes).map(|()| writer)).await;
        let written = written.map_err(|error| Failure::unavailable(&error))?;
        writer = written.map_err(|error| failure(owner, error.into()))?;
    }
    let finished = spawn_blocking(move || writer.finish()).await;
    let finished = finished.map_err(|error| Failure::unavailable(&error))?;
    finished.map_err(|error| failure(owner, error.into()))
}

fn failure(owner: &Owner, error: HomeError) -> Failure {
    let t = owner.t();
    let full = |detail| {
        let status = StatusCode::INSUFFICIENT_STORAGE;
        Failure::new(status, "full", t.files_full, detail, t.files_full_remedy)
    };
    match &error {
        HomeError::Write(domicile_store::WriteError::Quota { bytes_max, .. }) => {
            full(fill(t.files_full_detail, bytes_max / 1_000_000_000))
        }
        HomeError::Content(ContentError::TooLong(most)) => {
            let most = usize::try_from(*most).unwrap_or(usize::MAX);
            Failure::too_large(t, most)
        }
        _ => error.into(),
    }
}

/// Give a file to the owner's device, once the trail says so. An address that somebody else's page
/// made gives nothing: it shows what could be given.
pub async fn download(owner: &Owner, id: &str) -> Answer {
    let entry = find(owner, id)?;
    if entry.folder || !owner.chose() {
        return Ok(see(&format!("/files/{id}")));
    }
    let found = owner.home.store().content(&everything()?, id).map_err(HomeError::from)?;
    let (_, mut reader) = found.ok_or_else(|| Failure::not_found(owner.t()))?;
    // Before a byte is sent: a damaged beginning is an error page, not a broken download.
    reader.read(0, 1).map_err(HomeError::from)?;
    let size = reader.size();
    own(owner).took(&entry, size).await?;
    let given = Given::of(&entry);
    let mut response = Response::new(Body::new(Portions::of(reader)));
    let head = response.headers_mut();
    head.insert(CONTENT_TYPE, HeaderValue::from_static(given.mime));
    head.insert(CONTENT_LENGTH, HeaderValue::from(size));
    head.insert(CONTENT_DISPOSITION, headers::saved_as(&given.name));
    headers::plain(head);
    Ok(response)
}

/// A file, portion by portion, read ahead a little.
struct Portions(mpsc::Receiver<io::Result<Bytes>>);

impl Portions {
    fn of(mut reader: ContentReader) -> Portions {
        let (sender, receiver) = mpsc::channel(PORTIONS);
        spawn_blocking(move || {
            let mut offset = 0;
            while offset < reader.size() {
                let portion = reader.read(offset, PORTION_BYTES).map(Bytes::from);
                offset += portion.as_ref().map_or(reader.size(), |bytes| bytes.len() as u64);
                let portion = portion.map_err(|error| {
                    tracing::error!(%error, "a file could not be read");
                    io::Error::other("the file can't be read")
                });
                // Whoever asked may be gone.
                if sender.blocking_send(portion).is_err() {
                    return;
                }
            }
        });
        Portions(receiver)
    }
}

impl HttpBody for Portions {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        self.0.poll_recv(context).map(|next| next.map(|portion| portion.map(Frame::data)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ending_is_read_as_a_device_reads_it() {
        for (name, stem, found) in [
            ("a.HTML", "a", "html"),
            ("a.html. .", "a", "html"),
            ("photo.png.svg", "photo.png", "svg"),
            ("README", "README", ""),
            ("a.\u{445}tml", "a.\u{445}tml", "bin"),
            (".profile", "", "profile"),
        ] {
            assert_eq!(ending(name), (stem, found.to_owned()), "{name}");
        }
    }
}
