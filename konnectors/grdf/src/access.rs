//! The access to a meter's data. In: what the owner typed about the holder of the contract. Out: a
//! declaration, after which GRDF asks that holder by e-mail. Never here: an access to more than
//! what is brought, or for longer than the owner typed.

use domicile_sdk::Date;
use domicile_sdk::konnector::{Action, Failure, FetchError, field, route};
use konnector_shared::failure::failed;
use konnector_shared::say;
use serde::{Deserialize, Serialize};

use crate::BACK_DAYS;
use crate::reading::said;

/// As GRDF writes yes and no.
const YES: &str = "Vrai";
const NO: &str = "Faux";

#[derive(Serialize)]
struct Declaration {
    role_tiers: &'static str,
    nom_titulaire: String,
    code_postal: String,
    courriel_titulaire: String,
    date_debut_droit_acces: String,
    date_fin_droit_acces: String,
    perim_donnees_conso_debut: String,
    perim_donnees_conso_fin: String,
    perim_donnees_contractuelles: &'static str,
    perim_donnees_techniques: &'static str,
    perim_donnees_informatives: &'static str,
    perim_donnees_publiees: &'static str,
}

#[derive(Deserialize)]
struct Declared {
    code_statut_traitement: Option<String>,
    message_retour_traitement: Option<String>,
}

/// The contract's holder has to agree.
pub fn wanted() -> Failure {
    Failure::UserActionNeeded(Action::RenewConsent)
}

/// Declare an access. It goes well where the holder need not be asked.
pub fn declare(meter: &str, today: Date) -> Result<(), Failure> {
    let declaration = declaration(today)?;
    let answer = route("declare").slot("meter", meter).json(&declaration).send()?;
    let mut told = serde_json::Deserializer::from_slice(&answer.body).into_iter::<Declared>();
    let told = told.next().and_then(Result::ok);
    let code = told.as_ref().and_then(|told| told.code_statut_traitement.as_deref());
    match (answer.status, code) {
        (401 | 429 | 500.., _) | (_, None) => Err(FetchError::Status(answer.status).into()),
        (_, Some("0000000000")) => Ok(()),
        // The holder is asked now, or was before.
        (_, Some("0000000002" | "1000000003")) => Err(wanted()),
        (_, Some("1000000005")) => Err(failed(say!(
            "the postcode is not the one of the meter: connect the account again",
            "le code postal n'est pas celui du compteur : reconnectez le compte",
        ))),
        (_, Some("1000000006")) => Err(failed(say!(
            "GRDF knows no meter of this number: connect the account again",
            "GRDF ne connaît pas de compteur de ce numéro : reconnectez le compte",
        ))),
        (_, Some(code)) => Err(said(
            code,
            told.as_ref().and_then(|told| told.message_retour_traitement.as_deref()),
        )),
    }
}

fn declaration(today: Date) -> Result<Declaration, Failure> {
    let typed = |name: &str| field(name).unwrap_or_default().trim().to_owned();
    let until = Date::parse(&typed("until")).filter(|until| *until >= today).ok_or_else(|| {
        failed(say!(
            "the last day of the access has passed or is no day, like 2028-12-31: connect the \
             account again",
            "le dernier jour de l'accès est passé ou n'est pas un jour, comme 2028-12-31 : reconnectez le \
             compte",
        ))
    })?;
    Ok(Declaration {
        role_tiers: "AUTORISE_CONTRAT_FOURNITURE",
        nom_titulaire: typed("holder"),
        code_postal: typed("postcode"),
        courriel_titulaire: typed("mail"),
        date_debut_droit_acces: today.to_string(),
        date_fin_droit_acces: until.to_string(),
        perim_donnees_conso_debut: today.plus(-BACK_DAYS).to_string(),
        perim_donnees_conso_fin: until.to_string(),
        perim_donnees_contractuelles: NO,
        perim_donnees_techniques: NO,
        perim_donnees_informatives: YES,
        perim_donnees_publiees: NO,
    })
}
