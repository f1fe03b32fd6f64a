//! Importer of contacts from vCard files: phones, address books, mail programs.
//!
//! In: one dropped file. Out: its cards as contacts, and in words what was left out; or the reason
//! why nothing was taken. Never here: a network, a panic on any bytes, a picture.

use std::io::BufReader;

use domicile_sdk::importer::{Deposits, Importer, Input, Progress, Report};
use konnector_contacts::{Card, Cards, Kind};
use konnector_shared::{Intake, Said, count, say};

domicile_sdk::importer! { manifest: "manifest.toml", importer: VCard }

/// Bytes that one look at the file takes.
const READ_BYTES: usize = 1 << 20;

struct VCard;

impl Importer for VCard {
    fn recognise(name: &str, head: &[u8]) -> u8 {
        konnector_contacts::recognise(name, head)
    }

    fn run(input: &Input, out: &mut Deposits, progress: &Progress) -> Result<Report, String> {
        let locale = input.locale();
        let mut intake = Intake::new(out, progress);
        match read(input, &mut intake) {
            Ok(summary) => Ok(intake.report(summary, locale)),
            Err(refusal) => Err(refusal.into_text(locale)),
        }
    }
}

/// Cards of kinds that are not taken.
#[derive(Default)]
struct Passed {
    groups: usize,
    nameless: usize,
    first_nameless: u32,
    pictures: usize,
}

fn read(input: &Input, intake: &mut Intake<'_>) -> Result<Said, Said> {
    let mut cards = Cards::new(BufReader::with_capacity(READ_BYTES, input.reader()));
    let mut passed = Passed::default();
    while let Some(card) = cards.next_card()? {
        take(card, intake, &mut passed)?;
    }
    if intake.count() == 0 {
        return Err(say!(
            "the file holds no contact with a name: export the contacts again",
            "le fichier ne contient aucun contact avec un nom : exportez les contacts à nouveau",
        ));
    }
    passed.report(intake);
    cards.report(&mut intake.warnings);
    Ok(count(intake.count(), ["contact", "contacts"], ["contact", "contacts"]))
}

fn take(card: Card, intake: &mut Intake<'_>, passed: &mut Passed) -> Result<(), Said> {
    for name in card.left_out {
        match name.as_str() {
            "PHOTO" | "LOGO" => passed.pictures += 1,
            _ => intake.left_out.add(&name),
        }
    }
    match card.kind {
        Kind::Contact { key, contact, cut } => {
            intake.cut += cut;
            intake.put(card.line, &key, &contact)?;
        }
        Kind::Group => passed.groups += 1,
        Kind::Nameless => {
            if passed.nameless == 0 {
                passed.first_nameless = card.line;
            }
            passed.nameless += 1;
        }
    }
    Ok(())
}

impl Passed {
    fn report(&self, intake: &mut Intake<'_>) {
        let mut warn = |number: usize, said: Said| {
            if number > 0 {
                intake.warnings.add(&said);
            }
        };
        let pictures = count(self.pictures, ["picture", "pictures"], ["image", "images"]);
        warn(
            self.pictures,
            say!(
                pictures;
                "{pictures} not taken: contacts are kept without",
                "{pictures} sans reprise : les contacts sont gardés sans",
            ),
        );
        let groups = count(self.groups, ["group", "groups"], ["groupe", "groupes"]);
        warn(
            self.groups,
            say!(
                groups;
                "{groups} of contacts not taken: only the contacts themselves are",
                "{groups} de contacts sans reprise : seuls les contacts eux-mêmes le sont",
            ),
        );
        let cards = count(self.nameless, ["card", "cards"], ["fiche", "fiches"]);
        let line = self.first_nameless;
        warn(
            self.nameless,
            say!(
                cards, line;
                "{cards} without a name or an address not taken, the first at line {line}",
                "{cards} sans nom ni adresse, sans reprise, la première à la ligne {line}",
            ),
        );
    }
}

#[cfg(test)]
mod tests;
