//! Tables of refunds (CSV). In: the text of a file. Out: a statement for each payer that its rows
//! name. Never here: a layout that is known by its looks, a row that is passed over, a payer or a
//! day of payment that nothing names, a total that its rows do not add up to.

use std::collections::BTreeMap;

use domicile_sdk::Date;
use konnector_shared::text::{clean, quote};
use konnector_shared::{Said, say};
use konnector_statement::mark::{self, Mark};

use super::cells::{Row, Rows};
use super::columns::{Columns, Header, Refunds, Role, folded, header};
use super::payers::{self, Payers};
use super::statement::{CENTS_MAX, Refund, Statement, day, written};

/// Rows of one table, each of which becomes up to two bills: a family has hundreds a year.
const ROWS_MAX: usize = 10_000;
/// What the row below all others begins with.
const TOTALS: [&str; 5] =
    ["total", "totaux", "total general", "montant total", "total remboursements"];
const YES: [&str; 11] = [
    "oui",
    "o",
    "x",
    "vrai",
    "tiers",
    "tiers payant",
    "praticien",
    "pharmacie",
    "etablissement",
    "professionnel",
    "professionnel sante",
];
const NO: [&str; 7] = ["non", "n", "faux", "assure", "adherent", "beneficiaire", "vous"];

/// How sure is it, from 0 to 100, that these are the first bytes of such a table, as text? A bank's
/// names no day of care.
pub fn recognise(head: &str) -> u8 {
    match header(head) {
        Some(header) if header.columns.is_complete() => 90,
        // To be refused in words, not to be ignored.
        Some(_) => 10,
        None => 0,
    }
}

/// The statement of each payer, and what the owner is told of all of them.
pub fn read(text: &str) -> Result<(Vec<Statement>, Vec<Said>), Said> {
    let Header { columns, separator, above } = header(text).ok_or_else(no_header)?;
    let refunds = columns.refunds()?;
    payers::check_named(&columns, refunds)?;
    let rows = rows(&columns, Rows::new(text, separator).skip(above + 1))?;
    let mark = mark(&columns, refunds, &rows)?;
    let mut table = Table { columns: &columns, refunds, mark, sums: BTreeMap::new() };
    let mut payers = Payers::default();
    let (total, rows) = match rows.split_last() {
        Some((last, rows)) if is_total(&columns, last) => (Some(last), rows),
        _ => (None, rows.as_slice()),
    };
    for row in rows {
        table.row(row, &mut payers)?;
    }
    if let Some(total) = total {
        table.check_total(total)?;
    }
    let (statements, mut remarks) = payers.finish()?;
    remarks.extend(not_taken(&columns, above));
    Ok((statements, remarks))
}

/// Everything below the header: each row as wide as it, and nothing under no name.
fn rows(
    columns: &Columns,
    below: impl Iterator<Item = Result<Row, Said>>,
) -> Result<Vec<Row>, Said> {
    let mut rows = Vec::new();
    for row in below {
        let row = row?;
        if rows.len() >= ROWS_MAX {
            return Err(say!(
                "the table has more than {ROWS_MAX} rows: split it",
                "le tableau a plus de {ROWS_MAX} lignes : coupez-le",
            ));
        }
        let line = row.line;
        let is_nameless = |column: &usize| !columns.has_name(*column);
        if (0..row.cells.len()).filter(is_nameless).any(|column| !row.cell(column).is_empty()) {
            return Err(say!(
                line;
                "line {line}: a value under no name of a column, as where a decimal comma separates cells: \
                 export the table again",
                "ligne {line} : une valeur sous aucun nom de colonne, comme là où une virgule décimale sépare des \
                 cellules : exportez à nouveau le tableau",
            ));
        }
        let is_cut = columns.is_wider(row.cells.len()) && !is_total(columns, &row);
        if is_cut {
            return Err(say!(
                line;
                "line {line}: fewer cells than columns: export the table again",
                "ligne {line} : moins de cellules que de colonnes : exportez à nouveau le tableau",
            ));
        }
        rows.push(row);
    }
    Ok(rows)
}

/// What stands before the decimals of all amounts.
fn mark(columns: &Columns, refunds: Refunds, rows: &[Row]) -> Result<Mark, Said> {
    let of_money = money(columns, refunds);
    let cells = rows.iter().flat_map(|row| of_money.iter().map(|column| row.cell(*column)));
    mark::of(cells).map_err(|why| {
        say!(
            why;
            "the amounts of the table are not sure: {why}",
            "les montants du tableau ne sont pas sûrs : {why}",
        )
    })
}

/// The columns of amounts.
fn money(columns: &Columns, refunds: Refunds) -> Vec<usize> {
    let (one, other) = match refunds {
        Refunds::One { column, before, .. } => (column, before),
        Refunds::Both { public, top_up } => (public, Some(top_up)),
    };
    columns.find(Role::Spent).into_iter().chain([one]).chain(other).collect()
}

