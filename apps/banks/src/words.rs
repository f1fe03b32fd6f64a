//! What the app says, in English and French.

use domicile_sdk::words;

words! {
    /// The words of Banks.
    pub Words {
        app = "Banks" | "Banques";
        accounts = "Accounts" | "Comptes";
        operations = "Operations" | "Opérations";
        months = "Months" | "Mois";
        trends = "Over time" | "Évolution";
        plan = "Ahead" | "À venir";
        budgets = "Budgets" | "Budgets";
        groups = "Groups of accounts" | "Groupes de comptes";
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

        by_type = "By type" | "Par type";
        by_group = "By group" | "Par groupe";
        ungrouped = "In no group" | "Sans groupe";
        new_group = "New group" | "Nouveau groupe";
        group_name = "Name" | "Nom";
        delete_group = "Delete this group" | "Supprimer ce groupe";
        group_without_name = "A group needs a name." | "Un groupe a besoin d'un nom.";
        too_many_groups[n] = "At most {n} group.", "At most {n} groups." |
            "Au plus {n} groupe.", "Au plus {n} groupes.";
        some_accounts[n] = "{n} account", "{n} accounts" | "{n} compte", "{n} comptes";
        coming(balance) = "{balance} once cards are debited" |
            "{balance} après débit des cartes";

        net_worth_in(currency) = "On all accounts, at the end of each month ({currency})" |
            "Sur tous les comptes, à la fin de chaque mois ({currency})";
        income_and_expenses_in(currency) = "Income and expenses ({currency})" |
            "Revenus et dépenses ({currency})";
        category_in(name, currency) = "{name} ({currency})" | "{name} ({currency})";
        nothing_yet = "No operation in these twelve months." |
            "Aucune opération durant ces douze mois.";
        year_before = "The year before" | "L'année d'avant";
        year_after = "The year after" | "L'année d'après";
        year_cut[n] = "Only months within the latest {n} operation are shown.",
            "Only months within the latest {n} operations are shown." |
            "Seuls les mois de la dernière opération sont montrés.",
            "Seuls les mois des {n} dernières opérations sont montrés.";

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

        by_the_end_of(month, currency) = "By the end of {month} ({currency})" |
            "D'ici la fin de {month} ({currency})";
        on_current_accounts = "On current accounts" | "Sur les comptes courants";
        to_come = "Expected in" | "Entrées attendues";
        to_go = "Expected out" | "Sorties attendues";
        then = "At the end" | "À la fin";
        recurring = "What comes again" | "Ce qui revient";
        nothing_recurring = "Nothing that comes again was found yet." |
            "Rien de récurrent n'a encore été trouvé.";
        recurring_how = "Found by itself: at least three operations with the same words on the \
            same account, 15 to 90 days apart, with little deviation." |
            "Trouvé tout seul\u{a0}: au moins trois opérations aux mêmes mots sur le même compte, \
            à 15 à 90 jours d'écart, à peu de chose près.";
        expected_on(day) = "expected on {day}" | "attendu le {day}";
        late_since(day) = "expected since {day}" | "attendu depuis le {day}";
        every_days[n] = "every {n} day", "every {n} days" |
            "tous les {n} jours", "tous les {n} jours";

        seen[n] = "seen once", "seen {n} times" | "vu une fois", "vu {n} fois";

        budgets_of(month) = "Budgets, {month}" | "Budgets, {month}";
        no_budget = "No budget yet." | "Pas encore de budget.";
        set_budget = "Set a budget" | "Fixer un budget";
        set_budget_how = "A group holds all its categories. Save without an amount to take a \
            budget back." |
            "Un groupe contient toutes ses catégories. Enregistrez sans montant pour retirer un \
            budget.";
        a_month = "A month" | "Par mois";
        over_budget = "Over" | "Dépassé";
        soon_over_budget = "Will be over" | "Sera dépassé";
        nearly_used = "Nearly used" | "Presque atteint";
        within_budget = "Within" | "Respecté";
        of_limit(used, limit) = "{used} of {limit}" | "{used} sur {limit}";
        expected_by_then(amount) = "{amount} expected by the end of the month" |
            "{amount} attendus d'ici la fin du mois";
        alerts = "Alerts" | "Alertes";
        alerts_how = "Shown on the first page, each account and operation in its own currency." |
            "Affichées en première page, chaque compte et opération dans sa devise.";
        warn_below = "An account is below" | "Un compte est en dessous de";
        warn_above = "An operation is at least" | "Une opération atteint";
        is_low(name) = "{name} is low" | "{name} est bas";
        is_large(name) = "Large: {name}" | "Important\u{a0}: {name}";
        unknown_currency = "A currency has three letters, such as EUR." |
            "Une devise a trois lettres, comme EUR.";

        search = "Search" | "Rechercher";
        search_hint = "Label" | "Libellé";
        account = "Account" | "Compte";
        category = "Category" | "Catégorie";
        direction = "Direction" | "Sens";
        all = "All" | "Tous";
        all_categories = "All" | "Toutes";
        money_in = "Money in" | "Entrées";
        money_out = "Money out" | "Sorties";
        more_filters = "Days, amounts and tags" | "Dates, montants et étiquettes";
        from_day = "From" | "Du";
        to_day = "To" | "Au";
        min_amount = "At least" | "Au moins";
        max_amount = "At most" | "Au plus";
        tag = "Tag" | "Étiquette";
        in_parts[n] = "{n} part", "{n} parts" | "{n} partie", "{n} parties";
        clear = "Clear" | "Effacer";
        export = "Export as CSV" | "Exporter en CSV";
        export_ofx = "Export as OFX" | "Exporter en OFX";
        export_ofx_how = "OFX 2.2, saved as a text: other software may want its name to end in .ofx" |
            "OFX 2.2, enregistré comme texte\u{a0}: un autre logiciel peut vouloir un nom en .ofx";
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
        saved = "Saved." | "Enregistré.";
        saved_many[n] = "The category of {n} operation was saved.",
            "The category of {n} operations was saved." |
            "La catégorie de {n} opération a été enregistrée.",
            "La catégorie de {n} opérations a été enregistrée.";
        also_alike = "Also for all operations with the same label" |
            "Aussi pour toutes les opérations de même libellé";
        unknown_category = "There is no such category: choose one from the list." |
            "Cette catégorie n'existe pas\u{a0}: choisissez-en une dans la liste.";
        why_owner = "You chose it." | "Vous l'avez choisie.";
        why_transfer = "The same amount went the other way on another of your accounts." |
            "Le même montant est passé en sens inverse sur un autre de vos comptes.";
        why_learnt(learnt, operations) = "Because of {learnt} in {operations} that you put there." |
            "À cause de {learnt} dans {operations} que vous y avez mises.";
        word_list = ", " | ", ";
        some_operations[n] = "{n} operation", "{n} operations" | "{n} opération", "{n} opérations";
        why_model = "Learnt from your choices." | "Apprise de vos choix.";
        why_bank = "Your bank says so." | "Indiquée par votre banque.";
        why_word(word) = "Because the label says {word}." |
            "Parce que le libellé contient {word}.";
        why_kind = "Because of the kind of operation." | "D'après le type d'opération.";
        why_nobody = "Nothing in the label tells: choose one." |
            "Rien dans le libellé ne l'indique\u{a0}: choisissez-la.";
        other_half = "The other half of this transfer" | "L'autre moitié de ce virement";
        note = "Note" | "Note";
        tags = "Tags, with commas between them" | "Étiquettes, séparées par des virgules";
        too_many_tags[n] = "At most {n} tag.", "At most {n} tags." |
            "Au plus {n} étiquette.", "Au plus {n} étiquettes.";
        parts = "Parts" | "Parties";
        part_of(n) = "Part {n}" | "Partie {n}";
        split = "Split into parts" | "Répartir en plusieurs parties";
        parts_how(total) = "{total} was for several things? Write an amount and a category for each. \
            A part without an amount takes the rest; without any part it is one operation again." |
            "{total} pour plusieurs choses\u{a0}? Indiquez un montant et une catégorie pour \
            chacune. Une partie sans montant prend le reste\u{a0}; sans aucune partie, \
            l'opération redevient entière.";
        parts_wrong = "Its parts no longer add up to its amount, so they are not counted." |
            "Ses parties ne font plus son montant, elles ne sont donc pas comptées.";
        parts_sum(sum, total) = "The parts make {sum}, not {total}. Nothing was changed." |
            "Les parties font {sum} et non {total}. Rien n'a été modifié.";
        parts_too_few = "Two parts at least, each with a category." |
            "Deux parties au moins, chacune avec une catégorie.";
        not_an_amount(text) = "{text} is not an amount." | "{text} n'est pas un montant.";
        back = "Back to the operations" | "Retour aux opérations";
        back_to(name) = "Back to {name}" | "Retour à {name}";
        file_name = "operations" | "operations";
        file_cut[n] = "operations-latest-{n}", "operations-latest-{n}" |
            "dernieres-{n}-operations", "dernieres-{n}-operations";
    }
}
