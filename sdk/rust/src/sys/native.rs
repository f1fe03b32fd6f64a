//! The host's functions over the home of the running test. Each test thread has its own.

use crate::bindings::app::domicile::app::state::Error as StateError;
use crate::bindings::app::domicile::app::viewer::Viewer;
use crate::bindings::app::domicile::docs::{query, types, write};
use crate::bindings::app::domicile::files::types::Entry;
use crate::bindings::importer::domicile::konnector::{choice, deposit};
use crate::bindings::konnector::domicile::files::download::Downloaded;
use crate::bindings::konnector::domicile::konnector::hook::Message;
use crate::bindings::konnector::domicile::konnector::{account, net, stream};
use crate::importer::{Question, Reading};
use crate::testing::selector;
use serde_json::Value;
use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;
use types::{Document, Error};

#[derive(Default)]
pub(crate) struct State {
    pub viewer: Option<Viewer>,
    pub documents: BTreeMap<(String, String), Stored>,
    /// Counts every change: revisions and feed positions.
    pub sequence: u64,
    /// Documents that were handed out.
    pub read: usize,
    pub notices: Vec<(String, String, String)>,
    pub answers: BTreeMap<String, i64>,
    pub values: BTreeMap<String, String>,
    pub input: (String, Vec<u8>),
    pub deposits: Vec<(String, String, Value)>,
    /// What an importer asked and nobody had answered.
    pub question: Option<Question>,
    /// What the owner chose, by what it is about and the titles.
    pub chosen: BTreeMap<(String, Vec<String>), u32>,
    pub entries: BTreeMap<String, Entry>,
    /// Of files, by the entry's id.
    pub bytes: BTreeMap<String, Rc<Vec<u8>>>,
    pub saved: Vec<(String, Vec<u8>)>,
    pub fields: BTreeMap<String, String>,
    pub recipe: Option<String>,
    pub messages: VecDeque<Message>,
    /// Secrets for which an owner answers.
    pub codes: BTreeSet<String>,
    /// Whether an owner is there who opens pages.
    pub visitor: bool,
    /// What a provider answers, request by request; without it, nothing is reached.
    pub provider: Option<Provider>,
    /// What a server says to what is written on a stream; without it, nothing is reached.
    pub server: Option<Server>,
}

/// A server of a test, behind a stream.
pub(crate) type Server = Rc<dyn Fn(&[u8]) -> Vec<u8>>;

/// A provider of a test.
pub(crate) type Provider = Box<dyn Fn(&net::Request) -> Result<net::Response, net::Error>>;

pub(crate) struct Stored {
    pub sequence: u64,
    /// `None` once it is deleted.
    pub body: Option<Value>,
}

thread_local! {
    static STATE: RefCell<State> = RefCell::default();
}

pub(crate) fn with<R>(f: impl FnOnce(&mut State) -> R) -> R {
    STATE.with(|state| f(&mut state.borrow_mut()))
}

impl State {
    pub fn put(&mut self, doctype: &str, id: &str, body: Option<Value>) -> String {
        self.sequence += 1;
        let sequence = self.sequence;
        self.documents.insert((doctype.to_owned(), id.to_owned()), Stored { sequence, body });
        sequence.to_string()
    }

    fn at(&self, doctype: &str, id: &str) -> Option<Document> {
        let stored = self.documents.get(&(doctype.to_owned(), id.to_owned()))?;
        document(id, stored)
    }

    fn check(&self, doctype: &str, id: &str, revision: &str) -> Result<(), Error> {
        match self.at(doctype, id) {
            None => Err(Error::Absent),
            Some(found) if found.revision != revision => Err(Error::Conflict),
            Some(_) => Ok(()),
        }
    }

    fn of<'a>(&'a self, doctype: &'a str) -> impl Iterator<Item = (&'a str, &'a Stored)> {
        let ours = self.documents.iter().filter(move |((d, _), _)| d == doctype);
        ours.map(|((_, id), stored)| (id.as_str(), stored))
    }

    fn matching<'a>(
        &'a self,
        request: &'a query::Request,
    ) -> Result<Vec<(&'a str, &'a Stored)>, Error> {
        let selector = serde_json::from_str(&request.selector)
            .map_err(|e| Error::Invalid(format!("selector: {e}")))?;
        let mut found = Vec::new();
        for (id, stored) in self.of(&request.doctype) {
            let Some(body) = &stored.body else { continue };
            if selector::matches(&selector, body).map_err(Error::Invalid)? {
                found.push((id, stored));
            }
        }
        Ok(found)
    }
}

fn document(id: &str, stored: &Stored) -> Option<Document> {
    let body = stored.body.as_ref()?.to_string();
    Some(Document { id: id.to_owned(), revision: stored.sequence.to_string(), body })
}

fn parse(body: &str) -> Result<Value, Error> {
    serde_json::from_str(body).map_err(|e| Error::Invalid(e.to_string()))
}

