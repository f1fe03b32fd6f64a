//! All cards of a file to deposits. In: the file. Out: its contacts, and in words what was left
//! out. Never here: a file that is refused for a card without a name.

use std::io::BufRead;

use konnector_shared::{Intake, Said, count, say};

use crate::{Card, Cards, Kind};

/// Cards of kinds that are not taken.
#[derive(Default)]
struct Passed {
    groups: usize,
    nameless: usize,
    first_nameless: u32,
    pictures: usize,
}

/// Takes the contacts of a file.
pub fn take_all(reader: impl BufRead, intake: &mut Intake<'_>) -> Result<(), Said> {
    let mut cards = Cards::new(reader);
    let mut passed = Passed::default();
    while let Some(card) = cards.next_card()? {
        take(card, intake, &mut passed)?;
    }
    passed.report(intake);
    cards.report(&mut intake.warnings);
    Ok(())
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
