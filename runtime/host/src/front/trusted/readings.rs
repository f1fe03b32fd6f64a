//! What importers ask about files: each question with its readings, the owner's answer, and the
//! answers that are remembered, to be taken back.
//!
//! In flow the number of a reading, with the question that it answers; out flows the file, to be
//! read again by the importer that asked. Never here: an importer's word outside of a quotation or
//! a cell, and no file that waits for longer than there is room.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use domicile_policy::HomeName;

use super::super::limits::{FORM_BYTES_MAX, UPLOAD_BYTES_MAX};
use super::super::page::see;
use super::super::problem::Failure;
use super::super::texts::{fill, texts};
use super::{Answer, Owner, apps, imports};
use crate::flow::choice::{self, Chosen, Question, Reading};
use crate::house::{Home, Locale};
use crate::registry::{self, Installed};

/// Bytes of one home's files that wait for an answer: as many as one form has.
const HOME_BYTES_MAX: usize = UPLOAD_BYTES_MAX;
/// The same of all homes.
const BYTES_MAX: usize = 256 * 1024 * 1024;

/// What is asked about one file, as its page shows it.
#[derive(Clone)]
pub struct Asked {
    /// Who asks: the importer's id.
    pub id: String,
    /// That it asks, in the home's words.
    pub lead: String,
    /// The question, in the importer's.
    pub words: String,
    /// What there is to choose from.
    pub readings: Vec<Reading>,
    /// Which question it is.
    pub key: String,
    /// Whether the file is still there.
    pub held: bool,
}

impl Asked {
    /// As its owner sees it.
    pub fn of(question: &Question, home: &Home, locale: Locale) -> Asked {
        let name = registry::find(home, &question.component);
        let name = name.map(|one| one.manifest.name.in_locale(locale).to_owned());
        Asked {
            id: question.component.to_string(),
            lead: fill(texts(locale).import_asks, name.unwrap_or_default()),
            words: question.words.clone(),
            readings: question.readings.clone(),
            key: question.key().to_owned(),
            held: false,
        }
    }
}

/// A file that waits for its owner's answer.
pub struct Waiting {
    pub job: String,
    pub home: HomeName,
    /// Which file of the job.
    pub at: usize,
    pub name: String,
    pub content: Bytes,
    pub question: Arc<Question>,
    /// Questions about it that were answered.
    pub answers: usize,
}

/// All of them, the oldest first. What there is no room for is dropped: the owner drops it again.
#[derive(Default)]
pub struct Waits(Mutex<VecDeque<Waiting>>);

impl Waits {
    fn lock(&self) -> MutexGuard<'_, VecDeque<Waiting>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keep a file for a while.
    pub fn hold(&self, new: Waiting) {
        let mut all = self.lock();
        let home = new.home.clone();
        all.push_back(new);
        drop_oldest(&mut all, HOME_BYTES_MAX, |one| one.home == home);
        drop_oldest(&mut all, BYTES_MAX, |_| true);
    }

    /// Whether a file still waits.
    pub fn holds(&self, job: &str, at: usize) -> bool {
        self.lock().iter().any(|one| one.job == job && one.at == at)
    }

    /// Drop all files of a job.
    pub fn forget(&self, job: &str) {
        self.lock().retain(|one| one.job != job);
    }

    /// The file that this answers, once; nothing if it is about another question. `Err` if it is no
    /// answer.
    fn take(&self, home: &HomeName, job: &str, form: &Sent) -> Result<Option<Waiting>, ()> {
        let mut all = self.lock();
        let found = all.iter().position(|one| {
            let here = one.home == *home && one.job == job && one.at == form.file;
            here && one.question.key() == form.question
        });
        let Some(found) = found else { return Ok(None) };
        let readings = all.get(found).map_or(0, |one| one.question.readings.len());
        if form.reading < readings { Ok(all.remove(found)) } else { Err(()) }
    }
}

fn drop_oldest(all: &mut VecDeque<Waiting>, most: usize, counts: impl Fn(&Waiting) -> bool) {
    let mut held: usize = all.iter().filter(|one| counts(one)).map(|one| one.content.len()).sum();
    all.retain(|one| {
        let goes = held > most && counts(one);
        held -= if goes { one.content.len() } else { 0 };
        !goes
    });
}

