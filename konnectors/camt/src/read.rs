//! Bytes to statement: the walk over a file. In: the whole file. Out: its accounts and booked
//! operations with what was left out, or why nothing was taken. Never here: how a field is written.

use std::collections::BTreeMap;

use konnector_statement::charset;
use konnector_statement::ledger::ITEMS_MAX;
use konnector_statement::text::quote;
use konnector_statement::{Currency, Entry, Ledger, Node, Said, Statement, count, say};

use super::account;
use super::entry::{self, Remark, Taken};
use super::refusal::Refusal;
use super::xml::{Elements, Opening};

/// Where XML says what its character set is, and what comes after.
const CHARSET_KEYS: [&str; 1] = ["ENCODING="];
const XML_BEGINS: &str = "?>";
/// What is read of a statement besides its entries.
const PARTS: [&str; 3] = ["StmtPgntn", "Acct", "Bal"];
/// How many of these a statement may have; real ones have a handful.
pub const PARTS_MAX: usize = 1000;

/// How sure is it, from 0 to 100, that these are the first bytes of a CAMT file? The two kinds that
/// are refused are known too, so that the owner gets a reason.
pub fn recognise(_name: &str, head: &[u8]) -> u8 {
    let decoded = charset::head(head, &CHARSET_KEYS, XML_BEGINS);
    let has = |part: &str| decoded.text.contains(part);
    if has("camt.053") || has("BkToCstmrStmt") {
        100
    } else if has("camt.05") || has("BkToCstmrAcctRpt") || has("BkToCstmrDbtCdtNtfctn") {
        60
    } else if has("urn:iso:std:iso:20022:") {
        20
    } else {
        0
    }
}

/// Reads a whole file.
pub fn read(bytes: &[u8]) -> Result<Statement, Refusal> {
    let decoded = charset::open(bytes, &CHARSET_KEYS, XML_BEGINS)?;
    let mut ledger = Ledger::default();
    if let Some(warning) = decoded.warning {
        ledger.warn(&warning);
    }
    let mut elements = Elements::new(&decoded.text);
    let mut found = false;
    while let Some(opening) = elements.next_opening()? {
        // Version 1 has its number in the name.
        match opening.name.trim_end_matches("V01") {
            "BkToCstmrStmt" => message(&mut elements, &mut ledger)?,
            "BkToCstmrAcctRpt" => return Err(Refusal::Report),
            "BkToCstmrDbtCdtNtfctn" => return Err(Refusal::Notification),
            _ => continue,
        }
        found = true;
    }
    if found { Ok(ledger.finish()?) } else { Err(Refusal::NotCamt) }
}

fn message(elements: &mut Elements<'_>, ledger: &mut Ledger) -> Result<(), Refusal> {
    while let Some(opening) = elements.next_child()? {
        match opening.name.as_str() {
            "GrpHdr" => {
                let header = elements.whole(opening)?;
                report_pages(&header, "MsgPgntn", ledger);
            }
            "Stmt" => statement(elements, opening, ledger)?,
            _ => elements.skip()?,
        }
    }
    Ok(())
}

fn report_pages(node: &Node<'_>, name: &str, ledger: &mut Ledger) {
    let last = node.child(name).and_then(|pages| pages.text_at("LastPgInd"));
    if last.is_some_and(|last| last == "false" || last == "0") {
        let line = node.line_of(name);
        ledger.warn(&say!(
            line;
            "line {line}: the statement goes on in another file: import that one too",
            "ligne {line} : le relevé continue dans un autre fichier : importez-le aussi",
        ));
    }
}

/// What the entries of one statement became.
#[derive(Default)]
struct Entries {
    seen: usize,
    sound: Vec<Entry>,
    currency: Option<Currency>,
    broken: Vec<(u32, Said)>,
    waiting: BTreeMap<String, usize>,
    whole_batches: usize,
    /// Lines of amounts with more than three decimals.
    rounded: Vec<u32>,
}

fn statement<'a>(
    elements: &mut Elements<'a>,
    opening: Opening<'a>,
    ledger: &mut Ledger,
) -> Result<(), Refusal> {
    let mut rest = opening.into_node();
    let mut entries = Entries::default();
    while let Some(child) = elements.next_child()? {
        let node = elements.whole(child)?;
        if node.is("Ntry") {
            entries.take(&node, account::own_number(&rest).as_deref())?;
        } else if PARTS.iter().any(|part| node.is(part)) {
            rest.children.push(node);
        }
        if rest.children.len() > PARTS_MAX {
            return Err(Refusal::TooManyBalances(rest.line));
        }
    }
    report_pages(&rest, "StmtPgntn", ledger);
    let account = match account::account(&rest, entries.currency, ledger) {
        Ok(account) => account,
        Err(why) => {
            let line = rest.line;
            ledger.warn(&say!(
                line, why;
                "line {line}: a statement is not taken: {why}",
                "ligne {line} : un relevé n'est pas repris : {why}",
            ));
            return Ok(());
        }
    };
    ledger.open_block();
    let label = quote(&account.label);
    let index = ledger.account(account)?;
    entries.report(&label, ledger);
    for entry in entries.sound {
        ledger.add(index, entry)?;
    }
    for (line, why) in entries.broken {
        ledger.reject(line, &why);
    }
    Ok(())
}

impl Entries {
    fn take(&mut self, node: &Node<'_>, own_number: Option<&str>) -> Result<(), Refusal> {
        self.seen += 1;
        match entry::read(node, own_number) {
            Ok(Taken::Entries { entries, currency, remark }) => {
                self.currency.get_or_insert(currency);
                self.sound.extend(entries);
                match remark {
                    Some(Remark::WholeBatch) => self.whole_batches += 1,
                    Some(Remark::Rounded) => self.rounded.push(node.line),
                    None => {}
                }
            }
            Ok(Taken::Waiting(status)) => *self.waiting.entry(status).or_default() += 1,
            Err(why) => {
                self.broken.push((node.line, say!(why; "booking: {why}", "écriture : {why}")));
            }
        }
        let full = self.seen.max(self.sound.len()) > ITEMS_MAX;
        if full { Err(konnector_statement::Refusal::TooManyItems.into()) } else { Ok(()) }
    }

    /// Says what was not taken as it is written.
    fn report(&self, label: &str, ledger: &mut Ledger) {
        for line in &self.rounded {
            ledger.warn(&say!(
                line;
                "line {line}: an amount was rounded to three decimals",
                "ligne {line} : un montant a été arrondi à trois décimales",
            ));
        }
        for (status, number) in &self.waiting {
            let rows = count(*number, ["booking", "bookings"], ["écriture", "écritures"]);
            let status = quote(status);
            ledger.warn(&say!(
                label, rows, status;
                "{label}: {rows} not taken: not final but {status}",
                "{label} : {rows} sans reprise : statut {status}, non définitif",
            ));
        }
        if self.whole_batches > 0 {
            let batches = count(
                self.whole_batches,
                ["collective booking", "collective bookings"],
                ["écriture groupée", "écritures groupées"],
            );
            ledger.warn(&say!(
                label, batches;
                "{label}: {batches} taken as one operation each: the parts do not add up",
                "{label} : {batches}, chacune reprise en une opération : le détail ne donne pas le total",
            ));
        }
    }
}
