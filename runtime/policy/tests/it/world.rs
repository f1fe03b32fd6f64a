//! R1, R7, R10, R11: what a world can reach and what starts it.

use std::collections::BTreeSet;

use domicile_policy::{Actor, Category, Cause, Influence, Label, Rule, Run, World, clearance};

use crate::support::{
    CARE, NOTES, OPERATIONS, VISIT, app, component, full, grants, importer, konnector, label, line,
    provider, refused,
};

fn multi_tenant(to: &str, consented: &[Category]) -> World {
    let consented: BTreeSet<Category> = consented.iter().copied().collect();
    World::Konnector { provider: provider(to), consented, multi_tenant: true }
}

fn page(token: Option<(Label, Influence)>) -> Cause {
    Cause::Page { token, plain_root: false, typed: false }
}

#[test]
fn r1_an_app_is_cleared_for_its_grants_and_nothing_else() {
    assert_eq!(clearance(&World::App, &full(&[OPERATIONS, CARE])), label("bank@* health@*"));
    assert_eq!(clearance(&World::Service, &full(&[NOTES])), label("notes@*"));
    assert_eq!(clearance(&World::App, &grants([])), Label::nothing());
}

#[test]
fn r1_an_importer_is_cleared_for_what_it_deposits() {
    let deposits = grants([line(OPERATIONS, "deposit"), line(CARE, "deposit")]);
    let clear = clearance(&importer("acme"), &deposits);
    assert_eq!(clear, label("bank@acme health@acme"));
    let run = Run::start(component("ofx"), importer("acme"), deposits, Cause::DroppedFile).unwrap();
    assert_eq!(run.label(), &clear, "the dropped file is known from the start");
}

#[test]
fn r10_a_message_starts_a_konnector_alone_and_is_known_from_the_start() {
    let deposits = grants([line(OPERATIONS, "deposit")]);
    let start = |world, cause| Run::start(component("x"), world, deposits.clone(), cause);
    let run = start(konnector("acme", &[]), Cause::Message).unwrap();
    assert_eq!(run.label(), &label("bank@acme"));
    assert!(run.influence().to_string().contains("acme"), "{}", run.influence());
    let by_owner = start(konnector("acme", &[]), Cause::OwnerTrusted).unwrap();
    assert_eq!(by_owner.label(), &Label::nothing());
    for world in [World::App, World::Service, importer("acme")] {
        assert!(start(world, Cause::Message).is_err());
    }
    // At a host of many tenants, whoever wrote it is told nothing of it.
    let told = start(multi_tenant("acme", &[]), Cause::Message).unwrap();
    assert!(told.send().is_err() && run.send().is_ok());
}

#[test]
fn r1_a_file_that_no_grant_describes_is_about_anything() {
    let run = Run::start(component("ofx"), importer("acme"), grants([]), Cause::DroppedFile);
    assert_eq!(run.unwrap().label(), &label("*@acme"));
}

#[test]
fn r7_a_konnector_is_cleared_for_what_came_from_its_provider() {
    let deposits = grants([line(OPERATIONS, "deposit")]);
    assert_eq!(clearance(&konnector("acme", &[]), &deposits), label("*@acme"));
}

#[test]
fn r7_a_consent_covers_what_lies_at_home_and_needs_a_grant() {
    let world = konnector("evil", &[Category::Notes, Category::Health]);
    let clear = clearance(&world, &full(&[NOTES]));
    assert_eq!(clear, label("*@evil notes@self"));
    assert!(!label("notes@acme").flows_to(&clear), "never what came from another provider");
}

#[test]
fn r8_a_multi_tenant_host_gets_what_the_owner_agreed_to_only() {
    assert_eq!(multi_tenant("forge", &[]).sends(), Label::nothing());
    let agreed = multi_tenant("forge", &[Category::Notes]);
    assert_eq!(agreed.sends(), label("notes@self notes@forge"));
    assert_eq!(konnector("acme", &[Category::Notes]).sends(), label("*@acme notes@self"));
    assert_eq!(World::App.sends(), Label::nothing());
    assert_eq!(importer("acme").sends(), Label::nothing());
}

