//! A parsed tree in, typed nodes out. What the vocabulary lacks is either unwrapped, so that its
//! text stays, or dropped whole, when its text was never meant to be read.

use html5ever::{Attribute, ns};

use super::sink::{Arena, DOCUMENT, Id, Kind};
use crate::caps::bindings::ui::{Attr, Element, Node, Tag};
use crate::front::print::{attr_named, holds_cells, tag_named};

/// Elements that vanish with all that is in them: their content is code, another vocabulary, or
/// what a browser parses by other rules.
const DROPPED: [&str; 24] = [
    "applet",
    "audio",
    "canvas",
    "embed",
    "frame",
    "frameset",
    "head",
    "iframe",
    "marquee",
    "math",
    "noembed",
    "noframes",
    "noscript",
    "object",
    "plaintext",
    "script",
    "style",
    "svg",
    "template",
    "title",
    "video",
    "xmp",
    "dialog",
    "selectedcontent",
];

/// Elements with another name in the vocabulary.
fn renamed(name: &str) -> &str {
    match name {
        "b" => "strong",
        "i" => "em",
        "h5" | "h6" => "h4",
        "menu" => "ul",
        "main" | "aside" | "center" | "address" => "div",
        "tt" | "kbd" | "samp" => "code",
        name => name,
    }
}

enum Step {
    Enter(Id),
    Leave(Tag),
}

#[derive(Default)]
struct Around {
    form: bool,
    act: bool,
    inside: Vec<Tag>,
}

impl Around {
    /// Whether the printer would refuse `tag` here.
    fn refuses(&self, tag: Tag) -> bool {
        match tag {
            Tag::Form if self.form => true,
            Tag::A | Tag::Button if self.act => true,
            _ => match self.inside.last() {
                Some(Tag::Textarea | Tag::Option) => true,
                Some(Tag::Select) => tag != Tag::Option,
                Some(outer) => tag == Tag::Form && holds_cells(*outer),
                None => false,
            },
        }
    }

    fn set(&mut self, tag: Tag, inside: bool) {
        match tag {
            Tag::Form => self.form = inside,
            Tag::A | Tag::Button => self.act = inside,
            _ => {}
        }
        if inside {
            self.inside.push(tag);
        } else {
            self.inside.pop();
        }
    }
}

/// The nodes of a parsed fragment.
pub fn reduce(arena: &Arena) -> Vec<Node> {
    let mut nodes = Vec::new();
    let mut around = Around::default();
    let mut steps = vec![Step::Enter(DOCUMENT)];
    while let Some(step) = steps.pop() {
        let id = match step {
            Step::Enter(id) => id,
            Step::Leave(tag) => {
                nodes.push(Node::Close);
                around.set(tag, false);
                continue;
            }
        };
        match arena.kind(id) {
            Kind::Text(text) if around.inside.last() == Some(&Tag::Select) && !text.is_empty() => {
                continue;
            }
            Kind::Text(text) => nodes.push(Node::Text(text.clone())),
            Kind::Element(name, _) if name.ns != ns!(html) || DROPPED.contains(&&*name.local) => {
                continue;
            }
            Kind::Element(name, attrs) => {
                let tag = tag_named(renamed(&name.local)).filter(|tag| !around.refuses(*tag));
                if let Some(tag) = tag {
                    nodes.push(Node::Open(Element { tag, attrs: attributes(attrs) }));
                    if matches!(tag, Tag::Br | Tag::Hr | Tag::Input) {
                        continue;
                    }
                    around.set(tag, true);
                    steps.push(Step::Leave(tag));
                }
            }
            Kind::Nothing if id == DOCUMENT => {}
            Kind::Nothing => continue,
        }
        steps.extend(arena.children(id).iter().rev().map(|child| Step::Enter(*child)));
    }
    nodes
}

fn attributes(attrs: &[Attribute]) -> Vec<(Attr, String)> {
    let plain = attrs.iter().filter(|attr| attr.name.ns == ns!() && attr.name.prefix.is_none());
    plain
        .filter_map(|attr| {
            attr_named(&attr.name.local).map(|named| (named, attr.value.to_string()))
        })
        .collect()
}
