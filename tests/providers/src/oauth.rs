//! An authorization server, for the providers that have one: a page that people agree on, codes,
//! tokens, tokens that are renewed, codes for other devices, tokens that are given back.
//!
//! After RFC 6749 (authorization code, refresh, client credentials), RFC 7636 (S256), RFC 8628, RFC
//! 7009 and, for refresh tokens, RFC 9700: each is good once, and one that comes a second time ends
//! all that came of it. It leaves out the other grants, HTTP Basic for clients, and a page for
//! people: whoever asks for the page agrees, or not, as it was told before.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use data_encoding::BASE64URL_NOPAD;
use http::header::LOCATION;
use http::{HeaderValue, Request, StatusCode};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::{Answer, fields, json as json_answer, query, with};

/// What a server is like, and can be made like.
#[derive(Clone, Debug)]
pub struct Ways {
    /// Seconds that a token is good for.
    pub lifetime_s: u32,
    /// The person on the page says no.
    pub refuses: bool,
    /// A renewed token comes without another one to renew it by.
    pub keeps_refresh: bool,
    /// It gives no refresh token at all.
    pub without_refresh: bool,
    /// Where it says that a device's code is typed.
    pub device_page: String,
    /// Whether the person has typed it.
    pub typed: bool,
}

/// A code, and what was asked for with it.
struct Code {
    back: String,
    challenge: String,
}

#[derive(Default)]
struct Book {
    count: u32,
    codes: BTreeMap<String, Code>,
    /// How often each device asked.
    devices: BTreeMap<String, u32>,
    tried: Vec<String>,
    access: Option<String>,
    refresh: Option<String>,
    spent: Vec<String>,
    revoked: Vec<String>,
    renewals: u32,
}

/// One authorization server, for one client and one person.
pub struct Desk {
    client: &'static str,
    secret: Option<&'static str>,
    ways: Mutex<Ways>,
    book: Mutex<Book>,
}

