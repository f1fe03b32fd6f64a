//! What is wrong with a recipe, before anybody runs it.
//!
//! In: the text of a manifest, and the manifest. Out: a sentence for each mistake, with its line
//! and what to write instead. What the konnector that follows recipes would not understand, or
//! would find out at the provider's door, must never pass.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use domicile_policy::Action;
use domicile_proto::doctype::{DoctypeSpec, Doctypes, FILES};
use domicile_proto::manifest::{BodyKind, Manifest, Route, SecretKind};
use domicile_proto::suggest::hint;
use domicile_recipe::{Ask, Fail, List, Place, Step, TODAY, names, names_in};
use serde::Deserialize;
use serde_json::Value;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

/// What to write for a key that is missing.
const EXAMPLES: [(&str, &str); 15] = [
    ("ask", "ask = { route = \"bills\" }"),
    ("each", "each = \"css #bills tr\""),
    ("en", "en = \"...\""),
    ("fr", "fr = \"...\""),
    ("is", "is = \"login-failed\""),
    ("key", "key = \"{id}\""),
    ("list", "a `[[recipe.list]]` with name, ask, each, take and key"),
    ("mime", "mime = \"application/pdf\""),
    ("name", "name = \"bills\""),
    ("on", "on = \"css .error\""),
    ("path", "path = \"Bills/{id}.pdf\""),
    ("question", "question = { en = \"...\", fr = \"...\" }"),
    ("route", "route = \"bills\", the name of a `[[route]]`"),
    ("secret", "secret = \"sms\", the name of a `[[secret]]` of kind `code`"),
    ("take", "take = { id = \"css @id\" }"),
];

/// One mistake.
#[derive(Debug, PartialEq, Eq)]
pub struct Mistake {
    /// From 1.
    line: usize,
    /// What is wrong, and what to do.
    says: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.says)
    }
}

/// All mistakes of a manifest's recipe; none of a manifest without one.
pub fn mistakes(text: &str, manifest: &Manifest) -> Vec<Mistake> {
    let mut check = Check { text, manifest, doctypes: granted(manifest), mistakes: Vec::new() };
    if let Ok(whole) = DeTable::parse(text)
        && let Some((_, recipe)) = entry(whole.get_ref(), "recipe")
    {
        check.recipe(recipe);
    }
    check.mistakes.sort_by_key(|mistake| mistake.line);
    check.mistakes
}

/// What the konnector may deposit.
fn granted(manifest: &Manifest) -> BTreeMap<String, DoctypeSpec> {
    let known = Doctypes::builtin();
    let lines = manifest.grants.iter().map(|grant| &grant.line);
    lines
        .filter(|line| line.actions.contains(&Action::Deposit))
        .filter_map(|line| Some((line.doctype.to_string(), known.get(&line.doctype)?.clone())))
        .collect()
}

type Item<'a> = Spanned<DeValue<'a>>;

fn entry<'a, 'b>(table: &'b DeTable<'a>, name: &str) -> Option<(usize, &'b Item<'a>)> {
    let mut entries = table.iter().filter(|(key, _)| key.get_ref() == name);
    entries.next().map(|(key, value)| (key.span().start, value))
}

/// A part of the recipe, with what may be named in it.
struct Part<'a, 'b> {
    item: &'b Item<'a>,
    names: BTreeSet<String>,
}

struct Check<'a> {
    text: &'a str,
    manifest: &'a Manifest,
    doctypes: BTreeMap<String, DoctypeSpec>,
    mistakes: Vec<Mistake>,
}

impl<'a> Check<'a> {
    fn recipe(&mut self, recipe: &Item<'a>) {
        let DeValue::Table(parts) = recipe.get_ref() else { return };
        for (key, value) in parts.iter() {
            if !["fail", "step", "list"].contains(&key.get_ref().as_ref()) {
                let says = unknown(key.get_ref(), ["fail", "step", "list"]);
                self.mistake(key.span().start, says);
            } else if !matches!(value.get_ref(), DeValue::Array(_)) {
                let says = format!("`{0}` is a list: write `[[recipe.{0}]]`", key.get_ref());
                self.mistake(key.span().start, says);
            }
        }
        self.read::<Fail>(parts, "fail");
        let steps = self.read::<Step>(parts, "step");
        let lists = self.read::<List>(parts, "list");
        if entry(parts, "list").is_none() {
            self.mistake(recipe.span().start, missing("list"));
        }
        let mut names: BTreeSet<String> = [TODAY.to_owned()].into();
        let fields = self.manifest.konnector.iter().flat_map(|konnector| &konnector.fields);
        names.extend(fields.map(|field| field.name.clone()));
        for (item, step) in &steps {
            self.step(&Part { item, names: names.clone() }, step);
            names.extend(step.take.keys().cloned());
        }
        let mut known: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for (item, list) in &lists {
            let names = self.around(item, list, &known, &names);
            let found = self.list(Part { item, names }, list);
            if known.insert(&list.name, found).is_some() {
                let says = format!("there is a list `{}` already: give it another name", list.name);
                self.at(item, &["name"], says);
            }
        }
        let through =
            |name: &String| lists.iter().any(|(_, other)| other.per.as_ref() == Some(name));
        for (item, list) in &lists {
            if list.doctype.is_none() && !through(&list.name) {
                let says = "nothing becomes of this list: give it a `doctype`, or to another list \
                            `per` it";
                self.at(item, &["name"], says.to_owned());
            }
        }
    }

