//! Archives made here, of a household and of what a Cozy adds to it, and hostile ones.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Write};

use domicile_household::{ACCOUNTS, BILLS, Household, Noise, OPERATIONS, Shape};
use domicile_sdk::importer::Importer;
use flate2::Compression;
use flate2::write::GzEncoder;
use konnector_shared::golden::{Dropped, drop_on};
use proptest::prelude::*;
use serde_json::{Value, json};
use zip::write::SimpleFileOptions;

use crate::CozyExport;
use crate::archive::{ALL_BYTES_MAX, DOCUMENT_BYTES_MAX};

/// To pack more files than this takes a build for debugging a minute.
const PACKED_MAX: usize = 10_000;

type Files<'a> = &'a [(&'a str, &'a [u8])];

fn zipped(files: Files<'_>) -> Vec<u8> {
    let mut options = SimpleFileOptions::default();
    if files.len() > PACKED_MAX {
        options = options.compression_method(zip::CompressionMethod::Stored);
    }
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (path, content) in files {
        zip.start_file(*path, options).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn tarred(files: Files<'_>) -> Vec<u8> {
    let is_large = files.len() > PACKED_MAX;
    let level = if is_large { Compression::none() } else { Compression::fast() };
    let mut tar = tar::Builder::new(GzEncoder::new(Vec::new(), level));
    for (path, content) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        tar.append_data(&mut header, path, *content).unwrap();
    }
    tar.into_inner().unwrap().finish().unwrap()
}

fn dropped(bytes: &[u8]) -> Dropped {
    let dropped = drop_on::<CozyExport>("my-cozy.zip", bytes, "en");
    dropped.assert_sound("archive");
    dropped
}

fn refusal(bytes: &[u8]) -> String {
    dropped(bytes).result.unwrap_err()
}

const BILL: &[u8] = br#"{"_id": "b1", "_rev": "1-a", "vendor": "Ameli", "date": "2026-03-02T00:00:00.000Z", "amount": 19.5,
    "isRefund": true, "invoice": "io.cozy.files:f1"}"#;
const OPERATION: &[u8] =
    br#"{"_id": "o1", "label": "CPAM", "date": "2026-03-04", "amount": 19.5, "account": "a1",
    "parent": "o2", "bills": ["io.cozy.bills:b1"], "manualCategoryId": "400610", "note": "id: b1",
    "reimbursements": [{"billId": "io.cozy.bills:b1", "operationId": "o2", "amount": 19.5}],
    "relationships": {"account": {"data": {"_id": "a1", "_type": "io.cozy.bank.accounts"}},
        "recurrence": {"data": {"_id": "r1", "_type": "io.cozy.bank.recurrence"}}}}"#;
const WHOLE: Files<'_> = &[
    ("My Cozy/Files/io.cozy.txt", b"text"),
    ("My Cozy/Data/io.cozy.bills/b1.json", BILL),
    ("My Cozy/Data/io.cozy.bank.operations/o1.json", OPERATION),
    ("My Cozy/Data/io.cozy.bank.accounts/a1.json", br#"{"label": "Compte", "balance": null}"#),
    (
        "My Cozy/Data/io.cozy.contacts/c1.json",
        br#"{"fullname": "Lou", "birthday": "", "phone": [{"number": "+33 6"}]}"#,
    ),
    ("My Cozy/Data/io.cozy.triggers/t1.json", b"{}"),
    ("My Cozy/Data/io.cozy.triggers/t2.json", b"{}"),
];

/// By doctype and key.
fn bodies(dropped: &Dropped) -> BTreeMap<(&str, &str), &Value> {
    let each = dropped.deposits.iter();
    each.map(|(doctype, key, body)| ((doctype.as_str(), key.as_str()), body)).collect()
}