/// What the form of a question says.
struct Sent {
    file: usize,
    question: String,
    reading: usize,
}

/// The owner's answer about one file, which is then read again.
pub async fn answer(mut owner: Owner, id: &str) -> Answer {
    let form = owner.ask.form(FORM_BYTES_MAX).await?;
    let bad = || Failure::bad_form(owner.t());
    let number = |name: &str| form.value(name).parse::<usize>().map_err(|_| bad());
    let question = form.value("question").to_owned();
    let sent = Sent { file: number("file")?, question, reading: number("reading")? };
    let waits = &owner.ask.front.inner.imports.waits;
    let waiting = waits.take(&owner.ask.name, id, &sent).map_err(|()| bad())?;
    if let Some(waiting) = waiting {
        imports::go_on(&owner, id, waiting, sent.reading)?;
    }
    Ok(see(&format!("/import/{id}")))
}

/// A remembered answer in the list of its importer.
pub struct Row {
    pub key: String,
    pub question: String,
    pub title: String,
    /// About which file, and when.
    pub state: String,
}

/// The remembered answers of an importer, for its page.
pub fn rows(owner: &Owner, installed: &Installed) -> Result<Vec<Row>, Failure> {
    let t = owner.t();
    let row = |one: Chosen| {
        let day = one.at.strftime("%Y-%m-%d");
        let state = fill(&fill(t.choice_of, one.file), day);
        Row { key: one.key, question: one.question, title: one.title, state }
    };
    Ok(choice::of(&owner.home, installed.id())?.into_iter().map(row).collect())
}

/// The owner takes an answer back.
pub async fn forget(mut owner: Owner, id: &str) -> Answer {
    let component = apps::find(&owner, id)?.id().clone();
    let form = owner.ask.form(FORM_BYTES_MAX).await?;
    choice::take_back(&owner.home, &component, form.value("choice")).await?;
    Ok(see(&format!("/apps/{component}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waiting(home: &str, job: &str, bytes: usize) -> Waiting {
        Waiting {
            job: job.to_owned(),
            home: home.parse().unwrap(),
            at: 0,
            name: "a.csv".to_owned(),
            content: Bytes::from(vec![0; bytes]),
            question: Arc::new(Question::of_test("csv", &["a", "b"])),
            answers: 0,
        }
    }

    #[test]
    fn a_home_has_room_for_one_form_and_loses_its_oldest_alone() {
        let waits = Waits::default();
        waits.hold(waiting("one", "1", HOME_BYTES_MAX - 1));
        waits.hold(waiting("two", "2", 1));
        waits.hold(waiting("one", "3", 1));
        assert!(["1", "2", "3"].iter().all(|job| waits.holds(job, 0)));
        waits.hold(waiting("one", "4", 1));
        assert!(!waits.holds("1", 0));
        assert!(["2", "3", "4"].iter().all(|job| waits.holds(job, 0)));
        waits.forget("3");
        assert!(!waits.holds("3", 0));
    }

    #[test]
    fn an_answer_counts_once_for_its_question_in_its_home() {
        let waits = Waits::default();
        let home: HomeName = "one".parse().unwrap();
        waits.hold(waiting("one", "1", 1));
        let key = Question::of_test("csv", &["a", "b"]).key().to_owned();
        let sent =
            |question: &str, reading| Sent { file: 0, question: question.to_owned(), reading };
        assert!(waits.take(&"two".parse().unwrap(), "1", &sent(&key, 0)).unwrap().is_none());
        assert!(waits.take(&home, "2", &sent(&key, 0)).unwrap().is_none());
        assert!(waits.take(&home, "1", &sent("another", 0)).unwrap().is_none());
        assert!(waits.take(&home, "1", &sent(&key, 2)).is_err());
        assert!(waits.take(&home, "1", &sent(&key, 1)).unwrap().is_some());
        assert!(waits.take(&home, "1", &sent(&key, 1)).unwrap().is_none());
    }
}
