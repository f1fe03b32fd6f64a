//! What our Banks exports, written by the very code that writes it there, comes back as it was.

use domicile_sdk::Locale;
use domicile_sdk::csv::{Cell, Csv};
use domicile_sdk::importer::Input;

#[path = "../../../../apps/banks/src/words.rs"]
#[allow(dead_code, reason = "what only the app says")]
mod words;

use words::Words;

/// Day, debited, account, label, amount, label of the bank, kind, id.
type Operation = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    f64,
    &'static str,
    &'static str,
    &'static str,
);

const OPERATIONS: [Operation; 4] = [
    (
        "2026-01-02",
        "2026-01-03",
        "Courant",
        "Caf\u{e9}; du \"Port\"",
        -2.5,
        "CB CAFE DU PORT",
        "credit card",
        "op/1",
    ),
    ("2026-01-02", "2026-01-02", "Courant", "=1+1", -1234.56, "=1+1", "", "op/2"),
    ("2026-01-31", "2026-01-31", "Livret", "-10 %", 1234.0, "INTERETS", "transfer", "op/3"),
    ("2026-01-31", "2026-01-31", "Livret", "+ deux\nlignes", 0.05, "'tis", "", "op/4"),
];

fn export(locale: Locale) -> Vec<u8> {
    let words = Words(locale);
    let columns = [
        words.date(),
        words.debited(),
        words.account(),
        words.search_hint(),
        words.amount(),
        words.currency(),
        words.group(),
        words.category(),
        words.bank_label(),
        words.kind(),
        words.id(),
    ];
    let mut csv = Csv::new(locale, columns);
    for (day, debited, account, label, amount, bank_label, kind, id) in OPERATIONS {
        let texts = [day, debited, account, label].map(Cell::from);
        let rest = ["EUR", "Daily", "Restaurants", bank_label, kind, id].map(Cell::from);
        csv.row(texts.into_iter().chain([Cell::from(amount)]).chain(rest));
    }
    csv.as_str().as_bytes().to_vec()
}

#[test]
fn what_banks_exports_comes_back() {
    for locale in [Locale::En, Locale::Fr] {
        let bytes = export(locale);
        assert_eq!(crate::recognise("operations.csv", &bytes), 95);
        let statement = crate::read("operations.csv", &bytes, &Input::current()).unwrap();
        let warnings: Vec<&str> = statement.warnings.iter().map(|said| said.en.as_str()).collect();
        assert_eq!(warnings, [""; 0]);
        assert_eq!(statement.operations.len(), OPERATIONS.len());
        for (found, (day, debited, account, label, amount, bank_label, kind, id)) in
            statement.operations.iter().zip(OPERATIONS)
        {
            let entry = &found.entry;
            assert_eq!(entry.done.map(|day| day.to_string()).as_deref(), Some(day));
            assert_eq!(entry.date.to_string(), debited);
            assert_eq!(statement.accounts[found.account].label, account);
            assert_eq!(entry.label, label.replace('\n', " "));
            assert_eq!(entry.amount.to_string(), format!("{amount:.2}"));
            assert_eq!(
                (entry.bank_label.as_str(), entry.reference.as_deref()),
                (bank_label, Some(id))
            );
            assert_eq!(entry.kind.map_or("", |kind| kind.as_str()), kind);
        }
    }
}
