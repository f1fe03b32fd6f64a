//! Worlds and causes: what a component can reach at all, and what may make it run.
//!
//! In flow a component's world, its grants and a cause; out flows the clearance that is fixed for
//! the whole run, and what the run knows before its first call. A component with a network must
//! never be started by something that an app shaped.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::grant::{Action, Grants};
use crate::influence::{Actor, Influence};
use crate::label::{Category, Label, Tag};
use crate::name::{ComponentId, ProviderId};

/// What a component is linked to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum World {
    /// Pages over granted documents, no network.
    App,
    /// The background entrance of an app, no network.
    Service,
    /// A dropped file in, deposits out, no network.
    Importer {
        /// Where such files come from.
        provider: ProviderId,
    },
    /// Deposits out, and requests to one provider.
    Konnector {
        /// The provider that it talks to.
        provider: ProviderId,
        /// What the owner agreed to send there besides what came from there.
        consented: BTreeSet<Category>,
        /// Whether strangers have accounts at the same hosts: object stores, forges, mail.
        multi_tenant: bool,
    },
}

impl World {
    /// The component as one who shapes bytes.
    pub fn actor(&self, component: &ComponentId) -> Actor {
        match self {
            World::App | World::Service => Actor::App(component.clone()),
            World::Importer { .. } | World::Konnector { .. } => Actor::Importer(component.clone()),
        }
    }

    /// The provider that its deposits come from.
    pub fn provider(&self) -> Option<&ProviderId> {
        match self {
            World::App | World::Service => None,
            World::Importer { provider } | World::Konnector { provider, .. } => Some(provider),
        }
    }

    /// What may be sent out of the home from here (R7, R8): nothing but for a konnector.
    ///
    /// What the owner agreed to is what lies in this home and what came from this very provider,
    /// never what came from another one. At a multi-tenant host even what came from there may land
    /// in a stranger's account, so there the consent is all.
    pub fn sends(&self) -> Label {
        let World::Konnector { provider, consented, multi_tenant } = self else {
            return Label::nothing();
        };
        let agreed = consented.iter().flat_map(|category| {
            [Tag::home(*category), Tag::provider(*category, provider.clone())]
        });
        let back = (!multi_tenant).then(|| Tag::all_from(provider.clone()));
        Label::bounded(agreed.chain(back)).unwrap_or_default()
    }

    /// Whether `cause` may start a component of this world (R10, R11).
    pub fn starts_by(&self, cause: &Cause) -> bool {
        match cause {
            Cause::DroppedFile => matches!(self, World::Importer { .. }),
            Cause::Message => matches!(self, World::Konnector { .. }),
            Cause::Page { .. } => *self == World::App,
            Cause::OwnerTrusted | Cause::Schedule | Cause::Event { .. } => {
                !matches!(self, World::Importer { .. })
            }
        }
    }

    /// What bytes from outside are about: a tag for each doctype that may be deposited (R9).
    pub fn deposit_label(&self, grants: &Grants) -> Label {
        let Some(provider) = self.provider() else {
            return Label::nothing();
        };
        let granted = grants.iter().filter(|line| line.actions.contains(&Action::Deposit));
        let tags: BTreeSet<Tag> =
            granted.map(|line| Tag::provider(line.category, provider.clone())).collect();
        if tags.is_empty() {
            // No grant says what it is about, so it is about anything.
            return Label::of([Tag::all_from(provider.clone())]);
        }
        Label::of(tags)
    }
}

/// What a run of this world and these grants may ever know (R1, R7).
///
/// An app reaches the owner's own screen and nothing else, so that only its grants bound it. A
/// component that gathers is bound by its provider too.
pub fn clearance(world: &World, grants: &Grants) -> Label {
    match world {
        World::App | World::Service => grants.reach(),
        World::Importer { .. } => world.deposit_label(grants),
        World::Konnector { provider, .. } => {
            let sends = world.sends().meet(&grants.reach());
            let own = Tag::all_from(provider.clone());
            Label::bounded(sends.tags().cloned().chain([own])).unwrap_or_default()
        }
    }
}

/// Why a run starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The owner, on a page of the home, with no argument that an app made.
    OwnerTrusted,
    /// A fixed schedule.
    Schedule,
    /// A request of a browser.
    Page {
        /// The label and the influence of the page that made the request, out of a valid page
        /// token.
        token: Option<(Label, Influence)>,
        /// A plain visit of `/` without a query, which carries no argument.
        plain_root: bool,
        /// Whether the owner typed something into it.
        typed: bool,
    },
    /// Something that was stored (R13).
    Event {
        /// The label of its compartment.
        label: Label,
        /// Who could have shaped it.
        influence: Influence,
    },
    /// A file that the owner dropped.
    DroppedFile,
    /// A message that the provider sent to an address of the account's own.
    Message,
}

/// A cause without what it brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CauseKind {
    /// The owner, on a page of the home.
    Owner,
    /// A schedule.
    Schedule,
    /// A request of a browser.
    Page,
    /// Something that was stored.
    Event,
    /// A dropped file.
    File,
    /// A message of the provider.
    Message,
}

impl Cause {
    /// Which of the six.
    pub fn kind(&self) -> CauseKind {
        match self {
            Cause::OwnerTrusted => CauseKind::Owner,
            Cause::Schedule => CauseKind::Schedule,
            Cause::Page { .. } => CauseKind::Page,
            Cause::Event { .. } => CauseKind::Event,
            Cause::DroppedFile => CauseKind::File,
            Cause::Message => CauseKind::Message,
        }
    }

    /// What a run knows before its first call, and who shaped that (R1, R9, R11, R13).
    pub(crate) fn brings(&self, world: &World, grants: &Grants) -> (Label, Influence) {
        match self {
            Cause::OwnerTrusted => (Label::nothing(), Influence::of([Actor::Owner])),
            Cause::Schedule => (Label::nothing(), Influence::nobody()),
            Cause::Event { label, influence } => (label.clone(), influence.clone()),
            // That it starts tells of what came, and that is the provider's.
            Cause::DroppedFile | Cause::Message => {
                let from = world.provider().cloned().map(Actor::Provider);
                (world.deposit_label(grants), Influence::of(from))
            }
            Cause::Page { token, plain_root, typed } => {
                let (label, influence) = match token {
                    Some((label, influence)) => (label.clone(), influence.clone()),
                    None if *plain_root => (Label::nothing(), Influence::nobody()),
                    // An app may have made the address, out of all that it could reach.
                    None => (clearance(world, grants), Influence::nobody()),
                };
                let typed: Label = if *typed {
                    Label::of(grants.categories().into_iter().map(Tag::home))
                } else {
                    Label::nothing()
                };
                (label.join(&typed), influence.join(&Influence::of([Actor::Owner])))
            }
        }
    }
}