fn locked<T>(what: &Mutex<T>) -> MutexGuard<'_, T> {
    what.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Desk {
    /// For this client, and its secret if it has one.
    pub fn new(client: &'static str, secret: Option<&'static str>, device_page: &str) -> Desk {
        let ways = Ways {
            lifetime_s: 3600,
            refuses: false,
            keeps_refresh: false,
            without_refresh: false,
            device_page: device_page.to_owned(),
            typed: false,
        };
        Desk { client, secret, ways: Mutex::new(ways), book: Mutex::default() }
    }

    /// Make it like this from now on.
    pub fn set(&self, change: impl FnOnce(&mut Ways)) {
        change(&mut locked(&self.ways));
    }

    /// How often a token was renewed.
    pub fn renewals(&self) -> u32 {
        locked(&self.book).renewals
    }

    /// The codes that somebody wanted a token for.
    pub fn tried(&self) -> Vec<String> {
        locked(&self.book).tried.clone()
    }

    /// The tokens that were given back.
    pub fn revoked(&self) -> Vec<String> {
        locked(&self.book).revoked.clone()
    }

    /// The tokens that are good now.
    pub fn tokens(&self) -> Vec<String> {
        let book = locked(&self.book);
        book.access.iter().chain(&book.refresh).cloned().collect()
    }

    /// Take the token back, as a provider does for reasons of its own; with `all`, the other one
    /// too.
    pub fn end(&self, all: bool) {
        let mut book = locked(&self.book);
        book.access = None;
        if all {
            book.refresh = None;
            book.codes.clear();
        }
    }

    /// Whether somebody agreed who has a code for it still.
    pub fn is_agreed(&self) -> bool {
        !locked(&self.book).codes.is_empty()
    }

    /// Whether a request carries the token that is good now.
    pub fn admits(&self, request: &Request<Bytes>) -> bool {
        let bearer = request.headers().get("authorization").and_then(|line| line.to_str().ok());
        let good = locked(&self.book).access.as_ref().map(|token| format!("Bearer {token}"));
        good.is_some() && bearer == good.as_deref()
    }

    /// The page that people agree on.
    pub fn authorize(&self, request: &Request<Bytes>) -> Answer {
        let asked = query(request);
        let said = |name: &str| asked.get(name).cloned().unwrap_or_default();
        let back = said("redirect_uri");
        // Whoever is not known is sent nowhere.
        let known = said("client_id") == self.client && back.contains("/accounts/back/");
        if !known || said("response_type") != "code" || said("code_challenge_method") != "S256" {
            return with(StatusCode::BAD_REQUEST, "text/plain", "unknown client or redirect");
        }
        let answer = if locked(&self.ways).refuses {
            [("error", "access_denied".to_owned()), ("state", said("state"))]
        } else {
            let mut book = locked(&self.book);
            let code = draw(&mut book, "code");
            let challenge = said("code_challenge");
            book.codes.insert(code.clone(), Code { back: back.clone(), challenge });
            [("code", code), ("state", said("state"))]
        };
        let answer = serde_urlencoded::to_string(answer).unwrap_or_default();
        let mut answered = with(StatusCode::FOUND, "text/plain", "");
        if let Ok(to) = HeaderValue::from_str(&format!("{back}?{answer}")) {
            answered.headers_mut().insert(LOCATION, to);
        }
        answered
    }

    /// Tokens, by a form.
    pub fn token(&self, request: &Request<Bytes>) -> Answer {
        let form = fields(request.body());
        let said = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
        let proved = self.secret.is_none_or(|secret| said("client_secret") == secret);
        if said("client_id") != self.client || !proved {
            return refusal(StatusCode::UNAUTHORIZED, "invalid_client");
        }
        let granted = match said("grant_type") {
            "authorization_code" => {
                self.by_code(said("code"), said("redirect_uri"), said("code_verifier"))
            }
            "refresh_token" => self.by_refresh(said("refresh_token")),
            // Whoever has the client's own token is not asked for a refresh token.
            "client_credentials" if self.secret.is_some() => return self.issue(false),
            "urn:ietf:params:oauth:grant-type:device_code" => self.by_device(said("device_code")),
            _ => Err("unsupported_grant_type"),
        };
        match granted {
            Ok(()) => self.issue(true),
            Err(word) => refusal(StatusCode::BAD_REQUEST, word),
        }
    }

    fn by_code(&self, code: &str, back: &str, verifier: &str) -> Result<(), &'static str> {
        let mut book = locked(&self.book);
        book.tried.push(code.to_owned());
        let found = book.codes.remove(code).ok_or("invalid_grant")?;
        let challenge = BASE64URL_NOPAD.encode(&Sha256::digest(verifier));
        let good = found.back == back && found.challenge == challenge;
        good.then_some(()).ok_or("invalid_grant")
    }

    fn by_refresh(&self, token: &str) -> Result<(), &'static str> {
        let mut book = locked(&self.book);
        if book.spent.iter().any(|spent| spent == token) {
            // Somebody has it who should not.
            (book.access, book.refresh) = (None, None);
            return Err("invalid_grant");
        }
        if book.refresh.as_deref() != Some(token) {
            return Err("invalid_grant");
        }
        book.renewals += 1;
        if !locked(&self.ways).keeps_refresh {
            book.spent.push(token.to_owned());
            book.refresh = None;
        }
        Ok(())
    }

    fn by_device(&self, code: &str) -> Result<(), &'static str> {
        let mut book = locked(&self.book);
        let polls = book.devices.get_mut(code).ok_or("invalid_grant")?;
        *polls += 1;
        let ways = locked(&self.ways);
        match *polls {
            1 => Err("slow_down"),
            _ if !ways.typed => Err("authorization_pending"),
            _ if ways.refuses => Err("access_denied"),
            _ => {
                book.devices.remove(code);
                Ok(())
            }
        }
    }

    fn issue(&self, by_person: bool) -> Answer {
        let (mut book, ways) = (locked(&self.book), locked(&self.ways).clone());
        let access = draw(&mut book, "access");
        book.access = Some(access.clone());
        let mut told = json!({
            "access_token": access, "token_type": "Bearer", "expires_in": ways.lifetime_s,
        });
        if by_person && book.refresh.is_none() && !ways.without_refresh {
            let refresh = draw(&mut book, "refresh");
            told["refresh_token"] = refresh.clone().into();
            book.refresh = Some(refresh);
        }
        json_answer(StatusCode::OK, &told)
    }

    /// A code for another device.
    pub fn device(&self, request: &Request<Bytes>) -> Answer {
        let form = fields(request.body());
        if form.get("client_id").map(String::as_str) != Some(self.client) {
            return refusal(StatusCode::UNAUTHORIZED, "invalid_client");
        }
        let mut book = locked(&self.book);
        let code = draw(&mut book, "device");
        book.devices.insert(code.clone(), 0);
        let page = locked(&self.ways).device_page.clone();
        json_answer(
            StatusCode::OK,
            &json!({
                "device_code": code, "user_code": "WDJB-MJHT", "verification_uri": page,
                "expires_in": 600, "interval": 1,
            }),
        )
    }

    /// A token comes back.
    pub fn revoke(&self, request: &Request<Bytes>) -> Answer {
        let token = fields(request.body()).remove("token").unwrap_or_default();
        let mut book = locked(&self.book);
        if book.refresh.as_ref() == Some(&token) || book.access.as_ref() == Some(&token) {
            (book.access, book.refresh) = (None, None);
            book.revoked.push(token);
        }
        with(StatusCode::OK, "text/plain", "")
    }
}

fn draw(book: &mut Book, what: &str) -> String {
    book.count += 1;
    format!("{what}-{:04}-0123456789abcdef", book.count)
}

fn refusal(status: StatusCode, word: &str) -> Answer {
    json_answer(status, &json!({ "error": word }))
}
