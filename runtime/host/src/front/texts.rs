//! The home's own words, English and French side by side: a text without both does not compile.

use crate::house::Locale;

macro_rules! texts {
    ($($name:ident: $en:literal, $fr:literal;)*) => {
        /// Every text in one language. `{}` is filled in by [`fill`].
        #[derive(Debug)]
        #[allow(missing_docs)]
        pub struct Texts { $(pub $name: &'static str,)* }

        static EN: Texts = Texts { $($name: $en,)* };
        static FR: Texts = Texts { $($name: $fr,)* };
    };
}

/// The texts of a language.
pub fn texts(locale: Locale) -> &'static Texts {
    match locale {
        Locale::En => &EN,
        Locale::Fr => &FR,
    }
}

/// Put `value` where `text` has its first `{}`.
pub fn fill(text: &str, value: impl std::fmt::Display) -> String {
    text.replacen("{}", &value.to_string(), 1)
}

texts! {
    // The frame of every page
    menu: "Menu", "Menu";
    colon: ":", "\u{a0}:";
    home_page: "Home", "Accueil";
    apps: "Apps", "Applications";
    audit: "What happened", "Ce qui s'est passé";
    settings: "Settings", "Réglages";
    sign_in: "Sign in", "Se connecter";
    sign_out: "Sign out", "Se déconnecter";
    cancel: "Cancel", "Annuler";
    open: "Open", "Ouvrir";
    go_on: "Go on", "Continuer";
    all: "All", "Tous";
    show: "Show", "Afficher";
    save: "Save", "Enregistrer";

    // First run and sign-in
    welcome: "Welcome home", "Bienvenue chez vous";
    welcome_lead: "This home keeps your data in one place, and lets apps work on it here, each in its \
        own sandbox.",
        "Ce domicile garde vos données en un seul lieu et laisse les applications y \
            travailler, chacune dans son bac à sable.";
    your_name: "Your name", "Votre nom";
    passphrase: "Passphrase", "Phrase de passe";
    passphrase_again: "The same once more", "La même encore une fois";
    passphrase_rule: "At least 12 characters", "Au moins 12 caractères";
    passphrase_hint: "At least 12 characters: four or five words that only you would put together. It \
        can't be recovered.",
        "Au moins 12 caractères : quatre ou cinq mots que vous seul mettriez ensemble. Elle \
            ne peut pas être retrouvée.";
    language: "Language", "Langue";
    make_home: "Move in", "Emménager";
    weak_short: "The passphrase is too short: use at least 12 characters.",
        "La phrase de passe est trop courte : prenez au moins 12 caractères.";
    weak_long: "The passphrase is too long: use at most 512 characters.",
        "La phrase de passe est trop longue : prenez au plus 512 caractères.";
    weak_regular: "The passphrase is too regular: a few words that don't belong together are better.",
        "La phrase de passe est trop régulière : quelques mots sans rapport valent mieux.";
    weak_name: "The passphrase is little more than your name: add words that only you would choose.",
        "La phrase de passe n'est guère plus que votre nom : ajoutez des mots que vous seul choisiriez.";
    not_the_same: "The two passphrases are not the same.",
        "Les deux phrases de passe ne sont pas identiques.";
    name_missing: "Tell how you want to be called.", "Dites comment vous voulez être appelé.";
    sign_in_to: "Sign in to {}", "Se connecter à {}";
    wrong_passphrase: "That is not the passphrase.", "Ce n'est pas la phrase de passe.";
    wait: "Too many tries: wait {} seconds.", "Trop d'essais : attendez {} secondes.";
    no_setup_title: "Nobody lives here yet", "Personne n'habite encore ici";
    no_setup: "Whoever started the server can move in, with the link that it printed.",
        "Qui a démarré le serveur peut emménager, avec le lien qu'il a affiché.";
    no_setup_remedy: "Open the link from the terminal. It is good for a day; starting the server again \
        prints a new one.",
        "Ouvrez le lien du terminal. Il vaut un jour ; redémarrer le serveur en affiche un nouveau.";
    link_spent_title: "This link was used already", "Ce lien a déjà servi";
    link_spent: "A sign-in link is good once and for a short time.",
        "Un lien de connexion vaut une fois et peu de temps.";
    link_spent_remedy: "Sign in with your passphrase.", "Connectez-vous avec votre phrase de passe.";

    // Launcher and import
    hello: "Hello, {}", "Bonjour, {}";
    no_apps: "No app yet", "Pas encore d'application";
    no_apps_lead: "An app is one file. It works on your data here and can send nothing anywhere.",
        "Une application est un seul fichier. Elle travaille ici sur vos données et ne peut \
            rien envoyer nulle part.";
    install_app: "Install an app", "Installer une application";
    import_title: "Import a file", "Importer un fichier";
    import_hint: "Drop a statement here, or choose it. Readable here: {}.",
        "Déposez un relevé ici, ou choisissez-le. Lisibles ici : {}.";
    import_hint_none: "Install an importer first: it reads one dropped file and nothing else.",
        "Installez d'abord un importateur : il lit un seul fichier déposé et rien d'autre.";
    choose_file: "Choose a file", "Choisir un fichier";
    import_go: "Import", "Importer";
    importing: "Being read\u{2026}", "Lecture en cours\u{2026}";
    import_counts: "{} documents, {} of them new or changed.",
        "{} documents, dont {} nouveaux ou modifiés.";
    import_asks: "{} asks you how this file is to be read. The words and the tables below are its own: hold \
        them against the file. Nothing of the file is taken before you choose.",
        "{} vous demande comment lire ce fichier. Les mots et les tableaux ci-dessous sont les \
            siens : comparez-les au fichier. Rien du fichier n'est repris avant votre choix.";
    import_asks_soon: "You can answer once all files have been read.",
        "Vous pourrez répondre quand tous les fichiers auront été lus.";
    import_asks_note: "If no table is right, choose none and go on. Your choice is remembered for the next such \
        file; you can take it back on the page of",
        "Si aucun tableau n'est juste, n'en choisissez pas et continuez. Votre choix est retenu \
            pour le prochain fichier de ce genre ; vous pouvez le reprendre à la page de";
    import_choose: "Read it so", "Lire ainsi";
    import_not_held: "This file is no longer kept here: import it again to answer.",
        "Ce fichier n'est plus gardé ici : importez-le à nouveau pour répondre.";
    choices: "How your files are read", "Comment vos fichiers sont lus";
    choices_note: "The importer's own words, and what you chose. Once forgotten, you are asked again.",
        "Les mots de l'importateur, et votre choix. Une fois oublié, il vous sera redemandé.";
    choice_of: "about {}, on {}", "à propos de {}, le {}";
    choice_forget: "Forget", "Oublier";
    notices: "Notices", "Avis";
    dismiss: "Dismiss", "Effacer";
    dismiss_all: "Dismiss all", "Tout effacer";
    more_notices: "Older ones come up once these are dismissed.",
        "De plus anciens apparaîtront une fois ceux-ci effacés.";
    kind_removed: "no longer installed", "plus installé";
    warnings: "Left out, and why", "Laissé de côté, et pourquoi";
    no_file_title: "No file came", "Aucun fichier reçu";
    no_file: "The form had no file in it.", "Le formulaire ne contenait aucun fichier.";
    no_file_remedy: "Choose a file first.", "Choisissez d'abord un fichier.";

    // Apps
    kind_app: "app", "application";
    kind_service: "service", "service";
    kind_importer: "importer", "importateur";
    kind_konnector: "connector", "connecteur";
    install_title: "Install an app or an importer", "Installer une application ou un importateur";
    install_lead: "Drop a .wasm file here, or choose it. You will see what it could do before anything \
        is installed.",
        "Déposez un fichier .wasm ici, ou choisissez-le. Vous verrez ce qu'il pourrait faire \
            avant toute installation.";
    choose_component: "Choose a .wasm file", "Choisir un fichier .wasm";
    look_at_it: "Look at it", "L'examiner";
    refused_title: "This component can't be installed", "Ce composant ne peut pas être installé";
    refused_remedy: "Nothing was installed. Ask its publisher for a version that keeps to the rules.",
        "Rien n'a été installé. Demandez à son éditeur une version qui respecte les règles.";
    consent_title: "Install {}?", "Installer {} ?";
    what_it_does: "What it can do", "Ce qu'il peut faire";
    why: "What for, in its publisher's words", "Pourquoi, selon son éditeur";
    all_flows: "Every flow, as a table", "Tous les flux, en tableau";
    from: "From", "De";
    to: "To", "Vers";
    by: "By", "Par";
    over_declared: "It asks for more than it can use:", "Il demande plus qu'il ne peut utiliser :";
    replaces: "It replaces {}, and takes over what that kept. Grants that you took back stay taken back.",
        "Il remplace {} et reprend ce qui y est gardé. Les droits que vous avez repris le restent.";
    replaces_doubtful: "Look twice: it is older than what it replaces, or by another publisher.",
        "Regardez-y à deux fois : il est plus ancien que ce qu'il remplace, ou d'un autre éditeur.";
    accept: "Install", "Installer";
    digest: "Fingerprint", "Empreinte";
    grants: "Granted", "Droits accordés";
    no_grants: "Nothing.", "Aucun.";
    revoke: "Take back", "Reprendre";
    revoked: "taken back", "repris";
    allow_again: "Allow again", "Autoriser à nouveau";
    printed: "What it printed", "Ce qu'il a écrit sur sa console";
    printed_note: "In its own words, newest first. Nobody reads this but you.",
        "Dans ses propres mots, du plus récent au plus ancien. Vous seul le lisez.";
    installed_at: "Installed", "Installé";
    its_trail: "What it did", "Ce qu'il a fait";
    uninstall: "Uninstall", "Désinstaller";
    uninstall_keeps: "What it wrote stays: it is yours.", "Ce qu'il a écrit reste : c'est à vous.";
    jobs: "In the background", "En arrière-plan";
    starts_never: "Runs only when you ask for it.", "Ne s'exécute qu'à votre demande.";
    next_run: "Next run", "Prochaine exécution";
    nothing_due: "nothing is due", "rien de prévu";
    run_now: "Run now", "Exécuter maintenant";
    pause: "Pause", "Suspendre";
    resume: "Resume", "Relancer";
    paused: "paused", "suspendu";
    at_work: "at work", "en cours";
    last_runs: "Last runs", "Dernières exécutions";
    why_run: "Why", "Pourquoi";
    outcome: "End", "Fin";
    outcome_done: "done", "terminé";
    outcome_failed: "failed", "échec";
    at_work_title: "It is at work already", "Il travaille déjà";
    at_work_detail: "A service has one such run at a time.", "Un service n'a qu'une telle exécution à la fois.";
    at_work_remedy: "Wait for its end.", "Attendez sa fin.";
    what_it_may: "What it may do", "Ce qu'il peut faire";
    action_read: "read", "lire";
    action_query: "search", "chercher";
    action_write: "write", "écrire";
    action_deposit: "add", "ajouter";
    trouble: "The app did not answer. Reload the page.",
        "L'application n'a pas répondu. Rechargez la page.";

    // Accounts of konnectors
    accounts: "Accounts", "Comptes";
    account_connect: "Connect an account", "Connecter un compte";
    account_sealed: "What you type here is sealed in your home. Passwords go to the provider, put in by the \
        home itself; this component never sees them. It sees what else you type here: never type \
        your home's passphrase.",
        "Ce que vous tapez ici est scellé dans votre domicile. Les mots de passe ne vont qu'au fournisseur, \
            mis par le domicile lui-même ; ce composant ne les voit jamais. Il voit le reste : \
            n'y tapez jamais la phrase de passe du domicile.";
    account_new: "has not run yet", "pas encore lancé";
    account_waits: "It runs by itself no more until you have done this and run it, or connected it again.",
        "Il ne s'exécute plus de lui-même tant que vous n'avez pas fait cela, puis lancé ou reconnecté.";
    account_brought_before: "What it had brought until then is here; documents:",
        "Ce qu'il avait rapporté jusque-là est ici ; documents :";
    account_waits_for_code: "the provider wants a code from you", "le fournisseur attend un code de vous";
    account_wait_one: "1 account waits", "1 compte attend";
    account_wait_many: "{} accounts wait", "{} comptes attendent";
    accounts_wait: "Accounts that wait for you", "Comptes qui vous attendent";
    account_reconnect: "Connect again", "Reconnecter";
    account_talks_to: "It talks to these addresses and to no other:",
        "Il parle à ces adresses et à aucune autre :";
    account_secrets_stay: "A password that you leave empty stays as it is.",
        "Un mot de passe laissé vide reste tel qu'il est.";
    konnector_says: "The connector says:", "Le connecteur dit :";
    konnector_left_out: "Left out, as the connector says", "Laissé de côté, d'après le connecteur";
    brought: "Documents", "Documents";
    brought_files: "Files", "Fichiers";
    account_state: "State", "État";
    account_asks: "The connector asks, in its own words:", "Le connecteur demande, dans ses propres mots :";
    account_code: "Code", "Code";
    account_answer: "Send the code to the provider", "Envoyer le code au fournisseur";
    device_confirm: "The device at {} proves itself by a certificate with this SHA-256: {}. Compare it \
        with what the device shows in its own settings. If it is the same, type the password once \
        more and send: from then on only the device with this certificate is talked to.",
        "L'appareil à {} prouve son identité par ce certificat, dit par son SHA-256\u{a0}: {}. \
        Comparez-le à ce que montre l'appareil dans ses propres réglages. S'il est pareil, tapez \
        encore le mot de passe et envoyez\u{a0}: dès lors, on ne parle qu'à l'appareil qui l'a.";
    device_unseen: "The certificate of the device at {} was not seen: {}.",
        "Le certificat de l'appareil à {} n'a pas été vu\u{a0}: {}.";
    account_continue: "Continue at {}", "Continuer chez {}";
    account_agree: "The provider wants your yes on its own page. You come back here by yourself.",
        "Le fournisseur veut votre accord sur sa propre page. Vous reviendrez ici de vous-même.";
    account_agree_code: "The provider wants your yes on its own page. Type this code there; this page goes on by \
        itself.",
        "Le fournisseur veut votre accord sur sa propre page. Tapez-y ce code ; cette page continue \
            d'elle-même.";
    account_confirm: "The konnector asks you to confirm on a page of the provider's. Press the second button once \
        that is done.",
        "Le connecteur vous demande une confirmation sur une page du fournisseur. Appuyez sur le second \
            bouton quand c'est fait.";
    account_confirmed: "I have done it", "C'est fait";
    account_waits_for_visit: "the provider wants your yes on its page",
        "le fournisseur veut votre accord sur sa page";
    back_title: "Back from {}", "De retour de {}";
    back_lead: "Finish connecting the account of this home.", "Terminez la connexion du compte de ce domicile.";
    back_finish: "Finish", "Terminer";
    back_void: "This return leads nowhere", "Ce retour ne mène nulle part";
    back_void_detail: "Your home did not send this browser away with it, or has used it already. Nothing was \
        connected.",
        "Votre domicile n'a pas envoyé ce navigateur avec ce retour, ou s'en est déjà servi. Rien n'a été \
            connecté.";
    back_void_remedy: "Open the account on the page Applications and run it again.",
        "Ouvrez le compte à la page Applications et relancez-le.";
    account_disconnect: "Disconnect", "Déconnecter";
    hook: "Its provider's messages", "Les messages de son fournisseur";
    hook_lead: "Give this address to the provider alone: whoever has it can have this account run, and \
        what they send is taken for the provider's.",
        "Ne donnez cette adresse qu'au fournisseur : qui la connaît peut lancer ce compte, et ce qu'il envoie \
            est pris pour celui du fournisseur.";
    hook_once: "This is the address. It is shown this once:",
        "Voici l'adresse. Elle n'est montrée que cette fois :";
    hook_made: "There is an address, made", "Il y a une adresse, créée le";
    hook_make: "Make an address", "Créer une adresse";
    hook_renew: "Make another: the present one ends", "En créer une autre : l'actuelle prend fin";
    hook_waiting: "Messages that wait", "Messages en attente";
    hook_left_out: "Not taken (too many, or not signed)", "Non pris (trop nombreux, ou non signés)";
    account_forgets: "Disconnecting forgets the passwords, and nothing is collected any more.",
        "Déconnecter fait oublier les mots de passe, et plus rien n'est collecté.";
    account_brought: "What it brought", "Ce qu'il a rapporté";
    account_stay: "It all stays: it is yours", "Tout reste : c'est à vous";
    account_go: "It goes with the account, for good", "Cela part avec le compte, définitivement";
    account_would_go: "What would go", "Ce qui partirait";
    account_nothing_goes: "Nothing.", "Rien.";
    account_changed: "Changed by you or an app, so they stay (apps that see what it brought will see \
        which); documents:",
        "Modifiés par vous ou une application, ils restent (les applications qui voient ce qu'il a \
            rapporté verront lesquels) ; documents :";
    account_shared: "Brought by another account or a file too, so they stay; documents:",
        "Rapportés aussi par un autre compte ou un fichier, ils restent ; documents :";
    account_leaving: "What the account brought is going", "Ce que le compte a rapporté s'en va";
    account_leaving_note: "You may leave this page: it goes on by itself, even after the server was \
        stopped.",
        "Vous pouvez quitter cette page : cela continue tout seul, même après un arrêt du serveur.";
    so_far: "{} of {}", "{} sur {}";

    // Audit
    component: "Component", "Composant";
    this_home: "This home", "Ce domicile";
    day: "Day", "Jour";
    refusals: "Refused", "Refus";
    refusals_only: "Refusals only", "Seulement les refus";
    in_this_list: "in this list", "dans cette liste";
    nothing_yet: "Nothing happened.", "Il ne s'est rien passé.";
    when: "When", "Quand";
    what: "What", "Quoi";
    read: "Read", "Lu";
    written: "Written", "Écrit";
    label: "About", "À propos de";
    older: "Older", "Plus ancien";
    left_home: "Requests that left your home", "Requêtes sorties de votre domicile";
    left_home_note: "Connectors alone ask their own provider; no other component has a network. Counted in \
        this list: their requests, and outward links that you opened yourself.",
        "Seuls les connecteurs interrogent leur fournisseur ; aucun autre composant n'a de réseau. \
            Comptés dans cette liste : leurs requêtes, et les liens sortants que vous avez ouverts \
            vous-même.";
    shares: "Shared", "Partages";
    share_something: "Share something", "Partager quelque chose";
    share_this: "Share this?", "Partager ceci ?";
    share_lead: "Whoever has the link sees all documents of this kind that are about this, those that \
        come later too. What is about anything else waits until you say yes to it. Some of them:",
        "Toute personne qui a le lien voit tous les documents de ce genre qui parlent de cela, \
            aussi ceux qui viendront. Ce qui parle d'autre chose attend votre accord. En voici \
            quelques-uns :";
    share_yes: "Share by a link", "Partager par un lien";
    share_made: "The link is ready", "Le lien est prêt";
    share_made_note: "It is shown this once: keep it, or give it to whom you want to see this.",
        "Il n'est montré que cette fois : gardez-le, ou donnez-le à qui doit voir ceci.";
    for_how_long: "For how long", "Pour combien de temps";
    days: "Days: {}", "Jours : {}";
    days_opened: "Days on which it was opened: {}", "Jours où il a été ouvert : {}";
    not_shared_yet: "Not shared yet: {}", "Pas encore partagés : {}";
    share_over: "over", "terminé";
    end_share: "End", "Mettre fin";
    nothing_shared: "You share nothing.", "Vous ne partagez rien.";
    nothing_here: "There is nothing here.", "Il n'y a rien ici.";
    shared_until: "Shared by a link until {}.", "Partagé par un lien jusqu'au {}.";
    not_shareable: "This can't be shared", "Ceci ne peut pas être partagé";
    yes_void: "This is no longer what you saw", "Ce n'est plus ce que vous avez vu";
    yes_void_detail: "What would leave changed since the page was shown, or that yes was used already. \
        Nothing left.",
        "Ce qui sortirait a changé depuis que la page a été montrée, ou cet accord a déjà servi. \
            Rien n'est sorti.";
    yes_void_remedy: "Look at it again.", "Regardez de nouveau.";
    event_shared: "You shared by a link: {}", "Vous avez partagé par un lien : {}";
    event_share_opened: "A shared link was opened: {}", "Un lien partagé a été ouvert : {}";
    event_share_ended: "You ended a shared link: {}", "Vous avez mis fin à un lien partagé : {}";
    event_gate_linked: "You made a link for the gate {}", "Vous avez créé un lien pour la porte {}";
    event_gate_released: "The gate {} let an answer through ({} bits)",
        "La porte {} a laissé passer une réponse ({} bits)";
    event_gate_opened: "A link for the gate {} was opened", "Un lien de la porte {} a été ouvert";
    event_gate_ended: "You ended a link for the gate {}", "Vous avez mis fin à un lien de la porte {}";
    event_device: "A device brought what it collected", "Un appareil a apporté ce qu'il a récupéré";
    event_device_added: "You let the device {} collect", "Vous avez permis à l'appareil {} de récupérer des données";
    event_device_came: "The device {} came to collect", "L'appareil {} est venu récupérer des données";
    event_device_ended: "The device {} may collect no more", "L'appareil {} ne peut plus récupérer de données";
    devices: "Collect on a device of your own", "Récupérer depuis un appareil à vous";
    devices_lead: "Some providers trust your own network alone. A device of yours can collect there: your \
        password stays on it, and this home takes what it brings, for this connector only.",
        "Certains fournisseurs ne font confiance qu'à votre propre réseau. Un appareil à vous peut y \
            récupérer les données : votre mot de passe y reste, et ce domicile prend ce qu'il \
            apporte, pour ce connecteur seulement.";
    device_name: "Name of the device", "Nom de l'appareil";
    device_add: "Let it collect", "L'y autoriser";
    device_new: "has not come yet", "n'est pas encore venu";
    device_came: "last came on {}", "venu pour la dernière fois le {}";
    device_over: "no longer good: add it again", "n'est plus valable : ajoutez-le de nouveau";
    device_added: "The device may collect", "L'appareil peut récupérer les données";
    device_added_lead: "For a year, unless you end it or the connector changes. Run this there, with the \
        connector's own file:",
        "Pendant un an, sauf si vous y mettez fin ou si le connecteur change. Lancez ceci sur place, \
            avec le fichier du connecteur :";
    device_secret: "Its secret", "Son secret";
    device_secret_note: "It is shown this once: the command asks for it. Whoever has it can deposit for \
        this connector, and read nothing.",
        "Il n'est montré que cette fois : la commande le demande. Qui le détient peut déposer pour ce \
            connecteur, et ne rien lire.";
    device_title: "The home did not take this", "Le domicile n'a pas pris ceci";
    device_unknown_title: "The home does not know this device", "Le domicile ne connaît pas cet appareil";
    device_unknown: "Its secret is wrong, or it was ended, or its connector was removed.",
        "Son secret est faux, ou on y a mis fin, ou son connecteur a été retiré.";
    device_unknown_remedy: "Add the device on the connector's page, and give the new secret with --connect.",
        "Ajoutez l'appareil à la page du connecteur, et donnez le nouveau secret avec --connect.";
    device_updated: "Another version of the connector is installed here.",
        "Une autre version du connecteur est installée ici.";
    device_refused: "The connector may not deposit this here.",
        "Le connecteur n'a pas le droit de déposer ceci ici.";
    device_refused_remedy: "Its page says what it may, and can allow it again.",
        "Sa page dit ce qu'il peut, et permet de l'autoriser de nouveau.";
    event_exported: "You took away {} bytes", "Vous avez emporté {} octets";
    event_restored: "A backup was put back; {} lines of this trail are gone",
        "Une sauvegarde a été remise ; {} lignes de ce journal ont disparu";
    questions: "Questions", "Questions";
    who_saw: "Who saw {} data this month?", "Qui a vu {} ce mois-ci ?";
    what_left: "What left my home this month?", "Qu'est-ce qui est sorti de mon domicile ce mois-ci ?";
    month: "Month", "Mois";
    nobody_saw: "Nobody: no component read any of it, and none was told what others had made of it.",
        "Personne : aucun composant n'en a rien lu, ni n'a pu savoir ce que d'autres en ont fait.";
    nothing_left: "Nothing: no connector asked its provider, and you opened no outward link, shared nothing and \
        took nothing away.",
        "Rien : aucun connecteur n'a interrogé son fournisseur, et vous n'avez ouvert aucun lien sortant, rien \
            partagé et rien emporté.";
    could_know: "Runs that could know of it", "Exécutions qui pouvaient en savoir";
    could_know_note: "A run could know of it when it read such documents, or something that was made of \
        them.",
        "Une exécution pouvait en savoir quelque chose si elle a lu de tels documents, ou \
            ce qui en a été tiré.";
    latest: "Latest", "Dernière fois";
    left_note: "Listed here: what connectors asked their providers, links that you opened or shared, what gates \
        let through, and archives that you took away. Nothing else leaves.",
        "Sont listés ce que les connecteurs ont demandé à leurs fournisseurs, les liens que vous avez ouverts ou \
            partagés, ce que les portes ont laissé passer, et les archives que vous avez \
            emportées. Rien d'autre ne sort.";
    left_per_day: "How often something left, by day", "Sorties par jour";
    times: "times", "fois";
    only_newest: "This month has more lines than one page looks at: the older ones are left out.",
        "Ce mois a plus de lignes qu'une page n'en regarde : les plus anciennes manquent.";
    no_month: "There is no such month", "Ce mois n'existe pas";
    no_month_detail: "A month is written 2026-11.", "Un mois s'écrit 2026-11.";
    no_month_remedy: "Choose one on the page.", "Choisissez-en un dans la page.";
    per_day: "Documents read per day", "Documents lus par jour";
    documents: "documents", "documents";
    event_page: "Showed a page", "A montré une page";
    event_import: "Read a dropped file", "A lu un fichier déposé";
    event_collect: "Collected from its provider", "A collecté chez son fournisseur";
    event_connected: "You connected an account", "Vous avez connecté un compte";
    event_address_made: "You had an address made for an account",
        "Vous avez fait créer une adresse pour un compte";
    event_emptied: "Gone with an account: {}; {} stay", "Partis avec un compte : {} ; {} restent";
    event_disconnected: "You disconnected an account", "Vous avez déconnecté un compte";
    event_revoked_token: "The home gave its permission back", "Le domicile a rendu son autorisation";
    event_asked: "asked {} {} times ({}; {} bytes sent, {} received)",
        "demandé à {} {} fois ({} ; {} octets envoyés, {} reçus)";
    event_asked_secret: ", with the account's secrets", ", avec les secrets du compte";
    asked_by: "{} {}", "{} : {}";
    event_task: "Ran in the background", "A travaillé en arrière-plan";
    event_wrote: "Wrote", "A écrit";
    outcome_unreadable: "the file was not readable", "fichier illisible";
    outcome_asks: "its owner was asked how to read the file",
        "a demandé comment lire le fichier";
    outcome_denied: "refused", "refusé";
    event_installed: "Installed", "Installé";
    event_updated: "Updated", "Mis à jour";
    event_removed: "Uninstalled", "Désinstallé";
    event_revoked: "Taken back: {}", "Repris : {}";
    event_allowed: "Allowed again: {}", "Autorisé à nouveau : {}";
    event_refused: "Refused at install: {}", "Refusé à l'installation : {}";
    event_signed_in: "Signed in", "Connexion";
    event_sign_in_failed: "A sign-in failed", "Échec de connexion";
    event_signed_out: "Signed out everywhere", "Déconnexion partout";
    event_outward: "You opened {}", "Vous avez ouvert {}";

    // Files
    files: "Files", "Fichiers";
    files_empty: "Nothing is in here yet.", "Il n'y a rien ici pour l'instant.";
    files_top: "All files", "Tous les fichiers";
    files_upload: "Bring files", "Apporter des fichiers";
    files_hint: "Drop files here, up to {} at a time. They stay in your home.",
        "Déposez des fichiers ici, jusqu'à {} à la fois. Ils restent dans votre domicile.";
    new_folder: "New folder", "Nouveau dossier";
    folder_name: "Name of the folder", "Nom du dossier";
    make: "Make", "Créer";
    entries: "entries: {}", "éléments : {}";
    file_size: "Size", "Taille";
    file_date: "Changed", "Modifié";
    file_about: "About", "À propos de";
    file_by: "Brought by", "Apporté par";
    file_type: "Type", "Type";
    file_details: "Details", "Détails";
    file_name: "Name", "Nom";
    rename: "Rename", "Renommer";
    download: "Download", "Télécharger";
    to_trash: "Put into the trash", "Mettre à la corbeille";
    trash: "Trash", "Corbeille";
    trash_empty: "The trash is empty.", "La corbeille est vide.";
    trash_note: "What is here waits until you delete it for good. Deleting can't be undone.",
        "Ce qui est ici attend que vous le supprimiez définitivement. La suppression est sans retour.";
    restore: "Put back", "Remettre";
    delete_for_good: "Delete for good", "Supprimer définitivement";
    more_files: "More", "Suite";
    active_file: "Something else than you wrote this file, and a file of its kind may run programs when it is \
        opened on your device. They could send away what it holds: it is saved as text, \"{}\".",
        "Ce fichier n'a pas été écrit par vous seul, et un fichier de ce genre peut exécuter des \
            programmes à l'ouverture sur votre appareil. Ils pourraient envoyer ce qu'il \
            contient : il est enregistré comme texte, « {} ».";
    move_away: "Move", "Déplacer";
    move_where: "Where to put \"{}\"?", "Où mettre « {} » ?";
    move_here: "Put it here", "Mettre ici";
    no_place: "It can't be put there", "Impossible de mettre cela ici";
    no_place_detail: "A folder can't go into itself, nor below 64 others, nor can anything go where no folder is.",
        "Un dossier ne va ni en lui-même, ni sous 64 autres ; et rien ne va là où il n'y a pas de dossier.";
    bad_name: "That is no name for a file", "Ce n'est pas un nom de fichier";
    bad_name_detail: "A name has 1 to 255 bytes, no \"/\", no line break and no mark that turns the writing round.",
        "Un nom a de 1 à 255 octets, sans « / », ni saut de ligne, ni signe qui retourne l'écriture.";
    bad_name_remedy: "Choose another one.", "Choisissez-en un autre.";
    files_full: "There is no room for that", "Il n'y a pas de place pour cela";
    files_full_detail: "One source may keep {} GB of files.",
        "Une même source peut garder {} Go de fichiers.";
    files_full_remedy: "Delete something for good first.", "Supprimez d'abord quelque chose définitivement.";
    too_many_files: "That is too much at once", "C'est trop à la fois";
    too_many_files_detail: "The folder holds too many files: delete the folders in it first.",
        "Le dossier contient trop de fichiers : supprimez d'abord les dossiers qu'il contient.";

    // Taking documents away
    export: "Take your documents away", "Emporter vos documents";
    export_lead: "One archive (.zip) goes to the device that you are using, with all documents of the \
        kinds that you choose, as they are now.",
        "Une archive (.zip) part sur l'appareil que vous utilisez, avec tous les documents des genres \
            que vous choisissez, tels qu'ils sont maintenant.";
    export_final: "What left can't be called back: nothing protects the archive any more, and whoever has \
        it can read it. That you took it is noted in your trail.",
        "Ce qui est sorti ne se rappelle pas : plus rien ne protège l'archive, et qui l'a peut la lire. \
            Votre journal note que vous l'avez emportée.";
    export_unchosen: "Something else than a page of your home led here: nothing is chosen yet.",
        "Autre chose qu'une page de votre domicile a mené ici : rien n'est encore choisi.";
    export_yes: "Take them away", "Les emporter";
    export_nothing: "There are no documents to take away.", "Il n'y a aucun document à emporter.";
    export_which: "Kinds of documents", "Genres de documents";
    export_count: "Documents and changes: {}", "Documents et modifications : {}";
    export_none_title: "You chose nothing", "Vous n'avez rien choisi";
    export_none: "No kind of documents was chosen. Nothing left.",
        "Aucun genre de documents n'a été choisi. Rien n'est sorti.";
    export_failed_title: "There is no archive", "Il n'y a pas d'archive";
    export_failed: "The archive could not be written. Nothing left.",
        "L'archive n'a pas pu être écrite. Rien n'est sorti.";
    export_failed_remedy: "There may be no room on the disk, or too much for one archive: choose fewer kinds.",
        "Le disque est peut-être plein, ou c'est trop pour une archive : choisissez moins de genres.";

    // Gates
    gates: "Numbers that apps answer", "Nombres que répondent les applications";
    gates_lead: "An app can declare a gate: one number a day that leaves if you make a link for it. The home \
        cuts the number to the range below and shows it from the next midnight on; a day without \
        an answer looks the same from outside.",
        "Une application peut déclarer une porte : un nombre par jour, qui sort si vous créez un lien pour \
            cela. Le domicile ramène le nombre dans les bornes ci-dessous et le montre à partir du \
            minuit suivant ; un jour sans réponse a le même aspect du dehors.";
    gate_links: "Links", "Liens";
    no_gates: "No app that you installed declares a gate.",
        "Aucune application installée ne déclare de porte.";
    gate_range: "From {} to {}, by {}.", "De {} à {}, par pas de {}.";
    gate_rate: "At most {} bits a day.", "Au plus {} bits par jour.";
    gate_make: "Make a link", "Créer un lien";
    gate_ask: "Let this number out?", "Laisser sortir ce nombre ?";
    gate_lead: "Whoever has the link sees the answer of the last whole day, until you end it. What was seen \
        can't be called back. The app chooses the number and nothing else: not who sees it, nor when.",
        "Toute personne qui a le lien voit la réponse du dernier jour complet, jusqu'à ce que vous y mettiez \
            fin. Ce qui a été vu ne se rappelle pas. L'application choisit le nombre et rien \
            d'autre : ni qui le voit, ni quand.";
    gate_yes: "Make the link", "Créer le lien";
    gate_answer: "A dash stands for a day without an answer.", "Un tiret marque un jour sans réponse.";

    // Settings
    sessions: "Signed-in browsers", "Navigateurs connectés";
    this_one: "this one", "celui-ci";
    end_session: "Sign it out", "Le déconnecter";
    sign_out_everywhere: "Sign out everywhere", "Se déconnecter partout";
    seen: "last seen {}", "vu le {}";

    // Outward links
    outward: "Leave your home?", "Quitter votre domicile ?";
    outward_lead: "{} offers a link to {}. This is the whole address:",
        "{} propose un lien vers {}. Voici l'adresse entière :";
    may_contain: "It may contain:", "Elle peut contenir :";
    outward_note: "Whoever runs that site learns what is in the address. Opening it is noted in your \
        trail.",
        "Qui tient ce site apprend ce que contient l'adresse. L'ouverture est notée dans votre journal.";
    outward_open: "Open {}", "Ouvrir {}";

    // The root and strays
    no_home: "Nobody lives here yet: use the link that the server printed.",
        "Personne n'habite encore ici : utilisez le lien affiché par le serveur.";
    homes_here: "Homes on this server", "Domiciles de ce serveur";
    stray_title: "This page lives in your home", "Cette page vit dans votre domicile";
    stray: "Apps are shown inside your home's own frame, so that you always know where you are.",
        "Les applications s'affichent dans le cadre de votre domicile, pour que vous sachiez \
            toujours où vous êtes.";
    stray_go: "Open it there", "L'y ouvrir";
    signed_out_title: "You are signed out", "Vous êtes déconnecté";
    signed_out: "This frame is no longer signed in.", "Ce cadre n'est plus connecté.";
    signed_out_remedy: "Reload the page.", "Rechargez la page.";

    // Problems
    not_found_title: "There is no such page", "Cette page n'existe pas";
    not_found: "Nothing is at this address.", "Il n'y a rien à cette adresse.";
    cross_title: "That did not come from this page", "Cela ne venait pas de cette page";
    cross: "Something else than this home's own page asked for a change.",
        "Autre chose qu'une page de ce domicile a demandé un changement.";
    cross_remedy: "Go back to your home and try again there.", "Revenez à votre domicile et réessayez-y.";
    too_large_title: "That is too large", "C'est trop grand";
    too_large: "At most {} MiB can be sent here.", "On peut envoyer ici au plus {} Mio.";
    bad_form_title: "That form could not be read", "Ce formulaire est illisible";
    bad_form: "A field is missing or malformed.", "Un champ manque ou est mal formé.";
    unavailable_title: "That did not work", "Cela n'a pas marché";
    unavailable: "The home could not read or write its data.",
        "Le domicile n'a pas pu lire ou écrire ses données.";
    unavailable_remedy: "Try again. `domicile doctor` tells more to whoever runs the server.",
        "Réessayez. « domicile doctor » en dit plus à qui tient le serveur.";
    app_failed_title: "The app could not show this page", "L'application n'a pas pu montrer cette page";
    app_broken: "It answered with something that is no page: {}",
        "Elle a répondu par autre chose qu'une page : {}";
    app_remedy: "Nothing was lost. Go back, or see the trail for details.",
        "Rien n'est perdu. Revenez en arrière, ou voyez le journal pour le détail.";
    panel_failed_title: "A part of this page could not be shown",
        "Une partie de cette page n'a pas pu être montrée";
    link_needs_shell: "This link leaves your home. It opens from the home's own frame only.",
        "Ce lien quitte votre domicile. Il ne s'ouvre que depuis le cadre du domicile.";
    no_link_title: "There is no such link", "Ce lien n'existe pas";
    no_link: "The app's manifest has no such outward link, or its slots don't take these values.",
        "Le manifeste de l'application n'a pas ce lien sortant, ou ses champs ne prennent pas ces valeurs.";
    expired_title: "That upload is gone", "Cet envoi n'est plus là";
    expired: "An upload waits half an hour for your consent.",
        "Un envoi attend votre accord une demi-heure.";
    expired_remedy: "Upload the file again.", "Envoyez le fichier à nouveau.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filled() {
        assert_eq!(fill(&fill("{} of {}", 1), 2), "1 of 2");
    }
}
