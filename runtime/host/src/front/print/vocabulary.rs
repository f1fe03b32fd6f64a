//! The words of pages: elements, attributes, and which values an attribute may have. One table
//! for the typed tree and for HTML strings, so that neither can say more than the other.

use super::super::limits::HINT_BYTES_MAX;
use crate::caps::bindings::ui::{Attr, Tag};

/// Tag names with what ends them; the order is that of the contract.
const TAGS: [(Tag, &str, &str); 54] = [
    (Tag::Section, "section", "</section>"),
    (Tag::Article, "article", "</article>"),
    (Tag::Header, "header", "</header>"),
    (Tag::Footer, "footer", "</footer>"),
    (Tag::Nav, "nav", "</nav>"),
    (Tag::Div, "div", "</div>"),
    (Tag::Span, "span", "</span>"),
    (Tag::H1, "h1", "</h1>"),
    (Tag::H2, "h2", "</h2>"),
    (Tag::H3, "h3", "</h3>"),
    (Tag::H4, "h4", "</h4>"),
    (Tag::P, "p", "</p>"),
    (Tag::Ul, "ul", "</ul>"),
    (Tag::Ol, "ol", "</ol>"),
    (Tag::Li, "li", "</li>"),
    (Tag::Dl, "dl", "</dl>"),
    (Tag::Dt, "dt", "</dt>"),
    (Tag::Dd, "dd", "</dd>"),
    (Tag::Hr, "hr", ""),
    (Tag::Br, "br", ""),
    (Tag::Strong, "strong", "</strong>"),
    (Tag::Em, "em", "</em>"),
    (Tag::Small, "small", "</small>"),
    (Tag::Code, "code", "</code>"),
    (Tag::Pre, "pre", "</pre>"),
    (Tag::Blockquote, "blockquote", "</blockquote>"),
    (Tag::Mark, "mark", "</mark>"),
    (Tag::Time, "time", "</time>"),
    (Tag::Abbr, "abbr", "</abbr>"),
    (Tag::Table, "table", "</table>"),
    (Tag::Caption, "caption", "</caption>"),
    (Tag::Thead, "thead", "</thead>"),
    (Tag::Tbody, "tbody", "</tbody>"),
    (Tag::Tfoot, "tfoot", "</tfoot>"),
    (Tag::Tr, "tr", "</tr>"),
    (Tag::Th, "th", "</th>"),
    (Tag::Td, "td", "</td>"),
    (Tag::Details, "details", "</details>"),
    (Tag::Summary, "summary", "</summary>"),
    (Tag::Figure, "figure", "</figure>"),
    (Tag::Figcaption, "figcaption", "</figcaption>"),
    (Tag::Form, "form", "</form>"),
    (Tag::Fieldset, "fieldset", "</fieldset>"),
    (Tag::Legend, "legend", "</legend>"),
    (Tag::Label, "label", "</label>"),
    (Tag::Input, "input", ""),
    (Tag::Textarea, "textarea", "</textarea>"),
    (Tag::Select, "select", "</select>"),
    (Tag::Option, "option", "</option>"),
    (Tag::Button, "button", "</button>"),
    (Tag::Output, "output", "</output>"),
    (Tag::Progress, "progress", "</progress>"),
    (Tag::Meter, "meter", "</meter>"),
    (Tag::A, "a", "</a>"),
];

/// The name of an element and the text that ends it; a void element has none.
pub fn tag_words(tag: Tag) -> (&'static str, &'static str) {
    // The table follows the contract's order, which a test holds.
    TAGS.get(tag as usize).map_or(("span", "</span>"), |(_, name, end)| (name, end))
}

/// The element of that name, if pages have it.
pub fn tag_named(name: &str) -> Option<Tag> {
    TAGS.iter().find(|(_, word, _)| *word == name).map(|(tag, _, _)| *tag)
}

/// Which values an attribute may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// Any text.
    Text,
    /// One short line: a browser draws it in a window of its own, over whatever is there.
    Hint,
    /// Classes of the design system; others are left out.
    Classes,
    /// There or not; `false` means not.
    Flag,
    /// A whole number up to this.
    Count(u16),
    /// A number, date or `any`.
    Bound,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A field's name: anything that does not begin with `-`, which are the host's.
    Name,
    /// A language tag or a list of file types.
    Plain,
    /// What pressing does; checked elsewhere.
    Act,
    /// The argument of an act.
    Arg,
}

