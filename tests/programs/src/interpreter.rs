//! Runs a generated program (`domicile_property::program`) on the real interfaces of a guest.
//!
//! In flow a task and a way to do one step; out flow the memory and everything that an answer says:
//! bodies, ids, revisions, cursors, errors.

use std::time::Instant;

use domicile_property::program::Op;
use domicile_property::{REFUSED, mix};
use domicile_sdk::bindings::app::domicile::docs::types::Error as Refused;
use domicile_sdk::bindings::app::domicile::docs::{query, read, write};
use domicile_sdk::bindings::importer::domicile::konnector::deposit;
use domicile_sdk::konnector::{Answer, route};
use domicile_sdk::{notices, state};

const DOCTYPES: [&str; 3] = ["io.cozy.bank.operations", "io.cozy.notes", "io.cozy.contacts"];
const PROVIDERS: [&str; 3] = ["self", "acme", "evil"];

/// What came of a program.
pub struct Ended {
    /// The sum of all that it saw.
    pub memory: u8,
    /// Every answer, one a line.
    pub said: String,
    /// The children that it started: a doctype to look at, and what they are told.
    pub children: Vec<(usize, u8)>,
}

/// Runs a program, step by step.
pub fn run(program: &[Op], mut memory: u8, step: impl Fn(&Op, u8) -> String) -> Ended {
    let (mut said, mut children, mut skip) = (String::new(), Vec::new(), 0);
    for op in program {
        if skip > 0 {
            skip -= 1;
            continue;
        }
        match op {
            Op::SkipIfOdd(count) => skip = if memory % 2 == 1 { *count } else { 0 },
            Op::Add(byte) => memory = memory.wrapping_add(*byte),
            Op::Spawn(doctype) => children.push((*doctype, memory)),
            op => {
                let answer = step(op, memory);
                memory = mix(memory, answer.bytes());
                said.push_str(&answer);
                said.push('\n');
            }
        }
    }
    Ended { memory, said, children }
}

/// One step of an app or a service.
pub fn step(op: &Op, memory: u8, known: &[String]) -> String {
    match op {
        Op::Query(doctype, from) => shown(query::find(&all(*doctype, from))),
        Op::Count(doctype) => shown(query::count(&all(*doctype, &[]))),
        Op::Feed(doctype) => shown(query::changes(DOCTYPES[*doctype], None, 100)),
        Op::Read(doctype, at) => {
            let ids: Vec<String> = known.get(*at).cloned().into_iter().collect();
            shown(read::get_many(DOCTYPES[*doctype], &ids))
        }
        Op::Create(doctype) => {
            shown(write::create_many(DOCTYPES[*doctype], &[body(*doctype, memory)]))
        }
        Op::Change(doctype, at, delete) => {
            let found = query::find(&all(*doctype, &[])).map(|page| page.documents);
            let target = found.and_then(|all| all.into_iter().nth(*at).ok_or(Refused::Absent));
            shown(target.and_then(|one| {
                change(*doctype, one.id, one.revision, (!delete).then_some(memory))
            }))
        }
        Op::Guess(doctype, at, delete) => {
            let id = known.get(*at).cloned().unwrap_or_default();
            shown(change(*doctype, id, "guessed".to_owned(), (!delete).then_some(memory)))
        }
        Op::Notify => {
            notices::notify("memory", &memory.to_string(), "/");
            String::new()
        }
        op => anywhere(op, memory),
    }
}

/// One step of a konnector. Its provider sees a memory, and answers one of two numbers.
pub fn gather(op: &Op, memory: u8) -> String {
    let told = |answer: Answer| (answer.status, answer.text());
    match op {
        Op::Deposit(doctype, key) => {
            let item = deposit::Item { key: format!("key{key}"), body: body(*doctype, memory) };
            shown(deposit::put_many(DOCTYPES[*doctype], &[item]))
        }
        Op::Send => shown(route("send").slot("memory", memory).send().map(told)),
        Op::Receive([here, there]) => {
            let fetch = route("either").slot("here", here).slot("there", there);
            shown(fetch.send().map(told))
        }
        op => anywhere(op, memory),
    }
}

/// One step of any component.
fn anywhere(op: &Op, memory: u8) -> String {
    match op {
        Op::GetState => shown(state::get::<u8>("memory")),
        Op::SetState => shown(state::set("memory", &memory)),
        Op::Print => {
            println!("{memory}");
            String::new()
        }
        Op::Now => shown(Instant::now()),
        // Not linked: refused before it is asked.
        _ => REFUSED.to_string(),
    }
}

fn change(
    doctype: usize,
    id: String,
    revision: String,
    memory: Option<u8>,
) -> Result<Vec<String>, Refused> {
    match memory {
        Some(memory) => {
            let update = write::Update { id, revision, body: body(doctype, memory) };
            write::update_many(DOCTYPES[doctype], &[update])
        }
        None => {
            let removal = write::Removal { id, revision };
            write::delete_many(DOCTYPES[doctype], &[removal]).map(|()| Vec::new())
        }
    }
}

/// A document of the doctype that says `memory`.
fn body(doctype: usize, memory: u8) -> String {
    match doctype {
        0 => format!(r#"{{"label":"{memory}","date":"2026-11-01","amount":{memory}}}"#),
        1 => format!(r#"{{"title":"{memory}"}}"#),
        _ => format!(r#"{{"displayName":"{memory}"}}"#),
    }
}

fn all(doctype: usize, from: &[usize]) -> query::Request {
    query::Request {
        doctype: DOCTYPES[doctype].to_owned(),
        selector: "{}".to_owned(),
        sort: Vec::new(),
        limit: 2,
        cursor: None,
        origins: from.iter().map(|at| PROVIDERS[*at].to_owned()).collect(),
    }
}

fn shown(answer: impl std::fmt::Debug) -> String {
    format!("{answer:?}")
}
