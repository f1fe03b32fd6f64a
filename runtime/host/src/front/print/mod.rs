//! The printer: a typed tree of nodes in, HTML out.
//!
//! In flows what an app answered, in preorder. Out flows HTML that holds elements and attributes
//! of the vocabulary only, with escaped text, and links and forms that the host itself wrote from
//! checked acts. Never: an app's bytes as markup, a URL of an app's own making, an `id`, a style,
//! a script.
//!
//! This is on the path of every page: one pass, one string.

mod classes;
mod escape;
mod form;
mod vocabulary;

use super::act::{Act, is_path};
use super::chart;
use super::limits::{DEPTH_MAX, NODES_MAX, PANELS_MAX, TEXT_BYTES_MAX};
use crate::caps::bindings::ui::{Attr, Element, Node, Tag};
use crate::house::Locale;
pub use escape::{attribute, escape};
use vocabulary::{Value, attr_rule, tag_words};
pub use vocabulary::{attr_named, tag_named};

/// Where a host page in the app's frame says that this link needs the shell.
pub const LINK_PATH: &str = "/-/link";
/// The field of the page token in a form.
pub const TOKEN_FIELD: &str = "-token";
/// The form that buttons outside any form send; each panel has one of its own.
const LOOSE_FORM: &str = "-post";
/// The class of a panel: none of an app's.
const PANEL: &str = "panel";
/// Of which panel a link or a form is. A browser may put it elsewhere than the app did, so that its
/// place says nothing.
const OF_PANEL: &str = "data-panel";
/// What may be around a panel: nothing that sends fields of the panel with a form of the page.
const AROUND_PANELS: [Tag; 6] =
    [Tag::Section, Tag::Article, Tag::Header, Tag::Footer, Tag::Nav, Tag::Div];

/// A tree that is no page.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum PrintError {
    /// Too many nodes.
    #[error("the page has more than {NODES_MAX} nodes: show less on a page")]
    TooManyNodes,
    /// Too deep.
    #[error("the page is nested deeper than {DEPTH_MAX} levels: flatten it")]
    TooDeep,
    /// Too much text.
    #[error("the page has more than {TEXT_BYTES_MAX} bytes of text: show less on a page")]
    TooMuchText,
    /// A close without an open, or the reverse.
    #[error(
        "the page's tree is not balanced: each `open` needs one `close`, and `br`, `hr` and `input` none"
    )]
    Unbalanced,
    /// Something that may not stand inside something else.
    #[error("`{inner}` may not stand inside `{outer}`: take it out")]
    Nested {
        /// The element around it.
        outer: &'static str,
        /// The offender.
        inner: &'static str,
    },
    /// More panels than a page has, or any in a panel.
    #[error("the page has more than {PANELS_MAX} panels, or is in one and has any: take them out")]
    TooManyPanels,
    /// A panel of another origin.
    #[error("a panel's address is no path of the app: write `/path?query`")]
    PanelAddress,
}

/// How acts are printed.
#[derive(Clone, Copy, Debug)]
pub enum Acts<'a> {
    /// As links and forms of the page, which send this token.
    Live {
        /// The page token.
        token: &'a str,
        /// The language of the host's own words.
        locale: Locale,
        /// Which panel of the page this is; 0 is the page itself.
        number: usize,
        /// What stands in its panels, as [`panel`] printed it.
        panels: &'a [String],
    },
    /// As they were written: the strict profile of HTML strings.
    Written,
}

