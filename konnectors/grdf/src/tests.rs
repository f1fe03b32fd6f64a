//! Windows, marks, gaps and accesses, against answers that are made up here.

use std::cell::RefCell;
use std::rc::Rc;

use domicile_sdk::konnector::Action;
use domicile_sdk::testing::{Asked, Home};

use super::*;

const NO_ACCESS: &str = r#"{"statut_restitution": {"code": "1000002", "message": "Aucun droit."}}"#;
const WAITS: &str = r#"{"code_statut_traitement": "0000000002"}"#;

/// What was asked: routes with their days or bodies.
type Log = Rc<RefCell<Vec<String>>>;

fn home() -> Home {
    let home = Home::new();
    home.viewer("en", "2026-11-23");
    for (name, value) in [
        ("pce", "gi 123456"),
        ("holder", "Martin"),
        ("postcode", "39160"),
        ("mail", "camille@maison.example"),
        ("until", "2028-12-31"),
    ] {
        home.field(name, value);
    }
    home
}

fn run() -> Result<Report, Failure> {
    let mut out = Deposits::default();
    let report = Grdf::collect(&mut out, &Progress::default());
    out.flush().unwrap();
    report
}

fn asked_for(request: &Asked) -> (Date, Date) {
    let value = |name: &str| {
        let mut pairs = request.query.iter();
        pairs.find(|(key, _)| key == name).and_then(|(_, value)| Date::parse(value)).unwrap()
    };
    (value("date_debut"), value("date_fin"))
}

fn row(day: Date, kind: &str) -> String {
    format!(
        "{{\"consommation\": {{\"date_debut_consommation\": \"{day}\", \"date_fin_consommation\": \
         \"{}\", \"energie\": 10, \"type_qualif_conso\": \"{kind}\"}}}}\n",
        day.plus(1)
    )
}

/// Measured days from the 1st of November on, with one gap and one estimate.
fn days(request: &Asked) -> String {
    let (start, end) = asked_for(request);
    let day = |text: &str| Date::parse(text).unwrap();
    let days = until(start.max(day("2026-11-01")), end.min(day("2026-11-21")));
    let days = days.filter(|one| *one != day("2026-11-03"));
    let kind = |one: Date| if one == day("2026-11-05") { "Estimé" } else { "Mesuré" };
    days.map(|one| row(one, kind(one))).collect()
}

/// A provider that answers so, and what it was asked.
fn answers(home: &Home, answer: impl Fn(&Asked) -> (u16, String) + 'static) -> Log {
    let log = Log::default();
    let kept = Rc::clone(&log);
    home.provider(move |request| {
        assert_eq!(request.slots, [("meter".to_owned(), "GI123456".to_owned())]);
        let said = match request.route.as_str() {
            "days" => {
                let (start, end) = asked_for(request);
                format!("{start} to {end}")
            }
            route => format!("{route} {:?}", request.body),
        };
        kept.borrow_mut().push(said);
        let (status, body) = answer(request);
        (status, Vec::new(), body)
    });
    log
}

fn wants_consent(ended: &Result<Report, Failure>) -> bool {
    matches!(ended, Err(Failure::UserActionNeeded(Action::RenewConsent)))
}

#[test]
fn years_come_once_and_then_the_last_week_again() {
    let home = home();
    let log = answers(&home, |request| (200, days(request)));
    let first = run().unwrap();
    let years =
        ["2023-11-24 to 2024-11-23", "2024-11-23 to 2025-11-23", "2025-11-23 to 2026-11-23"];
    assert_eq!(*log.borrow(), years);
    assert_eq!(first.summary, "18 days");
    let told = [
        "days are missing: 2023-11-24 to 2026-10-31, 2026-11-03",
        "not measured, left out: 2026-11-05",
    ];
    assert_eq!(first.warnings, told);
    assert_eq!(home.deposits().len(), 18);
    assert_eq!(home.deposits()[0].1, "GI123456/2026-11-01");
    log.borrow_mut().clear();
    let second = run().unwrap();
    assert_eq!(*log.borrow(), ["2026-11-16 to 2026-11-23"]);
    assert_eq!((second.summary.as_str(), second.warnings.len()), ("5 days", 0));
    // Two days later the ones that never came are missing for good.
    home.viewer("en", "2026-11-30");
    assert_eq!(run().unwrap().warnings, ["days are missing: 2026-11-21 to 2026-11-22"]);
}

