//! A dropped statement: all of it or none of it, once.

use std::io::{Cursor, Write};

use domicile::flow::audit::Event;
use domicile::house::{Locale, Settings};
use domicile::registry;
use domicile_guests::programs;
use domicile_store::files::ROOT;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::exfil::component::with_manifest;
use crate::files::inside;
use crate::packs::deflated;
use crate::support::{OPERATIONS, STATEMENT, World, text};

/// The importers of files that are no statements: a sample of each, and what becomes of it.
const SAMPLES: &[(&str, &str, &str, usize, &str)] = &[
    (
        "contacts.vcf",
        include_str!("../../konnectors/vcard/samples/address_book_3_0.vcf"),
        "io.cozy.contacts",
        3,
        "contacts@vcard-file",
    ),
    (
        "agenda.ics",
        include_str!("../../konnectors/ics/samples/series_and_changes.ics"),
        "io.cozy.calendar.events",
        4,
        "calendar@ics-file",
    ),
    (
        "inbox.mbox",
        include_str!("../../konnectors/mail/samples/quoted.mbox"),
        "io.cozy.emails",
        2,
        "mail@mail-file",
    ),
    (
        "dossier.json",
        include_str!("../../konnectors/fhir-file/samples/one_resource.json"),
        "io.domicile.health.records",
        1,
        "bills@fhir-file health@fhir-file",
    ),
    (
        "lake.gpx",
        include_str!("../../konnectors/traces/samples/version_1_1.gpx"),
        "io.cozy.timeseries.geojson",
        2,
        "trips@trace-file",
    ),
];

