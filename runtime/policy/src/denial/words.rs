//! The sentences of denials, English and French side by side. None ends with a full stop: they are
//! put together with colons and semicolons.

use super::{Act, Aspect, Reason};
use crate::grant::Action;
use crate::words::Locale;
use crate::world::CauseKind;

/// A refusal in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// What was refused.
    pub what: String,
    /// Why.
    pub why: String,
    /// How the owner could allow it.
    pub remedy: String,
}

const ON_ITS_PAGE: (&str, &str) = (
    "allow the missing category on the component's page",
    "autorisez la catégorie manquante sur la page du composant",
);
const CHOOSE: (&str, &str) = (
    "choose it yourself on a page of the home",
    "faites ce choix vous-même sur une page du domicile",
);

impl Reason {
    /// What was refused, why, and how to allow it.
    pub fn words(&self, locale: Locale) -> Words {
        let (what, why, remedy) = match self {
            Reason::NotGranted { .. }
            | Reason::WrongWorld { .. }
            | Reason::WrongCause { .. }
            | Reason::NotDeclared { .. } => self.of_kind(locale),
            Reason::StartsAbove { .. }
            | Reason::WritesAbove { .. }
            | Reason::SendsAbove { .. }
            | Reason::TooManyOrigins { .. }
            | Reason::LabelFull { .. } => self.of_label(locale),
            Reason::NotShown { .. } | Reason::Influenced { .. } | Reason::TooLongToCheck { .. } => {
                self.of_release(locale)
            }
            Reason::GateClosed { .. } | Reason::GateSize { .. } | Reason::GateSpent { .. } => {
                self.of_gate(locale)
            }
        };
        Words { what, why, remedy: locale.pick(remedy.0, remedy.1).to_owned() }
    }

    /// What the component is and asked for.
    fn of_kind(&self, locale: Locale) -> Sentences {
        match self {
            Reason::NotGranted { doctype, action } => (
                format!("{} `{doctype}`", action_words(*action, locale)),
                say(locale, "no grant allows it", "aucun droit ne le permet"),
                (
                    "if the component asks for it, allow it on the component's page",
                    "si le composant le demande, autorisez-le sur la page du composant",
                ),
            ),
            Reason::WrongWorld { act } => (
                act.words(locale).to_owned(),
                say(
                    locale,
                    "components of its kind can't",
                    "les composants de son genre ne le peuvent pas",
                ),
                (
                    "nothing allows it; a component of another kind has to be installed",
                    "rien ne le permet ; il faut installer un composant d'un autre genre",
                ),
            ),
            Reason::NotDeclared { route } => (
                format!("{} `{route}`", locale.pick("a request along", "une requête par")),
                say(locale, "its manifest has no such route", "son manifeste n'a pas cette route"),
                (
                    "nothing allows it; a version whose manifest declares it has to be installed",
                    "rien ne le permet ; il faut installer une version dont le manifeste la déclare",
                ),
            ),
            Reason::WrongCause { cause } => (
                cause.words(locale).to_owned(),
                say(
                    locale,
                    "components of its kind are not started that way",
                    "les composants de son genre ne démarrent pas ainsi",
                ),
                ("start it from its page in the home", "lancez-le depuis sa page dans le domicile"),
            ),
            _ => Default::default(),
        }
    }

    /// What a run knows, against what it may.
    fn of_label(&self, locale: Locale) -> Sentences {
        let words = |label: &crate::label::Label| label.words(locale);
        match self {
            Reason::StartsAbove { label, clearance } => {
                let (about, may) = (words(label), words(clearance));
                let what = say(locale, "a start", "un démarrage");
                let why = locale.pick(
                    format!("what it was given is about {about}, and it may know {may}"),
                    format!("ce qu'il a reçu porte sur {about}, et il peut connaître {may}"),
                );
                let remedy = (
                    "open the page again, or allow the missing category on the component's page",
                    "rouvrez la page, ou autorisez la catégorie manquante sur la page du composant",
                );
                (what, why, remedy)
            }
            Reason::WritesAbove { doctype, label, clearance } => {
                let (about, may) = (words(label), words(clearance));
                let why = locale.pick(
                    format!(
                        "the document would be about {about}, and the component may know {may}"
                    ),
                    format!(
                        "le document porterait sur {about}, et le composant peut connaître {may}"
                    ),
                );
                (format!("{} `{doctype}`", action_words(Action::Write, locale)), why, ON_ITS_PAGE)
            }
            Reason::SendsAbove { label, sends } => {
                let (about, may) = (words(label), words(sends));
                let why = locale.pick(
                    format!("the run knows of {about}, and the provider may get {may}"),
                    format!("l'exécution connaît {about}, et le fournisseur peut recevoir {may}"),
                );
                let remedy = (
                    "allow the missing category for this provider on the component's page",
                    "autorisez pour ce fournisseur la catégorie manquante sur la page du composant",
                );
                (Act::Send.words(locale).to_owned(), why, remedy)
            }
            Reason::TooManyOrigins { doctype, count } => (
                format!("{} `{doctype}`", locale.pick("to look at", "consulter")),
                locale.pick(
                    format!("the call names {count} origins"),
                    format!("l'appel nomme {count} origines"),
                ),
                (
                    "nothing allows it; the component has to name fewer origins or none",
                    "rien ne le permet ; le composant doit nommer moins d'origines, ou aucune",
                ),
            ),
            Reason::LabelFull { doctype } => (
                format!("{} `{doctype}`", locale.pick("to look at", "consulter")),
                say(
                    locale,
                    "one run has looked at too many origins one by one",
                    "une même exécution a consulté trop d'origines une à une",
                ),
                (
                    "nothing allows it; the component has to look at all origins at once",
                    "rien ne le permet ; le composant doit consulter toutes les origines à la fois",
                ),
            ),
            _ => Default::default(),
        }
    }

