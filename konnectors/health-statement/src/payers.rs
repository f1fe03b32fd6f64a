//! Who paid the rows of a table, and when. In: rows, one by one. Out: a statement for each payer,
//! its rows by day of payment. Never here: a payer that nothing names; one that is named where
//! another one's refunds stand.

use std::collections::BTreeMap;

use konnector_shared::text::clean;
use konnector_shared::{Said, count, say};
use konnector_statement::mark::Mark;

use super::cells::Row;
use super::columns::{Columns, Refunds, Role, folded};
use super::statement::{Payment, Refund, Statement};
use super::table::{PaidOn, cents, unknown};

/// What bills call the public insurance where only the name of a column tells that it paid.
pub const PUBLIC: &str = "Ameli";
/// Spellings of those whose other statements are read, so that all their bills name one payer.
const SPELT: [&str; 2] = [PUBLIC, "Harmonie Mutuelle"];
/// Words of the names of the public insurance.
const PUBLIC_WORDS: [&str; 6] = ["ameli", "cpam", "cnam", "cnamts", "cgss", "msa"];
const PUBLIC_NAMES: [&str; 3] = ["assurance maladie", "securite sociale", "regime obligatoire"];
const PAYERS_MAX: usize = 10;
const NAME_CHARS_MAX: usize = 100;

/// Whether each row can name who pays.
pub fn check_named(columns: &Columns, refunds: Refunds) -> Result<(), Said> {
    let is_public = matches!(refunds, Refunds::One { role: Role::Public, .. });
    if is_public || columns.find(Role::Payer).is_some() {
        return Ok(());
    }
    Err(say!(
        "nothing in the table tells who paid: add a column \"Organisme\" with the insurer's name in each row",
        "rien dans le tableau ne dit qui a payé : ajoutez une colonne \"Organisme\" avec le nom de l'assureur à \
         chaque ligne",
    ))
}

/// Who paid what stands in a column of that role.
pub fn of_row(row: &Row, columns: &Columns, role: Role) -> Result<String, Said> {
    let text = columns.find(Role::Payer).map_or("", |column| row.cell(column));
    if text.is_empty() && role == Role::Public {
        return Ok(PUBLIC.to_owned());
    }
    let name = clean(text, NAME_CHARS_MAX + 1);
    let is_amount = [Mark::Comma, Mark::Point].iter().any(|mark| cents(&name, *mark).is_some());
    let is_name = name.chars().any(char::is_alphabetic)
        && !is_amount
        && name.chars().count() <= NAME_CHARS_MAX;
    let suits = match role {
        Role::Public => is_public(&name),
        Role::TopUp => !is_public(&name),
        _ => true,
    };
    let line = row.line;
    if !is_name {
        return Err(say!(
            line;
            "line {line}: it does not name who paid: write the insurer's name",
            "ligne {line} : elle ne nomme pas qui a payé : écrivez le nom de l'assureur",
        ));
    }
    if !suits {
        return Err(say!(
            line, name;
            "line {line}: {name} is not an insurer whose refunds the column names: call it \"Montant remboursé\" \
             if they are",
            "ligne {line} : {name} n'est pas un assureur dont la colonne nomme les remboursements : appelez-la \
             \"Montant remboursé\" s'ils le sont",
        ));
    }
    let spelt = SPELT.iter().find(|spelt| folded(spelt) == folded(&name));
    Ok(spelt.map_or(name, |spelt| (*spelt).to_owned()))
}

/// What the public insurance paid before this payer; nothing if it is this payer.
pub fn social(
    row: &Row,
    payer: &str,
    social: Option<i64>,
    refunded: i64,
) -> Result<Option<i64>, Said> {
    match social {
        Some(..0) => Err(unknown(row)),
        Some(social) if is_public(payer) && social != 0 && social != refunded => Err(unknown(row)),
        social => Ok(social.filter(|_| !is_public(payer))),
    }
}

fn no_day(row: &Row) -> Said {
    let line = row.line;
    say!(
        line;
        "line {line}: a refund without its day of payment, where others have one: write it, or take out the row \
         of what is not paid yet",
        "ligne {line} : un remboursement sans son jour de paiement, alors que d'autres en ont un : écrivez-le, ou \
         ôtez la ligne de ce qui n'est pas encore payé",
    )
}

