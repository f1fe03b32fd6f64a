//! Konnector of bank accounts by NextGenPSD2 1.3 of the Berlin Group, for a bank that lets its
//! customers in without a certificate of a third party's.
//!
//! In: the bank's answers, once its customer has confirmed the consent on the bank's own page. Out:
//! accounts with balances and the operations that are booked, under keys that stay. Never here: a
//! payment, an operation that is not booked, more calls in a day than a bank has to answer.

mod bank;
mod book;

use domicile_sdk::konnector::{
    Action, Deposits, Failure, Konnector, Progress, Report, field, visit,
};
use domicile_sdk::{Viewer, state};
use konnector_shared::failure::{failed, no_state};
use konnector_shared::{count, say};
use konnector_statement::{Ledger, Refusal, Said, deposit};

use bank::Bank;

domicile_sdk::konnector! { manifest: "manifest.toml", konnector: BerlinGroup }

/// Where the consent's id is kept.
const CONSENT: &str = "consent";
/// And from which day on operations are asked for.
const FROM: &str = "from";
/// What banks give without another confirmation.
const BACK_DAYS: i32 = 89;
/// What a bank books late is asked for once more.
const AGAIN_DAYS: i32 = 7;
/// The longest that a consent may be good for.
const CONSENT_DAYS: i32 = 180;

struct BerlinGroup;

impl Konnector for BerlinGroup {
    fn collect(out: &mut Deposits, progress: &Progress) -> Result<Report, Failure> {
        let viewer = Viewer::current();
        let day = |later: i32| viewer.today.plus(later).to_string();
        // What was kept came from the bank: it is there for who has asked about the account.
        field("server");
        let bank = consented(&day(CONSENT_DAYS))?;
        let from: Option<String> = state::get(FROM).map_err(no_state)?;
        let from = from.unwrap_or_else(|| day(-BACK_DAYS));
        let accounts = bank.accounts()?;
        let (mut ledger, mut pending) = (Ledger::default(), 0);
        for (at, account) in accounts.iter().enumerate() {
            progress.report(at as u64, accounts.len() as u64, "");
            let balances = bank.balances(&account.resource_id)?;
            let (booked, waiting) = bank.transactions(&account.resource_id, &from)?;
            pending += waiting;
            book::take(&mut ledger, account, &balances, &booked).map_err(refused)?;
        }
        if pending > 0 {
            let pending = count(pending, ["operation", "operations"], ["opération", "opérations"]);
            ledger.warn(&say!(
                pending;
                "not booked yet, left for a later run: {pending}",
                "pas encore comptabilisées, laissées à une prochaine fois : {pending}",
            ));
        }
        let statement = ledger.finish().map_err(refused)?;
        let report = deposit::put(statement, viewer.locale, out, progress);
        let report = report.map_err(Failure::Other)?;
        out.flush()?;
        state::set(FROM, &day(-AGAIN_DAYS)).map_err(no_state)?;
        Ok(report)
    }
}

/// A bank whose customer has agreed: the consent that is kept, or a new one.
fn consented(until: &str) -> Result<Bank, Failure> {
    let kept: Option<String> = state::get(CONSENT).map_err(no_state)?;
    if let Some(consent) = kept {
        let bank = Bank { consent };
        if bank.is_valid()? {
            return Ok(bank);
        }
    }
    let renew = || Failure::UserActionNeeded(Action::RenewConsent);
    let (consent, page) = Bank::ask_consent(until)?;
    // Nobody is there at night, and no consent is good before its customer was at the page.
    visit(page.ok_or_else(renew)?).map_err(|_| renew())?;
    let bank = Bank { consent: consent.id };
    if !bank.is_valid()? {
        return Err(renew());
    }
    state::set(CONSENT, &bank.consent).map_err(no_state)?;
    Ok(bank)
}

fn refused(refusal: Refusal) -> Failure {
    failed(Said::from(refusal))
}