    /// What was to leave by the owner's act (R20).
    fn of_release(&self, locale: Locale) -> Sentences {
        let what = say(locale, "to send something away", "envoyer quelque chose au dehors");
        match self {
            Reason::NotShown { label, shown } => {
                let (about, shown) = (label.words(locale), shown.words(locale));
                let why = locale.pick(
                    format!("it is about {about}, and the page showed {shown}"),
                    format!("cela porte sur {about}, et la page montrait {shown}"),
                );
                let remedy = (
                    "open the page again and check what it shows",
                    "rouvrez la page et vérifiez ce qu'elle montre",
                );
                (what, why, remedy)
            }
            Reason::Influenced { aspect, by } => {
                let (aspect, by) = (aspect.words(locale), by.words(locale));
                let why = locale.pick(
                    format!("{aspect} could have been shaped by {by}"),
                    format!("ont pu agir sur {aspect} : {by}"),
                );
                (what, why, CHOOSE)
            }
            Reason::TooLongToCheck { bytes } => {
                let why = locale.pick(
                    format!("{bytes} bytes are too many to check by reading them"),
                    format!("{bytes} octets sont trop pour être vérifiés à la lecture"),
                );
                (what, why, CHOOSE)
            }
            _ => Default::default(),
        }
    }

    /// What was to leave by a gate (R20).
    fn of_gate(&self, locale: Locale) -> Sentences {
        let what = |gate: &str| format!("{} `{gate}`", locale.pick("to answer", "répondre à"));
        match self {
            Reason::GateClosed { gate } => (
                what(gate),
                say(locale, "the owner has not agreed to it", "vous n'y avez pas consenti"),
                ("allow it on the component's page", "autorisez-le sur la page du composant"),
            ),
            Reason::GateSize { gate, bytes } => (
                what(gate),
                locale.pick(
                    format!("an answer of {bytes} bytes is not of its one size"),
                    format!("une réponse de {bytes} octets n'a pas l'unique taille permise"),
                ),
                (
                    "nothing allows it; the component has to be repaired",
                    "rien ne le permet ; le composant est à corriger",
                ),
            ),
            Reason::GateSpent { gate } => (
                what(gate),
                say(
                    locale,
                    "it has given all that it may give in a day",
                    "elle a donné tout ce qu'elle peut donner en un jour",
                ),
                ("wait for tomorrow", "attendez demain"),
            ),
            _ => Default::default(),
        }
    }
}

/// What, why, and the remedy in both languages.
type Sentences = (String, String, (&'static str, &'static str));

fn say(locale: Locale, en: &str, fr: &str) -> String {
    locale.pick(en, fr).to_owned()
}

fn action_words(action: Action, locale: Locale) -> &'static str {
    match action {
        Action::Read => locale.pick("to read", "lire"),
        Action::Query => locale.pick("to query", "chercher dans"),
        Action::Write => locale.pick("to write", "écrire dans"),
        Action::Deposit => locale.pick("to deposit", "déposer dans"),
    }
}

impl Act {
    fn words(self, locale: Locale) -> &'static str {
        match self {
            Act::Create => locale.pick("to create a document", "créer un document"),
            Act::Change => locale.pick("to change a document", "modifier un document"),
            Act::Deposit => locale.pick("to deposit a document", "déposer un document"),
            Act::Send => locale.pick("to send a request", "envoyer une requête"),
            Act::Spawn => locale.pick("to start another run", "lancer une autre exécution"),
        }
    }
}

impl Aspect {
    fn words(self, locale: Locale) -> &'static str {
        match self {
            Aspect::Content => locale.pick("its content", "son contenu"),
            Aspect::Destination => locale.pick("its destination", "sa destination"),
            Aspect::Moment => locale.pick("its moment", "son moment"),
        }
    }
}

impl CauseKind {
    /// What people call it.
    pub fn words(self, locale: Locale) -> &'static str {
        match self {
            CauseKind::Owner => locale.pick("a start by the owner", "un démarrage par vous"),
            CauseKind::Schedule => locale.pick("a start by schedule", "un démarrage à heure fixe"),
            CauseKind::Page => locale.pick("a start by a page", "un démarrage par une page"),
            CauseKind::Event => locale.pick("a start by an event", "un démarrage par événement"),
            CauseKind::File => locale.pick("a start by a file", "un démarrage par un fichier"),
            CauseKind::Message => {
                locale.pick("a start by a message", "un démarrage par un message")
            }
        }
    }
}
