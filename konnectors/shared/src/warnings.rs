//! What the owner is told beside the result: bounded, because a broken file has a reason a row.

use crate::text::clean;
use crate::{Said, say};

/// How many lines a report may have.
pub const WARNINGS_MAX: usize = 100;
/// How long one of them may be, in characters.
pub const WARNING_CHARS_MAX: usize = 300;

#[derive(Debug, Default)]
pub struct Warnings {
    lines: Vec<Said>,
    left_out: usize,
    file: Option<String>,
}

impl Warnings {
    /// What is told from here on is about this file of an archive.
    pub fn about(&mut self, file: Option<String>) {
        self.file = file;
    }

    pub fn add(&mut self, said: &Said) {
        if self.lines.len() < WARNINGS_MAX - 1 {
            let said = match &self.file {
                Some(file) => &say!(file, said; "{file}: {said}", "{file} : {said}"),
                None => said,
            };
            let clean = |text: &str| clean(text, WARNING_CHARS_MAX);
            self.lines.push(Said { en: clean(&said.en), fr: clean(&said.fr) });
        } else {
            self.left_out += 1;
        }
    }

    pub fn into_lines(mut self) -> Vec<Said> {
        let left_out = self.left_out;
        if left_out > 0 {
            self.lines.push(say!(left_out; "and {left_out} more like these", "et {left_out} autres du même genre"));
        }
        self.lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_stays_within_its_limits() {
        let mut warnings = Warnings::default();
        for _ in 0..250 {
            let long = "x".repeat(1000);
            warnings.add(&say!(long; "{long}", "{long}y"));
        }
        let lines = warnings.into_lines();
        assert_eq!(lines.len(), WARNINGS_MAX);
        let short = |text: &str| text.chars().count() <= WARNING_CHARS_MAX;
        assert!(lines.iter().all(|line| short(&line.en) && short(&line.fr)));
        assert_eq!(lines.last().map(|line| line.en.as_str()), Some("and 151 more like these"));
    }
}
