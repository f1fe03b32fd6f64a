//! Runs the generated program that lies in its state, whatever starts it: a run of a service has no
//! argument but the kind of what changed. No manifest is embedded: each of the cast packs its own.

use domicile_programs::interpreter::{run, step};
use domicile_property::mix;
use domicile_property::program::Task;
use domicile_sdk::Trigger;
use domicile_sdk::bindings::service_exports;
use domicile_sdk::state;

struct Entry;

impl service_exports::Guest for Entry {
    fn run(trigger: service_exports::Trigger) -> Result<(), String> {
        // Written by the stage at the label of nothing, so that it teaches nothing.
        let task: Task = state::get("program").ok().flatten().ok_or("no program")?;
        let memory = mix(task.memory, format!("{:?}", Trigger::from(trigger)).bytes());
        run(&task.program, memory, |op, memory| step(op, memory, &task.known));
        Ok(())
    }
}

domicile_sdk::bindings::service::export_service!(
    Entry with_types_in domicile_sdk::bindings::service
);
