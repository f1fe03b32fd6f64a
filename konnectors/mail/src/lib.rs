//! Importer of mail: mailbox files (mbox) and single messages (EML).
//!
//! In: one dropped file, a MiB at a time. Out: its messages, and in words what was left out; or the
//! reason why nothing was taken. Never here: a network, a panic on any bytes, the whole of a
//! mailbox in memory.

use domicile_sdk::importer::{Deposits, Importer, Input, Progress, Report};
use konnector_shared::{Intake, Said, count, intake, say};

domicile_sdk::importer! { manifest: "manifest.toml", importer: Mail }

struct Mail;

impl Importer for Mail {
    fn recognise(name: &str, head: &[u8]) -> u8 {
        konnector_messages::recognise(name, head)
    }

    fn run(input: &Input, out: &mut Deposits, progress: &Progress) -> Result<Report, String> {
        intake::run(input, out, progress, read)
    }
}

fn read(input: &Input, intake: &mut Intake<'_>) -> Result<Said, Said> {
    konnector_messages::take_all(input, intake)?;
    if intake.count() == 0 {
        return Err(say!(
            "the file holds no message: export the mailbox again, as mbox or EML",
            "le fichier ne contient aucun message : exportez la boîte à nouveau, en mbox ou en EML",
        ));
    }
    Ok(count(intake.count(), ["message", "messages"], ["message", "messages"]))
}

#[cfg(test)]
mod tests;
