//! The attacks of `tests/exfil`: a folder each, with what the attacker installs, what he does, and
//! the verdict. Each is run twice: against the house as it is, and with its check off, where it
//! has to succeed.

pub mod attack;
mod colluders;
pub mod component;
mod ids;
mod intruder;
mod ordinary;
pub mod paths;
mod provider;

use attack::{Attack, Story};

#[tokio::test(flavor = "multi_thread")]
async fn every_attack_has_its_verdict() {
    let running: Vec<_> = attack::all().into_iter().map(|one| (one.id.clone(), run(one))).collect();
    assert!(!running.is_empty());
    let mut failed = Vec::new();
    for (id, attack) in running {
        failed.extend(attack.await.is_err().then_some(id));
    }
    assert!(failed.is_empty(), "the verdict does not hold, or the control fails: {failed:?}");
}

fn run(attack: Attack) -> tokio::task::JoinHandle<()> {
    tokio::spawn(async move {
        match &attack.story {
            Story::Colluders(story) => colluders::run(&attack, story).await,
            Story::Ids(story) => ids::run(&attack, story).await,
            Story::Intruder(story) => intruder::run(&attack, story).await,
            Story::Door(story) => provider::run(&attack, story).await,
        }
        println!("{:<5} {:<12} {}", attack.id, attack.verdict, attack.title);
    })
}
