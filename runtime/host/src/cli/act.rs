//! What can be done to a home from the command line, on this side of the control socket or the
//! other.

use std::fmt::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, anyhow, bail};
use clap::Subcommand;
use domicile_policy::{CauseKind, Doctype, HomeName, ReadScope};
use domicile_proto::Locale;
use domicile_proto::manifest::Kind;
use domicile_proto::report::Report;
use domicile_store::Query;
use serde::{Deserialize, Serialize};

use super::device::DeviceAct;
use super::{doctor, import};
use crate::flow::audit::{self, AuditFilter};
use crate::flow::{accounts, export};
use crate::house::{Home, House, Settings};
use crate::jobs::{self, Overview};
use crate::registry;

/// One act.
#[derive(Serialize, Deserialize)]
pub enum Act {
    /// Homes.
    Home(HomeAct),
    /// Components.
    App(AppAct),
    /// Import files.
    Import {
        /// Absolute paths.
        files: Vec<PathBuf>,
        /// How the one file is to be read, from 1.
        reading: Option<usize>,
        /// The home.
        home: String,
    },
    /// Documents.
    Docs(DocsAct),
    /// Services.
    Jobs(JobsAct),
    /// Devices that collect.
    Device(DeviceAct),
    /// The audit trail.
    Log {
        /// The home.
        home: String,
        /// JSON, a line each.
        json: bool,
        /// At most so many.
        limit: usize,
    },
    /// Check everything.
    Doctor {
        /// The home of which a backup was put back.
        restored: Option<String>,
    },
}

/// Homes.
#[derive(Subcommand, Serialize, Deserialize)]
pub enum HomeAct {
    /// Make a home; the owner chooses a passphrase on its first page
    Add {
        /// Its name: the first part of its host name
        name: String,
        /// How the owner wants to be called
        #[arg(long, default_value = "")]
        owner: String,
        /// `en` or `fr`
        #[arg(long, default_value = "en")]
        locale: String,
    },
    /// The homes there are
    List,
    /// Take all documents of a home away, in one archive (.zip); what left can't be called back
    Export {
        /// The home
        name: String,
        /// Where the archive goes; nothing is there yet
        #[arg(long, short)]
        output: PathBuf,
    },
}

/// Components.
#[derive(Subcommand, Serialize, Deserialize)]
pub enum AppAct {
    /// Install a component; its flows are shown first, and --yes consents to them
    Install {
        /// The component
        file: PathBuf,
        /// The home
        #[arg(long, default_value = "home")]
        home: String,
        /// Consent to the flows
        #[arg(long)]
        yes: bool,
    },
    /// What is installed
    List {
        /// The home
        #[arg(long, default_value = "home")]
        home: String,
    },
    /// What a component sees, and where it can go
    Flows {
        /// The component
        id: String,
        /// The home
        #[arg(long, default_value = "home")]
        home: String,
    },
    /// Remove a component; what it wrote stays
    Remove {
        /// The component
        id: String,
        /// The home
        #[arg(long, default_value = "home")]
        home: String,
    },
}

/// Documents.
#[derive(Subcommand, Serialize, Deserialize)]
pub enum DocsAct {
    /// Find documents: a JSON object a line
    Find {
        /// The doctype
        doctype: String,
        /// A Mango selector
        #[arg(long, default_value = "{}")]
        selector: String,
        /// The home
        #[arg(long, default_value = "home")]
        home: String,
    },
}

/// Services.
#[derive(Subcommand, Serialize, Deserialize)]
pub enum JobsAct {
    /// What runs by itself, how it ended the last time, and when it runs next
    List {
        /// The home
        #[arg(long, default_value = "home")]
        home: String,
    },
    /// Let a service, or a konnector for an account, run now
    Run {
        /// The service, or `KONNECTOR/ACCOUNT` as `list` names it
        id: String,
        /// The home
        #[arg(long, default_value = "home")]
        home: String,
    },
}

impl HomeAct {
    /// With absolute paths: the server has another working directory.
    pub fn absolute(mut self) -> anyhow::Result<HomeAct> {
        if let HomeAct::Export { output, .. } = &mut self {
            *output = std::path::absolute(&output)?;
        }
        Ok(self)
    }
}

impl AppAct {
    /// The same.
    pub fn absolute(mut self) -> anyhow::Result<AppAct> {
        if let AppAct::Install { file, .. } = &mut self {
            *file = super::absolute(file)?;
        }
        Ok(self)
    }
}

