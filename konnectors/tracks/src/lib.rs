//! Positions in time to trips, `io.cozy.timeseries.geojson`.
//!
//! In: where somebody was, and when. Out: trips, each under a key that stays the same when it is
//! read again. Never here: the syntax of a file, a map.

mod simplify;
mod track;

pub use track::{POSITIONS_MAX, Position, Track, Trip, at_rests};
