//! Labels in the form that rules look at.

/// Upper case without accents, words with one space around each: ` CB CARREFOUR 12 03 `.
pub fn normalised(label: &str) -> String {
    let mut out = String::with_capacity(label.len() + 2);
    out.push(' ');
    for letter in label.chars() {
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

/// The plain letters of a letter; nothing for what is none.
fn plain(letter: char) -> &'static str {
    let upper = letter.to_ascii_uppercase();
    if let Some(at) = ASCII.find(upper) {
        return &ASCII[at..at + 1];
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
