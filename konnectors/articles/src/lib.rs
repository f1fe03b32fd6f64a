//! Feeds to `io.domicile.articles`: RSS 2.0 and its elders (0.9x, 1.0), Atom (RFC 4287), JSON Feed
//! 1.1.
//!
//! In: the bytes of a feed. Out: its articles, each under a key that stays the same when it is read
//! again. Never here: where the bytes come from; markup, for what is in HTML becomes its words; a
//! picture or a sound; an address that is neither HTTP nor HTTPS.

mod article;
mod json;
mod raw;
mod xml;

use domicile_sdk::docs::Document;
use konnector_shared::text::decode;
use konnector_shared::{Said, say};
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use article::Found;

/// Articles of one feed that are read.
pub const ARTICLES_MAX: usize = 5_000;
/// How deep elements may lie in each other.
pub const DEPTH_MAX: usize = 64;

/// A document of `io.domicile.articles`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Article(Value);

impl Document for Article {
    const DOCTYPE: &'static str = "io.domicile.articles";
}

/// What a feed holds.
#[derive(Debug, Default)]
pub struct Feed {
    pub articles: Vec<Found>,
    /// What else there is to say about it.
    pub remarks: Vec<Said>,
}

/// Read a feed; `name` is what the owner calls it.
pub fn read(bytes: &[u8], name: &str) -> Result<Feed, Said> {
    let decoded = decode(bytes, declared(bytes).as_deref());
    let text = decoded.text.trim_start_matches('\u{feff}').trim_start();
    let raw = match text.chars().next() {
        Some('{') => json::read(text)?,
        Some('<') => xml::read(text)?,
        _ => {
            return Err(say!(
                "it is neither RSS nor Atom nor JSON Feed: look for the feed's own address on the site",
                "ce n'est ni du RSS, ni de l'Atom, ni du JSON Feed : cherchez l'adresse du flux sur le site",
            ));
        }
    };
    let mut feed = Feed::default();
    feed.remarks.extend(decoded.warning);
    let (mut empty, beyond) = (0, raw.beyond);
    for item in &raw.items {
        match article::found(item, &raw, name) {
            Some(found) => feed.articles.push(found),
            None => empty += 1,
        }
    }
    if empty > 0 {
        let entries = konnector_shared::count(empty, ["entry", "entries"], ["entrée", "entrées"]);
        feed.remarks.push(say!(
            entries;
            "{entries} without a title, a text or an address: not taken",
            "{entries} sans titre, texte ni adresse : sans reprise",
        ));
    }
    if beyond > 0 {
        feed.remarks.push(say!(
            beyond;
            "more than {ARTICLES_MAX} articles: {beyond} not taken",
            "plus de {ARTICLES_MAX} articles : {beyond} sans reprise",
        ));
    }
    Ok(feed)
}

/// The character set that the first line of an XML text names.
fn declared(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(bytes.get(..bytes.len().min(200))?).into_owned();
    let declaration = head.split("?>").next().filter(|line| line.contains("<?xml"))?;
    let (_, after) = declaration.split_once("encoding=")?;
    let quote = after.chars().next()?;
    after.get(1..)?.split(quote).next().map(str::to_owned)
}

#[cfg(test)]
mod tests;
