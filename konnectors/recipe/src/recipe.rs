//! What a recipe says. In: the table `recipe` of a manifest, as JSON. Out: steps and lists, whose
//! every text was understood.

use std::collections::BTreeMap;

use domicile_sdk::konnector::{Action, Failure};
use serde::Deserialize;
use serde_json::Value;

use crate::pick::Pick;

/// First all steps, one after the other; then all lists.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// The way in.
    #[serde(default)]
    pub step: Vec<Step>,
    /// What is collected.
    pub list: Vec<List>,
}

/// A request along a route of the manifest. Its texts are templates.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ask {
    /// The route's name.
    pub route: String,
    /// What fills its path.
    #[serde(default)]
    pub slots: BTreeMap<String, String>,
    /// What fills its query.
    #[serde(default)]
    pub query: BTreeMap<String, String>,
    /// Fields of a form.
    pub form: Option<BTreeMap<String, String>>,
    /// A JSON body.
    pub json: Option<Value>,
}

/// Something that ends the run, if it is on the page.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fail {
    /// What is looked for.
    pub on: Pick,
    /// What it means.
    pub is: Word,
}

/// What the owner is asked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Code {
    /// The secret of kind `code` that it goes into.
    pub secret: String,
    /// The question, in both languages.
    pub question: Text,
}

/// A text in both languages.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    pub en: String,
    pub fr: String,
}

impl Text {
    pub fn in_locale(&self, locale: &str) -> &str {
        if locale == "fr" { &self.fr } else { &self.en }
    }
}

/// One step of the way in.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// It is left out unless this is on the page before.
    #[serde(rename = "if")]
    pub when: Option<Pick>,
    /// A code of the owner's, first.
    pub code: Option<Code>,
    /// What is asked for; without it the page before is looked at again.
    pub ask: Option<Ask>,
    /// What it means when the provider refuses the request.
    pub refused: Option<Word>,
    /// What ends the run.
    #[serde(default)]
    pub fail: Vec<Fail>,
    /// What later templates may name.
    #[serde(default)]
    pub take: BTreeMap<String, Pick>,
}

/// Documents that a provider lists, page by page.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// How later lists refer to it.
    pub name: String,
    /// It is asked for once for each document of this list, which templates may name.
    pub per: Option<String>,
    /// What is asked for; without it, what the provider sent to the account's address is looked at,
    /// each message as a page.
    pub ask: Option<Ask>,
    /// What ends the run.
    #[serde(default)]
    pub fail: Vec<Fail>,
    /// The parts of a page that are a document each.
    pub each: Pick,
    /// What is taken out of a part. What is not there is left out of the document.
    pub take: BTreeMap<String, Pick>,
    /// The doctype; none for a list that others go through only.
    pub doctype: Option<String>,
    /// The provider's own id of the document: a template.
    pub key: String,
    /// The document: values, whose texts are templates.
    #[serde(default)]
    pub document: BTreeMap<String, Value>,
    /// The further pages.
    pub next: Option<Next>,
}

/// How a list goes on.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Next {
    /// Found on the page before; without it there is no further page.
    pub take: Pick,
    /// The name that it has in the templates of the request. Empty on the first page.
    pub name: String,
}

/// How a run ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Word {
    LoginFailed,
    TooManyAttempts,
    AcceptTerms,
    RenewConsent,
    StrongAuthentication,
    WrongCode,
    ChangePassword,
    SignIn,
    AccountRemoved,
    PermissionsChanged,
    VendorDown,
}

impl From<Word> for Failure {
    fn from(word: Word) -> Failure {
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
}
