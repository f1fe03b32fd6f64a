//! Does what its account's field `program` says: a line of JSON, a host call, a line of answer in
//! its report's warnings.
//!
//! A run of a konnector has no argument, so that what it shall try stands in the account. `BODY` in
//! a line stands for the last body that came.

use std::collections::BTreeMap;

use domicile_sdk::bindings::collect_exports as exports;
use domicile_sdk::bindings::importer::domicile::konnector::{deposit, progress};
use domicile_sdk::konnector::{
    Answer, Failure, Fetch, FetchError, challenge, field, messages, route, send_all, visit,
};
use domicile_sdk::prelude::*;
use domicile_sdk::state;
use domicile_sdk::stream::{self, Stream, StreamError};

/// Characters of a line of answer.
const LINE_MAX: usize = 280;

struct Entry;

impl exports::Guest for Entry {
    fn run() -> Result<exports::Report, Failure> {
        let mut said = Vec::new();
        let program = field("program").unwrap_or_default();
        let (mut body, mut streams) = (String::new(), Vec::new());
        for line in program.lines().filter(|line| !line.trim().is_empty()) {
            let line = line.replace("BODY", &body.replace(['"', '\\', '\n'], "'"));
            let step: Step = match serde_json::from_str(&line) {
                Ok(step) => step,
                Err(error) => return Err(Failure::Other(format!("{line}: {error}"))),
            };
            let answer = act(step, &mut body, &mut streams)?;
            said.push(answer.chars().take(LINE_MAX).collect());
        }
        Ok(exports::Report { summary: format!("{} steps", said.len()), warnings: said })
    }
}

domicile_sdk::bindings::konnector::export_konnector!(
    Entry with_types_in domicile_sdk::bindings::konnector
);

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
enum Step {
    Fetch(Request),
    Many(Vec<Request>),
    /// The same request so many times.
    Times(u32, Request),
    Deposit(String, String, serde_json::Value),
    /// So many operations.
    Deposits(u32),
    Set(String, String),
    Recall(String),
    Challenge(String, String),
    Visit(Request),
    Open(String),
    /// As often, and all of them stay open.
    Opens(u32, String),
    Write(String),
    /// Until there is so much, or nothing more.
    Read(usize),
    Progress(u64, u64, String),
    /// All messages that wait; with a doctype, each is deposited there by its body as the key.
    Messages(String),
    Fail(String),
    /// Each run fails with the next of these.
    FailInTurn(Vec<String>),
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    route: String,
    #[serde(default)]
    slots: BTreeMap<String, String>,
    #[serde(default)]
    query: BTreeMap<String, String>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    form: Option<BTreeMap<String, String>>,
    json: Option<serde_json::Value>,
    bytes: Option<String>,
}

impl Request {
    fn fetch(self) -> Fetch {
        let mut fetch = route(&self.route);
        for (name, value) in &self.slots {
            fetch = fetch.slot(name, value);
        }
        for (name, value) in &self.query {
            fetch = fetch.query(name, value);
        }
        for (name, value) in &self.headers {
            fetch = fetch.header(name, value);
        }
        if let Some(form) = &self.form {
            let fields: Vec<(&str, &str)> =
                form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            fetch = fetch.form(&fields);
        }
        if let Some(json) = &self.json {
            fetch = fetch.json(json);
        }
        if let Some(bytes) = self.bytes {
            fetch = fetch.bytes(bytes.into_bytes());
        }
        fetch
    }
}

