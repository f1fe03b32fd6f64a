//! Numbers as people write them. In: `-1 234,56 EUR`, `1 234,56-`, `(1 234,56)`. Out: -1234.56.

use serde_json::{Number, Value};

/// Read a number whose decimals follow this mark; the other marks between digits group them.
pub fn read(text: &str, mark: char) -> Option<Value> {
    let mut plain = String::new();
    let text = text.trim();
    // Accountants write it so.
    let mut negative = text.starts_with('(') && text.ends_with(')');
    let mut ended = false;
    for c in text.chars() {
        match c {
            '0'..='9' if ended => return None,
            '0'..='9' => plain.push(c),
            // Hyphen, minus sign, dashes.
            '-' | '\u{2212}' | '\u{2013}' if !ended => {
                negative = true;
                ended = !plain.is_empty();
            }
            c if c == mark && !plain.contains('.') => plain.push('.'),
            // Groups, currencies and spaces.
            '.' | ',' | '\'' | '\u{2019}' if c != mark => {}
            c if c.is_whitespace() || c.is_alphabetic() || "+$%()\u{20ac}\u{a3}".contains(c) => {}
            _ => return None,
        }
    }
    let value: f64 = plain.parse().ok()?;
    number(if negative { -value } else { value })
}

/// As JSON has it: what is whole stays whole.
pub fn number(value: f64) -> Option<Value> {
    if value.fract() == 0.0 && value.abs() < 9e15 {
        return Some(Value::from(value as i64));
    }
    Number::from_f64(value).map(Value::Number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_they_are_written() {
        for (text, mark, value) in [
            ("-1 234,56 \u{20ac}", ',', Some("-1234.56")),
            ("1\u{202f}234,50", ',', Some("1234.5")),
            ("$1,234.56", '.', Some("1234.56")),
            ("\u{2212}12", '.', Some("-12")),
            ("1'000.00 CHF", '.', Some("1000")),
            ("12,50-", ',', Some("-12.5")),
            ("(1 000,00)", ',', Some("-1000")),
            ("2026-11", '.', None),
            ("", '.', None),
            ("n/a", '.', None),
            ("1.2.3", '.', None),
            ("12/11", '.', None),
        ] {
            let found = read(text, mark).map(|value| value.to_string());
            assert_eq!(found.as_deref(), value, "{text}");
        }
    }
}
