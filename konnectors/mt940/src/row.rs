//! The fields 60 to 65 and 61. In: `1601311229C1234,56NTRFREF//BANK` and the like. Out: a balance,
//! a movement; or in words what is wrong with it. Never here: whose they are.

use konnector_statement::text::quote;
use konnector_statement::{Amount, Currency, Date, Said, say};

/// A balance; some banks leave the currency of all but the first away.
#[derive(Clone, Copy, Debug)]
pub struct Standing {
    pub amount: Amount,
    pub date: Option<Date>,
    pub currency: Option<Currency>,
}

/// One movement.
#[derive(Debug)]
pub struct Row {
    pub date: Date,
    pub value_date: Option<Date>,
    pub amount: Amount,
    /// Three letters or digits.
    pub kind: String,
    /// The bank's reference.
    pub reference: Option<String>,
    /// What the bank adds below.
    pub added: String,
    /// Announced, not booked.
    pub is_expected: bool,
}

/// `C160229EUR1200,00`.
pub fn standing(text: &str) -> Result<Standing, Said> {
    let (debit, rest) = match text.trim().split_at_checked(1) {
        Some(("C", rest)) => (false, rest),
        Some(("D", rest)) => (true, rest),
        _ => return Err(neither(text)),
    };
    let (day, rest) = rest.split_at_checked(6).ok_or_else(|| no_day(text))?;
    let date = short_day(day).and_then(|(year, month, day)| Date::of_century(year, month, day));
    let (currency, digits) = currency_first(rest);
    Ok(Standing { amount: amount(digits)?.signed(debit), date, currency })
}

/// `EUR12,50`, or the amount alone.
pub fn currency_first(text: &str) -> (Option<Currency>, &str) {
    let split = text.split_at_checked(3);
    let found = split.and_then(|(code, rest)| Some((Currency::parse(code)?, rest)));
    found.map_or((None, text), |(currency, rest)| (Some(currency), rest))
}

/// Digits with a comma; some banks write a point, or nothing behind it.
pub fn amount(text: &str) -> Result<Amount, Said> {
    let text = text.trim();
    if !text.starts_with(|c: char| c.is_ascii_digit() || c == ',') {
        let text = quote(text);
        return Err(say!(text; "{text} is not an amount", "{text} n'est pas un montant"));
    }
    let parsed = Amount::parse_decimal(&text.replace(',', "."))?;
    if parsed.rounded {
        let text = quote(text);
        return Err(say!(
            text;
            "{text} has more than three decimals",
            "{text} a plus de trois décimales",
        ));
    }
    Ok(parsed.amount)
}

/// A field 61 with the line below it.
pub fn row(text: &str) -> Result<Row, Said> {
    let (first, added) = text.split_once('\n').unwrap_or((text, ""));
    let (value, rest) = first.split_at_checked(6).ok_or_else(|| no_day(first))?;
    let (year, month, day) = short_day(value).ok_or_else(|| no_day(value))?;
    let value_date = Date::of_century(year, month, day);
    let entry = rest.get(..4).filter(|day| day.bytes().all(|b| b.is_ascii_digit()));
    let rest = entry.and_then(|day| rest.strip_prefix(day)).unwrap_or(rest);
    // Interest may count from 30 February; the day on which it was booked exists.
    let near = value_date.or_else(|| Date::of_century(year, month, 28));
    let booked = entry.and_then(|entry| {
        near?.nearest(entry.get(..2)?.parse().ok()?, entry.get(2..)?.parse().ok()?)
    });
    let date = booked.or(value_date).ok_or_else(|| no_day(value))?;
    let (mark, rest) = mark(rest).ok_or_else(|| neither(rest))?;
    let rest = rest.strip_prefix(|c: char| c.is_ascii_alphabetic()).unwrap_or(rest);
    let digits = rest.find(|c: char| !c.is_ascii_digit() && c != ',' && c != '.');
    let (digits, rest) = rest.split_at(digits.unwrap_or(rest.len()));
    let amount = amount(digits)?;
    let (kind, rest) = rest.split_at_checked(4).unwrap_or((rest, ""));
    let reference = rest.split_once("//").map(|(_, reference)| reference.trim());
    Ok(Row {
        date,
        value_date,
        amount: amount.signed(matches!(mark, "D" | "RC" | "ED")),
        kind: kind.get(1..).unwrap_or_default().to_ascii_uppercase(),
        reference: reference.filter(|text| is_reference(text)).map(str::to_owned),
        added: added.to_owned(),
        is_expected: mark.starts_with('E'),
    })
}

