//! The bank's answers, and the requests that bring them. In: JSON as NextGenPSD2 has it. Out:
//! accounts, balances, transactions page by page, or why there are none. Never here: a request
//! without its own id, a link of the bank's that leads to another place.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};

use domicile_sdk::konnector::{Action, Answer, Failure, Fetch, FetchError, route};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Pages of one account's transactions in a run.
const PAGES_MAX: usize = 40;

#[derive(Deserialize)]
pub struct Consent {
    #[serde(rename = "consentId")]
    pub id: String,
    #[serde(rename = "_links")]
    links: ConsentLinks,
}

#[derive(Deserialize)]
struct ConsentLinks {
    #[serde(rename = "scaRedirect")]
    redirect: Option<Link>,
}

#[derive(Deserialize)]
struct Link {
    href: String,
}

#[derive(Deserialize)]
struct Status {
    #[serde(rename = "consentStatus")]
    status: String,
}

#[derive(Deserialize)]
struct Accounts {
    accounts: Vec<Account>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    pub resource_id: String,
    pub iban: Option<String>,
    pub bban: Option<String>,
    pub currency: String,
    pub name: Option<String>,
    pub product: Option<String>,
    pub cash_account_type: Option<String>,
}

#[derive(Deserialize)]
struct Balances {
    balances: Vec<Balance>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Balance {
    pub balance_amount: Amount,
    pub balance_type: String,
    pub reference_date: Option<String>,
}

#[derive(Clone, Deserialize)]
pub struct Amount {
    pub currency: String,
    pub amount: String,
}

#[derive(Deserialize)]
struct Page {
    transactions: Transactions,
}

#[derive(Deserialize)]
struct Transactions {
    #[serde(default)]
    booked: Vec<Transaction>,
    #[serde(default)]
    pending: Vec<serde_json::Value>,
    #[serde(rename = "_links", default)]
    links: PageLinks,
}

#[derive(Default, Deserialize)]
struct PageLinks {
    next: Option<Link>,
}

#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Transaction {
    pub transaction_id: Option<String>,
    pub entry_reference: Option<String>,
    pub booking_date: Option<String>,
    pub value_date: Option<String>,
    pub transaction_amount: Amount,
    pub creditor_name: Option<String>,
    pub creditor_account: Option<Iban>,
    pub debtor_name: Option<String>,
    pub debtor_account: Option<Iban>,
    pub remittance_information_unstructured: Option<String>,
}

#[derive(Clone, Deserialize)]
pub struct Iban {
    pub iban: Option<String>,
}

/// What a bank says of an error.
#[derive(Deserialize)]
struct Messages {
    #[serde(rename = "tppMessages", default)]
    messages: Vec<Message>,
}

#[derive(Deserialize)]
struct Message {
    code: String,
}

/// A bank, for the customer of one consent.
pub struct Bank {
    pub consent: String,
}

impl Bank {
    /// Ask for a new consent: it, and the path and query of the page where its customer confirms.
    pub fn ask_consent(until: &str) -> Result<(Consent, Option<Fetch>), Failure> {
        let wanted = serde_json::json!({
            "access": { "accounts": [], "balances": [], "transactions": [] },
            "recurringIndicator": true, "validUntil": until, "frequencyPerDay": 4,
            "combinedServiceIndicator": false,
        });
        let consent: Consent = read(with_id(route("consent")).json(&wanted).send()?)?;
        let page = consent.links.redirect.as_ref().and_then(|link| page(&link.href));
        Ok((consent, page))
    }

    /// Whether the consent is in force.
    pub fn is_valid(&self) -> Result<bool, Failure> {
        let request = with_id(route("status")).slot("consent", &self.consent);
        let answer = request.send()?;
        if answer.status == 404 {
            return Ok(false);
        }
        Ok(read::<Status>(answer)?.status == "valid")
    }

    pub fn accounts(&self) -> Result<Vec<Account>, Failure> {
        Ok(read::<Accounts>(self.ask(route("accounts"))?)?.accounts)
    }

    pub fn balances(&self, account: &str) -> Result<Vec<Balance>, Failure> {
        let request = route("account").slot("rest", format!("{account}/balances"));
        Ok(read::<Balances>(self.ask(request)?)?.balances)
    }

    /// All that is booked from a day on, and how many are not booked yet.
    pub fn transactions(
        &self,
        account: &str,
        from: &str,
    ) -> Result<(Vec<Transaction>, usize), Failure> {
        let first = route("account").slot("rest", format!("{account}/transactions"));
        let mut next = Some(first.query("bookingStatus", "both").query("dateFrom", from));
        let (mut booked, mut pending) = (Vec::new(), 0);
        for _ in 0..PAGES_MAX {
            let Some(request) = next.take() else { break };
            let Page { transactions } = read(self.ask(request)?)?;
            booked.extend(transactions.booked);
            pending += transactions.pending.len();
            let link = transactions.links.next;
            next = link.and_then(|link| along("account", "/v1/accounts/", &link.href));
        }
        Ok((booked, pending))
    }

    fn ask(&self, request: Fetch) -> Result<Answer, FetchError> {
        with_id(request).header("consent-id", &self.consent).send()
    }
}

/// Each request has an id of its own.
fn with_id(request: Fetch) -> Fetch {
    let half = || RandomState::new().build_hasher().finish();
    let (high, low) = (half(), half());
    let id = format!(
        "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
        high >> 32,
        high >> 16 & 0xffff,
        high & 0xfff,
        low >> 48 & 0xfff,
        low & 0xffff_ffff_ffff,
    );
    request.header("x-request-id", &id).header("accept", "application/json")
}

/// An answer that went well, or what went wrong.
fn read<T: DeserializeOwned>(answer: Answer) -> Result<T, Failure> {
    if (200..300).contains(&answer.status) {
        return Ok(answer.json()?);
    }
    let said: Option<Messages> = answer.json().ok();
    let codes = said.iter().flat_map(|said| &said.messages).map(|one| one.code.as_str());
    for code in codes {
        match code {
            "ACCESS_EXCEEDED" => return Err(Failure::TooManyAttempts),
            "CONSENT_INVALID" | "CONSENT_EXPIRED" | "CONSENT_UNKNOWN" => {
                return Err(Failure::UserActionNeeded(Action::RenewConsent));
            }
            _ => {}
        }
    }
    Err(FetchError::Status(answer.status).into())
}

/// The bank's page, along the route for it.
fn page(href: &str) -> Option<Fetch> {
    along("confirm", "/", href)
}

/// A link along a free route: its path below the route's, and its query. Which host it names counts
/// for nothing: the route has its own.
fn along(name: &str, below: &str, href: &str) -> Option<Fetch> {
    let path = href.find("://").map_or(Some(href), |at| {
        let rest = href.get(at + 3..)?;
        rest.find('/').and_then(|slash| rest.get(slash..))
    })?;
    let path = path.split('#').next()?;
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let mut request = route(name).slot("rest", path.strip_prefix(below)?);
    for (key, value) in form_urlencoded::parse(query.as_bytes()) {
        request = request.query(&key, value);
    }
    Some(request)
}
