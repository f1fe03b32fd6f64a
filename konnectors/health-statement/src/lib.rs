//! Importer of what health insurers paid back, from their statements in PDF: Ameli (the state's
//! health insurance) and Harmonie Mutuelle (a complementary one); and from tables (CSV) of any.
//!
//! In: one dropped file. Out: a bill for each act of care, and the file itself among the owner's
//! files; or the reason why nothing was taken. Never here: a network, a panic on any bytes, a
//! layout or a column that is not known read by its looks, a payment whose rows do not add up to
//! it, a social security number.

mod ameli;
mod cells;
mod columns;
mod harmonie;
mod payers;
mod statement;
mod table;

use domicile_sdk::docs::Document;
use domicile_sdk::importer::{Deposits, Importer, Input, Progress, Report};
use konnector_pdf::{FILE_BYTES_MAX, Pdf, is_pdf};
use konnector_shared::text::{decode, path_part};
use konnector_shared::{Body, Intake, Said, count, intake, say};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use statement::Statement;

domicile_sdk::importer! { manifest: "manifest.toml", importer: HealthStatement }

/// The largest table that is read: its text and its cells stand beside it in memory.
const TABLE_BYTES_MAX: u64 = 4 << 20;

struct HealthStatement;

/// A document of `io.cozy.bills`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
struct Bill(Value);

impl Document for Bill {
    const DOCTYPE: &'static str = "io.cozy.bills";
}

impl Importer for HealthStatement {
    fn recognise(name: &str, head: &[u8]) -> u8 {
        // Whose statement it is lies further on.
        match is_pdf(head) {
            true => 30,
            false if is_table(name) => table::recognise(&decode(whole_lines(head), None).text),
            false => 0,
        }
    }

    fn run(input: &Input, out: &mut Deposits, progress: &Progress) -> Result<Report, String> {
        intake::run(input, out, progress, read)
    }
}

/// What becomes of the file itself.
struct Kept<'a> {
    bytes: &'a [u8],
    ending: &'static str,
    mime: &'static str,
}

fn is_table(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with(".csv")
}

/// The last line of a head may be cut, perhaps within a letter.
fn whole_lines(head: &[u8]) -> &[u8] {
    let end = head.iter().rposition(|byte| *byte == b'\n').unwrap_or(head.len());
    head.get(..end).unwrap_or(head)
}

fn read(input: &Input, intake: &mut Intake<'_>) -> Result<Said, Said> {
    let is_table = is_table(input.name());
    let bytes_max = if is_table { TABLE_BYTES_MAX } else { FILE_BYTES_MAX };
    let bytes = intake::bytes(input, bytes_max)?;
    let folder = input.locale().pick("Health", "Santé");
    if is_table && !is_pdf(&bytes) {
        let decoded = decode(&bytes, None);
        decoded.warning.iter().for_each(|guess| intake.warnings.add(guess));
        let (statements, remarks) = table::read(&decoded.text)?;
        remarks.iter().for_each(|said| intake.warnings.add(said));
        let kept = Kept { bytes: &bytes, ending: "csv", mime: "text/csv" };
        return take(&statements, &kept, folder, intake);
    }
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
    let kept = Kept { bytes: &bytes, ending: "pdf", mime: "application/pdf" };
    take(&[statement], &kept, folder, intake)
}

fn take(
    statements: &[Statement],
    file: &Kept<'_>,
    folder: &str,
    intake: &mut Intake<'_>,
) -> Result<Said, Said> {
    statements.iter().flat_map(|one| &one.remarks).for_each(|said| intake.warnings.add(said));
    let payments = statements.iter().flat_map(|statement| &statement.payments);
    let last = payments.map(|payment| payment.day.as_str()).max();
    let name = format!("{}.{}", path_part(last.unwrap_or_default(), 20), file.ending);
    let bills: Vec<(String, Body)> = statements.iter().flat_map(Statement::bills).collect();
    let mut all = Body::default();
    all.put("bills", bills.iter().map(|(key, _)| key.clone()).collect::<Vec<String>>());
    let vendors: Vec<&str> = statements.iter().map(|one| one.vendor.as_str()).collect();
    let path = match vendors.as_slice() {
        [vendor] => format!("{folder}/{}/{name}", path_part(vendor, 80)),
        _ => format!("{folder}/{name}"),
    };
    let kept = intake.keep(&path, &all.fingerprint(), file.mime, file.bytes)?;
    let number = bills.len();
    for ((key, mut body), line) in bills.into_iter().zip(1..) {
        body.put("invoice", kept.as_str());
        body.line("filename", &name, 255);
        intake.cut += body.cut;
        intake.put(line, &key, &Bill(body.into_value()))?;
    }
    let refunds = count(number, ["refund", "refunds"], ["remboursement", "remboursements"]);
    let vendors = vendors.join(", ");
    Ok(say!(refunds, vendors; "{refunds} of {vendors}", "{refunds} de {vendors}"))
}

#[cfg(test)]
mod tests;
