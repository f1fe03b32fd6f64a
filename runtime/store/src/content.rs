//! An open home's files: contents written and read, swept and examined.
//!
//! In flow scopes and bytes; out flow the bytes of what a scope shows. A content that lies in a
//! compartment which the scope doesn't show is never looked for.

use std::collections::HashSet;

use domicile_policy::{ChangeScope, Doctype, Label, Place, ReadScope};

use crate::blobs::{ContentError, ContentReader, ContentWriter, Swept};
use crate::body::Path;
use crate::context::CONTENT;
use crate::document::Document;
use crate::engine::Snapshot;
use crate::error::{Fault, ReadError};
use crate::home::Home;
use crate::id::{DocId, Handle};
use crate::keys;
use crate::lens::{Lens, Seen};
use crate::record::{self, ContentRecord};
use crate::writer::content_hash;

/// A content that is not what was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsound {
    /// What documents name it by.
    pub name: String,
    /// What is wrong.
    pub error: ContentError,
}

/// The content that a reader sees, and where it lies.
struct Found {
    document: Document,
    key: Vec<u8>,
    handle: Handle,
    record: ContentRecord,
}

impl Home {
    /// Begin to write a content for documents of a doctype and a label.
    pub fn content_writer(
        &self,
        doctype: &Doctype,
        label: &Label,
    ) -> Result<ContentWriter, ContentError> {
        self.blobs().writer(self.context().keys.handle(doctype, label))
    }

    /// A document that the scope shows with its content, if it has one that the scope shows.
    pub fn content(
        &self,
        scope: &ReadScope,
        id: &str,
    ) -> Result<Option<(Document, ContentReader)>, ReadError> {
        let found = self.look(scope, |lens, snapshot| find(lens, snapshot, id))?;
        let Some(Found { document, key, handle, record }) = found else { return Ok(None) };
        let reader = self.blobs().reader(&handle, record.chunks);
        // Before the reader held its chunks a sweep could have taken them, if by then nothing
        // named them any more.
        let named = self.read(|snapshot| Ok(snapshot.get(&key)?.is_some()))?;
        Ok(named.then_some((document, reader)))
    }

    /// A document that the scope shows, as its own compartment sees it: without what lies over it.
    pub fn base(&self, scope: &ReadScope, id: &str) -> Result<Option<Document>, ReadError> {
        let label = self.look(scope, |lens, snapshot| {
            let seen = fetch(lens, snapshot, id)?;
            let base = seen.and_then(|seen| lens.base(&seen.id.handle));
            Ok(base.map(|base| base.label.clone()))
        })?;
        let Some(admitted) = label else { return Ok(None) };
        Ok(self.get_many(&ReadScope { admitted, ..scope.clone() }, &[id])?.pop().flatten())
    }

    /// The label under which a change of a document would be kept, if it can be changed.
    pub fn change_label(&self, scope: &ChangeScope, id: &str) -> Result<Option<Label>, ReadError> {
        self.look(&scope.read, |lens, snapshot| {
            let Some(seen) = fetch(lens, snapshot, id)? else { return Ok(None) };
            let base = lens.base(&seen.id.handle).map(|base| base.label.clone());
            Ok(base.and_then(|base| match scope.place(&base) {
                Place::Hidden => None,
                Place::InPlace => seen.label().flows_to(&base).then_some(base),
                Place::Overlay(label) => seen.label().flows_to(&label).then_some(label),
            }))
        })
    }

    /// Take away the chunks that no content names and nobody holds.
    pub fn sweep(&self) -> Result<Swept, ReadError> {
        self.blobs().sweep(|| {
            let mut named = HashSet::new();
            self.each_content(|_, _, record| {
                named.extend(record.chunks.into_iter().map(|chunk| chunk.name));
            })?;
            Ok(named)
        })
    }

    /// Read every content whole: how many there are, and which are not what was written.
    pub fn check_contents(&self) -> Result<(u64, Vec<Unsound>), ReadError> {
        let (mut count, mut unsound) = (0, Vec::new());
        self.each_content(|handle, hash, record| {
            count += 1;
            if let Err(error) = self.blobs().verify(&handle, &hash, record.chunks) {
                let name = data_encoding::BASE64URL_NOPAD.encode(&hash);
                unsound.push(Unsound { name, error });
            }
        })?;
        Ok((count, unsound))
    }

    fn each_content(
        &self,
        mut each: impl FnMut(Handle, [u8; 32], ContentRecord),
    ) -> Result<(), ReadError> {
        self.read(|snapshot| {
            let (mut from, to) = (keys::contents(), keys::end_of(&keys::contents()));
            loop {
                // One at a time: the record of a long file is long itself.
                let pairs = snapshot.range(&from, &to, 1, false)?;
                let Some((key, bytes)) = pairs.first() else { return Ok(()) };
                let record = record::decode(&self.context().keys, key, bytes)?;
                if let Some((handle, hash)) = keys::content_of(key) {
                    each(handle, hash, record);
                }
                from = [key.as_slice(), &[0]].concat();
            }
        })
    }
}

fn fetch(lens: &Lens, snapshot: &dyn Snapshot, id: &str) -> Result<Option<Seen>, Fault> {
    let id: Option<DocId> = id.parse().ok();
    Ok(lens.fetch(snapshot, &[id])?.into_iter().next().flatten())
}

/// In the compartment of the document, or of one that lies over it: every visible one is asked,
/// whichever it is in.
fn find(lens: &Lens, snapshot: &dyn Snapshot, id: &str) -> Result<Option<Found>, Fault> {
    let hidden = lens.fields.as_ref().is_some_and(|fields| !fields.show(&Path::new(CONTENT)));
    let Some(mut seen) = fetch(lens, snapshot, id)?.filter(|_| !hidden) else { return Ok(None) };
    let name = seen.body()?.get(CONTENT).and_then(|name| content_hash(name.as_str()?));
    let Some(name) = name else { return Ok(None) };
    let mut handles = vec![seen.id.handle];
    handles.extend(lens.overs.iter().map(|over| over.handle));
    let wanted: Vec<_> = handles.iter().map(|handle| keys::content(handle, &name)).collect();
    let values = snapshot.get_many(&wanted)?;
    for ((handle, key), bytes) in handles.into_iter().zip(wanted).zip(values) {
        if let Some(bytes) = bytes {
            let record = record::decode(lens.keys, &key, &bytes)?;
            let document = lens.show(seen)?;
            return Ok(Some(Found { document, key, handle, record }));
        }
    }
    Err(Fault::Damaged(format!("the content of the document {} is missing", seen.id)))
}
