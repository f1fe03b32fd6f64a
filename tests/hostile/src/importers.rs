//! Bank statements, feeds, invoices. In: bytes that should be one. Out: they are read within
//! limits, or refused. Never here: the importers' packages, which are components and can't be
//! linked; of some these are the sources.

use domicile_sdk::importer::{Deposits, Input, Progress};
use konnector_shared::Intake;
use konnector_statement::Statement;

#[path = "../../../konnectors/camt/src"]
mod camt_source {
    mod account;
    mod details;
    mod entry;
    mod read;
    mod refusal;
    mod xml;
    pub use read::{read, recognise};
}

#[path = "../../../konnectors/mt940/src"]
mod mt940_source {
    mod account;
    mod field;
    mod info;
    mod read;
    mod row;
    pub use read::{read, recognise};
}

#[path = "../../../konnectors/cfonb/src"]
mod cfonb_source {
    mod read;
    mod record;
    pub use read::{read, recognise};
}

#[path = "../../../konnectors/qif/src"]
mod qif_source {
    mod parse;
    mod read;
    pub use read::{read, recognise};
}

#[path = "../../../konnectors/csv/src"]
mod csv_source {
    mod account;
    mod ask;
    mod columns;
    mod guess;
    mod money;
    mod plan;
    mod read;
    mod settle;
    mod table;
    pub use read::{read, recognise};
}

#[path = "../../../konnectors/takeout/src"]
mod takeout_source {
    pub mod keep;
    pub mod places;
}

#[path = "../../../konnectors/cozy-export/src/document.rs"]
mod cozy_document;

#[path = "../../../konnectors/enedis-file/src/table.rs"]
#[allow(dead_code, reason = "what only the importer does with it")]
mod enedis_table;

#[path = "../../../konnectors/health-statement/src"]
#[allow(dead_code, reason = "what only the importer does with it")]
mod health_source {
    pub mod ameli;
    mod cells;
    mod columns;
    pub mod harmonie;
    mod payers;
    mod statement;
    pub mod table;
}

#[path = "../../../konnectors/facturx/src/invoice.rs"]
#[allow(dead_code, reason = "what only the importer does with it")]
mod invoice;

/// How sure a reader of statements is of a file's name and beginning.
pub type Recognise = fn(&str, &[u8]) -> u8;

/// The readers of statements; each has a folder of seeds of this name.
pub const STATEMENTS: [(&str, Recognise); 6] = [
    ("camt", camt_source::recognise),
    ("cfonb", cfonb_source::recognise),
    ("csv", csv_source::recognise),
    ("mt940", mt940_source::recognise),
    ("ofx", konnector_ofx_reader::recognise),
    ("qif", qif_source::recognise),
];

/// An OFX statement.
pub fn ofx(bytes: &[u8]) {
    let _ = konnector_ofx_reader::recognise("a.ofx", &bytes[..bytes.len().min(4096)]);
    check(konnector_ofx_reader::read(bytes).ok());
    if let Ok(listing) = konnector_ofx_reader::listing(bytes) {
        assert!(listing.places.len() <= 100);
    }
}

/// A CAMT.053 statement.
pub fn camt(bytes: &[u8]) {
    let _ = camt_source::recognise("a.xml", &bytes[..bytes.len().min(4096)]);
    check(camt_source::read(bytes).ok());
}

/// A SWIFT statement.
pub fn mt940(bytes: &[u8]) {
    let _ = mt940_source::recognise("a.sta", &bytes[..bytes.len().min(4096)]);
    check(mt940_source::read(bytes).ok());
}

/// A CFONB statement.
pub fn cfonb(bytes: &[u8]) {
    let _ = cfonb_source::recognise("a.txt", &bytes[..bytes.len().min(4096)]);
    check(cfonb_source::read(bytes).ok());
}

/// A QIF file.
pub fn qif(bytes: &[u8]) {
    let _ = qif_source::recognise("a.qif", &bytes[..bytes.len().min(4096)]);
    check(qif_source::read("a.qif", bytes).ok());
}