const TYPES: &[&str] = &[
    "text", "search", "number", "date", "month", "checkbox", "radio", "hidden", "file", "email",
    "tel",
];
const ROLES: &[&str] = &[
    "alert",
    "group",
    "img",
    "list",
    "listitem",
    "none",
    "note",
    "presentation",
    "region",
    "search",
    "status",
    "toolbar",
];
const CURRENT: &[&str] = &["page", "step", "date", "time", "true", "false"];

const EVERYWHERE: &[Tag] = &[];
const CONTROLS: &[Tag] = &[Tag::Input, Tag::Textarea, Tag::Select, Tag::Button];
const TYPED: &[Tag] = &[Tag::Input, Tag::Textarea];
const MEASURED: &[Tag] = &[Tag::Input, Tag::Progress, Tag::Meter];
const CELLS: &[Tag] = &[Tag::Th, Tag::Td];

type Row = (Attr, &'static str, Value, &'static [Tag]);

/// Attributes: name, allowed values, and the elements that take them (none listed: all of them).
const ATTRS: [Row; 34] = [
    (Attr::Class, "class", Value::Classes, EVERYWHERE),
    (Attr::Title, "title", Value::Hint, EVERYWHERE),
    (Attr::Lang, "lang", Value::Plain, EVERYWHERE),
    (Attr::Datetime, "datetime", Value::Bound, &[Tag::Time]),
    (Attr::Abbr, "abbr", Value::Text, &[Tag::Th]),
    (Attr::Scope, "scope", Value::Word(&["col", "row", "colgroup", "rowgroup"]), &[Tag::Th]),
    (Attr::Colspan, "colspan", Value::Count(100), CELLS),
    (Attr::Rowspan, "rowspan", Value::Count(1000), CELLS),
    (Attr::Open, "open", Value::Flag, &[Tag::Details]),
    (Attr::Type, "type", Value::Word(TYPES), &[Tag::Input]),
    (Attr::Name, "name", Value::Name, CONTROLS),
    (
        Attr::Value,
        "value",
        Value::Text,
        &[Tag::Input, Tag::Option, Tag::Button, Tag::Progress, Tag::Meter],
    ),
    (Attr::Placeholder, "placeholder", Value::Text, TYPED),
    (Attr::Checked, "checked", Value::Flag, &[Tag::Input]),
    (Attr::Selected, "selected", Value::Flag, &[Tag::Option]),
    (
        Attr::Disabled,
        "disabled",
        Value::Flag,
        &[Tag::Input, Tag::Textarea, Tag::Select, Tag::Button, Tag::Option, Tag::Fieldset],
    ),
    (Attr::Required, "required", Value::Flag, &[Tag::Input, Tag::Textarea, Tag::Select]),
    (Attr::Readonly, "readonly", Value::Flag, TYPED),
    (Attr::Multiple, "multiple", Value::Flag, &[Tag::Input, Tag::Select]),
    (Attr::Min, "min", Value::Bound, MEASURED),
    (Attr::Max, "max", Value::Bound, MEASURED),
    (Attr::Step, "step", Value::Bound, &[Tag::Input]),
    (Attr::Minlength, "minlength", Value::Count(10_000), TYPED),
    (Attr::Maxlength, "maxlength", Value::Count(10_000), TYPED),
    (Attr::Rows, "rows", Value::Count(100), &[Tag::Textarea]),
    (Attr::Cols, "cols", Value::Count(200), &[Tag::Textarea]),
    (Attr::Accept, "accept", Value::Plain, &[Tag::Input]),
    (Attr::Autocomplete, "autocomplete", Value::Word(&["on", "off"]), &[Tag::Form, Tag::Input]),
    (Attr::Act, "data-act", Value::Act, &[Tag::A, Tag::Button, Tag::Form]),
    (Attr::Arg, "data-arg", Value::Arg, &[Tag::A, Tag::Button]),
    (Attr::AriaLabel, "aria-label", Value::Text, EVERYWHERE),
    (Attr::AriaCurrent, "aria-current", Value::Word(CURRENT), EVERYWHERE),
    (Attr::AriaHidden, "aria-hidden", Value::Word(&["true", "false"]), EVERYWHERE),
    (Attr::Role, "role", Value::Word(ROLES), EVERYWHERE),
];

