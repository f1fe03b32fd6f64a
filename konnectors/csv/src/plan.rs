//! How are the rows read? In: the roles of the columns and all rows. Out: the order of day and
//! month, the decimal mark, which column is the amount and with which sign; or which columns are in
//! doubt. Never here: a choice that some rows contradict, or that nothing confirms.

use konnector_statement::day::{self, Order};
use konnector_statement::mark::{self, Mark};
use konnector_statement::text::{plain, quote};
use konnector_statement::{Amount, Date, Ledger, Said, say};

use super::columns::{Columns, Role, Writer};
use super::table::Row;

#[derive(Debug)]
pub struct Plan {
    pub columns: Columns,
    pub date: usize,
    pub order: Order,
    pub mark: Mark,
    money: Money,
    /// The balances beside the amounts add up, in this direction.
    pub proof: Option<Sequence>,
}

#[derive(Clone, Copy, Debug)]
enum Money {
    One { column: usize, is_reversed: bool },
    Two { debit: Option<usize>, credit: Option<usize> },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sequence {
    OldestFirst,
    NewestFirst,
}

impl Plan {
    pub fn of(columns: Columns, rows: &[Row], ledger: &mut Ledger) -> Result<Plan, Said> {
        let date = columns.first(Role::Date).unwrap_or_default();
        let dated: Vec<&Row> = rows.iter().filter(|row| is_day(row.cell(date))).collect();
        let money = money(&columns)?;
        let mark = mark(&columns, &dated)?;
        let order = order(&columns, date, mark, &dated, ledger)?;
        no_fees(&columns, mark, &dated)?;
        let mut plan = Plan { columns, date, order, mark, money: first(&money)?, proof: None };
        plan.choose(money, &dated, ledger)?;
        plan.check_signs(&dated)?;
        Ok(plan)
    }

    pub fn day(&self, text: &str) -> Option<Date> {
        day::parse(text, self.order)
    }

    pub fn amount(&self, text: &str) -> Option<Amount> {
        mark::parse(text, self.mark)
    }

    /// What a row moves, negative where it leaves the account.
    pub fn moved(&self, row: &Row) -> Result<Amount, Said> {
        match self.money {
            Money::One { column, is_reversed } => {
                let amount = self.amount(row.cell(column));
                let amount = amount.ok_or_else(|| no_amount(row.cell(column)))?;
                Ok(if is_reversed { amount.signed(!amount.is_negative()) } else { amount })
            }
            Money::Two { debit, credit } => {
                let cell = |column: Option<usize>| column.map_or("", |column| row.cell(column));
                let side = |column, debit| match cell(column) {
                    "" => Ok(None),
                    text => match self.amount(text) {
                        Some(amount) => {
                            Ok(Some(amount.signed(debit)).filter(|a| *a != Amount::ZERO))
                        }
                        None => Err(no_amount(text)),
                    },
                };
                match (side(debit, true)?, side(credit, false)?) {
                    (Some(_), Some(_)) => {
                        Err(say!("both debit and credit", "à la fois débit et crédit"))
                    }
                    (Some(amount), None) | (None, Some(amount)) => Ok(amount),
                    (None, None) => Err(no_amount("")),
                }
            }
        }
    }

    /// Whether the row says anything of money.
    pub fn has_money(&self, row: &Row) -> bool {
        let filled = |column: usize| self.amount(row.cell(column)).is_some();
        match self.money {
            Money::One { column, .. } => filled(column),
            Money::Two { debit, credit } => debit.into_iter().chain(credit).any(filled),
        }
    }

