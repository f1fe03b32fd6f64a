//! What statements of every insurer say. In: texts of a page. Out: refunds, by payment, and the
//! bills that they become. Never here: a layout; an amount in anything but whole cents.

use std::collections::BTreeMap;

use domicile_sdk::Date;
use konnector_pdf::Line;
use konnector_shared::text::quote;
use konnector_shared::{Body, Said, say};

/// Cents of the largest amount: what a bill has digits for.
pub const CENTS_MAX: i64 = 10_000_000_000;

/// One act of care. Amounts are cents.
#[derive(Clone, Debug, Default)]
pub struct Refund {
    pub beneficiary: String,
    pub care: String,
    /// The day of the act, and what it cost.
    pub day: String,
    pub spent: i64,
    pub refunded: i64,
    /// What social security paid, where a complementary insurer says it.
    pub social: Option<i64>,
    pub reference: String,
    /// It went to whoever gave the care.
    pub is_third_party: bool,
}

/// What was transferred at once.
#[derive(Debug)]
pub struct Payment {
    pub day: String,
    /// None where nothing tells what was transferred together.
    pub amount: Option<i64>,
    pub refunds: Vec<Refund>,
}

/// A whole statement.
#[derive(Debug)]
pub struct Statement {
    pub vendor: String,
    pub payments: Vec<Payment>,
    pub remarks: Vec<Said>,
}

impl Statement {
    /// Keys and bodies. What paid nothing back, or took back, is none.
    pub fn bills(&self) -> Vec<(String, Body)> {
        let mut alike = BTreeMap::<String, usize>::new();
        let all = self.payments.iter().flat_map(|payment| {
            let paying = payment.refunds.iter().filter(|refund| refund.refunded > 0);
            paying.map(move |refund| self.bill(payment, refund))
        });
        all.map(|body| {
            // Two acts that are the same in all that is known are two.
            let fingerprint = body.fingerprint();
            let before = alike.entry(fingerprint.clone()).or_default();
            *before += 1;
            (format!("refund:{fingerprint}#{before}"), body)
        })
        .collect()
    }

    fn bill(&self, payment: &Payment, refund: &Refund) -> Body {
        let mut body = Body::default();
        body.line("vendor", &self.vendor, 300);
        body.put("type", "health_costs");
        body.put("isRefund", true);
        body.put("currency", "EUR");
        body.put("date", payment.day.as_str());
        body.put("amount", euros(refund.refunded));
        if let Some(together) = payment.amount {
            body.put("groupAmount", euros(together));
        }
        body.put("originalDate", refund.day.as_str());
        body.put("originalAmount", euros(refund.spent));
        if let Some(social) = refund.social {
            body.put("socialSecurityRefund", euros(social));
        }
        if refund.is_third_party {
            body.put("isThirdPartyPayer", true);
        }
        body.line("subtype", &refund.care, 300);
        body.line("beneficiary", &refund.beneficiary, 300);
        body.line("vendorRef", &refund.reference, 500);
        body
    }
}

fn euros(cents: i64) -> f64 {
    cents as f64 / 100.0
}

/// Rows that wait for the line that says when they were paid.
#[derive(Debug, Default)]
pub struct Open {
    refunds: Vec<Refund>,
    pub payments: Vec<Payment>,
}

impl Open {
    pub fn add(&mut self, refund: Refund) {
        self.refunds.push(refund);
    }

    /// The rows so far were paid on that day: they have to add up to the amount.
    pub fn pay(&mut self, line: &Line, day: String, amount: i64) -> Result<(), Said> {
        let refunds = std::mem::take(&mut self.refunds);
        let sum: i64 = refunds.iter().map(|refund| refund.refunded).sum();
        if refunds.is_empty() || sum != amount {
            let (page, sum, amount) = (line.page, written(sum), written(amount));
            return Err(say!(
                page, sum, amount;
                "page {page}: rows of {sum} stand above a payment of {amount}: its layout is not the one that \
                 is known",
                "page {page} : des lignes de {sum} surmontent un paiement de {amount} : sa disposition n'est \
                 pas celle qui est connue",
            ));
        }
        self.payments.push(Payment { day, amount: Some(amount), refunds });
        Ok(())
    }

    /// All of a statement of this insurer.
    pub fn finish(self, vendor: &str, remarks: Vec<Said>) -> Result<Statement, Said> {
        let rows = self.refunds.len();
        if rows > 0 || self.payments.is_empty() {
            return Err(say!(
                rows;
                "the statement stops before its end: {rows} of its rows have no payment below them",
                "le relevé s'arrête avant sa fin : {rows} de ses lignes n'ont pas de paiement au-dessous",
            ));
        }
        Ok(Statement { vendor: vendor.to_owned(), payments: self.payments, remarks })
    }
}

/// A row that looks like none that is known.
pub fn unknown(line: &Line) -> Said {
    let (page, text) = (line.page, quote(&line.text()));
    say!(
        page, text;
        "page {page}: a row of a kind that is not known: {text}",
        "page {page} : une ligne d'un genre inconnu : {text}",
    )
}

/// Whether each of these stands on a line of its own, in letters and digits alone.
pub fn has_all(lines: &[Line], headings: &[&str]) -> bool {
    let squeezed: Vec<String> = lines.iter().map(Line::squeezed).collect();
    headings.iter().all(|heading| squeezed.iter().any(|line| line == heading))
}

/// `1 250,00`, `-2,00`: cents.
pub fn amount(text: &str) -> Option<i64> {
    let (sign, text) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest.trim_start()));
    let (whole, cents) = text.split_once(',')?;
    let mut groups = whole.split(' ');
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let first = groups.next().filter(|first| (1..=8).contains(&first.len()) && is_digits(first))?;
    let rest: Vec<&str> = groups.collect();
    let fits = rest.iter().all(|group| group.len() == 3 && is_digits(group));
    if !fits || (!rest.is_empty() && first.len() > 3) || cents.len() != 2 || !is_digits(cents) {
        return None;
    }
    let all: i64 = format!("{first}{}{cents}", rest.concat()).parse().ok()?;
    Some(sign * all).filter(|_| all < CENTS_MAX)
}

pub fn written(cents: i64) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    format!("{sign}{},{:02}", cents.abs() / 100, cents.abs() % 100)
}

/// `13/10/2018`.
pub fn day(text: &str) -> Option<String> {
    let [day, month, year] = text.split('/').collect::<Vec<_>>().try_into().ok()?;
    Date::parse(&format!("{year}-{month}-{day}")).map(|day| day.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_and_days_mean_one_thing_or_nothing() {
        for (text, cents) in [
            ("17,50", Some(1_750)),
            ("1 250,00", Some(125_000)),
            ("1250,00", Some(125_000)),
            ("-2,00", Some(-200)),
            ("1 25,00", None),
            ("1250 000,00", None),
            ("17,5", None),
            ("17.50", None),
            (",50", None),
            ("17,50 euros", None),
            ("99999999 999 999,00", None),
            ("", None),
        ] {
            assert_eq!(amount(text), cents, "{text}");
        }
        assert_eq!(day("13/10/2018").as_deref(), Some("2018-10-13"));
        for text in ["31/02/2018", "13/10/18", "13/10/2018/1", "2018-10-13", ""] {
            assert_eq!(day(text), None, "{text}");
        }
        assert_eq!(written(-205), "-2,05");
    }
}