/// A home with all of these importers, so that each has to know its own files.
async fn with_importers() -> World {
    let world = World::new().await;
    for path in [
        domicile_guests::KONNECTOR_OFX,
        domicile_guests::KONNECTOR_CAMT,
        domicile_guests::KONNECTOR_VCARD,
        domicile_guests::KONNECTOR_ICS,
        domicile_guests::KONNECTOR_MAIL,
        domicile_guests::KONNECTOR_TRACES,
        domicile_guests::KONNECTOR_FHIR_FILE,
    ] {
        world.install(path).await;
    }
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn each_importer_knows_its_files_and_takes_them_once() {
    let world = with_importers().await;
    for (file, content, doctype, number, label) in SAMPLES {
        let imported = world.import(file, content).await.unwrap();
        assert_eq!(imported.changed as usize, *number, "{file}: {}", imported.summary);
        let documents = world.documents(doctype);
        assert_eq!(documents.len(), *number, "{file}");
        assert!(documents.iter().all(|one| one.label.to_string() == *label), "{file}");
        let again = world.import(file, content).await.unwrap();
        assert_eq!(again.changed, 0, "{file}: once more");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_and_an_invoice_bring_what_they_hold_once() {
    let world = World::new().await;
    world.install(domicile_guests::KONNECTOR_TAKEOUT).await;
    world.install(domicile_guests::KONNECTOR_FACTURX).await;
    let archive = include_bytes!("../../konnectors/takeout/samples/takeout.zip");
    let imported = world.import("takeout-1.zip", archive).await.unwrap();
    assert_eq!((imported.summary.as_str(), imported.changed), ("7 documents", 7));
    for doctype in
        ["io.cozy.contacts", "io.cozy.calendar.events", "io.cozy.emails", "io.cozy.notes"]
    {
        assert_eq!(world.documents(doctype).len(), 1, "{doctype}");
    }
    assert_eq!(world.import("takeout-1.zip", archive).await.unwrap().changed, 0);

    let invoice = include_bytes!("../../konnectors/facturx/samples/factur_x_7_8.pdf");
    world.import("x.pdf", invoice).await.unwrap();
    let bill = world.documents("io.cozy.bills").remove(0);
    assert_eq!(bill.label.to_string(), "bills@facturx-file files@facturx-file");
    let folder = inside(&world, ROOT).remove(0);
    let seller = inside(&world, &folder.id).remove(0);
    let file = inside(&world, &seller.id).remove(0);
    assert_eq!((folder.name.as_str(), file.name.as_str()), ("Bills", "F-2026-117.pdf"));
    assert!(
        bill.body.contains(&format!("\"invoice\":\"io.cozy.files:{}\"", file.id)),
        "{}",
        bill.body
    );
    assert_eq!(world.import("x.pdf", invoice).await.unwrap().changed, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_files_that_begin_alike_each_finds_its_importer() {
    let statement = include_bytes!("../../konnectors/health-statement/samples/ameli.pdf");
    let other = include_bytes!("../../konnectors/facturx/samples/no_data.pdf");
    let world = World::new().await;
    world.install(domicile_guests::KONNECTOR_FACTURX).await;
    // Alone, it takes every PDF for an invoice and says what that one lacks.
    let error = world.import("x.pdf", statement).await.unwrap_err().to_string();
    assert!(error.contains("imported: the PDF carries no data"), "{error}");
    world.install(domicile_guests::KONNECTOR_HEALTH_STATEMENT).await;
    let imported = world.import("x.pdf", statement).await.unwrap();
    assert_eq!(imported.summary, "4 refunds of Ameli");
    let bills = world.documents("io.cozy.bills");
    assert_eq!(bills.len(), 4);
    assert_eq!(bills[0].label.to_string(), "bills@health-statement files@health-statement");
    assert_eq!(world.import("x.pdf", statement).await.unwrap().changed, 0);
    let error = world.import("x.pdf", other).await.unwrap_err().to_string();
    for said in ["Invoices (Factur-X, ZUGFeRD): ", "; Health refunds (statements): "] {
        assert!(error.contains(said), "{error}");
    }
    assert_eq!(world.documents("io.cozy.bills").len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_meter_measured_is_taken_once() {
    let world = World::new().await;
    world.install(domicile_guests::KONNECTOR_ENEDIS_FILE).await;
    for (doctype, number, content) in [
        (
            "com.grandlyon.enedis.minute",
            9,
            include_str!("../../konnectors/enedis-file/samples/summer_ends.csv"),
        ),
        (
            "com.grandlyon.enedis.day",
            2,
            include_str!("../../konnectors/enedis-file/samples/readings.csv"),
        ),
    ] {
        let imported = world.import("Enedis_Conso.csv", content).await.unwrap();
        assert_eq!(imported.changed as usize, number, "{}", imported.summary);
        let documents = world.documents(doctype);
        assert_eq!(documents.len(), number);
        assert_eq!(documents[0].label.to_string(), "energy@enedis-file");
        assert_eq!(world.import("Enedis_Conso.csv", content).await.unwrap().changed, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_event_replaces_and_an_older_one_does_not() {
    let world = with_importers().await;
    let (file, content, doctype, ..) = SAMPLES[1];
    world.import(file, content).await.unwrap();
    let titled = |title: &str, day: &str| {
        content
            .replace("SUMMARY:Judo\r\nCATEGORIES", &format!("SUMMARY:{title}\r\nCATEGORIES"))
            .replace("LAST-MODIFIED:20260201T100000Z", &format!("LAST-MODIFIED:{day}"))
    };
    let titles = || {
        let documents = world.documents(doctype);
        documents.into_iter().map(|one| one.body).collect::<String>()
    };
    let older = world.import(file, &titled("Older", "20260201T095959Z")).await.unwrap();
    assert_eq!(older.changed, 0);
    assert!(!titles().contains("Older"));
    let newer = world.import(file, &titled("Newer", "20260201T100001Z")).await.unwrap();
    assert_eq!(newer.changed, 1);
    assert!(titles().contains("Newer"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_becomes_documents_and_a_page() {
    let world = World::with_bank().await;
    let operations = world.documents(OPERATIONS);
    assert_eq!(operations.len(), 2);
    assert_eq!(operations[0].label.to_string(), "bank@ofx-file");
    let page = world.get("banks", "/operations").await.unwrap();
    assert!(text(&page).contains("MARKER-GROCER"), "{}", text(&page));
    assert_eq!(page.label.to_string(), "bank@*");
    let trail = world.audit().await;
    let import = trail.iter().find_map(|entry| match &entry.event {
        Event::Run { entrance, written, .. } if entrance == "import" => Some(written),
        _ => None,
    });
    assert_eq!(import.unwrap().get(&OPERATIONS.parse().unwrap()), Some(&2));
}

/// An operation and its account stay together; a bill that the home refuses takes no other with it.
#[tokio::test(flavor = "multi_thread")]
async fn a_cozy_comes_in_with_what_it_says_of_itself() {
    let world = World::new().await;
    world.install(domicile_guests::KONNECTOR_TAKEOUT).await;
    world.install(domicile_guests::KONNECTOR_COZY_EXPORT).await;
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, body) in [
        ("io.cozy.bills/b1.json", r#"{"vendor": "Ameli", "date": "2026-03-02", "amount": 19.5}"#),
        ("io.cozy.bills/b2.json", r#"{"date": "2026-03-02", "amount": 19.5}"#),
        (
            "io.cozy.bank.operations/o1.json",
            r#"{"label": "CPAM", "date": "2026-03-04", "amount": 19.5, "account": "a1", "bills": ["io.cozy.bills:b1"]}"#,
        ),
        ("io.cozy.bank.accounts/a1.json", r#"{"_id": "a1", "_rev": "1-a", "label": "Compte"}"#),
    ] {
        archive.start_file(format!("My Cozy/Data/{path}"), SimpleFileOptions::default()).unwrap();
        archive.write_all(body.as_bytes()).unwrap();
    }
    let archive = archive.finish().unwrap().into_inner();
    let imported = world.import("cozy.zip", &archive).await.unwrap();
    assert_eq!((imported.summary.as_str(), imported.changed), ("3 documents", 3));
    let [warning] = &imported.warnings[..] else { panic!("{:?}", imported.warnings) };
    assert!(warning.starts_with("\"io.cozy.bills/b2\": not a valid `io.cozy.bills`"), "{warning}");
    let (account, bill) = (
        world.documents("io.cozy.bank.accounts").remove(0),
        world.documents("io.cozy.bills").remove(0),
    );
    let operation = world.documents(OPERATIONS).remove(0);
    for (document, label) in [
        (&account, "bank@cozy-export"),
        (&operation, "bank@cozy-export"),
        (&bill, "bills@cozy-export"),
    ] {
        assert_eq!(document.label.to_string(), label, "each about what it is");
    }
    for link in [
        format!("\"account\":\"{}\"", account.id),
        format!("\"bills\":[\"io.cozy.bills:{}\"]", bill.id),
    ] {
        assert!(operation.body.contains(&link), "{}", operation.body);
    }
    assert_eq!(world.import("cozy.zip", &archive).await.unwrap().changed, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn importing_twice_adds_nothing() {
    let world = World::with_bank().await;
    let again = world.import("statement.ofx", STATEMENT).await.unwrap();
    assert_eq!(again.changed, 0);
    assert_eq!(world.documents(OPERATIONS).len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_statement_leaves_the_balance_as_it_is() {
    let world = World::with_bank().await;
    let older = STATEMENT
        .replace("<BALAMT>1757.50<DTASOF>20261120", "<BALAMT>99.00<DTASOF>20261030")
        .replace("<FITID>A1", "<FITID>Z1")
        .replace("20261103", "20261003");
    let imported = world.import("october.ofx", &older).await.unwrap();
    assert_eq!(imported.changed, 1, "its operation, and nothing else");
    let page = text(&world.get("banks", "/").await.unwrap());
    assert!(page.contains("1,757.50") && !page.contains("99.00"), "{page}");
    let newer =
        STATEMENT.replace("<BALAMT>1757.50<DTASOF>20261120", "<BALAMT>42.00<DTASOF>20261122");
    world.import("newer.ofx", &newer).await.unwrap();
    assert!(text(&world.get("banks", "/").await.unwrap()).contains("42.00"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_file_names_the_remedy_and_stores_nothing() {
    let world = World::with_bank().await;
    let error = world.import("picture.bin", "not a statement").await.unwrap_err();
    assert!(error.to_string().contains("no installed importer"), "{error}");
    assert_eq!(world.documents(OPERATIONS).len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_statement_is_refused_with_a_reason() {
    let world = World::with_bank().await;
    let (broken, _) = STATEMENT.split_once("<BANKMSGSRSV1>").unwrap();
    let error = world.import("broken.ofx", broken).await.unwrap_err();
    assert!(error.to_string().contains("broken.ofx"), "{error}");
    assert_eq!(world.documents(OPERATIONS).len(), 2);
}

/// A PDF of one page, whose content is 20 MiB of spaces.
fn bomb() -> Vec<u8> {
    let packed = deflated(&vec![b' '; 20 << 20]);
    assert!(packed.len() < 256 << 10, "{} bytes", packed.len());
    let stream = format!("<< /Length {} /Filter /FlateDecode >>\nstream\n", packed.len());
    let objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>".to_vec(),
        [stream.as_bytes(), &packed, b"\nendstream"].concat(),
    ];
    let (mut pdf, mut places) = (b"%PDF-1.4\n".to_vec(), String::new());
    for (object, number) in objects.iter().zip(1..) {
        places += &format!("{:010} 00000 n \n", pdf.len());
        pdf.extend(format!("{number} 0 obj\n").bytes());
        pdf.extend(object);
        pdf.extend(b"\nendobj\n");
    }
    let table = pdf.len();
    let end = format!(
        "xref\n0 5\n0000000000 65535 f \n{places}trailer\n<< /Size 5 /Root 1 0 R >>\n\
         startxref\n{table}\n%%EOF\n"
    );
    [pdf, end.into_bytes()].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_not_what_it_says_brings_nothing() {
    let statement = include_bytes!("../../konnectors/health-statement/samples/ameli.pdf");
    let archive = include_bytes!("../../konnectors/takeout/samples/takeout.zip");
    let page = b"%PDF-1.4\n<html><script>alert(1)</script></html>";
    let world = World::new().await;
    world.install(domicile_guests::KONNECTOR_OFX).await;
    world.install(domicile_guests::KONNECTOR_HEALTH_STATEMENT).await;
    for (name, content, why) in [
        ("page.pdf", &page[..], "no whole PDF"),
        ("bomb.pdf", &bomb(), "more than any statement"),
        ("statement.pdf", STATEMENT.as_bytes(), "no installed importer"),
        ("archive.pdf", archive, "no installed importer"),
        ("refunds.ofx", statement, "not an OFX file"),
        ("archive.ofx", archive, "not an OFX file"),
    ] {
        let error = world.import(name, content).await.unwrap_err().to_string();
        assert!(error.contains(why) && error.contains(name), "{name}: {error}");
        for doctype in [OPERATIONS, "io.cozy.bills", "io.cozy.files"] {
            assert!(world.documents(doctype).is_empty(), "{name}: {doctype}");
        }
    }
    assert_eq!(world.import("refunds.pdf", statement).await.unwrap().summary, "4 refunds of Ameli");
    assert!(world.import("statement.ofx", STATEMENT).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_importer_reports_in_the_owners_language() {
    let world = World::with_bank().await;
    let settings = Settings { locale: Locale::Fr, ..world.home.settings() };
    world.home.save_settings(settings).await.unwrap();
    let broken_row = STATEMENT.replace("<DTPOSTED>20261105", "<DTPOSTED>20261399");
    let imported = world.import("statement.ofx", &broken_row).await.unwrap();
    assert_eq!(imported.summary, "1 compte, 1 opération");
    let warning = &imported.warnings[0];
    assert!(warning.contains("opération \"SALARY\" : ce jour n'existe pas"), "{warning}");
    let (broken, _) = STATEMENT.split_once("<BANKMSGSRSV1>").unwrap();
    let error = world.import("broken.ofx", broken).await.unwrap_err();
    assert!(error.words(Locale::Fr).contains("téléchargez-le à nouveau"), "{error}");
}

const NOTES: &str = "io.cozy.notes";

/// An importer that says of every file that it knows it, with more in its manifest.
pub fn claims(more: &str) -> Vec<u8> {
    let manifest = format!("{}{more}", include_str!("../programs/examples/hostile_importer.toml"));
    with_manifest(domicile_guests::bytes(programs::HOSTILE_IMPORTER).unwrap(), &manifest)
}

/// A home with a statement and that importer.
async fn with_claims() -> World {
    let world = World::with_bank().await;
    world.install_bytes(claims("")).await;
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn an_importer_is_shown_files_of_its_endings_alone() {
    let world = with_claims().await;
    // It is as sure as can be, and of an id that comes before the other's.
    let imported = world.import("statement.ofx", STATEMENT).await.unwrap();
    assert_eq!(imported.importer.as_str(), "ofx");
    let error = world.import("passwords.csv", "note MARKER").await.unwrap_err();
    assert!(error.to_string().contains("no installed importer"), "{error}");
    let runs = world.audit().await.into_iter().filter(|entry| entry.component == "claims");
    assert!(!runs.into_iter().any(|entry| matches!(entry.event, Event::Run { .. })));
    let imported = world.import("MINE.ANY", "note MARKER").await.unwrap();
    assert_eq!(imported.importer.as_str(), "claims");
    assert_eq!(imported.summary, "[2Jdone", "its words are plain where the owner reads them");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_importer_leaves_what_it_was_granted_or_nothing() {
    let world = with_claims().await;
    let before = world.documents(OPERATIONS).len();
    for text in ["operation", "note operation"] {
        let error = world.import("file.any", text).await.unwrap_err();
        assert!(error.to_string().contains("was not granted"), "{error}");
        assert_eq!(world.documents(OPERATIONS).len(), before);
        assert!(world.documents(NOTES).is_empty(), "half of it is stored");
    }
    let refused = world.audit().await.into_iter().find_map(|entry| match entry.event {
        Event::Run { refusals, .. } => refusals.into_iter().next(),
        _ => None,
    });
    assert_eq!(refused.unwrap().rule.to_string(), "R7");
    assert_eq!(world.import("file.any", "note").await.unwrap().changed, 1);
    // Where it comes from is the manifest's to say, and nothing of the file's.
    assert_eq!(world.documents(NOTES)[0].label.to_string(), "notes@any-file");
}

/// Its owner was told that it is trusted with that.
#[tokio::test(flavor = "multi_thread")]
async fn what_sorts_a_file_may_sort_it_wrongly_and_does_no_more() {
    const BANK: &str = "[[grant]]\ndoctype = \"io.cozy.bank.operations\"\nactions = [\"deposit\"]\n\
                        why = { en = \"To add them.\", fr = \"Pour les ajouter.\" }\n";
    let of_both = "bank@any-file notes@any-file";
    for (sorts, note, operation) in
        [("", of_both, of_both), ("sorts = true\n", "notes@any-file", "bank@any-file")]
    {
        let world = World::new().await;
        let bytes = claims(&format!("{sorts}{BANK}"));
        let asked = registry::propose(&world.house, bytes.clone()).await.unwrap().report.summary;
        assert_eq!(asked.en.join(" ").contains("trusted to sort"), !sorts.is_empty());
        world.install_bytes(bytes).await;
        // Both have all of the file.
        let imported = world.import("file.any", "note operation MARKER").await.unwrap();
        assert_eq!((imported.deposited, imported.changed), (2, 2));
        let (notes, operations) = (world.documents(NOTES), world.documents(OPERATIONS));
        assert_eq!((notes.len(), operations.len()), (1, 1), "each once");
        assert_eq!(notes[0].label.to_string(), note);
        assert_eq!(operations[0].label.to_string(), operation);
        assert!(notes[0].body.contains("MARKER") && operations[0].body.contains("MARKER"));
    }
    // What it was not granted takes all else with it, in the last pass too.
    let world = World::new().await;
    world.install_bytes(claims("sorts = true\n")).await;
    assert!(world.import("file.any", "note operation").await.is_err());
    assert!(world.documents(NOTES).is_empty() && world.documents(OPERATIONS).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_importer_reads_its_file_and_no_further() {
    let world = with_claims().await;
    let error = world.import("file.any", "beyond").await.unwrap_err();
    assert!(error.to_string().contains("0 bytes beyond 6"), "{error}");
}
