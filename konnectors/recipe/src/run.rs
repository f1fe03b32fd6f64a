//! A recipe is followed. In: the recipe, and the provider's answers. Out: documents, deposited page
//! by page, so that what came before a failure stays.

use std::collections::BTreeMap;

use domicile_sdk::importer::{Deposits, Progress, Report};
use domicile_sdk::konnector::{
    Answer, Failure, FetchError, challenge, field, locale, messages, route,
};
use serde_json::{Map, Value};

use crate::page::{Page, Part};
use crate::recipe::{Ask, Fail, List, Recipe, Step};
use crate::template::{self, Names};

/// Pages of one list.
const PAGES_MAX: usize = 100;
/// Documents of one list that others are asked for.
const EACH_MAX: usize = 100;
/// Redirects that are followed after one request.
const REDIRECTS_MAX: usize = 5;

/// Follow a recipe.
pub fn run(recipe: &Recipe, out: &mut Deposits, progress: &Progress) -> Result<Report, Failure> {
    let mut names = Names::new();
    let mut page = Page::new(String::new());
    for step in &recipe.step {
        if let Some(next) = take_step(step, &page, &mut names)? {
            page = next;
        }
    }
    // Each list without a request of its own looks at all that was sent.
    let told: Vec<Page> = messages().map(|message| Page::new(text(&message.body))).collect();
    let mut found: BTreeMap<&str, Vec<Names>> = BTreeMap::new();
    let mut report = Report::default();
    for (at, list) in recipe.list.iter().enumerate() {
        progress.report(at as u64, recipe.list.len() as u64, &list.name);
        let around = match &list.per {
            None => vec![names.clone()],
            Some(other) => found.get(other.as_str()).cloned().unwrap_or_default(),
        };
        let mut documents = Vec::new();
        for names in around.iter().take(EACH_MAX) {
            match &list.ask {
                Some(ask) => collect(list, ask, names, out, &mut documents, &mut report)?,
                None => {
                    for page in &told {
                        read(list, page, names, out, &mut documents, &mut report)?;
                    }
                }
            }
        }
        found.insert(&list.name, documents);
    }
    report.summary = recipe
        .list
        .iter()
        .map(|list| format!("{} {}", found.get(list.name.as_str()).map_or(0, Vec::len), list.name))
        .collect::<Vec<_>>()
        .join(", ");
    Ok(report)
}

/// One step of the way in; its page, if it asked for one.
fn take_step(step: &Step, page: &Page, names: &mut Names) -> Result<Option<Page>, Failure> {
    if step.when.as_ref().is_some_and(|pick| !is_on(page, pick)) {
        return Ok(None);
    }
    if let Some(code) = &step.code {
        challenge(&code.secret, code.question.in_locale(&locale()))?;
    }
    let next = match &step.ask {
        Some(ask) => Some(fetch(ask, names).map_err(|error| match (error, step.refused) {
            (Trouble::Refused(_), Some(word)) => word.into(),
            (other, _) => Failure::from(other),
        })?),
        None => None,
    };
    let now = next.as_ref().unwrap_or(page);
    fail(&step.fail, now)?;
    for (name, pick) in &step.take {
        let found = Part::Whole(now).find(pick).ok_or_else(|| Failure::Other(missing(name)))?;
        names.insert(name.clone(), found);
    }
    Ok(next)
}

fn is_on(page: &Page, pick: &crate::pick::Pick) -> bool {
    Part::Whole(page).find(pick).is_some() || !page.parts(pick).is_empty()
}

fn fail(fails: &[Fail], page: &Page) -> Result<(), Failure> {
    match fails.iter().find(|fail| is_on(page, &fail.on)) {
        Some(fail) => Err(fail.is.into()),
        None => Ok(()),
    }
}

/// The provider's pages are not as the recipe says.
fn missing(name: &str) -> String {
    match locale().as_str() {
        "fr" => format!("il n'y a plus de `{name}` sur la page : la recette est \u{e0} revoir"),
        _ => format!("there is no `{name}` on the page any more: the recipe has to be mended"),
    }
}

/// All pages of one list.
fn collect(
    list: &List,
    ask: &Ask,
    around: &Names,
    out: &mut Deposits,
    documents: &mut Vec<Names>,
    report: &mut Report,
) -> Result<(), Failure> {
    let mut names = around.clone();
    if let Some(next) = &list.next {
        names.insert(next.name.clone(), Value::String(String::new()));
    }
    for _ in 0..PAGES_MAX {
        let page = fetch(ask, &names)?;
        read(list, &page, around, out, documents, report)?;
        let next = list
            .next
            .as_ref()
            .and_then(|next| Some((next.name.clone(), Part::Whole(&page).find(&next.take)?)));
        match next {
            // A page that leads to itself is the last one.
            Some((name, value)) if names.get(&name) != Some(&value) => names.insert(name, value),
            _ => return Ok(()),
        };
    }
    Ok(())
}

