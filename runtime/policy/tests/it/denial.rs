//! Denials say what, which rule, why and what to do; rules have numbers and texts.

use domicile_policy::{
    Act, Action, Actor, Aspect, CauseKind, Denial, Influence, Label, Locale, Reason, Rule,
};

use crate::support::{OPERATIONS, component, doctype, label};

fn reasons() -> Vec<Reason> {
    let name = || doctype(OPERATIONS);
    let gate = || "footprint".to_owned();
    vec![
        Reason::NotGranted { doctype: name(), action: Action::Query },
        Reason::WrongWorld { act: Act::Send },
        Reason::WrongCause { cause: CauseKind::Page },
        Reason::StartsAbove { label: label("bank@acme"), clearance: Label::nothing() },
        Reason::WritesAbove {
            doctype: name(),
            label: label("bank@*"),
            clearance: label("notes@*"),
        },
        Reason::SendsAbove { label: label("bank@acme"), sends: label("*@evil") },
        Reason::TooManyOrigins { doctype: name(), count: 9 },
        Reason::LabelFull { doctype: name() },
        Reason::NotShown { label: label("bank@acme"), shown: Label::nothing() },
        Reason::Influenced {
            aspect: Aspect::Content,
            by: Influence::of([Actor::App(component("banks"))]),
        },
        Reason::TooLongToCheck { bytes: 2000 },
        Reason::GateClosed { gate: gate() },
        Reason::GateSize { gate: gate(), bytes: 3 },
        Reason::GateSpent { gate: gate() },
    ]
}

#[test]
fn each_denial_has_three_sentences_and_a_code_of_its_own() {
    let mut codes = std::collections::BTreeSet::new();
    for reason in reasons() {
        let denial = Denial::new(Rule::R3, &component("banks"), reason.clone());
        let (en, fr) = (denial.words(Locale::En), denial.words(Locale::Fr));
        for (en, fr) in [(en.what, fr.what), (en.why, fr.why), (en.remedy, fr.remedy)] {
            assert!(!en.is_empty() && !en.ends_with('.'), "{reason:?}: `{en}`");
            assert!(!fr.is_empty() && !fr.ends_with('.'), "{reason:?}: `{fr}`");
            assert_ne!(en, fr, "{reason:?} is said in one language only");
        }
        assert!(codes.insert(denial.code()), "{} is used twice", denial.code());
    }
}

#[test]
fn the_code_is_the_word_under_which_the_reason_is_stored() {
    for reason in reasons() {
        let stored = serde_json::to_value(&reason).unwrap();
        let key = stored.as_object().unwrap().keys().next().unwrap().clone();
        assert_eq!(key, reason.code());
    }
}

#[test]
fn a_denial_names_the_thing_and_the_remedy() {
    let reason = Reason::NotGranted { doctype: doctype(OPERATIONS), action: Action::Query };
    let denial = Denial::new(Rule::R3, &component("hostile"), reason);
    assert_eq!(
        denial.to_string(),
        "hostile: to query `io.cozy.bank.operations` was refused by R3: no grant allows it; \
         if the component asks for it, allow it on the component's page"
    );
    assert_eq!(
        denial.sentence(Locale::Fr),
        "hostile : chercher dans `io.cozy.bank.operations` est refusé par R3 : \
         aucun droit ne le permet"
    );
}

#[test]
fn denials_survive_json() {
    for reason in reasons() {
        let denial = Denial::new(Rule::R20, &component("banks"), reason);
        let json = serde_json::to_string(&denial).unwrap();
        assert_eq!(serde_json::from_str::<Denial>(&json).unwrap(), denial);
    }
}

#[test]
fn a_denial_is_small_enough_to_be_returned() {
    assert!(size_of::<Denial>() < 128, "{}", size_of::<Denial>());
}

#[test]
fn the_rules_are_r1_to_r21_with_a_line_each() {
    assert_eq!(Rule::ALL.len(), 21);
    for (position, rule) in Rule::ALL.iter().enumerate() {
        assert_eq!(rule.to_string(), format!("R{}", position + 1));
        assert_eq!(serde_json::to_value(rule).unwrap(), rule.number());
        assert!(!rule.text().is_empty() && !rule.text().contains('\n'));
    }
}
