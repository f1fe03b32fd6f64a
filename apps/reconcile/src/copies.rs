//! Statements that were taken in twice. In: bills. Out: each that says anew, and those that say
//! once more what another one says. Never here: two acts that are alike taken for one because of
//! that.

use std::collections::BTreeMap;

use crate::books::{Bill, Cents};
use crate::ledger::Paper;
use crate::outcome::Copy;

/// All that a bill says of what happened, and nothing of where it stands.
fn content(bill: &Bill) -> impl Ord {
    let Bill { vendor, vendor_ref, date, amount, currency, kind, subtype, .. } = bill;
    let Bill { is_refund, original_date, original_amount, group_amount, .. } = bill;
    let Bill { social_security_refund, is_third_party_payer, beneficiary, .. } = bill;
    (
        (date, amount, original_date, original_amount, group_amount, social_security_refund),
        (vendor, vendor_ref, currency, kind, subtype, beneficiary),
        (is_refund, is_third_party_payer),
    )
}

/// The statement that a bill stands in.
fn source(bill: &Bill) -> &str {
    [&bill.invoice, &bill.filename]
        .into_iter()
        .find(|name| !name.is_empty())
        .map_or("", |name| name)
}

/// Takes the copies out.
pub fn set_aside(papers: &mut Vec<Paper<'_>>) -> Vec<Copy> {
    let mut alike = BTreeMap::<_, Vec<usize>>::new();
    for (at, paper) in papers.iter().enumerate() {
        alike.entry(content(paper.bill)).or_default().push(at);
    }
    let mut copies = BTreeMap::<usize, usize>::new();
    for places in alike.into_values().filter(|places| places.len() > 1) {
        let real = real(papers, &places);
        let originals = places.iter().take(real);
        for (copy, of) in places.iter().skip(real).zip(originals.cycle()) {
            copies.insert(*copy, *of);
        }
    }
    let id = |at: &usize| papers.get(*at).map(|paper| paper.bill.id.clone());
    let listed = copies
        .iter()
        .filter_map(|(copy, of)| Some(Copy { bill: id(copy)?, of: id(of)? }))
        .collect();
    let mut at = 0;
    papers.retain(|_| {
        at += 1;
        !copies.contains_key(&(at - 1))
    });
    listed
}

/// How many of the bills that are alike are real: as many as the statement that has most of them.
/// Where no statement is named, as many as fit into what was transferred.
fn real(papers: &[Paper<'_>], places: &[usize]) -> usize {
    let alike = || places.iter().filter_map(|at| papers.get(*at));
    let mut sources = BTreeMap::<&str, usize>::new();
    for paper in alike() {
        *sources.entry(source(paper.bill)).or_default() += 1;
    }
    let Some(first) = alike().next() else { return 0 };
    let most = sources.values().copied().max().unwrap_or(0);
    // Contracts of one vendor may cost the same: only the number of the bill tells.
    let is_numbered = !first.bill.vendor_ref.is_empty();
    match (first.is_health, sources.len()) {
        (true, 1) => {
            first.bill.group_amount.map_or(most, |group| fitting(first.amount, group, most))
        }
        (true, _) => most,
        (false, _) if is_numbered => 1,
        (false, _) if sources.contains_key("") => places.len(),
        (false, _) => sources.len(),
    }
}

fn fitting(amount: Cents, group: Cents, most: usize) -> usize {
    let fit = group.checked_div(amount).and_then(|fit| usize::try_from(fit).ok());
    // What was kept back may have made the transfer smaller than one of them.
    fit.map_or(most, |fit| fit.clamp(1, most))
}
