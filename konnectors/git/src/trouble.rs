//! Why the files of a repository can't be had, in the owner's words.

use konnector_shared::text::quote;
use konnector_shared::{Said, say};

use crate::pack::{OBJECT_BYTES_MAX, OBJECTS_MAX};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// Not what a server of git says.
    NoGit,
    /// The server's git does not know what is needed.
    Old,
    /// Objects have longer ids than are known here.
    LongIds,
    /// In the server's own words.
    Told(String),
    /// What came breaks git's own rules, or is cut off.
    Broken,
    /// What came is other than its checksum says.
    Checksum,
    /// A delta has no base, or is a base of itself.
    NoBase,
    /// Deltas upon deltas.
    TooDeep,
    /// An object is too long.
    TooLong,
    /// Too many objects.
    TooMany,
    /// All of them unpack to more than a run takes.
    TooMuch,
}

impl Trouble {
    pub fn said(&self) -> Said {
        let (long, many) = (OBJECT_BYTES_MAX >> 20, OBJECTS_MAX);
        match self {
            Trouble::NoGit => say!(
                "there is no git repository at this address: connect the account again with the address that \
                 `git clone` takes, which begins with https://",
                "il n'y a pas de dépôt git à cette adresse : reconnectez le compte avec l'adresse que prend \
                 `git clone`, qui commence par https://",
            ),
            Trouble::Old => say!(
                "the server's git is too old to give a branch without all of its past",
                "le git du serveur est trop ancien pour donner une branche sans tout son passé",
            ),
            Trouble::LongIds => say!(
                "the repository is one with SHA-256, which is not read here: connect a copy with SHA-1",
                "le dépôt est en SHA-256, qui n'est pas lu ici : connectez une copie en SHA-1",
            ),
            Trouble::Told(text) => {
                let text = quote(text);
                say!(text; "the server says: {text}", "le serveur dit : {text}")
            }
            Trouble::Broken | Trouble::Checksum | Trouble::NoBase => {
                let what = match self {
                    Trouble::Checksum => {
                        say!("a wrong checksum", "une somme de contrôle fausse")
                    }
                    Trouble::NoBase => {
                        say!("an object without its base", "un objet sans sa base")
                    }
                    _ => say!("cut off, or damaged", "coupé ou abîmé"),
                };
                say!(
                    what;
                    "what the server sent can't be read ({what}): try again later",
                    "ce que le serveur a envoyé est illisible ({what}) : réessayez plus tard",
                )
            }
            Trouble::TooDeep => say!(
                "the repository is packed too deep: run `git gc` there",
                "le dépôt est compacté trop profondément : lancez-y `git gc`",
            ),
            Trouble::TooLong => say!(
                long;
                "the repository has a file of more than {long} MiB: connect a branch without it",
                "le dépôt a un fichier de plus de {long} Mio : connectez une branche sans lui",
            ),
            Trouble::TooMany => say!(
                many;
                "the repository has more than {many} files and folders: connect a smaller branch",
                "le dépôt a plus de {many} fichiers et dossiers : connectez une branche plus petite",
            ),
            Trouble::TooMuch => say!(
                "the repository unpacks to more than a run takes: connect a smaller branch",
                "le dépôt déplié dépasse ce que prend une exécution : connectez une branche plus petite",
            ),
        }
    }
}
