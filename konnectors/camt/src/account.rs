//! Whose statement is it, and what is on it? In: the parts of a Stmt that are no entries. Out: an
//! account with a key that stays: its IBAN, or its number at its bank, and its currency, because
//! banks give every currency of one IBAN a statement of its own.

use konnector_statement::amount::Parsed;
use konnector_statement::text::{LABEL_CHARS_MAX, clean, quote};
use konnector_statement::{
    Account, AccountKind, Amount, Balance, Currency, Date, Ledger, Node, Said, iban, key, say,
};

/// Longest account number that is kept, in characters.
const NUMBER_CHARS_MAX: usize = 100;

/// Booked balances from the best to the poorest; those of what may be spent hold credit.
const BALANCES: [(&str, &str, &str); 4] = [
    ("CLBD", "closing", "de clôture"),
    ("ITBD", "interim", "intermédiaire"),
    ("OPBD", "opening", "d'ouverture"),
    ("PRCD", "previous closing", "de clôture précédente"),
];

/// The account, if the statement names it and its currency. `entries_in`: the currency of the
/// first entry, which is in the account's.
pub fn account(
    statement: &Node<'_>,
    entries_in: Option<Currency>,
    ledger: &mut Ledger,
) -> Result<Account, Said> {
    let node = statement.child("Acct");
    let node = node.ok_or_else(|| say!("no account", "pas de compte"))?;
    let number = number(node);
    let number = number.ok_or_else(|| say!("no account number", "pas de numéro de compte"))?;
    let stated = node.text_at("Ccy").and_then(|text| Currency::parse(&text));
    let currency = stated.or(entries_in).or_else(|| currency_of_balances(statement));
    let currency = currency.ok_or_else(|| {
        let number = quote(&number);
        say!(number; "account {number}: no currency", "compte {number} : pas de devise")
    })?;
    let bank = node.child("Svcr");
    let institution = bank.and_then(|bank| {
        bank.text_at_any(&[
            "FinInstnId/Nm",
            "FinInstnId/NmAndAdr/Nm",
            "FinInstnId/BICFI",
            "FinInstnId/BIC",
        ])
    });
    let bank_id = bank.and_then(|bank| {
        bank.text_at_any(&[
            "FinInstnId/BICFI",
            "FinInstnId/BIC",
            "FinInstnId/Nm",
            "FinInstnId/NmAndAdr/Nm",
        ])
    });
    let iban = iban_of(node, &number);
    let (bank_in_key, number_in_key) = match &iban {
        Some(iban) => (String::new(), iban.clone()),
        None => (bank_id.unwrap_or_default(), number.clone()),
    };
    let in_key = currency.to_string();
    let name = node.text_at_any(&["Nm", "Tp/Prtry"]);
    let name = name.unwrap_or_else(|| format!("{} {number}", institution.as_deref().unwrap_or("")));
    let label = clean(&name, LABEL_CHARS_MAX);
    let balance = balance(statement, currency, &quote(&label), ledger);
    Ok(Account {
        key: key::account(["account", &bank_in_key, &number_in_key, "", &in_key]),
        label,
        institution: institution.map(|name| clean(&name, LABEL_CHARS_MAX)),
        number,
        iban,
        kind: node.text_at("Tp/Cd").and_then(|code| kind(&code)),
        currency,
        balance,
    })
}

fn number(account: &Node<'_>) -> Option<String> {
    let number = account.text_at_any(&["Id/IBAN", "Id/Othr/Id", "Id/PrtryAcct/Id", "Id/BBAN"])?;
    Some(clean(&number, NUMBER_CHARS_MAX))
}

/// What the file calls an IBAN is one; another number is, if its check digits say so.
fn iban_of(account: &Node<'_>, number: &str) -> Option<String> {
    let called_so = account.text_at("Id/IBAN").map(|iban| iban.replace(' ', ""));
    called_so.map(|iban| clean(&iban, 34)).or_else(|| iban::parse(number))
}

/// The number by which counterparties know the account.
pub fn own_number(statement: &Node<'_>) -> Option<String> {
    statement.child("Acct").and_then(number)
}

