//! (f) Machine code is kept for the whole house: an owner who installs a component sees by the time
//! it takes whether another home has it. The sender is an owner too, for no component installs
//! anything.

use std::time::Instant;

use domicile::registry::propose;

use super::parties::{Parties, SENDER, component};
use super::{Pace, Table, best};

pub fn measure(table: &mut Table, pace: Pace, parties: &Parties) -> anyhow::Result<()> {
    let program = component(SENDER)?;
    let mut number = 0_u32;
    let found = best(
        &[()],
        |()| "1 component a bit".to_owned(),
        |()| {
            pace.measure(|bit| {
                number += 1;
                let bytes = || marked(&program, number);
                let propose =
                    || parties.runtime.block_on(propose(&parties.house, bytes())).map(drop);
                if bit {
                    propose()?;
                }
                let start = Instant::now();
                propose()?;
                Ok(start.elapsed().as_secs_f64())
            })
        },
    )?;
    table.open("machine code, other home: time to install", &found);
    Ok(())
}

/// The same component with a custom section of its own, which makes it another one: id, size, the
/// name's length, name and number.
fn marked(component: &[u8], number: u32) -> Vec<u8> {
    [component, &[0, 6, 1, b'n'], &number.to_le_bytes()].concat()
}
