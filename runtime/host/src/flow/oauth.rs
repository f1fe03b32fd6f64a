//! OAuth 2, run by the home: a token against the owner's yes at the provider's own page.
//!
//! In flow the table `[oauth]` of a manifest and what a browser came back with; out flow requests
//! to its addresses through the door, and tokens into the account, where they are sealed. A
//! component never sees a token, a code or a verifier, and takes no part: before it begins there is
//! a token, or it does not begin. A new refresh token is kept before anything else is done.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;
use domicile_policy::ComponentId;
use domicile_proto::manifest::{
    Auth, BodyKind, Client, Endpoint, Konnector, Method, Oauth, Route, Secret, SecretKind, Site,
};
use domicile_proto::text::shown;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::oneshot;
use tokio::time::Instant;
use url::Url;

use super::audit::Requests;
use super::net::{Line, request};
use super::owner::{Question, VISIT_TIME_MAX, Visit};
use super::session::Session;
use crate::egress::limits::TOKEN_ANSWER_BYTES_MAX;
use crate::egress::{Account, Answer, Body, Door, Failure, Order, crypto};

/// What the refresh token is called in an account: no manifest has a name with a space in it.
const REFRESH: &str = "refresh token";
/// A token is renewed so long before its end.
const EARLY: SignedDuration = SignedDuration::from_mins(1);
/// The longest that a token's time is believed.
const LIFETIME_MAX_S: i64 = 366 * 24 * 3600;
/// Seconds between two questions whether the owner has agreed, if the provider says nothing.
const INTERVAL_S: u32 = 5;
/// And the most that it may say.
const INTERVAL_S_MAX: u32 = 60;
/// Characters of a code that the owner types at the provider's page.
const CODE_CHARS_MAX: usize = 40;
/// How long a provider may take when an account is given back.
const REVOKE_TIME_MAX: Duration = Duration::from_secs(10);

/// Why there is no token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoToken {
    /// The owner has to agree at the provider's page, and is not there, or did not in time.
    Owner,
    /// The owner, or the provider, said no.
    Denied,
    /// The provider does not work now.
    Down,
    /// What the provider says makes no sense.
    Failed,
}

impl NoToken {
    /// A stable word.
    pub fn code(self) -> &'static str {
        match self {
            NoToken::Owner => "authorize",
            NoToken::Denied => "access-denied",
            NoToken::Down => "vendor-down",
            NoToken::Failed => "authorize-failed",
        }
    }
}

/// What a provider answers instead of a token.
enum Refusal {
    /// By one of the words of the RFCs.
    Said(String),
    /// Not at all.
    Down,
    /// In no way that the RFCs know.
    Failed,
}

impl From<Refusal> for NoToken {
    fn from(refusal: Refusal) -> NoToken {
        match refusal {
            Refusal::Said(word) => match word.as_str() {
                "invalid_grant" | "expired_token" => NoToken::Owner,
                "access_denied" => NoToken::Denied,
                "server_error" | "temporarily_unavailable" => NoToken::Down,
                _ => NoToken::Failed,
            },
            Refusal::Down => NoToken::Down,
            Refusal::Failed => NoToken::Failed,
        }
    }
}

/// Where browsers come back to a home for a component: an address of its own for each, so that the
/// answer of one provider is never taken to another.
pub fn back(origin: &str, component: &ComponentId) -> String {
    format!("{origin}/accounts/back/{component}")
}

/// The answer to the request for a code (RFC 8628).
#[derive(Deserialize)]
struct DeviceCode {
    device_code: String,
    user_code: String,
    verification_uri: String,
    verification_uri_complete: Option<String>,
    expires_in: Option<u32>,
    interval: Option<u32>,
}

impl Session {
    /// Have a token that is good, if the manifest wants one: kept, renewed, or by the owner's yes.
    pub async fn authorize(&mut self) -> Result<(), NoToken> {
        let Some(line) = &self.line else { return Ok(()) };
        let Some(oauth) = line.konnector.oauth.clone() else { return Ok(()) };
        // Whether there is a token is the provider's to tell (R9).
        self.fault.receive(&mut self.run);
        let account = line.account();
        let ends = self.at.saturating_add(EARLY).unwrap_or(self.at);
        let is_good = account.token_until.is_none_or(|until| until > ends);
        if account.secrets.contains_key(&oauth.secret) && is_good {
            return Ok(());
        }
        if account.secrets.contains_key(REFRESH) {
            match self.refresh(&oauth).await {
                Err(NoToken::Owner) => {}
                ended => return ended,
            }
        }
        match &oauth.authorize {
            _ if oauth.by_client => self.by_client(&oauth).await,
            Some(page) => self.by_browser(&oauth, page).await,
            None => self.by_code(&oauth).await,
        }
    }

