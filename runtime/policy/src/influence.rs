//! Influence: who could have shaped the bytes.
//!
//! In flow the actors of a run and of what it looked at; out flows the answer to "could anyone else
//! have shaped this?", which declassification asks. The set only grows, and one that grew past its
//! limit means everyone: it must never answer that nobody else took part.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::name::{ComponentId, NameError, ProviderId};

/// With more actors than this, an influence becomes `anyone`.
pub const INFLUENCE_ACTORS_MAX: usize = 32;

/// Someone who could have shaped bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Actor {
    /// More actors than are counted.
    Anyone,
    /// The home's owner.
    Owner,
    /// An app, or the service of one.
    App(ComponentId),
    /// A component that gathers data: an importer or a konnector.
    Importer(ComponentId),
    /// The provider that the bytes came from.
    Provider(ProviderId),
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Actor::Anyone => f.write_str("anyone"),
            Actor::Owner => f.write_str("owner"),
            Actor::App(component) => write!(f, "app:{component}"),
            Actor::Importer(component) => write!(f, "importer:{component}"),
            Actor::Provider(provider) => write!(f, "provider:{provider}"),
        }
    }
}

/// A text that is no actor.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ActorError {
    /// Not one of the five shapes.
    #[error("`{0}` is no actor; use anyone, owner, app:NAME, importer:NAME or provider:NAME")]
    Shape(String),
    /// The name in it is malformed.
    #[error(transparent)]
    Name(#[from] NameError),
}

impl FromStr for Actor {
    type Err = ActorError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once(':') {
            None if text == "anyone" => Ok(Actor::Anyone),
            None if text == "owner" => Ok(Actor::Owner),
            Some(("app", name)) => Ok(Actor::App(name.parse()?)),
            Some(("importer", name)) => Ok(Actor::Importer(name.parse()?)),
            Some(("provider", name)) => Ok(Actor::Provider(name.parse()?)),
            _ => Err(ActorError::Shape(text.to_owned())),
        }
    }
}

impl From<Actor> for String {
    fn from(actor: Actor) -> String {
        actor.to_string()
    }
}

impl TryFrom<String> for Actor {
    type Error = ActorError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

/// A set of actors; an upper bound of who took part.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "BTreeSet<Actor>", into = "BTreeSet<Actor>")]
pub struct Influence(BTreeSet<Actor>);

impl Influence {
    /// The host alone: bytes that nobody in the home shaped.
    pub const fn nobody() -> Self {
        Influence(BTreeSet::new())
    }

    /// The set of `actors`; `anyone` if they are too many.
    pub fn of(actors: impl IntoIterator<Item = Actor>) -> Self {
        let set: BTreeSet<Actor> = actors.into_iter().collect();
        if set.len() > INFLUENCE_ACTORS_MAX || set.contains(&Actor::Anyone) {
            return Influence(BTreeSet::from([Actor::Anyone]));
        }
        Influence(set)
    }

    /// Both together.
    #[must_use]
    pub fn join(&self, other: &Influence) -> Influence {
        Influence::of(self.0.union(&other.0).cloned())
    }

    /// Whether `actor` could have taken part.
    pub fn contains(&self, actor: &Actor) -> bool {
        self.0.contains(actor) || self.0.contains(&Actor::Anyone)
    }

    /// Whether nobody but `allowed` could have taken part.
    pub fn only(&self, allowed: &[Actor]) -> bool {
        self.0.iter().all(|actor| allowed.contains(actor))
    }

    /// The actors, in their canonical order.
    pub fn actors(&self) -> impl Iterator<Item = &Actor> {
        self.0.iter()
    }
}

impl fmt::Display for Influence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("nobody");
        }
        let words: Vec<String> = self.0.iter().map(Actor::to_string).collect();
        f.write_str(&words.join(" "))
    }
}

impl From<Influence> for BTreeSet<Actor> {
    fn from(influence: Influence) -> BTreeSet<Actor> {
        influence.0
    }
}

impl From<BTreeSet<Actor>> for Influence {
    fn from(actors: BTreeSet<Actor>) -> Self {
        Influence::of(actors)
    }
}
