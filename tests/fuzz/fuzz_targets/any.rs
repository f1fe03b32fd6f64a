//! One program for all targets, since each would link the whole host once more. In: the name of a
//! target in DOMICILE_FUZZ_TARGET, and the fuzzer's bytes. Out: a crash, if something does not
//! hold.
//! Never here: a check of its own; those are `domicile-hostile`'s.

#![no_main]

use std::sync::LazyLock;

use domicile_hostile::{Target, target};
use libfuzzer_sys::fuzz_target;

static TARGET: LazyLock<Target> = LazyLock::new(|| {
    let name = std::env::var("DOMICILE_FUZZ_TARGET").expect("the name of a target");
    target(&name).expect("a target of domicile-hostile")
});

fuzz_target!(|bytes: &[u8]| TARGET(bytes));
