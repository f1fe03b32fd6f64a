//! Sites for people with a browser: a form to sign in that carries a token against forgery, a
//! session cookie, at some a code by message; behind it the pages of one provider.
//!
//! There is no specification of such sites: this is what those of French insurers, operators and
//! towns have in common. It leaves out their scripts and pictures. Five wrong passwords lock the
//! account until the site starts anew.

use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::header::SET_COOKIE;
use http::{HeaderValue, Method, Request, StatusCode};

use crate::{Answer, LOGIN, PASSWORD, Provider, code_of, cookie, fields, html, see, with};

const VERIFY: &str = "/verification";
const COOKIE: &str = "portail";
/// Wrong passwords before the account is locked.
const ATTEMPTS_MAX: u32 = 5;

/// What one of them is like.
pub(crate) struct Plan {
    pub host: &'static str,
    /// The path of the form.
    pub door: &'static str,
    /// The form's names of the user and the password.
    pub names: [&'static str; 2],
    /// Where people are led once they are in.
    pub home: &'static str,
    /// Whether a code is asked for besides.
    pub code: bool,
    /// What is behind it; none is no page.
    pub pages: fn(&Request<Bytes>) -> Option<Answer>,
}

/// Running, with what it knows of its one member.
pub struct Site {
    plan: Plan,
    state: Mutex<State>,
    /// Told of each code that is sent.
    sent: Box<dyn Fn(&str) + Send + Sync>,
}

#[derive(Default)]
struct State {
    forms: u32,
    wrong: u32,
    codes: u32,
    code: Option<String>,
    sessions: u32,
}

impl State {
    fn token(&self) -> String {
        format!("f3a9-{}", self.forms)
    }

    fn session(&self) -> String {
        format!("session-{}", self.sessions)
    }
}

impl Site {
    pub(crate) fn new(plan: Plan) -> Site {
        Site { plan, state: Mutex::default(), sent: Box::new(|_| ()) }
    }

    pub(crate) fn sending(plan: Plan, sent: impl Fn(&str) + Send + Sync + 'static) -> Site {
        Site { sent: Box::new(sent), ..Site::new(plan) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn form(&self) -> Answer {
        let mut state = self.state();
        state.forms += 1;
        let (door, [user, password], token) = (self.plan.door, self.plan.names, state.token());
        html(&format!(
            "<h1>Mon espace</h1><form id=\"connexion\" method=\"post\" action=\"{door}\">\
             <input type=\"hidden\" name=\"_csrf\" value=\"{token}\"><input name=\"{user}\">\
             <input name=\"{password}\" type=\"password\"></form>"
        ))
    }

    fn sign_in(&self, request: &Request<Bytes>) -> Answer {
        let form = fields(request.body());
        let said = |name: &str| form.get(name).map(String::as_str);
        let mut state = self.state();
        let token = state.token();
        if said("_csrf") != Some(&token) {
            return with(StatusCode::FORBIDDEN, "text/plain", "forged");
        }
        if state.wrong >= ATTEMPTS_MAX {
            return html("<p class=\"erreur\">Compte bloqu\u{e9} pour une heure.</p>");
        }
        if self.plan.names.map(said) != [Some(LOGIN), Some(PASSWORD)] {
            state.wrong += 1;
            return html("<p class=\"erreur\">Identifiant ou mot de passe incorrect.</p>");
        }
        state.wrong = 0;
        if !self.plan.code {
            return self.let_in(&mut state);
        }
        state.codes += 1;
        let code = code_of(state.codes);
        (self.sent)(&code);
        state.code = Some(code);
        html(&format!(
            "<h1>V\u{e9}rification</h1><form id=\"verification\" method=\"post\" action=\"{VERIFY}\">\
             <input type=\"hidden\" name=\"_csrf\" value=\"{token}\"><input name=\"code\"></form>"
        ))
    }

    fn verify(&self, request: &Request<Bytes>) -> Answer {
        let form = fields(request.body());
        let mut state = self.state();
        let right = state.code.take().is_some_and(|now| form.get("code") == Some(&now));
        if !right || form.get("_csrf") != Some(&state.token()) {
            return html("<p class=\"erreur\">Code incorrect ou expir\u{e9}.</p>");
        }
        self.let_in(&mut state)
    }

    fn let_in(&self, state: &mut State) -> Answer {
        state.sessions += 1;
        let mut answer = see(self.plan.home);
        let line = format!("{COOKIE}={}; Path=/; Secure; HttpOnly", state.session());
        if let Ok(line) = HeaderValue::from_str(&line) {
            answer.headers_mut().insert(SET_COOKIE, line);
        }
        answer
    }

    fn is_member(&self, request: &Request<Bytes>) -> bool {
        let state = self.state();
        state.sessions > 0 && cookie(request, COOKIE) == Some(&state.session())
    }
}

impl Provider for Site {
    fn host(&self) -> &'static str {
        self.plan.host
    }

    fn answer(&self, request: &Request<Bytes>) -> Answer {
        let at_door = request.uri().path() == self.plan.door;
        match (request.method(), request.uri().path()) {
            (&Method::GET, _) if at_door => self.form(),
            (&Method::POST, _) if at_door => self.sign_in(request),
            (&Method::POST, VERIFY) if self.plan.code => self.verify(request),
            (&Method::GET, _) if self.is_member(request) => (self.plan.pages)(request)
                .unwrap_or_else(|| with(StatusCode::NOT_FOUND, "text/plain", "rien ici")),
            _ => see(self.plan.door),
        }
    }
}
