//! What each change of a batch does.
//!
//! An item's label never changes, and a change goes where the policy places it: into the item, over
//! it, or nowhere. What a writer can't see answers as if it had never been.

use domicile_policy::{ChangeScope, Doctype, Influence, Label, Place};

use super::stack::{Layer, Stack, size};
use super::transaction::{Transaction, fail};
use crate::body::{self, Body, Patch};
use crate::catalogue::Compartment;
use crate::context::check_key;
use crate::document::{Fate, Op, Provenance, WriteBatch, Written};
use crate::error::WriteError;
use crate::id::{DocId, Handle};
use crate::index::entries;
use crate::keys;
use crate::lens::{Lens, Seen, patch_of};
use crate::limits::OPS_MAX;
use crate::record::{DocumentRecord, LiveDocument, OverlayChange, OverlayRecord, Token};

/// Who writes.
struct Author {
    influence: Influence,
    provenance: Provenance,
}

/// A document as its writer sees it, and where a change of it goes.
struct Target<'a> {
    lens: Lens<'a>,
    seen: Seen,
    /// Of its own compartment.
    label: Label,
    place: Place,
}

impl<'a> Transaction<'a> {
    /// Do all of a batch, or fail.
    pub fn apply(&mut self, batch: WriteBatch) -> Result<Vec<Written>, WriteError> {
        let count = batch.ops.len();
        if count > OPS_MAX {
            let text = format!("{count} changes are more than the {OPS_MAX} of one batch");
            return Err(WriteError::Invalid(text));
        }
        self.changes.contents = batch.contents;
        self.account = batch.account;
        let mut written = Vec::with_capacity(count);
        for (at, op) in batch.ops.into_iter().enumerate() {
            written.push(self.change(op).map_err(|error| match error {
                WriteError::Invalid(text) if count > 1 => {
                    WriteError::Invalid(format!("item {} of {count}: {text}", at + 1))
                }
                other => other,
            })?);
        }
        batch.records.into_iter().try_for_each(|op| self.record(op))?;
        batch.log.into_iter().try_for_each(|entry| self.append(entry))?;
        Ok(written)
    }

    fn change(&mut self, op: Op) -> Result<Written, WriteError> {
        match op {
            Op::Create { doctype, label, influence, provenance, body } => {
                self.create(&doctype, &label, Author { influence, provenance }, &body)
            }
            Op::Deposit { doctype, label, influence, provenance, key, body } => {
                check_key(&key)?;
                let handle = self.open(&doctype, &label)?;
                let id = DocId { handle, item: self.context.keys.item(&handle, &key) };
                self.deposit(&doctype, &label, &id, Author { influence, provenance }, &body)
            }
            Op::Update { scope, id, revision, body, provenance } => {
                let author = Author { influence: scope.influence.clone(), provenance };
                self.update(&scope, &id, &revision, author, &body)
            }
            Op::Delete { scope, id, revision, provenance } => {
                let author = Author { influence: scope.influence.clone(), provenance };
                self.remove(&scope, &id, &revision, author)
            }
            Op::Withdraw { account, id } => {
                let id: DocId = id.parse().map_err(|_| WriteError::Absent)?;
                let gone = self.give_up(&id, &account)? == Some(Fate::Goes);
                let label = self.compartment(&id.handle)?.label.clone();
                Ok(written(&id, String::new(), gone.then_some(label)))
            }
        }
    }

    fn create(
        &mut self,
        doctype: &Doctype,
        label: &Label,
        author: Author,
        text: &str,
    ) -> Result<Written, WriteError> {
        let body = self.context.body(doctype, text)?;
        self.check_content(doctype, None, &body)?;
        let handle = self.open(doctype, label)?;
        let next = self.next_sequence(&handle)?;
        let id = DocId { handle, item: self.context.keys.token(&handle, next, "id") };
        let token = self.store(doctype, &id, None, author, body)?;
        Ok(written(&id, revision_text(&token), Some(label.clone())))
    }

