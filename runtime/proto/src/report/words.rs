//! The report in plain words, English and French.

use domicile_policy::{Action, Doctype, GrantLine, Grants};

use super::{Reach, Summary, clock};
use crate::catalogue::Permission;
use crate::doctype::Doctypes;
use crate::manifest::{Gate, Kind, Konnector, Manifest, Oauth, Route, Schedule, Site, Stream};
use crate::{Locale, Text};

/// What people call the documents of a doctype.
pub(super) fn title(doctype: &Doctype, doctypes: &Doctypes) -> Text {
    let name = || Text::new(doctype.as_str(), doctype.as_str());
    doctypes.get(doctype).map_or_else(name, |spec| spec.title.clone())
}

/// All lines in both languages.
pub(super) fn summary(reach: &Reach<'_>) -> Summary {
    Summary { en: lines(reach, Locale::En), fr: lines(reach, Locale::Fr) }
}

/// The reasons against a component: nothing else counts then.
pub(super) fn refused(reasons: impl Iterator<Item = Text>) -> Summary {
    let mut summary = Summary::default();
    for Text { en, fr } in reasons {
        summary.en.push(format!("Refused: {en}."));
        summary.fr.push(format!("Refusé\u{a0}: {fr}."));
    }
    summary
}

fn lines(reach: &Reach<'_>, locale: Locale) -> Vec<String> {
    let doctypes = Doctypes::builtin();
    let mut lines = match &reach.manifest.konnector {
        Some(konnector) => talks(reach, konnector, locale),
        None => vec![headline(reach, locale)],
    };
    for line in reach.grants.iter() {
        let actions = action_words(reach, line, locale);
        if !actions.is_empty() {
            let title = title(&line.doctype, &doctypes);
            lines.push(grant_line(line, &actions, title.in_locale(locale), locale));
        }
    }
    if reach.manifest.sorts() {
        let trust = locale.pick(
            "Is trusted to sort what it finds in a file: what it adds counts as the kind of data that \
             it adds it to, and as nothing else.",
            "Est chargé de trier ce qu'il trouve dans un fichier : ce qu'il ajoute compte comme les \
             données auxquelles il l'ajoute, et comme rien d'autre.",
        );
        lines.push(trust.to_owned());
    }
    lines.extend(start_lines(reach, &doctypes, locale));
    let says = |permission: Permission| reach.uses.contains(&permission);
    let own = match locale {
        Locale::En => [
            (Permission::Notices, "Leaves you short messages."),
            (Permission::State, "Keeps a few values of its own in your home."),
            (
                Permission::Choice,
                "May ask you how a file is to be read, and is told so from then on.",
            ),
        ],
        Locale::Fr => [
            (Permission::Notices, "Vous laisse de courts messages."),
            (Permission::State, "Garde dans votre domicile quelques valeurs qui lui sont propres."),
            (
                Permission::Choice,
                "Peut vous demander comment lire un fichier, et l'apprend dès lors.",
            ),
        ],
    };
    lines.extend(
        own.iter().filter(|(permission, _)| says(*permission)).map(|(_, text)| (*text).to_owned()),
    );
    lines.extend(reach.gates().iter().map(|gate| gate_line(gate, locale)));
    lines
}

/// `Banks: sees bank. Can send nothing anywhere.`
fn headline(reach: &Reach<'_>, locale: Locale) -> String {
    let name = reach.manifest.name.in_locale(locale);
    let categories: Vec<&str> =
        reach.categories().into_iter().map(|category| category.words(locale)).collect();
    let seen = joined(&categories, locale);
    let importer = reach.manifest.kind == Kind::Importer;
    let hosts = reach.hosts();
    let hosts: Vec<&str> = hosts.iter().map(String::as_str).collect();
    let hosts = joined(&hosts, locale);
    let gated = !reach.gates().is_empty();
    match locale {
        Locale::En => {
            let sees = match (importer, seen.as_str()) {
                (true, _) => "sees the file that you drop on it and nothing else",
                (false, "") => "sees nothing of yours",
                (false, seen) => &format!("sees {seen}"),
            };
            let sends = match hosts.as_str() {
                "" if gated => "Can send nothing anywhere by itself.",
                "" => "Can send nothing anywhere.",
                hosts => &format!(
                    "Can send nothing anywhere by itself; its pages offer links to {hosts}, which open \
                     when you press them."
                ),
            };
            format!("{name}: {sees}. {sends}")
        }
        Locale::Fr => {
            let sees = match (importer, seen.as_str()) {
                (true, _) => "voit le fichier que vous y déposez et rien d'autre",
                (false, "") => "ne voit rien de vous",
                (false, seen) => &format!("voit {seen}"),
            };
            let sends = match hosts.as_str() {
                "" if gated => "Ne peut rien envoyer nulle part d'elle-même.",
                "" => "Ne peut rien envoyer nulle part.",
                hosts => &format!(
                    "Ne peut rien envoyer nulle part d'elle-même ; ses pages proposent des liens vers \
                     {hosts}, qui s'ouvrent quand vous les pressez."
                ),
            };
            format!("{name}\u{a0}: {sees}. {sends}")
        }
    }
}

