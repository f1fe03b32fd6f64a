//! Files with contents: what each reader sees of them, what counts, what goes.

use std::fs;
use std::path::Path;

use domicile_policy::{ChangeScope, Doctype, Fault, Label, ReadScope};
use domicile_proto::doctype::Doctypes;
use domicile_store::files::{self, Entry, FILES, Place, ROOT};
use domicile_store::{
    Content, ContentError, Home, Limits, Op, Swept, WriteBatch, WriteError, Written,
};
use serde_json::json;

use crate::support::{by, label, provenance};

const NOW: &str = "2026-11-26T10:00:00Z";

pub fn doctype() -> Doctype {
    FILES.parse().unwrap()
}

pub fn read(admitted: &str) -> ReadScope {
    ReadScope { doctype: doctype(), admitted: label(admitted), fields: None, rows: None }
}

pub fn owner() -> ReadScope {
    ReadScope { admitted: Label::everything(), ..read("") }
}

fn change(admitted: &str) -> ChangeScope {
    ChangeScope {
        read: read(admitted),
        run_label: label(admitted),
        clearance: Label::everything(),
        influence: by("editor"),
    }
}

pub fn open(folder: &Path, limits: Limits) -> Home {
    let path = folder.join("store.redb");
    Home::open(&path, "test".parse().unwrap(), [1; 32], Doctypes::builtin(), limits).unwrap()
}

/// Bytes that look like nothing, the same for the same seed.
pub fn noise(seed: u8, length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    blake3::Hasher::new_keyed(&[seed; 32]).finalize_xof().fill(&mut bytes);
    bytes
}

pub fn content(home: &Home, at: &str, bytes: &[u8]) -> Content {
    let mut writer = home.content_writer(&doctype(), &label(at)).unwrap();
    bytes.chunks(100_000).for_each(|some| writer.write(some).unwrap());
    writer.finish().unwrap()
}

pub async fn put(home: &Home, at: &str, name: &str, bytes: &[u8]) -> Result<Written, WriteError> {
    let content = content(home, at, bytes);
    let body = files::file(name, ROOT, "text/plain", &content, NOW);
    write(home, vec![create(at, body)], vec![content]).await
}

fn create(at: &str, body: String) -> Op {
    let (influence, provenance) = (by("maker"), provenance());
    Op::Create { doctype: doctype(), label: label(at), influence, provenance, body }
}

fn update(scope: &ChangeScope, entry: &Entry, body: String) -> Op {
    let (id, revision) = (entry.id.clone(), entry.revision.clone());
    Op::Update { scope: scope.clone(), id, revision, body, provenance: provenance() }
}

fn delete(scope: &ChangeScope, entry: &Entry) -> Op {
    let (id, revision) = (entry.id.clone(), entry.revision.clone());
    Op::Delete { scope: scope.clone(), id, revision, provenance: provenance() }
}

async fn write(home: &Home, ops: Vec<Op>, contents: Vec<Content>) -> Result<Written, WriteError> {
    let batch = WriteBatch { ops, contents, ..WriteBatch::default() };
    Ok(home.write(batch).await?.remove(0))
}

pub fn whole(home: &Home, scope: &ReadScope, id: &str) -> Option<Vec<u8>> {
    let (_, mut reader) = home.content(scope, id).unwrap()?;
    let (mut bytes, size) = (Vec::new(), reader.size());
    while (bytes.len() as u64) < size {
        bytes.extend(reader.read(bytes.len() as u64, 1 << 20).unwrap());
    }
    Some(bytes)
}

/// How many chunks lie in a home's folder, and how many files of any kind.
pub fn chunks(folder: &Path) -> usize {
    fn count(folder: &Path) -> usize {
        let Ok(entries) = fs::read_dir(folder) else { return 0 };
        let paths = entries.map(|entry| entry.unwrap().path());
        paths.map(|path| if path.is_dir() { count(&path) } else { 1 }).sum()
    }
    count(&folder.join("blobs"))
}

