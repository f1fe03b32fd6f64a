//! Importer of what health insurers paid back, from their statements in PDF: Ameli (the state's
//! health insurance) and Harmonie Mutuelle (a complementary one).
//!
//! In: one dropped file. Out: a bill for each act of care, and the file itself among the owner's
//! files; or the reason why nothing was taken. Never here: a network, a panic on any bytes, a
//! layout that is not known read by its looks, a payment whose rows do not add up to it, a social
//! security number.

mod ameli;
mod harmonie;
mod statement;

use domicile_sdk::docs::Document;
use domicile_sdk::importer::{Deposits, Importer, Input, Progress, Report};
use konnector_pdf::{FILE_BYTES_MAX, Pdf, is_pdf};
use konnector_shared::text::path_part;
use konnector_shared::{Body, Intake, Said, count, intake, say};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use statement::Statement;

domicile_sdk::importer! { manifest: "manifest.toml", importer: HealthStatement }

struct HealthStatement;

/// A document of `io.cozy.bills`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
struct Bill(Value);

impl Document for Bill {
    const DOCTYPE: &'static str = "io.cozy.bills";
}

impl Importer for HealthStatement {
    fn recognise(_: &str, head: &[u8]) -> u8 {
        // Whose statement it is lies further on.
        if is_pdf(head) { 30 } else { 0 }
    }

    fn run(input: &Input, out: &mut Deposits, progress: &Progress) -> Result<Report, String> {
        intake::run(input, out, progress, read)
    }
}

fn read(input: &Input, intake: &mut Intake<'_>) -> Result<Said, Said> {
    let bytes = intake::bytes(input, FILE_BYTES_MAX)?;
    let lines = Pdf::open(&bytes)?.lines()?;
    let statement = if ameli::is_layout(&lines) {
        ameli::read(&lines)?
    } else if harmonie::is_layout(&lines) {
        harmonie::read(&lines)?
    } else {
        return Err(say!(
            "the PDF is no statement whose layout is known (Ameli, Harmonie Mutuelle): put it among your files \
             on the page Files",
            "le PDF n'est pas un relevé dont la disposition soit connue (Ameli, Harmonie Mutuelle) : rangez-le \
             sur la page Fichiers",
        ));
    };
    take(statement, &bytes, input.locale().pick("Health", "Santé"), intake)
}

fn take(
    statement: Statement,
    bytes: &[u8],
    folder: &str,
    intake: &mut Intake<'_>,
) -> Result<Said, Said> {
    statement.remarks.iter().for_each(|said| intake.warnings.add(said));
    let vendor = statement.vendor.as_str();
    let last = statement.payments.iter().map(|payment| payment.day.as_str()).max();
    let name = format!("{}.pdf", path_part(last.unwrap_or_default(), 20));
    let bills = statement.bills();
    let mut all = Body::default();
    all.put("bills", bills.iter().map(|(key, _)| key.clone()).collect::<Vec<String>>());
    let path = format!("{folder}/{vendor}/{name}");
    let kept = intake.keep(&path, &all.fingerprint(), "application/pdf", bytes)?;
    let number = bills.len();
    for ((key, mut body), line) in bills.into_iter().zip(1..) {
        body.put("invoice", kept.as_str());
        body.line("filename", &name, 255);
        intake.cut += body.cut;
        intake.put(line, &key, &Bill(body.into_value()))?;
    }
    let refunds = count(number, ["refund", "refunds"], ["remboursement", "remboursements"]);
    Ok(say!(refunds, vendor; "{refunds} of {vendor}", "{refunds} de {vendor}"))
}

#[cfg(test)]
mod tests;
