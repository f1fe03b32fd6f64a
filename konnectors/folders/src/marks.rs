//! What was there at the last look, kept in the component's state: for each folder the names in it
//! and the provider's mark of each, and the folders that wait.
//!
//! In: names and marks. Out: the same in a later run, whatever their number. A value of the state
//! has an end, so that a long list lies in several.

use std::collections::BTreeMap;

use domicile_sdk::konnector::Failure;
use domicile_sdk::serde_json;
use domicile_sdk::state::{self, StateError};

/// Bytes of JSON in one value, well below what the home keeps.
const PART_BYTES_MAX: usize = 48 << 10;
/// Parts of one list: more names than a folder ought to have.
const PARTS_MAX: usize = 1_000;
/// Where the folders lie that wait.
const WAITING: &str = "waiting";
/// Where the mark of all of it lies.
const ALL: &str = "all";

/// The marks of what is in a folder, by name.
pub type Marks = BTreeMap<String, String>;

pub fn of(folder: &str) -> Result<Marks, Failure> {
    Ok(load(&key(folder))?.into_iter().collect())
}

pub fn keep(folder: &str, marks: &Marks) -> Result<(), Failure> {
    let all = marks.iter().map(|(name, mark)| (name.clone(), mark.clone())).collect();
    save(&key(folder), all)
}

/// The mark of all that the provider has, at the last look.
pub fn of_all() -> Result<Option<String>, Failure> {
    state::get(ALL).map_err(failure)
}

pub fn keep_all(mark: &str) -> Result<(), Failure> {
    state::set(ALL, &mark).map_err(failure)
}

/// Folders that a run had no time for, the next one last.
pub fn waiting() -> Result<Vec<String>, Failure> {
    Ok(load(WAITING)?.into_iter().map(|(folder, _)| folder).collect())
}

pub fn wait(folders: &[String]) -> Result<(), Failure> {
    save(WAITING, folders.iter().map(|folder| (folder.clone(), String::new())).collect())
}

/// The key of a folder's marks, which is shorter than its path may be.
fn key(folder: &str) -> String {
    format!("folder/{}", fingerprint(folder))
}

fn load(key: &str) -> Result<Vec<(String, String)>, Failure> {
    let mut all = Vec::new();
    for part in 0..PARTS_MAX {
        let found: Option<Vec<(String, String)>> =
            state::get(&format!("{key}/{part}")).map_err(failure)?;
        let Some(some) = found else { break };
        all.extend(some);
    }
    Ok(all)
}

/// The last part first: a run that ends in between leaves less than there was, and no gap.
fn save(key: &str, all: Vec<(String, String)>) -> Result<(), Failure> {
    let mut parts: Vec<Vec<(String, String)>> = Vec::new();
    let mut bytes = PART_BYTES_MAX;
    for pair in all {
        let length = serde_json::to_string(&pair).map_or(0, |text| text.len() + 1);
        if bytes + length > PART_BYTES_MAX {
            parts.push(Vec::new());
            bytes = 0;
        }
        bytes += length;
        if let Some(part) = parts.last_mut() {
            part.push(pair);
        }
    }
    parts.truncate(PARTS_MAX);
    state::remove(&format!("{key}/{}", parts.len())).map_err(failure)?;
    for (number, part) in parts.iter().enumerate().rev() {
        state::set(&format!("{key}/{number}"), part).map_err(failure)?;
    }
    Ok(())
}

fn failure(error: StateError) -> Failure {
    Failure::Other(error.to_string())
}

/// A text as 128 bits (twice FNV-1a, from two beginnings). Whoever makes two paths meet mixes up
/// what is known of his own files.
pub fn fingerprint(text: &str) -> String {
    let half = |begin: u64| {
        text.bytes()
            .fold(begin, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
    };
    format!("{:016x}{:016x}", half(0xcbf2_9ce4_8422_2325), half(0x9ae1_6a3b_2f90_404f))
}

#[cfg(test)]
mod tests {
    use domicile_sdk::testing::Home;

    use super::*;

    #[test]
    fn marks_come_back_whatever_their_number() {
        let _home = Home::new();
        for count in [0, 1, 5_000, 700, 0] {
            let one = |number: usize| (format!("file {number}"), "\"etag\"".repeat(4));
            let marks: Marks = (0..count).map(one).collect();
            keep("a/b", &marks).expect("kept");
            assert_eq!(of("a/b").expect("there"), marks);
            assert!(of("a").expect("there").is_empty());
        }
        let folders = ["b".to_owned(), "a".to_owned()];
        wait(&folders).expect("kept");
        assert_eq!(waiting().expect("there"), folders, "in their order");
    }
}
