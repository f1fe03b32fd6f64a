//! Influence: a bounded set that only grows.

use domicile_policy::influence::INFLUENCE_ACTORS_MAX;
use domicile_policy::{Actor, Influence};
use proptest::prelude::*;

use crate::generate::influence;
use crate::support::{component, provider};

fn apps(count: usize) -> Influence {
    Influence::of((0..count).map(|n| Actor::App(component(&format!("app{n}")))))
}

#[test]
fn too_many_actors_are_anyone() {
    let most = apps(INFLUENCE_ACTORS_MAX);
    assert!(!most.contains(&Actor::Owner));
    let more = most.join(&Influence::of([Actor::Owner]));
    assert_eq!(more, apps(INFLUENCE_ACTORS_MAX + 1));
    assert!(more.contains(&Actor::Provider(provider("acme"))), "anyone is everyone");
    assert!(!more.only(&[Actor::Owner]));
}

#[test]
fn only_asks_for_nobody_else() {
    let bank = Actor::Provider(provider("acme"));
    let facts = Influence::of([bank.clone()]);
    assert!(facts.only(std::slice::from_ref(&bank)));
    assert!(facts.only(&[bank.clone(), Actor::Owner]));
    assert!(!facts.join(&Influence::of([Actor::App(component("banks"))])).only(&[bank]));
    assert!(Influence::nobody().only(&[]));
}

#[test]
fn actors_survive_text() {
    for text in ["anyone", "owner", "app:banks", "importer:ofx", "provider:acme"] {
        assert_eq!(text.parse::<Actor>().unwrap().to_string(), text);
    }
    for text in ["", "host", "app", "app:", "owner:x", "app:Banks", "konnector:acme"] {
        assert!(text.parse::<Actor>().is_err(), "{text}");
    }
}

proptest! {
    #[test]
    fn join_is_a_semilattice(a in influence(), b in influence(), c in influence()) {
        prop_assert_eq!(a.join(&b).join(&c), a.join(&b.join(&c)));
        prop_assert_eq!(a.join(&b), b.join(&a));
        prop_assert_eq!(a.join(&a), a.clone());
        prop_assert!(a.actors().chain(b.actors()).all(|actor| a.join(&b).contains(actor)));
        prop_assert_eq!(a.join(&Influence::of([Actor::Anyone])).only(&[Actor::Owner]), false);
    }

    #[test]
    fn survives_json(a in influence()) {
        let json = serde_json::to_string(&a).unwrap();
        prop_assert_eq!(serde_json::from_str::<Influence>(&json).unwrap(), a);
    }
}
