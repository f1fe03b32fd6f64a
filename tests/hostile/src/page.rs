//! Pages of apps, as strings and as trees: cleaned and printed. In: what an app answers. Out: what
//! the host prints. Never here: a page that reads back as something else, or that holds what the
//! vocabulary has not.

use domicile::caps::bindings::ui::{Element, Node, Tag};
use domicile::front::print::{Acts, PrintError, attr_named, print, tag_named};
use domicile::front::strict::{StrictError, nodes};
use domicile::house::Locale;
use serde_json::Value;

/// What stands for the token of a page.
pub const TOKEN: &str = "TOKEN";
const LIVE: Acts<'static> = Acts::Live { token: TOKEN, locale: Locale::En, number: 0, panels: &[] };
/// What the host itself adds to an app's attributes.
const OWN_ATTRS: [&str; 9] =
    ["action", "data-link", "enctype", "form", "formaction", "formmethod", "href", "id", "method"];

/// A string, twice: as it is kept, and as a browser gets it.
#[derive(Debug)]
pub struct Printed {
    /// With acts as they were written.
    pub written: String,
    /// With acts that work.
    pub live: String,
}

/// The target: any text.
pub fn html(bytes: &[u8]) {
    let _ = clean(&String::from_utf8_lossy(bytes));
}

/// Clean a string and check what holds of every page; the reason if it is none.
pub fn clean(html: &str) -> Result<Printed, StrictError> {
    let nodes = nodes(html)?;
    let written = print(&nodes, Acts::Written).expect("what was reduced can be printed");
    let again = self::nodes(&written).expect("what was printed can be read");
    assert_eq!(print(&again, Acts::Written).as_ref(), Ok(&written), "another page");
    let live = print(&nodes, LIVE)?;
    check(&written);
    check(&live);
    Ok(Printed { written, live })
}

/// Print a tree: texts, `[name, {attribute: value}]` for what opens, null for what closes. What is
/// left open is closed at the end.
pub fn draw(pieces: &[Value]) -> Result<String, PrintError> {
    let mut nodes = Vec::new();
    let mut open = 0_usize;
    for piece in pieces {
        match piece {
            Value::String(text) => nodes.push(Node::Text(text.clone())),
            Value::Array(parts) => {
                let Some(element) = element(parts) else { continue };
                open += usize::from(!matches!(element.tag, Tag::Br | Tag::Hr | Tag::Input));
                nodes.push(Node::Open(element));
            }
            _ if open > 0 => {
                open -= 1;
                nodes.push(Node::Close);
            }
            _ => {}
        }
    }
    nodes.extend((0..open).map(|_| Node::Close));
    let live = print(&nodes, LIVE)?;
    check(&live);
    Ok(live)
}

fn element(parts: &[Value]) -> Option<Element> {
    let tag = tag_named(parts.first()?.as_str()?)?;
    let given = parts.get(1)?.as_object()?.iter();
    let attrs =
        given.filter_map(|(name, value)| Some((attr_named(name)?, value.as_str()?.to_owned())));
    Some(Element { tag, attrs: attrs.collect() })
}

/// The shape of all that is printed, read without an HTML parser: `<name a="b" c>`, `</name>` and
/// text, with every other angle bracket and quote escaped.
fn check(printed: &str) {
    let mut rest = printed;
    while let Some((text, after)) = rest.split_once('<') {
        let (tag, after) = after.split_once('>').expect("a tag that does not end");
        assert!(!text.contains(['>', '"', '\'', '\0']), "in a text: {printed}");
        rest = after;
        let (name, attrs) = match tag.strip_prefix('/') {
            Some(name) => (name, ""),
            None => tag.split_at(tag.find(' ').unwrap_or(tag.len())),
        };
        assert!(tag_named(name).is_some(), "<{name}> in {printed}");
        check_attrs(attrs, printed);
    }
    assert!(!rest.contains(['>', '"', '\'', '\0']), "in a text: {printed}");
}

fn check_attrs(mut rest: &str, printed: &str) {
    while let Some(after) = rest.strip_prefix(' ') {
        let end = after.find([' ', '=']).unwrap_or(after.len());
        let (name, value) = after.split_at(end);
        let known = attr_named(name).is_some()
            || OWN_ATTRS.contains(&name)
            || (name == "hidden" && printed.contains(" hidden id=\"-post\">"));
        assert!(known, "{name} in {printed}");
        rest = match value.strip_prefix("=\"") {
            Some(value) => value.split_once('"').expect("a value that does not end").1,
            None => value,
        };
    }
    assert_eq!(rest, "", "after the attributes in {printed}");
}
