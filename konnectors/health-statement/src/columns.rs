//! What is each column? In: the names in a header, of which a closed list is known. Out: one column
//! for each meaning, and whose refunds stand there. Never here: a value; a name that is known by a
//! part of it, a meaning that two columns have.

use konnector_shared::text::{plain, quote};
use konnector_shared::{Said, say};

use super::cells::{Row, Rows};

/// Rows among which a header is looked for: some tables have a title.
const HEADER_ROWS_MAX: usize = 20;
/// What may separate cells.
const SEPARATORS: [char; 3] = [';', '\t', ','];
/// Words that change nothing in a name, but for its last one.
const LINKS: [&str; 10] = ["de", "des", "du", "d", "la", "le", "les", "l", "par", "en"];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// On which day care was given.
    Day,
    Act,
    Spent,
    /// Refunded, by whoever the table or its row names.
    Refunded,
    /// Refunded by an insurer who adds to the public insurance.
    TopUp,
    /// Refunded by the public insurance.
    Public,
    Beneficiary,
    PaidOn,
    Payer,
    ThirdParty,
    Currency,
    /// Of what and at which rate it is refunded: no bill has a place for that.
    Basis,
}

const NAMES: [(Role, &[&str]); 10] = [
    (
        Role::Day,
        &[
            "date soin",
            "date soins",
            "date acte",
            "date actes",
            "date prestation",
            "date prestations",
            "jour soins",
        ],
    ),
    (
        Role::Act,
        &[
            "acte",
            "actes",
            "soin",
            "soins",
            "prestation",
            "prestations",
            "libelle",
            "libelle acte",
            "libelle prestation",
            "libelle soins",
            "nature acte",
            "nature actes",
            "nature prestation",
            "nature prestations",
            "nature soin",
            "nature soins",
        ],
    ),
    (
        Role::Spent,
        &[
            "montant paye",
            "montant depense",
            "montant depenses",
            "montant engage",
            "montant frais",
            "depense",
            "depenses",
            "depense engagee",
            "depenses engagees",
            "depense reelle",
            "depenses reelles",
            "frais reels",
            "frais engages",
        ],
    ),
    (
        Role::Refunded,
        &[
            "rembourse",
            "montant rembourse",
            "remboursement",
            "montant remboursement",
            "montant verse",
        ],
    ),
    (
        Role::Beneficiary,
        &["beneficiaire", "beneficiaires", "nom beneficiaire", "beneficiaire soins", "patient"],
    ),
    (
        Role::PaidOn,
        &[
            "date paiement",
            "date remboursement",
            "date reglement",
            "date versement",
            "date virement",
            "paye le",
            "rembourse le",
            "verse le",
        ],
    ),
    (Role::Payer, &["organisme", "organisme payeur", "nom organisme", "assureur", "mutuelle"]),
    (
        Role::ThirdParty,
        &[
            "tiers payant",
            "destinataire paiement",
            "destinataire reglement",
            "destinataire remboursement",
        ],
    ),
    (Role::Currency, &["devise", "monnaie"]),
    (Role::Basis, &["base", "base remboursement", "brss", "taux", "taux remboursement"]),
];

/// What begins the name of a refund, and whom it goes on to name.
const REFUNDS: [&str; 6] = [
    "part",
    "rembourse",
    "remboursement",
    "montant rembourse",
    "montant remboursement",
    "montant verse",
];
const TOP_UPS: [&str; 5] = ["mutuelle", "complementaire", "complementaire sante", "amc", "rc"];
const PUBLICS: [&str; 7] =
    ["securite sociale", "secu", "assurance maladie", "regime obligatoire", "amo", "ro", "ameli"];

/// The columns that a table needs, with a name of each; the last one has names of three kinds.
const NEEDED: [(Role, [&str; 2], &str); 4] = [
    (Role::Day, ["the day of care", "le jour des soins"], "Date des soins"),
    (Role::Act, ["the act", "l'acte"], "Acte"),
    (Role::Spent, ["what was paid", "ce qui a été payé"], "Montant payé"),
    (Role::Refunded, ["what was refunded", "ce qui a été remboursé"], "Montant remboursé"),
];

/// Which columns hold what was refunded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refunds {
    /// By one payer a row, perhaps beside what the public insurance paid before.
    One { column: usize, role: Role, before: Option<usize> },
    /// By the public insurance and by the row's payer.
    Both { public: usize, top_up: usize },
}

/// A header.
#[derive(Debug)]
pub struct Columns {
    names: Vec<String>,
    roles: Vec<Option<Role>>,
}

