//! One run of a konnector for one account, from its cause to its line in the audit trail.
//!
//! In flow a konnector, an account and who started it; out flows how it ended. What was deposited
//! before a failure stays. Nothing that an app made takes part: a run has no argument.

use std::sync::Arc;

use domicile_policy::{Cause, CauseKind, ComponentId, Locale};
use domicile_proto::text::shown;
use tokio::sync::watch;

use super::{RunError, Why, begin, denied, event, keep_console};
use crate::caps::bindings::collect::{Action, Failure, Report};
use crate::egress::{Account, Door, Outlet};
use crate::engine::state::{InputFile, Progress};
use crate::flow::accounts;
use crate::flow::audit;
use crate::flow::deposits::Brought;
use crate::flow::hooks;
use crate::flow::net::Line;
use crate::flow::oauth::{self, NoToken};
use crate::flow::owner::Asking;
use crate::house::{Home, HomeError, House};
use crate::registry;

/// Warnings that one run reports.
const WARNINGS_MAX: usize = 100;
/// Characters of a summary, a warning or a failure.
const TEXT_CHARS_MAX: usize = 300;

/// Who may be asked while a run goes on, and who is told how far it is.
#[derive(Default)]
pub struct Company {
    /// Gets progress.
    pub progress: Option<watch::Sender<Progress>>,
    /// Answers questions: the owner, if there.
    pub owner: Option<Asking>,
    /// Stands in place of the house's door, for this run.
    pub door: Option<Arc<Door>>,
    /// Takes the deposits in place of this home: on a device that collects for another.
    pub outlet: Option<Arc<Outlet>>,
}

/// What a run brought, and how it ended.
#[derive(Debug)]
pub struct Collected {
    /// What was stored: it stays, however it ended.
    pub brought: Brought,
    /// The number after the last message of its provider that it was given; if it took none of
    /// those that started it, after all of them.
    pub given: Option<u64>,
    /// What it says of them, or why it did not end well.
    pub outcome: Result<Told, CollectError>,
}

/// What a run that ended well says.
#[derive(Clone, Debug)]
pub struct Told {
    /// What it took.
    pub summary: String,
    /// What it left out, and why.
    pub warnings: Vec<String>,
}

/// Why a run did not end well.
#[derive(Debug)]
pub enum CollectError {
    /// There is no such account.
    NoAccount,
    /// This version talks to more than the owner was shown when the account was connected.
    Reconnect,
    /// There is no token for it.
    NoToken(NoToken),
    /// The konnector says why.
    Failed(Failure),
    /// Something that it brought could not be stored.
    Lost,
    /// It was refused, stopped or crashed.
    Run(RunError),
    /// The home could not be read or written.
    Home(HomeError),
}

impl CollectError {
    /// A stable word.
    pub fn code(&self) -> &'static str {
        match self {
            CollectError::NoAccount => "no-account",
            CollectError::Reconnect => "reconnect",
            CollectError::NoToken(why) => why.code(),
            CollectError::Failed(failure) => code(failure),
            CollectError::Lost => "lost",
            CollectError::Run(error) => error.code(),
            CollectError::Home(_) => "unavailable",
        }
    }

    /// What the konnector says of its failure, in its own words: never to be taken for the home's.
    pub fn said(&self) -> String {
        match self {
            CollectError::Failed(Failure::Other(text)) => shown(text, TEXT_CHARS_MAX),
            _ => String::new(),
        }
    }
}

impl From<HomeError> for CollectError {
    fn from(error: HomeError) -> Self {
        CollectError::Home(error)
    }
}

/// The stable word of a konnector's failure.
fn code(failure: &Failure) -> &'static str {
    match failure {
        Failure::LoginFailed => "login-failed",
        Failure::TooManyAttempts => "too-many-attempts",
        Failure::UserActionNeeded(action) => match action {
            Action::AcceptTerms => "accept-terms",
            Action::RenewConsent => "renew-consent",
            Action::StrongAuthentication => "strong-authentication",
            Action::WrongCode => "wrong-code",
            Action::ChangePassword => "change-password",
            Action::SignIn => "sign-in",
            Action::AccountRemoved => "account-removed",
            Action::PermissionsChanged => "permissions-changed",
        },
        Failure::VendorDown => "vendor-down",
        Failure::ChallengeAsked => "challenge-asked",
        Failure::Other(_) => "failed",
    }
}

