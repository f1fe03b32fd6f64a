//! The name of an account whose file has none. In: the name of the file. Out: what is left of it
//! without what changes from one export to the next: its ending, days, counts of copies.

use crate::day::{self, Order};
use crate::text::{LABEL_CHARS_MAX, clean};

/// `releve_2026-01-31 (2).qif` and `releve_2026-02-28.qif` are of one account.
pub fn of_account(file: &str) -> String {
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let is_mark = |c: char| c.is_whitespace() || "_-.,()".contains(c);
    let words: Vec<&str> = stem.split(is_mark).filter(|word| !word.is_empty()).collect();
    let mut kept: Vec<&str> = Vec::new();
    let mut rest = words.as_slice();
    while let [first, others @ ..] = rest {
        rest = match rest {
            [a, b, c, others @ ..] if is_day(&format!("{a}-{b}-{c}")) => without_time(others),
            _ if is_day(first) => without_time(others),
            _ => match before_day(first) {
                Some(before) => {
                    kept.push(before);
                    without_time(others)
                }
                None => {
                    kept.push(first);
                    others
                }
            },
        };
    }
    if stem.ends_with(')') && kept.last().is_some_and(|last| last.len() <= 2) {
        kept.pop();
    }
    let name = clean(&kept.join(" "), LABEL_CHARS_MAX);
    if name.is_empty() { clean(stem, LABEL_CHARS_MAX) } else { name }
}

fn is_day(text: &str) -> bool {
    Order::ALL.iter().any(|order| day::parse(text, *order).is_some())
}

/// `CA` of `CA20260131`.
fn before_day(word: &str) -> Option<&str> {
    let (letters, day) = word.split_at_checked(word.len().checked_sub(8)?)?;
    let letters_only = !letters.is_empty() && letters.chars().all(char::is_alphabetic);
    (letters_only && is_day(day)).then_some(letters)
}

/// A time stands behind a day; anywhere else `130512` may be the number of an account.
fn without_time<'a>(words: &'a [&'a str]) -> &'a [&'a str] {
    match words {
        [time, others @ ..] if matches!(time.len(), 4 | 6) && time.parse::<u32>().is_ok() => others,
        _ => words,
    }
}

#[cfg(test)]
mod tests {
    use super::of_account;

    #[test]
    fn exports_of_one_account_have_one_name() {
        for (file, name) in [
            ("Compte courant.qif", "Compte courant"),
            ("releve_2026-01-31 (2).qif", "releve"),
            ("releve_31-01-2026.csv", "releve"),
            ("CA20261127_135005.csv", "CA"),
            ("export-20261127_135005.csv", "export"),
            ("0001234567.qif", "0001234567"),
            ("2026-01-31.qif", "2026-01-31"),
            (".qif", ""),
            ("x", "x"),
        ] {
            assert_eq!(of_account(file), name, "{file}");
        }
    }
}
