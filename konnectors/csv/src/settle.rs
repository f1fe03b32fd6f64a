//! The doubts of a plan, one after the other. In: a plan whose next step several readings fit. Out:
//! the step, by what the file shows, or by what its owner says. Never here: a question to which the
//! file has the answer.

use std::collections::BTreeSet;

use domicile_sdk::Locale;
use konnector_statement::day::{self, Order};
use konnector_statement::mark::{self, Mark};
use konnector_statement::text::{clean, plain};
use konnector_statement::{Amount, Date, Ledger, Said, say};

use super::ask::{self, Owner, Table};
use super::columns::{Role, Writer};
use super::money::{self, Money, Side, Sign};
use super::plan::Plan;
use super::table::Row;

/// Rows among which those are found that a question shows.
const LOOKED_AT: usize = 500;
/// Rows that a question shows.
const SHOWN: usize = 5;
/// Readings of one question.
const READINGS_MAX: usize = 6;

/// What a reading would settle.
#[derive(Clone, Debug)]
enum Step {
    Mark(Mark),
    Money(Money),
    Side(Side),
    Fee(usize),
    Order(Order),
    Nothing,
}

impl Plan {
    fn take(&mut self, step: Step) {
        match step {
            Step::Mark(mark) => self.mark = mark,
            Step::Money(money) => self.money = money,
            Step::Order(order) => self.order = Some(order),
            Step::Fee(column) => self.fee = Some(column),
            Step::Side(side) => {
                self.side = Some(side);
                if let Money::One { sign, .. } = &mut self.money {
                    *sign = Sign::Beside;
                }
            }
            Step::Nothing => {}
        }
    }

    /// Settled by the owner, now or before.
    fn ask(
        &mut self,
        words: &Said,
        steps: Vec<(Said, Step)>,
        dated: &[&Row],
        owner: &mut Owner<'_>,
    ) -> Result<(), Said> {
        let chosen = owner.choose(words, self.tables(&steps, dated, owner.locale()))?;
        let step = steps.into_iter().nth(chosen).map(|(_, step)| step);
        step.into_iter().for_each(|step| self.take(step));
        Ok(())
    }

    /// Settled if the owner chose before. Did they?
    fn recall(
        &mut self,
        words: &Said,
        steps: &[(Said, Step)],
        dated: &[&Row],
        owner: &mut Owner<'_>,
    ) -> bool {
        let chosen = owner.recall(words, self.tables(steps, dated, owner.locale()));
        let step = chosen.and_then(|at| steps.get(at)).map(|(_, step)| step.clone());
        let found = step.is_some();
        step.into_iter().for_each(|step| self.take(step));
        found
    }

    /// The readings, each with rows that differ between them.
    fn tables(&self, steps: &[(Said, Step)], dated: &[&Row], locale: Locale) -> Vec<Table> {
        let read = |step: &Step| -> Vec<[String; 4]> {
            let mut plan = self.clone();
            plan.take(step.clone());
            dated.iter().take(LOOKED_AT).map(|row| plan.shown(row, locale)).collect()
        };
        let all: Vec<Vec<[String; 4]>> = steps.iter().map(|(_, step)| read(step)).collect();
        let first = all.first().map(Vec::as_slice).unwrap_or_default();
        let differs = |at: &usize| all.iter().any(|rows| rows.get(*at) != first.get(*at));
        let differing: Vec<usize> = (0..first.len()).filter(differs).take(SHOWN).collect();
        let shown = if differing.is_empty() { (0..SHOWN).collect() } else { differing };
        let tables = steps.iter().zip(&all).map(|((title, _), rows)| Table {
            title: title.clone(),
            rows: shown.iter().filter_map(|at| rows.get(*at).cloned()).collect(),
        });
        tables.collect()
    }

    /// Day, label, amount and currency, as far as they are settled.
    fn shown(&self, row: &Row, locale: Locale) -> [String; 4] {
        let written = row.cell(self.date);
        let label =
            [Role::Label, Role::BankLabel].into_iter().flat_map(|role| self.columns.with(role));
        let label = label.map(|column| row.cell(column)).find(|cell| !cell.is_empty());
        let currency = self.columns.first(Role::Currency).map(|column| row.cell(column));
        [
            self.day(written).map_or_else(|| written.to_owned(), |date| ask::day(date, locale)),
            clean(label.unwrap_or_default(), 60),
            self.moved(row).map_or_else(|_| "?".to_owned(), |amount| ask::amount(amount, locale)),
            currency.unwrap_or_default().to_owned(),
        ]
    }

    /// The order of day and month, if the days leave no other.
    pub fn settle_days(&mut self, dated: &[&Row]) -> Result<(), Said> {
        let (order, is_sure) = day::decide(dated.iter().map(|row| row.cell(self.date)))
            .ok_or_else(|| {
                let why = say!(
                    "no order of day and month fits all of them",
                    "aucun ordre du jour et du mois ne convient à toutes",
                );
                self.doubt(&[self.date], &why)
            })?;
        self.order = is_sure.then_some(order);
        Ok(())
    }

