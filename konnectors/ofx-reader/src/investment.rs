//! Investment statements. Taken: the account, its cash, and what moves cash alone. Not taken, and
//! said so: trades, positions and their values; they are no bank operations.

use konnector_statement::{Balance, Ledger, Node, Said, count, say};

use super::account;

/// The cash, of the statement's day.
pub fn cash(statement: &Node<'_>, label: &str, ledger: &mut Ledger) -> Option<Balance> {
    let balances = statement.child("INVBAL").filter(|node| node.child("AVAILCASH").is_some());
    let Some(balances) = balances else {
        ledger.warn(&say!(
            label;
            "{label}: the file has no cash balance of this account",
            "{label} : le fichier n'a pas de solde en espèces de ce compte",
        ));
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
    let movements = count(
        movements,
        ["security movement", "security movements"],
        ["mouvement de titres", "mouvements de titres"],
    );
    let positions = lists("INVPOSLIST").count();
    let positions = count(positions, ["position", "positions"], ["position", "positions"]);
    let mut rest = Said { en: String::new(), fr: String::new() };
    for part in [movements, positions].into_iter().filter(|part| !part.en.starts_with("0 ")) {
        rest = say!(rest, part; "{rest}, not {part}", "{rest}, sans {part}");
    }
    ledger.warn(&say!(
        label, rest;
        "{label}: of an investment account only the cash is taken{rest}",
        "{label} : d'un compte de placement, seules les espèces sont reprises{rest}",
    ));
}
