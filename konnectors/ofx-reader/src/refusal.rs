//! Why an OFX file is not imported at all, in words for the owner.

use konnector_statement::{Said, say};

/// Nothing of the file was taken.
#[derive(Debug, PartialEq, Eq)]
pub enum Refusal {
    Common(konnector_statement::Refusal),
    NotOfx,
    Truncated,
    /// The bank's own refusal.
    Bank {
        message: String,
        code: String,
    },
    /// So many accounts.
    ListingOnly {
        accounts: Said,
    },
    NoStatement,
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
            Refusal::NotOfx => say!(
                "this is not an OFX file, for it has no <OFX>: if your bank showed an error page instead \
                 of a download, sign in there and export again",
                "ce n'est pas un fichier OFX, car il n'a pas de <OFX> : si votre banque a montré une page \
                 d'erreur au lieu du fichier, connectez-vous chez elle et exportez à nouveau",
            ),
            Refusal::Truncated => say!(
                "the file stops before its end (</OFX>): download it again",
                "le fichier s'arrête avant sa fin (</OFX>) : téléchargez-le à nouveau",
            ),
            Refusal::Bank { message, code } => say!(
                message, code;
                "instead of a statement the file holds your bank's refusal: {message} (code {code}); \
                 sign in at your bank and export again",
                "au lieu d'un relevé, le fichier contient le refus de votre banque : {message} (code {code}) ; \
                 connectez-vous chez elle et exportez à nouveau",
            ),
            Refusal::ListingOnly { accounts } => say!(
                accounts;
                "the file only lists {accounts}, without balances or operations: export the operations \
                 of each account instead",
                "le fichier énumère seulement {accounts}, sans soldes ni opérations : exportez plutôt les \
                 opérations de chaque compte",
            ),
            Refusal::NoStatement => say!(
                "the file holds your bank's answer to a sign-in and no statement: export the operations \
                 of an account instead",
                "le fichier contient la réponse de votre banque à une connexion, et aucun relevé : exportez \
                 plutôt les opérations d'un compte",
            ),
        }
    }
}
