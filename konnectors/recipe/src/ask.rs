//! Requests. In: what a recipe asks for, and what its names stand for. Out: the page that the
//! provider answers with, or why there is none.

use domicile_recipe::{Ask, Fail, Names, Word, names as names_of, text, value};
use domicile_sdk::konnector::{Action, Answer, Failure, Fetch, FetchError, locale, route};
use konnector_shared::text::decode;

use crate::page::Page;

/// Redirects that are followed after one request.
const REDIRECTS_MAX: usize = 5;

/// Why there is no page.
pub enum Trouble {
    /// The provider refuses, with this status and page, or nobody is signed in.
    Refused(FetchError, Page),
    /// Anything else.
    Other(Failure),
}

impl From<Trouble> for Failure {
    fn from(trouble: Trouble) -> Failure {
        match trouble {
            Trouble::Refused(error, _) => error.into(),
            Trouble::Other(failure) => failure,
        }
    }
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Trouble {
        Trouble::Other(failure)
    }
}

/// Ask along a route, and go where the provider sends on along declared routes. What is in `fails`
/// ends the run, whatever the answer's status.
pub fn fetch(ask: &Ask, names: &Names, fails: &[Fail]) -> Result<Page, Trouble> {
    let mut answer = send(filled(ask, names)?)?;
    for _ in 0..REDIRECTS_MAX {
        let Some(to) = sent_on(&answer)? else { break };
        answer = send(route(&to))?;
    }
    let page = Page::read(&body(&answer)).map_err(|_| Failure::Other(too_much()))?;
    fail(fails, &page)?;
    match answer.status {
        status @ (400 | 401 | 403) => Err(Trouble::Refused(FetchError::Status(status), page)),
        // Locked.
        423 => Err(Failure::TooManyAttempts.into()),
        status if (200..300).contains(&status) => Ok(page),
        status => Err(Failure::from(FetchError::Status(status)).into()),
    }
}

fn send(request: Fetch) -> Result<Answer, Trouble> {
    request.send().map_err(|error| match error {
        FetchError::NoSecret => Trouble::Refused(error, Page::empty()),
        other => Trouble::Other(other.into()),
    })
}

/// The request of a recipe.
fn filled(ask: &Ask, names: &Names) -> Result<Fetch, Failure> {
    let filled =
        |template: &str| text(template, names).ok_or_else(|| Failure::Other(missing(template)));
    let mut request = route(&ask.route);
    for (name, template) in &ask.slots {
        request = request.slot(name, filled(template)?);
    }
    for (name, template) in &ask.query {
        let value = filled(template)?;
        if !value.is_empty() {
            request = request.query(name, value);
        }
    }
    if let Some(form) = &ask.form {
        let fields: Vec<(&str, String)> = form
            .iter()
            .map(|(name, template)| Ok((name.as_str(), filled(template)?)))
            .collect::<Result<_, Failure>>()?;
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
        request = request.form(&fields);
    }
    if let Some(json) = &ask.json {
        if let Some(name) = names_of(json).iter().find(|name| text(&named(name), names).is_none()) {
            return Err(Failure::Other(missing(&named(name))));
        }
        request = request.json(&value(json, names).unwrap_or_default());
    }
    Ok(request)
}

fn named(name: &str) -> String {
    format!("{{{name}}}")
}

/// As text, in the character set that it says or has.
fn body(answer: &Answer) -> String {
    let kind = answer.header("content-type").unwrap_or_default();
    let declared = kind.split("charset=").nth(1).and_then(|rest| rest.split(';').next());
    let declared = declared.map(|name| name.trim().trim_matches('"'));
    decode(&answer.body, declared).text.into_owned()
}

/// End the run if the page says so.
pub fn fail(fails: &[Fail], page: &Page) -> Result<(), Failure> {
    match fails.iter().find(|fail| page.has(&fail.on)) {
        Some(fail) => Err(failure(fail.is)),
        None => Ok(()),
    }
}

/// How a run ends by a word of the recipe.
pub fn failure(word: Word) -> Failure {
    Failure::UserActionNeeded(match word {
        Word::LoginFailed => return Failure::LoginFailed,
        Word::TooManyAttempts => return Failure::TooManyAttempts,
        Word::VendorDown => return Failure::VendorDown,
        Word::AcceptTerms => Action::AcceptTerms,
        Word::RenewConsent => Action::RenewConsent,
        Word::StrongAuthentication => Action::StrongAuthentication,
        Word::WrongCode => Action::WrongCode,
        Word::ChangePassword => Action::ChangePassword,
        Word::SignIn => Action::SignIn,
        Word::AccountRemoved => Action::AccountRemoved,
        Word::PermissionsChanged => Action::PermissionsChanged,
    })
}

/// The provider's pages are not as the recipe says.
pub fn missing(name: &str) -> String {
    match locale().as_str() {
        "fr" => format!("il n'y a plus de `{name}` sur la page : la recette est \u{e0} revoir"),
        _ => format!("there is no `{name}` on the page any more: the recipe has to be mended"),
    }
}

fn too_much() -> String {
    match locale().as_str() {
        "fr" => "le fournisseur a r\u{e9}pondu par une page d\u{e9}mesur\u{e9}e",
        _ => "the provider answered with a page beyond all measure",
    }
    .to_owned()
}

/// The route that an answer leads to, if it leads somewhere.
fn sent_on(answer: &Answer) -> Result<Option<String>, Failure> {
    if !(300..400).contains(&answer.status) {
        return Ok(None);
    }
    match answer.header("location").and_then(|to| to.strip_prefix("route ")) {
        Some(name) => Ok(Some(name.to_owned())),
        None => Err(Failure::Other(match locale().as_str() {
            "fr" => "le fournisseur renvoie vers une adresse que la recette ne conna\u{ee}t pas"
                .to_owned(),
            _ => "the provider leads to an address that the recipe does not know".to_owned(),
        })),
    }
}
