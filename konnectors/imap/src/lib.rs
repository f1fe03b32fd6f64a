//! Konnector of mail: the folders of one account at an IMAP server of the owner's choice.
//!
//! In: what the server answers on a stream in which the home has signed in. Out: messages, the
//! newest first, and in words what was left out. Never here: a command that changes something
//! there, the owner's password, two messages in memory.

mod attachments;
mod bills;
mod client;
mod folder;
mod mark;
mod rules;

use std::collections::BTreeMap;

use domicile_sdk::konnector::{Deposits, Failure, Konnector, Progress, Report, field};
use domicile_sdk::{Viewer, state, stream};
use imap_proto::{AttributeValue, MailboxDatum, Response, ResponseCode};
use konnector_messages::{Email, Raw};
use konnector_shared::failure::no_state;
use konnector_shared::{Said, count, say};
use sha2::{Digest, Sha256};

use attachments::Attachments;
use bills::Rules;
use client::{Client, MESSAGE_BYTES_MAX, Trouble};
use folder::Folder;
use mark::Mark;

domicile_sdk::konnector! { manifest: "manifest.toml", konnector: Imap }

/// Where the marks are kept.
const MARKS: &str = "marks";
/// Messages that are asked for at once, and kept together.
const BATCH: usize = 25;
/// Messages of one run, and bytes of them: what a run may compute and deposit.
const MESSAGES_MAX: usize = 10_000;
/// See [`MESSAGES_MAX`].
const BYTES_MAX: usize = 200 << 20;
/// Messages of a folder that are looked at.
const FOLDER_MAX: usize = 1_000_000;
/// A mark of the dialogue, and none of the message.
const RECENT: &str = "\\Recent";

struct Imap;

impl Konnector for Imap {
    fn collect(out: &mut Deposits, progress: &Progress) -> Result<Report, Failure> {
        // What was kept came from the server: it is seen by who has asked about the account.
        let typed = field("folders").unwrap_or_default();
        let marks = state::get(MARKS).map_err(no_state)?.unwrap_or_default();
        let [user, server, bills, files] =
            ["user", "server", "bills", "files"].map(|name| field(name).unwrap_or_default());
        let (rules, mut said) = Rules::parse(&bills);
        let host = server.split_once("://").map_or(server.as_str(), |(_, host)| host);
        let (attachments, more) = Attachments::new(&format!("{user}@{host}"), &files);
        said.extend(more);
        let mut run = Run { marks, rules, attachments, said, ..Run::default() };
        let ended = run.all(out, progress, &typed);
        match ended {
            Ok(()) => Ok(run.report()),
            Err(Trouble::Spent) => {
                run.said.insert(0, rest_follows());
                Ok(run.report())
            }
            Err(Trouble::Failed(failure)) => Err(failure),
        }
    }
}

/// One run over all folders.
#[derive(Default)]
struct Run {
    marks: BTreeMap<String, Mark>,
    rules: Rules,
    attachments: Attachments,
    taken: usize,
    bills: usize,
    bytes: usize,
    gone: usize,
    unread: usize,
    long: usize,
    cut: usize,
    said: Vec<Said>,
}

/// A folder that was opened.
struct Opened {
    validity: u32,
    uids: Vec<u32>,
}

impl Run {
    fn all(&mut self, out: &mut Deposits, progress: &Progress, typed: &str) -> Result<(), Trouble> {
        let mut client = Client::new(stream::open("mailbox")?);
        let (folders, said) = folder::folders(&mut client, typed)?;
        self.said.extend(said);
        for folder in &folders {
            match open(&mut client, folder)? {
                Some(opened) => self.folder(&mut client, folder, opened, out, progress)?,
                None => {
                    let name = &folder.name;
                    self.said.push(say!(
                        name;
                        "the server does not open the folder {name}",
                        "le serveur n'ouvre pas le dossier {name}",
                    ));
                }
            }
        }
        // How it takes that is all the same.
        let _ = client.ask("LOGOUT", |_| {});
        Ok(())
    }

    fn folder(
        &mut self,
        client: &mut Client,
        folder: &Folder,
        opened: Opened,
        out: &mut Deposits,
        progress: &Progress,
    ) -> Result<(), Trouble> {
        let Opened { validity, uids } = opened;
        let mut mark = self.marks.get(&folder.id).cloned().unwrap_or_default();
        let plan = mark.plan(validity, uids);
        self.gone += plan.gone;
        self.keep(folder, &mark)?;
        let total = self.taken + plan.newer.len() + plan.older.len();
        for uids in plan.newer.chunks(BATCH).chain(plan.older.chunks(BATCH)) {
            if self.taken >= MESSAGES_MAX || self.bytes >= BYTES_MAX {
                return Err(Trouble::Spent);
            }
            progress.report(self.taken as u64, total as u64, &folder.name);
            self.batch(client, folder, uids, out)?;
            // In the home before the mark says so.
            out.flush()?;
            mark.took(uids);
            self.keep(folder, &mark)?;
        }
        Ok(())
    }

    fn batch(
        &mut self,
        client: &mut Client,
        folder: &Folder,
        uids: &[u32],
        out: &mut Deposits,
    ) -> Result<(), Trouble> {
        let set: Vec<String> = uids.iter().map(u32::to_string).collect();
        let command = format!(
            "UID FETCH {} (UID FLAGS RFC822.SIZE BODY.PEEK[]<0.{MESSAGE_BYTES_MAX}>)",
            set.join(",")
        );
        let mut failed = None;
        client.ask(&command, |response| {
            if let Response::Fetch(_, attributes) = response
                && failed.is_none()
            {
                failed = self.message(folder, attributes, out).err();
            }
        })?;
        failed.map_or(Ok(()), Err)
    }

