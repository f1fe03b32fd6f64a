//! Webhooks: an address of its own for an account, and what its provider sent there.
//!
//! In flow what anybody sends to an address; out flow messages, to runs of that account alone. The
//! address is shown once and kept as a hash. Whoever sends something learns nothing: not whether it
//! was taken, nor what became of it.

use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER_PERMISSIVE};
use domicile_proto::manifest::{Signature, SignatureFormat};
use domicile_store::RecordOp;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::egress::{Account, crypto};
use crate::house::home::{damaged, delete, put};
use crate::house::{Home, HomeError};

/// Addresses by the hash of their secret part.
const ADDRESSES: &str = "hook-address";
/// Queues by account.
const QUEUES: &str = "hook";
/// Messages by account and number.
const MESSAGES: &str = "hook-message";

/// Bytes of one message.
pub const MESSAGE_BYTES_MAX: usize = 64 << 10;
/// Messages that wait for runs of one account.
pub const WAITING_MAX: u64 = 50;
/// Characters of what a message says it is.
pub const TYPE_CHARS_MAX: usize = 100;
/// Seconds that a signed time may lie before or after ours.
const TIME_OFF_MAX: u64 = 300;
/// Signatures of one header.
const SIGNATURES_MAX: usize = 8;

/// What an account's provider sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Its place in the queue.
    pub number: u64,
    /// As the sender says.
    pub content_type: String,
    /// As it came.
    pub body: Vec<u8>,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    content_type: String,
    body: String,
}

/// The address of an account, and its queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queue {
    /// The hash of the address.
    address: String,
    /// When the address was made.
    pub made: Timestamp,
    /// The number of the first message that waits, and of the next one that comes.
    first: u64,
    next: u64,
    /// Messages that were not taken: too many waited, or they were not signed.
    pub left_out: u64,
}

impl Queue {
    /// How many messages wait.
    pub fn waiting(&self) -> u64 {
        self.next.saturating_sub(self.first)
    }
}

/// The queue of an account, if it has an address.
pub fn queue(home: &Home, account: &str) -> Result<Option<Queue>, HomeError> {
    home.record(QUEUES, account)
}

/// A new address for an account: its secret part, and what makes it good instead of the last one.
pub fn renewal(
    home: &Home,
    at: Timestamp,
    account: &str,
) -> Result<(String, Vec<RecordOp>), HomeError> {
    let mut draw = [0u8; 32];
    getrandom::fill(&mut draw).map_err(|error| damaged(QUEUES, account, error))?;
    let secret = BASE64URL_NOPAD.encode(&draw);
    let before = queue(home, account)?;
    let mut records: Vec<RecordOp> =
        before.iter().map(|queue| delete(ADDRESSES, &queue.address)).collect();
    let new = Queue { address: String::new(), made: at, first: 0, next: 0, left_out: 0 };
    let queue = Queue { address: hash(home, &secret), made: at, ..before.unwrap_or(new) };
    records.push(put(ADDRESSES, &queue.address, &account)?);
    records.push(put(QUEUES, account, &queue)?);
    Ok((secret, records))
}

/// Whose address this is the secret part of.
pub fn whose(home: &Home, secret: &str) -> Result<Option<String>, HomeError> {
    home.record(ADDRESSES, &hash(home, secret))
}

/// Nothing that a stranger sends is compared with a secret byte by byte.
fn hash(home: &Home, secret: &str) -> String {
    blake3::keyed_hash(&home.key("addresses of accounts"), secret.as_bytes()).to_hex().to_string()
}

/// What puts a message at the end of its queue; where there is no room, it is counted instead.
pub fn arrival(
    home: &Home,
    account: &str,
    content_type: &str,
    body: &[u8],
) -> Result<Vec<RecordOp>, HomeError> {
    let Some(mut queue) = queue(home, account)? else { return Ok(Vec::new()) };
    if queue.waiting() >= WAITING_MAX {
        return refusal(account, queue);
    }
    let content_type = domicile_proto::text::shown(content_type, TYPE_CHARS_MAX);
    let kept = Kept { content_type, body: BASE64.encode(body) };
    let message = put(MESSAGES, &key(account, queue.next), &kept)?;
    queue.next += 1;
    Ok(vec![message, put(QUEUES, account, &queue)?])
}

/// What counts a message that is not taken.
pub fn refusal(account: &str, queue: Queue) -> Result<Vec<RecordOp>, HomeError> {
    let queue = Queue { left_out: queue.left_out.saturating_add(1), ..queue };
    Ok(vec![put(QUEUES, account, &queue)?])
}

/// The messages that wait, the oldest first.
pub fn waiting(home: &Home, account: &str) -> Result<Vec<Message>, HomeError> {
    let Some(queue) = queue(home, account)? else { return Ok(Vec::new()) };
    let mut messages = Vec::new();
    for number in queue.first..queue.next {
        let Some(Kept { content_type, body }) = home.record(MESSAGES, &key(account, number))?
        else {
            continue;
        };
        let body = BASE64.decode(body.as_bytes());
        let body = body.map_err(|error| damaged(MESSAGES, account, error))?;
        messages.push(Message { number, content_type, body });
    }
    Ok(messages)
}

