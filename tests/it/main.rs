//! The one integration binary: a house in a throw-away folder, real components, the real store.

mod browser;
mod clock;
mod console;
mod crawl;
mod demo;
mod exfil;
mod files;
mod front;
mod import;
mod install;
mod owner;
mod pages;
mod property;
mod share;
mod support;
mod tokens;
mod trail;
