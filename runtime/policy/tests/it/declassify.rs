//! R20: the owner's act and the declared gate.

use domicile_policy::declassify::SHOWN_BYTES_MAX;
use domicile_policy::{Actor, Chosen, Gate, GateUse, Influence, Label, Locale, Reason, Release};
use proptest::prelude::*;

use crate::support::{component, label};

fn owner() -> Influence {
    Influence::of([Actor::Owner])
}

fn app() -> Influence {
    Influence::of([Actor::App(component("banks")), Actor::Owner])
}

fn refused<T: std::fmt::Debug>(result: Result<T, Reason>) -> &'static str {
    result.unwrap_err().code()
}

/// A release that is in order, before `spoil`.
fn release(spoil: impl FnOnce(&mut Act)) -> Result<(), Reason> {
    let mut act = Act {
        label: label("bank@acme"),
        shown: label("bank@acme notes@self"),
        content: Chosen::Picked(owner()),
        destination: owner(),
        moment: owner(),
    };
    spoil(&mut act);
    Release {
        label: &act.label,
        shown: &act.shown,
        content: act.content,
        destination: &act.destination,
        moment: &act.moment,
    }
    .check()
}

struct Act {
    label: Label,
    shown: Label,
    content: Chosen,
    destination: Influence,
    moment: Influence,
}

#[test]
fn r20_the_owners_own_act_releases_what_was_shown() {
    assert_eq!(release(|_| {}), Ok(()));
    assert_eq!(release(|act| act.destination = Influence::nobody()), Ok(()), "a manifest fixed it");
}

#[test]
fn r20_what_was_not_shown_stays() {
    let hidden = release(|act| act.label = label("bank@acme health@self"));
    assert_eq!(refused(hidden), "not-shown");
    assert_eq!(refused(release(|act| act.shown = Label::nothing())), "not-shown");
}

#[test]
fn r20_an_app_chooses_neither_what_nor_to_whom_nor_when() {
    let denials = [
        release(|act| act.content = Chosen::Picked(app())),
        release(|act| act.destination = app()),
        release(|act| act.moment = app()),
    ];
    for (denial, aspect) in denials.into_iter().zip(["content", "destination", "moment"]) {
        let reason = denial.unwrap_err();
        assert_eq!(reason.code(), "influenced");
        let why = reason.words(Locale::En).why;
        assert_eq!(why, format!("its {aspect} could have been shaped by you, the app `banks`"));
    }
}

#[test]
fn r20_an_apps_text_may_leave_when_the_owner_read_every_byte() {
    let shown = |bytes| release(|act| act.content = Chosen::ShownWhole { bytes });
    assert_eq!(shown(SHOWN_BYTES_MAX), Ok(()));
    assert_eq!(refused(shown(SHOWN_BYTES_MAX + 1)), "too-long-to-check");
}

/// 101 answers and silence: 7 bits, twice a day.
fn footprint() -> Gate {
    Gate { name: "footprint".to_owned(), answers: 102, output_bytes: 16, bits_per_day: 14 }
}

fn gate(change: impl FnOnce(&mut (bool, usize, u64, Influence, Influence))) -> Result<u64, Reason> {
    let mut used = (true, 16, 7, owner(), Influence::nobody());
    change(&mut used);
    footprint().check(&GateUse {
        consented: used.0,
        output_bytes: used.1,
        spent_bits: used.2,
        destination: &used.3,
        moment: &used.4,
    })
}

#[test]
fn r20_a_gate_gives_one_size_within_its_budget() {
    assert_eq!(gate(|_| {}), Ok(14));
    assert_eq!(refused(gate(|used| used.2 = 8)), "gate-spent");
    assert_eq!(refused(gate(|used| used.2 = u64::MAX)), "gate-spent");
    assert_eq!(refused(gate(|used| used.1 = 15)), "gate-size");
    assert_eq!(refused(gate(|used| used.1 = 17)), "gate-size");
}

#[test]
fn r20_a_gate_opens_by_consent_and_not_by_an_app() {
    assert_eq!(refused(gate(|used| used.0 = false)), "gate-closed");
    assert_eq!(refused(gate(|used| used.3 = app())), "influenced");
    assert_eq!(refused(gate(|used| used.4 = app())), "influenced");
}

proptest! {
    #[test]
    fn r20_a_gate_counts_as_many_bits_as_its_answers_need(answers in 1..=u64::MAX) {
        let bits = Gate { answers, ..footprint() }.bits();
        let told_apart = |bits: u64| 1_u128 << bits;
        prop_assert!(u128::from(answers) <= told_apart(bits));
        prop_assert!(bits == 0 || u128::from(answers) > told_apart(bits - 1));
    }

    /// Whatever is asked for, no day gives more than its budget, and each output has the one size.
    #[test]
    fn r20_no_day_gives_more_than_its_budget(
        answers in 1..=u64::MAX,
        bits_per_day in 0..200_u64,
        uses in prop::collection::vec((any::<bool>(), 15..=17_usize), 0..100),
    ) {
        let gate = Gate { answers, bits_per_day, ..footprint() };
        let (destination, moment) = (owner(), Influence::nobody());
        let (mut spent_bits, mut through) = (0, 0);
        for (consented, output_bytes) in uses {
            let used = GateUse {
                consented, output_bytes, spent_bits, destination: &destination, moment: &moment,
            };
            if let Ok(spent) = gate.check(&used) {
                prop_assert_eq!((consented, output_bytes), (true, 16));
                (spent_bits, through) = (spent, through + 1);
            }
        }
        prop_assert!(through * gate.bits() <= bits_per_day);
    }
}
