//! Amounts as people and programs write them, with a decimal mark that only a whole file tells. In:
//! all amounts of a file. Out: whether its decimals stand behind commas or points, and the amounts.
//! Never here: a mark that is guessed where it would change an amount.

use crate::text::quote;
use crate::{Amount, Said, say};

/// Longest text that may be an amount, in bytes.
const AMOUNT_BYTES_MAX: usize = 60;

/// What stands before decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    Comma,
    Point,
}

impl Mark {
    fn decimal(self) -> char {
        match self {
            Mark::Comma => ',',
            Mark::Point => '.',
        }
    }

    fn grouping(self) -> char {
        match self {
            Mark::Comma => '.',
            Mark::Point => ',',
        }
    }
}

/// The mark of a file with these amounts, the empty ones aside; why there is none: one of them.
pub fn of<'a>(amounts: impl IntoIterator<Item = &'a str>) -> Result<Mark, Said> {
    let (mut comma, mut point, mut either) = (None, None, None);
    for text in amounts.into_iter().filter(|text| !text.trim().is_empty()) {
        match (split(text, Mark::Comma), split(text, Mark::Point)) {
            (Some(_), None) => comma = comma.or(Some(text)),
            (None, Some(_)) => point = point.or(Some(text)),
            (Some(a), Some(b)) if a != b => either = either.or(Some(text)),
            _ => {}
        }
    }
    match (comma, point, either) {
        (Some(one), Some(other), _) => {
            let (one, other) = (quote(one), quote(other));
            Err(say!(
                one, other;
                "{one} has a decimal comma and {other} a decimal point",
                "{one} porte une virgule décimale et {other} un point décimal",
            ))
        }
        (None, None, Some(text)) => {
            let text = quote(text);
            Err(say!(
                text;
                "{text} may mean thousands or decimals, and no other amount tells",
                "{text} peut signifier des milliers ou des décimales, et aucun autre montant ne le dit",
            ))
        }
        (None, _, _) => Ok(Mark::Point),
        (Some(_), None, _) => Ok(Mark::Comma),
    }
}

/// The amount that a text is, in a file with that mark.
pub fn parse(text: &str, mark: Mark) -> Option<Amount> {
    let (negative, digits) = split(text, mark)?;
    let amount = Amount::parse_decimal(&digits).ok().filter(|parsed| !parsed.rounded)?.amount;
    Some(if negative { amount.signed(true) } else { amount })
}

/// The sign, and digits with a point. A sign may follow; a currency may stand on either side.
fn split(text: &str, mark: Mark) -> Option<(bool, String)> {
    let text = text.get(..AMOUNT_BYTES_MAX).map_or(text, |_| "");
    let is_around =
        |c: char| c.is_whitespace() || c.is_alphabetic() || "\u{20ac}$\u{a3}'".contains(c);
    let text = text.trim_matches(is_around);
    let (negative, text) = match text.strip_prefix('(').and_then(|text| text.strip_suffix(')')) {
        Some(inner) => (true, inner),
        None => sign(text),
    };
    let text = text.trim_matches(is_around);
    let (whole, fraction) = text.split_once(mark.decimal()).unwrap_or((text, ""));
    let blank = |c: char| c.is_whitespace() || c == '\'' || c == '\u{2019}';
    let groups: Vec<&str> = whole.split(|c| blank(c) || c == mark.grouping()).collect();
    let grouped_well = match groups.as_slice() {
        [_] => true,
        [first, rest @ ..] => {
            (1..=3).contains(&first.len()) && *first != "0" && rest.iter().all(|g| g.len() == 3)
        }
        [] => false,
    };
    let whole = groups.concat();
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let some = !whole.is_empty() || !fraction.is_empty();
    (some && grouped_well && digits(&whole) && digits(fraction))
        .then(|| (negative, format!("{whole}.{fraction}")))
}

fn sign(text: &str) -> (bool, &str) {
    const MINUS: [char; 2] = ['-', '\u{2212}'];
    let before = text.strip_prefix(MINUS).map(|rest| (true, rest));
    let before = before.or_else(|| text.strip_suffix(MINUS).map(|rest| (true, rest)));
    before.or_else(|| text.strip_prefix('+').map(|rest| (false, rest))).unwrap_or((false, text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str, mark: Mark) -> String {
        parse(text, mark).map(|amount| amount.to_string()).unwrap_or_default()
    }

    #[test]
    fn amounts_are_read_with_the_mark_of_their_file() {
        for (text, comma, point) in [
            ("-1.234,56", "-1234.56", ""),
            ("1,234.56", "", "1234.56"),
            ("1 234,50 \u{20ac}", "1234.50", ""),
            ("EUR -12.50", "", "-12.50"),
            ("12,50-", "-12.50", ""),
            ("(12.50)", "", "-12.50"),
            ("\u{2212} 12", "-12.00", "-12.00"),
            ("+12", "12.00", "12.00"),
            ("1,234", "1.234", "1234.00"),
            ("0,125", "0.125", ""),
            (",5", "0.50", ""),
            ("'-12,50", "-12.50", ""),
            ("", "", ""),
            ("EUR", "", ""),
            ("1/2", "", ""),
            ("1,2345", "", ""),
        ] {
            assert_eq!(
                (read(text, Mark::Comma), read(text, Mark::Point)),
                (comma.into(), point.into()),
                "{text}"
            );
        }
    }

    #[test]
    fn one_amount_decides_for_all() {
        assert_eq!(of(["1,234", "5,50"]), Ok(Mark::Comma));
        assert_eq!(of(["1,234", "5.50", ""]), Ok(Mark::Point));
        assert_eq!(of(["12", "-5"]), Ok(Mark::Point));
        assert!(of(["1,234"]).unwrap_err().en.contains("thousands or decimals"));
        assert!(of(["1,50", "1.50"]).unwrap_err().en.contains("decimal comma"));
    }

    proptest! {
        #[test]
        fn never_panics(text in "\\PC{0,70}") {
            let _ = (parse(&text, Mark::Comma), of([text.as_str()]));
        }
    }
}
