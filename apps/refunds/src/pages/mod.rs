//! The pages.

pub mod alert;
pub mod choose;
pub mod decide;
pub mod decisions;
pub mod expense;
pub mod expenses;
pub mod home;
pub mod letter;
mod part;
pub mod split;
#[cfg(test)]
mod tests;
