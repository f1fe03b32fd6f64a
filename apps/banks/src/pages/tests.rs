use crate::handle;
use domicile_sdk::page::Content;
use domicile_sdk::prelude::*;
use domicile_sdk::serde_json::Value;
use domicile_sdk::testing::{self, Home};

const ACCOUNTS: &str = "io.cozy.bank.accounts";
const OPERATIONS: &str = "io.cozy.bank.operations";

fn text(address: &str) -> String {
    testing::text(&handle(Request::get(address)))
}

fn html(address: &str) -> String {
    match handle(Request::get(address)).content {
        Content::Page(view) => testing::html(&view),
        other => panic!("no page: {other:?}"),
    }
}

fn operation(label: &str, date: &str, amount: f64, account: &str) -> Value {
    json!({"label": label, "date": date, "amount": amount, "currency": "EUR", "account": account})
}

/// Two accounts and four operations of November and October.
fn household() -> (Home, Vec<String>) {
    let home = Home::new();
    let current = home.put(
        ACCOUNTS,
        json!({"label": "Joint account", "type": "Checkings", "balance": 1250.5,
            "currency": "EUR", "iban": "FR7612345678901234567890123",
            "institutionLabel": "Ma Banque"}),
    );
    home.put(
        ACCOUNTS,
        json!({"label": "Livret", "type": "Savings", "balance": 5000, "currency": "EUR"}),
    );
    home.put(
        ACCOUNTS,
        json!({"label": "Dollars", "type": "Checkings", "balance": 10, "currency": "USD"}),
    );
    let ids = [
        operation("CB CARREFOUR 20/11", "2026-11-21", -54.3, &current),
        operation("VIR SALAIRE ACME", "2026-11-02", 2100.0, &current),
        operation("PRLV EDF", "2026-10-12", -61.0, &current),
        operation("=HYPERLINK(\"x\")", "2026-10-03", -7.0, "gone"),
    ];
    let ids = ids.into_iter().map(|body| home.put(OPERATIONS, body)).collect();
    (home, ids)
}

#[test]
fn an_empty_home_says_what_to_do() {
    let home = Home::new();
    assert!(text("/").contains("Drop an OFX or CAMT file"));
    home.viewer("fr", "2026-11-23");
    assert!(text("/").contains("Déposez sur cette page un fichier OFX ou CAMT"));
    assert!(text("/operations").contains("Rien ne correspond"));
    assert!(text("/months/2026-11").contains("Aucune opération en novembre 2026."));
}

#[test]
fn accounts_are_grouped_and_currencies_kept_apart() {
    let (_home, _) = household();
    let page = text("/");
    for wanted in [
        "Current accounts",
        "Savings",
        "Joint account",
        "\u{20ac}6,250.50",
        "USD\u{a0}10.00",
        "Ma Banque \u{b7} ending in 0123",
        "November 2026",
        "Expenses, November 2026",
        "CB CARREFOUR 20/11",
    ] {
        assert!(page.contains(wanted), "{wanted} in {page}");
    }
    assert!(!page.contains("6,260.50"), "dollars are no euros");
}

#[test]
fn all_speaks_french() {
    let (home, ids) = household();
    home.viewer("fr", "2026-11-23");
    assert!(text("/").contains("6\u{202f}250,50\u{a0}\u{20ac}"));
    assert!(text("/months/2026-10").contains("Dépenses, octobre 2026"));
    assert!(text(&format!("/operations/{}", ids[0])).contains("samedi 21 novembre 2026"));
}