fn currency_of_balances(statement: &Node<'_>) -> Option<Currency> {
    statement
        .children_named("Bal")
        .find_map(|balance| Currency::parse(&balance.text_at("Amt/@Ccy")?))
}

fn kind(code: &str) -> Option<AccountKind> {
    match code {
        "CACC" | "TRAN" => Some(AccountKind::Checkings),
        "SVGS" | "MOMA" | "ONDP" => Some(AccountKind::Savings),
        "CARD" => Some(AccountKind::CreditCard),
        "LOAN" => Some(AccountKind::Loan),
        _ => None,
    }
}

/// The best booked balance in the account's currency, the latest where there are several.
fn balance(
    statement: &Node<'_>,
    currency: Currency,
    label: &str,
    ledger: &mut Ledger,
) -> Option<Balance> {
    for (code, name, nom) in BALANCES {
        let name = Said { en: name.to_owned(), fr: nom.to_owned() };
        let mut best: Option<Balance> = None;
        for node in statement.children_named("Bal").filter(|node| code_of(node) == code) {
            match read_balance(node, currency) {
                Ok(found) if best.is_none_or(|best| found.date >= best.date) => best = Some(found),
                Ok(_) => {}
                Err(why) => {
                    let line = node.line;
                    ledger.warn(&say!(
                        line, name, label, why;
                        "line {line}: {name} balance of {label}: {why}: not taken",
                        "ligne {line} : solde {name} de {label} : {why} : non repris",
                    ));
                }
            }
        }
        if best.is_some() {
            if code != "CLBD" {
                ledger.warn(&say!(
                    label, name;
                    "{label}: no closing balance: the {name} one is shown",
                    "{label} : pas de solde de clôture : le solde {name} est montré",
                ));
            }
            return best;
        }
    }
    ledger.warn(&say!(
        label;
        "{label}: the file has no booked balance of this account",
        "{label} : le fichier n'a pas de solde comptabilisé de ce compte",
    ));
    None
}

fn code_of(balance: &Node<'_>) -> String {
    balance.text_at_any(&["Tp/CdOrPrtry/Cd", "Tp/Cd"]).unwrap_or_default()
}

fn read_balance(node: &Node<'_>, currency: Currency) -> Result<Balance, Said> {
    let found_in = node.text_at("Amt/@Ccy").unwrap_or_default();
    if Currency::parse(&found_in) != Some(currency) {
        let found_in = quote(&found_in);
        return Err(say!(
            found_in, currency;
            "in {found_in} and not in {currency}",
            "en {found_in} et non en {currency}",
        ));
    }
    let Parsed { amount, .. } = signed_amount(node)?;
    Ok(Balance { amount, date: day(node, "Dt") })
}

/// The amount of a balance or an entry, with the sign that its indicator gives it.
pub fn signed_amount(node: &Node<'_>) -> Result<Parsed, Said> {
    let written = node.text_at("Amt").unwrap_or_default();
    let parsed = Amount::parse_decimal(&written).map_err(Said::from)?;
    if parsed.amount.is_negative() {
        let written = quote(&written);
        return Err(say!(
            written;
            "{written} has a sign of its own",
            "{written} porte un signe à lui",
        ));
    }
    Ok(Parsed { amount: parsed.amount.signed(is_debit(node)?), ..parsed })
}

/// Does it leave the account? A reversal says so too, of itself and not of what it reverses.
pub fn is_debit(node: &Node<'_>) -> Result<bool, Said> {
    match node.text_at("CdtDbtInd").as_deref() {
        Some("DBIT") => Ok(true),
        Some("CRDT") => Ok(false),
        Some(other) => {
            let other = quote(other);
            Err(say!(
                other;
                "neither credit nor debit: {other}",
                "ni crédit ni débit : {other}",
            ))
        }
        None => Err(say!("neither credit nor debit", "ni crédit ni débit")),
    }
}

/// The day in a date that may have a time.
pub fn day(node: &Node<'_>, name: &str) -> Option<Date> {
    let date = node.child(name)?;
    date.text_at_any(&["Dt", "DtTm"]).and_then(|text| Date::parse_iso(&text))
}
