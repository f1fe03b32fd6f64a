//! One run's dealings with the home.
//!
//! The order is always the same: count the call, ask the policy (which raises the run's label by
//! the arguments alone), go to the store, join the influence of what was read. What the guest gets
//! is a document, or one of four constants.

use std::collections::BTreeMap;
use std::sync::Arc;

use domicile_policy::{
    ChangeScope, Denial, Doctype, Fault, Influence, Label, Look, ProviderId, ReadScope, Run,
};
use domicile_proto::manifest::Gate;
use domicile_store::{
    ChangePage, Document, Op, Page, Provenance, Query, QueryError, ReadError, WriteBatch,
    WriteError, Written,
};
use jiff::Timestamp;

use super::audit::{self, Event};
use super::choice::Question;
use super::deposits::Deposits;
use super::files;
use super::net::Line;
use super::tally::Tally;
use crate::engine::limits;
use crate::house::Home;

/// Documents that one read names at most.
pub const IDS_MAX: usize = 100;
/// Documents that one write names at most.
pub const WRITES_MAX: usize = 500;

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
    pub(super) home: Arc<Home>,
    pub(super) run: Run,
    pub(super) fault: Fault,
    pub(super) version: String,
    pub(super) at: Timestamp,
    viewer: Viewer,
    pub(super) files: files::Open,
    pub(super) tally: Tally,
    pub(super) line: Option<Line>,
    pub(super) deposits: Deposits,
    pub(super) notices: usize,
    /// What it asks its owner.
    pub(super) question: Option<Question>,
    /// Those that it may answer.
    pub(super) gates: Vec<Gate>,
    /// Its last answers.
    pub(super) answers: BTreeMap<String, i64>,
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
            files: files::Open::default(),
            tally: Tally::default(),
            line: None,
            deposits: Deposits::default(),
            notices: 0,
            question: None,
            gates: Vec::new(),
            answers: BTreeMap::new(),
        }
    }

    /// Connect the run of a konnector with its provider.
    pub fn connect(&mut self, line: Line) {
        self.line = Some(line);
    }

    /// What is deposited came from the provider, although nothing was asked here (R9).
    pub fn heard_provider(&mut self) {
        self.fault.receive(&mut self.run);
    }

    /// The same, with gates that the run may answer.
    #[must_use]
    pub fn with_gates(self, gates: Vec<Gate>) -> Session {
        Session { gates, ..self }
    }

    /// Who is looking.
    pub fn viewer(&self) -> &Viewer {
        &self.viewer
    }

    /// When the run began: the only time that it knows, to the second.
    pub fn began(&self) -> Timestamp {
        self.at
    }

    /// Which rule is off.
    pub fn fault(&self) -> Fault {
        self.fault
    }

    /// The run, with its label and influence so far.
    pub fn run(&self) -> &Run {
        &self.run
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
        let scope = self.scope(&doctype, Look::Read, &[])?;
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let documents = self.home.store().get_many(&scope, &ids).map_err(unavailable_read)?;
        self.saw(&scope, documents.iter().flatten());
        self.leak_hidden(&doctype, &ids, &documents)?;
        Ok(documents)
    }

    /// Find (R3).
    pub fn find(
        &mut self,
        doctype: &str,
        query: &Query,
        origins: &[String],
    ) -> Result<Page, Refused> {
        let scope = self.query_scope(doctype, Look::Find, origins)?;
        let page = self.home.store().find(&scope, query).map_err(refused_query)?;
        self.saw(&scope, page.documents.iter());
        Ok(page)
    }

    /// Count (R3).
    pub fn count(
        &mut self,
        doctype: &str,
        query: &Query,
        origins: &[String],
    ) -> Result<u64, Refused> {
        let scope = self.query_scope(doctype, Look::Count, origins)?;
        let count = self.home.store().count(&scope, query).map_err(refused_query)?;
        self.tally.read(&scope.doctype, 0);
        Ok(count)
    }

    /// The change feed (R3, R14).
    pub fn changes(
        &mut self,
        doctype: &str,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<ChangePage, Refused> {
        let scope = self.query_scope(doctype, Look::Feed, &[])?;
        let page = self.home.store().changes(&scope, cursor, limit).map_err(refused_query)?;
        self.saw(&scope, page.changes.iter().filter_map(|change| change.document.as_ref()));
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
        let stamp =
            self.fault.create(&mut self.run, &doctype).map_err(|denial| self.deny(denial))?;
        let ops = bodies.into_iter().map(|body| Op::Create {
            doctype: doctype.clone(),
            label: stamp.label.clone(),
            influence: stamp.influence.clone(),
            provenance: self.provenance(),
            body,
        });
        let ops = ops.collect();
        self.write(&doctype, changes(ops), "created").await
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
        let scope = self.change_scope(&doctype, false)?;
        let ids: Vec<String> = updates.iter().map(|(id, ..)| id.clone()).collect();
        let ops = updates.into_iter().map(|(id, revision, body)| Op::Update {
            scope: scope.clone(),
            id,
            revision,
            body,
            provenance: self.provenance(),
        });
        let ops = ops.collect();
        let written = self.write(&doctype, changes(ops), "changed").await;
        written.map_err(|refused| self.leak_conflict(&doctype, &ids, refused))
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
        let scope = self.change_scope(&doctype, true)?;
        let ids: Vec<String> = removals.iter().map(|(id, _)| id.clone()).collect();
        let ops = removals.into_iter().map(|(id, revision)| Op::Delete {
            scope: scope.clone(),
            id,
            revision,
            provenance: self.provenance(),
        });
        let ops = ops.collect();
        let written = self.write(&doctype, changes(ops), "deleted").await.map(|_| ());
        written.map_err(|refused| self.leak_conflict(&doctype, &ids, refused))
    }

    pub(super) async fn write(
        &mut self,
        doctype: &Doctype,
        mut batch: WriteBatch,
        act: &'static str,
    ) -> Result<Vec<Written>, Refused> {
        let count = batch.ops.len();
        let event = Event::Wrote {
            act: act.to_owned(),
            doctype: doctype.clone(),
            count: count as u64,
            label: self.run.label().clone(),
        };
        let line = audit::encode(self.at, self.run.component().as_str(), &self.version, &event);
        batch.log.push(line);
        let written = self.commit(batch).await?;
        self.tally.wrote(doctype, count);
        for label in written.iter().filter_map(|one| one.place.as_ref()) {
            self.tally.moved(doctype, label);
        }
        self.home.pull_bell();
        Ok(written)
    }

    pub(super) async fn commit(&self, batch: WriteBatch) -> Result<Vec<Written>, Refused> {
        let writing = self.home.store().write(batch);
        match tokio::time::timeout(limits::HOST_CALL_TIME_MAX, writing).await {
            Ok(result) => result.map_err(refused_write),
            Err(_) => Err(Refused::Unavailable),
        }
    }

    fn query_scope(
        &mut self,
        doctype: &str,
        look: Look,
        origins: &[String],
    ) -> Result<ReadScope, Refused> {
        self.count_call()?;
        let doctype = self.doctype(doctype)?;
        let origins: Vec<ProviderId> = origins
            .iter()
            .map(|origin| origin.parse())
            .collect::<Result<_, _>>()
            .map_err(|error: domicile_policy::NameError| Refused::Invalid(error.to_string()))?;
        self.scope(&doctype, look, &origins)
    }

    pub(super) fn scope(
        &mut self,
        doctype: &Doctype,
        look: Look,
        origins: &[ProviderId],
    ) -> Result<ReadScope, Refused> {
        let scope = self.fault.read(&mut self.run, doctype, look, origins);
        scope.map_err(|denial| self.deny(denial))
    }

    pub(super) fn change_scope(
        &mut self,
        doctype: &Doctype,
        delete: bool,
    ) -> Result<ChangeScope, Refused> {
        let scope = self.fault.change(&mut self.run, doctype, delete);
        scope.map_err(|denial| self.deny(denial))
    }

    pub(super) fn saw<'a>(
        &mut self,
        scope: &ReadScope,
        documents: impl Iterator<Item = &'a Document>,
    ) {
        let documents: Vec<&Document> = documents.collect();
        let shapes = documents.iter().map(|document| &document.influence);
        self.run.saw(&shapes.fold(Influence::default(), |all, one| all.join(one)));
        self.fault.found(&mut self.run, scope, documents.iter().map(|document| &document.label));
        self.tally.read(&scope.doctype, documents.len());
    }

    pub(super) fn doctype(&self, text: &str) -> Result<Doctype, Refused> {
        text.parse()
            .map_err(|error: domicile_policy::NameError| Refused::Invalid(error.to_string()))
    }

    pub(super) fn provenance(&self) -> Provenance {
        Provenance {
            component: self.run.component().clone(),
            version: self.version.clone(),
            at: self.at.to_string(),
        }
    }

    pub(super) fn count_call(&mut self) -> Result<(), Refused> {
        #[cfg(feature = "faults")]
        self.watched();
        self.tally.calls += 1;
        if self.tally.calls > limits::HOST_CALLS_MAX { Err(Refused::Unavailable) } else { Ok(()) }
    }

    /// Let a test look at what the call before has done.
    #[cfg(feature = "faults")]
    pub(crate) fn watched(&self) {
        self.home.watched(&self.run);
    }

    pub(super) fn deny(&mut self, denial: Denial) -> Refused {
        self.tally.refuse(denial);
        Refused::Absent
    }

    /// The label that the run has reached.
    pub fn label(&self) -> &Label {
        self.run.label()
    }
}

fn changes(ops: Vec<Op>) -> WriteBatch {
    WriteBatch { ops, ..WriteBatch::default() }
}

pub(super) fn at_most(what: &str, count: usize, most: usize) -> Result<(), Refused> {
    if count <= most {
        return Ok(());
    }
    Err(Refused::Invalid(format!("{count} {what} are more than the {most} that are allowed")))
}

pub(super) fn unavailable_read(error: ReadError) -> Refused {
    tracing::error!(%error, "a home could not be read");
    Refused::Unavailable
}

pub(super) fn refused_query(error: QueryError) -> Refused {
    match error {
        QueryError::Read(error) => unavailable_read(error),
        invalid => Refused::Invalid(invalid.to_string()),
    }
}

pub(super) fn refused_write(error: WriteError) -> Refused {
    match error {
        WriteError::Absent => Refused::Absent,
        WriteError::Conflict => Refused::Conflict,
        WriteError::Invalid(text) => Refused::Invalid(text),
        // Its own doing: in the server's log it would be a word of the guest's to the operator.
        WriteError::Quota { .. } => Refused::Unavailable,
        other => {
            tracing::error!(error = %other, "a home could not be written");
            Refused::Unavailable
        }
    }
}
