//! A lane: what of one component waits for one cue, and how its last runs ended.
//!
//! In flow a cue, the number of a change, the end of a run; out flows when the next one is due. A
//! lane knows of its own compartment alone: what another lane of the same component does, fails at
//! or is given must never move it, for it may be about more.

use domicile_policy::{CauseKind, Doctype, Label};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::limits::{
    BACK_OFF, BACK_OFF_PROVIDER, MESSAGE_PACE, PACE_MAX, PACE_MIN, RUNS_KEPT_MAX, TRIES_MAX,
};
use super::slots::Slots;

/// What runs of a lane begin with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cue {
    /// The schedule or the owner: the run is told nothing.
    Plain,
    /// Changes in one compartment.
    Change {
        /// Of which documents.
        doctype: Doctype,
        /// About what.
        label: Label,
    },
    /// The schedule or the owner, for one account of a konnector.
    Account(String),
}

impl Cue {
    /// Its name among those of a component.
    pub fn name(&self) -> String {
        match self {
            Cue::Plain => "plain".to_owned(),
            Cue::Change { doctype, label } => {
                let text = format!("{doctype} {}", label.canonical());
                blake3::hash(text.as_bytes()).to_hex().to_string()
            }
            Cue::Account(account) => format!("account-{account}"),
        }
    }
}

/// What the end of a run asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Then {
    /// It is done, or has to be let be until the next slot or change.
    Next,
    /// It may work soon.
    Again,
    /// It works once the owner has done something.
    Owner,
}

impl Then {
    fn after(outcome: &str) -> Then {
        match outcome {
            "done" | "too-many-attempts" | "accept-terms" => Then::Next,
            // Trying a refused password again locks the account.
            "login-failed"
            | "authorize"
            | "access-denied"
            | "authorize-failed"
            | "renew-consent"
            | "strong-authentication"
            | "wrong-code"
            | "change-password"
            | "sign-in"
            | "account-removed"
            | "permissions-changed"
            | "challenge-asked"
            | "reconnect" => Then::Owner,
            _ => Then::Again,
        }
    }
}

/// A run that ended, for the owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ran {
    /// What started it.
    pub cause: CauseKind,
    /// Of an event: what the change was about.
    pub about: Label,
    /// When it began.
    pub at: Timestamp,
    /// How long it took.
    pub lasted_ms: u64,
    /// `done`, or the code of what ended it.
    pub outcome: String,
    /// What it said at its end, in its own words: of a service as it failed only.
    pub said: String,
    /// What a konnector left out, and why, in its own words.
    #[serde(default)]
    pub warnings: Vec<String>,
    /// How many documents a konnector brought.
    #[serde(default)]
    pub brought: u64,
    /// And how many files.
    #[serde(default)]
    pub files: u64,
}

impl Ran {
    /// Whether it ended well.
    pub fn is_done(&self) -> bool {
        self.outcome == "done"
    }

    /// Whether its end asks for something that its owner has to do.
    pub fn wants_owner(&self) -> bool {
        Then::after(&self.outcome) == Then::Owner
    }
}

/// One lane, as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lane {
    cue: Cue,
    /// The owner wants no runs: of a service, kept in its plain lane, or for an account.
    pub paused: bool,
    /// Nothing but the owner starts it until a run ends well, or the account is connected again.
    #[serde(default)]
    pub waits: bool,
    /// Slots up to here had their run, or were missed.
    taken: Timestamp,
    /// The number of the last change that had its run.
    handled: u64,
    tries: u32,
    rests_until: Timestamp,
    began: Timestamp,
    pace_s: i64,
    /// The newest first.
    pub runs: Vec<Ran>,
}

impl Lane {
    /// One that begins now: no slot before it is due, and every change is new.
    pub fn new(cue: Cue, now: Timestamp) -> Lane {
        Lane {
            cue,
            paused: false,
            waits: false,
            taken: now,
            handled: 0,
            tries: 0,
            rests_until: Timestamp::UNIX_EPOCH,
            began: Timestamp::UNIX_EPOCH,
            pace_s: PACE_MIN.as_secs(),
            runs: Vec::new(),
        }
    }

    /// The number of the last change that had its run.
    pub fn handled(&self) -> u64 {
        self.handled
    }