pub(crate) fn get_many(doctype: &str, ids: &[String]) -> Result<Vec<Option<Document>>, Error> {
    with(|s| {
        let found: Vec<Option<Document>> = ids.iter().map(|id| s.at(doctype, id)).collect();
        s.read += found.iter().flatten().count();
        Ok(found)
    })
}

pub(crate) fn find(request: &query::Request) -> Result<query::Page, Error> {
    with(|s| {
        let mut found = s.matching(request)?;
        found.sort_by(|(a_id, a), (b_id, b)| {
            let key = |stored: &Stored, field: &str| {
                let body = stored.body.as_ref().unwrap_or(&Value::Null);
                selector::at(body, field).cloned().unwrap_or(Value::Null)
            };
            for sort in &request.sort {
                let order = selector::compare(&key(a, &sort.field), &key(b, &sort.field));
                let order = if sort.descending { order.reverse() } else { order };
                if order != Ordering::Equal {
                    return order;
                }
            }
            a_id.cmp(b_id)
        });
        let from: usize = request
            .cursor
            .as_deref()
            .map_or(Ok(0), str::parse)
            .map_err(|_| Error::Invalid("cursor: not of this query".to_owned()))?;
        let to = found.len().min(from + request.limit as usize);
        let next = (to < found.len()).then(|| to.to_string());
        let page = found.get(from..to).unwrap_or_default();
        let documents: Vec<Document> = page.iter().filter_map(|(i, d)| document(i, d)).collect();
        s.read += documents.len();
        Ok(query::Page { documents, next })
    })
}

pub(crate) fn count(request: &query::Request) -> Result<u64, Error> {
    with(|s| Ok(s.matching(request)?.len() as u64))
}

pub(crate) fn changes(
    doctype: &str,
    cursor: Option<&str>,
    limit: u32,
) -> Result<query::ChangePage, Error> {
    let since: u64 = cursor.and_then(|c| c.parse().ok()).unwrap_or(0);
    with(|s| {
        let mut later: Vec<_> = s.of(doctype).filter(|(_, d)| d.sequence > since).collect();
        later.sort_by_key(|(_, d)| d.sequence);
        let more = later.len() > limit as usize;
        later.truncate(limit as usize);
        let next = later.last().map_or(since, |(_, d)| d.sequence).to_string();
        let change = |(id, d): &(&str, &Stored)| query::Change {
            id: (*id).to_owned(),
            document: document(id, d),
        };
        Ok(query::ChangePage { changes: later.iter().map(change).collect(), next, more })
    })
}

pub(crate) fn create_many(doctype: &str, bodies: &[String]) -> Result<Vec<write::Created>, Error> {
    let bodies: Result<Vec<Value>, Error> = bodies.iter().map(|b| parse(b)).collect();
    with(|s| {
        let made = bodies?.into_iter().map(|body| {
            let id = crate::testing::id_of(s.sequence + 1);
            let revision = s.put(doctype, &id, Some(body));
            write::Created { id, revision }
        });
        Ok(made.collect())
    })
}

pub(crate) fn update_many(doctype: &str, all: &[write::Update]) -> Result<Vec<String>, Error> {
    with(|s| {
        let bodies: Result<Vec<Value>, Error> = all.iter().map(|u| parse(&u.body)).collect();
        for update in all {
            s.check(doctype, &update.id, &update.revision)?;
        }
        let each = all.iter().zip(bodies?);
        Ok(each.map(|(u, body)| s.put(doctype, &u.id, Some(body))).collect())
    })
}

pub(crate) fn delete_many(doctype: &str, all: &[write::Removal]) -> Result<(), Error> {
    with(|s| {
        for removal in all {
            s.check(doctype, &removal.id, &removal.revision)?;
        }
        for removal in all {
            s.put(doctype, &removal.id, None);
        }
        Ok(())
    })
}

pub(crate) fn viewer() -> Viewer {
    with(|s| s.viewer.clone()).unwrap_or_else(|| Viewer {
        locale: "en".to_owned(),
        today: "2026-11-23".to_owned(),
        time_zone: "Europe/Paris".to_owned(),
        currency: "EUR".to_owned(),
    })
}

pub(crate) fn answer(gate: &str, value: i64) {
    with(|s| s.answers.insert(gate.to_owned(), value));
}

pub(crate) fn notify(title: &str, text: &str, path: &str) {
    with(|s| s.notices.push((title.to_owned(), text.to_owned(), path.to_owned())));
}

pub(crate) fn state_get(key: &str) -> Result<Option<String>, StateError> {
    with(|s| Ok(s.values.get(key).cloned()))
}

pub(crate) fn state_set(key: &str, value: &str) -> Result<(), StateError> {
    with(|s| s.values.insert(key.to_owned(), value.to_owned()));
    Ok(())
}

pub(crate) fn state_remove(key: &str) -> Result<(), StateError> {
    with(|s| s.values.remove(key));
    Ok(())
}

