//! The messages of an mbox file, of whichever of its four kinds. In: bytes that can be looked at
//! anywhere. Out: one message after the other, unquoted. Never here: more of a message in memory
//! than [`MESSAGE_BYTES_MAX`]; a Content-Length that the file does not bear out.

use crate::{MESSAGE_BYTES_MAX, Source};

/// Bytes that one look takes.
const WINDOW_BYTES: u32 = 1 << 20;
/// Longest line that can begin a message, and longest header line that is looked into.
const LINE_BYTES_MAX: usize = 1000;
const FROM: &[u8] = b"From ";

/// A message as it lies in the file.
#[derive(Debug, Default)]
pub struct Raw {
    /// Where it begins, from 1.
    pub line: u32,
    pub bytes: Vec<u8>,
    /// Of the whole message.
    pub size: u64,
}

impl Raw {
    fn add(&mut self, bytes: &[u8]) {
        let room = MESSAGE_BYTES_MAX.saturating_sub(self.bytes.len());
        self.bytes.extend_from_slice(bytes.get(..room.min(bytes.len())).unwrap_or(bytes));
        self.size += bytes.len() as u64;
    }

    /// Was it longer than what is read?
    pub fn is_cut(&self) -> bool {
        self.size > self.bytes.len() as u64
    }
}

/// A mailbox while it is read.
pub struct Mailbox<S> {
    source: S,
    window: Vec<u8>,
    /// Where in the file the window begins, and how much of it was taken.
    window_at: u64,
    taken: usize,
    lines: u32,
    /// A line that begins a message was read, and is not part of one.
    begun: bool,
}

impl<S: Source> Mailbox<S> {
    pub fn new(source: S) -> Mailbox<S> {
        Mailbox { source, window: Vec::new(), window_at: 0, taken: 0, lines: 0, begun: false }
    }

    /// How far it was read.
    pub fn offset(&self) -> u64 {
        self.window_at + self.taken as u64
    }

    /// A file that is one message.
    pub fn only_message(mut self) -> Raw {
        let mut raw = Raw { line: 1, ..Raw::default() };
        while let Some((piece, _)) = self.piece() {
            raw.add(&piece);
        }
        raw
    }

    /// The next message; `None` at the end. What lies before the first one is passed over.
    pub fn next_message(&mut self) -> Option<Raw> {
        while !self.begun {
            let (piece, is_whole) = self.piece()?;
            self.begun = is_whole && is_postmark(&piece);
        }
        let mut raw = Raw { line: self.lines, ..Raw::default() };
        self.begun = false;
        let mut body = Body::default();
        // At a line's beginning; after an empty line.
        let (mut begins, mut after_empty) = (true, false);
        while let Some((piece, ends)) = self.piece() {
            let is_quotable = begins && !body.is_within(self.offset());
            if is_quotable && after_empty && is_postmark(&piece) {
                self.begun = true;
                break;
            }
            let is_empty = begins && ends && piece.trim_ascii().is_empty();
            if body.start.is_none() {
                body.header(&piece, begins);
                if is_empty {
                    let start = self.offset();
                    let borne_out = |length: &u64| self.ends_at(start.saturating_add(*length));
                    body.begin(start, borne_out);
                }
            }
            let quoted = is_quotable && is_quoted(&piece);
            raw.add(piece.get(usize::from(quoted)..).unwrap_or_default());
            (begins, after_empty) = (ends, is_empty);
        }
        // The empty line before the next message belongs to none.
        if self.begun && raw.bytes.ends_with(b"\n\n") {
            raw.bytes.pop();
            raw.size -= 1;
        }
        Some(raw)
    }

    /// The next line, or as much of it as the window holds; and whether it ends there.
    fn piece(&mut self) -> Option<(Vec<u8>, bool)> {
        let rest = self.window.get(self.taken..).unwrap_or_default();
        // A line is looked at as a whole where the file has it, for its first bytes tell what it
        // is.
        if !rest.contains(&b'\n') && rest.len() < LINE_BYTES_MAX {
            self.window_at = self.offset();
            self.taken = 0;
            self.window = self.source.read_at(self.window_at, WINDOW_BYTES);
        }
        let rest = self.window.get(self.taken..).unwrap_or_default();
        let end = rest.iter().position(|byte| *byte == b'\n').map(|at| at + 1);
        let piece = rest.get(..end.unwrap_or(rest.len()))?.to_vec();
        if piece.is_empty() {
            return None;
        }
        self.taken += piece.len();
        self.lines = self.lines.saturating_add(u32::from(end.is_some()));
        let is_last = end.is_none() && self.source.read_at(self.offset(), 1).is_empty();
        Some((piece, end.is_some() || is_last))
    }

    /// Does a message end there: at the file's end, or before the next one?
    fn ends_at(&self, offset: u64) -> bool {
        let after = self.source.read_at(offset, LINE_BYTES_MAX as u32);
        let line = after.trim_ascii_start();
        let line = line.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let is_inside = offset > 0 && !self.source.read_at(offset - 1, 1).is_empty();
        is_inside && (line.is_empty() || is_postmark(line))
    }
}

/// What the headers say about a body.
#[derive(Default)]
struct Body {
    length: Option<u64>,
    start: Option<u64>,
    /// Up to there, no line begins a message and none is quoted.
    end: u64,
}

impl Body {
    fn header(&mut self, line: &[u8], begins: bool) {
        const NAME: &[u8] = b"content-length:";
        let (name, value) = line.split_at_checked(NAME.len()).unwrap_or_default();
        if begins && name.eq_ignore_ascii_case(NAME) {
            let value = std::str::from_utf8(value).unwrap_or_default();
            self.length = value.trim().parse().ok();
        }
    }

