//! Bills out of mail, by rules of the owner's: which sender is which vendor. In: what was typed,
//! and a message. Out: a bill, if the message names one total in one currency. Never here: a total
//! that is guessed, of several or by how a number might be meant.
//!
//! Whoever writes a mail writes its sender too: a bill says what a message says, no more.

use domicile_sdk::docs::Document;
use konnector_shared::text::clean;
use konnector_shared::{Body, Said, say};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Rules of one account.
const RULES_MAX: usize = 100;
/// Characters of a vendor, as its doctype has it.
const VENDOR_CHARS_MAX: usize = 300;
/// Words before a total, in lower case.
const TOTALS: [&str; 15] = [
    "total ttc",
    "montant ttc",
    "total \u{e0} payer",
    "montant \u{e0} payer",
    "net \u{e0} payer",
    "montant total",
    "montant pr\u{e9}lev\u{e9}",
    "total de la facture",
    "total de la commande",
    "amount due",
    "total due",
    "total amount",
    "grand total",
    "amount paid",
    "total paid",
];
/// Of what goes the other way nothing is made.
const REFUNDS: [&str; 4] = ["rembours", "refund", "credit note", "un avoir"];
/// Signs of currencies, in lower case.
const CURRENCIES: [(&str, &str); 8] = [
    ("\u{20ac}", "EUR"),
    ("eur", "EUR"),
    ("euros", "EUR"),
    ("chf", "CHF"),
    ("\u{a3}", "GBP"),
    ("gbp", "GBP"),
    ("usd", "USD"),
    ("$", "USD"),
];

/// A document of `io.cozy.bills`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Bill(Value);

impl Document for Bill {
    const DOCTYPE: &'static str = "io.cozy.bills";
}

/// Which sender is which vendor.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Rules(Vec<(String, String)>);

impl Rules {
    /// `factures@example.org = EDF, @free.example = Free`, and what of it means nothing.
    pub fn parse(typed: &str) -> (Rules, Vec<Said>) {
        let (mut rules, mut said) = (Vec::new(), Vec::new());
        let typed = typed.split([',', '\n']).map(str::trim).filter(|one| !one.is_empty());
        for one in typed.take(RULES_MAX) {
            let read = one.split_once('=').map(|(sender, vendor)| {
                (sender.trim().to_lowercase(), clean(vendor, VENDOR_CHARS_MAX))
            });
            match read.filter(|(sender, vendor)| sender.contains('@') && !vendor.is_empty()) {
                Some(rule) => rules.push(rule),
                None => {
                    let one = clean(one, VENDOR_CHARS_MAX);
                    said.push(say!(
                        one;
                        "{one} is no rule for bills: write the sender's address = the vendor",
                        "{one} n'est pas une règle de facture : écrivez son adresse = le fournisseur",
                    ));
                }
            }
        }
        (Rules(rules), said)
    }

    /// The bill that a message is, if it is one. `email`: where it lies.
    pub fn bill(&self, message: &Value, email: &str) -> Option<Bill> {
        let mut senders = message.get("from")?.as_array()?.iter();
        let (Some(sender), None) = (senders.next(), senders.next()) else { return None };
        let sender = sender.get("address")?.as_str()?.to_lowercase();
        let is = |rule: &str| sender == rule || (rule.starts_with('@') && sender.ends_with(rule));
        let (_, vendor) = self.0.iter().find(|(rule, _)| is(rule))?;
        let text = |name: &str| message.get(name).and_then(Value::as_str).unwrap_or_default();
        let whole = format!("{}\n{}", text("subject"), text("text")).to_lowercase();
        if REFUNDS.iter().any(|word| whole.contains(word)) {
            return None;
        }
        let (amount, currency) = total(text("text"))?;
        let mut bill = Body::default();
        bill.line("vendor", vendor, VENDOR_CHARS_MAX);
        bill.put("date", message.get("date")?.as_str()?);
        bill.put("amount", amount);
        bill.line("currency", currency, 10);
        let of = json!({ "email": { "data": { "_id": email, "_type": "io.cozy.emails" } } });
        bill.put("relationships", of);
        Some(Bill(bill.into_value()))
    }
}

