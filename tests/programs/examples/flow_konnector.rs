//! Runs the generated program that lies in its account's state: a run of a konnector has no
//! argument. No manifest is embedded: each of the cast packs its own.

use domicile_programs::interpreter::{gather, run};
use domicile_property::program::Task;
use domicile_sdk::bindings::collect_exports as exports;
use domicile_sdk::konnector::Failure;
use domicile_sdk::state;

struct Entry;

impl exports::Guest for Entry {
    fn run() -> Result<exports::Report, Failure> {
        // Written by the stage at the label of nothing, so that it teaches nothing.
        let task: Option<Task> = state::get("program").ok().flatten();
        let task = task.ok_or_else(|| Failure::Other("no program".to_owned()))?;
        let ended = run(&task.program, task.memory, gather);
        Ok(exports::Report { summary: ended.memory.to_string(), warnings: Vec::new() })
    }
}

domicile_sdk::bindings::konnector::export_konnector!(
    Entry with_types_in domicile_sdk::bindings::konnector
);
