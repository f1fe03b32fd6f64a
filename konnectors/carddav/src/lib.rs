//! Konnector of contacts: the address books of one account at a CardDAV server of the owner's choice.
//!
//! In: the server's answers. Out: contacts, and what was left out in words. Never here: a request
//! that changes something at the server, the owner's password (the home puts it in).

use domicile_sdk::konnector::{Deposits, Failure, Konnector, Progress, Report};
use konnector_contacts::{Cards, Kind};
use konnector_dav::{CARDDAV, Conversion};
use konnector_shared::{Intake, Said};

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
        if let Kind::Contact { key, contact, cut } = card.kind {
            intake.cut += cut;
            intake.put(card.line, &key, &contact)?;
        }
    }
    cards.report(&mut intake.warnings);
    Ok(())
}
