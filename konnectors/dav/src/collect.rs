//! One run: every collection from its mark on, each resource through its format's reader. A mark is
//! kept once what lies before it is in the home; a resource that can't be read is told and passed.

use std::collections::BTreeMap;

use domicile_sdk::konnector::{Deposits, Failure, Progress, Report, field};
use domicile_sdk::{Locale, Viewer, state};
use konnector_shared::failure::no_state;
use konnector_shared::{Intake, Said, count, say};

use crate::client::decoded;
use crate::{Mark, Service, changes, collections, contents};

/// Where the marks are kept.
const MARKS: &str = "marks";
/// Collections that one run reads.
const COLLECTIONS_MAX: usize = 50;

/// A format's reader, and what people call what it reads.
pub struct Conversion {
    /// Deposits what the text of one resource holds.
    pub take: fn(&str, &mut Intake<'_>) -> Result<(), Said>,
    /// One and many, in English and in French.
    pub words: ([&'static str; 2], [&'static str; 2]),
}

/// Collect all that is new.
pub fn collect(
    service: Service,
    out: &mut Deposits,
    progress: &Progress,
    conversion: &Conversion,
) -> Result<Report, Failure> {
    let (locale, (en, fr)) = (Viewer::current().locale, conversion.words);
    // What was kept came from the server: it is seen by who has asked about the account, as here.
    let mut all = collections(service, &field("server").unwrap_or_default())?;
    let mut marks: BTreeMap<String, Mark> =
        state::get(MARKS).map_err(no_state)?.unwrap_or_default();
    let beyond = all.len().saturating_sub(COLLECTIONS_MAX);
    all.truncate(COLLECTIONS_MAX);
    marks.retain(|path, _| all.iter().any(|one| one.path == *path));
    let (mut taken, mut gone, mut kept_back) = (0, 0, 0);
    let mut report = Report::default();
    for (at, one) in all.iter().enumerate() {
        progress.report(at as u64, all.len() as u64, &one.name);
        let changes = changes(one, marks.remove(&one.path))?;
        let mut intake = Intake::new(out, progress);
        kept_back += contents(service, one, &changes.changed, |path, text| {
            if let Err(why) = (conversion.take)(text, &mut intake) {
                intake.warnings.add(&passed(path, &why));
            }
        })?;
        gone += changes.gone;
        taken += intake.count();
        report.warnings.extend(intake.report(count(taken, en, fr), locale).warnings);
        out.flush()?;
        marks.insert(one.path.clone(), changes.mark);
        state::set(MARKS, &marks).map_err(no_state)?;
    }
    report.warnings.extend(remarks(conversion, gone, kept_back, beyond, locale));
    report.summary = count(taken, en, fr).into_text(locale);
    Ok(report)
}

/// What else the owner has to know.
fn remarks(
    conversion: &Conversion,
    gone: usize,
    kept_back: usize,
    beyond: usize,
    locale: Locale,
) -> Vec<String> {
    let (en, fr) = conversion.words;
    let mut said = Vec::new();
    if gone > 0 {
        let gone = count(gone, en, fr);
        said.push(say!(
            gone;
            "no longer at the server, kept here: {gone}",
            "plus sur le serveur, gardé ici : {gone}",
        ));
    }
    if kept_back > 0 {
        let kept_back = count(kept_back, en, fr);
        said.push(say!(
            kept_back;
            "at the server, which does not give it: {kept_back}",
            "sur le serveur, qui ne le donne pas : {kept_back}",
        ));
    }
    if beyond > 0 {
        said.push(say!(
            beyond;
            "more than {COLLECTIONS_MAX} collections: {beyond} left out",
            "plus de {COLLECTIONS_MAX} collections : {beyond} non reprises",
        ));
    }
    said.into_iter().map(|said| said.into_text(locale)).collect()
}

/// A resource that could not be read.
fn passed(path: &str, why: &Said) -> Said {
    let Said { en, fr } = why;
    let name = decoded(path.rsplit('/').find(|part| !part.is_empty()).unwrap_or(path));
    Said { en: format!("{name}: {en}"), fr: format!("{name} : {fr}") }
}
