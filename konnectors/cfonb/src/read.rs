//! Records to statement: the walk over a file. In: the whole file. Out: its accounts and operations
//! with what was left out and what does not add up, or the line and the reason why nothing was
//! taken. Never here: where a field stands in its line.

use konnector_statement::ledger::ITEMS_MAX;
use konnector_statement::text::{LABEL_CHARS_MAX, clean, join_distinct, quote};
use konnector_statement::{
    Account, Amount, Balance, Currency, Entry, Ledger, Refusal, Said, Statement, charset, iban,
    key, say,
};

use super::record::{CHARS, Record};

/// Additional records that are read of one movement.
const DETAILS_MAX: usize = 40;

/// How sure is it, from 0 to 100, that these are the first bytes of such a file?
pub fn recognise(name: &str, head: &[u8]) -> u8 {
    let head = charset::head(head, &[], "").text;
    let first = lines(&head).map(|(_, line)| line).find(|line| !line.trim().is_empty());
    let record = first.and_then(|line| Record::new(1, line).ok());
    let is_balance = record.is_some_and(|record| {
        record.kind() == "01" && record.currency().is_ok() && record.amount().is_ok()
    });
    let name = name.to_ascii_lowercase();
    if is_balance {
        95
    } else if [".cfonb", ".cfonb120", ".afb", ".afb120"].iter().any(|end| name.ends_with(end)) {
        // To be refused in words, not to be ignored.
        30
    } else {
        0
    }
}

/// Lines with their numbers; of a file without line breaks every 120 characters are one.
fn lines(text: &str) -> Box<dyn Iterator<Item = (u32, &str)> + '_> {
    if text.trim_end().contains('\n') || text.len() <= CHARS {
        return Box::new((1..).zip(text.lines()));
    }
    let mut rest = text.trim_end();
    let cut = std::iter::from_fn(move || {
        let end = rest.char_indices().nth(CHARS).map_or(rest.len(), |(at, _)| at);
        let (line, others) = rest.split_at_checked(end)?;
        rest = others;
        (!line.is_empty()).then_some(line)
    });
    Box::new((1..).zip(cut))
}

/// Reads a whole file.
pub fn read(bytes: &[u8]) -> Result<Statement, Said> {
    let decoded = charset::open(bytes, &[], "")?;
    let mut ledger = Ledger::default();
    if let Some(warning) = decoded.warning {
        ledger.warn(&warning);
    }
    let mut open: Option<Block> = None;
    for (line, text) in lines(&decoded.text) {
        let text = text.trim_matches(|c: char| c == '\u{1a}' || c == '\u{feff}');
        if text.trim().is_empty() {
            continue;
        }
        let record = Record::new(line, text).map_err(|why| at(line, &why))?;
        match (record.kind().as_str(), &mut open) {
            ("01", None) => open = Some(Block::open(&record).map_err(|why| at(line, &why))?),
            ("04" | "05" | "07", Some(block)) if block.account != record.account() => {
                let other = say!("of another account", "d'un autre compte");
                return Err(at(line, &other));
            }
            ("04", Some(block)) => block.movement(&record)?,
            ("05", Some(block)) => block.detail(&record),
            ("07", Some(_)) => {
                if let Some(block) = open.take() {
                    block.close(&record, &mut ledger)?;
                }
            }
            (kind, _) => {
                let kind = quote(kind);
                let why = say!(
                    kind;
                    "record {kind} has no place here",
                    "l'enregistrement {kind} n'a pas sa place ici",
                );
                return Err(at(line, &why));
            }
        }
    }
    if let Some(Block { line, .. }) = open {
        return Err(say!(
            line;
            "line {line}: the statement that begins here stops before its closing balance (07): download \
             it again",
            "ligne {line} : le relevé qui commence ici s'arrête avant son solde final (07) : \
             téléchargez-le à nouveau",
        ));
    }
    Ok(ledger.finish()?)
}

fn at(line: u32, why: &Said) -> Said {
    say!(
        line, why;
        "line {line}: {why}: this is no statement in CFONB 120; export the account again",
        "ligne {line} : {why} : ce n'est pas un relevé CFONB 120 ; exportez à nouveau le compte",
    )
}

/// From a balance before to the balance after.
struct Block {
    line: u32,
    account: [String; 3],
    currency: Currency,
    opening: Amount,
    movements: Vec<Result<Movement, (u32, Said)>>,
}

/// A movement with what its additional records say.
struct Movement {
    entry: Entry,
    details: Vec<(String, String)>,
}

