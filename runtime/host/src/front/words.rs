//! What the host's own pages say, in English and French: a field for each sentence, so that a missing
//! translation does not compile.

use crate::house::Locale;

macro_rules! words {
    ($($key:ident: $en:literal, $fr:literal;)*) => {
        /// The sentences of one language.
        pub struct Words {
            $(#[doc = $en] pub $key: &'static str,)*
        }

        const EN: Words = Words { $($key: $en,)* };
        const FR: Words = Words { $($key: $fr,)* };
    };
}

/// The sentences of a language.
pub fn words(locale: Locale) -> &'static Words {
    match locale {
        Locale::En => &EN,
        Locale::Fr => &FR,
    }
}

words! {
    home: "Home", "Accueil";
    apps: "Apps", "Applications";
    audit: "Who saw what", "Qui a vu quoi";
    settings: "Settings", "Réglages";
    import: "Bring data in", "Apporter des données";
    sign_in: "Sign in", "Se connecter";
    sign_out: "Sign out", "Se déconnecter";
    sign_out_everywhere: "Sign out everywhere", "Se déconnecter partout";
    welcome: "Welcome home", "Bienvenue chez vous";
    first_run: "This home is new. Choose how you want to be called and a passphrase that nobody knows.",
        "Cette maison est neuve. Choisissez votre nom et une phrase de passe que personne ne connaît.";
    first_run_secret: "Open the link that the server printed in its terminal: it proves that this server is yours.",
        "Ouvrez le lien que le serveur a affiché dans son terminal : il prouve que ce serveur est le vôtre.";
    your_name: "Your name", "Votre nom";
    passphrase: "Passphrase", "Phrase de passe";
    passphrase_hint: "At least 12 characters: four words do.", "Au moins 12 caractères : quatre mots suffisent.";
    passphrase_weak: "That would be guessed soon: choose four words that have nothing to do with each other.",
        "Elle serait vite devinée : choisissez quatre mots sans rapport entre eux.";
    passphrase_wrong: "That is not the passphrase.", "Ce n'est pas la phrase de passe.";
    wait: "Too many tries. Wait this many seconds and try again:", "Trop d'essais. Attendez, en secondes, avant de réessayer :";
    language: "Language", "Langue";
    create: "Create my home", "Créer ma maison";
    save: "Save", "Enregistrer";
    saved: "Saved.", "Enregistré.";
    open: "Open", "Ouvrir";
    details: "What it may do", "Ce qu'elle peut faire";
    no_apps: "Nothing is installed yet. Drop a component on the page Apps.",
        "Rien n'est encore installé. Déposez un composant sur la page Applications.";
    install: "Install", "Installer";
    install_hint: "Choose a component (a .wasm file). You will see what it can do before it is installed.",
        "Choisissez un composant (un fichier .wasm). Vous verrez ce qu'il peut faire avant de l'installer.";
    component_file: "Component file", "Fichier du composant";
    look: "See what it can do", "Voir ce qu'il peut faire";
    consent: "Allow these flows?", "Autoriser ces flux ?";
    consent_yes: "Allow and install", "Autoriser et installer";
    cancel: "Cancel", "Annuler";
    refused_title: "This component was refused", "Ce composant a été refusé";
    refused_nothing: "Nothing was installed.", "Rien n'a été installé.";
    source: "What it sees", "Ce qu'elle voit";
    sink: "Where it can go", "Où cela peut aller";
    how: "How", "Comment";
    grants: "What it may touch", "Ce à quoi elle a accès";
    revoke: "Take back", "Retirer";
    uninstall: "Uninstall", "Désinstaller";
    uninstall_hint: "What it wrote stays: it is yours.", "Ce qu'elle a écrit reste : c'est à vous.";
    version: "Version", "Version";
    fingerprint: "Fingerprint", "Empreinte";
    publisher: "Publisher", "Éditeur";
    file: "File", "Fichier";
    import_hint: "A bank statement (OFX, CAMT.053). The file is read by an importer that sees this file and nothing else.",
        "Un relevé de compte (OFX, CAMT.053). Le fichier est lu par un importateur qui ne voit que ce fichier.";
    import_go: "Import", "Importer";
    imported: "Imported", "Importé";
    not_imported: "Not imported", "Non importé";
    new_or_changed: "new or changed", "nouveaux ou modifiés";
    when: "When", "Quand";
    who: "Who", "Qui";
    what: "What", "Quoi";
    about: "About", "Au sujet de";
    only_refusals: "Refusals only", "Refus seulement";
    every_app: "Everyone", "Tous";
    day: "Day", "Jour";
    filter: "Show", "Afficher";
    older: "Older", "Plus ancien";
    nothing: "Nothing to show.", "Rien à afficher.";
    read: "read", "lu";
    wrote: "wrote", "écrit";
    refused: "refused", "refusé";
    rule: "rule", "règle";
    left_home: "Requests that left this home", "Requêtes sorties de cette maison";
    left_home_why: "No component that is installed has a network: there is no door they could leave by.",
        "Aucun composant installé n'a de réseau : il n'y a pas de porte par où sortir.";
    per_day: "Runs per day", "Exécutions par jour";
    sessions: "Signed-in browsers", "Navigateurs connectés";
    since: "since", "depuis le";
    outward: "You are about to leave your home", "Vous allez quitter votre maison";
    outward_why: "The app offers this link. Whoever runs the address will see all of it.",
        "L'application propose ce lien. Celui qui tient l'adresse la verra en entier.";
    outward_go: "Open this address", "Ouvrir cette adresse";
    address: "Address", "Adresse";
    not_here: "There is no such page.", "Cette page n'existe pas.";
    back_home: "Back to your home", "Retour à votre maison";
    open_in_home: "Open this app from your home.", "Ouvrez cette application depuis votre maison.";
    app_failed: "The app could not show this page", "L'application n'a pas pu afficher cette page";
    forbidden: "This request did not come from your home's own page.", "Cette requête ne vient pas d'une page de votre maison.";
    made_by_app: "made by an app", "faite par une application";
    main: "Main", "Principal";
}
