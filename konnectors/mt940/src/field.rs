//! Lines to fields. In: the text of a file, with or without the blocks of SWIFT around it. Out:
//! fields, each with the lines that go on with it. Never here: what a field means, more of one
//! than is read.

use std::iter::Peekable;
use std::str::Lines;

/// Longest field that is kept, in bytes; the standard has 390 characters.
const FIELD_BYTES_MAX: usize = 8 << 10;

/// A line begins a field only with one of these: texts wrap anywhere, also before a colon.
const TAGS: [&str; 21] = [
    "13D", "20", "21", "25", "25P", "28", "28C", "34F", "60F", "60M", "61", "62F", "62M", "64",
    "65", "86", "90C", "90D", "940", "942", "NS",
];

/// One field; its lines are joined by line breaks.
#[derive(Debug, PartialEq, Eq)]
pub struct Field<'a> {
    pub line: u32,
    pub tag: &'a str,
    pub text: String,
}

impl Field<'_> {
    /// What stands behind the tag itself.
    pub fn first_line(&self) -> &str {
        self.text.lines().next().unwrap_or_default()
    }
}

/// The fields of a text, one after the other.
pub struct Fields<'a> {
    lines: Peekable<Lines<'a>>,
    line: u32,
}

impl<'a> Fields<'a> {
    pub fn new(text: &'a str) -> Fields<'a> {
        Fields { lines: text.lines().peekable(), line: 0 }
    }

    fn next_line(&mut self) -> Option<&'a str> {
        self.line = self.line.saturating_add(1);
        self.lines.next().map(bare)
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Field<'a>;

    fn next(&mut self) -> Option<Field<'a>> {
        let (tag, first) = loop {
            let line = self.next_line()?;
            if let Some(found) = opening(line) {
                break found;
            }
        };
        let mut field = Field { line: self.line, tag, text: String::new() };
        push(&mut field.text, first);
        let mut previous = first;
        while let Some(line) = self.lines.peek().copied().map(bare) {
            if ends_message(line) || (opening(line).is_some() && !splits_time(previous, line)) {
                break;
            }
            field.text.push('\n');
            push(&mut field.text, line);
            previous = line;
            self.next_line();
        }
        Some(field)
    }
}

fn push(text: &mut String, line: &str) {
    let room = FIELD_BYTES_MAX.saturating_sub(text.len());
    let end = (0..=room.min(line.len())).rev().find(|end| line.is_char_boundary(*end));
    text.push_str(line.get(..end.unwrap_or(0)).unwrap_or_default());
}

/// Without the control characters that frame a message, and the blocks that stand before its text.
fn bare(line: &str) -> &str {
    let line = line.trim_matches(|c: char| (c.is_control() && c != '\t') || c == '\u{feff}');
    line.rsplit_once("{4:").map_or(line, |(_, text)| text)
}

/// The tag and what follows it.
fn opening(line: &str) -> Option<(&str, &str)> {
    let (tag, text) = line.strip_prefix(':')?.split_once(':')?;
    TAGS.contains(&tag).then_some((tag, text))
}

fn ends_message(line: &str) -> bool {
    line == "-" || line.starts_with("-}") || line.starts_with("{1:")
}

/// A text may wrap within a time: `2017-01-01T13` and then `:20:11`.
fn splits_time(previous: &str, line: &str) -> bool {
    let hour = previous.as_bytes().last_chunk::<3>();
    let hour = hour.is_some_and(|[t, tens, ones]| {
        *t == b'T' && tens.is_ascii_digit() && ones.is_ascii_digit()
    });
    let time = line.as_bytes().first_chunk::<6>();
    hour && time.is_some_and(|[_, a, b, _, c, d]| [a, b, c, d].iter().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(text: &str) -> Vec<(u32, &str, String)> {
        Fields::new(text).map(|field| (field.line, field.tag, field.text)).collect()
    }

    #[test]
    fn lines_without_a_tag_go_on() {
        let text = concat!(
            "\u{1}\r\n{1:F01X}{2:O940}{4:\r\n:20:A\r\n:86:one\r\n:12:11\r\n\r\n",
            "- two\r\n-}\r\nx\r\n:25:1\r\n-\u{3}",
        );
        assert_eq!(
            fields(text),
            [
                (3, "20", "A".to_owned()),
                (4, "86", "one\n:12:11\n\n- two".to_owned()),
                (10, "25", "1".to_owned()),
            ]
        );
        assert_eq!(fields("{4::20:A"), [(1, "20", "A".to_owned())]);
        assert_eq!(fields(":86:T13\n:20:11"), [(1, "86", "T13\n:20:11".to_owned())]);
        assert_eq!(fields(":86:13\n:20:11").len(), 2);
        assert!(fields("<html>\n:x:\n").is_empty());
    }

    #[test]
    fn a_field_is_kept_up_to_its_limit() {
        let long = format!(":86:{}", "\u{e9}".repeat(FIELD_BYTES_MAX));
        assert_eq!(fields(&long)[0].2.len(), FIELD_BYTES_MAX);
        let many = format!(":86:{}", "x\n".repeat(FIELD_BYTES_MAX));
        assert!(fields(&many)[0].2.len() <= 2 * FIELD_BYTES_MAX);
    }
}
