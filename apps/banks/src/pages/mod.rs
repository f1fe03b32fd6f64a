//! The pages.

pub mod export;
pub mod groups;
pub mod home;
pub mod month;
pub mod operation;
pub mod operations;
mod part;
pub mod parts;
#[cfg(test)]
mod tests;
pub mod trends;
