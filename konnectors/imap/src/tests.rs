//! Whole runs against a server of the test: what it says, whatever it says, and what comes of it.

use std::cell::RefCell;
use std::rc::Rc;

use domicile_sdk::konnector;
use domicile_sdk::testing::Home;
use proptest::prelude::*;

use super::*;

const LIST: &str = "* LIST (\\HasNoChildren) \"/\" INBOX\r\n";
const EXAMINED: &str = "* 2 EXISTS\r\n* OK [UIDVALIDITY 7] valid\r\n";

/// A message as a server gives it.
fn given(uid: u32, subject: &str) -> String {
    fetched(uid, &format!("From: ada@example.org\r\nSubject: {subject}\r\n\r\nBonjour\r\n"))
}

fn fetched(uid: u32, text: &str) -> String {
    let size = text.len();
    format!(
        "* 1 FETCH (FLAGS (\\Seen) UID {uid} RFC822.SIZE {size} BODY[]<0> {{{size}}}\r\n{text})\r\n"
    )
}

/// A server that answers each command by its first words; what it heard.
fn server(home: &Home, answers: Vec<(&'static str, String)>) -> Rc<RefCell<Vec<String>>> {
    let heard = Rc::new(RefCell::new(Vec::new()));
    let hears = Rc::clone(&heard);
    home.server(move |bytes| {
        let line = String::from_utf8_lossy(bytes).trim_end().to_owned();
        let (tag, command) = line.split_once(' ').unwrap();
        let found = answers.iter().find(|(begin, _)| command.starts_with(begin));
        let said = found.map(|(_, said)| said.as_str()).unwrap_or_default();
        hears.borrow_mut().push(command.to_owned());
        format!("{said}{tag} OK done\r\n").into_bytes()
    });
    heard
}

fn usual(search: &str, fetch: String) -> Vec<(&'static str, String)> {
    vec![
        ("LIST", LIST.to_owned()),
        ("EXAMINE", EXAMINED.to_owned()),
        ("UID SEARCH", format!("* SEARCH {search}\r\n")),
        ("UID FETCH", fetch),
    ]
}

#[test]
fn what_is_there_comes_once() {
    let home = Home::new();
    let both = given(3, "One")
        + "* 4 EXISTS\r\n* 1 FETCH (FLAGS ())\r\n* X-NEW thing\r\n"
        + &given(9, "Two");
    let heard = server(&home, usual("3 9", both));
    let report = konnector::run::<Imap>().unwrap();
    assert_eq!((report.summary.as_str(), report.warnings.len()), ("2 messages", 0));
    let deposits = home.deposits();
    let (doctype, key, body) = &deposits[0];
    assert_eq!((doctype.as_str(), body["subject"].as_str()), ("io.cozy.emails", Some("One")));
    assert_eq!(body["labels"], serde_json::json!(["INBOX", "\\Seen"]));
    assert!(key.starts_with("message-sha256:") && key.len() == 15 + 64, "{key}");
    let asked = heard.borrow().iter().find(|one| one.starts_with("UID FETCH")).unwrap().clone();
    assert!(asked.starts_with("UID FETCH 9,3 (UID FLAGS"), "the newest first: {asked}");
    assert_eq!(konnector::run::<Imap>().unwrap().summary, "0 messages");
    assert_eq!(home.deposits().len(), 2);
}

#[test]
fn another_message_with_the_same_identifier_is_another_document() {
    let with_id = |uid, subject: &str| {
        let id = "Message-ID: <same@example.org>";
        fetched(uid, &format!("From: ada@example.org\r\nSubject: {subject}\r\n{id}\r\n\r\n"))
    };
    let home = Home::new();
    server(&home, usual("1 2", with_id(1, "One") + &with_id(2, "Other")));
    assert_eq!(konnector::run::<Imap>().unwrap().summary, "2 messages");
    let keys: Vec<String> = home.deposits().into_iter().map(|(_, key, _)| key).collect();
    assert_ne!(keys[0], keys[1]);
}

#[test]
fn a_folder_that_does_not_open_is_told_and_the_run_goes_on() {
    let home = Home::new();
    let mut answers = usual("1", given(1, "One"));
    let list = format!("{LIST}* LIST () \"/\" Locked\r\n* LIST (\\Noselect) \"/\" Up\r\n");
    answers[0].1 = list;
    answers.insert(0, ("EXAMINE \"Locked\"", "* 0 EXISTS\r\n".to_owned()));
    server(&home, answers);
    let report = konnector::run::<Imap>().unwrap();
    assert_eq!(report.summary, "1 message");
    assert_eq!(report.warnings, ["the server does not open the folder Locked"]);
}

#[test]
fn what_is_no_answer_has_a_name() {
    for said in ["SSH-2.0-x\r\n\r\n", "* BYE full\r\n", "", "* LIST () \"/\" {99999999}\r\n"] {
        let home = Home::new();
        let said = said.to_owned();
        home.server(move |_| said.clone().into_bytes());
        assert!(konnector::run::<Imap>().is_err());
    }
    assert!(matches!(
        {
            let _home = Home::new();
            konnector::run::<Imap>()
        },
        Err(Failure::VendorDown)
    ));
}

proptest! {
    /// Whatever a server says, a run ends, and not by a panic.
    #[test]
    fn any_answers_are_read_or_refused(
        said in prop::collection::vec(
            "(\\* |[0-9]{1,3} |a[1-6] |OK|NO|FETCH \\(|UID [0-9]{1,12}|BODY\\[\\] |LIST \\(\\) \"/\" |\\{[0-9]{1,3}\\}\r\n|SEARCH|\\)|\\[UIDVALIDITY 1\\]|x|\"| |\r\n){0,12}\r\n",
            1..8,
        )
    ) {
        let home = Home::new();
        let at = RefCell::new(said.into_iter().cycle());
        home.server(move |bytes| {
            let line = String::from_utf8_lossy(bytes);
            let tag = line.split(' ').next().unwrap_or_default();
            let said = at.borrow_mut().next().unwrap_or_default();
            format!("{said}{tag} OK\r\n").into_bytes()
        });
        let _ = konnector::run::<Imap>();
    }
}
