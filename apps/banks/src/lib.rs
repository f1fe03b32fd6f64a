//! Banks
use domicile_sdk::prelude::*;
domicile_sdk::app! { manifest: "manifest.toml", page: handle }
fn handle(r: Request) -> Response {
    Router::new()
        .get("/", |_c| Ok(Response::page("Banks", view! { section.page { h1 { "Banks" } } })))
        .run(r)
}
