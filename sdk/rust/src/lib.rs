//! What an app author touches: pages, documents, forms and charts, without any WIT.
//!
//! A component is one crate of type `cdylib` and one `manifest.toml`, built with
//! `cargo build --release --target wasm32-wasip2`. A whole app:
//!
//! ```ignore
//! use domicile_sdk::prelude::*;
//!
//! domicile_sdk::app! { manifest: "manifest.toml", page: handle }
//!
//! words! {
//!     Words { title = "Notes"; none = "Nothing yet" | "Rien encore"; add = "Add" | "Ajouter"; }
//! }
//!
//! #[derive(Serialize, Deserialize)]
//! struct Note { title: String }
//! impl Document for Note { const DOCTYPE: &'static str = "io.cozy.notes"; }
//!
//! fn handle(request: Request) -> Response {
//!     Router::new().get("/", list).post("/", add).run(request)
//! }
//!
//! fn list(c: &Context) -> Result {
//!     let words = Words(c.locale());
//!     let notes = docs::find::<Note>().limit(50).page()?.documents;
//!     Ok(Response::page(words.title(), view! {
//!         section.page {
//!             form.row post="/" { input name="title" required; button.primary { (words.add()) } }
//!             @if notes.is_empty() { p.empty { (words.none()) } }
//!             ul.list { @for note in &notes { li.item { (note.value.title) } } }
//!         }
//!     }))
//! }
//!
//! fn add(c: &Context) -> Result {
//!     docs::create(&c.form::<Note>()?)?;
//!     Ok(Response::see("/"))
//! }
//! ```
//!
//! An app has no network, no clock of its own and no memory between calls: the [documents](docs)
//! are its memory, and [`state`] holds a few values beside them. [`testing`] runs handlers
//! natively, without a home.
#![deny(missing_docs)]

// `view!` names this crate, here too.
extern crate self as domicile_sdk;

#[doc(hidden)]
pub mod bindings;
mod choice;
pub mod csv;
pub mod docs;
pub mod files;
pub mod form;
pub mod gate;
pub mod importer;
pub mod konnector;
pub mod locale;
mod macros;
pub mod notices;
pub mod page;
pub mod service;
pub mod state;
pub mod stream;
mod sys;
#[cfg(not(target_arch = "wasm32"))]
pub mod testing;
pub mod view;
mod viewer;

pub use domicile_sdk_macros::view;
pub use locale::{Date, Locale, Month};
pub use page::{Context, Error, Request, Response, Result, Router};
pub use service::Trigger;
pub use viewer::Viewer;

pub use serde_json;

/// What most components need.
pub mod prelude {
    pub use crate::docs::{self, Doc, DocsError, Document, lenient};
    pub use crate::page::{Context, Error, Request, Response, Result, Router};
    pub use crate::view::{Chart, Link, Render, View, path};
    pub use crate::{Date, Locale, Month, Viewer, view, words};
    pub use serde::{Deserialize, Serialize};
    pub use serde_json::json;
}
