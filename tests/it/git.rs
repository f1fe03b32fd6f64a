//! The konnector of repositories against the real `git http-backend`, behind a web server of this
//! process, which does what one does for it: CGI, and the password of what is private.

use std::convert::Infallible;
use std::fs;
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use domicile::egress::Door;
use domicile::flow::accounts::Connected;
use domicile::runs::collect::Collected;
use domicile_store::files::{FILES, ROOT};
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tempfile::TempDir;
use tokio::net::TcpListener;

use crate::cassettes::{keep, nobody, recorded};
use crate::files::{chunks, tree};
use crate::packs;
use crate::peers::printed;
use crate::provider::{PUBLIC, Provider, Stage};
use crate::support::World;

const USER: &str = "alice";
const PASSWORD: &str = "a token/of: hers";

/// What a web server knows: where the repositories are, what it was asked, and the pack that it
/// gives instead of git's own.
struct Served {
    root: PathBuf,
    heard: Mutex<Vec<String>>,
    forged: Mutex<Option<Vec<u8>>>,
}

async fn start(served: Arc<Served>) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let served = Arc::clone(&served);
            tokio::spawn(async move {
                let service = service_fn(move |request| answer(request, Arc::clone(&served)));
                let connection = hyper::server::conn::http1::Builder::new();
                let _ = connection.serve_connection(TokioIo::new(stream), service).await;
            });
        }
    });
    address
}

async fn answer(
    request: Request<Incoming>,
    served: Arc<Served>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
    served.heard.lock().unwrap().push(format!("{} {}", head.method, head.uri));
    let header = |name: &str| {
        let value = head.headers.get(name).map(|value| value.to_str().unwrap().to_owned());
        value.unwrap_or_default()
    };
    let pair = data_encoding::BASE64.encode(format!("{USER}:{PASSWORD}").as_bytes());
    let is_private = head.uri.path().starts_with("/private/");
    if is_private && header("authorization") != format!("Basic {pair}") {
        return Ok(Response::builder().status(401).body(Full::default()).unwrap());
    }
    let forged = served.forged.lock().unwrap().clone();
    if let Some(pack) = forged.filter(|_| head.uri.path().ends_with("/git-upload-pack")) {
        let kind = "application/x-git-upload-pack-result";
        let answer = Full::from(packs::answer(&pack));
        return Ok(Response::builder().header("content-type", kind).body(answer).unwrap());
    }
    let mut backend = git(&served.root, &["http-backend"]);
    backend.env("GIT_PROJECT_ROOT", &served.root).env("GIT_HTTP_EXPORT_ALL", "1");
    backend.env("PATH_INFO", head.uri.path());
    backend.env("QUERY_STRING", head.uri.query().unwrap_or_default());
    backend.env("REQUEST_METHOD", head.method.as_str());
    backend.env("CONTENT_TYPE", header("content-type"));
    backend.env("CONTENT_LENGTH", body.len().to_string());
    let printed = tokio::task::spawn_blocking(move || told(backend, &body)).await.unwrap();
    Ok(of_cgi(&printed))
}

/// What a program prints that is told this.
fn told(mut command: Command, input: &[u8]) -> Vec<u8> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    // One that answers before it has read all is none of ours.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap().stdout
}

/// An answer of CGI as one of HTTP.
fn of_cgi(printed: &[u8]) -> Response<Full<Bytes>> {
    let end = printed.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    let mut response = Response::builder();
    for line in std::str::from_utf8(&printed[..end]).unwrap().lines() {
        let (name, value) = line.split_once(": ").unwrap();
        response = match name {
            "Status" => response.status(&value[..3]),
            name => response.header(name, value),
        };
    }
    response.body(Full::from(printed[end + 4..].to_vec())).unwrap()
}

/// Git, as it is without what is set on this machine.
fn git(folder: &Path, arguments: &[&str]) -> Command {
    let mut git = Command::new("git");
    git.current_dir(folder).args(arguments);
    git.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    for who in ["AUTHOR", "COMMITTER"] {
        git.env(format!("GIT_{who}_NAME"), "Ada").env(format!("GIT_{who}_EMAIL"), "ada@a.test");
        git.env(format!("GIT_{who}_DATE"), "2026-11-23T12:00:00Z");
    }
    git
}

/// A home with the konnector, in front of a server with one repository.
struct Tried {
    stage: Stage,
    served: Arc<Served>,
    repository: PathBuf,
    _folder: TempDir,
}

