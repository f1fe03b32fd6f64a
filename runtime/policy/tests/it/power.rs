//! R21 for what is no grant line.

use std::collections::BTreeSet;

use domicile_policy::Powers;

fn set(words: &[&str]) -> BTreeSet<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

#[test]
fn r21_another_provider_or_link_waits_for_a_consent() {
    let mut powers = Powers::default();
    powers.consent(set(&["provider ofx-file", "link shop"]));
    let upgrade = powers.upgrade(&set(&["provider evil", "link shop"]));
    assert_eq!(powers.effective(), &set(&["link shop"]));
    assert_eq!(upgrade.asked, set(&["provider evil"]));
    assert_eq!(upgrade.lost, set(&["provider ofx-file"]));
    powers.upgrade(&set(&["provider ofx-file", "link shop"]));
    assert_eq!(powers.effective(), &set(&["link shop"]), "given up is gone");
}

#[test]
fn r21_a_declined_power_stays_off_until_a_consent() {
    let mut powers = Powers::default();
    powers.consent(set(&["link shop"]));
    powers.revoke("link shop");
    let upgrade = powers.upgrade(&set(&["link shop"]));
    assert!(powers.effective().is_empty() && upgrade.asked.is_empty());
    assert_eq!(upgrade.declined, set(&["link shop"]));
    powers.consent(upgrade.declined);
    assert_eq!(powers.effective(), &set(&["link shop"]));
    powers.upgrade(&set(&[]));
    assert_eq!(
        powers.upgrade(&set(&["link shop"])).asked,
        set(&["link shop"]),
        "it may be asked again"
    );
}
