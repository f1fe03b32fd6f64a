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

use std::sync::Arc;

use attack::{Attack, Story};
use tokio::sync::Semaphore;

#[tokio::test(flavor = "multi_thread")]
async fn every_attack_has_its_verdict() {
    // A few at once: some are held to a time, which a crowd would take from them.
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let turns = Arc::new(Semaphore::new(2 * cores));
    let start = |one: Attack| (one.id.clone(), run(one, Arc::clone(&turns)));
    let running: Vec<_> = attack::all().into_iter().map(start).collect();
    assert!(!running.is_empty());
    let mut failed = Vec::new();
    for (id, attack) in running {
        failed.extend(attack.await.is_err().then_some(id));
    }
    assert!(failed.is_empty(), "the verdict does not hold, or the control fails: {failed:?}");
}

fn run(attack: Attack, turns: Arc<Semaphore>) -> tokio::task::JoinHandle<()> {
    tokio::spawn(async move {
        let _turn = turns.acquire().await.unwrap();
        match &attack.story {
            Story::Colluders(story) => colluders::run(&attack, story).await,
            Story::Ids(story) => ids::run(&attack, story).await,
            Story::Intruder(story) => intruder::run(&attack, story).await,
            Story::Door(story) => provider::run(&attack, story).await,
        }
        println!("{:<5} {:<12} {}", attack.id, attack.verdict, attack.title);
    })
}
