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

/// The IBAN of a French account: its key (RIB) and the check digits follow from the rest.
pub fn of_french(bank: &str, branch: &str, number: &str) -> Option<String> {
    let lengths = [(bank, 5), (branch, 5), (number, 11)];
    let well_formed = |(part, length): &(&str, usize)| {
        part.len() == *length && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    if !lengths.iter().all(well_formed) {
        return None;
    }
    let [bank, branch, number] = [bank, branch, number].map(str::to_ascii_uppercase);
    let [b, g, c] = [&bank, &branch, &number].map(|part| rib_digits(part));
    let key = 97 - (89 * b + 15 * g + 3 * c) % 97;
    let basic = format!("{bank}{branch}{number}{key:02}");
    let check = 98 - remainder(format!("FR00{basic}").as_bytes());
    parse(&format!("FR{check:02}{basic}"))
}

/// Modulo 97, with the digits that letters stand for in a RIB: A and J are 1, B, K and S are 2.
fn rib_digits(part: &str) -> u32 {
    part.bytes().fold(0, |rest, byte| {
        let digit = match byte {
            b'0'..=b'9' => byte - b'0',
            b'A'..=b'I' => byte - b'A' + 1,
            b'J'..=b'R' => byte - b'J' + 1,
            letter => letter.saturating_sub(b'S') + 2,
        };
        (rest * 10 + u32::from(digit)) % 97
    })
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
    use super::{of_french, parse};

    #[test]
    fn a_french_account_has_its_iban() {
        let iban = of_french("20041", "01005", "0500013M026");
        assert_eq!(iban.as_deref(), Some("FR1420041010050500013M02606"));
        assert_eq!(of_french("20041", "01005", "0500013 026"), None);
        assert_eq!(of_french("2004", "01005", "0500013M026"), None);
    }

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
