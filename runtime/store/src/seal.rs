//! The keys of a home and what they seal: handles, ids, values, cursors, the log's chain.
//!
//! In flows the home's one secret; out flow names that can't be guessed and texts that can't be
//! forged. No key leaves this module.

use blake3::Hasher;
use data_encoding::BASE64URL_NOPAD;
use domicile_policy::{Doctype, Label};

use crate::id::{DocId, Handle, Item};

const TAG_BYTES: usize = 8;
const NONCE_BYTES: usize = 16;

/// The sub-keys of a home.
pub struct HomeKeys {
    handle: [u8; 32],
    item: [u8; 32],
    token: [u8; 32],
    value: [u8; 32],
    cursor: [u8; 32],
    stream: [u8; 32],
    log: [u8; 32],
    view: [u8; 32],
}

/// Hash of parts whose boundaries matter.
fn hash(key: &[u8; 32], parts: &[&[u8]]) -> blake3::Hash {
    let mut hasher = Hasher::new_keyed(key);
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    hasher.finalize()
}

fn first<const N: usize>(hash: &blake3::Hash) -> [u8; N] {
    let mut out = [0u8; N];
    out.iter_mut().zip(hash.as_bytes()).for_each(|(out, byte)| *out = *byte);
    out
}

impl HomeKeys {
    /// The sub-keys of `key`. `seed` is new each time that a home is opened: ids and revisions are
    /// drawn from it per compartment, so that what happens in one compartment never shows in
    /// another's.
    pub fn derive(key: &[u8; 32], seed: &[u8; 32]) -> HomeKeys {
        let sub =
            |purpose: &str| blake3::derive_key(&format!("domicile store 2026-11 {purpose}"), key);
        HomeKeys {
            handle: sub("handle"),
            item: sub("item"),
            token: *hash(&sub("token"), &[seed]).as_bytes(),
            value: sub("value"),
            cursor: sub("cursor"),
            stream: sub("cursor stream"),
            log: sub("log"),
            view: sub("view"),
        }
    }

    /// The name of a compartment.
    pub fn handle(&self, doctype: &Doctype, label: &Label) -> Handle {
        first(&hash(&self.handle, &[doctype.as_str().as_bytes(), label.canonical().as_bytes()]))
    }

    /// The name of what a provider calls `key`, within a compartment.
    pub fn item(&self, handle: &Handle, key: &str) -> Item {
        first(&hash(&self.item, &[handle, key.as_bytes()]))
    }

    /// A random token for the change with this number of a compartment.
    pub fn token(&self, handle: &Handle, number: u64, purpose: &str) -> [u8; 16] {
        first(&hash(&self.token, &[handle, &number.to_le_bytes(), purpose.as_bytes()]))
    }

    /// A fingerprint of what a reader sees of a document.
    pub fn view(&self, id: &DocId, parts: &[&[u8]]) -> [u8; 16] {
        let whole = hash(&self.view, parts);
        first(&hash(&self.view, &[&id.bytes(), whole.as_bytes()]))
    }

    /// `payload` with a tag that binds it to its key.
    pub fn seal_value(&self, key: &[u8], mut payload: Vec<u8>) -> Vec<u8> {
        let tag: [u8; TAG_BYTES] = first(&hash(&self.value, &[key, &payload]));
        payload.extend_from_slice(&tag);
        payload
    }

