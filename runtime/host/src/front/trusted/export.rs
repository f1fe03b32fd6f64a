//! What the owner takes away: which kinds of documents, how many, about what, and where they go.
//!
//! In flow the owner's choices; out flows one archive, to the device that asked. Never: a document
//! that was not shown, a choice that somebody else's address made, or an archive that the trail
//! does not know.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::pin::Pin;
use std::task::{Context, Poll};

use askama::Template;
use axum::body::Body;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderValue, Response, StatusCode};
use bytes::Bytes;
use domicile_policy::{Actor, Influence};
use hyper::body::{Frame as Piece, SizeHint};
use tokio::sync::Semaphore;

use super::super::headers::{attachment, plain};
use super::super::limits::FORM_BYTES_MAX;
use super::super::page::Frame;
use super::super::problem::Failure;
use super::super::texts::fill;
use super::{Answer, Owner, shares, trusted};
use crate::flow::export::{self, ExportError, Held};

/// Archives that are written at a time, in the whole house: each takes room on the disk.
static WRITING: Semaphore = Semaphore::const_new(2);
/// Bytes that go out at once.
const PIECE_BYTES: usize = 64 * 1024;

#[derive(Template)]
#[template(path = "export.html")]
struct Export {
    frame: Frame,
    rows: Vec<Row>,
    chosen: bool,
    shown: String,
}

struct Row {
    doctype: String,
    title: String,
    count: String,
    about: String,
}

/// The page. Nothing in its address chooses anything.
pub fn show(owner: &Owner) -> Answer {
    let (t, held) = (owner.t(), held(owner)?);
    let row = |one: &Held| Row {
        doctype: one.doctype.to_string(),
        title: shares::title(owner, &one.doctype),
        count: fill(t.export_count, one.count),
        about: one.label.words(owner.ask.locale),
    };
    // The form names each kind, so that the choice is the owner's whoever led here.
    let chosen = Influence::of([Actor::Owner]);
    trusted(&Export {
        frame: owner.frame(t.export, "/shares"),
        rows: held.iter().map(row).collect(),
        chosen: owner.chose(),
        shown: owner.ask_for_yes(&act(&held), &export::label(&held), chosen)?,
    })
}

/// The owner says yes.
pub async fn send(mut owner: Owner) -> Answer {
    let t = owner.t();
    let form = owner.ask.form(FORM_BYTES_MAX).await?;
    let held = held(&owner)?;
    owner.said_yes(form.value("shown"), &act(&held), &export::label(&held))?;
    let is_chosen = |one: &Held| {
        let fields = form.fields.iter();
        fields.into_iter().any(|(name, value)| name == "doctype" && value == one.doctype.as_str())
    };
    let chosen: Vec<Held> = held.into_iter().filter(is_chosen).collect();
    if chosen.is_empty() {
        let status = StatusCode::BAD_REQUEST;
        let (title, remedy) = (t.export_none_title, t.yes_void_remedy);
        return Err(Failure::new(status, "nothing-chosen", title, t.export_none, remedy));
    }
    let file = written(&owner, chosen).await.map_err(|error| failed(&owner, &error))?;
    let name = format!("{}-{}", owner.ask.name, owner.ask.now.strftime("%Y-%m-%d"));
    let mut response = Response::new(Body::new(file));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/zip"));
    headers.insert(CONTENT_DISPOSITION, attachment(&name, "zip"));
    plain(headers);
    Ok(response)
}

fn held(owner: &Owner) -> Result<Vec<Held>, Failure> {
    Ok(export::held(&owner.home, owner.ask.front.house().doctypes())?)
}

/// All that the page showed, to be compared with what is there now.
fn act(held: &[Held]) -> String {
    let line = |one: &Held| format!("\n{} {} {}", one.doctype, one.count, one.label.canonical());
    format!("/export{}", held.iter().map(line).collect::<String>())
}

async fn written(owner: &Owner, chosen: Vec<Held>) -> Result<Pieces, ExportError> {
    let _place = WRITING.acquire().await.map_err(|_| ExportError::Unfinished)?;
    let file = owner.ask.front.house().scratch()?;
    let mut file = export::export(&owner.home, owner.ask.now, chosen, file).await?;
    let left = file.seek(SeekFrom::End(0))?;
    file.rewind()?;
    Ok(Pieces { file, left })
}

fn failed(owner: &Owner, error: &ExportError) -> Failure {
    tracing::error!(%error, "an archive could not be written");
    let (t, status) = (owner.t(), StatusCode::INSUFFICIENT_STORAGE);
    let (title, remedy) = (t.export_failed_title, t.export_failed_remedy);
    Failure::new(status, "no-archive", title, t.export_failed, remedy)
}

/// A file on its way out, a piece at a time; when the browser breaks off, it is gone.
struct Pieces {
    file: File,
    left: u64,
}

impl hyper::body::Body for Pieces {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Piece<Bytes>, Self::Error>>> {
        let mut piece = vec![0; PIECE_BYTES.min(usize::try_from(self.left).unwrap_or(PIECE_BYTES))];
        if piece.is_empty() {
            return Poll::Ready(None);
        }
        // Just written, and small: the system still has it in memory.
        let read = self.file.read_exact(&mut piece);
        self.left -= piece.len() as u64;
        Poll::Ready(Some(read.map(|()| Piece::data(piece.into()))))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
