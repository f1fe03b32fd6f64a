//! One entry of a feed. In: what it says. Out: a body that fits its doctype, and its key. Never
//! here: markup, an address of another scheme than HTTP and HTTPS.

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use konnector_messages::text::{lines, of_html};
use konnector_shared::Body;
use konnector_shared::body::key;
use konnector_shared::text::clean;
use serde_json::Value;
use url::Url;

use crate::Article;
use crate::raw::{Item, Markup, Raw, Text};

/// The doctype's own limits.
const TEXT_CHARS_MAX: usize = 50_000;
const LINK_BYTES_MAX: usize = 2_000;
const TAGS_MAX: usize = 50;
const ENCLOSURES_MAX: usize = 20;

/// An article and its key.
#[derive(Debug)]
pub struct Found {
    pub key: String,
    pub article: Article,
    /// Texts that were shortened.
    pub cut: usize,
}

/// `None`: it says nothing.
pub fn found(item: &Item, feed: &Raw, name: &str) -> Option<Found> {
    let mut body = Body::default();
    let link = address(&item.link, item, feed);
    let permanent = || address(&item.id, item, feed).filter(|_| item.id.contains("://"));
    if let Some(link) = link.clone().or_else(permanent) {
        body.put("link", link);
    }
    if let Some(title) = &item.title {
        body.line("title", &plain(title), 500);
    }
    let text = item.content.as_ref().or(item.summary.as_ref());
    if let Some(text) = text {
        let (text, is_cut) = lines(&plain(text), TEXT_CHARS_MAX);
        body.cut += usize::from(is_cut);
        if !text.is_empty() {
            body.put("text", text);
        }
    }
    if body.is_empty() {
        return None;
    }
    body.line("author", &item.author, 300);
    for (field, written) in [("published", &item.published), ("updated", &item.updated)] {
        if let Some(at) = moment(written) {
            body.put(field, at.to_string());
        }
    }
    rest(item, feed, &mut body);
    // What makes it the same article when it is read again: what the feed calls it, else where it
    // is, else all that it says.
    let key = match (item.id.trim(), link) {
        ("", None) => key("text", &body.fingerprint()),
        ("", Some(link)) => key("link", &link),
        (id, _) => key("id", id),
    };
    body.line("feed", name, 200);
    let cut = body.cut;
    Some(Found { key, article: Article(body.into_value()), cut })
}

fn rest(item: &Item, feed: &Raw, body: &mut Body) {
    let tags = item.tags.iter().map(|tag| clean(tag, 100)).filter(|tag| !tag.is_empty());
    let tags: Vec<Value> = tags.take(TAGS_MAX).map(Value::from).collect();
    if !tags.is_empty() {
        body.put("tags", tags);
    }
    let enclosures = item.enclosures.iter().filter_map(|one| {
        let mut enclosure = Body::default();
        enclosure.put("link", address(&one.link, item, feed)?);
        enclosure.line("type", &one.kind, 100);
        if let Some(size) = one.size.and_then(|size| i64::try_from(size).ok()) {
            enclosure.put("size", size);
        }
        Some(enclosure)
    });
    body.list("enclosures", enclosures.take(ENCLOSURES_MAX));
}

/// Words alone.
fn plain(text: &Text) -> String {
    match text.kind {
        Markup::Html => of_html(&text.text),
        Markup::Unknown if looks_like_markup(&text.text) => of_html(&text.text),
        _ => text.text.clone(),
    }
}

/// Whether there is a tag, or a character by its name.
fn looks_like_markup(text: &str) -> bool {
    let tag = |rest: &str| rest.starts_with(|c: char| c.is_ascii_alphabetic() || "/!".contains(c));
    let named = |rest: &str| {
        let name = rest.split(';').next().unwrap_or_default();
        let letter = |c: char| c.is_ascii_alphanumeric() || c == '#';
        rest.len() > name.len() && (2..=10).contains(&name.len()) && name.chars().all(letter)
    };
    text.split('<').skip(1).any(tag) || text.split('&').skip(1).any(named)
}

