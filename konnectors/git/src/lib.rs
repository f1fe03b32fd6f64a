//! Konnector of files: those of one branch of a git repository, as they are at its tip.
//!
//! In: the branches that the server names, and the tip of one as a pack. Out: files, in the folders
//! of the repository. Never here: a request that changes something at the server, the owner's token
//! (the home puts it in), the past of a branch, a symbolic link that is followed.

mod delta;
mod object;
mod pack;
mod repository;
mod talk;
#[cfg(test)]
mod tests;
mod trouble;

use domicile_sdk::Viewer;
use domicile_sdk::konnector::{Deposits, Failure, Konnector, Progress, Report};
use konnector_shared::{count, say};

use repository::Repository;

domicile_sdk::konnector! { manifest: "manifest.toml", konnector: Git }

struct Git;

impl Konnector for Git {
    fn collect(_: &mut Deposits, progress: &Progress) -> Result<Report, Failure> {
        let locale = Viewer::current().locale;
        let Some(repository) = Repository::find()? else {
            let empty = say!("the repository is empty", "le dépôt est vide").into_text(locale);
            let summary = count(0, ["file", "files"], ["fichier", "fichiers"]).into_text(locale);
            return Ok(Report { summary, warnings: vec![empty] });
        };
        let mut report = konnector_folders::collect(&repository, progress)?;
        let told = repository.left_out().into_iter().map(|said| said.into_text(locale));
        report.warnings.splice(0..0, told);
        Ok(report)
    }
}
