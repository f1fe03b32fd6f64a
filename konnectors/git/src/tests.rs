//! Whole runs against the real git, which answers what a server of it does.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::rc::Rc;

use domicile_sdk::bindings::konnector::domicile::konnector::net::Body;
use domicile_sdk::konnector::{Deposits, Failure, Konnector, Progress, Report};
use domicile_sdk::testing::{Asked, Home};
use tempfile::TempDir;

use crate::Git;

/// A repository with its files.
pub struct Folder(TempDir);

impl Folder {
    pub fn new() -> Folder {
        let folder = Folder(tempfile::tempdir().expect("a folder"));
        folder.git(&["init", "-q", "-b", "main"]);
        folder
    }

    pub fn git(&self, arguments: &[&str]) -> Vec<u8> {
        self.git_of(arguments, &[])
    }

    /// What git prints, told this.
    fn git_of(&self, arguments: &[&str], input: &[u8]) -> Vec<u8> {
        let mut git = Command::new("git");
        git.current_dir(self.path()).args(arguments);
        git.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
        for who in ["AUTHOR", "COMMITTER"] {
            git.env(format!("GIT_{who}_NAME"), "ada").env(format!("GIT_{who}_EMAIL"), "ada@a.test");
            git.env(format!("GIT_{who}_DATE"), "2026-11-23T12:00:00Z");
        }
        git.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = git.spawn().expect("git is installed");
        let input = input.to_vec();
        let mut stdin = child.stdin.take().expect("a pipe");
        let writes = std::thread::spawn(move || stdin.write_all(&input));
        let output = child.wait_with_output().expect("it ends");
        // Git may end before it has read all.
        let _ = writes.join().expect("written");
        assert!(output.status.success(), "{arguments:?}");
        output.stdout
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn put(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, text).expect("written");
    }

    pub fn commit(&self) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", "more"]);
    }

    /// What a server of git answers.
    fn answer(&self, asked: &Asked) -> (u16, Vec<(&'static str, &'static str)>, Vec<u8>) {
        let rest = asked.slots.first().map(|(_, rest)| rest.as_str()).unwrap_or_default();
        match (asked.route.as_str(), rest, &asked.body) {
            ("refs", "ada/notes.git/info/refs", Body::None) => {
                assert_eq!(asked.query, [("service".to_owned(), "git-upload-pack".to_owned())]);
                let mut answer = b"001e# service=git-upload-pack\n0000".to_vec();
                answer.extend(self.git(&["upload-pack", "--http-backend-info-refs", "."]));
                (200, Vec::new(), answer)
            }
            ("refs", "ada/notes/info/refs", _) => {
                (301, vec![("location", "route refs /ada/notes.git/info/refs")], Vec::new())
            }
            ("pack", "ada/notes.git/git-upload-pack", Body::Bytes(request)) => {
                (200, Vec::new(), self.git_of(&["upload-pack", "--stateless-rpc", "."], request))
            }
            ("refs-signed-in", ..) => (401, Vec::new(), Vec::new()),
            ("refs", "private/info/refs", _) => (401, Vec::new(), Vec::new()),
            _ => (404, Vec::new(), Vec::new()),
        }
    }
}

/// An account whose server this is; what was asked is counted.
fn home_of(folder: &Rc<Folder>, address: &str) -> (Home, Rc<std::cell::RefCell<Vec<String>>>) {
    let home = Home::new();
    home.field("server", address);
    let (folder, asked) = (Rc::clone(folder), Rc::new(std::cell::RefCell::default()));
    let heard: Rc<std::cell::RefCell<Vec<String>>> = Rc::clone(&asked);
    home.provider(move |request| {
        heard.borrow_mut().push(request.route.clone());
        folder.answer(request)
    });
    (home, asked)
}

fn run() -> Result<Report, Failure> {
    Git::collect(&mut Deposits::default(), &Progress::default())
}

fn told() -> String {
    let Report { summary, warnings } = run().unwrap_or_else(|why| panic!("{why:?}"));
    format!("{summary} {warnings:?}")
}

fn failed() -> String {
    match run() {
        Err(Failure::Other(why)) => why,
        other => panic!("{:?}", other.map(|report| report.summary)),
    }
}

fn saved(home: &Home) -> Vec<(String, String)> {
    let text = |bytes| String::from_utf8(bytes).expect("text");
    let mut saved: Vec<(String, String)> =
        home.saved().into_iter().map(|(path, bytes)| (path, text(bytes))).collect();
    saved.sort();
    saved
}

const ADDRESS: &str = "https://git.acme.example/ada/notes.git";

