//! Konnector of bank accounts by an aggregator: Powens (formerly Budget Insight), API 2.0.
//!
//! In: what the aggregator has of the banks that its customer connected on its page. Out: accounts
//! with balances and the operations that are booked, under the aggregator's own ids, and which bank
//! gives nothing new. Never here: a token or a password (the home and the aggregator have them), an
//! operation that is still coming, a request that has a bank asked.

mod api;
mod book;
mod trouble;

use std::collections::{BTreeMap, BTreeSet};

use domicile_sdk::konnector::{Action, Deposits, Failure, Konnector, Progress, Report};
use domicile_sdk::{Viewer, state};
use konnector_shared::failure::{failed, no_state};
use konnector_shared::{count, say};
use konnector_statement::{Refusal, Said, deposit};
use serde::{Deserialize, Serialize};

use api::Found;
use trouble::Trouble;

domicile_sdk::konnector! { manifest: "manifest.toml", konnector: Aggregator }

/// Where the mark is kept.
const MARK: &str = "mark";
/// What a bank books late, or mends, is asked for once more.
const AGAIN_DAYS: i32 = 30;

/// How far all banks together came.
#[derive(Serialize, Deserialize)]
struct Mark {
    /// From this day on transactions are asked for.
    from: String,
    /// Of these accounts; another one has a past that is not here.
    accounts: BTreeSet<u64>,
}

struct Aggregator;

impl Konnector for Aggregator {
    fn collect(out: &mut Deposits, progress: &Progress) -> Result<Report, Failure> {
        let viewer = Viewer::current();
        let connections = api::connections()?;
        if connections.is_empty() {
            return Err(Failure::UserActionNeeded(Action::RenewConsent));
        }
        let accounts = api::accounts()?;
        let known: BTreeSet<u64> = accounts.iter().map(|account| account.id).collect();
        let mark: Option<Mark> = state::get(MARK).map_err(no_state)?;
        let mark = mark.filter(|mark| known.is_subset(&mark.accounts));
        let Found { transactions, more } =
            api::transactions(mark.as_ref().map(|mark| mark.from.as_str()))?;
        let banks: BTreeMap<u64, String> =
            connections.iter().map(|one| (one.id, one.bank())).collect();
        let booked = book::take(&accounts, &banks, transactions).map_err(refused)?;
        let mut troubles: Vec<Trouble> = connections.iter().filter_map(trouble::of).collect();
        // What waits for the owner comes first.
        troubles.sort_by_key(|one| !matches!(one.failure, Failure::UserActionNeeded(_)));
        let waiting = connections.iter().filter(|one| one.last_update.is_none()).count();
        let mut statement = booked.statement;
        statement.warnings.extend(left(booked.coming, waiting, more));
        statement.warnings.extend(troubles.iter().map(|one| one.said.clone()));
        let report = deposit::put(statement, viewer.locale, out, progress);
        let report = report.map_err(Failure::Other)?;
        out.flush()?;
        // What the bank of a connection in trouble books meanwhile comes later, with its own days.
        if troubles.is_empty() && waiting == 0 && !more {
            let from = viewer.today.plus(-AGAIN_DAYS).to_string();
            state::set(MARK, &Mark { from, accounts: known }).map_err(no_state)?;
        }
        let none_works = troubles.len() == connections.len();
        match troubles.into_iter().next() {
            Some(first) if none_works => Err(first.failure),
            _ => Ok(report),
        }
    }
}

/// What a later run brings, in words.
fn left(coming: usize, waiting: usize, more: bool) -> Vec<Said> {
    let mut left = Vec::new();
    if coming > 0 {
        let coming = count(coming, ["operation", "operations"], ["opération", "opérations"]);
        left.push(say!(
            coming;
            "still coming, left for a later run: {coming}",
            "encore à venir, laissées à une prochaine fois : {coming}",
        ));
    }
    if waiting > 0 {
        let waiting = count(waiting, ["bank", "banks"], ["banque", "banques"]);
        left.push(say!(
            waiting;
            "not read by the aggregator yet: {waiting}",
            "pas encore lues par l'agrégateur : {waiting}",
        ));
    }
    if more {
        left.push(say!(
            "the aggregator has more operations than a run takes: the rest was left there",
            "l'agrégateur a plus d'opérations qu'un passage n'en prend : le reste y a été laissé",
        ));
    }
    left
}

fn refused(refusal: Refusal) -> Failure {
    failed(Said::from(refusal))
}

#[cfg(test)]
mod tests;
