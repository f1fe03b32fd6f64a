//! What a file goes through: power cuts, damage, age.

mod damage;
mod format;
mod power;
mod storage;
#[path = "../store/support.rs"]
#[allow(dead_code)]
mod support;
