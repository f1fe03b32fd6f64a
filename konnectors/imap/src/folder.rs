//! Which folders are read. In: what the server lists, and what the owner typed. Out: folders, each
//! with the name that people read. Never here: spam and trash that nobody asked for.

use std::borrow::Cow;

use domicile_sdk::konnector::Failure;
use imap_proto::{Capability, MailboxDatum, NameAttribute, Response};
use konnector_shared::failure::failed;
use konnector_shared::text::clean;
use konnector_shared::{Said, say};

use crate::client::{Client, Trouble};

/// Folders that one run reads.
const FOLDERS_MAX: usize = 100;
/// Characters of a folder's name.
const NAME_CHARS_MAX: usize = 200;
/// What servers that do not say so call spam and trash, in lower case.
const UNWANTED: [&str; 15] = [
    "junk",
    "junk e-mail",
    "junk email",
    "spam",
    "bulk mail",
    "indesirables",
    "ind\u{e9}sirables",
    "courrier ind\u{e9}sirable",
    "pourriel",
    "trash",
    "deleted items",
    "deleted messages",
    "corbeille",
    "\u{e9}l\u{e9}ments supprim\u{e9}s",
    "messages supprim\u{e9}s",
];

/// A folder of the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// As the server writes it.
    pub id: String,
    /// As people read it.
    pub name: String,
    unwanted: bool,
    /// It shows the mail of all others.
    all: bool,
}

/// The folders to read, and what is to be told of others.
pub fn folders(client: &mut Client, typed: &str) -> Result<(Vec<Folder>, Vec<Said>), Trouble> {
    let mut tells_use = false;
    client.ask("CAPABILITY", |response| {
        if let Response::Capabilities(words) = response {
            let can = |name| words.contains(&Capability::Atom(Cow::Borrowed(name)));
            tells_use |= can("SPECIAL-USE") && can("LIST-EXTENDED");
        }
    })?;
    let list = if tells_use { "LIST \"\" \"*\" RETURN (SPECIAL-USE)" } else { "LIST \"\" \"*\"" };
    let mut all = Vec::new();
    let listed = client.ask(list, |response| {
        if let Response::MailboxData(MailboxDatum::List(data)) = response
            && all.len() < FOLDERS_MAX * 10
        {
            let is = |one: &NameAttribute<'_>| data.name_attributes.contains(one);
            let gone = NameAttribute::Extension(Cow::Borrowed("\\NonExistent"));
            if !is(&NameAttribute::NoSelect) && !is(&gone) {
                let unwanted = is(&NameAttribute::Junk) || is(&NameAttribute::Trash);
                let last = data.delimiter.as_deref().unwrap_or("/").to_owned();
                all.push(Folder::of(&data.name, &last, unwanted, is(&NameAttribute::All)));
            }
        }
    })?;
    if !listed || all.is_empty() {
        return Err(failed(say!(
            "the server lists no folders: try again later",
            "le serveur ne liste aucun dossier : réessayez plus tard",
        ))
        .into());
    }
    chosen(all, typed).map_err(Trouble::Failed)
}

impl Folder {
    fn of(id: &str, delimiter: &str, unwanted: bool, all: bool) -> Folder {
        let name = clean(&decoded(id), NAME_CHARS_MAX);
        let lower = name.to_lowercase();
        let last = lower.rsplit(delimiter).next().unwrap_or_default();
        let unwanted = unwanted || UNWANTED.contains(&last);
        Folder { id: id.to_owned(), name, unwanted, all }
    }
}

