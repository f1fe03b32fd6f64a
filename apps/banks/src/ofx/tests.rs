use super::*;
use domicile_sdk::testing::Home;
use konnector_ofx_reader::{read, recognise};

fn written() -> String {
    let accounts = docs::find::<Account>().sort("label").all(9).expect("accounts");
    let operations = docs::find::<Operation>().newest("date").all(99).expect("operations");
    write(&accounts, &operations, &Viewer::current())
}

#[test]
fn our_own_importer_reads_it_whole() {
    let home = Home::new();
    let current = home.put(
        Account::DOCTYPE,
        json!({"label": "Joint", "type": "Checkings", "number": "00012345678", "balance": 1250.5,
            "balanceDate": "2026-11-20", "currency": "EUR", "institutionLabel": "Ma Banque",
            "iban": "FR76 3099 9000 4200 0123 4567 890"}),
    );
    let card = home.put(
        Account::DOCTYPE,
        json!({"label": "Card", "type": "CreditCard", "number": "4970101234567890",
            "currency": "EUR"}),
    );
    let long = "VIREMENT DE LA CAISSE D'ALLOCATIONS <FAMILIALES> & C\u{b0} DU RH\u{d4}NE";
    for (account, label, amount, date, currency, kind) in [
        (&current, "CB CAF\u{c9} & CO </STMTTRN>", -54.3, "2026-11-21", "EUR", "credit card"),
        (&current, long, 2100.0, "2026-11-02", "EUR", "transfer"),
        (&current, "HOTEL", -0.125, "2026-11-03", "USD", ""),
        (&card, "=1+1\tDDE", -7.0, "2026-10-03", "", ""),
        (&"gone".to_owned(), "x", 1.0, "2026-10-03", "EUR", ""),
    ] {
        let body = json!({"label": label, "amount": amount, "date": date, "account": account,
            "currency": currency, "type": kind, "realisationDate": "2026-10-02"});
        home.put(Operation::DOCTYPE, body);
    }
    home.put(Operation::DOCTYPE, json!({"label": "no day", "amount": 1}));
    let text = written();
    assert_eq!(recognise("operations.txt", text.as_bytes()), 100);
    let statement = read(text.as_bytes()).unwrap_or_else(|why| panic!("{why:?}\n{text}"));
    let (accounts, operations) = (&statement.accounts, &statement.operations);
    assert_eq!(accounts.len(), 4, "{text}");
    assert_eq!(operations.len(), 5, "{text}");
    let found = |label: &str| {
        let of = |o: &&konnector_statement::Operation| o.entry.label.starts_with(label);
        let operation = operations.iter().find(of).unwrap_or_else(|| panic!("{label} in {text}"));
        (&operation.entry, &accounts[operation.account])
    };
    let (entry, account) = found("CB CAF\u{c9} & CO </STMTTRN>");
    assert_eq!(entry.amount.to_string(), "-54.30");
    assert_eq!(account.number, "00012345678");
    assert_eq!(account.balance.as_ref().map(|b| b.amount.to_string()).as_deref(), Some("1250.50"));
    let (entry, _) = found("VIREMENT DE");
    assert_eq!(entry.label, long, "though it is longer than a name");
    let (entry, account) = found("HOTEL");
    assert_eq!(
        (entry.amount.to_string(), entry.currency.to_string()),
        ("-0.125".into(), "USD".into())
    );
    assert!(account.balance.is_none(), "the balance is in euros");
    let (entry, account) = found("=1+1 DDE");
    assert_eq!(
        (entry.currency.to_string(), account.number.as_str()),
        ("EUR".into(), "4970101234567890")
    );
    // Balances that nobody told are all that it misses.
    let words = |said: &konnector_statement::Said| format!("{said:?}");
    let odd = statement.warnings.iter().map(words).filter(|w| !w.contains("no balance"));
    assert_eq!(odd.collect::<Vec<_>>(), [""; 0], "{text}");
}

#[test]
fn lengths_are_those_of_the_standard() {
    let home = Home::new();
    let account = home.put(
        Account::DOCTYPE,
        json!({"label": "A", "iban": "DE89370400440532013000999", "institutionLabel": "Sparkasse Nord"}),
    );
    let body = json!({"label": "\u{e9}".repeat(900), "amount": 1, "date": "2026-11-02",
        "account": account});
    home.put(Operation::DOCTYPE, body);
    let text = written();
    let inside = |name: &str| {
        let (_, rest) = text.split_once(&format!("<{name}>")).expect("the element");
        rest.split('<').next().expect("its end").chars().count()
    };
    assert_eq!(["NAME", "MEMO", "ACCTID", "BANKID"].map(inside), [32, 255, 22, 9]);
}
