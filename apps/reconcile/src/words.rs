//! What is said to people, in English and French.

use domicile_sdk::words;

words! {
    /// The words of reconciling.
    pub Words {
        owner = "You said so." | "Vous l'avez dit.";
        exact = "The amount is the same to the cent." | "Le montant est le même au centime près.";
        near = "The amount is nearly the same." | "Le montant est presque le même.";
        kept_back = "The amount is the same but for flat fees." |
            "Le montant est le même, aux participations forfaitaires près.";
        group = "One operation for several bills." | "Une opération pour plusieurs factures.";
        parts = "Paid in several operations." | "Payé en plusieurs opérations.";
        partial = "Only a part came." | "Une partie seulement est arrivée.";
        shared = "Another line of an expense that is already found." |
            "Une autre ligne d'une dépense déjà retrouvée.";

        same_amount(amount) = "same amount: {amount}" | "même montant\u{a0}: {amount}";
        off(amount) = "{amount} apart" | "{amount} d'écart";
        same_day = "on the same day" | "le même jour";
        later[n] = "{n} day later", "{n} days later" | "{n} jour plus tard", "{n} jours plus tard";
        earlier[n] = "{n} day earlier", "{n} days earlier" |
            "{n} jour plus tôt", "{n} jours plus tôt";
        word(word) = "the label names {word}" | "le libellé nomme {word}";
        expression = "the label is as the vendor's connector expects it" |
            "le libellé est celui qu'attend le connecteur du fournisseur";
        health_category = "the operation is about health" | "l'opération concerne la santé";
        health_word(word) = "the label says {word}" | "le libellé contient {word}";
        beneficiary(name) = "the label names {name}" | "le libellé nomme {name}";
        sum(count, amount) = "{count} bills add up to {amount}" |
            "{count} factures font ensemble {amount}";
        parts_sum(count, amount) = "{count} operations for {amount}" |
            "{count} opérations pour {amount}";
        fees(amount) = "{amount} of flat fees kept back" |
            "{amount} de participations forfaitaires retenus";
        alone = "nothing else fits" | "rien d'autre ne convient";

        missing(amount, payer) = "{amount} missing from {payer}" | "{payer}\u{a0}: il manque {amount}";
        nobody = "a vendor" | "un fournisseur";
        unpaid(payer, amount, day, due) = "{payer} announced {amount} on {day}. It had to be there \
            by {due}, and nothing came." |
            "{payer} a annoncé {amount} le {day}. Ce montant devait arriver avant le {due}, et rien \
            n'est venu.";
        partly(payer, amount, day, received, missing) = "{payer} announced {amount} on {day}. \
            {received} came, {missing} is missing." |
            "{payer} a annoncé {amount} le {day}. {received} sont arrivés, il manque {missing}.";
        unannounced(payer, amount, day) = "{payer} neither announced nor paid its part of an act of \
            {day}: about {amount}." |
            "{payer} n'a ni annoncé ni payé sa part d'un acte du {day}\u{a0}: environ {amount}.";
        no_statement(amount, day, what) = "No insurer tells of {amount} spent on {day} ({what}). The \
            care sheet may be lost." |
            "Aucun organisme ne parle des {amount} dépensés le {day} ({what}). La feuille de soins \
            est peut-être perdue.";

        subject = "Subject: refund not received" | "Objet\u{a0}: remboursement non reçu";
        salutation = "Dear Sir or Madam," | "Madame, Monsieur,";
        letter_unpaid(amount, day) = "You announced a refund of {amount} on {day}. It never reached \
            my account." |
            "Vous m'avez annoncé le {day} un remboursement de {amount}. Il n'est jamais arrivé sur \
            mon compte.";
        letter_partial(amount, day, received, missing) = "You announced a refund of {amount} on \
            {day}. Only {received} reached my account: {missing} is missing." |
            "Vous m'avez annoncé le {day} un remboursement de {amount}. Seuls {received} sont arrivés \
            sur mon compte\u{a0}: il manque {missing}.";
        letter_unannounced(amount) = "For the act below I received neither a statement nor a refund \
            of yours. By my reckoning {amount} is due." |
            "Pour l'acte ci-dessous, je n'ai reçu de votre part ni décompte ni remboursement. Selon \
            mes calculs, vous me devez {amount}.";
        letter_no_statement = "I paid for the care below, and no statement tells of it. Please tell \
            me whether you received the care sheet; I can send you a copy of it." |
            "J'ai réglé les soins ci-dessous, et aucun décompte n'en parle. Pouvez-vous me dire si \
            vous avez reçu la feuille de soins\u{a0}? Je peux vous en envoyer un double.";
        for_whom(name) = "Beneficiary: {name}" | "Bénéficiaire\u{a0}: {name}";
        act(what) = "Care: {what}" | "Soins\u{a0}: {what}";
        bought(what) = "Purchase: {what}" | "Achat\u{a0}: {what}";
        spent(amount, day) = "Spent: {amount} on {day}" | "Dépensé\u{a0}: {amount} le {day}";
        paid_on(amount, day, label) = "Bank: {amount} on {day}, {label}" |
            "Banque\u{a0}: {amount} le {day}, {label}";
        told(vendor, amount, day) = "Statement of {vendor}: {amount}, dated {day}" |
            "Décompte de {vendor}\u{a0}: {amount}, daté du {day}";
        please = "Please check this and pay what is missing, or tell me why nothing is due." |
            "Merci de bien vouloir vérifier et me verser ce qui manque, ou m'indiquer pourquoi rien \
            n'est dû.";
        closing = "Yours faithfully," |
            "Je vous prie d'agréer, Madame, Monsieur, mes salutations distinguées.";
    }
}
