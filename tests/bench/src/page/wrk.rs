//! The load: `wrk`. In: a page and a time. Out: how many answers, how soon. Never here: an answer
//! that was a failure and counted.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, ensure};

use crate::http::Target;

/// Enough that every processor always has something to do; one thread sends far more than the
/// servers answer.
const CONNECTIONS: &str = "16";
const THREADS: &str = "1";

/// What one round measured.
#[derive(Debug, PartialEq)]
pub struct Load {
    pub requests: u64,
    pub per_second: f64,
    pub p99_ms: f64,
}

/// Ask for the page for so long.
pub fn run(wrk: &Path, target: &Target, time: Duration) -> anyhow::Result<Load> {
    let mut command = Command::new(wrk);
    command.args(["--latency", "--threads", THREADS, "--connections", CONNECTIONS]);
    command.arg("--duration").arg(format!("{}s", time.as_secs()));
    for (name, value) in &target.headers {
        // wrk would add a second `Host` to one that is not written so.
        let name = if name == "host" { "Host" } else { name };
        command.arg("--header").arg(format!("{name}: {value}"));
    }
    let output = command.arg(format!("http://{}/", target.address)).output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "wrk: {said}");
    parse(&String::from_utf8(output.stdout)?)
}

fn parse(text: &str) -> anyhow::Result<Load> {
    let failed = text.lines().find(|line| {
        line.contains("Non-2xx or 3xx responses") || line.trim().starts_with("Socket errors")
    });
    ensure!(failed.is_none(), "wrk: {}", failed.unwrap_or_default().trim());
    let missing = || format!("wrk said something new: {text}");
    let words: Vec<&str> = text.split_whitespace().collect();
    let after = |word: &str| {
        let at = words.iter().position(|found| *found == word)?;
        words.get(at + 1).copied()
    };
    let at = words.windows(3).find(|pair| pair[1] == "requests" && pair[2] == "in");
    let requests = at.and_then(|pair| pair[0].parse().ok()).with_context(missing)?;
    let per_second = after("Requests/sec:").and_then(|number| number.parse().ok());
    let p99_ms = after("99%").and_then(milliseconds);
    Ok(Load {
        requests,
        per_second: per_second.with_context(missing)?,
        p99_ms: p99_ms.with_context(missing)?,
    })
}

fn milliseconds(text: &str) -> Option<f64> {
    let units = [("us", 0.001), ("ms", 1.0), ("s", 1000.0), ("m", 60_000.0)];
    let (unit, factor) = units.iter().find(|(unit, _)| text.ends_with(unit))?;
    Some(text.strip_suffix(unit)?.parse::<f64>().ok()? * factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAID: &str = "Running 2s test @ http://127.0.0.1:18777/
  1 threads and 16 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     4.65ms    2.85ms  19.84ms   62.32%
    Req/Sec     3.46k   543.49     5.34k    85.00%
  Latency Distribution
     50%    3.75ms
     75%    7.24ms
     90%    8.29ms
     99%   500.00us
  6929 requests in 2.02s, 0.89MB read
Requests/sec:   3436.37
Transfer/sec:    449.68KB
";

    #[test]
    fn what_wrk_says_is_read() {
        let load = parse(SAID).unwrap();
        assert_eq!(load, Load { requests: 6929, per_second: 3436.37, p99_ms: 0.5 });
        assert_eq!(milliseconds("1.50s"), Some(1500.0));
        assert!(parse("").is_err());
    }

    #[test]
    fn a_failed_answer_spoils_the_round() {
        for line in
            ["  Non-2xx or 3xx responses: 3\n", "  Socket errors: connect 0, read 1, write 0\n"]
        {
            assert!(parse(&format!("{SAID}{line}")).is_err(), "{line}");
        }
    }
}
