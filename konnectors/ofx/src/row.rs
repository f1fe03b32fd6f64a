//! One STMTTRN. In: its fields. Out: an entry, or in words what is wrong with it.

use konnector_statement::text::{LABEL_CHARS_MAX, clean, join_distinct, quote};
use konnector_statement::{Amount, Currency, Date, Entry, Ledger, Node, OperationKind, Refusal};

/// The standard's length of NAME: a longer name goes on in MEMO.
const NAME_CHARS: usize = 32;

/// Adds the row to its account, or says why not.
pub fn take(
    row: &Node<'_>,
    account: usize,
    account_currency: Currency,
    ledger: &mut Ledger,
) -> Result<(), Refusal> {
    if let Some(corrected) = row.text_at("CORRECTFITID") {
        let fitid = quote(&corrected);
        ledger.warn(&format!(
            "line {}: the bank corrects its operation {fitid}: if you imported that one, it stays",
            row.line
        ));
        if row.text_at("CORRECTACTION").is_some_and(|action| action.eq_ignore_ascii_case("DELETE"))
        {
            return Ok(());
        }
    }
    match entry(row, account_currency) {
        Ok((entry, rounded)) => {
            if rounded {
                let what = format!("{} was rounded to {}", describe(row), entry.amount);
                ledger.warn(&format!("line {}: the amount of {what}", row.line_of("TRNAMT")));
            }
            ledger.add(account, entry)?;
        }
        Err((line, why)) => ledger.reject(line, &format!("{}: {why}", describe(row))),
    }
    Ok(())
}

/// Names the row where the file is one long line.
fn describe(row: &Node<'_>) -> String {
    match row.text_at_any(&["NAME", "PAYEE/NAME", "MEMO", "FITID"]) {
        Some(name) => format!("operation {}", quote(&name)),
        None => "an operation without a name".to_owned(),
    }
}

fn entry(row: &Node<'_>, account_currency: Currency) -> Result<(Entry, bool), (u32, String)> {
    let date = day(row, "DTPOSTED")?.ok_or((row.line, "no date".to_owned()))?;
    let written = row.text_at("TRNAMT").unwrap_or_default();
    let parsed = Amount::parse_written(&written)
        .map_err(|error| (row.line_of("TRNAMT"), error.to_string()))?;
    let currency = match row.text_at("CURRENCY/CURSYM") {
        None => account_currency,
        Some(symbol) => Currency::parse(&symbol).ok_or_else(|| {
            (row.line_of("CURRENCY"), format!("no such currency: {}", quote(&symbol)))
        })?,
    };
    let (label, bank_label) = labels(row);
    let entry = Entry {
        reference: row.text_at("FITID"),
        date,
        done: day(row, "DTUSER").ok().flatten(),
        value_date: day(row, "DTAVAIL").ok().flatten(),
        amount: parsed.amount,
        currency,
        label,
        bank_label,
        kind: row.text_at("TRNTYPE").and_then(|name| kind(&name.to_ascii_uppercase())),
        counterparty: row.text_at("PAYEE/NAME"),
        counterparty_iban: None,
        check_number: row.text_at("CHECKNUM").filter(|number| !number.trim_matches('0').is_empty()),
    };
    Ok((entry, parsed.rounded))
}

/// A field's day; `None` where the field is missing or empty.
fn day(row: &Node<'_>, name: &str) -> Result<Option<Date>, (u32, String)> {
    let Some(written) = row.text_at(name) else {
        return Ok(None);
    };
    match Date::parse_compact(&written) {
        Some(date) => Ok(Some(date)),
        None => Err((row.line_of(name), format!("no such day: {}", quote(&written)))),
    }
}

/// The short name, and everything that the bank wrote.
fn labels(row: &Node<'_>) -> (String, String) {
    let name = row.text_at_any(&["NAME", "PAYEE/NAME", "EXTDNAME"]).unwrap_or_default();
    let memo = row.text_at("MEMO").unwrap_or_default();
    let kind = row.text_at("TRNTYPE").unwrap_or_default();
    let number = row.text_at("CHECKNUM").unwrap_or_default();
    let bare = clean(&format!("{kind} {number}"), LABEL_CHARS_MAX);
    let name_was_cut = name.chars().count() >= NAME_CHARS && memo.starts_with(&name);
    let longest = if name_was_cut { &memo } else { &name };
    let label = [longest, &memo, &bare].into_iter().find(|text| !text.is_empty());
    let label = clean(label.map_or("-", String::as_str), LABEL_CHARS_MAX);
    let written = join_distinct([name.as_str(), memo.as_str()]);
    if written.is_empty() { (label.clone(), label) } else { (label, written) }
}

fn kind(type_name: &str) -> Option<OperationKind> {
    match type_name {
        "ATM" | "CASH" => Some(OperationKind::Cash),
        "CHECK" => Some(OperationKind::Check),
        "DEP" => Some(OperationKind::Deposit),
        "DIRECTDEBIT" => Some(OperationKind::DirectDebit),
        "FEE" | "SRVCHG" => Some(OperationKind::FinancialFee),
        "POS" => Some(OperationKind::CreditCard),
        "DIRECTDEP" | "PAYMENT" | "REPEATPMT" | "XFER" => Some(OperationKind::Transfer),
        _ => None,
    }
}
