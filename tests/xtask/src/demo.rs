//! The demo. In: arguments of `domicile demo`. Out: what it prints, beside providers that answer on
//! this machine alone. Never here: a home or a document; the binary makes them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::{shell, test, workspace};

/// How long the providers may take to be there.
const PATIENCE: Duration = Duration::from_secs(30);
/// Where the manifests are that are packed into the recipe konnector.
const RECIPES: &[&str] = &["konnectors/recipe/recipes", "tests/providers/recipes"];

/// The dev profile and the packages of the tests: every dependency is compiled once for both, and
/// Cranelift is optimised in it.
pub fn run(arguments: &[&str]) -> Result<(), String> {
    shell::run(&mut shell::cargo(&["build", "--locked", "--package", "domicile-guests"]))?;
    shell::run(&mut shell::cargo(&[&["build"], test::NATIVE, &BINARIES].concat()))?;
    tell(arguments)
}

/// What the demo runs.
pub const BINARIES: [&str; 6] =
    ["--bin", "domicile", "--bin", "domicile-providers", "--bin", "domicile-household"];

/// Runs the binary that is there already.
pub fn tell(arguments: &[&str]) -> Result<(), String> {
    let folder = workspace::target().join("demo");
    fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    pack(&folder)?;
    shell::run(binary("domicile-household").arg(&folder))?;
    let providers = Providers::start(&folder)?;
    let mut demo = binary("domicile");
    demo.env("DOMICILE_COMPONENTS", workspace::components());
    demo.arg("demo").arg("--hosts").arg(&providers.hosts).arg("--konnectors").arg(&folder);
    shell::run(demo.args(arguments))
}

fn binary(name: &str) -> std::process::Command {
    shell::command(workspace::target().join("debug").join(name))
}

/// One component, once with each recipe.
fn pack(folder: &Path) -> Result<(), String> {
    for place in RECIPES {
        let recipes = fs::read_dir(workspace::root().join(place));
        for recipe in recipes.map_err(|error| error.to_string())? {
            let manifest = recipe.map_err(|error| error.to_string())?.path();
            let mut output = folder.join(manifest.file_stem().unwrap_or_default());
            output.set_extension("wasm");
            let mut pack = binary("domicile");
            let text = fs::read_to_string(&manifest).map_err(|error| error.to_string())?;
            // What saves files is a component of its own, for whose owner agrees to that.
            let component = match text.contains("\"io.cozy.files\"") {
                true => "konnector_recipe_files.wasm",
                false => "konnector_recipe.wasm",
            };
            pack.arg("pack").arg(workspace::components().join(component));
            pack.arg("--manifest").arg(&manifest).arg("--output").arg(output);
            // Those of the tests reach for what they did not declare.
            shell::run(pack.args(place.starts_with("tests/").then_some("--unchecked")))?;
        }
    }
    Ok(())
}

/// The providers, for as long as this is held.
struct Providers {
    running: Child,
    /// The list of their hosts.
    hosts: PathBuf,
}

impl Providers {
    fn start(folder: &Path) -> Result<Providers, String> {
        let hosts = folder.join("hosts.toml");
        if hosts.exists() {
            fs::remove_file(&hosts).map_err(|error| error.to_string())?;
        }
        let running = binary("domicile-providers").arg(&hosts).spawn();
        let running = running.map_err(|error| format!("domicile-providers: {error}"))?;
        let providers = Providers { running, hosts };
        let begun = Instant::now();
        while !providers.hosts.exists() {
            if begun.elapsed() > PATIENCE {
                return Err("the demo's providers do not answer".to_owned());
            }
            sleep(Duration::from_millis(20));
        }
        Ok(providers)
    }
}

impl Drop for Providers {
    fn drop(&mut self) {
        // They may have ended by themselves.
        let _ = self.running.kill();
        let _ = self.running.wait();
    }
}
