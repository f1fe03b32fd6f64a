//! Reads notes, and writes one when asked: the other end of a channel.

use domicile_sdk::prelude::*;

domicile_sdk::app! { manifest: "examples/flow_reader.toml", page: handle }

#[derive(Deserialize, Serialize)]
struct Note {
    title: String,
}

impl Document for Note {
    const DOCTYPE: &'static str = "io.cozy.notes";
}

fn handle(request: Request) -> Response {
    if request.path == "/create" {
        let made = docs::create(&Note { title: "plain".to_owned() });
        return Response::page("Reader", view! { p { (format!("{}", made.is_ok())) } });
    }
    let seen = docs::find::<Note>().sort("title").page();
    let count = docs::find::<Note>().count();
    let feed = docs::changes::<Note>(None, 100).map(|page| page.changes.len());
    let titles = seen
        .map(|page| page.documents.iter().map(|note| note.value.title.clone()).collect::<Vec<_>>());
    Response::page("Reader", view! { p { (format!("{titles:?} {count:?} {feed:?}")) } })
}
