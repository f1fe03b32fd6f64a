//! Text to tags and text, for both versions of OFX.
//!
//! Written here because no parser crate holds on what banks export. `sgmlish`, made for OFX among
//! others, stops at `AT&T`, at `&#233;` and at one closing tag too many, and knows no line numbers
//! to tell the owner; `quick-xml` needs every tag closed, which version 1 does not do. What
//! is left of SGML in OFX is small: tags without attributes, character references, CDATA. Whatever
//! looks like none of these is text, so that a `<` or `&` in a label costs nothing. Entities can't
//! be declared: DOCTYPE is refused.

use std::borrow::Cow;

use konnector_statement::Refusal;

/// Longest character reference, without `&` and `;`.
const REFERENCE_BYTES_MAX: usize = 8;

#[derive(Debug, PartialEq)]
pub enum Token<'a> {
    Open { name: &'a str, line: u32, closed: bool },
    Close { name: &'a str },
    Text(Cow<'a, str>),
}

/// Never longer than the file: every step moves forward.
pub struct Tokens<'a> {
    text: &'a str,
    at: usize,
    line: u32,
}

impl<'a> Tokens<'a> {
    /// Reads from `start`, which is the beginning of a character.
    pub fn new(text: &'a str, start: usize) -> Tokens<'a> {
        let mut tokens = Tokens { text, at: 0, line: 1 };
        tokens.advance(start);
        tokens
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    /// Line ends are LF, CRLF, or CR alone.
    fn advance(&mut self, bytes: usize) {
        let end = (self.at + bytes).min(self.text.len());
        let passed = self.text.as_bytes().get(self.at..end).unwrap_or(&[]);
        for (offset, byte) in passed.iter().enumerate() {
            let next = self.text.as_bytes().get(self.at + offset + 1);
            if *byte == b'\n' || (*byte == b'\r' && next != Some(&b'\n')) {
                self.line += 1;
            }
        }
        self.at = end;
    }

    /// What lies between an opening and a closing mark, to the end where there is no closing mark.
    fn enclosed(&mut self, open: &str, close: &str) -> &'a str {
        let inner = self.rest().get(open.len()..).unwrap_or("");
        let end = inner.find(close).unwrap_or(inner.len());
        self.advance(open.len() + end + close.len());
        inner.get(..end).unwrap_or("")
    }

    fn markup(&mut self) -> Result<Option<Token<'a>>, Refusal> {
        const CDATA: &str = "<![CDATA[";
        let rest = self.rest();
        if rest.starts_with("<!--") {
            self.enclosed("<!--", "-->");
            return Ok(None);
        }
        if rest.starts_with(CDATA) {
            return Ok(Some(Token::Text(Cow::Borrowed(self.enclosed(CDATA, "]]>")))));
        }
        if rest.starts_with("<?") {
            self.enclosed("<?", "?>");
            return Ok(None);
        }
        if starts_with_ignoring_case(rest, "<!DOCTYPE") {
            return Err(Refusal::Doctype(self.line));
        }
        let (token, bytes) = tag(rest, self.line).unwrap_or((Token::Text(Cow::Borrowed("<")), 1));
        self.advance(bytes);
        Ok(Some(token))
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Result<Token<'a>, Refusal>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.at < self.text.len() {
            let rest = self.rest();
            if rest.starts_with('<') {
                match self.markup() {
                    Ok(Some(token)) => return Some(Ok(token)),
                    Ok(None) => continue,
                    Err(refusal) => {
                        self.at = self.text.len();
                        return Some(Err(refusal));
                    }
                }
            }
            let end = rest.find('<').unwrap_or(rest.len());
            self.advance(end);
            let text = rest.get(..end).unwrap_or("");
            return Some(Ok(Token::Text(unescape(text))));
        }
        None
    }
}

