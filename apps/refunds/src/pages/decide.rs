//! What the owner decides. In: forms of the app's own pages. Out: decisions, and the page again.
//! Never here: a decision about a pair or an alert that no page showed.

use domicile_sdk::prelude::*;
use reconcile::record::{DecisionRecord, ExpenseRecord};
use reconcile::{Decision, Match, Side};

use super::part;
use crate::decision;

#[derive(Deserialize)]
struct Pair {
    bill: String,
    operation: String,
    side: Side,
}

/// They belong together.
pub fn confirm(c: &Context) -> Result {
    judge(c, |Pair { bill, operation, side }| Decision::Confirm { bill, side, operation })
}

/// They don't.
pub fn undo(c: &Context) -> Result {
    judge(c, |Pair { bill, operation, .. }| Decision::Undo { bill, operation })
}

fn judge(c: &Context, decide: fn(Pair) -> Decision) -> Result {
    let pair: Pair = c.form()?;
    let doc: Doc<ExpenseRecord> = docs::get_one(c.param("id")?)?;
    let is_shown = |found: &Match| {
        found.bill == pair.bill
            && found.side == pair.side
            && found.operations.contains(&pair.operation)
    };
    if !doc.value.matches.iter().any(is_shown) {
        return Err(Error::NotFound);
    }
    decision::keep(c, decide(pair), part::about(c, &doc.value.expense))?;
    Ok(path("/expenses").segment(&doc.id).query("saved", 1u8).into())
}

/// Nothing is to come.
pub fn settle(c: &Context) -> Result {
    let alert = part::alert(c)?.value.alert;
    let act = part::act(c, &alert.what, &alert.beneficiary);
    let missing = part::money(c, alert.missing, &alert.currency);
    let about = format!("{} \u{b7} {act} \u{b7} {missing}", part::payer(c, &alert));
    decision::keep(c, Decision::Dismiss { alert: alert.key }, about)?;
    Ok(path("/").query("saved", 1u8).into())
}

/// The owner takes a decision back.
pub fn forget(c: &Context) -> Result {
    docs::delete(&docs::get_one::<DecisionRecord>(c.param("id")?)?)?;
    Ok(path("/decisions").query("saved", 1u8).into())
}