impl Act {
    /// Do it. Returns what to print.
    pub async fn perform(self, house: &House) -> anyhow::Result<String> {
        match self {
            Act::Home(HomeAct::Add { name, owner, locale }) => {
                let settings =
                    Settings { owner, locale: Locale::from_tag(&locale), ..Settings::default() };
                house.create_home(&name.parse()?, settings).await?;
                Ok(format!("home `{name}` is ready: `domicile up` serves it\n"))
            }
            Act::Home(HomeAct::List) => {
                Ok(house.home_names()?.iter().map(|name| format!("{name}\n")).collect())
            }
            Act::Home(HomeAct::Export { name, output }) => {
                export(house, &open(house, &name)?, &output).await
            }
            Act::App(act) => act.perform(house).await,
            Act::Import { files, reading, home } => {
                import::files(house, &open(house, &home)?, &files, reading).await
            }
            Act::Docs(DocsAct::Find { doctype, selector, home }) => {
                let home = open(house, &home)?;
                find(&home, &doctype, selector)
            }
            Act::Device(act) => act.perform(house).await,
            Act::Jobs(JobsAct::List { home }) => {
                let home = open(house, &home)?;
                jobs(house, &home)
            }
            Act::Jobs(JobsAct::Run { id, home }) => run(house, &open(house, &home)?, &id).await,
            Act::Log { home, json, limit } => {
                let home = open(house, &home)?;
                log(&home, json, limit)
            }
            Act::Doctor { restored } => {
                if let Some(name) = restored {
                    let home = open(house, &name)?;
                    doctor::restored(house, &home).await?;
                }
                doctor::examine(house)
            }
        }
    }
}

impl AppAct {
    async fn perform(self, house: &House) -> anyhow::Result<String> {
        match self {
            AppAct::Install { file, home, yes } => {
                let home = open(house, &home)?;
                let bytes = std::fs::read(&file)
                    .with_context(|| format!("`{}` can't be read", file.display()))?;
                let proposal = registry::propose(house, bytes).await?;
                let mut text = lines(&proposal.report, home.settings().locale);
                if !yes {
                    bail!("{text}nothing was installed: add --yes to consent to these flows");
                }
                let installed = registry::install(house, &home, proposal).await?;
                let manifest = &installed.manifest;
                writeln!(text, "installed `{}` {}", manifest.id, manifest.version)?;
                Ok(text)
            }
            AppAct::List { home } => {
                let home = open(house, &home)?;
                let mut text = String::new();
                for one in registry::installed(&home) {
                    let manifest = &one.manifest;
                    let (id, kind, version) = (&manifest.id, manifest.kind, &manifest.version);
                    let digest = one.digest.get(..16).unwrap_or_default();
                    writeln!(text, "{id}  {kind}  {version}  {digest}")?;
                }
                Ok(text)
            }
            AppAct::Flows { id, home } => {
                let home = open(house, &home)?;
                let installed = registry::find(&home, &id.parse()?)
                    .ok_or_else(|| anyhow!("`{id}` is not installed in `{}`", home.name()))?;
                let report = registry::report(house, &installed)?;
                Ok(lines(&report, home.settings().locale))
            }
            AppAct::Remove { id, home } => {
                let home = open(house, &home)?;
                if !registry::remove(house, &home, &id.parse()?).await? {
                    bail!("`{id}` is not installed in `{}`", home.name());
                }
                Ok(format!("removed `{id}`; what it wrote stays\n"))
            }
        }
    }
}

