//! What a recipe says. In: the table `recipe` of a manifest. Out: steps and lists, whose every text
//! was understood.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;

use crate::pick::Pick;
use crate::template::{names, names_in};

/// First all steps, one after the other; then all lists.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// What ends the run, on whatever page it is.
    #[serde(default)]
    pub fail: Vec<Fail>,
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
    /// What fills its query; what is empty is left out.
    #[serde(default)]
    pub query: BTreeMap<String, String>,
    /// Fields of a form.
    pub form: Option<BTreeMap<String, String>>,
    /// A JSON body.
    pub json: Option<Value>,
}

impl Ask {
    /// All its templates.
    pub fn templates(&self) -> impl Iterator<Item = &str> {
        let form = self.form.iter().flatten();
        self.slots.iter().chain(&self.query).chain(form).map(|(_, template)| template.as_str())
    }

    /// What its templates name.
    pub fn names(&self) -> Vec<&str> {
        let json = self.json.iter().flat_map(names);
        self.templates().flat_map(names_in).chain(json).collect()
    }
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
    /// In English.
    pub en: String,
    /// In French.
    pub fr: String,
}

impl Text {
    /// In the owner's language.
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
    /// It is left out if this is on the page before.
    pub unless: Option<Pick>,
    /// A code of the owner's, first.
    pub code: Option<Code>,
    /// What is asked for; without it the page before is looked at again.
    pub ask: Option<Ask>,
    /// Whether a refusal (400, 401, 403), or a session that is not there, is a page like any other.
    #[serde(default)]
    pub attempt: bool,
    /// What it means when the provider refuses the request.
    pub refused: Option<Word>,
    /// What ends the run.
    #[serde(default)]
    pub fail: Vec<Fail>,
    /// What has to be on the page.
    pub expect: Option<Pick>,
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
    /// What has to be on every page: a list that is empty has it, a page that is none has not. Of
    /// JSON and tables `each` says it already.
    pub expect: Option<Pick>,
    /// The parts of a page that are a document each.
    pub each: Pick,
    /// What is taken out of a part. What is not there is left out of the document.
    pub take: BTreeMap<String, Pick>,
    /// A further page of each part.
    pub follow: Option<Follow>,
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

/// A further page of one part, where the rest of it stands.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Follow {
    /// What is asked for.
    pub ask: Ask,
    /// What has to be on the page.
    pub expect: Option<Pick>,
    /// What is taken out of it.
    pub take: BTreeMap<String, Pick>,
}

/// How a list goes on.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Next {
    /// The name that it has in the templates of the request.
    pub name: String,
    /// Found on the page before; without it there is no further page. Empty on the first page.
    pub take: Option<Pick>,
    /// Or counted from this number on, until a page has no part.
    pub count: Option<u32>,
}

/// How a run ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Word {
    /// The provider did not take the password.
    LoginFailed,
    /// It locked the account for a while.
    TooManyAttempts,
    /// New terms have to be accepted.
    AcceptTerms,
    /// Its consent has to be renewed.
    RenewConsent,
    /// A second factor is wanted that no route has.
    StrongAuthentication,
    /// The code was wrong or too late.
    WrongCode,
    /// A new password has to be chosen.
    ChangePassword,
    /// A picture or a question has to be answered in a browser.
    SignIn,
    /// The account is gone.
    AccountRemoved,
    /// The account may no longer see this.
    PermissionsChanged,
    /// The provider does not work now.
    VendorDown,
}

impl Recipe {
    /// What the templates of the recipe name.
    pub fn names(&self) -> BTreeSet<&str> {
        let steps = self.step.iter().flat_map(|step| &step.ask);
        let follows = self.list.iter().flat_map(|list| &list.follow).map(|follow| &follow.ask);
        let asks = steps.chain(self.list.iter().flat_map(|list| &list.ask)).chain(follows);
        let keys = self.list.iter().flat_map(|list| names_in(&list.key));
        let documents = self.list.iter().flat_map(|list| list.document.values()).flat_map(names);
        asks.flat_map(Ask::names).chain(keys).chain(documents).collect()
    }
}
