//! The baseline against the cases that its rules were published with. They lie beside the
//! workspace, where there are any.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;

use serde_json::{Map, Value};

use crate::baseline;
use crate::{BILLS, Document, OPERATIONS, Role};

const FOLDER: &str = "shared/data/reconcile";

fn documents(case: &Value, list: &str, doctype: &'static str) -> Vec<Document> {
    let bodies = case[list].as_array().expect("a list").iter();
    let document = |body: &Value| {
        let mut body: Map<String, Value> = body.as_object().expect("an object").clone();
        let id = body.remove("_id").expect("an id");
        Document { doctype, id: id.as_str().expect("a text").to_owned(), body }
    };
    bodies.map(document).collect()
}

/// Bill, debit, credit.
type Links = BTreeMap<String, (Option<String>, Option<String>)>;

fn expected(case: &Value) -> Links {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let links = case["expectedResult"].as_object().expect("an object").iter();
    let link = |(bill, found): (&String, &Value)| {
        (bill.clone(), (text(&found["debitOperation"]), text(&found["creditOperation"])))
    };
    links.map(link).collect()
}

fn found(case: &Value) -> Links {
    let mut all = documents(case, "bills", BILLS);
    let mut links: Links = all.iter().map(|bill| (bill.id.clone(), (None, None))).collect();
    all.extend(documents(case, "operations", OPERATIONS));
    for one in baseline::findings(&all, "2026-01-01").matches {
        let link = links.get_mut(&one.bill).expect("a bill of the case");
        let operation = one.operations.first().cloned();
        match one.role {
            Role::Debit => link.0 = operation,
            Role::Credit => link.1 = operation,
        }
    }
    links
}

#[test]
fn the_baseline_finds_what_its_published_cases_expect() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let Some(folder) = here.ancestors().map(|at| at.join(FOLDER)).find(|at| at.is_dir()) else {
        let _ = writeln!(std::io::stderr(), "SKIPPED: {FOLDER} is in no folder above this one");
        return;
    };
    let mut paths: Vec<_> =
        std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "json"));
    assert!(paths.len() >= 12, "{} cases", paths.len());
    for path in paths {
        let case: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        assert_eq!(found(&case), expected(&case), "{}", path.display());
    }
}
