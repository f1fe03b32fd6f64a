//! A recipe is followed. In: the recipe, and the provider's answers. Out: documents, deposited page
//! by page, so that what came before a failure stays.

use std::collections::{BTreeMap, BTreeSet};

use domicile_recipe::{Ask, List, Names, Pick, Place, Recipe, Step, TODAY, text, value};
use domicile_sdk::Viewer;
use domicile_sdk::importer::{Deposits, Progress, Report};
use domicile_sdk::konnector::{Failure, challenge, field, locale, messages};
use konnector_shared::text::decode;
use serde_json::{Map, Value};

use crate::ask::{Trouble, fail, failure, fetch, missing};
use crate::page::{PARTS_MAX, Page, Part};

/// Pages of one list.
const PAGES_MAX: usize = 100;
/// Documents of one list that others are asked for, or whose own pages are.
const EACH_MAX: usize = 100;

/// Follow a recipe.
pub fn run(recipe: &Recipe, out: &mut Deposits, progress: &Progress) -> Result<Report, Failure> {
    let mut names = typed(recipe);
    let mut page = Page::empty();
    for step in &recipe.step {
        if let Some(next) = take_step(recipe, step, &page, &mut names)? {
            page = next;
        }
    }
    let told = told(recipe);
    let (found, report) = (BTreeMap::new(), Report::default());
    let mut run = Run { recipe, told: &told, out, found, report };
    for (at, list) in recipe.list.iter().enumerate() {
        progress.report(at as u64, recipe.list.len() as u64, &list.name);
        run.list(list, &names)?;
    }
    let count = |list: &List| run.found.get(list.name.as_str()).map_or(0, |found| found.count);
    let counts = recipe.list.iter().map(|list| format!("{} {}", count(list), list.name));
    run.report.summary = counts.collect::<Vec<_>>().join(", ");
    Ok(run.report)
}

/// What the provider sent, for the lists without a request of their own. What is no page has
/// nothing on it.
fn told(recipe: &Recipe) -> Vec<Page> {
    if recipe.list.iter().all(|list| list.ask.is_some()) {
        return Vec::new();
    }
    let page = |body: Vec<u8>| Page::read(&decode(&body, None).text);
    messages().map(|message| page(message.body).unwrap_or_else(|_| Page::empty())).collect()
}

/// What names stand for at the start: the day, and what the owner typed.
fn typed(recipe: &Recipe) -> Names {
    let today = Value::String(Viewer::current().today.to_string());
    let fields = recipe
        .names()
        .into_iter()
        .filter_map(|name| Some((name.to_owned(), Value::String(field(name)?))));
    fields.chain([(TODAY.to_owned(), today)]).collect()
}

/// One step of the way in; its page, if it asked for one.
fn take_step(
    recipe: &Recipe,
    step: &Step,
    page: &Page,
    names: &mut Names,
) -> Result<Option<Page>, Failure> {
    let is_there = |pick: &Pick| page.has(pick);
    if step.when.as_ref().is_some_and(|pick| !is_there(pick))
        || step.unless.as_ref().is_some_and(is_there)
    {
        return Ok(None);
    }
    if let Some(code) = &step.code {
        challenge(&code.secret, code.question.in_locale(&locale()))?;
    }
    let next = match &step.ask {
        Some(ask) => match (fetch(ask, names, &recipe.fail), step.refused) {
            (Ok(page), _) => Some(page),
            (Err(Trouble::Refused(_, page)), _) if step.attempt => Some(page),
            (Err(Trouble::Refused(..)), Some(word)) => return Err(failure(word)),
            (Err(trouble), _) => return Err(trouble.into()),
        },
        None => None,
    };
    let now = next.as_ref().unwrap_or(page);
    fail(&step.fail, now)?;
    expect(step.expect.as_ref(), now)?;
    for (name, pick) in &step.take {
        let found = Part::Whole(now).find(pick).ok_or_else(|| Failure::Other(missing(name)))?;
        names.insert(name.clone(), found);
    }
    Ok(next)
}

/// A page without this is another one.
fn expect(pick: Option<&Pick>, page: &Page) -> Result<(), Failure> {
    match pick {
        Some(pick) if !page.has(pick) => Err(Failure::Other(missing(pick.as_str()))),
        _ => Ok(()),
    }
}

/// The documents of a list.
#[derive(Default)]
struct Found {
    count: usize,
    /// What the first of them name, for the lists that are asked for once for each.
    names: Vec<Names>,
}

/// What has come of the lists so far.
struct Run<'a> {
    recipe: &'a Recipe,
    told: &'a [Page],
    out: &'a mut Deposits,
    found: BTreeMap<&'a str, Found>,
    report: Report,
}

impl<'a> Run<'a> {
    fn list(&mut self, list: &'a List, names: &Names) -> Result<(), Failure> {
        let around = match &list.per {
            None => vec![names.clone()],
            Some(other) => {
                let other = self.found.get(other.as_str());
                let around = other.map(|found| found.names.clone()).unwrap_or_default();
                self.cut(list, other.is_some_and(|found| found.count > around.len()));
                around
            }
        };
        for names in &around {
            match &list.ask {
                Some(ask) => self.pages(list, ask, names)?,
                None => self.told(list, names)?,
            }
        }
        // There is one of each list, if only an empty one.
        self.found.entry(list.name.as_str()).or_default();
        Ok(())
    }

