//! The field 86, which every bank structures its own way. In: the lines of the field. Out: who is
//! on the other side and what the payment says. Never here: text that is lost because its structure
//! is not known: it is kept as it stands.

use konnector_statement::{OperationKind, iban};

/// A line of this length goes on in the next without a blank; shorter ones end with a word.
const LINE_CHARS: usize = 64;
/// The same of a numbered part.
const PART_CHARS: usize = 27;

/// Words of SEPA between the parts of a purpose.
const SEPA: [&str; 13] = [
    "EREF+", "KREF+", "MREF+", "CRED+", "DEBT+", "COAM+", "OAMT+", "SVWZ+", "ABWA+", "ABWE+",
    "IBAN+", "BIC+", "PURP+",
];
/// The same between slashes.
const SLASHED: [&str; 24] = [
    "/ADDR/", "/BENM/", "/BIC/", "/CITY/", "/CNTP/", "/CSID/", "/EREF/", "/IBAN/", "/ID/",
    "/ISDT/", "/MARF/", "/NAME/", "/OCMT/", "/ORDP/", "/PREF/", "/PURP/", "/REMI/", "/RTRN/",
    "/SVCL/", "/TRCD/", "/TRTP/", "/ULTB/", "/ULTD/", "/UDTR/",
];

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Info {
    pub counterparty: Option<String>,
    pub counterparty_iban: Option<String>,
    /// What the payer wrote.
    pub purpose: Option<String>,
    /// What the bank calls it.
    pub booking: Option<String>,
    pub kind: Option<OperationKind>,
    /// All of it.
    pub whole: String,
}

impl Info {
    pub fn read(text: &str) -> Info {
        let text = text.trim();
        let code = text.get(..3).filter(|code| code.bytes().all(|byte| byte.is_ascii_digit()));
        let mark = text.get(3..).and_then(|rest| rest.chars().next());
        let info = match (code, mark) {
            (Some(_), Some(mark)) if mark.is_ascii_punctuation() && mark != '/' => {
                numbered(&text.replace('\n', ""), mark)
            }
            _ => slashed(&joined(text)),
        };
        Info { kind: code.and_then(kind), ..info }
    }

    /// Of programs that write `:NS:` with numbered lines instead.
    pub fn of_program(text: &str) -> Info {
        let part = |from: u8, to: u8| {
            let lines = text.lines().filter_map(|line| {
                let (number, rest) = line.split_at_checked(2)?;
                (from..=to).contains(&number.parse().ok()?).then(|| rest.trim())
            });
            some(&lines.collect::<Vec<_>>().join(" "))
        };
        let parts = [part(17, 17), part(15, 16), part(1, 14)];
        Info {
            whole: parts.iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" "),
            counterparty: part(15, 16),
            purpose: part(1, 14),
            booking: part(17, 17),
            ..Info::default()
        }
    }
}

/// Lines to one text.
fn joined(text: &str) -> String {
    let mut whole = String::new();
    for line in text.lines() {
        whole.push_str(line);
        if line.chars().count() < LINE_CHARS {
            whole.push(' ');
        }
    }
    whole.trim().to_owned()
}

/// `020?00Transfer?20Rent?21November?32NAME`.
fn numbered(text: &str, mark: char) -> Info {
    let (mut purpose, mut name, mut whole) = (String::new(), String::new(), String::new());
    let mut info = Info::default();
    for part in parts(text, mark) {
        let Some((number, said)) = part.split_at_checked(2) else { continue };
        match number.parse::<u8>().unwrap_or(u8::MAX) {
            0 => info.booking = some(said),
            20..=29 | 60..=63 => push(&mut purpose, said),
            31 | 38 => info.counterparty_iban = iban::parse(said).or(info.counterparty_iban),
            32 | 33 => push(&mut name, said),
            _ => continue,
        }
        if !matches!(number, "31" | "38") {
            push(&mut whole, said);
        }
    }
    let tagged = tagged(&purpose, &SEPA);
    let value = |key: &str| tagged.iter().find(|(found, _)| *found == key).map(|(_, text)| *text);
    info.purpose = if tagged.is_empty() { some(&purpose) } else { value("SVWZ+").and_then(some) };
    info.counterparty = some(&name).or_else(|| value("ABWA+").and_then(some));
    let iban = value("IBAN+").and_then(|text| iban::parse(text.split(' ').next()?));
    info.counterparty_iban = info.counterparty_iban.or(iban);
    info.whole = whole;
    info
}