fn names(home: &Home, scope: &ReadScope, folder: &str) -> Vec<String> {
    let page = home.entries(scope, folder, None, 100).unwrap();
    page.entries.into_iter().map(|entry| entry.name).collect()
}

fn entry(home: &Home, id: &str) -> Entry {
    home.entry(&owner(), id).unwrap().unwrap()
}

#[tokio::test]
async fn any_range_of_a_file_is_what_was_written() {
    let folder = tempfile::tempdir().unwrap();
    let home = open(folder.path(), Limits::default());
    for length in [0, 1, 63 << 10, 1 << 20, (1 << 20) + 1, 5_000_000] {
        let bytes = noise(7, length);
        let id = put(&home, "files@self", "noise", &bytes).await.unwrap().id;
        assert_eq!(whole(&home, &owner(), &id).unwrap(), bytes);
        let (document, mut reader) = home.content(&owner(), &id).unwrap().unwrap();
        assert!(document.body.contains(&format!("\"size\":{length}")), "{}", document.body);
        for (offset, wanted) in [
            (0, 1),
            (length / 2, 70_000),
            (length.saturating_sub(3), 10),
            (length, 5),
            (9 << 20, 5),
        ] {
            let end = (offset + wanted).min(length);
            let expected = bytes.get(offset..end).unwrap_or_default();
            assert_eq!(reader.read(offset as u64, wanted).unwrap(), expected, "{offset}");
        }
    }
    // All of it once more, from a home that was closed.
    let id = put(&home, "files@self", "noise", &noise(8, 900_000)).await.unwrap().id;
    drop(home);
    let home = open(folder.path(), Limits::default());
    assert_eq!(whole(&home, &owner(), &id).unwrap(), noise(8, 900_000));
    assert_eq!(home.check_contents().unwrap(), (7, Vec::new()));
}

#[tokio::test]
async fn equal_bytes_are_kept_once_in_one_compartment_and_not_in_two() {
    let folder = tempfile::tempdir().unwrap();
    let home = open(folder.path(), Limits::default());
    let mut bytes = noise(1, 3_000_000);
    put(&home, "files@self", "one", &bytes).await.unwrap();
    let first = chunks(folder.path());
    put(&home, "files@self", "two", &bytes).await.unwrap();
    assert_eq!(chunks(folder.path()), first);
    // A change at the beginning leaves most chunks as they are.
    bytes.splice(0..0, *b"more at the beginning");
    put(&home, "files@self", "three", &bytes).await.unwrap();
    assert!(chunks(folder.path()) <= first + 3, "{} of {first}", chunks(folder.path()));
    let before = chunks(folder.path());
    put(&home, "bank@acme files@self", "four", &noise(1, 3_000_000)).await.unwrap();
    assert!(chunks(folder.path()) >= before + 3);
    let texts: Vec<String> = home
        .entries(&owner(), ROOT, None, 100)
        .unwrap()
        .entries
        .into_iter()
        .filter_map(|entry| entry.content)
        .collect();
    assert_eq!(texts.iter().collect::<std::collections::BTreeSet<_>>().len(), 3);
}

/// Chunks that B's write of a guess adds, and whether it fits into B's share, in a home where A,
/// whom B may not know, has written a secret.
async fn guess(fault: Fault, secret: u8, guess: u8) -> (usize, bool) {
    let folder = tempfile::tempdir().unwrap();
    let limits = Limits { compartment_file_bytes_max: 600_000, fault, ..Limits::default() };
    let home = open(folder.path(), limits);
    put(&home, "bank@acme files@self", "secret", &noise(secret, 500_000)).await.unwrap();
    put(&home, "files@self", "filler", &noise(200, 300_000)).await.unwrap();
    let before = chunks(folder.path());
    let written = put(&home, "files@self", "guess", &noise(guess, 500_000)).await;
    (chunks(folder.path()) - before, written.is_ok())
}