#[test]
fn operations_are_filtered() {
    let (home, _) = household();
    let names = |query: &str| {
        let page = text(&format!("/operations?{query}"));
        ["CARREFOUR", "SALAIRE", "EDF", "HYPERLINK"].map(|name| u8::from(page.contains(name)))
    };
    assert_eq!(names(""), [1, 1, 1, 1]);
    assert_eq!(names("q=carrefour"), [1, 0, 0, 0]);
    assert_eq!(names("sign=in"), [0, 1, 0, 0]);
    assert_eq!(names("sign=out&month=2026-10"), [0, 0, 1, 1]);
    assert_eq!(names("category=401000"), [0, 0, 1, 0]);
    assert_eq!(names("category=0"), [0, 0, 0, 1]);
    assert_eq!(names("account=gone"), [0, 0, 0, 1]);
    home.put(
        OPERATIONS,
        json!({"label": "SALAIRE moved", "date": "2026-10-30", "amount": 1,
            "applicationDate": "2026-11-01"}),
    );
    assert_eq!(names("q=moved&month=2026-11"), [0, 1, 0, 0]);
    assert_eq!(names("q=moved&month=2026-10"), [0, 0, 0, 0]);
}

#[test]
fn pages_go_on_where_the_last_ended() {
    let home = Home::new();
    for n in 0..130 {
        let day = format!("2026-{:02}-{:02}", n % 12 + 1, n % 28 + 1);
        home.put(OPERATIONS, operation(&format!("LIDL #{n}#"), &day, -1.0, "a"));
        home.put(OPERATIONS, operation("EDF", &day, -1.0, "a"));
    }
    let (mut address, mut seen, mut pages) = ("/operations?category=400110".to_owned(), 0, 0);
    loop {
        let page = html(&address);
        seen += page.matches("LIDL #").count();
        pages += 1;
        let Some(at) = page.find("go:/operations?category=400110&amp;after=") else { break };
        let link = &page[at + 3..];
        address = link[..link.find('"').expect("its end")].replace("&amp;", "&");
    }
    assert_eq!(seen, 130);
    assert!((2..5).contains(&pages), "{pages} pages");
}

#[test]
fn a_category_is_chosen_and_taken_back() {
    let (home, ids) = household();
    let address = format!("/operations/{}", ids[3]);
    assert!(text(&address).contains("Nothing in the label tells"));
    let saved = handle(Request::post(&address, &[("category", "400750")]));
    assert_eq!(saved.content, Content::See(format!("{address}?saved=1")));
    let stored = home.get(OPERATIONS, &ids[3]).expect("the operation");
    assert_eq!(stored["manualCategoryId"], "400750");
    assert_eq!(stored["amount"], -7.0);
    let page = text(&format!("{address}?saved=1"));
    assert!(page.contains("You chose it.") && page.contains("Saved."));
    handle(Request::post(&address, &[("category", "")]));
    let stored = home.get(OPERATIONS, &ids[3]).expect("the operation");
    assert_eq!(stored.get("manualCategoryId"), None);
}

#[test]
fn alike_operations_are_set_together() {
    let (home, ids) = household();
    let twin = home.put(OPERATIONS, operation("PRLV EDF", "2026-09-12", -60.0, "a"));
    let address = format!("/operations/{}", ids[2]);
    let form = [("category", "401030"), ("alike", "on")];
    let saved = handle(Request::post(&address, &form));
    assert_eq!(saved.content, Content::See(format!("{address}?saved=2")));
    assert_eq!(home.get(OPERATIONS, &twin).expect("the twin")["manualCategoryId"], "401030");
    let other = home.get(OPERATIONS, &ids[0]).expect("another");
    assert_eq!(other.get("manualCategoryId"), None);
}

#[test]
fn a_category_that_is_none_changes_nothing() {
    let (home, ids) = household();
    for wrong in ["0", "nonsense", "400720"] {
        let form = [("category", wrong)];
        let page = handle(Request::post(&format!("/operations/{}", ids[0]), &form));
        assert!(testing::text(&page).contains("There is no such category"), "{wrong}");
    }
    assert_eq!(home.get(OPERATIONS, &ids[0]).expect("it").get("manualCategoryId"), None);
    let gone = handle(Request::post("/operations/unknown", &[("category", "400110")]));
    assert_eq!(gone.content, Content::NotFound);
}

