//! The one writer of an open home: a thread that gathers what waits into one durable commit.
//!
//! Batches flow in, each is checked against a view that holds those before it, and one commit
//! carries all that held. A batch that fails changes nothing and doesn't hinder the others. Nobody
//! is told of success before the commit is durable.

mod apply;
mod claims;
mod contents;
mod stack;
mod transaction;

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use crate::context::Context;
use crate::document::{WriteBatch, Written};
use crate::error::WriteError;
use crate::limits::{
    GROUP_BYTES_MAX, LOG_DELAY_MS_MAX, LOG_ENTRY_BYTES_MAX, LOG_WAITING_BYTES_MAX,
};

pub use contents::hash as content_hash;
pub use stack::Stack;
pub use transaction::Ledger;
use transaction::{Group, Transaction};

/// Where the outcome of a batch goes.
pub type Reply = oneshot::Sender<Result<Vec<Written>, WriteError>>;

/// What the writer is asked.
pub enum Message {
    /// Write, and say how it went.
    Write(WriteBatch, Reply),
    /// Append to the log with the next commit, or soon.
    Log(Vec<u8>),
    /// Commit what waits now.
    Flush(Reply),
}

/// The writer's own state.
pub struct Writer {
    context: Arc<Context>,
    ledger: Ledger,
    waiting: Vec<Vec<u8>>,
    waiting_bytes: usize,
    deadline: Option<Instant>,
}

impl Writer {
    pub fn new(context: Arc<Context>, ledger: Ledger) -> Writer {
        Writer { context, ledger, waiting: Vec::new(), waiting_bytes: 0, deadline: None }
    }

    /// Serve until every sender is gone; then write what waits.
    pub fn run(mut self, inbox: &Receiver<Message>) {
        loop {
            let first = match self.deadline {
                None => inbox.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(at) => inbox.recv_timeout(at.saturating_duration_since(Instant::now())),
            };
            match first {
                Ok(first) => self.serve(first, inbox),
                Err(RecvTimeoutError::Timeout) => self.commit_waiting(),
                Err(RecvTimeoutError::Disconnected) => return self.commit_waiting(),
            }
        }
    }

    /// One commit for `first` and all that came meanwhile.
    fn serve(&mut self, first: Message, inbox: &Receiver<Message>) {
        let mut next = Some(first);
        let mut group: Option<Group> = None;
        let mut replies: Vec<(Reply, Vec<Written>)> = Vec::new();
        while let Some(message) = next {
            match message {
                Message::Log(entry) => self.wait(entry),
                Message::Flush(reply) => match self.group(&mut group) {
                    Ok(_) => replies.push((reply, Vec::new())),
                    Err(error) => drop(reply.send(Err(error))),
                },
                Message::Write(batch, reply) => match self.write(&mut group, batch) {
                    Ok(written) => replies.push((reply, written)),
                    Err(error) => drop(reply.send(Err(error))),
                },
            }
            let full = group.as_ref().is_some_and(|group| group.bytes > GROUP_BYTES_MAX);
            next = if full { None } else { inbox.try_recv().ok() };
        }
        let overdue = self.deadline.is_some_and(|at| at <= Instant::now());
        if group.is_none() && (overdue || self.waiting_bytes > LOG_WAITING_BYTES_MAX) {
            return self.commit_waiting();
        }
        if let Some(group) = group {
            let outcome = self.commit(group);
            for (reply, written) in replies {
                // Whoever asked may be gone; what it asked for is done all the same.
                let _ = reply.send(outcome.clone().map(|()| written));
            }
        }
    }

    fn group<'a>(&mut self, group: &'a mut Option<Group>) -> Result<&'a mut Group, WriteError> {
        if self.context.is_broken() {
            return Err(unavailable(&self.context, "an earlier write failed: open it again"));
        }
        if group.is_none() {
            let snapshot = self.context.engine.snapshot();
            let snapshot = snapshot.map_err(|error| unavailable(&self.context, error))?;
            *group = Some(Group::new(snapshot));
        }
        group.as_mut().ok_or_else(|| unavailable(&self.context, "no view of it"))
    }

    fn write(
        &mut self,
        group: &mut Option<Group>,
        batch: WriteBatch,
    ) -> Result<Vec<Written>, WriteError> {
        let context = Arc::clone(&self.context);
        let group = self.group(group)?;
        let mut transaction = Transaction::new(&context, &self.ledger, group);
        let written = transaction.apply(batch)?;
        let changes = transaction.finish();
        group.take(changes, &mut self.ledger);
        Ok(written)
    }

    fn wait(&mut self, mut entry: Vec<u8>) {
        entry.truncate(LOG_ENTRY_BYTES_MAX);
        self.waiting_bytes += entry.len();
        self.waiting.push(entry);
        let delay = Duration::from_millis(LOG_DELAY_MS_MAX);
        self.deadline.get_or_insert_with(|| Instant::now() + delay);
    }

    /// Commit log entries that nobody waits for.
    fn commit_waiting(&mut self) {
        let mut group = None;
        if self.waiting.is_empty() || self.group(&mut group).is_err() {
            return self.forget_waiting();
        }
        if let Some(group) = group {
            // If it fails, it failed for all: the next one who asks for something is told.
            let _ = self.commit(group);
        }
    }

    fn forget_waiting(&mut self) {
        self.waiting.clear();
        self.waiting_bytes = 0;
        self.deadline = None;
    }

    fn commit(&mut self, mut group: Group) -> Result<(), WriteError> {
        // Until the commit is durable, no sweep may take what it names.
        let _held = std::mem::take(&mut group.contents);
        let log = std::mem::take(&mut self.waiting);
        self.forget_waiting();
        let context = Arc::clone(&self.context);
        let mut transaction = Transaction::new(&context, &self.ledger, &group);
        let appended = log.into_iter().try_for_each(|entry| transaction.append(entry));
        let changes = transaction.finish();
        group.take(changes, &mut self.ledger);
        let committed = appended.and_then(|()| {
            let batch = group.into_batch(&context, &self.ledger)?;
            if batch.changes.is_empty() {
                return Ok(());
            }
            context.publish(self.ledger.catalogue.clone());
            context.engine.commit(&batch).map_err(|error| unavailable(&context, error))
        });
        if committed.is_err() {
            context.set_broken();
        }
        committed
    }
}

fn unavailable(context: &Context, reason: impl std::fmt::Display) -> WriteError {
    WriteError::Unavailable(format!("the home `{}` could not be written: {reason}", context.home))
}
