//! One request at a time, as a browser would send it. In: an address and headers. Out: the whole
//! answer. Never here: a connection that is kept.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};

const START_TIME_MAX: Duration = Duration::from_secs(30);
/// Twice what a page may take in a home: who has not answered by then goes on for ever.
pub const ANSWER_TIME_MAX: Duration = Duration::from_secs(20);

/// The page that is asked for again and again.
pub struct Target {
    /// Where the server listens.
    pub address: SocketAddr,
    /// What is sent with each request.
    pub headers: Vec<(String, String)>,
}

/// What came back.
pub struct Answer {
    /// The status.
    pub status: u16,
    head: String,
    /// The text.
    pub body: String,
}

impl Target {
    /// A page without any headers.
    pub fn new(address: SocketAddr) -> Target {
        Target { address, headers: Vec::new() }
    }

    /// Ask once; anything but success is an error.
    pub fn get(&self) -> anyhow::Result<Answer> {
        let headers = self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let answer = send(self.address, "GET", "/", &headers.collect::<Vec<_>>(), "")?;
        ensure!(answer.status == 200, "{}: {}", answer.status, answer.body);
        Ok(answer)
    }

    /// Wait until it answers.
    pub fn wait(&self) -> anyhow::Result<()> {
        let start = Instant::now();
        loop {
            match self.get() {
                Ok(_) => return Ok(()),
                Err(error) if start.elapsed() > START_TIME_MAX => return Err(error),
                Err(_) => sleep(Duration::from_millis(50)),
            }
        }
    }
}

impl Answer {
    /// The pair that a cookie is sent back as.
    pub fn cookie(&self) -> anyhow::Result<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        let cookie = lines.find(|(name, _)| name.eq_ignore_ascii_case("set-cookie"));
        let pair = cookie.and_then(|(_, value)| value.split(';').next());
        pair.with_context(|| format!("no cookie in {}\n{}", self.head, self.body))
    }

    /// The value of the first attribute of this name.
    pub fn attribute(&self, name: &str) -> anyhow::Result<String> {
        let rest = self.body.split_once(&format!("{name}=\"")).map(|(_, rest)| rest);
        let value = rest.and_then(|rest| rest.split_once('"')).map(|(value, _)| value);
        let value = value.with_context(|| format!("no {name} in {}", self.body))?;
        Ok(value.replace("&#38;", "&").replace("&amp;", "&"))
    }
}

/// Send one request and read the answer to its end.
pub fn send(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> anyhow::Result<Answer> {
    let mut head = format!("{method} {path} HTTP/1.1\r\nconnection: close\r\n");
    if !headers.iter().any(|(name, _)| *name == "host") {
        head += &format!("host: {address}\r\n");
    }
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    head += &format!("content-length: {}\r\n\r\n{body}", body.len());
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(ANSWER_TIME_MAX))?;
    stream.write_all(head.as_bytes())?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    let text = String::from_utf8(bytes)?;
    let (head, body) =
        text.split_once("\r\n\r\n").context("an answer without an end of its head")?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status = status.with_context(|| format!("no status in {head}"))?;
    Ok(Answer { status, head: head.to_owned(), body: body.to_owned() })
}