/// A12. The guess is right or not: B's quota and what its write leaves on disk are the same.
#[tokio::test]
async fn a_guess_of_what_another_compartment_holds_finds_nothing() {
    let right = guess(Fault::Nothing, 1, 1).await;
    assert_eq!(right, guess(Fault::Nothing, 2, 1).await);
    assert!(right.0 > 0 && !right.1);
    // The control: chunks shared over the whole home, and counted once.
    assert_eq!(guess(Fault::SharedChunks, 1, 1).await, (0, true));
    assert!(!guess(Fault::SharedChunks, 2, 1).await.1);
}

/// A13. What a folder holds is summed up for each reader.
#[tokio::test]
async fn a_folder_tells_nothing_of_a_hidden_child() {
    let folder = tempfile::tempdir().unwrap();
    let home = open(folder.path(), Limits::default());
    let body = files::folder("Bills", ROOT, NOW);
    let bills = write(&home, vec![create("files@self", body)], Vec::new()).await.unwrap().id;
    let put = async |at: &str, name: &str, time: &str| {
        let content = content(&home, at, name.as_bytes());
        let body = files::file(name, &bills, "text/plain", &content, time);
        write(&home, vec![create(at, body)], vec![content]).await.unwrap().id
    };
    put("files@self", "plain", NOW).await;
    let low = read("files@*");
    let look = || {
        let summary = home.summary(&low, &bills, 100).unwrap();
        (summary, home.entry(&low, &bills).unwrap(), home.entry(&low, ROOT).unwrap())
    };
    let before = look();
    let hidden = put("bank@acme files@self", "hidden", "2027-01-01T00:00:00Z").await;
    assert_eq!(look(), before);
    assert_eq!(names(&home, &low, &bills), ["plain"]);
    // Who is cleared sees it: size, tag and time follow.
    let high = home.summary(&owner(), &bills, 100).unwrap();
    assert_eq!((before.0.count, high.count), (1, 2));
    assert!(high.bytes > before.0.bytes && high.tag != before.0.tag);
    assert_eq!(high.updated_at, "2027-01-01T00:00:00Z");
    assert_eq!(home.content(&low, &hidden).unwrap().map(|_| ()), None);
}

/// A06. The same path twice: nobody is in another's way.
#[tokio::test]
async fn one_path_in_two_compartments_is_two_entries() {
    let folder = tempfile::tempdir().unwrap();
    let home = open(folder.path(), Limits::default());
    for at in ["files@self", "bank@acme files@self", "files@acme"] {
        let body = files::folder("Bills", ROOT, NOW);
        let id = write(&home, vec![create(at, body)], Vec::new()).await.unwrap().id;
        let body = files::folder("2026", &id, NOW);
        write(&home, vec![create(at, body)], Vec::new()).await.unwrap();
    }
    assert_eq!(home.places(&read("files@self"), &["Bills", "2026"]).unwrap().len(), 1);
    assert_eq!(home.places(&read("files@*"), &["Bills", "2026"]).unwrap().len(), 2);
    assert_eq!(home.places(&owner(), &["Bills", "2026"]).unwrap().len(), 3);
    assert_eq!(names(&home, &read("files@self"), ROOT), ["Bills"]);
    assert_eq!(home.places(&owner(), &["Bills", "2027"]).unwrap(), []);
    // Both spellings of an accent are names of their own.
    put(&home, "files@self", "caf\u{e9}", b"1").await.unwrap();
    put(&home, "files@self", "cafe\u{301}", b"2").await.unwrap();
    assert_eq!(names(&home, &read("files@self"), ROOT).len(), 3);
}

