//! Why a file is not imported at all, as far as all formats agree. The text is for the owner: it
//! names what is wrong and what to do about it.

use crate::ledger::ITEMS_MAX;
use crate::node::{DEPTH_MAX, ELEMENTS_MAX};
use crate::{FILE_BYTES_MAX, Said, say};

const MIB: u64 = 1024 * 1024;

/// Nothing of the file was taken.
#[derive(Debug, PartialEq, Eq)]
pub enum Refusal {
    Empty,
    TooLarge {
        bytes: u64,
    },
    /// On this line.
    TooDeep(u32),
    TooManyElements,
    TooManyItems,
    /// On this line.
    Doctype(u32),
    NothingSound {
        rows: usize,
        first: Said,
    },
    /// What was found instead, or what to do.
    NoStatement(Said),
}

impl From<Refusal> for Said {
    fn from(refusal: Refusal) -> Said {
        match refusal {
            Refusal::Empty => say!(
                "the file is empty: download it again from your bank",
                "le fichier est vide : téléchargez-le à nouveau auprès de votre banque",
            ),
            Refusal::TooLarge { bytes } => {
                let most = FILE_BYTES_MAX / MIB;
                say!(
                    bytes, most;
                    "the file has {bytes} bytes; the most that is read is {most} MiB: export a shorter period",
                    "le fichier fait {bytes} octets ; on en lit {most} Mio au plus : exportez une période \
                     plus courte",
                )
            }
            Refusal::TooDeep(line) => say!(
                line;
                "line {line}: elements lie more than {DEPTH_MAX} deep, so this is no bank statement: export \
                 the account again",
                "ligne {line} : plus de {DEPTH_MAX} éléments emboîtés, ce n'est donc pas un relevé bancaire : \
                 exportez le compte à nouveau",
            ),
            Refusal::TooManyElements => say!(
                "the file has more than {ELEMENTS_MAX} elements: export a shorter period",
                "le fichier a plus de {ELEMENTS_MAX} éléments : exportez une période plus courte",
            ),
            Refusal::TooManyItems => say!(
                "the file has more than {ITEMS_MAX} accounts and operations: export a shorter period",
                "le fichier a plus de {ITEMS_MAX} comptes et opérations : exportez une période plus courte",
            ),
            Refusal::Doctype(line) => say!(
                line;
                "line {line}: the file carries its own grammar (DOCTYPE), which no bank statement needs: it is \
                 not read; export the account again",
                "ligne {line} : le fichier porte sa propre grammaire (DOCTYPE), ce dont aucun relevé bancaire \
                 n'a besoin : il n'est pas lu ; exportez le compte à nouveau",
            ),
            Refusal::NothingSound { rows, first } => say!(
                rows, first;
                "every operation in the file is broken ({rows}; the first, {first}): export the account \
                 again, or ask your bank for a correct file",
                "toutes les opérations du fichier sont défectueuses ({rows} ; la première, {first}) : exportez \
                 le compte à nouveau, ou demandez à votre banque un fichier correct",
            ),
            Refusal::NoStatement(why) => say!(
                why;
                "the file has no account with a statement: {why}",
                "le fichier n'a aucun compte avec un relevé : {why}",
            ),
        }
    }
}
