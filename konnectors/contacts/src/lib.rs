//! vCard to `io.cozy.contacts`: versions 2.1, 3.0 and 4.0, one card after the other.
//!
//! In: the bytes of a file or of an answer. Out: contacts, each under a key that stays the same
//! when the card is read again. Never here: where the bytes come from; an address that a client
//! would fetch by itself (pictures, sounds, keys and links to such are left out).

mod card;
mod contact;
mod field;
mod take;

use std::io::BufRead;

use domicile_sdk::docs::Document;
use konnector_shared::content::Lines;
use konnector_shared::{Body, Said, Warnings, say};
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use take::take_all;

/// How many properties one card may have; real ones have a few dozen.
pub const PROPERTIES_MAX: usize = 10_000;
/// How deep cards may lie in each other (vCard 2.1 puts an assistant's card into another).
pub const DEPTH_MAX: usize = 8;

/// A document of `io.cozy.contacts`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Contact(Value);

impl Document for Contact {
    const DOCTYPE: &'static str = "io.cozy.contacts";
}

/// One card.
#[derive(Debug)]
pub struct Card {
    /// Where it begins, from 1.
    pub line: u32,
    pub kind: Kind,
    /// Names of the properties that a contact has no place for.
    pub left_out: Vec<String>,
}

/// What a card is about.
#[derive(Debug)]
pub enum Kind {
    Contact {
        key: String,
        contact: Contact,
        /// Texts that were shortened.
        cut: usize,
    },
    /// A list of other cards, which contacts have no place for.
    Group,
    /// Neither a name nor an address.
    Nameless,
}

/// How sure is it, from 0 to 100, that these are the first bytes of a vCard file?
pub fn recognise(name: &str, head: &[u8]) -> u8 {
    let head = String::from_utf8_lossy(head).to_ascii_uppercase();
    let extension = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    if head.trim_start_matches('\u{feff}').trim_start().starts_with("BEGIN:VCARD") {
        100
    } else if ["vcf", "vcard"].contains(&extension.as_str()) {
        // Most likely an error page under that name: to be refused in words, not to be ignored.
        30
    } else {
        0
    }
}

/// The cards of a file.
pub struct Cards<R> {
    lines: Lines<R>,
}

impl<R: BufRead> Cards<R> {
    pub fn new(reader: R) -> Cards<R> {
        Cards { lines: Lines::new(reader) }
    }

    /// The next card; `None` at the end of the file.
    pub fn next_card(&mut self) -> Result<Option<Card>, Said> {
        let Some(line) = self.lines.next_line()? else { return Ok(None) };
        if line.is("BEGIN", "VCARD") {
            return self.card(line.number).map(Some);
        }
        let (number, name) = (line.number, line.name);
        Err(say!(
            number, name;
            "line {number}: {name} stands outside of a card, so this is no vCard file: export the \
             contacts again",
            "ligne {number} : {name} se trouve hors d'une fiche, ce n'est donc pas un fichier vCard : \
             exportez les contacts à nouveau",
        ))
    }

    fn card(&mut self, begins: u32) -> Result<Card, Said> {
        let mut card = card::Fields::default();
        let mut depth = 1;
        for _ in 0..PROPERTIES_MAX {
            let Some(line) = self.lines.next_line()? else {
                return Err(say!(
                    begins;
                    "line {begins}: the card that begins here has no end: export the contacts again",
                    "ligne {begins} : la fiche qui commence ici n'a pas de fin : exportez les contacts à \
                     nouveau",
                ));
            };
            match line.name.as_str() {
                "BEGIN" => depth += 1,
                "END" => depth -= 1,
                _ if depth == 1 => card.take(line),
                _ => {}
            }
            if depth == 0 {
                return Ok(card.finish(begins));
            }
            if depth > DEPTH_MAX {
                break;
            }
        }
        Err(say!(
            begins;
            "line {begins}: the card that begins here has more than {PROPERTIES_MAX} properties, or cards \
             more than {DEPTH_MAX} deep: it is nobody's card",
            "ligne {begins} : la fiche qui commence ici a plus de {PROPERTIES_MAX} propriétés, ou plus de \
             {DEPTH_MAX} fiches emboîtées : ce n'est la fiche de personne",
        ))
    }

    /// Tells of lines that could not be read as they are.
    pub fn report(&self, warnings: &mut Warnings) {
        self.lines.report(warnings);
    }
}

fn contact(body: Body) -> Contact {
    Contact(body.into_value())
}
