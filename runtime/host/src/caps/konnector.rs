//! `domicile:konnector`: an importer's one file, and how its owner wants it read; deposits and
//! progress, of konnectors too.

use super::bindings::importer::domicile::konnector::{choice, deposit, input, progress};
use crate::engine::state::{Progress, RunState};
use crate::flow::Refused;
use crate::flow::choice::Reading;

/// Bytes that one `read` gives.
const READ_BYTES_MAX: usize = 1 << 20;
/// Characters of a progress message.
const MESSAGE_CHARS_MAX: usize = 200;

impl input::Host for RunState {
    async fn locale(&mut self) -> wasmtime::Result<String> {
        Ok(self.session.viewer().locale.to_owned())
    }

    async fn name(&mut self) -> wasmtime::Result<String> {
        Ok(self.input.name.clone())
    }

    async fn size(&mut self) -> wasmtime::Result<u64> {
        Ok(self.input.content.len() as u64)
    }

    async fn read(&mut self, offset: u64, length: u32) -> wasmtime::Result<Vec<u8>> {
        let content = &self.input.content;
        let start = usize::try_from(offset).unwrap_or(usize::MAX).min(content.len());
        let length = (length as usize).min(READ_BYTES_MAX).min(content.len() - start);
        Ok(content.get(start..start + length).unwrap_or_default().to_vec())
    }
}

impl deposit::Host for RunState {
    async fn id_for(
        &mut self,
        doctype: String,
        key: String,
    ) -> wasmtime::Result<Result<String, deposit::Error>> {
        Ok(self.session.deposit_id(&doctype, &key).await.map_err(error))
    }

    async fn put_many(
        &mut self,
        doctype: String,
        items: Vec<deposit::Item>,
    ) -> wasmtime::Result<Result<(), deposit::Error>> {
        let items = items.into_iter().map(|item| (item.key, item.body)).collect();
        let put = self.session.put(&doctype, items).await;
        Ok(self.told(put)?.map_err(error))
    }
}

impl choice::Host for RunState {
    async fn choose(
        &mut self,
        about: String,
        question: String,
        readings: Vec<choice::Reading>,
    ) -> wasmtime::Result<Result<Option<u32>, choice::Error>> {
        let reading = |choice::Reading { title, columns, rows }| Reading { title, columns, rows };
        let readings: Vec<Reading> = readings.into_iter().map(reading).collect();
        Ok(match self.session.choose(&about, &question, &readings) {
            Ok(chosen) => Ok(chosen.and_then(|at| u32::try_from(at).ok())),
            Err(Refused::Invalid(text)) => Err(choice::Error::Invalid(text)),
            // The owner is not asked, and the run ends as one whose file can't be read.
            Err(_) => Ok(None),
        })
    }

    async fn recall(
        &mut self,
        about: String,
        titles: Vec<String>,
    ) -> wasmtime::Result<Option<u32>> {
        let chosen = self.session.recall(&about, &titles).unwrap_or_default();
        Ok(chosen.and_then(|at| u32::try_from(at).ok()))
    }
}

impl progress::Host for RunState {
    async fn report(&mut self, done: u64, total: u64, message: String) -> wasmtime::Result<()> {
        if let Some(progress) = &self.progress {
            let message = message.chars().take(MESSAGE_CHARS_MAX).collect();
            progress.send_replace(Progress { done, total, message });
        }
        Ok(())
    }
}

fn error(refused: Refused) -> deposit::Error {
    match refused {
        Refused::Invalid(text) => deposit::Error::Invalid(text),
        _ => deposit::Error::Refused,
    }
}
