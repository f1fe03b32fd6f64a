//! A home in a few lines: compartments, overlays, state and events, placed as the policy says.
//!
//! It is the smallest store that keeps the rules, so that what a decision lets through can be seen.

use std::collections::{BTreeMap, BTreeSet};

use domicile_policy::{ChangeScope, ComponentId, Doctype, Event, Label, Place, ReadScope, Stamp};

/// An item's id: its compartment, and a key that is drawn within it.
pub type Id = (Doctype, Label, String);

#[derive(Clone, Debug, Default)]
struct Item {
    body: Option<u8>,
    over: BTreeMap<Label, Option<u8>>,
}

impl Item {
    /// What a reader sees who is cleared for these labels: the highest overlay, or the base.
    fn seen(&self, cleared: impl Fn(&Label) -> bool) -> Option<u8> {
        let visible: Vec<&Label> = self.over.keys().filter(|label| cleared(label)).collect();
        let covered = |label: &Label| visible.iter().any(|o| **o != *label && label.flows_to(o));
        let top = visible.iter().filter(|label| !covered(label)).max_by_key(|l| l.canonical());
        top.map_or(self.body, |label| self.over[*label])
    }
}

#[derive(Clone, Debug, Default)]
pub struct Home {
    compartments: BTreeMap<(Doctype, Label), BTreeMap<String, Item>>,
    state: BTreeMap<(ComponentId, Label), u8>,
    raised: BTreeSet<(Doctype, Label)>,
}

impl Home {
    /// The documents of a scope, compartment by compartment.
    pub fn find(&self, scope: &ReadScope) -> Vec<(Id, u8)> {
        let visible = self
            .compartments
            .iter()
            .filter(|((doctype, label), _)| *doctype == scope.doctype && scope.shows(label));
        let items = visible.flat_map(|((doctype, label), items)| {
            items.iter().map(move |(key, item)| ((doctype, label, key), item))
        });
        items
            .filter_map(|((doctype, label, key), item)| {
                let body = item.seen(|label| scope.shows(label))?;
                Some(((doctype.clone(), label.clone(), key.clone()), body))
            })
            .collect()
    }

    pub fn create(&mut self, doctype: &Doctype, stamp: &Stamp, body: u8) -> Id {
        let items = self.compartments.entry((doctype.clone(), stamp.label.clone())).or_default();
        let drawn = items.keys().filter(|key| key.starts_with("drawn")).count();
        let key = format!("drawn{drawn}");
        self.deposit(doctype, stamp, &key, body)
    }

    pub fn deposit(&mut self, doctype: &Doctype, stamp: &Stamp, key: &str, body: u8) -> Id {
        let compartment = (doctype.clone(), stamp.label.clone());
        let items = self.compartments.entry(compartment.clone()).or_default();
        items.entry(key.to_owned()).or_default().body = Some(body);
        self.raised.insert(compartment);
        (doctype.clone(), stamp.label.clone(), key.to_owned())
    }

    /// Whether a document of any label has this key, but for this label.
    pub fn has_key_elsewhere(&self, doctype: &Doctype, label: &Label, key: &str) -> bool {
        let others = self.compartments.iter().filter(|((d, l), _)| d == doctype && l != label);
        others.into_iter().any(|(_, items)| items.contains_key(key))
    }

    /// Updates or deletes. Answers whether there was something to change.
    pub fn change(&mut self, scope: &ChangeScope, id: &Id, body: Option<u8>) -> bool {
        let (doctype, label, key) = id;
        let compartment = self.compartments.get_mut(&(doctype.clone(), label.clone()));
        let Some(item) = compartment.and_then(|items| items.get_mut(key)) else {
            return false;
        };
        if *doctype != scope.read.doctype || item.seen(|l| scope.read.shows(l)).is_none() {
            return false;
        }
        let written = match scope.place(label) {
            Place::Hidden => return false,
            Place::InPlace => {
                item.body = body;
                label.clone()
            }
            Place::Overlay(over) => {
                item.over.insert(over.clone(), body);
                over
            }
        };
        self.raised.insert((doctype.clone(), written));
        true
    }

    /// What an earlier run laid over an item.
    pub fn lay_over(&mut self, (doctype, label, key): &Id, at: Label, body: u8) {
        let compartment = self.compartments.get_mut(&(doctype.clone(), label.clone())).unwrap();
        compartment.get_mut(key).unwrap().over.insert(at, Some(body));
    }

    pub fn set_state(&mut self, component: &ComponentId, label: &Label, value: u8) {
        self.state.insert((component.clone(), label.clone()), value);
    }

    /// The values of a component's state that a run at this label sees, mixed into one.
    pub fn state(&self, component: &ComponentId, visible: &Label) -> u8 {
        let mine =
            self.state.iter().filter(|((who, at), _)| who == component && at.flows_to(visible));
        mine.fold(0, |sum: u8, (_, value)| sum.wrapping_mul(31).wrapping_add(*value))
    }

    /// The events since the last call: one for each compartment.
    pub fn take_events(&mut self) -> Vec<Event> {
        let raised = std::mem::take(&mut self.raised).into_iter();
        let influence = domicile_policy::Influence::nobody;
        raised.map(|(doctype, label)| Event { doctype, label, influence: influence() }).collect()
    }

    /// All that lies in the home within a clearance: what P1 and P2 compare, as text.
    pub fn below(&self, clearance: &Label) -> String {
        let mut seen = String::new();
        for ((doctype, label), items) in &self.compartments {
            if !label.flows_to(clearance) {
                continue;
            }
            for (key, item) in items {
                let over = item.over.iter().filter(|(at, _)| at.flows_to(clearance));
                let over: Vec<_> = over.map(|(at, body)| (at.canonical(), body)).collect();
                seen += &format!("{doctype} {label} {key}: {:?} {over:?}\n", item.body);
            }
        }
        for ((who, at), value) in self.state.iter().filter(|((_, at), _)| at.flows_to(clearance)) {
            seen += &format!("{who} {at}: {value}\n");
        }
        seen
    }
}