/// How a run ended, for the owner, by its stable word.
pub fn outcome_words(code: &str, locale: Locale) -> &'static str {
    let (en, fr) = match code {
        "done" => ("all is here", "tout est là"),
        "no-account" => ("there is no such account", "ce compte n'existe pas"),
        "reconnect" => (
            "this version talks to more than you were shown: connect the account again",
            "cette version parle à d'autres adresses que celles montrées : reconnectez le compte",
        ),
        "lost" => (
            "something that it brought could not be stored: make room and run it again",
            "une partie de ce qu'il a rapporté n'a pas pu être gardée : faites de la place et relancez",
        ),
        "login-failed" => (
            "the provider did not take the password: connect the account again",
            "le fournisseur a refusé le mot de passe : reconnectez le compte",
        ),
        "authorize" => (
            "the provider wants your yes on its own page: run it, and continue there",
            "le fournisseur veut votre accord sur sa propre page : lancez-le, puis continuez là-bas",
        ),
        "access-denied" => (
            "the provider was told no on its page: run it to be asked again",
            "le fournisseur a reçu un refus sur sa page : lancez-le pour être redemandé",
        ),
        "authorize-failed" => (
            "what the provider says about its permission makes no sense: nothing was collected",
            "la réponse du fournisseur sur son autorisation est incompréhensible : rien n'a été récupéré",
        ),
        "too-many-attempts" => (
            "the provider locked the account for a while: try again later",
            "le fournisseur a bloqué le compte un moment : réessayez plus tard",
        ),
        "accept-terms" => (
            "accept the new terms at the provider's site, then run it again",
            "acceptez les nouvelles conditions chez le fournisseur, puis relancez",
        ),
        "renew-consent" => (
            "give the provider your consent, at its site or where it wrote to you, then run it again",
            "donnez votre accord au fournisseur, sur son site ou là où il vous a écrit, puis relancez",
        ),
        "strong-authentication" => (
            "prove at the provider's site that it is you, then run it again",
            "identifiez-vous chez le fournisseur, puis relancez",
        ),
        "wrong-code" => ("the code was wrong or too late", "le code était faux ou trop tardif"),
        "change-password" => (
            "choose a new password at the provider's site, then connect the account again",
            "changez de mot de passe chez le fournisseur, puis reconnectez le compte",
        ),
        "sign-in" => (
            "sign in at the provider's site with a browser, then run it again",
            "connectez-vous chez le fournisseur avec un navigateur, puis relancez",
        ),
        "account-removed" => {
            ("the provider has no such account", "le fournisseur n'a plus ce compte")
        }
        "permissions-changed" => (
            "the account may no longer see this: check it at the provider's site",
            "le compte n'a plus le droit de voir ceci : vérifiez chez le fournisseur",
        ),
        "vendor-down" => (
            "the provider does not work now: try again later",
            "le fournisseur ne fonctionne pas : réessayez plus tard",
        ),
        "challenge-asked" => (
            "the provider asked for a code: run it while you are here",
            "le fournisseur a demandé un code : lancez-le pendant que vous êtes là",
        ),
        _ => ("it did not end well: see the trail", "cela s'est mal terminé : voyez le journal"),
    };
    locale.pick(en, fr)
}

/// Collect for one account. `cause` is the owner, a schedule, or a message of its provider.
pub async fn collect(
    house: &House,
    home: &Arc<Home>,
    account: &str,
    cause: Cause,
    company: Company,
) -> Collected {
    let (mut brought, mut given) = (Brought::default(), None);
    let seen = (&mut brought, &mut given);
    let outcome = run(house, home, account, cause, company, seen).await;
    Collected { brought, given, outcome }
}