    /// What [`HomeKeys::seal_value`] sealed, if nothing changed since.
    pub fn open_value<'a>(&self, key: &[u8], sealed: &'a [u8]) -> Option<&'a [u8]> {
        let (payload, tag) = sealed.split_at_checked(sealed.len().checked_sub(TAG_BYTES)?)?;
        let expected: [u8; TAG_BYTES] = first(&hash(&self.value, &[key, payload]));
        (tag == expected).then_some(payload)
    }

    /// The next link of the log's chain.
    pub fn link(&self, previous: &[u8; 32], number: u64, entry: &[u8]) -> [u8; 32] {
        *hash(&self.log, &[previous, &number.to_le_bytes(), entry]).as_bytes()
    }

    /// A cursor: `position`, padded to `length`, readable only here and only for the same
    /// `question`. The nonce is a hash of what it hides, so that no randomness can repeat.
    pub fn seal_cursor(&self, question: &[u8; 32], position: &[u8], length: usize) -> String {
        let mut plain = position.to_vec();
        plain.resize(length, 0);
        let nonce: [u8; NONCE_BYTES] = first(&hash(&self.cursor, &[question, &plain]));
        self.mask(&nonce, &mut plain);
        let mut sealed = nonce.to_vec();
        sealed.append(&mut plain);
        BASE64URL_NOPAD.encode(&sealed)
    }

    /// The position in a cursor that this home made for this `question`.
    pub fn open_cursor(&self, question: &[u8; 32], text: &str, length: usize) -> Option<Vec<u8>> {
        // Checked first: a guest's text must not size an allocation.
        if text.len() != BASE64URL_NOPAD.encode_len(NONCE_BYTES + length) {
            return None;
        }
        let sealed = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
        let (nonce, plain) = sealed.split_at_checked(NONCE_BYTES)?;
        let mut plain = plain.to_vec();
        self.mask(nonce.try_into().ok()?, &mut plain);
        let expected = hash(&self.cursor, &[question, &plain]);
        let given: [u8; NONCE_BYTES] = nonce.try_into().ok()?;
        constant_time_eq(&first::<NONCE_BYTES>(&expected), &given).then_some(plain)
    }

    fn mask(&self, nonce: &[u8; NONCE_BYTES], bytes: &mut [u8]) {
        let mut stream = vec![0u8; bytes.len()];
        Hasher::new_keyed(&self.stream).update(nonce).finalize_xof().fill(&mut stream);
        bytes.iter_mut().zip(stream).for_each(|(byte, mask)| *byte ^= mask);
    }
}

fn constant_time_eq(a: &[u8; NONCE_BYTES], b: &[u8; NONCE_BYTES]) -> bool {
    a.iter().zip(b).fold(0, |differing, (a, b)| differing | (a ^ b)) == 0
}

/// What a cursor is bound to.
pub fn question(parts: &[&[u8]]) -> [u8; 32] {
    *hash(&[0; 32], parts).as_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> HomeKeys {
        HomeKeys::derive(&[1; 32], &[2; 32])
    }

    #[test]
    fn cursors_have_one_length_and_one_question() {
        let (keys, here, there) = (keys(), question(&[b"here"]), question(&[b"there"]));
        let short = keys.seal_cursor(&here, b"a", 100);
        let long = keys.seal_cursor(&here, &[7; 99], 100);
        assert_eq!(short.len(), long.len());
        assert_eq!(keys.open_cursor(&here, &short, 100).unwrap()[0], b'a');
        assert_eq!(keys.open_cursor(&there, &short, 100), None);
        assert_eq!(HomeKeys::derive(&[3; 32], &[2; 32]).open_cursor(&here, &short, 100), None);
        for at in 0..short.len() {
            let mut forged = short.clone().into_bytes();
            forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
            let forged = String::from_utf8(forged).unwrap();
            assert_eq!(keys.open_cursor(&here, &forged, 100), None, "character {at}");
        }
        assert_eq!(keys.open_cursor(&here, &"A".repeat(1_000_000), 100), None);
    }

    #[test]
    fn a_value_is_bound_to_its_key() {
        let sealed = keys().seal_value(b"here", b"value".to_vec());
        assert_eq!(keys().open_value(b"here", &sealed), Some(&b"value"[..]));
        assert_eq!(keys().open_value(b"there", &sealed), None);
        assert_eq!(keys().open_value(b"here", &sealed[1..]), None);
        assert_eq!(keys().open_value(b"here", b"short"), None);
    }

    #[test]
    fn parts_have_boundaries() {
        assert_ne!(question(&[b"ab", b"c"]), question(&[b"a", b"bc"]));
    }
}
