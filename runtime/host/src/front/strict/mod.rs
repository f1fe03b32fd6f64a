//! HTML strings of apps: parsed to a tree, reduced to the strict profile, and handed to the
//! printer.
//!
//! In flow bytes that a stranger composed to confuse a parser. Out flow the same typed nodes that
//! the SDK makes, so that one printer with one table decides what may be said. Never: markup
//! passed through. What is printed is parsed once more and must read back as itself; what does
//! not settle is refused, so that a browser's parser can't see another tree than this one saw.

mod reduce;
mod sink;

use html5ever::driver::ParseOpts;
use html5ever::tendril::TendrilSink;
use html5ever::{QualName, local_name, ns, parse_fragment};

use super::limits::{HTML_BYTES_MAX, NODES_MAX};
use super::print::{Acts, PrintError, print};
use crate::caps::bindings::ui::Node;
use sink::Sink;

/// Parse, print, parse: so often at most until nothing moves any more.
const ROUNDS_MAX: usize = 4;
/// Bytes between two looks at how much the parser has made.
const CHUNK_BYTES: usize = 2 * 1024;

/// HTML that is no page.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum StrictError {
    /// Too long.
    #[error("the page's HTML has more than {HTML_BYTES_MAX} bytes: show less on a page")]
    TooLong,
    /// A NUL.
    #[error("the page's HTML contains a NUL: send text")]
    Nul,
    /// More elements than a page has.
    #[error("the page's HTML makes more than {NODES_MAX} nodes: show less on a page")]
    TooManyNodes,
    /// It reads differently each time.
    #[error(
        "the page's HTML is nested so that it reads back as something else: close its elements"
    )]
    Unstable,
    /// The printer refused it.
    #[error(transparent)]
    Print(#[from] PrintError),
}

/// The nodes of an HTML fragment, in the strict profile.
pub fn nodes(html: &str) -> Result<Vec<Node>, StrictError> {
    if html.len() > HTML_BYTES_MAX {
        return Err(StrictError::TooLong);
    }
    if html.contains('\0') {
        return Err(StrictError::Nul);
    }
    let mut written = print(&parse(html)?, Acts::Written)?;
    for _ in 0..ROUNDS_MAX {
        let nodes = parse(&written)?;
        let again = print(&nodes, Acts::Written)?;
        if again == written {
            return Ok(nodes);
        }
        written = again;
    }
    Err(StrictError::Unstable)
}

fn parse(html: &str) -> Result<Vec<Node>, StrictError> {
    let context = QualName::new(None, ns!(html), local_name!("main"));
    let mut opts = ParseOpts::default();
    opts.tree_builder.scripting_enabled = false;
    let mut parser = parse_fragment(Sink::default(), opts, context, Vec::new(), false);
    let mut rest = html;
    while !rest.is_empty() {
        let mut at = CHUNK_BYTES.min(rest.len());
        while !rest.is_char_boundary(at) {
            at -= 1;
        }
        let (chunk, after) = rest.split_at(at);
        parser.process(chunk.into());
        if parser.tokenizer.sink.sink.is_full() {
            return Err(StrictError::TooManyNodes);
        }
        rest = after;
    }
    let arena = parser.finish();
    if arena.is_full() {
        return Err(StrictError::TooManyNodes);
    }
    Ok(reduce::reduce(&arena))
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
