//! Why a CAMT file is not imported at all, in words for the owner.

use konnector_statement::{Said, say};

use super::read::PARTS_MAX;

/// Nothing of the file was taken.
#[derive(Debug, PartialEq, Eq)]
pub enum Refusal {
    Common(konnector_statement::Refusal),
    NotCamt,
    Report,
    Notification,
    Malformed {
        line: u32,
        why: String,
    },
    /// On this line.
    TooManyBalances(u32),
    Truncated,
}

impl From<konnector_statement::Refusal> for Refusal {
    fn from(refusal: konnector_statement::Refusal) -> Refusal {
        Refusal::Common(refusal)
    }
}

impl From<Refusal> for Said {
    fn from(refusal: Refusal) -> Said {
        match refusal {
            Refusal::Common(refusal) => refusal.into(),
            Refusal::NotCamt => say!(
                "this XML file holds no bank statement (CAMT.053): export the account as CAMT.053 or OFX",
                "ce fichier XML ne contient pas de relevé bancaire (CAMT.053) : exportez le compte en \
                 CAMT.053 ou en OFX",
            ),
            Refusal::Report => say!(
                "the file is a report during the day (CAMT.052): its operations come again, finally \
                 booked, in the statement; export the account as CAMT.053",
                "le fichier est un relevé en cours de journée (CAMT.052) : ses opérations reviennent, \
                 comptabilisées, dans le relevé ; exportez le compte en CAMT.053",
            ),
            Refusal::Notification => say!(
                "the file is a notification of single bookings (CAMT.054), not a statement: export the \
                 account as CAMT.053",
                "le fichier est un avis d'écritures isolées (CAMT.054), pas un relevé : exportez le compte \
                 en CAMT.053",
            ),
            Refusal::Malformed { line, why } => say!(
                line, why;
                "line {line}: the file is not well-formed XML ({why}): download it again",
                "ligne {line} : le fichier n'est pas du XML bien formé ({why}) : téléchargez-le à nouveau",
            ),
            Refusal::TooManyBalances(line) => say!(
                line;
                "line {line}: a statement with more than {PARTS_MAX} balances is not one of a bank: export \
                 the account again",
                "ligne {line} : un relevé de plus de {PARTS_MAX} soldes n'est pas celui d'une banque : \
                 exportez le compte à nouveau",
            ),
            Refusal::Truncated => say!(
                "the file stops before its end: download it again",
                "le fichier s'arrête avant sa fin : téléchargez-le à nouveau",
            ),
        }
    }
}
