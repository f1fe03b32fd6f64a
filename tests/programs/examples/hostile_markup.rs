//! Answers with the HTML that it is told to.
//!
//! In: the fields `html` and `title` of the query. Out: those very words as a page. Never here: an
//! attack; they are data of `tests/exfil`.

use domicile_sdk::page::Content;
use domicile_sdk::prelude::*;

domicile_sdk::app! { manifest: "examples/hostile_markup.toml", page: handle }

fn handle(request: Request) -> Response {
    let told = |field| request.query.iter().find(|(name, _)| name == field);
    let said = |field| told(field).map(|(_, words)| words.clone());
    let title = said("title").unwrap_or_else(|| "Parrot".into());
    Response { title, content: Content::Html(said("html").unwrap_or_default()) }
}
