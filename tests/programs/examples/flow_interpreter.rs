//! Does what its path says: one line, one host call, one line of answer on its page.
//!
//! An attack of `tests/exfil` is therefore a text. `SEEN` in an argument stands for what the run
//! has read so far, and `if TEXT` does the rest of its line only when that holds TEXT. `panel` puts
//! a panel on the page that does the rest of its line, where `;` ends a line.

use domicile_sdk::bindings::app::domicile::docs::types::{Document, Error as Refused};
use domicile_sdk::bindings::app::domicile::docs::{query, read, write};
use domicile_sdk::bindings::app_exports;
use domicile_sdk::prelude::*;
use domicile_sdk::{gate, notices, state};

/// Before a program in the path of a panel.
const PANEL: &str = "/panel/";

// No `app!`, which embeds a manifest: each attack packs its own.
struct Entry;

impl app_exports::Guest for Entry {
    fn handle(request: app_exports::Request) -> app_exports::Response {
        handle(request.into()).into()
    }
}

domicile_sdk::bindings::app::export_app!(Entry with_types_in domicile_sdk::bindings::app);

fn handle(request: Request) -> Response {
    let mut seen = String::new();
    let program = match request.path.strip_prefix(PANEL) {
        Some(program) => program.replace('+', " ").replace(';', "\n"),
        None => request.path.trim_start_matches('/').to_owned(),
    };
    let lines = || program.lines().map(str::trim).filter(|line| !line.is_empty());
    let answers: Vec<String> = lines().filter_map(|line| step(line, &mut seen)).collect();
    let view = view! {
        pre { (answers.join("\n")) }
        @for program in lines().filter_map(|line| line.strip_prefix("panel ")) {
            panel (format!("{PANEL}{}", program.replace(' ', "+")));
        }
    };
    Response::page("Interpreter", view)
}

fn step(line: &str, seen: &mut String) -> Option<String> {
    let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
    if word == "if" {
        let (text, rest) = rest.split_once(' ')?;
        return seen.contains(text).then(|| step(rest, seen)).flatten();
    }
    let rest = rest.replace("SEEN", &seen.replace(['"', '\\', '\n'], "'"));
    let (subject, argument) = rest.split_once(' ').unwrap_or((&rest, ""));
    let answer = act(word, subject, argument);
    if matches!(word, "find" | "where" | "count-where" | "get" | "state-get") {
        seen.push_str(&answer);
    }
    Some(answer)
}

fn act(word: &str, subject: &str, argument: &str) -> String {
    let both = || format!("{subject} {argument}");
    match word {
        "find" => shown(query::find(&all(subject)).map(|page| bodies(page.documents))),
        "where" => {
            shown(query::find(&all_where(subject, argument)).map(|page| bodies(page.documents)))
        }
        "count" => shown(query::count(&all(subject))),
        "count-where" => shown(query::count(&all_where(subject, argument))),
        "feed" => {
            shown(query::changes(subject, None, 100).map(|page| (page.changes.len(), page.more)))
        }
        "page" => shown(query::find(&query::Request {
            cursor: Some(argument.to_owned()),
            ..all(subject)
        })),
        "cursor" => shown(query::find(&query::Request { limit: 1, ..all(subject) }).map(|page| {
            // Its length is what another run could compare.
            page.next.map(|cursor| cursor.len())
        })),
        "get" => {
            shown(read::get_many(subject, &[argument.to_owned()]).map(|found| {
                found.into_iter().map(|one| one.map(|one| one.body)).collect::<Vec<_>>()
            }))
        }
        "create" => {
            shown(write::create_many(subject, &[argument.to_owned()]).map(|made| made.len()))
        }
        "update" => shown(first(subject).and_then(|one| {
            let body = argument.to_owned();
            let update = write::Update { id: one.id, revision: one.revision, body };
            write::update_many(subject, &[update]).map(|made| made.len())
        })),
        "delete" => shown(first(subject).and_then(|one| {
            let removal = write::Removal { id: one.id, revision: one.revision };
            write::delete_many(subject, &[removal])
        })),
        "state-get" => shown(state::get::<String>(subject)),
        "state-set" => shown(state::set(subject, &argument)),
        "answer" => {
            gate::answer(subject, argument.trim().parse().unwrap());
            String::new()
        }
        "notify" => {
            notices::notify(subject, argument, "/");
            String::new()
        }
        "say" => {
            println!("{}", both());
            String::new()
        }
        "panic" => panic!("{}", both()),
        "loop" => loop {
            std::hint::black_box(());
        },
        "panel" => String::new(),
        _ => format!("no such word: {word}"),
    }
}

fn shown(answer: impl std::fmt::Debug) -> String {
    format!("{answer:?}")
}

fn all(doctype: &str) -> query::Request {
    query::Request {
        doctype: doctype.to_owned(),
        selector: "{}".to_owned(),
        sort: Vec::new(),
        limit: 100,
        cursor: None,
        origins: Vec::new(),
    }
}

fn all_where(doctype: &str, selector: &str) -> query::Request {
    query::Request { selector: selector.to_owned(), ..all(doctype) }
}

/// Their texts in an order of their own: ids are drawn, and would tell two homes apart.
fn bodies(documents: Vec<Document>) -> Vec<String> {
    let mut bodies: Vec<String> = documents.into_iter().map(|one| one.body).collect();
    bodies.sort_unstable();
    bodies
}

fn first(doctype: &str) -> std::result::Result<Document, Refused> {
    let mut found = query::find(&all(doctype))?.documents;
    found.sort_unstable_by(|one, other| one.body.cmp(&other.body));
    found.into_iter().next().ok_or(Refused::Absent)
}
