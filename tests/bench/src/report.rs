//! What was measured. In: rows. Out: a table on the terminal, and a file for programs. Never here:
//! a ratio that is better for being smaller.

use std::fs;
use std::path::Path;

use anyhow::Context;
use serde::Serialize;

/// One bench on one machine.
#[derive(Serialize)]
pub struct Report {
    name: &'static str,
    machine: String,
    rows: Vec<Row>,
}

/// One number of ours beside one of a peer.
#[derive(Serialize)]
struct Row {
    case: String,
    value: f64,
    unit: &'static str,
    peer: String,
    peer_value: f64,
    /// Above 1 ours is better; nothing where the peer has none at all.
    ratio: f64,
}

/// What a number counts.
#[derive(Clone, Copy)]
pub enum Unit {
    /// More of these in a second is better.
    PerSecond(&'static str),
    /// Fewer of these is better.
    Less(&'static str),
    /// More of these is better.
    More(&'static str),
}

impl Report {
    /// An empty one.
    pub fn new(name: &'static str) -> Report {
        Report { name, machine: machine(), rows: Vec::new() }
    }

    /// Both numbers were measured in this run.
    pub fn row(&mut self, case: String, unit: Unit, value: f64, peer: &str, peer_value: f64) {
        let (unit, ratio) = match unit {
            Unit::PerSecond(what) | Unit::More(what) => (what, value / peer_value),
            Unit::Less(what) => (what, peer_value / value),
        };
        self.rows.push(Row { case, value, unit, peer: peer.to_owned(), peer_value, ratio });
    }

    /// Print the table and save it.
    pub fn write(&self, folder: &Path) -> anyhow::Result<()> {
        println!("\n{}: {}\n", self.name, self.machine);
        println!("{:<44} {:>14} {:<11} {:>14}  {:>6}  peer", "case", "ours", "", "peer", "ratio");
        for row in &self.rows {
            let Row { case, unit, peer, ratio, .. } = row;
            let (ours, theirs) = (digits(row.value), digits(row.peer_value));
            println!("{case:<44} {ours:>14} {unit:<11} {theirs:>14}  {ratio:>6.2}  {peer}");
        }
        println!("\nratio > 1: ours is better");
        self.save(folder)
    }

    /// Write `NAME.json` alone.
    pub fn save(&self, folder: &Path) -> anyhow::Result<()> {
        let path = folder.join(format!("{}.json", self.name));
        let text = serde_json::to_string_pretty(self)?;
        fs::write(&path, text + "\n").with_context(|| path.display().to_string())?;
        println!("written to {}", path.display());
        Ok(())
    }
}

/// Three digits of what is small, whole numbers otherwise.
fn digits(value: f64) -> String {
    if value < 100.0 { format!("{value:.3}") } else { format!("{value:.0}") }
}

/// The middle one, or the upper of the two in the middle.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn machine() -> String {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let field = |path: &str, name: &str| {
        let text = read(path);
        let line = text.lines().find(|line| line.starts_with(name));
        let value = line.and_then(|line| line.split_once(':')).map(|(_, value)| value.trim());
        value.unwrap_or("?").to_owned()
    };
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let memory = field("/proc/meminfo", "MemTotal").trim_end_matches(" kB").parse::<u64>();
    let memory = memory.map_or_else(|_| "?".to_owned(), |kib| (kib >> 20).to_string());
    let kernel = read("/proc/sys/kernel/osrelease");
    let model = field("/proc/cpuinfo", "model name");
    format!("{model}, {cores} cores, {memory} GiB, Linux {}", kernel.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_above_one_is_better_whatever_the_unit() {
        let mut report = Report::new("test");
        report.row("fast".into(), Unit::PerSecond("requests/s"), 300.0, "peer", 100.0);
        report.row("prompt".into(), Unit::Less("ms"), 2.0, "peer", 6.0);
        let ratios: Vec<f64> = report.rows.iter().map(|row| row.ratio).collect();
        assert_eq!(ratios, [3.0, 3.0]);
        let json = serde_json::to_value(&report).unwrap();
        let names: Vec<&String> = json["rows"][0].as_object().unwrap().keys().collect();
        assert_eq!(names, ["case", "peer", "peer_value", "ratio", "unit", "value"]);
    }

    #[test]
    fn the_median_is_the_middle_one() {
        assert_eq!(median(vec![9.0, 1.0, 2.0]), 2.0);
        assert!(median(Vec::new()).is_nan());
    }
}
