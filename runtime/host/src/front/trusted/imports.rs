//! Dropped files: taken in, read by the importer that knows them, and reported. An import goes on
//! when the browser leaves; its page waits for it a little, then says how far it is. A file whose
//! importer asks how to read it waits for its owner's answer.

use std::collections::VecDeque;
use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use askama::Template;
use bytes::Bytes;
use data_encoding::HEXLOWER;
use domicile_policy::HomeName;
use tokio::sync::watch;

use super::super::Front;
use super::super::act::is_path;
use super::super::limits::UPLOAD_BYTES_MAX;
use super::super::page::{Frame, see};
use super::super::problem::Failure;
use super::super::texts::{Texts, fill, texts};
use super::readings::{Asked, Waiting, Waits};
use super::{Answer, Owner, apps, trusted};
use crate::flow::choice::Question;
use crate::house::{Home, Locale};
use crate::runs::import::{self, ImportError, Imported, Reason};

/// Imports that are remembered.
const REMEMBERED_MAX: usize = 100;
/// How long the page waits for the end.
const WAIT_MAX: Duration = Duration::from_secs(2);

/// The imports of this server's run.
#[derive(Default)]
pub struct Imports {
    all: Mutex<VecDeque<Job>>,
    /// Files that wait for an answer.
    pub(super) waits: Waits,
}

/// The files of one form.
#[derive(Clone)]
pub(super) struct Job {
    pub(super) id: String,
    home: HomeName,
    back: String,
    files: watch::Sender<Vec<Outcome>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Waiting,
    Done,
    Failed,
    Asks,
}

/// One file, as the page shows it.
#[derive(Clone)]
struct Outcome {
    at: usize,
    name: String,
    state: State,
    text: String,
    counts: String,
    warnings: Vec<String>,
    /// What its importer asks.
    asked: Option<Asked>,
}

impl Outcome {
    fn is_waiting(&self) -> bool {
        self.state == State::Waiting
    }

    fn is_done(&self) -> bool {
        self.state == State::Done
    }

    fn is_failed(&self) -> bool {
        self.state == State::Failed
    }

    fn waiting(at: usize, name: &str, t: &Texts) -> Outcome {
        Outcome {
            at,
            name: name.chars().take(100).collect(),
            state: State::Waiting,
            text: t.importing.to_owned(),
            counts: String::new(),
            warnings: Vec::new(),
            asked: None,
        }
    }

    fn settle(&mut self, result: Result<Imported, ImportError>, home: &Home, locale: Locale) {
        let t = texts(locale);
        match result {
            Ok(imported) => {
                self.state = State::Done;
                self.text = imported.summary;
                self.counts = fill(&fill(t.import_counts, imported.deposited), imported.changed);
                self.warnings = imported.warnings;
            }
            Err(ImportError { reason: Reason::Asks(question, others), .. }) => {
                self.state = State::Asks;
                self.text = others.unwrap_or_default();
                self.asked = Some(Asked::of(&question, home, locale));
            }
            Err(error) => {
                self.state = State::Failed;
                self.text = error.words(locale);
            }
        }
    }
}

/// Take files in.
pub async fn send(mut owner: Owner) -> Answer {
    let t = owner.t();
    let form = owner.ask.form(UPLOAD_BYTES_MAX).await?;
    if form.files.is_empty() {
        return Err(apps::no_file(t));
    }
    let back = form.value("back").to_owned();
    let back = if is_path(&back) { back } else { "/".to_owned() };
    let mut draw = [0u8; 16];
    getrandom::fill(&mut draw).map_err(|error| Failure::unavailable(&error))?;
    let id = HEXLOWER.encode(&draw);
    let outcomes = form.files.iter().enumerate();
    let outcomes = outcomes.map(|(at, file)| Outcome::waiting(at, &file.name, t)).collect();
    let (files, _) = watch::channel(outcomes);
    let job = Job { id: id.clone(), home: owner.ask.name.clone(), back, files };
    owner.ask.front.inner.imports.remember(job.clone());
    let works = form.files.into_iter().enumerate().map(|(at, file)| Work {
        front: owner.ask.front.clone(),
        home: Arc::clone(&owner.home),
        job: job.clone(),
        at,
        name: file.name,
        content: file.content,
        answers: 0,
        locale: owner.ask.locale,
    });
    let works: Vec<Work> = works.collect();
    tokio::spawn(async move {
        for work in works {
            work.import().await;
        }
    });
    Ok(see(&format!("/import/{id}")))
}

