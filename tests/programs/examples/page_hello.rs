//! A page that says hello and reads nothing.

use domicile_sdk::prelude::*;

domicile_sdk::app! { manifest: "examples/page_hello.toml", page: handle }

fn handle(_: Request) -> Response {
    Response::page("Hello", view! { p { "Hello" } })
}
