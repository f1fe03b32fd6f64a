//! What a component may write on a stream of mail: whole commands that only read.
//!
//! In flow a component's bytes; out flows whether they may go on. A command that changes something
//! must never pass: mail that is put into a folder, or a folder that is opened to others, would be
//! how an account's contents reach somebody else at the same server; nor one that signs in as
//! somebody else. Each line stands for itself: nothing that one server takes for text and another
//! for a command gets through.

/// Bytes of one command.
const COMMAND_BYTES_MAX: usize = 8 << 10;
/// Characters of what a component calls a command.
const TAG_CHARS_MAX: usize = 20;
/// Commands that only read. A folder is opened by `EXAMINE` alone, in which nothing changes.
const READS: [&str; 10] = [
    "CAPABILITY",
    "EXAMINE",
    "FETCH",
    "LIST",
    "LOGOUT",
    "NAMESPACE",
    "NOOP",
    "SEARCH",
    "STATUS",
    "UNSELECT",
];
/// The same by the numbers that stay.
const READS_BY_UID: [&str; 2] = ["FETCH", "SEARCH"];

/// Whether bytes are whole commands that only read.
pub fn only_read(bytes: &[u8]) -> bool {
    let text = std::str::from_utf8(bytes).ok().and_then(|text| text.strip_suffix("\r\n"));
    text.is_some_and(|text| text.split("\r\n").all(is_read))
}

fn is_read(line: &str) -> bool {
    let mut words = line.split(' ');
    let tag = words.next().unwrap_or_default();
    let verb = words.next().unwrap_or_default().to_ascii_uppercase();
    let of_uid = words.next().unwrap_or_default().to_ascii_uppercase();
    let tagged = (1..=TAG_CHARS_MAX).contains(&tag.len())
        && tag.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let reads = match verb.as_str() {
        "UID" => READS_BY_UID.contains(&of_uid.as_str()),
        verb => READS.contains(&verb),
    };
    tagged && reads && line.len() <= COMMAND_BYTES_MAX && is_whole(line)
}

/// Printable, every quotation ended, and no announcement of bytes that would follow the line.
fn is_whole(line: &str) -> bool {
    let (mut quoted, mut escaped) = (false, false);
    for byte in line.bytes() {
        let plain = matches!(byte, b' '..=b'~');
        if !plain || (!quoted && matches!(byte, b'{' | b'}')) {
            return false;
        }
        quoted ^= byte == b'"' && !escaped;
        escaped = quoted && byte == b'\\' && !escaped;
    }
    !quoted
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_reads_passes() {
        for text in [
            "a1 CAPABILITY\r\n",
            "a2 list \"\" \"*\" RETURN (SPECIAL-USE)\r\n",
            "a3 EXAMINE \"Factures \\\"{5}\\\" \\\\\"\r\n",
            "a4 UID FETCH 1:* (UID FLAGS BODY.PEEK[]<0.100>)\r\na5 NOOP\r\n",
            "a6 uid search NOT DELETED\r\n",
            "a7 LOGOUT\r\n",
        ] {
            assert!(only_read(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn what_changes_signs_in_or_could_hide_a_command_does_not() {
        for text in [
            "",
            "\r\n",
            "a1 NOOP",
            "a1 NOOP\n",
            "a1 NOOP\na2 NOOP\r\n",
            "a1 NOOP\ra2 LOGIN b c\r\n",
            "a1  NOOP\r\n",
            " a1 NOOP\r\n",
            "a1\tNOOP\r\n",
            "+ NOOP\r\n",
            "a1 NOOP\r\n\r\n",
            "a1 NOOP\r\na2 APPEND x {3}\r\nabc\r\n",
            "a1 APPEND \"x\" {3+}\r\nabc\r\n",
            "a1 LOGIN b c\r\n",
            "a1 authenticate PLAIN eA==\r\n",
            "a1 UNAUTHENTICATE\r\n",
            "a1 STARTTLS\r\n",
            "a1 COMPRESS DEFLATE\r\n",
            "a1 SELECT x\r\n",
            "a1 CREATE x\r\n",
            "a1 SETACL INBOX mallory lr\r\n",
            "a1 STORE 1 +FLAGS (\\Deleted)\r\n",
            "a1 COPY 1 Shared\r\n",
            "a1 UID MOVE 1 Shared\r\n",
            "a1 UID\r\n",
            "a1 IDLE\r\n",
            "a1 NOTIFY NONE\r\n",
            "a1 GENURLAUTH x INTERNAL\r\n",
            "a1 SEARCH TEXT {4}\r\na2 LOGIN b c\r\n",
            "a1 SEARCH TEXT {4+}\r\n",
            "a1 SEARCH TEXT ~{4}\r\n",
            "a1 SEARCH TEXT \"{4}\r\na2 NOOP\r\n",
            "a1 SEARCH TEXT \"x\\\"{4}\r\n",
            "a1 SEARCH TEXT \u{e9}\r\n",
            "a1 SEARCH TEXT \0\r\n",
        ] {
            assert!(!only_read(text.as_bytes()), "{text:?}");
        }
        let long = format!("a1 SEARCH TEXT {}\r\n", "x".repeat(COMMAND_BYTES_MAX));
        assert!(!only_read(long.as_bytes()));
    }

    proptest! {
        /// However a server splits what passes into lines, each begins with a command that reads.
        #[test]
        fn no_line_of_what_passes_is_another_command(
            text in "(a1 |b2 |NOOP|LOGIN|FETCH|UID |\\{[0-9]\\+?\\}|\"|\\\\|\r\n|\r|\n| |x){0,12}\r\n"
        ) {
            if only_read(text.as_bytes()) {
                for line in text.split(['\r', '\n']).filter(|line| !line.is_empty()) {
                    let mut words = line.split(' ').skip(1);
                    let verb = words.next().unwrap();
                    let verb = if verb == "UID" { words.next().unwrap() } else { verb };
                    prop_assert!(READS.contains(&verb), "{:?}", text);
                    prop_assert!(!line.ends_with('}'), "{:?}", text);
                }
            }
        }
    }
}
