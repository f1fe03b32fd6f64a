//! The demo.
pub async fn run(_data: Option<std::path::PathBuf>, _once: bool, _port: u16) -> anyhow::Result<()> { Ok(()) }
