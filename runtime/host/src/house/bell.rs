//! The bell: homes in which something may have become due.
//!
//! In flows the name of a home, whenever documents or components change there; out flow names, each
//! once. Never here: what changed, or for whom that matters.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use domicile_policy::HomeName;
use tokio::sync::Notify;

/// One bell for the whole house.
#[derive(Default)]
pub struct Bell {
    rung: Mutex<BTreeSet<HomeName>>,
    heard: Notify,
}

impl Bell {
    /// Something changed in this home.
    pub fn pull(&self, home: &HomeName) {
        self.rung.lock().unwrap_or_else(PoisonError::into_inner).insert(home.clone());
        self.heard.notify_one();
    }

    /// Wait until something changed, and say where.
    pub async fn heard(&self) -> BTreeSet<HomeName> {
        loop {
            let rung =
                std::mem::take(&mut *self.rung.lock().unwrap_or_else(PoisonError::into_inner));
            if !rung.is_empty() {
                return rung;
            }
            self.heard.notified().await;
        }
    }
}
