//! A model that learns from the owner's corrections, at home and at each look: naive Bayes over the
//! words of a label, their groups of three letters and the size of the amount.
//!
//! In: operations that the owner put somewhere, and a sample of all, which tells how common a word
//! is. Out: a category with the words that speak for it, or nothing: it would rather be silent than
//! wrong. It is a function of what it is given, in whatever order that comes, and keeps nothing.

mod feature;
mod source;
#[cfg(test)]
mod tests;

pub use feature::telling_words;

use super::{CATEGORIES, Category};
use crate::amount::Amount;
use feature::{Features, Gram, grams};
use std::collections::{BTreeMap, BTreeSet};

/// Examples of one category that are learnt from.
pub const EXAMPLES_MAX: usize = 50;
/// Operations that tell how common words are.
pub const SAMPLE_MAX: usize = 200;
/// Words, and as many groups of letters, that are known; what comes later is not learnt.
const KNOWN_MAX: usize = 20_000;
/// Words that a reason names.
const REASON_WORDS_MAX: usize = 3;

/// From here on a guess is told.
const PROBABILITY_MIN: f64 = 0.8;
/// How far an example of a category counts, beside how common a word is anyway.
const OWN: f64 = 0.5;
/// A word that was never seen counts as if it were in one of so many labels.
const RARE: f64 = 200.0;
/// How much more often than elsewhere a word must be in a category to speak for it.
const TELLING_MIN: f64 = 0.693;

/// In how many labels of each category something is, and in how many of the sample.
#[derive(Debug, Default)]
struct Seen {
    by_class: Vec<(usize, u32)>,
    anywhere: u32,
}

/// What was learnt.
#[derive(Debug, Default)]
pub struct Learnt {
    classes: Vec<Class>,
    words: BTreeMap<String, Seen>,
    grams: BTreeMap<Gram, Seen>,
    sizes: BTreeMap<i8, Seen>,
    sampled: u32,
}

/// A category with its examples.
#[derive(Debug)]
struct Class {
    category: &'static Category,
    examples: Vec<Features>,
}

/// Why a category was guessed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The most telling first.
    pub words: Vec<String>,
    /// In how many operations of the owner's one of them is.
    pub operations: usize,
}

/// A guess.
#[derive(Debug, Clone, PartialEq)]
pub struct Guess {
    pub category: &'static Category,
    pub probability: f64,
    pub reason: Reason,
}

impl Learnt {
    /// From normalised labels with their amounts: what the owner decided, and a sample of all.
    pub fn from<'a>(
        decided: impl IntoIterator<Item = (&'static Category, &'a str, Amount)>,
        sample: impl IntoIterator<Item = (&'a str, Amount)>,
    ) -> Self {
        let mut learnt = Learnt::default();
        let mut by_id: BTreeMap<&'static str, Class> = BTreeMap::new();
        for (category, label, amount) in decided {
            let class = by_id.entry(category.id);
            let class = class.or_insert_with(|| Class { category, examples: Vec::new() });
            if class.examples.len() < EXAMPLES_MAX {
                class.examples.push(Features::of(label, amount));
            }
        }
        // The order of the table, so that a tie is always resolved alike.
        let in_order = CATEGORIES.iter().filter_map(|category| by_id.remove(category.id));
        learnt.classes = in_order.collect();
        let classes = std::mem::take(&mut learnt.classes);
        for (at, class) in classes.iter().enumerate() {
            class.examples.iter().for_each(|example| learnt.count(example, Some(at)));
        }
        learnt.classes = classes;
        if !learnt.classes.is_empty() {
            for (label, amount) in sample.into_iter().take(SAMPLE_MAX) {
                learnt.count(&Features::of(label, amount), None);
                learnt.sampled += 1;
            }
        }
        learnt
    }

    /// Was there nothing to learn from?
    pub fn is_empty(&self) -> bool {
        self.classes.is_empty()
    }

    fn count(&mut self, features: &Features, class: Option<usize>) {
        for word in &features.words {
            if let Some(seen) = entry(&mut self.words, word.clone()) {
                seen.count(class);
            }
            for gram in grams(word) {
                if let Some(seen) = entry(&mut self.grams, gram) {
                    seen.count(class);
                }
            }
        }
        if let Some(seen) = entry(&mut self.sizes, features.size) {
            seen.count(class);
        }
    }

