//! One run's dealings with the home.
//!
//! The order is always the same: count the call, ask the policy (which raises the run's label by
//! the arguments alone), go to the store, join the influence of what was read. What the guest gets
//! is a document, or one of four constants.

use std::sync::Arc;

use domicile_policy::{
    Action, Denial, Doctype, Influence, Label, ProviderId, ReadScope, Run, Stamp,
};
use domicile_store::{
    ChangePage, Document, Op, Page, Provenance, Query, QueryError, ReadError, WriteBatch,
    WriteError, Written,
};
use jiff::Timestamp;

use super::audit::{self, Event};
use super::fault::Fault;
use super::messages::{LOGS, NOTICES, PATH_CHARS_MAX, TEXT_CHARS_MAX, TITLE_CHARS_MAX};
use super::tally::Tally;
use crate::engine::limits;
use crate::house::Home;

/// Documents that one read names at most.
pub const IDS_MAX: usize = 100;
/// Documents that one write names at most.
pub const WRITES_MAX: usize = 500;
/// Documents that one run deposits at most.
pub const DEPOSITS_MAX: usize = 50_000;
/// Bytes that one run deposits at most.
pub const DEPOSIT_BYTES_MAX: usize = 256 << 20;
/// Characters of a state key.
pub const STATE_KEY_CHARS_MAX: usize = 200;
/// Bytes of one state value.
pub const STATE_BYTES_MAX: usize = 64 << 10;
/// Notices of one run.
pub const NOTICES_MAX: usize = 20;

const STATE: &str = "app.domicile.state";

/// What a guest may know of a refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Not granted, hidden, deleted, never there: all the same.
    Absent,
    /// The revision is not the one that this run would see.
    Conflict,
    /// The arguments break a rule; the text is made of the arguments.
    Invalid(String),
    /// The host could not answer.
    Unavailable,
}

/// Who is looking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    /// `fr` or `en`.
    pub locale: &'static str,
    /// `2026-11-23`.
    pub today: String,
    /// An IANA name.
    pub time_zone: String,
    /// An ISO 4217 code.
    pub currency: String,
}

/// One run and the home it runs in.
pub struct Session {
    home: Arc<Home>,
    run: Run,
    fault: Fault,
    version: String,
    at: Timestamp,
    viewer: Viewer,
    tally: Tally,
    deposits: Vec<Op>,
    deposit_bytes: usize,
    notices: usize,
}

impl Session {
    /// A session of `run`, begun at `at`.
    pub fn new(home: Arc<Home>, run: Run, fault: Fault, version: String, at: Timestamp) -> Session {
        let settings = home.settings();
        let zoned = jiff::tz::TimeZone::get(&settings.time_zone).unwrap_or(jiff::tz::TimeZone::UTC);
        let viewer = Viewer {
            locale: settings.locale.tag(),
            today: at.to_zoned_datetime(zoned).date().to_string(),
            time_zone: settings.time_zone,
            currency: settings.currency,
        };
        Session {
            home,
            run,
            fault,
            version,
            at,
            viewer,
            tally: Tally::default(),
            deposits: Vec::new(),
            deposit_bytes: 0,
            notices: 0,
        }
    }

    /// Who is looking.
    pub fn viewer(&self) -> &Viewer {
        &self.viewer
    }

    /// When the run began: the only time that it knows, to the second.
    pub fn began(&self) -> Timestamp {
        self.at
    }

    /// The run's label and influence so far.
    pub fn stamp(&self) -> Stamp {
        self.run.stamp()
    }

    /// What the run did so far.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Read by id (R4).
    pub fn get_many(
        &mut self,
        doctype: &str,
        ids: &[String],
    ) -> Result<Vec<Option<Document>>, Refused> {
        self.count_call()?;
        at_most("ids", ids.len(), IDS_MAX)?;
        let doctype = self.doctype(doctype)?;
        let scope = self.scope(&doctype, Action::Read, &[])?;
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let documents = self.home.store().get_many(&scope, &ids).map_err(unavailable_read)?;
        self.saw(&doctype, documents.iter().flatten());
        Ok(documents)
    }

    /// Find (R3).
    pub fn find(
        &mut self,
        doctype: &str,
        query: &Query,
        origins: &[String],
    ) -> Result<Page, Refused> {
        let (doctype, scope) = self.query_scope(doctype, origins)?;
        let page = self.home.store().find(&scope, query).map_err(refused_query)?;
        self.saw(&doctype, page.documents.iter());
        Ok(page)
    }

    /// Count (R3).
    pub fn count(
        &mut self,
        doctype: &str,
        query: &Query,
        origins: &[String],
    ) -> Result<u64, Refused> {
        let (doctype, scope) = self.query_scope(doctype, origins)?;
        let count = self.home.store().count(&scope, query).map_err(refused_query)?;
        self.tally.read(&doctype, 0);
        Ok(count)
    }