fn is_public(name: &str) -> bool {
    let name = folded(name);
    name.split(' ').any(|word| PUBLIC_WORDS.contains(&word))
        || PUBLIC_NAMES.iter().any(|public| name.contains(public))
}

#[derive(Default)]
struct Rows {
    vendor: String,
    by_day: BTreeMap<String, Vec<Refund>>,
    /// What nothing tells to have been transferred with others.
    alone: Vec<(String, Refund)>,
    undated: usize,
}

/// Rows by payer.
#[derive(Default)]
pub struct Payers(BTreeMap<String, Rows>);

impl Payers {
    /// What paid nothing and kept nothing back needs no day of payment.
    pub fn add(
        &mut self,
        row: &Row,
        payer: String,
        refund: Refund,
        paid_on: PaidOn,
    ) -> Result<(), Said> {
        let rows = self.of(payer);
        match paid_on {
            PaidOn::Day(day) if refund.is_third_party => rows.alone.push((day, refund)),
            PaidOn::Day(day) => rows.by_day.entry(day).or_default().push(refund),
            PaidOn::NotYet if refund.refunded != 0 => return Err(no_day(row)),
            PaidOn::NotYet | PaidOn::NotSaid => {
                rows.undated += usize::from(refund.refunded > 0);
                rows.alone.push((refund.day.clone(), refund));
            }
        }
        Ok(())
    }

    /// Names that are folded alike are one payer, as the first row spells it.
    fn of(&mut self, vendor: String) -> &mut Rows {
        let rows = self.0.entry(folded(&vendor)).or_default();
        if rows.vendor.is_empty() {
            rows.vendor = vendor;
        }
        rows
    }

    pub fn finish(self) -> Result<(Vec<Statement>, Vec<Said>), Said> {
        if self.0.is_empty() {
            return Err(say!(
                "the table has no rows: export it with the refunds",
                "le tableau n'a pas de lignes : exportez-le avec les remboursements",
            ));
        }
        if self.0.len() > PAYERS_MAX {
            return Err(say!(
                "the table has more than {PAYERS_MAX} payers: split it",
                "le tableau a plus de {PAYERS_MAX} payeurs : coupez-le",
            ));
        }
        let mut told = Told::default();
        let statements = self.0.into_values().map(|rows| rows.statement(&mut told)).collect();
        Ok((statements, told.remarks()))
    }
}

impl Rows {
    fn statement(self, told: &mut Told) -> Statement {
        let mut payments = Vec::new();
        for (day, refunds) in self.by_day {
            let sum: i64 = refunds.iter().map(|refund| refund.refunded).sum();
            let is_bill = refunds.iter().any(|refund| refund.refunded > 0);
            told.unsure_days += usize::from(sum <= 0 && is_bill);
            payments.push(Payment { day, amount: Some(sum).filter(|sum| *sum > 0), refunds });
        }
        told.undated += self.undated;
        for (day, refund) in self.alone {
            told.kept_back += usize::from(refund.refunded < 0);
            payments.push(Payment { day, amount: None, refunds: vec![refund] });
        }
        Statement { vendor: self.vendor, payments, remarks: Vec::new() }
    }
}

/// What the owner is told of rows.
#[derive(Default)]
struct Told {
    undated: usize,
    kept_back: usize,
    unsure_days: usize,
}

impl Told {
    fn remarks(self) -> Vec<Said> {
        let refunds =
            |number| count(number, ["refund", "refunds"], ["remboursement", "remboursements"]);
        let (undated, kept_back) = (refunds(self.undated), refunds(self.kept_back));
        let days = count(self.unsure_days, ["day", "days"], ["jour", "jours"]);
        let all = [
            (
                self.undated,
                say!(
                    undated;
                    "without a day of payment, so that the day of care stands for it: {undated}",
                    "sans jour de paiement, de sorte que le jour des soins en tient lieu : {undated}",
                ),
            ),
            (
                self.kept_back,
                say!(
                    kept_back;
                    "kept back, and nothing tells from which payment: {kept_back}",
                    "retenus, et rien ne dit sur quel paiement : {kept_back}",
                ),
            ),
            (
                self.unsure_days,
                say!(
                    days;
                    "more was kept back than refunded, so that nothing tells what was transferred: {days}",
                    "plus a été retenu que remboursé, de sorte que rien ne dit ce qui a été viré : {days}",
                ),
            ),
        ];
        all.into_iter().filter(|(number, _)| *number > 0).map(|(_, said)| said).collect()
    }
}