impl Columns {
    fn of(row: &Row) -> Columns {
        let names: Vec<String> = row.cells.iter().map(|name| name.trim().to_owned()).collect();
        let roles = names.iter().map(|name| role(name)).collect();
        Columns { names, roles }
    }

    pub fn find(&self, role: Role) -> Option<usize> {
        self.roles.iter().position(|found| *found == Some(role))
    }

    /// Whether values may stand in that column.
    pub fn has_name(&self, column: usize) -> bool {
        self.names.get(column).is_some_and(|name| !name.is_empty())
    }

    /// Whether a row of so many cells lacks some.
    pub fn is_wider(&self, cells: usize) -> bool {
        (cells..self.names.len()).any(|column| self.has_name(column))
    }

    pub fn name(&self, column: usize) -> String {
        quote(self.names.get(column).map_or("", String::as_str))
    }

    pub fn unknown(&self) -> Vec<String> {
        let named = (0..self.names.len()).filter(|column| self.has_name(*column));
        let unknown = named.filter(|column| self.roles.get(*column) == Some(&None));
        unknown.map(|column| self.name(column)).collect()
    }

    fn is_there(&self, needed: Role) -> bool {
        let others: &[Role] = match needed {
            Role::Refunded => &[Role::Refunded, Role::TopUp, Role::Public],
            _ => &[needed],
        };
        others.iter().any(|role| self.find(*role).is_some())
    }

    /// How many of the needed columns are there.
    fn score(&self) -> usize {
        NEEDED.iter().filter(|(role, ..)| self.is_there(*role)).count()
    }

    pub fn is_complete(&self) -> bool {
        self.score() == NEEDED.len()
    }

    /// Where refunds stand, if each meaning that is needed has one column and none has two.
    pub fn refunds(&self) -> Result<Refunds, Said> {
        if !self.is_complete() {
            return Err(self.incomplete());
        }
        let twice = self.roles.iter().enumerate().find_map(|(column, role)| {
            let first = self.find((*role).filter(|role| *role != Role::Basis)?)?;
            (first != column).then_some((first, column))
        });
        if let Some((one, other)) = twice {
            return Err(self.ambiguous(one, other));
        }
        let [any, top_up, public] =
            [Role::Refunded, Role::TopUp, Role::Public].map(|role| self.find(role));
        match (any, top_up, public) {
            (Some(any), Some(top_up), _) => Err(self.ambiguous(any, top_up)),
            (Some(column), None, before) => {
                Ok(Refunds::One { column, role: Role::Refunded, before })
            }
            (None, Some(top_up), Some(public)) => Ok(Refunds::Both { public, top_up }),
            (None, Some(column), None) => {
                Ok(Refunds::One { column, role: Role::TopUp, before: None })
            }
            (None, None, Some(column)) => {
                Ok(Refunds::One { column, role: Role::Public, before: None })
            }
            (None, None, None) => Err(self.incomplete()),
        }
    }

    fn all(&self) -> String {
        let named = (0..self.names.len()).filter(|column| self.has_name(*column));
        named.map(|column| self.name(column)).collect::<Vec<_>>().join(", ")
    }

    fn incomplete(&self) -> Said {
        let missing = || NEEDED.iter().filter(|(role, ..)| !self.is_there(*role));
        let in_language = |at: usize| {
            let each = missing().map(|(_, meaning, name)| {
                format!("{} (\"{name}\")", meaning.get(at).copied().unwrap_or_default())
            });
            each.collect::<Vec<_>>().join(", ")
        };
        let missing = Said { en: in_language(0), fr: in_language(1) };
        let all = self.all();
        say!(
            missing, all;
            "no column of the table has a known name for: {missing}; its columns are {all}: give them names \
             like these",
            "aucune colonne du tableau n'a de nom connu pour : {missing} ; ses colonnes sont {all} : donnez-leur \
             de tels noms",
        )
    }

    fn ambiguous(&self, one: usize, other: usize) -> Said {
        let (one, other, all) = (self.name(one), self.name(other), self.all());
        say!(
            one, other, all;
            "the columns {one} and {other} mean the same, and nothing tells which one to take: take one out of \
             {all}",
            "les colonnes {one} et {other} veulent dire la même chose, et rien ne dit laquelle prendre : ôtez-en \
             une de {all}",
        )
    }
}

/// A header, what separates its cells, and how many rows stand above it.
#[derive(Debug)]
pub struct Header {
    pub columns: Columns,
    pub separator: char,
    pub above: usize,
}

