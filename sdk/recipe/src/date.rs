//! Dates as people write them. In: `3 février 2026` and the form `dd month yyyy`. Out:
//! `2026-02-03`. Of a month alone, its first day.

/// How a date is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Day,
    Month,
    /// By its name, in French or English, or the first three letters of it or more.
    MonthName,
    Year,
    /// Of this century.
    ShortYear,
    /// Any word: nobody asks whether it is the right one.
    Weekday,
    Text(char),
}

/// A hundred years.
const DAYS_BACK_MAX: u32 = 36_525;

const WORDS: [(&str, Part); 6] = [
    ("dd", Part::Day),
    ("month", Part::MonthName),
    ("mm", Part::Month),
    ("yyyy", Part::Year),
    ("yy", Part::ShortYear),
    ("weekday", Part::Weekday),
];

/// Without accents. What begins alike in both languages is one month.
const MONTHS: [[&str; 2]; 12] = [
    ["january", "janvier"],
    ["february", "fevrier"],
    ["march", "mars"],
    ["april", "avril"],
    ["may", "mai"],
    ["june", "juin"],
    ["july", "juillet"],
    ["august", "aout"],
    ["september", "septembre"],
    ["october", "octobre"],
    ["november", "novembre"],
    ["december", "decembre"],
];

impl Form {
    pub fn parse(text: &str) -> Result<Form, String> {
        let (mut parts, mut rest) = (Vec::new(), text);
        while let Some(c) = rest.chars().next() {
            let word = WORDS.iter().find(|(word, _)| rest.starts_with(word));
            let length = word.map_or(c.len_utf8(), |(word, _)| word.len());
            parts.push(word.map_or(Part::Text(c), |(_, part)| part.clone()));
            rest = rest.get(length..).unwrap_or_default();
        }
        let has = |parts_wanted: &[Part]| parts.iter().any(|part| parts_wanted.contains(part));
        let whole = has(&[Part::Month, Part::MonthName]) && has(&[Part::Year, Part::ShortYear]);
        match whole {
            true => Ok(Form(parts)),
            false => Err(format!("`date {text}` is no date: write dd, mm or month, yyyy or yy")),
        }
    }

    /// `2026-02-03`; `None` for what is not written so, or no day of any calendar.
    pub fn read(&self, text: &str) -> Option<String> {
        let (mut year, mut month, mut day, mut rest) = (0, 0, 1, text.trim());
        for part in &self.0 {
            match part {
                Part::Day => {
                    day = digits(&mut rest, 2)?;
                    // The first of a month, in French.
                    rest = rest.strip_prefix("er").unwrap_or(rest);
                }
                Part::Month => month = digits(&mut rest, 2)?,
                Part::Year => year = digits(&mut rest, 4)?,
                Part::ShortYear => year = 2000 + digits(&mut rest, 2)?,
                Part::MonthName => month = name(&mut rest)?,
                Part::Weekday => rest = rest.trim_start_matches(|c: char| c.is_alphabetic()),
                Part::Text(c) => rest = rest.strip_prefix(*c)?,
            }
        }
        let days = days_in(year, month)?;
        let sound = (1..=days).contains(&day) && (1900..=2200).contains(&year);
        sound.then(|| format!("{year:04}-{month:02}-{day:02}"))
    }
}

fn days_in(year: u32, month: u32) -> Option<u32> {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if leap => Some(29),
        2 => Some(28),
        4 | 6 | 9 | 11 => Some(30),
        1..=12 => Some(31),
        _ => None,
    }
}

/// So many days before a day: a month at a time.
pub fn days_before(date: &str, days: u32) -> Option<String> {
    let mut rest = date;
    let mut year = digits(&mut rest, 4)?;
    rest = rest.strip_prefix('-')?;
    let mut month = digits(&mut rest, 2)?;
    rest = rest.strip_prefix('-')?;
    let (mut day, mut left) = (digits(&mut rest, 2)?, days.min(DAYS_BACK_MAX));
    while left >= day {
        left -= day;
        (year, month) = if month == 1 { (year.checked_sub(1)?, 12) } else { (year, month - 1) };
        day = days_in(year, month)?;
    }
    Some(format!("{year:04}-{month:02}-{:02}", day - left))
}

/// A number of at most so many digits; of a month or day one is enough.
fn digits(rest: &mut &str, most: usize) -> Option<u32> {
    let length = rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
    let (number, after) = rest.split_at_checked(length)?;
    *rest = after;
    if most == 4 && length != 4 { None } else { number.parse().ok() }
}

fn name(rest: &mut &str) -> Option<u32> {
    let length = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
    let (word, after) = rest.split_at_checked(length)?;
    let plain = word.to_lowercase().replace(['é', 'è'], "e").replace('û', "u");
    *rest = after.strip_prefix('.').unwrap_or(after);
    let known = |names: &[&str; 2]| names.iter().any(|name| name.starts_with(&plain));
    let mut found = (1..).zip(MONTHS).filter(|(_, names)| known(names)).map(|(number, _)| number);
    // `jui` is two months.
    let first = found.next().filter(|_| plain.len() >= 3);
    if found.next().is_some() { None } else { first }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_they_are_written() {
        for (form, text, date) in [
            ("dd/mm/yyyy", "03/02/2026", Some("2026-02-03")),
            ("dd/mm/yyyy", " 3/2/2026 ", Some("2026-02-03")),
            ("dd.mm.yy", "03.02.26", Some("2026-02-03")),
            ("yyyy-mm-dd", "2026-02-03T10:00:00Z", Some("2026-02-03")),
            ("dd month yyyy", "3 f\u{e9}vrier 2026", Some("2026-02-03")),
            ("dd month yyyy", "03 f\u{e9}vr. 2026", Some("2026-02-03")),
            ("month dd, yyyy", "August 9, 2026", Some("2026-08-09")),
            ("dd month yyyy", "1 juil. 2026", Some("2026-07-01")),
            ("dd month yyyy", "1 jui 2026", None),
            ("dd month yyyy", "1 ma 2026", None),
            ("weekday dd month yyyy", "Mardi 3 novembre 2026", Some("2026-11-03")),
            ("dd month yyyy", "1er octobre 2026", Some("2026-10-01")),
            ("month yyyy", "novembre 2026", Some("2026-11-01")),
            ("dd/mm/yyyy", "30/02/2026", None),
            ("dd/mm/yyyy", "2026-02-03", None),
            ("dd/mm/yyyy", "", None),
        ] {
            let found = Form::parse(form).unwrap().read(text);
            assert_eq!(found.as_deref(), date, "{form}: {text}");
        }
        assert_eq!(
            Form::parse("dd month yyyy").unwrap().read("29 mai 2024").unwrap(),
            "2024-05-29"
        );
        assert!(Form::parse("dd/mm").is_err());
    }
}
