//! Sealing chunks: AES-256-GCM, by the only file of this crate that names `ring`.
//!
//! In flow a key and bytes; out flow sealed bytes, or the bytes again. What was changed, cut off or
//! sealed under another key or name never comes out.

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::error::Unspecified;

/// What sealing adds to the length.
pub const TAG_BYTES: usize = 16;

/// The bytes are not what was sealed under this key and name.
#[derive(Debug, PartialEq, Eq)]
pub struct Unsound;

impl From<Unspecified> for Unsound {
    fn from(_: Unspecified) -> Unsound {
        Unsound
    }
}

/// `plain`, readable and changeable only with the key. A key seals one text and no other, so that
/// one nonce does for all.
pub fn seal(key: &[u8; 32], name: &[u8], mut plain: Vec<u8>) -> Result<Vec<u8>, Unsound> {
    cipher(key)?.seal_in_place_append_tag(nonce(), Aad::from(name), &mut plain)?;
    Ok(plain)
}

/// What [`seal`] sealed.
pub fn open(key: &[u8; 32], name: &[u8], mut sealed: Vec<u8>) -> Result<Vec<u8>, Unsound> {
    let length = cipher(key)?.open_in_place(nonce(), Aad::from(name), &mut sealed)?.len();
    sealed.truncate(length);
    Ok(sealed)
}

fn cipher(key: &[u8; 32]) -> Result<LessSafeKey, Unsound> {
    Ok(LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key)?))
}

fn nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; 12])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_key_and_name_open_it_and_only_whole() {
        let sealed = seal(&[1; 32], b"name", b"text".to_vec()).unwrap();
        assert_eq!(sealed.len(), 4 + TAG_BYTES);
        assert_eq!(open(&[1; 32], b"name", sealed.clone()).unwrap(), b"text");
        assert_eq!(open(&[2; 32], b"name", sealed.clone()), Err(Unsound));
        assert_eq!(open(&[1; 32], b"other", sealed.clone()), Err(Unsound));
        assert_eq!(open(&[1; 32], b"name", sealed[..sealed.len() - 1].to_vec()), Err(Unsound));
        assert_eq!(open(&[1; 32], b"name", Vec::new()), Err(Unsound));
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(open(&[1; 32], b"name", changed), Err(Unsound));
        }
    }
}
