//! One dropped file: an importer that knows it reads it, and what it deposits is stored all
//! together or not at all. One that asks how the file is to be read has stored nothing either: the
//! owner answers, and it reads the file again.

use std::cmp::Reverse;
use std::error::Error;
use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use domicile_policy::{Category, Cause, ComponentId, Locale};
use domicile_proto::Text;
use domicile_proto::manifest::Kind;
use domicile_proto::text::shown;
use domicile_store::{WriteBatch, WriteError};
use tokio::sync::watch;

use super::{RunError, Why, begin, event, keep_console};
use crate::caps::bindings::importer::exports::domicile::konnector::importer::Report;
use crate::engine::state::{InputFile, Progress};
use crate::flow::audit::{self, Event};
use crate::flow::choice::{self, Question};
use crate::flow::{Session, deposits};
use crate::house::{Home, HomeError, House};
use crate::registry::{self, Installed};

/// A dropped file is at most this large.
pub const FILE_BYTES_MAX: usize = 64 << 20;
/// An importer is shown this much of a file to recognise it.
const HEAD_BYTES: usize = 4 << 10;
/// So many importers try one file: an invoice and a statement in PDF begin alike.
const IMPORTERS_MAX: usize = 4;
/// A file's name is cut after so many characters.
const NAME_CHARS_MAX: usize = 255;
/// Warnings that one import reports.
const WARNINGS_MAX: usize = 100;
/// Characters of a summary, a warning or a failure.
const TEXT_CHARS_MAX: usize = 300;

/// Questions that an importer asks about one file.
pub const QUESTIONS_MAX: usize = 4;

/// What an import brought.
#[derive(Clone, Debug)]
pub struct Imported {
    /// Which importer read the file.
    pub importer: ComponentId,
    /// Its name.
    pub name: Text,
    /// What it says it took.
    pub summary: String,
    /// What it left out, and why.
    pub warnings: Vec<String>,
    /// Documents deposited.
    pub deposited: u64,
    /// Of those, new or changed: importing twice adds nothing.
    pub changed: u64,
}

/// Why a file was not imported. Nothing was stored.
#[derive(Debug)]
pub struct ImportError {
    /// The file.
    pub file: String,
    /// What is wrong with it.
    pub reason: Reason,
}

/// What is wrong with a file.
#[derive(Debug)]
pub enum Reason {
    /// No importer knows it.
    NoImporter,
    /// In the importer's words.
    Unreadable(String),
    /// Its owner has to say how it is to be read; with what importers said that could not read it.
    Asks(Box<Question>, Option<String>),
    /// The importer asks on and on.
    AsksAgain,
    /// Its size is more than can be imported.
    TooLarge(usize),
    /// The importer was refused or stopped.
    Run(RunError),
    /// What it deposited could not be stored.
    Store(HomeError),
}

impl ImportError {
    /// What happened, for the owner.
    pub fn words(&self, locale: Locale) -> String {
        let file = &self.file;
        let reason = match &self.reason {
            Reason::NoImporter => {
                return locale.pick(
                    format!(
                        "no installed importer knows how to read `{file}`: install one for this kind of file"
                    ),
                    format!(
                        "aucun importateur installé ne sait lire `{file}` : installez-en un pour ce genre de \
                         fichier"
                    ),
                );
            }
            Reason::TooLarge(bytes) => {
                return locale.pick(
                    format!(
                        "`{file}` has {bytes} bytes; a file of up to {FILE_BYTES_MAX} bytes can be imported"
                    ),
                    format!(
                        "`{file}` fait {bytes} octets ; on peut importer un fichier de {FILE_BYTES_MAX} octets \
                         au plus"
                    ),
                );
            }
            Reason::Unreadable(reason) => reason.clone(),
            Reason::Asks(question, others) => {
                let (id, words) = (&question.component, &question.words);
                let others = others.as_ref().map(|said| format!(" ({said})")).unwrap_or_default();
                return locale.pick(
                    format!("`{id}` asks how to read `{file}`: {words}{others}"),
                    format!("`{id}` demande comment lire `{file}` : {words}{others}"),
                );
            }
            Reason::AsksAgain => locale
                .pick(
                    "its importer keeps asking how it is to be read: export it in another format",
                    "son importateur ne cesse de demander comment le lire : exportez-le dans un autre format",
                )
                .to_owned(),
            Reason::Run(error) => error.words(locale),
            Reason::Store(_) => locale
                .pick(
                    "the home could not store what it holds; try again",
                    "le domicile n'a pas pu en garder le contenu ; réessayez",
                )
                .to_owned(),
        };
        locale.pick(
            format!("`{file}` was not imported: {reason}"),
            format!("`{file}` n'a pas été importé : {reason}"),
        )
    }
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words(Locale::En))
    }
}

