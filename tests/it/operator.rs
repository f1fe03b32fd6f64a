//! What the operator of a house sees of its homes: the server's log, the commands, their terminal.
//! Nothing of it tells what a run knows, and no text of a component moves a cursor there.

use std::io::{self, BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use domicile::flow::Fault;
use domicile_policy::{Influence, Label};
use tempfile::TempDir;
use tracing_subscriber::EnvFilter;

use crate::exfil::component;
use crate::support::{STATEMENT, World};

/// What a run does if the secret says so; all of it is the operator's to notice, were it told.
const SIGNALS: [&str; 9] = [
    "say SEEN MARKER",
    "panic SEEN",
    r#"create io.cozy.notes {"title":"told"}"#,
    r#"create io.cozy.notes {"no":"title"}"#,
    "delete io.cozy.notes",
    "find io.cozy.contacts",
    "notify MARKER SEEN",
    "state-set MARKER SEEN",
    "page io.cozy.notes no-cursor",
];
/// How often each.
const TIMES: usize = 12;

/// What a server at this level logs.
#[derive(Clone, Default)]
pub struct Tape(Arc<Mutex<Vec<u8>>>);

impl io::Write for Tape {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Tape {
    /// On this thread, until the guard goes. The level of a server that nobody set up is `warn`.
    pub fn record(level: &str) -> (Tape, tracing::subscriber::DefaultGuard) {
        let tape = Tape::default();
        let writer = tape.clone();
        let subscriber = tracing_subscriber::fmt().with_env_filter(EnvFilter::new(level));
        let subscriber = subscriber.without_time().with_ansi(false);
        let subscriber = subscriber.with_writer(move || writer.clone()).finish();
        (tape, tracing::subscriber::set_default(subscriber))
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

async fn run(world: &World, app: &str, program: &str) {
    let nothing = Some((Label::nothing(), Influence::nobody()));
    let _ = world.visit(app, &format!("/{program}"), nothing).await;
}

/// A home with this secret, after many runs that signal it, and what the server logged meanwhile.
async fn signalled(statement: &str, level: &str) -> (TempDir, String) {
    let world = component::colluders(Fault::Nothing).await.and_statement(statement).await;
    run(&world, "reader", r#"create io.cozy.notes {"title":"plain"}"#).await;
    let (tape, _guard) = Tape::record(level);
    for signal in SIGNALS {
        let program = format!("find io.cozy.bank.operations\nif MARKER-GROCER {signal}");
        for _ in 0..TIMES {
            run(&world, "writer", &program).await;
        }
    }
    world.home.store().flush().await.unwrap();
    (world.folder, tape.text())
}

pub fn domicile(data: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_domicile"));
    let output = command.args(arguments).arg("--data").arg(data).output().unwrap();
    String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
}

/// What the server prints, without what is drawn each time.
fn up(data: &Path) -> String {
    let mut server = Command::new(env!("CARGO_BIN_EXE_domicile"));
    server.args(["up", "--listen", "127.0.0.1:0", "--data"]).arg(data);
    let mut server = server.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
    server.kill().unwrap();
    let logged = server.wait_with_output().unwrap().stderr;
    let shape = line.split(':').take(2).collect::<String>();
    format!("{shape}\n{}", String::from_utf8(logged).unwrap())
}

/// All that the operator is shown.
pub fn shown(folder: &TempDir) -> String {
    let data = folder.path();
    let commands = [&["home", "list"][..], &["app", "list"], &["doctor"]];
    let said: String = commands.iter().map(|words| domicile(data, words)).collect();
    said + &up(data)
}

#[tokio::test]
async fn what_runs_know_shows_nothing_to_the_operator() {
    let other = STATEMENT.replace("MARKER-GROCER", "MARKER-DOCTOR");
    let (folder, logged) = signalled(STATEMENT, "warn").await;
    let (other_folder, other_logged) = signalled(&other, "warn").await;
    let (seen, other_seen) = (logged + &shown(&folder), other_logged + &shown(&other_folder));
    assert_eq!(seen, other_seen, "the operator can tell the homes apart");
    assert!(!seen.contains("MARKER"), "{seen}");
    assert!(seen.contains("home: sound") && seen.contains("writer  app"), "{seen}");
    // An operator who asks for more than is shown is told: the runs did signal, and were heard.
    let (_, logged) = signalled(STATEMENT, "domicile=debug").await;
    let (_, other_logged) = signalled(&other, "domicile=debug").await;
    assert!(logged.contains("a guest crashed") && !other_logged.contains("a guest crashed"));
}

#[tokio::test]
async fn a_run_that_fills_its_room_is_no_news_to_the_operator() {
    // One small room for all: it is full after a few notes.
    let world = component::colluders(Fault::SharedQuota).await;
    let (tape, _guard) = Tape::record("warn");
    let fill = r#"create io.cozy.notes {"title":"as long as it takes to be full by and by"}"#;
    for _ in 0..20 {
        run(&world, "reader", &format!("{fill}\nsay {fill}")).await;
    }
    assert!(world.documents("io.cozy.notes").len() < 20, "it is not full");
    assert_eq!(tape.text(), "");
    tracing::warn!("what the server has to say itself is recorded");
    assert!(tape.text().contains("recorded"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_shows_no_text_of_a_component_as_it_is() {
    let world = component::colluders(Fault::Nothing).await;
    let hostile = "\\u001b]0;owned\\u0007\u{9b}31m\u{202e}";
    let program = format!("create io.cozy.notes {{\"title\":\"{hostile}\"}}\nsay {hostile}");
    run(&world, "reader", &program).await;
    run(&world, "reader", &format!("notify {hostile} {hostile}\nfind \u{9b}31m.b.c")).await;
    let stored = world.documents("io.cozy.notes").remove(0).body;
    assert!(stored.contains('\u{9b}') && stored.contains('\u{202e}'), "nothing to be stripped");
    world.home.store().flush().await.unwrap();
    let World { house, home, folder } = world;
    drop((house, home));
    let file = folder.path().join("a\u{1b}[2J\u{202e}.ofx");
    std::fs::write(&file, STATEMENT).unwrap();
    for words in [
        &["docs", "find", "io.cozy.notes"][..],
        &["docs", "find", "app.domicile.logs"],
        &["docs", "find", "app.domicile.notices"],
        &["import", file.to_str().unwrap()],
        &["log"],
        &["log", "--json"],
        &["app", "list"],
        &["app", "flows", "reader"],
    ] {
        let said = domicile(folder.path(), words);
        assert!(!said.is_empty(), "{words:?}");
        let moves = |c: char| c.is_control() && c != '\n' || ('\u{202a}'..='\u{202e}').contains(&c);
        assert!(!said.contains(moves), "{words:?}: {said:?}");
    }
    // What stood there is still to be read, by whoever reads JSON.
    let said = domicile(folder.path(), &["docs", "find", "io.cozy.notes"]);
    let line: serde_json::Value = serde_json::from_str(said.trim()).unwrap();
    assert_eq!(line["body"]["title"], "\u{1b}]0;owned\u{7}\u{9b}31m\u{202e}");
}

#[test]
fn others_on_the_machine_are_kept_out_of_homes_and_keys() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("new");
    assert!(domicile(&data, &["home", "add", "home"]).contains("ready"));
    let mode = |path: &str| {
        let found = data.join(path).metadata().ok()?;
        Some(found.permissions().mode() & 0o777)
    };
    for (path, wanted) in
        [("", 0o700), ("homes", 0o700), ("house.key", 0o600), ("homes/home/home.key", 0o600)]
    {
        assert_eq!(mode(path), Some(wanted), "{path}");
    }
    // A house of an older version let others look in: no longer.
    std::fs::set_permissions(data.join("homes"), std::fs::Permissions::from_mode(0o755)).unwrap();
    let mut server = Command::new(env!("CARGO_BIN_EXE_domicile"));
    server.args(["up", "--listen", "127.0.0.1:0", "--data"]).arg(&data).stdout(Stdio::null());
    let mut server = server.spawn().unwrap();
    let until = Instant::now() + Duration::from_secs(30);
    while mode("control.sock") != Some(0o600) {
        assert!(Instant::now() < until, "the control socket is open to others, or not there");
        std::thread::yield_now();
    }
    assert_eq!(mode("homes"), Some(0o700));
    server.kill().unwrap();
    server.wait().unwrap();
}