#[tokio::test]
async fn a_change_that_knows_more_lies_over_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let home = open(folder.path(), Limits::default());
    let id = put(&home, "files@self", "plan", b"plain").await.unwrap().id;
    let scope = change("bank@acme files@*");
    let low = read("files@*");
    let seen = home.entry(&scope.read, &id).unwrap().unwrap();
    let place = home.change_label(&scope, &id).unwrap().unwrap();
    assert_eq!(place, label("bank@acme files@*"));
    let secret = content(&home, "bank@acme files@*", b"what the bank told");
    let op = update(&scope, &seen, seen.replaced(&secret, NOW));
    write(&home, vec![op], vec![secret.clone()]).await.unwrap();
    assert_eq!(whole(&home, &low, &id).unwrap(), b"plain");
    assert_eq!(whole(&home, &owner(), &id).unwrap(), b"what the bank told");
    assert_ne!(home.entry(&low, &id).unwrap().unwrap().content, entry(&home, &id).content);
    // The label of a content that goes elsewhere than it was written for doesn't do.
    let wrong = content(&home, "files@self", b"what the bank told");
    let seen = home.entry(&scope.read, &id).unwrap().unwrap();
    let op = update(&scope, &seen, seen.replaced(&wrong, NOW));
    assert!(matches!(write(&home, vec![op], vec![wrong]).await, Err(WriteError::Invalid(_))));
    // Gone with all that lies over it.
    let scope = change("files@self");
    let seen = home.entry(&scope.read, &id).unwrap().unwrap();
    write(&home, vec![delete(&scope, &seen)], Vec::new()).await.unwrap();
    drop(secret);
    assert_eq!(home.check_contents().unwrap().0, 0);
    home.sweep().unwrap();
    assert_eq!(chunks(folder.path()), 0);
}

/// Who knows the name of a content gets nothing by writing it down.
#[tokio::test]
async fn a_content_is_named_by_those_who_wrote_it_alone() {
    let folder = tempfile::tempdir().unwrap();
    let home = open(folder.path(), Limits::default());
    let id = put(&home, "files@self", "plan", b"plain").await.unwrap().id;
    let mut body: serde_json::Value =
        serde_json::from_str(&home.get_many(&owner(), &[&id]).unwrap()[0].clone().unwrap().body)
            .unwrap();
    let refused = async |op| {
        let outcome = write(&home, vec![op], Vec::new()).await;
        assert!(
            matches!(&outcome, Err(WriteError::Invalid(text)) if text.contains("home's to set")),
            "{outcome:?}"
        );
    };
    refused(create("files@self", body.to_string())).await;
    refused(create("bank@acme", body.to_string())).await;
    assert!(home.check_deposit(&doctype(), "key", &body.to_string()).is_err());
    let scope = change("files@self");
    let seen = home.entry(&scope.read, &id).unwrap().unwrap();
    body["size"] = json!(1);
    refused(update(&scope, &seen, body.to_string())).await;
    body["size"] = json!(5);
    body["name"] = json!("other");
    write(&home, vec![update(&scope, &seen, body.to_string())], Vec::new()).await.unwrap();
    assert_eq!(whole(&home, &owner(), &id).unwrap(), b"plain");
}

#[tokio::test]
async fn what_nothing_names_is_swept_and_what_is_held_stays() {
    let folder = tempfile::tempdir().unwrap();
    let home = open(folder.path(), Limits::default());
    let bytes = noise(1, 2_000_000);
    let one = put(&home, "files@self", "one", &bytes).await.unwrap().id;
    let two = put(&home, "files@self", "two", &bytes).await.unwrap().id;
    let scope = change("files@self");
    let gone = async |id: &str| {
        let seen = home.entry(&scope.read, id).unwrap().unwrap();
        write(&home, vec![delete(&scope, &seen)], Vec::new()).await.unwrap();
    };
    gone(&one).await;
    assert_eq!(home.sweep().unwrap(), Swept::default());
    assert_eq!(whole(&home, &owner(), &two).unwrap(), bytes);
    let (_, mut reader) = home.content(&owner(), &two).unwrap().unwrap();
    gone(&two).await;
    assert_eq!(home.sweep().unwrap(), Swept::default(), "a reader holds it");
    assert_eq!(reader.read(0, 100).unwrap(), &bytes[..100]);
    drop(reader);
    let waiting = content(&home, "files@self", &bytes);
    assert_eq!(home.sweep().unwrap(), Swept::default(), "a writer holds it");
    drop(waiting);
    let swept = home.sweep().unwrap();
    assert!(swept.chunks > 2 && swept.bytes > 2_000_000, "{swept:?}");
    assert_eq!(chunks(folder.path()), 0);
}

