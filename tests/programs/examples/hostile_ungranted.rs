//! Asks for notes and reaches for the bank.

use domicile_sdk::prelude::*;
use serde_json::Value;

domicile_sdk::app! { manifest: "examples/hostile_ungranted.toml", page: handle }

#[derive(Deserialize, Serialize)]
#[serde(transparent)]
struct Operation(Value);

impl Document for Operation {
    const DOCTYPE: &'static str = "io.cozy.bank.operations";
}

fn handle(_: Request) -> Response {
    let text = match docs::find::<Operation>().limit(20).page() {
        Ok(page) => format!("took {} operations", page.documents.len()),
        Err(error) => format!("took nothing: {error:?}"),
    };
    Response::page("Horoscope", view! { p { (text) } })
}
