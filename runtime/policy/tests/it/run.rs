//! R3 to R9, R12 and R17: the calls of a run.

use std::collections::BTreeSet;

use domicile_policy::label::LABEL_TAGS_MAX;
use domicile_policy::run::ORIGINS_MAX;
use domicile_policy::{
    Action, Actor, Category, Cause, GrantLine, Influence, Label, ProviderId, Rule, Run, World,
};

use crate::support::{
    CARE, NOTES, OPERATIONS, VISIT, app, component, doctype, full, grants, importer, konnector,
    label, line, provider, refused,
};

fn start(world: World, grants: domicile_policy::Grants) -> Run {
    let cause = match world {
        World::Importer { .. } => Cause::DroppedFile,
        _ => Cause::OwnerTrusted,
    };
    Run::start(component("gather"), world, grants, cause).unwrap()
}

#[test]
fn r3_a_query_teaches_all_that_it_could_have_found() {
    let mut run = app(full(&[OPERATIONS, CARE]));
    let scope = run.read(&doctype(OPERATIONS), Action::Query, &[]).unwrap();
    assert_eq!(scope.admitted, label("bank@*"));
    assert_eq!(run.label(), &label("bank@*"));
}

#[test]
fn r3_a_grant_with_other_categories_admits_and_teaches_them() {
    let with = BTreeSet::from([Category::Bank]);
    let mut run = app(grants([GrantLine { with, ..line(NOTES, "query") }]));
    let scope = run.read(&doctype(NOTES), Action::Query, &[]).unwrap();
    assert!(scope.shows(&label("bank@acme notes@self")));
    assert!(!scope.shows(&label("health@acme notes@self")));
    assert_eq!(run.label(), &label("bank@* notes@*"));
}

#[test]
fn r3_a_call_that_names_its_origins_sees_and_learns_less() {
    let mut run = app(full(&[OPERATIONS]));
    let scope = run.read(&doctype(OPERATIONS), Action::Query, &[provider("acme")]).unwrap();
    assert_eq!(scope.admitted, label("bank@acme"));
    assert_eq!(run.label(), &label("bank@acme"));
    assert!(!scope.shows(&label("bank@self")));
}

#[test]
fn r3_row_and_field_scopes_go_with_the_look() {
    let fields = Some(BTreeSet::from(["amount".to_owned()]));
    let rows = Some("{\"a\":1}".to_owned());
    let narrow = GrantLine { fields, rows, ..line(OPERATIONS, "query") };
    let scope = app(grants([narrow.clone()])).read(&doctype(OPERATIONS), Action::Query, &[]);
    let scope = scope.unwrap();
    assert_eq!((scope.fields, scope.rows), (narrow.fields, narrow.rows));
}

#[test]
fn r3_the_origins_of_one_call_are_limited() {
    let names = |count: usize| -> Vec<ProviderId> {
        (0..count).map(|n| provider(&format!("p{n}"))).collect()
    };
    let mut run = app(full(&[OPERATIONS]));
    assert!(run.read(&doctype(OPERATIONS), Action::Query, &names(ORIGINS_MAX)).is_ok());
    let before = run.label().clone();
    let more = run.read(&doctype(OPERATIONS), Action::Query, &names(ORIGINS_MAX + 1));
    assert_eq!(refused(more), (Rule::R3, "too-many-origins"));
    assert_eq!(run.label(), &before, "a refused look teaches nothing");

    let with: BTreeSet<Category> = Category::ALL.into_iter().take(8).collect();
    let mut run = app(grants([GrantLine { with, ..line(OPERATIONS, "query") }]));
    let most = LABEL_TAGS_MAX / 8;
    assert!(run.read(&doctype(OPERATIONS), Action::Query, &names(most)).is_ok());
    let more = run.read(&doctype(OPERATIONS), Action::Query, &names(most + 1));
    assert_eq!(refused(more), (Rule::R3, "too-many-origins"));
}

#[test]
fn r3_a_label_that_is_full_refuses_another_origin() {
    let mut run = app(full(&[OPERATIONS]));
    let mut look = |n: usize| {
        run.read(&doctype(OPERATIONS), Action::Query, &[provider(&format!("p{n}"))]).map(drop)
    };
    for n in 0..LABEL_TAGS_MAX {
        look(n).unwrap();
    }
    assert_eq!(refused(look(LABEL_TAGS_MAX)), (Rule::R3, "label-full"));
    assert!(look(0).is_ok());
    assert!(run.label().flows_to(run.clearance()) && !run.label().is_everything());
    assert!(run.read(&doctype(OPERATIONS), Action::Query, &[]).is_ok(), "all at once is one tag");
}

#[test]
fn r4_reading_by_id_teaches_as_a_query_does() {
    let mut run = app(full(&[OPERATIONS]));
    run.read(&doctype(OPERATIONS), Action::Read, &[]).unwrap();
    assert_eq!(run.label(), &label("bank@*"));
}

