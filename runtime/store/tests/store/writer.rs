//! Many writers, few commits; one that fails doesn't hinder the others.

use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex};
use std::task::Poll;

use domicile_store::engine::memory::MemoryEngine;
use domicile_store::engine::{Batch, Engine, EngineError, Snapshot};
use domicile_store::{Home, Limits, Query, WriteBatch, WriteError};
use serde_json::json;

use crate::support::*;

/// An engine whose commits wait at a gate, and may fail.
#[derive(Clone, Default)]
struct Gated(Arc<Gate>);

#[derive(Default)]
struct Gate {
    engine: MemoryEngine,
    state: Mutex<State>,
    moved: Condvar,
}

#[derive(Default)]
struct State {
    shut: bool,
    failing: bool,
    arrived: usize,
    commits: usize,
}

impl Engine for Gated {
    fn snapshot(&self) -> Result<Box<dyn Snapshot>, EngineError> {
        self.0.engine.snapshot()
    }

    fn commit(&self, batch: &Batch) -> Result<(), EngineError> {
        let mut state = self.0.state.lock().unwrap();
        state.arrived += 1;
        self.0.moved.notify_all();
        while state.shut {
            state = self.0.moved.wait(state).unwrap();
        }
        if state.failing {
            return Err(EngineError::Refused("no space left".to_owned()));
        }
        state.commits += 1;
        self.0.engine.commit(batch)
    }
}

impl Gated {
    fn set(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.0.state.lock().unwrap());
        self.0.moved.notify_all();
    }

    /// Wait until a commit stands at the gate.
    fn wait_for_arrival(&self, number: usize) {
        let mut state = self.0.state.lock().unwrap();
        while state.arrived < number {
            state = self.0.moved.wait(state).unwrap();
        }
    }

    fn home(&self) -> Home {
        let (engine, name) = (Box::new(self.clone()), "test".parse().unwrap());
        Home::open_on(engine, name, [1; 32], [2; 32], doctypes(INDEXED), Limits::default()).unwrap()
    }
}

fn batch(n: usize) -> WriteBatch {
    let ops = vec![deposit("notes@self", &format!("k{n}"), json!({"a": n}))];
    WriteBatch { ops, ..WriteBatch::default() }
}

/// Polled once, a write stands in the writer's queue.
async fn enqueue<F: Future + Unpin>(writing: &mut F) {
    std::future::poll_fn(|context| {
        assert!(Pin::new(&mut *writing).poll(context).is_pending());
        Poll::Ready(())
    })
    .await;
}

#[tokio::test]
async fn what_waits_shares_one_commit() {
    let engine = Gated::default();
    let home = engine.home();
    let before = engine.0.state.lock().unwrap().arrived;
    engine.set(|state| state.shut = true);
    let mut first = Box::pin(home.write(batch(0)));
    enqueue(&mut first).await;
    engine.wait_for_arrival(before + 1);
    // While the first one is being committed, a hundred come; one of them is wrong.
    let mut waiting: Vec<_> = (1..100).map(|n| Box::pin(home.write(batch(n)))).collect();
    let ops =
        vec![deposit("notes@self", "x", json!({})), create("notes@self", json!({"strict": ""}))];
    let mut wrong = Box::pin(home.write(WriteBatch { ops, ..WriteBatch::default() }));
    for writing in &mut waiting[..50] {
        enqueue(writing).await;
    }
    enqueue(&mut wrong).await;
    for writing in &mut waiting[50..] {
        enqueue(writing).await;
    }
    engine.set(|state| {
        state.shut = false;
        state.commits = 0;
    });
    assert!(first.await.unwrap()[0].changed());
    for writing in waiting {
        assert!(writing.await.unwrap()[0].changed());
    }
    assert!(matches!(wrong.await, Err(WriteError::Invalid(_))));
    assert_eq!(engine.0.state.lock().unwrap().commits, 2, "one for the first, one for all others");
    assert_eq!(home.count(&everything(), &Query::new("{}")).unwrap(), 100);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_hears_of_success_before_the_commit() {
    let engine = Gated::default();
    let home = engine.home();
    let before = engine.0.state.lock().unwrap().arrived;
    engine.set(|state| state.shut = true);
    let writing = tokio::spawn({
        let home = home.clone();
        async move { home.write(batch(0)).await }
    });
    engine.wait_for_arrival(before + 1);
    assert!(!writing.is_finished());
    assert_eq!(home.count(&everything(), &Query::new("{}")).unwrap(), 0);
    engine.set(|state| state.shut = false);
    assert!(writing.await.unwrap().is_ok());
}

#[tokio::test]
async fn after_a_failed_commit_nothing_is_written() {
    let engine = Gated::default();
    let home = engine.home();
    home.write(batch(0)).await.unwrap();
    assert!(!home.is_broken());
    engine.set(|state| state.failing = true);
    let error = home.write(batch(1)).await.unwrap_err();
    let WriteError::Unavailable(text) = &error else { panic!("{error}") };
    assert!(text.contains("`test`") && text.contains("no space left"), "{text}");
    assert!(home.is_broken());
    engine.set(|state| state.failing = false);
    let error = home.write(batch(2)).await.unwrap_err().to_string();
    assert!(error.contains("open it again"), "{error}");
    assert!(home.flush().await.is_err());
    assert_eq!(home.count(&everything(), &Query::new("{}")).unwrap(), 1);
    drop(home);
    let home = engine.home();
    home.write(batch(2)).await.unwrap();
    assert_eq!(home.count(&everything(), &Query::new("{}")).unwrap(), 2);
}

/// A cancelled wait doesn't take back what was asked for.
#[tokio::test]
async fn who_goes_away_is_served_all_the_same() {
    let bench = Bench::new();
    let mut writing = Box::pin(bench.home.write(batch(0)));
    enqueue(&mut writing).await;
    drop(writing);
    bench.home.flush().await.unwrap();
    assert_eq!(bench.count(&everything(), json!({})), 1);
}
