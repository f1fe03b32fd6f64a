//! The tree that readers of both notations build, and how to ask it. In: elements from an
//! importer's tokens. Out: cleaned text by path. Never here: recursion on what a file holds; depth
//! and number of elements are bounded while the tree grows.

use std::borrow::Cow;

use crate::Refusal;
use crate::text::{BANK_LABEL_CHARS_MAX, clean};

/// How deep elements may lie in each other; statements stay under 20.
pub const DEPTH_MAX: usize = 64;
/// How many elements one tree may have: about 40 MiB of nodes.
pub const ELEMENTS_MAX: usize = 400_000;

/// One element: its own text, or the elements in it.
#[derive(Clone, Debug, Default)]
pub struct Node<'a> {
    pub name: Cow<'a, str>,
    /// Where it starts in the file, from 1.
    pub line: u32,
    pub text: Cow<'a, str>,
    pub children: Vec<Node<'a>>,
}

impl<'a> Node<'a> {
    pub fn new(name: Cow<'a, str>, line: u32) -> Node<'a> {
        Node { name, line, ..Node::default() }
    }

    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// The first child of that name.
    pub fn child(&self, name: &str) -> Option<&Node<'a>> {
        self.children.iter().find(|child| child.is(name))
    }

    pub fn children_named(&self, name: &str) -> impl Iterator<Item = &Node<'a>> {
        self.children.iter().filter(move |child| child.is(name))
    }

    /// Down a path, taking the first child at every step: `at("Tp/CdOrPrtry/Cd")`.
    pub fn at(&self, path: &str) -> Option<&Node<'a>> {
        path.split('/').try_fold(self, |node, name| node.child(name))
    }

    /// The cleaned text at a path, if there is any.
    pub fn text_at(&self, path: &str) -> Option<String> {
        self.at(path).and_then(Node::cleaned)
    }

    /// The first of several paths that has text.
    pub fn text_at_any(&self, paths: &[&str]) -> Option<String> {
        paths.iter().find_map(|path| self.text_at(path))
    }

    /// The cleaned text, if there is any.
    pub fn cleaned(&self) -> Option<String> {
        Some(clean(&self.text, BANK_LABEL_CHARS_MAX)).filter(|text| !text.is_empty())
    }

    /// The line of a child, or of this element where the child is missing.
    pub fn line_of(&self, name: &str) -> u32 {
        self.child(name).map_or(self.line, |child| child.line)
    }

    /// Adds to the text without copying the first piece.
    pub fn push_text(&mut self, text: Cow<'a, str>) {
        if self.text.is_empty() {
            self.text = text;
        } else {
            self.text.to_mut().push_str(&text);
        }
    }
}

/// The elements that are open, outermost first.
#[derive(Default)]
pub struct Stack<'a> {
    open: Vec<Node<'a>>,
    elements: usize,
}

impl<'a> Stack<'a> {
    pub fn push(&mut self, node: Node<'a>) -> Result<(), Refusal> {
        if self.open.len() >= DEPTH_MAX {
            return Err(Refusal::TooDeep(node.line));
        }
        if self.elements >= ELEMENTS_MAX {
            return Err(Refusal::TooManyElements);
        }
        self.elements += 1;
        self.open.push(node);
        Ok(())
    }

    pub fn pop(&mut self) -> Option<Node<'a>> {
        self.open.pop()
    }

    pub fn top(&mut self) -> Option<&mut Node<'a>> {
        self.open.last_mut()
    }

    pub fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// How far below the top lies an open element of that name?
    pub fn depth_of(&self, name: &str) -> Option<usize> {
        self.open.iter().rev().position(|node| node.is(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_hold() {
        let mut stack = Stack::default();
        for _ in 0..DEPTH_MAX {
            stack.push(Node::new("A".into(), 1)).unwrap();
        }
        assert_eq!(stack.push(Node::new("A".into(), 7)), Err(Refusal::TooDeep(7)));
        let mut stack = Stack::default();
        for _ in 0..ELEMENTS_MAX {
            stack.push(Node::default()).unwrap();
            stack.pop();
        }
        assert_eq!(stack.push(Node::default()), Err(Refusal::TooManyElements));
    }

    #[test]
    fn paths_take_the_first_child_with_that_name() {
        let mut leaf = Node::new("Cd".into(), 3);
        leaf.push_text(" BO".into());
        leaf.push_text("OK ".into());
        let mut root = Node::new("Ntry".into(), 1);
        let mut status = Node::new("Sts".into(), 2);
        status.children.push(leaf);
        root.children.push(status);
        assert_eq!(root.text_at("Sts/Cd").as_deref(), Some("BOOK"));
        assert_eq!(root.text_at("sts/Prtry"), None);
        assert_eq!(root.text_at_any(&["Sts/Prtry", "Sts/Cd"]).as_deref(), Some("BOOK"));
        assert_eq!((root.line_of("Sts"), root.line_of("Amt")), (2, 1));
    }
}
