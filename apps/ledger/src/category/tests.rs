use super::label::normalised;
use super::*;
use crate::model::Operation;
use domicile_sdk::Locale;

fn operation(label: &str, amount: f64) -> Operation {
    Operation { label: label.to_owned(), amount: Some(amount), ..Operation::default() }
}

fn chosen(label: &str, amount: f64) -> &'static str {
    choose(&operation(label, amount), &Learnt::default()).category.id
}

#[test]
fn the_tree_is_whole() {
    for category in &CATEGORIES {
        assert_eq!(group(category.group).map(|g| g.id), Some(category.group));
        assert_eq!(CATEGORIES.iter().filter(|c| c.id == category.id).count(), 1, "{category:?}");
    }
    for group in &GROUPS {
        assert!(find(group.id).is_some_and(Category::is_group), "{group:?}");
    }
}

#[test]
fn ids_from_elsewhere_count_for_their_group() {
    assert_eq!(find("400610").map(|c| c.name(Locale::Fr)), Some("Soins et médicaments"));
    assert_eq!(find("400720").map(|c| c.id), Some("400700"));
    for unknown in ["", "999999", "4006", "x00610", "40061é"] {
        assert_eq!(find(unknown), None, "{unknown}");
    }
    let name = |id: &str| find(id).map(|c| c.full_name(Locale::Fr));
    assert_eq!(name("400620").as_deref(), Some("Santé\u{a0}: Mutuelle"));
    assert_eq!(name("400600").as_deref(), Some("Santé"));
}

#[test]
fn labels_lose_accents_and_signs() {
    assert_eq!(normalised("Prélèvement d'Été: 12/03"), " PRELEVEMENT D ETE 12 03 ");
    assert_eq!(normalised(""), " ");
    assert_eq!(normalised("œuvre ÆSOP ß"), " OEUVRE AESOP SS ");
}

#[test]
fn each_rule_can_fit_and_none_is_written_twice() {
    let mut seen = Vec::new();
    for (id, word) in rules::all() {
        let phrase = word.trim_end_matches('*');
        assert_eq!(normalised(phrase).trim(), phrase, "in the form of labels");
        assert!(find(id).is_some_and(|c| c.id == id), "{id}");
        assert!(!seen.contains(&(id, word)), "{word} twice in {id}");
        seen.push((id, word));
        let label = format!(" {phrase} ");
        let fits = [true, false].into_iter().filter_map(|out| rules::find(&label, out));
        assert!(fits.into_iter().next().is_some(), "{word}");
    }
}

#[test]
fn french_labels() {
    for (label, amount, id) in [
        ("CB CARREFOUR CITY 12/03 PARIS", -23.4, "400110"),
        ("CB GRAND FRAIS LYON", -30.0, "400110"),
        ("PRLV SEPA EDF clients particuliers", -61.0, "401080"),
        ("PRLV SEPA TotalEnergies Électricité et gaz", -61.0, "401080"),
        ("CB TOTALENERGIES 4422", -61.0, "400250"),
        ("VIR SALAIRE NOVEMBRE", 2100.0, "200110"),
        ("RETRAIT DAB 20/11 RUE DE RIVOLI", -50.0, "300"),
        ("CHEQUE 0000123", -80.0, "200"),
        ("CHÈQUE 0000123", -80.0, "200"),
        ("VIR CPAM DU RHONE", 17.5, "400610"),
        ("PHARMACIE DU MARCHÉ", -9.9, "400610"),
        ("PRLV MUTUELLE FAMILIALE", -45.0, "400620"),
        ("VIREMENT LOYER NOVEMBRE", -800.0, "401020"),
        ("VIR INTERNE LIVRET A", -200.0, "600110"),
        ("CB KINEPOLIS LOMME", -12.0, "400820"),
        ("CB STATIONNEMENT LILLE", -2.0, "0"),
        ("PRLV DGFIP IMPOT REVENUS", -200.0, "400510"),
        ("VIR DGFIP RESTITUTION", 120.0, "400500"),
        ("VIR MME PAULE MARTIN", -20.0, "0"),
    ] {
        assert_eq!(chosen(label, amount), id, "{label}");
    }
}

#[test]
fn english_labels() {
    for (label, amount, id) in [
        ("TESCO STORES 3221 LONDON", -23.4, "400110"),
        ("ACME LTD SALARY", 2100.0, "200110"),
        ("Rent November", -900.0, "401020"),
        ("ENTERPRISE RENT-A-CAR", -90.0, "400220"),
        ("UBER EATS HELP.UBER.COM", -19.0, "400810"),
        ("UBER TRIP HELP.UBER.COM", -19.0, "400290"),
        ("NETFLIX.COM", -13.5, "400750"),
        ("ATM WITHDRAWAL 00001", -100.0, "300"),
        ("INTEREST PAID", 1.2, "200130"),
        ("Dr. Watson, dental care", -60.0, "400610"),
        ("PATMOS TRAVEL", -60.0, "0"),
    ] {
        assert_eq!(chosen(label, amount), id, "{label}");
    }
}

#[test]
fn who_says_so_counts_in_order() {
    let mut operation = operation("CARREFOUR", -5.0);
    let source = |operation: &Operation| {
        let choice = choose(operation, &Learnt::default());
        (choice.category.id, choice.source)
    };
    assert_eq!(source(&operation), ("400110", Source::Word("CARREFOUR")));
    operation.automatic_category_id = Some("400130".to_owned());
    assert_eq!(source(&operation), ("400130", Source::Bank));
    operation.cozy_category_id = Some("400140".to_owned());
    operation.cozy_category_proba = Some(0.1);
    assert_eq!(source(&operation), ("400130", Source::Bank));
    operation.cozy_category_proba = Some(0.2);
    assert_eq!(source(&operation), ("400140", Source::Model));
    operation.local_category_id = Some("400150".to_owned());
    operation.local_category_proba = Some(0.9);
    assert_eq!(source(&operation), ("400150", Source::Model));
    operation.manual_category_id = Some("400160".to_owned());
    assert_eq!(source(&operation), ("400160", Source::Owner));
    // Ids that mean nothing don't hide the words.
    let lost = Operation {
        manual_category_id: Some("0".to_owned()),
        automatic_category_id: Some("nonsense".to_owned()),
        ..Operation { label: "LIDL".to_owned(), amount: Some(-1.0), ..Operation::default() }
    };
    assert_eq!(source(&lost), ("400110", Source::Word("LIDL")));
}

#[test]
fn the_kind_tells_when_no_word_does() {
    let cash = Operation { kind: "cash".to_owned(), amount: Some(-20.0), ..Operation::default() };
    assert_eq!(choose(&cash, &Learnt::default()).category.id, "300");
    assert_eq!(choose(&Operation::default(), &Learnt::default()).source, Source::Nobody);
}