/// `Acme: talks to api.acme.example. Sees only what came from there ...`, and each request.
fn talks(reach: &Reach<'_>, konnector: &Konnector, locale: Locale) -> Vec<String> {
    let name = reach.manifest.name.in_locale(locale);
    let hosts = reach.hosts();
    let hosts: Vec<&str> = hosts.iter().map(|host| place(host, locale)).collect();
    let hosts = joined(&hosts, locale);
    let sent: Vec<&str> = konnector.sends.iter().map(|one| one.words(locale)).collect();
    let sent = joined(&sent, locale);
    let mut lines = vec![match locale {
        Locale::En => format!(
            "{name}: talks to {hosts}. Sees only what came from there and what you type for it, and \
             never your passwords: the home itself puts them in."
        ),
        Locale::Fr => format!(
            "{name}\u{a0}: parle avec {hosts}. Ne voit que ce qui en vient et ce que vous tapez pour \
             lui, jamais vos mots de passe : le domicile les met lui-même."
        ),
    }];
    if !sent.is_empty() {
        lines.push(locale.pick(
            format!("May send there what is about {sent} too."),
            format!("Peut y envoyer aussi ce qui parle de : {sent}."),
        ));
    }
    if konnector.multi_tenant {
        lines.push(
            locale
                .pick(
                    "Strangers have accounts at the same hosts: what is sent there could end up with \
                     one of them.",
                    "Des inconnus ont des comptes aux mêmes adresses : ce qui y est envoyé pourrait \
                     finir chez l'un d'eux.",
                )
                .to_owned(),
        );
    }
    if konnector.routes.iter().any(|route| !matches!(route.origin, Site::Fixed(_))) {
        lines.push(
            locale
                .pick(
                    "Others may have accounts at the server that you name: what is sent there could \
                     end up with one of them.",
                    "D'autres ont peut-être un compte sur le serveur que vous indiquez : ce qui y est \
                     envoyé pourrait finir chez l'un d'eux.",
                )
                .to_owned(),
        );
    }
    lines.extend(konnector.oauth.iter().map(|oauth| agreed(oauth, locale)));
    lines.extend(konnector.routes.iter().map(|route| request(konnector, route, locale)));
    lines.extend(konnector.streams.iter().map(|stream| reads_mail(konnector, stream, locale)));
    lines
}

/// `You agree at login.acme.example ...`, or that nobody is asked.
fn agreed(oauth: &Oauth, locale: Locale) -> String {
    let page = oauth.authorize.as_ref().or(oauth.device.as_ref()).unwrap_or(&oauth.token);
    let host = page.origin.host();
    let scopes = match oauth.scopes.as_slice() {
        [] => String::new(),
        scopes => format!(" ({})", scopes.join(", ")),
    };
    if !oauth.has_page() {
        return locale.pick(
            format!(
                "The home itself has {host} give it a permission{scopes}, with the identifier and the \
                 secret of the account."
            ),
            format!(
                "Le domicile se fait donner lui-même une autorisation par {host}{scopes}, avec \
                 l'identifiant et le secret du compte."
            ),
        );
    }
    locale.pick(
        format!(
            "You agree at {host}, in your browser{scopes}. The home itself keeps and renews what it \
             is given for that."
        ),
        format!(
            "Vous donnez votre accord chez {host}, dans votre navigateur{scopes}. Le domicile garde et \
             renouvelle lui-même ce qu'il reçoit pour cela."
        ),
    )
}

/// A host, or the server that a field in braces stands for.
fn place(host: &str, locale: Locale) -> &str {
    match host.starts_with('{') {
        true => locale.pick("the server that you name", "le serveur que vous indiquez"),
        false => host,
    }
}

