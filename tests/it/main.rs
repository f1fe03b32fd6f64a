//! The one integration binary: a house in a throw-away folder, real components, the real store.

mod browser;
mod clock;
mod console;
mod crawl;
mod demo;
mod egress;
mod exfil;
mod front;
mod import;
mod install;
mod owner;
mod pages;
mod property;
mod provider;
mod share;
mod support;
mod tokens;
mod trail;
