//! Codes of an authenticator, made by the host from a key that no component sees.
//!
//! In flow a key as providers print it and the time; out flows the code of that half minute.

use jiff::Timestamp;
use totp_rs::{Builder, Secret};

/// The code of a key in base32, spaces allowed; `None` if it is no key.
pub fn code(key: &str, now: Timestamp) -> Option<String> {
    let key: String = key.chars().filter(|c| !c.is_whitespace()).collect();
    let secret = Secret::try_from_base32(key.to_ascii_uppercase().trim_end_matches('=')).ok()?;
    // Providers hand out keys that are shorter than the RFC would have them.
    let totp = Builder::new().with_secret(secret).build_noncompliant();
    Some(totp.generate(u64::try_from(now.as_second()).ok()?).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_rfc() {
        // RFC 6238, appendix B, cut to six digits.
        let key = "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ";
        for (second, expected) in
            [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")]
        {
            let at = Timestamp::from_second(second).unwrap();
            assert_eq!(code(key, at).as_deref(), Some(expected));
        }
        assert_eq!(code("not base32!", Timestamp::UNIX_EPOCH), None);
    }
}
