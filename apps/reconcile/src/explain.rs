//! Why, in words. In: matches and alerts. Out: sentences for people. Never here: a character of a
//! foreign text that could hide, turn or break what stands around it.

use domicile_sdk::Locale;

use crate::books::Cents;
use crate::day::Day;
use crate::ledger::Ledger;
use crate::outcome::{Alert, AlertKind, Evidence, Match, Rule};
use crate::settle::surety;
use crate::want::Want;
use crate::words::Words;

/// Characters of a foreign text that are shown.
const SHOWN_MAX: usize = 120;

/// Matches of wants for which something was found, by bill.
pub fn matches(ledger: &Ledger<'_>, wants: &[Want]) -> Vec<Match> {
    let mut all = Vec::new();
    for want in wants {
        let Some(found) = &want.found else { continue };
        let entries = found.operations.iter().filter_map(|at| ledger.entries.get(*at));
        let operations: Vec<String> = entries.map(|entry| entry.operation.id.clone()).collect();
        let papers = want.papers.iter().filter_map(|at| ledger.papers.get(*at));
        all.extend(papers.map(|paper| Match {
            bill: paper.bill.id.clone(),
            side: want.side,
            operations: operations.clone(),
            rule: found.rule,
            evidence: found.evidence.clone(),
            surety: if found.rule == Rule::Owner { 1.0 } else { surety(found.cost) },
        }));
    }
    all.sort_by(|one, other| (&one.bill, one.side).cmp(&(&other.bill, other.side)));
    all
}

/// Why both belong together: a sentence, and what speaks for it.
pub fn why(found: &Match, currency: &str, locale: Locale) -> (&'static str, Vec<String>) {
    let words = Words(locale);
    let rule = match found.rule {
        Rule::Owner => words.owner(),
        Rule::Exact => words.exact(),
        Rule::Near => words.near(),
        Rule::KeptBack => words.kept_back(),
        Rule::Group => words.group(),
        Rule::Parts => words.parts(),
        Rule::Partial => words.partial(),
        Rule::Shared => words.shared(),
    };
    let sum = |cents: &Cents| money(*cents, currency, locale);
    let said = |evidence: &Evidence| match evidence {
        Evidence::Amount(cents) => words.same_amount(sum(cents)),
        Evidence::Off(cents) => words.off(sum(&cents.abs())),
        Evidence::Days(0) => words.same_day().to_owned(),
        Evidence::Days(days) if *days > 0 => words.later(u64::from(days.unsigned_abs())),
        Evidence::Days(days) => words.earlier(u64::from(days.unsigned_abs())),
        Evidence::Word(word) => words.word(clean(word)),
        Evidence::Expression => words.expression().to_owned(),
        Evidence::HealthCategory => words.health_category().to_owned(),
        Evidence::HealthWord(word) => words.health_word(word),
        Evidence::Beneficiary(name) => words.beneficiary(clean(name)),
        Evidence::Sum(count, cents) => words.sum(count, sum(cents)),
        Evidence::Parts(count, cents) => words.parts_sum(count, sum(cents)),
        Evidence::KeptBack(cents) => words.fees(sum(cents)),
        Evidence::Alone => words.alone().to_owned(),
    };
    (rule, found.evidence.iter().map(said).collect())
}

/// A title and a text to tell the owner.
pub fn notice(alert: &Alert, locale: Locale) -> (String, String) {
    let words = Words(locale);
    let sum = |cents: Cents| money(cents, &alert.currency, locale);
    let date = |day: Day| locale.date(day.date());
    let payer = payer(alert, locale);
    let (announced, missing) = (sum(alert.announced), sum(alert.missing));
    let text = match alert.kind {
        AlertKind::Unpaid => words.unpaid(&payer, announced, date(alert.since), date(alert.due)),
        AlertKind::Partial => {
            words.partly(&payer, announced, date(alert.since), sum(alert.received), &missing)
        }
        AlertKind::Unannounced => words.unannounced(&payer, &missing, date(alert.spent_on)),
        AlertKind::NoStatement => {
            words.no_statement(sum(alert.spent), date(alert.spent_on), clean(&alert.what))
        }
    };
    (words.missing(missing, payer), text)
}

pub fn payer(alert: &Alert, locale: Locale) -> String {
    let named = clean(&alert.payer);
    if named.is_empty() { Words(locale).nobody().to_owned() } else { named }
}

pub fn money(cents: Cents, currency: &str, locale: Locale) -> String {
    locale.money(cents as f64 / 100.0, &clean(currency))
}

/// A foreign text on one line, of some length, without what is not seen.
pub fn clean(text: &str) -> String {
    let is_seen = |letter: &char| !letter.is_control() && !is_hidden(*letter);
    let words =
        text.split_whitespace().map(|word| word.chars().filter(is_seen).collect::<String>());
    let mut out = String::new();
    for word in words.filter(|word| !word.is_empty()).take(SHOWN_MAX) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(&word);
        if out.chars().count() > SHOWN_MAX {
            break;
        }
    }
    out.chars().take(SHOWN_MAX).collect()
}

/// Marks that turn the direction of a text, join, or take no room.
fn is_hidden(letter: char) -> bool {
    matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        || matches!(letter, '\u{ad}' | '\u{61c}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}
