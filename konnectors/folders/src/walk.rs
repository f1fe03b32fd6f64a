//! One run: folders from where the last one stopped, each file whose mark is another than at the
//! last look. A mark is kept once the file is in the home.

use domicile_sdk::konnector::{Failure, FetchError, Progress, Report};
use domicile_sdk::{Locale, Viewer};
use konnector_shared::text::clean;
use konnector_shared::{Said, Warnings, count, mime, say};

use crate::marks::{self, Marks};
use crate::{Entry, Kind, Listed, Source, within};

/// Bytes of a file that the home takes from a provider.
const FILE_BYTES_MAX: u64 = 1 << 30;
/// How often a file that does not come is asked for, until it changes.
const TRIES_MAX: u32 = 3;
/// Files in a row that don't come: the provider does not work.
const FAILED_MAX: usize = 5;
/// Characters of a key.
const KEY_CHARS_MAX: usize = 500;
/// Before the mark of a folder, which no file's begins with.
const FOLDER: char = '/';
/// Between the number of tries and the mark of a file that did not come.
const TRIED: char = '\n';

/// Bring what is new.
pub fn collect(source: &impl Source, progress: &Progress) -> Result<Report, Failure> {
    let mut walk = Walk::new(source, progress, waiting(source.mark())?);
    let ended = walk.all();
    marks::wait(&walk.waiting)?;
    ended?;
    Ok(walk.report(Viewer::current().locale))
}

/// Folders to ask for, the top among them unless all of it is as it was.
fn waiting(mark: Option<&str>) -> Result<Vec<String>, Failure> {
    let mut waiting = marks::waiting()?;
    let begins = match mark {
        None => waiting.is_empty(),
        Some(_) if waiting.iter().any(String::is_empty) => false,
        Some(mark) => marks::of_all()?.as_deref() != Some(mark),
    };
    if begins {
        waiting.insert(0, String::new());
    }
    if let Some(mark) = mark {
        // First what waits, as for a folder.
        marks::wait(&waiting)?;
        marks::keep_all(mark)?;
    }
    Ok(waiting)
}

struct Walk<'a, S> {
    source: &'a S,
    progress: &'a Progress,
    /// Folders to ask for, the next one last.
    waiting: Vec<String>,
    taken: usize,
    /// Files and folders.
    gone: (usize, usize),
    failed: usize,
    warnings: Warnings,
}

/// What became of a file.
enum Came {
    /// It is here, or it was before: its mark.
    Mark(String),
    /// It is not here.
    Not,
    /// This run has brought enough.
    Later,
}

impl<'a, S: Source> Walk<'a, S> {
    fn new(source: &'a S, progress: &'a Progress, waiting: Vec<String>) -> Self {
        let (taken, gone, failed, warnings) = Default::default();
        Walk { source, progress, waiting, taken, gone, failed, warnings }
    }

    fn all(&mut self) -> Result<(), Failure> {
        for _ in 0..S::FOLDERS_MAX {
            let Some(folder) = self.waiting.pop() else { return Ok(()) };
            self.progress.report(self.taken as u64, 0, &folder);
            let whole = match self.source.list(&folder) {
                Err(failure) => Err(failure),
                Ok(Listed::Entries(entries)) => self.folder(&folder, entries),
                Ok(Listed::Kept) => {
                    let told = say!(
                        "the provider does not list it: kept as it is here",
                        "le fournisseur ne le liste pas : gardé ici tel quel"
                    );
                    self.warn(&folder, &told);
                    Ok(true)
                }
                Ok(Listed::Later) => Ok(false),
            };
            if !matches!(whole, Ok(true)) {
                self.waiting.push(folder);
                return whole.map(drop);
            }
        }
        Ok(())
    }

    /// Bring what changed in a folder; whether all of it was looked at.
    fn folder(&mut self, folder: &str, entries: Vec<Entry>) -> Result<bool, Failure> {
        let before = marks::of(folder)?;
        let (mut now, mut ended) = (Marks::new(), Ok(true));
        for entry in entries {
            let known = before.get(&entry.name);
            match self.entry(folder, &entry, known) {
                Ok(Came::Mark(mark)) => drop(now.insert(entry.name, mark)),
                Ok(Came::Not) => {}
                Ok(Came::Later) => ended = Ok(false),
                Err(failure) => ended = Err(failure),
            }
            if !matches!(ended, Ok(true)) {
                break;
            }
        }
        if matches!(ended, Ok(true)) {
            let gone = before.iter().filter(|(name, _)| !now.contains_key(*name));
            let was_here = gone.map(|(_, mark)| mark).filter(|mark| !mark.contains(TRIED));
            let (folders, files): (Vec<_>, Vec<_>) =
                was_here.partition(|one| one.starts_with(FOLDER));
            self.gone = (self.gone.0 + files.len(), self.gone.1 + folders.len());
        } else {
            // What was not looked at stays as it was known.
            before.iter().for_each(|(name, mark)| {
                now.entry(name.clone()).or_insert_with(|| mark.clone());
            });
        }
        if now != before {
            // First what waits: a folder whose mark is kept is not asked for again.
            marks::wait(&self.waiting)?;
            marks::keep(folder, &now)?;
        }
        ended
    }

