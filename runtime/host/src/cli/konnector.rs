//! What the author of a konnector does with it: record a run at its provider, and play it again.
//!
//! In flow a component, an account typed at the terminal, cassettes; out flow a cassette, and
//! whether one still plays. Each run has a home of its own that vanishes with it.

use std::fs;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::Subcommand;
use domicile_policy::Locale;
use domicile_proto::inspect::inspect;
use domicile_proto::text::for_terminal;
use jiff::Timestamp;

use super::{Hosts, ask, worker};
use crate::runs::cassette::{Cassette, Take, Theatre};

/// Bytes of a cassette that is read.
const CASSETTE_BYTES_MAX: u64 = 256 << 20;

/// With a konnector under work.
#[derive(Subcommand)]
pub enum KonnectorCommand {
    /// Run it once at its real provider, and keep what that told in a cassette: a text file with
    /// the account's data in it, but without its secrets and without what was typed into its fields
    Record {
        /// The component
        file: PathBuf,
        /// Where the cassette goes; nothing is there yet
        #[arg(long, value_name = "FILE")]
        cassette: PathBuf,
        /// A field of the account; what is not given is asked for, secrets always
        #[arg(long = "field", value_name = "NAME=VALUE", value_parser = ask::pair)]
        fields: Vec<(String, String)>,
        /// A text to keep out of the cassette: a name, an account's number
        #[arg(long = "blank", value_name = "TEXT[=INSTEAD]")]
        blanks: Vec<String>,
        /// A field that may stay in the cassette as it was typed
        #[arg(long = "plain", value_name = "FIELD")]
        plain: Vec<String>,
        /// The language of the account's owner: `en` or `fr`
        #[arg(long, default_value = "en")]
        locale: String,
        #[command(flatten)]
        hosts: Hosts,
    },
    /// Play cassettes to it, without a network: 0 the same comes of each, 1 something else does
    Test {
        /// The component
        file: PathBuf,
        /// The cassettes
        #[arg(long = "cassette", value_name = "FILE", required = true, num_args = 1..)]
        cassettes: Vec<PathBuf>,
        /// Expect what comes of them now, from now on; its requests have to be the same
        #[arg(long)]
        accept: bool,
    },
}

impl KonnectorCommand {
    /// Do it. Returns the exit code.
    pub async fn perform(self) -> anyhow::Result<ExitCode> {
        match self {
            KonnectorCommand::Record { file, cassette, fields, blanks, plain, locale, hosts } => {
                let locale = Locale::from_tag(&locale);
                let component = read(&file)?;
                let manifest = inspect(&component)?.manifest;
                let konnector = manifest.konnector.context("it is no konnector")?;
                let mut new = fs::OpenOptions::new();
                let output = new.write(true).create_new(true).mode(0o600).open(&cassette);
                output.with_context(|| format!("`{}` can't be written", cassette.display()))?;
                let taken = async {
                    let mut typed = ask::account(&konnector, &fields, locale)?;
                    if let Some(oauth) = &konnector.oauth {
                        let token =
                            ask::line("A token, as the provider's own tools give one", false)?;
                        typed.insert(oauth.secret.clone(), token);
                    }
                    let (blanks, at) = (texts(blanks), Timestamp::now());
                    let take = Take { typed, blanks, plain, locale, at };
                    let mut theatre = Theatre::open(worker()?, component).await?;
                    Ok(theatre.record(take, hosts.door()?, Some(ask::owner())).await?)
                };
                record(&cassette, taken.await)
            }
            KonnectorCommand::Test { file, cassettes, accept } => {
                let mut theatre = Theatre::open(worker()?, read(&file)?).await?;
                let mut code = ExitCode::SUCCESS;
                for path in cassettes {
                    if let Err(error) = test(&mut theatre, &path, accept).await {
                        eprintln!("{}: {}", path.display(), for_terminal(&format!("{error:#}")));
                        code = ExitCode::FAILURE;
                    }
                }
                Ok(code)
            }
        }
    }
}

/// Each text with what stands in its place.
fn texts(blanks: Vec<String>) -> Vec<(String, String)> {
    let numbered = blanks.into_iter().enumerate();
    numbered
        .map(|(at, text)| match text.split_once('=') {
            Some((text, instead)) => (text.to_owned(), instead.to_owned()),
            None => (text, format!("blanked-{}", at + 1)),
        })
        .collect()
}

/// Keep a cassette, or take its empty file away again.
fn record(path: &Path, taken: anyhow::Result<Cassette>) -> anyhow::Result<ExitCode> {
    let kept = taken.and_then(|cassette| {
        fs::write(path, cassette.text()?)?;
        Ok(cassette)
    });
    match kept {
        Ok(cassette) => {
            let (path, said) = (path.display(), summary(&cassette));
            println!("`{path}` holds {}", for_terminal(&said));
            println!("It tells of the account: read it before you pass it on.");
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
            fs::remove_file(path)?;
            Err(error)
        }
    }
}

async fn test(theatre: &mut Theatre, path: &Path, accept: bool) -> anyhow::Result<()> {
    let length = fs::metadata(path)?.len();
    anyhow::ensure!(length <= CASSETTE_BYTES_MAX, "more than {CASSETTE_BYTES_MAX} bytes");
    let mut cassette = Cassette::parse(&fs::read_to_string(path)?)?;
    if accept {
        cassette = theatre.accepted(cassette).await?;
        fs::write(path, cassette.text()?)?;
    } else {
        theatre.test(&cassette).await?;
    }
    println!("{}: {}", path.display(), for_terminal(&summary(&cassette)));
    Ok(())
}

/// `12 requests, 0 streams, then done: 2 io.cozy.bank.accounts, 14 io.cozy.bank.operations`.
fn summary(cassette: &Cassette) -> String {
    let (passed, expected) = (&cassette.passed, &cassette.expected);
    let (requests, streams) = (passed.exchanges.len(), passed.talks.len());
    let counts = expected.documents.iter().map(|(doctype, all)| format!("{} {doctype}", all.count));
    let counts = counts.collect::<Vec<_>>().join(", ");
    format!("{requests} requests, {streams} streams, then {}: {counts}", expected.end)
}

fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    fs::read(file).with_context(|| format!("`{}` can't be read", file.display()))
}
