//! What accounts and operations come to, for the app that shows it and the service that tells of
//! it.
//!
//! In: documents of a home. Out: categories with their reasons, transfers, months, what is to come,
//! budgets and alerts. Never here: a page, a sentence for people, a document that is written but
//! for the owner's own settings.

pub mod account;
pub mod alert;
pub mod amount;
pub mod category;
pub mod filter;
pub mod listing;
pub mod model;
pub mod plan;
pub mod summary;
pub mod transfer;
