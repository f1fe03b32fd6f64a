//! The store from outside: what each reader sees, and what it can't.

mod blobs;
mod changes;
mod claims;
mod feed;
mod files;
mod limits;
mod log;
mod model;
mod overlays;
mod queries;
mod scopes;
mod support;
mod writer;