#[test]
fn a_family_comes_in_whole() {
    let shape = Shape {
        people: 4,
        months: 14,
        banks: 2,
        insurers: 2,
        operations: 1_500,
        bills: 160,
        wrongs: 4,
        noise: Noise::ALL.into(),
    };
    let family = Household::on("2026-11-27", 4, &shape).unwrap();
    let files: Vec<(String, Vec<u8>)> = family
        .documents
        .iter()
        .map(|one| {
            let path = format!("My Cozy/{}/{}.json", one.doctype, one.id);
            (path, serde_json::to_vec(&one.body).unwrap())
        })
        .collect();
    let files: Vec<(&str, &[u8])> =
        files.iter().map(|(path, content)| (path.as_str(), content.as_slice())).collect();
    let archive = zipped(&files);
    assert_eq!(CozyExport::recognise("cozy-famille.zip", &archive[..4096]), 95);
    let brought = dropped(&archive);
    let report = brought.result.as_ref().unwrap();
    assert_eq!(report.summary, format!("{} documents", family.documents.len()));
    assert!(report.warnings.is_empty(), "{report:?}");
    let found = bodies(&brought);
    let number = |doctype| found.keys().filter(|(found, _)| *found == doctype).count();
    assert!(number(ACCOUNTS) >= 2 && number(OPERATIONS) >= 1_400 && number(BILLS) >= 140);
    let accounts: BTreeSet<String> = found
        .keys()
        .filter(|(doctype, _)| *doctype == ACCOUNTS)
        .map(|(doctype, key)| format!("{doctype}/{key}"))
        .collect();
    for one in &family.documents {
        let mut expected = Value::Object(one.body.clone());
        if let Some(account) = expected["account"].as_str() {
            let account = format!("{ACCOUNTS}/{account}");
            assert!(accounts.contains(&account));
            expected["account"] = account.into();
        }
        assert_eq!(*found[&(one.doctype, one.id.as_str())], expected);
    }
}

#[test]
fn what_documents_say_of_each_other_stays_true() {
    for (name, archive) in [("x.zip", zipped(WHOLE)), ("x.tar.gz", tarred(WHOLE))] {
        assert_eq!(CozyExport::recognise(name, &archive), 95, "{name}");
        let brought = dropped(&archive);
        let report = brought.result.as_ref().unwrap();
        assert_eq!(report.summary, "4 documents", "{name}");
        let left_out = "2 details without a place in a document, left out: io.cozy.triggers (2)";
        assert_eq!(report.warnings, [left_out], "{name}");
        let found = bodies(&brought);
        assert_eq!(
            *found[&(OPERATIONS, "o1")],
            json!({
                "label": "CPAM",
                "date": "2026-03-04",
                "amount": 19.5,
                "account": "io.cozy.bank.accounts/a1",
                "parent": "io.cozy.bank.operations/o2",
                "bills": ["io.cozy.bills:io.cozy.bills/b1"],
                "manualCategoryId": "400610",
                "note": "id: b1",
                "reimbursements": [{
                    "billId": "io.cozy.bills:io.cozy.bills/b1",
                    "operationId": "io.cozy.bank.operations/o2",
                    "amount": 19.5,
                }],
                "relationships": {
                    "account": {
                        "data": {"_id": "io.cozy.bank.accounts/a1", "_type": "io.cozy.bank.accounts"},
                    },
                    "recurrence": {"data": {"_id": "r1", "_type": "io.cozy.bank.recurrence"}},
                },
            })
        );
        let bill = found[&(BILLS, "b1")];
        assert_eq!(bill["invoice"], "io.cozy.files:f1");
        assert!(bill.get("_id").is_none() && bill.get("_rev").is_none());
        let contact = json!({"fullname": "Lou", "phone": [{"number": "+33 6"}]});
        assert_eq!(*found[&("io.cozy.contacts", "c1")], contact);
        assert!(found[&(ACCOUNTS, "a1")]["balance"].is_null());
    }
}

#[test]
fn twenty_years_of_operations_fit() {
    let paths: Vec<String> =
        (0..20_000).map(|id| format!("My Cozy/Data/{OPERATIONS}/{id}.json")).collect();
    let files: Vec<(&str, &[u8])> = paths.iter().map(|path| (path.as_str(), OPERATION)).collect();
    let report = drop_on::<CozyExport>("cozy.zip", &zipped(&files), "en").result.unwrap();
    assert_eq!((report.summary.as_str(), report.warnings.len()), ("20000 documents", 0));
}

#[test]
fn archives_are_recognised_by_their_beginning() {
    let tar = tarred(WHOLE);
    assert_eq!(CozyExport::recognise("x.tar.gz", &tar[..tar.len() / 2]), 95);
    assert_eq!(CozyExport::recognise("Mon Cozy.tar.gz", b"\x1f\x8b"), 60);
    assert_eq!(CozyExport::recognise("x.zip", &zipped(&[("Takeout/a.vcf", b"")])), 0);
    assert_eq!(CozyExport::recognise("cozy.zip", b"My Cozy/io.cozy.bills"), 0);
}

