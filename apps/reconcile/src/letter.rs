//! The letter that claims what is missing. In: an alert, and the documents that prove it. Out:
//! plain text in the owner's language. Never here: a name or an address that the documents don't
//! hold; a foreign text that begins a line of its own.

use domicile_sdk::Locale;

use crate::books::{Books, Cents};
use crate::day::Day;
use crate::explain::{clean, money, payer};
use crate::outcome::{Alert, AlertKind, Role};
use crate::words::Words;

/// Proofs of one letter.
const PROOFS_MAX: usize = 20;

/// A letter to the payer of an alert.
pub fn letter(alert: &Alert, books: &Books, today: Day, locale: Locale) -> String {
    let words = Words(locale);
    let date = |day: Day| locale.date(day.date());
    let mut lines = vec![
        payer(alert, locale),
        String::new(),
        date(today),
        String::new(),
        words.subject().to_owned(),
        String::new(),
        words.salutation().to_owned(),
        String::new(),
        claim(alert, locale),
        String::new(),
    ];
    lines.extend(facts(alert, locale));
    lines.extend(proofs(alert, books, locale));
    lines.push(String::new());
    if alert.kind != AlertKind::NoStatement {
        lines.extend([words.please().to_owned(), String::new()]);
    }
    lines.push(words.closing().to_owned());
    lines.join("\n") + "\n"
}

fn claim(alert: &Alert, locale: Locale) -> String {
    let words = Words(locale);
    let sum = |cents: Cents| money(cents, &alert.currency, locale);
    let since = locale.date(alert.since.date());
    match alert.kind {
        AlertKind::Unpaid => words.letter_unpaid(sum(alert.announced), since),
        AlertKind::Partial => words.letter_partial(
            sum(alert.announced),
            since,
            sum(alert.received),
            sum(alert.missing),
        ),
        AlertKind::Unannounced => words.letter_unannounced(sum(alert.missing)),
        AlertKind::NoStatement => words.letter_no_statement().to_owned(),
    }
}

fn facts(alert: &Alert, locale: Locale) -> Vec<String> {
    let words = Words(locale);
    let (name, what) = (clean(&alert.beneficiary), clean(&alert.what));
    let mut facts = Vec::new();
    facts.extend((!name.is_empty()).then(|| words.for_whom(name)));
    facts.extend((!what.is_empty()).then(|| match alert.role {
        Role::Vendor => words.bought(what),
        Role::Public | Role::TopUp => words.act(what),
    }));
    let spent = money(alert.spent, &alert.currency, locale);
    let day = locale.date(alert.spent_on.date());
    facts.extend((alert.spent > 0).then(|| words.spent(spent, day)));
    facts
}

/// A line for each bill and each operation, in the order of the alert.
fn proofs(alert: &Alert, books: &Books, locale: Locale) -> Vec<String> {
    let words = Words(locale);
    let sum = |cents: Cents| money(cents, &alert.currency, locale);
    let date = |day: Day| locale.date(day.date());
    let bills = alert.bills.iter().take(PROOFS_MAX).filter_map(|id| {
        let bill = books.bills.iter().find(|bill| bill.id == *id)?;
        Some(words.told(clean(&bill.vendor), sum(bill.amount?), date(bill.date?)))
    });
    let operations = alert.operations.iter().take(PROOFS_MAX).filter_map(|id| {
        let operation = books.operations.iter().find(|operation| operation.id == *id)?;
        let day = operation.realisation_date.or(operation.date)?;
        Some(words.paid_on(sum(operation.amount?), date(day), clean(&operation.label)))
    });
    bills.chain(operations).collect()
}
