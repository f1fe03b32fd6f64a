//! Tables of which nothing tells how they are read: what their owner is asked, and that they are
//! asked once.

use domicile_sdk::importer::{Question, run};
use domicile_sdk::testing::Home;

use crate::Csv;

/// Day and amount of each operation that was taken, or what the owner is asked.
fn import(home: &Home, file: &str) -> Result<Vec<String>, Question> {
    let before = home.deposits().len();
    home.drop_file("export.csv", file.as_bytes());
    let read = run::<Csv>();
    if let Some(question) = home.asked() {
        assert!(read.unwrap_err().starts_with("you have to say how it is read"));
        assert_eq!(home.deposits().len(), before, "nothing is taken before the answer");
        return Err(question);
    }
    read.unwrap();
    let taken = home.deposits().split_off(before);
    let operations = taken.iter().filter(|(doctype, ..)| doctype == "io.cozy.bank.operations");
    let told = operations.map(|(_, _, body)| {
        format!("{} {}", body["date"].as_str().unwrap(), body["amount"].as_f64().unwrap())
    });
    Ok(told.collect())
}

fn titles(question: &Question) -> Vec<&str> {
    question.readings().iter().map(|reading| reading.title.as_str()).collect()
}

#[test]
fn a_day_that_may_be_a_month_is_asked_once() {
    let home = Home::new();
    let file = |days: [&str; 3]| {
        let rows = days.map(|day| format!("{day},SHOP,-1.50,EUR\n")).concat();
        format!("Date,Description,Amount,Currency\n{rows}")
    };
    let doubtful = file(["01/02/2026", "03/01/2026", "02/03/2026"]);
    let question = import(&home, &doubtful).unwrap_err();
    assert_eq!(question.words(), "Does the day or the month stand first in \"Date\"?");
    assert_eq!(titles(&question), ["the day", "the month"]);
    let [days, months] = question.readings() else { panic!("{question:?}") };
    assert_eq!(days.columns, ["Date", "Label", "Amount", "Currency"]);
    assert_eq!(days.rows[0], ["1 Feb 2026", "SHOP", "-1.50", "EUR"]);
    assert_eq!(months.rows[0], ["2 Jan 2026", "SHOP", "-1.50", "EUR"]);
    home.choose(1);
    let taken = import(&home, &doubtful).unwrap();
    assert_eq!(taken, ["2026-01-02 -1.5", "2026-03-01 -1.5", "2026-02-03 -1.5"]);
    let warnings = run::<Csv>().unwrap().warnings;
    let said = "as you chose: Does the day or the month stand first in \"Date\"? the month";
    assert!(warnings.iter().any(|warning| warning == said), "{warnings:?}");
    // Sorted as days, and decided by the owner all the same.
    let taken = import(&home, &file(["01/04/2026", "02/04/2026", "03/04/2026"])).unwrap();
    assert_eq!(taken[0], "2026-01-04 -1.5");
    let taken = import(&home, &file(["13/04/2026", "02/05/2026", "03/05/2026"])).unwrap();
    assert_eq!(taken[0], "2026-04-13 -1.5", "what the file shows is stronger");
    home.forget_choices();
    assert!(import(&home, &doubtful).is_err(), "asked again once it is forgotten");
}

#[test]
fn amounts_without_a_sign_are_asked_about_and_a_refund_changes_nothing() {
    let home = Home::new();
    let table = |rows: &str| format!("Date;Libell\u{e9};Montant\n{rows}");
    let file = table("14/01/2026;A;10,00\n15/01/2026;B;5,50\n");
    let question = import(&home, &file).unwrap_err();
    assert_eq!(titles(&question), ["they came in", "they went out"]);
    assert_eq!(question.readings()[1].rows[0], ["14 Jan 2026", "A", "-10.00"]);
    home.choose(1);
    assert_eq!(import(&home, &file).unwrap(), ["2026-01-14 -10", "2026-01-15 -5.5"]);
    let later = table("14/02/2026;C;7,00\n15/02/2026;REFUND;-3,00\n");
    assert_eq!(import(&home, &later).unwrap(), ["2026-02-14 -7", "2026-02-15 3"]);
}