/// The row that names a day of care: no bank's table has such a column.
pub fn header(text: &str) -> Option<Header> {
    let with = |separator: &char| {
        let rows = Rows::new(text, *separator).take(HEADER_ROWS_MAX).map_while(Result::ok);
        let mut headers = rows.map(|row| Columns::of(&row)).enumerate();
        let (above, columns) = headers.find(|(_, columns)| columns.find(Role::Day).is_some())?;
        Some(Header { columns, separator: *separator, above })
    };
    // Of equals the first, since max_by_key takes the last.
    SEPARATORS.iter().rev().filter_map(with).max_by_key(|header| header.columns.score())
}

fn role(name: &str) -> Option<Role> {
    if name.chars().any(is_other_currency) {
        return None;
    }
    let name = folded(name);
    let known = NAMES.iter().find(|(_, names)| names.contains(&name.as_str()));
    let names_payer = |payers: &[&str]| {
        REFUNDS.iter().any(|start| {
            let rest = name.strip_prefix(start).and_then(|rest| rest.strip_prefix(' '));
            rest.is_some_and(|payer| payers.contains(&payer))
        })
    };
    match known {
        Some((role, _)) => Some(*role),
        None if names_payer(&TOP_UPS) => Some(Role::TopUp),
        None if names_payer(&PUBLICS) => Some(Role::Public),
        None => None,
    }
}

/// The sign of any currency but the euro.
fn is_other_currency(c: char) -> bool {
    matches!(c, '$' | '\u{a2}'..='\u{a5}' | '\u{20a0}'..='\u{20cf}') && c != '\u{20ac}'
}

/// A name without capitals, accents, marks, links and a currency at its end.
pub fn folded(name: &str) -> String {
    let is_accent = |c: char| ('\u{300}'..='\u{36f}').contains(&c);
    let plain: String = plain(name).chars().filter(|c| !is_accent(*c)).collect();
    let mut words: Vec<&str> =
        plain.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    if words.len() > 1 && words.last().is_some_and(|last| ["eur", "euro", "euros"].contains(last)) {
        words.pop();
        words.pop_if(|last| *last == "en");
    }
    let last = words.len().saturating_sub(1);
    let telling = words.iter().enumerate();
    let telling = telling.filter(|(at, word)| *at == last || !LINKS.contains(word));
    telling.map(|(_, word)| *word).collect::<Vec<&str>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_in_all_ways_to_write_them_and_no_others() {
        use Role::{Act, Day, PaidOn, Public, Refunded, Spent, TopUp};
        for (name, expected) in [
            ("DATE DES SOINS", Some(Day)),
            (" Date_de-soin ", Some(Day)),
            ("Date", None),
            ("Date op\u{e9}ration", None),
            ("Libell\u{e9}", Some(Act)),
            ("Libelle\u{301} de l'acte", Some(Act)),
            ("Montant pay\u{e9} (\u{20ac})", Some(Spent)),
            ("De\u{301}pense en euros", Some(Spent)),
            ("Montant pay\u{e9} ($)", None),
            ("Montant pay\u{e9} (CHF)", None),
            ("Rembours\u{e9}", Some(Refunded)),
            ("Rembours\u{e9} le", Some(PaidOn)),
            ("Rembours\u{e9} par l\u{2019}Assurance Maladie", Some(Public)),
            ("Part RO", Some(Public)),
            ("Rembours\u{e9} par la mutuelle", Some(TopUp)),
            ("Part mutuelle de base", None),
            ("Total rembours\u{e9}", None),
            ("N\u{b0} de s\u{e9}curit\u{e9} sociale", None),
            ("", None),
            ("\u{20ac}", None),
        ] {
            assert_eq!(role(name), expected, "{name}");
        }
    }

    #[test]
    fn no_name_has_two_meanings() {
        let mut all: Vec<&str> = NAMES.iter().flat_map(|(_, names)| *names).copied().collect();
        assert!(all.iter().all(|name| folded(name) == *name));
        let number = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), number);
    }

    #[test]
    fn the_separator_is_that_of_the_header() {
        let found = |text: &str| header(text).map(|header| (header.separator, header.above));
        assert_eq!(found("Relev\u{e9}, mutuelle\nDate des soins;Acte\n"), Some((';', 1)));
        assert_eq!(found("Date des soins,\"Acte\",Montant pay\u{e9}"), Some((',', 0)));
        assert_eq!(found("Acte\tDate des soins\n"), Some(('\t', 0)));
        assert_eq!(found("Date;Libelle;Montant\n01/01/2026;A;-1,00\n"), None);
    }
}
