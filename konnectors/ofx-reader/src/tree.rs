//! Tags to a tree. In: tokens, where version 1 need not close what holds text. Out: one element
//! with everything in it. Never here: a guess about a file that ends too soon.
//!
//! What holds other elements is always closed. So an element that never is, is a field without a
//! value, and what seemed to lie in it lies beside it.

use konnector_statement::Node;
use konnector_statement::node::Stack;

use super::refusal::Refusal;
use super::token::{Token, Tokens};

/// The first element and all that lies in it; what follows it is not looked at.
pub fn build<'a>(tokens: Tokens<'a>) -> Result<Node<'a>, Refusal> {
    let mut stack = Stack::default();
    for token in tokens {
        let finished = match token? {
            Token::Open { name, line, closed } => {
                close_field(&mut stack);
                stack.push(Node::new(name.into(), line))?;
                if closed { close(&mut stack, 0) } else { None }
            }
            Token::Close { name } => {
                stack.depth_of(name).and_then(|depth| close(&mut stack, depth))
            }
            Token::Text(text) => {
                let holds_text = stack.top().filter(|top| top.children.is_empty());
                if let Some(top) = holds_text.filter(|_| !text.trim().is_empty()) {
                    top.push_text(text);
                }
                None
            }
        };
        if let Some(root) = finished {
            return Ok(root);
        }
    }
    Err(Refusal::Truncated)
}

/// An element with text ends where the next one begins.
fn close_field(stack: &mut Stack<'_>) {
    if stack.top().is_some_and(|top| !top.text.is_empty()) {
        hoist(stack);
    }
}

/// Closes the element `depth` below the top; those above it were never closed. Answers the
/// outermost element when that was it.
fn close<'a>(stack: &mut Stack<'a>, depth: usize) -> Option<Node<'a>> {
    for _ in 0..depth {
        hoist(stack);
    }
    let node = stack.pop()?;
    match stack.top() {
        Some(parent) => parent.children.push(node),
        None => return Some(node),
    }
    None
}

/// Takes the top as a field: its children become its siblings.
fn hoist(stack: &mut Stack<'_>) {
    let Some(mut node) = stack.pop() else { return };
    let children = std::mem::take(&mut node.children);
    if let Some(parent) = stack.top() {
        parent.children.push(node);
        parent.children.extend(children);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(node: &Node<'_>) -> String {
        let children: Vec<String> = node.children.iter().map(show).collect();
        match (node.text.trim(), children.is_empty()) {
            ("", true) => node.name.to_string(),
            (text, true) => format!("{}={text}", node.name),
            _ => format!("{}({})", node.name, children.join(" ")),
        }
    }

    fn said(refusal: Refusal) -> String {
        konnector_statement::Said::from(refusal).en
    }

    fn tree(text: &str) -> String {
        build(Tokens::new(text, 0)).map_or_else(said, |root| show(&root))
    }

    #[test]
    fn fields_need_no_end() {
        for (text, expected) in [
            ("<OFX><A>1<B>2</OFX>", "OFX(A=1 B=2)"),
            ("<OFX><S><A>1<B>2</S><S><A>3</A></S></OFX>", "OFX(S(A=1 B=2) S(A=3))"),
            ("<OFX><S><MEMO><NAME>x</S></OFX>", "OFX(S(MEMO NAME=x))"),
            ("<OFX><L><DTEND><S><A>1</S><S><A>2</S></L></OFX>", "OFX(L(DTEND S(A=1) S(A=2)))"),
            ("<OFX><S><A>1</A></B></S></S></OFX>", "OFX(S(A=1))"),
            ("<OFX><S><A/><B></B></S></OFX> <X>", "OFX(S(A B))"),
            ("<ofx><A>a < b</OFX>", "ofx(A=a < b)"),
        ] {
            assert_eq!(tree(text), expected, "{text}");
        }
    }

    #[test]
    fn a_cut_file_is_refused() {
        for text in ["<OFX><S><A>1", "<OFX><S><A>1</S>", ""] {
            assert_eq!(tree(text), said(Refusal::Truncated), "{text}");
        }
    }
}