impl Error for ImportError {
    /// What the server's log tells besides.
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.reason {
            Reason::Run(error) => error.source(),
            // The importer's own doing, and so no word for the server's log.
            Reason::Store(HomeError::Write(WriteError::Quota { .. })) => None,
            Reason::Store(error) => Some(error),
            _ => None,
        }
    }
}

/// Import one file with the importer that is surest that it knows it, or else with the next.
pub async fn import(
    house: &House,
    home: &Arc<Home>,
    file: &str,
    content: Bytes,
    progress: Option<watch::Sender<Progress>>,
) -> Result<Imported, ImportError> {
    let file = plain_name(file);
    if content.len() > FILE_BYTES_MAX {
        return Err(ImportError { reason: Reason::TooLarge(content.len()), file });
    }
    let failed = |reason| ImportError { file: file.clone(), reason };
    let chosen = choose(house, home, &file, &content).await;
    let (mut refusals, mut question) = (Vec::new(), None);
    for importer in chosen.map_err(|error| failed(Reason::Run(error)))? {
        let name = importer.manifest.name.clone();
        match run(house, home, importer, file.clone(), content.clone(), progress.clone()).await {
            Err(ImportError { reason: Reason::Unreadable(why), .. }) => refusals.push((name, why)),
            // Another may read it without asking.
            Err(ImportError { reason: Reason::Asks(asked, _), .. }) => {
                question.get_or_insert(asked);
            }
            ended => return ended,
        }
    }
    let refused = all_of(&refusals, home.settings().locale);
    Err(failed(match (question, refused) {
        (Some(question), Reason::Unreadable(others)) => Reason::Asks(question, Some(others)),
        (Some(question), _) => Reason::Asks(question, None),
        (None, refused) => refused,
    }))
}

/// Keep how its owner wants a file read, and have the importer that asked read it again. `before`
/// questions about it were answered already.
pub async fn answered(
    house: &House,
    home: &Arc<Home>,
    file: &str,
    content: Bytes,
    (question, reading): (&Question, usize),
    before: usize,
) -> Result<Imported, ImportError> {
    let file = plain_name(file);
    let failed = |reason| ImportError { file: file.clone(), reason };
    let importer = registry::find(home, &question.component).filter(|one| takes(one, &file));
    let importer = importer.ok_or_else(|| failed(Reason::NoImporter))?;
    let kept = choice::keep(home, house.clock().now(), question, reading, &file).await;
    if !kept.map_err(|error| failed(Reason::Store(error)))? {
        return Err(failed(Reason::Asks(Box::new(question.clone()), None)));
    }
    match run(house, home, importer, file.clone(), content, None).await {
        Err(ImportError { reason: Reason::Asks(..), .. }) if before + 1 >= QUESTIONS_MAX => {
            Err(failed(Reason::AsksAgain))
        }
        ended => ended,
    }
}

/// What each importer said that took the file for one of its own.
fn all_of(refusals: &[(Text, String)], locale: Locale) -> Reason {
    match refusals {
        [] => Reason::NoImporter,
        [(_, why)] => Reason::Unreadable(why.clone()),
        many => {
            let colon = locale.pick(": ", " : ");
            let each =
                many.iter().map(|(name, why)| format!("{}{colon}{why}", name.in_locale(locale)));
            Reason::Unreadable(each.collect::<Vec<_>>().join(locale.pick("; ", " ; ")))
        }
    }
}

/// Import with one importer. One that sorts runs once for each category that it may deposit, and
/// each time keeps what is of that one: its documents are about that alone.
async fn run(
    house: &House,
    home: &Arc<Home>,
    importer: Arc<Installed>,
    file: String,
    content: Bytes,
    progress: Option<watch::Sender<Progress>>,
) -> Result<Imported, ImportError> {
    let failed = |reason| ImportError { file: file.clone(), reason };
    let mut imported = Imported {
        importer: importer.id().clone(),
        name: importer.manifest.name.clone(),
        summary: String::new(),
        warnings: Vec::new(),
        deposited: 0,
        changed: 0,
    };
    let mut batch = WriteBatch::default();
    for category in passes(&importer) {
        let input = InputFile { name: file.clone(), content: content.clone() };
        let pass = pass(house, home, &importer, category, input, progress.clone());
        let (mut session, line, report) = pass.await.map_err(failed)?;
        imported.deposited += session.tally().written.values().sum::<u64>();
        let taken = session.take_deposits(&line);
        batch.ops.extend(taken.ops);
        batch.contents.extend(taken.contents);
        batch.log.extend(taken.log);
        // Each pass reads all of the file, and so each tells of all of it.
        imported.summary = cut(&report.summary);
        imported.warnings = report.warnings.iter().take(WARNINGS_MAX).map(|one| cut(one)).collect();
    }
    let stored = deposits::store(home, batch).await;
    imported.changed = stored.map_err(|error| failed(Reason::Store(error.into())))?;
    Ok(imported)
}

