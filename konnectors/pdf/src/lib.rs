//! What a PDF carries and shows, for importers of every kind.
//!
//! In: the bytes of a file. Out: a file that is attached to it, the lines of its pages. Never here:
//! a script, a picture, a stream that unpacks to more than it may, a locked file.

mod page;

use konnector_shared::{Said, say};
use lopdf::{Dictionary, Document, LoadOptions, Object, Stream};

pub use page::{Line, Piece};

/// The largest file that is read: beside it, memory holds its parts.
pub const FILE_BYTES_MAX: u64 = 16 << 20;
/// Bytes of any one stream, unpacked.
const STREAM_BYTES_MAX: usize = 8 << 20;

/// Does it say that it is one?
pub fn is_pdf(head: &[u8]) -> bool {
    head.starts_with(b"%PDF-")
}

/// A file that was read.
pub struct Pdf(Document);

impl Pdf {
    pub fn open(bytes: &[u8]) -> Result<Pdf, Said> {
        let options =
            LoadOptions { max_decompressed_size: Some(STREAM_BYTES_MAX), ..LoadOptions::default() };
        match Document::load_mem_with_options(bytes, options) {
            Ok(document) if !document.is_encrypted() => Ok(Pdf(document)),
            _ => Err(say!(
                "this is no whole PDF, or a locked one: download it again",
                "ce n'est pas un PDF complet, ou il est verrouillé : téléchargez-le à nouveau",
            )),
        }
    }

    /// The attached file of the first of these names that there is.
    pub fn attached(&self, names: &[&str]) -> Result<Option<Vec<u8>>, Said> {
        let found = names.iter().find_map(|name| {
            let described = self.0.objects.values().filter_map(|object| object.as_dict().ok());
            described.filter(|one| is_called(one, name)).find_map(|one| self.content(one))
        });
        let Some(stream) = found else { return Ok(None) };
        stream.get_plain_content_with_limit(STREAM_BYTES_MAX).map(Some).map_err(|_| {
            let name = names.first().copied().unwrap_or_default();
            say!(
                name;
                "{name} in the PDF is damaged or too large: ask for the file again",
                "{name} dans le PDF est abîmé ou trop grand : redemandez le fichier",
            )
        })
    }

    /// Of a description (a file specification).
    fn content<'a>(&'a self, described: &'a Dictionary) -> Option<&'a Stream> {
        let files = self.follow(described.get(b"EF").ok()?)?.as_dict().ok()?;
        let file = [&b"F"[..], b"UF"].into_iter().find_map(|key| files.get(key).ok())?;
        self.follow(file)?.as_stream().ok()
    }

    fn follow<'a>(&'a self, object: &'a Object) -> Option<&'a Object> {
        self.0.dereference(object).ok().map(|(_, object)| object)
    }
}

fn is_called(described: &Dictionary, name: &str) -> bool {
    [&b"UF"[..], b"F"].into_iter().any(|key| {
        let said = described.get(key).and_then(Object::as_str).unwrap_or_default();
        // Also as UTF-16, which some writers take for names of any letters.
        let plain =
            said.iter().filter(|byte| byte.is_ascii_graphic()).map(|byte| char::from(*byte));
        plain.collect::<String>().eq_ignore_ascii_case(name)
    })
}
