//! Bytes to statement: the walk over a file. In: the whole file. Out: its accounts and operations
//! with what was left out, or why nothing was taken. Never here: how a field is written.

use konnector_statement::charset;
use konnector_statement::text::{LABEL_CHARS_MAX, clean, quote};
use konnector_statement::{Ledger, Node, Said, Statement, count, say};

use super::account::{self, Bank, Kind, Listed};
use super::refusal::Refusal;
use super::token::{Tokens, starts_with_ignoring_case};
use super::{investment, row, tree};

/// What version 1 says of its character set, most telling first, and version 2.
const CHARSET_KEYS: [&str; 3] = ["CHARSET:", "ENCODING:", "ENCODING="];

/// How sure is it, from 0 to 100, that these are the first bytes of an OFX file?
pub fn recognise(name: &str, head: &[u8]) -> u8 {
    let decoded = charset::head(head, &CHARSET_KEYS, "<OFX>");
    let head = decoded.text.trim_start().to_ascii_uppercase();
    let extension = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    if head.starts_with("OFXHEADER") || head.contains("<?OFX") {
        100
    } else if head.contains("<OFX>") || head.contains("<OFX ") {
        90
    } else if ["ofx", "qfx"].contains(&extension.as_str()) {
        // Most likely an error page under that name: to be refused in words, not to be ignored.
        30
    } else {
        0
    }
}

/// Reads a whole file.
pub fn read(bytes: &[u8]) -> Result<Statement, Refusal> {
    let mut ledger = Ledger::default();
    tree_of(bytes, |root, warning| {
        warning.iter().for_each(|warning| ledger.warn(warning));
        let found = Found::in_file(root);
        found.report(&mut ledger)?;
        for (statement, kind) in &found.statements {
            take(statement, *kind, &found.bank, &mut ledger)?;
        }
        Ok(())
    })?;
    Ok(ledger.finish()?)
}

/// What `read` makes of a file's tree and of what there is to say about its text.
pub fn tree_of<T>(
    bytes: &[u8],
    read: impl FnOnce(&Node<'_>, Option<Said>) -> Result<T, Refusal>,
) -> Result<T, Refusal> {
    let decoded = charset::open(bytes, &CHARSET_KEYS, "<OFX>")?;
    let start = start_of_ofx(&decoded.text).ok_or(Refusal::NotOfx)?;
    let root = tree::build(Tokens::new(&decoded.text, start))?;
    read(&root, decoded.warning)
}

/// Where the header ends. A DOCTYPE before it is as unwelcome as one behind it.
fn start_of_ofx(text: &str) -> Option<usize> {
    text.match_indices('<').map(|(at, _)| at).find(|at| {
        let rest = text.get(*at..).unwrap_or_default();
        starts_with_ignoring_case(rest, "<OFX>")
            || starts_with_ignoring_case(rest, "<OFX ")
            || starts_with_ignoring_case(rest, "<!DOCTYPE")
    })
}

/// The parts of a file that matter, wherever they lie in it.
#[derive(Default)]
struct Found<'n, 'a> {
    bank: Bank,
    statements: Vec<(&'n Node<'a>, Kind)>,
    /// Message and code of what the bank refused.
    failures: Vec<(String, String)>,
    /// Names of statements of kinds that are not read.
    unread: Vec<&'n str>,
}

impl<'n, 'a> Found<'n, 'a> {
    fn in_file(root: &'n Node<'a>) -> Found<'n, 'a> {
        let mut found = Found::default();
        let mut open = vec![root];
        while let Some(node) = open.pop() {
            match Kind::of(node) {
                Some(kind) => found.statements.push((node, kind)),
                None => {
                    found.note(node);
                    open.extend(node.children.iter().rev());
                }
            }
        }
        found
    }

    fn note(&mut self, node: &'n Node<'a>) {
        let failed = |status: &&Node<'_>| {
            status.text_at("SEVERITY").is_some_and(|word| word.eq_ignore_ascii_case("ERROR"))
        };
        if let Some(status) = node.child("STATUS").filter(failed) {
            let message = status.text_at("MESSAGE").map(|message| clean(&message, 200));
            let message = message.unwrap_or_else(|| "without a reason".to_owned());
            self.failures.push((message, status.text_at("CODE").unwrap_or_default()));
        }
        if node.is("FI") {
            self.bank.name = node.text_at("ORG").map(|name| clean(&name, LABEL_CHARS_MAX));
            self.bank.id = node.text_at_any(&["FID", "ORG"]);
        }
        if node.is("ACCTINFO") {
            self.bank.listed.extend(Listed::from(node));
        }
        let name: &'n str = &node.name;
        if name.to_ascii_uppercase().ends_with("STMTRS") {
            self.unread.push(name);
        }
    }

    /// Says what the file has besides statements, or that it has none.
    fn report(&self, ledger: &mut Ledger) -> Result<(), Refusal> {
        for name in &self.unread {
            ledger.warn(&say!(
                name;
                "a statement of another kind ({name}) is not read: not taken",
                "un relevé d'un autre genre ({name}) n'est pas lu : non repris",
            ));
        }
        if self.statements.is_empty() {
            if let Some((message, code)) = self.failures.first() {
                return Err(Refusal::Bank { message: quote_whole(message), code: code.clone() });
            }
            if !self.bank.listed.is_empty() {
                let listed = self.bank.listed.len();
                let accounts = count(listed, ["account", "accounts"], ["compte", "comptes"]);
                return Err(Refusal::ListingOnly { accounts });
            }
            if self.unread.is_empty() {
                return Err(Refusal::NoStatement);
            }
        }
        for (message, code) in &self.failures {
            let message = quote_whole(message);
            ledger.warn(&say!(
                message, code;
                "the bank refused a part of the file: {message} ({code})",
                "la banque a refusé une partie du fichier : {message} ({code})",
            ));
        }
        Ok(())
    }
}

