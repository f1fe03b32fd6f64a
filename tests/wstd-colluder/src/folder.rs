//! Documents as files. In: a folder that the host opened for this component, or one that it did
//! not. Out: texts and ids. Never here: a check of our own; the host has to make it.

use std::collections::hash_map::RandomState;
use std::fs;
use std::hash::{BuildHasher, Hasher};
use std::io::{ErrorKind, Result};

use serde_json::Value;

/// The ids of all, in the order of what they say: their own would tell two homes apart.
pub fn ids(folder: &str) -> Result<Vec<String>> {
    let mut ids = Vec::new();
    for entry in fs::read_dir(format!("/{folder}"))? {
        ids.extend(entry?.file_name().into_string());
    }
    ids.sort_by_cached_key(|id| read(folder, id).ok());
    Ok(ids)
}

/// The texts of those of which every field that the selector names is the same.
pub fn find(folder: &str, selector: &str) -> Result<Vec<String>> {
    let selector: Value = serde_json::from_str(selector)?;
    let texts = ids(folder)?.into_iter().map(|id| read(folder, &id));
    let mut texts = texts.collect::<Result<Vec<String>>>()?;
    texts.retain(|text| {
        let body: Value = serde_json::from_str(text).unwrap_or_default();
        let mut fields = selector.as_object().into_iter().flatten();
        fields.all(|(name, value)| body.get(name) == Some(value))
    });
    Ok(texts)
}

/// The first by what it says.
pub fn first(folder: &str) -> Result<String> {
    ids(folder)?.into_iter().next().ok_or_else(|| ErrorKind::NotFound.into())
}

/// Under a name that nobody has.
pub fn create(folder: &str, text: &str) -> Result<()> {
    let name = RandomState::new().build_hasher().finish();
    write(folder, &format!("{name:016x}"), text)
}

pub fn read(folder: &str, id: &str) -> Result<String> {
    fs::read_to_string(format!("/{folder}/{id}"))
}

pub fn write(folder: &str, id: &str, text: &str) -> Result<()> {
    fs::write(format!("/{folder}/{id}"), text)
}

pub fn remove(folder: &str, id: &str) -> Result<()> {
    fs::remove_file(format!("/{folder}/{id}"))
}
