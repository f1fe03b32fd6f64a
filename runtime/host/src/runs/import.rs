//! One dropped file: the importer that knows it reads it, and what it deposits is stored all
//! together or not at all.

use std::sync::Arc;

use bytes::Bytes;
use domicile_policy::{Cause, ComponentId};
use domicile_proto::Text;
use domicile_proto::manifest::Kind;
use tokio::sync::watch;

use super::{RunError, begin, event, keep_console};
use crate::engine::state::{InputFile, Progress};
use crate::flow::audit;
use crate::house::{Home, HomeError, House};
use crate::registry::{self, Installed};

/// A dropped file is at most this large.
pub const FILE_BYTES_MAX: usize = 64 << 20;
/// An importer is shown this much of a file to recognise it.
const HEAD_BYTES: usize = 4 << 10;
/// A file's name is cut after so many characters.
const NAME_CHARS_MAX: usize = 255;
/// Warnings that one import reports.
const WARNINGS_MAX: usize = 100;
/// Characters of a summary, a warning or a failure.
const TEXT_CHARS_MAX: usize = 300;

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
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// No importer knows it.
    #[error("no installed importer knows how to read `{file}`: install one for this kind of file")]
    NoImporter {
        /// The file.
        file: String,
    },
    /// The importer says what is wrong with it.
    #[error("`{file}` was not imported: {reason}")]
    Unreadable {
        /// The file.
        file: String,
        /// In the importer's words.
        reason: String,
    },
    /// Too large.
    #[error("`{file}` has {bytes} bytes; a file of up to {FILE_BYTES_MAX} bytes can be imported")]
    TooLarge {
        /// The file.
        file: String,
        /// Its size.
        bytes: usize,
    },
    /// The importer was refused or stopped.
    #[error("`{file}` was not imported: {reason}")]
    Run {
        /// The file.
        file: String,
        /// Why.
        reason: RunError,
    },
    /// What it deposited could not be stored.
    #[error("`{file}` was not imported: {reason}")]
    Store {
        /// The file.
        file: String,
        /// Why.
        reason: HomeError,
    },
}

/// Import one file with the importer that is surest that it knows it.
pub async fn import(
    house: &House,
    home: &Arc<Home>,
    file: &str,
    content: Bytes,
    progress: Option<watch::Sender<Progress>>,
) -> Result<Imported, ImportError> {
    let file = plain_name(file);
    if content.len() > FILE_BYTES_MAX {
        return Err(ImportError::TooLarge { bytes: content.len(), file });
    }
    let importer = choose(house, home, &file, &content)
        .await
        .map_err(|reason| ImportError::Run { file: file.clone(), reason })?
        .ok_or_else(|| ImportError::NoImporter { file: file.clone() })?;
    run(house, home, importer, file, content, progress).await
}

async fn run(
    house: &House,
    home: &Arc<Home>,
    importer: Arc<Installed>,
    file: String,
    content: Bytes,
    progress: Option<watch::Sender<Progress>>,
) -> Result<Imported, ImportError> {
    let refused = |reason| ImportError::Run { file: file.clone(), reason };
    let input = InputFile { name: file.clone(), content };
    let begun = begin(house, home, Arc::clone(&importer), Cause::DroppedFile, input);
    let mut begun = begun.await.map_err(refused)?;
    begun.state.progress = progress;
    let mut ended = house.engine().import(&begun.loaded, begun.state).await;
    keep_console(&mut ended.state).await;
    let session = &mut ended.state.session;
    let outcome = match &ended.outcome {
        Ok(Ok(_)) => "done",
        Ok(Err(_)) => "unreadable",
        Err(ending) => ending.code(),
    };
    let line = event(session, "import", "file", begun.started, outcome);
    let report = match ended.outcome {
        Ok(Ok(report)) => report,
        failure => {
            let (at, version) = (session.began(), &importer.manifest.version);
            home.store().log_later(audit::encode(at, importer.id().as_str(), version, &line));
            return Err(match failure {
                Ok(Err(reason)) => ImportError::Unreadable { file, reason: cut(&reason) },
                Err(ending) => refused(RunError::Ended { name: importer.id().to_string(), ending }),
                Ok(Ok(_)) => return Err(ImportError::NoImporter { file }),
            });
        }
    };
    let deposited = session.tally().written.values().sum();
    let changed = session
        .store_deposits(&line)
        .await
        .map_err(|reason| ImportError::Store { file: file.clone(), reason: reason.into() })?;
    Ok(Imported {
        importer: importer.id().clone(),
        name: importer.manifest.name.clone(),
        summary: cut(&report.summary),
        warnings: report.warnings.iter().take(WARNINGS_MAX).map(|one| cut(one)).collect(),
        deposited,
        changed,
    })
}

/// The importer that is surest; the first by id among equals.
async fn choose(
    house: &House,
    home: &Arc<Home>,
    file: &str,
    content: &Bytes,
) -> Result<Option<Arc<Installed>>, RunError> {
    let head = content.slice(..content.len().min(HEAD_BYTES));
    let mut best: Option<(u8, Arc<Installed>)> = None;
    for importer in registry::installed(home) {
        if importer.manifest.kind != Kind::Importer {
            continue;
        }
        let input = InputFile { name: file.to_owned(), content: Bytes::new() };
        let begun = begin(house, home, Arc::clone(&importer), Cause::DroppedFile, input).await?;
        let ended = house.engine().recognise(&begun.loaded, begun.state, file, &head).await;
        let sure = ended.outcome.unwrap_or(0);
        if sure > 0 && best.as_ref().is_none_or(|(most, _)| sure > *most) {
            best = Some((sure, importer));
        }
    }
    Ok(best.map(|(_, importer)| importer))
}

fn plain_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    last.chars().filter(|c| !c.is_control()).take(NAME_CHARS_MAX).collect()
}

fn cut(text: &str) -> String {
    text.chars().take(TEXT_CHARS_MAX).collect()
}
