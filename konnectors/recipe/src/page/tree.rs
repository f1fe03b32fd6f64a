//! HTML to a tree. In: a page. Out: its elements. Never here: a tree whose depth makes the reading
//! of each further element longer than that of the one before.

use html5ever::driver::{self, ParseOpts};
use html5ever::tendril::{StrTendril, TendrilSink};
use scraper::{Html, HtmlTreeSink};

use super::TooMuch;

/// Elements and texts of a page.
const NODES_MAX: usize = 100_000;
/// Elements around one.
const DEPTH_MAX: usize = 256;
/// Bytes between two looks at the tree: what they add at most is read in no time.
const PIECE_BYTES: usize = 4 << 10;

pub fn read(body: &str) -> Result<Html, TooMuch> {
    let sink = HtmlTreeSink::new(Html::new_document());
    let mut parser = driver::parse_document(sink, ParseOpts::default());
    let mut rest = body;
    while !rest.is_empty() {
        let piece = rest.floor_char_boundary(PIECE_BYTES);
        let (now, later) = rest.split_at(piece);
        parser.process(StrTendril::from(now));
        rest = later;
        let html = parser.tokenizer.sink.sink.0.borrow();
        let last = html.tree.values().len();
        let depth = html.tree.nodes().next_back().map_or(0, |node| node.ancestors().count());
        if last > NODES_MAX || depth > DEPTH_MAX {
            return Err(TooMuch);
        }
    }
    Ok(parser.finish())
}
