//! Where a running component meets the policy: every call of a guest that touches data passes here.
//!
//! In flow a guest's arguments; `policy` decides, the store acts, the tally remembers, and out
//! flows either data that the run may see or a refusal that says nothing. A refusal's words go to
//! the owner's audit trail and must never reach the guest. Requests go through [`net`] to the door,
//! streams through [`stream`].

pub mod accounts;
pub mod audit;
pub mod choice;
pub mod confirm;
pub mod deposits;
pub mod device;
pub mod download;
pub mod errand;
pub mod export;
pub mod files;
pub mod gate;
pub mod hooks;
pub mod keep;
mod leak;
pub mod link;
pub mod messages;
pub mod net;
pub mod oauth;
pub mod own_files;
pub mod owner;
pub mod save;
pub mod server;
pub mod session;
pub mod share;
pub mod stream;
pub mod tally;

pub use domicile_policy::Fault;
pub use session::{Refused, Session, Viewer};