/// `Asks api.acme.example: GET /accounts. The home adds: Password.`
fn request(konnector: &Konnector, route: &Route, locale: Locale) -> String {
    let site = host_of(&route.origin);
    let (host, method, path) = (place(&site, locale), route.method.word(), &route.path);
    let added = labels(konnector, route.auth.iter().flat_map(|auth| auth.names()), locale);
    let mut text = match route.visit {
        true => locale.pick(
            format!("Asks you to open a page of {host}: {path}."),
            format!("Vous demande d'ouvrir une page de {host} : {path}."),
        ),
        false => locale.pick(
            format!("Asks {host}: {method} {path}."),
            format!("Interroge {host} : {method} {path}."),
        ),
    };
    if matches!(route.origin, Site::Address(_)) {
        text = locale.pick(
            format!("Asks {host}: {method}, at the address that you type and it never sees."),
            format!(
                "Interroge {host} : {method}, à l'adresse que vous tapez et qu'il ne voit jamais."
            ),
        );
    }
    if route.is_free() {
        text += locale
            .pick(" It chooses the address itself there.", " Il y choisit l'adresse lui-même.");
    }
    let within = labels(konnector, route.fields(), locale);
    if !within.is_empty() {
        text += &locale.pick(
            format!(" It stays within what you type as: {within}."),
            format!(" Il reste dans ce que vous tapez comme : {within}."),
        );
    }
    if !added.is_empty() {
        text += &locale
            .pick(format!(" The home adds: {added}."), format!(" Le domicile y met : {added}."));
    }
    text
}

/// `Reads the mail at imap.acme.example and can change nothing there ...`
fn reads_mail(konnector: &Konnector, stream: &Stream, locale: Locale) -> String {
    let site = host_of(&stream.origin);
    let host = place(&site, locale);
    let added = labels(konnector, [stream.user.as_str(), &stream.password], locale);
    locale.pick(
        format!(
            "Reads the mail at {host} and can change nothing there. The home signs in for it, with: \
             {added}."
        ),
        format!(
            "Lit le courrier sur {host} et ne peut rien y changer. Le domicile s'identifie pour lui, \
             avec : {added}."
        ),
    )
}

fn host_of(site: &Site) -> String {
    match site {
        Site::Fixed(origin) => origin.host().to_owned(),
        field => field.to_string(),
    }
}

/// What people call these secrets and fields.
fn labels<'a>(
    konnector: &Konnector,
    names: impl IntoIterator<Item = &'a str>,
    locale: Locale,
) -> String {
    let label = |name: &str| {
        let secret = konnector.secrets.iter().find(|one| one.name == name).map(|one| &one.label);
        let field = konnector.fields.iter().find(|one| one.name == name).map(|one| &one.label);
        secret.or(field).map(|text| text.in_locale(locale).to_owned())
    };
    let labels: Vec<String> = names.into_iter().filter_map(label).collect();
    joined(&labels.iter().map(String::as_str).collect::<Vec<_>>(), locale)
}

/// `Answers one number a day ...`
fn gate_line(gate: &Gate, locale: Locale) -> String {
    let Gate { min, max, step, .. } = gate;
    let (text, bits) = (gate.text.in_locale(locale), gate.rate().bits_per_day);
    match locale {
        Locale::En => format!(
            "Answers one number a day to whoever has a link that you make for it: {text}, {min} to \
             {max} by {step}, at most {bits} bits a day."
        ),
        Locale::Fr => format!(
            "Répond un nombre par jour à qui a un lien que vous créez pour cela : {text}, de {min} à \
             {max} par pas de {step}, au plus {bits} bits par jour."
        ),
    }
}

/// `Reads, finds, adds and changes bank operations.`
fn grant_line(line: &GrantLine, actions: &[&str], title: &str, locale: Locale) -> String {
    let actions = capitalised(&joined(actions, locale));
    let with: Vec<&str> = line.with.iter().map(|category| category.words(locale)).collect();
    let fields: Vec<&str> = line.fields.iter().flatten().map(String::as_str).collect();
    let mut text = match locale {
        Locale::En => format!("{actions} {title}"),
        Locale::Fr => format!("{actions}\u{a0}: {title}"),
    };
    let clauses = match locale {
        Locale::En => [
            (!with.is_empty(), format!(", also those made from {}", joined(&with, locale))),
            (!fields.is_empty(), format!(", only {}", joined(&fields, locale))),
            (line.rows.is_some(), format!(", only where {}", line.rows.as_deref().unwrap_or("{}"))),
        ],
        Locale::Fr => [
            (!with.is_empty(), format!(", y compris ce qui dérive de : {}", joined(&with, locale))),
            (!fields.is_empty(), format!(", seulement {}", joined(&fields, locale))),
            (
                line.rows.is_some(),
                format!(", seulement si {}", line.rows.as_deref().unwrap_or("{}")),
            ),
        ],
    };
    text.extend(clauses.into_iter().filter(|(holds, _)| *holds).map(|(_, clause)| clause));
    text.push('.');
    text
}

