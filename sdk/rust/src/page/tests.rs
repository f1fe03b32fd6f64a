use super::*;
use crate::docs::DocsError;
use crate::testing::{Home, text};
use crate::view;
use serde::Deserialize;

fn handle(request: Request) -> Response {
    Router::new()
        .get("/", |_| Ok(Response::page("Home", view! { p { "home" } })))
        .get("/notes/new", |_| Ok(Response::page("New", view! { "new" })))
        .get("/notes/{id}", |c| {
            Ok(Response::page("Note", view! { (c.param("id")?) " " (c.locale().as_str()) }))
        })
        .post("/notes/{id}", |c| {
            #[derive(Deserialize)]
            struct Form {
                count: u32,
            }
            let Form { count } = c.form()?;
            Ok(Response::see(view::path("/notes").query("count", count)))
        })
        .get("/absent", |_| Err(DocsError::Absent.into()))
        .get("/busy", |_| Err(DocsError::Unavailable.into()))
        .run(request)
}

#[test]
fn the_first_route_that_fits_answers() {
    let _home = Home::new();
    assert_eq!(text(&handle(Request::get("/"))), "home");
    assert_eq!(text(&handle(Request::get("/notes/new"))), "new");
    assert_eq!(text(&handle(Request::get("/notes/a.b?x=1"))), "a.b\n \nen");
    for path in ["/notes", "/notes/", "/notes/a/b", "/other", "", "//"] {
        assert_eq!(handle(Request::get(path)).content, Content::NotFound, "{path}");
    }
    assert_eq!(handle(Request::post("/", &[])).content, Content::NotFound);
}

#[test]
fn failures_are_pages_in_the_owners_language() {
    let home = Home::new();
    assert_eq!(handle(Request::get("/absent")).content, Content::NotFound);
    assert!(text(&handle(Request::get("/busy"))).contains("Nothing was changed: try again."));
    home.viewer("fr", "2026-11-23");
    assert!(text(&handle(Request::get("/busy"))).contains("réessayez"));
    let page = handle(Request::post("/notes/1", &[("count", "many")]));
    assert!(text(&page).contains("`many` is not a whole number"));
}

#[test]
fn a_form_leads_to_another_page() {
    let _home = Home::new();
    let page = handle(Request::post("/notes/1", &[("count", "3")]));
    assert_eq!(page.content, Content::See("/notes?count=3".to_owned()));
}

#[test]
fn queries_are_unescaped() {
    let request = Request::get("/?a=b%20c+d&e=%C3%A9&f=%zz&g");
    let pairs: Vec<_> = request.query.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    assert_eq!(pairs, [("a", "b c d"), ("e", "é"), ("f", "%zz"), ("g", "")]);
}