/// The one total that a text names.
fn total(text: &str) -> Option<(f64, &'static str)> {
    let mut found: Option<(f64, &'static str)> = None;
    for line in text.lines() {
        let line = line.to_lowercase();
        let Some(after) =
            TOTALS.iter().filter_map(|word| Some(line.find(word)? + word.len())).max()
        else {
            continue;
        };
        let one = amount(line.get(after..)?)?;
        if found.is_some_and(|before| before != one) {
            return None;
        }
        found = Some(one);
    }
    found
}

/// The one amount behind the words for a total, with its currency on either side.
fn amount(text: &str) -> Option<(f64, &'static str)> {
    let text = text.trim_matches([' ', ':', '.', '-', '=', '*', '\u{a0}', '\u{202f}']);
    let is_part = |c: char| c.is_ascii_digit() || is_space(c) || matches!(c, ',' | '.' | '\'');
    let from = text.find(|c: char| c.is_ascii_digit())?;
    let rest = text.get(from..)?;
    let length = rest.find(|c: char| !is_part(c)).unwrap_or(rest.len());
    let (digits, behind) = rest.split_at(length);
    if behind.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let sign = |text: &str| {
        let text = text.trim_matches(|c: char| is_space(c) || matches!(c, ':' | '.' | '(' | ')'));
        CURRENCIES.iter().find(|(sign, _)| *sign == text).map(|(_, code)| *code)
    };
    let word = behind.split(|c: char| c.is_whitespace()).find(|word| !word.is_empty());
    let (before, after) = (sign(text.get(..from)?), word.and_then(sign));
    let currency = match (before, after) {
        (Some(one), None) | (None, Some(one)) => one,
        _ => return None,
    };
    Some((number(digits.trim_end_matches(|c: char| !c.is_ascii_digit()))?, currency))
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{202f}')
}

/// A number that can be read in one way: cents have two digits, thousands three.
fn number(text: &str) -> Option<f64> {
    let parts: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).collect();
    let marks: Vec<char> = text.chars().filter(|c| !c.is_ascii_digit()).collect();
    let thousands = |parts: &[&str]| parts.iter().skip(1).all(|part| part.len() == 3);
    let all_alike = |marks: &[char]| marks.windows(2).all(|two| two.first() == two.last());
    if parts.iter().any(|part| part.is_empty()) {
        return None;
    }
    let (whole, cents) = match (parts.as_slice(), marks.as_slice()) {
        ([whole], []) => (vec![*whole], "00"),
        ([before @ .., cents], [others @ .., '.' | ',']) if cents.len() == 2 => {
            let last = marks.last()?;
            let apart = others.iter().all(|mark| mark != last);
            if !thousands(before) || !all_alike(others) || !apart {
                return None;
            }
            (before.to_vec(), *cents)
        }
        // A point before three digits could be either.
        (all, marks)
            if thousands(all) && marks.iter().all(|c| is_space(*c)) && all_alike(marks) =>
        {
            (all.to_vec(), "00")
        }
        _ => return None,
    };
    format!("{}.{cents}", whole.concat()).parse().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_number_means_one_thing_or_nothing() {
        for (text, value) in [
            ("42", Some(42.0)),
            ("42,50", Some(42.5)),
            ("42.50", Some(42.5)),
            ("1 234,56", Some(1234.56)),
            ("1\u{202f}234,56", Some(1234.56)),
            ("1.234,56", Some(1234.56)),
            ("1,234.56", Some(1234.56)),
            ("1'234.56", Some(1234.56)),
            ("1 234", Some(1234.0)),
            ("1.234", None),
            ("1,234", None),
            ("12.3", None),
            ("1 23,45", None),
            ("1.234.56", None),
            ("1,234,56", None),
            ("", None),
        ] {
            assert_eq!(number(text), value, "{text}");
        }
    }

    #[test]
    fn one_total_in_one_currency_or_none() {
        for (text, found) in [
            ("Bonjour\nTotal TTC : 42,50 \u{20ac}\nMerci", Some((42.5, "EUR"))),
            ("Amount due: $1,234.00 by Friday", Some((1234.0, "USD"))),
            ("Montant total EUR 12,00", Some((12.0, "EUR"))),
            ("Total TTC 10,00 \u{20ac}\nNet \u{e0} payer : 10,00 \u{20ac}", Some((10.0, "EUR"))),
            ("Total TTC 10,00 \u{20ac}\nNet \u{e0} payer : 8,00 \u{20ac}", None),
            ("Total TTC 10,00", None),
            ("Total TTC 10,00 \u{20ac} dont TVA 2,00 \u{20ac}", None),
            ("Prix : 10,00 \u{20ac}", None),
            ("Total TTC : dix euros", None),
            ("Total due 10.00 dollars", None),
        ] {
            assert_eq!(total(text), found, "{text}");
        }
    }

    #[test]
    fn a_bill_is_of_a_sender_whom_the_owner_named() {
        let (rules, said) = Rules::parse("Factures@EDF.example = EDF, @free.example=Free, x, = y");
        assert_eq!((rules.0.len(), said.len()), (2, 2));
        let message = |from: &str, text: &str| {
            let from = [json!({ "address": from })];
            json!({ "from": from, "date": "2026-11-26T10:00:00Z", "subject": "S", "text": text })
        };
        let bill =
            |from: &str, text: &str| rules.bill(&message(from, text), "id").map(|bill| bill.0);
        let text = "Total TTC : 42,50 \u{20ac}";
        let found = bill("factures@edf.example", text).unwrap();
        assert_eq!((&found["vendor"], &found["amount"]), (&json!("EDF"), &json!(42.5)));
        assert_eq!(found["relationships"]["email"]["data"]["_id"], "id");
        assert_eq!(bill("a@free.example", text).unwrap()["vendor"], "Free");
        for from in ["factures@edf.example.evil.test", "a@notfree.example", "evil@edf.example", ""]
        {
            assert!(bill(from, text).is_none(), "{from}");
        }
        assert!(bill("a@free.example", "Remboursement\nTotal TTC : 42,50 \u{20ac}").is_none());
    }

    proptest! {
        #[test]
        fn any_text_has_a_total_or_none(
            text in "(total ttc|[0-9]{1,4}|[ ,.'\u{20ac}$:]|eur|\n|\u{130}){0,20}",
        ) {
            if let Some((amount, _)) = total(&text) {
                prop_assert!(amount >= 0.0 && amount.is_finite());
            }
        }
    }
}