    /// The category of a normalised label, if it is clear enough. Only categories of which a word
    /// is known are weighed, so that a page may ask of thousands of labels.
    pub fn guess(&self, label: &str, amount: Amount) -> Option<Guess> {
        let features = Features::of(label, amount);
        let known = features.words.iter().filter_map(|word| self.words.get(word));
        let classes = known.flat_map(|seen| seen.by_class.iter().map(|(class, _)| *class));
        let classes: BTreeSet<usize> = classes.collect();
        let scores: Vec<(usize, f64)> =
            classes.into_iter().map(|class| (class, self.score(class, &features))).collect();
        // Strictly greater: the first of the table wins a tie.
        let better =
            |best: (usize, f64), next: (usize, f64)| if next.1 > best.1 { next } else { best };
        let (best, score) = scores.iter().copied().reduce(better)?;
        // Whatever is of none of them has the score 0.
        let others: f64 = scores.iter().map(|(_, other)| (other - score).exp()).sum();
        let probability = 1.0 / (others + (-score).exp());
        let reason = self.reason(best, &features)?;
        let category = self.classes[best].category;
        (probability >= PROBABILITY_MIN).then_some(Guess { category, probability, reason })
    }

    /// How much more likely the features are in the category than anywhere. A word counts for one,
    /// half of it by its letters, so that `CARREFOUR` says something of `CARREFOURMARKET`.
    fn score(&self, class: usize, features: &Features) -> f64 {
        let words = features.words.iter().map(|word| {
            let grams = grams(word);
            let of_grams: f64 = grams.iter().map(|g| self.weight(class, self.grams.get(g))).sum();
            self.weight(class, self.words.get(word)) / 2.0
                + of_grams / (2.0 * grams.len().max(1) as f64)
        });
        words.sum::<f64>() + self.weight(class, self.sizes.get(&features.size)) / 2.0
    }

    /// The logarithm of how much more often something is in the category than anywhere.
    fn weight(&self, class: usize, seen: Option<&Seen>) -> f64 {
        let examples = self.classes[class].examples.len().max(1) as f64;
        let anywhere = seen.map_or(0, |seen| seen.anywhere);
        let common = (f64::from(anywhere) + 1.0) / (f64::from(self.sampled) + RARE);
        let own = f64::from(seen.map_or(0, |seen| seen.of(class))) / examples;
        (OWN * own / common + 1.0 - OWN).ln()
    }

    /// What speaks for it; nothing, if that is too little: no telling word, or one that was seen
    /// once and beside other words.
    fn reason(&self, class: usize, features: &Features) -> Option<Reason> {
        let weighed = features.words.iter().map(|word| {
            let seen = self.words.get(word);
            (self.weight(class, seen), word)
        });
        let mut telling: Vec<_> = weighed.filter(|(weight, _)| *weight >= TELLING_MIN).collect();
        telling.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
        telling.truncate(REASON_WORDS_MAX);
        let examples = &self.classes[class].examples;
        let holds =
            |example: &&Features| telling.iter().any(|(_, word)| example.words.contains(*word));
        let operations = examples.iter().filter(holds).count();
        let is_same = || examples.iter().any(|example| example.words == features.words);
        let is_enough = operations > 1 || (operations == 1 && is_same());
        let words = telling.into_iter().map(|(_, word)| word.clone()).collect();
        is_enough.then_some(Reason { words, operations })
    }
}

impl Seen {
    fn count(&mut self, class: Option<usize>) {
        let Some(class) = class else {
            self.anywhere += 1;
            return;
        };
        match self.by_class.iter_mut().find(|(at, _)| *at == class) {
            Some((_, count)) => *count += 1,
            None => self.by_class.push((class, 1)),
        }
    }

    fn of(&self, class: usize) -> u32 {
        self.by_class.iter().find(|(at, _)| *at == class).map_or(0, |(_, count)| *count)
    }
}

/// Where something is counted; nowhere, once enough is known.
fn entry<K: Ord>(known: &mut BTreeMap<K, Seen>, key: K) -> Option<&mut Seen> {
    if known.len() >= KNOWN_MAX && !known.contains_key(&key) {
        return None;
    }
    Some(known.entry(key).or_default())
}
