//! Forms, as the host writes them: the method, the path and the page token are its own.

use super::super::act::Act;
use super::escape::attribute;
use super::{TOKEN_FIELD, loose_form, of_panel};
use crate::caps::bindings::ui::{Attr, Node, Tag};

/// What a form needs because of what is in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// It sends files.
    files: bool,
    /// A button in it posts.
    post: bool,
}

/// Look at the nodes after a form's `open` up to its `close`.
pub fn needs(rest: &[Node]) -> Needs {
    let mut needs = Needs::default();
    let mut depth = 0usize;
    for node in rest {
        match node {
            Node::Open(element) => {
                let has =
                    |attr, test: fn(&str) -> bool| super::value_of(element, attr).is_some_and(test);
                needs.files |=
                    element.tag == Tag::Input && has(Attr::Type, |value| value == "file");
                needs.post |= element.tag == Tag::Button
                    && has(Attr::Act, |value| matches!(Act::parse(value), Some(Act::Post(_))));
                if !matches!(element.tag, Tag::Br | Tag::Hr | Tag::Input) {
                    depth += 1;
                }
            }
            Node::Close if depth == 0 => break,
            Node::Close => depth -= 1,
            Node::Text(_) | Node::Chart(_) | Node::Panel(_) => {}
        }
    }
    needs
}

/// The rest of `<form`: where it goes, how, and the token if it posts.
pub fn open(out: &mut String, act: Option<Act<'_>>, needs: Needs, token: &str) {
    let post = matches!(act, Some(Act::Post(_)));
    match act {
        Some(Act::Post(path)) => {
            out.push_str(" method=\"post\"");
            attribute(out, "action", path);
        }
        Some(Act::Go(path)) => attribute(out, "action", path),
        Some(Act::Link(_)) | None => {}
    }
    if needs.files && (post || needs.post) {
        out.push_str(" enctype=\"multipart/form-data\"");
    }
    out.push('>');
    if post || needs.post {
        field(out, token);
    }
}

/// The form that buttons outside any form send.
pub fn loose(out: &mut String, number: usize, token: &str) {
    out.push_str("<form method=\"post\" action=\"/\" hidden");
    of_panel(out, number);
    attribute(out, "id", &loose_form(number));
    out.push('>');
    field(out, token);
    out.push_str("</form>");
}

fn field(out: &mut String, token: &str) {
    out.push_str("<input type=\"hidden\"");
    attribute(out, "name", TOKEN_FIELD);
    attribute(out, "value", token);
    out.push('>');
}
