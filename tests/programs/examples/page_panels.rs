//! A page that looks at nothing, with panels that know the bank, and panels that fail.
//!
//! In: `/`, or one of the panels by itself. Out: pages with forms that write a note. Never here: a
//! look of the page around the panels.

use domicile_sdk::page::{Content, Media};
use domicile_sdk::prelude::*;

domicile_sdk::app! { manifest: "examples/page_panels.toml", page: handle }

#[derive(Deserialize, Serialize)]
struct Operation {
    label: String,
}

impl Document for Operation {
    const DOCTYPE: &'static str = "io.cozy.bank.operations";
}

#[derive(Deserialize, Serialize)]
struct Note {
    #[serde(alias = "arg")]
    title: String,
}

impl Document for Note {
    const DOCTYPE: &'static str = "io.cozy.notes";
}

fn handle(request: Request) -> Response {
    Router::new()
        .get("/", around)
        .get("/spent", spent)
        .post("/note", note)
        .get("/html", |_| Ok(html("<p>From a string</p>")))
        .get("/crash", |_| panic!("on purpose"))
        .get("/panel", |_| Ok(Response::page("Panel", view! { panel "/spent"; })))
        .get("/see", |_| Ok(Response::see("/spent")))
        .get("/file", |_| Ok(Response::download("a", Media::Text, Vec::new())))
        .run(request)
}

fn around(_: &Context) -> Result {
    let view = view! {
        section.page {
            form.row post="/note" { input name="title" value="plain"; button { "Write" } }
            button post="/note" arg="loose" { "Write the same" }
            @for path in ["/spent", "/html", "/crash", "/panel", "/see", "/file", "/none"] {
                panel (path);
            }
            p { "After the panels" }
        }
    };
    Ok(Response::page("Diary", view))
}

fn spent(_: &Context) -> Result {
    let found = docs::find::<Operation>().sort("date").limit(1).page()?.documents;
    let label = found.first().map(|one| one.value.label.clone()).unwrap_or_default();
    let view = view! {
        div.card {
            form.row post="/note" { input name="title" value=(&label); button { "Note it" } }
            button post="/note" arg=(&label) { "Note it again" }
            a go="/spent" { "More" }
        }
    };
    Ok(Response::page("Spent", view))
}

fn note(c: &Context) -> Result {
    docs::create(&c.form::<Note>()?)?;
    Ok(Response::page("Noted", view! { p { "Noted" } }))
}

fn html(html: &str) -> Response {
    Response { title: "String".to_owned(), content: Content::Html(html.to_owned()) }
}
