//! One line of fixed columns. In: up to 120 characters. Out: what they say, by the column numbers
//! that the standard counts from one. Never here: what a record means beside the others.

use konnector_statement::text::quote;
use konnector_statement::{Amount, Currency, Date, Said, say};

/// Characters of a record; programs cut the blanks at its end off.
pub const CHARS: usize = 120;
/// Decimals that an amount may have here.
const DECIMALS_MAX: usize = 3;

/// A line, whose columns are characters and not bytes.
pub struct Record {
    pub line: u32,
    columns: Vec<char>,
}

impl Record {
    pub fn new(line: u32, text: &str) -> Result<Record, Said> {
        let columns: Vec<char> = text.trim_end().chars().take(CHARS + 1).collect();
        if columns.len() > CHARS {
            return Err(say!("longer than {CHARS} characters", "plus de {CHARS} caractères"));
        }
        Ok(Record { line, columns })
    }

    /// From the first column to the last, both included, without blanks around.
    pub fn text(&self, first: usize, last: usize) -> String {
        let columns = self.columns.get(first.saturating_sub(1)..last.min(self.columns.len()));
        columns.unwrap_or_default().iter().collect::<String>().trim().to_owned()
    }

    /// 01: balance before, 04: movement, 05: more of it, 07: balance after.
    pub fn kind(&self) -> String {
        self.text(1, 2)
    }

    /// Bank, branch and number.
    pub fn account(&self) -> [String; 3] {
        [self.text(3, 7), self.text(12, 16), self.text(22, 32)]
    }

    pub fn currency(&self) -> Result<Currency, Said> {
        let written = self.text(17, 19);
        Currency::parse(&written).ok_or_else(|| {
            let written = quote(&written);
            say!(written; "no such currency: {written}", "devise inconnue : {written}")
        })
    }

    /// `311225`; `None` where there are blanks or zeros.
    pub fn day(&self, first: usize) -> Result<Option<Date>, Said> {
        let written = self.text(first, first + 5);
        if written.is_empty() || written == "000000" {
            return Ok(None);
        }
        let part = |from: usize| written.get(from..from + 2);
        let digits = written.len() == 6 && written.bytes().all(|byte| byte.is_ascii_digit());
        let day = digits.then(|| {
            let year = part(4)?.parse().ok()?;
            Date::of_century(year, part(2)?.parse().ok()?, part(0)?.parse().ok()?)
        });
        day.flatten().map(Some).ok_or_else(|| {
            let written = quote(&written);
            say!(written; "no such day: {written}", "ce jour n'existe pas : {written}")
        })
    }

    /// The last of the digits in columns 91 to 104 carries the sign too.
    pub fn amount(&self) -> Result<Amount, Said> {
        let written = self.text(91, 104);
        let decimals = self.text(20, 20);
        let places = decimals.parse().ok().filter(|places| *places <= DECIMALS_MAX);
        let places = places.ok_or_else(|| {
            let decimals = quote(&decimals);
            say!(
                decimals;
                "no such number of decimals: {decimals}",
                "nombre de décimales inconnu : {decimals}",
            )
        })?;
        signed(&written, places).ok_or_else(|| {
            let written = quote(&written);
            say!(written; "{written} is not an amount", "{written} n'est pas un montant")
        })
    }
}

/// `0000000001234{` is 123.40, `0000000001234M` is -123.44.
fn signed(written: &str, places: usize) -> Option<Amount> {
    let last = written.chars().next_back()?;
    let (negative, digit) = match last {
        '{' => (false, '0'),
        'A'..='I' => (false, char::from(last as u8 - b'A' + b'1')),
        '}' => (true, '0'),
        'J'..='R' => (true, char::from(last as u8 - b'J' + b'1')),
        _ => return None,
    };
    let before = written.get(..written.len() - 1)?;
    let digits = format!("{before}{digit}");
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) || digits.len() <= places {
        return None;
    }
    let (whole, fraction) = digits.split_at_checked(digits.len() - places)?;
    let amount = Amount::parse_decimal(&format!("{whole}.{fraction}")).ok()?.amount;
    Some(if negative { amount.signed(true) } else { amount })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_digit_carries_the_sign() {
        for (written, places, expected) in [
            ("0000000001234{", 2, "123.40"),
            ("0000000001234I", 2, "123.49"),
            ("0000000001234}", 2, "-123.40"),
            ("0000000001234M", 2, "-123.44"),
            ("0000000001234R", 3, "-12.349"),
            ("0000000001234A", 0, "12341.00"),
        ] {
            let amount = signed(written, places).map(|amount| amount.to_string());
            assert_eq!(amount.as_deref(), Some(expected), "{written}");
        }
        for written in ["", "{", "00000000012345", "000-000000123A", "\u{e9}", "00\u{e9}A", "S"] {
            assert_eq!(signed(written, 2), None, "{written}");
        }
    }

    #[test]
    fn columns_are_characters() {
        let record = Record::new(1, "04\u{e9}bcde").unwrap();
        assert_eq!(
            (record.text(3, 4), record.text(100, 110)),
            ("\u{e9}b".to_owned(), String::new())
        );
        assert!(Record::new(1, &"x".repeat(CHARS + 1)).is_err());
    }
}