    fn message(
        &mut self,
        folder: &Folder,
        attributes: Vec<AttributeValue<'_>>,
        out: &mut Deposits,
    ) -> Result<(), Trouble> {
        let (mut raw, mut labels) = (Raw::default(), vec![folder.name.clone()]);
        for attribute in attributes {
            match attribute {
                AttributeValue::BodySection { data: Some(data), .. } => {
                    raw.bytes = data.into_owned()
                }
                AttributeValue::Rfc822Size(size) => raw.size = u64::from(size),
                AttributeValue::Flags(flags) => {
                    let kept = flags.iter().filter(|flag| **flag != RECENT);
                    labels.extend(kept.map(|flag| flag.to_string()))
                }
                _ => {}
            }
        }
        if raw.bytes.is_empty() {
            // News of a flag, without a message.
            return Ok(());
        }
        self.bytes += raw.bytes.len();
        let Some(mut message) = konnector_messages::read(&raw) else {
            self.unread += 1;
            return Ok(());
        };
        self.long += usize::from(raw.is_cut());
        self.cut += message.cut;
        message.email.label(&labels);
        let key = key(&raw.bytes);
        let id = out.id_for::<Email>(&key)?;
        self.attachments.keep(&raw, message.email.fields(), &key)?;
        if let Some(bill) = self.rules.bill(message.email.fields(), &id) {
            out.put(format!("bill:{key}"), &bill)?;
            self.bills += 1;
        }
        out.put(key, &message.email)?;
        self.taken += 1;
        Ok(())
    }

    fn keep(&mut self, folder: &Folder, mark: &Mark) -> Result<(), Failure> {
        self.marks.insert(folder.id.clone(), mark.clone());
        state::set(MARKS, &self.marks).map_err(no_state)
    }

    fn report(self) -> Report {
        let locale = Viewer::current().locale;
        let mut said = self.said;
        if self.gone > 0 {
            let gone = messages(self.gone);
            said.push(say!(
                gone;
                "no longer in its folder at the server, kept here: {gone}",
                "plus dans son dossier sur le serveur, gardé ici : {gone}",
            ));
        }
        if self.unread > 0 {
            let unread = messages(self.unread);
            said.push(say!(
                unread;
                "{unread} without sender, subject and day not taken",
                "{unread} sans expéditeur, objet ni jour, sans reprise",
            ));
        }
        if self.long > 0 {
            let (long, most) = (messages(self.long), MESSAGE_BYTES_MAX >> 20);
            said.push(say!(
                long, most;
                "{long} longer than {most} MiB: attachments further down are not listed",
                "{long} de plus de {most} Mio : les pièces jointes au-delà ne sont pas listées",
            ));
        }
        let Attachments { kept, refused, cut, .. } = self.attachments;
        if cut > 0 {
            let long = messages(cut);
            said.push(say!(
                long;
                "{long} too long for the attachments to be kept as files",
                "{long} : trop pour en garder les pièces jointes",
            ));
        }
        if refused > 0 {
            let refused = files(refused);
            said.push(say!(
                refused;
                "{refused} not taken by the home: too long, or too many",
                "{refused} sans reprise par le domicile : trop gros, ou trop nombreux",
            ));
        }
        if self.cut > 0 {
            let texts = count(self.cut, ["text", "texts"], ["texte", "textes"]);
            said.push(say!(
                texts;
                "{texts} longer than what is kept: shortened",
                "{texts} au-delà de la longueur gardée : coupés",
            ));
        }
        let warnings = said.into_iter().map(|said| said.into_text(locale)).collect();
        let bills = count(self.bills, ["bill", "bills"], ["facture", "factures"]);
        let more = [(self.bills, bills), (kept, files(kept))];
        let more = more.into_iter().filter(|(number, _)| *number > 0);
        let summary = more.fold(
            messages(self.taken),
            |all, (_, one)| say!(all, one; "{all}, {one}", "{all}, {one}"),
        );
        Report { summary: summary.into_text(locale), warnings }
    }
}

/// Look into a folder; `None` if the server does not open it.
fn open(client: &mut Client, folder: &Folder) -> Result<Option<Opened>, Trouble> {
    let id = folder.id.replace('\\', "\\\\").replace('"', "\\\"");
    if !id.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Ok(None);
    }
    let (mut validity, mut uids) = (None, Vec::new());
    let opened = client.ask(&format!("EXAMINE \"{id}\""), |response| {
        if let Response::Data { outcome, .. } = response
            && let Some(ResponseCode::UidValidity(number)) = outcome.code
        {
            validity = Some(number);
        }
    })?;
    let (true, Some(validity)) = (opened, validity) else { return Ok(None) };
    let searched = client.ask("UID SEARCH ALL", |response| {
        if let Response::MailboxData(MailboxDatum::Search(found)) = response {
            let room = FOLDER_MAX.saturating_sub(uids.len());
            uids.extend(found.into_iter().take(room));
        }
    })?;
    Ok(searched.then_some(Opened { validity, uids }))
}

/// What tells a message apart: all of it. An identifier that its sender wrote would let another
/// sender's message take its place.
fn key(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("message-sha256:{hex}")
}

fn messages(number: usize) -> Said {
    count(number, ["message", "messages"], ["message", "messages"])
}

fn files(number: usize) -> Said {
    count(number, ["file", "files"], ["fichier", "fichiers"])
}

fn rest_follows() -> Said {
    say!(
        "there is more than one run brings: the next run goes on",
        "il y a plus que ce qu'une exécution apporte : la prochaine continue",
    )
}

#[cfg(test)]
mod tests;
