//! What an observer could get of a home: every sink, in one place.
//!
//! In flow a home, a run's answer, an observer; out flows text to be compared byte by byte. A new
//! field of an answer does not compile here until it is recorded, and a new doctype is recorded by
//! itself.

use std::sync::{Arc, Mutex};

use domicile::flow::accounts;
use domicile::house::Home;
use domicile::registry::{self, OF_COMPONENTS};
use domicile::runs::page::PageAnswer;
use domicile_policy::{Doctype, Label, ReadScope, Run};
use domicile_proto::doctype::Doctypes;
use domicile_store::Query;
use serde::Deserialize;
use serde_json::Value;

/// One home's recorder.
#[derive(Clone)]
pub struct Recorder {
    observer: Label,
    tape: Arc<Mutex<Tape>>,
}

struct Tape {
    /// What the observer sees of the home, as of the last call.
    below: String,
    /// What the run knew at its last call.
    label: Label,
    /// What calls and runs showed the observer, in order.
    shown: String,
    /// A call of a run that knew more changed what the observer sees.
    broken: Option<String>,
}

impl Recorder {
    /// A recorder that looks before each call of a guest.
    pub fn of(home: &Home, observer: Label) -> Recorder {
        let tape = Tape {
            below: below(home, &observer),
            label: Label::nothing(),
            shown: String::new(),
            broken: None,
        };
        let recorder = Recorder { observer, tape: Arc::new(Mutex::new(tape)) };
        let watch = recorder.clone();
        home.set_watch(Box::new(move |home, run: &Run| {
            watch.look(home, run.label());
            watch.tape.lock().unwrap().label = run.label().clone();
        }));
        recorder
    }

    /// Whether the observer may know what such a run knows.
    pub fn may_know(&self, label: &Label) -> bool {
        label.flows_to(&self.observer)
    }

    /// A call, or a run, has ended at this label (P2).
    pub fn look(&self, home: &Home, label: &Label) {
        let now = below(home, &self.observer);
        let mut tape = self.tape.lock().unwrap();
        if self.may_know(label) {
            tape.shown.push_str(&now);
        } else if now != tape.below {
            let difference = difference(&tape.below, &now).unwrap_or_default();
            tape.broken = Some(format!("a call at {label} shows: {difference}"));
        }
        tape.below = now;
    }

    /// Something that the observer may see went wrong.
    pub fn broke(&self, how: String) {
        self.tape.lock().unwrap().broken = Some(how);
    }

    /// A konnector's run has ended. What its last call did is no more than it knew before that.
    pub fn gathered(&self, home: &Home) {
        let label = self.tape.lock().unwrap().label.clone();
        self.look(home, &label);
    }

    /// What a provider was asked, if what may go there is the observer's to know.
    pub fn asked(&self, requests: &[String], sends: &Label) {
        if self.may_know(sends) {
            self.tape.lock().unwrap().shown.push_str(&format!("{requests:?}\n"));
        }
    }

    /// What a run answered, and those in its panels, each if the observer may know what it knew.
    pub fn answered(&self, answer: &PageAnswer) {
        let PageAnswer { title, content, label, influence, panels } = answer;
        for panel in panels.iter().flatten() {
            self.answered(panel);
        }
        if self.may_know(label) {
            let shown = format!("{title}\n{content:?}\n{label}\n{influence:?}\n");
            self.tape.lock().unwrap().shown.push_str(&shown);
        }
    }

    /// All that the observer got so far, or what went wrong.
    pub fn transcript(&self, home: &Home) -> Result<String, String> {
        let tape = self.tape.lock().unwrap();
        match &tape.broken {
            Some(broken) => Err(broken.clone()),
            None => {
                let lanes = lanes(home, &self.observer);
                Ok(format!("{}\n{}\n{lanes}", tape.shown, tape.below))
            }
        }
    }
}

/// Every document, count and change of every doctype, as a reader with this clearance gets them:
/// state, notices and what was printed are documents too.
fn below(home: &Home, observer: &Label) -> String {
    let mut seen = String::new();
    for spec in Doctypes::builtin().iter() {
        let scope = scope(&spec.name, observer);
        let query = Query::new("{}");
        let documents = home.store().find(&scope, &query).unwrap().documents;
        if documents.is_empty() {
            continue;
        }
        let changes = home.store().changes(&scope, None, 100).unwrap();
        seen.push_str(&format!("{documents:?}\n{changes:?}\n"));
    }
    seen
}

/// What is remembered of the jobs that begin with what the observer may know: when and how each ran
/// last, and what makes it due again. Not how long it took, which is measured.
fn lanes(home: &Home, observer: &Label) -> String {
    let mut lanes: Vec<Value> = home.all_records(OF_COMPONENTS).unwrap();
    lanes.retain(|lane| match &lane["cue"] {
        Value::Object(cue) => match cue.get("account") {
            // How its runs ended is the provider's to tell.
            Some(account) => told_by(home, account).flows_to(observer),
            None => {
                let label: Label = Label::deserialize(&cue["change"]["label"]).unwrap();
                label.flows_to(observer)
            }
        },
        _ => true,
    });
    for ran in lanes.iter_mut().filter_map(|lane| lane["runs"].as_array_mut()).flatten() {
        ran["lasted_ms"] = Value::Null;
        assert_eq!(ran["outcome"], "done", "a program could not be run");
    }
    format!("{lanes:?}")
}

/// What the provider of an account tells.
fn told_by(home: &Home, account: &Value) -> Label {
    let account = accounts::find(home, account.as_str().unwrap()).unwrap().unwrap();
    let installed = registry::find(home, &account.component).unwrap();
    installed.world().deposit_label(&installed.grants())
}

/// Where two transcripts part.
pub fn difference(one: &str, other: &str) -> Option<String> {
    if one == other {
        return None;
    }
    let at = one.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count();
    let around = |text: &str| {
        let bytes = &text.as_bytes()[at.saturating_sub(200)..text.len().min(at + 200)];
        String::from_utf8_lossy(bytes).into_owned()
    };
    Some(format!("{}\n-- or --\n{}", around(one), around(other)))
}

/// All that this clearance admits of a doctype.
pub fn scope(doctype: &Doctype, admitted: &Label) -> ReadScope {
    let (doctype, admitted) = (doctype.clone(), admitted.clone());
    ReadScope { doctype, admitted, fields: None, rows: None }
}
