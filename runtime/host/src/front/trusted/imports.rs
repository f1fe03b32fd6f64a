//! Dropped files: taken in, read by the importer that knows them, and reported. An import goes on
//! when the browser leaves; its page waits for it a little, then says how far it is.

use std::collections::VecDeque;
use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use askama::Template;
use data_encoding::HEXLOWER;
use domicile_policy::HomeName;
use tokio::sync::watch;

use super::super::act::is_path;
use super::super::form::File;
use super::super::limits::UPLOAD_BYTES_MAX;
use super::super::page::{Frame, see};
use super::super::problem::Failure;
use super::super::texts::{Texts, fill, texts};
use super::{Answer, Owner, apps, trusted};
use crate::house::{Home, House, Locale};
use crate::runs::import::{ImportError, Imported, import};

/// Imports that are remembered.
const REMEMBERED_MAX: usize = 100;
/// How long the page waits for the end.
const WAIT_MAX: Duration = Duration::from_secs(2);

/// The imports of this server's run.
#[derive(Default)]
pub struct Imports {
    all: Mutex<VecDeque<Job>>,
}

#[derive(Clone)]
struct Job {
    id: String,
    home: HomeName,
    back: String,
    files: watch::Receiver<Vec<Outcome>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Waiting,
    Done,
    Failed,
}

/// One file, as the page shows it.
#[derive(Clone)]
struct Outcome {
    name: String,
    state: State,
    text: String,
    counts: String,
    warnings: Vec<String>,
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

    fn waiting(file: &File, t: &Texts) -> Outcome {
        Outcome {
            name: file.name.chars().take(100).collect(),
            state: State::Waiting,
            text: t.importing.to_owned(),
            counts: String::new(),
            warnings: Vec::new(),
        }
    }

    fn settle(&mut self, result: Result<Imported, ImportError>, locale: Locale) {
        let t = texts(locale);
        match result {
            Ok(imported) => {
                self.state = State::Done;
                self.text = imported.summary;
                self.counts = fill(&fill(t.import_counts, imported.deposited), imported.changed);
                self.warnings = imported.warnings;
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
    let waiting = form.files.iter().map(|file| Outcome::waiting(file, t)).collect();
    let (sender, files) = watch::channel(waiting);
    let job = Job { id: id.clone(), home: owner.ask.name.clone(), back, files };
    owner.ask.front.inner.imports.remember(job);
    let (house, home) = (owner.ask.front.house().clone(), Arc::clone(&owner.home));
    tokio::spawn(run(house, home, form.files, sender, owner.ask.locale));
    Ok(see(&format!("/import/{id}")))
}

async fn run(
    house: House,
    home: Arc<Home>,
    files: Vec<File>,
    outcomes: watch::Sender<Vec<Outcome>>,
    locale: Locale,
) {
    for (at, file) in files.into_iter().enumerate() {
        let result = import(&house, &home, &file.name, file.content, None).await;
        if let Some(cause) = result.as_ref().err().and_then(|error| error.source()) {
            tracing::error!(%cause, "a file could not be imported");
        }
        outcomes.send_modify(|outcomes| {
            if let Some(outcome) = outcomes.get_mut(at) {
                outcome.settle(result, locale);
            }
        });
    }
}

impl Imports {
    fn remember(&self, job: Job) {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        while all.len() >= REMEMBERED_MAX {
            all.pop_front();
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
    files: Vec<Outcome>,
    done: bool,
    back: String,
}

/// How far an import is.
pub async fn show(owner: &Owner, id: &str) -> Answer {
    let job = owner.ask.front.inner.imports.find(&owner.ask.name, id);
    let mut job = job.ok_or_else(|| Failure::not_found(owner.t()))?;
    let all_settled = |files: &Vec<Outcome>| !files.iter().any(Outcome::is_waiting);
    let ended = tokio::time::timeout(WAIT_MAX, job.files.wait_for(all_settled)).await;
    drop(ended);
    let files = job.files.borrow().clone();
    let frame = owner.frame(owner.t().import_title, "/");
    trusted(&ImportPage { frame, done: all_settled(&files), files, back: job.back })
}
