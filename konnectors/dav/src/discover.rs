//! From the address that the owner typed to the collections of their account (RFC 6764): the
//! address itself, what the server names as the owner's place, and what lies there.

use domicile_sdk::konnector::Failure;
use konnector_shared::failure::failed;
use konnector_shared::say;

use crate::client::{ask, insist, path_of};
use crate::multistatus::{Multistatus, Response};

/// What is spoken over WebDAV.
#[derive(Debug, Clone, Copy)]
pub struct Service {
    pub(crate) well_known: &'static str,
    pub(crate) home: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) data: &'static str,
    pub(crate) multiget: &'static str,
    /// What people call a collection, in English and in French.
    pub(crate) words: (&'static str, &'static str),
}

/// One address book, or one calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collection {
    pub path: String,
    pub name: String,
    /// Changes whenever something in it does.
    pub tag: Option<String>,
}

const ASKED: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\
    <D:propfind xmlns:D=\"DAV:\" xmlns:A=\"urn:ietf:params:xml:ns:carddav\" \
    xmlns:C=\"urn:ietf:params:xml:ns:caldav\" xmlns:S=\"http://calendarserver.org/ns/\"><D:prop>\
    <D:resourcetype/><D:displayname/><D:current-user-principal/><A:addressbook-home-set/>\
    <C:calendar-home-set/><S:getctag/><D:sync-token/></D:prop></D:propfind>";

/// The collections of the account, as the server tells of them.
pub fn collections(service: Service, address: &str) -> Result<Vec<Collection>, Failure> {
    let typed = path_of(address);
    let starts: &[&str] = match typed.as_str() {
        "/" => &[service.well_known, "/"],
        path => &[path, service.well_known],
    };
    for start in starts {
        let Some(found) = look(start, "0")? else { continue };
        if let Some(one) = found.responses.iter().find(|one| one.is(service.kind)) {
            return Ok(vec![collection(one)]);
        }
        if let Some(home) = home(service, &found)? {
            return listed(service, &home);
        }
    }
    let (en, fr) = service.words;
    Err(failed(say!(
        address, en, fr;
        "there is no {en} at {address}: connect the account again with the address that the server's \
         own help names",
        "il n'y a pas d'{fr} à {address} : reconnectez le compte avec l'adresse qu'indique l'aide du \
         serveur",
    )))
}

/// The owner's place: told at once, or by the page about who is signed in.
fn home(service: Service, found: &Multistatus) -> Result<Option<String>, Failure> {
    let text = |found: &Multistatus, name: &str| {
        found.responses.iter().find_map(|one| one.text(name).map(path_of))
    };
    if let Some(home) = text(found, service.home) {
        return Ok(Some(home));
    }
    let Some(principal) = text(found, "current-user-principal") else { return Ok(None) };
    let found = look(&principal, "0")?;
    Ok(found.and_then(|found| text(&found, service.home)))
}

fn listed(service: Service, home: &str) -> Result<Vec<Collection>, Failure> {
    let found = insist("propfind", home, "1", ASKED)?;
    Ok(found.responses.iter().filter(|one| one.is(service.kind)).map(collection).collect())
}

fn collection(response: &Response) -> Collection {
    let path = path_of(&response.href);
    let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let name = response.text("displayname").unwrap_or(last).to_owned();
    let tag = response.text("sync-token").or(response.text("getctag")).map(str::to_owned);
    Collection { path, name, tag }
}

fn look(path: &str, depth: &str) -> Result<Option<Multistatus>, Failure> {
    ask("propfind", path, depth, ASKED)
}