    /// The first way in which the balances add up; else the only one that there is.
    fn choose(
        &mut self,
        ways: Vec<Money>,
        dated: &[&Row],
        ledger: &mut Ledger,
    ) -> Result<(), Said> {
        let balance = self.columns.first(Role::Balance);
        let mut proven = Vec::new();
        for money in ways.iter().flat_map(|money| money.both_signs()) {
            self.money = money;
            let sequence = balance.and_then(|column| self.sequence(column, dated));
            proven.extend(sequence.map(|sequence| (money, sequence)));
        }
        if let [(money, sequence), ..] = proven.as_slice() {
            (self.money, self.proof) = (*money, Some(*sequence));
            return Ok(());
        }
        self.money = first(&ways)?;
        if ways.len() > 1 {
            return Err(self.doubt(
                &self.columns.with(Role::Amount),
                &say!("which one is the amount", "laquelle est le montant",),
            ));
        }
        if let Some(column) =
            balance.filter(|_| dated.len() > 1 && self.columns.writer == Writer::Bank)
        {
            let name = self.columns.name(column);
            ledger.warn(&say!(
                name;
                "the balances in the column {name} do not follow from the operations",
                "les soldes de la colonne {name} ne découlent pas des opérations",
            ));
        }
        Ok(())
    }

    fn sequence(&self, balance: usize, dated: &[&Row]) -> Option<Sequence> {
        let pairs: Option<Vec<(Amount, Amount)>> = dated
            .iter()
            .map(|row| Some((self.moved(row).ok()?, self.amount(row.cell(balance))?)))
            .collect();
        let pairs = pairs.filter(|pairs| pairs.len() > 1)?;
        let all = |holds: fn(&(Amount, Amount), &(Amount, Amount)) -> bool| {
            pairs.iter().zip(pairs.iter().skip(1)).all(|(one, next)| holds(one, next))
        };
        if all(|(_, before), (moved, after)| *before + *moved == *after) {
            Some(Sequence::OldestFirst)
        } else if all(|(moved, after), (_, before)| *before + *moved == *after) {
            Some(Sequence::NewestFirst)
        } else {
            None
        }
    }

    /// A sign that nothing shows is not guessed.
    fn check_signs(&self, dated: &[&Row]) -> Result<(), Said> {
        if self.proof.is_some() || self.columns.writer != Writer::Bank || dated.is_empty() {
            return Ok(());
        }
        let signs = |column: usize| {
            let amounts = dated.iter().filter_map(|row| self.amount(row.cell(column)));
            let amounts: Vec<Amount> = amounts.filter(|amount| *amount != Amount::ZERO).collect();
            let negative = amounts.iter().filter(|amount| amount.is_negative()).count();
            (negative, amounts.len() - negative)
        };
        match self.money {
            Money::One { column, .. } if signs(column).0 == 0 => Err(self.doubt(&[column], &say!(
                "no amount is negative and no balance shows what came in and what went out",
                "aucun montant n'est négatif et aucun solde ne montre ce qui est entré et ce qui est sorti",
            ))),
            Money::One { .. } => Ok(()),
            Money::Two { debit, credit } => {
                let mixed = |column: &usize| matches!(signs(*column), (1.., 1..));
                let mixed: Vec<usize> = debit.into_iter().chain(credit).filter(mixed).collect();
                if mixed.is_empty() {
                    return Ok(());
                }
                Err(self.doubt(&mixed, &say!("amounts of both signs", "des montants des deux signes")))
            }
        }
    }

