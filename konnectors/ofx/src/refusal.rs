//! Why an OFX file is not imported at all, in words for the owner.

/// Nothing of the file was taken.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Refusal {
    #[error(transparent)]
    Common(#[from] konnector_statement::Refusal),
    #[error(
        "this is not an OFX file, for it has no <OFX>: if your bank showed an error page instead \
         of a download, sign in there and export again"
    )]
    NotOfx,
    #[error("the file stops before its end (</OFX>): download it again")]
    Truncated,
    #[error(
        "instead of a statement the file holds your bank's refusal: {message} (code {code}); \
         sign in at your bank and export again"
    )]
    Bank { message: String, code: String },
    #[error(
        "the file only lists {accounts}, without balances or operations: export the operations \
         of each account instead"
    )]
    ListingOnly { accounts: String },
    #[error(
        "the file holds your bank's answer to a sign-in and no statement: export the operations \
         of an account instead"
    )]
    NoStatement,
}
