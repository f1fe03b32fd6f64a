use super::*;
use crate::category::{find, label::normalised};

/// Labels with the category that the owner put them in.
fn learn(decided: &[(&str, &str, f64)], sample: &[&str]) -> Learnt {
    let decided: Vec<_> = decided
        .iter()
        .map(|(id, label, amount)| {
            (find(id).expect("a category"), normalised(label), Amount::new(*amount))
        })
        .collect();
    let sample: Vec<_> = sample.iter().map(|label| normalised(label)).collect();
    Learnt::from(
        decided.iter().map(|(category, label, amount)| (*category, label.as_str(), *amount)),
        sample.iter().map(|label| (label.as_str(), Amount::new(-20.0))),
    )
}

fn guessed(learnt: &Learnt, label: &str) -> Option<&'static str> {
    learnt.guess(&normalised(label), Amount::new(-20.0)).map(|guess| guess.category.id)
}

#[test]
fn without_corrections_it_says_nothing() {
    assert_eq!(guessed(&Learnt::default(), "EPICERIE DUPONT"), None);
    assert_eq!(guessed(&learn(&[], &["EPICERIE DUPONT"; 9]), "EPICERIE DUPONT"), None);
}

#[test]
fn one_correction_teaches_the_same_label_and_no_other() {
    let sample = ["CB CARREFOUR LYON", "PRLV EDF", "CB ATELIER VELO LYON", "CB ZARA LYON"];
    let learnt = learn(&[("400110", "CB ATELIER VELO LYON 03/11", -30.0)], &sample);
    assert_eq!(guessed(&learnt, "CB ATELIER VELO LYON 12/12"), Some("400110"));
    for other in ["CB ATELIER POTERIE", "CB ZARA LYON", "PRLV EDF", "", "123"] {
        assert_eq!(guessed(&learnt, other), None, "{other}");
    }
}

#[test]
fn several_corrections_teach_a_word_and_it_is_named() {
    let decided = [
        ("400820", "CB GRIMALDI ESCALADE", -14.0),
        ("400820", "GRIMALDI BLOC", -18.0),
        ("400820", "CB GRIMALDI 4412", -14.0),
        ("400110", "CB PAYSANNE LYON", -22.0),
        ("400110", "LA PAYSANNE", -31.0),
    ];
    let learnt = learn(&decided, &["CB LYON RETRO", "CB LYON ZED", "VIR GRIMALDI", "PRLV EDF"]);
    let guess = learnt.guess(&normalised("CB GRIMALDI SALLE 2"), Amount::new(-14.0));
    let guess = guess.expect("a guess");
    assert_eq!(guess.category.id, "400820");
    assert_eq!(guess.reason, Reason { words: vec!["GRIMALDI".to_owned()], operations: 3 });
    assert!(guess.probability > PROBABILITY_MIN);
    assert_eq!(guessed(&learnt, "CB PAYSANNE LYON"), Some("400110"));
    assert_eq!(guessed(&learnt, "CB LYON PART DIEU"), None, "a common word tells nothing");
}

#[test]
fn contradictions_make_it_silent_and_a_majority_wins() {
    let of = |id, times| std::iter::repeat_n((id, "PAYPAL EUROPE", -20.0), times);
    let even: Vec<_> = of("400110", 4).chain(of("400820", 4)).collect();
    assert_eq!(guessed(&learn(&even, &["A B"; 20]), "PAYPAL EUROPE"), None);
    let changed = [
        [("400820", "PAYPAL VELIB", -20.0); 6].as_slice(),
        &[("400110", "PAYPAL DRIVE", -20.0); 6],
    ];
    let learnt = learn(&changed.concat(), &["A B"; 20]);
    assert_eq!(guessed(&learnt, "PAYPAL VELIB"), Some("400820"));
    assert_eq!(guessed(&learnt, "PAYPAL DRIVE"), Some("400110"));
    assert_eq!(guessed(&learnt, "PAYPAL AUTRE"), None);
}

#[test]
fn the_order_does_not_matter() {
    let mut decided = vec![
        ("400110", "PAYSANNE LYON", -20.0),
        ("400820", "GRIMALDI LYON", -15.0),
        ("400820", "GRIMALDI BLOC", -15.0),
    ];
    let label = normalised("GRIMALDI PAYSANNE LYON");
    let guess = |decided: &[_]| learn(decided, &["X"; 5]).guess(&label, Amount::new(-15.0));
    let one = guess(&decided);
    decided.reverse();
    assert_eq!(one, guess(&decided));
}

#[test]
fn it_is_bounded() {
    let labels: Vec<String> = (0..40_000u32)
        .map(|n| {
            let letters = (0..5).map(|at| char::from(b'A' + ((n / 26u32.pow(at)) % 26) as u8));
            letters.collect()
        })
        .collect();
    let category = find("400110").expect("a category");
    let decided = labels.iter().map(|label| (category, label.as_str(), Amount::new(-1.0)));
    let sample = labels.iter().map(|label| (label.as_str(), Amount::new(-1.0)));
    let learnt = Learnt::from(decided, sample);
    assert_eq!(learnt.classes[0].examples.len(), EXAMPLES_MAX);
    assert_eq!(learnt.sampled as usize, SAMPLE_MAX);
    let mut words = BTreeMap::new();
    let kept = (0..KNOWN_MAX as u32 + 9).filter(|n| entry(&mut words, *n).is_some()).count();
    assert_eq!(kept, KNOWN_MAX);
}