pub fn starts_with_ignoring_case(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

/// The tag at the start of `rest`, and its length. XML's attributes are allowed and ignored.
fn tag(rest: &str, line: u32) -> Option<(Token<'_>, usize)> {
    let inner = rest.strip_prefix('<')?;
    let end = inner
        .find(['<', '>'])
        .filter(|end| inner.get(*end..).is_some_and(|e| e.starts_with('>')))?;
    let inner = inner.get(..end)?;
    let bytes = end + 2;
    let (closing, inner) = match inner.strip_prefix('/') {
        Some(name) => (true, name),
        None => (false, inner),
    };
    let (closed, inner) = match inner.strip_suffix('/') {
        Some(name) => (true, name),
        None => (false, inner),
    };
    let is_name = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    let name_end = inner.find(|c| !is_name(c)).unwrap_or(inner.len());
    let (name, attributes) = inner.split_at_checked(name_end)?;
    let blank = attributes.trim().is_empty();
    let has_attributes =
        !closing && attributes.starts_with(char::is_whitespace) && attributes.contains('=');
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) || !(blank || has_attributes) {
        return None;
    }
    Some((if closing { Token::Close { name } } else { Token::Open { name, line, closed } }, bytes))
}

/// Replaces the references that OFX and XML know; any other `&` stands for itself.
fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut pieces = text.split('&');
    let mut plain = pieces.next().unwrap_or("").to_owned();
    for piece in pieces {
        let known = piece
            .split_once(';')
            .filter(|(name, _)| name.len() <= REFERENCE_BYTES_MAX)
            .and_then(|(name, after)| Some((character(name)?, after)));
        match known {
            Some((c, after)) => {
                plain.push(c);
                plain.push_str(after);
            }
            None => {
                plain.push('&');
                plain.push_str(piece);
            }
        }
    }
    Cow::Owned(plain)
}

fn character(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code);
    }
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some(' '),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> String {
        let shown = Tokens::new(text, 0).map(|token| match token {
            Ok(Token::Open { name, line, closed }) => {
                format!("<{name}@{line}{}>", if closed { "/" } else { "" })
            }
            Ok(Token::Close { name }) => format!("</{name}>"),
            Ok(Token::Text(text)) => text.into_owned(),
            Err(refusal) => format!("!{}", konnector_statement::Said::from(refusal).en),
        });
        shown.collect::<Vec<_>>().join("|")
    }

    #[test]
    fn labels_keep_their_marks() {
        for (text, expected) in [
            ("<NAME>AT&T", "<NAME@1>|AT&T"),
            ("<NAME>M & M &amp; &lt;3", "<NAME@1>|M & M & <3"),
            ("&#233;&#xE9;&nbsp;&eacute;&#xffffff;&", "\u{e9}\u{e9} &eacute;&#xffffff;&"),
            ("a < b", "a |<| b"),
            ("x <3 y> z", "x |<|3 y> z"),
            ("<a@b.example>", "<|a@b.example>"),
            ("<MEMO><![CDATA[a & <b>]]></MEMO>", "<MEMO@1>|a & <b>|</MEMO>"),
        ] {
            assert_eq!(tokens(text), expected, "{text}");
        }
    }

    #[test]
    fn tags_of_both_versions() {
        for (text, expected) in [
            ("<INTU.BID>1</INTU.BID >", "<INTU.BID@1>|1|</INTU.BID>"),
            ("<MEMO/><MEMO />", "<MEMO@1/>|<MEMO@1/>"),
            ("<OFX xmlns=\"x\">", "<OFX@1>"),
            ("<A\r\n>\r<B>\n<C>", "<A@1>|\r|<B@3>|\n|<C@4>"),
            ("<!-- <A> --><?x <B>?><C>", "<C@1>"),
            ("<!-- <A>", ""),
            ("<", "<"),
            ("<A", "<|A"),
        ] {
            assert_eq!(tokens(text), expected, "{text:?}");
        }
        assert!(tokens("\n<!doctype OFX [").starts_with("\n|!line 2: the file carries its own"));
    }
}
