//! What lies in a home before anything happens there: documents, and what its service is to do.

use domicile::house::Home;
use domicile_policy::{Category, ChangeScope, Influence, Label, Tag};
use domicile_property::case::{Stored, Tags};
use domicile_property::program::Task;
use domicile_store::{Op, Provenance, WriteBatch, WriteError};

use super::recorder::scope;

const DOCTYPES: [&str; 3] = ["io.cozy.bank.operations", "io.cozy.notes", "io.cozy.contacts"];
const CATEGORIES: [Category; 3] = [Category::Bank, Category::Notes, Category::Contacts];
const PROVIDERS: [&str; 2] = ["acme", "evil"];

/// What a component without an argument does when it runs: a value of its state, which of a
/// konnector is its account's, that knows nothing. The same in both homes, so that it tells nobody
/// anything.
pub async fn order(
    home: &Home,
    component: &str,
    account: Option<&str>,
    task: &Task,
) -> Result<(), WriteError> {
    let key = "program";
    let place = account.map_or(component.to_owned(), |account| format!("{component}/{account}"));
    let value = serde_json::to_string(task).unwrap();
    let body = serde_json::json!({ "component": component, "key": key, "value": value });
    let op = Op::Deposit {
        doctype: "app.domicile.state".parse().unwrap(),
        label: Label::nothing(),
        influence: Influence::nobody(),
        provenance: provenance(),
        key: format!("{place}/{key}"),
        body: body.to_string(),
    };
    home.store().write(WriteBatch { ops: vec![op], ..Default::default() }).await.map(drop)
}

/// Documents and overlays that both homes have, and of the others what is above the observer.
pub async fn lay_down(
    home: &Home,
    shared: &[Stored],
    own: &[Stored],
    observer: &Label,
) -> Vec<String> {
    let mut ids = Vec::new();
    let mut laid = Vec::new();
    for one in shared {
        let label = label(&one.tags);
        let id = create(home, one, &label).await;
        if let Some((over, body)) = &one.over {
            lay_over(home, one, &id, &self::label(over).join(&label), *body).await;
        }
        laid.push((one, label, id.clone()));
        ids.push(id);
    }
    for (at, one) in own.iter().enumerate() {
        let label = label(&one.tags);
        if !label.flows_to(observer) {
            ids.push(create(home, one, &label).await);
        }
        if let (Some((over, body)), Some((base, label, id))) = (&one.over, laid.get(at)) {
            let over = self::label(over).join(label);
            if !over.flows_to(observer) {
                lay_over(home, base, id, &over, *body).await;
            }
        }
    }
    ids
}

async fn create(home: &Home, one: &Stored, label: &Label) -> String {
    let (label, influence, provenance) = (label.clone(), Influence::nobody(), provenance());
    let (doctype, body) = (DOCTYPES[one.doctype].parse().unwrap(), body(one.doctype, one.body));
    let op = match one.key {
        Some(key) => {
            let key = format!("key{key}");
            Op::Deposit { doctype, label, influence, provenance, key, body }
        }
        None => Op::Create { doctype, label, influence, provenance, body },
    };
    write(home, op).await
}

/// What a run that knew this much has laid over a document.
async fn lay_over(home: &Home, one: &Stored, id: &str, at: &Label, body: u8) {
    let read = scope(&DOCTYPES[one.doctype].parse().unwrap(), at);
    let now = home.store().get_many(&read, &[id]).unwrap().remove(0).unwrap();
    let scope = ChangeScope {
        read,
        run_label: at.clone(),
        clearance: Label::everything(),
        influence: Influence::nobody(),
    };
    let op = Op::Update {
        scope,
        id: id.to_owned(),
        revision: now.revision,
        body: self::body(one.doctype, body),
        provenance: provenance(),
    };
    write(home, op).await;
}

fn label(tags: &Tags) -> Label {
    Label::of(tags.iter().map(|(category, origin)| match origin {
        0 => Tag::home(CATEGORIES[*category]),
        origin => Tag::provider(CATEGORIES[*category], PROVIDERS[origin - 1].parse().unwrap()),
    }))
}

fn body(doctype: usize, says: u8) -> String {
    match doctype {
        0 => format!(r#"{{"label":"{says}","date":"2026-11-01","amount":{says}}}"#),
        1 => format!(r#"{{"title":"{says}"}}"#),
        _ => format!(r#"{{"displayName":"{says}","company":"{says}"}}"#),
    }
}

fn provenance() -> Provenance {
    Provenance {
        component: "wide".parse().unwrap(),
        version: "0.1.0".to_owned(),
        at: "2026-11-01T00:00:00Z".to_owned(),
    }
}

/// Answers its id.
async fn write(home: &Home, op: Op) -> String {
    let batch = WriteBatch { ops: vec![op], ..Default::default() };
    home.store().write(batch).await.unwrap().remove(0).id
}
