//! Names are short, lower-case and safe in a path, a host name and a label.

use domicile_policy::name::{DOCTYPE_LENGTH_MAX, NAME_LENGTH_MAX};
use domicile_policy::{ComponentId, Doctype, HomeName, NameError, ProviderId};

#[test]
fn names_are_words_with_digits_and_dashes() {
    for text in ["a", "banks", "ofx-file", "p2p", "a--b"] {
        assert_eq!(text.parse::<ComponentId>().unwrap().to_string(), text);
        assert_eq!(text.parse::<ProviderId>().unwrap().as_str(), text);
        assert_eq!(text.parse::<HomeName>().unwrap().as_str(), text);
    }
    for text in ["", "2a", "-a", "a-", "Banks", "a_b", "a.b", "a b", "a/b", "a@b", "*", "caf\u{e9}"]
    {
        let refused = Err(NameError::Name(text.to_owned()));
        assert_eq!(text.parse::<ComponentId>(), refused, "{text}");
    }
}

#[test]
fn no_provider_is_called_self() {
    assert!("self".parse::<ProviderId>().is_err());
    assert!("selfish".parse::<ProviderId>().is_ok());
}

#[test]
fn a_doctype_has_at_least_three_words() {
    for text in ["io.cozy.bank.operations", "app.domicile.n1", "a.b_c.d"] {
        assert_eq!(text.parse::<Doctype>().unwrap().to_string(), text);
    }
    for text in ["", "bank", "cozy.bank", "io..bank", "io.cozy.", "Io.cozy.bank", "io.cozy.a-b"] {
        let refused = Err(NameError::Doctype(text.to_owned()));
        assert_eq!(text.parse::<Doctype>(), refused, "{text}");
    }
}

#[test]
fn names_have_a_longest() {
    assert!("a".repeat(NAME_LENGTH_MAX).parse::<ComponentId>().is_ok());
    assert!("a".repeat(NAME_LENGTH_MAX + 1).parse::<ComponentId>().is_err());
    let doctype = |length: usize| format!("a.b.{}", "c".repeat(length - 4)).parse::<Doctype>();
    assert!(doctype(DOCTYPE_LENGTH_MAX).is_ok());
    assert!(doctype(DOCTYPE_LENGTH_MAX + 1).is_err());
}

#[test]
fn a_stored_name_is_checked_when_it_is_read() {
    assert_eq!(
        serde_json::to_string(&"banks".parse::<ComponentId>().unwrap()).unwrap(),
        "\"banks\""
    );
    assert!(serde_json::from_str::<ComponentId>("\"../x\"").is_err());
    assert!(serde_json::from_str::<Doctype>("\"bank\"").is_err());
}
