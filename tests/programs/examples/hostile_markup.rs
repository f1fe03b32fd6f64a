//! Answers with the HTML that it is told to.
//!
//! In: the field `html` of the query. Out: those very words as a page. Never here: an attack; they
//! are data of `tests/exfil`.

use domicile_sdk::page::Content;
use domicile_sdk::prelude::*;

domicile_sdk::app! { manifest: "examples/hostile_markup.toml", page: handle }

fn handle(request: Request) -> Response {
    let html = request.query.into_iter().find(|(name, _)| name == "html");
    let html = html.map(|(_, html)| html).unwrap_or_default();
    Response { title: "Parrot".into(), content: Content::Html(html) }
}