#[test]
fn r4_what_is_not_granted_is_refused_and_teaches_nothing() {
    let mut run = app(grants([line(NOTES, "query"), line(CARE, "read write")]));
    let mut look = |name, action| refused(run.read(&doctype(name), action, &[]));
    assert_eq!(look(OPERATIONS, Action::Query), (Rule::R3, "not-granted"));
    assert_eq!(look(NOTES, Action::Read), (Rule::R4, "not-granted"));
    assert_eq!(look(CARE, Action::Query), (Rule::R3, "not-granted"));
    assert_eq!(look(CARE, Action::Write), (Rule::R4, "not-granted"));
    assert!(run.label().is_nothing());
}

#[test]
fn r5_a_new_item_carries_what_its_writer_knew() {
    let mut run = app(full(&[OPERATIONS, NOTES]));
    run.read(&doctype(OPERATIONS), Action::Query, &[provider("acme")]).unwrap();
    let stamp = run.create(&doctype(NOTES)).unwrap();
    assert_eq!(stamp.label, label("bank@acme notes@self"));
    assert!(stamp.influence.contains(&Actor::App(component("banks"))));
    assert_eq!(run.label(), &stamp.label, "its id is a fact of its compartment");
    let mut fresh = app(full(&[OPERATIONS, NOTES]));
    assert_eq!(fresh.create(&doctype(NOTES)).unwrap().label, label("notes@self"));
}

#[test]
fn r5_writing_needs_a_grant() {
    let mut run = app(grants([line(NOTES, "read query")]));
    assert_eq!(refused(run.create(&doctype(NOTES))), (Rule::R5, "not-granted"));
    assert_eq!(refused(run.create(&doctype(CARE))), (Rule::R5, "not-granted"));
}

#[test]
fn r5_a_new_item_above_the_clearance_is_refused() {
    let mut run = app(full(&[OPERATIONS, CARE]));
    for n in 0..LABEL_TAGS_MAX {
        let origin = provider(&format!("p{n}"));
        run.read(&doctype(OPERATIONS), Action::Query, &[origin]).unwrap();
    }
    assert_eq!(refused(run.create(&doctype(CARE))), (Rule::R5, "writes-above"));
}

#[test]
fn r5_components_that_gather_do_not_create_or_change() {
    for world in [importer("acme"), konnector("acme", &[Category::Notes])] {
        let mut run = start(world, full(&[NOTES]));
        assert_eq!(refused(run.create(&doctype(NOTES))), (Rule::R5, "wrong-world"));
        assert_eq!(refused(run.change(&doctype(NOTES))), (Rule::R6, "wrong-world"));
    }
}

#[test]
fn r6_a_change_teaches_as_a_look_does() {
    let mut run = app(full(&[OPERATIONS]));
    let scope = run.change(&doctype(OPERATIONS)).unwrap();
    assert_eq!(run.label(), &label("bank@*"));
    assert_eq!(&scope.run_label, run.label());
    assert_eq!(&scope.clearance, run.clearance());
    assert_eq!(scope.read.admitted, label("bank@*"));
}

#[test]
fn r6_a_change_needs_a_grant_to_write_and_one_to_look() {
    let mut run = app(grants([line(NOTES, "read query"), line(CARE, "write")]));
    assert_eq!(refused(run.change(&doctype(NOTES))), (Rule::R6, "not-granted"));
    assert_eq!(refused(run.change(&doctype(CARE))), (Rule::R6, "not-granted"));
    assert!(run.label().is_nothing());
    let mut run = app(grants([line(NOTES, "query write")]));
    assert!(run.change(&doctype(NOTES)).is_ok());
}

#[test]
fn r7_a_deposit_carries_the_category_and_the_provider() {
    let run = start(importer("acme"), grants([line(OPERATIONS, "deposit")]));
    let stamp = run.deposit(&doctype(OPERATIONS)).unwrap();
    assert_eq!(stamp.label, label("bank@acme"));
    let both = [Actor::Importer(component("gather")), Actor::Provider(provider("acme"))];
    assert_eq!(stamp.influence, Influence::of(both));
}

#[test]
fn r7_a_konnector_deposits_before_and_after_an_answer() {
    let mut run = start(konnector("acme", &[]), grants([line(OPERATIONS, "deposit")]));
    assert_eq!(run.deposit(&doctype(OPERATIONS)).unwrap().label, label("bank@acme"));
    assert!(run.label().is_nothing(), "a deposit teaches nothing");
    run.receive();
    assert_eq!(run.deposit(&doctype(OPERATIONS)).unwrap().label, label("bank@acme"));
}

#[test]
fn r7_a_konnector_reads_back_its_own_deposits_only() {
    let own = grants([line(OPERATIONS, "read query deposit")]);
    let mut run = start(konnector("acme", &[]), own);
    let scope = run.read(&doctype(OPERATIONS), Action::Query, &[]).unwrap();
    assert_eq!(scope.admitted, label("bank@acme"));
    assert!(run.send().is_ok(), "what came from there may go back");
}

