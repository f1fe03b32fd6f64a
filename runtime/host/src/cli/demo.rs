//! `domicile demo`: a family's home in a minute, and what happened to its data.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow, ensure};
use bytes::Bytes;
use domicile_policy::{Doctype, HomeName, Label, ReadScope};
use domicile_proto::Locale;
use domicile_store::Query;

use super::sample;
use crate::caps::bindings::page::{Method, Request};
use crate::flow::accounts;
use crate::flow::audit::{self, AuditFilter};
use crate::front::Front;
use crate::house::{Home, House, Settings};
use crate::jobs::{self, Live};
use crate::registry::InstallError;
use crate::runs::import::import;
use crate::runs::page::{PageCause, show};
use crate::{flow::audit::Event, registry};

/// What a demo home gets, in this order.
const COMPONENTS: &[&str] = &["banks", "konnector_ofx", "konnector_camt"];
/// Konnectors, and how their first run ends.
const KONNECTORS: &[(&str, &str)] = &[
    ("banque-du-nord", "done"),
    ("caisse-des-soins", "done"),
    ("gaz-du-lac", "done"),
    ("saint-amour", "done"),
    ("ondes-et-fils", "done"),
    ("tilleuls", "asks"),
    ("bons-plans", "failed"),
];
/// What their owner types into each.
const ACCOUNT: [(&str, &str); 2] = [("login", "camille"), ("password", "tilleul-et-marronnier")];
/// How long a konnector may take to ask.
const PATIENCE: Duration = Duration::from_secs(60);
/// An app that asks for notes and reaches for the bank.
const CURIOUS: &str = "examples/hostile_ungranted";
/// An app that brings its own way out.
const SOCKETS: &str = "examples/hostile_sockets";
/// The other home.
const FAMILY: &str = "famille";
const OPERATIONS: &str = "io.cozy.bank.operations";

/// Make the demo home; with `once` tell the story and end, else serve it.
pub async fn run(
    data: Option<PathBuf>,
    once: bool,
    port: u16,
    hosts: &super::Hosts,
    konnectors: Option<PathBuf>,
) -> anyhow::Result<()> {
    let started = Instant::now();
    let throw_away = tempfile::tempdir().context("no folder for the demo's data")?;
    let folder = data.unwrap_or_else(|| throw_away.path().to_owned());
    let house = super::open(&folder, "localhost", Duration::ZERO)?;
    hosts.let_in(&house)?;
    let components = components()?;
    let (name, of_family): (HomeName, HomeName) = ("home".parse()?, FAMILY.parse()?);
    let home = found(&house, &name).await?;
    let story = Story { house: &house, home: &home, components: &components };
    story.tell().await?;
    if let Some(folder) = &konnectors {
        story.collect(folder).await?;
        let home = found(&house, &of_family).await?;
        let story = Story { house: &house, home: &home, components: &components };
        story.tell_of_family(folder).await?;
    }
    if once {
        println!("\nDone in {:.1} s.", started.elapsed().as_secs_f64());
        return Ok(());
    }
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    let (front, listener) = Front::listen(house.clone(), address).await?;
    let (link, sign_in) = (front.home_link(&name), front.sign_in_link(&name)?);
    println!("\nThe demo home is ready after {:.1} s:", started.elapsed().as_secs_f64());
    println!("  Home    {sign_in}   (signs you in, once)");
    println!("  Banks   {link}/app/banks");
    println!("  Watch   {link}/audit");
    if konnectors.is_some() {
        println!(
            "  Family  {}   (another home, whose refunds went missing)",
            front.sign_in_link(&of_family)?
        );
        println!("  Refunds {}/app/refunds", front.home_link(&of_family));
    }
    println!("Ctrl-C ends it.");
    tokio::select! {
        served = front.serve(listener) => served?,
        () = jobs::serve(&house) => {}
        controlled = super::control::serve(house.clone(), &folder) => controlled?,
        stopped = tokio::signal::ctrl_c() => stopped?,
    }
    Ok(())
}

/// A home of the house, made if there is none of the name.
async fn found(house: &House, name: &HomeName) -> anyhow::Result<Arc<Home>> {
    match house.home(name) {
        Ok(home) => Ok(home),
        Err(_) => Ok(house.create_home(name, settings()).await?),
    }
}

fn settings() -> Settings {
    let locale = Locale::from_tag(&std::env::var("LANG").unwrap_or_default());
    Settings { owner: "Camille Martin".to_owned(), locale, ..Settings::default() }
}

/// Where the built components are: beside this program's folder, as the build puts them.
fn components() -> anyhow::Result<PathBuf> {
    if let Some(folder) = std::env::var_os("DOMICILE_COMPONENTS") {
        return Ok(PathBuf::from(folder));
    }
    let program = std::env::current_exe()?;
    let target = program.parent().and_then(Path::parent);
    let folder = target.map(|target| target.join("guests/wasm32-wasip2/guest"));
    folder.filter(|folder| folder.is_dir()).ok_or_else(|| {
        anyhow!("the demo's components are not built: run `cargo xtask demo`, or set DOMICILE_COMPONENTS")
    })
}

/// One home's.
pub(super) struct Story<'a> {
    pub house: &'a House,
    pub home: &'a Arc<Home>,
    components: &'a Path,
}