#[test]
fn what_comes_is_what_changed() {
    let folder = Rc::new(Folder::new());
    folder.put("a.txt", "one");
    folder.put("b/c d/e.txt", "two");
    folder.put("b/run", "three");
    folder.commit();
    let (home, asked) = home_of(&folder, ADDRESS);
    assert_eq!(told(), "3 files []");
    let all = [("notes/a.txt", "one"), ("notes/b/c d/e.txt", "two"), ("notes/b/run", "three")];
    assert_eq!(saved(&home), all.map(|(path, text)| (path.to_owned(), text.to_owned())));
    assert_eq!(*asked.borrow(), ["refs", "pack"]);
    assert_eq!(told(), "0 files []");
    assert_eq!(*asked.borrow(), ["refs", "pack", "refs"], "one request tells that nothing changed");
    folder.git(&["mv", "b/c d/e.txt", "b/moved.txt"]);
    folder.put("a.txt", "another");
    folder.commit();
    let now = told();
    assert!(now.starts_with("2 files") && now.contains("kept here: 1 folder"), "{now}");
    let new: Vec<(String, Vec<u8>)> = home.saved().split_off(3);
    let new: Vec<&str> = new.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(new, ["notes/a.txt", "notes/b/moved.txt"]);
    folder.git(&["rm", "-q", "a.txt"]);
    folder.commit();
    let now = told();
    assert!(now.starts_with("0 files") && now.contains("kept here: 1 file\""), "{now}");
}

#[test]
fn a_branch_is_one_of_its_own() {
    let folder = Rc::new(Folder::new());
    folder.put("a.txt", "main");
    folder.commit();
    folder.git(&["checkout", "-q", "-b", "draft/two"]);
    folder.put("a.txt", "draft");
    folder.commit();
    folder.git(&["checkout", "-q", "main"]);
    let (home, _) = home_of(&folder, "https://git.acme.example/ada/notes");
    home.field("branch", " draft/two ");
    assert_eq!(told(), "1 file []");
    assert_eq!(saved(&home), [("notes@draft-two/a.txt".to_owned(), "draft".to_owned())]);
    home.field("branch", "none");
    assert!(failed().contains("no branch none"));
    home.field("branch", "");
    home.field("user", "ada");
    assert!(matches!(run(), Err(Failure::LoginFailed)));
    for (address, why) in [
        ("https://git.acme.example/private", "not public"),
        ("https://git.acme.example/other", "no git repository"),
        ("https://git.acme.example", "no git repository"),
    ] {
        let (_home, _) = home_of(&folder, address);
        let told = failed();
        assert!(told.contains(why), "{address}: {told}");
    }
}

#[test]
fn what_is_no_file_is_counted_and_told() {
    let folder = Rc::new(Folder::new());
    let (home, _) = home_of(&folder, ADDRESS);
    assert_eq!(told(), "0 files [\"the repository is empty\"]");
    folder.put("a.txt", "one");
    std::os::unix::fs::symlink("/etc/passwd", folder.path().join("link")).expect("a link");
    folder.commit();
    let commit = String::from_utf8(folder.git(&["rev-parse", "HEAD"])).expect("text");
    let module = format!("160000,{},module", commit.trim());
    folder.git(&["update-index", "--add", "--cacheinfo", &module]);
    // Git's own commands make no such names; a tree may have them.
    let odd = String::from_utf8(folder.git(&["write-tree"])).expect("text");
    let listed = folder.git(&["ls-tree", "-z", odd.trim()]);
    let blob = String::from_utf8(folder.git(&["rev-parse", "HEAD:a.txt"])).expect("text");
    let one = |name: &[u8]| [b"100644 blob ", blob.trim().as_bytes(), b"\t", name, b"\0"].concat();
    let names: [&[u8]; 3] = [b"..", b".GIT", b"caf\xe9"];
    let all = [listed, names.map(one).concat()].concat();
    let tree = String::from_utf8(folder.git_of(&["mktree", "-z"], &all)).expect("text");
    let commit = folder.git(&["commit-tree", "-m", "odd", tree.trim()]);
    let commit = String::from_utf8(commit).expect("text");
    folder.git(&["update-ref", "refs/heads/main", commit.trim()]);
    let told = told();
    for said in ["1 symbolic link", "1 submodule", "left out: 3 names"] {
        assert!(told.contains(said), "{said}: {told}");
    }
    assert_eq!(saved(&home), [("notes/a.txt".to_owned(), "one".to_owned())]);
}

#[test]
fn a_file_that_is_too_long_stays_where_it_is() {
    let folder = Rc::new(Folder::new());
    folder.put("long.bin", vec![0; crate::pack::OBJECT_BYTES_MAX]);
    folder.put("a.txt", "one");
    folder.commit();
    folder.git(&["config", "uploadpack.allowFilter", "true"]);
    let (home, _) = home_of(&folder, ADDRESS);
    let now = told();
    assert!(now.starts_with("1 file ") && now.contains("24 MiB, left out: 1 file"), "{now}");
    assert_eq!(saved(&home).len(), 1);
    // A server that does not leave it out.
    folder.git(&["config", "uploadpack.allowFilter", "false"]);
    folder.put("long.bin", vec![1; crate::pack::OBJECT_BYTES_MAX + 1]);
    folder.commit();
    assert!(failed().contains("a file of more than 24 MiB"));
}

#[test]
fn many_files_come_in_several_runs() {
    let folder = Rc::new(Folder::new());
    for number in 0..1_000 {
        folder.put(&format!("{:02}/{number}", number % 50), number.to_string());
    }
    folder.commit();
    let (home, asked) = home_of(&folder, ADDRESS);
    let now = told();
    assert!(now.starts_with("900 files") && now.contains("goes on from here"), "{now}");
    folder.put("new", "new");
    folder.commit();
    assert_eq!(told(), "101 files []");
    assert_eq!(saved(&home).len(), 1_001);
    assert_eq!(told(), "0 files []");
    assert_eq!(asked.borrow().len(), 5);
}
