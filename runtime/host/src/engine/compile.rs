//! Compilation in a child process with limits of its own.
//!
//! Compiling hostile bytes may take unbounded time and memory: upstream does not call that a
//! vulnerability, so the bound is ours. In flow component bytes on standard input, out flows
//! machine code on standard output; the child has no other way to speak.

use std::io::{Read, Write};
use std::path::Path;
use std::process::Stdio;

use rustix::process::{Resource, Rlimit, setrlimit};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::Command;

use super::{config, limits};

/// The hidden command with which the server starts itself as a compiler.
pub const COMMAND: &str = "compile-component";

/// Why machine code could not be made.
#[derive(Debug, thiserror::Error)]
pub enum CompileError {
    /// The compiler could not be started.
    #[error("the compiler `{program}` could not be started: {reason}")]
    Start {
        /// The program that should have started.
        program: String,
        /// What the system said.
        reason: String,
    },
    /// The bytes are not a component that this host compiles.
    #[error("the component was refused by the compiler: {0}")]
    Refused(String),
    /// Time or memory ran out.
    #[error("compiling took more than {0}: the component is too large or made to exhaust the host")]
    Limit(&'static str),
}

/// Compile `component` in a child of `worker`.
pub async fn in_child(worker: &Path, component: &[u8]) -> Result<Vec<u8>, CompileError> {
    match tokio::time::timeout(limits::COMPILE_TIME_MAX, run_child(worker, component)).await {
        Ok(result) => result,
        Err(_) => Err(CompileError::Limit("its time")),
    }
}

async fn run_child(worker: &Path, component: &[u8]) -> Result<Vec<u8>, CompileError> {
    let start_error = |error: std::io::Error| CompileError::Start {
        program: worker.display().to_string(),
        reason: error.to_string(),
    };
    let mut child = Command::new(worker)
        .arg(COMMAND)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(start_error)?;
    let (Some(mut stdin), Some(stdout), Some(stderr)) =
        (child.stdin.take(), child.stdout.take(), child.stderr.take())
    else {
        return Err(start_error(std::io::Error::other("it has no pipes")));
    };
    let feed = async move {
        // A child that dies early closes its end: its exit tells why.
        let _ = stdin.write_all(component).await;
        drop(stdin);
    };
    let mut code = Vec::new();
    let mut complaint = String::new();
    let mut stdout = stdout.take(limits::MACHINE_CODE_BYTES_MAX as u64 + 1);
    let mut stderr = stderr.take(4 << 10);
    let (_, read, _) =
        tokio::join!(feed, stdout.read_to_end(&mut code), stderr.read_to_string(&mut complaint));
    read.map_err(start_error)?;
    let status = child.wait().await.map_err(start_error)?;
    if code.len() > limits::MACHINE_CODE_BYTES_MAX {
        return Err(CompileError::Limit("its space for machine code"));
    }
    match status.code() {
        Some(0) => Ok(code),
        Some(1) => Err(CompileError::Refused(complaint.trim().to_owned())),
        // Killed by a limit's signal, or aborted for want of memory.
        _ => Err(CompileError::Limit("its time or memory")),
    }
}

/// What the child does: limit itself, read a component, print machine code. Returns the exit code.
pub fn child_main() -> i32 {
    match compile_stdin() {
        Ok(()) => 0,
        Err(reason) => {
            eprintln!("{reason}");
            1
        }
    }
}

fn compile_stdin() -> Result<(), String> {
    limit_self(Resource::As, limits::COMPILE_MEMORY_BYTES_MAX)?;
    limit_self(Resource::Cpu, limits::COMPILE_CPU_SECONDS_MAX)?;
    limit_self(Resource::Core, 0)?;
    let mut component = Vec::new();
    std::io::stdin().read_to_end(&mut component).map_err(|error| error.to_string())?;
    let engine = config::compiler().map_err(|error| error.to_string())?;
    let code = engine.precompile_component(&component).map_err(|error| format!("{error:#}"))?;
    let mut stdout = std::io::stdout();
    stdout.write_all(&code).and_then(|()| stdout.flush()).map_err(|error| error.to_string())
}

fn limit_self(resource: Resource, most: u64) -> Result<(), String> {
    setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })
        .map_err(|error| format!("the limit {resource:?} could not be set: {error}"))
}
