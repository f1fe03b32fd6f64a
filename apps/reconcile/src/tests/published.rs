//! The published cases of another matching service, as they are. They can't be part of the project.

use std::io::Write as _;
use std::path::Path;

use super::*;

/// Where we mean something else: the file's number, the bill, and what we find for it.
///
/// None so far. A list, so that a difference is a decision and not an accident.
const DIFFERENT: [(&str, &str, &str); 0] = [];

#[test]
fn the_published_cases_are_found() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/reconcile");
    let Ok(listed) = std::fs::read_dir(&folder) else {
        let _ = writeln!(std::io::stderr(), "SKIPPED: no published cases at {}", folder.display());
        return;
    };
    let mut cases = 0;
    for path in listed.map(|entry| entry.expect("listed").path()) {
        let case: Value =
            serde_json::from_slice(&std::fs::read(&path).expect("read")).expect("JSON");
        let all = |name: &str| case[name].as_array().expect("documents").clone();
        let books = books(&all("bills"), &all("operations"));
        let outcome = run(&books, "2020-01-01");
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        for (bill, both) in case["expectedResult"].as_object().expect("expected") {
            let side = |name: &str| both[name].as_str().unwrap_or("-").to_owned();
            let expected = format!("{}/{}", side("debitOperation"), side("creditOperation"));
            let own = DIFFERENT.iter().find(|(file, of, _)| name.starts_with(file) && bill == of);
            let expected = own.map_or(expected, |(_, _, ours)| (*ours).to_owned());
            assert_eq!(links(&outcome, bill), expected, "{bill} of {name}");
        }
        cases += 1;
    }
    assert!(cases >= 12, "all of them: {cases}");
}