/// What starts a component by itself. Of events, those that a grant in force lets it hear of.
pub fn starts(manifest: &Manifest, grants: &Grants, locale: Locale) -> Vec<String> {
    start_lines(&Reach::new(manifest, grants, &[]), &Doctypes::builtin(), locale)
}

fn start_lines(reach: &Reach<'_>, doctypes: &Doctypes, locale: Locale) -> Vec<String> {
    let Some(trigger) = &reach.manifest.trigger else { return Vec::new() };
    let by_clock = trigger.schedule.map(|schedule| {
        let when = schedule_words(schedule, locale);
        locale.pick(format!("Runs by itself {when}."), format!("S'exécute seul {when}."))
    });
    let heard = trigger
        .events
        .iter()
        .filter(|doctype| reach.grants.line(doctype).is_some_and(GrantLine::hears));
    let titles: Vec<Text> = heard.map(|doctype| title(doctype, doctypes)).collect();
    let titles: Vec<&str> = titles.iter().map(|title| title.in_locale(locale)).collect();
    let by_events = (!titles.is_empty()).then(|| {
        let titles = joined(&titles, locale);
        locale.pick(
            format!("Runs by itself when there is something new in {titles}."),
            format!("S'exécute seul dès qu'il y a du nouveau dans : {titles}."),
        )
    });
    let by_message = trigger.webhook.as_ref().map(|webhook| {
        let signed = webhook.signature.is_some();
        locale.pick(
            match signed {
                true => {
                    "Runs by itself when its provider sends a signed message to an address that \
                         you give it."
                }
                false => {
                    "Runs by itself when somebody sends a message to an address that you give \
                          away."
                }
            },
            match signed {
                true => {
                    "S'exécute seul quand son fournisseur envoie un message signé à une adresse \
                         que vous lui donnez."
                }
                false => {
                    "S'exécute seul quand quelqu'un envoie un message à une adresse que vous \
                          donnez."
                }
            },
        )
    });
    by_clock.into_iter().chain(by_events).chain(by_message.map(str::to_owned)).collect()
}

/// `every night`.
fn schedule_words(schedule: Schedule, locale: Locale) -> String {
    let words = match schedule {
        Schedule::Hourly => locale.pick("every hour", "chaque heure"),
        Schedule::Daily => locale.pick("every night", "chaque nuit"),
        Schedule::Weekly => locale.pick("one night a week", "une nuit par semaine"),
        Schedule::Monthly => locale.pick("one night a month", "une nuit par mois"),
        Schedule::Every(minutes) => {
            return locale
                .pick(format!("every {minutes} minutes"), format!("toutes les {minutes} minutes"));
        }
        Schedule::At(times) => return clock::words(times, locale),
    };
    words.to_owned()
}

fn action_words(reach: &Reach<'_>, line: &GrantLine, locale: Locale) -> Vec<&'static str> {
    let actions = reach.actions(line);
    let words = |action: &Action| match (action, locale, line.looks()) {
        (Action::Read, Locale::En, _) => vec!["reads"],
        (Action::Read, Locale::Fr, _) => vec!["lit"],
        (Action::Query, Locale::En, _) => vec!["finds"],
        (Action::Query, Locale::Fr, _) => vec!["cherche"],
        (Action::Write, Locale::En, true) => vec!["adds", "changes"],
        (Action::Write, Locale::Fr, true) => vec!["ajoute", "modifie"],
        (Action::Write | Action::Deposit, Locale::En, _) => vec!["adds"],
        (Action::Write | Action::Deposit, Locale::Fr, _) => vec!["ajoute"],
    };
    actions.iter().flat_map(words).collect()
}

/// `a, b and c`.
pub(super) fn joined(words: &[&str], locale: Locale) -> String {
    let and = if locale == Locale::En { "and" } else { "et" };
    match words.split_last() {
        None => String::new(),
        Some((last, [])) => (*last).to_owned(),
        Some((last, rest)) => format!("{} {and} {last}", rest.join(", ")),
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