/// A whole address, made whole by what the feed says of where it is.
fn address(written: &str, item: &Item, feed: &Raw) -> Option<String> {
    let written = written.trim();
    if written.is_empty() || written.len() > LINK_BYTES_MAX {
        return None;
    }
    let base = || {
        let root = feed.bases.iter().find_map(|base| Url::parse(base).ok());
        let own = item.base.as_deref()?;
        Url::parse(own).ok().or_else(|| root.as_ref()?.join(own).ok()).or(root)
    };
    let root = || feed.bases.iter().find_map(|base| Url::parse(base).ok());
    let whole = Url::parse(written).ok();
    let whole = whole.or_else(|| base().or_else(root)?.join(written).ok())?;
    let whole = matches!(whole.scheme(), "http" | "https").then(|| whole.to_string())?;
    // Nobody needs the name of a user in it.
    let is_plain = !whole.split('/').nth(2).unwrap_or_default().contains('@');
    (is_plain && whole.len() <= LINK_BYTES_MAX).then_some(whole)
}

/// `Fri, 20 Nov 2026 10:00:00 +0100`, `2026-11-20T10:00:00+01:00`, `2026-11-20`.
fn moment(written: &str) -> Option<Timestamp> {
    let written = written.trim();
    let day = || format!("{written}T00:00:00Z").parse().ok();
    let mail = rfc2822::parse(written).ok().map(|zoned| zoned.timestamp());
    let at = mail.or_else(|| written.parse().ok()).or_else(day)?;
    // Finer than anybody publishes.
    Timestamp::from_second(at.as_second()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_written_in_many_ways() {
        for (written, read) in [
            ("Fri, 20 Nov 2026 10:00:00 +0100", "2026-11-20T09:00:00Z"),
            ("20 Nov 2026 10:00 GMT", "2026-11-20T10:00:00Z"),
            ("Fri, 20 Nov 2026 10:00:00 EST", "2026-11-20T15:00:00Z"),
            (" 2026-11-20T10:00:00.123+01:00 ", "2026-11-20T09:00:00Z"),
            ("2026-11-20", "2026-11-20T00:00:00Z"),
        ] {
            assert_eq!(
                moment(written).map(|at| at.to_string()).as_deref(),
                Some(read),
                "{written}"
            );
        }
        for written in ["", "yesterday", "2026-13-40", "2026-11-20T10:00:00"] {
            assert_eq!(moment(written), None, "{written}");
        }
    }

    #[test]
    fn markup_is_known_when_it_is_seen() {
        for (text, is_markup) in [
            ("a < b & c; d", false),
            ("Q&A; R&D", false),
            ("AT&amp;T", true),
            ("<b>x", true),
            ("x</p>", true),
            ("1 <2", false),
        ] {
            assert_eq!(looks_like_markup(text), is_markup, "{text}");
        }
    }

    #[test]
    fn addresses_are_whole_and_of_the_web() {
        let feed =
            Raw { bases: vec!["not".into(), "https://a.example/b/c".into()], ..Raw::default() };
        let at = |written: &str, base: Option<&str>| {
            address(written, &Item { base: base.map(str::to_owned), ..Item::default() }, &feed)
        };
        assert_eq!(at("d e", None).as_deref(), Some("https://a.example/b/d%20e"));
        assert_eq!(at("/d", Some("https://x.example/y/")).as_deref(), Some("https://x.example/d"));
        assert_eq!(at("d", Some("z/")).as_deref(), Some("https://a.example/b/z/d"));
        for odd in [
            "",
            "javascript:alert(1)",
            "data:text/html,x",
            "ftp://a.example/",
            "https://a@b.example/",
        ] {
            assert_eq!(at(odd, None), None, "{odd}");
        }
    }
}
