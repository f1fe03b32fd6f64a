//! A native server that says hello: what is left when there is no sandbox. In: nothing. Out: its
//! address on a line, then answers. Never here: anything that would make it slower than axum is.

use std::process::Command;

use anyhow::Context;
use axum::Router;
use axum::response::Html;
use axum::routing::get;

use crate::http::Target;
use crate::server::Server;

/// What the peers' component says.
const HELLO: &str = "<p>Hello from an ordinary component</p>";

/// In a process of its own.
pub fn start() -> anyhow::Result<(Server, Target)> {
    let mut server = Server::start(Command::new(std::env::current_exe()?).arg("hello"))?;
    let address = server.line(|line| line.parse().ok()).context("the native server's address")?;
    let target = Target::new(address);
    target.wait()?;
    Ok((server, target))
}

/// Serve until killed.
pub fn serve() -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        println!("{}", listener.local_addr()?);
        let app = Router::new().route("/", get(|| async { Html(HELLO) }));
        axum::serve(listener, app).await?;
        Ok(())
    })
}
