//! RSS and Atom. In: text. Out: what it says, an entry at a time. Never here: a grammar of the
//! feed's own (DOCTYPE is refused but for its name), depth without end, a whole tree in memory.

use konnector_shared::{Said, say};
use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};

use crate::raw::{Enclosure, Item, Markup, Raw, Text};
use crate::{ARTICLES_MAX, DEPTH_MAX};

/// Texts and addresses of one kind that an entry keeps; the articles keep fewer.
const MANY_MAX: usize = 100;

pub fn read(text: &str) -> Result<Raw, Said> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    reader.config_mut().allow_dangling_amp = true;
    reader.config_mut().check_end_names = false;
    let mut reading = Reading::default();
    loop {
        match reader.read_event().map_err(|_| broken())? {
            Event::Start(start) => reading.open(&start)?,
            Event::End(_) => reading.close(),
            Event::Text(text) => reading.add(&text.xml10_content()),
            Event::CData(text) => reading.add(&text.xml10_content()),
            Event::GeneralRef(reference) => {
                let name = reference.xml10_content();
                let known = reference.resolve_char_ref().ok().flatten().map(String::from);
                let known = known.or_else(|| resolve_predefined_entity(&name).map(str::to_owned));
                // Of HTML, which some feeds write without an escape: told as written.
                reading.add(&known.unwrap_or_else(|| format!("&{name};")));
            }
            Event::DocType(grammar) if grammar.xml10_content().contains('[') => {
                return Err(say!(
                    "it brings a grammar of its own",
                    "elle apporte sa propre grammaire",
                ));
            }
            Event::Eof if reading.is_feed && reading.open.is_empty() => return Ok(reading.feed),
            Event::Eof => return Err(broken()),
            _ => {}
        }
    }
}

fn broken() -> Said {
    say!(
        "it is broken, or no feed: look for the feed's own address on the site",
        "c'est abîmé, ou ce n'est pas un flux : cherchez l'adresse du flux sur le site",
    )
}

/// One element that is open.
struct Open {
    name: String,
    /// `href`, `type`, `rel`, `url`, `length`, `term`, `xml:base`, `isPermaLink`: as far as there.
    attributes: Vec<(String, String)>,
    text: String,
}

impl Open {
    fn get(&self, name: &str) -> &str {
        let found = self.attributes.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }

    fn text_as(&self, kind: Markup) -> Option<Text> {
        let text = self.text.trim();
        (!text.is_empty()).then(|| Text { text: text.to_owned(), kind })
    }

    /// An Atom text, which says what it is.
    fn atom(&self) -> Option<Text> {
        self.text_as(match self.get("type") {
            "html" | "xhtml" | "text/html" => Markup::Html,
            _ => Markup::Plain,
        })
    }
}

#[derive(Default)]
struct Reading {
    is_feed: bool,
    /// `atom:`, if the whole feed is written with it.
    prefix: String,
    open: Vec<Open>,
    item: Option<Item>,
    /// Whether what is read now is markup written as elements.
    inline: bool,
    feed: Raw,
}

impl Reading {
    fn open(&mut self, start: &BytesStart<'_>) -> Result<(), Said> {
        let mut name = start.name().as_ref().to_owned();
        if self.open.is_empty() {
            if let Some((prefix, _)) = name.split_once(':') {
                self.prefix = format!("{prefix}:");
            }
            let local = start.local_name();
            if self.is_feed || !["rss", "RDF", "feed"].contains(&local.as_ref()) {
                return Err(broken());
            }
            self.is_feed = true;
        }
        if self.open.len() >= DEPTH_MAX {
            return Err(say!("it is too deep", "c'est trop profond"));
        }
        if let Some(plain) = name.strip_prefix(&self.prefix) {
            name = plain.to_owned();
        }
        if self.inline {
            self.add_markup(&format!("<{}>", local(&name)));
        }
        let attributes = start.attributes().flatten().take(20).map(|one| {
            let value = one.normalized_value(quick_xml::XmlVersion::Implicit1_0);
            let value = value.map(|value| value.into_owned()).unwrap_or_default();
            (one.key.as_ref().to_owned(), value)
        });
        let open = Open { name, attributes: attributes.collect(), text: String::new() };
        if self.item.is_none() && ["item", "entry"].contains(&open.name.as_str()) {
            let base = Some(open.get("xml:base").to_owned()).filter(|base| !base.is_empty());
            let id = open.get("rdf:about").to_owned();
            self.item = Some(Item { base, id, ..Item::default() });
        } else if self.item.is_none() {
            self.note_base(open.get("xml:base"));
        } else if open.get("type") == "xhtml" {
            self.inline = true;
        }
        self.open.push(open);
        Ok(())
    }