    /// The change feed (R3, R14).
    pub fn changes(
        &mut self,
        doctype: &str,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<ChangePage, Refused> {
        let (doctype, scope) = self.query_scope(doctype, &[])?;
        let page = self.home.store().changes(&scope, cursor, limit).map_err(refused_query)?;
        self.saw(&doctype, page.changes.iter().filter_map(|change| change.document.as_ref()));
        Ok(page)
    }

    /// Create documents (R5).
    pub async fn create_many(
        &mut self,
        doctype: &str,
        bodies: Vec<String>,
    ) -> Result<Vec<Written>, Refused> {
        self.count_call()?;
        at_most("bodies", bodies.len(), WRITES_MAX)?;
        let doctype = self.doctype(doctype)?;
        let stamp = self.run.create(&doctype).map_err(|denial| self.deny(denial))?;
        let ops = bodies.into_iter().map(|body| Op::Create {
            doctype: doctype.clone(),
            label: stamp.label.clone(),
            influence: stamp.influence.clone(),
            provenance: self.provenance(),
            body,
        });
        let ops = ops.collect();
        self.write(&doctype, ops, "created").await
    }

    /// Change documents (R6).
    pub async fn update_many(
        &mut self,
        doctype: &str,
        updates: Vec<(String, String, String)>,
    ) -> Result<Vec<Written>, Refused> {
        self.count_call()?;
        at_most("updates", updates.len(), WRITES_MAX)?;
        let doctype = self.doctype(doctype)?;
        let scope =
            self.fault.change(&mut self.run, &doctype).map_err(|denial| self.deny(denial))?;
        let ops = updates.into_iter().map(|(id, revision, body)| Op::Update {
            scope: scope.clone(),
            id,
            revision,
            body,
            provenance: self.provenance(),
        });
        let ops = ops.collect();
        self.write(&doctype, ops, "changed").await
    }

    /// Delete documents (R6).
    pub async fn delete_many(
        &mut self,
        doctype: &str,
        removals: Vec<(String, String)>,
    ) -> Result<(), Refused> {
        self.count_call()?;
        at_most("removals", removals.len(), WRITES_MAX)?;
        let doctype = self.doctype(doctype)?;
        let scope =
            self.fault.change(&mut self.run, &doctype).map_err(|denial| self.deny(denial))?;
        let ops = removals.into_iter().map(|(id, revision)| Op::Delete {
            scope: scope.clone(),
            id,
            revision,
            provenance: self.provenance(),
        });
        let ops = ops.collect();
        self.write(&doctype, ops, "deleted").await.map(|_| ())
    }

    /// The id that a deposit would have: a function of the arguments (R7, R14).
    pub fn deposit_id(&mut self, doctype: &str, key: &str) -> Result<String, Refused> {
        self.count_call()?;
        let doctype = self.doctype(doctype)?;
        let stamp = self.run.deposit(&doctype).map_err(|denial| self.deny(denial))?;
        Ok(self.home.store().id_for(&doctype, &stamp.label, key).to_string())
    }

    /// Take deposits: checked now, stored by [`Session::store_deposits`] once the run has ended
    /// well (R7).
    pub fn deposit(&mut self, doctype: &str, items: Vec<(String, String)>) -> Result<(), Refused> {
        self.count_call()?;
        at_most("items", items.len(), WRITES_MAX)?;
        at_most("deposits of one run", self.deposits.len() + items.len(), DEPOSITS_MAX)?;
        let doctype = self.doctype(doctype)?;
        let stamp = self.run.deposit(&doctype).map_err(|denial| self.deny(denial))?;
        for (key, body) in &items {
            self.deposit_bytes += key.len() + body.len();
            self.home.store().check_deposit(&doctype, key, body).map_err(refused_write)?;
        }
        at_most("bytes of one run's deposits", self.deposit_bytes, DEPOSIT_BYTES_MAX)?;
        self.tally.wrote(&doctype, items.len());
        let provenance = self.provenance();
        self.deposits.extend(items.into_iter().map(|(key, body)| Op::Deposit {
            doctype: doctype.clone(),
            label: stamp.label.clone(),
            influence: stamp.influence.clone(),
            provenance: provenance.clone(),
            key,
            body,
        }));
        Ok(())
    }

    /// Store what the run deposited, all together, with its line in the audit trail. Returns how
    /// many documents are new or changed.
    pub async fn store_deposits(&mut self, event: &Event) -> Result<u64, WriteError> {
        let line = audit::encode(self.at, self.run.component().as_str(), &self.version, event);
        let ops = std::mem::take(&mut self.deposits);
        let batch = WriteBatch { ops, records: Vec::new(), log: vec![line] };
        let written = self.home.store().write(batch).await?;
        Ok(written.iter().filter(|one| one.changed).count() as u64)
    }

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
        self.put_own(doctype, Some(key), body.to_string()).await
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
        self.put_own(doctype, None, body.to_string()).await
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
        self.put_own(doctype, None, body.to_string()).await
    }

