//! `domicile import`: files, each by the importer that knows it, and what an importer asks about
//! one.
//!
//! In flow paths and the number of a reading; out flows what was taken, or a question with its
//! readings, numbered. Never here: a reading that was given for one file and answers for another.

use std::fmt::Write;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, bail};
use bytes::Bytes;

use crate::flow::choice::Question;
use crate::house::{Home, House};
use crate::runs::import::{ImportError, Imported, Reason, answered, import};

/// Import files, and say how each went.
pub async fn files(
    house: &House,
    home: &Arc<Home>,
    files: &[PathBuf],
    reading: Option<usize>,
) -> anyhow::Result<String> {
    if reading.is_some() && files.len() != 1 {
        bail!("--reading answers what is asked about one file: import that file alone");
    }
    let (mut text, mut failed) = (String::new(), 0);
    for file in files {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let content =
            std::fs::read(file).with_context(|| format!("`{}` can't be read", file.display()))?;
        match one(house, home, &name, Bytes::from(content), reading).await {
            Ok(done) => {
                let (importer, summary, changed) = (&done.importer, &done.summary, done.changed);
                writeln!(text, "{name}: {summary} ({importer}; {changed} new or changed)")?;
                for warning in &done.warnings {
                    writeln!(text, "  {warning}")?;
                }
            }
            Err(error) => {
                failed += 1;
                text.push_str(&told(error)?);
            }
        }
    }
    if failed > 0 {
        bail!("{text}{failed} of {} files were not imported", files.len());
    }
    Ok(text)
}

/// Import a file; if its importer asks, with this answer.
async fn one(
    house: &House,
    home: &Arc<Home>,
    name: &str,
    content: Bytes,
    reading: Option<usize>,
) -> Result<Imported, ImportError> {
    let ended = import(house, home, name, content.clone(), None).await;
    match (ended, reading) {
        (Err(ImportError { reason: Reason::Asks(question, _), .. }), Some(reading)) => {
            let at = reading.checked_sub(1).unwrap_or(usize::MAX);
            answered(house, home, name, content, (&question, at), 0).await
        }
        (ended, _) => ended,
    }
}

/// Why a file was not imported, with what is asked about it.
fn told(error: ImportError) -> anyhow::Result<String> {
    let asked = match &error.reason {
        Reason::Asks(question, _) => table(question)?,
        _ => String::new(),
    };
    Ok(format!("{:#}\n{asked}", anyhow::Error::from(error)))
}

/// The readings, numbered, in the importer's words.
fn table(question: &Question) -> anyhow::Result<String> {
    let mut text = String::new();
    for (at, reading) in question.readings.iter().enumerate() {
        writeln!(text, "  {}. {}", at + 1, reading.title)?;
        for row in std::iter::once(&reading.columns).chain(&reading.rows) {
            writeln!(text, "     {}", row.join(" | "))?;
        }
    }
    writeln!(
        text,
        "  these words are the importer's own; import the file with --reading NUMBER to choose one, and \
         it is remembered"
    )?;
    Ok(text)
}