/// Writers and sweeps at once: no acknowledged file ever misses a chunk.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sweep_never_takes_what_a_writer_is_about_to_name() {
    let folder = tempfile::tempdir().unwrap();
    let home = open(folder.path(), Limits::default());
    let sweeper = {
        let home = home.clone();
        tokio::task::spawn_blocking(move || (0..60).for_each(|_| _ = home.sweep().unwrap()))
    };
    let scope = change("files@self");
    for round in 0..60u8 {
        // Few contents, again and again: written, deleted, swept and written anew.
        let bytes = noise(round % 3, 150_000);
        let id = put(&home, "files@self", "x", &bytes).await.unwrap().id;
        assert_eq!(whole(&home, &owner(), &id).unwrap(), bytes, "round {round}");
        let seen = home.entry(&scope.read, &id).unwrap().unwrap();
        write(&home, vec![delete(&scope, &seen)], Vec::new()).await.unwrap();
    }
    sweeper.await.unwrap();
    assert_eq!(home.check_contents().unwrap(), (0, Vec::new()));
}

/// A writer that never finishes: nothing is seen, and its space comes back.
#[tokio::test]
async fn an_unfinished_file_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let home = open(folder.path(), Limits::default());
    let mut writer = home.content_writer(&doctype(), &label("files@self")).unwrap();
    writer.write(&noise(1, 3_000_000)).unwrap();
    assert!(chunks(folder.path()) > 0);
    assert_eq!(names(&home, &owner(), ROOT), Vec::<String>::new());
    drop(writer);
    assert_eq!(chunks(folder.path()), 0);
    // One whose process ended.
    let mut writer = home.content_writer(&doctype(), &label("files@self")).unwrap();
    writer.write(&noise(1, 3_000_000)).unwrap();
    std::mem::forget(writer);
    drop(home);
    assert!(chunks(folder.path()) > 0);
    let home = open(folder.path(), Limits::default());
    assert_eq!(chunks(folder.path()), 0);
    // One that finished, and whose commit failed.
    let full = Limits { compartment_file_bytes_max: 100_000, ..Limits::default() };
    drop(home);
    let home = open(folder.path(), full);
    let outcome = put(&home, "files@self", "big", &noise(1, 300_000)).await;
    assert!(matches!(outcome, Err(WriteError::Quota { .. })), "{outcome:?}");
    home.sweep().unwrap();
    assert_eq!(chunks(folder.path()), 0);
}

/// R15. A file counts with its whole length, however often its bytes are there.
#[tokio::test]
async fn quotas_count_lengths_and_give_them_back() {
    let folder = tempfile::tempdir().unwrap();
    let limits = Limits { compartment_file_bytes_max: 250_000, ..Limits::default() };
    let home = open(folder.path(), limits);
    let bytes = noise(1, 100_000);
    put(&home, "files@self", "1", &bytes).await.unwrap();
    let second = put(&home, "files@self", "2", &bytes).await.unwrap().id;
    let third = put(&home, "files@self", "3", &bytes).await;
    assert!(matches!(third, Err(WriteError::Quota { .. })), "{third:?}");
    put(&home, "files@acme", "3", &bytes).await.unwrap();
    let scope = change("files@self");
    let seen = home.entry(&scope.read, &second).unwrap().unwrap();
    let content = content(&home, "files@self", &noise(2, 140_000));
    let op = update(&scope, &seen, seen.replaced(&content, NOW));
    write(&home, vec![op], vec![content]).await.unwrap();
    let seen = home.entry(&scope.read, &second).unwrap().unwrap();
    write(&home, vec![delete(&scope, &seen)], Vec::new()).await.unwrap();
    put(&home, "files@self", "3", &bytes).await.unwrap();
}

