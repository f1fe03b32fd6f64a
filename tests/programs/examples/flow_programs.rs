//! Runs a generated program as a page of an app: what it asks for stands in its path, and
//! everything that an answer says on the page. No manifest is embedded: each of the cast packs its
//! own.

use domicile_programs::interpreter::{run, step};
use domicile_property::program::{Op, Task};
use domicile_sdk::bindings::app_exports;
use domicile_sdk::prelude::*;

struct Entry;

impl app_exports::Guest for Entry {
    fn handle(request: app_exports::Request) -> app_exports::Response {
        handle(request.into()).into()
    }
}

domicile_sdk::bindings::app::export_app!(Entry with_types_in domicile_sdk::bindings::app);

fn handle(request: Request) -> Response {
    let task: Task = serde_json::from_str(request.path.trim_start_matches('/')).unwrap();
    let ended = run(&task.program, task.memory, |op, memory| step(op, memory, &task.known));
    let panels = ended.children.iter().map(|(doctype, memory)| child(*doctype, *memory));
    Response::page(
        "Program",
        view! {
            pre { (ended.said + &ended.memory.to_string()) }
            @for path in panels { panel (path); }
        },
    )
}

/// The path of a panel that finds documents.
fn child(doctype: usize, memory: u8) -> String {
    let program = vec![Op::Query(doctype, Vec::new())];
    let task = Task { program, memory, known: Vec::new() };
    format!("/{}", serde_json::to_string(&task).unwrap())
}
