//! One owner's home: its store, its keys, its settings, and what is installed in it.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use domicile_policy::{ComponentId, Fault, HomeName};
pub use domicile_proto::Locale;
use domicile_proto::doctype::Doctypes;
use domicile_store::{ContentError, OpenError, QueryError, ReadError, RecordOp, WriteError};
use serde::{Deserialize, Serialize};

use super::bell::Bell;
use super::keys;
use crate::registry::Installed;

/// The store's file in a home's folder.
pub const STORE_FILE: &str = "store.redb";

const SETTINGS: &str = "settings";

/// What the owner chose for the home.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// How the owner wants to be called.
    pub owner: String,
    /// The pages' language.
    pub locale: Locale,
    /// An IANA name: `Europe/Paris`.
    pub time_zone: String,
    /// An ISO 4217 code: `EUR`.
    pub currency: String,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            owner: String::new(),
            locale: Locale::En,
            time_zone: "Europe/Paris".to_owned(),
            currency: "EUR".to_owned(),
        }
    }
}

/// Why a home could not be used.
#[derive(Debug, thiserror::Error)]
pub enum HomeError {
    /// Its file can't be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// Its store can't be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// Something can't be looked for in it.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// Its store can't be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// A file's bytes can't be read or written.
    #[error(transparent)]
    Content(#[from] ContentError),
    /// A record of the host's own is damaged.
    #[error("the record `{space}/{key}` of this home is damaged: {reason}")]
    Record {
        /// The kind of record.
        space: &'static str,
        /// Its key.
        key: String,
        /// What is wrong with it.
        reason: String,
    },
}

/// An open home.
pub struct Home {
    name: HomeName,
    key: [u8; 32],
    store: domicile_store::Home,
    settings: RwLock<Settings>,
    components: RwLock<BTreeMap<ComponentId, Arc<Installed>>>,
    bell: Arc<Bell>,
    /// What a test looks at before each call of a guest.
    #[cfg(feature = "faults")]
    watch: std::sync::OnceLock<Watch>,
}

/// Called before each call of a guest with the home and the run.
#[cfg(feature = "faults")]
pub type Watch = Box<dyn Fn(&Home, &domicile_policy::Run) + Send + Sync>;

impl Home {
    pub(super) fn open(
        name: &HomeName,
        folder: &Path,
        key: [u8; 32],
        doctypes: &Arc<Doctypes>,
        fault: Fault,
        bell: &Arc<Bell>,
    ) -> Result<Home, HomeError> {
        let store = domicile_store::Home::open(
            &folder.join(STORE_FILE),
            name.clone(),
            keys::derive(&key, "store"),
            Arc::clone(doctypes),
            domicile_store::Limits { fault, ..Default::default() },
        )?;
        let home = Home {
            name: name.clone(),
            key,
            store,
            settings: RwLock::default(),
            components: RwLock::default(),
            bell: Arc::clone(bell),
            #[cfg(feature = "faults")]
            watch: std::sync::OnceLock::new(),
        };
        if let Some(settings) = home.record(SETTINGS, "owner")? {
            *home.settings.write().unwrap_or_else(PoisonError::into_inner) = settings;
        }
        for installed in crate::registry::read_records(&home)? {
            let id = installed.id().clone();
            home.set_component(&id, Some(installed));
        }
        Ok(home)
    }

    /// Have a test watch the guests of this home, from now on.
    #[cfg(feature = "faults")]
    pub fn set_watch(&self, watch: Watch) {
        self.watch.get_or_init(|| watch);
    }

    /// A guest is about to call, or has ended.
    #[cfg(feature = "faults")]
    pub(crate) fn watched(&self, run: &domicile_policy::Run) {
        if let Some(watch) = self.watch.get() {
            watch(self, run);
        }
    }

    /// Documents or components have changed: something may be due.
    pub fn pull_bell(&self) {
        self.bell.pull(&self.name);
    }

    /// Its name.
    pub fn name(&self) -> &HomeName {
        &self.name
    }

    /// Its documents and records.
    pub fn store(&self) -> &domicile_store::Home {
        &self.store
    }

    /// A sub-key for one purpose.
    pub fn key(&self, purpose: &'static str) -> [u8; 32] {
        keys::derive(&self.key, purpose)
    }

    /// What the owner chose.
    pub fn settings(&self) -> Settings {
        self.settings.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Change what the owner chose.
    pub async fn save_settings(&self, settings: Settings) -> Result<(), HomeError> {
        self.store.put_records(vec![put(SETTINGS, "owner", &settings)?]).await?;
        *self.settings.write().unwrap_or_else(PoisonError::into_inner) = settings;
        Ok(())
    }

    /// An installed component.
    pub(crate) fn component(&self, id: &ComponentId) -> Option<Arc<Installed>> {
        self.components.read().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }

    /// Every installed component, by id.
    pub(crate) fn components(&self) -> Vec<Arc<Installed>> {
        self.components.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    /// Remember what the store now says of a component.
    pub(crate) fn set_component(&self, id: &ComponentId, installed: Option<Installed>) {
        let mut table = self.components.write().unwrap_or_else(PoisonError::into_inner);
        match installed {
            Some(installed) => table.insert(id.clone(), Arc::new(installed)),
            None => table.remove(id),
        };
    }

    /// One of the host's own records.
    pub fn record<T: for<'a> Deserialize<'a>>(
        &self,
        space: &'static str,
        key: &str,
    ) -> Result<Option<T>, HomeError> {
        match self.store.record(space, key)? {
            Some(bytes) => decode(space, key, &bytes).map(Some),
            None => Ok(None),
        }
    }

    /// All of the host's own records of one kind.
    pub fn all_records<T: for<'a> Deserialize<'a>>(
        &self,
        space: &'static str,
    ) -> Result<Vec<T>, HomeError> {
        self.records_under(space, "")
    }

    /// Those of them whose keys begin so.
    pub fn records_under<T: for<'a> Deserialize<'a>>(
        &self,
        space: &'static str,
        prefix: &str,
    ) -> Result<Vec<T>, HomeError> {
        let records = self.store.records(space)?;
        let mine = records.iter().filter(|(key, _)| key.starts_with(prefix));
        mine.map(|(key, bytes)| decode(space, key, bytes)).collect()
    }
}

/// A record to be written.
pub fn put<T: Serialize>(space: &'static str, key: &str, value: &T) -> Result<RecordOp, HomeError> {
    let bytes = serde_json::to_vec(value).map_err(|error| damaged(space, key, error))?;
    Ok(RecordOp { space: space.to_owned(), key: key.to_owned(), value: Some(bytes) })
}

/// A record to be deleted.
pub fn delete(space: &'static str, key: &str) -> RecordOp {
    RecordOp { space: space.to_owned(), key: key.to_owned(), value: None }
}

fn decode<T: for<'a> Deserialize<'a>>(
    space: &'static str,
    key: &str,
    bytes: &[u8],
) -> Result<T, HomeError> {
    serde_json::from_slice(bytes).map_err(|error| damaged(space, key, error))
}

pub(crate) fn damaged(space: &'static str, key: &str, reason: impl ToString) -> HomeError {
    HomeError::Record { space, key: key.to_owned(), reason: reason.to_string() }
}
