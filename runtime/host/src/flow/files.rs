//! One run's dealings with the home's files.
//!
//! The order is that of documents: count the call, ask the policy, which raises the run's label by
//! the arguments alone, then go to the store. Bytes that a run writes are kept under the label that
//! the run had when it began to write them: once it knows more, it has to begin again.

use std::sync::Arc;

use domicile_policy::{ChangeScope, Doctype, Influence, Label, Look, ReadScope, Stamp};
use domicile_store::files::{self, Entry, Place, name};
use domicile_store::limits::SUMMARY_ENTRIES_MAX;
use domicile_store::{
    Content, ContentError, ContentReader, ContentWriter, Op, WriteBatch, Written,
};
use tokio::task::spawn_blocking;

use super::save::{Save, Saved};
use super::session::{Refused, Session, at_most, refused_query, unavailable_read};

/// Bytes that one call reads or writes at most.
pub const PORTION_BYTES_MAX: usize = 1 << 20;
/// Files that one run reads at a time.
pub const READERS_MAX: usize = 16;
/// Files that one run writes at a time.
pub const WRITERS_MAX: usize = 4;
/// Characters of a file's type.
const MIME_CHARS_MAX: usize = 200;

/// What one run has open, and what it saved.
#[derive(Default)]
pub struct Open {
    readers: Arc<()>,
    writers: Arc<()>,
    pub(super) saved: Saved,
}

impl Open {
    /// What the run saved, for the batch that names it.
    pub(super) fn take(&mut self) -> Vec<Content> {
        std::mem::take(&mut self.saved.waiting)
    }
}

/// A file that a run reads.
pub struct FileReader {
    reader: Option<ContentReader>,
    size: u64,
    _place: Arc<()>,
}

impl FileReader {
    /// In bytes.
    pub fn size(&self) -> u64 {
        self.size
    }
}

/// A file that a run writes.
pub struct FileWriter {
    writer: Option<ContentWriter>,
    to: Target,
    /// What the run knew when it began.
    known: Label,
    _place: Arc<()>,
}

/// What becomes of the bytes.
#[derive(Clone)]
pub(super) enum Target {
    Create { parent: String, name: String, mime: String },
    Replace { id: String, revision: String },
    Save(Save),
}

impl Session {
    /// What is known of a file or folder (R4).
    pub fn stat(&mut self, id: &str) -> Result<Entry, Refused> {
        self.count_call()?;
        let scope = self.scope(&files_doctype()?, Look::Read, &[])?;
        let entry = self.home.store().entry(&scope, id).map_err(unavailable_read)?;
        self.saw_entries(&scope, entry.iter());
        entry.ok_or(Refused::Absent)
    }

    /// Begin to read a file (R4).
    pub fn open_file(&mut self, id: &str) -> Result<FileReader, Refused> {
        self.count_call()?;
        let scope = self.scope(&files_doctype()?, Look::Read, &[])?;
        let place = place_among(&self.files.readers, READERS_MAX)?;
        let found = self.home.store().content(&scope, id).map_err(unavailable_read)?;
        self.saw(&scope, found.iter().map(|(document, _)| document));
        let (_, reader) = found.ok_or(Refused::Absent)?;
        Ok(FileReader { size: reader.size(), reader: Some(reader), _place: place })
    }

    /// Read a part of a file that was opened.
    pub async fn read_file(
        &mut self,
        file: &mut FileReader,
        offset: u64,
        length: usize,
    ) -> Result<Vec<u8>, Refused> {
        self.count_call()?;
        let mut reader = file.reader.take().ok_or(Refused::Unavailable)?;
        let length = length.min(PORTION_BYTES_MAX);
        let read = spawn_blocking(move || (reader.read(offset, length), reader)).await;
        let (read, reader) = read.map_err(|_| Refused::Unavailable)?;
        file.reader = Some(reader);
        read.map_err(refused_content)
    }

    /// A page of a folder (R3).
    pub fn list(
        &mut self,
        folder: &str,
        cursor: Option<String>,
        limit: usize,
    ) -> Result<files::Entries, Refused> {
        self.count_call()?;
        let scope = self.scope(&files_doctype()?, Look::Find, &[])?;
        let page = self.home.store().entries(&scope, folder, cursor, limit);
        let page = page.map_err(refused_query)?;
        self.saw_entries(&scope, page.entries.iter());
        Ok(page)
    }

    /// What a folder holds (R3).
    pub fn summary(&mut self, folder: &str) -> Result<files::Summary, Refused> {
        self.count_call()?;
        let scope = self.scope(&files_doctype()?, Look::Count, &[])?;
        let summary = self.home.store().summary(&scope, folder, SUMMARY_ENTRIES_MAX);
        let summary = summary.map_err(refused_query)?;
        self.tally.read(&scope.doctype, 0);
        Ok(summary)
    }

    /// Make a folder (R5).
    pub async fn create_folder(&mut self, parent: &str, name: &str) -> Result<Written, Refused> {
        self.count_call()?;
        check_name(name)?;
        let doctype = files_doctype()?;
        let stamp = self.file_stamp(&doctype, parent)?;
        let body = files::folder(name, parent, &self.at.to_string());
        let op = self.create_op(&doctype, stamp, body);
        self.write_one(&doctype, op, Vec::new(), "created").await
    }

