//! Is this account number an IBAN? Files carry IBANs in fields for other numbers and other numbers
//! in the field for IBANs, so the check digits decide.

/// Upper case without blanks, if the length and the check digits are an IBAN's.
pub fn parse(text: &str) -> Option<String> {
    let compact: String =
        text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_uppercase()).collect();
    let bytes = compact.as_bytes();
    let country_then_check = matches!(bytes, [a, b, c, d, ..]
        if a.is_ascii_alphabetic() && b.is_ascii_alphabetic()
            && c.is_ascii_digit() && d.is_ascii_digit());
    let well_formed = (15..=34).contains(&bytes.len())
        && bytes.iter().all(u8::is_ascii_alphanumeric)
        && country_then_check;
    (well_formed && remainder(bytes) == 1).then_some(compact)
}

/// The number that the rotated IBAN spells, modulo 97 (ISO 13616).
fn remainder(bytes: &[u8]) -> u32 {
    let rotated = bytes.iter().skip(4).chain(bytes.iter().take(4));
    rotated.fold(0, |rest, byte| match byte {
        b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
        letter => (rest * 100 + u32::from(letter - b'A') + 10) % 97,
    })
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn check_digits_decide() {
        let french = "FR14 2004 1010 0505 0001 3M02 606";
        assert_eq!(parse(french).as_deref(), Some("FR1420041010050500013M02606"));
        assert_eq!(parse("fr1420041010050500013m02606"), parse(french));
        for other in ["", "FR15 2004 1010 0505 0001 3M02 606", "0001234567", "FR14\u{e9}", "XX"] {
            assert_eq!(parse(other), None, "{other}");
        }
    }
}
