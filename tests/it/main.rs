//! The one integration binary: a house in a throw-away folder, real components, the real store.

mod bombs;
mod collusion;
mod demo;
mod front;
mod import;
mod install;
mod pages;
mod support;
