//! Does with files what its path says: one line, one act, one line of answer on its page.
//!
//! As `flow_interpreter` does with documents: `SEEN` in an argument stands for what the run has
//! learnt of the bank, and `if TEXT` does the rest of its line only when that holds TEXT.

use domicile_sdk::bindings::app::domicile::docs::query;
use domicile_sdk::bindings::app_exports;
use domicile_sdk::files::{self, Entry, ROOT};
use domicile_sdk::prelude::*;

// No `app!`, which embeds a manifest: each attack packs its own.
struct Program;

impl app_exports::Guest for Program {
    fn handle(request: app_exports::Request) -> app_exports::Response {
        handle(request.into()).into()
    }
}

domicile_sdk::bindings::app::export_app!(Program with_types_in domicile_sdk::bindings::app);

fn handle(request: Request) -> Response {
    let mut seen = String::new();
    // A browser's address holds no line and no space: there it stands in the query.
    let asked = request.query.iter().find(|(name, _)| name == "do");
    let program = asked.map_or(request.path.trim_start_matches('/'), |(_, program)| program);
    let lines = program.lines().filter(|line| !line.trim().is_empty());
    let answers: Vec<String> = lines.filter_map(|line| step(line.trim(), &mut seen)).collect();
    Response::page("Files", view! { pre { (answers.join("\n")) } })
}

fn step(line: &str, seen: &mut String) -> Option<String> {
    let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
    if word == "if" {
        let (text, rest) = rest.split_once(' ')?;
        return seen.contains(text).then(|| step(rest, seen)).flatten();
    }
    if word == "know" {
        seen.push_str(&know());
        return None;
    }
    let rest = rest.replace("SEEN", seen);
    let mut words = rest.splitn(3, ' ');
    let mut next = || words.next().unwrap_or_default();
    Some(match act(word, next(), next(), next()) {
        Ok(answer) => answer,
        Err(error) => format!("{error:?}"),
    })
}

fn act(word: &str, one: &str, two: &str, three: &str) -> std::result::Result<String, DocsError> {
    match word {
        "folder" => files::create_folder(ROOT, one).map(|_| "made".to_owned()),
        "file" => {
            let file = files::create(&inside(one)?, two, "text/plain")?;
            file.write(three.as_bytes())?;
            file.finish().map(|_| "written".to_owned())
        }
        // What the run learns between the first byte and the last.
        "late" => {
            let file = files::create(ROOT, one, "text/plain")?;
            let learnt = know();
            file.write(learnt.as_bytes())?;
            file.finish().map(|_| "written".to_owned())
        }
        "unfinished" => {
            let file = files::create(ROOT, one, "text/plain")?;
            file.write(&vec![7; 3 << 20])?;
            Ok("dropped".to_owned())
        }
        "list" => {
            let page = files::entries(&inside(one)?, None, 100)?;
            let line = |entry: &Entry| format!("{} {} {}", entry.name, entry.size, entry.mime);
            Ok(page.entries.iter().map(line).collect::<Vec<_>>().join(", "))
        }
        "sum" => files::summary(&inside(one)?).map(|all| format!("{all:?}")),
        "read" => {
            let bytes = files::open(&find(ROOT, one)?.id)?.bytes()?;
            Ok(String::from_utf8_lossy(&bytes).into_owned())
        }
        "open" => files::open(one).map(|file| format!("{} bytes", file.size())),
        "stat" => files::stat(one).map(|entry| entry.name),
        "replace" => {
            let entry = find(ROOT, one)?;
            let file = files::replace(&entry.id, &entry.revision)?;
            file.write(two.as_bytes())?;
            file.finish().map(|_| "replaced".to_owned())
        }
        "rename" => {
            let entry = find(ROOT, one)?;
            files::rename(&entry.id, &entry.revision, two).map(|_| "renamed".to_owned())
        }
        "move" => {
            let (entry, to) = (find(ROOT, one)?, inside(two)?);
            files::move_to(&entry.id, &entry.revision, &to).map(|_| "moved".to_owned())
        }
        "trash" => {
            let entry = find(ROOT, one)?;
            files::trash(&entry.id, &entry.revision).map(|_| "gone".to_owned())
        }
        _ => Ok(format!("no such word: {word}")),
    }
}

/// All that the bank tells.
fn know() -> String {
    let found = query::find(&query::Request {
        doctype: "io.cozy.bank.operations".to_owned(),
        selector: "{}".to_owned(),
        sort: Vec::new(),
        limit: 100,
        cursor: None,
        origins: Vec::new(),
    });
    let documents = found.map(|page| page.documents).unwrap_or_default();
    let mut bodies: Vec<String> = documents.into_iter().map(|one| one.body).collect();
    bodies.sort_unstable();
    bodies.concat()
}

/// The folder of this name at the top; `.` is the top itself.
fn inside(name: &str) -> std::result::Result<String, DocsError> {
    if matches!(name, "" | ".") { Ok(ROOT.to_owned()) } else { Ok(find(ROOT, name)?.id) }
}

fn find(folder: &str, name: &str) -> std::result::Result<Entry, DocsError> {
    let found = files::entries(folder, None, 100)?.entries;
    found.into_iter().find(|entry| entry.name == name).ok_or(DocsError::Absent)
}
