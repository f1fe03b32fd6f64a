//! A document's body while it grows. In: what a file says, of any length. Out: fields that fit
//! their doctype. Never here: a text longer than its limit, or a shortened text that nobody is told
//! of.

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::text::{clean, clean_lines};

/// Fields by name; empty ones are left out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Body {
    fields: Map<String, Value>,
    /// Texts that were longer than what is kept.
    pub cut: usize,
}

impl Body {
    /// A text of one line.
    pub fn line(&mut self, name: &str, text: &str, chars_max: usize) {
        self.text(name, clean(text, chars_max + 1), chars_max);
    }

    /// A text of several lines.
    pub fn lines(&mut self, name: &str, text: &str, chars_max: usize) {
        self.text(name, clean_lines(text, chars_max + 1), chars_max);
    }

    fn text(&mut self, name: &str, mut text: String, chars_max: usize) {
        if let Some((at, _)) = text.char_indices().nth(chars_max) {
            text.truncate(text.get(..at).unwrap_or_default().trim_end().len());
            self.cut += 1;
        }
        if !text.is_empty() {
            self.put(name, text);
        }
    }

    pub fn put(&mut self, name: &str, value: impl Into<Value>) {
        self.fields.insert(name.to_owned(), value.into());
    }

    /// A body in this one.
    pub fn object(&mut self, name: &str, inner: Body) {
        self.cut += inner.cut;
        if !inner.is_empty() {
            self.put(name, inner.fields);
        }
    }

    /// A list of bodies; empty ones are left out.
    pub fn list(&mut self, name: &str, items: impl IntoIterator<Item = Body>) {
        let mut list = Vec::new();
        for item in items.into_iter().filter(|item| !item.is_empty()) {
            self.cut += item.cut;
            list.push(Value::from(item.fields));
        }
        if !list.is_empty() {
            self.put(name, list);
        }
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.fields.get(name).and_then(Value::as_str)
    }

    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    pub fn into_value(self) -> Value {
        self.fields.into()
    }

    /// The same for the same fields, whatever file they came in.
    pub fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        // Hashing never fails; fields are in the order of their names.
        let _ = serde_json::to_writer(&mut hash, &self.fields);
        hexadecimal(hash)
    }
}

/// A deposit key from what the file calls a thing: as it is, unless it is too long to be a key.
pub fn key(kind: &str, name: &str) -> String {
    const NAME_CHARS_MAX: usize = 400;
    let whole = clean(name, NAME_CHARS_MAX + 1);
    if whole.chars().count() <= NAME_CHARS_MAX {
        return format!("{kind}:{whole}");
    }
    format!("{kind}-sha256:{}", hexadecimal(Sha256::new_with_prefix(name)))
}

fn hexadecimal(hash: Sha256) -> String {
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_fit_and_say_when_they_are_shortened() {
        let mut body = Body::default();
        body.line("a", " x\ny ", 3);
        body.line("b", "abcd ", 3);
        body.lines("c", "a\n\0\nb", 9);
        body.line("none", " \u{200b}", 3);
        let mut inner = Body::default();
        inner.line("d", "too long", 4);
        body.list("list", [inner.clone(), Body::default()]);
        body.object("object", inner);
        body.object("empty", Body::default());
        assert_eq!(body.cut, 3);
        let expected =
            r#"{"a":"x y","b":"abc","c":"a\n\nb","list":[{"d":"too"}],"object":{"d":"too"}}"#;
        assert_eq!(body.into_value().to_string(), expected);
    }

    #[test]
    fn keys_are_of_any_name() {
        assert_eq!(key("uid", " a b "), "uid:a b");
        let long = |last: char| key("uid", &format!("{}{last}", "x".repeat(500)));
        assert!(long('a').starts_with("uid-sha256:") && long('a').len() < 100);
        assert_ne!(long('a'), long('b'));
        let (mut one, mut other) = (Body::default(), Body::default());
        one.line("a", "x", 9);
        other.line("a", "y", 9);
        assert_ne!(one.fingerprint(), other.fingerprint());
        assert_eq!(one.fingerprint().len(), 64);
    }
}
