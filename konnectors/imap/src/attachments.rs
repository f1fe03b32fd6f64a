//! Attachments that are kept as files, by rules of the owner's: of whom, called what, into which
//! folder. In: what was typed, and a message. Out: files below the account's own folder. Never
//! here: a path that a message chooses, a file of which only the beginning came.

use domicile_sdk::files;
use konnector_messages::{Attachment, Raw};
use konnector_shared::text::clean;
use konnector_shared::{Said, say};
use serde_json::Value;

use crate::client::Trouble;
use crate::rules::{self, address, is_from, sender};

/// Files of one run, below what the home takes of one.
const FILES_MAX: usize = 900;
/// Characters of a file's name before its ending, and of an ending.
const NAME_CHARS_MAX: usize = 80;
const ENDING_CHARS_MAX: usize = 10;

/// `*.pdf` of `@example.org`, into `Bills/Example`.
struct Rule {
    sender: String,
    name: String,
    folder: String,
}

/// Which attachments are kept, and how many were.
#[derive(Default)]
pub struct Attachments {
    rules: Vec<Rule>,
    /// The folder of the account.
    top: String,
    pub kept: usize,
    /// The home did not take them.
    pub refused: usize,
    /// Messages of which not all came.
    pub cut: usize,
}

impl Attachments {
    /// For the account of this name, by what was typed; and what of that means nothing.
    pub fn new(account: &str, typed: &str) -> (Attachments, Vec<Said>) {
        let read = |who: &str, folder: String| {
            let (who, name) = who.split_once(' ').unwrap_or((who, "*"));
            let folder = folder.split('/').map(part).collect::<Option<Vec<_>>>()?.join("/");
            Some(Rule { sender: address(who)?, name: name.trim().to_lowercase(), folder })
        };
        let (rules, said) = rules::parse(typed, read, |one| {
            say!(
                one;
                "{one} is no rule for attachments: write the sender's address *.pdf = the folder",
                "{one} n'est pas une règle de pièce jointe : écrivez son adresse *.pdf = le dossier",
            )
        });
        let top = part(account).unwrap_or_default();
        (Attachments { rules, top, ..Attachments::default() }, said)
    }

    /// Keep what the rules name of a message; `key`: what tells it apart.
    pub fn keep(&mut self, raw: &Raw, message: &Value, key: &str) -> Result<(), Trouble> {
        let Some(sender) = sender(message) else { return Ok(()) };
        if !self.rules.iter().any(|rule| is_from(&rule.sender, &sender)) {
            return Ok(());
        }
        let named = |name: &str| {
            let lower = name.to_lowercase();
            let mut rules = self.rules.iter();
            rules.find(|rule| is_from(&rule.sender, &sender) && is_like(&rule.name, &lower))
        };
        let day = message.get("date").and_then(Value::as_str).and_then(|date| date.get(..10));
        let wanted: Vec<(String, usize, Attachment)> = konnector_messages::attachments(raw)
            .into_iter()
            .enumerate()
            .filter_map(|(at, one)| {
                let folder = &named(&one.name)?.folder;
                let name = file_name(day, &one.name);
                Some((format!("{}/{folder}/{name}", self.top), at, one))
            })
            .collect();
        if raw.is_cut() {
            self.cut += usize::from(!wanted.is_empty());
            return Ok(());
        }
        for (path, at, one) in wanted {
            if self.kept + self.refused >= FILES_MAX {
                return Err(Trouble::Spent);
            }
            match files::save(&path, &format!("{key} {at}"), &one.mime, &one.bytes) {
                Ok(()) => self.kept += 1,
                Err(_) => self.refused += 1,
            }
        }
        Ok(())
    }
}

/// A name of a folder as it can lie in the home; `None` if it leads elsewhere.
fn part(typed: &str) -> Option<String> {
    let name = clean(&typed.replace(['/', '\\'], "_"), NAME_CHARS_MAX);
    (!name.chars().all(|c| c == '.' || c == ' ')).then_some(name)
}

/// `2026-11-26 facture.pdf`: a vendor calls them all alike.
fn file_name(day: Option<&str>, name: &str) -> String {
    let (stem, ending) = match name.rsplit_once('.') {
        Some((stem, ending)) if ending.chars().count() <= ENDING_CHARS_MAX => (stem, Some(ending)),
        _ => (name, None),
    };
    let stem = part(stem).unwrap_or_else(|| "_".to_owned());
    let name = day.map_or(stem.clone(), |day| format!("{day} {stem}"));
    match ending.and_then(part) {
        Some(ending) => format!("{name}.{ending}"),
        None => name,
    }
}

/// Whether a name is like a pattern, in which a star stands for anything.
fn is_like(pattern: &str, name: &str) -> bool {
    let Some((begin, rest)) = pattern.split_once('*') else { return pattern == name };
    let Some(mut name) = name.strip_prefix(begin) else { return false };
    let (middle, end) = rest.rsplit_once('*').unwrap_or(("", rest));
    for part in middle.split('*') {
        match name.split_once(part) {
            Some((_, after)) => name = after,
            None => return false,
        }
    }
    name.ends_with(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_like_what_it_says() {
        for (pattern, name, like) in [
            ("*", "", true),
            ("*.pdf", "facture.pdf", true),
            ("*.pdf", "facture.pdf.exe", false),
            ("facture*.pdf", "facture-11.pdf", true),
            ("facture*.pdf", "relev\u{e9}.pdf", false),
            ("a*b*c", "a-b-c", true),
            ("a*b*c", "a-c-b", false),
            ("a*b*c", "abc", true),
            ("ab*ba", "aba", false),
            ("*b*", "abc", true),
            ("**", "abc", true),
            ("facture.pdf", "facture.pdf", true),
            ("facture.pdf", "facture.pdf2", false),
        ] {
            assert_eq!(is_like(pattern, name), like, "{pattern} {name}");
        }
    }

    #[test]
    fn a_name_leads_nowhere_else() {
        let day = Some("2026-11-26");
        assert_eq!(file_name(day, "facture.pdf"), "2026-11-26 facture.pdf");
        assert_eq!(file_name(day, "../../a/b.pdf"), "2026-11-26 .._.._a_b.pdf");
        assert_eq!(file_name(None, ".."), "_");
        assert_eq!(file_name(None, ""), "_");
        assert_eq!(file_name(None, "a.p/f"), "a.p_f");
        let long = file_name(day, &format!("{}.pdf", "x".repeat(500)));
        assert!(long.len() < 100 && long.ends_with("x.pdf"), "{long}");
    }

    #[test]
    fn a_rule_is_read_whole_or_told() {
        let typed =
            "A@shop.example *.PDF = Bills/Shop, @edf.example = EDF, x = y, @a.example = ../b";
        let (attachments, said) = Attachments::new("me@host", typed);
        assert_eq!((attachments.rules.len(), said.len()), (2, 2));
        let rule = &attachments.rules[0];
        assert_eq!((rule.sender.as_str(), rule.name.as_str()), ("a@shop.example", "*.pdf"));
        assert_eq!(rule.folder, "Bills/Shop");
    }
}
