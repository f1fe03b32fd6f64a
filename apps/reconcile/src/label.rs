//! Labels in the form that is searched. In: what banks and insurers wrote, foreign and of any
//! length. Out: plain upper-case words, and which of them tell of health. Never here: more than a
//! label's beginning.

/// Characters of a label that are looked at.
const CHARACTERS_MAX: usize = 400;

/// Upper case without accents, one space around each word: ` CB DR MARTIN 12 03 `.
pub fn normalised(label: &str) -> String {
    let mut out = String::from(" ");
    for letter in label.chars().take(CHARACTERS_MAX) {
        match plain(letter) {
            "" if out.ends_with(' ') => {}
            "" => out.push(' '),
            text => out.push_str(text),
        }
    }
    if !out.ends_with(' ') {
        out.push(' ');
    }
    out
}

const ASCII: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

fn plain(letter: char) -> &'static str {
    if letter.is_ascii() {
        let at = ASCII.find(letter.to_ascii_uppercase());
        return at.and_then(|at| ASCII.get(at..=at)).unwrap_or_default();
    }
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

/// Words of a normalised label that say with whom: not how it was paid, nor a number.
pub fn merchant(label: &str) -> impl Iterator<Item = &str> {
    label.split(' ').filter(|word| {
        let is_plain = word.len() >= 2 && !word.bytes().any(|byte| byte.is_ascii_digit());
        is_plain && !BANKING.contains(word)
    })
}

/// Do both tell of the same shop or doctor? Its name has a word of some length.
pub fn same_merchant(one: &str, other: &str) -> bool {
    const LONG: usize = 4;
    merchant(one).any(|word| word.len() >= LONG && merchant(other).any(|same| same == word))
}

/// Words of banks.
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

/// With a star, all that begins so.
const HEALTH: [(&str, bool); 35] = [
    ("DR", false),
    ("DOCTEUR", false),
    ("MEDECIN*", false),
    ("MEDICAL*", false),
    ("DENTIST*", false),
    ("DENTAIRE*", false),
    ("ORTHODON*", false),
    ("OPTIC*", false),
    ("OPTIQUE*", false),
    ("OPHTA*", false),
    ("AUDIO*", false),
    ("KINE*", false),
    ("LABORATOIRE*", false),
    ("BIOLOG*", false),
    ("RADIOLOG*", false),
    ("IMAGERIE", false),
    ("INFIRM*", false),
    ("PEDIATR*", false),
    ("DERMATO*", false),
    ("CARDIOLO*", false),
    ("GYNECO*", false),
    ("PSYCHIATR*", false),
    ("ORTHOPHON*", false),
    ("PODOLOG*", false),
    ("CLINIQUE*", false),
    ("HOPITAL*", true),
    ("HOPITAUX", true),
    ("HOSPITAL*", true),
    ("CHU", true),
    ("PHARMA*", true),
    ("PARAPHARMA*", true),
    ("OSTEO*", true),
    ("CHIROPR*", true),
    ("PSYCHOLOG*", true),
    ("NATUROPATH*", true),
];

/// The first word of a normalised label that tells of health; one that is sheetless before others.
pub fn health_word(label: &str) -> Option<HealthWord> {
    let words = || label.split(' ').filter_map(of_health);
    words().find(|found| found.is_sheetless).or_else(|| words().next())
}

fn of_health(word: &str) -> Option<HealthWord> {
    let fits = |(known, _): &&(&str, bool)| match known.strip_suffix('*') {
        Some(beginning) => word.starts_with(beginning),
        None => word == *known,
    };
    let (known, is_sheetless) = HEALTH.iter().find(fits)?;
    Some(HealthWord { word: known.trim_end_matches('*'), is_sheetless: *is_sheetless })
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
    }
}