    /// What stands before decimals, if every amount may be read both ways.
    pub fn settle_mark(&mut self, dated: &[&Row], owner: &mut Owner<'_>) -> Result<(), Said> {
        let roles = [Role::Amount, Role::Debit, Role::Credit, Role::Balance, Role::AccountBalance];
        let of_money: Vec<usize> =
            roles.into_iter().flat_map(|role| self.columns.with(role)).collect();
        let cells = || dated.iter().flat_map(|row| of_money.iter().map(|column| row.cell(*column)));
        let why = match mark::of(cells()) {
            Ok(mark) => {
                self.mark = mark;
                return Ok(());
            }
            Err(why) => why,
        };
        let is_any = |cell: &&str| [Mark::Comma, Mark::Point].iter().any(|mark| fits(cell, *mark));
        let fit = |mark: Mark| cells().filter(is_any).all(|cell| fits(cell, mark));
        if !fit(Mark::Comma) || !fit(Mark::Point) {
            return Err(self.doubt(&of_money, &why));
        }
        let words = say!(
            "What stands before the decimals of the amounts?",
            "Qu'est-ce qui précède les décimales des montants ?",
        );
        let steps = vec![
            (say!("a comma", "une virgule"), Step::Mark(Mark::Comma)),
            (say!("a point", "un point"), Step::Mark(Mark::Point)),
        ];
        self.ask(&words, steps, dated, owner)
    }

    /// The first way in which the balances add up; else the only one that there is.
    pub fn settle_money(
        &mut self,
        ways: &[Money],
        dated: &[&Row],
        ledger: &mut Ledger,
        owner: &mut Owner<'_>,
    ) -> Result<(), Said> {
        let money = self.money;
        if let Some((balance, sequence)) = self.proven(ways, dated) {
            self.proof = Some(sequence);
            self.columns.set(balance, Role::Balance);
            return Ok(());
        }
        self.money = money;
        match ways.len() {
            ..=1 => {}
            2..=READINGS_MAX => {
                let words = say!("Which column is the amount?", "Quelle colonne est le montant ?");
                let step = |way: &Money| (way.title(&self.columns), Step::Money(*way));
                let steps = ways.iter().map(step).collect();
                self.ask(&words, steps, dated, owner)?;
            }
            _ => {
                let which: Vec<usize> = (0..self.columns.roles.len())
                    .filter(|column| ways.iter().any(|way| way.uses(*column)))
                    .collect();
                let why = say!("which one is the amount", "laquelle est le montant");
                return Err(self.doubt(&which, &why));
            }
        }
        let balance = self.columns.first(Role::Balance);
        if let Some(column) = balance.filter(|_| dated.len() > 1 && self.is_of_bank()) {
            let name = self.columns.name(column);
            ledger.warn(&say!(
                name;
                "the balances in the column {name} do not follow from the operations",
                "les soldes de la colonne {name} ne découlent pas des opérations",
            ));
        }
        Ok(())
    }

    /// A fee beside the amount may be a part of it or come on top, and only balances tell.
    pub fn settle_fee(&mut self, dated: &[&Row], owner: &mut Owner<'_>) -> Result<(), Said> {
        let Some(column) = self.charged(dated).filter(|column| !self.tells_fee(*column, dated))
        else {
            return Ok(());
        };
        self.fee = None;
        let name = self.columns.name(column);
        let words = say!(
            name;
            "Do the amounts hold what stands in {name}?",
            "Les montants comprennent-ils ce qui figure dans {name} ?",
        );
        let steps = vec![
            (say!("they do", "oui"), Step::Nothing),
            (say!("it comes on top", "non, cela s'y ajoute"), Step::Fee(column)),
        ];
        self.ask(&words, steps, dated, owner)
    }

    /// Whether the balances add up in one of the two ways alone.
    fn tells_fee(&self, column: usize, dated: &[&Row]) -> bool {
        let other = if self.fee.is_some() { None } else { Some(column) };
        let other = Plan { fee: other, ..self.clone() };
        self.proof.is_some() && !other.adds_up(dated)
    }

    fn is_of_bank(&self) -> bool {
        self.columns.writer == Writer::Bank
    }

    /// Which way amounts go that have no sign.
    pub fn settle_sign(&mut self, dated: &[&Row], owner: &mut Owner<'_>) -> Result<(), Said> {
        if self.proof.is_some() || !self.is_of_bank() || dated.is_empty() {
            return Ok(());
        }
        let column = match self.money {
            Money::One { column, .. } => column,
            Money::Two { debit, credit } => return self.check_two([debit, credit], dated),
        };
        let (negative, positive) = self.signs(column, dated);
        match self.columns.first(Role::Side) {
            Some(side) if negative == 0 => return self.settle_side(column, side, dated, owner),
            Some(_) => return Ok(()),
            None => {}
        }
        let words = say!(
            "Which way do amounts without a sign go?",
            "Dans quel sens vont les montants sans signe ?",
        );
        let way = |sign| Step::Money(Money::One { column, sign });
        let steps = vec![
            (say!("they came in", "ils sont entrés"), way(Sign::AsWritten)),
            (say!("they went out", "ils sont sortis"), way(Sign::Reversed)),
        ];
        if self.recall(&words, &steps, dated, owner) || negative > 0 || positive == 0 {
            return Ok(());
        }
        self.ask(&words, steps, dated, owner)
    }