/// A bank's table.
pub fn csv(bytes: &[u8]) {
    let _ = csv_source::recognise("a.csv", &bytes[..bytes.len().min(4096)]);
    check(csv_source::read("a.csv", bytes, &Input::current()).ok());
}

/// An export of Enedis.
pub fn enedis(bytes: &[u8]) {
    let (mut out, progress) = (Deposits::default(), Progress::default());
    let mut intake = Intake::new(&mut out, &progress);
    let text = konnector_shared::text::decode(bytes, None).text;
    let Ok(table) = enedis_table::Table::read(&text, &mut intake) else { return };
    assert!(table.points.keys().all(|point| point.len() == 14));
    let rows = table.points.values().flatten();
    assert!(rows.into_iter().all(|row| row.value.is_none_or(|value| (0.0..1e12).contains(&value))));
}

/// JSON of a Takeout archive: no more is deposited than a run hands over at once.
pub fn takeout(bytes: &[u8]) {
    let _ = takeout_source::keep::note(bytes);
    let (mut out, progress) = (Deposits::default(), Progress::default());
    let mut intake = Intake::new(&mut out, &progress);
    let places = serde_json::from_slice::<takeout_source::places::Places>(bytes);
    if bytes.len() < 4_000 {
        let _ = places.map(|places| places.take(&mut intake));
    }
}

/// A document of a Cozy, after a first line with its path.
pub fn cozy(bytes: &[u8]) {
    let (path, bytes) = crate::with_first_line(bytes);
    let path = String::from_utf8_lossy(path);
    let Some((named, id)) = cozy_document::place(&path) else { return };
    assert!((1..=200).contains(&id.chars().count()));
    let Some(doctype) = cozy_document::taken(named) else { return };
    let (mut out, progress) = (Deposits::default(), Progress::default());
    let mut links = cozy_document::Links::default();
    let read = cozy_document::read(doctype, bytes, &mut links, &Intake::new(&mut out, &progress));
    assert!(read.is_err() || read.is_ok_and(|body| body.get("_id").is_none()));
}

/// A health insurer's statement in PDF, or a table of refunds.
pub fn statement(bytes: &[u8]) {
    let is_short = |(key, _): &(String, _)| key.len() <= 100;
    let table = health_source::table::read(&String::from_utf8_lossy(bytes));
    let statements = table.map(|(statements, _)| statements).unwrap_or_default();
    assert!(statements.iter().all(|one| one.bills().iter().all(is_short)));
    let Ok(lines) = konnector_pdf::Pdf::open(bytes).and_then(|pdf| pdf.lines()) else { return };
    for (is_layout, read) in [
        (health_source::ameli::is_layout(&lines), health_source::ameli::read(&lines)),
        (health_source::harmonie::is_layout(&lines), health_source::harmonie::read(&lines)),
    ] {
        let bills = read.ok().filter(|_| is_layout).map(|statement| statement.bills());
        assert!(bills.unwrap_or_default().iter().all(is_short));
    }
}

/// An RSS, Atom or JSON feed.
pub fn feed(bytes: &[u8]) {
    let Ok(feed) = konnector_articles::read(bytes, "Mine") else { return };
    assert!(feed.articles.len() <= konnector_articles::ARTICLES_MAX && feed.remarks.len() <= 3);
    assert!(feed.articles.iter().all(|article| (1..=420).contains(&article.key.chars().count())));
}

/// A PDF with what it carries, and the data alone.
pub fn invoice(bytes: &[u8]) {
    let data = konnector_pdf::Pdf::open(bytes).and_then(|pdf| pdf.attached(&["factur-x.xml"]));
    let data = data.ok().flatten();
    let Ok(invoice) = invoice::read(data.as_deref().unwrap_or(bytes)) else { return };
    assert!((1..=500).contains(&invoice.key.chars().count()));
    assert!(!invoice.vendor.is_empty() && !invoice.number.is_empty());
}

fn check(statement: Option<Statement>) {
    let Some(statement) = statement else { return };
    assert!(statement.operations.iter().all(|operation| operation.key.len() < 2_000));
    assert!(statement.warnings.len() <= 100);
}
