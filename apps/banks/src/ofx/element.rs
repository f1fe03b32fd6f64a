//! Elements of a file: names of ours, texts of anybody, escaped.

use domicile_sdk::Date;

/// An element with what is in it, printed as it grows.
pub struct Element {
    name: &'static str,
    inside: String,
}

impl Element {
    pub fn new(name: &'static str) -> Self {
        Element { name, inside: String::new() }
    }

    pub fn of(name: &'static str, parts: impl IntoIterator<Item = Element>) -> Self {
        let mut element = Element::new(name);
        parts.into_iter().for_each(|part| element.add(part));
        element
    }

    pub fn add(&mut self, part: Element) {
        self.inside.push_str(&part.print());
    }

    pub fn extend(&mut self, part: Option<Element>) {
        part.into_iter().for_each(|part| self.add(part));
    }

    pub fn text(&mut self, name: &'static str, text: &str) {
        self.cut(name, text, usize::MAX);
    }

    /// A text of so many characters at most, in one line. What is invisible is left out.
    pub fn cut(&mut self, name: &'static str, text: &str, most: usize) {
        let mut escaped = String::with_capacity(text.len());
        let words = text.split(|c: char| c.is_whitespace() || c.is_control());
        let mut left = most;
        for word in words.filter(|word| !word.is_empty()) {
            let gap = if escaped.is_empty() { "" } else { " " };
            for letter in gap.chars().chain(word.chars()).take(left) {
                left -= 1;
                match letter {
                    '&' => escaped.push_str("&amp;"),
                    '<' => escaped.push_str("&lt;"),
                    '>' => escaped.push_str("&gt;"),
                    '\u{fffe}' | '\u{ffff}' => {}
                    letter => escaped.push(letter),
                }
            }
        }
        self.add(Element { name, inside: escaped });
    }

    pub fn print(&self) -> String {
        format!("<{0}>{1}</{0}>", self.name, self.inside)
    }
}

/// `20261123`.
pub fn compact(day: Date) -> String {
    day.to_string().replace('-', "")
}