fn chosen(all: Vec<Folder>, typed: &str) -> Result<(Vec<Folder>, Vec<Said>), Failure> {
    let asked: Vec<&str> = typed.split(',').map(str::trim).filter(|one| !one.is_empty()).collect();
    let mut said = Vec::new();
    let is = |folder: &Folder, name: &str| folder.name.to_lowercase() == name.to_lowercase();
    for name in &asked {
        if !all.iter().any(|folder| is(folder, name)) {
            let name = clean(name, NAME_CHARS_MAX);
            said.push(say!(name; "there is no folder {name}", "il n'y a pas de dossier {name}"));
        }
    }
    let whole = all.iter().any(|folder| folder.all && !folder.unwanted);
    let wanted = |folder: &Folder| match asked.is_empty() {
        true => !folder.unwanted && (folder.all || !whole),
        false => asked.iter().any(|name| is(folder, name)),
    };
    let mut folders: Vec<Folder> = all.into_iter().filter(wanted).collect();
    if folders.is_empty() {
        return Err(failed(say!(
            "the account has none of these folders: connect it again with others",
            "ce compte n'a aucun de ces dossiers : reconnectez-le avec d'autres",
        )));
    }
    if folders.len() > FOLDERS_MAX {
        let beyond = folders.len() - FOLDERS_MAX;
        said.push(say!(
            beyond;
            "more than {FOLDERS_MAX} folders: {beyond} left out",
            "plus de {FOLDERS_MAX} dossiers : {beyond} non repris",
        ));
        folders.truncate(FOLDERS_MAX);
    }
    Ok((folders, said))
}

/// The UTF-7 of folders (RFC 3501, 5.1.3); what is none stays as it is.
fn decoded(id: &str) -> String {
    let mut name = String::new();
    let mut rest = id;
    while let Some((before, after)) = rest.split_once('&') {
        name.push_str(before);
        let Some((code, later)) = after.split_once('-') else {
            name.push('&');
            rest = after;
            continue;
        };
        match (code, units(code)) {
            ("", _) => name.push('&'),
            (_, Some(units)) => name.push_str(&String::from_utf16_lossy(&units)),
            (code, None) => name.extend(["&", code, "-"]),
        }
        rest = later;
    }
    name + rest
}

/// The numbers of a text in base64 with a comma for the slash.
fn units(code: &str) -> Option<Vec<u16>> {
    const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";
    let (mut bits, mut held, mut units) = (0u32, 0, Vec::new());
    for letter in code.chars() {
        let value = u32::try_from(LETTERS.find(letter)?).ok()?;
        (bits, held) = (bits << 6 | value, held + 6);
        if held >= 16 {
            held -= 16;
            units.push(u16::try_from(bits >> held & 0xffff).ok()?);
            bits &= (1 << held) - 1;
        }
    }
    Some(units)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(names: &[&str], typed: &str) -> (Vec<String>, usize) {
        let all = names.iter().map(|name| Folder::of(name, "/", false, *name == "All")).collect();
        let (folders, said) = chosen(all, typed).unwrap();
        (folders.into_iter().map(|one| one.name).collect(), said.len())
    }

    #[test]
    fn names_are_read_as_people_read_them() {
        for (id, name) in [
            ("INBOX", "INBOX"),
            ("Envoy&AOk-s", "Envoy\u{e9}s"),
            (
                "~peter/mail/&U,BTFw-/&ZeVnLIqe-",
                "~peter/mail/\u{53f0}\u{5317}/\u{65e5}\u{672c}\u{8a9e}",
            ),
            ("A &- B", "A & B"),
            ("A & B", "A & B"),
            ("&", "&"),
        ] {
            assert_eq!(decoded(id), name, "{id}");
        }
    }

    #[test]
    fn spam_and_trash_come_only_when_they_are_asked_for() {
        let names = ["INBOX", "Work", "Spam", "INBOX/Corbeille", "Trash"];
        assert_eq!(named(&names, ""), (vec!["INBOX".to_owned(), "Work".to_owned()], 0));
        assert_eq!(named(&names, "spam, work ,"), (vec!["Work".to_owned(), "Spam".to_owned()], 0));
        assert_eq!(named(&names, "Work, Wrok").1, 1);
        assert_eq!(named(&["INBOX", "All", "Trash"], "").0, ["All"]);
        assert!(chosen(vec![Folder::of("Spam", "/", false, false)], "").is_err());
    }
}
