//! Breaks one limit for each path.

use domicile_sdk::prelude::*;
use serde_json::Value;

domicile_sdk::app! { manifest: "examples/limit_bombs.toml", page: handle }

#[derive(Deserialize, Serialize)]
#[serde(transparent)]
struct Operation(Value);

impl Document for Operation {
    const DOCTYPE: &'static str = "io.cozy.bank.operations";
}

fn handle(request: Request) -> Response {
    match request.path.as_str() {
        "/loop" => spin(),
        "/memory" => grow(),
        "/stack" => println!("{}", deep(1)),
        "/panic" => panic!("the secret is {}", secret()),
        "/string" => say_long(20 << 20),
        "/huge-string" => say_long(200 << 20),
        "/print" => (0..100_000).for_each(|_| println!("{}", secret())),
        "/notices" => (0..25).for_each(|at| notify(at, "/print?page=1")),
        "/notice-out" => notify(0, "//evil.test/"),
        "/nodes" => return Response::page("Many", many_nodes()),
        _ => {}
    }
    Response::page("Survived", view! { p { "survived" } })
}

fn say_long(bytes: usize) {
    let _ = domicile_sdk::state::set("long", &"x".repeat(bytes));
}

fn spin() {
    let mut n = 0u64;
    while std::hint::black_box(n) < u64::MAX {
        n += 1;
    }
}

fn grow() {
    let mut hoard: Vec<Vec<u8>> = Vec::new();
    loop {
        hoard.push(vec![1; 1 << 20]);
        std::hint::black_box(&hoard);
    }
}

fn deep(n: u64) -> u64 {
    // No array here: the stack that overflows has to be the engine's, not the guest's own in its
    // memory.
    if n == 0 { 0 } else { deep(n + 1).wrapping_mul(3) ^ n }
}

fn secret() -> String {
    let found = docs::find::<Operation>().limit(10).page();
    found
        .map(|page| page.documents.iter().map(|one| one.value.0.to_string()).collect())
        .unwrap_or_default()
}

/// With everything in it that could pass for a part of the page around it.
fn notify(at: u32, path: &str) {
    let title = format!("<b>Notice {at}</b>\u{202e}");
    domicile_sdk::notices::notify(&title, "<script>alert(1)</script>\nYour home says so", path);
}

fn many_nodes() -> View {
    let rows: Vec<u32> = (0..60_000).collect();
    view! { ul { @for row in &rows { li { (row.to_string()) } } } }
}
