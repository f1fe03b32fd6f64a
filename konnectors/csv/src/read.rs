//! Rows to statement: the walk over a file. In: the whole file and its name. Out: its accounts and
//! operations with what was left out, or why nothing was taken. Never here: how a column is chosen.

use std::collections::BTreeMap;

use domicile_sdk::importer::Input;
use konnector_statement::text::{LABEL_CHARS_MAX, clean, join_distinct, plain, quote};
use konnector_statement::{
    Account, Balance, Currency, Entry, Ledger, OperationKind, Said, Statement, charset, count, say,
};

use super::account::{self, About};
use super::ask::Owner;
use super::columns::{self, Columns, HEADER_ROWS_MAX, Role, Writer};
use super::guess::{self, Guess};
use super::plan::{Plan, Sequence};
use super::table::{self, Row};

/// Accounts of one table.
const ACCOUNTS_MAX: usize = 500;
/// Assumed where a table names no currency.
const CURRENCY: &str = "EUR";
/// Words for the state of what may never be booked.
const NOT_FINAL: [&str; 7] =
    ["pending", "reverted", "declined", "failed", "attente", "cours", "venir"];
/// What a text begins with that our Banks marks as no formula.
const FORMULA_STARTS: [char; 11] =
    ['=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];

/// How sure is it, from 0 to 100, that these are the first bytes of such a table?
pub fn recognise(name: &str, head: &[u8]) -> u8 {
    let text = charset::head(head, &[], "").text;
    let separator = table::separator(&text);
    // The last row of a head is cut off, perhaps within quotation marks.
    let whole = text.rsplit_once('\n').map_or(&*text, |(whole, _)| whole);
    let rows = separator.and_then(|separator| table::rows(whole, separator).ok());
    let mut headers = rows.iter().flatten().take(HEADER_ROWS_MAX);
    if headers.clone().any(columns::is_of_care) {
        return 0;
    }
    match headers.find_map(columns::header) {
        Some(Columns { writer: Writer::Bank, .. }) => 70,
        Some(_) => 95,
        None if rows.as_deref().is_some_and(|rows| guess::columns(rows).is_some()) => 40,
        // To be refused in words, not to be ignored.
        None if name.to_ascii_lowercase().ends_with(".csv") => 10,
        None => 0,
    }
}

/// Reads a whole file of that name; `input` is where its owner is asked.
pub fn read(file_name: &str, bytes: &[u8], input: &Input) -> Result<Statement, Said> {
    let decoded = charset::open(bytes, &[], "")?;
    let mut ledger = Ledger::default();
    if let Some(warning) = decoded.warning {
        ledger.warn(&warning);
    }
    let separator = table::separator(&decoded.text).ok_or_else(no_table)?;
    let rows = table::rows(&decoded.text, separator)?;
    let Guess { columns, from, rows: first } = header(&rows).ok_or_else(no_table)?;
    let above = rows.get(..from).unwrap_or_default();
    let table = rows.get(first..).unwrap_or_default();
    let currency = currency(&columns, &rows, &mut ledger)?;
    let mut owner = Owner::of(input, &columns.header(file_name));
    let plan = Plan::of(columns, table, &mut ledger, &mut owner)?;
    owner.chosen.iter().for_each(|chosen| ledger.warn(chosen));
    let accounts = BTreeMap::new();
    let mut taken = Taken { plan: &plan, currency, ledger, accounts, expected: 0 };
    match plan.columns.writer {
        Writer::Bank => taken.of_bank(file_name, above, table)?,
        Writer::CozyBanks | Writer::Banks => taken.of_banks(table)?,
    }
    taken.finish()
}

/// The columns by the first header that is known, or else by what stands in them.
fn header(rows: &[Row]) -> Option<Guess> {
    if rows.iter().take(HEADER_ROWS_MAX).any(columns::is_of_care) {
        return None;
    }
    let mut shown = rows.iter().take(HEADER_ROWS_MAX).enumerate();
    let known = shown.find_map(|(at, row)| Some((at, columns::header(row)?)));
    let known = known.map(|(at, columns)| Guess { columns, from: at, rows: at + 1 });
    known.or_else(|| guess::columns(rows))
}

fn no_table() -> Said {
    say!(
        "the file holds no table with a header that names a day and an amount: export the account again",
        "le fichier ne contient pas de tableau dont l'en-tête nomme un jour et un montant : exportez à nouveau \
         le compte",
    )
}

/// The currency of what names none itself.
fn currency(columns: &Columns, rows: &[Row], ledger: &mut Ledger) -> Result<Currency, Said> {
    let euros = |text: &str| {
        let text = plain(text);
        text.contains("eur") || text.contains('\u{20ac}')
    };
    let above = rows.iter().take(HEADER_ROWS_MAX).flat_map(|row| &row.cells);
    let named = columns.first(Role::Currency).is_some();
    if !named && !above.into_iter().any(|cell| euros(cell)) {
        ledger.warn(&say!(
            "the table names no currency: {CURRENCY} is assumed",
            "le tableau ne nomme pas de devise : {CURRENCY} est supposé",
        ));
    }
    Currency::parse(CURRENCY).ok_or_else(|| no_currency(CURRENCY))
}

fn no_currency(code: &str) -> Said {
    let code = quote(code);
    say!(code; "no such currency: {code}", "devise inconnue : {code}")
}

/// What was taken so far.
struct Taken<'a> {
    plan: &'a Plan,
    currency: Currency,
    ledger: Ledger,
    accounts: BTreeMap<String, usize>,
    expected: usize,
}

