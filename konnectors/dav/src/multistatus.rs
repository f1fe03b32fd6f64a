//! A server's answer about many resources (RFC 4918, 13). In: the text of an answer. Out: for each
//! resource its path and the properties that it has. Never here: a grammar of the answer's own
//! (DOCTYPE is refused), depth without end, a namespace (no two properties that are asked for share
//! a name).

use std::collections::BTreeMap;

use konnector_shared::{Said, say};
use quick_xml::Reader;
use quick_xml::events::Event;

/// How deep elements may lie in each other; answers need 8.
const DEPTH_MAX: usize = 32;

/// All of an answer.
#[derive(Debug, Default)]
pub struct Multistatus {
    pub responses: Vec<Response>,
    pub sync_token: Option<String>,
}

/// What it says of one resource.
#[derive(Debug, Default)]
pub struct Response {
    /// Its path, as the server writes it.
    pub href: String,
    /// Of the resource itself: `404` for one that is gone.
    pub status: Option<u16>,
    /// Texts of the properties that it has, and of the `href` in them.
    texts: BTreeMap<String, String>,
    /// Names of the elements in each of them.
    kinds: BTreeMap<String, Vec<String>>,
}

impl Response {
    /// The text of a property, or of the address in it.
    pub fn text(&self, property: &str) -> Option<&str> {
        self.texts.get(property).map(|text| text.trim()).filter(|text| !text.is_empty())
    }

    /// Whether it is a collection of this kind.
    pub fn is(&self, kind: &str) -> bool {
        self.kinds.get("resourcetype").is_some_and(|kinds| kinds.iter().any(|one| one == kind))
    }
}

/// Why an answer can't be read.
#[derive(Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// It stops, or is no XML.
    Malformed,
    /// It is about something else.
    Foreign,
    /// It carries a grammar of its own.
    Doctype,
    /// Elements too deep in each other.
    Deep,
}

impl Unreadable {
    pub fn said(&self) -> Said {
        match self {
            Unreadable::Malformed => say!("it is broken", "elle est abîmée"),
            Unreadable::Foreign => say!("it is no WebDAV", "ce n'est pas du WebDAV"),
            Unreadable::Doctype => {
                say!("it brings a grammar of its own", "elle apporte sa propre grammaire",)
            }
            Unreadable::Deep => say!("it is too deep", "elle est trop profonde"),
        }
    }
}

impl Multistatus {
    /// Read an answer.
    pub fn parse(text: &str) -> Result<Multistatus, Unreadable> {
        let mut reader = Reader::from_str(text);
        reader.config_mut().expand_empty_elements = true;
        reader.config_mut().allow_dangling_amp = true;
        let mut reading = Reading::default();
        loop {
            match reader.read_event().map_err(|_| Unreadable::Malformed)? {
                Event::Start(start) => reading.open(start.local_name().as_ref())?,
                Event::End(_) => reading.close(),
                Event::Text(text) => reading.text.push_str(&text.xml10_content()),
                Event::CData(text) => reading.text.push_str(&text.xml10_content()),
                Event::GeneralRef(reference) => {
                    let name = reference.xml10_content();
                    let known = reference.resolve_char_ref().ok().flatten().map(String::from);
                    reading.text.push_str(&known.unwrap_or_else(|| predefined(&name)));
                }
                Event::DocType(_) => return Err(Unreadable::Doctype),
                Event::Eof if reading.begun && reading.open.is_empty() => return Ok(reading.whole),
                Event::Eof => return Err(Unreadable::Malformed),
                _ => {}
            }
        }
    }
}

fn predefined(name: &str) -> String {
    match name {
        "amp" => "&".to_owned(),
        "lt" => "<".to_owned(),
        "gt" => ">".to_owned(),
        "quot" => "\"".to_owned(),
        "apos" => "'".to_owned(),
        other => format!("&{other};"),
    }
}

#[derive(Default)]
struct Reading {
    begun: bool,
    /// Local names of the elements that are open.
    open: Vec<String>,
    text: String,
    whole: Multistatus,
    response: Response,
    /// Properties of one `propstat`, whose status stands after them.
    found: Response,
}

impl Reading {
    fn open(&mut self, name: &str) -> Result<(), Unreadable> {
        if self.open.len() == DEPTH_MAX {
            return Err(Unreadable::Deep);
        }
        if self.open.is_empty() && name != "multistatus" {
            return Err(Unreadable::Foreign);
        }
        self.begun = true;
        self.text.clear();
        if let Some(property) = self.property() {
            let kinds = self.found.kinds.entry(property.to_owned()).or_default();
            kinds.push(name.to_owned());
        }
        match name {
            "response" => self.response = Response::default(),
            "propstat" => self.found = Response::default(),
            _ => {}
        }
        self.open.push(name.to_owned());
        Ok(())
    }

