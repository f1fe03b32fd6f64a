//! Labels: what a thing is about and where it came from.
//!
//! A [`Tag`] is a category and an origin, either of which may be *any* (`*`). A [`Label`] is the
//! down-set of its tags: `bank@*` covers `bank@acme`, and a label holds no tag that another of its
//! tags covers. Join is union, order is inclusion; the bottom has no tag and the top is `*@*`.
//! Stored labels and clearances share this one type, so that "flows to" has a single meaning.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::name::{NameError, ProviderId};

/// A label with more tags than this becomes `everything`: it then flows to the owner's screen only.
pub const LABEL_TAGS_MAX: usize = 32;

/// How the bottom is printed for people.
const NOTHING: &str = "nothing private";

/// What data is about. The sensitivity class of a doctype.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Category {
    /// Accounts, operations, investments.
    Bank,
    /// Bills, receipts, payslips, refunds.
    Bills,
    /// Events and tasks.
    Calendar,
    /// People and their addresses.
    Contacts,
    /// Electricity, gas, water, carbon.
    Energy,
    /// Files and folders.
    Files,
    /// Care, reimbursements, measurements.
    Health,
    /// Civil status and official papers.
    Identity,
    /// Messages.
    Mail,
    /// What the owner writes down.
    Notes,
    /// Credentials.
    Passwords,
    /// Marks, homework, timetables.
    School,
    /// Where the owner went.
    Trips,
}

impl Category {
    /// Every category, in the order of their names.
    pub const ALL: [Category; 13] = [
        Category::Bank,
        Category::Bills,
        Category::Calendar,
        Category::Contacts,
        Category::Energy,
        Category::Files,
        Category::Health,
        Category::Identity,
        Category::Mail,
        Category::Notes,
        Category::Passwords,
        Category::School,
        Category::Trips,
    ];

    /// The word used in manifests, labels and pages.
    pub fn word(self) -> &'static str {
        match self {
            Category::Bank => "bank",
            Category::Bills => "bills",
            Category::Calendar => "calendar",
            Category::Contacts => "contacts",
            Category::Energy => "energy",
            Category::Files => "files",
            Category::Health => "health",
            Category::Identity => "identity",
            Category::Mail => "mail",
            Category::Notes => "notes",
            Category::Passwords => "passwords",
            Category::School => "school",
            Category::Trips => "trips",
        }
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for Category {
    type Err = LabelError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Category::ALL
            .into_iter()
            .find(|category| category.word() == text)
            .ok_or_else(|| LabelError::Category(text.to_owned()))
    }
}

/// Where data came from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// Any provider, and the home itself.
    Any,
    /// Typed by the owner or made by an app in this home.
    Home,
    /// A provider, under its canonical id.
    Provider(ProviderId),
}

impl Origin {
    fn covers(&self, other: &Origin) -> bool {
        *self == Origin::Any || self == other
    }
}

/// A category (none is any category) and an origin: `bank@acme`, `bank@self`,
/// `bank@*`, `*@acme`, `*@*`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Tag {
    /// What it is about; `None` is anything.
    pub category: Option<Category>,
    /// Where it came from.
    pub origin: Origin,
}

impl Tag {
    /// `category@self`.
    pub fn home(category: Category) -> Self {
        Tag { category: Some(category), origin: Origin::Home }
    }

    /// `category@provider`.
    pub fn provider(category: Category, provider: ProviderId) -> Self {
        Tag { category: Some(category), origin: Origin::Provider(provider) }
    }

    /// `category@*`: the category from wherever.
    pub fn anywhere(category: Category) -> Self {
        Tag { category: Some(category), origin: Origin::Any }
    }

    /// `*@provider`: whatever came from the provider.
    pub fn all_from(provider: ProviderId) -> Self {
        Tag { category: None, origin: Origin::Provider(provider) }
    }

    const ANYTHING: Tag = Tag { category: None, origin: Origin::Any };

    /// Whether each thing that `other` describes is described by `self` too.
    pub fn covers(&self, other: &Tag) -> bool {
        (self.category.is_none() || self.category == other.category)
            && self.origin.covers(&other.origin)
    }

    /// What both describe, if anything.
    fn meet(&self, other: &Tag) -> Option<Tag> {
        let category = match (self.category, other.category) {
            (None, category) | (category, None) => category,
            (Some(a), Some(b)) if a == b => Some(a),
            _ => return None,
        };
        let origin = if self.origin.covers(&other.origin) {
            other.origin.clone()
        } else if other.origin.covers(&self.origin) {
            self.origin.clone()
        } else {
            return None;
        };
        Some(Tag { category, origin })
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.category.map_or("*", Category::word))?;
        match &self.origin {
            Origin::Any => f.write_str("@*"),
            Origin::Home => f.write_str("@self"),
            Origin::Provider(provider) => write!(f, "@{provider}"),
        }
    }
}

impl FromStr for Tag {
    type Err = LabelError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (category, origin) =
            text.split_once('@').ok_or_else(|| LabelError::Tag(text.to_owned()))?;
        let category = if category == "*" { None } else { Some(category.parse()?) };
        let origin = match origin {
            "*" => Origin::Any,
            "self" => Origin::Home,
            provider => Origin::Provider(provider.parse()?),
        };
        Ok(Tag { category, origin })
    }
}