    async fn put_own(
        &mut self,
        doctype: Doctype,
        key: Option<String>,
        body: String,
    ) -> Result<(), Refused> {
        let Stamp { label, influence } = self.run.stamp();
        let provenance = self.provenance();
        let op = match key {
            Some(key) => Op::Deposit { doctype, label, influence, provenance, key, body },
            None => Op::Create { doctype, label, influence, provenance, body },
        };
        let batch = WriteBatch { ops: vec![op], records: Vec::new(), log: Vec::new() };
        self.commit(batch).await.map(|_| ())
    }

    async fn write(
        &mut self,
        doctype: &Doctype,
        ops: Vec<Op>,
        act: &'static str,
    ) -> Result<Vec<Written>, Refused> {
        let count = ops.len();
        let event = Event::Wrote {
            act: act.to_owned(),
            doctype: doctype.clone(),
            count: count as u64,
            label: self.run.label().clone(),
        };
        let line = audit::encode(self.at, self.run.component().as_str(), &self.version, &event);
        let batch = WriteBatch { ops, records: Vec::new(), log: vec![line] };
        let written = self.commit(batch).await?;
        self.tally.wrote(doctype, count);
        Ok(written)
    }

    async fn commit(&self, batch: WriteBatch) -> Result<Vec<Written>, Refused> {
        let writing = self.home.store().write(batch);
        match tokio::time::timeout(limits::HOST_CALL_TIME_MAX, writing).await {
            Ok(result) => result.map_err(refused_write),
            Err(_) => Err(Refused::Unavailable),
        }
    }

    fn query_scope(
        &mut self,
        doctype: &str,
        origins: &[String],
    ) -> Result<(Doctype, ReadScope), Refused> {
        self.count_call()?;
        let doctype = self.doctype(doctype)?;
        let origins: Vec<ProviderId> = origins
            .iter()
            .map(|origin| origin.parse())
            .collect::<Result<_, _>>()
            .map_err(|error: domicile_policy::NameError| Refused::Invalid(error.to_string()))?;
        let scope = self.scope(&doctype, Action::Query, &origins)?;
        Ok((doctype, scope))
    }

    fn scope(
        &mut self,
        doctype: &Doctype,
        action: Action,
        origins: &[ProviderId],
    ) -> Result<ReadScope, Refused> {
        let scope = self.fault.read(&mut self.run, doctype, action, origins);
        scope.map_err(|denial| self.deny(denial))
    }

    fn state_scope(&self) -> Result<ReadScope, Refused> {
        Ok(ReadScope {
            doctype: self.doctype(STATE)?,
            admitted: self.run.state_visible().clone(),
            fields: None,
            rows: None,
        })
    }

    fn state_key(&self, key: &str) -> String {
        format!("{}/{key}", self.run.component())
    }

    fn saw<'a>(&mut self, doctype: &Doctype, documents: impl Iterator<Item = &'a Document>) {
        let mut influence = Influence::default();
        let mut count = 0;
        for document in documents {
            count += 1;
            influence = influence.join(&document.influence);
        }
        self.run.saw(&influence);
        self.tally.read(doctype, count);
    }

    fn doctype(&self, text: &str) -> Result<Doctype, Refused> {
        text.parse()
            .map_err(|error: domicile_policy::NameError| Refused::Invalid(error.to_string()))
    }

    fn provenance(&self) -> Provenance {
        Provenance {
            component: self.run.component().clone(),
            version: self.version.clone(),
            at: self.at.to_string(),
        }
    }

    fn count_call(&mut self) -> Result<(), Refused> {
        self.tally.calls += 1;
        if self.tally.calls > limits::HOST_CALLS_MAX { Err(Refused::Unavailable) } else { Ok(()) }
    }

    fn deny(&mut self, denial: Denial) -> Refused {
        self.tally.refuse(denial);
        Refused::Absent
    }

    /// The label that the run has reached.
    pub fn label(&self) -> &Label {
        self.run.label()
    }
}

fn at_most(what: &str, count: usize, most: usize) -> Result<(), Refused> {
    if count <= most {
        return Ok(());
    }
    Err(Refused::Invalid(format!("{count} {what} are more than the {most} that are allowed")))
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

fn unavailable_read(error: ReadError) -> Refused {
    tracing::error!(%error, "a home could not be read");
    Refused::Unavailable
}

fn refused_query(error: QueryError) -> Refused {
    match error {
        QueryError::Read(error) => unavailable_read(error),
        invalid => Refused::Invalid(invalid.to_string()),
    }
}

fn refused_write(error: WriteError) -> Refused {
    match error {
        WriteError::Absent => Refused::Absent,
        WriteError::Conflict => Refused::Conflict,
        WriteError::Invalid(text) => Refused::Invalid(text),
        other => {
            tracing::error!(error = %other, "a home could not be written");
            Refused::Unavailable
        }
    }
}
