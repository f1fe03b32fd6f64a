//! One run: every collection from its mark on, each resource through its format's reader. A mark is
//! kept once what lies before it is in the home; a resource that can't be read is told and passed.

use std::collections::BTreeMap;

use domicile_sdk::konnector::{Deposits, Failure, Progress, Report, field};
use domicile_sdk::state;
use domicile_sdk::Viewer;
use konnector_shared::{Intake, Said, count, say};

use crate::client::decoded;
use crate::{Mark, Service, changes, collections, contents};

/// Where the marks are kept.
const MARKS: &str = "marks";

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
    let locale = Viewer::current().locale;
    let mut marks: BTreeMap<String, Mark> = state::get(MARKS).map_err(failure)?.unwrap_or_default();
    let mut gone = 0;
    let all = collections(service, &field("server").unwrap_or_default())?;
    let mut report = Report::default();
    let mut taken = 0;
    for (at, one) in all.iter().enumerate() {
        progress.report(at as u64, all.len() as u64, &one.name);
        let changes = changes(one, marks.remove(&one.path))?;
        let mut intake = Intake::new(out, progress);
        contents(service, one, &changes.changed, |resources| {
            resources.into_iter().for_each(|(path, text)| {
                if let Err(why) = (conversion.take)(&text, &mut intake) {
                    intake.warnings.add(&passed(&path, &why));
                }
            });
            Ok(())
        })?;
        gone += changes.gone;
        taken += intake.count();
        let part = intake.report(Said { en: String::new(), fr: String::new() }, locale);
        report.warnings.extend(part.warnings);
        out.flush()?;
        marks.insert(one.path.clone(), changes.mark);
        state::set(MARKS, &marks).map_err(failure)?;
    }
    if gone > 0 {
        let (en, fr) = conversion.words;
        let gone = count(gone, en, fr);
        report.warnings.push(
            say!(
                gone;
                "{gone} no longer at the server: kept here",
                "{gone} disparus du serveur : gardés ici",
            )
            .into_text(locale),
        );
    }
    let (en, fr) = conversion.words;
    report.summary = count(taken, en, fr).into_text(locale);
    Ok(report)
}

/// A resource that could not be read.
fn passed(path: &str, why: &Said) -> Said {
    let Said { en, fr } = why;
    let name = decoded(path.rsplit('/').find(|part| !part.is_empty()).unwrap_or(path));
    Said { en: format!("{name}: {en}"), fr: format!("{name} : {fr}") }
}

fn failure(error: state::StateError) -> Failure {
    Failure::Other(error.to_string())
}
