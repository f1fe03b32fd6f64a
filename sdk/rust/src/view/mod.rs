//! The page as a typed tree. In: what an app prints through [`view!`](crate::view!). Out: nodes in
//! preorder that the host checks and prints. There is no text that is parsed again, so nothing can
//! be injected here.

mod attr;
mod chart;
mod render;
#[cfg(test)]
mod tests;

pub use crate::bindings::app::domicile::app::ui::{Attr, Node, Tag};
pub use attr::{AttrValue, Link, path};
pub use chart::Chart;
pub use render::{Render, RenderOnce};

use crate::bindings::app::domicile::app::ui::Element;

/// The classes of the design system; `view!` refuses any other.
///
/// Layout: `page` `stack` `row` `grid` `cards` `card` `toolbar` `spacer` `scroll` `wide` `narrow`
/// `list` `item`. Text: `muted` `small` `big` `right` `center` `amount` `positive` `negative` `kpi`
/// `empty` `hidden-label`. State: `badge` with `ok` `warn` `error` or `info`. Controls: `primary`
/// `secondary` `danger` `quiet` `icon` `filters` `field` `checks` `pager`.
pub const CLASSES: &[&str] = include!("classes.in");

/// A page or a part of one, made with [`view!`](crate::view!). A part is put into another with
/// `(part)`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct View {
    nodes: Vec<Node>,
}

/// What `view!` calls; an author rarely does.
///
/// A page calls these hundreds of times: not inlined, they halve the size of a component's pages.
impl View {
    /// Nothing yet.
    pub fn new() -> Self {
        View::default()
    }

    /// Begin an element. All but `br`, `hr` and `input` need their [`close`](View::close).
    #[inline(never)]
    pub fn open(&mut self, tag: Tag) {
        self.nodes.push(Node::Open(Element { tag, attrs: Vec::new() }));
    }

    /// End the element that was begun last.
    #[inline(never)]
    pub fn close(&mut self) {
        self.nodes.push(Node::Close);
    }

    /// Text: printed as it is, whatever it holds.
    pub fn text(&mut self, text: impl Into<String>) {
        self.push(Node::Text(text.into()));
    }

    /// An attribute of the element just begun.
    pub fn attr(&mut self, attr: Attr, value: impl AttrValue) {
        self.push_attr(attr, value.into_value());
    }

    /// An attribute that is there if it has a value.
    pub fn attr_option(&mut self, attr: Attr, value: Option<impl AttrValue>) {
        if let Some(value) = value {
            self.attr(attr, value);
        }
    }

    /// An attribute without a value that is there if `on`.
    pub fn attr_if(&mut self, attr: Attr, on: bool) {
        if on {
            self.push_attr(attr, String::new());
        }
    }

    /// One more class of the element just begun.
    #[inline(never)]
    pub fn class(&mut self, name: &str) {
        let Some(attrs) = self.last_attrs() else { return };
        match attrs.iter_mut().find(|(attr, _)| *attr == Attr::Class) {
            Some((_, classes)) => {
                classes.push(' ');
                classes.push_str(name);
            }
            None => attrs.push((Attr::Class, name.to_owned())),
        }
    }

    /// One more class, if `on`.
    pub fn class_if(&mut self, on: bool, name: &str) {
        if on {
            self.class(name);
        }
    }

    /// Pressing or sending shows `path` of this app.
    pub fn go(&mut self, path: impl AttrValue) {
        self.push_attr(Attr::Act, format!("go:{}", path.into_value()));
    }

    /// Pressing or sending posts the form to `path` of this app.
    pub fn post(&mut self, path: impl AttrValue) {
        self.push_attr(Attr::Act, format!("post:{}", path.into_value()));
    }

    /// Pressing opens the outward link `name` of the manifest.
    pub fn link(&mut self, name: impl AttrValue) {
        self.push_attr(Attr::Act, format!("link:{}", name.into_value()));
    }

    /// Another page of this app as a part of this one: its run starts when this one has ended, may
    /// read more, and tells nothing back.
    pub fn panel(&mut self, path: impl AttrValue) {
        self.push(Node::Panel(path.into_value()));
    }

    /// Put another view here.
    pub fn append(&mut self, mut other: View) {
        self.nodes.append(&mut other.nodes);
    }

    /// The nodes in preorder.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The nodes in preorder.
    pub fn into_nodes(self) -> Vec<Node> {
        self.nodes
    }

    #[inline(never)]
    fn push(&mut self, node: Node) {
        self.nodes.push(node);
    }

    #[inline(never)]
    fn push_attr(&mut self, attr: Attr, value: String) {
        if let Some(attrs) = self.last_attrs() {
            attrs.push((attr, value));
        }
    }

    fn last_attrs(&mut self) -> Option<&mut Vec<(Attr, String)>> {
        match self.nodes.last_mut() {
            Some(Node::Open(element)) => Some(&mut element.attrs),
            _ => None,
        }
    }
}
