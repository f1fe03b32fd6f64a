//! Packs of the real git, of both ways to name a base, and hostile ones.

use std::io::Write;

use data_encoding::HEXLOWER as HEX;
use flate2::Compression;
use flate2::write::ZlibEncoder;

use super::*;
use crate::tests::Folder;

/// Work enough for a small pack.
const WORK: u64 = 1 << 20;

/// The head of an entry, what comes before its bytes, and the bytes.
fn entry(kind: u8, size: usize, base: &[u8], bytes: &[u8]) -> Vec<u8> {
    let (mut left, mut out) = (size >> 4, vec![(kind << 4) | (size & 0x0f) as u8]);
    while left > 0 {
        *out.last_mut().expect("a byte") |= 0x80;
        out.push((left & 0x7f) as u8);
        left >>= 7;
    }
    out.extend_from_slice(base);
    let mut packed = ZlibEncoder::new(out, Compression::fast());
    packed.write_all(bytes).expect("packed");
    packed.finish().expect("packed")
}

fn blob(bytes: &[u8]) -> Vec<u8> {
    entry(3, bytes.len(), &[], bytes)
}

fn upon_id(base: Id, delta: &[u8]) -> Vec<u8> {
    let base = HEX.decode(base.to_string().as_bytes()).expect("an id");
    entry(7, delta.len(), &base, delta)
}

fn sealed(count: usize, body: &[u8]) -> Vec<u8> {
    let mut pack = b"PACK\0\0\0\x02".to_vec();
    pack.extend_from_slice(&u32::try_from(count).expect("a count").to_be_bytes());
    pack.extend_from_slice(body);
    let checksum = HEX.decode(Id::of_pack(&pack).to_string().as_bytes()).expect("an id");
    [pack, checksum].concat()
}

fn pack_of(entries: &[Vec<u8>]) -> Vec<u8> {
    sealed(entries.len(), &entries.concat())
}

fn why(pack: Vec<u8>) -> Trouble {
    Pack::within(WORK, pack).err().expect("it is refused")
}

/// Two versions of long files, and a folder.
fn repository() -> Folder {
    let folder = Folder::new();
    let long: String = (0..20_000).map(|number| format!("{}\n", number * 7919)).collect();
    folder.put("long.txt", &long);
    folder.put("also long.txt", long.replacen("\n7919\n", "\nother\n", 1));
    folder.put("a/b/c.txt", "deep");
    folder.put("empty", "");
    folder.commit();
    folder.put("long.txt", long.replace("15838\n", "15838\nmore\n"));
    folder.commit();
    folder.git(&["tag", "-a", "-m", "noted", "v1"]);
    folder
}

#[test]
fn what_git_packs_is_read_as_git_reads_it() {
    let folder = repository();
    for (option, upon) in [("--delta-base-offset", true), ("--no-reuse-delta", false)] {
        let bytes = folder.git(&["pack-objects", "--all", "--stdout", "-q", option]);
        let mut pack = Pack::read(bytes.clone()).expect("a pack");
        let offsets = pack.entries.iter().filter(|one| matches!(one.made, Made::Upon(_))).count();
        let named = pack.entries.iter().filter(|one| matches!(one.made, Made::UponId(_))).count();
        assert!(if upon { offsets > 1 && named == 0 } else { named > 1 && offsets == 0 });
        let list = ["cat-file", "--batch-all-objects", "--batch-check=%(objectname) %(objecttype)"];
        let list = String::from_utf8(folder.git(&list)).expect("text");
        assert_eq!(list.lines().count(), pack.entries.len());
        for line in list.lines() {
            let (id, kind) = line.split_once(' ').expect("two words");
            let content = folder.git(&["cat-file", kind, id]);
            let kind = match kind {
                "commit" => Kind::Commit,
                "tree" => Kind::Tree,
                "tag" => Kind::Tag,
                _ => Kind::Blob,
            };
            let id = Id::of_hex(id.as_bytes()).expect("an id");
            let read = pack.object(id, kind).expect("readable").expect("there");
            assert!(*read == content && pack.size(id) == Some(content.len()), "{line}");
        }
        for end in (0..bytes.len()).step_by(4_001).chain(bytes.len() - 25..bytes.len()) {
            assert!(Pack::read(bytes[..end].to_vec()).is_err(), "{end}");
            let body = &bytes[..end.min(bytes.len() - 21)];
            if let Some(body) = body.get(12..) {
                assert!(Pack::read(sealed(pack.entries.len(), body)).is_err(), "{end}, sealed");
            }
        }
    }
}