impl Block {
    fn open(record: &Record) -> Result<Block, Said> {
        let (line, account) = (record.line, record.account());
        if account.iter().any(String::is_empty) {
            return Err(say!("no account number", "pas de numéro de compte"));
        }
        let (currency, opening) = (record.currency()?, record.amount()?);
        Ok(Block { line, account, currency, opening, movements: Vec::new() })
    }

    fn movement(&mut self, record: &Record) -> Result<(), Said> {
        if self.movements.len() > ITEMS_MAX {
            return Err(Refusal::TooManyItems.into());
        }
        let entry = entry(record).map_err(|why| (record.line, why));
        self.movements.push(entry.map(|entry| Movement { entry, details: Vec::new() }));
        Ok(())
    }

    fn detail(&mut self, record: &Record) {
        if let Some(Ok(movement)) = self.movements.last_mut()
            && movement.details.len() < DETAILS_MAX
        {
            movement.details.push((record.text(46, 48), record.text(49, 118)));
        }
    }

    fn close(self, record: &Record, ledger: &mut Ledger) -> Result<(), Said> {
        let wrong = |why| at(record.line, &why);
        if record.currency().map_err(wrong)? != self.currency {
            return Err(wrong(say!("in another currency", "dans une autre devise")));
        }
        let amount = record.amount().map_err(wrong)?;
        let balance = Balance { amount, date: record.day(35).map_err(wrong)? };
        let account = account(&self.account, self.currency, balance);
        let label = quote(&account.label);
        if self.movements.iter().all(Result::is_ok) {
            let moved = self.movements.iter().flatten().map(|movement| movement.entry.amount);
            ledger.check_balances(&label, self.opening, moved.sum(), amount);
        }
        ledger.open_block();
        let index = ledger.account(account)?;
        for movement in self.movements {
            match movement {
                Ok(movement) => ledger.add(index, movement.whole())?,
                Err((line, why)) => ledger.reject(line, &why),
            }
        }
        Ok(())
    }
}

/// Its key is that of the account's CAMT and MT940 statements, where it has an IBAN.
fn account([bank, branch, number]: &[String; 3], currency: Currency, balance: Balance) -> Account {
    let iban = iban::of_french(bank, branch, number);
    let (in_bank, in_key) = match &iban {
        Some(iban) => (String::new(), iban),
        None => (format!("{bank}/{branch}"), number),
    };
    Account {
        key: key::account(["account", &in_bank, in_key, "", &currency.to_string()]),
        label: clean(&format!("{bank} {branch} {number}"), LABEL_CHARS_MAX),
        institution: None,
        number: number.clone(),
        iban,
        kind: None,
        currency,
        balance: Some(balance),
    }
}

/// The record of a movement. What stands in its place for a reference is the payer's or the number
/// of a cheque, and no promise of the bank.
fn entry(record: &Record) -> Result<Entry, Said> {
    let date = record.day(35)?;
    let date = date.ok_or_else(|| say!("no date", "pas de date"))?;
    let label = clean(&record.text(49, 79), LABEL_CHARS_MAX);
    Ok(Entry {
        reference: None,
        date,
        done: None,
        value_date: record.day(43)?,
        amount: record.amount()?,
        currency: record.currency()?,
        bank_label: clean(&record.text(105, 120), LABEL_CHARS_MAX),
        label,
        kind: None,
        counterparty: None,
        counterparty_iban: None,
        check_number: None,
    })
}

impl Movement {
    /// Who is on the other side is named as payer of a credit and as payee of a debit; free text
    /// goes on where the label of 31 characters ends.
    fn whole(self) -> Entry {
        let Movement { mut entry, details } = self;
        let other = if entry.amount.is_negative() { "NBE" } else { "NPY" };
        let of = |code: &str| {
            let texts = details.iter().filter(|(found, text)| found == code && !text.is_empty());
            texts.map(|(_, text)| text.as_str()).collect::<Vec<_>>().join(" ")
        };
        let name = clean(&of(other), LABEL_CHARS_MAX);
        entry.counterparty = Some(name).filter(|name| !name.is_empty());
        let rest = details.iter().filter(|(code, _)| code != "LIB").map(|(_, text)| text.as_str());
        let free = of("LIB");
        let reference = std::mem::take(&mut entry.bank_label);
        let parts = [entry.label.as_str(), free.as_str()].into_iter().chain(rest);
        entry.bank_label = join_distinct(parts.chain([reference.as_str()]));
        if entry.label.is_empty() {
            let label =
                [free.as_str(), &entry.bank_label, "-"].into_iter().find(|text| !text.is_empty());
            entry.label = clean(label.unwrap_or_default(), LABEL_CHARS_MAX);
        }
        if entry.bank_label.is_empty() {
            entry.bank_label.clone_from(&entry.label);
        }
        entry
    }
}