fn quote_whole(message: &str) -> String {
    format!("\"{message}\"")
}

/// Takes one statement: the account, its balance, its rows.
fn take(statement: &Node<'_>, kind: Kind, bank: &Bank, ledger: &mut Ledger) -> Result<(), Refusal> {
    let mut account = match account::account(statement, kind, bank) {
        Ok(account) => account,
        Err(why) => {
            let line = statement.line;
            ledger.warn(&say!(
                line, why;
                "line {line}: a statement is not taken: {why}",
                "ligne {line} : un relevé n'est pas repris : {why}",
            ));
            return Ok(());
        }
    };
    let label = quote(&account.label);
    account.balance = match kind {
        Kind::Bank | Kind::Card => account::booked_balance(statement, &label, ledger),
        Kind::Investment => investment::cash(statement, &label, ledger),
    };
    ledger.open_block();
    let currency = account.currency;
    let index = ledger.account(account)?;
    match kind {
        Kind::Bank | Kind::Card => {
            for node in
                statement.children_named("BANKTRANLIST").flat_map(|l| l.children_named("STMTTRN"))
            {
                row::take(node, index, currency, ledger)?;
            }
            report_pending(statement, &label, ledger);
        }
        Kind::Investment => {
            for node in investment::cash_rows(statement) {
                row::take(node, index, currency, ledger)?;
            }
            investment::report_rest(statement, &label, ledger);
        }
    }
    Ok(())
}

/// What is not booked yet comes again, booked, and then under another reference.
fn report_pending(statement: &Node<'_>, label: &str, ledger: &mut Ledger) {
    let pending = statement
        .children_named("BANKTRANLISTP")
        .flat_map(|list| list.children_named("STMTTRNP"))
        .count();
    if pending > 0 {
        let rows = count(
            pending,
            ["pending operation", "pending operations"],
            ["opération en attente", "opérations en attente"],
        );
        ledger.warn(&say!(
            label, rows;
            "{label}: {rows} not taken: they come with a later statement",
            "{label} : {rows} sans reprise : elles viendront avec un relevé suivant",
        ));
    }
}