#[test]
fn a_month_is_drawn_and_its_neighbours_named() {
    let (_home, _) = household();
    let page = html("/months/2026-10");
    assert!(page.contains("Expenses: Home 61"), "{page}");
    assert!(page.contains("go:/months/2026-09") && page.contains("go:/months/2026-11"));
    assert!(page.contains("go:/operations?month=2026-10&amp;category=401080"));
    assert!(!html("/months/2026-11").contains("go:/months/2026-12"), "no month ahead");
    assert_eq!(handle(Request::get("/months/soon")).content, Content::NotFound);
    let this_month = Content::See("/months/2026-11".to_owned());
    assert_eq!(handle(Request::get("/months")).content, this_month);
    let asked = Content::See("/months/2026-09".to_owned());
    assert_eq!(handle(Request::get("/months?month=2026-09")).content, asked);
}

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
fn odd_documents_break_no_page() {
    let home = Home::new();
    home.put(ACCOUNTS, json!({}));
    home.put(ACCOUNTS, json!({"label": 7, "balance": "12,5", "type": [], "currency": {}}));
    let id = home.put(OPERATIONS, json!({"amount": "x", "date": "2026-11-31", "label": null}));
    home.put(OPERATIONS, json!({"date": "2026-11-05", "amount": -1e300, "currency": "EURO"}));
    assert!(text("/").contains("\u{20ac}12.50"));
    assert!(text(&format!("/operations/{id}")).contains("Unknown account"));
    assert!(text("/operations").contains("No date"));
    assert!(text("/months/2026-11").contains("November 2026"));
    assert!(text("/export.csv").contains(&id));
}

#[test]
fn a_transfer_between_own_accounts_is_no_spending() {
    let home = Home::new();
    let [a, b] = ["Joint", "Livret bleu"].map(|label| home.put(ACCOUNTS, json!({"label": label})));
    let out = home.put(OPERATIONS, operation("VIR MARTIN", "2026-10-31", -300.0, &a));
    let into = home.put(OPERATIONS, operation("VIREMENT RECU", "2026-11-02", 300.0, &b));
    home.put(OPERATIONS, operation("VIR LOUIS", "2026-11-05", -40.0, &a));
    assert!(text("/months/2026-11").contains("1 transfer between own accounts is not counted"));
    assert!(html("/months/2026-11").contains("Expenses: To sort 40;"));
    for (id, other) in [(&out, &into), (&into, &out)] {
        let page = html(&format!("/operations/{id}"));
        assert!(page.contains("The same amount went the other way"), "{page}");
        assert!(page.contains(&format!("go:/operations/{other}")));
    }
    let found = html("/operations?category=600110&q=RECU");
    assert!(found.contains("VIREMENT RECU"), "though its other half does not fit: {found}");
    handle(Request::post(&format!("/operations/{out}"), &[("category", "400180")]));
    let page = html(&format!("/operations/{into}"));
    assert!(!page.contains("The same amount"), "the owner said that it is none: {page}");
}

#[test]
fn what_the_owner_chose_teaches_and_says_why() {
    let home = Home::new();
    for day in 1..4 {
        let body = operation("CB GRIMALDI LYON", &format!("2026-09-0{day}"), -14.0, "a");
        let id = home.put(OPERATIONS, body);
        handle(Request::post(&format!("/operations/{id}"), &[("category", "400710")]));
    }
    let next = home.put(OPERATIONS, operation("CB GRIMALDI PARIS", "2026-11-03", -14.0, "a"));
    let other = home.put(OPERATIONS, operation("CB ZUCCA", "2026-11-04", -14.0, "a"));
    let page = text(&format!("/operations/{next}"));
    assert!(page.contains("Sport and clubs"), "{page}");
    assert!(page.contains("Because of GRIMALDI in 3 operations that you put there."), "{page}");
    assert!(text(&format!("/operations/{other}")).contains("Nothing in the label tells"));
    assert!(html("/operations?category=400710").contains("GRIMALDI PARIS"));
    home.viewer("fr", "2026-11-23");
    let page = text(&format!("/operations/{next}"));
    assert!(page.contains("GRIMALDI dans 3 opérations que vous y avez mises"), "{page}");
}

