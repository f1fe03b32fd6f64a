//! The keys of a home's blobs: each compartment has its own.
//!
//! A chunk's name and key are keyed hashes of what it holds, within a compartment: equal bytes are
//! kept once there and nowhere else, and who guesses what another compartment holds finds nothing
//! that answers. No key leaves this module, but for the one of a chunk on its way to be sealed.

use blake3::Hasher;
use domicile_policy::Fault;

use crate::id::Handle;

/// A keyed hash of what a chunk holds: its name on disk.
pub type ChunkName = [u8; 32];

/// The root of a home's blob keys.
pub struct BlobKeys {
    root: [u8; 32],
    fault: Fault,
}

/// The blob keys of one compartment.
#[derive(Clone)]
pub struct CompartmentKeys {
    name: [u8; 32],
    chunk: [u8; 32],
    content: [u8; 32],
    /// Where chunks end differs between compartments as well: their lengths on disk tell nothing
    /// across.
    pub seed: u64,
}

impl BlobKeys {
    /// From the home's one secret.
    pub fn derive(key: &[u8; 32], fault: Fault) -> BlobKeys {
        BlobKeys { root: blake3::derive_key("domicile store 2026-11 blobs", key), fault }
    }

    /// Those of a compartment.
    pub fn of(&self, handle: &Handle) -> CompartmentKeys {
        let shared = self.fault.is(Fault::SharedChunks);
        let own = blake3::keyed_hash(&self.root, if shared { &[0; 16] } else { handle });
        let sub = |purpose: &str| {
            blake3::derive_key(&format!("domicile store 2026-11 blob {purpose}"), own.as_bytes())
        };
        let seed = sub("seed");
        let seed = seed.first_chunk().copied().map(u64::from_le_bytes).unwrap_or_default();
        CompartmentKeys { name: sub("name"), chunk: sub("chunk"), content: sub("content"), seed }
    }
}

impl CompartmentKeys {
    /// The name of a chunk.
    pub fn name(&self, plain: &[u8]) -> ChunkName {
        *blake3::keyed_hash(&self.name, plain).as_bytes()
    }

    /// What a chunk of this name is sealed with: a key for each, so that no nonce can repeat.
    pub fn chunk(&self, name: &ChunkName) -> [u8; 32] {
        *blake3::keyed_hash(&self.chunk, name).as_bytes()
    }

    /// Hashes a whole content.
    pub fn content(&self) -> Hasher {
        Hasher::new_keyed(&self.content)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compartments_share_no_name_and_no_key_unless_the_fault_is_on() {
        let (here, there) = ([1; 16], [2; 16]);
        let keys = BlobKeys::derive(&[7; 32], Fault::Nothing);
        let (a, b) = (keys.of(&here), keys.of(&there));
        assert_ne!(a.name(b"text"), b.name(b"text"));
        assert_ne!(a.chunk(&[0; 32]), b.chunk(&[0; 32]));
        assert_ne!(a.content().finalize(), b.content().finalize());
        assert_ne!(a.seed, b.seed);
        let other_home = BlobKeys::derive(&[8; 32], Fault::Nothing).of(&here);
        assert_ne!(a.name(b"text"), other_home.name(b"text"));
        if cfg!(feature = "faults") {
            let shared = BlobKeys::derive(&[7; 32], Fault::SharedChunks);
            assert_eq!(shared.of(&here).name(b"text"), shared.of(&there).name(b"text"));
        }
    }
}
