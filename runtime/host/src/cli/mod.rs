//! The commands. In flow words, out flow sentences and an exit code: 0 done, 1 refused or failed
//! with a reason, 2 wrong use.
//!
//! What concerns a home is an [`Act`]: it runs here, or, when a server already runs on the data
//! folder, over the server's control socket, with the same words either way.

mod act;
mod ask;
mod audit;
mod collect;
mod control;
mod demo;
mod device;
mod doctor;
mod family;
mod import;
mod konnector;
mod recipe;
mod sample;
mod up;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, anyhow};
use clap::{Args, Parser, Subcommand};
use domicile_proto::text::for_terminal;

use crate::egress::{self, Door, Network};
use crate::engine::compile;
use crate::flow::Fault;
use crate::house::{Clock, House, HouseConfig, HouseError};
pub use act::Act;
use act::lines;

/// A page that waits longer than this for its release is no page.
const RELEASE_QUANTUM_MS_MAX: u64 = 10_000;

/// A personal cloud in which every app is sandboxed.
#[derive(Parser)]
#[command(name = "domicile", version, about, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Args, Clone)]
struct Data {
    /// The data folder [default: the user's data folder]
    #[arg(long, value_name = "DIR", global = true)]
    data: Option<PathBuf>,
}

#[derive(Args, Clone)]
struct Hosts {
    /// A list of hosts inside your own network that konnectors may reach
    #[arg(long, value_name = "FILE")]
    hosts: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server
    Up {
        #[command(flatten)]
        data: Data,
        /// What the homes' host names end with
        #[arg(long, value_name = "DOMAIN", default_value = "localhost")]
        name: String,
        /// Where to listen
        #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
        listen: std::net::SocketAddr,
        /// Let answers of apps that have seen something leave at multiples of so many milliseconds
        #[arg(long, value_name = "MS", default_value_t = 0)]
        #[arg(value_parser = clap::value_parser!(u64).range(..=RELEASE_QUANTUM_MS_MAX))]
        release_quantum: u64,
        /// A network whose devices owners may connect by address, such as 192.168.1.0/24
        #[arg(long, value_name = "NETWORK")]
        lan: Vec<Network>,
        #[command(flatten)]
        hosts: Hosts,
    },
    /// A throw-away home of a family with data in it
    Demo {
        #[command(flatten)]
        data: Data,
        /// Tell the whole story without a browser, print the score board, and end
        #[arg(long)]
        once: bool,
        /// The port [default: any free one]
        #[arg(long, default_value_t = 0)]
        port: u16,
        #[command(flatten)]
        hosts: Hosts,
        /// Where konnectors lie that collect from those hosts
        #[arg(long, value_name = "FOLDER", requires = "hosts")]
        konnectors: Option<PathBuf>,
    },
    /// What a component could do, from its bytes: 0 nothing speaks against it, 1 something does, 2
    /// wrong use
    Audit(audit::Options),
    /// Put a manifest into a component
    Pack {
        /// The component
        file: PathBuf,
        /// The manifest
        #[arg(long)]
        manifest: PathBuf,
        /// Where the packed component goes
        #[arg(long, short)]
        output: PathBuf,
        /// Take the manifest's recipe as it is, whatever is wrong with it
        #[arg(long)]
        unchecked: bool,
    },
    /// Collect on this device, for your home elsewhere
    Collect(collect::Options),
    /// A konnector under work: record, test
    Konnector {
        #[command(subcommand)]
        what: konnector::KonnectorCommand,
    },
    #[command(flatten)]
    OfHome(OfHome),
    #[command(name = compile::COMMAND, hide = true)]
    CompileComponent,
}

