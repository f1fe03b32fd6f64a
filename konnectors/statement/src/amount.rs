//! Exact money. In: digits as a file has them. Out: thousandths of the currency's unit, and a JSON
//! number with the very same digits. Never here: a float that was computed with; the one division
//! that serialising makes is exact, because 15 digits survive a double and back.

use std::fmt;
use std::iter::Sum;
use std::ops::Add;

use serde::{Serialize, Serializer};

use crate::{Said, say};

/// Fifteen digits, three of them after the point: what a JSON number carries without loss.
const THOUSANDTHS_MAX: i64 = 999_999_999_999_999;
const WHOLE_DIGITS_MAX: usize = 12;

/// An amount of money in thousandths: some currencies have three decimals, none in use has more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Amount(i64);

/// Why a text is no amount.
#[derive(Debug, PartialEq, Eq)]
pub enum AmountError {
    Empty,
    NotANumber(String),
    /// `1,234` may mean thousands or decimals.
    Ambiguous(String),
    TooLarge(String),
}

impl From<AmountError> for Said {
    fn from(error: AmountError) -> Said {
        match error {
            AmountError::Empty => say!("the amount is empty", "le montant est vide"),
            AmountError::NotANumber(text) => {
                say!(text; "{text} is not an amount", "{text} n'est pas un montant")
            }
            AmountError::Ambiguous(text) => say!(
                text;
                "{text} may mean thousands or decimals",
                "{text} peut signifier des milliers ou des décimales",
            ),
            AmountError::TooLarge(text) => say!(
                text;
                "{text} is larger than any amount of money",
                "{text} dépasse toute somme d'argent",
            ),
        }
    }
}

/// An amount, and whether digits beyond the third decimal were rounded away.
#[derive(Debug, PartialEq, Eq)]
pub struct Parsed {
    pub amount: Amount,
    pub rounded: bool,
}

impl Amount {
    pub const ZERO: Amount = Amount(0);

    pub fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// With the sign of a debit (`true`) or a credit, whatever the sign was.
    pub fn signed(self, debit: bool) -> Amount {
        Amount(if debit { -self.0.abs() } else { self.0.abs() })
    }

    /// Digits with at most one point, as XML's decimals are.
    pub fn parse_decimal(text: &str) -> Result<Parsed, AmountError> {
        let text = text.trim();
        let (negative, digits) = split_sign(text)?;
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        if (whole.is_empty() && fraction.is_empty()) || !all_digits(whole) || !all_digits(fraction)
        {
            return Err(AmountError::NotANumber(quoted(text)));
        }
        from_digits(text, negative, whole, fraction)
    }

    /// As banks write them in free text: point or comma, with or without grouping.
    pub fn parse_written(text: &str) -> Result<Parsed, AmountError> {
        let text = text.trim();
        let (negative, digits) = split_sign(text)?;
        let (whole, fraction) = split_decimals(text, digits)?;
        let whole = ungroup(whole).ok_or_else(|| AmountError::NotANumber(quoted(text)))?;
        if (whole.is_empty() && fraction.is_empty()) || !all_digits(fraction) {
            return Err(AmountError::NotANumber(quoted(text)));
        }
        from_digits(text, negative, &whole, fraction)
    }
}

fn quoted(text: &str) -> String {
    crate::text::quote(text)
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

fn split_sign(text: &str) -> Result<(bool, &str), AmountError> {
    let (negative, rest) = match text.as_bytes().first() {
        None => return Err(AmountError::Empty),
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        Some(_) => (false, text),
    };
    Ok((negative, rest.trim_start()))
}

/// Cuts at the decimal mark. A mark that occurs twice groups; of two marks the last one is it; a
/// lone comma before exactly three digits may be either, and guessing would be off by a thousand.
fn split_decimals<'a>(text: &str, digits: &'a str) -> Result<(&'a str, &'a str), AmountError> {
    let Some(last) = digits.rfind(['.', ',']) else {
        return Ok((digits, ""));
    };
    let (whole, fraction) = (&digits[..last], &digits[last + 1..]);
    let mark = &digits[last..=last];
    if whole.contains(mark) {
        return Ok((digits, ""));
    }
    let grouped = whole.contains(['.', ',']);
    let lone_comma = mark == "," && !grouped;
    if lone_comma && fraction.len() == 3 && (1..=3).contains(&whole.len()) && whole != "0" {
        return Err(AmountError::Ambiguous(quoted(text)));
    }
    Ok((whole, fraction))
}

/// Removes grouping marks, if what lies between them are groups of three digits.
fn ungroup(whole: &str) -> Option<String> {
    const MARKS: [char; 7] = ['.', ',', ' ', '\'', '\u{a0}', '\u{202f}', '\u{2019}'];
    let groups: Vec<&str> = whole.split(MARKS).collect();
    let grouped_well = match groups.as_slice() {
        [] | [_] => true,
        [first, rest @ ..] => {
            (1..=3).contains(&first.len()) && rest.iter().all(|group| group.len() == 3)
        }
    };
    let joined = groups.concat();
    (grouped_well && all_digits(&joined)).then_some(joined)
}

