//! Documents as a home stores them. In: accounts, operations and bills. Out: their bodies, in the
//! order in which they got here. Never here: a field that tells the truth.

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::bills::{About, Bill};
use crate::day::{Day, written};
use crate::family::Account;
use crate::world::{Act, Invoice, Operation, Payer, World};

pub const ACCOUNTS: &str = "io.cozy.bank.accounts";
pub const OPERATIONS: &str = "io.cozy.bank.operations";
pub const BILLS: &str = "io.cozy.bills";

/// A document, with its id beside its body.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Document {
    pub doctype: &'static str,
    pub id: String,
    pub body: Map<String, Value>,
}

fn document(doctype: &'static str, id: &str, body: Value) -> Document {
    let body = match body {
        Value::Object(body) => body,
        _ => Map::new(),
    };
    Document { doctype, id: id.to_owned(), body }
}

fn euros(cents: i64) -> f64 {
    cents as f64 / 100.0
}

/// All that got here until today, the first first.
pub fn write(world: &World, bills: &[Bill]) -> Vec<Document> {
    let accounts =
        world.accounts.iter().enumerate().map(|(at, one)| (world.start, account(world, at, one)));
    let live = world.operations.iter().filter(|operation| !operation.is_gone);
    let operations = live.map(|one| (one.day + 1, operation(world, one)));
    let bills = bills.iter().map(|one| (one.told, bill(world, one)));
    let mut all: Vec<(Day, Document)> = accounts.chain(operations).chain(bills).collect();
    all.sort_by(|(day, one), (other_day, other)| (day, &one.id).cmp(&(other_day, &other.id)));
    all.into_iter().map(|(_, document)| document).collect()
}

fn account(world: &World, at: usize, account: &Account) -> Document {
    let balance = if account.is_deferred() { 0 } else { balance(world, at) };
    let mut body = json!({
        "label": account.label,
        "institutionLabel": account.bank,
        "type": account.kind,
        "currency": account.currency,
        "number": account.number,
        "vendorId": account.number,
        "balance": euros(balance),
        "balanceDate": written(world.today),
    });
    if account.is_deferred() {
        body["comingBalance"] = json!(0.0);
    }
    document(ACCOUNTS, &account.id, body)
}

/// What an account holds today, of as much at the start as it took never to be overdrawn.
fn balance(world: &World, account: usize) -> i64 {
    let moved = |one: &&Operation| one.account == account && !one.is_gone;
    let mut moved: Vec<&Operation> = world.operations.iter().filter(moved).collect();
    moved.sort_by_key(|one| one.day);
    let (mut sum, mut least) = (0, 0);
    for one in moved {
        sum += one.amount;
        least = least.min(sum);
    }
    sum - least
}

fn operation(world: &World, operation: &Operation) -> Document {
    let account = &world.accounts[operation.account];
    let mut body = json!({
        "label": operation.label,
        "originalBankLabel": operation.label,
        "type": operation.kind,
        "date": written(operation.day),
        "amount": euros(operation.amount),
        "currency": account.currency,
        "account": account.id,
        "vendorId": format!("{}-{}", account.number, operation.id),
        "automaticCategoryId": operation.category,
    });
    if operation.done != operation.day {
        body["realisationDate"] = json!(written(operation.done));
    }
    document(OPERATIONS, &operation.id, body)
}

fn bill(world: &World, bill: &Bill) -> Document {
    let mut body = match bill.about {
        About::Act { act, payment } => {
            let payment = &world.payments[payment];
            let mut body = act_body(world, &world.acts[act], payment.payer);
            body["date"] = json!(written(payment.day));
            body["groupAmount"] = json!(euros(payment.amount));
            body
        }
        About::ThirdParty { act, payer } => {
            let act = &world.acts[act];
            let mut body = act_body(world, act, payer);
            body["date"] = json!(written(act.day + 3));
            body["isThirdPartyPayer"] = json!(true);
            body
        }
        About::Payment(at) => {
            let payment = &world.payments[at];
            json!({
                "vendor": world.vendor(payment.payer),
                "type": "health_costs",
                "isRefund": true,
                "date": written(payment.day),
                "amount": euros(payment.amount),
                "groupAmount": euros(payment.amount),
            })
        }
        About::Invoice(at) => invoice(&world.invoices[at]),
    };
    body["currency"] = json!("EUR");
    if bill.copy_of.is_some() {
        // The other importer keeps the file under its own name.
        body["filename"] = json!(format!("releve-{}.pdf", written(bill.told)));
    }
    document(BILLS, &bill.id, body)
}

/// The public insurance calls people by their first name, the others by both.
fn act_body(world: &World, act: &Act, payer: Payer) -> Value {
    let name = world.people[act.person].name;
    let mut body = json!({
        "vendor": world.vendor(payer),
        "type": "health_costs",
        "isRefund": true,
        "originalDate": written(act.day),
        "originalAmount": euros(act.cost),
        "subtype": act.care.name,
    });
    match payer {
        Payer::Public => {
            body["amount"] = json!(euros(act.public));
            body["beneficiary"] = json!(name);
        }
        Payer::TopUp(_) => {
            body["amount"] = json!(euros(act.top_up));
            body["socialSecurityRefund"] = json!(euros(act.public));
            body["beneficiary"] = json!(format!("{} {name}", world.surname));
        }
    }
    body
}

fn invoice(invoice: &Invoice) -> Value {
    let mut body = json!({
        "vendor": invoice.vendor,
        "date": written(invoice.day),
        "amount": euros(invoice.amount),
        "isRefund": invoice.bought.is_some(),
    });
    if !invoice.kind.is_empty() {
        body["type"] = json!(invoice.kind);
    }
    if let Some(bought) = invoice.bought {
        body["originalDate"] = json!(written(bought));
        body["originalAmount"] = json!(euros(invoice.amount));
    }
    body
}