/// One file that is being read.
pub(super) struct Work {
    front: Front,
    home: Arc<Home>,
    job: Job,
    at: usize,
    name: String,
    content: Bytes,
    /// Questions about it that were answered.
    answers: usize,
    locale: Locale,
}

impl Work {
    async fn import(self) {
        let (house, content) = (self.front.house(), self.content.clone());
        let result = import::import(house, &self.home, &self.name, content, None).await;
        self.settle(result);
    }

    /// Read a file that waited, as its owner said.
    fn resume(owner: &Owner, job: Job, waiting: Waiting) -> (Work, Arc<Question>) {
        let Waiting { at, name, content, answers, question, .. } = waiting;
        let (front, home) = (owner.ask.front.clone(), Arc::clone(&owner.home));
        let work = Work { front, home, job, at, name, content, answers, locale: owner.ask.locale };
        work.outcome(|outcome| *outcome = Outcome::waiting(outcome.at, &outcome.name, owner.t()));
        (work, question)
    }

    async fn answer(mut self, question: &Question, reading: usize) {
        let (house, content) = (self.front.house(), self.content.clone());
        let (home, chosen) = (&self.home, (question, reading));
        let result = import::answered(house, home, &self.name, content, chosen, self.answers).await;
        self.answers += 1;
        self.settle(result);
    }

    fn settle(self, result: Result<Imported, ImportError>) {
        if let Some(cause) = result.as_ref().err().and_then(|error| error.source()) {
            tracing::error!(%cause, "a file could not be imported");
        }
        if let Err(ImportError { reason: Reason::Asks(question, _), .. }) = &result {
            self.front.inner.imports.waits.hold(Waiting {
                job: self.job.id.clone(),
                home: self.home.name().clone(),
                at: self.at,
                name: self.name.clone(),
                content: self.content.clone(),
                question: Arc::new(Question::clone(question)),
                answers: self.answers,
            });
        }
        self.outcome(|outcome| outcome.settle(result, &self.home, self.locale));
    }

    fn outcome(&self, change: impl FnOnce(&mut Outcome)) {
        self.job.files.send_modify(|outcomes| {
            if let Some(outcome) = outcomes.get_mut(self.at) {
                change(outcome);
            }
        });
    }
}

/// Have a file read as its owner says, who is asked once for each question: a form that is sent
/// twice, or that is older than what is asked now, changes nothing.
pub fn go_on(owner: &Owner, id: &str, waiting: Waiting, reading: usize) -> Result<(), Failure> {
    let job = owner.ask.front.inner.imports.find(&owner.ask.name, id);
    let job = job.ok_or_else(|| Failure::not_found(owner.t()))?;
    let (work, question) = Work::resume(owner, job, waiting);
    tokio::spawn(async move { work.answer(&question, reading).await });
    Ok(())
}

impl Imports {
    fn remember(&self, job: Job) {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        while all.len() >= REMEMBERED_MAX {
            let gone = all.pop_front();
            gone.iter().for_each(|gone| self.waits.forget(&gone.id));
        }
        all.push_back(job);
    }

    fn find(&self, home: &HomeName, id: &str) -> Option<Job> {
        let all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        all.iter().find(|job| job.id == id && job.home == *home).cloned()
    }
}

#[derive(Template)]
#[template(path = "import.html")]
struct ImportPage {
    frame: Frame,
    id: String,
    files: Vec<Outcome>,
    done: bool,
    asks: bool,
    back: String,
}

/// How far an import is.
pub async fn show(owner: &Owner, id: &str) -> Answer {
    let imports = &owner.ask.front.inner.imports;
    let job = imports.find(&owner.ask.name, id);
    let job = job.ok_or_else(|| Failure::not_found(owner.t()))?;
    let all_settled = |files: &Vec<Outcome>| !files.iter().any(Outcome::is_waiting);
    let mut watched = job.files.subscribe();
    let ended = tokio::time::timeout(WAIT_MAX, watched.wait_for(all_settled)).await;
    drop(ended);
    let mut files = job.files.borrow().clone();
    for file in &mut files {
        let held = imports.waits.holds(&job.id, file.at);
        file.asked.iter_mut().for_each(|asked| asked.held = held);
    }
    let frame = owner.frame(owner.t().import_title, "/");
    let (id, back, done) = (job.id, job.back, all_settled(&files));
    let asks = files.iter().any(|file| file.asked.is_some());
    trusted(&ImportPage { frame, id, files, done, asks, back })
}