struct Table<'a> {
    columns: &'a Columns,
    refunds: Refunds,
    mark: Mark,
    /// Of all rows, by column.
    sums: BTreeMap<usize, i64>,
}

impl Table<'_> {
    fn cell<'r>(&self, row: &'r Row, role: Role) -> &'r str {
        self.columns.find(role).map_or("", |column| row.cell(column))
    }

    fn row(&mut self, row: &Row, payers: &mut Payers) -> Result<(), Said> {
        let on = day_of(self.cell(row, Role::Day)).ok_or_else(|| unknown(row))?;
        let care = self.cell(row, Role::Act);
        let currency = self.cell(row, Role::Currency).to_lowercase();
        let is_euro = ["", "\u{20ac}", "eur", "euro", "euros"].contains(&currency.as_str());
        if care.is_empty() || !is_euro {
            return Err(unknown(row));
        }
        let spent = self.columns.find(Role::Spent);
        let spent = spent.map_or(Ok(None), |column| self.amount(row, column))?;
        let paid_on = self.paid_on(row)?;
        let beneficiary = without_number(self.cell(row, Role::Beneficiary));
        let refund = Refund { care: care.to_owned(), day: on, beneficiary, ..Refund::default() };
        match self.refunds {
            Refunds::One { column, role, before } => {
                let refunded = self.amount(row, column)?.ok_or_else(|| unknown(row))?;
                let social = before.map_or(Ok(None), |column| self.amount(row, column))?;
                let mut refund = priced(row, refund, spent, refunded)?;
                refund.is_third_party = self.third_party(row, refunded)?;
                let payer = payers::of_row(row, self.columns, role)?;
                refund.social = payers::social(row, &payer, social, refunded)?;
                payers.add(row, payer, refund, paid_on)
            }
            Refunds::Both { public, top_up } => {
                let social = self.amount(row, public)?;
                let refunded = self.amount(row, top_up)?;
                if social.is_none() && refunded.is_none() {
                    return Err(unknown(row));
                }
                let (paid, added) = (social.unwrap_or_default(), refunded.unwrap_or_default());
                if self.third_party(row, paid.max(added))? {
                    return Err(both_paid_out(row));
                }
                let own = priced(row, refund.clone(), spent, paid)?;
                let mut other = priced(row, refund, spent, added)?;
                // The row's day of payment is that of the payer whom it names.
                payers.add(row, payers::PUBLIC.to_owned(), own, PaidOn::NotSaid)?;
                if added == 0 {
                    return Ok(());
                }
                other.social = social.filter(|paid| *paid >= 0);
                payers.add(row, payers::of_row(row, self.columns, Role::TopUp)?, other, paid_on)
            }
        }
    }

    /// None where the cell is empty.
    fn amount(&mut self, row: &Row, column: usize) -> Result<Option<i64>, Said> {
        let text = row.cell(column);
        if text.is_empty() {
            return Ok(None);
        }
        let amount = cents(text, self.mark).ok_or_else(|| {
            let (line, name, text) = (row.line, self.columns.name(column), quote(text));
            say!(
                line, name, text;
                "line {line}: {text} in the column {name} is no amount in euros",
                "ligne {line} : {text} dans la colonne {name} n'est pas un montant en euros",
            )
        })?;
        *self.sums.entry(column).or_default() += amount;
        Ok(Some(amount))
    }

    fn paid_on(&self, row: &Row) -> Result<PaidOn, Said> {
        let Some(column) = self.columns.find(Role::PaidOn) else { return Ok(PaidOn::NotSaid) };
        match row.cell(column) {
            "" => Ok(PaidOn::NotYet),
            text => day_of(text).map(PaidOn::Day).ok_or_else(|| unknown(row)),
        }
    }

    /// Whether a refund went to somebody else.
    fn third_party(&self, row: &Row, refunded: i64) -> Result<bool, Said> {
        let Some(column) = self.columns.find(Role::ThirdParty) else { return Ok(false) };
        let word = folded(row.cell(column));
        if YES.contains(&word.as_str()) && refunded >= 0 {
            return Ok(true);
        }
        if NO.contains(&word.as_str()) || (word.is_empty() && refunded <= 0) {
            return Ok(false);
        }
        let (line, name, text) = (row.line, self.columns.name(column), quote(row.cell(column)));
        Err(say!(
            line, name, text;
            "line {line}: {text} in the column {name} does not tell who got the refund: write \"oui\" or \"non\"",
            "ligne {line} : {text} dans la colonne {name} ne dit pas qui a reçu le remboursement : écrivez \"oui\" \
             ou \"non\"",
        ))
    }

    /// Each amount that the total has is that of the rows, and one of the refunds is among them.
    fn check_total(&self, total: &Row) -> Result<(), Said> {
        let line = total.line;
        let refunded = money(self.columns, self.refunds);
        let refunded = refunded.iter().filter(|at| Some(**at) != self.columns.find(Role::Spent));
        if refunded.clone().all(|column| total.cell(*column).is_empty()) {
            return Err(say!(
                line;
                "line {line}: a total without what was refunded: take the row out",
                "ligne {line} : un total sans ce qui a été remboursé : ôtez la ligne",
            ));
        }
        for column in money(self.columns, self.refunds) {
            let (text, name) = (total.cell(column), self.columns.name(column));
            let sum = self.sums.get(&column).copied().unwrap_or_default();
            if !text.is_empty() && cents(text, self.mark) != Some(sum) {
                let (text, sum) = (quote(text), written(sum));
                return Err(say!(
                    line, name, text, sum;
                    "line {line}: the total of the column {name} is {text}, and its rows add up to {sum}: rows are \
                     missing or changed; export the table again",
                    "ligne {line} : le total de la colonne {name} est {text}, et ses lignes font {sum} : des lignes \
                     manquent ou ont changé ; exportez à nouveau le tableau",
                ));
            }
        }
        Ok(())
    }
}

