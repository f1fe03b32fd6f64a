//! Konnector of contacts: the address books of one account at a CardDAV server of the owner's
//! choice.
//!
//! In: the server's answers. Out: contacts, and what was left out in words. Never here: a request
//! that changes something at the server, the owner's password (the home puts it in).

use domicile_sdk::konnector::{Deposits, Failure, Konnector, Progress, Report};
use konnector_contacts::{Cards, Kind};
use konnector_dav::{CARDDAV, Conversion};
use konnector_shared::{Intake, Said, say};

domicile_sdk::konnector! { manifest: "manifest.toml", konnector: CardDav }

struct CardDav;

impl Konnector for CardDav {
    fn collect(out: &mut Deposits, progress: &Progress) -> Result<Report, Failure> {
        let words = (["contact", "contacts"], ["contact", "contacts"]);
        konnector_dav::collect(CARDDAV, out, progress, &Conversion { take, words })
    }
}

/// The cards of one resource.
fn take(text: &str, intake: &mut Intake<'_>) -> Result<(), Said> {
    let mut cards = Cards::new(text.as_bytes());
    while let Some(card) = cards.next_card()? {
        card.left_out.iter().for_each(|name| intake.left_out.add(name));
        match card.kind {
            Kind::Contact { key, contact, cut } => {
                intake.cut += cut;
                intake.put(card.line, &key, &contact)?;
            }
            Kind::Group => intake.left_out.add("GROUP"),
            Kind::Nameless => return Err(say!("it has no name", "il n'a pas de nom")),
        }
    }
    cards.report(&mut intake.warnings);
    Ok(())
}
