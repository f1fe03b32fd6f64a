//! Who pays, and how banks name them. In: vendors of bills. Out: payers, each with the words to
//! look for in a label. Never here: an operation; a payer that has no name.

use std::collections::BTreeMap;

use crate::books::Bill;
use crate::label::normalised;
use crate::outcome::Role;

/// Payers that are known, those with the most bills: where more have equally many, none of these.
/// The public insurance is known anyhow: no number of others pushes it out.
const PAYERS_MAX: usize = 500;

/// What bills call the public insurance, and what banks do.
const PUBLIC: [&str; 8] = [
    " AMELI ",
    " CPAM",
    " C P A M ",
    " CNAM",
    " CGSS ",
    " ASSURANCE MALADIE ",
    " ASS MALADIE ",
    " SECURITE SOCIALE ",
];
const FARMERS: &str = " MSA ";

/// Words that name nobody.
const GENERIC: [&str; 32] = [
    "MUTUELLE",
    "MUTUELLES",
    "ASSURANCE",
    "ASSURANCES",
    "SANTE",
    "GROUPE",
    "PREVOYANCE",
    "GENERALE",
    "NATIONALE",
    "FRANCE",
    "CAISSE",
    "COMPLEMENTAIRE",
    "REMBOURSEMENT",
    "SERVICE",
    "SERVICES",
    "SOCIETE",
    "BANQUE",
    "LA",
    "LE",
    "LES",
    "DE",
    "DU",
    "DES",
    "ET",
    "SA",
    "SAS",
    "SARL",
    "THE",
    "AND",
    "INC",
    "LTD",
    "VIE",
];

/// A payer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payer {
    /// As its bills name it, the first of all ways.
    pub vendor: String,
    pub role: Role,
    /// What the label of an operation says; the whole name first.
    needles: Vec<String>,
    /// Its name in one piece, as connectors call themselves.
    slug: Option<String>,
}

/// How well a label names a payer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Naming {
    Whole,
    Part,
}

impl Payer {
    /// The word by which a normalised label names it.
    pub fn named_in(&self, label: &str) -> Option<(Naming, &str)> {
        let found = self.needles.iter().position(|needle| label.contains(needle.as_str()));
        if let Some(at) = found {
            let is_whole = at == 0 || self.role == Role::Public;
            let naming = if is_whole { Naming::Whole } else { Naming::Part };
            return Some((naming, self.needles.get(at)?.trim()));
        }
        let slug = self.slug.as_deref()?;
        label.replace(' ', "").contains(slug).then_some((Naming::Part, slug))
    }

    fn new(vendor: &str, name: &str, role: Role) -> Payer {
        /// Shorter ones are in too many other words.
        const SLUG_MIN: usize = 7;
        if role == Role::Public && !name.contains(FARMERS) {
            let needles = PUBLIC.map(str::to_owned).to_vec();
            return Payer { vendor: vendor.to_owned(), role, needles, slug: None };
        }
        let telling = name.split(' ').filter(|word| word.len() >= 3 && !GENERIC.contains(word));
        let mut needles = vec![name.to_owned()];
        needles.extend(telling.map(|word| format!(" {word} ")));
        needles.dedup();
        let slug = name.replace(' ', "");
        let slug = Some(slug).filter(|slug| slug.len() >= SLUG_MIN);
        Payer { vendor: vendor.to_owned(), role, needles, slug }
    }
}

/// All payers of some bills, by name; a bill without a vendor has none.
#[derive(Debug, Default)]
pub struct Payers {
    pub all: Vec<Payer>,
    by_name: BTreeMap<String, usize>,
}

impl Payers {
    pub fn of<'a>(bills: impl Iterator<Item = &'a Bill>) -> Payers {
        let mut names = BTreeMap::<String, (&str, bool, usize)>::new();
        for bill in bills {
            let health = is_health(bill) && bill.is_refund;
            let entry = names.entry(key(&bill.vendor)).or_insert((&bill.vendor, false, 0));
            *entry = (entry.0.min(&bill.vendor), entry.1 | health, entry.2 + 1);
        }
        names.remove(" ");
        let mut counts: Vec<usize> = names.values().map(|(.., count)| *count).collect();
        counts.sort_unstable_by(|one, other| other.cmp(one));
        let least = counts.get(PAYERS_MAX).map_or(0, |count| count + 1);
        names.retain(|name, (.., count)| *count >= least || is_public_itself(name));
        let mut payers = Payers::default();
        for (name, (vendor, health, _)) in names {
            let is_public = PUBLIC.iter().chain([&FARMERS]).any(|public| name.contains(public));
            let role = match (is_public, health) {
                (true, true) => Role::Public,
                (false, true) => Role::TopUp,
                (_, false) => Role::Vendor,
            };
            payers.all.push(Payer::new(vendor.trim(), &name, role));
            payers.by_name.insert(name, payers.all.len() - 1);
        }
        payers
    }

    pub fn find(&self, vendor: &str) -> Option<usize> {
        self.by_name.get(&key(vendor)).copied()
    }

    pub fn get(&self, at: Option<usize>) -> Option<&Payer> {
        self.all.get(at?)
    }
}

/// Names that differ in case and accents are one.
fn key(vendor: &str) -> String {
    normalised(vendor)
}

/// Is it just that, and not a longer name with that in it? Of those there is no end.
fn is_public_itself(name: &str) -> bool {
    PUBLIC.iter().chain([&FARMERS]).any(|public| public.trim() == name.trim())
}

pub fn is_health(bill: &Bill) -> bool {
    bill.kind == "health_costs"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(vendor: &str, label: &str) -> Option<Naming> {
        let bill = Bill {
            vendor: vendor.into(),
            kind: "health_costs".into(),
            is_refund: true,
            ..Bill::default()
        };
        let payers = Payers::of([&bill].into_iter());
        let payer = payers.get(payers.find(vendor));
        payer.and_then(|payer| payer.named_in(&normalised(label))).map(|found| found.0)
    }

    #[test]
    fn banks_name_payers_in_their_own_ways() {
        use Naming::{Part, Whole};
        for (vendor, label, naming) in [
            ("Ameli", "VIR C.P.A.M. 75", Some(Whole)),
            ("Ameli", "CPAM92 REMBOURSEMENT", Some(Whole)),
            ("Harmonie Mutuelle", "VIR HARMONIE MUTUELLE IP01", Some(Whole)),
            ("AG2R La Mondiale", "AG2R PREVOYANCE", Some(Part)),
            ("lamutuellegenerale", "VIR LA MUTUELLE GENERALE", Some(Part)),
            ("Harmonie Mutuelle", "MUTUELLE BLEUE", None),
            ("Alan", "BALANCE", None),
            ("", "ANYTHING", None),
            ("MSA", "CPAM DE PARIS", None),
        ] {
            assert_eq!(named(vendor, label), naming, "{vendor} in {label}");
        }
    }
}
