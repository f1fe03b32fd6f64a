//! Cases: what lies in two homes, and what happens there.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use crate::program::Op;
use crate::{DOCTYPES, ORIGINS};

/// Keys of deposits.
const KEYS: u8 = 3;

/// The tags of a document: the category of a doctype, and an origin.
pub type Tags = Vec<(usize, usize)>;

/// A document, and perhaps what an earlier run laid over it.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Its doctype.
    pub doctype: usize,
    /// What it is about.
    pub tags: Tags,
    /// Under which key it was deposited; without one it was made here.
    pub key: Option<u8>,
    /// What it says.
    pub body: u8,
    /// What else the overlay is about, and what it says.
    pub over: Option<(Tags, u8)>,
}

/// How the owner, a browser or a schedule starts a component.
#[derive(Clone, Debug)]
pub enum Start {
    /// The owner, on a trusted page.
    Owner,
    /// A schedule.
    Schedule,
    /// The owner opens an app.
    Visit,
    /// From the last page of this app, with its token and an argument that it made.
    Follow(usize),
    /// The same address without its token.
    Bare(usize),
    /// As [`Start::Follow`], but the owner has taken back all grants of the app but the first.
    Revoked(usize),
}

/// One start of one component.
#[derive(Clone, Debug)]
pub struct Step {
    /// Which.
    pub who: usize,
    /// By what.
    pub start: Start,
    /// What it does.
    pub program: Vec<Op>,
}

/// Two homes, and what happens in both.
#[derive(Clone, Debug)]
pub struct Case {
    /// What lies in both.
    pub shared: Vec<Stored>,
    /// What lies in one, and in the other: of this, what is above the observer.
    pub own: [Vec<Stored>; 2],
    /// What happens.
    pub steps: Vec<Step>,
}

/// Cases over so many components, of which the first are apps and the others konnectors. With
/// `panels` a child has a page, which is shown and answered.
pub fn cases(components: usize, apps: usize, panels: bool) -> impl Strategy<Value = Case> {
    let stored = || vec(stored(), 0..4);
    let steps = vec(scene(components, apps, panels), 1..4);
    (stored(), stored(), stored(), steps).prop_map(|(shared, here, there, scenes)| Case {
        shared,
        own: [here, there],
        steps: scenes.into_iter().flatten().collect(),
    })
}

/// Programs that mostly live to their end.
pub fn program() -> impl Strategy<Value = Vec<Op>> {
    let doctype = || 0..DOCTYPES;
    let from = prop_oneof![
        4 => Just(Vec::new()),
        1 => subsequence((1..ORIGINS).collect::<Vec<_>>(), 1..ORIGINS),
    ];
    let op = prop_oneof![
        6 => (doctype(), from).prop_map(|(doctype, from)| Op::Query(doctype, from)),
        1 => doctype().prop_map(Op::Count),
        1 => doctype().prop_map(Op::Feed),
        2 => (doctype(), 0..6usize).prop_map(|(doctype, at)| Op::Read(doctype, at)),
        4 => doctype().prop_map(Op::Create),
        4 => (doctype(), 0..4usize, any::<bool>()).prop_map(|(d, at, del)| Op::Change(d, at, del)),
        1 => (doctype(), 0..6usize, any::<bool>()).prop_map(|(d, at, del)| Op::Guess(d, at, del)),
        2 => (doctype(), 0..KEYS).prop_map(|(doctype, key)| Op::Deposit(doctype, key)),
        3 => Just(Op::Send),
        1 => any::<[u8; 2]>().prop_map(Op::Receive),
        3 => Just(Op::GetState),
        3 => Just(Op::SetState),
        1 => Just(Op::Notify),
        1 => Just(Op::Print),
        1 => Just(Op::Now),
        2 => doctype().prop_map(Op::Spawn),
        1 => any::<u8>().prop_map(Op::Add),
        2 => (1..3usize).prop_map(Op::SkipIfOdd),
    ];
    vec(op, 2..8)
}

/// Programs of those who talk to a provider.
fn gathering() -> impl Strategy<Value = Vec<Op>> {
    let doctype = || 0..DOCTYPES;
    let op = prop_oneof![
        2 => doctype().prop_map(|doctype| Op::Query(doctype, Vec::new())),
        3 => (doctype(), 0..KEYS).prop_map(|(doctype, key)| Op::Deposit(doctype, key)),
        4 => Just(Op::Send),
        3 => any::<[u8; 2]>().prop_map(Op::Receive),
        1 => Just(Op::GetState),
        2 => Just(Op::SetState),
        1 => (1..3usize).prop_map(Op::SkipIfOdd),
    ];
    vec(op, 2..8)
}

/// One start; two of one app, the second of which looks for what the first has kept; a page that
/// knows nothing with a child that does, and what comes of the child; or a page of an app and what
/// comes of it.
fn scene(components: usize, apps: usize, panels: bool) -> impl Strategy<Value = Vec<Step>> {
    let start = || select(vec![Start::Owner, Start::Schedule, Start::Visit]);
    let next = prop_oneof![3 => Just(true), 1 => Just(false)];
    let token = select(vec![Start::Follow, Start::Bare, Start::Revoked]);
    let one = (0..apps, start(), program())
        .prop_map(|(who, start, program)| vec![Step { who, start, program }]);
    let kept = (0..apps, program(), program()).prop_map(|(who, mut before, mut after)| {
        before.push(Op::SetState);
        after.insert(0, Op::GetState);
        [before, after].map(|program| Step { who, start: Start::Visit, program }).into()
    });
    let spawned = (0..apps, 0..DOCTYPES, 0..DOCTYPES, program());
    let spawned = spawned.prop_map(|(who, reads, writes, mut after)| {
        after.insert(0, Op::Create(writes));
        let page = Step { who, start: Start::Visit, program: vec![Op::Spawn(reads)] };
        vec![page, Step { who, start: Start::Follow(who), program: after }]
    });
    let two = (0..apps, program(), next, token, apps.min(components - 1)..components, program());
    let two =
        (two, gathering()).prop_map(move |((app, page, same, token, other, after), gathers)| {
            // A page has no address of another app, but may press what starts a konnector.
            let own = same || other < apps;
            let (who, program) = if own { (app, after) } else { (other, gathers) };
            vec![
                Step { who: app, start: Start::Visit, program: page },
                Step { who, start: token(app), program },
            ]
        });
    let gather = (apps..components, start(), gathering())
        .prop_map(|(who, start, program)| vec![Step { who, start, program }]);
    if panels {
        return prop_oneof![2 => one, 1 => kept, 1 => spawned, 2 => two, 1 => gather].boxed();
    }
    prop_oneof![2 => one, 1 => kept, 2 => two, 2 => gather].boxed()
}

fn stored() -> impl Strategy<Value = Stored> {
    let over = proptest::option::weighted(0.3, (tags(), any::<u8>()));
    let key = proptest::option::weighted(0.4, 0..KEYS);
    (0..DOCTYPES, tags(), key, any::<u8>(), over)
        .prop_map(|(doctype, tags, key, body, over)| Stored { doctype, tags, key, body, over })
}

fn tags() -> impl Strategy<Value = Tags> {
    vec((0..DOCTYPES, 0..ORIGINS), 1..3)
}
