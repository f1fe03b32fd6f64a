//! What a label says to a model. In: a label in the form of [`normalised`] and an amount. Out: its
//! telling words, each with its groups of three letters, and the size of the amount.

use crate::amount::Amount;
use crate::category::label::normalised;
use std::collections::BTreeSet;

/// Words of a label that are looked at.
const WORDS_MAX: usize = 16;
/// Letters of a word that are looked at.
const LETTERS_MAX: usize = 24;
const LETTERS_MIN: usize = 2;

/// What banks write before the name of whoever was paid, and small words between names.
const SAYS_NOTHING: &[&str] = &[
    "ACHAT",
    "AU",
    "AUX",
    "AVEC",
    "CARD",
    "CARTE",
    "CB",
    "CHEZ",
    "DE",
    "DES",
    "DU",
    "EN",
    "ET",
    "EUR",
    "FACT",
    "FACTURE",
    "FOR",
    "FR",
    "LA",
    "LE",
    "LES",
    "OF",
    "PAIEMENT",
    "PAR",
    "PAYMENT",
    "POUR",
    "PRELEVEMENT",
    "PRELVT",
    "PRLV",
    "PURCHASE",
    "REF",
    "SEPA",
    "SUR",
    "THE",
    "TO",
    "TRANSFER",
    "VERS",
    "VIR",
    "VIREMENT",
    "VISA",
    "WEB",
    "WWW",
];

/// Three letters, the space around a word included.
pub type Gram = [u8; 3];

/// What a label and its amount say.
#[derive(Debug, Default)]
pub struct Features {
    pub words: BTreeSet<String>,
    /// Where the amount stands between 1, 2, 5, 10, 20, 50 ..., with its sign.
    pub size: i8,
}

impl Features {
    pub fn of(label: &str, amount: Amount) -> Self {
        let telling = label.split(' ').filter(|word| {
            word.len() >= LETTERS_MIN
                && !word.bytes().any(|letter| letter.is_ascii_digit())
                && SAYS_NOTHING.binary_search(word).is_err()
        });
        let cut = |word: &str| word.chars().take(LETTERS_MAX).collect();
        Features { words: telling.take(WORDS_MAX).map(cut).collect(), size: size_of(amount) }
    }
}

/// The telling words of a label as it was written, in their order in the alphabet.
pub fn telling_words(label: &str) -> Vec<String> {
    Features::of(&normalised(label), Amount::default()).words.into_iter().collect()
}

/// Of one word: each once.
pub fn grams(word: &str) -> BTreeSet<Gram> {
    let padded = format!(" {word} ");
    padded.as_bytes().windows(3).filter_map(|three| three.try_into().ok()).collect()
}

fn size_of(amount: Amount) -> i8 {
    let (mut bound, mut size) = (1.0, 1);
    while amount.as_f64().abs() >= bound && size < i8::MAX {
        // 1, 2, 5, 10, 20, 50
        bound *= if size % 3 == 2 { 2.5 } else { 2.0 };
        size += 1;
    }
    if amount.is_negative() { -size } else { size }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_words_are_sorted_and_say_nothing() {
        assert!(SAYS_NOTHING.is_sorted(), "or they are not found");
        assert_eq!(
            telling_words("PRLV SEPA Épicerie du Marché 12/03 X4251"),
            ["EPICERIE", "MARCHE"]
        );
        assert_eq!(telling_words("CB 123"), [""; 0]);
    }

    #[test]
    fn long_labels_are_cut() {
        let long: String = (b'a'..=b'z').map(|c| format!("{0}{0}{0} ", char::from(c))).collect();
        assert_eq!(telling_words(&long).len(), WORDS_MAX);
        assert_eq!(telling_words(&"x".repeat(9_000))[0].len(), LETTERS_MAX);
        assert_eq!(grams("AB").len(), 2);
    }

    #[test]
    fn sizes_grow_with_amounts() {
        let sizes = [0.5, 1.0, 1.9, 2.0, 4.9, 5.0, 9.0, 10.0, 99.0, 100.0];
        let sizes = sizes.map(|value| size_of(Amount::new(value)));
        assert_eq!(sizes, [1, 2, 2, 3, 3, 4, 4, 5, 7, 8]);
        assert_eq!(size_of(Amount::new(-5.0)), -4);
        assert!(size_of(Amount::new(9e14)) > 40);
    }
}