    /// Begin to write a new file (R5).
    pub fn create_file(
        &mut self,
        parent: &str,
        name: &str,
        mime: &str,
    ) -> Result<FileWriter, Refused> {
        self.count_call()?;
        check_name(name)?;
        check_mime(mime)?;
        let doctype = files_doctype()?;
        let label = self.file_stamp(&doctype, parent)?.label;
        let [parent, name, mime] = [parent, name, mime].map(str::to_owned);
        self.writer(&doctype, &label, Target::Create { parent, name, mime })
    }

    /// Begin to write other bytes for a file (R6).
    pub fn replace_file(&mut self, id: &str, revision: &str) -> Result<FileWriter, Refused> {
        self.count_call()?;
        let doctype = files_doctype()?;
        let scope = self.change_scope(&doctype, false)?;
        let (id, revision) = (id.to_owned(), revision.to_owned());
        let (_, label) = self.changeable(&scope, &id, Some(&revision))?;
        self.writer(&doctype, &label, Target::Replace { id, revision })
    }

    /// Write a portion of a file.
    pub async fn write_file(
        &mut self,
        file: &mut FileWriter,
        bytes: Vec<u8>,
    ) -> Result<(), Refused> {
        self.count_call()?;
        at_most("bytes of one call", bytes.len(), PORTION_BYTES_MAX)?;
        self.knows_no_more(file)?;
        let mut writer = file.writer.take().ok_or(Refused::Unavailable)?;
        if let Target::Save(_) = file.to {
            self.files.saved.count_bytes(bytes.len())?;
        }
        let written = spawn_blocking(move || writer.write(&bytes).map(|()| writer)).await;
        let written = written.map_err(|_| Refused::Unavailable)?;
        file.writer = Some(written.map_err(|error| self.unwritten(&file.to, error))?);
        Ok(())
    }

    /// A file is whole. Of one that is saved nothing comes back.
    pub async fn finish_file(&mut self, file: &mut FileWriter) -> Result<Option<Written>, Refused> {
        self.count_call()?;
        self.knows_no_more(file)?;
        let writer = file.writer.take().ok_or(Refused::Unavailable)?;
        let content = spawn_blocking(move || writer.finish()).await;
        let content = content.map_err(|_| Refused::Unavailable)?;
        let content = content.map_err(|error| self.unwritten(&file.to, error))?;
        let (doctype, at) = (files_doctype()?, self.at.to_string());
        match file.to.clone() {
            Target::Create { parent, name, mime } => {
                let stamp = self.file_stamp(&doctype, &parent)?;
                let body = files::file(&name, &parent, &mime, &content, &at);
                let op = self.create_op(&doctype, stamp, body);
                self.write_one(&doctype, op, vec![content], "created").await.map(Some)
            }
            Target::Replace { id, revision } => {
                let scope = self.change_scope(&doctype, false)?;
                let (entry, _) = self.changeable(&scope, &id, Some(&revision))?;
                let op = self.update_op(scope, id, revision, entry.replaced(&content, &at));
                self.write_one(&doctype, op, vec![content], "changed").await.map(Some)
            }
            Target::Save(save) => self.save(save, content).await.map(|()| None),
        }
    }

    /// Give an entry another name (R6).
    pub async fn rename(
        &mut self,
        id: &str,
        revision: &str,
        name: &str,
    ) -> Result<Written, Refused> {
        check_name(name)?;
        let at = self.at.to_string();
        self.change_entry(id, revision, |_, _, entry| Ok(entry.renamed(name, &at))).await
    }

    /// Put an entry into another folder (R6).
    pub async fn move_to(
        &mut self,
        id: &str,
        revision: &str,
        parent: &str,
    ) -> Result<Written, Refused> {
        let moving = id.to_owned();
        self.change_entry(id, revision, |session, scope, entry| {
            session.holds(&scope.read, parent, Some(&moving))?;
            Ok(entry.moved(parent))
        })
        .await
    }

    /// Put an entry into the trash (R6).
    pub async fn trash(&mut self, id: &str, revision: &str) -> Result<Written, Refused> {
        let at = self.at.to_string();
        self.change_entry(id, revision, |_, _, entry| Ok(entry.trashed(&at))).await
    }

    async fn change_entry(
        &mut self,
        id: &str,
        revision: &str,
        change: impl FnOnce(&Session, &ChangeScope, &Entry) -> Result<String, Refused>,
    ) -> Result<Written, Refused> {
        self.count_call()?;
        let doctype = files_doctype()?;
        let scope = self.change_scope(&doctype, false)?;
        let (entry, _) = self.changeable(&scope, id, None)?;
        let body = change(self, &scope, &entry)?;
        let op = self.update_op(scope, id.to_owned(), revision.to_owned(), body);
        self.write_one(&doctype, op, Vec::new(), "changed").await
    }

