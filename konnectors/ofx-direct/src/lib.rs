//! Konnector of a bank over OFX Direct Connect: OFX 1.0.2 (SGML), and 2.0.3 (XML) for servers that
//! take no other.
//!
//! In: the bank's answers. Out: its accounts and their operations, and in words what was left out.
//! Never here: the owner's user name and password, which the home writes in front of each request;
//! a payment or any other order; a second try of a password that was refused; investments, which
//! are not asked for.

mod request;

use domicile_sdk::konnector::{
    Action, Answer, Deposits, Failure, FetchError, Konnector, Progress, Report, field, route,
};
use domicile_sdk::{Date, Viewer, state};
use konnector_ofx_reader::{Listing, Refusal, listing, read};
use konnector_shared::failure::{failed, no_state};
use konnector_statement::{Said, deposit, say};

use request::Dialect;

domicile_sdk::konnector! { manifest: "manifest.toml", konnector: Direct }

struct Direct;

/// Where the dialect that the bank took is kept, and the day of the last run.
const KEPT: &str = "bank";

impl Konnector for Direct {
    fn collect(out: &mut Deposits, progress: &Progress) -> Result<Report, Failure> {
        let viewer = Viewer::current();
        // What was kept came from the bank: it is there for who has asked about the account.
        field("server");
        let kept: Option<(Dialect, String)> = state::get(KEPT).map_err(no_state)?;
        let (dialect, found) = sign_on(kept.as_ref().map(|(dialect, _)| *dialect))?;
        if found.places.is_empty() {
            return Err(failed(say!(
                "the bank lists no account with operations: ask it to open Direct Connect for yours",
                "la banque n'indique aucun compte avec des opérations : demandez-lui d'ouvrir Direct \
                 Connect pour les vôtres",
            )));
        }
        let since = kept.and_then(|(_, day)| Date::parse(&day)).map(month_before);
        let body = request::statements(dialect, &found.places, since.as_deref());
        let answer = ask(dialect, body)?.good()?;
        let statement = read(&answer.body).map_err(unreadable)?;
        let report =
            deposit::put(statement, viewer.locale, out, progress).map_err(Failure::Other)?;
        out.flush()?;
        state::set(KEPT, &(dialect, viewer.today.to_string())).map_err(no_state)?;
        Ok(report)
    }
}

/// The first day of the month before: what is booked late comes again, under its own key.
fn month_before(day: Date) -> String {
    let (year, month) = (day.month.year, day.month.month);
    let (year, month) = if month <= 1 { (year.saturating_sub(1), 12) } else { (year, month - 1) };
    format!("{year:04}{month:02}01")
}

/// In the dialect that was taken before, else in the first that the server takes.
fn sign_on(before: Option<Dialect>) -> Result<(Dialect, Listing), Failure> {
    let all = before.map_or(vec![Dialect::Sgml, Dialect::Xml], |dialect| vec![dialect]);
    let mut last = Failure::VendorDown;
    for dialect in all {
        let answer = ask(dialect, request::accounts(dialect))?;
        let status = answer.status;
        last = match listing(&answer.body) {
            Ok(found) => match refused(&found) {
                None => return Ok((dialect, found)),
                // The password was looked at: not once more.
                Some(failure) => return Err(failure),
            },
            Err(_) if !(200..300).contains(&status) => FetchError::Status(status).into(),
            Err(why) => unreadable(why),
        };
    }
    Err(last)
}

fn ask(dialect: Dialect, body: String) -> Result<Answer, FetchError> {
    let address = field("server").unwrap_or_default();
    let (_, rest) = address.split_once("://").unwrap_or_default();
    let path = rest.split_once('/').map_or("", |(_, path)| path);
    let request = route(dialect.route()).slot("rest", path).header("accept", "application/x-ofx");
    request.bytes(body.into_bytes()).send()
}

fn unreadable(why: Refusal) -> Failure {
    let why = Said::from(why);
    failed(say!(
        why;
        "the bank's answer is not taken: {why}",
        "la réponse de la banque n'est pas reprise : {why}",
    ))
}

/// What a sign-on that did not go well means (OFX 2.0.3, 2.5.1).
fn refused(found: &Listing) -> Option<Failure> {
    let (code, message) = (found.sign_on.as_str(), found.message.as_str());
    Some(match code {
        "0" | "3" => return None,
        "15500" => Failure::LoginFailed,
        "15000" => Failure::UserActionNeeded(Action::ChangePassword),
        "15501" | "15502" => Failure::TooManyAttempts,
        "3000" => Failure::UserActionNeeded(Action::StrongAuthentication),
        _ => {
            let message = konnector_statement::text::quote(message);
            failed(say!(
                code, message;
                "the bank refuses the sign-on: {message} (code {code}); ask it whether Direct Connect is \
                 open for you",
                "la banque refuse la connexion : {message} (code {code}) ; demandez-lui si Direct Connect \
                 vous est ouvert",
            ))
        }
    })
}

#[cfg(test)]
mod tests;
