//! Fields to statement: the walk over a file. In: the whole file. Out: its accounts and operations
//! with what was left out and what does not add up, or the line and the reason why nothing was
//! taken. Never here: how a field is written.

use konnector_statement::ledger::ITEMS_MAX;
use konnector_statement::text::{LABEL_CHARS_MAX, clean, join_distinct, quote};
use konnector_statement::{
    Amount, Balance, Currency, Entry, Ledger, OperationKind, Refusal, Said, Statement, charset,
    count, say,
};

use super::account;
use super::field::{Field, Fields};
use super::info::Info;
use super::row::{self, Row, Standing};

/// How sure is it, from 0 to 100, that these are the first bytes of such a file?
pub fn recognise(name: &str, head: &[u8]) -> u8 {
    let head = charset::head(head, &[], "").text;
    let has = |tag: &str| Fields::new(&head).any(|field| field.tag.starts_with(tag));
    let name = name.to_ascii_lowercase();
    if has("20") && has("25") {
        95
    } else if has("6") {
        60
    } else if [".sta", ".mt940", ".mt942", ".940", ".942"].iter().any(|end| name.ends_with(end)) {
        // To be refused in words, not to be ignored.
        30
    } else {
        0
    }
}

/// Reads a whole file.
pub fn read(bytes: &[u8]) -> Result<Statement, Said> {
    let decoded = charset::open(bytes, &[], "")?;
    let mut ledger = Ledger::default();
    if let Some(warning) = decoded.warning {
        ledger.warn(&warning);
    }
    let mut page = Page::default();
    let mut found = false;
    for field in Fields::new(&decoded.text) {
        found |= field.tag.starts_with('6');
        if page.ends_before(&field) {
            std::mem::take(&mut page).finish(&mut ledger)?;
        }
        page.take(&field)?;
    }
    page.finish(&mut ledger)?;
    if !found {
        return Err(say!(
            "the file holds no statement (MT940, MT942): export the account again",
            "le fichier ne contient pas de relevé (MT940, MT942) : exportez à nouveau le compte",
        ));
    }
    Ok(ledger.finish()?)
}

/// A statement, or a page of one, while it is read.
#[derive(Default)]
struct Page {
    line: Option<u32>,
    account: Option<String>,
    currency: Option<Currency>,
    opening: Option<Amount>,
    closing: Option<Standing>,
    /// Of the day, without balances.
    is_interim: bool,
    rows: Vec<(u32, Row, Info)>,
    broken: Vec<(u32, Said)>,
    /// What stands in `rows` last goes on.
    is_open: bool,
    expected: usize,
    /// Number and sum of the debits and of the credits, as the file has them.
    totals: Vec<(u32, bool, String)>,
}

impl Page {
    fn ends_before(&self, field: &Field<'_>) -> bool {
        match field.tag {
            "20" | "940" | "942" => self.line.is_some(),
            "25" | "25P" | "60F" | "60M" => self.closing.is_some(),
            _ => false,
        }
    }

    fn take(&mut self, field: &Field<'_>) -> Result<(), Said> {
        if matches!(field.tag, "940" | "942") {
            return Ok(());
        }
        self.line.get_or_insert(field.line);
        match field.tag {
            "25" | "25P" if self.account.is_some() => return Err(twice(field)),
            "25" | "25P" => self.account = Some(field.first_line().trim().to_owned()),
            "60F" | "60M" if self.opening.is_some() => return Err(twice(field)),
            "60F" | "60M" => {
                let found = row::standing(field.first_line()).map_err(|why| at(field, &why))?;
                self.opening = Some(found.amount);
                self.currency = found.currency.or(self.currency);
            }
            "62F" | "62M" => {
                let found = row::standing(field.first_line()).map_err(|why| at(field, &why))?;
                self.closing = Some(found);
            }
            "34F" => {
                self.is_interim = true;
                self.currency = self.currency.or(row::currency_first(field.first_line()).0);
            }
            "90C" | "90D" => {
                let debits = field.tag == "90D";
                self.totals.push((field.line, debits, field.first_line().to_owned()));
            }
            "61" => self.row(field)?,
            "86" | "NS" if self.is_open => self.describe(field),
            _ => {}
        }
        self.is_open = matches!(field.tag, "61" | "86" | "NS") && self.is_open;
        Ok(())
    }

    fn row(&mut self, field: &Field<'_>) -> Result<(), Said> {
        if self.rows.len() + self.broken.len() > ITEMS_MAX {
            return Err(Refusal::TooManyItems.into());
        }
        self.is_open = false;
        match row::row(&field.text) {
            Ok(row) if row.is_expected => self.expected += 1,
            Ok(row) => {
                self.rows.push((field.line, row, Info::default()));
                self.is_open = true;
            }
            Err(why) => self.broken.push((field.line, why)),
        }
        Ok(())
    }

    fn describe(&mut self, field: &Field<'_>) {
        let info = match field.tag {
            "86" => Info::read(&field.text),
            _ => Info::of_program(&field.text),
        };
        if let Some((.., last)) = self.rows.last_mut().filter(|_| !info.whole.is_empty()) {
            *last = info;
        }
    }