    /// An entry that can be changed, and the label under which a change of it is kept.
    fn changeable(
        &self,
        scope: &ChangeScope,
        id: &str,
        revision: Option<&str>,
    ) -> Result<(Entry, Label), Refused> {
        let store = self.home.store();
        let entry = store.entry(&scope.read, id).map_err(unavailable_read)?;
        let entry = entry.ok_or(Refused::Absent)?;
        let label = store.change_label(scope, id).map_err(unavailable_read)?;
        let label = label.ok_or(Refused::Absent)?;
        match revision {
            // A folder has no bytes.
            Some(_) if entry.folder => Err(Refused::Absent),
            Some(revision) if revision != entry.revision => Err(Refused::Conflict),
            _ => Ok((entry, label)),
        }
    }

    /// What is written on a new entry of a folder. The folder has to be one that such an entry may
    /// tell of: what lies at or below the run's label, which teaches it nothing.
    fn file_stamp(&mut self, doctype: &Doctype, parent: &str) -> Result<Stamp, Refused> {
        let stamp = self.fault.create(&mut self.run, doctype);
        let stamp = stamp.map_err(|denial| self.deny(denial))?;
        let admitted = self.run.label().clone();
        let scope = ReadScope { doctype: doctype.clone(), admitted, fields: None, rows: None };
        self.holds(&scope, parent, None)?;
        Ok(stamp)
    }

    fn holds(&self, scope: &ReadScope, parent: &str, moving: Option<&str>) -> Result<(), Refused> {
        let invalid = |text: &str| Err(Refused::Invalid(text.to_owned()));
        match self.home.store().place(scope, parent, moving).map_err(unavailable_read)? {
            Place::Open(_) => Ok(()),
            Place::Absent => Err(Refused::Absent),
            Place::Below => invalid("a folder can't be moved below itself"),
            Place::Deep => invalid("folders are at most 64 deep"),
        }
    }

    pub(super) fn writer(
        &mut self,
        doctype: &Doctype,
        label: &Label,
        to: Target,
    ) -> Result<FileWriter, Refused> {
        let place = place_among(&self.files.writers, WRITERS_MAX)?;
        let writer = self.home.store().content_writer(doctype, label);
        let writer = writer.map_err(|error| self.unwritten(&to, error))?;
        let known = self.run.label().clone();
        Ok(FileWriter { writer: Some(writer), to, known, _place: place })
    }

    /// Bytes are about what the run knows when it writes them.
    fn knows_no_more(&self, file: &FileWriter) -> Result<(), Refused> {
        if file.known == *self.run.label() { Ok(()) } else { Err(Refused::Conflict) }
    }

    /// What could not be written. A file that a run with a network saves is lost then.
    fn unwritten(&mut self, to: &Target, error: ContentError) -> Refused {
        let refused = refused_content(error);
        let saved = self.line.is_some() && matches!(to, Target::Save(_));
        self.deposits.lost |= saved && refused == Refused::Unavailable;
        refused
    }

    fn saw_entries<'a>(&mut self, scope: &ReadScope, entries: impl Iterator<Item = &'a Entry>) {
        let entries: Vec<&Entry> = entries.collect();
        let shapes = entries.iter().map(|entry| &entry.influence);
        self.run.saw(&shapes.fold(Influence::default(), |all, one| all.join(one)));
        self.fault.found(&mut self.run, scope, entries.iter().map(|entry| &entry.label));
        self.tally.read(&scope.doctype, entries.len());
    }

    fn create_op(&self, doctype: &Doctype, stamp: Stamp, body: String) -> Op {
        let Stamp { label, influence } = stamp;
        let provenance = self.provenance();
        Op::Create { doctype: doctype.clone(), label, influence, provenance, body }
    }

    fn update_op(&self, scope: ChangeScope, id: String, revision: String, body: String) -> Op {
        Op::Update { scope, id, revision, body, provenance: self.provenance() }
    }

    async fn write_one(
        &mut self,
        doctype: &Doctype,
        op: Op,
        contents: Vec<Content>,
        act: &'static str,
    ) -> Result<Written, Refused> {
        let batch = WriteBatch { ops: vec![op], contents, ..WriteBatch::default() };
        self.write(doctype, batch, act).await?.pop().ok_or(Refused::Unavailable)
    }
}

pub(super) fn files_doctype() -> Result<Doctype, Refused> {
    files::FILES.parse().map_err(|_| Refused::Unavailable)
}

fn place_among(all: &Arc<()>, most: usize) -> Result<Arc<()>, Refused> {
    at_most("files that are open at a time", Arc::strong_count(all), most)?;
    Ok(Arc::clone(all))
}

fn check_name(name: &str) -> Result<(), Refused> {
    name::check(name).map_err(|error| Refused::Invalid(error.to_string()))
}

pub(super) fn check_mime(mime: &str) -> Result<(), Refused> {
    at_most("characters of a type", mime.chars().count(), MIME_CHARS_MAX)
}

fn refused_content(error: ContentError) -> Refused {
    match error {
        ContentError::TooLong(_) => Refused::Invalid(error.to_string()),
        other => {
            tracing::error!(error = %other, "a file could not be read or written");
            Refused::Unavailable
        }
    }
}