    fn begin(&mut self, start: u64, is_borne_out: impl Fn(&u64) -> bool) {
        self.start = Some(start);
        self.end = self.length.filter(is_borne_out).map_or(0, |length| start + length);
    }

    /// `offset`: behind the line in question.
    fn is_within(&self, offset: u64) -> bool {
        offset <= self.end
    }
}

/// `From camille@example.org Mon Jan  5 10:00:00 2026`: with an hour and a year, as a sentence that
/// begins with the word rarely has.
pub fn is_postmark(line: &[u8]) -> bool {
    if !line.starts_with(FROM) || line.len() > LINE_BYTES_MAX {
        return false;
    }
    let digit = |byte: &u8| byte.is_ascii_digit();
    let has_hour = line.windows(5).any(|five| match five {
        [a, b, b':', c, d] => [a, b, c, d].into_iter().all(digit),
        _ => false,
    });
    let mut words = line.split(|byte| !byte.is_ascii_alphanumeric());
    let is_year = |word: &[u8]| {
        word.len() == 4
            && (word.starts_with(b"19") || word.starts_with(b"20"))
            && word.iter().all(digit)
    };
    has_hour && words.any(is_year)
}

/// `>From `, `>>From `: written so that it does not look like the next message.
fn is_quoted(line: &[u8]) -> bool {
    let marks = line.iter().take_while(|byte| **byte == b'>').count();
    marks > 0 && line.get(marks..).is_some_and(|rest| rest.starts_with(FROM))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const POSTMARK: &str = "From a@example.org Mon Jan  5 10:00:00 2026\n";

    fn messages(file: &str) -> Vec<String> {
        let mut mailbox = Mailbox::new(file.as_bytes());
        let next = || mailbox.next_message();
        std::iter::from_fn(next).map(|raw| String::from_utf8(raw.bytes).unwrap()).collect()
    }

    #[test]
    fn lines_that_begin_a_message() {
        for line in [
            "From a@example.org Mon Jan  5 10:00:00 2026",
            "From 1712345678901234567@xxx Mon Jan 05 10:00:00 +0000 2026\r\n",
            "From - Mon Jan 05 10:00:00 2026",
            "From MAILER-DAEMON Thu Jan  1 00:00 1970",
        ] {
            assert!(is_postmark(line.as_bytes()), "{line}");
        }
        for line in
            ["From here on", "From: a@example.org 10:00 2026", ">From 10:00 2026", "From 2026"]
        {
            assert!(!is_postmark(line.as_bytes()), "{line}");
        }
    }

    #[test]
    fn quotes_of_both_kinds_are_undone() {
        let file =
            format!("{POSTMARK}A: b\n\n>From x\n>>From y\nFrom here\n> From z\n\n{POSTMARK}C: d\n");
        assert_eq!(messages(&file), ["A: b\n\nFrom x\n>From y\nFrom here\n> From z\n", "C: d\n"]);
        let together = format!("{POSTMARK}A: b\n\ntext\n{POSTMARK}");
        assert_eq!(messages(&together).len(), 1, "no empty line before");
        assert!(messages("nothing\nhere\n").is_empty());
    }

    #[test]
    fn a_length_counts_where_the_file_bears_it_out() {
        let body = format!("\n{POSTMARK}>From stays\n");
        let length = body.len();
        let file = format!("{POSTMARK}content-length: {length}\n\n{body}\n{POSTMARK}C: d\n");
        assert_eq!(messages(&file)[0], format!("content-length: {length}\n\n{body}"));
        assert_eq!(messages(&file).len(), 2);
        for lie in [length - 3, length + 3, usize::MAX] {
            let file = file.replace(&format!(": {length}"), &format!(": {lie}"));
            assert_eq!(messages(&file).len(), 3, "{lie}");
        }
    }

    #[test]
    fn windows_and_endless_lines() {
        let long = "x".repeat(3 << 20);
        let file =
            format!("{POSTMARK}A: b\n\n{long}\n\n{POSTMARK}C: d\n\n{}", "y\n".repeat(1 << 20));
        let found = messages(&file);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].len(), 6 + long.len() + 1);
        assert_eq!(found[1].len(), 6 + (2 << 20));
        let huge = format!("{POSTMARK}A: b\n\n{}", "z".repeat(MESSAGE_BYTES_MAX + 10));
        let raw = Mailbox::new(huge.as_bytes()).next_message().unwrap();
        assert!(raw.is_cut() && raw.bytes.len() == MESSAGE_BYTES_MAX);
    }

    proptest! {
        #[test]
        fn what_is_quoted_is_read_back(
            lines in prop::collection::vec("(>{0,2}From )?[a-z >]{0,10}", 0..12),
            number in 1usize..4,
        ) {
            let quote = |line: &String| {
                let quoted = line.trim_start_matches('>').starts_with("From ");
                format!("{}{line}\n", if quoted { ">" } else { "" })
            };
            let body: String = lines.iter().map(quote).collect();
            let file = format!("{POSTMARK}A: b\n\n{body}\n").repeat(number);
            let plain: String = lines.iter().map(|line| format!("{line}\n")).collect();
            let expected = format!("A: b\n\n{plain}");
            let found = messages(&file);
            prop_assert_eq!(found.len(), number);
            for message in found {
                prop_assert_eq!(message.trim_end(), expected.trim_end());
            }
        }

        #[test]
        fn any_bytes_are_messages_or_none(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let file = [POSTMARK.as_bytes(), &bytes].concat();
            prop_assert!(Mailbox::new(file.as_slice()).next_message().is_some());
            let _ = Mailbox::new(bytes.as_slice()).next_message();
        }
    }
}