#[test]
fn an_access_is_declared_and_waited_for() {
    let home = home();
    let log = answers(&home, |request| match request.route.as_str() {
        "days" => (403, NO_ACCESS.to_owned()),
        _ => (201, WAITS.to_owned()),
    });
    assert!(wants_consent(&run()));
    let declared = log.borrow()[1].replace('\\', "");
    for part in [
        r#""nom_titulaire":"Martin","code_postal":"39160""#,
        r#""courriel_titulaire":"camille@maison.example""#,
        r#""date_debut_droit_acces":"2026-11-23","date_fin_droit_acces":"2028-12-31""#,
        r#""perim_donnees_conso_debut":"2023-11-24","perim_donnees_conso_fin":"2028-12-31""#,
        r#""perim_donnees_informatives":"Vrai","perim_donnees_publiees":"Faux""#,
    ] {
        assert!(declared.contains(part), "{declared}");
    }
    // Where the holder need not be asked, the days come at once.
    let agreed = Rc::new(RefCell::new(false));
    answers(&home, move |request| match request.route.as_str() {
        "days" if *agreed.borrow() => (200, days(request)),
        "days" => (200, NO_ACCESS.to_owned()),
        _ => {
            *agreed.borrow_mut() = true;
            (201, r#"{"code_statut_traitement": "0000000000"}"#.to_owned())
        }
    });
    assert_eq!(run().unwrap().summary, "18 days");
}

#[test]
fn an_access_that_ended_is_asked_for_by_the_next_run_alone() {
    let home = home();
    answers(&home, |request| (200, days(request)));
    run().unwrap();
    let log = answers(&home, |request| match request.route.as_str() {
        "days" => (200, NO_ACCESS.replace("1000002", "1000014")),
        _ => (409, WAITS.to_owned()),
    });
    assert!(wants_consent(&run()));
    assert_eq!(log.borrow().len(), 1, "nobody is written to: {log:?}");
    assert!(wants_consent(&run()));
    assert!(log.borrow()[2].starts_with("declare"), "{log:?}");
    let log = answers(&home, |request| (200, days(request)));
    assert_eq!(run().unwrap().summary, "5 days");
    assert_eq!(*log.borrow(), ["2026-11-16 to 2026-11-23"]);
}

#[test]
fn what_came_before_a_failure_stays_and_is_asked_for_again() {
    let home = home();
    let broken = |request: &Asked, code: &str| {
        let status = format!("{{\"statut_restitution\": {{\"code\": \"{code}\"}}}}");
        (200, format!("{}{status}", days(request)))
    };
    let log = answers(&home, move |request| broken(request, "2000100"));
    // Nothing was measured in the first years, and of the first window nothing is certain.
    assert!(matches!(run(), Err(Failure::VendorDown)));
    assert_eq!(log.borrow().len(), 1);
    let log = answers(&home, move |request| match asked_for(request).1.to_string().as_str() {
        "2026-11-23" => broken(request, "1999999"),
        _ => broken(request, "1000008"),
    });
    assert!(matches!(run(), Err(Failure::Other(why)) if why.contains("1999999")));
    assert_eq!((log.borrow().len(), home.deposits().len()), (3, 18));
    let log = answers(&home, |request| (200, days(request)));
    assert_eq!(run().unwrap().summary, "18 days");
    assert_eq!(*log.borrow(), ["2025-11-23 to 2026-11-23"]);
}

#[test]
fn what_was_typed_wrong_is_told() {
    let other = |ended: Result<Report, Failure>| match ended {
        Err(Failure::Other(why)) => why,
        other => panic!("{other:?}"),
    };
    let home = home();
    for (code, told) in [("1000000005", "the postcode"), ("1000000006", "knows no meter")] {
        answers(&home, move |request| match request.route.as_str() {
            "days" => (403, String::new()),
            _ => (409, format!("{{\"code_statut_traitement\": \"{code}\"}}")),
        });
        assert!(other(run()).contains(told));
    }
    home.field("until", "2026-11-22");
    assert!(other(run()).contains("last day of the access"));
    home.field("pce", "12");
    assert!(other(run()).contains("14 digits"));
}
