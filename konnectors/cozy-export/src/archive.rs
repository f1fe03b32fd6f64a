//! The documents of an archive, one at a time. In: the dropped file. Out: paths, and bytes of what
//! is wanted. Never here: a document that unpacks to more than it may, whatever the archive says of
//! its size; more unpacked in all than is said here.

use std::io::{BufReader, Read};

use domicile_sdk::importer::Input;
use flate2::bufread::MultiGzDecoder;
use konnector_shared::source::Source;
use konnector_shared::{Said, say};
use tar::Archive;
use zip::ZipArchive;

use super::document::{place, taken};

/// What every ZIP archive begins with.
pub const ZIP: &[u8] = b"PK\x03\x04";
/// What every .gz begins with.
pub const GZIP: &[u8] = b"\x1f\x8b";

/// Files of one archive: those of a .zip are listed in memory.
const MEMBERS_MAX: usize = 100_000;
/// Bytes of one document.
pub const DOCUMENT_BYTES_MAX: u64 = 256 << 10;
/// Bytes of the whole archive, unpacked; a .tar.gz is unpacked to pass over what is not wanted.
pub const ALL_BYTES_MAX: u64 = 256 << 20;
/// Bytes of a beginning, unpacked.
const BEGINNING_BYTES_MAX: u64 = 64 << 10;

/// Takes a path and, of what is wanted, the bytes or why they are not read.
pub type Take<'a> = dyn FnMut(&str, Result<Vec<u8>, Said>) -> Result<(), Said> + 'a;

/// Every file of the archive.
pub fn each(input: &Input, take: &mut Take<'_>) -> Result<(), Said> {
    let source = BufReader::new(Source::new(input));
    if input.read_at(0, ZIP.len() as u32) == ZIP {
        each_of_zip(source, take)
    } else {
        each_of_tar(MultiGzDecoder::new(source), take)
    }
}

/// Text at the beginning of an archive, unpacked if it is packed.
pub fn beginning(head: &[u8]) -> String {
    if !head.starts_with(GZIP) {
        return String::from_utf8_lossy(head).into_owned();
    }
    let mut unpacked = Vec::new();
    // A head is cut off: what could be unpacked before that is what is looked at.
    let _ = MultiGzDecoder::new(head).take(BEGINNING_BYTES_MAX).read_to_end(&mut unpacked);
    String::from_utf8_lossy(&unpacked).into_owned()
}

fn each_of_zip(source: BufReader<Source<'_>>, take: &mut Take<'_>) -> Result<(), Said> {
    let mut archive = ZipArchive::new(source).map_err(|_| broken())?;
    if archive.len() > MEMBERS_MAX {
        return Err(too_many());
    }
    let mut left = ALL_BYTES_MAX;
    for index in 0..archive.len() {
        let path = archive.name_for_index(index).and_then(Result::ok).unwrap_or_default();
        let path = path.into_owned();
        let mut bytes = Ok(Vec::new());
        if is_wanted(&path) {
            let mut file = archive.by_index(index).map_err(|_| broken())?.take(left);
            bytes = document(&mut file);
            left = file.limit();
        }
        if left == 0 {
            return Err(too_large());
        }
        take(&path, bytes)?;
    }
    Ok(())
}

fn each_of_tar(unpacked: impl Read, take: &mut Take<'_>) -> Result<(), Said> {
    let mut archive = Archive::new(unpacked.take(ALL_BYTES_MAX));
    let taken = take_tar(&mut archive, take);
    // What the limit cut off reads as a broken archive, or as the end of a whole one.
    if archive.into_inner().limit() == 0 { Err(too_large()) } else { taken }
}

fn take_tar(archive: &mut Archive<impl Read>, take: &mut Take<'_>) -> Result<(), Said> {
    for (index, entry) in archive.entries().map_err(|_| broken())?.enumerate() {
        if index == MEMBERS_MAX {
            return Err(too_many());
        }
        let mut entry = entry.map_err(|_| broken())?;
        let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let is_wanted = entry.header().entry_type().is_file() && is_wanted(&path);
        let bytes = if is_wanted { document(&mut entry) } else { Ok(Vec::new()) };
        take(&path, bytes)?;
    }
    Ok(())
}

fn is_wanted(path: &str) -> bool {
    place(path).is_some_and(|(doctype, _)| taken(doctype).is_some())
}

/// Whatever the archive says, no byte more than this is unpacked.
fn document(file: &mut impl Read) -> Result<Vec<u8>, Said> {
    let mut bytes = Vec::new();
    let read = file.take(DOCUMENT_BYTES_MAX + 1).read_to_end(&mut bytes);
    if bytes.len() as u64 > DOCUMENT_BYTES_MAX {
        let most = DOCUMENT_BYTES_MAX >> 10;
        return Err(
            say!(most; "larger than {most} KiB, and not read", "plus de {most} Kio, et non lu"),
        );
    }
    read.map(|_| bytes).map_err(|_| broken())
}

fn broken() -> Said {
    say!(
        "damaged, locked or cut off: download the archive of the Cozy again",
        "abîmé, verrouillé ou incomplet : téléchargez l'archive du Cozy à nouveau",
    )
}

fn too_large() -> Said {
    let most = ALL_BYTES_MAX >> 20;
    say!(
        most;
        "the archive unpacks to more than {most} MiB: export without the files",
        "l'archive contient plus de {most} Mio une fois dépliée : exportez sans les fichiers",
    )
}

fn too_many() -> Said {
    say!(
        "the archive has more than {MEMBERS_MAX} files: export without the files",
        "l'archive a plus de {MEMBERS_MAX} fichiers : exportez sans les fichiers",
    )
}
