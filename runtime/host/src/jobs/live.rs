//! Runs for accounts that go on: how far they are, and what they ask their owner.
//!
//! In flow progress and questions of konnectors, and the owner's codes; out flow states to look at
//! while a run lasts. How it ended is the lane's. A code is handed to the run that asked, and to
//! nobody else.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domicile_policy::Cause;
use tokio::sync::{mpsc, oneshot, watch};

use crate::engine::state::Progress;
use crate::flow::owner::{Question, Visit};
use crate::house::{Home, House};
use crate::runs::collect::{Collected, Company, collect};

/// How far a run is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Live {
    /// As the konnector says.
    pub progress: Progress,
    /// What it asks the owner for, in its own words.
    pub question: Option<String>,
    /// Which page it asks the owner to open.
    pub visit: Option<Visit>,
}

impl Live {
    /// Whether it waits for its owner.
    pub fn asks(&self) -> bool {
        self.question.is_some() || self.visit.is_some()
    }
}

struct Running {
    state: watch::Sender<Live>,
    answer: Option<oneshot::Sender<String>>,
}

/// The runs that go on, by account.
#[derive(Default)]
pub struct Board(Mutex<HashMap<String, Running>>);

impl Board {
    fn with<T>(&self, account: &str, act: impl FnOnce(&mut Running) -> T) -> Option<T> {
        self.all().get_mut(account).map(act)
    }

    /// How far the run for an account is, from now to its end; `None` if there is none.
    pub fn watch(&self, account: &str) -> Option<watch::Receiver<Live>> {
        self.with(account, |running| running.state.subscribe())
    }

    /// Hand the owner's answer to the run that asked for it: a code, or what a browser came back
    /// from that page with. One that ended meanwhile, or asks something else, needs none.
    pub fn answer(&self, account: &str, visit: Option<&str>, told: String) -> bool {
        let waiting = self.with(account, |running| {
            let asked = running.state.borrow().visit.as_ref().map(|visit| visit.id.clone());
            let answer = running.answer.take_if(|_| asked.as_deref() == visit)?;
            running.state.send_modify(|live| (live.question, live.visit) = (None, None));
            Some(answer)
        });
        waiting.flatten().is_some_and(|waiting| waiting.send(told).is_ok())
    }

    fn ask(&self, account: &str, question: Option<Question>) {
        self.with(account, |running| {
            let asked = question.map(|one| (one.text, one.visit, one.answer));
            let (text, visit, answer) = match asked {
                Some((text, visit, answer)) => (Some(text), visit, Some(answer)),
                None => (None, None, None),
            };
            running.answer = answer;
            running.state.send_modify(|live| {
                live.question = text.filter(|_| visit.is_none());
                live.visit = visit;
            });
        });
    }

    fn all(&self) -> MutexGuard<'_, HashMap<String, Running>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// On the board until it is dropped, however the run ended: when that is kept, so that a page shows
/// one or the other.
pub struct Listed {
    house: House,
    account: String,
}

impl Listed {
    /// List a run that begins: from now on it can be watched.
    pub fn new(house: &House, account: &str) -> Listed {
        let running = Running { state: watch::Sender::default(), answer: None };
        house.desk().board().all().insert(account.to_owned(), running);
        Listed { house: house.clone(), account: account.to_owned() }
    }
}

impl Drop for Listed {
    fn drop(&mut self) {
        self.house.desk().board().all().remove(&self.account);
    }
}

/// Let a listed run for an account go on to its end. Who started it is there for its questions: a
/// schedule is nobody.
pub async fn attend(house: &House, home: &Arc<Home>, account: &str, cause: Cause) -> Collected {
    let board = house.desk().board();
    let (progress, mut far) = watch::channel(Progress::default());
    let (asking, mut questions) = mpsc::channel::<Option<Question>>(1);
    let owner = matches!(cause, Cause::OwnerTrusted).then_some(asking);
    let company = Company { progress: Some(progress), owner, ..Company::default() };
    let collecting = collect(house, home, account, cause, company);
    tokio::pin!(collecting);
    loop {
        tokio::select! {
            ended = &mut collecting => return ended,
            Some(question) = questions.recv() => board.ask(account, question),
            Ok(()) = far.changed() => {
                let progress = far.borrow_and_update().clone();
                board.with(account, |running| {
                    running.state.send_modify(|live| live.progress = progress);
                });
            }
        }
    }
}
