//! XML, one element at a time, so that memory holds one booking and not the file's whole tree. In:
//! text. Out: elements by their local name, whatever the namespace's version or prefix. Never here:
//! entities of the file's own (DOCTYPE is refused), depth without end.

use std::borrow::Cow;

use konnector_statement::node::Stack;
use konnector_statement::text::clean;
use konnector_statement::{Node, Refusal as Common};
use quick_xml::Reader;
use quick_xml::errors::{Error, SyntaxError};
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::refusal::Refusal;

/// How much of the parser's own words a refusal quotes, in characters.
const WHY_CHARS_MAX: usize = 100;

pub struct Elements<'a> {
    reader: Reader<&'a [u8]>,
    text: &'a str,
    /// How far lines are counted, and the number of the line there.
    counted: usize,
    line: u32,
}

/// The beginning of an element; its content is still to be read or skipped.
pub struct Opening<'a> {
    pub name: String,
    node: Node<'a>,
}

impl<'a> Opening<'a> {
    /// The element without its content.
    pub fn into_node(self) -> Node<'a> {
        self.node
    }
}

impl<'a> Elements<'a> {
    pub fn new(text: &'a str) -> Elements<'a> {
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.allow_dangling_amp = true;
        Elements { reader, text, counted: 0, line: 1 }
    }

    /// The next element that begins, at whatever depth; `None` at the end of the file.
    pub fn next_opening(&mut self) -> Result<Option<Opening<'a>>, Refusal> {
        loop {
            match self.event()? {
                Event::Start(start) => return self.opening(&start).map(Some),
                Event::Eof => return Ok(None),
                _ => {}
            }
        }
    }

    /// The next element in the one whose opening was read last; `None` at that one's end.
    pub fn next_child(&mut self) -> Result<Option<Opening<'a>>, Refusal> {
        loop {
            match self.event()? {
                Event::Start(start) => return self.opening(&start).map(Some),
                Event::End(_) => return Ok(None),
                Event::Eof => return Err(Refusal::Truncated),
                _ => {}
            }
        }
    }

    /// The element with everything in it.
    pub fn whole(&mut self, opening: Opening<'a>) -> Result<Node<'a>, Refusal> {
        let mut stack = Stack::default();
        stack.push(opening.node)?;
        loop {
            match self.event()? {
                Event::Start(start) => stack.push(self.opening(&start)?.node)?,
                Event::End(_) => {
                    let closed = stack.pop().unwrap_or_default();
                    match stack.top() {
                        Some(parent) => parent.children.push(closed),
                        None => return Ok(closed),
                    }
                }
                Event::Text(text) => add_text(&mut stack, text.xml10_content()),
                Event::CData(text) => add_text(&mut stack, text.xml10_content()),
                Event::GeneralRef(reference) => add_text(&mut stack, character(&reference).into()),
                Event::Eof => return Err(Refusal::Truncated),
                _ => {}
            }
        }
    }

    /// Passes over the element.
    pub fn skip(&mut self) -> Result<(), Refusal> {
        let mut depth = 1;
        while depth > 0 {
            match self.event()? {
                Event::Start(_) => depth += 1,
                Event::End(_) => depth -= 1,
                Event::Eof => return Err(Refusal::Truncated),
                _ => {}
            }
        }
        Ok(())
    }

    fn event(&mut self) -> Result<Event<'a>, Refusal> {
        match self.reader.read_event() {
            Ok(Event::DocType(_)) => Err(Common::Doctype(self.line_here()).into()),
            Ok(event) => Ok(event),
            Err(Error::Syntax(error)) if !matches!(error, SyntaxError::InvalidBangMarkup) => {
                // All others are of a mark that is still open at the end.
                Err(Refusal::Truncated)
            }
            Err(error) => {
                let why = clean(&error.to_string(), WHY_CHARS_MAX);
                Err(Refusal::Malformed { line: self.line_here(), why })
            }
        }
    }

    fn opening(&mut self, start: &BytesStart<'a>) -> Result<Opening<'a>, Refusal> {
        let name = start.local_name().as_ref().to_owned();
        let line = self.line_here();
        let mut node = Node::new(Cow::Owned(name.clone()), line);
        // The only attribute that statements use; a child of that name can't be in a file.
        if let Ok(Some(currency)) = start.try_get_attribute("Ccy") {
            let mut attribute = Node::new(Cow::Borrowed("@Ccy"), line);
            attribute.push_text(Cow::Owned(currency.value.into_owned()));
            node.children.push(attribute);
        }
        Ok(Opening { name, node })
    }

    fn line_here(&mut self) -> u32 {
        let here = usize::try_from(self.reader.buffer_position()).unwrap_or(self.text.len());
        let passed = self.text.as_bytes().get(self.counted..here).unwrap_or(&[]);
        let lines = passed.iter().filter(|byte| **byte == b'\n').count();
        self.line += u32::try_from(lines).unwrap_or(0);
        self.counted = here.max(self.counted);
        self.line
    }
}

fn add_text<'a>(stack: &mut Stack<'a>, text: Cow<'a, str>) {
    if let Some(top) = stack.top() {
        top.push_text(text);
    }
}

/// What XML itself defines; any other name stands as it is written.
fn character(reference: &BytesRef<'_>) -> String {
    if let Ok(Some(c)) = reference.resolve_char_ref() {
        return c.to_string();
    }
    let name = reference.xml10_content();
    match name.as_ref() {
        "amp" => "&".to_owned(),
        "lt" => "<".to_owned(),
        "gt" => ">".to_owned(),
        "quot" => "\"".to_owned(),
        "apos" => "'".to_owned(),
        other => format!("&{other};"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(node: &Node<'_>) -> String {
        let children: Vec<String> = node.children.iter().map(show).collect();
        let (name, line, text) = (&node.name, node.line, node.text.trim());
        format!("{name}:{line}={text}[{}]", children.join(" "))
    }

    fn first(text: &str) -> String {
        let mut elements = Elements::new(text);
        let opening = elements.next_opening().unwrap().unwrap();
        match elements.whole(opening) {
            Ok(node) => show(&node),
            Err(refusal) => konnector_statement::Said::from(refusal).en,
        }
    }

    #[test]
    fn names_are_local_and_references_resolved() {
        let prefixed = "<?xml version='1.0'?>\n<x:A xmlns:x='u'>\n<x:Amt Ccy='EUR'>1<!-- 2 -->3</x:Amt>\n</x:A>";
        assert_eq!(first(prefixed), "A:2=[Amt:3=13[@Ccy:3=EUR[]]]");
        let marks = "<A>AT&T &amp; &#233;&#xe9; &lt;&gt; &nbsp;<![CDATA[<b>]]></A>";
        assert_eq!(first(marks), "A:1=AT&T & \u{e9}\u{e9} <> &nbsp;<b>[]");
        assert_eq!(first("<A><B/></A>"), "A:1=[B:1=[]]");
    }

    #[test]
    fn broken_files_say_where() {
        assert!(first("<A>\n\n<B></C></A>").starts_with("line 3: the file is not well-formed"));
        assert_eq!(first("<A><B>"), konnector_statement::Said::from(Refusal::Truncated).en);
        assert_eq!(first("<A><B"), konnector_statement::Said::from(Refusal::Truncated).en);
        let bomb = "<A>\n<!DOCTYPE A [<!ENTITY a 'aaa'>]>&a;</A>";
        assert!(first(bomb).starts_with("line 2: the file carries its own grammar"));
        assert!(first(&"<A>".repeat(100)).contains("more than 64 deep"));
    }
}
