//! WebDAV as address books (RFC 6352) and calendars (RFC 4791) speak it: where they are, what
//! changed in them since the last time (RFC 6578), and their contents. And for others what they
//! share: a request, and the reader of its answer.
//!
//! In: the address that the owner typed, and a server's answers. Out: texts of vCards or calendars,
//! each with the path of its resource. Never here: what a vCard says, an address that leads away
//! from the owner's server (the home would refuse it), a request that changes something there.

mod changes;
mod client;
mod collect;
mod discover;
mod multistatus;

pub use changes::{Changes, Mark, changes, contents};
pub use client::{ask, decoded, path_of, rest};
pub use collect::{Conversion, collect};
pub use discover::{Collection, Service, collections};
pub use multistatus::{Multistatus, Response};

/// Address books.
pub const CARDDAV: Service = Service {
    well_known: "/.well-known/carddav",
    home: "addressbook-home-set",
    kind: "addressbook",
    data: "address-data",
    multiget: "C:addressbook-multiget xmlns:C=\"urn:ietf:params:xml:ns:carddav\"",
    words: ("address book", "annuaire"),
};

/// Calendars.
pub const CALDAV: Service = Service {
    well_known: "/.well-known/caldav",
    home: "calendar-home-set",
    kind: "calendar",
    data: "calendar-data",
    multiget: "C:calendar-multiget xmlns:C=\"urn:ietf:params:xml:ns:caldav\"",
    words: ("calendar", "agenda"),
};