#[test]
fn r7_deposits_need_a_grant_and_a_world() {
    let run = start(importer("acme"), grants([line(OPERATIONS, "read write")]));
    assert_eq!(refused(run.deposit(&doctype(OPERATIONS))), (Rule::R7, "not-granted"));
    let run = app(grants([line(OPERATIONS, "deposit")]));
    assert_eq!(refused(run.deposit(&doctype(OPERATIONS))), (Rule::R7, "wrong-world"));
}

#[test]
fn r8_only_a_konnector_sends() {
    assert_eq!(refused(app(full(&[NOTES])).send()), (Rule::R8, "wrong-world"));
    let import = start(importer("acme"), grants([line(OPERATIONS, "deposit")]));
    assert_eq!(refused(import.send()), (Rule::R8, "wrong-world"));
    assert!(start(konnector("acme", &[]), grants([])).send().is_ok());
}

#[test]
fn r8_a_multi_tenant_host_gets_nothing_back_without_a_consent() {
    let world = |consented: &[Category]| World::Konnector {
        provider: provider("forge"),
        consented: consented.iter().copied().collect(),
        multi_tenant: true,
    };
    let mut run = start(world(&[]), grants([line(NOTES, "deposit")]));
    assert!(run.send().is_ok(), "the first request carries nothing");
    run.receive();
    assert_eq!(refused(run.send()), (Rule::R8, "sends-above"));
    assert!(run.deposit(&doctype(NOTES)).is_ok(), "but what came in may be kept");

    let mut run = start(world(&[Category::Notes]), grants([line(NOTES, "deposit")]));
    run.receive();
    assert!(run.send().is_ok());
}

#[test]
fn r9_an_answer_is_about_what_the_konnector_deposits() {
    let deposits =
        grants([line(OPERATIONS, "deposit"), line(CARE, "deposit"), line(NOTES, "read")]);
    let mut run = start(konnector("acme", &[]), deposits);
    run.receive();
    assert_eq!(run.label(), &label("bank@acme health@acme"));
    assert!(run.influence().contains(&Actor::Provider(provider("acme"))));

    let mut run = start(konnector("acme", &[]), grants([]));
    run.receive();
    assert_eq!(run.label(), &label("*@acme"), "without a grant it is about anything");
}

#[test]
fn r12_a_child_starts_with_what_its_parent_knows() {
    let mut parent = app(full(&[NOTES]));
    parent.read(&doctype(NOTES), Action::Query, &[]).unwrap();
    let mut child = parent.spawn(full(&[NOTES, OPERATIONS])).unwrap();
    assert_eq!(child.label(), parent.label());
    child.read(&doctype(OPERATIONS), Action::Query, &[]).unwrap();
    assert_eq!(child.label(), &label("bank@* notes@*"));
    assert_eq!(parent.label(), &label("notes@*"), "the parent learns nothing of it");
}

#[test]
fn r12_a_child_must_be_cleared_for_its_argument() {
    let mut parent = app(full(&[NOTES]));
    parent.read(&doctype(NOTES), Action::Query, &[]).unwrap();
    assert_eq!(refused(parent.spawn(full(&[OPERATIONS]))), (Rule::R12, "starts-above"));
}

#[test]
fn r12_a_component_with_a_network_spawns_nothing() {
    let run = start(konnector("acme", &[]), grants([]));
    assert_eq!(refused(run.spawn(grants([]))), (Rule::R12, "wrong-world"));
}

#[test]
fn r12_the_end_of_a_higher_child_is_not_seen() {
    let mut parent = app(full(&[NOTES, OPERATIONS]));
    let high = parent.spawn(full(&[OPERATIONS])).unwrap();
    assert!(high.label().is_nothing(), "it has looked at nothing yet");
    assert!(!parent.sees_end_of(&high), "but whether it will depends on what it sees");
    let plain = parent.spawn(grants([])).unwrap();
    assert!(parent.sees_end_of(&plain));
    parent.read(&doctype(OPERATIONS), Action::Query, &[]).unwrap();
    assert!(parent.sees_end_of(&high));
}

#[test]
fn r17_logs_state_and_notices_carry_what_the_run_knows_by_then() {
    let mut run = app(full(&[OPERATIONS]));
    assert_eq!(run.stamp().label, Label::nothing());
    run.read(&doctype(OPERATIONS), Action::Query, &[]).unwrap();
    assert_eq!(run.stamp().label, label("bank@*"));
    assert_eq!(run.state_visible(), &label("bank@*"));
    assert_eq!(&run.stamp().influence, run.influence());
}

#[test]
fn what_a_run_saw_shapes_what_it_writes() {
    let mut run = app(full(&[NOTES]));
    run.saw(&Influence::of([Actor::Provider(provider("evil"))]));
    let stamp = run.create(&doctype(NOTES)).unwrap();
    assert!(stamp.influence.contains(&Actor::Provider(provider("evil"))));
}

#[test]
fn a_run_tells_whose_it_is() {
    let run = Run::start(component("banks"), World::App, full(&[NOTES]), VISIT).unwrap();
    assert_eq!(run.component(), &component("banks"));
    assert_eq!(run.world(), &World::App);
    assert_eq!(run.grants(), &full(&[NOTES]));
}