#[test]
fn a_changed_byte_is_found() {
    let good = pack_of(&[blob(b"one"), blob(b"two")]);
    Pack::within(WORK, good.clone()).expect("a pack");
    for at in 0..good.len() {
        let mut bad = good.clone();
        bad[at] ^= 1;
        assert_eq!(why(bad), Trouble::Checksum, "{at}");
    }
    let two = [blob(b"one"), blob(b"two")].concat();
    assert_eq!(why(sealed(1, &two)), Trouble::Broken, "more than it says");
    assert_eq!(why(sealed(3, &two)), Trouble::Broken, "less than it says");
    assert_eq!(why(sealed(OBJECTS_MAX + 1, &two)), Trouble::TooMany);
    assert_eq!(why(Vec::new()), Trouble::Broken);
}

#[test]
fn a_size_that_lies_is_found() {
    for size in [2, 4, 1 << 20] {
        assert_eq!(why(pack_of(&[entry(3, size, &[], b"one")])), Trouble::Broken, "{size}");
    }
    for size in [OBJECT_BYTES_MAX + 1, usize::MAX >> 8] {
        assert_eq!(why(pack_of(&[entry(3, size, &[], b"one")])), Trouble::TooLong, "{size}");
    }
    for kind in [0, 5] {
        assert_eq!(why(pack_of(&[entry(kind, 3, &[], b"one")])), Trouble::Broken, "{kind}");
    }
}

#[test]
fn a_bomb_ends_before_it_goes_off() {
    let zeros = vec![0; 0x20000];
    let bomb: Vec<Vec<u8>> = (0..9).map(|_| blob(&zeros)).collect();
    assert_eq!(why(pack_of(&bomb)), Trouble::TooMuch);
    // Deltas of a few bytes, each of which copies all of its base.
    let upon = |delta: &[u8]| {
        let delta = upon_id(Id::of(Kind::Blob, &zeros), delta);
        pack_of(&[vec![blob(&zeros)], vec![delta; 9]].concat())
    };
    let size = [0x80, 0x80, 8];
    assert_eq!(why(upon(&[&size[..], &size, &[0xc0, 2]].concat())), Trouble::TooMuch);
    assert_eq!(why(upon(&[&size[..], &size, &[0xc0, 1]].concat())), Trouble::Broken);
}

#[test]
fn a_delta_has_a_base_that_is_there_and_is_not_itself() {
    let delta = [3, 3, 0x90, 3];
    let stranger = Id::of(Kind::Blob, b"elsewhere");
    let other = Id::of(Kind::Blob, b"nowhere");
    let cycle = [upon_id(stranger, &delta), upon_id(other, &delta)];
    assert_eq!(why(pack_of(&cycle)), Trouble::NoBase);
    for distance in [0, 1, 4, 0x7f] {
        let odd = [blob(b"one"), entry(6, 4, &[distance], &delta)];
        assert_eq!(why(pack_of(&odd)), Trouble::NoBase, "{distance}");
    }
    let far = [blob(b"one"), entry(6, 4, &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f], &delta)];
    assert_eq!(why(pack_of(&far)), Trouble::NoBase);
    let beyond = [blob(b"one"), upon_id(Id::of(Kind::Blob, b"one"), &[3, 3, 0x91, 1, 3])];
    assert_eq!(why(pack_of(&beyond)), Trouble::Broken);
}

#[test]
fn deltas_lie_upon_each_other_in_any_order_and_not_without_end() {
    let chain = |length: usize| {
        let content = |number: usize| format!("{number:08}").into_bytes();
        let mut entries = vec![blob(&content(0))];
        entries.extend((1..=length).map(|number| {
            let delta = [&[8, 8, 8][..], &content(number)].concat();
            upon_id(Id::of(Kind::Blob, &content(number - 1)), &delta)
        }));
        entries.reverse();
        (pack_of(&entries), Id::of(Kind::Blob, &content(length)), content(length))
    };
    let (bytes, id, content) = chain(DEPTH_MAX);
    let mut pack = Pack::within(WORK, bytes).expect("a pack");
    assert_eq!(*pack.object(id, Kind::Blob).expect("readable").expect("there"), content);
    assert_eq!(pack.object(id, Kind::Tree), Err(Trouble::Broken), "it is none");
    assert_eq!(pack.object(Id::of(Kind::Blob, b""), Kind::Blob), Ok(None));
    assert_eq!(why(chain(DEPTH_MAX + 1).0), Trouble::TooDeep);
}
