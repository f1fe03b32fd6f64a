//! Whole invoices: our own after Factur-X 1.0 and EN 16931, some of other writers, and hostile
//! ones.

use std::path::Path;

use domicile_sdk::importer::{self, Importer};
use domicile_sdk::testing::Home;
use konnector_shared::golden::{self, drop_on};
use lopdf::{Document, Object, Stream, dictionary};
use proptest::prelude::*;

use crate::FacturX;

const XML: &str = include_str!("../samples/invoice.xml");

#[test]
fn samples_become_what_is_expected() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let checked = golden::check::<FacturX>(&samples);
    assert!(checked >= 15, "only {checked} samples");
}

/// A PDF without pages that carries `data`, packed, under `name`.
fn pdf(name: &str, data: &[u8]) -> Vec<u8> {
    let mut document = Document::with_version("1.7");
    let mut stream = Stream::new(dictionary! { "Type" => "EmbeddedFile" }, data.to_vec());
    stream.compress().unwrap();
    let file = document.add_object(stream);
    let described = document.add_object(dictionary! {
        "Type" => "Filespec",
        "F" => Object::string_literal(name),
        "EF" => dictionary! { "F" => file },
    });
    let catalog =
        document.add_object(dictionary! { "Type" => "Catalog", "AF" => vec![described.into()] });
    document.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

/// The key and the paths of the files that were kept.
fn taken(files: &[&[u8]]) -> (Vec<String>, Vec<String>) {
    let home = Home::new();
    for file in files {
        home.drop_file("x", file);
        importer::run::<FacturX>().unwrap();
    }
    let keys = home.deposits().into_iter().map(|(_, key, _)| key);
    let saved = home.saved().into_iter();
    assert!(saved.clone().zip(files).all(|((_, kept), file)| kept == **file));
    (keys.collect(), saved.map(|(path, _)| path).collect())
}

#[test]
fn the_data_and_the_pdf_around_it_are_one_bill_and_two_files() {
    let (keys, paths) = taken(&[XML.as_bytes(), include_bytes!("../samples/factur_x_7_8.pdf")]);
    assert_eq!(keys, ["invoice:FR32123456789 F-2026/117"; 2]);
    let folder = "Bills/Énergie du Lac & Cie";
    assert_eq!(paths, ["xml", "pdf"].map(|ending| format!("{folder}/F-2026-117.{ending}")));
}

#[test]
fn data_is_found_under_each_name_and_packed_only_so_far() {
    let refused = |bytes: &[u8]| drop_on::<FacturX>("x.pdf", bytes, "en").result.unwrap_err();
    for name in ["factur-x.xml", "ZUGFeRD-invoice.xml", "xrechnung.xml", "\0f\0actur-x.xml"] {
        taken(&[&pdf(name, XML.as_bytes())]);
    }
    assert!(refused(&pdf("other.xml", XML.as_bytes())).contains("carries no data"));
    let bomb = pdf("factur-x.xml", &vec![b' '; 9 << 20]);
    assert!(bomb.len() < 100_000);
    assert!(refused(&bomb).contains("damaged or too large"));
    assert!(refused(&b"<CrossIndustryInvoice>".repeat(70)).contains("no whole electronic invoice"));
    assert!(refused(&b"<a>".repeat(1 << 20)).contains("no whole electronic invoice"));
    assert!(refused(&vec![b' '; (16 << 20) + 1]).contains("the most that is read is 16 MiB"));
}

#[test]
fn no_name_of_a_seller_leads_out_of_the_folder() {
    for name in ["../..", "..\\x", "/etc", "."] {
        let (_, paths) = taken(&[XML.replace("Énergie du Lac &amp; Cie", name).as_bytes()]);
        let parts: Vec<&str> = paths[0].split('/').collect();
        assert!(parts.len() == 3 && parts.iter().all(|part| !part.starts_with('.')), "{paths:?}");
    }
}

#[test]
fn invoices_are_recognised() {
    assert_eq!(FacturX::recognise("x.xml", XML.as_bytes()), 100);
    assert_eq!(FacturX::recognise("x", b"%PDF-1.7"), 40);
    assert_eq!(FacturX::recognise("x.xml", b"<Document xmlns=\"camt\">"), 0);
}

proptest! {
    #[test]
    fn any_damage_is_read_or_refused(
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        cut in any::<bool>(),
    ) {
        let mut bytes = include_bytes!("../samples/factur_x_7_8.pdf").to_vec();
        let index = at.index(bytes.len());
        if cut { bytes.truncate(index) } else { bytes[index] = byte }
        drop_on::<FacturX>("x.pdf", &bytes, "en").assert_sound("pdf");
        let mut text = XML.as_bytes().to_vec();
        let index = at.index(text.len());
        text[index] = byte;
        drop_on::<FacturX>("x.xml", &text, "fr").assert_sound("xml");
    }
}
