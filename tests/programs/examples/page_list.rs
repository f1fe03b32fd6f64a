//! A page that lists the newest 20 bank operations: what most pages of most apps do.

use domicile_sdk::prelude::*;

domicile_sdk::app! { manifest: "examples/page_list.toml", page: handle }

#[derive(Deserialize, Serialize)]
struct Operation {
    date: String,
    label: String,
    amount: f64,
}

impl Document for Operation {
    const DOCTYPE: &'static str = "io.cozy.bank.operations";
}

fn handle(request: Request) -> Response {
    Router::new().get("/", list).run(request)
}

fn list(_: &Context) -> Result {
    let newest = docs::find::<Operation>().newest("date").limit(20).page()?.documents;
    let line = |one: &Operation| format!("{} {} {:.2}", one.date, one.label, one.amount);
    let view = view! {
        ul.list { @for one in &newest { li.item { (line(&one.value)) } } }
    };
    Ok(Response::page("Operations", view))
}
