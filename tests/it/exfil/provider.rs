//! A konnector that tries to send what it may not, or to see what it may not, over the only door.
//! The control is the same with one check of the door, or one rule, off.

use std::fs;
use std::net::IpAddr;

use domicile::egress::Check;
use domicile::flow::Fault;
use domicile_store::files::FILES;

use super::attack::{Attack, Door};
use crate::provider::{FILES_MANIFEST, MANIFEST, Stage};
use crate::support::World;

/// Run it, and its control.
pub async fn run(attack: &Attack, story: &Door) {
    let (stage, answers) = act(attack, story, Fault::Nothing, None).await;
    assert!(!succeeded(story, &stage, &answers), "{}: {answers:#?}\n{}", attack.id, stage.left());
    for text in &story.says {
        assert!(answers.contains(text), "{}: it was not told `{text}`: {answers:#?}", attack.id);
    }
    attack.is_in_the_trail(&stage.world).await;
    assert!(story.off.is_some() != story.without.is_some(), "{}: one control", attack.id);
    let fault = story.without.unwrap_or(Fault::Nothing);
    let (stage, answers) = act(attack, story, fault, story.off).await;
    let left = stage.left();
    assert!(succeeded(story, &stage, &answers), "{}: control: {answers:#?}\n{left}", attack.id);
}

async fn act(attack: &Attack, story: &Door, fault: Fault, off: Option<Check>) -> (Stage, String) {
    let world = World::at(tempfile::tempdir().unwrap(), fault).await;
    let manifest = fs::read_to_string(attack.folder.join("manifest.toml"));
    let usual = if story.stores.is_some() { FILES_MANIFEST } else { MANIFEST };
    let manifest = manifest.unwrap_or_else(|_| usual.to_owned());
    let stage = match story.addresses.as_slice() {
        [] => Stage::new(world, &manifest, off).await,
        some => {
            let ips: Vec<IpAddr> = some.iter().map(|text| text.parse().unwrap()).collect();
            Stage::of(world, &manifest, &[("api.acme.example", &ips)], off).await
        }
    };
    let answers = stage.answers(&story.steps).await.join("\n");
    (stage, answers)
}

/// Whether it got out, or got to see, what it wanted.
fn succeeded(story: &Door, stage: &Stage, answers: &str) -> bool {
    let out = story.reaches.as_ref().is_some_and(|text| stage.left().contains(text));
    let files = stage.world.documents(FILES);
    let stored = |name: &String| files.iter().any(|one| one.body.contains(name));
    out || story.stores.as_ref().is_some_and(stored)
        || story.sees.as_ref().is_some_and(|text| answers.contains(text))
}
