//! Operations as OFX 2.2, the form in which other software takes them.
//!
//! In: accounts and operations. Out: a statement for each account, and for each other currency on
//! it one of its own: amounts of two currencies are never under one. Never: an amount, a day or a
//! balance that is not in the documents.

mod account;
mod element;
#[cfg(test)]
mod tests;

use domicile_sdk::prelude::*;
use element::{Element, compact};
use ledger::account::Kind;
use ledger::model::{Account, Operation};
use std::collections::BTreeMap;

/// Characters of NAME and MEMO, as the standard bounds them.
const NAME_MAX: usize = 32;
const MEMO_MAX: usize = 255;

const HEADER: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\n\
    <?OFX OFXHEADER=\"200\" VERSION=\"220\" SECURITY=\"NONE\" OLDFILEUID=\"NONE\" \
    NEWFILEUID=\"NONE\"?>\n";

/// The file. Operations without a day have no place in one.
pub fn write(accounts: &[Doc<Account>], operations: &[Doc<Operation>], viewer: &Viewer) -> String {
    let (mut banks, mut cards) = (Vec::new(), Vec::new());
    for ((id, currency), booked) in by_statement(operations, viewer) {
        let account = accounts.iter().find(|doc| doc.id == id).map(|doc| &doc.value);
        match account.map(Kind::of) {
            Some(Kind::Card) => cards.push(statement(true, id, account, currency, &booked, viewer)),
            _ => banks.push(statement(false, id, account, currency, &booked, viewer)),
        }
    }
    let mut file = Element::new("OFX");
    file.add(sign_on(viewer));
    for (name, statements) in [("BANKMSGSRSV1", banks), ("CREDITCARDMSGSRSV1", cards)] {
        if !statements.is_empty() {
            file.add(Element::of(name, statements));
        }
    }
    format!("{HEADER}{}\n", file.print())
}

type Booked<'a> = Vec<(Date, &'a Doc<Operation>)>;

/// By account and currency, oldest first.
fn by_statement<'a>(
    operations: &'a [Doc<Operation>],
    viewer: &'a Viewer,
) -> BTreeMap<(&'a str, &'a str), Booked<'a>> {
    let mut all: BTreeMap<(&str, &str), Booked> = BTreeMap::new();
    for doc in operations {
        let day = Date::parse(&doc.value.date).or_else(|| doc.value.day());
        let currency = doc.value.currency(&viewer.currency);
        if let Some(day) = day {
            all.entry((&doc.value.account, currency)).or_default().push((day, doc));
        }
    }
    all.values_mut().for_each(|booked| booked.sort_by_key(|(day, _)| *day));
    all
}

fn sign_on(viewer: &Viewer) -> Element {
    let language = viewer.locale.pick("ENG", "FRA");
    let mut answer = Element::new("SONRS");
    answer.add(status());
    answer.text("DTSERVER", &compact(viewer.today));
    answer.text("LANGUAGE", language);
    Element::of("SIGNONMSGSRSV1", [answer])
}

fn status() -> Element {
    let mut status = Element::new("STATUS");
    status.text("CODE", "0");
    status.text("SEVERITY", "INFO");
    status
}

fn statement(
    is_card: bool,
    id: &str,
    account: Option<&Account>,
    currency: &str,
    booked: &Booked,
    viewer: &Viewer,
) -> Element {
    let [outer, inner] =
        if is_card { ["CCSTMTTRNRS", "CCSTMTRS"] } else { ["STMTTRNRS", "STMTRS"] };
    let mut list = Element::new("BANKTRANLIST");
    if let (Some((first, _)), Some((last, _))) = (booked.first(), booked.last()) {
        list.text("DTSTART", &compact(*first));
        list.text("DTEND", &compact(*last));
    }
    booked.iter().for_each(|(day, doc)| list.add(row(*day, doc)));
    let mut statement = Element::new(inner);
    statement.text("CURDEF", currency);
    statement.add(account::from(is_card, id, account));
    statement.add(list);
    if let Some(account) = account.filter(|known| known.currency(&viewer.currency) == currency) {
        statement.extend(account::balance(account));
    }
    let mut answer = Element::new(outer);
    answer.text("TRNUID", "0");
    answer.add(status());
    answer.add(statement);
    answer
}

fn row(day: Date, doc: &Doc<Operation>) -> Element {
    let operation = &doc.value;
    let label = operation.name("-");
    let mut row = Element::new("STMTTRN");
    row.text("TRNTYPE", type_of(operation));
    row.text("DTPOSTED", &compact(day));
    if let Some(done) = Date::parse(&operation.realisation_date) {
        row.text("DTUSER", &compact(done));
    }
    row.text("TRNAMT", &operation.amount().decimal());
    row.text("FITID", &doc.id);
    row.cut("NAME", label, NAME_MAX);
    // A longer name goes on in the memo.
    let bank = operation.original_bank_label.trim();
    if label.chars().count() > NAME_MAX {
        row.cut("MEMO", label, MEMO_MAX);
    } else if !bank.is_empty() && bank != label {
        row.cut("MEMO", bank, MEMO_MAX);
    }
    row
}

/// What the bank called it, in OFX's words.
fn type_of(operation: &Operation) -> &'static str {
    match operation.kind.to_ascii_lowercase().as_str() {
        "cash" | "atm" => "ATM",
        "check" | "cheque" => "CHECK",
        "deposit" => "DEP",
        "direct debit" => "DIRECTDEBIT",
        "fee" | "financial fee" | "bank fee" => "FEE",
        "credit card" | "card" => "POS",
        "transfer" => "XFER",
        _ if operation.amount().is_negative() => "DEBIT",
        _ => "CREDIT",
    }
}
