//! Whose statement is it? In: the elements that name an account and its balance. Out: an account
//! with a key that stays. The key holds bank, branch, number, type and currency: some banks give
//! the current account and the savings of one person the same number, some give every currency a
//! statement of its own.

use konnector_statement::text::{self, LABEL_CHARS_MAX, clean};
use konnector_statement::{
    Account, AccountKind, Amount, Balance, Currency, Date, Ledger, Node, Said, iban, key, say,
};

/// Longest account number that is kept, in characters.
const NUMBER_CHARS_MAX: usize = 100;

/// What the file says outside of its statements.
#[derive(Default)]
pub struct Bank {
    pub name: Option<String>,
    pub id: Option<String>,
    pub listed: Vec<Listed>,
}

/// An account that the file lists, apart from any statement.
pub struct Listed {
    number: String,
    type_name: String,
    name: String,
}

impl Listed {
    /// From an ACCTINFO.
    pub fn from(info: &Node<'_>) -> Option<Listed> {
        const PATHS: [&str; 3] =
            ["BANKACCTINFO/BANKACCTFROM", "CCACCTINFO/CCACCTFROM", "INVACCTINFO/INVACCTFROM"];
        let from = PATHS.iter().find_map(|path| info.at(path))?;
        let number = number_of(from)?;
        let name = info.text_at("DESC").unwrap_or_else(|| number.clone());
        Some(Listed { number, type_name: type_of(from), name: clean(&name, LABEL_CHARS_MAX) })
    }
}

fn number_of(from: &Node<'_>) -> Option<String> {
    Some(clean(&from.text_at("ACCTID")?, NUMBER_CHARS_MAX))
}

fn type_of(from: &Node<'_>) -> String {
    from.text_at("ACCTTYPE").unwrap_or_default().to_ascii_uppercase()
}

/// Which of the three kinds of statement it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Bank,
    Card,
    Investment,
}

impl Kind {
    /// Of an element that is a statement.
    pub fn of(node: &Node<'_>) -> Option<Kind> {
        let kinds = [("STMTRS", Kind::Bank), ("CCSTMTRS", Kind::Card)];
        let kinds = kinds.into_iter().chain([("INVSTMTRS", Kind::Investment)]);
        kinds.into_iter().find(|(name, _)| node.is(name)).map(|(_, kind)| kind)
    }

    fn names_account_in(self) -> &'static str {
        match self {
            Kind::Bank => "BANKACCTFROM",
            Kind::Card => "CCACCTFROM",
            Kind::Investment => "INVACCTFROM",
        }
    }

    fn in_key(self) -> &'static str {
        match self {
            Kind::Bank => "bank",
            Kind::Card => "card",
            Kind::Investment => "investment",
        }
    }
}

/// The account of a statement, without its balance; or why it can't be told.
pub fn account(statement: &Node<'_>, kind: Kind, bank: &Bank) -> Result<Account, Said> {
    let from = statement.child(kind.names_account_in()).unwrap_or(statement);
    let number = number_of(from);
    let number = number.ok_or_else(|| say!("no account number", "pas de numéro de compte"))?;
    let currency = statement.text_at("CURDEF");
    let currency = currency.as_deref().and_then(Currency::parse).ok_or_else(|| {
        let number = text::quote(&number);
        say!(
            number;
            "account {number}: no currency (CURDEF)",
            "compte {number} : pas de devise (CURDEF)",
        )
    })?;
    let bank_id = match kind {
        Kind::Bank => from.text_at("BANKID"),
        Kind::Card => bank.id.clone(),
        Kind::Investment => from.text_at("BROKERID"),
    };
    let branch = from.text_at("BRANCHID").map(|branch| format!("/{branch}")).unwrap_or_default();
    let of_bank = format!("{}{branch}", bank_id.unwrap_or_default());
    let type_name = type_of(from);
    let in_key = currency.to_string();
    Ok(Account {
        key: key::account([kind.in_key(), &of_bank, &number, &type_name, &in_key]),
        label: label(&number, &type_name, kind, bank),
        institution: bank.name.clone(),
        iban: iban::parse(&number),
        number,
        kind: account_kind(kind, &type_name),
        currency,
        balance: None,
    })
}

/// The bank's own name for the account where the file lists it; a card shows four digits only.
fn label(number: &str, type_name: &str, kind: Kind, bank: &Bank) -> String {
    let is_it = |listed: &&Listed| listed.number == number && listed.type_name == type_name;
    if let Some(listed) = bank.listed.iter().find(is_it) {
        return listed.name.clone();
    }
    let digits = number.chars().count();
    let shown = match kind {
        Kind::Card => {
            format!("*{}", number.chars().skip(digits.saturating_sub(4)).collect::<String>())
        }
        Kind::Bank | Kind::Investment => number.to_owned(),
    };
    let name = bank.name.as_deref().unwrap_or_default();
    clean(&format!("{name} {shown}"), LABEL_CHARS_MAX)
}

fn account_kind(kind: Kind, type_name: &str) -> Option<AccountKind> {
    match (kind, type_name) {
        (Kind::Card, _) => Some(AccountKind::CreditCard),
        (Kind::Investment, _) => Some(AccountKind::Market),
        (Kind::Bank, "CHECKING") => Some(AccountKind::Checkings),
        (Kind::Bank, "SAVINGS" | "MONEYMRKT") => Some(AccountKind::Savings),
        (Kind::Bank, "CREDITLINE") => Some(AccountKind::RevolvingCredit),
        (Kind::Bank, "CD") => Some(AccountKind::Deposit),
        (Kind::Bank, _) => None,
    }
}

/// The booked balance. What may be spent besides (AVAILBAL) holds credit and is not the owner's.
pub fn booked_balance(statement: &Node<'_>, label: &str, ledger: &mut Ledger) -> Option<Balance> {
    let Some(node) = statement.child("LEDGERBAL") else {
        ledger.warn(&say!(
            label;
            "{label}: the file has no balance of this account",
            "{label} : le fichier n'a pas de solde de ce compte",
        ));
        return None;
    };
    balance(node, "BALAMT", node.text_at("DTASOF"), label, ledger)
}

/// An amount that is there and sound, or a warning.
pub fn balance(
    node: &Node<'_>,
    amount_name: &str,
    as_of: Option<String>,
    label: &str,
    ledger: &mut Ledger,
) -> Option<Balance> {
    let line = node.line_of(amount_name);
    let written = node.text_at(amount_name).unwrap_or_default();
    let amount = match Amount::parse_written(&written) {
        Ok(parsed) => parsed.amount,
        Err(error) => {
            let why = Said::from(error);
            ledger.warn(&say!(
                line, label, why;
                "line {line}: balance of {label}: {why}: not taken",
                "ligne {line} : solde de {label} : {why} : non repris",
            ));
            return None;
        }
    };
    let date = as_of.as_deref().and_then(Date::parse_compact);
    if date.is_none() {
        ledger.warn(&say!(
            line, label;
            "line {line}: balance of {label}: the file does not say of which day",
            "ligne {line} : solde de {label} : le fichier ne dit pas de quel jour",
        ));
    }
    Some(Balance { amount, date })
}
