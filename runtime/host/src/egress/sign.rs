//! Signatures of requests after AWS's version 4, which every service that speaks S3 asks for.
//!
//! In flow a request as it leaves, and a key; out flows the value of `authorization`. The secret
//! key signs and goes nowhere: what leaves is good for this request and some minutes.

use data_encoding::HEXLOWER;
use jiff::Timestamp;

use super::crypto::{hmac_sha256, sha256};

/// Whose signature, and for what.
pub(super) struct Key<'a> {
    pub access: &'a str,
    pub secret: &'a str,
    pub region: &'a str,
    pub service: &'a str,
}

/// What is signed.
pub(super) struct Signed<'a> {
    pub method: &'a str,
    /// Encoded as [`strict`] does.
    pub path: &'a str,
    pub query: &'a str,
    /// In lower case and in order.
    pub headers: &'a [(&'a str, &'a str)],
    /// The hash of the body.
    pub body: &'a str,
}

/// SHA-256, in hexadecimal.
pub(super) fn hash(bytes: &[u8]) -> String {
    HEXLOWER.encode(&sha256(bytes))
}

/// `20261123T120000Z`.
pub(super) fn moment(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// The value of `authorization`.
pub(super) fn authorization(key: &Key<'_>, signed: &Signed<'_>, moment: &str) -> String {
    let Key { access, secret, region, service } = key;
    let Signed { method, path, headers, body, .. } = signed;
    let names: Vec<&str> = headers.iter().map(|(name, _)| *name).collect();
    let names = names.join(";");
    let lines: String =
        headers.iter().map(|(name, value)| format!("{name}:{}\n", value.trim())).collect();
    let query = in_order(signed.query);
    let whole = format!("{method}\n{path}\n{query}\n{lines}\n{names}\n{body}");
    let day = moment.split('T').next().unwrap_or_default();
    let scope = format!("{day}/{region}/{service}/aws4_request");
    let text = format!("AWS4-HMAC-SHA256\n{moment}\n{scope}\n{}", hash(whole.as_bytes()));
    let begin = format!("AWS4{secret}").into_bytes();
    let parts = [day, region, service, "aws4_request", &text];
    let made = parts.iter().fold(begin, |key, part| hmac_sha256(&key, part));
    let made = HEXLOWER.encode(&made);
    format!("AWS4-HMAC-SHA256 Credential={access}/{scope}, SignedHeaders={names}, Signature={made}")
}

/// A path or a query with every sign encoded that can be, as the service encodes it anew. What is
/// encoded already stays.
pub(super) fn strict(text: &str, plain: &[u8]) -> String {
    let one = |byte: u8| match byte {
        b'-' | b'.' | b'_' | b'~' | b'%' => char::from(byte).to_string(),
        byte if byte.is_ascii_alphanumeric() || plain.contains(&byte) => {
            char::from(byte).to_string()
        }
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(one).collect()
}

/// The pairs of a query, sorted, each with its `=`.
fn in_order(query: &str) -> String {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let mut pairs: Vec<(&str, &str)> =
        pairs.map(|pair| pair.split_once('=').unwrap_or((pair, ""))).collect();
    pairs.sort_unstable();
    let pairs: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
    pairs.join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTHING: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    /// Examples of AWS's own: its page about S3's signatures, and its test suite.
    #[test]
    fn signatures_are_those_that_aws_published() {
        assert_eq!(hash(b""), NOTHING);
        let s3 = Key {
            access: "AKIAIOSFODNN7EXAMPLE",
            secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            region: "us-east-1",
            service: "s3",
        };
        let at = "20130524T000000Z";
        let host = ("host", "examplebucket.s3.amazonaws.com");
        let (hash, date) = (("x-amz-content-sha256", NOTHING), ("x-amz-date", at));
        let plain = [host, hash, date];
        let ranged = [host, ("range", "bytes=0-9"), hash, date];
        for (headers, path, query, signature) in [
            (
                &ranged[..],
                "/test.txt",
                "",
                "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
            ),
            (
                &plain[..],
                "/",
                "lifecycle",
                "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
            ),
            (
                &plain[..],
                "/",
                "prefix=J&max-keys=2",
                "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
            ),
        ] {
            let signed = Signed { method: "GET", path, query, headers, body: NOTHING };
            let made = authorization(&s3, &signed, at);
            assert!(made.ends_with(&format!("Signature={signature}")), "{path}?{query}: {made}");
        }
        let (access, secret) = ("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
        let key = Key { access, secret, region: "us-east-1", service: "service" };
        let at = "20150830T123600Z";
        let headers = &[("host", "example.amazonaws.com"), ("x-amz-date", at)];
        let signed = Signed { method: "GET", path: "/", query: "", headers, body: NOTHING };
        assert_eq!(
            authorization(&key, &signed, at),
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
             SignedHeaders=host;x-amz-date, \
             Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"
        );
    }

    #[test]
    fn what_is_signed_is_written_in_one_way() {
        assert_eq!(moment("2026-11-23T12:00:01.5Z".parse().unwrap()), "20261123T120001Z");
        assert_eq!(strict("/a%20b/R&D+(x)~.txt", b"/"), "/a%20b/R%26D%2B%28x%29~.txt");
        assert_eq!(in_order("b=2&a&b=1"), "a=&b=1&b=2");
    }
}
