//! The fuzzer's targets without the fuzzer: over their seeds, over seeds that were damaged, over
//! any bytes; and pages over the payloads and the soup of `tests/exfil/markup`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use domicile_hostile::{STATEMENTS, TARGETS, page, target};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde::Deserialize;

/// Cases for each target, of each kind.
const CASES: u32 = 500;
const SOUPS: u32 = 4_000;

fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Seeds by target.
static SEEDS: LazyLock<BTreeMap<String, Vec<Vec<u8>>>> = LazyLock::new(|| {
    let folders = std::fs::read_dir(tests().join("fuzz/seeds")).unwrap();
    let folders = folders.map(|folder| folder.unwrap().path());
    folders
        .map(|folder| {
            let files = std::fs::read_dir(&folder).unwrap();
            let files = files.map(|file| std::fs::read(file.unwrap().path()).unwrap());
            (folder.file_name().unwrap().to_str().unwrap().to_owned(), files.collect())
        })
        .collect()
});

/// What replaces the words in braces.
fn aimed(text: &str) -> String {
    let text = text.replace("{{run}}", "top.name+=-{{case}}").replace("{{case}}", "1");
    text.replace("{{sink}}", "http://{{host}}").replace("{{host}}", "evil.test")
}

fn data<T: for<'a> Deserialize<'a>>(name: &str) -> T {
    let text = std::fs::read_to_string(tests().join("exfil/markup").join(name)).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[test]
fn every_target_takes_its_seeds() {
    let known: Vec<&str> = TARGETS.iter().map(|(name, _)| *name).collect();
    assert_eq!(SEEDS.keys().collect::<Vec<_>>(), known);
    for (name, seeds) in SEEDS.iter() {
        seeds.iter().for_each(|seed| target(name).unwrap()(seed));
    }
}

/// Under a name that all of them may be shown, a statement is claimed by its own importer alone.
#[test]
fn no_importer_of_statements_claims_anothers_file() {
    for (name, seeds) in STATEMENTS.iter().map(|(name, _)| (*name, &SEEDS[*name])) {
        for seed in seeds {
            let head = &seed[..seed.len().min(4096)];
            let claims = STATEMENTS.iter().filter(|(_, sure)| sure("download.txt", head) > 60);
            assert_eq!(claims.map(|(claiming, _)| *claiming).collect::<Vec<_>>(), [name]);
        }
    }
}

#[test]
fn every_payload_is_cleaned() {
    let payloads: BTreeMap<String, Vec<String>> = data("payloads.json");
    let payloads: Vec<String> = payloads.into_values().flatten().collect();
    assert!(payloads.len() >= 300, "{}", payloads.len());
    for payload in payloads {
        let refused = payload.contains('\0');
        match page::clean(&aimed(&payload)) {
            // Text may say anything; a tag may not.
            Ok(printed) => assert!(!refused && !printed.live.contains("=\"http"), "{payload}"),
            Err(error) => assert!(refused, "{payload}: {error}"),
        }
    }
}

/// A seed with some bytes changed, put in or cut off.
fn damaged(seeds: &[Vec<u8>]) -> impl Strategy<Value = Vec<u8>> + use<> {
    let damage = prop::collection::vec((any::<Index>(), any::<u8>(), 0..4u8), 0..8);
    (select(seeds.to_vec()), damage).prop_map(|(mut bytes, damage)| {
        for (place, byte, how) in damage {
            let at = place.index(bytes.len().max(1)).min(bytes.len().saturating_sub(1));
            match how {
                _ if bytes.is_empty() => bytes.push(byte),
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                2 => bytes.truncate(at),
                _ => bytes.extend_from_within(at..),
            }
        }
        bytes
    })
}

#[test]
fn every_target_takes_any_bytes() {
    for (name, target) in TARGETS {
        let any = prop::collection::vec(any::<u8>(), 0..300);
        let cases = prop_oneof![damaged(&SEEDS[name]), damaged(&SEEDS[name]), any];
        proptest!(ProptestConfig::with_cases(CASES), |(bytes in cases)| target(&bytes));
    }
}

#[derive(Deserialize)]
struct Soup {
    elements: Vec<String>,
    attributes: Vec<String>,
    texts: Vec<String>,
}

fn soup() -> impl Strategy<Value = String> {
    let Soup { elements, attributes, texts } = data("soup.json");
    let elements = select(elements);
    let piece = prop_oneof![
        4 => (elements.clone(), select(attributes))
            .prop_map(|(name, attributes)| format!("<{name} {attributes}>")),
        2 => elements.prop_map(|name| format!("</{name}>")),
        2 => select(texts),
        1 => "[ -~]{0,8}",
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| aimed(&pieces.concat()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(SOUPS))]

    #[test]
    fn every_soup_is_cleaned(html in soup()) {
        page::html(html.as_bytes());
    }
}
