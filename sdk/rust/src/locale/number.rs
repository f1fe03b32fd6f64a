//! `1,234.56` and `1 234,56`; `€1,234.56` and `1 234,56 €`.

use super::Locale;

/// Narrow no-break space: what French puts between thousands.
const NARROW: char = '\u{202f}';
/// No-break space.
const NO_BREAK: char = '\u{a0}';
/// The sign that is as wide as a plus.
const MINUS: char = '\u{2212}';

impl Locale {
    /// A whole number with its thousands apart.
    pub fn integer(self, value: u64) -> String {
        self.grouped(&value.to_string())
    }

    /// With exactly `decimals` digits after the point. What is not a number is a dash.
    pub fn number(self, value: f64, decimals: usize) -> String {
        if !value.is_finite() {
            return "\u{2013}".to_owned();
        }
        let (whole, fraction) = digits_of(value.abs(), decimals);
        let mut out = String::with_capacity(whole.len() + fraction.len() + 8);
        // What rounds to zero has no sign.
        let is_zero = whole == "0" && fraction.bytes().all(|digit| digit == b'0');
        if value < 0.0 && !is_zero {
            out.push(MINUS);
        }
        out.push_str(&self.grouped(&whole));
        if !fraction.is_empty() {
            out.push(self.pick('.', ','));
            out.push_str(&fraction);
        }
        out
    }

    /// An amount with the decimals of its currency: `€1,234.56`, `CHF 1,234.56`, `1 234,56 €`.
    ///
    /// Only the euro and the pound have a sign: what other signs mean depends on the country.
    pub fn money(self, amount: f64, currency: &str) -> String {
        let number = self.number(amount, decimals_of(currency));
        let unit = currency_sign(currency);
        if unit.is_empty() {
            return number;
        }
        if self == Locale::Fr {
            return format!("{number}{NO_BREAK}{unit}");
        }
        let (minus, digits) = match number.strip_prefix(MINUS) {
            Some(digits) => ("\u{2212}", digits),
            None => ("", number.as_str()),
        };
        let is_code = unit.chars().all(|c| c.is_ascii_alphanumeric());
        let gap = if is_code { "\u{a0}" } else { "" };
        format!("{minus}{unit}{gap}{digits}")
    }

    /// Digits in groups of three.
    fn grouped(self, digits: &str) -> String {
        let separator = self.pick(',', NARROW);
        let mut out = String::with_capacity(digits.len() + 8);
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                out.push(separator);
            }
            out.push(digit);
        }
        out
    }
}

/// The digits of a number that is not negative, before and after the point. By whole numbers:
/// printing fractions would bring tables of the standard library into every component.
fn digits_of(value: f64, decimals: usize) -> (String, String) {
    /// Up to here a number has at least three exact decimals; beyond, it has none that count.
    const EXACT_MAX: f64 = 1e12;
    if value >= EXACT_MAX {
        return ((value.round() as u128).to_string(), "0".repeat(decimals));
    }
    let scale = 10u64.pow(decimals.min(6) as u32);
    let scaled = (value * scale as f64).round() as u64;
    let mut fraction = (scaled % scale + scale).to_string().split_off(1);
    while fraction.len() < decimals {
        fraction.push('0');
    }
    ((scaled / scale).to_string(), fraction)
}

/// The sign of a currency, or its code.
pub fn currency_sign(currency: &str) -> &str {
    match currency {
        "EUR" => "\u{20ac}",
        "GBP" => "\u{a3}",
        code => code,
    }
}

/// ISO 4217: how many digits the smallest coin has.
fn decimals_of(currency: &str) -> usize {
    match currency {
        "JPY" | "KRW" | "XAF" | "XOF" | "XPF" | "CLP" | "VND" | "ISK" | "PYG" | "UGX" => 0,
        "TND" | "KWD" | "BHD" | "JOD" | "OMR" | "IQD" | "LYD" => 3,
        _ => 2,
    }
}
