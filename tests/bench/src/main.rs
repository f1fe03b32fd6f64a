//! The program. In: its arguments. Out: an exit code. Never here: a measurement.

fn main() -> anyhow::Result<()> {
    domicile_bench::main()
}