#[derive(Subcommand)]
enum OfHome {
    /// Homes: add, list, export
    Home {
        #[command(flatten)]
        data: Data,
        #[command(subcommand)]
        what: act::HomeAct,
    },
    /// Apps and importers: install, list, flows, remove
    App {
        #[command(flatten)]
        data: Data,
        #[command(subcommand)]
        what: act::AppAct,
    },
    /// Import files with the importer that knows them
    Import {
        #[command(flatten)]
        data: Data,
        /// The files
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// How the one file is to be read: the number of a reading that its importer asks about. It
        /// is remembered
        #[arg(long, value_name = "NUMBER")]
        reading: Option<usize>,
        /// The home
        #[arg(long, default_value = "home")]
        home: String,
    },
    /// Documents: find
    Docs {
        #[command(flatten)]
        data: Data,
        #[command(subcommand)]
        what: act::DocsAct,
    },
    /// Devices that collect for a home: add, list, revoke
    Device {
        #[command(flatten)]
        data: Data,
        #[command(subcommand)]
        what: device::DeviceAct,
    },
    /// Services and accounts: list, run
    Jobs {
        #[command(flatten)]
        data: Data,
        #[command(subcommand)]
        what: act::JobsAct,
    },
    /// The audit trail
    Log {
        #[command(flatten)]
        data: Data,
        /// The home
        #[arg(long, default_value = "home")]
        home: String,
        /// Print JSON, a line each
        #[arg(long)]
        json: bool,
        /// At most so many entries
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
    /// Check every home: its file, its log, its components
    Doctor {
        /// You put a backup of this home back: its audit trail may be shorter than it was
        #[arg(long, value_name = "HOME")]
        restored: Option<String>,
        #[command(flatten)]
        data: Data,
    },
}

/// Run the command that the process was started with.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    if let Command::CompileComponent = cli.command {
        return ExitCode::from(u8::try_from(compile::child_main()).unwrap_or(1));
    }
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: no threads could be started: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(run(cli.command)) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {}", for_terminal(&format!("{error:#}")));
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Up { data, name, listen, release_quantum, lan, hosts } => {
            let quantum = Duration::from_millis(release_quantum);
            let data = data_folder(&data)?;
            let house = open(&data, &name, quantum)?;
            house.set_door(hosts.door()?.with_networks(lan));
            up::run(&data, house, listen).await?;
        }
        Command::Demo { data, once, port, hosts, konnectors } => {
            demo::run(data.data, once, port, &hosts, konnectors).await?;
        }
        Command::Audit(options) => return audit::run(&options),
        Command::Pack { file, manifest, output, unchecked } => {
            audit::pack(&file, &manifest, &output, unchecked)?;
        }
        Command::Collect(options) => collect::run(options).await?,
        Command::Konnector { what } => return what.perform().await,
        Command::OfHome(of_home) => {
            let (data, act) = of_home.act()?;
            print!("{}", for_terminal(&perform(data, act).await?));
        }
        Command::CompileComponent => {}
    }
    Ok(ExitCode::SUCCESS)
}

impl Hosts {
    /// Let konnectors of this house reach the hosts of the list.
    fn let_in(&self, house: &House) -> anyhow::Result<()> {
        if self.hosts.is_some() {
            house.set_door(self.door()?);
        }
        Ok(())
    }

    /// The door to the public internet and the hosts of the list.
    fn door(&self) -> anyhow::Result<Door> {
        let Some(path) = &self.hosts else { return Ok(Door::new(egress::Hosts::default())?) };
        let said = || format!("the list of hosts `{}` can't be used", path.display());
        let text = std::fs::read_to_string(path).with_context(said)?;
        Ok(Door::new(egress::Hosts::parse(&text).with_context(said)?)?)
    }
}

impl OfHome {
    fn act(self) -> anyhow::Result<(PathBuf, Act)> {
        Ok(match self {
            OfHome::Home { data, what } => (data_folder(&data)?, Act::Home(what.absolute()?)),
            OfHome::App { data, what } => (data_folder(&data)?, Act::App(what.absolute()?)),
            OfHome::Import { data, files, reading, home } => {
                let files = files.iter().map(|file| absolute(file)).collect::<Result<_, _>>()?;
                (data_folder(&data)?, Act::Import { files, reading, home })
            }
            OfHome::Docs { data, what } => (data_folder(&data)?, Act::Docs(what)),
            OfHome::Device { data, what } => (data_folder(&data)?, Act::Device(what)),
            OfHome::Jobs { data, what } => (data_folder(&data)?, Act::Jobs(what)),
            OfHome::Log { data, home, json, limit } => {
                (data_folder(&data)?, Act::Log { home, json, limit })
            }
            OfHome::Doctor { restored, data } => (data_folder(&data)?, Act::Doctor { restored }),
        })
    }
}

/// Do it here, or let the server that runs on this folder do it.
async fn perform(data: PathBuf, act: Act) -> anyhow::Result<String> {
    match open(&data, "localhost", Duration::ZERO) {
        Ok(house) => {
            let done = act.perform(&house).await;
            house.seal().await;
            done
        }
        Err(HouseError::Locked { .. }) => control::ask(&data, &act).await,
        Err(error) => Err(error.into()),
    }
}

/// Open the house in `data` for this process.
fn open(
    data: &std::path::Path,
    domain: &str,
    release_quantum: Duration,
) -> Result<House, HouseError> {
    House::open(HouseConfig {
        data: data.to_owned(),
        worker: worker()?,
        domain: domain.to_owned(),
        clock: Clock::system(),
        release_quantum,
        fault: Fault::Nothing,
    })
}

/// The program that compiles components: this one.
fn worker() -> Result<PathBuf, HouseError> {
    std::env::current_exe().map_err(|error| HouseError::Folder {
        path: PathBuf::from("/proc/self/exe"),
        reason: format!("this program can't find itself: {error}"),
    })
}

fn data_folder(data: &Data) -> anyhow::Result<PathBuf> {
    if let Some(folder) = &data.data {
        return Ok(folder.clone());
    }
    if let Some(folder) = std::env::var_os("XDG_DATA_HOME") {
        return Ok(PathBuf::from(folder).join("domicile"));
    }
    let home = std::env::var_os("HOME").ok_or_else(|| anyhow!("no data folder: use --data DIR"))?;
    Ok(PathBuf::from(home).join(".local/share/domicile"))
}

fn absolute(file: &std::path::Path) -> anyhow::Result<PathBuf> {
    std::fs::canonicalize(file).with_context(|| format!("`{}` can't be read", file.display()))
}