    /// Whether a token that was refused is another one now. Once a run: a refusal of the new one is
    /// about something else.
    pub(super) async fn renewed(&mut self) -> bool {
        let Some(line) = &mut self.line else { return false };
        line.renewed = true;
        let Some(oauth) = line.konnector.oauth.clone() else { return false };
        let refreshes = line.account().secrets.contains_key(REFRESH);
        let refreshed = if oauth.by_client {
            self.by_client(&oauth).await
        } else if refreshes {
            self.refresh(&oauth).await
        } else {
            self.forget_token(&oauth).await;
            Err(NoToken::Owner)
        };
        if let Some(line) = &mut self.line {
            line.token_lost = refreshed == Err(NoToken::Owner);
        }
        refreshed.is_ok()
    }

    /// Whether the provider takes no token any more, whatever the component makes of that.
    pub fn token_lost(&self) -> bool {
        self.line.as_ref().is_some_and(|line| line.token_lost)
    }

    async fn refresh(&mut self, oauth: &Oauth) -> Result<(), NoToken> {
        let said = [("grant_type", "refresh_token")];
        let fetched = self.token(oauth, &said, &[("refresh_token", REFRESH)]).await;
        let fetched = fetched.map_err(NoToken::from);
        if fetched == Err(NoToken::Owner) {
            self.forget_token(oauth).await;
        }
        fetched
    }

    /// The owner is sent to the provider's page and comes back with a code (RFC 6749, 7636).
    async fn by_browser(&mut self, oauth: &Oauth, page: &Endpoint) -> Result<(), NoToken> {
        let (code, back, verifier) = self.agreement(oauth, page).await?;
        let said = [
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", &back),
            ("code_verifier", &verifier),
        ];
        Ok(self.token(oauth, &said, &[]).await?)
    }

    /// The token is the client's own, once the owner has been at the provider's page, if there is
    /// one (RFC 6749, 4.4).
    async fn by_client(&mut self, oauth: &Oauth) -> Result<(), NoToken> {
        let is_new = self.line.as_ref().is_some_and(|line| !line.account().agreed);
        if let Some(page) = oauth.authorize.as_ref().filter(|_| is_new) {
            self.agreement(oauth, page).await?;
            self.with_account(|account| account.agreed = true);
            self.kept().await?;
        }
        let scopes = oauth.scopes.join(" ");
        let said = [("grant_type", "client_credentials"), ("scope", &scopes)];
        let said = if scopes.is_empty() { &said[..1] } else { &said[..] };
        Ok(self.token(oauth, said, &[]).await?)
    }

