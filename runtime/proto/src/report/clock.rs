//! When something runs by the clock, in plain words. In: times as a manifest says them. Out: a
//! phrase in two languages, which says all of it.

use super::words::joined;
use crate::Locale;
use crate::manifest::Cron;

/// Times of a day that are said one by one.
const TIMES_MAX: usize = 4;

const MONTHS: [(&str, &str); 12] = [
    ("January", "janvier"),
    ("February", "février"),
    ("March", "mars"),
    ("April", "avril"),
    ("May", "mai"),
    ("June", "juin"),
    ("July", "juillet"),
    ("August", "août"),
    ("September", "septembre"),
    ("October", "octobre"),
    ("November", "novembre"),
    ("December", "décembre"),
];
const WEEKDAYS: [(&str, &str); 7] = [
    ("Sunday", "dimanche"),
    ("Monday", "lundi"),
    ("Tuesday", "mardi"),
    ("Wednesday", "mercredi"),
    ("Thursday", "jeudi"),
    ("Friday", "vendredi"),
    ("Saturday", "samedi"),
];

/// `at 06:30 on Monday and Friday in May`.
pub fn words(times: Cron, locale: Locale) -> String {
    let moments: Vec<String> =
        times.times().map(|(hour, minute)| format!("{hour:02}:{minute:02}")).collect();
    let list =
        |words: &[String]| joined(&words.iter().map(String::as_str).collect::<Vec<_>>(), locale);
    let mut text = match (moments.len(), moments.first(), moments.last()) {
        (count, Some(first), Some(last)) if count > TIMES_MAX => locale.pick(
            format!("{count} times a day, from {first} to {last},"),
            format!("{count} fois par jour, de {first} à {last},"),
        ),
        _ => locale.pick(format!("at {}", list(&moments)), format!("à {}", list(&moments))),
    };
    let named = |numbers: &[u32], names: &[(&str, &str)], first: u32| {
        let name = |number: &u32| names.get(number.checked_sub(first)? as usize);
        let names = numbers.iter().filter_map(name);
        let names: Vec<&str> = names.map(|(en, fr)| locale.pick(*en, *fr)).collect();
        joined(&names, locale)
    };
    let (days, weekdays, months) = (times.days(), times.weekdays(), times.months());
    let numbers: Vec<String> = days.iter().map(u32::to_string).collect();
    let on_days = locale.pick(
        format!("on the {} of the month", list(&numbers)),
        format!("le {} du mois", list(&numbers)),
    );
    let week = named(&weekdays, &WEEKDAYS, 0);
    let on_week = locale.pick(format!("on {week}"), format!("le {week}"));
    text = match (days.is_empty(), weekdays.is_empty()) {
        (true, true) => {
            format!("{text} {}", locale.pick("every day", "chaque jour"))
        }
        (false, true) => format!("{text} {on_days}"),
        (true, false) => format!("{text} {on_week}"),
        (false, false) => format!("{text} {on_days} {} {on_week}", locale.pick("and", "et")),
    };
    if !months.is_empty() {
        let names = named(&months, &MONTHS, 1);
        text = format!("{text} {} {names}", locale.pick("in", "en"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::{Manifest, Schedule};

    #[test]
    fn an_owner_is_told_when() {
        for (text, en, fr) in [
            ("30 6 * * *", "at 06:30 every day", "à 06:30 chaque jour"),
            (
                "0 6,18 * * mon,fri",
                "at 06:00 and 18:00 on Monday and Friday",
                "à 06:00 et 18:00 le lundi et vendredi",
            ),
            (
                "*/30 8-18 1,15 aug *",
                "22 times a day, from 08:00 to 18:30, on the 1 and 15 of the month in August",
                "22 fois par jour, de 08:00 à 18:30, le 1 et 15 du mois en août",
            ),
            (
                "0 0 13 * fri",
                "at 00:00 on the 13 of the month and on Friday",
                "à 00:00 le 13 du mois et le vendredi",
            ),
        ] {
            let manifest = format!(
                "[component]\nid = \"x\"\nkind = \"service\"\nversion = \"0.1.0\"\n\
                 publisher = \"X\"\nname = {{ en = \"x\", fr = \"x\" }}\n\
                 description = {{ en = \"x\", fr = \"x\" }}\n[trigger]\nschedule = \"{text}\"\n"
            );
            let trigger = Manifest::parse(&manifest).unwrap().trigger.unwrap();
            let Some(Schedule::At(times)) = trigger.schedule else { panic!("{text}") };
            assert_eq!(
                (words(times, Locale::En).as_str(), words(times, Locale::Fr).as_str()),
                (en, fr)
            );
        }
    }
}
