//! Labels and actors, as a person reads them.

use domicile_policy::{Actor, Category, Influence, Label, Locale};

use crate::support::{component, label};

#[test]
fn labels_read_as_sentences() {
    let mixed = label("bank@acme bank@self health@*");
    assert_eq!(mixed.words(Locale::En), "bank (from you), bank (from acme), health");
    assert_eq!(mixed.words(Locale::Fr), "la banque (de vous), la banque (de acme), la santé");
    assert_eq!(Label::everything().words(Locale::Fr), "tout");
    assert_eq!(Label::nothing().words(Locale::En), "nothing private");
    assert_eq!(label("*@acme").words(Locale::En), "everything (from acme)");
}

#[test]
fn each_category_has_a_french_name_of_its_own() {
    let names = Category::ALL.map(|category| category.words(Locale::Fr));
    let distinct: std::collections::BTreeSet<_> = names.into_iter().collect();
    assert_eq!(distinct.len(), Category::ALL.len());
}

#[test]
fn influences_name_the_owner_as_you() {
    let influence = Influence::of([Actor::Owner, Actor::App(component("banks"))]);
    assert_eq!(influence.words(Locale::En), "you, the app `banks`");
    assert_eq!(influence.words(Locale::Fr), "vous, l'application `banks`");
    assert_eq!(Influence::nobody().words(Locale::Fr), "personne");
}
