//! What the owner is told beside the result: bounded, because a broken file has a reason a row.

use crate::text::clean;

/// How many lines a report may have.
pub const WARNINGS_MAX: usize = 100;
/// How long one of them may be, in characters.
pub const WARNING_CHARS_MAX: usize = 300;

#[derive(Debug, Default)]
pub struct Warnings {
    lines: Vec<String>,
    left_out: usize,
}

impl Warnings {
    pub fn add(&mut self, text: &str) {
        if self.lines.len() < WARNINGS_MAX - 1 {
            self.lines.push(clean(text, WARNING_CHARS_MAX));
        } else {
            self.left_out += 1;
        }
    }

    pub fn into_lines(mut self) -> Vec<String> {
        if self.left_out > 0 {
            self.lines.push(format!("and {} more like these", self.left_out));
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
            warnings.add(&"x".repeat(1000));
        }
        let lines = warnings.into_lines();
        assert_eq!(lines.len(), WARNINGS_MAX);
        assert!(lines.iter().all(|line| line.chars().count() <= WARNING_CHARS_MAX));
        assert_eq!(lines.last().map(String::as_str), Some("and 151 more like these"));
    }
}
