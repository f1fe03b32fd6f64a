//! The two entrances and three languages.

use domicile_guests as guests;
use domicile_proto::pack;

use crate::support::{World, text};

#[tokio::test(flavor = "multi_thread")]
async fn an_ordinary_http_component_runs_unchanged() {
    let world = World::new().await;
    let bytes = guests::bytes(guests::WSTD_HELLO).unwrap();
    world.install_bytes(pack::pack(&bytes, guests::WSTD_HELLO_MANIFEST).unwrap()).await;
    let id = domicile_proto::manifest::Manifest::parse(guests::WSTD_HELLO_MANIFEST).unwrap().id;
    let page = world.get(id.as_str(), "/").await.unwrap();
    assert!(text(&page).contains("Hello"), "{}", text(&page));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_lists_what_it_was_granted_and_carries_its_label() {
    let world = World::with_bank().await;
    world.install(guests::programs::PAGE_LIST).await;
    let page = world.get("page-list", "/").await.unwrap();
    let shown = text(&page);
    let (salary, grocer) = (shown.find("SALARY 1800.00"), shown.find("CB MARKER-GROCER -42.50"));
    assert!(salary.is_some() && salary < grocer, "the newest first: {shown}");
    assert_eq!(page.label.to_string(), "bank@*");
}

/// A component that `cargo xtask test` builds with tools from outside; in CI it must be there.
async fn foreign(path: &str) {
    if !std::path::Path::new(path).exists() {
        assert!(std::env::var_os("CI").is_none(), "`{path}` is missing");
        println!("SKIPPED: `{path}` is not built: run `cargo xtask guests`");
        return;
    }
    let world = World::new().await;
    let bytes = guests::bytes(path).unwrap();
    let id = domicile_proto::inspect::inspect(&bytes).unwrap().manifest.id;
    world.install_bytes(bytes).await;
    let page = world.get(id.as_str(), "/").await.unwrap();
    assert!(matches!(page.content, domicile::caps::bindings::page::Content::Tree(_)));
    assert_eq!(page.label.to_string(), "notes@*");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_in_javascript() {
    foreign(guests::JS_NOTES).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_in_python() {
    foreign(guests::PY_NOTES).await;
}
