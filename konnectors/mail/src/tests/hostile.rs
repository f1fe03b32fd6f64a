use konnector_shared::intake::DOCUMENTS_MAX;
use proptest::prelude::*;

use super::read;

const POSTMARK: &str = "From a@example.org Mon Jan  5 10:00:00 2026\n";
const HEADERS: &str = "From: a@example.org\nSubject: x\n";

/// Read within bounds, whatever comes of it.
fn sound(file: &str) -> usize {
    let dropped = read(file.as_bytes());
    dropped.assert_sound("hostile");
    dropped.deposits.len()
}

#[test]
fn depth_and_numbers_are_bounded() {
    let nested = "Content-Type: message/rfc822\n\n".repeat(100_000);
    assert_eq!(sound(&format!("{HEADERS}{nested}")), 1);
    let multiparts: String = (0..20_000)
        .map(|n| format!("Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n"))
        .collect();
    assert_eq!(sound(&format!("{HEADERS}{multiparts}")), 1);
    let digests: String = (0..20_000)
        .map(|n| format!("Content-Type: multipart/digest; boundary=b{n}\n\n--b{n}\n\n"))
        .collect();
    assert_eq!(sound(&format!("{HEADERS}{digests}")), 1);
    let parts = "--b\n\nx\n".repeat(500_000);
    assert_eq!(sound(&format!("{HEADERS}Content-Type: multipart/mixed; boundary=b\n\n{parts}")), 1);
    let headers = "X-Y: z\n".repeat(1_000_000);
    assert_eq!(sound(&format!("{HEADERS}{headers}\ntext")), 1);
    let people = format!("{HEADERS}To: {}\n\n", "<b@example.org>, ".repeat(200_000));
    assert_eq!(sound(&people), 1);
    let tags = format!("{HEADERS}Content-Type: text/html\n\n{}", "<p".repeat(5 << 20));
    assert_eq!(sound(&tags), 1);
}

#[test]
fn a_mailbox_of_too_many_is_refused() {
    let message = |n: usize| format!("{POSTMARK}From: a@example.org\nMessage-ID: <{n}@x>\n\n\n");
    let file: String = (0..=DOCUMENTS_MAX).map(message).collect();
    let refused = read(file.as_bytes()).result.unwrap_err();
    assert!(refused.contains("more than 50000 entries"), "{refused}");
}

#[test]
fn a_document_never_outgrows_its_limit() {
    let wide = "\u{10348}";
    let people: String =
        (0..300).map(|n| format!("{} <{n}@example.org>, ", wide.repeat(200))).collect();
    let text = wide.repeat(60_000);
    let file =
        format!("{HEADERS}To: {people}x@y\nContent-Type: text/plain; charset=utf-8\n\n{text}");
    assert_eq!(sound(&file), 1);
    let all = ["To", "Cc", "Bcc", "Reply-To"].map(|name| format!("{name}: {people}x@y\n")).concat();
    let refused = read(format!("{HEADERS}{all}\n{text}").as_bytes()).result.unwrap_err();
    assert!(refused.contains("no message"), "{refused}");
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        read(&bytes).assert_sound("bytes");
        read(&[HEADERS.as_bytes(), &bytes].concat()).assert_sound("in a message");
        read(&[POSTMARK.as_bytes(), HEADERS.as_bytes(), &bytes].concat()).assert_sound("in a mailbox");
    }

    #[test]
    fn any_parts_are_read_or_refused(pieces in prop::collection::vec(
        prop::sample::select(&[
            "Content-Type: ", "multipart/mixed; boundary=b\n", "multipart/digest; boundary=c\n",
            "text/html\n", "text/plain; charset=utf-16\n", "message/rfc822\n", "\n", "\r\n", "--b\n", "--b--\n",
            "--c\n", "Content-Transfer-Encoding: base64\n", "Content-Transfer-Encoding: quoted-printable\n",
            "aGVsbG8=", "=E9=", "<p>", "&#xffffff;", "Date: ", "Mon, 5 Jan 2026 10:00:00 +0100\n",
            "Message-ID: <a@b>\n", "=?utf-8?b?", "?=", "filename*0*=utf-8''%", "Content-Disposition: attachment; ",
            "To: ", "a@b, ", "<", ">", "\"", "(", "X-Gmail-Labels: ", ",", "\u{e9}",
        ]), 0..60)) {
        read(format!("{HEADERS}{}", pieces.concat()).as_bytes()).assert_sound("pieces");
    }
}
