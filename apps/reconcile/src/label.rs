//! Labels in the form that is searched. In: what banks and insurers wrote, foreign and of any
//! length. Out: plain upper-case words, and which of them tell of health. Never here: more than a
//! label's beginning.

/// Characters of a label that are looked at.
const CHARACTERS_MAX: usize = 400;

/// Upper case without accents, one space around each word: ` CB DR MARTIN 12 03 `.
pub fn normalised(label: &str) -> String {
    let mut out = String::with_capacity(label.len().min(CHARACTERS_MAX) + 2);
    append(&mut out, label);
    out
}

/// Writes a label, normalised, after another one.
pub fn append(out: &mut String, label: &str) {
    out.push(' ');
    for letter in label.chars().take(CHARACTERS_MAX) {
        match plain(letter) {
            _ if letter.is_ascii_alphanumeric() => out.push(letter.to_ascii_uppercase()),
            "" if out.ends_with(' ') => {}
            "" => out.push(' '),
            text => out.push_str(text),
        }
    }
    if !out.ends_with(' ') {
        out.push(' ');
    }
}

/// A letter with an accent.
fn plain(letter: char) -> &'static str {
    match letter {
        'à'..='å' | 'À'..='Å' => "A",
        'ç' | 'Ç' => "C",
        'è'..='ë' | 'È'..='Ë' => "E",
        'ì'..='ï' | 'Ì'..='Ï' => "I",
        'ñ' | 'Ñ' => "N",
        'ò'..='ö' | 'Ò'..='Ö' | 'ø' | 'Ø' => "O",
        'ù'..='ü' | 'Ù'..='Ü' => "U",
        'ÿ' | 'ý' | 'Ÿ' | 'Ý' => "Y",
        'œ' | 'Œ' => "OE",
        'æ' | 'Æ' => "AE",
        'ß' => "SS",
        _ => "",
    }
}

/// Do both tell of the same shop or doctor? Its name has a word of some length.
pub fn same_merchant(one: &str, other: &str) -> bool {
    const LONG: usize = 4;
    let names = |word: &&str| {
        let is_plain = word.len() >= LONG && !word.bytes().any(|byte| byte.is_ascii_digit());
        is_plain && !BANKING.contains(word)
    };
    let same = |word: &str| other.split_ascii_whitespace().any(|same| same == word);
    one.split_ascii_whitespace().filter(names).any(same)
}

/// Words of banks: how it was paid, not with whom.
const BANKING: [&str; 38] = [
    "CB",
    "CARTE",
    "CARD",
    "PAIEMENT",
    "PAYMENT",
    "ACHAT",
    "FACTURE",
    "VIR",
    "VIREMENT",
    "VIRT",
    "PRLV",
    "PRELEVEMENT",
    "SEPA",
    "INST",
    "RECU",
    "EMIS",
    "FAVEUR",
    "VOTRE",
    "EN",
    "DE",
    "DU",
    "LE",
    "LA",
    "POUR",
    "REF",
    "CREDIT",
    "DEBIT",
    "CHEQUE",
    "CHQ",
    "ANNUL",
    "ANNULATION",
    "REJET",
    "EXTOURNE",
    "REMB",
    "REMBOURSEMENT",
    "AVOIR",
    "REVERSAL",
    "REFUND",
];

/// A word that tells of health.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HealthWord {
    pub word: &'static str,
    /// Whoever this is sells without a care sheet, or sends it to the insurer alone: silence of the
    /// insurers means nothing.
    pub is_sheetless: bool,
}

