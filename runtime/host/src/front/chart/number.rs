//! Numbers as people of a language write them.

use crate::house::Locale;

/// At most two decimals, none for whole numbers, thousands apart: `1,234.50` or `1 234,50`.
pub fn format(value: f64, locale: Locale) -> String {
    let (comma, thousands) = match locale {
        Locale::En => ('.', ','),
        Locale::Fr => (',', '\u{202f}'),
    };
    let rounded = (value * 100.0).round() / 100.0;
    let text = if rounded.fract() == 0.0 {
        format!("{:.0}", rounded.abs())
    } else {
        format!("{:.2}", rounded.abs())
    };
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let mut out = String::with_capacity(text.len() + 6);
    if rounded < 0.0 {
        out.push('\u{2212}');
    }
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            out.push(thousands);
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push(comma);
        out.push_str(fraction);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_people_write_them() {
        assert_eq!(format(1234.5, Locale::En), "1,234.50");
        assert_eq!(format(-1234567.0, Locale::Fr), "\u{2212}1\u{202f}234\u{202f}567");
        assert_eq!(format(0.004, Locale::En), "0");
        assert_eq!(format(-0.004, Locale::En), "0");
        assert_eq!(format(999.999, Locale::Fr), "1\u{202f}000");
    }
}
