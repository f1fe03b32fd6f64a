//! The demo. In: arguments of `domicile demo`. Out: what it prints. Never here: a home or a
//! document; the binary makes them.

use crate::{shell, test, workspace};

/// The dev profile and the packages of the tests: every dependency is compiled once for both, and
/// Cranelift is optimised in it.
pub fn run(arguments: &[&str]) -> Result<(), String> {
    shell::run(&mut shell::cargo(&["build", "--locked", "--package", "domicile-guests"]))?;
    shell::run(&mut shell::cargo(&[&["build"], test::NATIVE, &["--bin", "domicile"]].concat()))?;
    tell(arguments)
}

/// Runs the binary that is there already.
pub fn tell(arguments: &[&str]) -> Result<(), String> {
    let mut demo = shell::command(workspace::target().join("debug/domicile"));
    demo.env("DOMICILE_COMPONENTS", workspace::components());
    shell::run(demo.arg("demo").args(arguments))
}
