//! The compartments of a home, in memory: which there are, what their labels are, which hold
//! overlays.
//!
//! Readers take a snapshot first and the catalogue second, and the writer publishes a catalogue
//! before it commits: so a reader's catalogue names every compartment of its snapshot, and perhaps
//! an empty one.

use std::collections::HashMap;
use std::sync::Arc;

use domicile_policy::{Doctype, Label};

use crate::id::Handle;

/// A compartment.
#[derive(Clone, Debug)]
pub struct Compartment {
    pub handle: Handle,
    pub label: Label,
    /// Whether it has ever held an overlay since the home was opened: only then it is asked for
    /// some.
    pub overlays: bool,
}

/// All compartments, by doctype.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    doctypes: HashMap<Doctype, Arc<Vec<Compartment>>>,
}

impl Catalogue {
    /// The compartments of a doctype.
    pub fn of(&self, doctype: &Doctype) -> &[Compartment] {
        self.doctypes.get(doctype).map_or(&[], |all| all.as_slice())
    }

    /// Add a compartment, or note that it holds overlays.
    pub fn put(&mut self, doctype: &Doctype, compartment: Compartment) {
        let all = Arc::make_mut(self.doctypes.entry(doctype.clone()).or_default());
        match all.iter_mut().find(|known| known.handle == compartment.handle) {
            Some(known) => known.overlays |= compartment.overlays,
            None => all.push(compartment),
        }
    }
}

/// Order labels so that what is below comes first; of those left equal, by their text. Whether a
/// label is among `items` changes nothing in the order of those that aren't above it.
pub fn lowest_first<T>(mut items: Vec<T>, label: impl Fn(&T) -> &Label) -> Vec<T> {
    items.sort_by_cached_key(|item| label(item).canonical());
    let mut ordered = Vec::with_capacity(items.len());
    while !items.is_empty() {
        let minimal = items.iter().position(|item| {
            let above =
                |other: &T| label(other) != label(item) && label(other).flows_to(label(item));
            !items.iter().any(above)
        });
        // There is always a minimal one: the order of labels has no cycle.
        ordered.push(items.remove(minimal.unwrap_or(0)));
    }
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;
    use domicile_policy::Tag;

    fn label(text: &str) -> Label {
        Label::of(text.split_whitespace().map(|tag| tag.parse::<Tag>().unwrap()))
    }

    #[test]
    fn what_is_below_comes_first_whatever_else_there_is() {
        let texts = ["bank@* health@*", "bank@*", "bank@acme", "health@*", "bank@acme health@self"];
        let all: Vec<Label> = texts.iter().map(|text| label(text)).collect();
        let ordered = lowest_first(all.clone(), |label| label);
        for (at, low) in ordered.iter().enumerate() {
            assert!(!ordered[at + 1..].iter().any(|next| next.flows_to(low)), "{ordered:?}");
        }
        let reversed = lowest_first(all.iter().rev().cloned().collect(), |label| label);
        assert_eq!(ordered, reversed);
        // Without the top one, the rest keeps its order.
        let rest: Vec<Label> = all[1..].to_vec();
        let top = label("bank@* health@*");
        let expected: Vec<Label> = ordered.into_iter().filter(|label| *label != top).collect();
        assert_eq!(lowest_first(rest, |label| label), expected);
    }
}