/// Print a tree.
pub fn print(nodes: &[Node], acts: Acts<'_>) -> Result<String, PrintError> {
    if nodes.len() > NODES_MAX {
        return Err(PrintError::TooManyNodes);
    }
    let mut printer = Printer {
        out: String::with_capacity(nodes.len() * 24 + 64),
        acts,
        open: Vec::with_capacity(16),
        text_bytes: 0,
        in_form: false,
        loose: false,
        panels: 0,
    };
    for (at, node) in nodes.iter().enumerate() {
        match node {
            Node::Open(element) => {
                printer.element(element, nodes.get(at + 1..).unwrap_or_default())?
            }
            Node::Text(text) => printer.text(text)?,
            Node::Close => printer.close()?,
            Node::Chart(data) => {
                printer.inside("chart")?;
                printer.count(chart::text_bytes(data))?;
                let locale = printer.locale();
                chart::draw(&mut printer.out, data, locale);
            }
            Node::Panel(path) => printer.panel(path)?,
        }
    }
    printer.finish()
}

/// The part of a page that is another page: what it is called, its token, and what it printed to.
pub fn panel(number: usize, title: &str, token: &str, html: &str) -> String {
    let mut out = String::with_capacity(html.len() + token.len() + title.len() + 64);
    out.push_str("<section");
    attribute(&mut out, "class", PANEL);
    of_panel(&mut out, number);
    attribute(&mut out, "aria-label", title);
    attribute(&mut out, "data-token", token);
    out.push('>');
    out.push_str(html);
    out.push_str("</section>");
    out
}

/// An element that waits for its end.
struct Open {
    tag: Tag,
    end: &'static str,
    /// Where its content begins.
    from: usize,
}

struct Printer<'a> {
    out: String,
    acts: Acts<'a>,
    open: Vec<Open>,
    text_bytes: usize,
    in_form: bool,
    /// A button outside any form sends something.
    loose: bool,
    /// Panels so far.
    panels: usize,
}

