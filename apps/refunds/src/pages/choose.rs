//! `/expenses/{id}/operations`: which other operation pays for a bill. In: a bill of the expense.
//! Out: operations to choose from, and the decision. Never here: a bill of another expense; an
//! operation whose money goes the other way.

use domicile_sdk::prelude::*;
use reconcile::record::ExpenseRecord;
use reconcile::{Bill, Decision, Side};

use super::part::{self, Place};
use crate::words::Words;
use crate::{decision, near};

#[derive(Deserialize)]
struct Query {
    bill: String,
    side: Side,
    month: Option<String>,
}

pub fn show(c: &Context) -> Result {
    let Query { bill, side, month } = c.query()?;
    let (doc, bill) = read(c, &bill)?;
    let month = month.and_then(|text| Month::parse(&text));
    let mut operations = near::operations(&bill, side, month)?;
    let is_found = |id: &String| {
        let of_bill = |found: &&reconcile::Match| found.bill == bill.id && found.side == side;
        doc.value.matches.iter().filter(of_bill).any(|found| found.operations.contains(id))
    };
    operations.retain(|one| !is_found(&one.id));
    let (words, currency) = (Words(c.locale()), &doc.value.expense.currency);
    let to = path("/expenses").segment(&doc.id);
    let content = view! {
        p { a go=(to.clone()) { (words.back_to_expense()) } }
        section.card {
            h1 { (words.choose_operation()) }
            (part::bill(c, &bill, currency))
            p.muted { (words.choose_how()) }
        }
        section.card {
            @if operations.is_empty() { p.empty { (words.no_operations_near()) } }
            ul.list {
                @for one in &operations {
                    li.item {
                        div.spacer { (part::operation(c, one, currency)) }
                        form {
                            input type="hidden" name="bill" value=(&bill.id);
                            input type="hidden" name="side" value=(part::side(side));
                            input type="hidden" name="operation" value=(&one.id);
                            button.secondary post=(to.clone().segment("operations"))
                                aria-label=(words.choose_this(part::label(c, one))) {
                                (words.this_one())
                            }
                        }
                    }
                }
            }
        }
        (part::month_form(c, to.segment("operations"), month, &[
            ("bill", bill.id.as_str()), ("side", part::side(side)),
        ]))
    };
    Ok(part::page(c, Place::Expenses, words.choose_operation(), content))
}

/// It pays for the bill, with those that do already.
pub fn save(c: &Context) -> Result {
    #[derive(Deserialize)]
    struct Form {
        bill: String,
        side: Side,
        operation: String,
    }
    let Form { bill, side, operation } = c.form()?;
    let (doc, bill) = read(c, &bill)?;
    let books = part::books(std::iter::empty(), std::iter::once(&operation))?;
    if !books.operations.iter().any(|one| near::goes(one, side)) {
        return Err(Error::NotFound);
    }
    let confirm = Decision::Confirm { bill: bill.id, side, operation };
    decision::keep(c, confirm, part::about(c, &doc.value.expense))?;
    Ok(path("/expenses").segment(&doc.id).query("saved", 1u8).into())
}

/// The expense of the page's address, and a bill of it.
fn read(c: &Context, bill: &String) -> Result<(Doc<ExpenseRecord>, Bill)> {
    let doc: Doc<ExpenseRecord> = docs::get_one(c.param("id")?)?;
    if !doc.value.expense.bills.contains(bill) {
        return Err(Error::NotFound);
    }
    let books = part::books(std::iter::once(bill), std::iter::empty())?;
    let bill = books.bills.into_iter().next().ok_or(Error::NotFound)?;
    Ok((doc, bill))
}