    /// The parts of one kind that can be read.
    fn read<T: Deserialize<'a>>(&mut self, parts: &DeTable<'a>, name: &str) -> Vec<(Item<'a>, T)> {
        let Some((_, value)) = entry(parts, name) else { return Vec::new() };
        let DeValue::Array(items) = value.get_ref() else { return Vec::new() };
        let mut read = Vec::new();
        for item in items.iter() {
            match T::deserialize(ValueDeserializer::from(item.clone())) {
                Ok(part) => read.push((item.clone(), part)),
                Err(error) => {
                    let start = error.span().map_or(item.span().start, |span| span.start);
                    self.mistake(start, words(error.message()));
                }
            }
        }
        read
    }

    fn step(&mut self, part: &Part<'_, '_>, step: &Step) {
        if let Some(ask) = &step.ask {
            self.ask(part, &["ask"], ask);
        }
        let konnector = self.manifest.konnector.as_ref();
        let secrets = konnector.map(|konnector| konnector.secrets.as_slice()).unwrap_or_default();
        let codes = secrets.iter().filter(|secret| secret.kind == SecretKind::Code);
        if let Some(code) = &step.code
            && !codes.clone().any(|secret| secret.name == code.secret)
        {
            let says = format!(
                "`{}` is no `[[secret]]` of kind `code`; {}",
                code.secret,
                hint(&code.secret, codes.map(|secret| secret.name.as_str()))
            );
            self.at(part.item, &["code", "secret"], says);
        }
    }

    /// What the templates of a list may name.
    fn around(
        &mut self,
        item: &Item<'_>,
        list: &List,
        known: &BTreeMap<&str, BTreeSet<String>>,
        names: &BTreeSet<String>,
    ) -> BTreeSet<String> {
        let Some(per) = &list.per else { return names.clone() };
        known.get(per.as_str()).cloned().unwrap_or_else(|| {
            let hint = hint(per, known.keys().copied());
            self.at(item, &["per"], format!("no list above is called `{per}`; {hint}"));
            names.clone()
        })
    }

    /// What the lists that are asked for once for each of its documents may name.
    fn list(&mut self, mut part: Part<'_, '_>, list: &List) -> BTreeSet<String> {
        let item = part.item;
        let mut first = Part { item, names: part.names.clone() };
        if let Some(next) = &list.next {
            first.names.insert(next.name.clone());
            if next.take.is_some() == next.count.is_some() {
                let says = "write `take`, what leads to the next page, or `count = 1`, not both";
                self.at(item, &["next"], says.to_owned());
            }
        }
        match &list.ask {
            Some(ask) => self.ask(&first, &["ask"], ask),
            None if self.hears() => {}
            None => self.at(item, &["name"], missing("ask")),
        }
        let any_page = matches!(list.each.place, Place::Css(..)) && list.expect.is_none();
        if any_page && list.ask.is_some() {
            let says = "any page would pass for an empty list: write `expect = \"css #...\"`, what \
                        every page of the list has";
            self.at(item, &["each"], says.to_owned());
        }
        part.names.extend(list.take.keys().cloned());
        if let Some(follow) = &list.follow {
            self.ask(&part, &["follow", "ask"], &follow.ask);
            part.names.extend(follow.take.keys().cloned());
        }
        if let Some(file) = &list.file {
            self.ask(&part, &["file", "ask"], &file.ask);
            self.named(&part, &["file", "path"], names_in(&file.path));
            if !self.doctypes.contains_key(FILES) {
                let says =
                    format!("no `[[grant]]` lets it save files: add one to deposit `{FILES}`");
                self.at(item, &["file"], says);
            }
        }
        self.named(&part, &["key"], names_in(&list.key));
        for (name, value) in &list.document {
            self.named(&part, &["document", name], names(value));
        }
        if let Some(doctype) = &list.doctype {
            self.document(item, doctype, &list.document);
            part.names.insert(format!("{} id", list.name));
        }
        part.names
    }

    /// Whether its provider sends messages, which a list without a request looks at.
    fn hears(&self) -> bool {
        self.manifest.trigger.as_ref().is_some_and(|trigger| trigger.webhook.is_some())
    }

    fn document(&mut self, item: &Item<'_>, name: &str, document: &BTreeMap<String, Value>) {
        let Some(doctype) = self.doctypes.get(name).cloned() else {
            let hint = hint(name, self.doctypes.keys().map(String::as_str));
            let says = format!("no `[[grant]]` lets it deposit `{name}`; {hint}");
            return self.at(item, &["doctype"], says);
        };
        let fields = &doctype.schema.0;
        for field in document.keys().filter(|field| !fields.contains_key(*field)) {
            let says = format!(
                "`{name}` has no field `{field}`; {}",
                hint(field, fields.keys().map(String::as_str))
            );
            self.at(item, &["document", field], says);
        }
        for (field, _) in fields.iter().filter(|(_, field)| field.required) {
            if !document.contains_key(field) {
                let says = format!("every `{name}` needs a `{field}`: write `{field} = \"...\"`");
                self.at(item, &["document"], says);
            }
        }
    }

    fn ask(&mut self, part: &Part<'_, '_>, path: &[&str], ask: &Ask) {
        let within = |names: &[&'static str]| [path, names].concat();
        let routes = self.manifest.konnector.as_ref().map(|konnector| &konnector.routes);
        let Some(route) = routes.into_iter().flatten().find(|route| route.name == ask.route) else {
            let names = routes.into_iter().flatten().map(|route| route.name.as_str());
            let says =
                format!("no `[[route]]` is called `{0}`; {1}", ask.route, hint(&ask.route, names));
            return self.at(part.item, &within(&["route"]), says);
        };
        for slot in route.slots.keys().filter(|slot| !ask.slots.contains_key(*slot)) {
            let says = format!(
                "the route's path has a `{{{slot}}}`: write `slots = {{ {slot} = \"...\" }}`"
            );
            self.at(part.item, path, says);
        }
        for (key, said, declared) in
            [("slots", &ask.slots, &route.slots), ("query", &ask.query, &route.query)]
        {
            for name in said.keys().filter(|name| !declared.contains_key(*name)) {
                let hint = hint(name, declared.keys().map(String::as_str));
                let says =
                    format!("`{name}` is not in the `{key}` of the route `{}`; {hint}", route.name);
                self.at(part.item, &[path, &[key, name.as_str()]].concat(), says);
            }
        }
        if let Some(says) = body(ask, route) {
            self.at(part.item, path, says);
        }
        self.named(part, path, ask.names());
    }

    /// Whether names stand for something.
    fn named<'n>(
        &mut self,
        part: &Part<'_, '_>,
        path: &[&str],
        names: impl IntoIterator<Item = &'n str>,
    ) {
        for name in names {
            let day = name.strip_prefix(TODAY).and_then(|rest| rest.strip_prefix(" - "));
            if !part.names.contains(name) && day.is_none_or(|days| days.parse::<u32>().is_err()) {
                let hint = hint(name, part.names.iter().map(String::as_str));
                self.at(part.item, path, format!("`{{{name}}}` stands for nothing here; {hint}"));
            }
        }
    }

    /// A mistake at a key of a part, or as near to it as there is something.
    fn at(&mut self, item: &Item<'_>, path: &[&str], says: String) {
        let (mut start, mut item) = (item.span().start, item);
        for name in path {
            let DeValue::Table(table) = item.get_ref() else { break };
            let Some((at, within)) = entry(table, name) else { break };
            (start, item) = (at, within);
        }
        self.mistake(start, says);
    }

    fn mistake(&mut self, start: usize, says: String) {
        let before = self.text.get(..start).unwrap_or_default();
        self.mistakes.push(Mistake { line: before.matches('\n').count() + 1, says });
    }
}

