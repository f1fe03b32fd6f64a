//! `/export.csv` and `/export.ofx`: what the filter shows, as a table for a spreadsheet and as a
//! statement for other software.

use super::part;
use crate::ofx;
use crate::words::Words;
use domicile_sdk::csv::{Cell, Csv};
use domicile_sdk::page::Media;
use domicile_sdk::prelude::*;
use ledger::category::Chooser;
use ledger::filter::Filter;
use ledger::listing::{self, EXPORT_MAX, Window};

pub fn csv(c: &Context) -> Result {
    let (words, locale) = (Words(c.locale()), c.locale());
    let filter: Filter = c.query()?;
    let accounts = part::accounts()?;
    let mut chooser = Chooser::read()?;
    let Window { operations, is_whole } =
        listing::all(&filter, &accounts, &mut chooser, EXPORT_MAX)?;
    let columns = [
        words.date(),
        words.debited(),
        words.account(),
        words.search_hint(),
        words.amount(),
        words.currency(),
        words.group(),
        words.category(),
        words.bank_label(),
        words.kind(),
        words.id(),
    ];
    let mut csv = Csv::new(locale, columns);
    for doc in &operations {
        let operation = &doc.value;
        let category = chooser.choose(doc).category;
        csv.row([
            Cell::from(operation.day()),
            Cell::from(Date::parse(&operation.date)),
            Cell::from(part::account_name(&accounts, &operation.account, words)),
            Cell::from(operation.name("")),
            Cell::from(operation.amount().as_f64()),
            Cell::from(operation.currency(&c.viewer.currency)),
            Cell::from(category.group().name(locale)),
            Cell::from(category.name(locale)),
            Cell::from(operation.original_bank_label.as_str()),
            Cell::from(operation.kind.as_str()),
            Cell::from(doc.id.as_str()),
        ]);
    }
    Ok(csv.download(name(words, &filter, is_whole)))
}

/// As a text: the home knows no other kind of file that other software would take it from.
pub fn ofx(c: &Context) -> Result {
    let words = Words(c.locale());
    let filter: Filter = c.query()?;
    let accounts = part::accounts()?;
    let mut chooser = Chooser::read()?;
    let Window { operations, is_whole } =
        listing::all(&filter, &accounts, &mut chooser, EXPORT_MAX)?;
    if operations.is_empty() {
        return Err(Error::Other(words.nothing_found().to_owned()));
    }
    let text = ofx::write(&accounts, &operations, &c.viewer);
    Ok(Response::download(name(words, &filter, is_whole), Media::Text, text.into_bytes()))
}

fn name(words: Words, filter: &Filter, is_whole: bool) -> String {
    match (is_whole, filter.month()) {
        (false, _) => words.file_cut(EXPORT_MAX as u64),
        (true, Some(month)) => format!("{}-{month}", words.file_name()),
        (true, None) => words.file_name().to_owned(),
    }
}