pub(crate) fn input_locale() -> String {
    viewer().locale
}

pub(crate) fn input_name() -> String {
    with(|s| s.input.0.clone())
}

pub(crate) fn input_size() -> u64 {
    with(|s| s.input.1.len() as u64)
}

pub(crate) fn input_read(offset: u64, length: u32) -> Vec<u8> {
    with(|s| {
        let size = s.input.1.len();
        let from = usize::try_from(offset).unwrap_or(size).min(size);
        s.input.1[from..size.min(from + length as usize)].to_vec()
    })
}

pub(crate) fn id_for(doctype: &str, key: &str) -> Result<String, deposit::Error> {
    Ok(format!("{doctype}/{key}"))
}

pub(crate) fn put_many(doctype: &str, items: &[deposit::Item]) -> Result<(), deposit::Error> {
    for item in items {
        let body =
            serde_json::from_str(&item.body).map_err(|e| deposit::Error::Invalid(e.to_string()))?;
        with(|s| s.deposits.push((doctype.to_owned(), item.key.clone(), body)));
    }
    Ok(())
}

pub(crate) fn choose(
    about: &str,
    words: &str,
    readings: &[choice::Reading],
) -> Result<Option<u32>, choice::Error> {
    let titles: Vec<String> = readings.iter().map(|reading| reading.title.clone()).collect();
    let invalid = |text: &str| Err(choice::Error::Invalid(text.to_owned()));
    match titles.len() {
        0 => return invalid("there is no reading to choose"),
        1..=crate::importer::READINGS_MAX => {}
        _ => return invalid("more readings than the 6 that are allowed"),
    }
    if titles.iter().collect::<BTreeSet<_>>().len() != titles.len() {
        return invalid("two readings have the same title");
    }
    let chosen = recall(about, &titles);
    let reading = |one: &choice::Reading| Reading {
        title: one.title.clone(),
        columns: one.columns.clone(),
        rows: one.rows.clone(),
    };
    let question = Question::new(about, words);
    let question = readings.iter().map(reading).fold(question, Question::reading);
    with(|s| {
        if chosen.is_none() && s.question.is_none() {
            s.question = Some(question);
        }
    });
    Ok(chosen)
}

pub(crate) fn recall(about: &str, titles: &[String]) -> Option<u32> {
    with(|s| s.chosen.get(&(about.to_owned(), titles.to_vec())).copied())
}

pub(crate) fn report_progress(_done: u64, _total: u64, _message: &str) {}

pub(crate) fn locale() -> String {
    viewer().locale
}

pub(crate) fn recipe() -> Option<String> {
    with(|s| s.recipe.clone())
}

pub(crate) fn next_message() -> Option<Message> {
    with(|s| s.messages.pop_front())
}

pub(crate) fn field(name: &str) -> Option<String> {
    with(|s| s.fields.get(name).cloned())
}

pub(crate) fn challenge(secret: &str, _question: &str) -> Result<(), account::Error> {
    with(|s| if s.codes.contains(secret) { Ok(()) } else { Err(account::Error::Unanswered) })
}

pub(crate) fn visit(
    _route: &str,
    _slots: &[(String, String)],
    _query: &[(String, String)],
) -> Result<(), account::Error> {
    with(|s| if s.visitor { Ok(()) } else { Err(account::Error::Unanswered) })
}

pub(crate) fn fetch(request: &net::Request) -> Result<net::Response, net::Error> {
    with(|s| s.provider.as_ref().map_or(Err(net::Error::Unreachable), |answer| answer(request)))
}

pub(crate) fn download(
    request: &net::Request,
    path: &str,
    _key: &str,
    _mime: &str,
) -> Result<Downloaded, net::Error> {
    let net::Response { status, headers, body } = fetch(request)?;
    let size = if status == 200 { body.len() as u64 } else { 0 };
    if status == 200 {
        with(|s| s.saved.push((path.to_owned(), body)));
    }
    Ok(Downloaded { status, headers, size })
}

pub(crate) fn fetch_many(requests: &[net::Request]) -> Vec<Result<net::Response, net::Error>> {
    requests.iter().map(fetch).collect()
}

/// A stream to the server of the test.
pub(crate) struct Connection {
    server: Server,
    said: RefCell<Vec<u8>>,
}

impl Connection {
    pub fn read(&self, max: u32) -> Result<Vec<u8>, stream::Error> {
        let mut said = self.said.borrow_mut();
        let length = said.len().min(max as usize);
        Ok(said.drain(..length).collect())
    }

    pub fn write(&self, bytes: &[u8]) -> Result<(), stream::Error> {
        self.said.borrow_mut().extend((self.server)(bytes));
        Ok(())
    }
}

pub(crate) fn stream_open(_name: &str) -> Result<Connection, stream::Error> {
    let server = with(|s| s.server.clone()).ok_or(stream::Error::Unreachable)?;
    Ok(Connection { server, said: RefCell::default() })
}
