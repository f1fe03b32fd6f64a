//! An author's tests without a runtime: a home in memory, and pages as text. Not part of a
//! component.
//!
//! ```ignore
//! let home = Home::new();
//! home.put("io.cozy.bank.accounts", json!({"label": "Current", "balance": 12.5}));
//! let page = handle(Request::get("/"));
//! assert!(testing::text(&page).contains("Current"));
//! ```

mod print;
pub(crate) mod selector;

pub use crate::bindings::konnector::domicile::konnector::net::Request as Asked;
pub use print::{html, text};

use crate::bindings::app::domicile::app::viewer::Viewer;
use crate::bindings::konnector::domicile::konnector::hook::Message;
use crate::bindings::konnector::domicile::konnector::net::Response;
use crate::importer::Question;
use crate::sys::native::{Provider, State, with};
use serde_json::Value;
use std::rc::Rc;

/// The home of the running test; each test thread has its own. Empty at first, English, in November
/// 2026.
#[derive(Debug)]
pub struct Home(());

impl Home {
    /// Begin with an empty home.
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        with(|state| *state = State::default());
        Home(())
    }

    /// Who looks, and when: `fr`, `2026-11-23`.
    pub fn viewer(&self, locale: &str, today: &str) {
        let (locale, today) = (locale.to_owned(), today.to_owned());
        let (time_zone, currency) = ("Europe/Paris".to_owned(), "EUR".to_owned());
        with(|state| state.viewer = Some(Viewer { locale, today, time_zone, currency }));
    }

    /// Store a document of another's; its id.
    pub fn put(&self, doctype: &str, body: Value) -> String {
        with(|state| {
            let id = id_of(state.sequence + 1);
            state.put(doctype, &id, Some(body));
            id
        })
    }

    /// What is stored.
    pub fn get(&self, doctype: &str, id: &str) -> Option<Value> {
        let key = (doctype.to_owned(), id.to_owned());
        with(|state| state.documents.get(&key).and_then(|d| d.body.clone()))
    }

    /// Take a document away.
    pub fn remove(&self, doctype: &str, id: &str) {
        with(|state| state.put(doctype, id, None));
    }

    /// How many documents were handed out so far: what a page costs is mostly these.
    pub fn documents_read(&self) -> usize {
        with(|state| state.read)
    }

    /// Title, text and path of each notice so far.
    pub fn notices(&self) -> Vec<(String, String, String)> {
        with(|state| state.notices.clone())
    }

    /// The last answer to a gate so far.
    pub fn answer(&self, gate: &str) -> Option<i64> {
        with(|state| state.answers.get(gate).copied())
    }

    /// Drop a file for an importer.
    pub fn drop_file(&self, name: &str, content: &[u8]) {
        with(|state| state.input = (name.to_owned(), content.to_vec()));
    }

    /// What an importer has asked its owner, if it did and there is no answer yet.
    pub fn asked(&self) -> Option<Question> {
        with(|state| state.question.clone())
    }

    /// Have the owner choose, from 0, what was asked: it is remembered, and the file can be read
    /// again. Without a question nothing happens.
    pub fn choose(&self, reading: u32) {
        with(|state| {
            let Some(question) = state.question.take() else { return };
            let titles = question.readings().iter().map(|one| one.title.clone()).collect();
            state.chosen.insert((question.about().to_owned(), titles), reading);
        });
    }

    /// Have the owner take back all that they chose.
    pub fn forget_choices(&self) {
        with(|state| state.chosen.clear());
    }

    /// Fill a field of a konnector's account.
    pub fn field(&self, name: &str, value: &str) {
        with(|state| state.fields.insert(name.to_owned(), value.to_owned()));
    }

    /// Give a konnector the table `recipe` of its manifest, as JSON.
    pub fn recipe(&self, json: &str) {
        with(|state| state.recipe = Some(json.to_owned()));
    }

    /// Have the provider send a message to the account's address.
    pub fn message(&self, content_type: &str, body: &[u8]) {
        let message = Message { content_type: content_type.to_owned(), body: body.to_vec() };
        with(|state| state.messages.push_back(message));
    }

    /// Have an owner who answers when a code for this secret is asked for.
    pub fn answers(&self, secret: &str) {
        with(|state| state.codes.insert(secret.to_owned()));
    }

    /// Have an owner who opens the pages that a konnector asks for.
    pub fn visits(&self) {
        with(|state| state.visitor = true);
    }

    /// Answer a konnector's requests: status, headers, body.
    pub fn provider<B: Into<Vec<u8>>>(
        &self,
        answer: impl Fn(&Asked) -> (u16, Vec<(&'static str, &'static str)>, B) + 'static,
    ) {
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        let provider: Provider = Box::new(move |request| {
            let (status, headers, body) = answer(request);
            let headers = headers.into_iter().map(owned).collect();
            Ok(Response { status, headers, body: body.into() })
        });
        with(|state| state.provider = Some(provider));
    }

    /// Answer what a konnector writes on its streams.
    pub fn server(&self, answer: impl Fn(&[u8]) -> Vec<u8> + 'static) {
        with(|state| state.server = Some(Rc::new(answer)));
    }

    /// Doctype, key and body of each deposit so far.
    pub fn deposits(&self) -> Vec<(String, String, Value)> {
        with(|state| state.deposits.clone())
    }

    /// Path and bytes of each file that was saved so far.
    pub fn saved(&self) -> Vec<(String, Vec<u8>)> {
        with(|state| state.saved.clone())
    }
}

/// Ids have the length of real ones.
pub(crate) fn id_of(number: u64) -> String {
    format!("{number:0>43}")
}
