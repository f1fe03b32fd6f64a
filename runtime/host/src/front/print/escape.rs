//! Escaping into HTML. One function for text and for double-quoted attributes: the five characters
//! that could end either are written as references.

/// Append `text` so that it can only be read as text or as an attribute's value.
pub fn escape(out: &mut String, text: &str) {
    let mut done = 0;
    for (at, byte) in text.bytes().enumerate() {
        let reference = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            b'\'' => "&#39;",
            // A NUL is no HTML; the parser would replace it.
            0 => "\u{fffd}",
            // A lone CR would come back as LF.
            b'\r' => "&#13;",
            _ => continue,
        };
        out.push_str(text.get(done..at).unwrap_or_default());
        out.push_str(reference);
        done = at + 1;
    }
    out.push_str(text.get(done..).unwrap_or_default());
}

/// Append ` name="value"`.
pub fn attribute(out: &mut String, name: &str, value: &str) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    escape(out, value);
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_text_or_an_attribute() {
        let mut out = String::new();
        attribute(&mut out, "title", "a\"b'c<d>e&f\0g\rh \u{e9}");
        assert_eq!(out, " title=\"a&quot;b&#39;c&lt;d&gt;e&amp;f\u{fffd}g&#13;h \u{e9}\"");
    }
}
