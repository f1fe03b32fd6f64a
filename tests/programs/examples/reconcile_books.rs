//! Makes a household and puts its books together, as a component that has no clock.
//!
//! In: `/SEED/OPERATIONS/BILLS/STEPS`: which household, of what size, and how many things to do once
//! it is made: read its books, put them together, do so again with what was kept, a bill and an
//! operation more. Out: KiB of the linear memory, and how many matches and alerts were found. Never
//! here: a document of a home.

use domicile_household::{Document, Household, Shape};
use domicile_sdk::page::{Request, Response};
use domicile_sdk::view;
use reconcile::{Books, Day, Memory, Outcome, reconcile};
use serde_json::Value;

domicile_sdk::app! { manifest: "examples/reconcile_books.toml", page: handle }

const PAGE_KIB: usize = 64;

fn handle(request: Request) -> Response {
    let numbers = request.path.trim_start_matches('/').split('/').map(str::parse);
    let said = match numbers.collect::<Result<Vec<usize>, _>>().as_deref() {
        Ok([seed, operations, bills, steps]) => {
            let shape = Shape::sized(*operations, *bills);
            work(&Household::new(*seed as u64, &shape), *steps)
        }
        _ => "no household".to_owned(),
    };
    Response::page("Books", view! { pre { (said) } })
}

fn work(household: &Household, steps: usize) -> String {
    let today = Day::parse(&household.today).unwrap_or_default();
    let (before, newest) = household.before_the_newest();
    let (mut books, mut outcome) = (Books::default(), Outcome::default());
    if steps > 0 {
        add(&mut books, &before);
    }
    if steps > 1 {
        outcome = reconcile(&books, today, &Memory::default());
    }
    if steps > 2 {
        add(&mut books, &newest);
        outcome = reconcile(&books, today, &outcome.memory);
    }
    // Else what nobody looks at might not be read.
    std::hint::black_box(&books);
    let memory_kib = core::arch::wasm32::memory_size::<0>() * PAGE_KIB;
    format!("{memory_kib} {} {}", outcome.matches.len(), outcome.alerts.len())
}

fn add(books: &mut Books, documents: &[&Document]) {
    for one in documents {
        books.add(one.doctype, &one.id, &Value::Object(one.body.clone()));
    }
}