    /// All pages of one list.
    fn pages(&mut self, list: &'a List, ask: &Ask, around: &Names) -> Result<(), Failure> {
        let mut names = around.clone();
        if let Some(next) = &list.next {
            let first = next.count.map_or(Value::String(String::new()), Value::from);
            names.insert(next.name.clone(), first);
        }
        for _ in 0..PAGES_MAX {
            let page = fetch(ask, &names, &self.recipe.fail)?;
            fail(&list.fail, &page)?;
            expect(list.expect.as_ref(), &page)?;
            let parts = self.parts(list, &page, around)?;
            let parts = parts.ok_or_else(|| Failure::Other(missing(list.each.as_str())))?;
            match following(list, &page, parts, &names) {
                Some((name, value)) => names.insert(name, value),
                None => return Ok(()),
            };
        }
        self.cut(list, true);
        Ok(())
    }

    /// What the provider sent. It may send other things too: what has no part of the list ends
    /// nothing.
    fn told(&mut self, list: &'a List, around: &Names) -> Result<(), Failure> {
        for page in self.told {
            fail(&list.fail, page)?;
            if self.parts(list, page, around)?.is_none() {
                self.warn(missing(list.each.as_str()));
            }
        }
        Ok(())
    }

    /// The documents of one page, and how many parts it has; `None` for another page.
    fn parts(
        &mut self,
        list: &'a List,
        page: &Page,
        around: &Names,
    ) -> Result<Option<usize>, Failure> {
        let Some(parts) = page.parts(&list.each, &columns(list)) else { return Ok(None) };
        self.cut(list, parts.len() == PARTS_MAX);
        for part in &parts {
            self.part(list, part, around)?;
        }
        // So that it stays even if the home has to stop this run.
        self.out.flush()?;
        Ok(Some(parts.len()))
    }

    /// One document.
    fn part(&mut self, list: &'a List, part: &Part<'_>, around: &Names) -> Result<(), Failure> {
        let mut names = around.clone();
        take(&list.take, part, &mut names);
        let key = text(&list.key, &names).filter(|key| !key.is_empty());
        if let Some(follow) = list.follow.as_ref().filter(|_| key.is_some()) {
            if self.found.get(list.name.as_str()).is_some_and(|found| found.count >= EACH_MAX) {
                self.cut(list, true);
                return Ok(());
            }
            let page = fetch(&follow.ask, &names, &self.recipe.fail)?;
            expect(follow.expect.as_ref(), &page)?;
            take(&follow.take, &Part::Whole(&page), &mut names);
        }
        let Some(key) = key else {
            self.report.warnings.push(left_out(list));
            return Ok(());
        };
        if let Some(doctype) = &list.doctype {
            let fields = list
                .document
                .iter()
                .filter_map(|(name, field)| Some((name.clone(), value(field, &names)?)));
            let body = Value::Object(fields.collect::<Map<_, _>>());
            names.insert(format!("{} id", list.name), self.out.id_of(doctype, &key)?.into());
            self.out.put_value(doctype, key, &body)?;
        }
        let found = self.found.entry(list.name.as_str()).or_default();
        found.count += 1;
        if found.names.len() < EACH_MAX {
            found.names.push(names);
        }
        Ok(())
    }

    /// Tell the owner, once, if there was more than a run takes.
    fn cut(&mut self, list: &List, is_cut: bool) {
        let line = match locale().as_str() {
            "fr" => format!("`{}` : il y en a plus qu'une ex\u{e9}cution n'en prend", list.name),
            _ => format!("`{}`: there are more than one run takes", list.name),
        };
        if is_cut {
            self.warn(line);
        }
    }

    /// Tell the owner, once.
    fn warn(&mut self, line: String) {
        if !self.report.warnings.contains(&line) {
            self.report.warnings.push(line);
        }
    }
}

fn take(picks: &BTreeMap<String, Pick>, part: &Part<'_>, names: &mut Names) {
    for (name, pick) in picks {
        match part.find(pick) {
            Some(value) => names.insert(name.clone(), value),
            None => names.remove(name),
        };
    }
}

/// The columns that a list looks at, if it is a table.
fn columns(list: &List) -> Vec<&str> {
    let columns = list.take.values().filter_map(|pick| match &pick.place {
        Place::Csv(column) => Some(column.as_str()),
        _ => None,
    });
    columns.collect::<BTreeSet<_>>().into_iter().collect()
}

/// The name of the next page and what it stands for then; `None` after the last one.
fn following(list: &List, page: &Page, parts: usize, names: &Names) -> Option<(String, Value)> {
    let next = list.next.as_ref()?;
    let value = match (&next.take, names.get(&next.name)) {
        (Some(take), before) => {
            // A page that leads to itself is the last one.
            Part::Whole(page).find(take).filter(|value| before != Some(value))?
        }
        (None, Some(before)) if parts > 0 => Value::from(before.as_u64()? + 1),
        _ => return None,
    };
    Some((next.name.clone(), value))
}

fn left_out(list: &List) -> String {
    match locale().as_str() {
        "fr" => {
            format!("`{}` : un \u{e9}l\u{e9}ment sans identifiant ou sans date lisible", list.name)
        }
        _ => format!("`{}`: one that has no id, or nothing that could be read", list.name),
    }
}
