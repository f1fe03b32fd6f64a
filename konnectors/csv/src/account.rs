//! Whose table is it? In: what stands above and below it, its name, or columns about accounts. Out:
//! accounts with keys that stay. Never here: a number that only looks like one of an account.

use konnector_statement::text::{LABEL_CHARS_MAX, clean, plain};
use konnector_statement::{Account, AccountKind, Balance, Currency, iban, key, name};

use super::columns::Role;
use super::plan::Plan;
use super::table::Row;

/// Longest account number that is kept, in characters, and fewest digits of one.
const NUMBER_CHARS_MAX: usize = 40;
const NUMBER_DIGITS_MIN: usize = 5;

/// What is told of the one account of a bank's table.
#[derive(Debug, Default)]
pub struct About {
    pub iban: Option<String>,
    pub number: Option<String>,
    pub balance: Option<Balance>,
}

impl About {
    /// From a row that is none of the table's operations.
    pub fn note(&mut self, row: &Row, plan: &Plan) {
        let whole = plain(&row.cells.join(" "));
        let after =
            |cell: &str| cell.rsplit_once([':', '\u{b0}']).map(|(_, rest)| rest.trim().to_owned());
        let pieces = || {
            let cells = row.cells.iter().map(|cell| cell.trim().to_owned());
            cells.chain(row.cells.iter().filter_map(|cell| after(cell)))
        };
        self.iban = self.iban.take().or_else(|| pieces().find_map(|piece| iban::parse(&piece)));
        if whole.contains("compte") || whole.contains("account") {
            self.number = self.number.take().or_else(|| pieces().find(|piece| is_number(piece)));
        }
        if whole.contains("solde") || whole.contains("balance") {
            let date = whole.split_whitespace().find_map(|word| plan.day(word));
            let amount = pieces().find_map(|piece| plan.amount(&piece));
            let found = amount.zip(date).map(|(amount, date)| Balance { amount, date: Some(date) });
            self.balance = found.or(self.balance);
        }
    }

    /// Whether only the file's name is left to call the account after.
    pub fn is_of_file(&self) -> bool {
        self.iban.is_none() && self.number.is_none()
    }

    /// The account, which has the key of its CAMT and MT940 statements where its IBAN is told.
    pub fn account(&self, file_name: &str, currency: Currency) -> Account {
        let number = self.iban.clone().or_else(|| self.number.clone());
        let number = number.unwrap_or_else(|| name::of_account(file_name));
        let scheme = if self.iban.is_some() { "account" } else { "csv" };
        Account {
            key: key::account([scheme, "", &number, "", &currency.to_string()]),
            label: clean(&number, LABEL_CHARS_MAX),
            institution: None,
            iban: self.iban.clone(),
            number,
            kind: None,
            currency,
            balance: self.balance,
        }
    }
}

fn is_number(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b' ');
    plain && digits >= NUMBER_DIGITS_MIN && text.len() <= NUMBER_CHARS_MAX
}

/// The account that a row of Banks or of Cozy's Banks names.
pub fn of_row(row: &Row, plan: &Plan, currency: Currency) -> Account {
    let cell = |role: Role| {
        let column = plan.columns.first(role);
        let text = column.map(|column| clean(row.cell(column), LABEL_CHARS_MAX));
        text.filter(|text| !text.is_empty())
    };
    let (named, id) = (cell(Role::Account), cell(Role::AccountId));
    let iban = cell(Role::Iban).and_then(|text| iban::parse(&text));
    let number = cell(Role::AccountNumber).or_else(|| iban.clone());
    let label =
        named.or_else(|| number.clone()).or_else(|| id.clone()).unwrap_or_else(|| "-".to_owned());
    let in_key = id.as_ref().unwrap_or(&label);
    let amount = cell(Role::AccountBalance).and_then(|text| plan.amount(&text));
    Account {
        key: key::account(["banks", "", in_key, "", &currency.to_string()]),
        institution: cell(Role::Institution),
        number: number.unwrap_or_else(|| label.clone()),
        label,
        iban,
        kind: cell(Role::AccountKind).and_then(|text| AccountKind::parse(&text)),
        currency,
        balance: amount.map(|amount| Balance { amount, date: None }),
    }
}
