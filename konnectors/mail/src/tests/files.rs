use std::path::Path;

use domicile_sdk::importer::Importer;
use konnector_shared::golden;

use super::read;
use crate::Mail;

#[test]
fn samples_become_what_is_expected() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let checked = golden::check::<Mail>(&samples);
    assert!(checked >= 12, "only {checked} samples");
}

#[test]
fn a_message_has_one_key_wherever_it_lies() {
    let message = "From: a@example.org\nSubject: x\nMessage-ID: <1@example.org>\n\ntext\n";
    let mailbox = format!("From a@example.org Mon Jan  5 10:00:00 2026\n{message}");
    let key = |file: &str| read(file.as_bytes()).deposits[0].1.clone();
    assert_eq!(key(message), "id:1@example.org");
    assert_eq!(key(&mailbox), key(message));
    let without = message.replace("Message-ID: <1@example.org>\n", "");
    assert!(key(&without).starts_with("message-sha256:"));
    assert_ne!(key(&without), key(&without.replace("text", "other")));
}

#[test]
fn mailboxes_and_messages_are_recognised() {
    let postmark = b"From a@example.org Mon Jan  5 10:00:00 2026\nX: y\n";
    assert_eq!(Mail::recognise("Inbox", postmark), 95);
    assert_eq!(Mail::recognise("x", b"Received: a\n\tfolded\nFrom: b\n\ntext"), 80);
    assert_eq!(Mail::recognise("x.EML", b"<html>"), 30);
    for other in ["From here on", "To: do list\n", "BEGIN:VCARD\nN:x\n", "a,b\nFrom:,To:", ""] {
        assert_eq!(Mail::recognise("x.txt", other.as_bytes()), 0, "{other}");
    }
}