/// What each pass over a file takes of it: all, or what is of one category.
fn passes(importer: &Installed) -> Vec<Option<Category>> {
    match importer.manifest.sorts() {
        true => importer.grants().categories().into_iter().map(Some).collect(),
        false => vec![None],
    }
}

/// One pass over a file.
async fn pass(
    house: &House,
    home: &Arc<Home>,
    importer: &Arc<Installed>,
    category: Option<Category>,
    input: InputFile,
    progress: Option<watch::Sender<Progress>>,
) -> Result<(Session, Event, Report), Reason> {
    let why = category.map_or(Why::Cause(Cause::DroppedFile), Why::Sorting);
    let begun = begin(house, home, Arc::clone(importer), why, input).await;
    let mut begun = begun.map_err(Reason::Run)?;
    begun.state.progress = progress;
    let others = passes(importer).into_iter().flatten().filter(|other| Some(*other) != category);
    let others = others.map(|other| Why::Sorting(other).run(house, importer));
    let denied = |denial| Reason::Run(RunError::Denied(Box::new(denial)));
    begun.state.session.leave_to(others.collect::<Result<_, _>>().map_err(denied)?);
    let mut ended = house.engine().import(&begun.loaded, begun.state).await;
    keep_console(&mut ended.state).await;
    let mut session = ended.state.session;
    let question = session.take_question();
    let read = match (ended.outcome, question) {
        // Whatever it says to that: nothing is taken that waits for an answer.
        (Ok(_), Some(question)) => Err(("asks", Reason::Asks(Box::new(question), None))),
        (Ok(Ok(report)), None) => Ok(report),
        (Ok(Err(reason)), None) => Err(("unreadable", Reason::Unreadable(cut(&reason)))),
        (Err(ending), _) => {
            let name = importer.id().to_string();
            Err((ending.code(), Reason::Run(RunError::Ended { name, ending })))
        }
    };
    let code = read.as_ref().map_or_else(|(code, _)| *code, |_| "done");
    let line = event(&session, "import", &begun.start, code);
    match read {
        Ok(report) => Ok((session, line, report)),
        Err((_, reason)) => {
            let (at, version) = (session.began(), &importer.manifest.version);
            home.store().log_later(audit::encode(at, importer.id().as_str(), version, &line));
            Err(reason)
        }
    }
}

/// The importers that know the file, the surest first, of those whose manifest names its ending;
/// the first by id among equals. A file is shown to no other: it would say of every file that it
/// knows it.
async fn choose(
    house: &House,
    home: &Arc<Home>,
    file: &str,
    content: &Bytes,
) -> Result<Vec<Arc<Installed>>, RunError> {
    let head = content.slice(..content.len().min(HEAD_BYTES));
    let mut known: Vec<(u8, Arc<Installed>)> = Vec::new();
    for importer in registry::installed(home) {
        if !takes(&importer, file) {
            continue;
        }
        let input = InputFile { name: file.to_owned(), content: Bytes::new() };
        let why = Why::Cause(Cause::DroppedFile);
        let begun = begin(house, home, Arc::clone(&importer), why, input).await?;
        let ended = house.engine().recognise(&begun.loaded, begun.state, file, &head).await;
        let sure = ended.outcome.unwrap_or(0);
        if sure > 0 {
            known.push((sure, importer));
        }
    }
    known.sort_by_key(|(sure, _)| Reverse(*sure));
    Ok(known.into_iter().take(IMPORTERS_MAX).map(|(_, importer)| importer).collect())
}

fn takes(component: &Installed, file: &str) -> bool {
    let file = file.to_ascii_lowercase();
    let endings = component.manifest.importer.iter().flat_map(|importer| &importer.accept);
    component.manifest.kind == Kind::Importer && endings.clone().any(|one| file.ends_with(one))
}

fn plain_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    last.chars().filter(|c| !c.is_control()).take(NAME_CHARS_MAX).collect()
}

/// An importer's words, fit for a trusted page.
fn cut(text: &str) -> String {
    shown(text, TEXT_CHARS_MAX)
}
