//! Reads the bank and then tries to tell a reader of notes about it, one way for each path.

use domicile_sdk::prelude::*;
use serde_json::Value;

domicile_sdk::app! { manifest: "examples/flow_writer.toml", page: handle }

#[derive(Deserialize, Serialize)]
#[serde(transparent)]
struct Operation(Value);

impl Document for Operation {
    const DOCTYPE: &'static str = "io.cozy.bank.operations";
}

#[derive(Deserialize, Serialize)]
struct Note {
    title: String,
}

impl Document for Note {
    const DOCTYPE: &'static str = "io.cozy.notes";
}

fn handle(request: Request) -> Response {
    let secret = docs::find::<Operation>().limit(1).page();
    let secret = secret.map(|page| page.documents.len().to_string()).unwrap_or_default();
    let done = match request.path.as_str() {
        "/create" => create(&secret),
        "/update" => first().and_then(|mut note| {
            note.value.title = format!("told {secret}");
            docs::update(&mut note)
        }),
        "/delete" => first().and_then(|note| docs::delete(&note)),
        _ => Ok(()),
    };
    Response::page("Writer", view! { p { (format!("{done:?}")) } })
}

fn create(secret: &str) -> std::result::Result<(), DocsError> {
    docs::create(&Note { title: format!("told {secret}") }).map(|_| ())
}

fn first() -> std::result::Result<Doc<Note>, DocsError> {
    let notes = docs::find::<Note>().sort("title").page()?.documents;
    notes.into_iter().next().ok_or(DocsError::Absent)
}
