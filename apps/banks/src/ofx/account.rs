//! Whose statement it is, within the lengths of the standard.

use super::element::{Element, compact};
use domicile_sdk::Date;
use ledger::account::Kind;
use ledger::model::Account;

/// Characters of ACCTID and of BANKID.
const NUMBER_MAX: usize = 22;
const BANK_MAX: usize = 9;

/// The account of a statement. One that is not known has its document's id for a number.
pub fn from(is_card: bool, id: &str, account: Option<&Account>) -> Element {
    let known = account.map(|account| [account.number.as_str(), account.iban.as_str()]);
    let numbers = known.into_iter().flatten().chain([id, "-"]);
    let mut numbers = numbers.map(plain).filter(|number| !number.is_empty());
    let number = numbers.next().unwrap_or_default();
    // The end of a number tells it apart.
    let number = &number[number.len().saturating_sub(NUMBER_MAX)..];
    if is_card {
        let mut from = Element::new("CCACCTFROM");
        from.text("ACCTID", number);
        return from;
    }
    let mut from = Element::new("BANKACCTFROM");
    from.text("BANKID", &bank(account));
    from.text("ACCTID", number);
    from.text("ACCTTYPE", type_of(account));
    from
}

/// The balance, with its day. One without is left out: nobody knows when it was.
pub fn balance(account: &Account) -> Option<Element> {
    let (balance, day) = (account.balance()?, Date::parse(&account.balance_date)?);
    let mut element = Element::new("LEDGERBAL");
    element.text("BALAMT", &balance.decimal());
    element.text("DTASOF", &compact(day));
    Some(element)
}

/// The bank within a French IBAN, or the beginning of the bank's name.
fn bank(account: Option<&Account>) -> String {
    let iban = account.map(|account| plain(&account.iban)).unwrap_or_default();
    let name = account.map(|account| plain(&account.institution_label)).unwrap_or_default();
    match iban.strip_prefix("FR").and_then(|rest| rest.get(2..7)) {
        Some(code) => code.to_owned(),
        None if name.is_empty() => "0".to_owned(),
        None => name.chars().take(BANK_MAX).collect(),
    }
}

fn type_of(account: Option<&Account>) -> &'static str {
    match account.map(Kind::of) {
        Some(Kind::Savings | Kind::Investment) => "SAVINGS",
        Some(Kind::Loan) => "CREDITLINE",
        _ => "CHECKING",
    }
}

fn plain(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).collect()
}
