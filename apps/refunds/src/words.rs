//! What the app says, in English and French.

use domicile_sdk::words;

words! {
    /// The words of Refunds.
    pub Words {
        app = "Refunds" | "Remboursements";
        missing_ones = "Missing" | "Manquants";
        expenses = "Expenses" | "Dépenses";
        decisions = "Decisions" | "Décisions";
        pages = "Pages of this app" | "Pages de cette application";

        empty_title = "Nothing to compare yet" | "Rien à rapprocher pour l'instant";
        empty_how = "Bring in statements of your health insurance and of your bank, and install \
            Reconciliation: it puts them together here, in your home." |
            "Ajoutez les décomptes de vos assurances santé et vos relevés bancaires, et installez \
            Rapprochement\u{a0}: il les rapproche ici, chez vous.";
        all_well = "No refund is missing." | "Aucun remboursement ne manque.";
        settled_ones[n] = "By a decision, {n} missing refund counts as settled.",
            "By decisions, {n} missing refunds count as settled." |
            "Par une décision, {n} remboursement manquant compte comme réglé.",
            "Par des décisions, {n} remboursements manquants comptent comme réglés.";
        saved = "Your decision is kept. It is taken into account within moments." |
            "Votre décision est retenue. Elle est prise en compte dans un instant.";
        alerts_cut[n] = "Only the newest {n} missing refund is shown.",
            "Only the newest {n} missing refunds are shown." |
            "Seul le dernier remboursement manquant est montré.",
            "Seuls les {n} derniers remboursements manquants sont montrés.";

        year = "The last twelve months" | "Les douze derniers mois";
        year_cut[n] = "Only the latest {n} expense is counted.",
            "Only the latest {n} expenses are counted." |
            "Seule la dernière dépense est comptée.",
            "Seules les {n} dernières dépenses sont comptées.";
        by_payer(currency) = "By payer, {currency}" | "Par organisme, {currency}";
        spent = "Spent" | "Dépensé";
        received = "Received" | "Reçu";
        awaited = "Awaited" | "Attendu";
        missing = "Missing" | "Manquant";
        announced = "Announced" | "Annoncé";
        expected = "Expected" | "Prévu";

        no_payer = "No insurer tells of it" | "Aucun organisme n'en parle";
        nameless_payer = "A payer without a name" | "Un organisme sans nom";
        nameless_act = "An expense" | "Une dépense";
        since(day) = "since {day}" | "depuis le {day}";
        was_due(day) = "due by {day}" | "attendu pour le {day}";
        due(day) = "due by {day}" | "attendu pour le {day}";
        act = "For" | "Pour";
        beneficiary = "Beneficiary" | "Bénéficiaire";
        spent_on = "Spent on" | "Dépensé le";
        announced_on = "Since" | "Depuis";
        due_by = "Due by" | "Attendu pour le";
        see_expense = "The whole expense" | "Toute la dépense";
        proofs = "What is known" | "Ce qui est connu";
        nothing_known = "The bills and operations are gone." |
            "Les factures et les opérations ont disparu.";

        write_letter = "Write the claim letter" | "Écrire la réclamation";
        settled = "It is settled" | "C'est réglé";
        letter = "Claim letter" | "Lettre de réclamation";
        letter_hint = "Add your name, address and member number. Copy it, print it, or take it along \
            as a file." |
            "Ajoutez votre nom, votre adresse et votre numéro d'adhérent. Copiez la lettre, \
            imprimez-la ou emportez-la en fichier.";
        take_letter = "Download as text" | "Télécharger en texte";
        letter_file = "claim" | "reclamation";
        back_to_alert = "Back to what is missing" | "Retour à ce qui manque";

        who_owes = "Who pays what of it" | "Qui en paie quoi";
        nobody_owes = "Nobody pays any of it back." | "Personne n'en rembourse rien.";
        of_expected(received, expected) = "{received} of {expected}" | "{received} sur {expected}";
        fees(amount) = "{amount} of flat fees" | "{amount} de participations";
        found = "Bills and operations" | "Factures et opérations";
        bill = "Bill" | "Facture";
        operation = "Operation" | "Opération";
        not_found = "At your bank nothing was found for" |
            "Rien n'a été trouvé à votre banque pour";
        gone = "It is not there any more." | "Elle n'est plus là.";
        refund = "refund" | "remboursement";
        confirm = "Confirm" | "Confirmer";
        not_this = "Not this one" | "Pas celle-ci";
        you_confirmed = "You confirmed it." | "Vous l'avez confirmé.";
        you_undid = "You said that it is another one." | "Vous avez dit que c'en est une autre.";
        part_of_it(amount) = "{amount} of it, as you said." | "{amount} sur le total, selon vous.";
        split = "Share it among bills" | "Répartir entre des factures";
        split_how = "Write beside each bill how much of the operation is about it, and below what is \
            about something else. Together that is the whole operation." |
            "Indiquez à côté de chaque facture la part de l'opération qui la concerne, et en bas ce \
            qui concerne autre chose. Le tout fait l'opération entière.";
        something_else = "Something else" | "Autre chose";
        at_most(amount) = "at most {amount}" | "au plus {amount}";
        keep_parts = "Keep these parts" | "Retenir ces parts";
        not_an_amount(text) = "{text} is not an amount. Nothing was changed." |
            "{text} n'est pas un montant. Rien n'a été modifié.";
        parts_none = "Give at least one bill of this page a part. Nothing was changed." |
            "Donnez une part à au moins une facture de cette page. Rien n'a été modifié.";
        parts_too_little(sum, total, left) = "The parts make {sum}, and the operation is {total}: \
            {left} is given to nothing. Nothing was changed." |
            "Les parts font {sum} et l'opération {total}\u{a0}: {left} ne sont donnés à rien. Rien \
            n'a été modifié.";
        parts_too_much(sum, total, over) = "The parts make {sum}, and the operation is {total}: \
            {over} too much. Nothing was changed." |
            "Les parts font {sum} et l'opération {total}\u{a0}: {over} de trop. Rien n'a été \
            modifié.";
        part_too_large(part, bill, most) = "{part} is more than the bill of {bill} is about: {most}. \
            Put the rest under something else. Nothing was changed." |
            "{part} dépasse ce que concerne la facture de {bill}\u{a0}: {most}. Mettez le reste \
            sous autre chose. Rien n'a été modifié.";
        no_bills_near = "No bill lies near this operation: look at another month." |
            "Aucune facture n'est proche de cette opération\u{a0}: regardez un autre mois.";
        other_month = "Another month" | "Un autre mois";
        choose_operation = "Choose another operation for it" | "Choisir une autre opération";
        choose_how = "An operation that you choose here counts besides those that count already." |
            "Une opération choisie ici compte en plus de celles qui comptent déjà.";
        choose_this(name) = "This one: {name}" | "Celle-ci\u{a0}: {name}";
        this_one = "This one" | "Celle-ci";
        no_operations_near = "No operation lies near this bill: look at another month." |
            "Aucune opération n'est proche de cette facture\u{a0}: regardez un autre mois.";
        back_to_expense = "Back to the expense" | "Retour à la dépense";
        sure(percent) = "{percent}\u{a0}% sure" | "sûr à {percent}\u{a0}%";

        public = "Public health insurance" | "Assurance maladie";
        top_up = "Top-up insurance" | "Complémentaire santé";
        vendor = "Vendor" | "Vendeur";
        state_third_party = "Paid to somebody else" | "Payé à un tiers";
        state_received = "Received" | "Reçu";
        state_awaited = "Awaited" | "Attendu";
        state_partial = "Partly missing" | "Manquant en partie";
        state_missing = "Missing" | "Manquant";
        state_late = "Missing, or in part" | "Manquant, ou en partie";
        state_unknown = "Not known to your bank" | "Inconnu de votre banque";

        search = "Search" | "Rechercher";
        search_hint = "Act, person or payer" | "Acte, personne ou organisme";
        payer = "Payer" | "Organisme";
        state = "State" | "État";
        month = "Month" | "Mois";
        all = "All" | "Tous";
        show = "Show" | "Afficher";
        clear = "Clear" | "Effacer";
        nothing_found = "Nothing fits these filters." | "Rien ne correspond à ces filtres.";
        older = "Older" | "Plus anciennes";
        newest = "Newest" | "Plus récentes";
        shown[n] = "{n} expense on this page", "{n} expenses on this page" |
            "{n} dépense sur cette page", "{n} dépenses sur cette page";

        decisions_hint = "What stands here holds, also if another app that may write decisions wrote \
            it. Take back what you did not decide." |
            "Ce qui figure ici vaut, même si une autre application autorisée à écrire des décisions \
            l'a écrit. Annulez ce que vous n'avez pas décidé.";
        no_decisions = "You have decided nothing yet." | "Vous n'avez encore rien décidé.";
        decided_together = "They belong together" | "Elles vont ensemble";
        decided_apart = "They do not belong together" | "Elles ne vont pas ensemble";
        decided_split = "This operation is about these bills alone" |
            "Cette opération ne concerne que ces factures";
        decided_settled = "It is settled" | "C'est réglé";
        take_back = "Take back" | "Annuler";
    }
}