#[test]
fn a_note_and_tags_are_kept_and_found() {
    let (home, ids) = household();
    let address = format!("/operations/{}", ids[0]);
    let form = [("category", ""), ("note", " For Louis "), ("tags", "trip, lyon,,trip")];
    handle(Request::post(&address, &form));
    let stored = home.get(OPERATIONS, &ids[0]).expect("it");
    assert_eq!(stored["note"], "For Louis");
    assert_eq!(stored["tags"], json!(["trip", "lyon"]));
    assert!(html(&address).contains("value=\"trip, lyon\""));
    assert!(html("/operations?tag=lyon").contains("CARREFOUR"));
    assert!(html("/operations?q=louis").contains("CARREFOUR"));
    assert!(!html("/operations?tag=ly").contains("CARREFOUR"));
    handle(Request::post(&address, &[("category", "")]));
    let stored = home.get(OPERATIONS, &ids[0]).expect("it");
    assert_eq!((stored.get("note"), stored.get("tags")), (None, None));
    let many: String = (0..30).map(|n| format!("t{n},")).collect();
    let refused = handle(Request::post(&address, &[("tags", &many)]));
    assert!(testing::text(&refused).contains("At most 20 tags"));
}

#[test]
fn an_operation_is_split_if_the_sum_holds() {
    let (home, ids) = household();
    let operation = format!("/operations/{}", ids[0]);
    let address = format!("{operation}/parts");
    let send = |rows: &[(&str, &str)]| {
        let fields = rows.iter().flat_map(|(a, c)| [("amount", *a), ("category", *c)]);
        testing::text(&handle(Request::post(&address, &fields.collect::<Vec<_>>())))
    };
    let saved = format!("see {operation}?saved=1");
    assert!(html(&address).contains("Part 1"));
    assert!(send(&[("50", "400110"), ("4", "400450")]).contains("make \u{2212}\u{20ac}54.00, not"));
    assert!(send(&[("54.30", "400110")]).contains("Two parts at least"));
    assert!(send(&[("x", "400110"), ("", "400450")]).contains("is not an amount"));
    assert!(send(&[("", "400110"), ("", "400450")]).contains("is not an amount"));
    assert!(send(&[("1", "nonsense"), ("", "400450")]).contains("each with a category"));
    assert_eq!(home.get(OPERATIONS, &ids[0]).expect("it").get("parts"), None);
    assert_eq!(send(&[("50", "400110"), ("", ""), ("", "400450")]), saved);
    let stored = home.get(OPERATIONS, &ids[0]).expect("it");
    assert_eq!(stored["parts"][1], json!({"amount": -4.3, "categoryId": "400450"}));
    assert!(html("/operations?category=400450").contains("CARREFOUR"));
    assert!(text("/operations").contains("2 parts"));
    assert!(html("/months/2026-11").contains("Expenses: Children 4.3;"));
    assert!(html(&address).contains("value=\"4.30\""));
    assert_eq!(send(&[("", ""), ("", "")]), saved);
    assert_eq!(home.get(OPERATIONS, &ids[0]).expect("it").get("parts"), None);
}

#[test]
fn accounts_are_shown_in_the_owners_groups() {
    let (home, _) = household();
    let id_of = |name: &str| {
        let page = html("/groups");
        let (before, _) = page.split_once(&format!("<span>{name}</span>")).expect("the account");
        let from = before.rfind("value=\"").expect("its box") + 7;
        before[from..].split('"').next().expect("its id").to_owned()
    };
    let (joint, livret) = (id_of("Joint account"), id_of("Livret"));
    let form = [("label", " House "), ("account", &joint), ("account", &livret), ("account", "x")];
    assert_eq!(handle(Request::post("/groups", &form)).content, Content::See("/groups".to_owned()));
    assert!(text("/groups").contains("House") && text("/groups").contains("2 accounts"));
    let page = text("/?by=group");
    assert!(page.contains("House") && page.contains("In no group"), "{page}");
    assert!(!page.contains("Current accounts"));
    assert!(text("/").contains("Current accounts"));
    let group = html("/groups").split("go:/groups/").nth(1).expect("a link")[..43].to_owned();
    let address = format!("/groups/{group}");
    handle(Request::post(&address, &[("label", "Home"), ("account", &livret)]));
    let stored = home.get("io.cozy.bank.groups", &group).expect("the group");
    assert_eq!(stored, json!({"label": "Home", "accounts": [livret]}));
    let refused = handle(Request::post(&address, &[("label", " ")]));
    assert!(testing::text(&refused).contains("A group needs a name."));
    handle(Request::post(&format!("{address}/delete"), &[]));
    assert_eq!(handle(Request::get(&address)).content, Content::NotFound);
    assert!(!text("/groups").contains("2 accounts"));
}