impl Taken<'_> {
    /// A bank's table: one account, unless its rows have several currencies.
    fn of_bank(&mut self, file_name: &str, above: &[Row], table: &[Row]) -> Result<(), Said> {
        let plan = self.plan;
        let is_operation = |row: &&Row| plan.day(row.cell(plan.date)).is_some();
        let (operations, below): (Vec<&Row>, Vec<&Row>) = table.iter().partition(is_operation);
        let mut about = About::default();
        above.iter().chain(below.iter().copied()).for_each(|row| about.note(row, plan));
        about.balance = self.latest(&operations).or(about.balance);
        for row in operations {
            let account = self.currency_of(row).map(|currency| about.account(file_name, currency));
            self.row(row, account)?;
        }
        for row in
            below.into_iter().filter(|row| plan.has_money(row) && !row.cell(plan.date).is_empty())
        {
            let text = quote(&row.cells.join(" "));
            self.ledger.reject(row.line, &say!(text; "no day: {text}", "pas de jour : {text}"));
        }
        if about.is_of_file() {
            let name = quote(&konnector_statement::name::of_account(file_name));
            self.ledger.warn(&say!(
                name;
                "the table does not name its account: called {name} after the file",
                "le tableau ne nomme pas son compte : appelé {name} d'après le fichier",
            ));
        }
        Ok(())
    }

    /// Of Banks and of Cozy's Banks, whose rows name their accounts; some rows are accounts alone.
    fn of_banks(&mut self, table: &[Row]) -> Result<(), Said> {
        let plan = self.plan;
        for row in table.iter().filter(|row| !row.cell(plan.date).is_empty() || plan.has_money(row))
        {
            let account =
                self.currency_of(row).map(|currency| account::of_row(row, plan, currency));
            self.row(row, account)?;
        }
        Ok(())
    }

    /// The balance of the newest row, where the balances add up.
    fn latest(&self, rows: &[&Row]) -> Option<Balance> {
        let row = match self.plan.proof? {
            Sequence::OldestFirst => rows.last()?,
            Sequence::NewestFirst => rows.first()?,
        };
        let column = self.plan.columns.first(Role::Balance)?;
        let date = self.plan.day(row.cell(self.plan.date));
        Some(Balance { amount: self.plan.amount(row.cell(column))?, date })
    }

    /// The row's own, or else that of the table.
    fn currency_of(&self, row: &Row) -> Result<Currency, Said> {
        let column = self.plan.columns.first(Role::Currency);
        let own = column.map(|column| row.cell(column)).filter(|code| !code.is_empty());
        own.map_or(Ok(self.currency), |code| Currency::parse(code).ok_or_else(|| no_currency(code)))
    }

    fn row(&mut self, row: &Row, account: Result<Account, Said>) -> Result<(), Said> {
        let found =
            account.and_then(|account| Ok((entry(row, self.plan, account.currency)?, account)));
        let (entry, account) = match found {
            Ok(found) => found,
            Err(why) => {
                self.ledger.reject(row.line, &why);
                return Ok(());
            }
        };
        if is_expected(row, self.plan) {
            self.expected += 1;
            return Ok(());
        }
        let index = match self.accounts.get(&account.key) {
            Some(index) => *index,
            None if self.accounts.len() >= ACCOUNTS_MAX => {
                return Err(say!(
                    "the table has more than {ACCOUNTS_MAX} accounts: export fewer at a time",
                    "le tableau a plus de {ACCOUNTS_MAX} comptes : exportez-en moins à la fois",
                ));
            }
            None => {
                let key = account.key.clone();
                let index = self.ledger.account(account)?;
                self.accounts.insert(key, index);
                index
            }
        };
        Ok(self.ledger.add(index, entry)?)
    }

    fn finish(mut self) -> Result<Statement, Said> {
        if self.expected > 0 {
            let rows = count(
                self.expected,
                ["operation that is not final", "operations that are not final"],
                ["opération non définitive", "opérations non définitives"],
            );
            self.ledger.warn(&say!(rows; "{rows}: not taken", "{rows} : sans reprise"));
        }
        Ok(self.ledger.finish()?)
    }
}

