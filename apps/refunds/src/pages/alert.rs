//! `/alerts/{id}`: what never came, what is known of it, and what can be done.

use domicile_sdk::prelude::*;
use reconcile::notice;
use reconcile::record::ExpenseRecord;

use super::part::{self, Place};
use crate::words::Words;

pub fn show(c: &Context) -> Result {
    let doc = part::alert(c)?;
    let (words, alert) = (Words(c.locale()), &doc.value.alert);
    let books = part::books(alert.bills.iter(), alert.operations.iter())?;
    let (title, sentence) = notice(alert, c.locale());
    let about = json!({ "key": &doc.value.expense });
    let expenses = docs::find::<ExpenseRecord>().filter(about).limit(1).page()?.documents;
    let to = |act: &str| path("/alerts").segment(&doc.id).segment(act);
    let money = |cents| part::money(c, cents, &alert.currency);
    let facts = [
        (words.act(), part::act(c, &alert.what, &alert.beneficiary)),
        (words.spent_on(), part::date(c, alert.spent_on)),
        (words.spent(), money(alert.spent)),
        (words.announced(), money(alert.announced)),
        (words.received(), money(alert.received)),
        (words.announced_on(), part::date(c, alert.since)),
        (words.due_by(), part::date(c, alert.due)),
    ];
    let content = view! {
        section.card {
            header.row {
                h1 { (part::payer(c, alert)) }
                span.spacer {}
                strong.big.negative { (money(alert.missing)) }
            }
            p { (sentence) }
            dl { @for (name, value) in facts { dt { (name) } dd { (value) } } }
            div.row {
                button.primary go=(to("letter")) { (words.write_letter()) }
                form { button.secondary post=(to("settle")) { (words.settled()) } }
            }
            @for expense in &expenses {
                p { a go=(path("/expenses").segment(&expense.id)) { (words.see_expense()) } }
            }
        }
        section.card {
            h2 { (words.proofs()) }
            @if books.bills.is_empty() && books.operations.is_empty() {
                p.muted { (words.nothing_known()) }
            }
            div.grid {
                @for bill in &books.bills { (part::bill(c, bill, &alert.currency)) }
                @for one in &books.operations { (part::operation(c, one, &alert.currency)) }
            }
        }
    };
    Ok(part::page(c, Place::Missing, &title, content))
}
