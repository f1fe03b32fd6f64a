//! The pages.

mod alerts;
pub mod budgets;
pub mod export;
pub mod groups;
pub mod home;
pub mod month;
pub mod operation;
pub mod operations;
mod part;
pub mod parts;
pub mod plan;
#[cfg(test)]
mod tests;
pub mod trends;
