//! What the owner is told, in English and French.

use domicile_sdk::words;

words! {
    /// The words of bank alerts.
    pub Words {
        account = "An account" | "Un compte";
        operation = "An operation" | "Une opération";
        low(name, balance) = "{name} is low: {balance}" | "{name} est bas\u{a0}: {balance}";
        low_how(balance, bound) = "{balance} is below the {bound} that you set in Banks." |
            "{balance}, c'est moins que les {bound} fixés dans Banques.";
        large(amount) = "Large operation: {amount}" | "Opération importante\u{a0}: {amount}";
        large_how(name, day, bound) = "{name}, {day}. You asked to be told from {bound} on." |
            "{name}, {day}. Vous vouliez le savoir à partir de {bound}.";
        exceeded(category) = "Budget exceeded: {category}" | "Budget dépassé\u{a0}: {category}";
        exceeded_how(spent, limit, month) = "{spent} of {limit} in {month}." |
            "{spent} sur {limit} en {month}.";
        more_title[n] = "{n} more bank alert", "{n} more bank alerts" |
            "{n} autre alerte bancaire", "{n} autres alertes bancaires";
        where_to_look = "Banks shows them on its pages." | "Banques les montre sur ses pages.";
    }
}