impl Tried {
    async fn at_path(path: &str) -> Tried {
        let folder = tempfile::tempdir().unwrap();
        let (root, heard, forged) = (folder.path().to_owned(), Mutex::default(), Mutex::default());
        let repository = root.join(path);
        fs::create_dir_all(&repository).unwrap();
        printed(&mut git(&repository, &["init", "-q", "-b", "main"]));
        let served = Arc::new(Served { root, heard, forged });
        let behind = Arc::new(Mutex::new(start(Arc::clone(&served)).await));
        let provider = Provider::start(Some(behind)).await;
        let rehearsal = provider.stage(&[("git.acme.example", &[PUBLIC])], None);
        let world = World::new().await;
        world.house.set_door(Door::rehearsed(Arc::clone(&rehearsal)).unwrap());
        world.install(domicile_guests::KONNECTOR_GIT).await;
        let stage = Stage { world, provider, rehearsal };
        Tried { stage, served, repository, _folder: folder }
    }

    fn git(&self, arguments: &[&str]) -> String {
        printed(&mut git(&self.repository, arguments))
    }

    fn put(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.repository.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn commit(&self) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "-q", "-m", "more"]);
    }

    async fn account(&self, typed: &[(&str, &str)]) -> Connected {
        self.stage.account_with("git", typed).await.unwrap()
    }

    /// The run takes so many files by so many requests, and says this besides.
    async fn takes(&self, account: &Connected, number: u64, requests: usize) -> String {
        self.served.heard.lock().unwrap().clear();
        let Collected { outcome, brought, .. } = self.stage.collected(account).await;
        let warnings = outcome.unwrap().warnings.join("\n");
        let heard = self.served.heard.lock().unwrap().clone();
        assert_eq!((brought.files, brought.documents), (number, 0), "{warnings}");
        assert_eq!(heard.len(), requests, "{heard:?}");
        warnings
    }

    /// The run fails, and says this.
    async fn fails(&self, account: &Connected) -> String {
        self.stage.collect(account).await.unwrap_err().said()
    }

    fn holds(&self, files: &[(&str, &str)]) {
        let mut wanted: Vec<(String, String)> =
            files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        wanted.sort();
        assert_eq!(tree(&self.stage.world, ROOT), wanted);
    }
}

/// A text that packs to about half of it, and one that is nearly the same.
fn long() -> (String, String) {
    let long: String =
        (0..40_000_u32).map(|at| format!("{:08x}\n", at.wrapping_mul(0x9e37_79b1))).collect();
    let other = long.replacen("\n9e3779b1\n", "\nother\n", 1);
    (long, other)
}