/// Credit, debit, the reversal of one, the announcement of one.
fn mark(text: &str) -> Option<(&str, &str)> {
    let length = match text.as_bytes() {
        [b'R' | b'E', b'C' | b'D', ..] => 2,
        [b'C' | b'D', ..] => 1,
        _ => return None,
    };
    text.split_at_checked(length)
}

/// Banks fill the field with these where they have no reference.
fn is_reference(text: &str) -> bool {
    !["", "NONREF", "NOREF", "NOTPROVIDED"].contains(&text) && !text.trim_matches('0').is_empty()
}

fn short_day(text: &str) -> Option<(u16, u8, u8)> {
    let digits = text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit());
    let part = |from: usize| text.get(from..from + 2);
    digits
        .then(|| Some((part(0)?.parse().ok()?, part(2)?.parse().ok()?, part(4)?.parse().ok()?)))?
}

fn no_day(text: &str) -> Said {
    let text = quote(text);
    say!(text; "no such day: {text}", "ce jour n'existe pas : {text}")
}

fn neither(text: &str) -> Said {
    let text = quote(text);
    say!(text; "neither credit nor debit: {text}", "ni crédit ni débit : {text}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        match row(text) {
            Err(why) => why.en,
            Ok(row) => {
                let reference = row.reference.unwrap_or_default();
                let value = row.value_date.map(|day| day.to_string()).unwrap_or_default();
                format!("{} {value} {} {} {reference}", row.date, row.amount, row.kind)
            }
        }
    }

    #[test]
    fn movements_as_banks_write_them() {
        for (text, expected) in [
            ("1601310201C12,5NTRFA//B", "2016-02-01 2016-01-31 12.50 TRF B"),
            ("160131D12,NTRFNONREF//0000", "2016-01-31 2016-01-31 -12.00 TRF "),
            ("1512310102DR12,345NMSC", "2016-01-02 2015-12-31 -12.345 MSC "),
            ("1601021231RCR12,NMSC", "2015-12-31 2016-01-02 -12.00 MSC "),
            ("160102RD12,NMSC", "2016-01-02 2016-01-02 12.00 MSC "),
            ("1602300301DR6,00N024NONREF", "2016-03-01  -6.00 024 "),
            ("1407290729C500NTRF29-07-2014 10:05//B4G", "2014-07-29 2014-07-29 500.00 TRF B4G"),
            ("160230D6,NTRF", "no such day: \"160230\""),
            ("1601X1D6,NTRF", "no such day: \"1601X1\""),
            ("160131X6,NTRF", "neither credit nor debit: \"X6,NTRF\""),
            ("160131CNTRF", "\"\" is not an amount"),
            ("160131C1,2345NTRF", "\"1,2345\" has more than three decimals"),
            ("", "no such day: \"\""),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
        assert!(row("160131EC1,NTRF").unwrap().is_expected);
    }

    #[test]
    fn balances_as_banks_write_them() {
        let shown = |text: &str| {
            standing(text).map(|found| {
                let currency = found.currency.map(|code| code.to_string()).unwrap_or_default();
                format!("{} {currency}", found.amount)
            })
        };
        for (text, expected) in [
            ("C160229EUR0000001200,00", "1200.00 EUR"),
            ("D160229EUR1,", "-1.00 EUR"),
            ("C020315105000,00", "105000.00 "),
            ("C160229EUR0,", "0.00 EUR"),
        ] {
            assert_eq!(shown(text).unwrap(), expected, "{text}");
        }
        for text in
            ["", "X160229EUR1,", "C1602", "C160229EUR", "C160229EUR-1,", "\u{e9}160229EUR1,"]
        {
            assert!(standing(text).is_err(), "{text}");
        }
    }
}