    fn note_base(&mut self, base: &str) {
        if base.contains("://") && self.feed.bases.len() < MANY_MAX {
            self.feed.bases.push(base.to_owned());
        }
    }

    fn add(&mut self, text: &str) {
        if self.inline {
            let text = text.replace('&', "&amp;").replace('<', "&lt;");
            return self.add_markup(&text);
        }
        if let Some(open) = self.open.last_mut() {
            open.text.push_str(text);
        }
    }

    /// To the text that the markup belongs to.
    fn add_markup(&mut self, markup: &str) {
        if let Some(open) = self.open.iter_mut().rev().find(|one| one.get("type") == "xhtml") {
            open.text.push_str(markup);
        }
    }

    fn close(&mut self) {
        let Some(closed) = self.open.pop() else { return };
        if self.inline {
            if closed.get("type") == "xhtml" {
                self.inline = false;
            } else {
                return self.add_markup(&format!("</{}>", local(&closed.name)));
            }
        }
        let around: Vec<&str> = self.open.iter().map(|one| one.name.as_str()).collect();
        match (&mut self.item, around.as_slice()) {
            (Some(_), _) if ["item", "entry"].contains(&closed.name.as_str()) => self.finish(),
            (Some(item), [.., "item" | "entry"]) => take(item, &closed),
            (Some(item), [.., "author"]) if closed.name == "name" => {
                item.author = closed.text.trim().to_owned();
            }
            (None, [.., "channel" | "feed"]) if local(&closed.name) == "link" => {
                let to =
                    if closed.get("href").is_empty() { &closed.text } else { closed.get("href") };
                let to = to.trim().to_owned();
                self.note_base(&to);
            }
            _ => {}
        }
    }

    fn finish(&mut self) {
        let Some(item) = self.item.take() else { return };
        if self.feed.items.len() < ARTICLES_MAX {
            self.feed.items.push(item);
        } else {
            self.feed.beyond += 1;
        }
    }
}

fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

/// One part of an entry; of parts that come twice the first counts.
fn take(item: &mut Item, part: &Open) {
    let text = part.text.trim();
    let first = |place: &mut String| {
        if place.is_empty() {
            place.push_str(text);
        }
    };
    match part.name.as_str() {
        "title" if part.get("type").is_empty() => {
            item.title = item.title.take().or(part.text_as(Markup::Unknown));
        }
        "title" => item.title = item.title.take().or(part.atom()),
        "guid" | "id" => item.id = text.to_owned(),
        "link" if part.get("href").is_empty() => first(&mut item.link),
        "link" | "atom:link" => linked(item, part),
        "author" | "dc:creator" | "itunes:author" => first(&mut item.author),
        "pubDate" | "published" | "dc:date" | "issued" => first(&mut item.published),
        "updated" | "modified" | "dcterms:modified" => first(&mut item.updated),
        "content:encoded" => item.content = part.text_as(Markup::Html),
        "content" => item.content = item.content.take().or(part.atom()),
        "summary" => item.summary = item.summary.take().or(part.atom()),
        "description" => item.summary = item.summary.take().or(part.text_as(Markup::Unknown)),
        "category" | "dc:subject" if item.tags.len() < MANY_MAX => {
            let term = [part.get("label"), part.get("term"), text];
            item.tags.extend(term.into_iter().find(|one| !one.is_empty()).map(str::to_owned));
        }
        "enclosure" if item.enclosures.len() < MANY_MAX => {
            item.enclosures.push(enclosure(part, part.get("url")));
        }
        _ => {}
    }
}

fn linked(item: &mut Item, part: &Open) {
    match part.get("rel") {
        "" | "alternate" if item.link.is_empty() => item.link = part.get("href").to_owned(),
        "enclosure" if item.enclosures.len() < MANY_MAX => {
            item.enclosures.push(enclosure(part, part.get("href")));
        }
        _ => {}
    }
}

fn enclosure(part: &Open, link: &str) -> Enclosure {
    let size = part.get("length").trim().parse().ok();
    Enclosure { link: link.to_owned(), kind: part.get("type").to_owned(), size }
}
