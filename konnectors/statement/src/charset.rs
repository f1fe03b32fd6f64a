//! Opens a file as text. In: its bytes, and how its format declares a character set. Out: text,
//! with a warning where it took a guess. What the file declares is a hint only: see `text::decode`.

use crate::text::{self, Decoded};
use crate::{FILE_BYTES_MAX, Refusal};

/// The header lies before the first element and is a few hundred bytes long.
const HEADER_BYTES_MAX: usize = 2048;

/// The text of a whole file, if it is of a size that is read. `keys` and `body` as for
/// [`declared`].
pub fn open<'a>(bytes: &'a [u8], keys: &[&str], body: &str) -> Result<Decoded<'a>, Refusal> {
    let size = bytes.len() as u64;
    if size > FILE_BYTES_MAX {
        return Err(Refusal::TooLarge { bytes: size });
    }
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(Refusal::Empty);
    }
    Ok(head(bytes, keys, body))
}

/// The text of the beginning of a file.
pub fn head<'a>(bytes: &'a [u8], keys: &[&str], body: &str) -> Decoded<'a> {
    text::decode(bytes, declared(bytes, keys, body).as_deref())
}

/// The first of `keys` (in capitals) that says something before `body` begins.
fn declared(bytes: &[u8], keys: &[&str], body: &str) -> Option<String> {
    let head = bytes.get(..HEADER_BYTES_MAX).unwrap_or(bytes);
    let head = String::from_utf8_lossy(head).to_ascii_uppercase();
    let header = head.split(body).next()?;
    keys.iter().find_map(|key| value(header, key))
}

/// Some exports write the whole header on one line, without a blank between its fields.
fn value(header: &str, key: &str) -> Option<String> {
    let (_, after) = header.split_once(key)?;
    let after = after.trim_start_matches([' ', '"', '\'']);
    let is_name = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let end = after.find(|c| !is_name(c)).unwrap_or(after.len());
    let name = after.get(..end)?;
    let name =
        ["CHARSET", "COMPRESSION"].iter().fold(name, |name, next| name.trim_end_matches(next));
    (!name.is_empty() && name != "NONE").then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    fn declared(bytes: &[u8]) -> Option<String> {
        super::declared(bytes, &["CHARSET:", "ENCODING:", "ENCODING="], "<OFX>")
    }

    #[test]
    fn headers_of_both_versions() {
        let say = |header: &str| declared(format!("{header}<OFX>CHARSET:9").as_bytes());
        let lines = "OFXHEADER:100\r\nENCODING:USASCII\r\nCHARSET:1252\r\nCOMPRESSION:NONE\r\n\r\n";
        assert_eq!(say(lines).as_deref(), Some("1252"));
        let one_line = "OFXHEADER:100ENCODING:UTF-8CHARSET:NONECOMPRESSION:NONE";
        assert_eq!(say(one_line).as_deref(), Some("UTF-8"));
        assert_eq!(
            say("ENCODING:USASCIICHARSET:8859-1COMPRESSION:NONE").as_deref(),
            Some("8859-1")
        );
        assert_eq!(say("<?xml version=\"1.0\" encoding='utf-8'?>").as_deref(), Some("UTF-8"));
        assert_eq!(say(""), None);
        assert_eq!(say("CHARSET:"), None);
    }
}
