//! Importer of electronic invoices: Factur-X 1.0 and ZUGFeRD 2 (EN 16931 in the notation of
//! UN/CEFACT Cross Industry Invoice), inside of a PDF or alone.
//!
//! In: one dropped file. Out: a bill, and the file itself among the owner's files; or the reason
//! why nothing was taken. Never here: a network, a panic on any bytes, an amount read off a page;
//! the lines of an invoice, taxes and bank accounts, which a bill has no place for.

mod invoice;

use domicile_sdk::docs::Document;
use domicile_sdk::importer::{Deposits, Importer, Input, Progress, Report};
use konnector_pdf::{FILE_BYTES_MAX, Pdf, is_pdf};
use konnector_shared::text::path_part;
use konnector_shared::{Intake, Said, intake, say};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use invoice::Invoice;

domicile_sdk::importer! { manifest: "manifest.toml", importer: FacturX }

/// What the data is called in a PDF: Factur-X and ZUGFeRD 2.1, XRechnung, ZUGFeRD 2.0 (and 1.0,
/// which is refused by what it holds).
const NAMES: [&str; 3] = ["factur-x.xml", "xrechnung.xml", "zugferd-invoice.xml"];
/// Characters of a part of a path.
const PART_CHARS_MAX: usize = 80;

struct FacturX;

/// A document of `io.cozy.bills`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Bill(Value);

impl Document for Bill {
    const DOCTYPE: &'static str = "io.cozy.bills";
}

impl Importer for FacturX {
    fn recognise(_: &str, head: &[u8]) -> u8 {
        if String::from_utf8_lossy(head).contains("CrossIndustry") {
            100
        } else if is_pdf(head) {
            // Whether it carries data is seen further on.
            40
        } else {
            0
        }
    }

    fn run(input: &Input, out: &mut Deposits, progress: &Progress) -> Result<Report, String> {
        intake::run(input, out, progress, read)
    }
}

fn read(input: &Input, intake: &mut Intake<'_>) -> Result<Said, Said> {
    let bytes = intake::bytes(input, FILE_BYTES_MAX)?;
    let is_pdf = is_pdf(&bytes);
    let Invoice { vendor, number, key, mut body } = if is_pdf {
        let data = Pdf::open(&bytes)?.attached(&NAMES)?;
        invoice::read(&data.ok_or_else(no_data)?)?
    } else {
        invoice::read(&bytes)?
    };
    let (ending, mime) =
        if is_pdf { ("pdf", "application/pdf") } else { ("xml", "application/xml") };
    let [folder, name] = [&vendor, &number].map(|part| path_part(part, PART_CHARS_MAX));
    let bills = input.locale().pick("Bills", "Factures");
    let path = format!("{bills}/{folder}/{name}.{ending}");
    body.put("invoice", intake.keep(&path, &format!("{key} {ending}"), mime, &bytes)?);
    body.line("filename", &format!("{name}.{ending}"), 255);
    intake.cut += body.cut;
    intake.put(1, &key, &Bill(body.into_value()))?;
    Ok(say!(vendor, number; "invoice {number} of {vendor}", "facture {number} de {vendor}"))
}

fn no_data() -> Said {
    say!(
        "the PDF carries no data (Factur-X, ZUGFeRD): put it among your files on the page Files",
        "le PDF ne porte pas de données (Factur-X, ZUGFeRD) : rangez-le sur la page Fichiers",
    )
}

#[cfg(test)]
mod tests;
