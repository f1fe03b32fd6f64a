//! `domicile up`: the server.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;

use super::control;
use crate::front::Front;
use crate::jobs;

/// How often homes that nobody uses are looked for.
const SWEEP_EVERY: Duration = Duration::from_secs(60);

/// Serve the homes in `data` until the process is told to stop.
pub async fn run(
    data: PathBuf,
    domain: String,
    listen: SocketAddr,
    release_quantum: Duration,
) -> anyhow::Result<()> {
    let house = super::open(&data, &domain, release_quantum)?;
    let (front, listener) = Front::listen(house.clone(), listen).await.with_context(|| {
        format!("`{listen}` can't be listened on: choose another with --listen")
    })?;
    if house.home_names()?.is_empty() {
        println!("No home yet. Make the first one:\n  {}", front.first_run_link()?);
    }
    for name in house.home_names()? {
        println!("  {}", front.entry_link(&name)?);
    }
    let sweeper = house.clone();
    let sweep = async move {
        loop {
            tokio::time::sleep(SWEEP_EVERY).await;
            sweeper.seal().await;
            sweeper.close_idle();
        }
    };
    tokio::select! {
        served = front.serve(listener) => served?,
        () = jobs::serve(&house) => {}
        controlled = control::serve(house.clone(), &data) => controlled?,
        () = sweep => {}
        stopped = tokio::signal::ctrl_c() => stopped?,
    }
    house.seal().await;
    Ok(())
}
