//! Does what its query says, as `flow_interpreter` does in a home, but for any WASI host: documents
//! are files in the folders that it was given, one folder for each doctype.
//!
//! In: a program, one line for each act. Out: one line of answer for each. Never here: this
//! project's SDK, or an attack; they are data of `tests/exfil`.

mod folder;

use std::hint::black_box;
use std::io::Write;
use std::net::TcpStream;

use wstd::http::{Body, Client, Error, Request, Response};

#[wstd::http_server]
async fn main(request: Request<Body>) -> Result<Response<Body>, Error> {
    let query = request.uri().query().unwrap_or_default();
    let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query)?;
    let program: String = pairs.into_iter().map(|(_, value)| value).collect();
    let (mut seen, mut answers) = (String::new(), Vec::new());
    for line in program.lines().map(str::trim).filter(|line| !line.is_empty()) {
        answers.extend(step(line, &mut seen).await);
    }
    Ok(Response::new(answers.join("\n").into()))
}

async fn step(line: &str, seen: &mut String) -> Option<String> {
    let mut line = line;
    while let Some(rest) = line.strip_prefix("if ") {
        let (text, rest) = rest.split_once(' ')?;
        line = seen.contains(text).then_some(rest)?;
    }
    let line = line.replace("SEEN", &seen.replace(['"', '\\', '\n'], "'"));
    let (word, rest) = line.split_once(' ').unwrap_or((&line, ""));
    let (subject, argument) = rest.split_once(' ').unwrap_or((rest, ""));
    let answer = match word {
        "fetch" => format!("{:?}", fetch(subject).await.map_err(drop)),
        _ => act(word, subject, argument),
    };
    if matches!(word, "find" | "where" | "count-where" | "get" | "state-get") {
        seen.push_str(&answer);
    }
    Some(answer)
}

fn act(word: &str, subject: &str, argument: &str) -> String {
    match word {
        "find" => shown(folder::find(subject, "{}")),
        "where" => shown(folder::find(subject, argument)),
        "count" => shown(folder::find(subject, "{}").map(|found| found.len())),
        "count-where" => shown(folder::find(subject, argument).map(|found| found.len())),
        "feed" => shown(folder::ids(subject).map(|found| found.len())),
        "cursor" => shown(folder::ids(subject).map(|found| found.get(1).map(|_| "more"))),
        "ids" => shown(folder::ids(subject)),
        "get" => shown(folder::read(subject, argument)),
        "create" => shown(folder::create(subject, argument)),
        "update" => {
            shown(folder::first(subject).and_then(|id| folder::write(subject, &id, argument)))
        }
        "delete" => shown(folder::first(subject).and_then(|id| folder::remove(subject, &id))),
        "state-get" => shown(folder::read("state", subject)),
        "state-set" => shown(folder::write("state", subject, argument)),
        "connect" => shown(connect(subject)),
        "loop" => spin(),
        "memory" => shown(hoard(subject.parse().unwrap_or_default())),
        "stack" => shown(Ok(deep(1))),
        _ => format!("no such word: {word}"),
    }
}

/// What a host says when it refuses is not compared: the hosts differ in their words.
fn shown(answer: std::io::Result<impl std::fmt::Debug>) -> String {
    format!("{:?}", answer.map_err(drop))
}

fn spin() -> String {
    while black_box(true) {}
    String::new()
}

async fn fetch(address: &str) -> Result<u16, Error> {
    let request = Request::get(format!("http://{address}/told")).body(Body::empty())?;
    Ok(Client::new().send(request).await?.status().as_u16())
}

fn connect(address: &str) -> std::io::Result<()> {
    TcpStream::connect(address)?.write_all(b"told")
}

fn hoard(mebibytes: usize) -> std::io::Result<usize> {
    let hoard: Vec<Vec<u8>> = (0..mebibytes).map(|_| vec![1; 1 << 20]).collect();
    Ok(black_box(hoard).len())
}

fn deep(n: u64) -> u64 {
    if n == 0 { 0 } else { deep(n + 1).wrapping_mul(3) ^ n }
}