#[test]
fn a_document_that_is_none_takes_no_other_with_it() {
    let large = vec![b' '; DOCUMENT_BYTES_MAX as usize + 1];
    let files = [
        ("io.cozy.bills/large.json", large.as_slice()),
        ("io.cozy.bills/broken.json", b"{\"vendor\": "),
        ("io.cozy.bills/b1.json", BILL),
        ("other/io.cozy.bills/b1.json", BILL),
        ("io.cozy.bills/deep/er/x.json", BILL),
        ("io.cozy.bills/.json", BILL),
        ("xio.cozy.bills/b2.json", BILL),
    ];
    for archive in [zipped(&files), tarred(&files)] {
        let report = dropped(&archive).result.unwrap();
        assert_eq!(report.summary, "1 document");
        let [large, broken, again] = &report.warnings[..] else { panic!("{report:?}") };
        assert!(large.starts_with("\"io.cozy.bills/large\": larger than 256 KiB"), "{large}");
        assert!(broken.starts_with("\"io.cozy.bills/broken\": this is no document"), "{broken}");
        assert!(again.starts_with("1 entry there before under the same identifier"), "{again}");
    }
}

#[test]
fn what_is_no_archive_of_a_cozy_is_refused() {
    for archive in [zipped(&[("a.json", BILL)]), tarred(&[("a.json", BILL)])] {
        assert!(refusal(&archive).starts_with("the archive holds no bank accounts"));
    }
    for archive in [zipped(WHOLE), tarred(WHOLE)] {
        assert!(refusal(&archive[..archive.len() - 40]).starts_with("damaged"));
    }
    assert!(refusal(b"").starts_with("damaged"));
    let paths: Vec<String> = (0..100_001).map(|number| format!("{number}")).collect();
    let many: Vec<(&str, &[u8])> = paths.iter().map(|path| (path.as_str(), &b""[..])).collect();
    assert!(refusal(&zipped(&many)).contains("more than 100000 files"));
    assert!(refusal(&tarred(&many)).contains("more than 100000 files"));
}

#[test]
fn a_bomb_is_not_unpacked() {
    let number = (ALL_BYTES_MAX / DOCUMENT_BYTES_MAX) as usize;
    let blanks = vec![b' '; DOCUMENT_BYTES_MAX as usize];
    let one = [("io.cozy.bills/b.json", blanks.as_slice())];
    // Packed once: an archive of many is as many times the same bytes.
    let mut tar = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    let mut header = tar::Header::new_gnu();
    header.set_size(blanks.len() as u64);
    tar.append_data(&mut header, one[0].0, one[0].1).unwrap();
    let member = std::mem::replace(tar.get_mut(), GzEncoder::new(Vec::new(), Compression::fast()));
    assert!(refusal(&member.finish().unwrap().repeat(number)).contains("more than 256 MiB"));
    let mut one = zip::ZipArchive::new(Cursor::new(zipped(&one))).unwrap();
    let mut many = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for id in 0..=number {
        let file = one.by_index_raw(0).unwrap();
        many.raw_copy_file_rename(file, format!("io.cozy.bills/{id}.json")).unwrap();
    }
    assert!(refusal(&many.finish().unwrap().into_inner()).contains("more than 256 MiB"));
}

#[test]
fn the_home_is_asked_for_so_many_ids() {
    let bills = |from: usize| {
        let bills: Vec<String> = (from..from + 2_500).map(|id| format!("{BILLS}:{id}")).collect();
        let operation = json!({"label": "x", "date": "2026-01-01", "amount": 1, "list": bills});
        serde_json::to_vec(&operation).unwrap()
    };
    let files: Vec<(String, Vec<u8>)> = (0..17)
        .map(|number| (format!("{OPERATIONS}/{number}.json"), bills(number * 2_500)))
        .collect();
    let files: Vec<(&str, &[u8])> =
        files.iter().map(|(path, content)| (path.as_str(), content.as_slice())).collect();
    let report = dropped(&zipped(&files)).result.unwrap();
    assert_eq!(report.summary, "16 documents");
    assert!(report.warnings[0].contains("after 40000 that others refer to"), "{report:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_damage_is_read_or_refused(
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        cut in any::<bool>(),
        is_zip in any::<bool>(),
    ) {
        let mut bytes = if is_zip { zipped(WHOLE) } else { tarred(WHOLE) };
        let at = at.index(bytes.len());
        if cut { bytes.truncate(at) } else { bytes[at] = byte }
        drop_on::<CozyExport>("my-cozy.zip", &bytes, "en");
    }
}
