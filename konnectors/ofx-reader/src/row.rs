//! One STMTTRN. In: its fields. Out: an entry, or in words what is wrong with it.

use konnector_statement::text::{LABEL_CHARS_MAX, clean, join_distinct, quote};
use konnector_statement::{
    Amount, Currency, Date, Entry, Ledger, Node, OperationKind, Refusal, Said, say,
};

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
        let (line, fitid) = (row.line, quote(&corrected));
        ledger.warn(&say!(
            line, fitid;
            "line {line}: the bank corrects its operation {fitid}: if you imported that one, it stays",
            "ligne {line} : la banque corrige son opération {fitid} : si vous l'aviez importée, elle reste",
        ));
        if row.text_at("CORRECTACTION").is_some_and(|action| action.eq_ignore_ascii_case("DELETE"))
        {
            return Ok(());
        }
    }
    match entry(row, account_currency) {
        Ok((entry, rounded)) => {
            if rounded {
                let (line, what, amount) = (row.line_of("TRNAMT"), describe(row), entry.amount);
                ledger.warn(&say!(
                    line, what, amount;
                    "line {line}: the amount of {what} was rounded to {amount}",
                    "ligne {line} : montant arrondi à {amount} : {what}",
                ));
            }
            ledger.add(account, entry)?;
        }
        Err((line, why)) => {
            let what = describe(row);
            ledger.reject(line, &say!(what, why; "{what}: {why}", "{what} : {why}"));
        }
    }
    Ok(())
}

/// Names the row where the file is one long line.
fn describe(row: &Node<'_>) -> Said {
    match row.text_at_any(&["NAME", "PAYEE/NAME", "MEMO", "FITID"]).map(|name| quote(&name)) {
        Some(name) => say!(name; "operation {name}", "opération {name}"),
        None => say!("an operation without a name", "opération sans nom"),
    }
}

fn entry(row: &Node<'_>, account_currency: Currency) -> Result<(Entry, bool), (u32, Said)> {
    let date = day(row, "DTPOSTED")?;
    let date = date.ok_or_else(|| (row.line, say!("no date", "pas de date")))?;
    let written = row.text_at("TRNAMT").unwrap_or_default();
    let parsed =
        Amount::parse_written(&written).map_err(|error| (row.line_of("TRNAMT"), error.into()))?;
    let currency = match row.text_at("CURRENCY/CURSYM") {
        None => account_currency,
        Some(symbol) => Currency::parse(&symbol).ok_or_else(|| {
            let symbol = quote(&symbol);
            let why = say!(symbol; "no such currency: {symbol}", "devise inconnue : {symbol}");
            (row.line_of("CURRENCY"), why)
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
fn day(row: &Node<'_>, name: &str) -> Result<Option<Date>, (u32, Said)> {
    let Some(written) = row.text_at(name) else {
        return Ok(None);
    };
    match Date::parse_compact(&written) {
        Some(date) => Ok(Some(date)),
        None => {
            let written = quote(&written);
            let why = say!(written; "no such day: {written}", "ce jour n'existe pas : {written}");
            Err((row.line_of(name), why))
        }
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
