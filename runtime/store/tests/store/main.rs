//! The store from outside: what each reader sees, and what it can't.

mod changes;
mod feed;
mod limits;
mod log;
mod model;
mod overlays;
mod queries;
mod scopes;
mod support;
mod writer;
