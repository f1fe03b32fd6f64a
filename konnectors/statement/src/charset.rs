//! Which character set does the file say it has? Only a hint: see `text::decode`.

/// The header lies before the first element and is a few hundred bytes long.
const HEADER_BYTES_MAX: usize = 2048;

/// The first of `keys` (in capitals) that says something before `body` begins.
pub fn declared(bytes: &[u8], keys: &[&str], body: &str) -> Option<String> {
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
