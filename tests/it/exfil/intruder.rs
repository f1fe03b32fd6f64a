//! A component against the sandbox: refused at the door, or stopped as it runs. The control is an
//! ordinary runtime with the same component and none of the house's checks.

use domicile::registry::{self, InstallError};

use super::attack::{Attack, Intruder};
use super::{component, ordinary};
use crate::support::World;

/// Run it, and its control.
pub async fn run(attack: &Attack, story: &Intruder) {
    let bytes = component::named(attack, &story.program);
    let world = World::with_bank().await;
    match (&story.refused, &story.ends) {
        (Some(words), None) => refused(attack, &world, bytes.clone(), words).await,
        (None, Some(code)) => ends(attack, &world, bytes.clone(), &story.path, code).await,
        _ => panic!("{}: say either `refused` or `ends`", attack.id),
    }
    attack.is_in_the_trail(&world).await;
    let harmless = story.harmless_program.as_ref().map(|name| component::named(attack, name));
    ordinary::reaches(attack, &harmless.unwrap_or(bytes), story).await;
}

async fn refused(attack: &Attack, world: &World, bytes: Vec<u8>, words: &str) {
    let before = registry::installed(&world.home).len();
    let Err(InstallError::Refused(reasons)) = registry::propose(&world.house, bytes).await else {
        panic!("{}: it can be installed", attack.id);
    };
    assert!(reasons.iter().any(|one| one.en.contains(words)), "{}: {reasons:?}", attack.id);
    assert_eq!(registry::installed(&world.home).len(), before, "{}: half-installed", attack.id);
}

async fn ends(attack: &Attack, world: &World, bytes: Vec<u8>, path: &str, code: &str) {
    let proposal = registry::propose(&world.house, bytes).await.unwrap();
    let app = proposal.manifest.id.clone();
    registry::install(&world.house, &world.home, proposal).await.unwrap();
    let ended = world.get(app.as_str(), path).await;
    let error = ended.expect_err("it was not stopped");
    assert_eq!(error.code(), code, "{}: {error}", attack.id);
    let banks = world.get("banks", "/").await;
    assert!(banks.is_ok(), "{}: the house did not survive it", attack.id);
}
