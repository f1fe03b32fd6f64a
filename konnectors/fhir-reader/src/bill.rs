//! What care costs, and what is paid back. In: a Claim or an ExplanationOfBenefit. Out: a bill.
//! Never here: an amount that the payer did not write.

use konnector_shared::Body;
use serde_json::Value;

use crate::value::{Names, each, number, text, when, words};
use crate::{Bill, Found};

/// The bill and how many of its texts were shortened; `None` without an amount, a day and a payer.
pub fn bill(resource: &Value, names: &Names<'_>) -> Option<(Found, usize)> {
    let at = |name: &str| resource.get(name).unwrap_or(&Value::Null);
    let is_refund = text(resource, "resourceType") == "ExplanationOfBenefit";
    let mut body = Body::default();
    let payment = at("payment");
    let (sum, day) = match is_refund {
        true => {
            let paid = payment.get("amount").filter(|amount| number(amount, "value").is_some());
            (paid.or_else(|| total(resource, "benefit"))?, text(payment, "date"))
        }
        false => (at("total"), ""),
    };
    let amount = number(sum, "value").filter(|amount| *amount >= 0.0)?;
    body.put("amount", amount);
    body.line("currency", text(sum, "currency"), 10);
    body.put("date", when(day).or_else(|| when(text(resource, "created")))?);
    let payers = if is_refund { ["insurer", "provider"] } else { ["provider", "insurer"] };
    let vendor = payers.iter().map(|payer| names.referred(resource, at(payer)));
    body.line("vendor", &vendor.into_iter().find(|name| !name.is_empty())?, 300);
    body.get("vendor")?;
    body.put("type", "health_costs");
    body.put("isRefund", is_refund);
    if is_refund {
        let charged = total(resource, "submitted").and_then(|sum| number(sum, "value"));
        if let Some(charged) = charged.filter(|amount| *amount >= 0.0) {
            body.put("originalAmount", charged);
        }
    }
    if let Some(day) = when(text(at("billablePeriod"), "start")) {
        body.put("originalDate", day);
    }
    body.line("beneficiary", &names.referred(resource, at("patient")), 300);
    let care = each(resource, "item").filter_map(|item| item.get("productOrService")).map(words);
    body.line("subtype", care.into_iter().find(|care| !care.is_empty()).unwrap_or_default(), 300);
    let cut = body.cut;
    Some((Found::Bill(Bill(body.into_value())), cut))
}

/// The sum of one category.
fn total<'a>(resource: &'a Value, category: &str) -> Option<&'a Value> {
    let is_it = |one: &&Value| {
        let codings = one.get("category").into_iter().flat_map(|concept| each(concept, "coding"));
        codings.into_iter().any(|coding| text(coding, "code") == category)
    };
    each(resource, "total").find(is_it)?.get("amount")
}