/// Whether a request carries what its route says.
fn body(ask: &Ask, route: &Route) -> Option<String> {
    let carried = match (&ask.form, &ask.json) {
        (Some(_), Some(_)) => return Some("write `form` or `json`, not both".to_owned()),
        (Some(_), None) => BodyKind::Form,
        (None, Some(_)) => BodyKind::Json,
        (None, None) => BodyKind::None,
    };
    (carried != route.body).then(|| match route.body {
        BodyKind::None => {
            format!(
                "the route `{}` carries nothing: write `body = \"{}\"` there",
                route.name,
                carried.word()
            )
        }
        kind @ (BodyKind::Form | BodyKind::Json) => {
            format!(
                "the route `{}` carries {1}: write `{1} = {{}}` with what is in it",
                route.name,
                kind.word()
            )
        }
        kind => format!("no recipe fills the `{}` of the route `{}`", kind.word(), route.name),
    })
}

/// What serde says of a part, with a remedy.
fn words(message: &str) -> String {
    let mut quoted = message.split('`').skip(1).step_by(2);
    let Some(word) = quoted.next() else { return message.replace('\n', " ") };
    if message.starts_with("unknown ") {
        return unknown(word, quoted);
    }
    if message.starts_with("missing field") {
        return missing(word);
    }
    message.replace('\n', " ")
}

