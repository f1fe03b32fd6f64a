//! Content lines, as vCard and iCalendar have them. In: bytes, a piece at a time. Out: one unfolded
//! line after the other, with its number in the file, its parameters and its value as text. Never
//! here: what a property means; a line that takes more memory than [`LINE_BYTES_MAX`], however long
//! it is in the file.
//!
//! Our own, because vCard 2.1 breaks lines in its own way, the owner is told where a file is
//! broken, and a file with pictures in it is larger than what fits into memory twice.

mod quoted;

use std::io::BufRead;

use crate::text::{clean, decode};
use crate::{Said, Warnings, count, say};

/// How much of one line is kept.
pub const LINE_BYTES_MAX: usize = 256 * 1024;
/// How many parameters of a property are kept.
pub const PARAMETERS_MAX: usize = 64;
/// How many values one line is split into.
pub const VALUES_MAX: usize = 2_000;
/// Longest name of a property or a parameter.
const NAME_CHARS_MAX: usize = 60;

/// One property.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// Where it starts in the file, from 1.
    pub number: u32,
    /// What stands before a dot in front of the name; in capitals.
    pub group: String,
    /// In capitals.
    pub name: String,
    /// Names in capitals; a list of values is several parameters of one name.
    pub parameters: Vec<(String, String)>,
    /// Escapes are still in it.
    pub value: String,
}

impl Line {
    pub fn is(&self, name: &str, value: &str) -> bool {
        self.name == name && self.value.trim().eq_ignore_ascii_case(value)
    }

    /// The first value of a parameter.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let mut named = self.parameters.iter().filter(|(found, _)| found == name);
        named.next().map(|(_, value)| value.as_str())
    }

    pub fn parameters<'l>(&'l self, name: &'l str) -> impl Iterator<Item = &'l str> {
        let named = self.parameters.iter().filter(move |(found, _)| found == name);
        named.map(|(_, value)| value.as_str())
    }

    /// The value without escapes.
    pub fn text(&self) -> String {
        self.parts(|_| false).concat()
    }

    /// The values of a list or a structure: what lies between `separator`s that aren't escaped.
    pub fn split(&self, separator: char) -> Vec<String> {
        self.parts(|c| c == separator)
    }

    fn parts(&self, separates: impl Fn(char) -> bool) -> Vec<String> {
        let mut parts = vec![String::new()];
        let mut chars = self.value.chars();
        while let Some(c) = chars.next() {
            if separates(c) && parts.len() < VALUES_MAX {
                parts.push(String::new());
                continue;
            }
            let Some(part) = parts.last_mut() else { break };
            match (c, chars.as_str().chars().next()) {
                ('\\', Some('n' | 'N')) => part.push('\n'),
                ('\\', Some(next @ ('\\' | ';' | ',' | ':' | '"'))) => part.push(next),
                _ => {
                    part.push(c);
                    continue;
                }
            }
            chars.next();
        }
        parts
    }
}

/// The lines of a file.
pub struct Lines<R> {
    reader: R,
    /// Lines of the file that were read.
    number: u32,
    /// Lines longer than what is kept.
    cut: usize,
    /// Lines without a colon or a name, and where the first is.
    broken: usize,
    first_broken: u32,
    /// Lines whose character set was a guess.
    guessed: usize,
}

impl<R: BufRead> Lines<R> {
    pub fn new(reader: R) -> Lines<R> {
        Lines { reader, number: 0, cut: 0, broken: 0, first_broken: 0, guessed: 0 }
    }

    /// The next property; `None` at the end of the file.
    pub fn next_line(&mut self) -> Result<Option<Line>, Said> {
        let mut bytes = Vec::new();
        loop {
            bytes.clear();
            let Some(number) = self.unfolded(&mut bytes)? else { return Ok(None) };
            let content = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
            if content.iter().all(|byte| byte.is_ascii_whitespace() || *byte == 0x1a) {
                continue;
            }
            if let Some(line) = self.parse(content, number) {
                return Ok(Some(line));
            }
            self.broken += 1;
            if self.first_broken == 0 {
                self.first_broken = number;
            }
        }
    }

    /// Tells of lines that could not be read as they are.
    pub fn report(&self, warnings: &mut Warnings) {
        let lines = |number| count(number, ["line", "lines"], ["ligne", "lignes"]);
        if self.broken > 0 {
            let (lines, first) = (lines(self.broken), self.first_broken);
            warnings.add(&say!(
                lines, first;
                "{lines} without a meaning, the first is line {first}: passed over",
                "{lines} sans signification, la première est la ligne {first} : non lues",
            ));
        }
        if self.guessed > 0 {
            let lines = lines(self.guessed);
            warnings.add(&say!(
                lines;
                "{lines} in no known character set: read as Windows-1252",
                "{lines} dans un jeu de caractères inconnu, lues comme du Windows-1252",
            ));
        }
        if self.cut > 0 {
            let (lines, most) = (lines(self.cut), LINE_BYTES_MAX / 1024);
            warnings.add(&say!(
                lines, most;
                "{lines} longer than {most} KiB: shortened",
                "{lines} de plus de {most} Kio : coupées",
            ));
        }
    }

