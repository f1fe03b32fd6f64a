//! From bodies to deposits: each key once. In: a reader's findings. Out: deposits, and what the
//! owner is told. Never here: two deposits of one key in a run, of which only chance would decide
//! which stays.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use domicile_sdk::Locale;
use domicile_sdk::docs::Document;
use domicile_sdk::files;
use domicile_sdk::importer::{DepositError, Deposits, Input, Progress, Report};
use serde::Serialize;

use crate::text::clean;
use crate::{Said, Warnings, count, say};

/// How many documents one run deposits.
pub const DOCUMENTS_MAX: usize = 50_000;
/// The doctype of what is kept as it came.
const FILES: &str = "io.cozy.files";
/// Documents between two words on how far the work is.
const PROGRESS_EVERY: usize = 500;
/// Names of things left out that are told one by one.
const NAMES_MAX: usize = 30;
const NAME_CHARS_MAX: usize = 40;

/// A whole run of an importer. `read` says in the end what it took, or why it took nothing.
pub fn run(
    input: &Input,
    out: &mut Deposits,
    progress: &Progress,
    read: fn(&Input, &mut Intake<'_>) -> Result<Said, Said>,
) -> Result<Report, String> {
    let locale = input.locale();
    let mut intake = Intake::new(out, progress);
    match read(input, &mut intake) {
        Ok(summary) => Ok(intake.report(summary, locale)),
        Err(refusal) => Err(refusal.into_text(locale)),
    }
}

/// The whole file, if it has no more bytes than that: larger ones don't fit into a component once
/// they are read.
pub fn bytes(input: &Input, bytes_max: u64) -> Result<Vec<u8>, Said> {
    let size = input.size();
    if size > bytes_max {
        let most = bytes_max >> 20;
        return Err(say!(
            size, most;
            "the file has {size} bytes; the most that is read is {most} MiB: export a part",
            "le fichier fait {size} octets ; on en lit {most} Mio au plus : n'en exportez qu'une partie",
        ));
    }
    Ok(input.bytes())
}

/// One run's deposits.
pub struct Intake<'a> {
    out: &'a mut Deposits,
    progress: &'a Progress,
    keys: BTreeSet<(u64, u64)>,
    repeated: usize,
    /// Texts that were shortened.
    pub cut: usize,
    pub left_out: LeftOut,
    pub warnings: Warnings,
}