#[tokio::test(flavor = "multi_thread")]
async fn files_come_from_git_and_then_what_changed() {
    let tried = Tried::at_path("ada/notes.git").await;
    let account = tried.account(&[("server", "git.acme.example/ada/notes.git")]).await;
    assert_eq!(tried.takes(&account, 0, 1).await, "the repository is empty");
    let (long, other) = long();
    tried.put("long.txt", &long);
    tried.put("copies/long.txt", &other);
    tried.put("copies/deep/R&D #1 100% \u{e9}te\u{301}.txt", "odd");
    tried.put("empty", "");
    std::os::unix::fs::symlink("/etc/passwd", tried.repository.join("link")).unwrap();
    tried.commit();
    tried.git(&["gc", "-q"]);
    let packs = fs::read_dir(tried.repository.join(".git/objects/pack")).unwrap();
    let mut packs = packs.map(|entry| entry.unwrap().path());
    let index = packs.find(|path| path.extension().is_some_and(|it| it == "idx")).unwrap();
    let packed = tried.git(&["verify-pack", "-v", index.to_str().unwrap()]);
    assert!(packed.contains("chain length = 1:"), "one is a delta of the other: {packed}");
    let told = tried.takes(&account, 4, 2).await;
    assert_eq!(told, "not followed: 1 symbolic link");
    let odd = ("notes/copies/deep/R&D #1 100% \u{e9}te\u{301}.txt", "odd");
    let empty = ("notes/empty", "");
    let copy = ("notes/copies/long.txt", &*other);
    tried.holds(&[("notes/long.txt", &long), copy, odd, empty]);
    assert_eq!(tried.takes(&account, 0, 1).await, "", "one request tells that nothing changed");

    tried.git(&["mv", "long.txt", "copies/moved.txt"]);
    tried.git(&["rm", "-q", "empty"]);
    tried.put("new.txt", "new");
    tried.commit();
    let told = tried.takes(&account, 2, 2).await;
    assert!(told.contains("no longer at the server, kept here: 2 files"), "{told}");
    let [moved, new] = [("notes/copies/moved.txt", &*long), ("notes/new.txt", "new")];
    tried.holds(&[("notes/long.txt", &long), copy, odd, empty, moved, new]);
    for document in tried.stage.world.documents(FILES) {
        assert_eq!(document.label.to_string(), "files@git");
    }

    tried.git(&["checkout", "-q", "-b", "draft"]);
    tried.put("new.txt", "draft");
    tried.commit();
    tried.git(&["checkout", "-q", "main"]);
    assert_eq!(tried.takes(&account, 0, 1).await, "", "another branch is none of its business");
    let draft = [("server", "git.acme.example/ada/notes.git"), ("branch", "draft")];
    let draft = tried.account(&draft).await;
    tried.takes(&draft, 4, 2).await;
    let none = [("server", "git.acme.example/ada/notes.git"), ("branch", "none")];
    let none = tried.account(&none).await;
    assert!(tried.fails(&none).await.contains("no branch none"));
    let elsewhere = tried.account(&[("server", "git.acme.example/ada/none.git")]).await;
    assert!(tried.fails(&elsewhere).await.contains("no git repository"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_repository_comes_by_a_token_that_the_home_puts_in() {
    let tried = Tried::at_path("private/notes.git").await;
    tried.put("a.txt", "mine");
    tried.commit();
    let account = async |user, token| {
        let server = ("server", "https://git.acme.example/private/notes.git");
        tried.account(&[server, ("user", user), ("token", token)]).await
    };
    let right = account(USER, PASSWORD).await;
    assert_eq!(tried.takes(&right, 1, 2).await, "");
    tried.holds(&[("notes/a.txt", "mine")]);
    let wrong = account(USER, "wrong").await;
    assert_eq!(tried.stage.collect(&wrong).await.unwrap_err().code(), "login-failed");
    let nobody = account("", "").await;
    assert!(tried.fails(&nobody).await.contains("not public, or not there"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repository_that_is_too_large_names_the_remedy() {
    let tried = Tried::at_path("ada/notes.git").await;
    let account = tried.account(&[("server", "git.acme.example/ada/notes.git")]).await;
    // More than an answer may be, on this stage.
    let noise =
        (0..200_000_u64).flat_map(|at| (at * at).wrapping_mul(0x9e37_79b9_7f4a_7c15).to_le_bytes());
    tried.put("noise.bin", noise.collect::<Vec<u8>>());
    tried.commit();
    assert!(tried.fails(&account).await.contains("connect a smaller branch"));
    tried.git(&["rm", "-q", "noise.bin"]);
    tried.put("a.txt", "short");
    tried.commit();
    assert_eq!(tried.takes(&account, 1, 2).await, "", "its past does not come");
    tried.holds(&[("notes/a.txt", "short")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pack_that_lies_fails_with_words_and_leaves_nothing() {
    let tried = Tried::at_path("ada/notes.git").await;
    tried.put("a.txt", "one");
    tried.commit();
    let damaged = "cut off, or damaged";
    let account = tried.account(&[("server", "git.acme.example/ada/notes.git")]).await;
    for (lie, pack, said) in [
        ("more objects than there are", packs::miscounted(99_000), damaged),
        ("fewer than there are", packs::miscounted(1), damaged),
        (
            "four thousand million",
            packs::miscounted(u32::MAX),
            "more than 100000 files and folders",
        ),
        ("longer than it says", packs::longer_than_it_says(20 << 20), damaged),
        ("shorter than it says", packs::of_length(20 << 20), damaged),
        ("too long", packs::of_length((24 << 20) + 1), "a file of more than 24 MiB"),
        ("2 GiB of 100 KiB", packs::bomb(100), "unpacks to more than a run takes"),
        ("no base", packs::without_base(), "an object without its base"),
        ("a changed byte", packs::with_a_changed_byte(), "a wrong checksum"),
    ] {
        *tried.served.forged.lock().unwrap() = Some(pack);
        let Collected { outcome, brought, .. } = tried.stage.collected(&account).await;
        let why = outcome.unwrap_err();
        // A slow machine stops one that takes long before it has done all its work.
        let is_stopped = why.said().contains(said) || why.code() == "stopped-time";
        assert!(is_stopped, "{lie}: {}: {}", why.code(), why.said());
        assert_eq!((brought.files, brought.documents), (0, 0), "{lie}");
        tried.holds(&[]);
        assert_eq!(chunks(&tried.stage.world), 0, "{lie}");
    }
    *tried.served.forged.lock().unwrap() = None;
    assert_eq!(tried.takes(&account, 1, 2).await, "", "nothing of it is remembered");
    tried.holds(&[("notes/a.txt", "one")]);
}

/// What a first run is told plays ever after, under another name of the server and of its user.
#[tokio::test(flavor = "multi_thread")]
async fn files_are_recorded_at_git() {
    let tried = Tried::at_path("private/notes.git").await;
    tried.put("Bills/2026/may.pdf", "forty euros");
    tried.put("notes.txt", [0xff, 0]);
    tried.commit();
    let server = ("server", "git.acme.example/private/notes.git");
    let typed = [server, ("user", USER), ("token", PASSWORD)];
    let door = Door::rehearsed(Arc::clone(&tried.stage.rehearsal)).unwrap();
    let cassette = recorded(("git", "http-backend"), &typed, &[], door, nobody).await;
    keep(("git", "http-backend"), &cassette);
    assert_eq!(cassette.expected.said, "2 files");
}
