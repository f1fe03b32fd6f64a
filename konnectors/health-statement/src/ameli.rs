//! The layout of Ameli. In: the lines of its pages. Out: a statement. Never here: money that went
//! to somebody else than the owner (third-party payment), which the known layout does not show.

use konnector_pdf::Line;
use konnector_shared::{Said, say};

use super::statement::{Open, Refund, Statement, amount, day, has_all, unknown};

/// What stands above its table.
const HEADINGS: [&str; 3] = [
    "vosremboursementsdesoins",
    "montantbasedumontant",
    "datesnaturedesprestationspayérembourstauxversé",
];

pub fn is_layout(lines: &[Line]) -> bool {
    has_all(lines, &HEADINGS)
}

pub fn read(lines: &[Line]) -> Result<Statement, Said> {
    let mut open = Open::default();
    let (mut beneficiary, mut reference) = (String::new(), String::new());
    for line in lines.iter().skip_while(|line| line.squeezed() != HEADINGS[0]) {
        let text = line.text();
        if line.squeezed().contains("tiers") {
            let page = line.page;
            return Err(say!(
                page;
                "page {page}: it tells of payments to others than you, which are not known how to read",
                "page {page} : il est question de paiements à d'autres que vous, qu'on ne sait pas lire",
            ));
        }
        if let Some((name, _)) =
            text.strip_prefix("pour ").and_then(|rest| rest.split_once(" né(e) le "))
        {
            name.clone_into(&mut beneficiary);
            reference.clear();
        } else if let Some(number) = text.strip_prefix("réf ") {
            number.clone_into(&mut reference);
        } else if let Some((paid_on, sum)) = payment(&text) {
            open.pay(line, paid_on, sum)?;
        } else if let Some(mut refund) = row(line)? {
            refund.beneficiary.clone_from(&beneficiary);
            refund.reference.clone_from(&reference);
            open.add(refund);
        }
    }
    open.finish("Ameli", Vec::new())
}

/// `le 19/10/2018 : 17,50 euro(s)`.
fn payment(text: &str) -> Option<(String, i64)> {
    let (paid_on, sum) = text.strip_prefix("le ")?.split_once(" : ")?;
    Some((day(paid_on)?, amount(sum.strip_suffix(" euro(s)")?)?))
}

/// Day, act, what was paid, what is paid back of, at which rate, and what was paid back; or a sum
/// that is kept back, with nothing but its day and its name.
fn row(line: &Line) -> Result<Option<Refund>, Said> {
    let mut cells = line.pieces.iter().map(|piece| piece.text.as_str());
    let Some(on) = cells.next().and_then(day) else { return Ok(None) };
    let (mut care, mut amounts, mut rates) = (Vec::new(), Vec::new(), 0);
    for cell in cells {
        match amount(cell) {
            Some(cents) => amounts.push(cents),
            None if is_rate(cell) => rates += 1,
            None => care.push(cell),
        }
    }
    let (spent, refunded) = match (amounts.as_slice(), rates) {
        ([spent, _, refunded], 1) if *spent >= 0 && *refunded >= 0 => (*spent, *refunded),
        ([kept_back], 0) if *kept_back < 0 => (0, *kept_back),
        _ => return Err(unknown(line)),
    };
    Ok(Some(Refund { care: care.join(" "), day: on, spent, refunded, ..Refund::default() }))
}

/// `70 %`.
fn is_rate(cell: &str) -> bool {
    let number = cell.strip_suffix('%').map(str::trim_end);
    number.is_some_and(|number| number.parse::<u8>().is_ok_and(|rate| rate <= 100))
}
