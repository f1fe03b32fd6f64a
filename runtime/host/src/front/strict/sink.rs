//! Where the HTML parser puts its tree: a flat arena with a fixed number of places. When they are
//! all taken, every further element is the last one: the parser goes on without growing, and the
//! caller, who looks between two chunks, gives up.

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::StrTendril;
use html5ever::{Attribute, ExpandedName, QualName, local_name, ns};

use super::super::limits::NODES_MAX;

/// A place in the arena.
pub type Id = usize;

/// The document, always the first place.
pub const DOCUMENT: Id = 0;

/// What a place holds.
#[derive(Debug)]
pub enum Kind {
    /// The document, or something that is never shown.
    Nothing,
    /// An element with its attributes.
    Element(QualName, Vec<Attribute>),
    /// Text.
    Text(String),
}

#[derive(Debug)]
struct Place {
    kind: Kind,
    parent: Option<Id>,
    children: Vec<Id>,
}

/// The tree.
#[derive(Debug)]
pub struct Arena {
    places: Vec<Place>,
}

impl Arena {
    /// What is at a place.
    pub fn kind(&self, id: Id) -> &Kind {
        self.places.get(id).map_or(&Kind::Nothing, |place| &place.kind)
    }

    /// What is in it.
    pub fn children(&self, id: Id) -> &[Id] {
        self.places.get(id).map_or(&[], |place| &place.children)
    }

    /// Whether all places are taken.
    pub fn is_full(&self) -> bool {
        self.places.len() > NODES_MAX
    }

    fn add(&mut self, kind: Kind) -> Id {
        if !self.is_full() {
            self.places.push(Place { kind, parent: None, children: Vec::new() });
        }
        self.places.len() - 1
    }

    fn detach(&mut self, id: Id) {
        let parent = self.places.get_mut(id).and_then(|place| place.parent.take());
        if let Some(parent) = parent.and_then(|parent| self.places.get_mut(parent)) {
            parent.children.retain(|child| *child != id);
        }
    }

    fn position(&self, id: Id) -> Option<(Id, usize)> {
        let parent = self.places.get(id)?.parent?;
        let at = self.children(parent).iter().rposition(|child| *child == id)?;
        Some((parent, at))
    }

    /// Put `child` into `parent` before its child number `at`; text joins text that it touches.
    fn insert(&mut self, parent: Id, at: usize, child: NodeOrText<Id>) {
        if self.is_full() {
            return;
        }
        let id = match child {
            NodeOrText::AppendNode(id) => {
                self.detach(id);
                id
            }
            NodeOrText::AppendText(text) => {
                let siblings = self.children(parent);
                let before = at.min(siblings.len()).checked_sub(1);
                let before = before.and_then(|at| siblings.get(at).copied());
                let before = before.and_then(|id| self.places.get_mut(id));
                if let Some(Place { kind: Kind::Text(have), .. }) = before {
                    have.push_str(&text);
                    return;
                }
                self.add(Kind::Text(text.to_string()))
            }
        };
        if let Some(place) = self.places.get_mut(id) {
            place.parent = Some(parent);
        }
        if let Some(place) = self.places.get_mut(parent) {
            place.children.insert(at.min(place.children.len()), id);
        }
    }
}

/// A place and its name: the parser asks for names all the time.
#[derive(Clone, Debug)]
pub struct Handle {
    id: Id,
    name: Rc<QualName>,
}

impl Handle {
    /// What is no element: the parser asks for names of elements only.
    fn nameless(id: Id) -> Handle {
        Handle { id, name: Rc::new(QualName::new(None, ns!(), local_name!(""))) }
    }
}

/// The parser's side of the arena.
#[derive(Debug)]
pub struct Sink {
    arena: RefCell<Arena>,
}

impl Default for Sink {
    fn default() -> Self {
        let document = Place { kind: Kind::Nothing, parent: None, children: Vec::new() };
        Sink { arena: RefCell::new(Arena { places: vec![document] }) }
    }
}

impl Sink {
    /// Whether the parser has made as much as a page may hold.
    pub fn is_full(&self) -> bool {
        self.arena.borrow().is_full()
    }

    fn nothing(&self) -> Handle {
        Handle::nameless(self.arena.borrow_mut().add(Kind::Nothing))
    }
}

fn ids(child: NodeOrText<Handle>) -> NodeOrText<Id> {
    match child {
        NodeOrText::AppendNode(handle) => NodeOrText::AppendNode(handle.id),
        NodeOrText::AppendText(text) => NodeOrText::AppendText(text),
    }
}

impl TreeSink for Sink {
    type Handle = Handle;
    type Output = Arena;
    type ElemName<'a> = ExpandedName<'a>;

    fn finish(self) -> Arena {
        self.arena.into_inner()
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> Handle {
        Handle::nameless(DOCUMENT)
    }

    fn elem_name<'a>(&'a self, target: &'a Handle) -> ExpandedName<'a> {
        target.name.expanded()
    }

    fn create_element(&self, name: QualName, attrs: Vec<Attribute>, _: ElementFlags) -> Handle {
        let id = self.arena.borrow_mut().add(Kind::Element(name.clone(), attrs));
        Handle { id, name: Rc::new(name) }
    }

    fn create_comment(&self, _: StrTendril) -> Handle {
        self.nothing()
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> Handle {
        self.nothing()
    }

    fn append(&self, parent: &Handle, child: NodeOrText<Handle>) {
        self.arena.borrow_mut().insert(parent.id, usize::MAX, ids(child));
    }

    fn append_based_on_parent_node(
        &self,
        element: &Handle,
        previous: &Handle,
        child: NodeOrText<Handle>,
    ) {
        let has_parent = self.arena.borrow().position(element.id).is_some();
        if has_parent {
            self.append_before_sibling(element, child);
        } else {
            self.append(previous, child);
        }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn get_template_contents(&self, target: &Handle) -> Handle {
        target.clone()
    }

    fn same_node(&self, a: &Handle, b: &Handle) -> bool {
        a.id == b.id
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &Handle, child: NodeOrText<Handle>) {
        let mut arena = self.arena.borrow_mut();
        let child = ids(child);
        if let NodeOrText::AppendNode(id) = &child {
            arena.detach(*id);
        }
        if let Some((parent, at)) = arena.position(sibling.id) {
            arena.insert(parent, at, child);
        }
    }

    fn add_attrs_if_missing(&self, target: &Handle, attrs: Vec<Attribute>) {
        let mut arena = self.arena.borrow_mut();
        let place = arena.places.get_mut(target.id);
        if let Some(Place { kind: Kind::Element(_, have), .. }) = place {
            let new = attrs.into_iter().filter(|new| !have.iter().any(|old| old.name == new.name));
            let new: Vec<Attribute> = new.collect();
            have.extend(new);
        }
    }

    fn remove_from_parent(&self, target: &Handle) {
        self.arena.borrow_mut().detach(target.id);
    }

    fn reparent_children(&self, node: &Handle, new_parent: &Handle) {
        let mut arena = self.arena.borrow_mut();
        let children =
            arena.places.get_mut(node.id).map(|place| std::mem::take(&mut place.children));
        for child in children.unwrap_or_default() {
            if let Some(place) = arena.places.get_mut(child) {
                place.parent = None;
            }
            arena.insert(new_parent.id, usize::MAX, NodeOrText::AppendNode(child));
        }
    }
}
