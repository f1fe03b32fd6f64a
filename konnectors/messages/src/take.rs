//! All messages of a file to deposits. In: a mailbox or a message. Out: its messages, and in words
//! what was left out. Never here: two messages in memory.

use konnector_shared::{Intake, Said, count, say};

use crate::{MESSAGE_BYTES_MAX, Mailbox, Raw, Shape, Source, read};

/// What is looked at to tell a mailbox from a message.
const HEAD_BYTES: u32 = 4096;

/// Messages that were not taken as they are.
#[derive(Default)]
struct Passed {
    long: usize,
    unread: usize,
    first_unread: u32,
}

/// Takes the messages of a file; none of what is no mail.
pub fn take_all(source: impl Source, intake: &mut Intake<'_>) -> Result<(), Said> {
    let mut passed = Passed::default();
    let shape = Shape::of(&source.read_at(0, HEAD_BYTES));
    let mut mailbox = Mailbox::new(source);
    match shape {
        Shape::Mailbox => {
            while let Some(raw) = mailbox.next_message() {
                take(&raw, intake, &mut passed)?;
            }
        }
        Shape::Message => take(&mailbox.only_message(), intake, &mut passed)?,
        Shape::Neither => {}
    }
    passed.report(intake);
    Ok(())
}

fn take(raw: &Raw, intake: &mut Intake<'_>, passed: &mut Passed) -> Result<(), Said> {
    let Some(message) = read(raw) else {
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
            let most = MESSAGE_BYTES_MAX >> 20;
            let messages = messages(self.long);
            intake.warnings.add(&say!(
                messages, most;
                "{messages} longer than {most} MiB: attachments further down are not listed",
                "{messages} de plus de {most} Mio : les pièces jointes au-delà ne sont pas listées",
            ));
        }
    }
}