async fn run(
    house: &House,
    home: &Arc<Home>,
    account: &str,
    cause: Cause,
    company: Company,
    (brought, given): (&mut Brought, &mut Option<u64>),
) -> Result<Told, CollectError> {
    let connected = &accounts::find(home, account)?.ok_or(CollectError::NoAccount)?;
    let id: &ComponentId = &connected.component;
    let unknown = || CollectError::Run(RunError::NotInstalled(id.to_string()));
    let installed = registry::find(home, id).ok_or_else(unknown)?;
    let konnector = installed.manifest.konnector.clone().ok_or_else(unknown)?;
    let opened = accounts::open(home, connected, &installed.manifest)?;
    let opened = opened.ok_or(CollectError::Reconnect)?;
    let door = company.door.or_else(|| house.door()).ok_or_else(unknown)?;
    let (kind, version) = (cause.kind(), &installed.manifest.version);
    let input = InputFile { name: String::new(), content: Default::default() };
    let begun = begin(house, home, Arc::clone(&installed), Why::Cause(cause), input).await;
    let mut begun = begun.map_err(|error| {
        let line = denied("collect", kind, error.code(), error.denial());
        let line = audit::encode(house.clock().now(), id.as_str(), version, &line);
        home.store().log_later(line);
        CollectError::Run(error)
    })?;
    let hears = installed.trigger().webhook.is_some();
    let messages = if hears { hooks::waiting(home, account)? } else { Vec::new() };
    let last = messages.last().filter(|_| kind == CauseKind::Message);
    let offered = last.map(|message| message.number + 1);
    let by_yes = konnector.oauth.as_ref().is_some_and(|oauth| oauth.has_page());
    let konnector = Arc::new(konnector);
    let back = house.origin(home.name()).map(|origin| oauth::back(&origin, id));
    let opened = Account { back, ..opened };
    let line = Line::new(door, konnector, connected.clone(), opened, company.owner, messages);
    begun.state.session.connect(line);
    if let Some(outlet) = company.outlet {
        begun.state.session.deposit_elsewhere(outlet);
    }
    begun.state.progress = company.progress;
    if let Err(why) = begun.state.session.authorize().await {
        let session = &begun.state.session;
        let line = event(session, "collect", &begun.start, why.code());
        home.store().log_later(audit::encode(session.began(), id.as_str(), version, &line));
        return Err(CollectError::NoToken(why));
    }
    let mut ended = house.engine().collect(&begun.loaded, begun.state).await;
    keep_console(&mut ended.state).await;
    let session = &mut ended.state.session;
    (*brought, *given) = (session.brought(), session.given().or(offered));
    // A yes that was good and is no more: there is no password to type again.
    let no_yes = by_yes && ended.outcome.as_ref().is_ok_and(wants_yes);
    if no_yes {
        session.disagreed().await;
    }
    session.keep_account().await?;
    let result = match ended.outcome {
        // Whatever the konnector makes of it: a refused password is not tried again.
        _ if no_yes || session.token_lost() => Err(CollectError::NoToken(NoToken::Owner)),
        _ if session.login_refused() => Err(CollectError::Failed(Failure::LoginFailed)),
        _ if session.lost() => Err(CollectError::Lost),
        Ok(Ok(report)) => Ok(report),
        Ok(Err(failure)) => Err(CollectError::Failed(failure)),
        Err(ending) => Err(CollectError::Run(RunError::Ended { name: id.to_string(), ending })),
    };
    let outcome = result.as_ref().map_or_else(CollectError::code, |_| "done");
    let line = event(session, "collect", &begun.start, outcome);
    home.store().log_later(audit::encode(session.began(), id.as_str(), version, &line));
    result.map(told)
}

/// Whether a konnector says that its owner's yes has ended.
fn wants_yes(ended: &Result<Report, Failure>) -> bool {
    use Failure::{LoginFailed, UserActionNeeded};
    matches!(ended, Err(LoginFailed | UserActionNeeded(Action::RenewConsent)))
}

fn told(report: Report) -> Told {
    let shown = |one: &String| shown(one, TEXT_CHARS_MAX);
    let warnings = report.warnings.iter().take(WARNINGS_MAX).map(shown).collect();
    Told { summary: shown(&report.summary), warnings }
}
