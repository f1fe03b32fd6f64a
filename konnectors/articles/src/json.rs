//! JSON Feed 1.1. In: text. Out: what it says. Never here: a feed without its version, which is
//! what tells it from any other JSON.

use konnector_shared::{Said, say};
use serde::Deserialize;
use serde_json::Value;

use crate::ARTICLES_MAX;
use crate::raw::{Enclosure, Item, Markup, Raw, Text};

#[derive(Deserialize)]
struct Whole {
    version: String,
    #[serde(default)]
    feed_url: Value,
    #[serde(default)]
    home_page_url: Value,
    items: Vec<Value>,
}

pub fn read(text: &str) -> Result<Raw, Said> {
    let whole: Result<Whole, _> = serde_json::from_str(text);
    let whole = whole.ok().filter(|whole| whole.version.contains("jsonfeed.org/version/"));
    let Some(whole) = whole else {
        return Err(say!(
            "it is JSON, and no JSON Feed: look for the feed's own address on the site",
            "c'est du JSON, mais pas du JSON Feed : cherchez l'adresse du flux sur le site",
        ));
    };
    let bases = [whole.feed_url, whole.home_page_url];
    Ok(Raw {
        bases: bases.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        beyond: whole.items.len().saturating_sub(ARTICLES_MAX),
        items: whole.items.iter().take(ARTICLES_MAX).map(item).collect(),
    })
}

/// Whatever is of another type than it should be is not there.
fn item(value: &Value) -> Item {
    let text = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let of = |name: &str, kind| {
        let text = text(name);
        (!text.is_empty()).then_some(Text { text, kind })
    };
    let list = |name: &str| value.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let authors = list("authors").into_iter().chain(value.get("author").cloned());
    let author = authors.filter_map(|one| Some(one.get("name")?.as_str()?.to_owned())).next();
    // Old writers number their items.
    let id = value.get("id").map(|id| id.as_str().map_or(id.to_string(), str::to_owned));
    let enclosure = |one: &Value| {
        let text =
            |name: &str| one.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let size = one.get("size_in_bytes").and_then(Value::as_u64);
        Enclosure { link: text("url"), kind: text("mime_type"), size }
    };
    Item {
        id: id.unwrap_or_default(),
        base: None,
        title: of("title", Markup::Plain),
        link: if text("url").is_empty() { text("external_url") } else { text("url") },
        author: author.unwrap_or_default(),
        published: text("date_published"),
        updated: text("date_modified"),
        content: of("content_html", Markup::Html).or(of("content_text", Markup::Plain)),
        summary: of("summary", Markup::Plain),
        tags: list("tags").iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        enclosures: list("attachments").iter().map(enclosure).collect(),
    }
}
