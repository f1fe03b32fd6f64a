//! The columns of a table whose header nobody knows, or that has none. In: all rows. Out: a role
//! for each column by what stands in it, which the owner is asked about. Never here: a table that
//! has not a day, a text and money in every row.

use konnector_statement::day::{self, Order};
use konnector_statement::mark::{self, Mark};
use konnector_statement::text::clean;

use super::columns::{Columns, HEADER_ROWS_MAX, Role, Writer};
use super::table::Row;

/// Rows that are looked at.
const SHOWN: usize = 500;
/// Codes that are currencies and not abbreviations of anything else.
const CURRENCIES: [&str; 5] = ["EUR", "USD", "GBP", "CHF", "CAD"];

/// A table's columns, and where its rows begin.
pub struct Guess {
    pub columns: Columns,
    /// The row of the header, or else the first one.
    pub from: usize,
    /// The first row of the table's own.
    pub rows: usize,
}

/// What stands in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Content {
    Day,
    /// Money, in every row or in some.
    Money {
        is_full: bool,
    },
    Currency,
    /// So many letters.
    Text(usize),
    Nothing,
}

/// Guess; None if it is no table of operations.
pub fn columns(rows: &[Row]) -> Option<Guess> {
    let first = rows.iter().take(HEADER_ROWS_MAX).position(is_operation)?;
    let width = rows.get(first)?.cells.len();
    let below = rows.get(first..)?;
    let shown: Vec<&Row> =
        below.iter().filter(|row| row.cells.len() == width).take(SHOWN).collect();
    let operations: Vec<&Row> = shown.iter().copied().filter(|row| is_operation(row)).collect();
    if operations.len() * 2 < shown.len() {
        return None;
    }
    let contents: Vec<Content> = (0..width).map(|column| content(&operations, column)).collect();
    let roles = roles(&contents, &operations)?;
    let names = first.checked_sub(1).and_then(|above| rows.get(above)).and_then(names(width));
    let from = if names.is_some() { first - 1 } else { first };
    let names = names.unwrap_or_else(|| vec![String::new(); width]);
    let columns = Columns { writer: Writer::Bank, roles, names, is_guessed: true };
    Some(Guess { columns, from, rows: first })
}

fn is_operation(row: &Row) -> bool {
    let has = |is: fn(&str) -> bool| row.cells.iter().any(|cell| is(cell.trim()));
    has(is_day) && has(|cell| is_money(cell) && !is_day(cell))
}

fn is_day(text: &str) -> bool {
    Order::ALL.iter().any(|order| day::parse(text, *order).is_some())
}

fn is_money(text: &str) -> bool {
    [Mark::Comma, Mark::Point].iter().any(|mark| mark::parse(text, *mark).is_some())
}

/// Decimals tell money from the number of a check or an account.
fn has_decimals(text: &str) -> bool {
    let digits = text.trim_matches(|c: char| !c.is_ascii_digit());
    let decimals = digits.rsplit_once([',', '.']).map_or(0, |(_, decimals)| decimals.len());
    (1..=2).contains(&decimals)
}

fn content(rows: &[&Row], column: usize) -> Content {
    let cells = || rows.iter().map(|row| row.cell(column));
    let filled = || cells().filter(|cell| !cell.is_empty());
    let count = filled().count();
    let is_full = count == rows.len();
    if count == 0 {
        Content::Nothing
    } else if is_full && filled().all(is_day) {
        Content::Day
    } else if filled().all(|cell| is_money(cell) && !is_day(cell)) {
        Content::Money { is_full }
    } else if is_full && filled().all(|cell| CURRENCIES.contains(&cell)) {
        Content::Currency
    } else {
        Content::Text(filled().flat_map(str::chars).filter(|c| c.is_alphabetic()).count())
    }
}

