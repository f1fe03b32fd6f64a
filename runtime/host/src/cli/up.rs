//! `domicile up`: the server.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use anyhow::Context;

use super::control;
use crate::front::Front;
use crate::house::House;
use crate::jobs;

/// How often homes that nobody uses are looked for.
const SWEEP_EVERY: Duration = Duration::from_secs(60);

/// Serve the homes of a house, whose folder is `data`, until the process is told to stop.
pub async fn run(data: &Path, house: House, listen: SocketAddr) -> anyhow::Result<()> {
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
            let house = sweeper.clone();
            // Closing takes away what no file needs any more: work on a disk.
            let _ = tokio::task::spawn_blocking(move || house.close_idle()).await;
        }
    };
    tokio::select! {
        served = front.serve(listener) => served?,
        () = jobs::serve(&house) => {}
        controlled = control::serve(house.clone(), data) => controlled?,
        () = sweep => {}
        stopped = tokio::signal::ctrl_c() => stopped?,
    }
    house.seal().await;
    Ok(())
}
