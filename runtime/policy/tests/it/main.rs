//! The tests of the policy: one module for each source file, the properties of a run and of the
//! ledger over generated cases, and non-interference over a model of a home.
mod colluding;
mod consent;
mod declassify;
mod denial;
mod event;
mod generate;
mod grant;
mod influence;
mod label;
mod model;
mod name;
mod noninterference;
mod power;
mod program;
mod run;
mod run_properties;
mod scope;
mod share;
mod support;
mod words;
mod world;