/// What stands behind each mark that two digits follow; a mark alone is text.
fn parts(text: &str, mark: char) -> impl Iterator<Item = &str> {
    let digits = |at: usize| {
        let number = text.get(at + mark.len_utf8()..at + mark.len_utf8() + 2);
        number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let starts: Vec<usize> =
        text.match_indices(mark).map(|(at, _)| at).filter(|at| digits(*at)).collect();
    let ends: Vec<usize> = starts.iter().skip(1).copied().chain([text.len()]).collect();
    starts
        .into_iter()
        .zip(ends)
        .filter_map(move |(start, end)| text.get(start + mark.len_utf8()..end))
}

/// Parts of full length go on with the next letter, shorter ones with the next word.
fn push(to: &mut String, part: &str) {
    if !part.trim().is_empty() {
        to.push_str(part);
        if part.chars().count() < PART_CHARS {
            to.push(' ');
        }
    }
}

/// `/EREF/1/BENM//NAME/WHO/REMI/What`, or a text without structure.
fn slashed(text: &str) -> Info {
    let tagged = if text.starts_with('/') { tagged(text, &SLASHED) } else { Vec::new() };
    let value = |key: &str| {
        let text = tagged.iter().find(|(found, text)| *found == key && some(text).is_some());
        text.map(|(_, text)| *text)
    };
    let mut info = Info { whole: text.to_owned(), ..Info::default() };
    if tagged.is_empty() {
        info.purpose = some(text);
        return info;
    }
    // Of a counterparty in one piece: number, BIC, name.
    let mut parts = value("/CNTP/").unwrap_or_default().split('/');
    let (number, _, name) = (parts.next(), parts.next(), parts.next());
    info.counterparty = value("/NAME/").or(name).and_then(some);
    info.counterparty_iban = value("/IBAN/").or(number).and_then(iban::parse);
    let remittance = value("/REMI/").map(|text| text.trim_start_matches("USTD//"));
    info.purpose = remittance.map(|text| text.trim_end_matches('/')).and_then(some);
    info
}

/// What stands behind each of the words, in the order of the text.
fn tagged<'a>(text: &'a str, words: &[&'static str]) -> Vec<(&'static str, &'a str)> {
    let found = words.iter().flat_map(|word| text.match_indices(word).map(|(at, _)| (at, *word)));
    let mut found: Vec<(usize, &'static str)> = found.collect();
    found.sort_unstable();
    let ends: Vec<usize> = found.iter().skip(1).map(|(at, _)| *at).chain([text.len()]).collect();
    let said = |(at, word): &(usize, &'static str), end| {
        (*word, text.get(at + word.len()..end).unwrap_or_default())
    };
    found.iter().zip(ends).map(|(start, end)| said(start, end)).collect()
}

fn some(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// From the business transaction codes that German-speaking banks agreed on.
fn kind(code: &str) -> Option<OperationKind> {
    match code.parse::<u16>().ok()? {
        1 | 2 | 70 | 101 | 102 | 111 | 112 => Some(OperationKind::Check),
        4 | 5 | 71 | 104 | 105 | 107..=109 | 171 | 174 | 181 | 184 | 192..=196 => {
            Some(OperationKind::DirectDebit)
        }
        6 | 106 => Some(OperationKind::CreditCard),
        82 => Some(OperationKind::Deposit),
        83 => Some(OperationKind::Cash),
        8 | 20 | 51..=54 | 116..=119 | 152..=157 | 159 | 161..=169 | 177 | 191 => {
            Some(OperationKind::Transfer)
        }
        808 => Some(OperationKind::FinancialFee),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbered_parts() {
        let text = "166?00GUTSCHRIFT?20EREF+1?21SVWZ+Miete Novem\nber?22 und mehr\
            ?30BIC?31FR142004101005050\n0013M02606?32MAX?33 MEIER";
        let info = Info::read(text);
        assert_eq!(info.counterparty.as_deref(), Some("MAX  MEIER"));
        assert_eq!(info.counterparty_iban.as_deref(), Some("FR1420041010050500013M02606"));
        assert_eq!(info.purpose.as_deref(), Some("Miete November  und mehr"));
        assert_eq!(info.booking.as_deref(), Some("GUTSCHRIFT"));
        assert_eq!(info.kind, Some(OperationKind::Transfer));
        let bare = Info::read("020?20What?? is?21this?");
        assert_eq!(bare.purpose.as_deref(), Some("What?? is this?"));
    }

    #[test]
    fn words_between_slashes() {
        let info = Info::read("/EREF/1/BENM//NAME/JOHN DOE/REMI/Reference 2/ISDT/2013-01-02");
        assert_eq!(info.counterparty.as_deref(), Some("JOHN DOE"));
        assert_eq!(info.purpose.as_deref(), Some("Reference 2"));
        let info = Info::read("/CNTP/FR1420041010050500013M02606/PSSTFRPP/WHO///REMI/USTD//What/");
        assert_eq!(info.counterparty.as_deref(), Some("WHO"));
        assert_eq!(info.purpose.as_deref(), Some("What"));
        assert!(info.counterparty_iban.is_some());
    }

    #[test]
    fn other_texts_stay_as_they_are() {
        let long = "x".repeat(LINE_CHARS);
        let info = Info::read(&format!("{long}\ny\nz"));
        assert_eq!(info.purpose, Some(format!("{long}y z")));
        assert_eq!(Info::read("999PN5477 CHECK").purpose.as_deref(), Some("999PN5477 CHECK"));
        assert_eq!(Info::read(""), Info::default());
        let program = Info::of_program("01Rent\n02May\n15WHO\n17Transfer\n1812");
        assert_eq!(program.purpose.as_deref(), Some("Rent May"));
        assert_eq!(program.whole, "Transfer WHO Rent May");
    }
}