#[test]
fn r10_each_world_has_its_causes() {
    let event = Cause::Event { label: Label::nothing(), influence: Influence::nobody() };
    let causes = [Cause::OwnerTrusted, Cause::Schedule, VISIT, event, Cause::DroppedFile];
    for (world, allowed) in [
        (World::App, [true, true, true, true, false]),
        (World::Service, [true, true, false, true, false]),
        (importer("acme"), [false, false, false, false, true]),
        (konnector("acme", &[]), [true, true, false, true, false]),
    ] {
        for (cause, allowed) in causes.iter().zip(allowed) {
            let run = Run::start(component("x"), world.clone(), full(&[]), cause.clone());
            if allowed {
                assert!(run.is_ok(), "{world:?} starts by {:?}", cause.kind());
            } else {
                assert_eq!(
                    refused(run),
                    (Rule::R10, "wrong-cause"),
                    "{world:?} {:?}",
                    cause.kind()
                );
            }
        }
    }
}

#[test]
fn r10_an_owner_or_a_schedule_brings_nothing_private() {
    for cause in [Cause::OwnerTrusted, Cause::Schedule] {
        let run = Run::start(component("k"), konnector("acme", &[]), full(&[]), cause).unwrap();
        assert!(run.label().is_nothing());
    }
}

#[test]
fn r10_an_event_above_its_clearance_does_not_start_a_konnector() {
    let event = |text| Cause::Event { label: label(text), influence: Influence::nobody() };
    let start = |text| {
        let world = konnector("evil", &[Category::Notes]);
        Run::start(component("k"), world, full(&[NOTES]), event(text))
    };
    assert_eq!(start("notes@self").unwrap().label(), &label("notes@self"));
    assert_eq!(refused(start("bank@acme notes@self")), (Rule::R13, "starts-above"));
}

#[test]
fn r11_a_page_token_hands_its_label_on() {
    let by = Influence::of([Actor::App(component("other"))]);
    let cause = page(Some((label("bank@acme"), by)));
    let run = Run::start(component("banks"), World::App, full(&[OPERATIONS]), cause).unwrap();
    assert_eq!(run.label(), &label("bank@acme"));
    assert!(run.influence().contains(&Actor::App(component("other"))));
}

#[test]
fn r11_a_token_above_the_clearance_starts_nothing() {
    let cause = page(Some((label("health@self"), Influence::nobody())));
    let run = Run::start(component("banks"), World::App, full(&[OPERATIONS]), cause);
    assert_eq!(refused(run), (Rule::R1, "starts-above"));
}

#[test]
fn r11_an_address_without_a_token_carries_all_that_the_app_could_reach() {
    let run =
        Run::start(component("banks"), World::App, full(&[OPERATIONS, CARE]), page(None)).unwrap();
    assert_eq!(run.label(), run.clearance());
    assert_eq!(run.label(), &label("bank@* health@*"));
}

#[test]
fn r11_the_first_visit_of_the_first_page_carries_nothing() {
    let run = app(full(&[OPERATIONS]));
    assert!(run.label().is_nothing());
    let both = [Actor::Owner, Actor::App(component("banks"))];
    assert!(run.influence().only(&both) && both.iter().all(|a| run.influence().contains(a)));
}

#[test]
fn r11_a_token_counts_even_at_the_first_page() {
    let token = Some((label("bank@acme"), Influence::nobody()));
    let cause = Cause::Page { token, plain_root: true, typed: false };
    let run = Run::start(component("banks"), World::App, full(&[OPERATIONS]), cause).unwrap();
    assert_eq!(run.label(), &label("bank@acme"));
}

#[test]
fn r11_what_the_owner_typed_is_about_the_apps_categories() {
    let cause = Cause::Page { token: None, plain_root: true, typed: true };
    let run =
        Run::start(component("banks"), World::App, full(&[OPERATIONS, NOTES]), cause).unwrap();
    assert_eq!(run.label(), &label("bank@self notes@self"));
    let token = Some((label("bank@acme"), Influence::nobody()));
    let cause = Cause::Page { token, plain_root: false, typed: true };
    let run = Run::start(component("banks"), World::App, full(&[OPERATIONS]), cause).unwrap();
    assert_eq!(run.label(), &label("bank@acme bank@self"));
}
