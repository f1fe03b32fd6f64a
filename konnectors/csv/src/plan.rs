//! How are the rows read? In: the roles of the columns and all rows. Out: the order of day and
//! month, the decimal mark, which column is the amount and with which sign; or which columns are in
//! doubt. Never here: a choice that some rows contradict, or that neither the file nor its owner
//! confirms.

use konnector_statement::day::{self, Order};
use konnector_statement::mark::{self, Mark};
use konnector_statement::text::quote;
use konnector_statement::{Amount, Date, Ledger, Said, say};

use super::ask::Owner;
use super::columns::{Columns, Role};
use super::money::{self, Money, Side, Sign};
use super::table::Row;

#[derive(Clone, Debug)]
pub struct Plan {
    pub columns: Columns,
    pub date: usize,
    pub order: Option<Order>,
    pub mark: Mark,
    pub money: Money,
    pub side: Option<Side>,
    /// Fees that the amounts do not hold.
    pub fee: Option<usize>,
    /// The balances beside the amounts add up, in this direction.
    pub proof: Option<Sequence>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sequence {
    OldestFirst,
    NewestFirst,
}

impl Plan {
    pub fn of(
        columns: Columns,
        rows: &[Row],
        ledger: &mut Ledger,
        owner: &mut Owner<'_>,
    ) -> Result<Plan, Said> {
        let date = columns.first(Role::Date).unwrap_or_default();
        let dated: Vec<&Row> = rows.iter().filter(|row| is_day(row.cell(date))).collect();
        let ways = money::ways(&columns);
        let money = ways.first().copied().ok_or_else(|| no_amount(""))?;
        let (order, mark) = (None, Mark::Point);
        let mut plan =
            Plan { columns, date, order, mark, money, side: None, fee: None, proof: None };
        plan.settle_days(&dated)?;
        plan.settle_mark(&dated, owner)?;
        plan.settle_money(&ways, &dated, ledger, owner)?;
        plan.settle_fee(&dated, owner)?;
        plan.settle_sign(&dated, owner)?;
        plan.settle_order(&dated, ledger, owner)?;
        plan.confirm(&dated, owner)?;
        Ok(plan)
    }

    pub fn day(&self, text: &str) -> Option<Date> {
        self.order.and_then(|order| day::parse(text, order))
    }

    pub fn amount(&self, text: &str) -> Option<Amount> {
        mark::parse(text, self.mark)
    }

    /// What a row moves, negative where it leaves the account.
    pub fn moved(&self, row: &Row) -> Result<Amount, Said> {
        let fee = self.fee.and_then(|column| self.amount(row.cell(column)));
        Ok(self.gross(row)? + fee.unwrap_or(Amount::ZERO).signed(true))
    }

    /// The same without the fee.
    fn gross(&self, row: &Row) -> Result<Amount, Said> {
        match self.money {
            Money::One { column, sign } => {
                let amount = self.amount(row.cell(column));
                let amount = amount.ok_or_else(|| no_amount(row.cell(column)))?;
                match (sign, &self.side) {
                    (Sign::Beside, Some(side)) => side.signed(amount, row),
                    (Sign::Reversed, _) => Ok(amount.signed(!amount.is_negative())),
                    _ => Ok(amount),
                }
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

    /// The column of fees beside the amounts, if any was charged.
    pub fn charged(&self, dated: &[&Row]) -> Option<usize> {
        let column = self.columns.first(Role::Fee)?;
        let mut fees = dated.iter().filter_map(|row| self.amount(row.cell(column)));
        fees.any(|fee| fee != Amount::ZERO).then_some(column)
    }

    /// In which way the balances add up, and with which column of them.
    pub fn proven(&mut self, ways: &[Money], dated: &[&Row]) -> Option<(usize, Sequence)> {
        for fee in [None, self.charged(dated)] {
            self.fee = fee;
            for money in ways.iter().flat_map(|money| money.both_signs()) {
                self.money = money;
                let balances = self.balances().into_iter();
                let proof = |column| Some((column, self.sequence(column, dated)?));
                if let Some(proven) = balances.filter_map(proof).next() {
                    return Some(proven);
                }
            }
        }
        self.fee = None;
        None
    }

    pub fn adds_up(&self, dated: &[&Row]) -> bool {
        self.balances().into_iter().any(|column| self.sequence(column, dated).is_some())
    }

    /// Columns that may be balances: of guessed ones all money that is not the amount.
    fn balances(&self) -> Vec<usize> {
        let of_role = self.columns.first(Role::Balance);
        let others = self.columns.with(Role::Amount).into_iter();
        let others = others.filter(|column| self.columns.is_guessed && !self.money.uses(*column));
        of_role.into_iter().chain(others).collect()
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

    /// How many amounts of a column are negative, and how many are not.
    pub fn signs(&self, column: usize, dated: &[&Row]) -> (usize, usize) {
        let amounts = dated.iter().filter_map(|row| self.amount(row.cell(column)));
        let amounts: Vec<Amount> = amounts.filter(|amount| *amount != Amount::ZERO).collect();
        let negative = amounts.iter().filter(|amount| amount.is_negative()).count();
        (negative, amounts.len() - negative)
    }

    pub fn doubt(&self, which: &[usize], why: &Said) -> Said {
        let names: Vec<String> = which.iter().map(|column| self.columns.name(*column)).collect();
        let names = names.join(", ");
        say!(
            names, why;
            "the columns of the table are not sure, so it is not taken: {names}: {why}; export the account as \
             OFX, CAMT.053 or QIF",
            "les colonnes du tableau ne sont pas sûres, il n'est donc pas repris : {names} : {why} ; exportez le \
             compte en OFX, CAMT.053 ou QIF",
        )
    }
}

fn is_day(text: &str) -> bool {
    Order::ALL.iter().any(|order| day::parse(text, *order).is_some())
}

fn no_amount(text: &str) -> Said {
    let text = quote(text);
    say!(text; "{text} is not an amount", "{text} n'est pas un montant")
}
