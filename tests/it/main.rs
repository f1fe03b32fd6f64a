//! The one integration binary: a house in a throw-away folder, real components, the real store.

mod apart;
mod browser;
mod clock;
mod consent;
mod console;
mod crawl;
mod demo;
mod deputy;
mod exfil;
mod export;
mod files;
mod front;
mod gate;
mod import;
mod install;
mod jobs;
mod operator;
mod owner;
mod pages;
mod panels;
mod property;
mod share;
mod support;
mod tokens;
mod trail;
mod wire;
