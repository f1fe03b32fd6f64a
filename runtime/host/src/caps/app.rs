//! `domicile:app`: viewer, notices, state and gates.

use super::bindings::app::domicile::app::{gate, notices, state, viewer};
use crate::engine::state::RunState;
use crate::flow::Refused;

impl viewer::Host for RunState {
    async fn current(&mut self) -> wasmtime::Result<viewer::Viewer> {
        let viewer = self.session.viewer();
        Ok(viewer::Viewer {
            locale: viewer.locale.to_owned(),
            today: viewer.today.clone(),
            time_zone: viewer.time_zone.clone(),
            currency: viewer.currency.clone(),
        })
    }
}

impl notices::Host for RunState {
    async fn notify(&mut self, title: String, text: String, path: String) -> wasmtime::Result<()> {
        // The guest is not told whether the notice was kept: that would be an answer.
        let _ = self.session.notify(&title, &text, &path).await;
        Ok(())
    }
}

impl gate::Host for RunState {
    async fn answer(&mut self, gate: String, value: i64) -> wasmtime::Result<()> {
        self.session.answer(&gate, value);
        Ok(())
    }
}

impl state::Host for RunState {
    async fn get(&mut self, key: String) -> wasmtime::Result<Result<Option<String>, state::Error>> {
        Ok(self.session.state(&key).map_err(error))
    }

    async fn set(
        &mut self,
        key: String,
        value: String,
    ) -> wasmtime::Result<Result<(), state::Error>> {
        Ok(self.session.set_state(&key, Some(&value)).await.map_err(error))
    }

    async fn remove(&mut self, key: String) -> wasmtime::Result<Result<(), state::Error>> {
        Ok(self.session.set_state(&key, None).await.map_err(error))
    }
}

fn error(refused: Refused) -> state::Error {
    match refused {
        Refused::Invalid(text) => state::Error::Invalid(text),
        _ => state::Error::Unavailable,
    }
}
