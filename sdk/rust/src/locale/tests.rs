use super::*;
use crate::words;

words! {
    Words {
        plain = "Accounts" | "Comptes";
        shared = "IBAN";
        hello(name, day) = "Hello {name}, {day}" | "{day}, bonjour {name}";
        found[n] = "{n} result", "{n} results" | "{n} résultat", "{n} résultats";
    }
}

#[test]
fn words_in_both_languages() {
    let (en, fr) = (Words(Locale::En), Words(Locale::Fr));
    assert_eq!((en.plain(), fr.plain()), ("Accounts", "Comptes"));
    assert_eq!((en.shared(), fr.shared()), ("IBAN", "IBAN"));
    assert_eq!(en.hello("Ada", 1), "Hello Ada, 1");
    assert_eq!(fr.hello("Ada", 1), "1, bonjour Ada");
    let counted = |words: Words| [0, 1, 2, 12_345].map(|n| words.found(n)).join("; ");
    assert_eq!(counted(en), "0 results; 1 result; 2 results; 12,345 results");
    assert_eq!(counted(fr), "0 résultat; 1 résultat; 2 résultats; 12\u{202f}345 résultats");
}

#[test]
fn what_is_unknown_speaks_english() {
    assert_eq!(Locale::parse("fr-CA"), Locale::Fr);
    assert_eq!(Locale::parse("FR"), Locale::Fr);
    assert_eq!(Locale::parse("frisian"), Locale::En);
    assert_eq!(Locale::parse(""), Locale::En);
}

#[test]
fn numbers() {
    let (en, fr) = (Locale::En, Locale::Fr);
    assert_eq!(en.number(1_234_567.891, 2), "1,234,567.89");
    assert_eq!(fr.number(1_234_567.891, 2), "1\u{202f}234\u{202f}567,89");
    assert_eq!(en.number(-999.5, 0), "\u{2212}1,000");
    assert_eq!(en.number(-0.001, 2), "0.00");
    assert_eq!(en.number(2.0, 8), "2.00000000");
    assert_eq!(en.number(1e12 + 0.25, 2), "1,000,000,000,000.00");
    assert_eq!(en.number(999_999_999_999.994, 2), "999,999,999,999.99");
    assert_eq!(en.number(0.5, 0), "1");
    assert_eq!(en.number(0.07, 2), "0.07");
    assert_eq!(en.number(f64::NAN, 2), "\u{2013}");
}

#[test]
fn money() {
    let (en, fr) = (Locale::En, Locale::Fr);
    assert_eq!(en.money(1234.56, "EUR"), "\u{20ac}1,234.56");
    assert_eq!(en.money(-1234.5, "EUR"), "\u{2212}\u{20ac}1,234.50");
    assert_eq!(fr.money(-1234.5, "EUR"), "\u{2212}1\u{202f}234,50\u{a0}\u{20ac}");
    assert_eq!(en.money(5.0, "CHF"), "CHF\u{a0}5.00");
    assert_eq!(fr.money(1234.5, "JPY"), "1\u{202f}235\u{a0}JPY");
    assert_eq!(en.money(1.0, ""), "1.00");
}

#[test]
fn dates_are_read_strictly() {
    let date = Date::parse("2026-11-23T10:00:00Z").expect("a date");
    assert_eq!(date.to_string(), "2026-11-23");
    assert_eq!(Date::parse("2024-02-29").map(|d| d.day), Some(29));
    for bad in ["2026-02-29", "2026-13-01", "2026-1-01", "20261123", "2026-11-2", "", "é026-11-23"]
    {
        assert_eq!(Date::parse(bad), None, "{bad}");
    }
    assert_eq!(Month::parse("2026-11x"), None);
}

#[test]
fn months_follow_each_other() {
    let december = Month { year: 2026, month: 12 };
    assert_eq!(december.next().to_string(), "2027-01");
    assert_eq!(december.next().previous(), december);
    let february = |year| Month { year, month: 2 }.days();
    assert_eq!([2023, 2024, 1900, 2000].map(february), [28, 29, 28, 29]);
}

#[test]
fn dates_are_written_as_people_do() {
    let date = Date::parse("2026-11-23").expect("a date");
    assert_eq!(Locale::En.full_date(date), "Monday 23 November 2026");
    assert_eq!(Locale::Fr.full_date(date), "lundi 23 novembre 2026");
    assert_eq!(Locale::Fr.short_date(date), "23 nov. 2026");
    let may = Date::parse("2000-05-01").expect("a date");
    assert_eq!(Locale::Fr.full_date(may), "lundi 1er mai 2000");
    let leap = Date::parse("2024-02-29").expect("a date");
    assert_eq!(Locale::En.full_date(leap), "Thursday 29 February 2024");
}

#[test]
fn days_are_counted_as_they_are_added() {
    let day = |text: &str| Date::parse(text).expect("a day");
    for start in ["2026-11-23", "2024-02-29", "2000-01-01", "1999-12-31", "0000-01-01"].map(day) {
        for days in [0, 1, 30, 59, 60, 365, 366, 1461, 36_525, 146_097] {
            assert_eq!(start.plus(days).days_since(start), days, "{start} and {days} days");
            assert_eq!(start.days_since(start.plus(days)), -days);
        }
    }
}
