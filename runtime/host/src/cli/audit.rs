//! `domicile audit` and `domicile pack`: from a component's bytes alone.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use domicile_proto::pack;
use domicile_proto::report::Report;

/// Print what a component could do. Exit code 1 when it would be refused.
pub fn run(file: &Path, json: bool) -> anyhow::Result<ExitCode> {
    let report = Report::of(&read(file)?);
    if json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        print!("{report}");
    }
    Ok(if report.refused.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Put a manifest into a component.
pub fn pack(file: &Path, manifest: &Path, output: &Path) -> anyhow::Result<()> {
    let text = String::from_utf8(read(manifest)?)
        .with_context(|| format!("`{}` is not UTF-8", manifest.display()))?;
    let packed = pack::pack(&read(file)?, &text)?;
    std::fs::write(output, packed)
        .with_context(|| format!("`{}` can't be written", output.display()))
}

fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(file).with_context(|| format!("`{}` can't be read", file.display()))
}
