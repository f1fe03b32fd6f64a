//! `domicile:files`: read, folders and write, and the blind save of importers and konnectors.

use domicile_store::Written;
use domicile_store::files::Entry;
use wasmtime::component::Resource;

use super::bindings::app::domicile::files::{folders, read, types, write};
use super::bindings::importer::domicile::files::save;
use crate::engine::state::RunState;
use crate::flow::Refused;
use crate::flow::files::{FileReader, FileWriter};

type Answer<T> = wasmtime::Result<Result<T, types::Error>>;

impl types::Host for RunState {}

impl read::Host for RunState {
    async fn stat(&mut self, id: String) -> Answer<types::Entry> {
        Ok(self.session.stat(&id).map(entry).map_err(error))
    }

    async fn open(&mut self, id: String) -> Answer<Resource<FileReader>> {
        Ok(match self.session.open_file(&id) {
            Ok(reader) => Ok(self.table.push(reader)?),
            Err(refused) => Err(error(refused)),
        })
    }
}

impl read::HostReader for RunState {
    async fn size(&mut self, this: Resource<FileReader>) -> wasmtime::Result<u64> {
        Ok(self.table.get(&this)?.size())
    }

    async fn read(
        &mut self,
        this: Resource<FileReader>,
        offset: u64,
        length: u32,
    ) -> Answer<Vec<u8>> {
        let reader = self.table.get_mut(&this)?;
        Ok(self.session.read_file(reader, offset, length as usize).await.map_err(error))
    }

    async fn drop(&mut self, this: Resource<FileReader>) -> wasmtime::Result<()> {
        self.table.delete(this)?;
        Ok(())
    }
}

impl folders::Host for RunState {
    async fn entries(
        &mut self,
        folder: String,
        cursor: Option<String>,
        limit: u32,
    ) -> Answer<folders::Page> {
        let page = self.session.list(&folder, cursor, limit as usize);
        let out = page.map(|page| folders::Page {
            entries: page.entries.into_iter().map(entry).collect(),
            next: page.next,
        });
        Ok(out.map_err(error))
    }

    async fn summarize(&mut self, folder: String) -> Answer<folders::Summary> {
        let summary = self.session.summary(&folder);
        let out = summary.map(|all| folders::Summary {
            count: all.count,
            bytes: all.bytes,
            more: all.more,
            updated_at: all.updated_at,
            tag: all.tag,
        });
        Ok(out.map_err(error))
    }
}

impl write::Host for RunState {
    async fn create_folder(&mut self, parent: String, name: String) -> Answer<write::Written> {
        let made = self.session.create_folder(&parent, &name).await;
        Ok(made.map(written).map_err(error))
    }

    async fn create(
        &mut self,
        parent: String,
        name: String,
        mime: String,
    ) -> Answer<Resource<FileWriter>> {
        Ok(match self.session.create_file(&parent, &name, &mime) {
            Ok(writer) => Ok(self.table.push(writer)?),
            Err(refused) => Err(error(refused)),
        })
    }

    async fn replace(&mut self, id: String, revision: String) -> Answer<Resource<FileWriter>> {
        Ok(match self.session.replace_file(&id, &revision) {
            Ok(writer) => Ok(self.table.push(writer)?),
            Err(refused) => Err(error(refused)),
        })
    }

    async fn rename(&mut self, id: String, revision: String, name: String) -> Answer<String> {
        let changed = self.session.rename(&id, &revision, &name).await;
        Ok(changed.map(|changed| changed.revision).map_err(error))
    }

    async fn move_to(&mut self, id: String, revision: String, parent: String) -> Answer<String> {
        let changed = self.session.move_to(&id, &revision, &parent).await;
        Ok(changed.map(|changed| changed.revision).map_err(error))
    }

    async fn trash(&mut self, id: String, revision: String) -> Answer<String> {
        let changed = self.session.trash(&id, &revision).await;
        Ok(changed.map(|changed| changed.revision).map_err(error))
    }
}

impl write::HostWriter for RunState {
    async fn write(&mut self, this: Resource<FileWriter>, bytes: Vec<u8>) -> Answer<()> {
        let writer = self.table.get_mut(&this)?;
        Ok(self.session.write_file(writer, bytes).await.map_err(error))
    }

    async fn finish(&mut self, this: Resource<FileWriter>) -> Answer<write::Written> {
        let writer = self.table.get_mut(&this)?;
        let finished = self.session.finish_file(writer).await;
        let made = finished.and_then(|made| made.ok_or(Refused::Unavailable));
        Ok(made.map(written).map_err(error))
    }

    async fn drop(&mut self, this: Resource<FileWriter>) -> wasmtime::Result<()> {
        self.table.delete(this)?;
        Ok(())
    }
}

impl save::Host for RunState {
    async fn save(
        &mut self,
        path: String,
        key: String,
        mime: String,
    ) -> wasmtime::Result<Result<Resource<FileWriter>, save::Error>> {
        let writer = self.session.save_file(&path, &key, &mime);
        Ok(match self.told(writer)? {
            Ok(writer) => Ok(self.table.push(writer)?),
            Err(refused) => Err(blind(refused)),
        })
    }
}

impl save::HostWriter for RunState {
    async fn write(
        &mut self,
        this: Resource<FileWriter>,
        bytes: Vec<u8>,
    ) -> wasmtime::Result<Result<(), save::Error>> {
        let writer = self.table.get_mut(&this)?;
        let written = self.session.write_file(writer, bytes).await;
        Ok(self.told(written)?.map_err(blind))
    }

    async fn finish(
        &mut self,
        this: Resource<FileWriter>,
    ) -> wasmtime::Result<Result<(), save::Error>> {
        let writer = self.table.get_mut(&this)?;
        let finished = self.session.finish_file(writer).await;
        Ok(self.told(finished)?.map(drop).map_err(blind))
    }

    async fn drop(&mut self, this: Resource<FileWriter>) -> wasmtime::Result<()> {
        self.table.delete(this)?;
        Ok(())
    }
}

fn entry(entry: Entry) -> types::Entry {
    types::Entry {
        kind: if entry.folder { types::Kind::Folder } else { types::Kind::File },
        id: entry.id,
        revision: entry.revision,
        name: entry.name,
        parent: entry.parent,
        size: entry.size,
        mime: entry.mime,
        updated_at: entry.updated_at,
        trashed: entry.trashed,
    }
}

fn written(written: Written) -> write::Written {
    write::Written { id: written.id, revision: written.revision }
}

fn error(refused: Refused) -> types::Error {
    match refused {
        Refused::Absent => types::Error::Absent,
        Refused::Conflict => types::Error::Conflict,
        Refused::Invalid(text) => types::Error::Invalid(text),
        Refused::Unavailable => types::Error::Unavailable,
    }
}

/// What a depositor hears: whether the disk is full is nothing that it may know.
fn blind(refused: Refused) -> save::Error {
    match refused {
        Refused::Invalid(text) => save::Error::Invalid(text),
        _ => save::Error::Refused,
    }
}
