//! Packs of git that no git makes. In: objects, and lies about them. Out: what a server answers to
//! who asks for a pack; and bytes as a zlib packs them. Never here: more than one lie in a pack.

use std::io::{Cursor, Read, Write};

use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Bytes of a line that a server sends at once, less its own length and its band.
const PIECE_BYTES: usize = 65_000;
/// Bytes that are stored at once, unpacked as they are.
const STORED_BYTES: usize = 0xffff;
const BLOB: u8 = 3;
const UPON_ID: u8 = 7;

fn sha1(bytes: &[u8]) -> Vec<u8> {
    digest(&SHA1_FOR_LEGACY_USE_ONLY, bytes).as_ref().to_vec()
}

/// In a zlib's wrapping, not packed at all.
fn stored(bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![0x78, 0x01];
    let mut blocks = bytes.chunks(STORED_BYTES).peekable();
    while let Some(block) = blocks.next() {
        out.push(u8::from(blocks.peek().is_none()));
        let length = u16::try_from(block.len()).unwrap();
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend(block);
    }
    [out, checked(bytes).to_vec()].concat()
}

/// What a zlib ends with.
fn checked(bytes: &[u8]) -> [u8; 4] {
    let (low, high) = bytes.iter().fold((1u32, 0u32), |(low, high), byte| {
        let low = (low + u32::from(*byte)) % 65_521;
        (low, (high + low) % 65_521)
    });
    ((high << 16) | low).to_be_bytes()
}

/// In a zlib's wrapping, packed: by who packs archives the same way.
pub fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let packed = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    archive.start_file("x", packed).unwrap();
    archive.write_all(bytes).unwrap();
    let mut archive = archive.finish_into_readable().unwrap();
    let mut out = vec![0x78, 0x01];
    archive.by_index_raw(0).unwrap().read_to_end(&mut out).unwrap();
    [out, checked(bytes).to_vec()].concat()
}

/// An entry that says that it unpacks to so many bytes.
fn entry(kind: u8, size: usize, base: &[u8], packed: &[u8]) -> Vec<u8> {
    let (mut left, mut out) = (size >> 4, vec![(kind << 4) | (size & 0x0f) as u8]);
    while left > 0 {
        *out.last_mut().unwrap() |= 0x80;
        out.push((left & 0x7f) as u8);
        left >>= 7;
    }
    [out, base.to_vec(), packed.to_vec()].concat()
}

fn blob(bytes: &[u8]) -> Vec<u8> {
    entry(BLOB, bytes.len(), &[], &stored(bytes))
}

/// An order upon the blob of this id.
fn upon(base: &[u8], delta: &[u8]) -> Vec<u8> {
    entry(UPON_ID, delta.len(), base, &stored(delta))
}

fn id_of(bytes: &[u8]) -> Vec<u8> {
    sha1(&[format!("blob {}\0", bytes.len()).as_bytes(), bytes].concat())
}

/// A pack that says that it has so many objects, with a checksum of what it holds.
fn pack(count: u32, entries: &[Vec<u8>]) -> Vec<u8> {
    let pack = [b"PACK\0\0\0\x02", &count.to_be_bytes()[..], &entries.concat()].concat();
    let checksum = sha1(&pack);
    [pack, checksum].concat()
}

/// Two objects, that it says are so many.
pub fn miscounted(count: u32) -> Vec<u8> {
    pack(count, &[blob(b"one"), blob(b"two")])
}

/// An object of this length, that says that it has three bytes.
pub fn longer_than_it_says(length: usize) -> Vec<u8> {
    pack(1, &[entry(BLOB, 3, &[], &deflated(&vec![0; length]))])
}

/// An object that says that it has this length.
pub fn of_length(length: usize) -> Vec<u8> {
    pack(1, &[entry(BLOB, length, &[], &stored(b"short"))])
}

/// Deltas of 384 bytes, each of which makes 24 MiB of the same 64 KiB.
pub fn bomb(deltas: u32) -> Vec<u8> {
    let base = vec![0; 0x1_0000];
    // From 64 KiB to 24 MiB, seven bits a byte; and one byte for each copy of all of it.
    let sizes = [0x80, 0x80, 0x04, 0x80, 0x80, 0x80, 0x0c];
    let delta = [&sizes[..], &[0x80; 384]].concat();
    let all = std::iter::repeat_n(upon(&id_of(&base), &delta), deltas as usize);
    pack(deltas + 1, &std::iter::once(blob(&base)).chain(all).collect::<Vec<_>>())
}

/// Two deltas, each upon what nobody has.
pub fn without_base() -> Vec<u8> {
    let delta = [3, 3, 0x90, 3];
    pack(2, &[upon(&id_of(b"elsewhere"), &delta), upon(&id_of(b"nowhere"), &delta)])
}

/// A pack of which one byte came otherwise.
pub fn with_a_changed_byte() -> Vec<u8> {
    let mut pack = miscounted(2);
    pack[20] ^= 1;
    pack
}

/// The answer that brings a pack.
pub fn answer(pack: &[u8]) -> Vec<u8> {
    let mut out = b"0008NAK\n".to_vec();
    for piece in pack.chunks(PIECE_BYTES) {
        out.extend(format!("{:04x}\u{1}", piece.len() + 5).bytes());
        out.extend(piece);
    }
    out.extend(b"0000");
    out
}