/// One page, or one message.
fn read(
    list: &List,
    page: &Page,
    around: &Names,
    out: &mut Deposits,
    documents: &mut Vec<Names>,
    report: &mut Report,
) -> Result<(), Failure> {
    fail(&list.fail, page)?;
    let rows = page.rows(&list.each);
    let parts = page.parts(&list.each).into_iter().chain(rows.iter().map(Part::Value));
    for part in parts {
        match deposit(list, &part, around, out)? {
            Some(found) => documents.push(found),
            None => report.warnings.push(left_out(list)),
        }
    }
    Ok(())
}

fn text(body: &[u8]) -> String {
    String::from_utf8_lossy(body).into_owned()
}

fn left_out(list: &List) -> String {
    match locale().as_str() {
        "fr" => {
            format!("`{}` : un \u{e9}l\u{e9}ment sans identifiant ou sans date lisible", list.name)
        }
        _ => format!("`{}`: one that has no id, or nothing that could be read", list.name),
    }
}

/// One document, with the names that lists below may use; `None` if it has no key.
fn deposit(
    list: &List,
    part: &Part<'_>,
    around: &Names,
    out: &mut Deposits,
) -> Result<Option<Names>, Failure> {
    let mut names = around.clone();
    for (name, pick) in &list.take {
        match part.find(pick) {
            Some(value) => names.insert(name.clone(), value),
            None => names.remove(name),
        };
    }
    let Some(key) = template::text(&list.key, &names).filter(|key| !key.is_empty()) else {
        return Ok(None);
    };
    if let Some(doctype) = &list.doctype {
        let fields = list
            .document
            .iter()
            .filter_map(|(name, field)| Some((name.clone(), template::value(field, &names)?)));
        let body = Value::Object(fields.collect::<Map<_, _>>());
        names.insert(format!("{} id", list.name), out.id_of(doctype, &key)?.into());
        out.put_value(doctype, key, &body)?;
    }
    Ok(Some(names))
}

/// Ask along a route, and go where the provider sends on along declared routes.
fn fetch(ask: &Ask, names: &Names) -> Result<Page, Trouble> {
    let filled = |template: &String| {
        let mut all = names.clone();
        // What the owner typed has names too.
        for part in template.split('{').skip(1) {
            let name = part.split('}').next().unwrap_or_default();
            if !all.contains_key(name) {
                all.extend(field(name).map(|value| (name.to_owned(), Value::String(value))));
            }
        }
        template::text(template, &all).ok_or_else(|| Failure::Other(missing(template)))
    };
    let mut request = route(&ask.route);
    for (name, template) in &ask.slots {
        request = request.slot(name, filled(template)?);
    }
    for (name, template) in &ask.query {
        let value = filled(template)?;
        if !value.is_empty() {
            request = request.query(name, value);
        }
    }
    if let Some(form) = &ask.form {
        let fields: Vec<(&str, String)> = form
            .iter()
            .map(|(name, text)| Ok((name.as_str(), filled(text)?)))
            .collect::<Result<_, Failure>>()?;
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
        request = request.form(&fields);
    }
    if let Some(json) = &ask.json {
        let body = template::value(json, names).unwrap_or_default();
        request = request.json(&body);
    }
    let mut answer = request.send()?;
    for _ in 0..REDIRECTS_MAX {
        let Some(to) = sent_on(&answer)? else { break };
        answer = route(&to).send()?;
    }
    match answer.status {
        400 | 401 | 403 => Err(Trouble::Refused(answer.status)),
        _ => Ok(Page::new(answer.good()?.text())),
    }
}

/// Why there is no page.
enum Trouble {
    /// The provider refuses, with this status.
    Refused(u16),
    /// Anything else.
    Other(Failure),
}

impl From<Trouble> for Failure {
    fn from(trouble: Trouble) -> Failure {
        match trouble {
            Trouble::Refused(status) => FetchError::Status(status).into(),
            Trouble::Other(failure) => failure,
        }
    }
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Trouble {
        Trouble::Other(failure)
    }
}

impl From<FetchError> for Trouble {
    fn from(error: FetchError) -> Trouble {
        Trouble::Other(error.into())
    }
}

/// The route that an answer leads to, if it leads somewhere.
fn sent_on(answer: &Answer) -> Result<Option<String>, Failure> {
    if !(300..400).contains(&answer.status) {
        return Ok(None);
    }
    match answer.header("location").and_then(|to| to.strip_prefix("route ")) {
        Some(name) => Ok(Some(name.to_owned())),
        None => Err(Failure::Other(match locale().as_str() {
            "fr" => "le fournisseur renvoie vers une adresse que la recette ne conna\u{ee}t pas"
                .to_owned(),
            _ => "the provider leads to an address that the recipe does not know".to_owned(),
        })),
    }
}