    /// What a browser came back with, where to, and what proves that it was sent from here.
    async fn agreement(
        &mut self,
        oauth: &Oauth,
        page: &Endpoint,
    ) -> Result<(String, String, String), NoToken> {
        let line = self.line.as_ref().ok_or(NoToken::Failed)?;
        let account = line.account();
        let back = account.back.clone().filter(|_| line.owner.is_some());
        let back = back.ok_or(NoToken::Owner)?;
        let mut draw = [0u8; 32];
        getrandom::fill(&mut draw).map_err(|_| NoToken::Failed)?;
        let verifier = BASE64URL_NOPAD.encode(&draw);
        let challenge = BASE64URL_NOPAD.encode(&crypto::sha256(verifier.as_bytes()));
        let client = match &oauth.client {
            Client::Fixed(client) => client.clone(),
            Client::Field(field) => account.fields.get(field).cloned().unwrap_or_default(),
        };
        let mut address = Url::parse(&page.to_string()).map_err(|_| NoToken::Failed)?;
        address
            .query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &client)
            .append_pair("redirect_uri", &back)
            .append_pair("code_challenge", &challenge)
            .append_pair("code_challenge_method", "S256");
        if !oauth.scopes.is_empty() {
            address.query_pairs_mut().append_pair("scope", &oauth.scopes.join(" "));
        }
        let visit = Visit::of(line, address.as_str()).ok_or(NoToken::Failed)?;
        let visit = Visit { returns: true, ..visit };
        self.count_visit("oauth-authorize", &visit);
        let line = self.line.as_ref().ok_or(NoToken::Failed)?;
        let told = line.ask_owner(String::new(), Some(visit), VISIT_TIME_MAX).await;
        let mut told: BTreeMap<String, String> =
            serde_urlencoded::from_str(&told.ok_or(NoToken::Owner)?).unwrap_or_default();
        if let Some(word) = told.remove("error") {
            return Err(Refusal::Said(word).into());
        }
        Ok((told.remove("code").ok_or(NoToken::Failed)?, back, verifier))
    }

    /// The owner types a code at the provider's page, and the home asks until that is done (RFC
    /// 8628).
    async fn by_code(&mut self, oauth: &Oauth) -> Result<(), NoToken> {
        let line = self.line.as_ref().ok_or(NoToken::Failed)?;
        let (owner, device) = (
            line.owner.clone().ok_or(NoToken::Owner)?,
            oauth.device.as_ref().ok_or(NoToken::Failed)?,
        );
        let scopes = oauth.scopes.join(" ");
        let said: &[(&str, &str)] = if scopes.is_empty() { &[] } else { &[("scope", &scopes)] };
        let answer = self.ask_provider("oauth-device", device, said, &[], &[]).await?;
        let code: DeviceCode = serde_json::from_slice(&answer.body).map_err(|_| NoToken::Failed)?;
        let line = self.line.as_ref().ok_or(NoToken::Failed)?;
        let second = line.door.limits().second;
        let address = code.verification_uri_complete.as_ref().unwrap_or(&code.verification_uri);
        let visit = Visit::of(line, address).ok_or(NoToken::Failed)?;
        self.count_visit("oauth-device-page", &visit);
        let typed = Some(shown(&code.user_code, CODE_CHARS_MAX));
        let visit = Some(Visit { code: typed, ..visit });
        let (answer, _answered) = oneshot::channel();
        let question = Question { text: String::new(), visit, answer };
        owner.send(Some(question)).await.map_err(|_| NoToken::Owner)?;
        let time = code.expires_in.map_or(VISIT_TIME_MAX, |seconds| second * seconds);
        let until = Instant::now() + time.min(VISIT_TIME_MAX);
        let mut interval = code.interval.unwrap_or(INTERVAL_S).clamp(1, INTERVAL_S_MAX);
        let grant = "urn:ietf:params:oauth:grant-type:device_code";
        let said = [("grant_type", grant), ("device_code", &code.device_code)];
        let fetched = loop {
            if Instant::now() + second * interval > until {
                break Err(NoToken::Owner);
            }
            tokio::time::sleep(second * interval).await;
            match self.token(oauth, &said, &[]).await {
                Err(Refusal::Said(word)) if word == "authorization_pending" => {}
                Err(Refusal::Said(word)) if word == "slow_down" => interval += INTERVAL_S,
                Err(Refusal::Down) => interval *= 2,
                ended => break ended.map_err(NoToken::from),
            }
        };
        if let Some(line) = &self.line {
            line.ask_no_more().await;
        }
        fetched
    }

    /// Fetch a token: what is said, and what of the account the door puts in.
    async fn token(
        &mut self,
        oauth: &Oauth,
        said: &[(&str, &str)],
        put: &[(&str, &str)],
    ) -> Result<(), Refusal> {
        let keeps = [(oauth.secret.as_str(), "/access_token"), (REFRESH, "/refresh_token")];
        let answer = self.ask_provider("oauth-token", &oauth.token, said, put, &keeps).await?;
        let json: Value = serde_json::from_slice(&answer.body).map_err(|_| Refusal::Failed)?;
        let text = |key: &str| json.get(key).and_then(Value::as_str);
        let bearer = text("token_type").is_none_or(|kind| kind.eq_ignore_ascii_case("bearer"));
        if answer.status != 200 || text("access_token").is_none() || !bearer {
            let word = text("error").map(str::to_owned);
            return Err(word.map_or(Refusal::Failed, Refusal::Said));
        }
        let seconds = json.get("expires_in").and_then(Value::as_i64);
        let seconds = seconds.map(|seconds| seconds.clamp(0, LIFETIME_MAX_S));
        let until = seconds.and_then(|s| self.at.checked_add(SignedDuration::from_secs(s)).ok());
        self.with_account(|account| account.token_until = until);
        self.kept().await
    }

    async fn kept(&mut self) -> Result<(), Refusal> {
        self.keep_account().await.map_err(|error| {
            tracing::error!(%error, "a token could not be kept");
            Refusal::Failed
        })
    }

    async fn ask_provider(
        &mut self,
        name: &str,
        to: &Endpoint,
        said: &[(&str, &str)],
        put: &[(&str, &str)],
        keeps: &[(&str, &str)],
    ) -> Result<Answer, Refusal> {
        let line = self.line.as_ref().ok_or(Refusal::Failed)?;
        let account = Arc::clone(&line.account);
        let order = order(&line.konnector, account, self.at, (name, to), said, put, keeps);
        let order = order.ok_or(Refusal::Failed)?;
        let outcome = Arc::clone(&line.door).send(&order).await;
        self.count_request(&order, &outcome);
        match outcome.result {
            Ok(answer) if answer.status >= 500 || answer.status == 429 => Err(Refusal::Down),
            Ok(answer) if answer.body.len() > TOKEN_ANSWER_BYTES_MAX => Err(Refusal::Failed),
            Ok(answer) => Ok(answer),
            Err(Failure::Secret | Failure::Body | Failure::Header) => Err(Refusal::Failed),
            Err(_) => Err(Refusal::Down),
        }
    }

    /// The provider takes no token any more: its owner is asked anew.
    pub async fn disagreed(&mut self) {
        let oauth = self.line.as_ref().and_then(|line| line.konnector.oauth.clone());
        if let Some(oauth) = oauth {
            self.forget_token(&oauth).await;
        }
    }

    async fn forget_token(&mut self, oauth: &Oauth) {
        self.with_account(|account| {
            (account.token_until, account.agreed) = (None, false);
            account.secrets.remove(&oauth.secret);
            account.secrets.remove(REFRESH);
        });
        if let Err(error) = self.keep_account().await {
            tracing::error!(%error, "that a token is no good could not be kept");
        }
    }

    fn with_account(&self, act: impl FnOnce(&mut Account)) {
        if let Some(line) = &self.line {
            act(&mut line.account.lock().unwrap_or_else(PoisonError::into_inner));
        }
    }
}