#[test]
fn a_word_beside_the_amount_says_its_way_if_everybody_knows_it() {
    let home = Home::new();
    let table = |one: &str, other: &str| {
        format!(
            "Date;Libell\u{e9};Montant;Sens\n14/01/2026;A;10,00;{one}\n15/01/2026;B;5,50;{other}\n"
        )
    };
    for (one, other) in [("D", "C"), ("D\u{e9}bit", "Cr\u{e9}dit"), ("-", "+")] {
        let taken = import(&home, &table(one, other)).unwrap();
        assert_eq!(taken, ["2026-01-14 -10", "2026-01-15 5.5"], "{one}");
    }
    let question = import(&home, &table("S", "E")).unwrap_err();
    let expected = ["\"e\" went out, \"s\" came in", "\"s\" went out, \"e\" came in"];
    assert_eq!(titles(&question), expected);
    home.choose(1);
    assert_eq!(import(&home, &table("S", "E")).unwrap(), ["2026-01-14 -10", "2026-01-15 5.5"]);
    // One of the words alone is another question: the answer to the first does not fit it.
    assert_eq!(import(&home, &table("S", "S")).unwrap_err().readings().len(), 2);
}

#[test]
fn of_two_columns_of_money_that_do_not_confirm_each_other_one_is_chosen() {
    let home = Home::new();
    let file = "Date;Libell\u{e9};Montant;Montant initial\n\
                14/01/2026;A;-10,00;-11,00\n15/01/2026;B;-5,00;-6,00\n";
    let question = import(&home, file).unwrap_err();
    assert_eq!(question.words(), "Which column is the amount?");
    assert_eq!(titles(&question), ["the amount: \"Montant\"", "the amount: \"Montant initial\""]);
    home.choose(1);
    assert_eq!(import(&home, file).unwrap(), ["2026-01-14 -11", "2026-01-15 -6"]);
    let many: String = (0..7).map(|at| format!(";Montant {at}")).collect();
    let many = format!("Date;Libell\u{e9}{many}\n14/01/2026;A{}\n", ";-1,00".repeat(7));
    home.drop_file("export.csv", many.as_bytes());
    assert!(run::<Csv>().unwrap_err().contains("which one is the amount"));
    assert_eq!(home.asked(), None, "too many readings are none");
}

#[test]
fn fees_beside_the_amounts_are_asked_about_unless_balances_tell() {
    let home = Home::new();
    let table = |fee: &str, balance: &str| {
        format!(
            "Date,Description,Amount,Fee,Balance\n2026-01-02,SHOP,-10.00,0.50,90.00\n\
             2026-01-03,PUB,-5.00,{fee},{balance}\n"
        )
    };
    let file = "Date,Description,Amount,Fee\n2026-01-02,SHOP,-10.00,0.50\n2026-01-03,PUB,-5.00,\n";
    let question = import(&home, file).unwrap_err();
    assert_eq!(titles(&question), ["they do", "it comes on top"]);
    assert_eq!(question.readings()[1].rows, [["2 Jan 2026", "SHOP", "-10.50"]]);
    home.choose(1);
    assert_eq!(import(&home, file).unwrap(), ["2026-01-02 -10.5", "2026-01-03 -5"]);
    let on_top = import(&home, &table("1.00", "84.00")).unwrap();
    assert_eq!(on_top, ["2026-01-02 -10.5", "2026-01-03 -6"]);
    let within = import(&home, &table("1.00", "85.00")).unwrap();
    assert_eq!(within, ["2026-01-02 -10", "2026-01-03 -5"]);
    // Where the only fee stands before the first balance, nothing tells.
    assert!(import(&home, &table("0.00", "85.00")).is_err());
}

