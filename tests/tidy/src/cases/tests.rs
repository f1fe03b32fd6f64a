use super::*;

const FAULTS: (&str, &str) =
    ("runtime/policy/src/fault.rs", "    Taint \"R3\" \"A look teaches nothing.\",\n");
const FOLDER: (&str, &str) = (
    "tests/exfil/A01-note/attack.toml",
    "title = \"t\"\nverdict = \"absent\"\n[story.colluders]\nwithout = [\"taint\"]\n",
);
const TEST: (&str, &str) =
    ("tests/it/a.rs", "//! x\n#[tokio::test]\nasync fn it_holds() {}\nfn it_helps() {}\n");

/// A case with these lines.
fn case(id: &str, rest: &str) -> String {
    format!("[[case]]\nid = \"{id}\"\ntitle = \"t\"\n{rest}\n")
}

fn held(id: &str, test: &str) -> String {
    case(id, &format!("verdict = \"none\"\ntests = [\"{test}\"]\ncontrol = \"c\""))
}

/// What is found besides the rows that a sample of two files can't have.
fn reasons(list: &str) -> Vec<String> {
    let tree = Tree::sample(&[FAULTS, FOLDER, TEST, (LIST, list)]);
    let findings = check(&tree).into_iter().filter(|found| found.path == LIST);
    findings.map(|found| found.reason).filter(|reason| !reason.ends_with("no row")).collect()
}

fn list(text: &str) -> List {
    List::of(&Tree::sample(&[FAULTS, FOLDER, TEST, (LIST, text)])).unwrap()
}

#[test]
fn a_missing_case_of_the_52_is_found() {
    let found = check(&Tree::sample(&[FAULTS, FOLDER, TEST, (LIST, "")]));
    let missing = found.iter().filter(|found| found.reason.ends_with("no row")).count();
    assert_eq!(missing, 51, "all but A01");
    let waits = "[waits]\nC09 = { title = \"t\", needs = \"egress\" }\n";
    let found = check(&Tree::sample(&[FAULTS, FOLDER, TEST, (LIST, waits)]));
    assert!(!found.iter().any(|found| found.reason.contains("C09")));
}

#[test]
fn a_row_names_tests_that_are_there() {
    assert_eq!(reasons(&held("A02-x", "it_holds")), Vec::<String>::new());
    assert_eq!(reasons(&held("A02-x", "a.rs: it_holds")), Vec::<String>::new());
    assert!(reasons(&held("A02-x", "it_held"))[0].contains("no test `it_held`"));
    assert!(reasons(&held("A02-x", "it_helps"))[0].contains("no test `it_helps`"));
    assert!(reasons(&held("A02-x", "b.rs: it_holds"))[0].contains("no test"));
    let none = case("A02-x", "verdict = \"none\"\ntests = []\ncontrol = \"c\"");
    assert!(reasons(&none)[0].contains("names its tests"));
    let bare = case("A02-x", "verdict = \"none\"\ntests = [\"it_holds\"]\ncontrol = \"\"");
    assert!(reasons(&bare)[0].contains("its control"));
}

#[test]
fn what_is_not_run_is_not_counted_as_blocked() {
    let waits = "[waits]\nC09 = { title = \"t\", needs = \"egress\" }\n";
    assert_eq!(list(waits).score(), "blocked 1, bounded 0, open 0, not run 1");
    assert!(
        reasons(&case("C09", "verdict = \"not run\"\ntests = []\ncontrol = \"\""))[0]
            .contains("no verdict")
    );
    let both = "[waits]\nA01 = { title = \"t\", needs = \"egress\" }\n";
    assert!(reasons(both)[0].contains("tried by now"));
    assert!(reasons("[waits]\nC09 = { title = \"t\", needs = \"\" }\n")[0].contains("waits for"));
}

#[test]
fn a_bound_has_a_figure_and_an_id_one_row() {
    let bounded = case("E02-x", "verdict = \"bounded\"\ntests = [\"it_holds\"]\ncontrol = \"c\"");
    assert!(reasons(&bounded)[0].contains("figure"));
    assert_eq!(list(&bounded).count(Kind::Bounded), 1);
    let twice = held("A02-x", "it_holds") + &held("A02-x", "it_holds");
    assert!(reasons(&twice)[0].contains("twice"));
}

#[test]
fn the_page_tells_this_list() {
    let text = held("A02-x", "it_holds");
    let row = "| A01-note | t | absent | [folder](tests/exfil/A01-note/attack.toml) | a look teaches nothing |";
    assert!(markdown(&list(&text)).contains(row), "{}", markdown(&list(&text)));
    let found = |text: &str| {
        let files = [FAULTS, FOLDER, TEST, (LIST, &held("A02-x", "it_holds")), (PAGE, text)];
        check(&Tree::sample(&files)).into_iter().find(|found| found.path == PAGE)
    };
    let page = page::renewed(&format!("# x\n{}{}rest\n", page::BEGIN, page::END), &list(&text));
    let page = page.unwrap();
    assert!(found(&page).is_none() && page.ends_with("rest\n"), "{page}");
    assert!(found(&page.replace("blocked 2", "blocked 3")).unwrap().reason.contains("--write"));
    assert!(found("# x\n").unwrap().reason.contains("marks are gone"));
}