impl<'a> Intake<'a> {
    pub fn new(out: &'a mut Deposits, progress: &'a Progress) -> Intake<'a> {
        let (keys, left_out, warnings) = (BTreeSet::new(), LeftOut::default(), Warnings::default());
        Intake { out, progress, keys, repeated: 0, cut: 0, left_out, warnings }
    }

    /// Deposits what stands at this line, unless an earlier one has the same key.
    pub fn put<T: Document>(&mut self, line: u32, key: &str, value: &T) -> Result<(), Said> {
        if !self.claim(key)? {
            return Ok(());
        }
        self.out
            .put(key, value)
            .map_err(|error| say!(line, error; "line {line}: {error}", "ligne {line} : {error}"))
    }

    /// Deposits a document by itself, unless an earlier one has the same key: one that the home
    /// refuses takes no other with it.
    pub fn put_alone(
        &mut self,
        doctype: &str,
        key: &str,
        value: &impl Serialize,
    ) -> Result<(), Said> {
        let unique = format!("{doctype}/{key}");
        if !self.claim(&unique)? {
            return Ok(());
        }
        let put = self.out.put_value(doctype, key, value).and_then(|()| self.out.flush());
        put.map_err(|error| {
            self.keys.remove(&short(&unique));
            say!(error; "{error}", "{error}")
        })
    }

    /// The id that a document of this key has or would have.
    pub fn id_of(&self, doctype: &str, key: &str) -> Result<String, Said> {
        self.out.id_of(doctype, key).map_err(|error| say!(error; "{error}", "{error}"))
    }

    /// Whether no earlier document has the key, which is then taken.
    fn claim(&mut self, key: &str) -> Result<bool, Said> {
        if !self.keys.insert(short(key)) {
            self.repeated += 1;
            return Ok(false);
        }
        if self.keys.len() > DOCUMENTS_MAX {
            return Err(say!(
                "the file has more than {DOCUMENTS_MAX} entries: split it, or export a part",
                "le fichier a plus de {DOCUMENTS_MAX} entrées : coupez-le, ou n'en exportez qu'une partie",
            ));
        }
        if self.keys.len().is_multiple_of(PROGRESS_EVERY) {
            self.progress.report(self.keys.len() as u64, 0, "");
        }
        Ok(true)
    }

    /// Keeps a file, as the same key had it or anew, and says what a bill calls it.
    pub fn keep(&self, path: &str, key: &str, mime: &str, bytes: &[u8]) -> Result<String, Said> {
        let id = self.out.id_of(FILES, key).map_err(|error| error.to_string());
        let saved = files::save(path, key, mime, bytes).map_err(|error| error.to_string());
        match saved.and(id) {
            Ok(id) => Ok(format!("{FILES}:{id}")),
            Err(why) => Err(say!(
                why;
                "the file itself can't be kept: {why}",
                "le fichier lui-même ne peut être gardé : {why}",
            )),
        }
    }

    /// Stores what was put so far.
    pub fn flush(&mut self) -> Result<(), DepositError> {
        self.out.flush()
    }

    /// How many were deposited.
    pub fn count(&self) -> usize {
        self.keys.len()
    }

    /// What the owner is told in the end.
    pub fn report(mut self, summary: Said, locale: Locale) -> Report {
        self.left_out.report(&mut self.warnings);
        if self.cut > 0 {
            let texts = count(self.cut, ["text", "texts"], ["texte", "textes"]);
            self.warnings.add(&say!(
                texts;
                "{texts} longer than what is kept: shortened",
                "{texts} au-delà de la longueur gardée : coupés",
            ));
        }
        if self.repeated > 0 {
            let entries = count(self.repeated, ["entry", "entries"], ["entrée", "entrées"]);
            self.warnings.add(&say!(
                entries;
                "{entries} there before under the same identifier: the first one is taken",
                "{entries} déjà présentes sous le même identifiant : la première est reprise",
            ));
        }
        let lines = self.warnings.into_lines().into_iter();
        let warnings = lines.map(|said| said.into_text(locale)).collect();
        Report { summary: summary.into_text(locale), warnings }
    }
}

/// 128 bits of a key, so that 50,000 of them take little room. Whoever makes two keys meet loses
/// a document of his own file, and nobody else's.
fn short(key: &str) -> (u64, u64) {
    let half = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        (salt, key).hash(&mut hasher);
        hasher.finish()
    };
    (half(0), half(1))
}

/// What documents have no place for, by name.
#[derive(Default)]
pub struct LeftOut {
    names: BTreeMap<String, usize>,
    others: usize,
}

impl LeftOut {
    pub fn add(&mut self, name: &str) {
        let name = clean(name, NAME_CHARS_MAX);
        if self.names.len() < NAMES_MAX || self.names.contains_key(&name) {
            *self.names.entry(name).or_default() += 1;
        } else {
            self.others += 1;
        }
    }

    fn report(&self, warnings: &mut Warnings) {
        let total = self.names.values().sum::<usize>() + self.others;
        if total == 0 {
            return;
        }
        let mut named: Vec<(&String, &usize)> = self.names.iter().collect();
        named.sort_by_key(|(name, number)| (std::cmp::Reverse(**number), name.as_str()));
        let shown = |(name, number): (&String, &usize)| format!("{name} ({number})");
        let names: Vec<String> = named.into_iter().map(shown).collect();
        let names = names.join(", ");
        let details = count(total, ["detail", "details"], ["détail", "détails"]);
        warnings.add(&say!(
            details, names;
            "{details} without a place in a document, left out: {names}",
            "{details} sans place dans un document, non repris : {names}",
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_refused_is_not_counted() {
        let (mut out, progress) = (Deposits::default(), Progress::default());
        let mut intake = Intake::new(&mut out, &progress);
        let unwritable = BTreeMap::from([((1, 2), 3)]);
        assert!(intake.put_alone("io.cozy.bills", "a", &unwritable).is_err());
        assert_eq!(intake.count(), 0);
        for doctype in ["io.cozy.bills", "io.cozy.bills", "io.cozy.contacts"] {
            intake.put_alone(doctype, "a", &"{}").unwrap();
        }
        assert_eq!((intake.count(), intake.repeated), (2, 1));
    }
}