    fn entry(
        &mut self,
        folder: &str,
        entry: &Entry,
        known: Option<&String>,
    ) -> Result<Came, Failure> {
        let path = within(folder, &entry.name);
        match &entry.kind {
            Kind::Folder { deep } => {
                let mark = format!("{FOLDER}{}", entry.mark);
                if !deep || entry.mark.is_empty() || known != Some(&mark) {
                    self.waiting.push(path);
                }
                Ok(Came::Mark(mark))
            }
            Kind::File { .. } if !entry.mark.is_empty() && known == Some(&entry.mark) => {
                Ok(Came::Mark(entry.mark.clone()))
            }
            Kind::File { size: Some(size), .. } if *size > FILE_BYTES_MAX => {
                let told = say!("longer than 1 GiB: left out", "plus de 1 Gio : non repris");
                self.warn(&path, &told);
                Ok(Came::Not)
            }
            Kind::File { mime, .. } => {
                let tries = known.and_then(|known| tried(known, &entry.mark)).unwrap_or(0);
                let mime = mime.as_deref().unwrap_or_else(|| mime::of(&entry.name));
                self.file(&path, mime, &entry.mark, tries)
            }
        }
    }

    fn file(&mut self, path: &str, mime: &str, mark: &str, tries: u32) -> Result<Came, Failure> {
        let not_here = |tries: u32| Ok(Came::Mark(format!("{tries}{TRIED}{mark}")));
        if tries >= TRIES_MAX {
            let told = say!(
                "it did not come: not asked for again until it changes",
                "il n'est pas venu : plus redemandé tant qu'il ne change pas"
            );
            self.warn(path, &told);
            return not_here(tries);
        }
        let (to, key) = (within(self.source.name(), path), key(self.source.place(), path));
        let brought = match self.source.bring(path, &to, &key, mime) {
            Ok(200) => {
                self.taken += 1;
                self.failed = 0;
                return Ok(Came::Mark(mark.to_owned()));
            }
            Ok(404 | 410) => return Ok(Came::Not),
            Ok(status @ (401 | 429)) => {
                return Err(FetchError::Status(status).into());
            }
            Ok(status) => {
                say!(status; "the provider answered {status}", "le fournisseur a répondu {status}")
            }
            Err(FetchError::Spent) => return Ok(Came::Later),
            Err(FetchError::Invalid(why)) => {
                let told = say!(why; "left out: {why}", "non repris : {why}");
                self.warn(path, &told);
                return Ok(Came::Not);
            }
            Err(FetchError::Unreachable) => say!(
                "it did not come whole, or holds a secret of the account: see the trail",
                "il n'est pas venu entier, ou contient un secret du compte : voyez le journal"
            ),
            Err(other) => return Err(other.into()),
        };
        self.failed += 1;
        if self.failed >= FAILED_MAX {
            return Err(Failure::VendorDown);
        }
        self.warn(path, &brought);
        not_here(tries + 1)
    }

    fn warn(&mut self, path: &str, told: &Said) {
        let path = clean(path, 200);
        self.warnings.add(&say!(path, told; "{path}: {told}", "{path} : {told}"));
    }

    fn report(mut self, locale: Locale) -> Report {
        let files = |number| count(number, ["file", "files"], ["fichier", "fichiers"]);
        let folders = |number| count(number, ["folder", "folders"], ["dossier", "dossiers"]);
        let gone = [(self.gone.0, files(self.gone.0)), (self.gone.1, folders(self.gone.1))];
        for (_, gone) in gone.into_iter().filter(|(number, _)| *number > 0) {
            self.warnings.add(&say!(
                gone;
                "no longer at the server, kept here: {gone}",
                "plus sur le serveur, gardé ici : {gone}",
            ));
        }
        if !self.waiting.is_empty() {
            self.warnings.add(&say!(
                "there is more: the next run goes on from here",
                "il y en a d'autres : la prochaine exécution continue d'ici",
            ));
        }
        let lines = self.warnings.into_lines().into_iter();
        let warnings = lines.map(|said| said.into_text(locale)).collect();
        Report { summary: files(self.taken).into_text(locale), warnings }
    }
}

/// How often a file with this mark did not come.
fn tried(known: &str, mark: &str) -> Option<u32> {
    let (tries, of) = known.split_once(TRIED)?;
    (of == mark).then(|| tries.parse().ok()).flatten()
}

/// What the home knows a file by.
fn key(place: &str, path: &str) -> String {
    let whole = within(place, path);
    if whole.chars().count() <= KEY_CHARS_MAX {
        return whole;
    }
    let begin: String = whole.chars().take(KEY_CHARS_MAX - 40).collect();
    format!("{begin} {}", marks::fingerprint(&whole))
}