/// What takes the messages before this number out of the queue.
pub fn handled(home: &Home, account: &str, before: u64) -> Result<Vec<RecordOp>, HomeError> {
    let Some(queue) = queue(home, account)? else { return Ok(Vec::new()) };
    let first = before.clamp(queue.first, queue.next);
    let gone = (queue.first..first).map(|number| delete(MESSAGES, &key(account, number)));
    let mut records: Vec<RecordOp> = gone.collect();
    records.push(put(QUEUES, account, &Queue { first, ..queue })?);
    Ok(records)
}

/// What forgets an account's address and all that waits.
pub fn removal(home: &Home, account: &str) -> Result<Vec<RecordOp>, HomeError> {
    let Some(queue) = queue(home, account)? else { return Ok(Vec::new()) };
    let gone = (queue.first..queue.next).map(|number| delete(MESSAGES, &key(account, number)));
    let own = [delete(ADDRESSES, &queue.address), delete(QUEUES, account)];
    Ok(gone.chain(own).collect())
}

fn key(account: &str, number: u64) -> String {
    format!("{account}/{number}")
}

/// Whether a message was signed with the account's secret, as the manifest says.
pub fn is_signed(
    signature: &Signature,
    account: &Account,
    header: Option<&str>,
    body: &[u8],
    now: Timestamp,
) -> bool {
    let (Some(header), Some(secret)) = (header, account.secrets.get(&signature.secret)) else {
        return false;
    };
    let fits = |hex: &str, parts: &[&[u8]]| {
        let tag = HEXLOWER_PERMISSIVE.decode(hex.as_bytes());
        tag.is_ok_and(|tag| crypto::is_signed(secret.as_bytes(), &parts.concat(), &tag))
    };
    match signature.format {
        SignatureFormat::Hex => fits(header, &[body]),
        SignatureFormat::Sha256 => {
            header.strip_prefix("sha256=").is_some_and(|hex| fits(hex, &[body]))
        }
        SignatureFormat::Timed => {
            let fields = || header.split(',').filter_map(|field| field.trim().split_once('='));
            let Some((_, time)) = fields().find(|(name, _)| *name == "t") else { return false };
            let at: Option<i64> = time.parse().ok();
            let near = at.is_some_and(|at| now.as_second().abs_diff(at) <= TIME_OFF_MAX);
            let mut signatures = fields().filter(|(name, _)| *name == "v1").take(SIGNATURES_MAX);
            near && signatures.any(|(_, hex)| fits(hex, &[time.as_bytes(), b".", body]))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(key: &str, text: &str) -> String {
        let tag = crypto::sign(key.as_bytes(), text.as_bytes());
        data_encoding::HEXLOWER.encode(&tag)
    }

    #[test]
    fn a_signature_is_of_this_body_by_this_key_and_of_now() {
        let account = Account {
            secrets: [("key".to_owned(), "whsec".to_owned())].into(),
            ..Account::default()
        };
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        let signed = |format, header: &str, body: &str| {
            let signature = Signature { header: "x".to_owned(), format, secret: "key".to_owned() };
            is_signed(&signature, &account, Some(header), body.as_bytes(), now)
        };
        let plain = hex("whsec", "{}");
        assert!(signed(SignatureFormat::Hex, &plain, "{}"));
        assert!(signed(SignatureFormat::Sha256, &format!("sha256={plain}"), "{}"));
        for (header, body) in [
            (plain.clone(), "{} "),
            (hex("other", "{}"), "{}"),
            (plain.get(..62).unwrap().to_owned(), "{}"),
            (String::new(), "{}"),
            (format!("sha256={plain}"), "{}"),
        ] {
            assert!(!signed(SignatureFormat::Hex, &header, body), "{header} {body}");
        }
        let timed = |at: i64, by: &str| {
            let tag = hex(by, &format!("{at}.{{}}"));
            format!("t={at},v1={},v1={tag}", hex("other", "x"))
        };
        assert!(signed(SignatureFormat::Timed, &timed(1_800_000_000 - 299, "whsec"), "{}"));
        for (at, by) in [
            (1_800_000_000 - 301, "whsec"),
            (1_800_000_301, "whsec"),
            (0, "whsec"),
            (1_800_000_000, "other"),
        ] {
            assert!(!signed(SignatureFormat::Timed, &timed(at, by), "{}"), "{at} {by}");
        }
        let replayed = timed(1_800_000_000, "whsec").replacen("1800000000", "1800000001", 1);
        assert!(!signed(SignatureFormat::Timed, &replayed, "{}"));
        assert!(!signed(SignatureFormat::Timed, &plain, "{}"));
    }

    #[test]
    fn without_the_secret_or_the_header_nothing_is_signed() {
        let signature = Signature {
            header: "x".to_owned(),
            format: SignatureFormat::Hex,
            secret: "key".to_owned(),
        };
        let now = Timestamp::UNIX_EPOCH;
        let none = Account::default();
        assert!(!is_signed(&signature, &none, Some(&hex("", "{}")), b"{}", now));
        assert!(!is_signed(&signature, &none, None, b"{}", now));
    }
}
