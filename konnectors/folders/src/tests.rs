//! The walk over a provider of this process: what comes, what is told, what waits.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use domicile_sdk::konnector::{Failure, FetchError, Progress, Report, route};
use domicile_sdk::testing::Home;

use crate::{Entry, Kind, Listed, Source, collect, within};

/// Paths with their marks; folders end with a slash.
struct Tree {
    things: RefCell<BTreeMap<String, String>>,
    asked: RefCell<Vec<String>>,
    deep: bool,
    mark: Option<String>,
}

impl Tree {
    fn of(things: &[(&str, &str)], deep: bool) -> Tree {
        let owned = things.iter().map(|(path, mark)| ((*path).to_owned(), (*mark).to_owned()));
        let (things, asked) = (RefCell::new(owned.collect()), RefCell::default());
        Tree { things, asked, deep, mark: None }
    }

    fn put(&self, path: &str, mark: &str) {
        self.things.borrow_mut().insert(path.to_owned(), mark.to_owned());
    }

    fn run(&self) -> Result<Report, Failure> {
        self.asked.borrow_mut().clear();
        collect(self, &Progress::default())
    }

    fn summary(&self) -> String {
        let Report { summary, warnings } = self.run().expect("a report");
        format!("{summary} {warnings:?}")
    }
}

impl Source for Tree {
    fn name(&self) -> &str {
        "me@there"
    }

    fn place(&self) -> &str {
        "me@there/dav"
    }

    fn mark(&self) -> Option<&str> {
        self.mark.as_deref()
    }

    fn list(&self, folder: &str) -> Result<Listed, Failure> {
        self.asked.borrow_mut().push(folder.to_owned());
        let begin = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let things = self.things.borrow();
        let below =
            things.iter().filter_map(|(path, mark)| Some((path.strip_prefix(&begin)?, mark)));
        let entries = below.filter_map(|(rest, mark)| {
            let name = rest.strip_suffix('/').unwrap_or(rest);
            let kind = match rest.ends_with('/') {
                true => Kind::Folder { deep: self.deep },
                false if name.contains("huge") => Kind::File { size: Some(2 << 30), mime: None },
                false => Kind::File { size: None, mime: None },
            };
            let here = !name.is_empty() && !name.contains('/');
            here.then(|| Entry { name: name.to_owned(), mark: mark.clone(), kind })
        });
        Ok(Listed::Entries(entries.collect()))
    }

    fn bring(&self, path: &str, to: &str, key: &str, mime: &str) -> Result<u16, FetchError> {
        Ok(route("file").slot("rest", path).download(to, key, mime)?.status)
    }
}

fn serving(home: &Home) {
    home.provider(|request| match request.slots.first() {
        Some((_, path)) if path.contains("broken") => (500, Vec::new(), String::new()),
        Some((_, path)) => (200, Vec::new(), path.clone()),
        None => (404, Vec::new(), String::new()),
    });
}

fn saved(home: &Home) -> BTreeSet<String> {
    home.saved().into_iter().map(|(path, _)| path).collect()
}

#[test]
fn what_comes_is_what_changed() {
    let home = Home::new();
    serving(&home);
    let tree = Tree::of(&[("a.txt", "1"), ("b/", ""), ("b/c.txt", "1"), ("b/d/", "")], false);
    tree.put("b/d/e & f.pdf", "1");
    assert_eq!(tree.summary(), "3 files []");
    let all = ["me@there/a.txt", "me@there/b/c.txt", "me@there/b/d/e & f.pdf"];
    assert_eq!(saved(&home), all.map(str::to_owned).into());
    assert_eq!(tree.summary(), "0 files []");
    tree.put("b/c.txt", "2");
    assert_eq!(tree.summary(), "1 file []");
    assert_eq!(home.saved().len(), 4);
    tree.things.borrow_mut().remove("a.txt");
    tree.things.borrow_mut().retain(|path, _| !path.starts_with("b/d/"));
    let told = tree.summary();
    assert!(
        told.contains("kept here: 1 file\"") && told.contains("kept here: 1 folder\""),
        "{told}"
    );
    assert_eq!(tree.summary(), "0 files []", "told once");
}

#[test]
fn a_folder_whose_mark_tells_all_is_not_asked_for_again() {
    let home = Home::new();
    serving(&home);
    let tree = Tree::of(&[("b/", "1"), ("b/c.txt", "1"), ("b/d/", "1"), ("b/d/e.txt", "1")], true);
    assert_eq!(tree.summary(), "2 files []");
    assert_eq!(tree.summary(), "0 files []");
    assert_eq!(*tree.asked.borrow(), [""]);
    tree.put("b/", "2");
    tree.put("b/c.txt", "2");
    assert_eq!(tree.summary(), "1 file []");
    assert_eq!(*tree.asked.borrow(), ["", "b"]);
}

#[test]
fn a_provider_whose_mark_tells_all_is_asked_for_nothing_twice() {
    let home = Home::new();
    serving(&home);
    let mut tree = Tree::of(&[], true);
    for number in 0..200 {
        tree.put(&format!("folder {number:03}/"), "1");
        tree.put(&format!("folder {number:03}/file.txt"), "1");
    }
    tree.mark = Some("1".to_owned());
    assert!(tree.summary().contains("goes on from here"));
    // Before the rest came, what came first is another.
    tree.mark = Some("2".to_owned());
    tree.put("folder 199/", "2");
    tree.put("folder 199/file.txt", "2");
    assert_eq!(tree.summary(), "52 files []", "the rest, and what is new");
    assert_eq!((home.saved().len(), saved(&home).len()), (201, 200));
    assert_eq!(tree.summary(), "0 files []");
    assert!(tree.asked.borrow().is_empty());
}

#[test]
fn a_long_walk_goes_on_in_the_next_run() {
    let home = Home::new();
    serving(&home);
    let tree = Tree::of(&[], true);
    for number in 0..400 {
        tree.put(&format!("folder {number:03}/"), "1");
        tree.put(&format!("folder {number:03}/file.txt"), "1");
    }
    let mut taken = 0;
    for run in 0..3 {
        let told = tree.summary();
        assert_eq!(told.contains("goes on from here"), run < 2, "{told}");
        taken +=
            told.split(' ').next().and_then(|number| number.parse::<usize>().ok()).unwrap_or(0);
    }
    assert_eq!((taken, saved(&home).len()), (400, 400));
    assert_eq!(tree.summary(), "0 files []");
}

#[test]
fn what_does_not_come_is_told_and_not_asked_for_without_end() {
    let home = Home::new();
    serving(&home);
    let tree = Tree::of(&[("a.txt", "1"), ("broken.txt", "1"), ("huge.bin", "1")], false);
    for run in 0..5 {
        let told = tree.summary();
        let again = run < 3;
        assert_eq!(told.contains("answered 500"), again, "{told}");
        assert_eq!(told.contains("until it changes"), !again, "{told}");
        assert!(told.contains("huge.bin: longer than 1 GiB"), "{told}");
    }
    for number in 0..9 {
        tree.put(&format!("broken {number}"), "1");
    }
    assert!(matches!(tree.run(), Err(Failure::VendorDown)));
    assert_eq!(saved(&home), [within("me@there", "a.txt")].into());
}
