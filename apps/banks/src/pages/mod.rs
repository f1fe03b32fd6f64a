//! The pages.

pub mod export;
pub mod home;
pub mod month;
pub mod operation;
pub mod operations;
mod part;
pub mod parts;
#[cfg(test)]
mod tests;
