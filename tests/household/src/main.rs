//! A family for the demo: `domicile-household FOLDER`. Out: an archive as a Cozy gives it to its
//! owner, and what is true of it, for the demo to be held to.

use std::error::Error;
use std::fs::File;
use std::io::Write;
use std::path::Path;

use domicile_household::{Alert, Document, Household, Noise, Shape};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const SEED: u64 = 4;
const MONTHS: i64 = 14;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os().nth(1).ok_or("name the folder that the family goes into")?;
    let folder = Path::new(&folder);
    let household = Household::on(
        &Timestamp::now().to_zoned_datetime(TimeZone::UTC).date().to_string(),
        SEED,
        &shape(),
    )
    .ok_or("this machine has no day")?;
    archive(&folder.join("cozy-famille.zip"), &household.documents)?;
    truth(&folder.join("cozy-famille.json"), &household.truth.alerts)?;
    Ok(())
}

/// Two parents and two children, two banks, every kind of noise.
fn shape() -> Shape {
    Shape {
        people: 4,
        months: MONTHS,
        banks: 2,
        insurers: 2,
        operations: 1_500,
        bills: 160,
        wrongs: 4,
        noise: Noise::ALL.into(),
    }
}

fn archive(path: &Path, documents: &[Document]) -> Result<(), Box<dyn Error>> {
    let mut zip = ZipWriter::new(File::create(path)?);
    for Document { doctype, id, body } in documents {
        zip.start_file(format!("My Cozy/{doctype}/{id}.json"), SimpleFileOptions::default())?;
        zip.write_all(serde_json::to_string(body)?.as_bytes())?;
    }
    zip.finish()?;
    Ok(())
}

fn truth(path: &Path, alerts: &[Alert]) -> Result<(), Box<dyn Error>> {
    Ok(std::fs::write(path, serde_json::to_string_pretty(alerts)?)?)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Whatever the day of the demo is.
    #[test]
    fn the_family_has_troubles_of_several_kinds() {
        const KINDS_MIN: usize = 4;
        for month in 1..=12 {
            for day in 1..=28 {
                let today = format!("2027-{month:02}-{day:02}");
                let household = Household::on(&today, SEED, &shape()).unwrap();
                let kinds: BTreeSet<_> =
                    household.truth.alerts.iter().map(|alert| alert.kind).collect();
                assert!(kinds.len() >= KINDS_MIN, "{today}: {kinds:?}");
            }
        }
    }
}