    /// The property that the innermost open element is.
    fn property(&self) -> Option<&str> {
        match self.open.as_slice() {
            [.., parent, property] if parent == "prop" => Some(property),
            _ => None,
        }
    }

    fn close(&mut self) {
        let text = std::mem::take(&mut self.text);
        let open = std::mem::take(&mut self.open);
        let names: Vec<&str> = open.iter().map(String::as_str).collect();
        match names.as_slice() {
            [.., "response", "href"] => self.response.href = text.trim().to_owned(),
            [.., "response", "status"] => self.response.status = code(&text),
            [.., "propstat", "status"] => self.found.status = code(&text),
            ["multistatus", "sync-token"] => {
                self.whole.sync_token = Some(text.trim().to_owned());
            }
            [.., "prop", property, "href"] => {
                self.found.texts.entry((*property).to_owned()).or_insert(text);
            }
            [.., "prop", property] => {
                self.found.texts.entry((*property).to_owned()).or_insert(text);
            }
            [.., "propstat"] => {
                let found = std::mem::take(&mut self.found);
                if found.status.is_none_or(|status| (200..300).contains(&status)) {
                    self.response.texts.extend(found.texts);
                    self.response.kinds.extend(found.kinds);
                }
            }
            [.., "response"] => self.whole.responses.push(std::mem::take(&mut self.response)),
            _ => {}
        }
        self.open = open;
        self.open.pop();
    }
}

/// `HTTP/1.1 404 Not Found`.
fn code(status: &str) -> Option<u16> {
    status.split_whitespace().nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANSWER: &str = r#"<?xml version="1.0"?>
            <d:multistatus xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:carddav">
              <d:response><d:href>/ada/book/</d:href>
                <d:propstat><d:prop>
                  <d:resourcetype><d:collection/><c:addressbook/></d:resourcetype>
                  <d:displayname>Family &amp; friends</d:displayname>
                  <c:addressbook-home-set><d:href>/ada/</d:href></c:addressbook-home-set>
                </d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat>
                <d:propstat><d:prop><d:getetag>no</d:getetag></d:prop>
                  <d:status>HTTP/1.1 404 Not Found</d:status></d:propstat>
              </d:response>
              <d:response><d:href>/ada/book/gone.vcf</d:href>
                <d:status>HTTP/1.1 404 Not Found</d:status></d:response>
              <d:sync-token>http://example.org/7</d:sync-token>
            </d:multistatus>"#;

    #[test]
    fn properties_that_a_resource_has_are_read_and_others_are_not() {
        let read = Multistatus::parse(ANSWER).expect("readable");
        let [book, gone] = read.responses.as_slice() else { panic!("{read:?}") };
        assert_eq!(book.href, "/ada/book/");
        assert!(book.is("addressbook") && !book.is("calendar"));
        assert_eq!(book.text("displayname"), Some("Family & friends"));
        assert_eq!(book.text("addressbook-home-set"), Some("/ada/"));
        assert_eq!(book.text("getetag"), None);
        assert_eq!((gone.href.as_str(), gone.status), ("/ada/book/gone.vcf", Some(404)));
        assert_eq!(read.sync_token.as_deref(), Some("http://example.org/7"));
    }

    #[test]
    fn an_answer_that_stops_anywhere_is_refused() {
        for end in 0..ANSWER.len() {
            assert_eq!(Multistatus::parse(&ANSWER[..end]).unwrap_err(), Unreadable::Malformed);
        }
    }

    #[test]
    fn what_is_no_answer_is_refused() {
        let deep = format!("<multistatus>{}", "<a>".repeat(DEPTH_MAX));
        for (text, why) in [
            ("<d:multistatus><d:response>", Unreadable::Malformed),
            ("<multistatus></b>", Unreadable::Malformed),
            ("<html></html>", Unreadable::Foreign),
            ("<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>", Unreadable::Doctype),
            (deep.as_str(), Unreadable::Deep),
        ] {
            assert_eq!(Multistatus::parse(text).unwrap_err(), why, "{text:.40}");
        }
        assert!(Multistatus::parse("<multistatus/>").unwrap().responses.is_empty());
    }
}