fn from_digits(
    text: &str,
    negative: bool,
    whole: &str,
    fraction: &str,
) -> Result<Parsed, AmountError> {
    let whole = whole.trim_start_matches('0');
    if whole.len() > WHOLE_DIGITS_MAX {
        return Err(AmountError::TooLarge(quoted(text)));
    }
    let mut digits = fraction.bytes().map(|digit| i64::from(digit - b'0'));
    let mut thousandths = whole.bytes().fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'));
    for _ in 0..3 {
        thousandths = thousandths * 10 + digits.next().unwrap_or(0);
    }
    let fourth = digits.next().unwrap_or(0);
    let rounded = fourth != 0 || digits.any(|digit| digit != 0);
    thousandths += i64::from(fourth >= 5);
    if thousandths > THOUSANDTHS_MAX {
        return Err(AmountError::TooLarge(quoted(text)));
    }
    let amount = Amount(if negative { -thousandths } else { thousandths });
    Ok(Parsed { amount, rounded })
}

impl fmt::Display for Amount {
    /// Two decimals, three where there are three.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, rest) = (self.0.unsigned_abs() / 1000, self.0.unsigned_abs() % 1000);
        if rest % 10 == 0 {
            write!(out, "{sign}{whole}.{:02}", rest / 10)
        } else {
            write!(out, "{sign}{whole}.{rest:03}")
        }
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 % 1000 == 0 {
            serializer.serialize_i64(self.0 / 1000)
        } else {
            serializer.serialize_f64(self.0 as f64 / 1000.0)
        }
    }
}

impl Add for Amount {
    type Output = Amount;
    fn add(self, other: Amount) -> Amount {
        Amount(self.0.saturating_add(other.0))
    }
}

impl Sum for Amount {
    fn sum<I: Iterator<Item = Amount>>(amounts: I) -> Amount {
        amounts.fold(Amount::ZERO, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(text: &str) -> String {
        match Amount::parse_written(text) {
            Ok(parsed) => format!("{}{}", parsed.amount, if parsed.rounded { "~" } else { "" }),
            Err(error) => Said::from(error).en,
        }
    }

    #[test]
    fn reads_what_banks_write() {
        for (text, expected) in [
            ("-316.67", "-316.67"),
            ("+00000000000000.1600", "0.16"),
            ("000000025.635000000", "25.635"),
            ("-0.00", "0.00"),
            ("-34,51", "-34.51"),
            ("1 234,50", "1234.50"),
            ("1'234.50", "1234.50"),
            ("1.234,56", "1234.56"),
            ("1,234.56", "1234.56"),
            ("1.234.567", "1234567.00"),
            ("120", "120.00"),
            (".5", "0.50"),
            ("5.", "5.00"),
            ("- 12,5", "-12.50"),
            ("0,125", "0.125"),
            ("1234,567", "1234.567"),
            ("1.23456", "1.235~"),
            ("999999999999.999", "999999999999.999"),
        ] {
            assert_eq!(written(text), expected, "{text}");
        }
    }

    #[test]
    fn names_what_is_no_amount() {
        for (text, expected) in [
            ("", "the amount is empty"),
            (" ", "the amount is empty"),
            ("abc", "\"abc\" is not an amount"),
            ("1,234", "\"1,234\" may mean thousands or decimals"),
            ("12.34.5", "\"12.34.5\" is not an amount"),
            ("1,23,456", "\"1,23,456\" is not an amount"),
            ("1e5", "\"1e5\" is not an amount"),
            ("-", "\"-\" is not an amount"),
            (".", "\".\" is not an amount"),
            ("1000000000000", "\"1000000000000\" is larger than any amount of money"),
            ("999999999999.9996", "\"999999999999.9996\" is larger than any amount of money"),
            ("\u{661}\u{662}", "\"\u{661}\u{662}\" is not an amount"),
        ] {
            assert_eq!(written(text), expected, "{text}");
        }
    }

    #[test]
    fn decimals_have_one_point_only() {
        assert!(Amount::parse_decimal("8.850").is_ok_and(|p| p.amount == Amount(8850)));
        assert!(Amount::parse_decimal("8,85").is_err());
        assert!(Amount::parse_decimal("1 000").is_err());
    }

    proptest! {
        #[test]
        fn json_keeps_every_digit(thousandths in -THOUSANDTHS_MAX..=THOUSANDTHS_MAX) {
            let amount = Amount(thousandths);
            let json = serde_json::to_string(&amount).unwrap();
            prop_assert_eq!(Amount::parse_decimal(&json).unwrap().amount, amount);
            let through_value = serde_json::to_value(amount).unwrap().to_string();
            prop_assert_eq!(Amount::parse_decimal(&through_value).unwrap().amount, amount);
        }

        #[test]
        fn never_panics(text in "\\PC{0,40}") {
            let _ = Amount::parse_written(&text);
            let _ = Amount::parse_decimal(&text);
        }

        #[test]
        fn digits_and_marks_never_panic(text in "[-+0-9., ']{0,24}") {
            let _ = Amount::parse_written(&text);
        }
    }
}