/// What begins so, and whether it is sheetless. In order; none begins as another one does.
const HEALTH: [(&str, bool); 35] = [
    ("AUDIO", false),
    ("BIOLOG", false),
    ("CARDIOLO", false),
    ("CHIROPR", true),
    ("CHU", true),
    ("CLINIQUE", false),
    ("DENTAIRE", false),
    ("DENTIST", false),
    ("DERMATO", false),
    ("DOCTEUR", false),
    ("DR", false),
    ("GYNECO", false),
    ("HOPITAL", true),
    ("HOPITAUX", true),
    ("HOSPITAL", true),
    ("IMAGERIE", false),
    ("INFIRM", false),
    ("KINE", false),
    ("LABORATOIRE", false),
    ("MEDECIN", false),
    ("MEDICAL", false),
    ("NATUROPATH", true),
    ("OPHTA", false),
    ("OPTIC", false),
    ("OPTIQUE", false),
    ("ORTHODON", false),
    ("ORTHOPHON", false),
    ("OSTEO", true),
    ("PARAPHARMA", true),
    ("PEDIATR", false),
    ("PHARMA", true),
    ("PODOLOG", false),
    ("PSYCHIATR", false),
    ("PSYCHOLOG", true),
    ("RADIOLOG", false),
];
/// Those that are nothing but the whole word.
const WHOLE: [&str; 5] = ["CHU", "DOCTEUR", "DR", "HOPITAUX", "IMAGERIE"];

/// The first word of a normalised label that tells of health; one that is sheetless before others.
pub fn health_word(label: &str) -> Option<HealthWord> {
    label.split_ascii_whitespace().filter_map(of_health).min_by_key(|found| !found.is_sheetless)
}

fn of_health(text: &str) -> Option<HealthWord> {
    // What it begins with comes just before it.
    let before = HEALTH.partition_point(|(word, _)| *word <= text).checked_sub(1)?;
    let (word, is_sheetless) = *HEALTH.get(before)?;
    let fits = text == word || (text.starts_with(word) && !WHOLE.contains(&word));
    fits.then_some(HealthWord { word, is_sheetless })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_become_plain_words() {
        assert_eq!(normalised("C.P.A.M. 75"), " C P A M 75 ");
        assert_eq!(normalised("Opticien Noël\u{202e}\u{0}"), " OPTICIEN NOEL ");
        assert_eq!(normalised(""), " ");
        assert!(normalised(&"é".repeat(10 << 20)).len() < 500);
    }

    #[test]
    fn shops_are_told_apart_by_their_names() {
        let same = |one, other| same_merchant(&normalised(one), &normalised(other));
        assert!(same("ANNUL CB DR CARPENTIER", "PAIEMENT CB 1203 PARIS DR CARPENTIER"));
        assert!(!same("CB DR MARTIN PARIS 12/03", "CB DR ROUX LYON 12/03"));
        assert!(!same("VIREMENT EN VOTRE FAVEUR", "VIREMENT EN VOTRE FAVEUR"));
    }

    #[test]
    fn what_is_bought_without_a_sheet_is_known() {
        let word = |label| health_word(&normalised(label)).map(|w| (w.word, w.is_sheetless));
        assert_eq!(word("CB DR MARTIN"), Some(("DR", false)));
        assert_eq!(word("CENTRE MEDICAL ROUX"), Some(("MEDICAL", false)));
        assert_eq!(word("PHARMACIE DR ROUX"), Some(("PHARMA", true)));
        assert_eq!(word("DRAGON D OR"), None);
        assert_eq!(word("CB KINE"), Some(("KINE", false)));
        assert_eq!(word("A ZOO"), None);
    }

    #[test]
    fn each_word_of_health_is_found_by_its_place() {
        for (word, is_sheetless) in HEALTH {
            assert_eq!(of_health(word), Some(HealthWord { word, is_sheetless }));
            let longer = of_health(&format!("{word}ZZZ")).map(|found| found.word);
            assert_eq!(longer, Some(word).filter(|word| !WHOLE.contains(word)));
        }
        let begins = |pair: &[(&str, bool)]| pair[1].0.starts_with(pair[0].0);
        assert!(HEALTH.is_sorted() && !HEALTH.windows(2).any(begins));
    }
}
