//! R20: the owner's act and the declared gate.

use domicile_policy::declassify::SHOWN_BYTES_MAX;
use domicile_policy::{
    Actor, Chosen, ComponentId, Denial, Gate, GateUse, Influence, Label, Locale, Release, Rule,
};

use crate::support::{component, label, refused};

fn owner() -> Influence {
    Influence::of([Actor::Owner])
}

fn app() -> Influence {
    Influence::of([Actor::App(component("banks")), Actor::Owner])
}

/// A release that is in order, before `spoil`.
fn release(spoil: impl FnOnce(&mut Act)) -> Result<(), Denial> {
    let mut act = Act {
        component: component("banks"),
        label: label("bank@acme"),
        shown: label("bank@acme notes@self"),
        content: Chosen::Picked(owner()),
        destination: owner(),
        moment: owner(),
    };
    spoil(&mut act);
    Release {
        component: &act.component,
        label: &act.label,
        shown: &act.shown,
        content: act.content,
        destination: &act.destination,
        moment: &act.moment,
    }
    .check()
}

struct Act {
    component: ComponentId,
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
    assert_eq!(refused(hidden), (Rule::R20, "not-shown"));
    assert_eq!(refused(release(|act| act.shown = Label::nothing())), (Rule::R20, "not-shown"));
}

#[test]
fn r20_an_app_chooses_neither_what_nor_to_whom_nor_when() {
    let denials = [
        release(|act| act.content = Chosen::Picked(app())),
        release(|act| act.destination = app()),
        release(|act| act.moment = app()),
    ];
    for (denial, aspect) in denials.into_iter().zip(["content", "destination", "moment"]) {
        let denial = denial.unwrap_err();
        assert_eq!(denial.code(), "influenced");
        let why = denial.words(Locale::En).why;
        assert_eq!(why, format!("its {aspect} could have been shaped by you, the app `banks`"));
    }
}

#[test]
fn r20_an_apps_text_may_leave_when_the_owner_read_every_byte() {
    let shown = |bytes| release(|act| act.content = Chosen::ShownWhole { bytes });
    assert_eq!(shown(SHOWN_BYTES_MAX), Ok(()));
    assert_eq!(refused(shown(SHOWN_BYTES_MAX + 1)), (Rule::R20, "too-long-to-check"));
}

fn gate(change: impl FnOnce(&mut (bool, usize, u64, Influence, Influence))) -> Result<u64, Denial> {
    let gate = Gate { name: "footprint".to_owned(), output_bytes: 16, bits_per_day: 256 };
    let mut used = (true, 16, 128, owner(), Influence::nobody());
    change(&mut used);
    gate.check(&GateUse {
        component: &component("carbon"),
        consented: used.0,
        output_bytes: used.1,
        spent_bits: used.2,
        destination: &used.3,
        moment: &used.4,
    })
}

#[test]
fn r20_a_gate_gives_one_size_within_its_budget() {
    assert_eq!(gate(|_| {}), Ok(256));
    assert_eq!(refused(gate(|used| used.2 = 129)), (Rule::R20, "gate-spent"));
    assert_eq!(refused(gate(|used| used.2 = u64::MAX)), (Rule::R20, "gate-spent"));
    assert_eq!(refused(gate(|used| used.1 = 15)), (Rule::R20, "gate-size"));
    assert_eq!(refused(gate(|used| used.1 = 17)), (Rule::R20, "gate-size"));
}

#[test]
fn r20_a_gate_opens_by_consent_and_not_by_an_app() {
    assert_eq!(refused(gate(|used| used.0 = false)), (Rule::R20, "gate-closed"));
    assert_eq!(refused(gate(|used| used.3 = app())), (Rule::R20, "influenced"));
    assert_eq!(refused(gate(|used| used.4 = app())), (Rule::R20, "influenced"));
}
