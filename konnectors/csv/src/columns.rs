//! What is each column? In: the names in a header. Out: a role for each. Never here: values.

use konnector_statement::text::{clean, plain};
use konnector_statement::{Said, name, say};

use super::table::Row;

/// Rows in which a header is looked for: banks write about the account first.
pub const HEADER_ROWS_MAX: usize = 60;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Date,
    /// When it was done, not booked.
    Done,
    Value,
    Label,
    BankLabel,
    Amount,
    Debit,
    Credit,
    Balance,
    /// Beside the amount, which it adds to.
    Fee,
    /// Beside the amount: which way it goes.
    Side,
    /// Whether it is final.
    State,
    Currency,
    Kind,
    Reference,
    Expected,
    Account,
    AccountId,
    AccountNumber,
    AccountKind,
    AccountBalance,
    Iban,
    Institution,
    Other,
}

/// Who wrote the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writer {
    /// Some bank.
    Bank,
    /// Cozy's Banks.
    CozyBanks,
    /// Our own Banks.
    Banks,
}

#[derive(Clone, Debug)]
pub struct Columns {
    pub writer: Writer,
    pub roles: Vec<Role>,
    pub names: Vec<String>,
    /// By what stands in them, and not by their names.
    pub is_guessed: bool,
}

impl Columns {
    pub fn set(&mut self, column: usize, role: Role) {
        if let Some(found) = self.roles.get_mut(column) {
            *found = role;
        }
    }

    pub fn with(&self, role: Role) -> Vec<usize> {
        let found = self.roles.iter().enumerate().filter(|(_, found)| **found == role);
        found.map(|(column, _)| column).collect()
    }

    pub fn first(&self, role: Role) -> Option<usize> {
        self.roles.iter().position(|found| *found == role)
    }

    /// `"Montant"`, or which column it is.
    pub fn name(&self, column: usize) -> String {
        let name = self.names.get(column).filter(|name| !name.is_empty());
        name.map_or_else(|| format!("{}", column + 1), |name| format!("\"{name}\""))
    }

    /// The same in a sentence.
    pub fn called(&self, column: usize) -> Said {
        let name = self.name(column);
        match self.names.get(column).is_none_or(String::is_empty) {
            true => say!(name; "column {name}", "colonne {name}"),
            false => say!(name; "{name}", "{name}"),
        }
    }

    /// What tables have in common that are read alike: the names of their columns; of those
    /// without, what stands in each, and the account that the file is named after.
    pub fn header(&self, file_name: &str) -> Vec<String> {
        if self.names.iter().any(|name| !name.is_empty()) {
            return self.names.clone();
        }
        let roles = self.roles.iter().map(|role| format!("{role:?}"));
        roles.chain([name::of_account(file_name)]).collect()
    }
}

/// Whether a row heads a table of a health insurer's, which names the day of care: what stands in
/// its columns of money are no operations.
pub fn is_of_care(row: &Row) -> bool {
    const DAY_OF_CARE: [&str; 5] =
        ["date de soin", "date de soins", "date des soins", "date du soin", "date soins"];
    row.cells.iter().any(|cell| DAY_OF_CARE.contains(&plain(cell).as_str()))
}

/// The header of a table of operations: it names a day and money.
pub fn header(row: &Row) -> Option<Columns> {
    let names: Vec<String> = row.cells.iter().map(|cell| clean(cell, 60)).collect();
    let plain: Vec<String> = names.iter().map(|name| plain(name)).collect();
    let has = |name: &str| plain.iter().any(|found| found == name);
    let (writer, known): (Writer, &[(&str, Role)]) =
        if has("original bank label") && has("unique id") {
            (Writer::CozyBanks, &COZY_BANKS)
        } else if (has("debited") && has("label of the bank"))
            || (has("debitee") && has("libelle de la banque"))
        {
            (Writer::Banks, &BANKS)
        } else {
            (Writer::Bank, &[])
        };
    let role = |name: &String| match writer {
        Writer::Bank => role(name),
        _ => known.iter().find(|(found, _)| found == name).map_or(Role::Other, |(_, role)| *role),
    };
    let mut columns =
        Columns { writer, roles: plain.iter().map(role).collect(), names, is_guessed: false };
    settle_dates(&mut columns, &plain);
    let money = [Role::Amount, Role::Debit, Role::Credit];
    let complete = columns.first(Role::Date).is_some()
        && money.iter().any(|role| columns.first(*role).is_some());
    complete.then_some(columns)
}

/// As Cozy's Banks names them.
const COZY_BANKS: [(&str, Role); 16] = [
    ("date", Role::Date),
    ("realisation date", Role::Done),
    ("label", Role::Label),
    ("original bank label", Role::BankLabel),
    ("amount", Role::Amount),
    ("currency", Role::Currency),
    ("type", Role::Kind),
    ("expected?", Role::Expected),
    ("bank name", Role::Institution),
    ("account name", Role::Account),
    ("account number", Role::AccountNumber),
    ("account type", Role::AccountKind),
    ("account balance", Role::AccountBalance),
    ("account iban", Role::Iban),
    ("unique id", Role::Reference),
    ("unique account id", Role::AccountId),
];

