//! A server in a process of its own. In: a command. Out: lines that it prints. Never here: a
//! process that outlives the bench.

use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, ensure};

/// What Linux counts processor time in, whatever the machine.
const TICK_MS: u64 = 10;

/// Killed when dropped.
pub struct Server {
    child: Child,
    printed: BufReader<ChildStdout>,
}

impl Server {
    /// What it says to its standard error is no news: `wasmtime serve` names each connection that
    /// the load closes.
    pub fn start(command: &mut Command) -> anyhow::Result<Server> {
        let program = command.get_program().to_string_lossy().into_owned();
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().with_context(|| program.clone())?;
        let printed = child.stdout.take().with_context(|| program)?;
        Ok(Server { child, printed: BufReader::new(printed) })
    }

    /// The first line of which something can be made.
    pub fn line<T>(&mut self, read: impl Fn(&str) -> Option<T>) -> anyhow::Result<T> {
        loop {
            let mut line = String::new();
            let length = self.printed.read_line(&mut line)?;
            ensure!(length > 0, "it ended without having said so");
            if let Some(found) = read(line.trim()) {
                return Ok(found);
            }
        }
    }
}

impl Server {
    /// What it spends.
    pub fn process(&self) -> Process {
        Process::of(self.child.id())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a process spent.
pub struct Process {
    folder: PathBuf,
}

impl Process {
    /// This one.
    pub fn own() -> Process {
        Process { folder: "/proc/self".into() }
    }

    /// That of a number.
    pub fn of(id: u32) -> Process {
        Process { folder: format!("/proc/{id}").into() }
    }

    /// What it has in memory now, in KiB, which counts as the most from here on.
    pub fn forget_most_memory(&self) -> anyhow::Result<u64> {
        std::fs::write(self.folder.join("clear_refs"), "5")?;
        self.most_memory_kib()
    }

    /// The most that it had in memory.
    pub fn most_memory_kib(&self) -> anyhow::Result<u64> {
        let status = std::fs::read_to_string(self.folder.join("status"))?;
        let most = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let number = most.and_then(|most| most.trim().strip_suffix(" kB"));
        Ok(number.context("the most memory of a process")?.parse()?)
    }

    /// On all processors, for itself and in the kernel.
    pub fn processor_time(&self) -> anyhow::Result<Duration> {
        let text = std::fs::read_to_string(self.folder.join("stat"))?;
        // The name of the program, in brackets, may hold spaces.
        let fields = text.rsplit(") ").next().context("a name in brackets")?;
        let ticks = fields.split(' ').skip(11).take(2).map(str::parse::<u64>);
        let ticks = ticks.sum::<Result<u64, _>>()?;
        Ok(Duration::from_millis(ticks * TICK_MS))
    }
}

/// A port that nobody has.
pub fn free_address() -> anyhow::Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}
