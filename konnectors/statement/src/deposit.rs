//! From the dropped file to deposits: the part of an importer that all formats share. In: a file
//! and how to read it. Out: documents under their keys, and the report. Never here: a file larger
//! than what is read, an operation whose account was not deposited.

use domicile_sdk::Locale;
use domicile_sdk::docs::Document;
use domicile_sdk::importer::{DepositError, Deposits, Input, Progress, Report};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::model::Statement;
use crate::{FILE_BYTES_MAX, Refusal, Said, body, say};

/// Operations between two words on how far the work is.
const PROGRESS_EVERY: usize = 1000;

#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct AccountDocument(Value);

impl Document for AccountDocument {
    const DOCTYPE: &'static str = body::ACCOUNTS;
}

#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct OperationDocument(Value);

impl Document for OperationDocument {
    const DOCTYPE: &'static str = body::OPERATIONS;
}

/// A whole run of an importer that reads files with `read`.
pub fn run<E: Into<Said>>(
    input: &Input,
    out: &mut Deposits,
    progress: &Progress,
    read: impl FnOnce(&[u8]) -> Result<Statement, E>,
) -> Result<Report, String> {
    let locale = input.locale();
    let bytes = input.size();
    if bytes > FILE_BYTES_MAX {
        return Err(Said::from(Refusal::TooLarge { bytes }).into_text(locale));
    }
    let statement = read(&input.bytes()).map_err(|refusal| refusal.into().into_text(locale))?;
    put(statement, locale, out, progress)
}

/// Deposits a statement, wherever it comes from.
pub fn put(
    statement: Statement,
    locale: Locale,
    out: &mut Deposits,
    progress: &Progress,
) -> Result<Report, String> {
    let summary = statement.summary().into_text(locale);
    let ids = accounts(&statement, out)?;
    operations(&statement, &ids, out, progress).map_err(|said| said.into_text(locale))?;
    let warnings = statement.warnings.into_iter().map(|said| said.into_text(locale));
    Ok(Report { summary, warnings: warnings.collect() })
}

/// Deposits the accounts; their document ids, in their order.
fn accounts(statement: &Statement, out: &mut Deposits) -> Result<Vec<String>, String> {
    let mut ids = Vec::with_capacity(statement.accounts.len());
    for account in &statement.accounts {
        let document = AccountDocument(json(&body::account(account))?);
        out.put(account.key.as_str(), &document)?;
        ids.push(out.id_for::<AccountDocument>(&account.key)?);
    }
    Ok(ids)
}

fn operations(
    statement: &Statement,
    account_ids: &[String],
    out: &mut Deposits,
    progress: &Progress,
) -> Result<(), Said> {
    let total = statement.operations.len() as u64;
    for (done, operation) in statement.operations.iter().enumerate() {
        let account =
            statement.accounts.get(operation.account).zip(account_ids.get(operation.account));
        let Some((account, id)) = account else { continue };
        let body = json(&body::operation(operation, id, &account.key));
        let body = body.map_err(|error| say!(error; "{error}", "{error}"))?;
        let document = OperationDocument(body);
        out.put(operation.key.as_str(), &document).map_err(|error: DepositError| {
            let what = crate::text::quote(&operation.entry.label);
            let date = operation.entry.date;
            say!(
                what, date, error;
                "operation {what} of {date}: {error}",
                "opération {what} du {date} : {error}",
            )
        })?;
        if done % PROGRESS_EVERY == 0 {
            progress.report(done as u64, total, "");
        }
    }
    Ok(())
}

fn json(body: &impl Serialize) -> Result<Value, String> {
    serde_json::to_value(body).map_err(|error| error.to_string())
}