    fn finish(self, ledger: &mut Ledger) -> Result<(), Said> {
        let Some(line) = self.line else { return Ok(()) };
        let Some(number) = self.account.as_deref().filter(|number| !number.is_empty()) else {
            let why = say!("no account (:25:)", "pas de compte (:25:)");
            ledger.warn(&not_taken(line, &why));
            return Ok(());
        };
        let currency = self.currency.or(self.closing.and_then(|closing| closing.currency));
        let Some(currency) = currency else {
            let why = say!("no currency (:60F:)", "pas de devise (:60F:)");
            ledger.warn(&not_taken(line, &why));
            return Ok(());
        };
        if self.closing.is_none() && !self.is_interim {
            return Err(say!(
                line;
                "line {line}: the statement that begins here stops before its closing balance (:62F:): \
                 download it again",
                "ligne {line} : le relevé qui commence ici s'arrête avant son solde final (:62F:) : \
                 téléchargez-le à nouveau",
            ));
        }
        let balance =
            self.closing.map(|closing| Balance { amount: closing.amount, date: closing.date });
        let account = account::account(number, currency, balance);
        let label = quote(&account.label);
        self.report(&label, ledger);
        ledger.open_block();
        let index = ledger.account(account)?;
        for (_, row, info) in self.rows {
            ledger.add(index, entry(row, info, currency))?;
        }
        for (line, why) in self.broken {
            ledger.reject(line, &why);
        }
        Ok(())
    }

    /// Says what is not as a statement should be.
    fn report(&self, label: &str, ledger: &mut Ledger) {
        if self.expected > 0 {
            let rows = count(
                self.expected,
                ["expected operation", "expected operations"],
                ["opération attendue", "opérations attendues"],
            );
            ledger.warn(&say!(
                label, rows;
                "{label}: {rows} not taken: they come with a later statement",
                "{label} : {rows} sans reprise : elles viendront avec un relevé suivant",
            ));
        }
        if self.is_interim && self.closing.is_none() {
            ledger.warn(&say!(
                label;
                "{label}: a report during the day, without a balance",
                "{label} : un relevé en cours de journée, sans solde",
            ));
        }
        if !self.broken.is_empty() {
            return;
        }
        if let Some((opening, closing)) = self.opening.zip(self.closing) {
            let moved = self.rows.iter().map(|(_, row, _)| row.amount).sum();
            ledger.check_balances(label, opening, moved, closing.amount);
        }
        self.totals.iter().for_each(|total| self.check_total(total, label, ledger));
    }

    /// `2EUR12,50`: so many debits, or credits, and their sum.
    fn check_total(&self, total: &(u32, bool, String), label: &str, ledger: &mut Ledger) {
        let (line, debits, text) = total;
        let of_kind = self.rows.iter().map(|(_, row, _)| row.amount);
        let of_kind: Vec<Amount> =
            of_kind.filter(|amount| amount.is_negative() == *debits).collect();
        let (number, sum) = (of_kind.len(), of_kind.into_iter().sum::<Amount>().signed(false));
        let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let (stated, rest) = text.split_at(digits);
        let same = stated.parse() == Ok(number);
        if !same || row::amount(row::currency_first(rest).1).ok() != Some(sum) {
            let text = quote(text);
            ledger.warn(&say!(
                line, label, text, number, sum;
                "line {line}: {label}: the file speaks of {text}, and has {number} of {sum} in all",
                "ligne {line} : {label} : le fichier annonce {text}, et en a {number} pour {sum} en tout",
            ));
        }
    }
}

fn at(field: &Field<'_>, why: &Said) -> Said {
    let (line, tag) = (field.line, field.tag);
    say!(
        line, tag, why;
        "line {line}: field {tag}: {why}: export the account again",
        "ligne {line} : champ {tag} : {why} : exportez à nouveau le compte",
    )
}

fn twice(field: &Field<'_>) -> Said {
    at(field, &say!("a second one in one statement", "un second dans un même relevé"))
}

fn not_taken(line: u32, why: &Said) -> Said {
    say!(
        line, why;
        "line {line}: a statement is not taken: {why}",
        "ligne {line} : un relevé n'est pas repris : {why}",
    )
}

fn entry(row: Row, info: Info, currency: Currency) -> Entry {
    let kind = info.kind.or_else(|| kind(&row.kind));
    let Info { counterparty, purpose, booking, whole, .. } = info;
    let label = [&counterparty, &purpose, &booking].into_iter().flatten().next().cloned();
    let added = Some(clean(&row.added, LABEL_CHARS_MAX)).filter(|added| !added.is_empty());
    let bare = kind.map_or("-", |kind| kind.as_str());
    let label = label.or_else(|| added.clone()).unwrap_or_else(|| bare.to_owned());
    let label = clean(&label, LABEL_CHARS_MAX);
    let parts = [Some(clean(&whole, usize::MAX)), added].into_iter().flatten();
    let bank_label = join_distinct(parts.collect::<Vec<_>>().iter().map(String::as_str));
    let iban_added = || konnector_statement::iban::parse(&row.added);
    Entry {
        reference: row.reference,
        date: row.date,
        done: None,
        value_date: row.value_date,
        amount: row.amount,
        currency,
        bank_label: if bank_label.is_empty() { label.clone() } else { bank_label },
        label,
        kind,
        counterparty: counterparty.map(|name| clean(&name, LABEL_CHARS_MAX)),
        counterparty_iban: info.counterparty_iban.or_else(iban_added),
        check_number: None,
    }
}

/// From SWIFT's codes, where they say more than that something was booked.
fn kind(code: &str) -> Option<OperationKind> {
    match code {
        "CHK" => Some(OperationKind::Check),
        "DDT" => Some(OperationKind::DirectDebit),
        "STO" | "TRF" => Some(OperationKind::Transfer),
        "CHG" | "COM" => Some(OperationKind::FinancialFee),
        _ => None,
    }
}
