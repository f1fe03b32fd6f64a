//! The owner's files: folders, what is in them, what it is about and who brought it.
//!
//! In flow the owner's choices; out flow pages made of the host's own templates, in which names
//! stand as text. Nothing that a file holds is ever shown here: it is given to the owner's device,
//! as `carry` says.

use askama::Template;
use axum::http::StatusCode;
use domicile_proto::text::shown;
use domicile_store::QueryError;
use domicile_store::files::{Entry, ROOT, name};
use domicile_store::limits::{FILE_NAME_BYTES_MAX, FOLDER_LEVELS_MAX, PAGE_MAX};

use super::super::limits::FORM_BYTES_MAX;
use super::super::page::{Frame, see};
use super::super::problem::Failure;
use super::super::texts::fill;
use super::{Answer, Owner, carry, trusted};
use crate::flow::own_files::{Owner as Own, everything};
use crate::house::{HomeError, Locale};

/// A row of a list.
pub struct Row {
    id: String,
    name: String,
    href: String,
    folder: bool,
    /// In people's units.
    size: String,
    bytes: u64,
    date: String,
    label: String,
    by: String,
}

/// The folders of one path that are about one thing.
struct Section {
    id: String,
    label: String,
    rows: Vec<Row>,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "files.html")]
struct Files {
    frame: Frame,
    /// Of the folder that holds all others.
    top: String,
    /// Names and addresses of the folders above, then of this one.
    path: Vec<(String, String)>,
    sections: Vec<Section>,
    largest: u64,
    /// The entry that looks for another folder, and the question where.
    moving: Option<(String, String)>,
    /// Where new things go; empty if there is no such folder any more.
    into: String,
    upload_hint: String,
}

/// A folder, by its path.
pub fn list(owner: &Owner) -> Answer {
    let path: Vec<&str> =
        owner.ask.value("in").split('/').filter(|part| !part.is_empty()).collect();
    if path.len() > FOLDER_LEVELS_MAX {
        return Err(Failure::not_found(owner.t()));
    }
    let (store, scope) = (owner.home.store(), everything()?);
    let mut places = store.places(&scope, &path).map_err(HomeError::from)?;
    let at = owner.ask.value("at");
    places.retain(|place| at.is_empty() || place.id == at);
    if places.is_empty() && !path.is_empty() {
        return Err(Failure::not_found(owner.t()));
    }
    let mut found: Vec<(String, String)> =
        places.into_iter().map(|place| (place.id, place.label.words(owner.ask.locale))).collect();
    if path.is_empty() {
        found.push((ROOT.to_owned(), String::new()));
    }
    let moving = owner.ask.value("move");
    let moving = if moving.is_empty() { None } else { Some(find(owner, moving)?) };
    let keep: Vec<(&str, &str)> = moving.iter().map(|entry| ("move", entry.id.as_str())).collect();
    let cursor = owner.ask.value("cursor");
    let cursor = Some(cursor.to_owned()).filter(|cursor| !cursor.is_empty() && found.len() == 1);
    let mut sections = Vec::new();
    for (id, label) in found {
        let page = store.entries(&scope, &id, cursor.clone(), PAGE_MAX);
        let page = page.map_err(|error| of_query(owner, error))?;
        let next = page
            .next
            .map(|next| address(&path, &[&keep[..], &[("at", &id), ("cursor", &next)]].concat()));
        let entries = page.entries.iter().filter(|entry| match &moving {
            Some(moving) => entry.folder && entry.id != moving.id,
            None => true,
        });
        let rows = entries.map(|entry| row(owner, &path, &keep, entry));
        sections.push(Section { rows: rows.collect::<Result<_, _>>()?, id, label, next });
    }
    let sizes = sections.iter().flat_map(|section| &section.rows).map(|row| row.bytes);
    let largest = sizes.max().unwrap_or_default().max(1);
    // What is about least: a new file there is about no more than it has to be.
    let into = sections.first().map(|section| section.id.clone()).unwrap_or_default();
    let above = (1..=path.len()).filter_map(|count| {
        let names = path.get(..count)?;
        Some((name_of(names.last()?), address(names, &keep)))
    });
    trusted(&Files {
        frame: owner.frame(owner.t().files, "/files"),
        path: above.collect(),
        sections,
        largest,
        top: address(&[], &keep),
        moving: moving.map(|entry| (entry.id, fill(owner.t().move_where, name_of(&entry.name)))),
        into,
        upload_hint: fill(owner.t().files_hint, size(carry::UPLOAD_BYTES_MAX, owner.ask.locale)),
    })
}

