//! What the owner does with files on the home's own pages.
//!
//! In flow the owner's choices; out flow changes with their line in the trail. The owner sees
//! everything, and what comes of it is labelled all the same: what the owner brings is about itself
//! and the folder that it goes into, and a change of what others brought lies over it, so that they
//! neither see it nor undo it.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;

use domicile_policy::{
    Actor, Category, ChangeScope, ComponentId, Doctype, Influence, Label, ReadScope, Stamp, Tag,
};
use domicile_store::files::{self, Entry, FILES, Place, ROOT};
use domicile_store::limits::OPS_MAX;
use domicile_store::{Content, ContentWriter, Document, Op, Provenance, WriteBatch, WriteError};
use jiff::Timestamp;

use super::audit::{self, Event};
use crate::house::{Home, HomeError};

/// What stands for the owner where a component would.
const OWNER: &str = "owner";

/// The owner at a moment.
pub struct Owner<'a> {
    /// Whose home.
    pub home: &'a Home,
    /// When.
    pub at: Timestamp,
}

/// All that the owner sees: all there is.
pub fn everything() -> Result<ReadScope, HomeError> {
    Ok(ReadScope { doctype: doctype()?, admitted: Label::everything(), fields: None, rows: None })
}

impl Owner<'_> {
    /// What a new entry of a folder is stamped with; nothing if there is no such folder.
    pub fn stamp(&self, folder: &str) -> Result<Option<Stamp>, HomeError> {
        match self.home.store().place(&everything()?, folder, None)? {
            Place::Open(label) => Ok(Some(self.knowing(&label))),
            _ => Ok(None),
        }
    }

    /// Begin to take a file in.
    pub fn writer(&self, stamp: &Stamp) -> Result<ContentWriter, HomeError> {
        Ok(self.home.store().content_writer(&doctype()?, &stamp.label)?)
    }

    /// Files came in whole.
    pub async fn bring(
        &self,
        folder: &str,
        stamp: &Stamp,
        brought: Vec<(String, String, Content)>,
    ) -> Result<(), HomeError> {
        let at = self.at.to_string();
        let body = |(name, mime, content): &(String, String, Content)| {
            files::file(name, folder, mime, content, &at)
        };
        let bodies: Vec<String> = brought.iter().map(body).collect();
        let contents = brought.into_iter().map(|(.., content)| content).collect();
        let ops = bodies.into_iter().map(|body| self.create(stamp, body));
        let ops = ops.collect::<Result<_, _>>()?;
        self.write(WriteBatch { ops, contents, ..Default::default() }, "created", stamp).await
    }

    /// Make a folder in a folder.
    pub async fn make_folder(
        &self,
        parent: &str,
        stamp: &Stamp,
        name: &str,
    ) -> Result<(), HomeError> {
        let body = files::folder(name, parent, &self.at.to_string());
        let ops = vec![self.create(stamp, body)?];
        self.write(WriteBatch { ops, ..Default::default() }, "created", stamp).await
    }

    /// Give an entry another name.
    pub async fn rename(&self, entry: &Entry, name: &str) -> Result<(), HomeError> {
        self.change(entry, entry.renamed(name, &self.at.to_string()), &Label::nothing()).await
    }

    /// Put an entry into another folder. `false`: it can't be there.
    pub async fn move_to(&self, entry: &Entry, folder: &str) -> Result<bool, HomeError> {
        let place = self.home.store().place(&everything()?, folder, Some(&entry.id))?;
        let Place::Open(label) = place else { return Ok(false) };
        self.change(entry, entry.moved(folder), &label).await?;
        Ok(true)
    }

    /// The bytes of a file go to the owner's device.
    pub async fn took(&self, entry: &Entry, bytes: u64) -> Result<(), HomeError> {
        let (documents, label) = (BTreeMap::from([(doctype()?, 1)]), entry.label.clone());
        audit::note(self.home, self.at, &Event::Exported { documents, bytes, label }).await
    }

    /// Put an entry into the trash.
    pub async fn trash(&self, entry: &Entry) -> Result<(), HomeError> {
        self.change(entry, entry.trashed(&self.at.to_string()), &Label::nothing()).await
    }

    /// Take an entry out of the trash: back where it was, or if that is gone, to the top.
    pub async fn restore(&self, entry: &Entry) -> Result<(), HomeError> {
        let there = self.stamp(&entry.parent)?.is_some();
        let parent = if there { entry.parent.clone() } else { ROOT.to_owned() };
        self.change(entry, entry.restored(&parent), &Label::nothing()).await
    }

    /// Delete an entry for good, with all that is in it, what lies over it, and its bytes.
    /// `false`: it holds more than one deletion takes, and nothing was deleted.
    pub async fn delete(&self, entry: Entry) -> Result<bool, HomeError> {
        let all = self.home.store().below(&everything()?, entry, OPS_MAX)?;
        if all.len() >= OPS_MAX {
            return Ok(false);
        }
        let mut ops = Vec::with_capacity(all.len());
        for entry in &all {
            ops.extend(self.deletion(entry)?);
        }
        let stamp = self.knowing(&Label::nothing());
        self.write(WriteBatch { ops, ..Default::default() }, "deleted", &stamp).await?;
        let store = self.home.store().clone();
        tokio::task::spawn_blocking(move || {
            if let Err(error) = store.sweep() {
                tracing::error!(%error, "what was deleted still takes its space");
            }
        });
        Ok(true)
    }

    /// The end of an entry where it lies. From there nobody sees what lies over it, and it goes
    /// with it: the owner, who does see it, wants that.
    fn deletion(&self, entry: &Entry) -> Result<Option<Op>, HomeError> {
        let base = self.home.store().base(&everything()?, &entry.id)?;
        let Some(Document { id, revision, label, .. }) = base else { return Ok(None) };
        let scope = ChangeScope {
            read: ReadScope { admitted: label, ..everything()? },
            run_label: Label::nothing(),
            clearance: Label::everything(),
            influence: Influence::of([Actor::Owner]),
        };
        Ok(Some(Op::Delete { scope, id, revision, provenance: self.provenance()? }))
    }

    fn knowing(&self, label: &Label) -> Stamp {
        let own = Label::of([Tag::home(Category::Files)]);
        Stamp { label: own.join(label), influence: Influence::of([Actor::Owner]) }
    }

    /// A change that tells of `about`, which not all who see the entry may know.
    async fn change(&self, entry: &Entry, body: String, about: &Label) -> Result<(), HomeError> {
        let Stamp { label, influence } = self.knowing(about);
        let (read, clearance) = (everything()?, Label::everything());
        let scope = ChangeScope { read, run_label: label, clearance, influence };
        let provenance = self.provenance()?;
        let (id, revision) = (entry.id.clone(), entry.revision.clone());
        let stamp = self.knowing(&entry.label.join(about));
        let ops = vec![Op::Update { scope, id, revision, body, provenance }];
        self.write(WriteBatch { ops, ..Default::default() }, "changed", &stamp).await
    }

    fn create(&self, stamp: &Stamp, body: String) -> Result<Op, HomeError> {
        let Stamp { label, influence } = stamp.clone();
        let provenance = self.provenance()?;
        Ok(Op::Create { doctype: doctype()?, label, influence, provenance, body })
    }

    fn provenance(&self) -> Result<Provenance, HomeError> {
        let component: ComponentId = constant(OWNER)?;
        let version = env!("CARGO_PKG_VERSION").to_owned();
        Ok(Provenance { component, version, at: self.at.to_string() })
    }

    async fn write(
        &self,
        mut batch: WriteBatch,
        act: &str,
        stamp: &Stamp,
    ) -> Result<(), HomeError> {
        let event = Event::Wrote {
            act: act.to_owned(),
            doctype: doctype()?,
            count: batch.ops.len() as u64,
            label: stamp.label.clone(),
        };
        batch.log.push(audit::encode(self.at, "", "", &event));
        self.home.store().write(batch).await?;
        self.home.pull_bell();
        Ok(())
    }
}

fn doctype() -> Result<Doctype, HomeError> {
    constant(FILES)
}

/// A name of the host's own.
fn constant<T: FromStr<Err: Display>>(text: &str) -> Result<T, HomeError> {
    let parsed = text.parse().map_err(|error: T::Err| WriteError::Invalid(error.to_string()));
    Ok(parsed?)
}
