//! What the app says, in English and French.

use domicile_sdk::words;

words! {
    /// The words of Banks.
    pub Words {
        app = "Banks" | "Banques";
        accounts = "Accounts" | "Comptes";
        operations = "Operations" | "Opérations";
        months = "Months" | "Mois";
        pages = "Pages of this app" | "Pages de cette application";

        balance = "Balance" | "Solde";
        balance_on(day) = "on {day}" | "au {day}";
        no_balance = "unknown balance" | "solde inconnu";
        unnamed_account = "Account" | "Compte";
        unknown_account = "Unknown account" | "Compte inconnu";
        number_ends(tail) = "ending in {tail}" | "finissant par {tail}";

        current_accounts = "Current accounts" | "Comptes courants";
        savings = "Savings" | "Épargne";
        cards = "Cards" | "Cartes";
        investments = "Investments" | "Placements";
        loans = "Loans" | "Crédits";
        cash = "Cash" | "Espèces";
        other_accounts = "Other accounts" | "Autres comptes";

        empty_title = "No statement yet" | "Aucun relevé pour l'instant";
        empty_how = "Drop an OFX or CAMT file from your bank on this page. It is read here, in your \
            home, by an importer that has no network." |
            "Déposez sur cette page un fichier OFX ou CAMT de votre banque. Il est lu ici, \
            chez vous, par un importateur sans accès au réseau.";
        empty_where = "Your bank offers the file under names like Export, Download or Statement: \
            choose OFX, Money, QFX or CAMT.053." |
            "Votre banque propose ce fichier sous un nom comme Exporter, Télécharger ou \
            Relevé\u{a0}: choisissez OFX, Money, QFX ou CAMT.053.";
        add_more = "To add operations, drop another statement on this page: what is already here is \
            not added twice." |
            "Pour ajouter des opérations, déposez un autre relevé sur cette page\u{a0}: ce qui \
            s'y trouve déjà n'est pas ajouté deux fois.";

        latest = "Latest operations" | "Dernières opérations";
        see_all = "All operations" | "Toutes les opérations";
        see_month = "This month in detail" | "Ce mois en détail";

        income = "Income" | "Revenus";
        expenses = "Expenses" | "Dépenses";
        net = "Left over" | "Reste";
        expenses_of(month) = "Expenses, {month}" | "Dépenses, {month}";
        income_and_expenses = "Income and expenses" | "Revenus et dépenses";
        in_currency(currency) = "in {currency}" | "en {currency}";
        nothing_in(month) = "No operation in {month}." | "Aucune opération en {month}.";
        not_counted[n] = "{n} transfer between own accounts is not counted.",
            "{n} transfers between own accounts are not counted." |
            "{n} mouvement entre vos comptes n'est pas compté.",
            "{n} mouvements entre vos comptes ne sont pas comptés.";
        month_cut[n] = "Only the latest {n} operation is counted.",
            "Only the latest {n} operations are counted." |
            "Seule la dernière opération est comptée.",
            "Seules les {n} dernières opérations sont comptées.";
        previous_month = "Previous month" | "Mois précédent";
        next_month = "Next month" | "Mois suivant";
        choose_month = "Month" | "Mois";
        show = "Show" | "Afficher";

        search = "Search" | "Rechercher";
        search_hint = "Label" | "Libellé";
        account = "Account" | "Compte";
        category = "Category" | "Catégorie";
        direction = "Direction" | "Sens";
        all = "All" | "Tous";
        all_categories = "All" | "Toutes";
        money_in = "Money in" | "Entrées";
        money_out = "Money out" | "Sorties";
        clear = "Clear" | "Effacer";
        export = "Export as CSV" | "Exporter en CSV";
        nothing_found = "Nothing fits these filters." | "Rien ne correspond à ces filtres.";
        nothing_so_far = "Nothing fits in the operations looked at so far." |
            "Rien ne correspond dans les opérations parcourues jusqu'ici.";
        older = "Older" | "Plus anciennes";
        newest = "Newest" | "Plus récentes";
        shown[n] = "{n} operation on this page", "{n} operations on this page" |
            "{n} opération sur cette page", "{n} opérations sur cette page";
        unnamed = "Operation" | "Opération";
        no_date = "No date" | "Sans date";

        details = "Details" | "Détails";
        date = "Date" | "Date";
        debited = "Debited" | "Débitée";
        done = "Done" | "Réalisée";
        moved = "Counted on" | "Comptée au";
        bank_label = "Label of the bank" | "Libellé de la banque";
        counterparty = "Counterparty" | "Contrepartie";
        reference = "Reference" | "Référence";
        kind = "Kind" | "Type";
        amount = "Amount" | "Montant";
        currency = "Currency" | "Devise";
        group = "Group" | "Groupe";
        id = "Id" | "Identifiant";

        automatic = "Choose for me" | "Choisir pour moi";
        save = "Save" | "Enregistrer";
        saved = "The category was saved." | "La catégorie a été enregistrée.";
        saved_many[n] = "The category of {n} operation was saved.",
            "The category of {n} operations was saved." |
            "La catégorie de {n} opération a été enregistrée.",
            "La catégorie de {n} opérations a été enregistrée.";
        also_alike = "Also for all operations with the same label" |
            "Aussi pour toutes les opérations de même libellé";
        unknown_category = "There is no such category: choose one from the list." |
            "Cette catégorie n'existe pas\u{a0}: choisissez-en une dans la liste.";
        why_owner = "You chose it." | "Vous l'avez choisie.";
        why_model = "Learnt from your choices." | "Apprise de vos choix.";
        why_bank = "Your bank says so." | "Indiquée par votre banque.";
        why_word(word) = "Because the label says {word}." |
            "Parce que le libellé contient {word}.";
        why_kind = "Because of the kind of operation." | "D'après le type d'opération.";
        why_nobody = "Nothing in the label tells: choose one." |
            "Rien dans le libellé ne l'indique\u{a0}: choisissez-la.";
        back = "Back to the operations" | "Retour aux opérations";
        file_name = "operations" | "operations";
        file_cut[n] = "operations-latest-{n}", "operations-latest-{n}" |
            "dernieres-{n}-operations", "dernieres-{n}-operations";
    }
}
