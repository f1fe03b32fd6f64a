//! The files of an archive, one at a time. In: the dropped file. Out: paths and bytes of what is
//! read. Never here: a file that unpacks to more than it may, whatever the archive says of its
//! size.

use std::io::{BufReader, Read};

use domicile_sdk::importer::Input;
use konnector_shared::source::Source;
use konnector_shared::{Said, say};
use zip::ZipArchive;

use crate::{READ, ending};

/// Files of one archive.
const MEMBERS_MAX: usize = 20_000;
/// Bytes of one file, unpacked: what fits into memory beside what it becomes.
pub const MEMBER_BYTES_MAX: u64 = 24 << 20;
/// Bytes of all files that are read, unpacked.
const ALL_BYTES_MAX: u64 = 256 << 20;

/// One file, or why it is not read.
pub struct Member {
    pub path: String,
    pub bytes: Result<Vec<u8>, Said>,
}

/// An archive that is read.
pub struct Archive<'a> {
    zip: ZipArchive<BufReader<Source<'a>>>,
    next: usize,
    left: u64,
    /// How the names end of what is not read.
    pub passed: Vec<String>,
}

impl<'a> Archive<'a> {
    pub fn open(input: &'a Input) -> Result<Archive<'a>, Said> {
        let zip = ZipArchive::new(BufReader::new(Source::new(input))).map_err(|_| {
            say!(
                "this is no whole archive: download it from Google again",
                "ce n'est pas une archive complète : téléchargez-la de Google à nouveau",
            )
        })?;
        if zip.len() > MEMBERS_MAX {
            return Err(say!(
                "the archive has more than {MEMBERS_MAX} files: ask Google for one without photos and Drive",
                "l'archive a plus de {MEMBERS_MAX} fichiers : demandez-en une à Google sans photos ni Drive",
            ));
        }
        Ok(Archive { zip, next: 0, left: ALL_BYTES_MAX, passed: Vec::new() })
    }

    /// The next file of a kind that is read; `None` at the end.
    pub fn next_member(&mut self) -> Result<Option<Member>, Said> {
        while self.next < self.zip.len() {
            let index = self.next;
            self.next += 1;
            let path = self.zip.name_for_index(index).and_then(Result::ok).unwrap_or_default();
            let path = path.into_owned();
            let ending = ending(&path);
            if READ.contains(&ending.as_str()) {
                let bytes = self.unpack(index);
                if self.left == 0 {
                    break;
                }
                return Ok(Some(Member { path, bytes }));
            }
            if !path.ends_with('/') {
                self.passed.push(ending);
            }
        }
        if self.left > 0 {
            return Ok(None);
        }
        let most = ALL_BYTES_MAX >> 20;
        Err(say!(
            most;
            "the archive unpacks to more than {most} MiB: ask Google for smaller ones",
            "l'archive contient plus de {most} Mio une fois dépliée : demandez-en de plus petites à Google",
        ))
    }

    fn unpack(&mut self, index: usize) -> Result<Vec<u8>, Said> {
        let broken = || {
            say!(
                "damaged or locked, and not read: download the archive again",
                "abîmé ou verrouillé, et non lu : téléchargez l'archive à nouveau",
            )
        };
        let most = MEMBER_BYTES_MAX.min(self.left);
        let mut bytes = Vec::new();
        let file = self.zip.by_index(index).map_err(|_| broken())?;
        // Whatever the archive says, no byte more than this is unpacked.
        let read = file.take(most + 1).read_to_end(&mut bytes);
        let length = bytes.len() as u64;
        self.left = self.left.saturating_sub(length);
        if length > most {
            let most = MEMBER_BYTES_MAX >> 20;
            return Err(say!(
                most;
                "larger than {most} MiB, and not read: ask Google for less at a time, or for mail by labels",
                "plus de {most} Mio, et non lu : demandez moins à la fois à Google, ou les courriels par libellé",
            ));
        }
        read.map(|_| bytes).map_err(|_| broken())
    }
}