    /// A word beside each amount says which way it goes.
    fn settle_side(
        &mut self,
        column: usize,
        side: usize,
        dated: &[&Row],
        owner: &mut Owner<'_>,
    ) -> Result<(), Said> {
        let is_some =
            |row: &&&Row| self.amount(row.cell(column)).is_some_and(|a| a != Amount::ZERO);
        let words: BTreeSet<String> =
            dated.iter().filter(is_some).map(|row| money::word(row, side)).collect();
        if words.is_empty() {
            return Ok(());
        }
        if let Some(known) = Side::known(side, &words) {
            self.take(Step::Side(known));
            return Ok(());
        }
        let ways = Side::ways(side, &words);
        if ways.is_empty() || words.contains("") {
            let why = say!(
                "which of its words is for what went out",
                "lequel de ses mots est pour ce qui est sorti",
            );
            return Err(self.doubt(&[side], &why));
        }
        let name = self.columns.called(side);
        let asked = say!(
            name;
            "Which way do the amounts go, by {name}?",
            "Dans quel sens vont les montants, selon {name} ?",
        );
        let steps = ways.into_iter().map(|way| (way.title(), Step::Side(way))).collect();
        self.ask(&asked, steps, dated, owner)
    }

    /// In a column of one side a sign of its own says nothing, unless there are both.
    fn check_two(&self, columns: [Option<usize>; 2], dated: &[&Row]) -> Result<(), Said> {
        let mixed = |column: &usize| matches!(self.signs(*column, dated), (1.., 1..));
        let mixed: Vec<usize> = columns.into_iter().flatten().filter(mixed).collect();
        if mixed.is_empty() {
            return Ok(());
        }
        Err(self.doubt(&mixed, &say!("amounts of both signs", "des montants des deux signes")))
    }

    /// Where both orders fit all days: what the owner said before; a table in French or with
    /// decimal commas has the day first, and one that is sorted in one order only is in that one.
    pub fn settle_order(
        &mut self,
        dated: &[&Row],
        ledger: &mut Ledger,
        owner: &mut Owner<'_>,
    ) -> Result<(), Said> {
        if self.order.is_some() {
            return Ok(());
        }
        let name = self.columns.name(self.date);
        let words = say!(
            name;
            "Does the day or the month stand first in {name}?",
            "Le jour ou le mois vient-il d'abord dans {name} ?",
        );
        let steps = vec![
            (say!("the day", "le jour"), Step::Order(Order::DayFirst)),
            (say!("the month", "le mois"), Step::Order(Order::MonthFirst)),
        ];
        if self.recall(&words, &steps, dated, owner) {
            return Ok(());
        }
        if self.is_french() {
            ledger.warn(&say!(
                name;
                "no date tells whether the day or the month stands first in {name}: read as day, month, year",
                "aucune date ne dit si le jour ou le mois vient d'abord dans {name} : lues comme jour, mois, année",
            ));
            self.order = Some(Order::DayFirst);
            return Ok(());
        }
        self.order = self.sorted_in(dated);
        if self.order.is_some() { Ok(()) } else { self.ask(&words, steps, dated, owner) }
    }

    fn is_french(&self) -> bool {
        let mut names = self.columns.names.iter().map(|name| plain(name));
        let french = names
            .any(|name| ["libelle", "montant", "valeur"].iter().any(|word| name.contains(word)));
        french || self.mark == Mark::Comma
    }

    /// The only order in which the days are sorted.
    fn sorted_in(&self, dated: &[&Row]) -> Option<Order> {
        let is_sorted = |order: &Order| {
            let day = |row: &&Row| day::parse(row.cell(self.date), *order);
            let days: Option<Vec<Date>> = dated.iter().map(day).collect();
            days.is_some_and(|days| days.is_sorted() || days.iter().rev().is_sorted())
        };
        let orders = [Order::DayFirst, Order::MonthFirst].into_iter().filter(is_sorted);
        match orders.collect::<Vec<_>>().as_slice() {
            [order] => Some(*order),
            _ => None,
        }
    }

    /// Guessed columns are shown to the owner, unless some question has shown them already.
    pub fn confirm(&mut self, dated: &[&Row], owner: &mut Owner<'_>) -> Result<(), Said> {
        if !self.columns.is_guessed || !owner.chosen.is_empty() {
            return Ok(());
        }
        let words = say!(
            "Nothing in the file names its columns. Are these its operations?",
            "Rien dans le fichier ne nomme ses colonnes. Sont-ce ses opérations ?",
        );
        let (date, money) = (self.columns.called(self.date), self.money.title(&self.columns));
        let title = say!(date, money; "the date: {date}; {money}", "la date : {date} ; {money}");
        self.ask(&words, vec![(title, Step::Nothing)], dated, owner)
    }
}

fn fits(text: &str, mark: Mark) -> bool {
    mark::parse(text, mark).is_some()
}
