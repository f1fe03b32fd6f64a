//! Banks
use domicile_sdk::bindings::app::exports::domicile::app::page::*;
use domicile_sdk::bindings::app::domicile::app::*;
fn handle(_r: Request) -> Response {
    let v = viewer::current();
    Response { title: v.locale, content: Content::Tree(vec![ui::Node::Text("Banks".into())]) }
}
domicile_sdk::app! { manifest: "manifest.toml", page: handle }