fn act(step: Step, body: &mut String, streams: &mut Vec<Stream>) -> Result<String, Failure> {
    Ok(match step {
        Step::Fetch(request) => told(request.fetch().send(), body),
        Step::Many(requests) => {
            let all = send_all(requests.into_iter().map(Request::fetch).collect());
            let all: Vec<String> = all.into_iter().map(|answer| told(answer, body)).collect();
            all.join(" | ")
        }
        Step::Times(count, request) => {
            let mut last = String::new();
            for _ in 0..count {
                last = told(request.clone().fetch().send(), body);
            }
            last
        }
        Step::Deposit(doctype, key, value) => {
            let item = deposit::Item { key, body: value.to_string() };
            format!("{:?}", deposit::put_many(&doctype, &[item]))
        }
        Step::Deposits(count) => {
            let body =
                |at| serde_json::json!({ "label": "CAFE", "date": "2026-11-23", "amount": at });
            let item = |at| deposit::Item { key: format!("n{at}"), body: body(at).to_string() };
            let items: Vec<_> = (0..count).map(item).collect();
            format!("{:?}", deposit::put_many("io.cozy.bank.operations", &items))
        }
        Step::Set(key, value) => format!("{:?}", state::set(&key, &value)),
        Step::Recall(key) => {
            let found = state::get::<String>(&key).ok().flatten();
            *body = found.clone().unwrap_or_default();
            format!("{found:?}")
        }
        Step::Progress(done, total, message) => {
            progress::report(done, total, &message);
            "told".to_owned()
        }
        Step::Challenge(secret, question) => {
            challenge(&secret, &question)?;
            "answered".to_owned()
        }
        Step::Visit(request) => {
            visit(request.fetch())?;
            "visited".to_owned()
        }
        Step::Messages(doctype) => {
            *body = heard(&doctype)?;
            body.clone()
        }
        Step::Fail(kind) => return Err(failure(&kind)),
        Step::FailInTurn(kinds) => {
            let before = state::get::<usize>("turn").ok().flatten().unwrap_or_default();
            state::set("turn", &(before + 1)).map_err(|error| failure(&format!("{error:?}")))?;
            return Err(failure(kinds.get(before).map_or("no turn", String::as_str)));
        }
        Step::Open(name) => opened(&name, streams),
        Step::Opens(count, name) => {
            let spent = (0..count).filter(|_| opened(&name, streams) == "Spent").count();
            format!("of {count}, {spent} spent")
        }
        Step::Write(text) => match streams.last() {
            Some(stream) => format!("{:?}", stream.write(text.as_bytes())),
            None => "no stream".to_owned(),
        },
        Step::Read(max) => match streams.last() {
            Some(stream) => read(stream, max),
            None => "no stream".to_owned(),
        },
    })
}

/// All messages that wait.
fn heard(doctype: &str) -> Result<String, Failure> {
    let mut texts = Vec::new();
    for message in messages() {
        let text = String::from_utf8_lossy(&message.body).into_owned();
        if !doctype.is_empty() {
            let key: String = text.chars().take(100).collect();
            let body = serde_json::json!({ "label": key, "date": "2026-11-23", "amount": 1 });
            let item = deposit::Item { key, body: body.to_string() };
            let put = deposit::put_many(doctype, &[item]);
            put.map_err(|error| failure(&format!("{error:?}")))?;
        }
        texts.push(format!("{} {text}", message.content_type));
    }
    Ok(texts.join("|"))
}

fn failure(kind: &str) -> Failure {
    match kind {
        "login" => Failure::LoginFailed,
        "vendor" => Failure::VendorDown,
        other => Failure::Other(other.to_owned()),
    }
}

fn opened(name: &str, streams: &mut Vec<Stream>) -> String {
    match stream::open(name) {
        Ok(stream) => {
            streams.push(stream);
            "open".to_owned()
        }
        Err(error) => format!("{error:?}"),
    }
}

/// What came, its length, and why there is no more.
fn read(stream: &Stream, max: usize) -> String {
    let (mut all, mut end) = (Vec::new(), None::<StreamError>);
    while all.len() < max {
        match stream.read((max - all.len()) as u32) {
            Ok(some) if some.is_empty() => break,
            Ok(some) => all.extend(some),
            Err(error) => {
                end = Some(error);
                break;
            }
        }
    }
    let text: String = String::from_utf8_lossy(&all).chars().take(LINE_MAX / 2).collect();
    format!("{} bytes {end:?} {text}", all.len())
}

/// The end of a long body and its length, in one line.
fn told(answer: Result<Answer, FetchError>, body: &mut String) -> String {
    match answer {
        Ok(answer) => {
            *body = answer.text();
            let location = answer.header("location").unwrap_or("-");
            let cookie = answer.header("set-cookie").unwrap_or("-");
            let text: String = body.chars().take(LINE_MAX).collect();
            format!("{} {} {location} {cookie} {text}", answer.status, body.len())
        }
        Err(error) => format!("{error:?}"),
    }
}
