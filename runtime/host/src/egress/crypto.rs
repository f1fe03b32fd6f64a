//! The one file that names `ring`: TLS for the door, seals for what accounts hold,
//! signatures of what providers send and of what is sent to them.
//!
//! In flow keys and bytes; out flow a TLS configuration, sealed bytes, opened bytes, hashes. A seal
//! binds what it holds to its place, so that a record moved elsewhere does not open there.

use std::sync::{Arc, OnceLock};

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::{digest, hmac};
use tokio_rustls::rustls::client::danger::{
    HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier,
};
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::crypto::{
    WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature,
};
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
};

/// TLS as a client, trusting `roots` and nothing that the machine or its environment adds.
///
/// `webpki-roots` rather than the machine's own list: every house trusts the same, and no file and
/// no variable of the environment widens it.
pub fn tls(roots: RootCertStore) -> Result<Arc<ClientConfig>, Error> {
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()?;
    let mut config = config.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// TLS with whoever has this very certificate, whatever stands in it: a device signs its own. With
/// `None` anybody's, which is for tests of that check.
pub fn tls_with(expected: Option<[u8; 32]>) -> Result<Arc<ClientConfig>, Error> {
    let is = move |shown: [u8; 32]| expected.is_none_or(|expected| expected == shown);
    tls_judged(is)
}

/// The SHA-256 of a certificate, once it was shown.
pub type Seen = Arc<OnceLock<[u8; 32]>>;

/// TLS that ends with the other side's certificate.
pub fn tls_to_look() -> Result<(Arc<ClientConfig>, Seen), Error> {
    let seen = Seen::default();
    let slot = Arc::clone(&seen);
    let tls = tls_judged(move |shown| slot.set(shown).is_err())?;
    Ok((tls, seen))
}

fn tls_judged(
    judge: impl Fn([u8; 32]) -> bool + Send + Sync + 'static,
) -> Result<Arc<ClientConfig>, Error> {
    let provider = default_provider();
    let algorithms = provider.signature_verification_algorithms;
    let config = ClientConfig::builder_with_provider(Arc::new(provider))
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Judge { judge, algorithms }));
    let mut config = config.with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// Decides by a certificate's SHA-256 alone; whoever shows it has to prove that it is theirs.
struct Judge<F> {
    judge: F,
    algorithms: WebPkiSupportedAlgorithms,
}

impl<F> std::fmt::Debug for Judge<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Judge")
    }
}

impl<F: Fn([u8; 32]) -> bool + Send + Sync> ServerCertVerifier for Judge<F> {
    fn verify_server_cert(
        &self,
        shown: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        match (self.judge)(sha256(shown)) {
            true => Ok(ServerCertVerified::assertion()),
            false => Err(CertificateError::ApplicationVerificationFailure.into()),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        shown: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, shown, signed, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        shown: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, shown, signed, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

/// What Mozilla's programme trusts.
pub fn public_roots() -> RootCertStore {
    RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() }
}

/// A hash of bytes.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
    hash
}

/// What only who has the key makes of a text.
pub fn hmac_sha256(key: &[u8], text: &str) -> Vec<u8> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    hmac::sign(&key, text.as_bytes()).as_ref().to_vec()
}

/// Seal bytes for one place; `None` if the machine has no randomness.
pub fn seal(key: &[u8; 32], place: &str, plain: &[u8]) -> Option<Vec<u8>> {
    let mut nonce = [0u8; NONCE_LEN];
    getrandom::fill(&mut nonce).ok()?;
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).ok()?);
    let mut sealed = plain.to_vec();
    let aad = Aad::from(place.as_bytes());
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad, &mut sealed).ok()?;
    Some([nonce.as_slice(), &sealed].concat())
}

/// Open what was sealed for this place; `None` if it was not, or was changed.
pub fn open(key: &[u8; 32], place: &str, sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, sealed) = sealed.split_first_chunk::<NONCE_LEN>()?;
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).ok()?);
    let mut bytes = sealed.to_vec();
    let aad = Aad::from(place.as_bytes());
    let plain = key.open_in_place(Nonce::assume_unique_for_key(*nonce), aad, &mut bytes).ok()?;
    Some(plain.to_vec())
}

/// Whether this is the HMAC-SHA256 of a text by a key, in a time that says nothing. No key, no tag.
pub fn is_signed(key: &[u8], text: &[u8], tag: &[u8]) -> bool {
    !key.is_empty() && hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, key), text, tag).is_ok()
}

/// The HMAC-SHA256 of a text by a key, as a provider makes it.
#[cfg(test)]
pub fn sign(key: &[u8], text: &[u8]) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text).as_ref().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seal_opens_in_its_place_alone() {
        let (key, other) = ([7; 32], [8; 32]);
        let sealed = seal(&key, "acme/1", b"hunter2").unwrap();
        assert_eq!(open(&key, "acme/1", &sealed).unwrap(), b"hunter2");
        assert!(!sealed.windows(7).any(|window| window == b"hunter2"));
        assert_ne!(seal(&key, "acme/1", b"hunter2").unwrap(), sealed);
        assert_eq!(open(&other, "acme/1", &sealed), None);
        assert_eq!(open(&key, "acme/2", &sealed), None);
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(open(&key, "acme/1", &changed), None);
            assert_eq!(open(&key, "acme/1", &sealed[..at]), None);
        }
    }
}
