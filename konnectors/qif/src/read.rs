//! Records to statement. In: a file and its name. Out: accounts and operations, with the order of
//! day and month, and the decimal mark, that the whole file tells. Never here: where a field
//! stands.

use konnector_statement::day::{self, Order};
use konnector_statement::mark::{self, Mark};
use konnector_statement::text::{LABEL_CHARS_MAX, clean, join_distinct, quote};
use konnector_statement::{
    Account, AccountKind, Amount, Balance, Currency, Date, Entry, Ledger, OperationKind, Said,
    Statement, charset, key, name, operations, say,
};

use super::parse::{File, Place, Record};

/// The format has no place for one. Most who still get such files have euros.
const CURRENCY: &str = "EUR";
/// How programs call what is no movement but the balance before the first one.
const OPENING: [&str; 3] = ["opening balance", "solde initial", "solde d'ouverture"];

/// How sure is it, from 0 to 100, that these are the first bytes of a QIF file?
pub fn recognise(name: &str, head: &[u8]) -> u8 {
    let head = charset::head(head, &[], "").text;
    let first = head.lines().map(str::trim).find(|line| !line.is_empty());
    let first = first.unwrap_or_default().trim_start_matches('\u{feff}').to_ascii_lowercase();
    if ["!type:", "!account", "!option:"].iter().any(|header| first.starts_with(header)) {
        95
    } else if name.to_ascii_lowercase().ends_with(".qif") {
        // To be refused in words, not to be ignored.
        30
    } else {
        0
    }
}

/// Reads a whole file of that name.
pub fn read(file_name: &str, bytes: &[u8]) -> Result<Statement, Said> {
    let decoded = charset::open(bytes, &[], "")?;
    let mut ledger = Ledger::default();
    if let Some(warning) = decoded.warning {
        ledger.warn(&warning);
    }
    let file = File::parse(&decoded.text)?;
    if !file.is_qif {
        return Err(say!(
            "the file is no QIF: it has no line that begins with !Type: or !Account",
            "le fichier n'est pas un QIF : aucune ligne n'y commence par !Type: ou !Account",
        ));
    }
    for section in &file.skipped {
        ledger.warn(&say!(
            section;
            "the section !Type:{section} is not read: not taken",
            "la partie !Type:{section} n'est pas lue : non reprise",
        ));
    }
    let written = Written { order: order(&file, &mut ledger)?, mark: mark(&file)? };
    let names = places(&file, file_name, &mut ledger);
    let Some(currency) = Currency::parse(CURRENCY) else { return Ok(ledger.finish()?) };
    for (index, place) in names.into_iter().enumerate() {
        let account = account(place, &file, &written, currency);
        ledger.open_block();
        let into = ledger.account(account)?;
        for record in file.records.iter().filter(|record| record.account == index) {
            take(record, into, &written, currency, &mut ledger)?;
        }
    }
    if !file.accounts.is_empty() {
        ledger.warn(&say!(
            "the format names no currency: {CURRENCY} is assumed",
            "ce format ne nomme pas de devise : {CURRENCY} est supposé",
        ));
    }
    Ok(ledger.finish()?)
}

/// How this file writes days and amounts.
struct Written {
    order: Order,
    mark: Mark,
}

impl Written {
    fn day(&self, text: &str) -> Option<Date> {
        day::parse(text, self.order)
    }

    fn amount(&self, text: &str) -> Option<Amount> {
        mark::parse(text, self.mark)
    }
}

fn order(file: &File<'_>, ledger: &mut Ledger) -> Result<Order, Said> {
    let dates = file.records.iter().map(|record| record.date);
    let wants =
        file.month_first.map(|month| if month { Order::MonthFirst } else { Order::DayFirst });
    if let Some(order) =
        wants.filter(|order| dates.clone().all(|date| day::parse(date, *order).is_some()))
    {
        return Ok(order);
    }
    let Some((order, sure)) = day::decide(dates) else {
        return Err(say!(
            "no order of day and month fits all dates of the file: export the account again",
            "aucun ordre du jour et du mois ne convient à toutes les dates du fichier : exportez à nouveau \
             le compte",
        ));
    };
    if !sure {
        ledger.warn(&say!(
            "no date tells whether the day or the month stands first: read as day, month, year",
            "aucune date ne dit si le jour ou le mois vient d'abord : lues comme jour, mois, année",
        ));
    }
    Ok(order)
}

fn mark(file: &File<'_>) -> Result<Mark, Said> {
    let of_records = file.records.iter();
    let amounts = of_records.flat_map(|record| {
        std::iter::once(record.amount).chain(record.parts.iter().map(|part| part.amount))
    });
    mark::of(amounts.chain(file.listed.values().map(|listed| listed.balance)))
}