    /// The base alone: whatever lies over it stays, and nobody is told whether anything was there,
    /// nor whether it was newer.
    fn deposit(
        &mut self,
        doctype: &Doctype,
        label: &Label,
        id: &DocId,
        author: Author,
        text: &str,
    ) -> Result<Written, WriteError> {
        let body = self.context.body(doctype, text)?;
        let before: Option<DocumentRecord> = self.read(&keys::document(id))?;
        self.check_content(doctype, None, &body)?;
        let by = author.provenance.component.clone();
        if let Some(DocumentRecord::Live(live)) = &before {
            let stored = body::parse(&live.body).map_err(|fault| fail(self.context, fault))?;
            let spec = self.context.doctypes.get(doctype);
            if stored == body || spec.is_some_and(|spec| spec.is_outdated(&body, &stored)) {
                self.claim(id, &by, before.as_ref(), None)?;
                return Ok(written(id, revision_text(&live.revision), None));
            }
        }
        let token = self.store(doctype, id, before.clone(), author, body)?;
        self.claim(id, &by, before.as_ref(), Some(token))?;
        Ok(written(id, revision_text(&token), Some(label.clone())))
    }

    fn update(
        &mut self,
        scope: &ChangeScope,
        id: &str,
        revision: &str,
        author: Author,
        text: &str,
    ) -> Result<Written, WriteError> {
        let Target { lens, mut seen, label, place } = self.target(scope, id, revision)?;
        let doctype = &scope.read.doctype;
        let old = seen.body().map_err(|fault| fail(self.context, fault))?.clone();
        let new = self.new_body(&lens, doctype, &old, text)?;
        if new == old {
            return Ok(written(&seen.id, revision.to_owned(), None));
        }
        self.check_content(doctype, Some(&old), &new)?;
        let place = match place {
            Place::Hidden => return Err(WriteError::Absent),
            Place::InPlace => {
                let before = self.read(&keys::document(&seen.id))?;
                self.store(doctype, &seen.id, before, author, new)?;
                label
            }
            Place::Overlay(label) => {
                let patch = Patch::between(&old, &new);
                self.lay(doctype, &seen.id, &label, author, Some(patch))?;
                label
            }
        };
        // Through a new lens: the first overlay of a compartment made it one to be asked.
        let lens = self.lens(scope)?;
        let found =
            lens.fetch(self, &[Some(seen.id)]).map_err(|fault| fail(self.context, fault))?;
        let revision = match found.into_iter().next().flatten() {
            Some(mut now) => lens.revision(&mut now).map_err(|fault| fail(self.context, fault))?,
            None => String::new(),
        };
        Ok(written(&seen.id, revision, Some(place)))
    }

    fn remove(
        &mut self,
        scope: &ChangeScope,
        id: &str,
        revision: &str,
        author: Author,
    ) -> Result<Written, WriteError> {
        let Target { seen, label, place, .. } = self.target(scope, id, revision)?;
        let doctype = &scope.read.doctype;
        let place = match place {
            Place::Hidden => return Err(WriteError::Absent),
            Place::InPlace => {
                self.erase(doctype, &seen.id)?;
                label
            }
            Place::Overlay(label) => {
                self.lay(doctype, &seen.id, &label, author, None)?;
                label
            }
        };
        Ok(written(&seen.id, String::new(), Some(place)))
    }