    /// The bytes of one property; the number of its first line.
    fn unfolded(&mut self, bytes: &mut Vec<u8>) -> Result<Option<u32>, Said> {
        let mut is_cut = false;
        if !self.piece(bytes, &mut is_cut)? {
            return Ok(None);
        }
        let first = self.number;
        let quoted = quoted::is_announced(bytes);
        loop {
            let soft_break = quoted && bytes.last() == Some(&b'=');
            let next = self.reader.fill_buf().map_err(unreadable)?.first().copied();
            if soft_break && next.is_some() {
                bytes.pop();
            } else if matches!(next, Some(b' ' | b'\t')) {
                self.reader.consume(1);
            } else {
                break;
            }
            self.piece(bytes, &mut is_cut)?;
        }
        self.cut += usize::from(is_cut);
        Ok(Some(first))
    }

    /// Adds one line of the file, without its end. Was there one?
    fn piece(&mut self, bytes: &mut Vec<u8>, is_cut: &mut bool) -> Result<bool, Said> {
        let mut found = false;
        loop {
            let buffer = self.reader.fill_buf().map_err(unreadable)?;
            if buffer.is_empty() {
                break;
            }
            if !found {
                found = true;
                self.number = self.number.saturating_add(1);
            }
            let end = buffer.iter().position(|byte| *byte == b'\n');
            let line = buffer.get(..end.unwrap_or(buffer.len())).unwrap_or(buffer);
            let room = LINE_BYTES_MAX.saturating_sub(bytes.len());
            bytes.extend(line.iter().take(room));
            *is_cut |= line.len() > room;
            let taken = line.len() + usize::from(end.is_some());
            self.reader.consume(taken);
            if end.is_some() {
                break;
            }
        }
        if bytes.last() == Some(&b'\r') {
            bytes.pop();
        }
        Ok(found)
    }

    fn parse(&mut self, content: &[u8], number: u32) -> Option<Line> {
        let colon = end_of_head(content)?;
        let (head, value) = content.split_at_checked(colon)?;
        let value = value.get(1..)?;
        let head = String::from_utf8_lossy(head);
        let mut pieces = outside_quotes(&head, ';');
        let named = pieces.next()?.trim();
        let (group, name) = named.rsplit_once('.').unwrap_or(("", named));
        let is_name = |name: &str| {
            let known = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
            name.len() <= NAME_CHARS_MAX && name.chars().all(known)
        };
        if name.is_empty() || !is_name(name) || !is_name(group) {
            return None;
        }
        let mut line = Line { number, ..Line::default() };
        (line.group, line.name) = (group.to_ascii_uppercase(), name.to_ascii_uppercase());
        for piece in pieces {
            add_parameter(&mut line.parameters, piece);
        }
        let is_quoted = line
            .parameter("ENCODING")
            .is_some_and(|how| how.eq_ignore_ascii_case("QUOTED-PRINTABLE"));
        let unquoted = is_quoted.then(|| quoted::decode(value));
        let decoded = decode(unquoted.as_deref().unwrap_or(value), line.parameter("CHARSET"));
        self.guessed += usize::from(decoded.warning.is_some());
        line.value = decoded.text.into_owned();
        Some(line)
    }
}

fn unreadable(error: std::io::Error) -> Said {
    say!(error; "the file can't be read: {error}", "le fichier ne peut pas être lu : {error}")
}

/// Where the colon before the value is.
fn end_of_head(content: &[u8]) -> Option<usize> {
    let mut quoted = false;
    let outside = content.iter().position(|byte| {
        quoted ^= *byte == b'"';
        *byte == b':' && !quoted
    });
    outside.or_else(|| content.iter().position(|byte| *byte == b':'))
}

/// What lies between separators outside of quotation marks.
fn outside_quotes(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    text.split(move |c: char| {
        quoted ^= c == '"';
        c == separator && !quoted
    })
}

fn add_parameter(parameters: &mut Vec<(String, String)>, piece: &str) {
    // vCard 2.1 leaves the name out where the value tells it.
    let (name, values) = piece.split_once('=').unwrap_or(("", piece));
    let name = clean(name, NAME_CHARS_MAX).to_ascii_uppercase();
    for value in outside_quotes(values, ',') {
        let value = unquoted(value.trim());
        let implied = match value.to_ascii_uppercase().as_str() {
            "QUOTED-PRINTABLE" | "BASE64" | "8BIT" | "7BIT" => "ENCODING",
            _ => "TYPE",
        };
        let name = if name.is_empty() { implied } else { &name };
        if parameters.len() < PARAMETERS_MAX && !value.is_empty() {
            parameters.push((name.to_owned(), value));
        }
    }
}

/// Without quotation marks, and with what RFC 6868 writes for them.
fn unquoted(value: &str) -> String {
    let mut chars = value.trim_matches('"').chars();
    let mut text = String::new();
    while let Some(c) = chars.next() {
        let meant = match (c, chars.as_str().chars().next()) {
            ('^', Some('n')) => '\n',
            ('^', Some('\'')) => '"',
            ('^', Some('^')) => '^',
            _ => {
                text.push(c);
                continue;
            }
        };
        text.push(meant);
        chars.next();
    }
    text
}

#[cfg(test)]
mod tests;
