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
use domicile_store::files::{Entry, name};
use domicile_store::{Content, ContentError, ContentReader, ContentWriter};
use hyper::body::Frame;
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

use super::super::form;
use super::super::headers;
use super::super::limits::UPLOADS_MAX;
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

/// What a file is to the device that it is given to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Shown or played, and nothing in it runs.
    Plain(&'static str),
    /// Nobody knows.
    Other,
    /// A device that opens it may run what is in it, and what it runs may send.
    Active,
}

/// Endings and their types; no type means that something in it may run.
const ENDINGS: &[(&str, Option<&str>)] = &[
    ("csv", Some("text/csv; charset=utf-8")),
    ("txt", Some("text/plain; charset=utf-8")),
    ("md", Some("text/plain; charset=utf-8")),
    ("json", Some("application/json")),
    ("ics", Some("text/calendar; charset=utf-8")),
    ("vcf", Some("text/vcard; charset=utf-8")),
    ("pdf", Some("application/pdf")),
    ("png", Some("image/png")),
    ("jpg", Some("image/jpeg")),
    ("jpeg", Some("image/jpeg")),
    ("gif", Some("image/gif")),
    ("webp", Some("image/webp")),
    ("mp3", Some("audio/mpeg")),
    ("ogg", Some("audio/ogg")),
    ("mp4", Some("video/mp4")),
    ("webm", Some("video/webm")),
    ("zip", Some("application/zip")),
    ("html", None),
    ("htm", None),
    ("xhtml", None),
    ("xht", None),
    ("shtml", None),
    ("mht", None),
    ("mhtml", None),
    ("svg", None),
    ("svgz", None),
    ("xml", None),
    ("xsl", None),
    ("xslt", None),
    ("rdf", None),
    ("js", None),
    ("mjs", None),
    ("wasm", None),
    ("swf", None),
    ("hta", None),
    ("url", None),
    ("webloc", None),
    ("desktop", None),
    ("lnk", None),
    ("exe", None),
    ("msi", None),
    ("bat", None),
    ("cmd", None),
    ("com", None),
    ("scr", None),
    ("ps1", None),
    ("vbs", None),
    ("jar", None),
    ("sh", None),
    ("app", None),
    ("apk", None),
    ("doc", None),
    ("docm", None),
    ("docx", None),
    ("xls", None),
    ("xlsm", None),
    ("xlsx", None),
    ("ppt", None),
    ("pptm", None),
    ("pptx", None),
    ("odt", None),
    ("ods", None),
    ("odp", None),
    ("rtf", None),
];

impl Kind {
    /// By the ending of its name: a device goes by nothing else.
    pub fn of(entry: &Entry) -> Kind {
        let (_, ending) = ending(&entry.name);
        let known = ENDINGS.iter().find(|(known, _)| *known == ending);
        match known {
            Some((_, Some(mime))) => Kind::Plain(mime),
            Some((_, None)) => Kind::Active,
            None => Kind::Other,
        }
    }

    /// Whether something in it may run.
    pub fn is_active(self) -> bool {
        self == Kind::Active
    }

    fn mime(self) -> &'static str {
        match self {
            Kind::Plain(mime) => mime,
            Kind::Other | Kind::Active => "application/octet-stream",
        }
    }

    /// The name that it is saved under. What may run and was not brought by the owner alone gets
    /// an ending by which a device shows its text.
    pub fn file_name(self, entry: &Entry) -> String {
        let (stem, ending) = ending(&entry.name);
        let by_owner =
            entry.influence == domicile_policy::Influence::of([domicile_policy::Actor::Owner]);
        let stem = headers::stem(stem);
        match (ending.as_str(), self) {
            (ending, Kind::Active) if !by_owner => format!("{stem}.{ending}.txt"),
            ("", _) => stem,
            (ending, _) => format!("{stem}.{ending}"),
        }
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

/// Give a file to the owner's device.
pub fn download(owner: &Owner, id: &str) -> Answer {
    let entry = find(owner, id)?;
    let found = owner.home.store().content(&everything()?, id).map_err(HomeError::from)?;
    let (_, mut reader) = found.ok_or_else(|| Failure::not_found(owner.t()))?;
    // Before a byte is sent: a damaged beginning is an error page, not a broken download.
    reader.read(0, 1).map_err(HomeError::from)?;
    let kind = Kind::of(&entry);
    let size = reader.size();
    let mut response = Response::new(Body::new(Portions::of(reader)));
    let head = response.headers_mut();
    head.insert(CONTENT_TYPE, HeaderValue::from_static(kind.mime()));
    head.insert(CONTENT_LENGTH, HeaderValue::from(size));
    head.insert(CONTENT_DISPOSITION, headers::saved_as(&kind.file_name(&entry)));
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
