//! `domicile audit` and `domicile pack`: from a component's bytes alone.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, ensure};
use clap::Args;
use domicile_proto::audit::{Audit, Rules, SCHEMA};
use domicile_proto::manifest::Manifest;
use domicile_proto::pack;

use super::recipe;

/// What to audit, and how.
#[derive(Args)]
pub struct Options {
    /// The component
    #[arg(required_unless_present = "schema")]
    file: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Compare with an older version: exit code 1 when it has a flow, or a wider grant, that the
    /// old one has not
    #[arg(long, value_name = "OLD.wasm")]
    against: Option<PathBuf>,
    /// Hold it against the rules in this file: exit code 1 when it breaks one
    #[arg(long, value_name = "POLICY.toml")]
    policy: Option<PathBuf>,
    /// Print the JSON Schema of `--json` and end
    #[arg(long, exclusive = true)]
    schema: bool,
}

/// Print what a component could do. Exit code 0 when nothing speaks against it, 1 when something
/// does, 2 when a file can't be read or holds no rules.
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let Some(file) = options.file.as_deref().filter(|_| !options.schema) else {
        print!("{SCHEMA}");
        return Ok(ExitCode::SUCCESS);
    };
    let audit = match audit(file, options) {
        Ok(audit) => audit,
        Err(error) => {
            eprintln!("error: {error:#}");
            return Ok(ExitCode::from(2));
        }
    };
    if options.json {
        println!("{}", serde_json::to_string_pretty(&audit)?);
    } else {
        print!("{audit}");
    }
    Ok(if audit.passes() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn audit(file: &Path, options: &Options) -> anyhow::Result<Audit> {
    let mut audit = Audit::of(&read(file)?);
    if let Some(old) = &options.against {
        audit = audit.against(&Audit::of(&read(old)?));
    }
    if let Some(policy) = &options.policy {
        let rules = Rules::parse(&text(policy)?);
        audit = audit.under(&rules.with_context(|| format!("`{}`", policy.display()))?);
    }
    Ok(audit)
}

/// Put a manifest into a component, if its recipe has no mistakes.
pub fn pack(file: &Path, manifest: &Path, output: &Path, unchecked: bool) -> anyhow::Result<()> {
    let text = text(manifest)?;
    let packed = pack::pack(&read(file)?, &text)?;
    let mistakes =
        if unchecked { Vec::new() } else { recipe::mistakes(&text, &Manifest::parse(&text)?) };
    let lines: Vec<String> = mistakes.iter().map(|mistake| format!("\n  {mistake}")).collect();
    ensure!(
        lines.is_empty(),
        "the recipe in `{}` is not right:{}",
        manifest.display(),
        lines.concat()
    );
    std::fs::write(output, packed)
        .with_context(|| format!("`{}` can't be written", output.display()))
}

fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(file).with_context(|| format!("`{}` can't be read", file.display()))
}

fn text(file: &Path) -> anyhow::Result<String> {
    String::from_utf8(read(file)?).with_context(|| format!("`{}` is not UTF-8", file.display()))
}
