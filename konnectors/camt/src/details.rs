//! One TxDtls: who is on the other side, and what the payment says. In: the element and in which
//! direction money moves. Out: texts; every field is optional in the standard, so in the result.

use konnector_statement::{Date, Node, OperationKind, iban};

use super::entry::is_reference;

/// How many texts of one payment are kept; a structured remittance may list hundreds of invoices.
const TEXTS_MAX: usize = 20;

#[derive(Debug, Default)]
pub struct Details {
    pub reference: Option<String>,
    pub counterparty: Option<String>,
    pub counterparty_iban: Option<String>,
    /// The payment's own words, the clearest first.
    pub says: Vec<String>,
    pub done: Option<Date>,
    pub kind: Option<OperationKind>,
    pub check_number: Option<String>,
}

impl Details {
    /// `to_creditor`: is the creditor the other side?
    pub fn read(payment: &Node<'_>, to_creditor: bool, own_number: Option<&str>) -> Details {
        let (counterparty, counterparty_iban) = other_side(payment, to_creditor, own_number);
        let done =
            payment.text_at_any(&["RltdDts/TxDtTm", "RltdDts/AccptncDtTm", "RltdDts/TradDt"]);
        Details {
            reference: reference(payment),
            counterparty,
            counterparty_iban,
            says: texts(payment),
            done: done.and_then(|text| Date::parse_iso(&text)),
            kind: kind(payment),
            check_number: payment.text_at("Refs/ChqNb"),
        }
    }
}

/// The bank's reference first; the payer's own only with a day and an amount, as keys have them.
fn reference(payment: &Node<'_>) -> Option<String> {
    ["AcctSvcrRef", "UETR", "TxId", "EndToEndId"]
        .iter()
        .filter_map(|name| payment.at("Refs")?.text_at(name))
        .find(|reference| is_reference(reference))
}

fn other_side(
    payment: &Node<'_>,
    to_creditor: bool,
    own_number: Option<&str>,
) -> (Option<String>, Option<String>) {
    let Some(parties) = payment.child("RltdPties") else {
        return (None, None);
    };
    let (expected, opposite) = if to_creditor { ("Cdtr", "Dbtr") } else { ("Dbtr", "Cdtr") };
    let (name, number) = (name_of(parties, expected), number_of(parties, expected));
    if name.is_some() || number.is_some() {
        return (name, number.as_deref().and_then(iban::parse));
    }
    // Some banks name the other side in the wrong place; the account tells that it isn't us.
    match number_of(parties, opposite) {
        Some(number) if own_number.is_some_and(|own| own != number) => {
            (name_of(parties, opposite), iban::parse(&number))
        }
        _ => (None, None),
    }
}

fn name_of(parties: &Node<'_>, side: &str) -> Option<String> {
    let direct = parties.child(side).and_then(|party| party.text_at_any(&["Nm", "Pty/Nm"]));
    let ultimate = || parties.child(&format!("Ultmt{side}"));
    direct.or_else(|| ultimate().and_then(|party| party.text_at_any(&["Nm", "Pty/Nm"])))
}

fn number_of(parties: &Node<'_>, side: &str) -> Option<String> {
    let account = parties.child(&format!("{side}Acct"))?;
    account.text_at_any(&["Id/IBAN", "Id/Othr/Id"])
}

fn texts(payment: &Node<'_>) -> Vec<String> {
    let remittances = || payment.children_named("RmtInf");
    let free = remittances().flat_map(|info| info.children_named("Ustrd"));
    let free: Vec<String> = free.filter_map(Node::cleaned).take(TEXTS_MAX).collect();
    let structured = remittances().flat_map(|info| info.children_named("Strd")).flat_map(|strd| {
        ["AddtlRmtInf", "CdtrRefInf/Ref", "RfrdDocInf/Nb"].map(|path| strd.text_at(path))
    });
    let more = ["AddtlTxInf", "Purp/Prtry"].map(|path| payment.text_at(path));
    let said: Vec<String> = std::iter::once(free.join(" "))
        .chain(structured.take(TEXTS_MAX).chain(more).flatten())
        .filter(|text| !text.is_empty() && is_reference(text))
        .collect();
    if said.is_empty() {
        let reference = payment.text_at("Refs/EndToEndId").filter(|text| is_reference(text));
        return reference.into_iter().collect();
    }
    said
}

/// From the bank transaction code of ISO 20022; banks' own codes have no common meaning.
pub fn kind(node: &Node<'_>) -> Option<OperationKind> {
    let family = node.text_at("BkTxCd/Domn/Fmly/Cd")?;
    let sub_family = node.text_at("BkTxCd/Domn/Fmly/SubFmlyCd").unwrap_or_default();
    match (family.as_str(), sub_family.as_str()) {
        (_, "CHRG" | "FEES" | "COMM") => Some(OperationKind::FinancialFee),
        (_, "CWDL") => Some(OperationKind::Cash),
        (_, "CDPT") => Some(OperationKind::Deposit),
        ("CCRD" | "MCRD", _) => Some(OperationKind::CreditCard),
        ("RCDT" | "ICDT" | "RRCT" | "IRCT", _) => Some(OperationKind::Transfer),
        ("RDDT" | "IDDT", _) => Some(OperationKind::DirectDebit),
        ("RCHQ" | "ICHQ", _) => Some(OperationKind::Check),
        _ => None,
    }
}