/// The first day is the day and the longest text the label; of money every column may be the
/// amount, unless two have one in each row between them.
fn roles(contents: &[Content], rows: &[&Row]) -> Option<Vec<Role>> {
    let mut roles = vec![Role::Other; contents.len()];
    let mut set = |column: usize, role: Role| {
        if let Some(found) = roles.get_mut(column) {
            *found = role;
        }
    };
    set(*with(contents, |content| content == Content::Day).first()?, Role::Date);
    let letters = |content: &Content| match content {
        Content::Text(letters) => *letters,
        _ => 0,
    };
    let label = (0..contents.len()).rev().max_by_key(|at| contents.get(*at).map_or(0, letters))?;
    contents.get(label).filter(|content| letters(content) > 0)?;
    set(label, Role::Label);
    if let [currency] = with(contents, |content| content == Content::Currency).as_slice() {
        set(*currency, Role::Currency);
    }
    let (full, some) = money(contents, rows);
    match (full.as_slice(), some.as_slice()) {
        (balances, [debit, credit]) if is_either(rows, *debit, *credit) => {
            set(*debit, Role::Debit);
            set(*credit, Role::Credit);
            balances.iter().for_each(|column| set(*column, Role::Balance));
        }
        ([], _) => return None,
        (amounts, _) => amounts.iter().for_each(|column| set(*column, Role::Amount)),
    }
    Some(roles)
}

fn with(contents: &[Content], is: impl Fn(Content) -> bool) -> Vec<usize> {
    let found = contents.iter().enumerate().filter(|(_, content)| is(**content));
    found.map(|(column, _)| column).collect()
}

/// Columns of money that are full, and that are not. Where some have decimals, the others are
/// numbers of something.
fn money(contents: &[Content], rows: &[&Row]) -> (Vec<usize>, Vec<usize>) {
    let is_decimal = |column: &usize| rows.iter().any(|row| has_decimals(row.cell(*column)));
    let of = |is_full: bool| with(contents, |content| content == Content::Money { is_full });
    let (mut full, mut some) = (of(true), of(false));
    if full.iter().chain(&some).any(is_decimal) {
        full.retain(is_decimal);
        some.retain(is_decimal);
    }
    (full, some)
}

fn is_either(rows: &[&Row], one: usize, other: usize) -> bool {
    rows.iter().all(|row| row.cell(one).is_empty() != row.cell(other).is_empty())
}

/// A row above that may be the header: it names most columns, and none with a day or an amount.
fn names(width: usize) -> impl Fn(&Row) -> Option<Vec<String>> {
    move |row| {
        let names: Vec<String> = row.cells.iter().map(|cell| clean(cell, 60)).collect();
        let named = names.iter().filter(|name| !name.is_empty()).count();
        let is_header = names.len() == width && named * 2 > width;
        (is_header && !names.iter().any(|name| is_day(name) || is_money(name))).then_some(names)
    }
}

#[cfg(test)]
mod tests {
    use super::super::table;
    use super::*;

    fn guess(text: &str) -> Option<(Vec<Role>, usize, usize)> {
        let rows = table::rows(text, ';').unwrap();
        columns(&rows).map(|guess| (guess.columns.roles, guess.from, guess.rows))
    }

    #[test]
    fn columns_are_told_by_what_stands_in_them() {
        use Role::{Amount, Balance, Credit, Currency, Date, Debit, Label, Other};
        for (text, expected) in [
            ("14/01/2026;A;-10,00\n15/01/2026;B;-5,00\n", (vec![Date, Label, Amount], 0, 0)),
            (
                "Buchungstag;Text;Betrag\n14/01/2026;A;-10,00\n15/01/2026;B;-5,00\n",
                (vec![Date, Label, Amount], 0, 1),
            ),
            (
                "N;9\n14/01/2026;15/01/2026;7;A;EUR;1,00;2,00\n",
                (vec![Date, Other, Other, Label, Currency, Amount, Amount], 1, 1),
            ),
            (
                "14/01/2026;A;1,00;;5,00\n14/01/2026;Bc;;2,00;7,00\n",
                (vec![Date, Label, Debit, Credit, Balance], 0, 0),
            ),
        ] {
            assert_eq!(guess(text), Some(expected), "{text}");
        }
        for text in ["a;b;c\n", "14/01/2026;;1,00\n", "14/01/2026;A;B\n", "1,00;A;B\n"] {
            assert_eq!(guess(text), None, "{text}");
        }
    }
}