    fn lens<'s>(&self, scope: &'s ChangeScope) -> Result<Lens<'s>, WriteError>
    where
        'a: 's,
    {
        let lens = Lens::new(&self.context.keys, self.catalogue(), &scope.read);
        lens.map_err(|fault| fail(self.context, fault))
    }

    /// The document that a writer means, if it sees one and it is as it last saw it.
    fn target<'s>(
        &self,
        scope: &'s ChangeScope,
        id: &str,
        revision: &str,
    ) -> Result<Target<'s>, WriteError>
    where
        'a: 's,
    {
        let lens = self.lens(scope)?;
        let found =
            lens.fetch(self, &[id.parse().ok()]).map_err(|fault| fail(self.context, fault))?;
        let mut seen = found.into_iter().next().flatten().ok_or(WriteError::Absent)?;
        let base = lens.base(&seen.id.handle).ok_or(WriteError::Absent)?;
        let (label, place) = (base.label.clone(), scope.place(&base.label));
        // What the writer saw includes its overlays: they must not sink below their label with the
        // change.
        let holds = match &place {
            Place::Hidden => false,
            Place::InPlace => seen.label().flows_to(&label),
            Place::Overlay(above) => seen.label().flows_to(above),
        };
        if !holds {
            return Err(WriteError::Absent);
        }
        let now = lens.revision(&mut seen).map_err(|fault| fail(self.context, fault))?;
        if now != revision {
            return Err(WriteError::Conflict);
        }
        Ok(Target { lens, seen, label, place })
    }

    /// The whole new body that a writer means: what it doesn't see stays.
    fn new_body(
        &self,
        lens: &Lens,
        doctype: &Doctype,
        old: &Body,
        text: &str,
    ) -> Result<Body, WriteError> {
        let new = match &lens.fields {
            None => self.context.body(doctype, text)?,
            Some(fields) => {
                // The part alone: what is wrong with the whole, its length say, would tell of what
                // is hidden.
                let part = self.context.part(doctype, text, fields)?;
                if let Some(path) = fields.outside(&part) {
                    let text = format!("the field `{path}` is not among the fields of the grant");
                    return Err(WriteError::Invalid(text));
                }
                fields.restore(old.clone(), &part)
            }
        };
        if lens.rows.as_ref().is_some_and(|rows| !rows.matches(&new)) {
            let text = "the change would put the document outside the rows of the grant";
            return Err(WriteError::Invalid(text.to_owned()));
        }
        Ok(new)
    }

    /// Put a body into a document's own compartment.
    fn store(
        &mut self,
        doctype: &Doctype,
        id: &DocId,
        before: Option<DocumentRecord>,
        author: Author,
        body: Body,
    ) -> Result<Token, WriteError> {
        let old = match &before {
            Some(DocumentRecord::Live(live)) => {
                Some(body::parse(&live.body).map_err(|fault| fail(self.context, fault))?)
            }
            _ => None,
        };
        let (old_length, old_sequence) = match &before {
            Some(DocumentRecord::Live(live)) => (live.body.len(), Some(live.sequence)),
            Some(DocumentRecord::Deleted { sequence }) => (0, Some(*sequence)),
            None => (0, None),
        };
        let text = body::print(&body);
        self.compartment(&id.handle)?.items += u64::from(old.is_none());
        self.charge(&id.handle, old_length as u64, text.len() as u64)?;
        let named = old.as_ref().and_then(|old| self.content_name(doctype, old));
        self.exchange(&id.handle, named, self.content_name(doctype, &body))?;
        let sequence = self.step(&id.handle, old_sequence, id)?;
        let stack = match &before {
            Some(_) => self.stack(doctype, id, old)?,
            None => Stack::empty(),
        };
        let mut now = stack.clone();
        now.base = Some(body);
        self.reindex(doctype, id, &stack, &now)?;
        let revision = self.context.keys.token(&id.handle, sequence, "revision");
        let Author { influence, provenance } = author;
        let live = LiveDocument { sequence, revision, influence, provenance, body: text };
        self.put_sealed(keys::document(id), &DocumentRecord::Live(live))?;
        Ok(revision)
    }

    /// Delete a document in its own compartment, with all that lies over it.
    pub(super) fn erase(&mut self, doctype: &Doctype, id: &DocId) -> Result<(), WriteError> {
        let Some(DocumentRecord::Live(live)) = self.read(&keys::document(id))? else {
            return Err(WriteError::Absent);
        };
        let old = body::parse(&live.body).map_err(|fault| fail(self.context, fault))?;
        let named = self.content_name(doctype, &old);
        self.exchange(&id.handle, named, None)?;
        self.delete(keys::claim(id));
        let stack = self.stack(doctype, id, Some(old))?;
        self.reindex(doctype, id, &stack, &Stack::empty())?;
        for layer in &stack.layers {
            self.delete(keys::overlay(&layer.handle, id));
            self.delete(keys::sequence(&layer.handle, layer.overlay.sequence));
            self.charge(&layer.handle, size(&layer.overlay.change), 0)?;
            let named = self.content_laid(doctype, &layer.overlay.change)?;
            self.exchange(&layer.handle, named, None)?;
            let record = self.compartment(&layer.handle)?;
            record.overlays = record.overlays.saturating_sub(1);
        }
        self.charge(&id.handle, live.body.len() as u64, 0)?;
        let record = self.compartment(&id.handle)?;
        record.items = record.items.saturating_sub(1);
        let sequence = self.step(&id.handle, Some(live.sequence), id)?;
        self.put_sealed(keys::document(id), &DocumentRecord::Deleted { sequence })
    }

    /// Lay a patch, or a tombstone, over a document, on top of what its compartment laid there
    /// before.
    fn lay(
        &mut self,
        doctype: &Doctype,
        id: &DocId,
        label: &Label,
        author: Author,
        patch: Option<Patch>,
    ) -> Result<(), WriteError> {
        let handle = self.open(doctype, label)?;
        self.note(doctype, Compartment { handle, label: label.clone(), overlays: true });
        let base = match self.read(&keys::document(id))? {
            Some(DocumentRecord::Live(live)) => {
                Some(body::parse(&live.body).map_err(|fault| fail(self.context, fault))?)
            }
            _ => return Err(WriteError::Absent),
        };
        let stack = self.stack(doctype, id, base)?;
        let mut now = stack.clone();
        now.layers.retain(|layer| layer.handle != handle);
        let before = stack.layers.iter().find(|layer| layer.handle == handle);
        let change = compose(before, patch).map_err(|fault| fail(self.context, fault))?;
        let old_size = before.map_or(0, |layer| size(&layer.overlay.change));
        self.charge(&handle, old_size, size(&change))?;
        let named = before.map(|layer| self.content_laid(doctype, &layer.overlay.change));
        let named = named.transpose()?.flatten();
        self.exchange(&handle, named, self.content_laid(doctype, &change)?)?;
        self.compartment(&handle)?.overlays += u64::from(before.is_none());
        let sequence = self.step(&handle, before.map(|layer| layer.overlay.sequence), id)?;
        let influence = match before {
            Some(layer) => layer.overlay.influence.join(&author.influence),
            None => author.influence,
        };
        let revision = self.context.keys.token(&handle, sequence, "revision");
        let provenance = author.provenance;
        let overlay = OverlayRecord { sequence, revision, influence, provenance, change };
        self.put_sealed(keys::overlay(&handle, id), &overlay)?;
        now.layers.push(Layer { handle, label: label.clone(), overlay });
        now.layers = crate::catalogue::lowest_first(now.layers, |layer| &layer.label);
        self.reindex(doctype, id, &stack, &now)
    }

    fn stack(
        &self,
        doctype: &Doctype,
        id: &DocId,
        base: Option<Body>,
    ) -> Result<Stack, WriteError> {
        let keys = &self.context.keys;
        let stack = Stack::read(self, keys, self.catalogue(), doctype, id, base);
        stack.map_err(|fault| fail(self.context, fault))
    }

    /// The next number of a compartment's feed, for a document that had an older one.
    fn step(&mut self, handle: &Handle, old: Option<u64>, id: &DocId) -> Result<u64, WriteError> {
        let sequence = self.next_sequence(handle)?;
        self.compartment(handle)?.sequence = sequence;
        if let Some(old) = old {
            self.delete(keys::sequence(handle, old));
        }
        self.put(keys::sequence(handle, sequence), id.bytes().to_vec());
        Ok(sequence)
    }

    /// Index a document anew: in its own compartment, and in each that lays something over it.
    fn reindex(
        &mut self,
        doctype: &Doctype,
        id: &DocId,
        old: &Stack,
        new: &Stack,
    ) -> Result<(), WriteError> {
        let all = |stack: &Stack| {
            let indexes = self.context.indexes(doctype);
            let views = stack.views().map_err(|fault| fail(self.context, fault))?;
            let above = views.iter().filter_map(|(handle, body)| Some((handle, body.as_ref()?)));
            let base = stack.base.as_ref().map(|body| (&id.handle, body));
            let keys = base.into_iter().chain(above);
            let keys = keys.flat_map(|(handle, body)| entries(handle, indexes, id, body));
            Ok::<Vec<Vec<u8>>, WriteError>(keys.collect())
        };
        let (old, new) = (all(old)?, all(new)?);
        for key in old.iter().filter(|key| !new.contains(key)) {
            self.delete(key.clone());
        }
        for key in new.into_iter().filter(|key| !old.contains(key)) {
            self.put(key, Vec::new());
        }
        Ok(())
    }
}

/// An overlay after a further change. A tombstone stays one: its document is deleted for that
/// compartment, even if the writer, who doesn't see it, changes the document below.
fn compose(
    before: Option<&Layer>,
    patch: Option<Patch>,
) -> Result<OverlayChange, crate::error::Fault> {
    let before = before.map(|layer| &layer.overlay.change);
    let Some(patch) = patch else { return Ok(OverlayChange::Tombstone) };
    let patch = match before {
        Some(OverlayChange::Tombstone) => return Ok(OverlayChange::Tombstone),
        Some(change) => patch_of(change)?.then(patch),
        None => patch,
    };
    let removed = patch.removed.into_iter().collect();
    Ok(OverlayChange::Patch { set: body::print(&patch.set), removed })
}

fn written(id: &DocId, revision: String, place: Option<Label>) -> Written {
    Written { id: id.to_string(), revision, place }
}

fn revision_text(token: &Token) -> String {
    data_encoding::BASE64URL_NOPAD.encode(token)
}
