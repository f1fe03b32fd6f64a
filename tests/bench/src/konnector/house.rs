//! The house that collects, in a process of its own. In: a line for each run. Out: a line when it
//! has ended well. Never here: a path into the house that its own jobs don't take.

use std::io::{BufRead, Write};
use std::path::PathBuf;

use anyhow::{Context, ensure};
use clap::Args;
use domicile::egress::{Door, Hosts};
use domicile::flow::accounts;
use domicile::house::{Clock, House, HouseConfig, Settings};
use domicile::registry;
use domicile::runs::collect::{Company, collect};
use domicile_policy::{Cause, Fault};
use domicile_proto::pack::pack;
use tokio::runtime::Runtime;

use super::DOCUMENTS;
use super::provider::KEY;

const RECIPE: &str = include_str!("recipe.toml");

/// What the bench's own process tells this one.
#[derive(Args)]
pub struct Options {
    /// The program that compiles components
    #[arg(long)]
    domicile: PathBuf,
    /// An operator's list of hosts
    #[arg(long)]
    hosts: PathBuf,
    /// The data folder
    #[arg(long)]
    data: PathBuf,
}

/// Collect at each line, until there is none.
pub fn serve(options: &Options) -> anyhow::Result<()> {
    Runtime::new()?.block_on(async {
        let house = House::open(HouseConfig {
            data: options.data.clone(),
            worker: options.domicile.clone(),
            domain: "localhost".to_owned(),
            clock: Clock::system(),
            release_quantum: Default::default(),
            fault: Fault::Nothing,
        })?;
        house.set_door(Door::new(Hosts::parse(&std::fs::read_to_string(&options.hosts)?)?)?);
        let home = house.create_home(&"home".parse()?, Settings::default()).await?;
        let component = domicile_guests::bytes(domicile_guests::KONNECTOR_RECIPE);
        let component = component.map_err(anyhow::Error::msg)?;
        let proposal = registry::propose(&house, pack(&component, RECIPE)?).await?;
        let manifest = &registry::install(&house, &home, proposal).await?.manifest;
        let typed = [("login", "alice"), ("key", KEY)];
        let typed = typed.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let account = accounts::connect(&home, house.clock().now(), manifest, &typed).await?;
        say("ready")?;
        for line in std::io::stdin().lock().lines() {
            line?;
            let run = collect(&house, &home, &account.id, Cause::OwnerTrusted, Company::default());
            let collected = run.await;
            ensure!(collected.outcome.is_ok(), "{collected:?}");
            ensure!(collected.brought.documents == DOCUMENTS as u64, "{collected:?}");
            say("ran")?;
        }
        Ok(())
    })
}

fn say(word: &str) -> anyhow::Result<()> {
    let mut output = std::io::stdout().lock();
    writeln!(output, "{word}").and_then(|()| output.flush()).context("nobody listens")
}
