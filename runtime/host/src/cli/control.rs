//! The control socket: commands for a server that already runs on the data folder.
//!
//! One JSON act in, one JSON answer out. Only the user who runs the server can open the socket.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use anyhow::{Context, anyhow};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};

use super::Act;
use crate::house::House;

/// The socket's name in the data folder.
const SOCKET: &str = "control.sock";
/// An act is not longer than this.
const ACT_BYTES_MAX: u64 = 1 << 20;

#[derive(Serialize, Deserialize)]
enum Answer {
    Done(String),
    Failed(String),
}

/// Let the server on `data` perform an act.
pub async fn ask(data: &Path, act: &Act) -> anyhow::Result<String> {
    let path = data.join(SOCKET);
    let mut stream = UnixStream::connect(&path)
        .await
        .with_context(|| format!("the server on `{}` does not answer", data.display()))?;
    stream.write_all(&serde_json::to_vec(act)?).await?;
    stream.shutdown().await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    match serde_json::from_slice(&answer)? {
        Answer::Done(text) => Ok(text),
        Answer::Failed(text) => Err(anyhow!(text)),
    }
}

/// Serve acts until the listener's task is dropped.
pub async fn serve(house: House, data: &Path) -> anyhow::Result<()> {
    let path = data.join(SOCKET);
    // The lock on the folder says that no other server uses this socket.
    let _ = std::fs::remove_file(&path);
    let listener = UnixListener::bind(&path)?;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
    loop {
        let (stream, _) = listener.accept().await?;
        let house = house.clone();
        tokio::spawn(async move {
            if let Err(error) = answer(&house, stream).await {
                tracing::warn!(%error, "a command over the control socket failed");
            }
        });
    }
}

async fn answer(house: &House, stream: UnixStream) -> anyhow::Result<()> {
    let (reader, mut writer) = stream.into_split();
    let mut act = Vec::new();
    reader.take(ACT_BYTES_MAX).read_to_end(&mut act).await?;
    let act: Act = serde_json::from_slice(&act)?;
    let answer = match act.perform(house).await {
        Ok(text) => Answer::Done(text),
        Err(error) => Answer::Failed(format!("{error:#}")),
    };
    writer.write_all(&serde_json::to_vec(&answer)?).await?;
    Ok(())
}