/// When a row was paid.
pub enum PaidOn {
    Day(String),
    /// The table has days of payment, and this row none.
    NotYet,
    /// The table has none.
    NotSaid,
}

/// With what it cost and what was refunded; or a sum that is kept back, which cost nothing.
fn priced(row: &Row, refund: Refund, spent: Option<i64>, refunded: i64) -> Result<Refund, Said> {
    match (spent, refunded) {
        (Some(spent @ 0..), 0..) => Ok(Refund { spent, refunded, ..refund }),
        (None | Some(0), ..0) | (None, 0) => Ok(Refund { spent: 0, refunded, ..refund }),
        _ => Err(unknown(row)),
    }
}

fn is_total(columns: &Columns, row: &Row) -> bool {
    if columns.find(Role::Day).is_some_and(|column| day_of(row.cell(column)).is_some()) {
        return false;
    }
    let first = row.cells.iter().map(|cell| cell.trim()).find(|cell| !cell.is_empty());
    first.is_some_and(|first| TOTALS.contains(&folded(first).as_str()))
}

/// `13/10/2026` or `2026-10-13`.
fn day_of(text: &str) -> Option<String> {
    let text = Some(text).filter(|text| text.len() == 10)?;
    day(text).or_else(|| Date::parse(text).map(|day| day.to_string()))
}

/// Whole cents of an amount without a currency, or with that of the euro.
pub fn cents(text: &str, mark: Mark) -> Option<i64> {
    let units = ["\u{20ac}", "EUR", "eur", "euros", "euro"];
    let number = units.iter().find_map(|unit| text.strip_suffix(unit)).unwrap_or(text).trim();
    let is_plain = |c: char| c.is_ascii_digit() || c.is_whitespace() || "+-\u{2212},.'".contains(c);
    let amount = mark::parse(Some(number).filter(|text| text.chars().all(is_plain))?, mark)?;
    let amount = amount.to_string();
    let (whole, cents) = amount.split_once('.').filter(|(_, cents)| cents.len() == 2)?;
    let all: i64 = format!("{whole}{cents}").parse().ok()?;
    (-CENTS_MAX..CENTS_MAX).contains(&all).then_some(all)
}

/// A name without the number of its owner's insurance.
fn without_number(name: &str) -> String {
    const DIGITS_MIN: usize = 13;
    if name.chars().filter(char::is_ascii_digit).count() < DIGITS_MIN {
        return name.to_owned();
    }
    let letters: String = name.chars().filter(|c| !c.is_ascii_digit()).collect();
    clean(&letters, 300).trim_matches([' ', '/', '-', '(', ')']).to_owned()
}

fn not_taken(columns: &Columns, above: usize) -> Vec<Said> {
    let mut remarks = Vec::new();
    let unknown = columns.unknown();
    if !unknown.is_empty() {
        let names = unknown.join(", ");
        remarks.push(say!(
            names;
            "columns with names that are not known, not taken: {names}",
            "colonnes aux noms inconnus, non reprises : {names}",
        ));
    }
    if above > 0 {
        remarks.push(say!(
            "what stands above the table is not read",
            "ce qui surmonte le tableau n'est pas lu",
        ));
    }
    remarks
}

fn no_header() -> Said {
    say!(
        "the file holds no table of refunds: one of its first rows has to name the day of care (\"Date des soins\")",
        "le fichier ne contient pas de tableau de remboursements : une de ses premières lignes doit nommer le jour \
         des soins (\"Date des soins\")",
    )
}

fn both_paid_out(row: &Row) -> Said {
    let line = row.line;
    say!(
        line;
        "line {line}: two insurers paid, and nothing tells which of them paid somebody else: make a table of each \
         insurer",
        "ligne {line} : deux assureurs ont payé, et rien ne dit lequel a payé un tiers : faites un tableau par \
         assureur",
    )
}

/// A row that looks like none that is known.
pub fn unknown(row: &Row) -> Said {
    let (line, text) = (row.line, quote(&row.text()));
    say!(
        line, text;
        "line {line}: a row of a kind that is not known: {text}",
        "ligne {line} : une ligne d'un genre inconnu : {text}",
    )
}