impl From<Tag> for String {
    fn from(tag: Tag) -> String {
        tag.to_string()
    }
}

impl TryFrom<String> for Tag {
    type Error = LabelError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

/// A set of tags, closed downwards: see the module.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Vec<Tag>", into = "Vec<Tag>")]
pub struct Label {
    /// No tag covers another; at most [`LABEL_TAGS_MAX`] of them.
    tags: BTreeSet<Tag>,
}

impl Label {
    /// The bottom: nothing private.
    pub const fn nothing() -> Self {
        Label { tags: BTreeSet::new() }
    }

    /// The top: it flows to the owner's own screen and nowhere else.
    pub fn everything() -> Self {
        Label { tags: BTreeSet::from([Tag::ANYTHING]) }
    }

    /// The least label that covers all of `tags`; `everything` if that takes more than
    /// [`LABEL_TAGS_MAX`]. For labels of data this fails closed.
    pub fn of(tags: impl IntoIterator<Item = Tag>) -> Self {
        match Label::bounded(tags) {
            Ok(label) => label,
            Err(_) => Label::everything(),
        }
    }

    /// Like [`Label::of`] for a *clearance*, where becoming `everything` would fail open.
    pub fn bounded(tags: impl IntoIterator<Item = Tag>) -> Result<Self, LabelError> {
        let mut kept: BTreeSet<Tag> = BTreeSet::new();
        for tag in tags {
            if kept.iter().any(|have| have.covers(&tag)) {
                continue;
            }
            kept.retain(|have| !tag.covers(have));
            kept.insert(tag);
        }
        if kept.len() > LABEL_TAGS_MAX {
            return Err(LabelError::TooManyTags(kept.len()));
        }
        Ok(Label { tags: kept })
    }

    /// The least label that both flow to; `everything` past the limit.
    #[must_use]
    pub fn join(&self, other: &Label) -> Label {
        Label::of(self.tags.iter().chain(&other.tags).cloned())
    }

    /// The greatest label that flows to both. It may take more tags than a label holds; the tags
    /// past the limit are then left out, which only lowers a clearance.
    #[must_use]
    pub fn meet(&self, other: &Label) -> Label {
        let common = self.tags.iter().flat_map(|a| other.tags.iter().filter_map(|b| a.meet(b)));
        let all: BTreeSet<Tag> = common.collect();
        let maximal =
            all.iter().filter(|tag| !all.iter().any(|other| other != *tag && other.covers(tag)));
        Label { tags: maximal.take(LABEL_TAGS_MAX).cloned().collect() }
    }

    /// Whether everything under `self` is under `sink`: the one question of this crate.
    pub fn flows_to(&self, sink: &Label) -> bool {
        self.tags.iter().all(|tag| sink.tags.iter().any(|cover| cover.covers(tag)))
    }

    /// Whether nothing private is in it.
    pub fn is_nothing(&self) -> bool {
        self.tags.is_empty()
    }

    /// Whether this is the top.
    pub fn is_everything(&self) -> bool {
        self.tags.contains(&Tag::ANYTHING)
    }

    /// The tags, in their canonical order.
    pub fn tags(&self) -> impl Iterator<Item = &Tag> {
        self.tags.iter()
    }

    /// One text per label: the name of a compartment is made of it.
    pub fn canonical(&self) -> String {
        let words: Vec<String> = self.tags.iter().map(Tag::to_string).collect();
        words.join(" ")
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_nothing() {
            return f.write_str(NOTHING);
        }
        f.write_str(&self.canonical())
    }
}

impl FromStr for Label {
    type Err = LabelError;

    /// Reads what [`Label::canonical`] and `Display` print.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.is_empty() || text == NOTHING {
            return Ok(Label::nothing());
        }
        let tags: Result<Vec<Tag>, LabelError> = text.split(' ').map(Tag::from_str).collect();
        Label::bounded(tags?)
    }
}

impl From<Label> for Vec<Tag> {
    fn from(label: Label) -> Vec<Tag> {
        label.tags.into_iter().collect()
    }
}

impl TryFrom<Vec<Tag>> for Label {
    type Error = LabelError;

    fn try_from(tags: Vec<Tag>) -> Result<Self, Self::Error> {
        Label::bounded(tags)
    }
}

/// A text that is no label, tag or category.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum LabelError {
    /// Not one of [`Category::ALL`].
    #[error(
        "`{0}` is no category; the categories are bank, bills, calendar, contacts, energy, files, \
         health, identity, mail, notes, passwords, school and trips"
    )]
    Category(String),
    /// Not `category@origin`.
    #[error(
        "`{0}` is no tag; a tag is written `category@provider`, `category@self` or `category@*`"
    )]
    Tag(String),
    /// More than a clearance may name.
    #[error("{0} tags are more than the {LABEL_TAGS_MAX} that one clearance may name")]
    TooManyTags(usize),
    /// The provider's name is malformed.
    #[error(transparent)]
    Provider(#[from] NameError),
}
