//! What a run leaves in the home besides documents: values of its own, notices, what it printed.
//!
//! In flow a guest's arguments; out flow items with the run's label, and values at or below it. A
//! guest must never see what a run that knew more has left.

use domicile_policy::{Doctype, Kept, ReadScope, Stamp};
use domicile_store::{Op, WriteBatch};

use super::messages::{LOGS, NOTICES, PATH_CHARS_MAX, TEXT_CHARS_MAX, TITLE_CHARS_MAX};
use super::session::{Refused, Session, at_most, unavailable_read};

/// Characters of a state key.
pub const STATE_KEY_CHARS_MAX: usize = 200;
/// Bytes of one state value.
pub const STATE_BYTES_MAX: usize = 64 << 10;
/// Notices of one run.
pub const NOTICES_MAX: usize = 20;

const STATE: &str = "app.domicile.state";

impl Session {
    /// One of the app's own values, at or below the run's label.
    pub fn state(&mut self, key: &str) -> Result<Option<String>, Refused> {
        self.count_call()?;
        check_state_key(key)?;
        let scope = self.state_scope()?;
        let found = self.home.store().get_keyed(&scope, &self.state_key(key));
        let found = found.map_err(unavailable_read)?;
        Ok(found.and_then(|document| state_value(&document.body)))
    }

    /// Set one of the app's own values, at the run's label.
    pub async fn set_state(&mut self, key: &str, value: Option<&str>) -> Result<(), Refused> {
        self.count_call()?;
        check_state_key(key)?;
        at_most("bytes of a value", value.map_or(0, str::len), STATE_BYTES_MAX)?;
        let doctype = self.doctype(STATE)?;
        let body = serde_json::json!({
            "component": self.run.component().as_str(), "key": key, "value": value,
        });
        let key = self.state_key(key);
        self.put_own(Kept::State, doctype, Some(key), body.to_string()).await
    }

    /// Leave a notice for the owner.
    pub async fn notify(&mut self, title: &str, text: &str, path: &str) -> Result<(), Refused> {
        self.count_call()?;
        if self.notices >= NOTICES_MAX {
            return Ok(());
        }
        self.notices += 1;
        let doctype = self.doctype(NOTICES)?;
        let body = serde_json::json!({
            "component": self.run.component().as_str(),
            "at": self.at.to_string(),
            "title": title.chars().take(TITLE_CHARS_MAX).collect::<String>(),
            "text": text.chars().take(TEXT_CHARS_MAX).collect::<String>(),
            "path": path.chars().take(PATH_CHARS_MAX).collect::<String>(),
        });
        self.put_own(Kept::Notice, doctype, None, body.to_string()).await
    }

    /// Keep what the run printed or said as it died: an item with the run's label, for the owner
    /// (R17).
    pub async fn keep_console(&mut self, text: &str) -> Result<(), Refused> {
        let doctype = self.doctype(LOGS)?;
        let body = serde_json::json!({
            "component": self.run.component().as_str(),
            "version": self.version,
            "at": self.at.to_string(),
            "text": text,
        });
        self.put_own(Kept::Log, doctype, None, body.to_string()).await
    }

    async fn put_own(
        &mut self,
        kept: Kept,
        doctype: Doctype,
        key: Option<String>,
        body: String,
    ) -> Result<(), Refused> {
        let Stamp { label, influence } = self.fault.stamp(&self.run, kept);
        let provenance = self.provenance();
        let op = match key {
            Some(key) => Op::Deposit { doctype, label, influence, provenance, key, body },
            None => Op::Create { doctype, label, influence, provenance, body },
        };
        let account = self.account().map(str::to_owned);
        let batch = WriteBatch { ops: vec![op], account, ..WriteBatch::default() };
        self.commit(batch).await.map(|_| ())
    }

    fn state_scope(&self) -> Result<ReadScope, Refused> {
        Ok(ReadScope {
            doctype: self.doctype(STATE)?,
            admitted: self.fault.state_visible(&self.run).clone(),
            fields: None,
            rows: None,
        })
    }

    fn state_key(&self, key: &str) -> String {
        match self.account() {
            Some(account) => format!("{}/{account}/{key}", self.run.component()),
            None => format!("{}/{key}", self.run.component()),
        }
    }
}

fn check_state_key(key: &str) -> Result<(), Refused> {
    if key.is_empty() {
        return Err(Refused::Invalid("a state key can't be empty".to_owned()));
    }
    at_most("characters of a state key", key.chars().count(), STATE_KEY_CHARS_MAX)
}

fn state_value(body: &str) -> Option<String> {
    let body: serde_json::Value = serde_json::from_str(body).ok()?;
    body.get("value")?.as_str().map(str::to_owned)
}
