//! The one binary.

fn main() -> std::process::ExitCode {
    domicile::cli::main()
}