    /// When its schedule starts it next: once, however many slots were missed.
    pub fn next_slot(&self, slots: &Slots) -> Timestamp {
        slots.after(self.taken).max(self.rests_until)
    }

    /// When a message of its provider starts it.
    pub fn next_message(&self) -> Timestamp {
        self.rests_until
    }

    /// When a change with this number starts it, if it had no run yet.
    pub fn next_change(&self, number: u64) -> Option<Timestamp> {
        (number > self.handled).then_some(self.rests_until)
    }

    /// All changes up to `now` were the component's own, if those up to `before` had their run:
    /// nothing to start it for.
    pub fn forget_own(&mut self, before: u64, now: u64) {
        if self.handled == before {
            self.handled = now;
        }
    }

    /// A run has ended, at `now`, that had seen the changes up to this number. One that `rose`
    /// above what the lane knows is not tried again: that another begins here would tell how it
    /// ended. Answers whether what it was started for is done with.
    pub fn ended(&mut self, ran: Ran, rose: bool, number: u64, now: Timestamp) -> bool {
        let then = if rose { Then::Next } else { Then::after(&ran.outcome) };
        // A provider that is down has not taken the password: only a good end says that it did.
        self.waits = then == Then::Owner || self.waits && !ran.is_done();
        let mut settled = ran.is_done();
        if ran.cause != CauseKind::Owner {
            self.tries += 1;
            if then != Then::Again || self.tries >= TRIES_MAX {
                settled |= then != Then::Owner;
                self.settle(&ran, number);
            } else {
                let pause = self.back_off().saturating_mul(4i32.pow(self.tries - 1));
                self.rests_until = later(now, pause);
            }
        }
        self.runs.insert(0, ran);
        self.runs.truncate(RUNS_KEPT_MAX);
        settled
    }

    /// The owner has done what it waited for: nothing that went before counts.
    pub fn begin_again(&mut self) {
        (self.waits, self.tries, self.rests_until) = (false, 0, Timestamp::UNIX_EPOCH);
    }

    fn back_off(&self) -> SignedDuration {
        if matches!(self.cue, Cue::Account(_)) { BACK_OFF_PROVIDER } else { BACK_OFF }
    }

    /// What was due had its run, or enough of them.
    fn settle(&mut self, ran: &Ran, number: u64) {
        self.tries = 0;
        if ran.cause == CauseKind::Message {
            // Its schedule goes on as if there had been none.
            self.rests_until = later(ran.at, MESSAGE_PACE);
            return;
        }
        if !matches!(self.cue, Cue::Change { .. }) {
            self.taken = ran.at;
            return;
        }
        let pace = SignedDuration::from_secs(self.pace_s);
        let again = ran.at.duration_since(self.began) <= pace.saturating_mul(2);
        let pace = if again { pace.saturating_mul(2).min(PACE_MAX) } else { PACE_MIN };
        (self.handled, self.began, self.pace_s) = (number, ran.at, pace.as_secs());
        self.rests_until = later(ran.at, pace);
    }
}

