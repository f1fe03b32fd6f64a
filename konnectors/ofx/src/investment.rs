//! Investment statements. Taken: the account, its cash, and what moves cash alone. Not taken, and
//! said so: trades, positions and their values; they are no bank operations.

use konnector_statement::text::count;
use konnector_statement::{Balance, Ledger, Node};

use crate::account;

/// The cash, of the statement's day.
pub fn cash(statement: &Node<'_>, label: &str, ledger: &mut Ledger) -> Option<Balance> {
    let balances = statement.child("INVBAL").filter(|node| node.child("AVAILCASH").is_some());
    let Some(balances) = balances else {
        ledger.warn(&format!("{label}: the file has no cash balance of this account"));
        return None;
    };
    account::balance(balances, "AVAILCASH", statement.text_at("DTASOF"), label, ledger)
}

/// The rows that move cash.
pub fn cash_rows<'n, 'a>(statement: &'n Node<'a>) -> impl Iterator<Item = &'n Node<'a>> {
    statement
        .children_named("INVTRANLIST")
        .flat_map(|list| list.children_named("INVBANKTRAN"))
        .flat_map(|row| row.children_named("STMTTRN"))
}

/// One line on what stays behind.
pub fn report_rest(statement: &Node<'_>, label: &str, ledger: &mut Ledger) {
    let is_of_security =
        |node: &&Node<'_>| !["INVBANKTRAN", "DTSTART", "DTEND"].iter().any(|name| node.is(name));
    let lists = |name| statement.children_named(name).flat_map(|list| list.children.iter());
    let movements = lists("INVTRANLIST").filter(is_of_security).count();
    let rest = [(movements, "security movement"), (lists("INVPOSLIST").count(), "position")];
    let rest: Vec<String> = rest
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, noun)| format!(", not {}", count(number, noun)))
        .collect();
    let rest = rest.concat();
    ledger.warn(&format!("{label}: of an investment account only the cash is taken{rest}"));
}