/// What a component may do, a line each.
pub fn lines(report: &Report, locale: Locale) -> String {
    let lines = match locale {
        Locale::En => &report.summary.en,
        Locale::Fr => &report.summary.fr,
    };
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// The home of this name.
pub fn open(house: &House, name: &str) -> anyhow::Result<Arc<Home>> {
    let name: HomeName = name.parse()?;
    Ok(house.home(&name)?)
}

/// All that the owner's page would let go. An archive that was not finished is taken away again.
async fn export(house: &House, home: &Arc<Home>, output: &Path) -> anyhow::Result<String> {
    let mut new = std::fs::OpenOptions::new();
    let file = new.write(true).create_new(true).mode(0o600).open(output);
    let file = file.with_context(|| format!("`{}` can't be written", output.display()))?;
    let exported = async {
        let chosen = export::held(home, house.doctypes())?;
        export::export(home, house.clock().now(), chosen, file).await
    };
    match exported.await {
        Ok(file) => {
            let bytes = file.metadata()?.len();
            Ok(format!("{bytes} bytes of `{}` are in `{}`\n", home.name(), output.display()))
        }
        Err(error) => {
            std::fs::remove_file(output)?;
            Err(error.into())
        }
    }
}

/// The owner's own look at documents: everything, whatever its label.
fn find(home: &Home, doctype: &str, selector: String) -> anyhow::Result<String> {
    let doctype: Doctype = doctype.parse()?;
    let admitted = domicile_policy::Label::everything();
    let scope = ReadScope { doctype, admitted, fields: None, rows: None };
    let mut query = Query { selector, sort: Vec::new(), limit: 100, cursor: None };
    let mut text = String::new();
    loop {
        let page = home.store().find(&scope, &query)?;
        for document in &page.documents {
            let body: serde_json::Value = serde_json::from_str(&document.body)?;
            let line = serde_json::json!({
                "id": document.id, "label": document.label, "body": body,
            });
            writeln!(text, "{line}")?;
        }
        query.cursor = page.next;
        if query.cursor.is_none() {
            return Ok(text);
        }
    }
}

fn jobs(house: &House, home: &Home) -> anyhow::Result<String> {
    let mut text = String::new();
    for installed in registry::installed(home) {
        let (id, starts) = (installed.id(), installed.trigger().powers().collect::<Vec<_>>());
        let mut line = |name: &str, now: Overview| {
            let state = match (now.paused, now.waits) {
                (true, _) => "paused",
                (false, true) => "waits for its owner",
                (false, false) => "ready",
            };
            let last = now.runs.first().map(|ran| format!("{} {}", ran.at, ran.outcome));
            let next = now.next.map(|next| next.to_string());
            let [last, next] = [last, next].map(|one| one.unwrap_or_else(|| "none".to_owned()));
            let starts = starts.join(", ");
            writeln!(text, "{name}  {state}  [{starts}]  last: {last}  next: {next}")
        };
        if installed.manifest.kind == Kind::Service {
            line(id.as_str(), jobs::overview(house, home, &installed)?)?;
        }
        for account in accounts::of(home, id)? {
            let now = jobs::overview_of_account(house, home, &installed, &account)?;
            line(&format!("{id}/{}", account.id), now)?;
        }
    }
    Ok(text)
}

/// `id` is a service's, or a konnector's with that of an account: `ID/ACCOUNT`.
async fn run(house: &House, home: &Arc<Home>, id: &str) -> anyhow::Result<String> {
    let (component, account) = match id.split_once('/') {
        Some((component, account)) => (component, accounts::find(home, account)?),
        None => (id, None),
    };
    let kind = if account.is_some() { Kind::Konnector } else { Kind::Service };
    let installed = registry::find(home, &component.parse()?)
        .filter(|installed| installed.manifest.kind == kind)
        .filter(|installed| account.iter().all(|one| one.component == *installed.id()))
        .ok_or_else(|| {
            let home = home.name();
            anyhow!("`{id}` is no service or account of `{home}`: `domicile jobs list` names them")
        })?;
    let run = match &account {
        Some(account) => jobs::run_account(house, home, account),
        None => jobs::run_now(house, home, &installed),
    };
    let run = run.ok_or_else(|| anyhow!("`{id}` is at work already: wait for its end"))?;
    run.await.context("the run was stopped")?;
    let runs = match &account {
        Some(account) => jobs::overview_of_account(house, home, &installed, account)?.runs,
        None => jobs::overview(house, home, &installed)?.runs,
    };
    let by_owner = |ran: &&jobs::Ran| ran.cause == CauseKind::Owner;
    let ran = runs.iter().find(by_owner).ok_or_else(|| anyhow!("the run was not kept"))?;
    if !ran.is_done() {
        let (outcome, brought, said) = (&ran.outcome, ran.brought, &ran.said);
        bail!("`{id}` ended with {outcome}, after {brought} documents that stay: {said}");
    }
    Ok(format!("`{id}` is done after {} ms\n", ran.lasted_ms))
}

fn log(home: &Home, json: bool, limit: usize) -> anyhow::Result<String> {
    let filter = AuditFilter { limit, ..AuditFilter::default() };
    let mut text = String::new();
    for entry in audit::entries(home, &filter)? {
        if json {
            writeln!(text, "{}", serde_json::to_string(&entry)?)?;
        } else {
            writeln!(text, "{}", audit::words(&entry))?;
        }
    }
    Ok(text)
}
