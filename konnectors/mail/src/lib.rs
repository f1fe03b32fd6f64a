//! Importer of mail: mailbox files (mbox) and single messages (EML).
//!
//! In: one dropped file, a MiB at a time. Out: its messages, and in words what was left out; or the
//! reason why nothing was taken. Never here: a network, a panic on any bytes, the whole of a
//! mailbox in memory.

use domicile_sdk::importer::{Deposits, Importer, Input, Progress, Report};
use konnector_messages::{Mailbox, Raw, Shape};
use konnector_shared::{Intake, Said, count, say};

domicile_sdk::importer! { manifest: "manifest.toml", importer: Mail }

/// What is looked at to tell a mailbox from a message.
const HEAD_BYTES: u32 = 4096;

struct Mail;

impl Importer for Mail {
    fn recognise(name: &str, head: &[u8]) -> u8 {
        konnector_messages::recognise(name, head)
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

/// Messages that were not taken as they are.
#[derive(Default)]
struct Passed {
    long: usize,
    unread: usize,
    first_unread: u32,
}

fn read(input: &Input, intake: &mut Intake<'_>) -> Result<Said, Said> {
    let mut passed = Passed::default();
    let mut mailbox = Mailbox::new(input);
    match Shape::of(&input.read_at(0, HEAD_BYTES)) {
        Shape::Mailbox => {
            while let Some(raw) = mailbox.next_message() {
                take(&raw, intake, &mut passed)?;
            }
        }
        Shape::Message => take(&mailbox.only_message(), intake, &mut passed)?,
        Shape::Neither => {}
    }
    if intake.count() == 0 {
        return Err(say!(
            "the file holds no message: export the mailbox again, as mbox or EML",
            "le fichier ne contient aucun message : exportez la boîte à nouveau, en mbox ou en EML",
        ));
    }
    passed.report(intake);
    Ok(count(intake.count(), ["message", "messages"], ["message", "messages"]))
}

fn take(raw: &Raw, intake: &mut Intake<'_>, passed: &mut Passed) -> Result<(), Said> {
    let Some(message) = konnector_messages::read(raw) else {
        if passed.unread == 0 {
            passed.first_unread = raw.line;
        }
        passed.unread += 1;
        return Ok(());
    };
    passed.long += usize::from(raw.is_cut());
    intake.cut += message.cut;
    intake.put(raw.line, &message.key, &message.email)
}

impl Passed {
    fn report(&self, intake: &mut Intake<'_>) {
        let messages = |number| count(number, ["message", "messages"], ["message", "messages"]);
        if self.unread > 0 {
            let (messages, line) = (messages(self.unread), self.first_unread);
            intake.warnings.add(&say!(
                messages, line;
                "{messages} without sender, subject and day not taken, the first at line {line}",
                "{messages} sans expéditeur, objet ni jour, sans reprise, le premier à la ligne {line}",
            ));
        }
        if self.long > 0 {
            let most = konnector_messages::MESSAGE_BYTES_MAX >> 20;
            let messages = messages(self.long);
            intake.warnings.add(&say!(
                messages, most;
                "{messages} longer than {most} MiB: attachments further down are not listed",
                "{messages} de plus de {most} Mio : les pièces jointes au-delà ne sont pas listées",
            ));
        }
    }
}

#[cfg(test)]
mod tests;
