//! What an operation was for. In: the ids that Cozy publishes, in a compact tree with names of our
//! own. An id that is not in the tree counts for its group, so that data from elsewhere keeps its
//! meaning.

mod choose;
mod chooser;
pub mod label;
mod learnt;
mod rules;
mod table;
#[cfg(test)]
mod tests;

pub use choose::{Choice, Source, choose};
pub use chooser::Chooser;
pub use learnt::{Learnt, Reason, telling_words};
pub use table::{CATEGORIES, GROUPS};

use crate::amount::Amount;
use domicile_sdk::Locale;

/// A group of categories: what charts and totals are made of.
#[derive(Debug, PartialEq, Eq)]
pub struct Group {
    pub id: &'static str,
    pub side: Side,
    en: &'static str,
    fr: &'static str,
}

/// On which side of the month a group counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Income,
    /// Money that comes back lowers it.
    Expense,
    /// As each operation's sign says.
    Sign,
    /// On neither: money that only changes its place.
    Neither,
}

/// One category.
#[derive(Debug, PartialEq, Eq)]
pub struct Category {
    pub id: &'static str,
    /// Of its group.
    group: &'static str,
    en: &'static str,
    fr: &'static str,
}

impl Group {
    pub fn name(&self, locale: Locale) -> &'static str {
        locale.pick(self.en, self.fr)
    }
}

impl Category {
    pub fn name(&self, locale: Locale) -> &'static str {
        locale.pick(self.en, self.fr)
    }

    pub fn group(&self) -> &'static Group {
        group(self.group).unwrap_or(&GROUPS[0])
    }

    /// `Health: Insurance`; a group's own category is called as the group.
    pub fn full_name(&self, locale: Locale) -> String {
        let (group, name) = (self.group().name(locale), self.name(locale));
        let colon = locale.pick(": ", "\u{a0}: ");
        if self.is_group() { group.to_owned() } else { format!("{group}{colon}{name}") }
    }

    /// The side on which an amount counts, and how much it is there; nothing if it only moved.
    pub fn counted(&self, amount: Amount) -> Option<(Side, Amount)> {
        match self.group().side {
            Side::Neither => None,
            Side::Income => Some((Side::Income, amount)),
            Side::Sign if !amount.is_negative() => Some((Side::Income, amount)),
            Side::Expense | Side::Sign => Some((Side::Expense, -amount)),
        }
    }

    /// Is it income or spending at all?
    pub fn counts(&self) -> bool {
        self.group().side != Side::Neither
    }

    /// Is it this one, or one of the group that this one stands for?
    pub fn is_within(&self, wanted: &Category) -> bool {
        self == wanted || (wanted.is_group() && self.group == wanted.group)
    }

    /// Does it stand for the whole group?
    pub fn is_group(&self) -> bool {
        self.id == self.group
    }
}

/// Nothing is known of it.
pub fn uncategorised() -> &'static Category {
    &CATEGORIES[0]
}

/// The category of an id, or that of its group; `None` for what has no place in the tree.
pub fn find(id: &str) -> Option<&'static Category> {
    let exact = |id: &str| CATEGORIES.iter().find(|category| category.id == id);
    exact(id).or_else(|| {
        let is_known = id.len() == 6 && id.bytes().all(|b| b.is_ascii_digit());
        exact(&format!("{}00", id.get(..4).filter(|_| is_known)?))
    })
}

/// The group of an id.
pub fn group(id: &str) -> Option<&'static Group> {
    GROUPS.iter().find(|group| group.id == id)
}
