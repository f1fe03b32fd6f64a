//! What components tell the owner: notices, and what they printed.
//!
//! In flow documents that runs left; out flow plain texts, newest first. Who spoke is what the host
//! noted when it was said, never what a text claims, and a text has no character that makes it look
//! like another. Never here: a way for a component to read them.

use domicile_policy::{Actor, ChangeScope, ComponentId, Influence, Label, ReadScope};
use domicile_proto::text::shown;
use domicile_store::{Document, Op, Query, WriteBatch, WriteError};
use jiff::Timestamp;
use serde::Deserialize;

use crate::house::{Home, HomeError};

/// The doctype of notices.
pub const NOTICES: &str = "app.domicile.notices";
/// The doctype of what runs printed.
pub const LOGS: &str = "app.domicile.logs";

/// Characters of a notice's title.
pub const TITLE_CHARS_MAX: usize = 120;
/// Characters of a notice's text.
pub const TEXT_CHARS_MAX: usize = 1_000;
/// Characters of a notice's path.
pub const PATH_CHARS_MAX: usize = 200;
/// Characters that are shown of what one run printed.
const PRINTED_CHARS_MAX: usize = 4_000;
/// Notices that one commit removes.
const DISMISSED_AT_ONCE_MAX: usize = 100;

/// A notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// To dismiss it by.
    pub id: String,
    /// Who left it.
    pub component: ComponentId,
    /// When.
    pub at: Timestamp,
    /// What it is called.
    pub title: String,
    /// What it says.
    pub text: String,
    /// The page of the app to open, as the app wrote it.
    pub path: String,
    /// What it may tell, its path included.
    pub label: Label,
}

/// What one run printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printed {
    /// By which version.
    pub version: String,
    /// When.
    pub at: Timestamp,
    /// The beginning of it.
    pub text: String,
}

#[derive(Deserialize)]
struct Body {
    #[serde(default)]
    title: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    path: String,
}

/// The newest notices, at most `limit`, and whether there are more.
pub fn notices(home: &Home, limit: usize) -> Result<(Vec<Notice>, bool), HomeError> {
    let (documents, more) = newest(home, NOTICES, "{}".to_owned(), limit)?;
    let notice = |document: Document| {
        let (at, body) = read(&document);
        Notice {
            id: document.id,
            component: document.provenance.component,
            at,
            title: shown(&body.title, TITLE_CHARS_MAX),
            text: plain(&body.text, TEXT_CHARS_MAX),
            path: body.path,
            label: document.label,
        }
    };
    Ok((documents.into_iter().map(notice).collect(), more))
}

/// What the last runs of a component printed that printed anything.
pub fn printed(
    home: &Home,
    component: &ComponentId,
    limit: usize,
) -> Result<Vec<Printed>, HomeError> {
    let selector = serde_json::json!({ "component": component.as_str() }).to_string();
    let (documents, _) = newest(home, LOGS, selector, limit)?;
    let printed = |document: Document| {
        let (at, body) = read(&document);
        let text = plain(&body.text, PRINTED_CHARS_MAX);
        Printed { version: document.provenance.version, at, text }
    };
    Ok(documents.into_iter().map(printed).collect())
}

/// The owner has read one notice: it goes.
pub async fn dismiss(home: &Home, id: &str) -> Result<(), HomeError> {
    let found = home.store().get_many(&everything(NOTICES)?, &[id])?;
    remove(home, found.into_iter().flatten()).await
}

/// The owner has read all that there is.
pub async fn dismiss_all(home: &Home) -> Result<(), HomeError> {
    loop {
        let (documents, more) = newest(home, NOTICES, "{}".to_owned(), DISMISSED_AT_ONCE_MAX)?;
        remove(home, documents.into_iter()).await?;
        if !more {
            return Ok(());
        }
    }
}

async fn remove(home: &Home, documents: impl Iterator<Item = Document>) -> Result<(), HomeError> {
    let scope = ChangeScope {
        read: everything(NOTICES)?,
        run_label: Label::nothing(),
        clearance: Label::everything(),
        influence: Influence::of([Actor::Owner]),
    };
    let ops = documents.map(|document| Op::Delete {
        scope: scope.clone(),
        id: document.id,
        revision: document.revision,
        provenance: document.provenance,
    });
    let batch = WriteBatch { ops: ops.collect(), ..WriteBatch::default() };
    match home.store().write(batch).await {
        // Another window of the owner's was faster.
        Ok(_) | Err(WriteError::Absent | WriteError::Conflict) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn newest(
    home: &Home,
    doctype: &'static str,
    selector: String,
    limit: usize,
) -> Result<(Vec<Document>, bool), HomeError> {
    let query = Query { limit, ..Query::new(selector) }.sort("at", true);
    let page = home.store().find(&everything(doctype)?, &query)?;
    Ok((page.documents, page.next.is_some()))
}

/// The owner's own look: whatever a text may tell, it may tell the owner.
fn everything(doctype: &'static str) -> Result<ReadScope, HomeError> {
    let doctype =
        doctype.parse().map_err(|error| crate::house::home::damaged("doctype", doctype, error))?;
    Ok(ReadScope { doctype, admitted: Label::everything(), fields: None, rows: None })
}

fn read(document: &Document) -> (Timestamp, Body) {
    let at = document.provenance.at.parse().unwrap_or(Timestamp::UNIX_EPOCH);
    let empty = Body { title: String::new(), text: String::new(), path: String::new() };
    (at, serde_json::from_str(&document.body).unwrap_or(empty))
}

/// Foreign lines, fit to be shown on a trusted page.
fn plain(text: &str, chars_max: usize) -> String {
    let text = text.replace('\t', "    ");
    let cut: String = text.chars().take(chars_max).collect();
    let lines: Vec<String> = cut.lines().map(|line| shown(line, chars_max)).collect();
    let end = if cut.len() < text.len() { "..." } else { "" };
    lines.join("\n") + end
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn lines_stay_lines_and_nothing_else_stays() {
        assert_eq!(plain("a\tb\r\nc\u{202e}d\u{1b}[31m", 40), "a    b\ncd[31m");
        assert_eq!(plain("abcdef", 3), "abc...");
        assert_eq!(plain("", 3), "");
    }
}