/// The accounts with the names that they get: their own, the one that their opening balance is
/// booked against, or that of the file.
fn places(file: &File<'_>, file_name: &str, ledger: &mut Ledger) -> Vec<(String, &'static str)> {
    let of_file = name::of_account(file_name);
    let mut is_of_file = false;
    let mut named = |(index, place): (usize, &Place<'_>)| {
        let booked = || {
            let records = file.records.iter().filter(|record| record.account == index);
            let against = records.take(1).filter(|record| is_opening(record));
            let against = against.filter_map(|record| record.category.strip_prefix('['));
            against.filter_map(|name| name.strip_suffix(']')).next()
        };
        let name = place.name.or_else(booked).unwrap_or_else(|| {
            is_of_file = true;
            &of_file
        });
        (clean(name, LABEL_CHARS_MAX), place.kind)
    };
    let names = file.accounts.iter().enumerate().map(&mut named).collect();
    if is_of_file {
        let of_file = quote(&of_file);
        ledger.warn(&say!(
            of_file;
            "the file does not name its account: called {of_file} after the file",
            "le fichier ne nomme pas son compte : appelé {of_file} d'après le fichier",
        ));
    }
    names
}

fn is_opening(record: &Record<'_>) -> bool {
    let payee = record.payee.to_lowercase().replace('\u{2019}', "'");
    OPENING.contains(&payee.as_str())
}

fn account(
    (label, kind): (String, &'static str),
    file: &File<'_>,
    written: &Written,
    currency: Currency,
) -> Account {
    let balance = file.listed.get(label.as_str()).and_then(|listed| {
        let date = Some(written.day(listed.balance_date)?);
        Some(Balance { amount: written.amount(listed.balance)?, date })
    });
    Account {
        key: key::account(["qif", "", &label, kind, &currency.to_string()]),
        institution: None,
        number: label.clone(),
        label,
        iban: None,
        kind: match kind {
            "bank" => Some(AccountKind::Checkings),
            "ccard" => Some(AccountKind::CreditCard),
            "oth l" => Some(AccountKind::Loan),
            _ => None,
        },
        currency,
        balance,
    }
}

fn take(
    record: &Record<'_>,
    account: usize,
    written: &Written,
    currency: Currency,
    ledger: &mut Ledger,
) -> Result<(), Said> {
    let line = record.line;
    if is_opening(record) {
        ledger.warn(&say!(
            line;
            "line {line}: the opening balance is no operation: not taken",
            "ligne {line} : le solde initial n'est pas une opération : non repris",
        ));
        return Ok(());
    }
    match entry(record, written, currency) {
        Ok(entry) => {
            check_parts(record, entry.amount, written, ledger);
            ledger.add(account, entry)?;
        }
        Err(why) => ledger.reject(line, &why),
    }
    Ok(())
}

/// A split operation is one movement of its account; what its parts say goes into its text.
fn check_parts(record: &Record<'_>, whole: Amount, written: &Written, ledger: &mut Ledger) {
    if record.parts.is_empty() {
        return;
    }
    let line = record.line;
    let sum: Option<Amount> = record.parts.iter().map(|part| written.amount(part.amount)).sum();
    let number = operations(1);
    let said = match sum {
        Some(sum) if sum == whole => say!(
            line, number;
            "line {line}: {number} in several parts: taken as one",
            "ligne {line} : {number} en plusieurs parts : reprise en une",
        ),
        _ => say!(
            line, whole;
            "line {line}: the parts do not add up to {whole}, which is taken",
            "ligne {line} : les parts ne font pas {whole}, qui est repris",
        ),
    };
    ledger.warn(&said);
}

fn entry(record: &Record<'_>, written: &Written, currency: Currency) -> Result<Entry, Said> {
    let date = written.day(record.date).ok_or_else(|| {
        let date = quote(record.date);
        say!(date; "no such day: {date}", "ce jour n'existe pas : {date}")
    })?;
    let amount = written.amount(record.amount).ok_or_else(|| {
        let amount = quote(record.amount);
        say!(amount; "{amount} is not an amount", "{amount} n'est pas un montant")
    })?;
    let number = clean(record.number, 40);
    let is_check = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let kind = kind(&number.to_ascii_uppercase()).or(is_check.then_some(OperationKind::Check));
    let texts = [record.payee, record.memo].into_iter();
    let parts = texts.clone().chain(record.parts.iter().map(|part| part.memo));
    let bank_label = join_distinct(parts);
    let bare = if number.is_empty() { "-" } else { &number };
    let label = texts.chain([bare]).find(|text| !text.is_empty()).unwrap_or(bare);
    let label = clean(label, LABEL_CHARS_MAX);
    Ok(Entry {
        reference: None,
        date,
        done: None,
        value_date: None,
        amount,
        currency,
        bank_label: if bank_label.is_empty() { label.clone() } else { bank_label },
        label,
        kind,
        counterparty: None,
        counterparty_iban: None,
        check_number: is_check.then_some(number),
    })
}

fn kind(number: &str) -> Option<OperationKind> {
    match number {
        "ATM" => Some(OperationKind::Cash),
        "CB" | "CARTE" => Some(OperationKind::CreditCard),
        "DEP" => Some(OperationKind::Deposit),
        "PRLV" => Some(OperationKind::DirectDebit),
        "VIR" | "TXFR" | "XFER" => Some(OperationKind::Transfer),
        _ => None,
    }
}
