//! The pages.

pub mod alert;
pub mod decide;
pub mod decisions;
pub mod expense;
pub mod expenses;
pub mod home;
pub mod letter;
mod part;
#[cfg(test)]
mod tests;