#[derive(Template)]
#[template(path = "file.html")]
struct File {
    frame: Frame,
    entry: Row,
    trashed: bool,
    mime: String,
    /// Where it lies.
    above: String,
    /// Whether opening it on a device could run something.
    defused: bool,
    warning: String,
}

/// One file or folder, and what can be done with it.
pub fn show(owner: &Owner, id: &str) -> Answer {
    let entry = find(owner, id)?;
    let above = folder_of(owner, &entry)?;
    let names: Vec<&str> = above.iter().map(String::as_str).collect();
    let given = carry::Given::of(&entry);
    trusted(&File {
        frame: owner.frame(&name_of(&entry.name), "/files"),
        trashed: entry.trashed,
        mime: shown(&entry.mime, FILE_NAME_BYTES_MAX),
        above: address(&names, &[]),
        defused: !entry.folder && given.defused,
        warning: fill(owner.t().active_file, given.name),
        entry: row(owner, &names, &[], &entry)?,
    })
}

#[derive(Template)]
#[template(path = "trash.html")]
struct Trash {
    frame: Frame,
    rows: Vec<Row>,
    next: Option<String>,
}

/// What waits to be deleted.
pub fn trash_list(owner: &Owner) -> Answer {
    let cursor = owner.ask.value("cursor");
    let cursor = Some(cursor.to_owned()).filter(|cursor| !cursor.is_empty());
    let page = owner.home.store().trash(&everything()?, cursor);
    let page = page.map_err(|error| of_query(owner, error))?;
    let next = page.next.map(|next| format!("/files/trash?{}", query(&[("cursor", &next)])));
    let rows = page.entries.iter().map(|entry| row(owner, &[], &[], entry));
    let rows = rows.collect::<Result<_, _>>()?;
    trusted(&Trash { frame: owner.frame(owner.t().trash, "/files"), rows, next })
}

/// A new folder in a folder.
pub async fn make_folder(mut owner: Owner, parent: &str) -> Answer {
    let form = owner.ask.form(FORM_BYTES_MAX).await?;
    let name = named(&owner, form.value("name"))?;
    let own = own(&owner);
    let stamp = own.stamp(parent)?.ok_or_else(|| Failure::not_found(owner.t()))?;
    own.make_folder(parent, &stamp, name).await?;
    back_to(&owner, parent)
}

/// Another name.
pub async fn rename(mut owner: Owner, id: &str) -> Answer {
    let form = owner.ask.form(FORM_BYTES_MAX).await?;
    let name = named(&owner, form.value("name"))?;
    own(&owner).rename(&find(&owner, id)?, name).await?;
    Ok(see(&format!("/files/{id}")))
}

/// Into another folder.
pub async fn move_into(mut owner: Owner, folder: &str) -> Answer {
    let form = owner.ask.form(FORM_BYTES_MAX).await?;
    let entry = find(&owner, form.value("id"))?;
    if own(&owner).move_to(&entry, folder).await? {
        return back_to(&owner, folder);
    }
    let (t, status) = (owner.t(), StatusCode::CONFLICT);
    Err(Failure::new(status, "no-place", t.no_place, t.no_place_detail, t.bad_name_remedy))
}

/// Into the trash.
pub async fn trash(owner: &Owner, id: &str) -> Answer {
    let entry = find(owner, id)?;
    own(owner).trash(&entry).await?;
    back_to(owner, &entry.parent)
}

/// Out of the trash.
pub async fn restore(owner: &Owner, id: &str) -> Answer {
    own(owner).restore(&find(owner, id)?).await?;
    Ok(see(&format!("/files/{id}")))
}

/// Gone for good: from the trash only, so that it takes two steps.
pub async fn delete(owner: &Owner, id: &str) -> Answer {
    let entry = find(owner, id)?;
    if !entry.trashed {
        return Err(Failure::not_found(owner.t()));
    }
    if own(owner).delete(entry).await? {
        return Ok(see("/files/trash"));
    }
    let (t, status) = (owner.t(), StatusCode::CONFLICT);
    Err(Failure::new(status, "too-many", t.too_many_files, t.too_many_files_detail, ""))
}

/// The entry of an address.
pub fn find(owner: &Owner, id: &str) -> Result<Entry, Failure> {
    let found = owner.home.store().entry(&everything()?, id).map_err(HomeError::from)?;
    found.ok_or_else(|| Failure::not_found(owner.t()))
}

/// The owner, now.
pub fn own(owner: &Owner) -> Own<'_> {
    Own { home: &owner.home, at: owner.ask.now }
}

