//! An operator's rules about components, and what breaks them.
//!
//! TOML flows in with an audit; reasons flow out, each with the line of its rule. A key or a word
//! that nobody knows is an error: it could be a restriction. What is not listed where there is a
//! list of what is allowed, and what can't be proven, must never pass.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use domicile_policy::{Action, Category};
use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::{Audit, exposure};
use crate::catalogue::CATALOGUE;
use crate::doctype::Doctypes;
use crate::inspect::ImportName;
use crate::suggest::hint;
use crate::text::shown;

/// Words of an operator are repeated up to this length.
const SHOWN_MAX: usize = 80;
const WORLDS: [&str; 4] = ["app", "service", "importer", "konnector"];

/// What a rule speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dimension {
    /// Categories that a run can know or write.
    Category,
    /// Hosts that its links lead to or that it talks to; `{field}` for a server that owners name.
    Host,
    /// Who made it. Nothing proves that yet.
    Publisher,
    /// What it imports, as `package/interface` or `package/*`.
    Interface,
    /// What it asks for.
    Doctype,
    /// What it asks to do.
    Action,
    /// What it is.
    World,
}

impl Dimension {
    const ALL: [(&'static str, Dimension); 7] = [
        ("category", Dimension::Category),
        ("host", Dimension::Host),
        ("publisher", Dimension::Publisher),
        ("interface", Dimension::Interface),
        ("doctype", Dimension::Doctype),
        ("action", Dimension::Action),
        ("world", Dimension::World),
    ];

    /// Every word that there is; `None` where any text is one.
    fn known(self) -> Option<Vec<String>> {
        let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Some(match self {
            Dimension::Category => Category::ALL.map(|one| one.word().to_owned()).into(),
            Dimension::Host | Dimension::Publisher => return None,
            Dimension::Interface => {
                let name = |entry: &crate::catalogue::Entry| {
                    [
                        format!("{}/{}", entry.package, entry.interface),
                        format!("{}/*", entry.package),
                    ]
                };
                CATALOGUE.iter().flat_map(name).collect()
            }
            Dimension::Doctype => owned(&Doctypes::builtin().grantable().collect::<Vec<_>>()),
            Dimension::Action => [Action::Read, Action::Query, Action::Write, Action::Deposit]
                .map(|action| action.word().to_owned())
                .into(),
            Dimension::World => owned(&WORLDS),
        })
    }

    /// What the component has of it.
    fn of(self, audit: &Audit) -> BTreeSet<String> {
        let report = &audit.report;
        let lines = || report.doctypes.iter().map(|line| &line.grant.line);
        match self {
            Dimension::Category => {
                let reached = audit.exposure.iter().flat_map(exposure::categories);
                let asked = lines().flat_map(|line| line.categories());
                reached.chain(asked).map(|category| category.word().to_owned()).collect()
            }
            Dimension::Host => report.hosts.iter().cloned().collect(),
            Dimension::Publisher => BTreeSet::new(),
            Dimension::Interface => {
                report.imports.iter().map(|import| plain(&import.name)).collect()
            }
            Dimension::Doctype => lines().map(|line| line.doctype.to_string()).collect(),
            Dimension::Action => {
                lines().flat_map(|line| &line.actions).map(|one| one.word().to_owned()).collect()
            }
            Dimension::World => {
                audit.exposure.iter().map(|exposure| exposure.world.to_owned()).collect()
            }
        }
    }

    fn word(self) -> &'static str {
        Dimension::ALL.iter().find(|(_, one)| *one == self).map_or("", |(word, _)| word)
    }
}

/// An interface without its version.
fn plain(import: &str) -> String {
    ImportName::parse(import)
        .map_or_else(|| import.to_owned(), |name| format!("{}/{}", name.package, name.interface))
}

/// What a rule does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verb {
    /// Whatever is not listed is refused.
    Allow,
    /// Whatever is listed is refused, allowed or not.
    Deny,
    /// Whatever is listed must be there.
    Require,
}

const VERBS: [(&str, Verb); 3] =
    [("allow", Verb::Allow), ("deny", Verb::Deny), ("require", Verb::Require)];

/// A text that holds no rules.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum RulesError {
    /// Not TOML, or not tables of lists of words.
    #[error(
        "line {line} of the policy: {message}; write `[category]` and below it `deny = [\"mail\"]`"
    )]
    Syntax {
        /// From 1.
        line: usize,
        /// What the parser says.
        message: String,
    },
    /// A table or a key that means nothing here.
    #[error("`{key}` is no rule; {hint}")]
    Key {
        /// Its path.
        key: String,
        /// The nearest one, or all of them.
        hint: String,
    },
    /// A word that nobody knows.
    #[error("line {line} of the policy: `{word}` is no {what}; {hint}")]
    Word {
        /// From 1.
        line: usize,
        /// What is there.
        word: String,
        /// What belongs there.
        what: &'static str,
        /// The nearest one, or all of them.
        hint: String,
    },
}

/// One list of words.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Rule {
    line: usize,
    dimension: Dimension,
    verb: Verb,
    words: Vec<(usize, String)>,
}

