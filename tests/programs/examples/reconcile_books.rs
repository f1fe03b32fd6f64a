//! Makes a household and puts its books together, as a component that has no clock.
//!
//! In: `/SEED/OPERATIONS/BILLS/ACT`: which household, of what size, and how far to go once it is
//! made: `make` goes no further, `read` reads all of its books but the newest bill and operation,
//! `full` puts those together, `keep` also keeps what is to be remembered, `next` puts all of them
//! together with what was kept. Out: KiB of the linear memory, and how many matches and alerts were
//! found. Never here: a document of a home.

use domicile_household::{Document, Household, Shape};
use domicile_sdk::page::{Request, Response};
use domicile_sdk::{state, view};
use reconcile::{Books, Day, Memory, Outcome, reconcile};
use serde_json::Value;

domicile_sdk::app! { manifest: "examples/reconcile_books.toml", page: handle }

/// The name of what is kept.
const MEMORY: &str = "memory";
const PAGE_KIB: usize = 64;

fn handle(request: Request) -> Response {
    let said = asked(&request.path).unwrap_or_else(|| "nothing came of it".to_owned());
    Response::page("Books", view! { pre { (said) } })
}

fn asked(path: &str) -> Option<String> {
    let words: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    let [seed, operations, bills, act] = words[..] else { return None };
    let shape = Shape::sized(operations.parse().ok()?, bills.parse().ok()?);
    let outcome = work(&Household::new(seed.parse().ok()?, &shape), act)?;
    let memory_kib = core::arch::wasm32::memory_size::<0>() * PAGE_KIB;
    Some(format!("{memory_kib} {} {}", outcome.matches.len(), outcome.alerts.len()))
}

fn work(household: &Household, act: &str) -> Option<Outcome> {
    let (before, newest) = household.before_the_newest();
    let mut books = Books::default();
    if act != "make" {
        add(&mut books, &before);
    }
    let memory = match act {
        "make" | "read" => {
            // Else what nobody looks at might not be read.
            std::hint::black_box(&books);
            return Some(Outcome::default());
        }
        "full" | "keep" => Memory::default(),
        "next" => {
            add(&mut books, &newest);
            state::get(MEMORY).ok()??
        }
        _ => return None,
    };
    let outcome = reconcile(&books, Day::parse(&household.today)?, &memory);
    if act == "keep" {
        state::set(MEMORY, &outcome.memory).ok()?;
    }
    Some(outcome)
}

fn add(books: &mut Books, documents: &[&Document]) {
    for one in documents {
        books.add(one.doctype, &one.id, &Value::Object(one.body.clone()));
    }
}
