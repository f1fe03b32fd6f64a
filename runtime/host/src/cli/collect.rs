//! `domicile collect`: a konnector runs on its owner's own device, for a home elsewhere.
//!
//! In flow a component, an account typed here, the secret that the home gave this device; out flow
//! deposits to that home. The account stays here, sealed, in a small home of the device's own; the
//! home elsewhere gets documents, and decides about each as if it had collected itself.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use clap::Args;
use domicile_policy::{Cause, ComponentId, Locale};
use domicile_proto::manifest::Manifest;
use domicile_proto::text::{for_terminal, shown};
use indicatif::ProgressBar;
use tokio::sync::watch;

use super::{Data, Hosts, ask, lines, open};
use crate::egress::Outlet;
use crate::engine::state::Progress;
use crate::flow::accounts;
use crate::flow::errand::{self, Errand};
use crate::house::{Home, House, HouseError, Settings};
use crate::registry::{self, Installed};
use crate::runs::collect::{self, Company, Told};

/// The device's own home.
const HOME: &str = "device";
/// Its folder, beside that of a server.
const FOLDER: &str = "device";
/// How often the terminal shows how far a run is.
const TICK: Duration = Duration::from_millis(100);
/// Characters of what a konnector says it does.
const PROGRESS_CHARS_MAX: usize = 80;
/// Documents of this kind have bytes beside them.
const FILES: &str = "io.cozy.files";

/// Collect here for a home elsewhere.
#[derive(Args)]
pub struct Options {
    /// The konnector: the very file that is installed in the home
    file: PathBuf,
    /// The home's address, as its own pages show it
    #[arg(long, value_name = "URL")]
    home: String,
    /// Type the account and the device's secret again
    #[arg(long)]
    connect: bool,
    /// Consent to what the konnector may do here
    #[arg(long)]
    yes: bool,
    /// A field of the account; what is not given is asked for, secrets always
    #[arg(long = "field", value_name = "NAME=VALUE", value_parser = ask::pair)]
    fields: Vec<(String, String)>,
    #[command(flatten)]
    data: Data,
    #[command(flatten)]
    hosts: Hosts,
}

/// Do it.
pub async fn run(options: Options) -> anyhow::Result<()> {
    let folder = super::data_folder(&options.data)?.join(FOLDER);
    let house = open(&folder, "localhost", Duration::ZERO)?;
    options.hosts.let_in(&house)?;
    let home = own_home(&house).await?;
    let installed = installed(&house, &home, &options).await?;
    let manifest = &installed.manifest;
    if manifest.grants.iter().any(|grant| grant.line.doctype.as_str() == FILES) {
        bail!("`{}` brings files, which are collected in the home alone", manifest.id);
    }
    let to = options.home.trim_end_matches('/');
    let known = errand::find(&home, &manifest.id)?;
    let known = known.filter(|errand| errand.home == to && !options.connect);
    let errand = match known {
        Some(errand) => errand,
        None => connected(&house, &home, manifest, &options, to).await?,
    };
    let secret = errand::secret(&home, &manifest.id, &errand)?;
    let outlet = Arc::new(Outlet::new(to, &secret)?);
    let known = outlet.known().await?;
    if known.digest != installed.digest {
        bail!(
            "that device's secret is for another konnector or version (`{}`): give the file that is \
             installed there, or type another secret with --connect",
            known.component
        );
    }
    eprintln!("collecting as `{}` for {to}", for_terminal(&known.device));
    let (told, brought) = collect(&house, &home, &errand, Arc::clone(&outlet)).await?;
    println!("{}", for_terminal(&told.summary));
    for warning in &told.warnings {
        println!("  {}", for_terminal(warning));
    }
    println!("{brought} documents went to {to}");
    Ok(())
}

async fn own_home(house: &House) -> anyhow::Result<Arc<Home>> {
    let name = HOME.parse()?;
    match house.home(&name) {
        Err(HouseError::Unknown(_)) => Ok(house.create_home(&name, Settings::default()).await?),
        found => Ok(found?),
    }
}

/// The konnector as it is in the file, with its owner's consent.
async fn installed(
    house: &House,
    home: &Home,
    options: &Options,
) -> anyhow::Result<Arc<Installed>> {
    let file = &options.file;
    let bytes = read(file)?;
    let proposal = registry::propose(house, bytes).await?;
    let id: &ComponentId = &proposal.manifest.id;
    if proposal.manifest.konnector.is_none() {
        bail!("`{id}` is no konnector");
    }
    let here = registry::find(home, id);
    if let Some(here) = here.filter(|here| here.digest == proposal.digest) {
        return Ok(here);
    }
    let flows = lines(&proposal.report, Locale::En);
    if !options.yes {
        bail!("{flows}nothing was installed: add --yes to consent to these flows on this device");
    }
    eprint!("{}", for_terminal(&flows));
    Ok(registry::install(house, home, proposal).await?)
}

fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(file).with_context(|| format!("`{}` can't be read", file.display()))
}

/// Ask for the device's secret and for the account, and keep both here.
async fn connected(
    house: &House,
    home: &Home,
    manifest: &Manifest,
    options: &Options,
    to: &str,
) -> anyhow::Result<Errand> {
    let secret = ask::line("The device's secret, from the konnector's page in the home", false)?;
    Outlet::new(to, &secret)?.known().await?;
    let konnector = manifest.konnector.as_ref().context("it is no konnector")?;
    let typed = ask::account(konnector, &options.fields, Locale::En)?;
    let now = house.clock().now();
    for before in accounts::of(home, &manifest.id)? {
        let (records, line) = accounts::disconnection(home, now, &before)?;
        home.store().put_records(records).await?;
        home.store().log_later(line);
    }
    let account = accounts::connect(home, now, manifest, &typed).await?;
    Ok(errand::keep(home, &manifest.id, to, &account.id, &secret).await?)
}

async fn collect(
    house: &House,
    home: &Arc<Home>,
    errand: &Errand,
    outlet: Arc<Outlet>,
) -> anyhow::Result<(Told, u64)> {
    let (progress, far) = watch::channel(Progress::default());
    let company = Company {
        progress: Some(progress),
        owner: Some(ask::owner()),
        outlet: Some(Arc::clone(&outlet)),
        ..Company::default()
    };
    let showing = tokio::spawn(show(far));
    let cause = Cause::OwnerTrusted;
    let ran = collect::collect(house, home, &errand.account, cause, company).await;
    showing.abort();
    house.seal().await;
    let told = ran.outcome.map_err(|error| match outlet.trouble() {
        Some(trouble) => anyhow!(trouble),
        None => {
            let (code, said) = (error.code(), error.said());
            let again =
                if code == "login-failed" { " (--connect types the account again)" } else { "" };
            anyhow!("{} {said}{again}", collect::outcome_words(code, Locale::En))
        }
    });
    Ok((told?, ran.brought.documents))
}

/// How far the run is, on the terminal.
async fn show(mut far: watch::Receiver<Progress>) {
    let bar = ProgressBar::new_spinner();
    bar.enable_steady_tick(TICK);
    while far.changed().await.is_ok() {
        let Progress { done, total, message } = far.borrow_and_update().clone();
        let message = for_terminal(&shown(&message, PROGRESS_CHARS_MAX));
        bar.set_message(if total > 0 { format!("{done}/{total} {message}") } else { message });
    }
}
