//! The demo's second home: a family whose truth is known, and what its home says never came.
//!
//! In flow an archive as a Cozy gives it to its owner, and what is true of it; out flows what was
//! found, held against that. An alert too many or too few ends the demo.

use std::path::Path;

use anyhow::{Context, ensure};
use bytes::Bytes;
use domicile_policy::{Label, ReadScope};
use domicile_store::Query;
use serde::Deserialize;

use super::demo::Story;
use crate::jobs;
use crate::runs::import::import;

/// Who brings what it had, who looks for refunds, and who shows them.
const COMPONENTS: &[&str] =
    &["banks", "bank_alerts", "konnector_cozy_export", "reconciler", "refunds"];
const ARCHIVE: &str = "cozy-famille.zip";
const TRUTH: &str = "cozy-famille.json";
const ALERTS: &str = "io.domicile.reconciliation.alerts";

/// A refund that never came, in the truth and in what was found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
struct Missing {
    payer: String,
    /// Cents.
    missing: i64,
}

impl Story<'_> {
    /// Bring the family's data home, and look for what never came.
    pub async fn tell_of_family(&self, folder: &Path) -> anyhow::Result<()> {
        for name in COMPONENTS {
            self.install(name).await?;
        }
        let archive = read(&folder.join(ARCHIVE))?;
        let done = import(self.house, self.home, ARCHIVE, Bytes::from(archive), None).await?;
        println!("{ARCHIVE}: {} ({} new)", done.summary, done.changed);
        jobs::settle(self.house, self.home).await?;
        let mut truth: Vec<Missing> = serde_json::from_slice(&read(&folder.join(TRUTH))?)?;
        let mut found = self.missing()?;
        truth.sort();
        found.sort();
        for Missing { payer, missing } in &found {
            println!("Never came from {payer}: {}.{:02} EUR", missing / 100, missing % 100);
        }
        ensure!(found == truth, "the home says {found:?}, and true is {truth:?}");
        println!(
            "Those are all {} refunds that never came to this family, and no other.",
            found.len()
        );
        Ok(())
    }

    fn missing(&self) -> anyhow::Result<Vec<Missing>> {
        let admitted = Label::everything();
        let scope = ReadScope { doctype: ALERTS.parse()?, admitted, fields: None, rows: None };
        let found = self.home.store().find(&scope, &Query::new("{}"))?;
        ensure!(found.next.is_none(), "more never came than fits on a page");
        let missing = found.documents.iter().map(|one| serde_json::from_str(&one.body));
        Ok(missing.collect::<Result<_, _>>()?)
    }
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("`{}` can't be read", path.display()))
}