/// The name of an attribute and its allowed values, if `tag` takes it.
pub fn attr_rule(tag: Tag, attr: Attr) -> Option<(&'static str, Value)> {
    let (_, name, value, tags) = ATTRS.get(attr as usize)?;
    (tags.is_empty() || tags.contains(&tag)).then_some((name, *value))
}

/// The attribute of that name, if pages have it.
pub fn attr_named(name: &str) -> Option<Attr> {
    ATTRS.iter().find(|(_, word, _, _)| *word == name).map(|(attr, _, _, _)| *attr)
}

impl Value {
    /// Whether `text` is allowed as it stands. (Classes are filtered, acts and arguments handled,
    /// by the printer.)
    pub fn allows(self, text: &str) -> bool {
        match self {
            Value::Text => true,
            Value::Hint => text.len() <= HINT_BYTES_MAX && !text.chars().any(char::is_control),
            Value::Flag => text != "false",
            Value::Count(max) => text.parse::<u16>().is_ok_and(|count| count <= max),
            Value::Bound => text.len() <= 40 && text.bytes().all(is_bound_byte),
            Value::Word(words) => words.contains(&text),
            Value::Name => !text.is_empty() && text.len() <= 100 && !text.starts_with('-'),
            Value::Plain => text.len() <= 200 && text.bytes().all(is_plain_byte),
            Value::Classes | Value::Act | Value::Arg => false,
        }
    }
}

fn is_bound_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b':' | b'+' | b'-')
}

fn is_plain_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b',' | b' ' | b'/' | b'*' | b'+' | b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_follow_the_contract() {
        for (at, (tag, name, end)) in TAGS.iter().enumerate() {
            assert_eq!(*tag as usize, at, "{name}");
            assert!(end.is_empty() || *end == format!("</{name}>"));
        }
        for (at, (attr, name, ..)) in ATTRS.iter().enumerate() {
            assert_eq!(*attr as usize, at, "{name}");
        }
    }

    #[test]
    fn no_word_could_load_run_or_imitate() {
        for name in [
            "script", "style", "link", "meta", "base", "img", "iframe", "object", "embed", "svg",
            "math", "template", "video", "area", "noscript",
        ] {
            assert_eq!(tag_named(name), None, "{name}");
        }
        for name in [
            "href",
            "src",
            "srcset",
            "action",
            "formaction",
            "ping",
            "poster",
            "background",
            "style",
            "id",
            "onclick",
            "target",
            "form",
            "is",
            "slot",
            "xlink:href",
            "contenteditable",
        ] {
            assert_eq!(attr_named(name), None, "{name}");
        }
        let (_, types) = attr_rule(Tag::Input, Attr::Type).unwrap();
        assert!(types.allows("date") && !types.allows("password") && !types.allows("image"));
        assert!(!types.allows("submit") && !types.allows("TEXT"));
        assert_eq!(attr_rule(Tag::A, Attr::Name), None);
        assert_eq!(attr_rule(Tag::Form, Attr::Name), None);
    }

    #[test]
    fn values() {
        assert!(Value::Count(100).allows("100") && !Value::Count(100).allows("101"));
        assert!(Value::Bound.allows("2026-11-23") && Value::Bound.allows("any"));
        assert!(!Value::Bound.allows("a b") && !Value::Bound.allows(&"1".repeat(41)));
        assert!(!Value::Name.allows("-token") && !Value::Name.allows(""));
        assert!(Value::Plain.allows(".ofx,.qfx") && !Value::Plain.allows("a\"b"));
        assert!(Value::Hint.allows("\u{e9} <x>") && !Value::Hint.allows("a\nb"));
        assert!(!Value::Hint.allows(&"x".repeat(HINT_BYTES_MAX + 1)));
        assert!(Value::Flag.allows("") && !Value::Flag.allows("false"));
    }
}
