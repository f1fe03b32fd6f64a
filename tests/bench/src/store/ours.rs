//! The store of a home, by the calls that the host makes. In: documents. Out: bodies. Never here: a
//! limit that a home does not have.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use domicile_policy::{Actor, Doctype, Influence, Label, ReadScope};
use domicile_proto::doctype::Doctypes;
use domicile_store::{Home, Limits, Op, Provenance, Query, WriteBatch};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use super::draw::{Draw, Made};
use super::{CACHE_BYTES, PAGE, Store, WRITERS};

/// The fields of a bank operation, and the one index that SQLite has too.
const DOCTYPE: &str = r#"
name = "app.bench.operations"
category = "bank"
title = { en = "operations", fr = "opérations" }
indexes = [["account", "date"]]
[fields]
label = { type = "string", required = true, max_length = 1000 }
type = { type = "string", max_length = 60 }
date = { type = ["date", "datetime"], required = true }
amount = { type = "number", required = true }
currency = { type = "string", max_length = 3 }
account = { type = "string", max_length = 100 }
vendorId = { type = "string", max_length = 500 }
toCategorize = { type = "boolean" }
"#;

/// An open home of an importer's documents.
pub struct Ours {
    home: Home,
    template: Template,
    scope: ReadScope,
    runtime: Runtime,
    ids: Vec<String>,
}

/// What all documents share.
#[derive(Clone)]
struct Template {
    doctype: Doctype,
    label: Label,
    influence: Influence,
    provenance: Provenance,
}

impl Template {
    fn create(&self, made: &Made) -> Op {
        let Template { doctype, label, influence, provenance } = self.clone();
        Op::Create { doctype, label, influence, provenance, body: made.body.clone() }
    }
}

impl Ours {
    /// A new file.
    pub fn open(path: &Path) -> anyhow::Result<Ours> {
        let doctypes = Arc::new(Doctypes::from_texts([DOCTYPE])?);
        let limits = Limits { cache_bytes: CACHE_BYTES, ..Limits::default() };
        let home = Home::open(path, "bench".parse()?, [7; 32], doctypes, limits)?;
        let doctype: Doctype = "app.bench.operations".parse()?;
        let template = Template {
            doctype: doctype.clone(),
            label: Label::of(["bank@ofx-file".parse()?]),
            influence: Influence::of([Actor::App("ofx".parse()?)]),
            provenance: Provenance {
                component: "ofx".parse()?,
                version: "1.0.0".to_owned(),
                at: "2026-11-23T09:30:00Z".to_owned(),
            },
        };
        // What an app is granted that may see the bank, whoever brought it.
        let admitted = Label::of(["bank@*".parse()?]);
        let scope = ReadScope { doctype, admitted, fields: None, rows: None };
        let runtime = tokio::runtime::Builder::new_multi_thread().build()?;
        Ok(Ours { home, template, scope, runtime, ids: Vec::new() })
    }
}

impl Store for Ours {
    fn insert(&mut self, batch: &[Made]) -> anyhow::Result<()> {
        let ops = batch.iter().map(|made| self.template.create(made)).collect();
        let batch = WriteBatch { ops, ..WriteBatch::default() };
        let written = self.runtime.block_on(self.home.write(batch))?;
        self.ids.extend(written.into_iter().map(|one| one.id));
        Ok(())
    }

    fn get(&mut self, number: usize) -> anyhow::Result<String> {
        let mut found = self.home.get_many(&self.scope, &[&self.ids[number]])?;
        Ok(found.pop().flatten().context("no such document")?.body)
    }

    fn page(&mut self, account: &str) -> anyhow::Result<Vec<String>> {
        let selector = format!("{{\"account\":\"{account}\"}}");
        let query = Query { limit: PAGE, ..Query::new(selector).sort("date", true) };
        let page = self.home.find(&self.scope, &query)?;
        Ok(page.documents.into_iter().map(|document| document.body).collect())
    }

    fn insert_at_once(&mut self, draw: &Draw, time: Duration) -> anyhow::Result<u64> {
        let end = Instant::now() + time;
        self.runtime.block_on(async {
            let mut writers = JoinSet::new();
            for _ in 0..WRITERS {
                let (home, template, draw) =
                    (self.home.clone(), self.template.clone(), draw.clone());
                writers.spawn(async move {
                    let mut written = 0;
                    while Instant::now() < end {
                        let ops = vec![template.create(&draw.next())];
                        home.write(WriteBatch { ops, ..WriteBatch::default() }).await?;
                        written += 1;
                    }
                    Ok::<u64, anyhow::Error>(written)
                });
            }
            let mut written = 0;
            while let Some(count) = writers.join_next().await {
                written += count??;
            }
            Ok(written)
        })
    }
}