/// To the page of a folder.
pub fn back_to(owner: &Owner, folder: &str) -> Answer {
    let path = owner.home.store().path_to(&everything()?, folder).map_err(HomeError::from)?;
    let names: Vec<&str> = path.iter().map(|entry| entry.name.as_str()).collect();
    Ok(see(&address(&names, &[])))
}

fn folder_of(owner: &Owner, entry: &Entry) -> Result<Vec<String>, Failure> {
    let path = owner.home.store().path_to(&everything()?, &entry.parent);
    let path = path.map_err(HomeError::from)?;
    Ok(path.into_iter().map(|entry| entry.name).collect())
}

fn named<'a>(owner: &Owner, text: &'a str) -> Result<&'a str, Failure> {
    let (t, name) = (owner.t(), text.trim());
    name::check(name).map(|()| name).map_err(|_| {
        let status = StatusCode::BAD_REQUEST;
        Failure::new(status, "bad-name", t.bad_name, t.bad_name_detail, t.bad_name_remedy)
    })
}

fn of_query(owner: &Owner, error: QueryError) -> Failure {
    match error {
        QueryError::Cursor => Failure::not_found(owner.t()),
        other => HomeError::from(other).into(),
    }
}

/// A name as it may stand on a page: an app can write a document whose name is none.
fn name_of(name: &str) -> String {
    let name = shown(name, FILE_NAME_BYTES_MAX);
    if name.trim().is_empty() { "_".to_owned() } else { name }
}

/// `keep` is what the addresses of folders have to go on saying.
fn row(owner: &Owner, path: &[&str], keep: &[(&str, &str)], entry: &Entry) -> Result<Row, Failure> {
    let (t, locale) = (owner.t(), owner.ask.locale);
    let (size, bytes) = if entry.folder {
        let (store, scope) = (owner.home.store(), everything()?);
        let all = store.summary(&scope, &entry.id, PAGE_MAX as u64).map_err(HomeError::from)?;
        let more = if all.more { "+" } else { "" };
        (format!("{}{more}", fill(t.entries, all.count)), 0)
    } else {
        (size(entry.size, locale), entry.size)
    };
    let inside = [path, &[entry.name.as_str()]].concat();
    Ok(Row {
        // Only what is a name can be a part of a path.
        href: if entry.folder && !entry.trashed && name::check(&entry.name).is_ok() {
            address(&inside, keep)
        } else {
            format!("/files/{}", entry.id)
        },
        id: entry.id.clone(),
        name: name_of(&entry.name),
        folder: entry.folder,
        size,
        bytes,
        date: entry.updated_at.chars().take(10).collect(),
        label: entry.label.words(locale),
        by: entry.influence.words(locale),
    })
}

/// The address of a folder's page.
fn address(path: &[&str], more: &[(&str, &str)]) -> String {
    let path = path.join("/");
    let mut pairs = Vec::new();
    if !path.is_empty() {
        pairs.push(("in", path.as_str()));
    }
    pairs.extend(more);
    if pairs.is_empty() { "/files".to_owned() } else { format!("/files?{}", query(&pairs)) }
}

fn query(pairs: &[(&str, &str)]) -> String {
    serde_urlencoded::to_string(pairs).unwrap_or_default()
}

/// A length in people's units.
fn size(bytes: u64, locale: Locale) -> String {
    const UNITS: [(&str, &str); 5] =
        [("B", "o"), ("kB", "ko"), ("MB", "Mo"), ("GB", "Go"), ("TB", "To")];
    let (mut value, mut unit) = (bytes as f64, 0);
    while value >= 1000.0 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    let (en, fr) = UNITS.get(unit).copied().unwrap_or(("B", "o"));
    let digits = usize::from(unit > 0 && value < 10.0);
    let number = format!("{value:.digits$}");
    locale.pick(format!("{number} {en}"), format!("{}\u{a0}{fr}", number.replace('.', ",")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_in_peoples_units() {
        for (bytes, en, fr) in [
            (0, "0 B", "0\u{a0}o"),
            (999, "999 B", "999\u{a0}o"),
            (1_500, "1.5 kB", "1,5\u{a0}ko"),
            (25_000_000, "25 MB", "25\u{a0}Mo"),
            (u64::MAX, "18446744 TB", "18446744\u{a0}To"),
        ] {
            assert_eq!((size(bytes, Locale::En), size(bytes, Locale::Fr)), (en.into(), fr.into()));
        }
    }

    #[test]
    fn an_address_holds_any_name() {
        assert_eq!(address(&[], &[]), "/files");
        let odd = address(&["a&b=c", "d#e?\"<\u{e9}"], &[("at", "x")]);
        assert_eq!(odd, "/files?in=a%26b%3Dc%2Fd%23e%3F%22%3C%C3%A9&at=x");
    }
}