impl Story<'_> {
    async fn tell(&self) -> anyhow::Result<()> {
        for name in COMPONENTS {
            println!("{}", self.install(name).await?);
        }
        let today = self.house.clock().now().to_zoned_datetime(jiff::tz::TimeZone::UTC).date();
        for (file, text) in sample::statements(today) {
            let content = Bytes::from(text);
            let done = import(self.house, self.home, file, content.clone(), None).await?;
            println!("{file}: {} ({} new)", done.summary, done.changed);
            let again = import(self.house, self.home, file, content, None).await?;
            ensure!(again.changed == 0, "importing `{file}` twice added {}", again.changed);
        }
        let operations = self.operations()?;
        let page = self.ask("banks").await?;
        ensure!(operations > 0, "no operation was imported");
        println!("Banks shows a page about {page}; {operations} operations are in the home.");
        self.refuse_sockets().await?;
        self.catch_curious().await
    }

    pub async fn install(&self, name: &str) -> anyhow::Result<String> {
        let proposal = registry::propose(self.house, self.read(name)?).await?;
        let line = proposal.report.summary.en.first().cloned().unwrap_or_default();
        registry::install(self.house, self.home, proposal).await?;
        Ok(line)
    }

    /// Konnectors bring data home; one asks for a code, and one is caught.
    async fn collect(&self, folder: &Path) -> anyhow::Result<()> {
        for (file, ending) in KONNECTORS {
            let path = folder.join(format!("{file}.wasm"));
            let bytes = std::fs::read(&path)
                .with_context(|| format!("`{}` can't be read", path.display()))?;
            let proposal = registry::propose(self.house, bytes).await?;
            let installed = registry::install(self.house, self.home, proposal).await?;
            let typed = ACCOUNT.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
            let now = self.house.clock().now();
            let account = accounts::connect(self.home, now, &installed.manifest, &typed).await?;
            let run = jobs::run_account(self.house, self.home, &account);
            let run = run.ok_or_else(|| anyhow!("a new account was at work"))?;
            let name = installed.manifest.name.in_locale(Locale::En);
            if *ending == "asks" {
                let live = jobs::watch(self.house, &account);
                let mut live = live.ok_or_else(|| anyhow!("{name} ended before it asked"))?;
                let asks = tokio::time::timeout(PATIENCE, live.wait_for(Live::asks)).await?;
                asks.context("it ended before it asked")?;
                println!("{name} asks for a code: it waits on its page, for five minutes.");
                continue;
            }
            run.await.context("a run was stopped")?;
            let now = jobs::overview_of_account(self.house, self.home, &installed, &account)?;
            let ran = now.runs.first().ok_or_else(|| anyhow!("a run was not kept"))?;
            ensure!(ran.outcome == *ending, "{name} ended with {}: {}", ran.outcome, ran.said);
            println!("{name}: {} ({} documents)", ran.outcome, ran.brought);
        }
        self.caught()
    }

    /// A component that imports sockets never gets in.
    async fn refuse_sockets(&self) -> anyhow::Result<()> {
        match registry::propose(self.house, self.read(SOCKETS)?).await {
            Err(error @ InstallError::Refused(_)) => {
                let reasons = error.reasons(Locale::En);
                let reason = reasons.first().cloned().unwrap_or_default();
                println!("Weather was refused at install: {reason}");
                let now = self.house.clock().now();
                audit::note(self.home, now, &Event::Refused { reasons }).await?;
                Ok(())
            }
            Err(error) => Err(error.into()),
            Ok(_) => Err(anyhow!("a component with sockets was accepted")),
        }
    }

    /// A component that reaches for what it was not granted gets nothing, and is seen.
    async fn catch_curious(&self) -> anyhow::Result<()> {
        self.install(CURIOUS).await?;
        self.ask("horoscope").await?;
        self.home.store().flush().await?;
        self.caught()
    }

    /// Show the last refusal.
    fn caught(&self) -> anyhow::Result<()> {
        let filter = AuditFilter { refusals_only: true, limit: 1, ..AuditFilter::default() };
        let caught = audit::entries(self.home, &filter)?;
        let entry = caught.first().ok_or_else(|| anyhow!("a refusal left no line"))?;
        println!("Caught: {}", audit::words(entry));
        Ok(())
    }

    async fn ask(&self, app: &str) -> anyhow::Result<Label> {
        let request = Request {
            method: Method::Get,
            path: "/".to_owned(),
            query: Vec::new(),
            form: Vec::new(),
            uploads: Vec::new(),
        };
        let answer =
            show(self.house, self.home, &app.parse()?, PageCause::default(), request).await?;
        Ok(answer.label)
    }

    fn operations(&self) -> anyhow::Result<u64> {
        let doctype: Doctype = OPERATIONS.parse()?;
        let scope = ReadScope { doctype, admitted: Label::everything(), fields: None, rows: None };
        Ok(self.home.store().count(&scope, &Query::new("{}"))?)
    }

    fn read(&self, name: &str) -> anyhow::Result<Vec<u8>> {
        let path = self.components.join(format!("{name}.wasm"));
        std::fs::read(&path).with_context(|| format!("`{}` can't be read", path.display()))
    }
}