#[test]
fn a_card_that_is_debited_later_tells_what_comes() {
    let home = Home::new();
    home.put(ACCOUNTS, json!({"label": "A", "balance": 900, "comingBalance": 640.5}));
    home.put(ACCOUNTS, json!({"label": "B", "balance": 1, "comingBalance": 1}));
    assert_eq!(text("/").matches("once cards are debited").count(), 1);
    assert!(text("/").contains("\u{20ac}640.50 once cards are debited"));
}

#[test]
fn a_year_is_drawn_each_currency_for_itself() {
    let (home, _) = household();
    let page = html("/trends");
    assert!(page.contains("at the end of each month (EUR)"), "{page}");
    // 6,250.50 now, of which 2,045.70 came in November and -61 went in October.
    for sum in
        ["Balance: Sep 2026 4265.8;", "Balance: Oct 2026 4204.8;", "Balance: Nov 2026 6250.5;"]
    {
        assert!(page.contains(sum), "{sum} in {page}");
    }
    assert!(page.contains("Balance: Nov 2026 10;"), "dollars are drawn apart");
    assert!(page.contains("Income: Nov 2026 2100;") && page.contains("Expenses: Oct 2026 68;"));
    let page = html("/trends?category=401000");
    assert!(page.contains("Home: Oct 2026 61;") && page.contains("Home: Nov 2026 0;"), "{page}");
    home.viewer("fr", "2026-11-23");
    assert!(html("/trends").contains("Sur tous les comptes, à la fin de chaque mois (EUR)"));
    let _empty = Home::new();
    assert!(text("/trends").contains("No operation in the last twelve months."));
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

#[test]
fn what_comes_again_is_expected_and_forecast() {
    let (home, _) = household();
    let current = docs::find::<crate::model::Account>().all(9).expect("accounts");
    let current = &current.iter().find(|doc| doc.value.label == "Joint account").expect("it").id;
    for (day, month) in [(28, 8), (28, 9), (28, 10)] {
        let date = format!("2026-{month:02}-{day}");
        home.put(OPERATIONS, operation("PRLV LOYER", &date, -800.0, current));
        let date = format!("2026-{month:02}-15");
        home.put(OPERATIONS, operation("VIR MUTUELLE SANTE", &date, 20.0, current));
    }
    let page = text("/plan");
    for wanted in [
        "By the end of November 2026 (EUR)",
        "\u{2212}\u{20ac}800.00",
        "\u{20ac}470.50",
        "expected on 28 Nov 2026",
        "expected since 15 Nov 2026",
        "every 31 days",
    ] {
        assert!(page.contains(wanted), "{wanted} in {page}");
    }
    home.viewer("fr", "2026-11-23");
    assert!(text("/plan").contains("attendu le 28 nov. 2026"));
    let _empty = Home::new();
    assert!(text("/plan").contains("Nothing that comes again"));
}

#[test]
fn budgets_are_set_followed_and_taken_back() {
    let (home, _) = household();
    for (day, month) in [("25", "08"), ("25", "09"), ("25", "10")] {
        let date = format!("2026-{month}-{day}");
        home.put(OPERATIONS, operation("CB LIDL", &date, -30.0, "a"));
    }
    let set = |limit: &str| {
        let form = [("category", "400100"), ("limit", limit), ("currency", "eur")];
        handle(Request::post("/budgets", &form)).content
    };
    assert!(text("/budgets").contains("No budget yet."));
    assert_eq!(set("200"), Content::See("/budgets".to_owned()));
    let page = text("/budgets");
    assert!(page.contains("Within") && page.contains("\u{20ac}54.30 of \u{20ac}200.00"), "{page}");
    assert!(page.contains("\u{20ac}84.30 expected by the end of the month"), "{page}");
    for (limit, state) in [("80", "Will be over"), ("54,30", "Will be over"), ("54.2", "Over")] {
        set(limit);
        assert!(text("/budgets").contains(state), "{state} of {limit}");
    }
    let id = docs::find::<crate::plan::Settings>().all(9).expect("settings").remove(0).id;
    let stored = home.get("io.cozy.bank.settings", &id).expect("settings");
    assert_eq!(stored["categoryBudgetAlerts"].as_array().map(Vec::len), Some(1));
    assert_eq!(stored["categoryBudgetAlerts"][0]["maxThreshold"], 54.2);
    set("");
    assert!(text("/budgets").contains("No budget yet."));
    for (category, currency) in [("0x", "EUR"), ("600110", "EUR"), ("400100", "E")] {
        let form = [("category", category), ("limit", "5"), ("currency", currency)];
        handle(Request::post("/budgets", &form));
        assert!(text("/budgets").contains("No budget yet."), "{category} {currency}");
    }
}

#[test]
fn low_accounts_and_large_operations_are_told() {
    let (home, _) = household();
    let cozy = json!({"notifications": {"healthBillLinked": {"enabled": true}}, "mine": 5});
    let id = home.put("io.cozy.bank.settings", cozy);
    assert!(!text("/").contains("Alerts"));
    handle(Request::post("/alerts", &[("below", "1 300"), ("above", "1000")]));
    let page = text("/");
    assert!(page.contains("Joint account is low") && page.contains("Dollars is low"), "{page}");
    assert!(!page.contains("Livret is low"));
    assert!(page.contains("Large: VIR SALAIRE ACME") && !page.contains("Large: CB"), "{page}");
    assert!(html("/budgets").contains("value=\"1300\""));
    let stored = home.get("io.cozy.bank.settings", &id).expect("settings");
    assert_eq!(stored["notifications"]["healthBillLinked"]["enabled"], true);
    assert_eq!(stored["mine"], 5, "what is not ours stays");
    handle(Request::post("/alerts", &[("below", ""), ("above", "")]));
    assert!(!text("/").contains("Alerts"));
    let odd = handle(Request::post("/alerts", &[("below", "much")]));
    assert!(testing::text(&odd).contains("is not an amount"));
}

/// Operations of so many months before December 2026, fifteen a month on each of three accounts.
fn busy(months: usize) -> (Home, String) {
    let home = Home::new();
    let names = ["A", "B", "C"];
    let accounts = names.map(|name| home.put(ACCOUNTS, json!({"label": name, "balance": 1})));
    let mut month = Month { year: 2026, month: 11 };
    let mut first = None;
    for n in 0..months {
        for (at, account) in accounts.iter().enumerate() {
            for day in (1..30u8).step_by(2) {
                let date = Date { month, day: day.min(month.days()) }.to_string();
                let mut body = operation("VIR GRIMALDI", &date, -1.0 - at as f64, account);
                if n < 12 && day == 1 {
                    body["manualCategoryId"] = json!("400710");
                }
                let id = home.put(OPERATIONS, body);
                first.get_or_insert(id);
            }
        }
        month = month.previous();
    }
    (home, first.expect("an operation"))
}

#[test]
fn no_page_reads_more_for_a_longer_past() {
    let read = |months: usize, page: &str| {
        let (home, first) = busy(months);
        let answer = handle(Request::get(&page.replace("{id}", &first)));
        assert!(matches!(answer.content, Content::Page(_)), "{page}");
        home.documents_read()
    };
    // What was learnt, with its sample, is some 240 of each but the last.
    for (page, most) in [
        ("/", 350),
        ("/operations", 350),
        ("/operations?account=x&min=5", 250),
        ("/months/2026-11", 350),
        ("/trends", 900),
        ("/plan", 650),
        ("/budgets", 650),
        ("/operations/{id}", 250),
        ("/groups", 10),
    ] {
        let (short, long) = (read(14, page), read(17, page));
        assert!(short == long && long <= most, "{page}: {short} of 14 months, {long} of 17");
    }
}