fn later(moment: Timestamp, by: SignedDuration) -> Timestamp {
    moment.saturating_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change() -> Lane {
        let doctype = "io.cozy.notes".parse().unwrap();
        let cue = Cue::Change { doctype, label: "notes@self".parse().unwrap() };
        Lane::new(cue, Timestamp::UNIX_EPOCH)
    }

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + minute * 60).unwrap()
    }

    fn run(lane: &mut Lane, outcome: &str, minute: i64, number: u64) {
        run_by(lane, CauseKind::Event, outcome, minute, number);
    }

    fn run_by(lane: &mut Lane, cause: CauseKind, outcome: &str, minute: i64, number: u64) {
        let ran = Ran {
            cause,
            about: Label::nothing(),
            at: at(minute),
            lasted_ms: 1,
            outcome: outcome.to_owned(),
            said: String::new(),
            warnings: Vec::new(),
            brought: 0,
            files: 0,
        };
        lane.ended(ran, outcome == "rose", number, at(minute));
    }

    #[test]
    fn runs_that_follow_each_other_are_spread() {
        let mut lane = change();
        let mut minutes = vec![0];
        for number in 1..=9 {
            let minute = *minutes.last().unwrap();
            run(&mut lane, "done", minute, number);
            let next = lane.next_change(number + 1).unwrap();
            minutes.push((next.as_second() - at(0).as_second()) / 60);
        }
        assert_eq!(minutes, [0, 1, 3, 7, 15, 31, 61, 91, 121, 151], "at last every half hour");
        run(&mut lane, "done", 300, 11);
        assert_eq!(lane.next_change(12), Some(at(301)), "after a rest it is as at first");
        assert_eq!(lane.next_change(11), None);
    }

    #[test]
    fn a_failure_is_tried_three_times_and_then_let_be() {
        let mut lane = change();
        run(&mut lane, "failed", 0, 5);
        assert_eq!(lane.next_change(5), Some(at(1)));
        run(&mut lane, "crashed", 1, 5);
        assert_eq!(lane.next_change(5), Some(at(5)));
        run(&mut lane, "failed", 5, 5);
        assert_eq!(lane.next_change(5), None);
        assert_eq!(lane.next_change(6), Some(at(6)), "the next change is a new chance");
        assert_eq!(lane.runs.len(), 3);
        run(&mut lane, "rose", 10, 6);
        assert_eq!(lane.next_change(6), None, "how that one ended is not this lane's to know");
    }

    fn hourly() -> Slots {
        let (zone, spread) = (jiff::tz::TimeZone::UTC, 0);
        Slots { schedule: domicile_proto::manifest::Schedule::Hourly, zone, spread }
    }

    #[test]
    fn what_a_provider_says_decides_when_it_is_asked_again() {
        let slots = hourly();
        let mut lane = Lane::new(Cue::Account("a".to_owned()), at(0));
        run(&mut lane, "vendor-down", 60, 0);
        assert_eq!((lane.next_slot(&slots), lane.waits), (at(75), false), "a while later");
        run(&mut lane, "too-many-attempts", 75, 0);
        assert!(lane.next_slot(&slots) > at(75 + 15), "not before the next slot");
        run(&mut lane, "login-failed", 180, 0);
        assert!(lane.waits, "a wrong password is not tried again");
        for outcome in ["vendor-down", "too-many-attempts", "unavailable"] {
            run_by(&mut lane, CauseKind::Owner, outcome, 190, 0);
            assert!(lane.waits, "{outcome}: nobody took it meanwhile");
        }
        run_by(&mut lane, CauseKind::Owner, "done", 200, 0);
        assert!(!lane.waits);
        run(&mut lane, "login-failed", 210, 0);
        lane.begin_again();
        assert!(!lane.waits && lane.next_slot(&slots) <= at(210 + 60));
    }

    #[test]
    fn messages_leave_the_schedule_alone() {
        let slots = hourly();
        let mut lane = Lane::new(Cue::Account("a".to_owned()), at(0));
        let slot = lane.next_slot(&slots);
        run_by(&mut lane, CauseKind::Message, "done", 1, 0);
        assert_eq!(lane.next_slot(&slots), slot);
        assert_eq!(lane.next_message(), at(1) + MESSAGE_PACE);
        run_by(&mut lane, CauseKind::Message, "vendor-down", 2, 0);
        assert_eq!(lane.next_message(), at(2 + 15));
    }

    #[test]
    fn missed_slots_are_due_once() {
        let slots = hourly();
        let mut lane = Lane::new(Cue::Plain, at(0));
        assert!(lane.next_slot(&slots) < at(60));
        run(&mut lane, "done", 600, 0);
        let next = lane.next_slot(&slots);
        assert!(at(600) < next && next <= at(660));
    }

    #[test]
    fn the_components_own_changes_are_forgotten_and_no_others() {
        let mut lane = change();
        lane.forget_own(0, 3);
        assert_eq!((lane.next_change(3), lane.handled()), (None, 3));
        lane.forget_own(4, 6);
        assert_eq!(lane.handled(), 3, "change 4 was another's and had no run");
    }

    #[test]
    fn every_cue_has_a_name_of_its_own() {
        let names =
            [("io.cozy.notes", "notes@self"), ("io.cozy.notes", "notes@*"), ("io.cozy.files", "")]
                .map(|(doctype, label)| {
                    let (doctype, label) = (doctype.parse().unwrap(), label.parse().unwrap());
                    Cue::Change { doctype, label }.name()
                });
        assert!(names[0] != names[1] && names[1] != names[2] && names[0] != Cue::Plain.name());
    }
}