    fn doubt(&self, columns: &[usize], why: &Said) -> Said {
        doubt(&self.columns, columns, why)
    }
}

impl Money {
    fn both_signs(self) -> Vec<Money> {
        match self {
            Money::One { column, .. } => {
                [false, true].map(|is_reversed| Money::One { column, is_reversed }).to_vec()
            }
            Money::Two { .. } => vec![self],
        }
    }
}

fn first(ways: &[Money]) -> Result<Money, Said> {
    ways.first().copied().ok_or_else(|| no_amount(""))
}

/// Every way in which the columns may be the amount.
fn money(columns: &Columns) -> Result<Vec<Money>, Said> {
    let (amounts, debits, credits) =
        (columns.with(Role::Amount), columns.with(Role::Debit), columns.with(Role::Credit));
    if debits.len() > 1 || credits.len() > 1 {
        let both: Vec<usize> = debits.into_iter().chain(credits).collect();
        return Err(doubt(columns, &both, &say!("more than two amounts", "plus de deux montants")));
    }
    if !amounts.is_empty() {
        return Ok(amounts
            .into_iter()
            .map(|column| Money::One { column, is_reversed: false })
            .collect());
    }
    Ok(vec![Money::Two { debit: debits.first().copied(), credit: credits.first().copied() }])
}

fn mark(columns: &Columns, dated: &[&Row]) -> Result<Mark, Said> {
    let roles = [Role::Amount, Role::Debit, Role::Credit, Role::Balance, Role::AccountBalance];
    let of_money: Vec<usize> = roles.into_iter().flat_map(|role| columns.with(role)).collect();
    let cells = dated.iter().flat_map(|row| of_money.iter().map(|column| row.cell(*column)));
    mark::of(cells).map_err(|why| doubt(columns, &of_money, &why))
}

/// A fee beside the amount may be a part of it or come on top, and nothing tells.
fn no_fees(columns: &Columns, mark: Mark, dated: &[&Row]) -> Result<(), Said> {
    let is_charged = |column: &usize| {
        let mut fees = dated.iter().filter_map(|row| mark::parse(row.cell(*column), mark));
        fees.any(|fee| fee != Amount::ZERO)
    };
    let charged: Vec<usize> = columns.with(Role::Fee).into_iter().filter(is_charged).collect();
    if charged.is_empty() {
        return Ok(());
    }
    Err(doubt(columns, &charged, &say!("fees beside the amounts", "des frais à côté des montants")))
}

/// Where both orders fit all days: a table in French or with decimal commas has the day first, and
/// one that is sorted in one order only is in that one.
fn order(
    columns: &Columns,
    date: usize,
    mark: Mark,
    dated: &[&Row],
    ledger: &mut Ledger,
) -> Result<Order, Said> {
    let cells = dated.iter().map(|row| row.cell(date));
    let Some((order, is_sure)) = day::decide(cells.clone()) else {
        let why = say!(
            "no order of day and month fits all of them",
            "aucun ordre du jour et du mois ne convient à toutes",
        );
        return Err(doubt(columns, &[date], &why));
    };
    if is_sure {
        return Ok(order);
    }
    let is_french = columns.names.iter().any(|name| {
        let name = plain(name);
        ["libelle", "montant", "valeur"].iter().any(|word| name.contains(word))
    });
    if is_french || mark == Mark::Comma {
        let name = columns.name(date);
        ledger.warn(&say!(
            name;
            "no date tells whether the day or the month stands first in {name}: read as day, month, year",
            "aucune date ne dit si le jour ou le mois vient d'abord dans {name} : lues comme jour, mois, année",
        ));
        return Ok(Order::DayFirst);
    }
    let is_sorted = |order: &Order| {
        let days: Option<Vec<Date>> = cells.clone().map(|cell| day::parse(cell, *order)).collect();
        days.is_some_and(|days| days.is_sorted() || days.iter().rev().is_sorted())
    };
    match [Order::DayFirst, Order::MonthFirst]
        .into_iter()
        .filter(is_sorted)
        .collect::<Vec<_>>()
        .as_slice()
    {
        [order] => Ok(*order),
        _ => {
            let why = say!(
                "does the day or the month stand first",
                "le jour ou le mois vient-il d'abord"
            );
            Err(doubt(columns, &[date], &why))
        }
    }
}

fn is_day(text: &str) -> bool {
    Order::ALL.iter().any(|order| day::parse(text, *order).is_some())
}

fn no_amount(text: &str) -> Said {
    let text = quote(text);
    say!(text; "{text} is not an amount", "{text} n'est pas un montant")
}

fn doubt(columns: &Columns, which: &[usize], why: &Said) -> Said {
    let names: Vec<String> = which.iter().map(|column| columns.name(*column)).collect();
    let names = names.join(", ");
    say!(
        names, why;
        "the columns of the table are not sure, so it is not taken: {names}: {why}; export the account as OFX, \
         CAMT.053 or QIF",
        "les colonnes du tableau ne sont pas sûres, il n'est donc pas repris : {names} : {why} ; exportez le \
         compte en OFX, CAMT.053 ou QIF",
    )
}
