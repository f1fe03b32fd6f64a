//! `/export.csv` and `/export.ofx`.

use super::*;

#[test]
fn the_export_is_the_filter_and_runs_nothing() {
    let (_home, ids) = household();
    let table = text("/export.csv?month=2026-10");
    let rows: Vec<&str> = table.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(rows.len(), 3, "{table}");
    assert!(rows[0].starts_with("Date,Debited,Account,Label,Amount,Currency,Group,Category"));
    assert!(
        rows[1].starts_with("2026-10-12,2026-10-12,Joint account,PRLV EDF,-61,EUR,Home,Energy")
    );
    assert!(rows[2].contains(",\"'=HYPERLINK(\"\"x\"\")\",-7,EUR,"), "{}", rows[2]);
    assert!(rows[2].ends_with(&ids[3]));
    let Content::Download(file) = handle(Request::get("/export.csv?month=2026-10")).content else {
        panic!("a download")
    };
    assert_eq!(file.filename, "operations-2026-10");
}

#[test]
fn the_export_as_ofx_is_the_filter_too() {
    let (_home, _) = household();
    let answer = handle(Request::get("/export.ofx?month=2026-11"));
    let file = testing::text(&answer);
    assert_eq!(file.matches("<STMTTRN>").count(), 2, "{file}");
    assert!(file.contains("<NAME>CB CARREFOUR 20/11</NAME>") && !file.contains("PRLV EDF"));
    let Content::Download(download) = answer.content else { panic!("a download") };
    assert_eq!(download.filename, "operations-2026-11");
    assert!(text("/export.ofx?q=nothing").contains("Nothing fits these filters."));
}

#[test]
fn no_cell_of_the_export_is_a_formula() {
    let home = Home::new();
    let evil = ["=1+1", "+33 6", "-1", "@SUM(A1)", "\t=1", "\r=1", "\u{ff1d}1"];
    for start in evil {
        let body = json!({"label": start, "originalBankLabel": start, "date": "2026-11-02",
            "amount": 1, "type": start, "currency": start});
        home.put(OPERATIONS, body);
    }
    let table = text("/export.csv");
    assert_eq!(table.matches(",'").count() + table.matches(",\"'").count(), 4 * evil.len());
    for start in evil {
        let bare = format!(",{start}");
        let quoted = format!(",\"{start}");
        assert!(!table.contains(&bare) && !table.contains(&quoted), "{start:?} in {table:?}");
    }
}