/// As our Banks names them, in both languages.
const BANKS: [(&str, Role); 18] = [
    ("date", Role::Done),
    ("debited", Role::Date),
    ("debitee", Role::Date),
    ("account", Role::Account),
    ("compte", Role::Account),
    ("label", Role::Label),
    ("libelle", Role::Label),
    ("amount", Role::Amount),
    ("montant", Role::Amount),
    ("currency", Role::Currency),
    ("devise", Role::Currency),
    ("label of the bank", Role::BankLabel),
    ("libelle de la banque", Role::BankLabel),
    ("kind", Role::Kind),
    ("type", Role::Kind),
    ("id", Role::Reference),
    ("identifiant", Role::Reference),
    ("category", Role::Other),
];

/// The role of a bank's column, by the words in its name.
fn role(name: &str) -> Role {
    let any = |words: &[&str]| words.iter().any(|word| name.contains(word));
    let both = any(&["debit"]) && any(&["credit"]);
    if both
        || ["sens", "sens operation", "d/c", "c/d", "dc", "cr/dr", "signe", "sign"].contains(&name)
    {
        Role::Side
    } else if any(&["franc", "category", "categorie", "pointage"]) {
        Role::Other
    } else if any(&["solde", "balance"]) {
        Role::Balance
    } else if any(&["fee", "frais"]) {
        Role::Fee
    } else if ["state", "status", "statut", "etat"].contains(&name) {
        Role::State
    } else if any(&["date", "jour", "completed", "posted"]) || name == "day" {
        match name {
            _ if any(&["valeur", "value"]) => Role::Value,
            _ => Role::Date,
        }
    } else if any(&["debit", "withdrawal", "paid out", "money out", "depense", "sorties"]) {
        Role::Debit
    } else if any(&["credit", "paid in", "money in", "recette", "entrees"]) {
        Role::Credit
    } else if any(&["devise", "currency", "monnaie"]) {
        Role::Currency
    } else if any(&["montant", "amount", "somme"]) || name == "valeur" {
        Role::Amount
    } else if any(&["iban"]) {
        Role::Other
    } else if any(&[
        "libelle",
        "label",
        "description",
        "intitule",
        "motif",
        "nature",
        "communication",
        "details",
        "payee",
        "beneficiaire",
        "memo",
        "tiers",
        "contrepartie",
        "informations complementaires",
        "wording",
        "narrative",
    ]) || name == "operation"
        || name == "nom"
        || name == "name"
    {
        Role::Label
    } else {
        Role::Other
    }
}

/// Of several days the one on which it was booked is the day; that of the purchase is told too.
fn settle_dates(columns: &mut Columns, plain: &[String]) {
    let dates = columns.with(Role::Date);
    let booked = dates.iter().copied().find(|column| {
        let name = plain.get(*column).map_or("", String::as_str);
        ["comptab", "compta", "booking", "posted", "completed"]
            .iter()
            .any(|word| name.contains(word))
    });
    let Some(main) = booked.or(dates.first().copied()) else { return };
    let mut done = Some(Role::Done);
    for column in dates.into_iter().filter(|column| *column != main) {
        if let Some(role) = columns.roles.get_mut(column) {
            *role = done.take().unwrap_or(Role::Other);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roles(header_row: &str) -> Option<Vec<Role>> {
        let cells = header_row.split(';').map(str::to_owned).collect();
        header(&Row { line: 1, cells }).map(|columns| columns.roles)
    }

    #[test]
    fn names_of_columns_in_both_languages() {
        use Role::{Amount, Balance, Credit, Currency, Date, Debit, Done, Label, Other, Value};
        for (header, expected) in [
            ("Date;Libell\u{e9};Montant(EUROS);Montant(FRANCS)", vec![Date, Label, Amount, Other]),
            (
                "Date de comptabilisation;Libelle operation;Debit;Credit;Date operation;Date de valeur",
                vec![Date, Label, Debit, Credit, Done, Value],
            ),
            (
                "Date op\u{e9}ration;Date valeur;libell\u{e9};D\u{e9}bit;Cr\u{e9}dit;Solde",
                vec![Date, Value, Label, Debit, Credit, Balance],
            ),
            (
                "Started Date;Completed Date;Description;Amount;Currency;Balance",
                vec![Done, Date, Label, Amount, Currency, Balance],
            ),
        ] {
            assert_eq!(roles(header), Some(expected), "{header}");
        }
        assert_eq!(roles("Compte;12345;au 01/01/2026"), None);
        assert_eq!(roles("Date;Libell\u{e9};Quantit\u{e9}"), None);
    }
}