impl Line {
    /// Whether an order carries the token of `[oauth]`.
    pub(super) fn carries_token(&self, order: &Order) -> bool {
        let names = order.route.auth.iter().flat_map(Auth::names);
        let oauth = self.konnector.oauth.as_ref();
        oauth.is_some_and(|oauth| names.into_iter().any(|name| name == oauth.secret))
    }
}

/// Give the tokens of an account back, if the provider says where. What it was asked, for the
/// trail.
pub async fn revoke(
    door: &Door,
    konnector: &Konnector,
    account: Account,
    now: Timestamp,
) -> Option<Requests> {
    let oauth = konnector.oauth.as_ref()?;
    let to = oauth.revoke.as_ref()?;
    let known = [REFRESH, &oauth.secret];
    let token = known.into_iter().find(|name| account.secrets.contains_key(*name))?;
    let account = Arc::new(Mutex::new(account));
    let put = [("token", token)];
    let order = order(konnector, account, now, ("oauth-revoke", to), &[], &put, &[])?;
    let outcome = tokio::time::timeout(REVOKE_TIME_MAX, door.send(&order)).await.ok()?;
    Some(request(&order, &outcome))
}

/// A request of the home's own: a form along a route that no manifest has.
fn order(
    konnector: &Konnector,
    account: Arc<Mutex<Account>>,
    now: Timestamp,
    (name, to): (&str, &Endpoint),
    said: &[(&str, &str)],
    put: &[(&str, &str)],
    keeps: &[(&str, &str)],
) -> Option<Order> {
    let oauth = konnector.oauth.as_ref()?;
    let owned = |(a, b): &(&str, &str)| ((*a).to_owned(), (*b).to_owned());
    let mut body: Vec<(String, String)> = said.iter().map(owned).collect();
    let mut places: BTreeMap<String, String> = put.iter().map(owned).collect();
    match &oauth.client {
        Client::Fixed(client) => body.push(("client_id".to_owned(), client.clone())),
        Client::Field(field) => drop(places.insert("client_id".to_owned(), field.clone())),
    }
    if let Some(secret) = &oauth.client_secret {
        places.insert("client_secret".to_owned(), secret.clone());
    }
    let mut konnector = konnector.clone();
    let token = konnector.secrets.iter().find(|one| one.name == oauth.secret)?.clone();
    konnector.secrets.push(Secret { name: REFRESH.to_owned(), kind: SecretKind::Session, ..token });
    let route = Route {
        name: name.to_owned(),
        method: Method::Post,
        origin: Site::Fixed(to.origin.clone()),
        path: to.path.clone(),
        slots: BTreeMap::new(),
        query: BTreeMap::new(),
        body: BodyKind::Form,
        auth: (!places.is_empty()).then_some(Auth::Form(places)),
        keeps: keeps.iter().map(owned).collect(),
        visit: false,
    };
    Some(Order {
        konnector: Arc::new(konnector),
        origin: to.origin.clone(),
        target: to.path.clone(),
        route,
        headers: vec![("accept".to_owned(), "application/json".to_owned())],
        body: Body::Form(body),
        number: 0,
        account,
        now,
    })
}
