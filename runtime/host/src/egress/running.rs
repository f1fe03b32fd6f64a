//! Echoes of secrets, taken out of what comes piece by piece.
//!
//! In flow pieces; out flows the same with each secret masked, wherever the pieces were cut. A mask
//! is as long as what it hides: what is spoken on a stream announces lengths. What could be the
//! beginning of a secret waits for the next piece, and nothing else does: a dialogue goes on.

use super::scrub::{Scrubber, patterns};

/// What stands in place of each byte of a secret.
const MASK: u8 = b'*';

/// Scrubs as it goes.
pub(super) struct Running {
    scrubber: Scrubber,
    patterns: Vec<String>,
    held: Vec<u8>,
}

impl Running {
    pub(super) fn new<'a>(secrets: impl IntoIterator<Item = &'a str>) -> Running {
        let patterns = patterns(secrets);
        Running { scrubber: Scrubber::of(&patterns), patterns, held: Vec::new() }
    }

    /// What may go on now.
    pub(super) fn push(&mut self, piece: &[u8]) -> Vec<u8> {
        self.held.extend_from_slice(piece);
        let mut done = Vec::with_capacity(self.held.len());
        let mut from = 0;
        let mut waits = self.waits(from);
        for (start, end) in self.scrubber.found(&self.held) {
            // Whatever begins behind may be longer than it looks.
            if start >= waits {
                break;
            }
            done.extend_from_slice(self.held.get(from..start).unwrap_or_default());
            done.resize(done.len() + end - start, MASK);
            from = end;
            if from >= waits {
                waits = self.waits(from);
            }
        }
        done.extend_from_slice(self.held.get(from..waits).unwrap_or_default());
        self.held.drain(..waits);
        done
    }

    /// What is left at the end.
    pub(super) fn end(&mut self) -> Vec<u8> {
        let mut rest = std::mem::take(&mut self.held);
        for (start, end) in self.scrubber.found(&rest) {
            rest.get_mut(start..end).into_iter().for_each(|secret| secret.fill(MASK));
        }
        rest
    }

    /// Where what is held may go on as a secret: the first place from `from` on.
    fn waits(&self, from: usize) -> usize {
        let longest = self.patterns.iter().map(String::len).max().unwrap_or(0);
        let length = self.held.len();
        let first = from.max((length + 1).saturating_sub(longest));
        let begins = |at: &usize| {
            let rest = self.held.get(*at..).unwrap_or_default();
            self.patterns.iter().any(|one| {
                let head = one.as_bytes().get(..rest.len()).filter(|_| rest.len() < one.len());
                head.is_some_and(|head| head.eq_ignore_ascii_case(rest))
            })
        };
        (first..length).find(begins).unwrap_or(length)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECRETS: [&str; 3] = ["hunter", "hunter2!!x", "xx\"yx\"yz"];

    fn in_pieces(text: &[u8], cuts: &[usize]) -> Vec<u8> {
        let mut running = Running::new(SECRETS);
        let (mut all, mut from) = (Vec::new(), 0);
        for cut in cuts.iter().map(|cut| cut % (text.len() + 1)) {
            if cut > from {
                all.extend(running.push(&text[from..cut]));
                from = cut;
            }
        }
        all.extend(running.push(&text[from..]));
        all.extend(running.end());
        all
    }

    #[test]
    fn nothing_waits_that_can_not_be_a_secret() {
        let mut running = Running::new(SECRETS);
        assert_eq!(running.push(b"a1 OK done\r\n"), b"a1 OK done\r\n");
        assert_eq!(running.push(b"* hun"), b"* ");
        assert_eq!(running.push(b"ger\r\n"), b"hunger\r\n");
        assert_eq!(running.push(b"hunter"), b"", "the longer one may follow");
        assert_eq!(running.push(b" \r\n"), b"****** \r\n");
        assert_eq!(running.push(b"HUNTER2!"), b"");
        assert_eq!(running.push(b"!x\r\n"), b"**********\r\n");
        let mut none = Running::new([]);
        assert_eq!(none.push(b"hunter"), b"hunter");
    }

    proptest! {
        /// Wherever it is cut, it is masked as in one piece, and as long as it was.
        #[test]
        fn cuts_do_not_matter(
            text in "(hunter|2!|!x|h|un|xx\"y|x\"y|x\\\\\"y|z|aHVudGVy|&quot;|[a-z ]){0,12}",
            mut cuts in prop::collection::vec(any::<usize>(), 0..8),
        ) {
            cuts.iter_mut().for_each(|cut| *cut %= text.len() + 1);
            cuts.sort();
            let whole = in_pieces(text.as_bytes(), &[]);
            prop_assert_eq!(&in_pieces(text.as_bytes(), &cuts), &whole);
            prop_assert_eq!(whole.len(), text.len());
            prop_assert!(Scrubber::new(SECRETS).found(&whole).is_empty());
        }
    }
}
