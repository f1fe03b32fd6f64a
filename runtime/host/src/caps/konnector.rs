//! `domicile:konnector`: an importer's one file; deposits and progress, of konnectors too.

use super::bindings::importer::domicile::konnector::{deposit, input, progress};
use crate::engine::state::{Progress, RunState};
use crate::flow::Refused;

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
        Ok(self.session.deposit_id(&doctype, &key).map_err(error))
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
