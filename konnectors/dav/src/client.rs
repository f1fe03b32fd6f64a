//! The two requests: PROPFIND and REPORT, along the routes of those names. In: a path and an XML
//! text. Out: the answer, redirects on the owner's server followed.

use domicile_sdk::konnector::{Answer, Failure, FetchError, route};
use konnector_shared::failure::failed;
use konnector_shared::say;
use percent_encoding::percent_decode_str;

use crate::multistatus::Multistatus;

/// Redirects that one request follows.
const REDIRECTS_MAX: usize = 5;

/// Ask; `None` if the server has nothing of the kind there.
pub fn ask(
    method: &str,
    path: &str,
    depth: &str,
    body: &str,
) -> Result<Option<Multistatus>, Failure> {
    let mut path = path.to_owned();
    for _ in 0..=REDIRECTS_MAX {
        let request = route(method).slot("rest", rest(&path)).header("depth", depth);
        let answer = request.bytes(body.as_bytes().to_vec()).send()?;
        match answer.status {
            207 => return read(&answer).map(Some),
            401 => return Err(Failure::LoginFailed),
            301..=308 => match led_to(&answer) {
                Some(to) => path = to,
                None => return Ok(None),
            },
            // Of a path or a request that the server does not know, or of something else than
            // WebDAV; 403 is also an outdated mark.
            200..=299 | 400 | 403 | 404 | 405 | 409 | 410 | 501 | 507 => return Ok(None),
            status => return Err(FetchError::Status(status).into()),
        }
    }
    Ok(None)
}

/// The same of what the server has told of: none of it is silently nothing.
pub fn insist(method: &str, path: &str, depth: &str, body: &str) -> Result<Multistatus, Failure> {
    let path_told = decoded(path);
    ask(method, path, depth, body)?.ok_or_else(|| {
        failed(say!(
            path_told;
            "the server has no answer about {path_told}: try again later",
            "le serveur ne répond rien sur {path_told} : réessayez plus tard",
        ))
    })
}

fn read(answer: &Answer) -> Result<Multistatus, Failure> {
    Multistatus::parse(&answer.text()).map_err(|why| {
        let why = why.said();
        failed(say!(
            why;
            "the server's answer can't be read: {why}",
            "la réponse du serveur est illisible : {why}",
        ))
    })
}

/// Where a redirect leads on the same server.
fn led_to(answer: &Answer) -> Option<String> {
    let (_, path) = answer.header("location")?.strip_prefix("route ")?.split_once(' ')?;
    Some(path.to_owned())
}

/// A path as the free routes take it: without its first slash, and as text.
pub fn rest(path: &str) -> String {
    decoded(path.strip_prefix('/').unwrap_or(path))
}

/// Percent-encoding taken back, once.
pub fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// The path of an address or of an `href`, which may be whole addresses.
pub fn path_of(address: &str) -> String {
    let after = address
        .split_once("://")
        .map_or(address, |(_, rest)| rest.find('/').map_or("/", |slash| &rest[slash..]));
    let path = after.split(['?', '#']).next().unwrap_or_default();
    if path.starts_with('/') { path.to_owned() } else { format!("/{path}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read_as_text_and_once() {
        assert_eq!(rest("/ada%40example.org/a%20b/"), "ada@example.org/a b/");
        assert_eq!(decoded("100%25%2541%zz%e"), "100%%41%zz%e");
        assert_eq!(path_of("https://cloud.example.org/dav/?x#y"), "/dav/");
        assert_eq!(path_of("https://cloud.example.org"), "/");
        assert_eq!(path_of("/dav/ada/"), "/dav/ada/");
    }
}