fn unknown<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> String {
    format!("`{word}` means nothing here; {}", hint(word, known))
}

fn missing(key: &str) -> String {
    let example = EXAMPLES.iter().find(|(known, _)| *known == key).map_or("it", |(_, text)| text);
    format!("`{key}` is missing; write {example}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str =
        include_str!("../../../../konnectors/recipe/recipes/prevoyance-du-port.toml");

    fn found(text: &str) -> Vec<String> {
        let manifest = Manifest::parse(text).unwrap();
        mistakes(text, &manifest).iter().map(Mistake::to_string).collect()
    }

    #[test]
    fn every_recipe_that_comes_along_is_without_mistakes() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../konnectors/recipe/recipes");
        let recipes: Vec<_> = std::fs::read_dir(folder).unwrap().collect();
        assert_eq!(recipes.len(), 11);
        for recipe in recipes {
            let path = recipe.unwrap().path();
            assert_eq!(found(&std::fs::read_to_string(&path).unwrap()), [""; 0], "{path:?}");
        }
    }

    #[test]
    fn each_mistake_has_its_line_and_a_remedy() {
        for (from, to, sentence) in [
            ("each = \"json", "eech = \"json", "`eech` means nothing here; did you mean `each`?"),
            ("each = \"json /remboursements\"\n", "", "`each` is missing; write each ="),
            (
                "[[recipe.list]]",
                "[[recipe.lists]]",
                "`lists` means nothing here; did you mean `list`?",
            ),
            (
                "json /soin/libelle\"",
                "xml /soin\"",
                "`xml /soin` is no place: write css, json or csv",
            ),
            ("times 0.01 |", "time 0.01 |", "`time 0.01` is no change: write number, times"),
            ("date yyyy-mm-dd", "date dd-mm", "is no date: write dd, mm or month"),
            (
                "\"wrong-code\"",
                "\"wrong-cod\"",
                "`wrong-cod` means nothing here; did you mean `wrong-code`?",
            ),
            ("route = \"me\"", "route = \"mee\"", "no `[[route]]` is called `mee`"),
            ("{ page = \"{page}\" }", "{ pag = \"{page}\" }", "did you mean `page`?"),
            (
                "page = \"{page}\"",
                "page = \"{pages}\"",
                "`{pages}` stands for nothing here; did you mean `page`?",
            ),
            ("secret = \"sms\"", "secret = \"session\"", "is no `[[secret]]` of kind `code`"),
            (", count = 1", "", "or `count = 1`, not both"),
            ("json /remboursements", "css li", "any page would pass for an empty list"),
            (
                "doctype = \"io.cozy.bills\"\nkey",
                "doctype = \"io.cozy.bill\"\nkey",
                "did you mean `io.cozy.bills`?",
            ),
            (
                "socialSecurityRefund =",
                "socialRefund =",
                "`io.cozy.bills` has no field `socialRefund`",
            ),
            ("amount = \"{amount}\"\n", "", "every `io.cozy.bills` needs a `amount`"),
            ("key = \"{id}\"", "key = \"{ident}\"", "`{ident}` stands for nothing here"),
            (", json = {} }", " }", "the route `sign-in` carries json: write `json = {}`"),
            ("route = \"me\"", "route = \"me\", form = {}", "the route `me` carries nothing"),
            (
                "name = \"remboursements\"\nask",
                "name = \"remboursements\"\nper = \"x\"\nask",
                "no list above is called `x`",
            ),
        ] {
            let text = MANIFEST.replacen(from, to, 1);
            assert_ne!(text, MANIFEST, "{from}");
            let found = found(&text);
            let line =
                text.lines().zip(MANIFEST.lines()).take_while(|(one, other)| one == other).count()
                    + 1;
            let mistake = found.iter().find(|mistake| mistake.contains(sentence));
            let mistake = mistake.unwrap_or_else(|| panic!("{sentence}: {found:#?}"));
            let said: usize = mistake["line ".len()..].split(':').next().unwrap().parse().unwrap();
            // What is missing is told at its table.
            assert!(said <= line && line - said < 12, "line {line}: {mistake}");
        }
    }
}
