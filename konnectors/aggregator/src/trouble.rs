//! What stands between the aggregator and a bank. In: the state of a connection, by the published
//! words. Out: what that is to the home, and to the owner. Never here: a state that makes the home
//! give up its token, which is good: a new yes would begin a new customer there, with other ids.

use domicile_sdk::konnector::{Action, Failure};
use konnector_shared::failure::failed;
use konnector_shared::text::quote;
use konnector_shared::{Said, say};

use crate::api::Connection;

/// A bank that gives nothing new.
pub struct Trouble {
    pub failure: Failure,
    /// Which, and why.
    pub said: Said,
}

/// `None` as long as the bank gives what it has.
pub fn of(connection: &Connection) -> Option<Trouble> {
    let state = connection.state.as_deref().filter(|state| *state != "validating")?;
    let (failure, why) = known(state).unwrap_or_else(|| {
        let state = quote(state);
        let why = say!(state; "it is in the state {state}", "elle est dans l'état {state}");
        let said = say!(
            state;
            "the aggregator says of the bank: {state}; look at it there",
            "l'agrégateur dit de la banque : {state} ; regardez-y",
        );
        (failed(said), why)
    });
    let bank = connection.bank();
    let said = say!(
        bank, why;
        "{bank} gives nothing new: {why}",
        "{bank} ne donne rien de nouveau : {why}",
    );
    Some(Trouble { failure, said })
}

fn known(state: &str) -> Option<(Failure, Said)> {
    let needs = Failure::UserActionNeeded;
    Some(match state {
        "SCARequired" | "additionalInformationNeeded" | "decoupled" => (
            needs(Action::StrongAuthentication),
            say!(
                "it asks for another proof that it is you",
                "elle demande une autre preuve que c'est vous",
            ),
        ),
        "webauthRequired" => (
            needs(Action::SignIn),
            say!(
                "it wants you to sign in on its own page",
                "elle veut que vous vous connectiez sur sa propre page",
            ),
        ),
        // The password is the aggregator's to keep: it is typed there.
        "wrongpass" => (
            needs(Action::SignIn),
            say!("it did not take the password", "elle a refusé le mot de passe"),
        ),
        "actionNeeded" => (
            needs(Action::SignIn),
            say!("something waits for you at its site", "quelque chose vous attend sur son site"),
        ),
        "passwordExpired" => (
            needs(Action::ChangePassword),
            say!("it wants a new password", "elle veut un nouveau mot de passe"),
        ),
        "rateLimiting" => (
            Failure::TooManyAttempts,
            say!("it was asked too often", "elle a été interrogée trop souvent"),
        ),
        "websiteUnavailable" => {
            (Failure::VendorDown, say!("it does not answer", "elle ne répond pas"))
        }
        "bug" => (
            Failure::VendorDown,
            say!("the aggregator could not read it", "l'agrégateur n'a pas su la lire"),
        ),
        _ => return None,
    })
}