/// Of an endless file, the writer stops at the limit, and nothing is kept.
#[tokio::test]
async fn a_file_has_a_longest_length() {
    let folder = tempfile::tempdir().unwrap();
    let home = open(folder.path(), Limits { file_bytes_max: 10_000_000, ..Limits::default() });
    let mut writer = home.content_writer(&doctype(), &label("files@self")).unwrap();
    let some = noise(1, 1 << 20);
    let error = (0..1_000).find_map(|_| writer.write(&some).err());
    assert_eq!(error, Some(ContentError::TooLong(10_000_000)));
    assert_eq!(writer.size(), 10 << 20, "it stopped at once");
    drop(writer);
    assert_eq!(chunks(folder.path()), 0);
}

#[tokio::test]
async fn folders_are_moved_within_bounds_and_keep_their_label() {
    let folder = tempfile::tempdir().unwrap();
    let home = open(folder.path(), Limits::default());
    let make = async |name: &str, parent: &str| {
        let body = files::folder(name, parent, NOW);
        write(&home, vec![create("files@self", body)], Vec::new()).await.unwrap().id
    };
    let a = make("a", ROOT).await;
    let b = make("b", &a).await;
    let place = |id: &str, moving| home.place(&owner(), id, moving).unwrap();
    assert_eq!(place(ROOT, None), Place::Open(Label::nothing()));
    assert_eq!(place(&b, None), Place::Open(label("files@self")));
    assert_eq!(place(&b, Some(&a)), Place::Below);
    assert_eq!(place("nowhere", None), Place::Absent);
    let file = put(&home, "files@self", "f", b"x").await.unwrap().id;
    assert_eq!(place(&file, None), Place::Absent, "a file holds nothing");
    assert_eq!(home.place(&read("notes@*"), &b, None).unwrap(), Place::Absent, "nor a hidden one");
    let mut deep = b.clone();
    for level in 0..62 {
        deep = make(&format!("{level}"), &deep).await;
    }
    assert_eq!(place(&deep, None), Place::Deep);
    // Moved by one who knows more: for others it stays where it was.
    let scope = change("bank@acme files@*");
    let seen = home.entry(&scope.read, &file).unwrap().unwrap();
    write(&home, vec![update(&scope, &seen, seen.moved(&b))], Vec::new()).await.unwrap();
    assert_eq!(names(&home, &owner(), &b), ["0", "f"]);
    assert!(names(&home, &read("files@*"), ROOT).contains(&"f".to_owned()));
    let below = home.below(&owner(), entry(&home, &a), 1_000).unwrap();
    assert_eq!(below.len(), 65);
    assert_eq!(home.below(&owner(), entry(&home, &a), 10).unwrap().len(), 10);
}

#[tokio::test]
async fn the_trash_gives_back_what_it_took() {
    let folder = tempfile::tempdir().unwrap();
    let home = open(folder.path(), Limits::default());
    let id = put(&home, "files@acme", "letter", b"text").await.unwrap().id;
    let scope = change("files@*");
    let seen = entry(&home, &id);
    write(&home, vec![update(&scope, &seen, seen.trashed(NOW))], Vec::new()).await.unwrap();
    assert!(names(&home, &owner(), ROOT).is_empty());
    let page = home.trash(&owner(), None).unwrap();
    assert_eq!(page.entries.len(), 1);
    let seen = &page.entries[0];
    write(&home, vec![update(&scope, seen, seen.restored(ROOT))], Vec::new()).await.unwrap();
    assert_eq!(names(&home, &owner(), ROOT), ["letter"]);
    assert_eq!(whole(&home, &owner(), &id).unwrap(), b"text");
}
