//! `domicile doctor`: is everything that the homes hold still what was written?
//!
//! In flow the homes of a house; out flows a line for each: sound, or what is damaged and what to
//! do. Nothing is mended here.

use std::fmt::Write;

use anyhow::{Context, bail};
use domicile_policy::HomeName;

use crate::flow::audit::{self, Event};
use crate::house::{Home, House};
use crate::registry;

/// Examine every home. An error if one is not sound.
pub fn examine(house: &House) -> anyhow::Result<String> {
    let mut text = String::new();
    let mut failed = 0;
    for name in house.home_names()? {
        match check(house, &name) {
            Ok(line) => writeln!(text, "{name}: {line}")?,
            Err(error) => {
                failed += 1;
                writeln!(text, "{name}: {error:#}")?;
            }
        }
    }
    if failed > 0 {
        bail!("{text}homes that need help: {failed}");
    }
    Ok(text)
}

/// The owner put a backup back: that is noted in the trail, and no longer taken for an attack.
pub async fn restored(house: &House, home: &Home) -> anyhow::Result<()> {
    let lost = house.seals(home).forget_newer(home)?;
    audit::note(home, house.clock().now(), &Event::Restored { lost }).await?;
    Ok(())
}

fn check(house: &House, name: &HomeName) -> anyhow::Result<String> {
    let whole = house.check_file(name)?;
    let home = house.home(name)?;
    home.store().verify_log().context("its audit trail is damaged")?;
    house.seals(&home).check(&home)?;
    let components = registry::installed(&home);
    for installed in &components {
        registry::report(house, installed)?;
    }
    // Not how long the trail is: components make it longer, and this is read by the operator.
    let mut line = format!("sound; its audit trail is whole, {} components", components.len());
    if !whole {
        line.push_str("; its file is in use: stop the server to have all of it read");
    }
    Ok(line)
}