#[test]
fn a_comma_that_may_be_of_thousands_is_asked_about() {
    let home = Home::new();
    let file = "Date,Description,Amount\n2026-01-02,A,\"-1,234\"\n";
    let question = import(&home, file).unwrap_err();
    assert_eq!(titles(&question), ["a comma", "a point"]);
    home.choose(1);
    assert_eq!(import(&home, file).unwrap(), ["2026-01-02 -1234"]);
}

#[test]
fn a_table_without_a_header_is_shown_before_it_is_taken() {
    let home = Home::new();
    let file = "14/01/2026;CB BOULANGERIE;-10,00\n15/01/2026;VIREMENT;5,00\n";
    let question = import(&home, file).unwrap_err();
    assert_eq!(titles(&question), ["the date: column 1; the amount: column 3"]);
    assert_eq!(question.readings()[0].rows[0], ["14 Jan 2026", "CB BOULANGERIE", "-10.00"]);
    home.choose(0);
    assert_eq!(import(&home, file).unwrap(), ["2026-01-14 -10", "2026-01-15 5"]);
    let other = "14/02/2026;LOYER;-900,00\n";
    assert_eq!(import(&home, other).unwrap(), ["2026-02-14 -900"], "such a table again");
    home.drop_file("another bank.csv", other.as_bytes());
    assert!(run::<Csv>().is_err(), "of no account that was asked about");
    home.choose(0);
    let wider = "14/02/2026;LOYER;-900,00;100,00\n14/02/2026;A;-1,00;0,00\n";
    assert!(import(&home, wider).is_err(), "not such a table");
}

#[test]
fn names_in_another_language_are_guessed_and_balances_tell_the_amount() {
    let home = Home::new();
    let file = "Buchungstag;Verwendungszweck;Betrag;Stand\n\
                14.01.2026;Miete;-10,00;90,00\n15.01.2026;Brot;-5,00;85,00\n";
    let question = import(&home, file).unwrap_err();
    assert_eq!(titles(&question), ["the date: \"Buchungstag\"; the amount: \"Betrag\""]);
    home.choose(0);
    assert_eq!(import(&home, file).unwrap(), ["2026-01-14 -10", "2026-01-15 -5"]);
}

#[test]
fn debit_and_credit_need_no_question_and_what_has_no_reading_is_refused() {
    let home = Home::new();
    let file =
        "Date;Libell\u{e9};D\u{e9}bit;Cr\u{e9}dit\n14/01/2026;A;10,00;\n15/01/2026;B;;5,00\n";
    assert_eq!(import(&home, file).unwrap(), ["2026-01-14 -10", "2026-01-15 5"]);
    for file in [
        "Date;Libell\u{e9};Montant\n14/01/2026;A;-1,00\n01/14/2026;B;-1,00\n",
        "Date;Libell\u{e9};Montant\n14/01/2026;A;-1,50\n15/01/2026;B;-1.50\n",
        "a;b;c\nd;e;f\n",
    ] {
        home.drop_file("export.csv", file.as_bytes());
        run::<Csv>().unwrap_err();
        assert_eq!(home.asked(), None, "{file}");
    }
}

#[test]
fn a_french_owner_is_asked_in_french() {
    let home = Home::new();
    home.viewer("fr", "2026-11-23");
    let file = "Date;Libell\u{e9};Montant\n14/01/2026;A;10,00\n";
    let question = import_french(&home, file);
    assert_eq!(question.words(), "Dans quel sens vont les montants sans signe ?");
    assert_eq!(titles(&question), ["ils sont entr\u{e9}s", "ils sont sortis"]);
    assert_eq!(question.readings()[0].columns, ["Date", "Libell\u{e9}", "Montant"]);
    assert_eq!(question.readings()[1].rows[0][2], "-10,00");
}

fn import_french(home: &Home, file: &str) -> Question {
    home.drop_file("export.csv", file.as_bytes());
    assert!(run::<Csv>().unwrap_err().starts_with("il vous faut dire"));
    home.asked().unwrap()
}