/// What an operator allows, denies and requires.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules(Vec<Rule>);

/// One reason against a component.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Broken {
    /// The line of the rule, from 1.
    pub line: usize,
    /// Of what the rule speaks.
    pub dimension: Dimension,
    /// What it does.
    pub verb: Verb,
    /// What it is about.
    pub found: String,
    /// The sentence, with the remedy.
    pub text: String,
}

type Lists = BTreeMap<String, BTreeMap<String, Spanned<Vec<Spanned<String>>>>>;

impl Rules {
    /// Read rules.
    pub fn parse(text: &str) -> Result<Rules, RulesError> {
        let line = |span: Range<usize>| {
            text.get(..span.start).unwrap_or_default().matches('\n').count() + 1
        };
        let lists: Lists = toml::from_str(text).map_err(|error| RulesError::Syntax {
            line: line(error.span().unwrap_or_default()),
            message: shown(&error.message().replace('\n', ", "), 300),
        })?;
        let mut rules = Vec::new();
        for (name, verbs) in lists {
            let dimension = pick(&name, &name, Dimension::ALL)?;
            for (word, list) in verbs {
                let verb = pick(&format!("{name}.{word}"), &word, VERBS)?;
                let at = line(list.span());
                let words = list.into_inner().into_iter();
                let words = words.map(|word| (line(word.span()), word.into_inner())).collect();
                rules.push(Rule { line: at, dimension, verb, words });
            }
        }
        rules.iter().try_for_each(check)?;
        rules.sort_by_key(|rule| rule.line);
        Ok(Rules(rules))
    }

    /// Every rule that a component breaks; none means that it may come in.
    pub fn broken(&self, audit: &Audit) -> Vec<Broken> {
        self.0.iter().flat_map(|rule| rule.broken(audit)).collect()
    }
}

fn pick<T: Copy, const N: usize>(
    key: &str,
    word: &str,
    known: [(&str, T); N],
) -> Result<T, RulesError> {
    known.into_iter().find(|(name, _)| *name == word).map(|(_, one)| one).ok_or_else(|| {
        let hint = hint(word, known.map(|(name, _)| name));
        RulesError::Key { key: shown(key, SHOWN_MAX), hint }
    })
}

fn check(rule: &Rule) -> Result<(), RulesError> {
    let Some(known) = rule.dimension.known() else { return Ok(()) };
    match rule.words.iter().find(|(_, word)| !known.contains(word)) {
        None => Ok(()),
        Some((line, word)) => Err(RulesError::Word {
            line: *line,
            word: shown(word, SHOWN_MAX),
            what: rule.dimension.word(),
            hint: hint(word, known.iter().map(String::as_str)),
        }),
    }
}

impl Rule {
    fn broken(&self, audit: &Audit) -> Vec<Broken> {
        if self.dimension == Dimension::Publisher {
            return vec![self.unproven(audit)];
        }
        let has = self.dimension.of(audit);
        let what = self.dimension.word();
        match self.verb {
            Verb::Allow => has
                .iter()
                .filter(|found| self.names(found).is_none())
                .map(|found| {
                    let text = format!(
                        "the {what} `{found}` is not in `{what}.allow`: add it there, or don't install \
                         the component"
                    );
                    self.because(self.line, found, text)
                })
                .collect(),
            Verb::Deny => has
                .iter()
                .filter_map(|found| Some((self.names(found)?, found)))
                .map(|(line, found)| {
                    let text = format!(
                        "the {what} `{found}` is in `{what}.deny`: take it out there, or ask for a \
                         version without it"
                    );
                    self.because(line, found, text)
                })
                .collect(),
            Verb::Require => self
                .words
                .iter()
                .filter(|(_, word)| !has.iter().any(|found| matches(word, found)))
                .map(|(line, word)| {
                    let text = format!(
                        "the {what} `{word}` of `{what}.require` is not there: ask for a version with \
                         it, or take it out of the rule"
                    );
                    self.because(*line, word, text)
                })
                .collect(),
        }
    }

    /// The line of the word that names what was found.
    fn names(&self, found: &str) -> Option<usize> {
        self.words.iter().find(|(_, word)| matches(word, found)).map(|(line, _)| *line)
    }

    /// Components carry no signature: whatever a rule says about publishers, nothing shows it.
    fn unproven(&self, audit: &Audit) -> Broken {
        let says = audit.report.identity.as_ref().map_or("", |identity| &identity.publisher);
        let text = format!(
            "it says that `{}` made it, and nothing proves it, because components carry no signature \
             yet: take the rules about publishers out, and check by hand where the file is from",
            shown(says, SHOWN_MAX)
        );
        self.because(self.line, says, text)
    }

    fn because(&self, line: usize, found: &str, text: String) -> Broken {
        let found = shown(found, SHOWN_MAX);
        Broken { line, dimension: self.dimension, verb: self.verb, found, text }
    }
}

/// Whether a word of a rule names what was found: exactly, or `package/*`.
fn matches(word: &str, found: &str) -> bool {
    match word.strip_suffix("/*") {
        Some(package) => found.split_once('/').is_some_and(|(of, _)| of == package),
        None => word == found,
    }
}
