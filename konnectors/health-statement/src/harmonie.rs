//! The layout of Harmonie Mutuelle. In: the lines of its pages, with what its printers are told in
//! between (`^{ var code_tarif="LR"}`). Out: a statement. Never here: those.

use konnector_pdf::Line;
use konnector_shared::{Said, say};

use super::statement::{Open, Refund, Statement, amount, day, has_all, unknown};

/// What stands above its table, and whose it is.
const HEADINGS: [&str; 5] = [
    "harmoniemutuelle",
    "remboursementdelamutuelle",
    "remboursementticketforfaitetoumontant",
    "datedessoinsnaturedesprestationsfraisengagés",
    "romodérateurdépassementstotalmutuelle",
];
const PAYMENT: &str = "sommeviréesurlecompte";
const TOTAL: &str = "montanttotaldevosremboursements";

pub fn is_layout(lines: &[Line]) -> bool {
    has_all(lines, &HEADINGS)
}

pub fn read(lines: &[Line]) -> Result<Statement, Said> {
    let (mut open, mut remarks) = (Open::default(), Vec::new());
    let mut beneficiary = String::new();
    for line in lines.iter().skip_while(|line| line.squeezed() != HEADINGS[1]) {
        let squeezed = line.squeezed();
        let sum = line.pieces.iter().rev().find_map(|piece| amount(&piece.text));
        if let Some(name) = insured(&line.text()) {
            beneficiary = name;
        } else if squeezed.starts_with(PAYMENT) {
            let words = line.pieces.iter().flat_map(|piece| piece.text.split(' '));
            let paid_on = words.rev().find_map(day);
            let (paid_on, sum) = paid_on.zip(sum).ok_or_else(|| unknown(line))?;
            open.pay(line, paid_on, sum)?;
        } else if squeezed.starts_with(TOTAL) {
            let paid: i64 = open.payments.iter().filter_map(|payment| payment.amount).sum();
            if sum != Some(paid) {
                let page = line.page;
                remarks.push(say!(
                    page;
                    "page {page}: the total is another than that of the payments above it",
                    "page {page} : le total n'est pas celui des paiements au-dessus",
                ));
            }
        } else if let Some(refund) = row(line)? {
            open.add(Refund { beneficiary: beneficiary.clone(), ..refund });
        }
    }
    open.finish("Harmonie Mutuelle", remarks)
}

/// `DURAND ISABELLE / 2 65 04 39 019 332 57`: the name.
fn insured(text: &str) -> Option<String> {
    let (name, number) = text.split_once(" / ")?;
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    let plain = number.bytes().all(|byte| byte.is_ascii_digit() || byte == b' ');
    (plain && (13..=15).contains(&digits)).then(|| name.to_owned())
}

/// Day, act, what it cost, what social security paid, the two parts that it left, and what was paid
/// back.
fn row(line: &Line) -> Result<Option<Refund>, Said> {
    let mut cells = line.pieces.iter().map(|piece| piece.text.as_str());
    let Some(on) = cells.next().and_then(day) else { return Ok(None) };
    let (mut care, mut amounts) = (Vec::new(), Vec::new());
    for cell in cells {
        match amount(cell) {
            Some(cents) => amounts.push(cents),
            None => care.push(cell),
        }
    }
    let [spent, social, _, _, refunded] = amounts.as_slice() else { return Err(unknown(line)) };
    if amounts.iter().any(|cents| *cents < 0) {
        return Err(unknown(line));
    }
    Ok(Some(Refund {
        care: care.join(" "),
        day: on,
        spent: *spent,
        refunded: *refunded,
        social: Some(*social),
        ..Refund::default()
    }))
}