impl Printer<'_> {
    fn locale(&self) -> Locale {
        match self.acts {
            Acts::Live { locale, .. } => locale,
            Acts::Written => Locale::En,
        }
    }

    fn count(&mut self, bytes: usize) -> Result<(), PrintError> {
        self.text_bytes = self.text_bytes.saturating_add(bytes);
        if self.text_bytes > TEXT_BYTES_MAX { Err(PrintError::TooMuchText) } else { Ok(()) }
    }

    /// Refuse what a browser would put elsewhere than the app did.
    fn inside(&self, inner: &'static str) -> Result<(), PrintError> {
        match self.open.last() {
            Some(Open { tag: tag @ (Tag::Textarea | Tag::Option), .. }) => {
                Err(PrintError::Nested { outer: tag_words(*tag).0, inner })
            }
            Some(Open { tag: Tag::Select, .. }) if inner != "option" => {
                Err(PrintError::Nested { outer: "select", inner })
            }
            Some(Open { tag, .. }) if inner == "form" && holds_cells(*tag) => {
                Err(PrintError::Nested { outer: tag_words(*tag).0, inner })
            }
            _ => Ok(()),
        }
    }

    fn text(&mut self, text: &str) -> Result<(), PrintError> {
        self.count(text.len())?;
        match self.open.last().map(|open| (open.tag, open.from == self.out.len())) {
            Some((Tag::Select, _)) if text.trim().is_empty() => return Ok(()),
            Some((Tag::Select, _)) => self.inside("text")?,
            // A parser swallows one line feed here.
            Some((Tag::Pre | Tag::Textarea, true)) if text.starts_with('\n') => {
                self.out.push('\n');
            }
            _ => {}
        }
        escape(&mut self.out, text);
        Ok(())
    }

    fn panel(&mut self, path: &str) -> Result<(), PrintError> {
        if let Some(open) = self.open.iter().find(|open| !AROUND_PANELS.contains(&open.tag)) {
            return Err(PrintError::Nested { outer: tag_words(open.tag).0, inner: PANEL });
        }
        if !is_path(path) {
            return Err(PrintError::PanelAddress);
        }
        let panels = match self.acts {
            Acts::Live { panels, .. } => panels,
            Acts::Written => &[],
        };
        self.out.push_str(panels.get(self.panels).ok_or(PrintError::TooManyPanels)?);
        self.panels += 1;
        Ok(())
    }

    fn close(&mut self) -> Result<(), PrintError> {
        let open = self.open.pop().ok_or(PrintError::Unbalanced)?;
        self.out.push_str(open.end);
        if open.tag == Tag::Form {
            self.in_form = false;
        }
        Ok(())
    }

    fn finish(mut self) -> Result<String, PrintError> {
        if !self.open.is_empty() {
            return Err(PrintError::Unbalanced);
        }
        if let (true, Acts::Live { token, number, .. }) = (self.loose, self.acts) {
            form::loose(&mut self.out, number, token);
        }
        Ok(self.out)
    }

    fn element(&mut self, element: &Element, rest: &[Node]) -> Result<(), PrintError> {
        let (name, end) = tag_words(element.tag);
        self.inside(name)?;
        if self.open.len() >= DEPTH_MAX {
            return Err(PrintError::TooDeep);
        }
        if matches!(element.tag, Tag::A | Tag::Button) {
            let around = self.open.iter().find(|open| matches!(open.tag, Tag::A | Tag::Button));
            if let Some(around) = around {
                return Err(PrintError::Nested { outer: tag_words(around.tag).0, inner: name });
            }
        }
        if element.tag == Tag::Form && self.in_form {
            return Err(PrintError::Nested { outer: "form", inner: name });
        }
        let act = value_of(element, Attr::Act).and_then(Act::parse);
        let end = match self.acts {
            Acts::Written => {
                self.plain(name, element)?;
                self.written_act(element, act);
                self.out.push('>');
                end
            }
            Acts::Live { token, number, .. } => {
                self.live(element, act, (name, end), rest, (token, number))?
            }
        };
        if element.tag == Tag::Form {
            self.in_form = true;
        }
        if !end.is_empty() {
            self.open.push(Open { tag: element.tag, end, from: self.out.len() });
        }
        Ok(())
    }

    /// `<name` and the attributes that need no host's hand.
    fn plain(&mut self, name: &'static str, element: &Element) -> Result<(), PrintError> {
        self.out.push('<');
        self.out.push_str(name);
        let mut seen = 0u64;
        for (attr, value) in &element.attrs {
            self.count(value.len())?;
            let bit = 1u64 << (*attr as u64);
            if seen & bit != 0 {
                continue;
            }
            seen |= bit;
            match attr_rule(element.tag, *attr) {
                Some((_, Value::Classes)) => self.classes(value, ""),
                Some((word, Value::Flag)) if Value::Flag.allows(value) => {
                    self.out.push(' ');
                    self.out.push_str(word);
                }
                Some((word, rule)) if rule.allows(value) => attribute(&mut self.out, word, value),
                _ => {}
            }
        }
        Ok(())
    }

    /// The class attribute: `own` and whichever of the app's classes the design system has.
    fn classes(&mut self, value: &str, own: &str) {
        let mut any = false;
        let given = value.split_ascii_whitespace().filter(|class| classes::is_class(class));
        for class in own.split_ascii_whitespace().chain(given) {
            self.out.push_str(if any { " " } else { " class=\"" });
            self.out.push_str(class);
            any = true;
        }
        if any {
            self.out.push('"');
        }
    }

    fn written_act(&mut self, element: &Element, act: Option<Act<'_>>) {
        let takes = |attr| attr_rule(element.tag, attr).map(|(word, _)| word);
        if let (Some(_), Some(word)) = (act, takes(Attr::Act)) {
            attribute(&mut self.out, word, value_of(element, Attr::Act).unwrap_or_default());
        }
        if let (Some(arg), Some(word)) = (value_of(element, Attr::Arg), takes(Attr::Arg)) {
            attribute(&mut self.out, word, arg);
        }
    }

    /// An element whose act works. Answers what ends it.
    fn live(
        &mut self,
        element: &Element,
        act: Option<Act<'_>>,
        (name, end): (&'static str, &'static str),
        rest: &[Node],
        (token, number): (&str, usize),
    ) -> Result<&'static str, PrintError> {
        match (element.tag, act) {
            (Tag::A, Some(Act::Go(path))) => {
                self.plain("a", element)?;
                of_panel(&mut self.out, number);
                attribute(&mut self.out, "href", path);
            }
            (Tag::A, Some(Act::Link(link))) => {
                self.plain("a", element)?;
                of_panel(&mut self.out, number);
                self.outward(link, element);
            }
            // A button that only goes somewhere is a link that looks like a button.
            (Tag::Button, Some(act @ (Act::Go(_) | Act::Link(_)))) => {
                self.button_link(element)?;
                of_panel(&mut self.out, number);
                match act {
                    Act::Link(link) => self.outward(link, element),
                    Act::Go(path) | Act::Post(path) => attribute(&mut self.out, "href", path),
                }
                self.out.push('>');
                return Ok("</a>");
            }
            (Tag::Button, act) => {
                self.plain("button", element)?;
                self.button(element, act, number);
            }
            (Tag::Form, act) => {
                self.plain("form", element)?;
                of_panel(&mut self.out, number);
                form::open(&mut self.out, act, form::needs(rest), token);
                return Ok(end);
            }
            _ => self.plain(name, element)?,
        }
        self.out.push('>');
        Ok(end)
    }

    fn button_link(&mut self, element: &Element) -> Result<(), PrintError> {
        self.out.push_str("<a");
        for (_, value) in &element.attrs {
            self.count(value.len())?;
        }
        self.classes(value_of(element, Attr::Class).unwrap_or_default(), "button");
        for attr in [Attr::Title, Attr::AriaLabel, Attr::AriaCurrent] {
            let word = attr_rule(Tag::A, attr).filter(|_| value_of(element, attr).is_some());
            if let (Some((word, rule)), Some(value)) = (word, value_of(element, attr))
                && rule.allows(value)
            {
                attribute(&mut self.out, word, value);
            }
        }
        Ok(())
    }

    fn outward(&mut self, link: &str, element: &Element) {
        attribute(&mut self.out, "href", LINK_PATH);
        attribute(&mut self.out, "data-link", link);
        attribute(&mut self.out, "data-arg", value_of(element, Attr::Arg).unwrap_or_default());
    }

    fn button(&mut self, element: &Element, act: Option<Act<'_>>, number: usize) {
        let sends = self.in_form || matches!(act, Some(Act::Post(_)));
        self.out.push_str(if sends { " type=\"submit\"" } else { " type=\"button\"" });
        if let Some(Act::Post(path)) = act {
            self.out.push_str(" formmethod=\"post\"");
            attribute(&mut self.out, "formaction", path);
            if !self.in_form {
                attribute(&mut self.out, "form", &loose_form(number));
                self.loose = true;
            }
        }
        if let (Some(arg), None) = (value_of(element, Attr::Arg), value_of(element, Attr::Name)) {
            self.out.push_str(" name=\"arg\"");
            attribute(&mut self.out, "value", arg);
        }
    }
}

/// The id of the form that buttons outside any form send: one id for two would send a panel's
/// buttons with the page's token.
fn loose_form(number: usize) -> String {
    if number == 0 { LOOSE_FORM.to_owned() } else { format!("{LOOSE_FORM}-{number}") }
}

fn of_panel(out: &mut String, number: usize) {
    if number > 0 {
        attribute(out, OF_PANEL, &number.to_string());
    }
}

/// Whether it holds nothing but parts of a table: a browser ends a form there before it began.
pub fn holds_cells(tag: Tag) -> bool {
    matches!(tag, Tag::Table | Tag::Thead | Tag::Tbody | Tag::Tfoot | Tag::Tr)
}

/// The first value of an attribute, as a parser would take it.
fn value_of(element: &Element, attr: Attr) -> Option<&str> {
    element.attrs.iter().find(|(have, _)| *have == attr).map(|(_, value)| value.as_str())
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
