//! Tiny guests, one behaviour each: `examples/suite_behaviour.rs` becomes `suite_behaviour.wasm`.
//!
//! In: what the host gives an app, a service or an importer. Out: one behaviour, good or hostile,
//! that a test of `tests/it`, `tests/exfil` or `tests/e2e` or a bench names. Never here: a program
//! that none names (tidy fails). To add one: the file, a line in `Cargo.toml`, and
//! `domicile_guests::programs::SUITE_BEHAVIOUR` in a test. Programs are built as cdylib examples: a
//! `bin` would carry `_start` and export `wasi:cli/run`.

pub mod interpreter;