/// Announced, or taken back before it was booked.
fn is_expected(row: &Row, plan: &Plan) -> bool {
    let cell = |role: Role| plan.columns.first(role).map_or("", |column| row.cell(column));
    let state = plain(cell(Role::State));
    cell(Role::Expected) == "yes" || NOT_FINAL.iter().any(|word| state.contains(word))
}

fn entry(row: &Row, plan: &Plan, currency: Currency) -> Result<Entry, Said> {
    let written = row.cell(plan.date);
    let date = plan.day(written).ok_or_else(|| {
        let written = quote(written);
        say!(written; "no such day: {written}", "ce jour n'existe pas : {written}")
    })?;
    let day = |role: Role| plan.columns.first(role).and_then(|column| plan.day(row.cell(column)));
    let texts = |role: Role| -> Vec<&str> {
        let cells = plan.columns.with(role).into_iter().map(|column| row.cell(column));
        cells.map(|cell| unguarded(cell, plan)).filter(|cell| !cell.is_empty()).collect()
    };
    let (labels, written) = (texts(Role::Label), texts(Role::BankLabel));
    let bank_label = match written.is_empty() {
        true => join_distinct(labels.iter().copied()),
        false => join_distinct(written),
    };
    let label = clean(labels.first().copied().unwrap_or(&bank_label), LABEL_CHARS_MAX);
    let label = if label.is_empty() { "-".to_owned() } else { label };
    let reference = texts(Role::Reference).first().map(|id| (*id).to_owned());
    let kind = texts(Role::Kind).first().and_then(|kind| OperationKind::parse(kind));
    Ok(Entry {
        reference,
        date,
        done: day(Role::Done),
        value_date: day(Role::Value),
        amount: plan.moved(row)?,
        currency,
        bank_label: if bank_label.is_empty() { label.clone() } else { bank_label },
        label,
        kind,
        counterparty: None,
        counterparty_iban: None,
        check_number: None,
    })
}

/// Our Banks puts an apostrophe before what a spreadsheet would run.
fn unguarded<'t>(text: &'t str, plan: &Plan) -> &'t str {
    let guarded = text.strip_prefix('\'').filter(|rest| rest.starts_with(FORMULA_STARTS));
    guarded.filter(|_| plan.columns.writer == Writer::Banks).unwrap_or(text)
}
