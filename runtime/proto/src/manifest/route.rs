//! Routes: the requests that a konnector may make, each written down in its manifest.
//!
//! Tables of the manifest flow in; out flows, for the values that a component gives at run time,
//! the path and query of one request. A value fills its slot and nothing more: it never decides
//! about the origin, the method, or another part of the address.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Serialize;

use super::limits::*;
use super::link::{LinkError, SlotKind, percent_encoded, slots_of};
use super::section::{Section, shown};
use super::template::Template;
use super::{Field, FieldKind, Konnector, ManifestError, Scheme, Site};

/// The slot of a free route.
pub const REST: &str = "rest";

/// What a request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
#[allow(missing_docs)]
pub enum Method {
    Get,
    Head,
    Post,
    Put,
    Patch,
    Delete,
    Propfind,
    Report,
}

impl Method {
    const WORDS: [(&'static str, Method); 8] = [
        ("GET", Method::Get),
        ("HEAD", Method::Head),
        ("POST", Method::Post),
        ("PUT", Method::Put),
        ("PATCH", Method::Patch),
        ("DELETE", Method::Delete),
        ("PROPFIND", Method::Propfind),
        ("REPORT", Method::Report),
    ];

    /// As it stands in a request.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, method)| *method == self).map_or("GET", |(word, _)| word)
    }
}

/// What a request carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum BodyKind {
    None,
    Json,
    Form,
    Xml,
    Ofx,
    /// What asks a git repository for its files; it goes where those are given, and nowhere else.
    Git,
    Bytes,
}

impl BodyKind {
    const WORDS: [(&'static str, BodyKind); 7] = [
        ("none", BodyKind::None),
        ("json", BodyKind::Json),
        ("form", BodyKind::Form),
        ("xml", BodyKind::Xml),
        ("ofx", BodyKind::Ofx),
        ("git", BodyKind::Git),
        ("bytes", BodyKind::Bytes),
    ];

    /// The word used in manifests.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, kind)| *kind == self).map_or("none", |(word, _)| word)
    }
}

/// What fills one slot: a kind of text, up to a length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Slot {
    /// Which kind.
    pub kind: SlotKind,
    /// In characters.
    pub length_max: usize,
}

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind.word(), self.length_max)
    }
}

/// Where the host puts what the component never sees. The names are those of secrets, or of fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Auth {
    /// A header: its name, what stands before the secret, the secret.
    Header(String, String, String),
    /// HTTP Basic: the user's and the password's names.
    Basic(String, String),
    /// A signature after AWS's version 4: the names of the access key, the secret key and the
    /// region, and the service.
    #[allow(missing_docs)]
    Aws { key: String, secret: String, region: String, service: String },
    /// Fields of the form, by their names.
    Form(BTreeMap<String, String>),
    /// Members of the JSON body, by their pointers.
    Json(BTreeMap<String, String>),
    /// Places in front of the component's bytes, as XML has texts.
    Template(Template),
}

impl Auth {
    /// The secrets and fields that are put in.
    pub fn names(&self) -> Vec<&str> {
        match self {
            Auth::Header(_, _, name) => vec![name],
            Auth::Basic(user, password) => vec![user, password],
            Auth::Aws { key, secret, region, .. } => vec![key, secret, region],
            Auth::Form(places) | Auth::Json(places) => {
                places.values().map(String::as_str).collect()
            }
            Auth::Template(template) => template.names(),
        }
    }
}

impl fmt::Display for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |places: &BTreeMap<String, String>| {
            let all: Vec<String> =
                places.iter().map(|(place, name)| format!("{place}={{{name}}}")).collect();
            all.join(" ")
        };
        match self {
            Auth::Header(header, before, name) => write!(f, "header {header}: {before}{{{name}}}"),
            Auth::Basic(user, password) => write!(f, "basic {{{user}}} {{{password}}}"),
            Auth::Aws { key, secret, region, service } => {
                write!(f, "aws {service} {{{key}}} {{{secret}}} {{{region}}}")
            }
            Auth::Form(places) => write!(f, "form {}", list(places)),
            Auth::Json(places) => write!(f, "json {}", list(places)),
            Auth::Template(template) => write!(f, "template {template}"),
        }
    }
}

/// A request that may be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Route {
    /// How the component calls it.
    pub name: String,
    /// What it asks for.
    pub method: Method,
    /// Where it goes.
    pub origin: Site,
    /// `/accounts/{id}?format=json`, or `/api/*` for whatever lies under `/api/`; what a field in
    /// braces holds is the owner's. Empty for the owner's address, which is whole.
    pub path: String,
    /// What goes into each slot of the path: all of them, each time.
    pub slots: BTreeMap<String, Slot>,
    /// What may follow in the query.
    pub query: BTreeMap<String, Slot>,
    /// What it carries.
    pub body: BodyKind,
    /// What the host puts in.
    pub auth: Option<Auth>,
    /// Secrets that the host takes out of the JSON answer: their names and pointers.
    pub keeps: BTreeMap<String, String>,
    /// It is a page for the owner's browser, and no request of the component's.
    pub visit: bool,
}

/// A route that can't be declared.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RouteError {
    /// No path, or a character that doesn't belong there.
    #[error("`{0}` is no path; begin with `/`, and write no fragment, no `//` and no dots alone")]
    Path(String),
    /// A slot or a character as in links.
    #[error(transparent)]
    Template(#[from] LinkError),
    /// A star that is not the last part of the path.
    #[error("`*` may only be the last part of the path, as in `/api/*`, without slots")]
    Star,
    /// An origin that the provider doesn't have.
    #[error(
        "`{0}` is not in `provider.origins`; add it there, or name one of those, or a `[[field]]` of \
         kind \"server\" or a `[[secret]]` of kind \"address\" in braces"
    )]
    Origin(String),
    /// The same of a stream.
    #[error(
        "`{0}` is no mail server here; add `imaps://HOST` to `provider.origins`, or name a `[[field]]` \
         of kind \"mail-server\" in braces"
    )]
    MailServer(String),
    /// Not a kind of slot.
    #[error(
        "`{0}` is no slot; write `date`, `number`, `text`, or `text 200` for up to 200 characters"
    )]
    Slot(String),
    /// Not a name of a query parameter or a form's field.
    #[error("`{0}` is no name of a parameter; use letters, digits and `-_.[]$`")]
    Parameter(String),
    /// Something beside an address that is whole.
    #[error(
        "the owner's address is whole: take path, slots, query and body out, and write the method GET"
    )]
    Whole,
    /// A body with a method that has none.
    #[error("`{0}` requests carry no body; take `body` out, or use another method, such as POST")]
    Body(&'static str),
    /// A place for secrets that is no place.
    #[error("`{0}` is no place for a secret; {1}")]
    Auth(String, &'static str),
    /// A place that the body doesn't have.
    #[error("the secret goes into a {0}, so the route needs `body = \"{0}\"`")]
    AuthBody(&'static str),
    /// A template of a body that can't be one.
    #[error(
        "`{0}` is no template of a body; write each secret once in braces, and `{{body}}` once after \
         them"
    )]
    BodyTemplate(String),
    /// A name that nothing has.
    #[error("`{0}` is neither a `[[secret]]` nor a `[[field]]`; declare it")]
    Unknown(String),
    /// Something else than a session is kept from an answer.
    #[error("`{0}` is not a `[[secret]]` of kind `session`, which alone is kept from answers")]
    Keeps(String),
    /// Where the home fetches tokens.
    #[error("it leads to `oauth.{0}`, where the home alone speaks; take the route out")]
    HomesAlone(&'static str),
    /// A page for the owner with more than an address.
    #[error(
        "a page that is opened in the owner's browser is a GET of a path, without `auth` and `keeps`"
    )]
    Visit,
    /// Not a pointer into JSON.
    #[error("`{0}` is no JSON pointer; write `/user/password`")]
    Pointer(String),
}

/// Values that a route doesn't take. The text is a function of the manifest and the values.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ValueError {
    /// There is no such slot or parameter.
    #[error("the route has no slot `{0}`")]
    Unknown(String),
    /// A slot without a value.
    #[error("the slot `{0}` has no value")]
    Missing(String),
    /// A value of another kind, or too long.
    #[error("the slot `{0}` takes a {1}")]
    Value(String, String),
}

impl Route {
    /// Whether the component chooses the path itself.
    pub fn is_free(&self) -> bool {
        self.path.ends_with("/*")
    }

    /// The fields of the account that stand in the path, which the component does not choose.
    pub fn fields(&self) -> Vec<&str> {
        let mut used = slots_of(&self.path).unwrap_or_default();
        used.retain(|name| !self.slots.contains_key(*name));
        used
    }

    /// The exact text that a consent covers.
    pub fn power(&self) -> String {
        let slots = self.slots.iter().chain(&self.query);
        let slots: String = slots.map(|(name, slot)| format!(" {name}={slot}")).collect();
        let keeps = self.keeps.iter().map(|(name, pointer)| format!(" keeps {name}={pointer}"));
        let auth = self.auth.iter().map(|auth| format!(" {auth}"));
        let Route { name, method, origin, path, body, .. } = self;
        let (method, body) = (method.word(), body.word());
        let visit = self.visit.then(|| " visit".to_owned());
        let put: String = auth.chain(keeps).chain(visit).collect();
        format!("route {name} {method} {origin}{path}{slots} body={body}{put}")
    }

    /// The path and query with these values in their slots, and what the owner typed into `fields`.
    pub fn fill(
        &self,
        fields: &BTreeMap<String, String>,
        slots: &BTreeMap<String, String>,
        query: &[(String, String)],
    ) -> Result<String, ValueError> {
        let mut path = self.path.clone();
        for name in self.fields() {
            let value = fields.get(name).filter(|value| is_part(value));
            let value = value.ok_or_else(|| ValueError::Missing(name.to_owned()))?;
            path = path.replace(&format!("{{{name}}}"), &percent_encoded(value));
        }
        let mut target =
            if self.is_free() { fill_free(&path, slots)? } else { self.fill_slots(path, slots)? };
        if query.len() > ROUTE_QUERY_MAX {
            return Err(ValueError::Unknown(format!("number {ROUTE_QUERY_MAX} of the query")));
        }
        for (name, value) in query {
            let slot = match self.query.get(name) {
                Some(slot) => *slot,
                None if self.is_free() && is_parameter(name) => FREE,
                None => return Err(ValueError::Unknown(shown(name))),
            };
            check(name, value, slot)?;
            target.push(if target.contains('?') { '&' } else { '?' });
            target.push_str(&percent_encoded(name));
            target.push('=');
            target.push_str(&percent_encoded(value));
        }
        Ok(target)
    }

    fn fill_slots(
        &self,
        mut target: String,
        slots: &BTreeMap<String, String>,
    ) -> Result<String, ValueError> {
        if let Some(name) = slots.keys().find(|name| !self.slots.contains_key(*name)) {
            return Err(ValueError::Unknown(shown(name)));
        }
        let path = self.path.split('?').next().unwrap_or_default();
        for (name, slot) in &self.slots {
            let value = slots.get(name).ok_or_else(|| ValueError::Missing(name.clone()))?;
            check(name, value, *slot)?;
            let place = format!("{{{name}}}");
            if path.contains(&place) && !is_part(value) {
                return Err(ValueError::Value(name.clone(), slot.to_string()));
            }
            target = target.replace(&place, &percent_encoded(value));
        }
        Ok(target)
    }

    /// Whether a path, whatever its query, could have been made by this route.
    pub fn reaches(&self, path: &str) -> bool {
        let template = self.path.split_once('?').map_or(&*self.path, |(template, _)| template);
        match template.strip_suffix('*') {
            Some(before) => path.starts_with(before),
            None => {
                let (ours, theirs) = (template.split('/'), path.split('/'));
                ours.clone().count() == theirs.clone().count()
                    && ours.zip(theirs).all(|(ours, theirs)| part_fits(ours, theirs))
            }
        }
    }

    /// Whether a path and query could have been made by this route.
    pub fn matches(&self, path_and_query: &str) -> bool {
        let (path, query) = path_and_query.split_once('?').unwrap_or((path_and_query, ""));
        let fixed = self.path.split_once('?').map_or("", |(_, fixed)| fixed);
        let names = |query: &str| -> BTreeSet<String> {
            let pairs = query.split('&').filter(|pair| !pair.is_empty());
            pairs.map(|pair| pair.split('=').next().unwrap_or(pair).to_owned()).collect()
        };
        let known: BTreeSet<String> =
            self.query.keys().map(|name| percent_encoded(name)).chain(names(fixed)).collect();
        let given = names(query);
        self.reaches(path)
            && (self.is_free() || given.is_subset(&known))
            && names(fixed).is_subset(&given)
    }
}

/// The path of a free route, up to its star, with what a component chose below it.
fn fill_free(path: &str, slots: &BTreeMap<String, String>) -> Result<String, ValueError> {
    if let Some(name) = slots.keys().find(|name| *name != REST) {
        return Err(ValueError::Unknown(shown(name)));
    }
    let rest = slots.get(REST).ok_or_else(|| ValueError::Missing(REST.to_owned()))?;
    // A folder's path ends with a slash.
    let parts = rest.strip_suffix('/').unwrap_or(rest);
    let fits = rest.len() <= FREE_PATH_LENGTH_MAX && parts.split('/').all(is_part);
    if !rest.is_empty() && !fits {
        return Err(ValueError::Value(REST.to_owned(), "relative path".to_owned()));
    }
    let encoded: String = rest.chars().map(in_path).collect();
    Ok(format!("{}{encoded}", path.trim_end_matches('*')))
}

/// What the query of a free route takes.
const FREE: Slot = Slot { kind: SlotKind::Text, length_max: ROUTE_SLOT_LENGTH_MAX };

fn check(name: &str, value: &str, slot: Slot) -> Result<(), ValueError> {
    if value.chars().count() > slot.length_max || !slot.kind.fits(value) {
        return Err(ValueError::Value(name.to_owned(), slot.to_string()));
    }
    Ok(())
}

/// Marks that stand in a path as they are.
const PLAIN: &str = "-_.~:@!$'()*+,;=";
/// What some readers take for a slash, a backslash or a percent sign.
const LOOK_ALIKES: &str = "/\\\u{2100}\u{2101}\u{2105}\u{2106}\u{2215}\u{2216}\u{2044}\u{29f5}\u{29f8}\u{fe68}\u{fe6a}\
                           \u{ff05}\u{ff0f}\u{ff3c}";
/// Dots, what some readers take for them, and what some readers leave out.
const NOTHING: &str =
    ".\u{2024}\u{2025}\u{2026}\u{fe19}\u{fe30}\u{fe52}\u{ff0e}\u{ad}\u{34f}\u{61c}\u{feff}";

/// A part of a path that means itself, whatever it is called: no dots alone, also before what some
/// readers take for a parameter (`..;a`), and no encoding that could hide them from who decodes it
/// twice.
fn is_part(part: &str) -> bool {
    let plain = |c: char| !c.is_control() && !LOOK_ALIKES.contains(c);
    let hides = part.split('%').skip(1).any(|rest| {
        let code = rest.as_bytes().first_chunk::<2>();
        code.is_some_and(|code| code.iter().all(u8::is_ascii_hexdigit))
    });
    let nothing = |c: char| {
        let left_out = matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
            || matches!(c, '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}');
        NOTHING.contains(c) || c.is_whitespace() || left_out
    };
    let name = part.split(';').next().unwrap_or_default();
    part.chars().all(plain) && !hides && !name.chars().all(nothing)
}

/// A character of a path that was checked, as it stands in a request.
fn in_path(c: char) -> String {
    if c.is_ascii_alphanumeric() || c == '/' || PLAIN.contains(c) {
        c.to_string()
    } else {
        percent_encoded(&c.to_string())
    }
}

fn part_fits(template: &str, part: &str) -> bool {
    let (Some((before, _)), Some((_, after))) =
        (template.split_once('{'), template.rsplit_once('}'))
    else {
        return template == part;
    };
    part.len() > before.len() + after.len() && part.starts_with(before) && part.ends_with(after)
}

/// The name of a query parameter or of a form's field.
pub(super) fn is_parameter(name: &str) -> bool {
    let letter = |b: u8| b.is_ascii_alphanumeric() || b"-_.[]$".contains(&b);
    (1..=NAME_LENGTH_MAX).contains(&name.len()) && name.bytes().all(letter)
}

const KNOWN: &[&str] =
    &["name", "method", "origin", "path", "slots", "query", "body", "auth", "keeps", "visit"];

/// Read all routes.
pub(super) fn read_all(
    root: &Section<'_>,
    konnector: &Konnector,
) -> Result<Vec<Route>, ManifestError> {
    let mut routes: Vec<Route> = Vec::new();
    for section in root.tables("route", ROUTES_MAX, KNOWN)? {
        let route = read(&section, konnector)?;
        if routes.iter().any(|other| other.name == route.name) {
            return Err(ManifestError::Twice { key: "route".to_owned(), found: route.name });
        }
        routes.push(route);
    }
    Ok(routes)
}

fn read(section: &Section<'_>, konnector: &Konnector) -> Result<Route, ManifestError> {
    let wrong = |name: &str, problem| ManifestError::Route { key: section.key(name), problem };
    let name: domicile_policy::ComponentId = section.name("name", "name = \"transactions\"")?;
    let method = section.word("method", "method = \"GET\"", Method::WORDS)?;
    let origin = section.string("origin", "origin = \"https://...\"", FIELD_LENGTH_MAX)?;
    let origin = site(&origin, Scheme::Https, konnector)
        .ok_or_else(|| wrong("origin", RouteError::Origin(shown(&origin))))?;
    let whole = matches!(origin, Site::Address(_));
    let more = ["path", "slots", "query", "body"];
    if whole && (method != Method::Get || section.names().any(|name| more.contains(&name))) {
        return Err(wrong("origin", RouteError::Whole));
    }
    let path = match whole {
        true => String::new(),
        false => section.string("path", "path = \"/accounts/{account}\"", TEMPLATE_LENGTH_MAX)?,
    };
    let slots = slots(section, "slots")?;
    if !whole {
        check_path(&path, &slots, &konnector.fields).map_err(|problem| wrong("path", problem))?;
    }
    let query = self::slots(section, "query")?;
    let body = match section.optional_string("body", FIELD_LENGTH_MAX)? {
        Some(word) => section.pick("body", &word, &BodyKind::WORDS)?,
        None => BodyKind::None,
    };
    let carries = !matches!(method, Method::Get | Method::Head | Method::Delete);
    if body != BodyKind::None && !carries {
        return Err(wrong("body", RouteError::Body(method.word())));
    }
    let auth = super::auth::read(section, body)?;
    let keeps = super::auth::keeps(section)?;
    let visit = section.flag("visit")?;
    if visit && (whole || method != Method::Get || auth.is_some() || !keeps.is_empty()) {
        return Err(wrong("visit", RouteError::Visit));
    }
    let name = name.to_string();
    Ok(Route { name, method, origin, path, slots, query, body, auth, keeps, visit })
}

/// `https://api.bank.example`, or `{server}`, where that is spoken.
pub(super) fn site(text: &str, scheme: Scheme, konnector: &Konnector) -> Option<Site> {
    let fixed = konnector.origins.iter().filter(|origin| origin.scheme() == scheme);
    let servers = konnector.servers().filter(|(_, spoken)| *spoken == scheme);
    let sites = fixed.cloned().map(Site::Fixed).chain(servers.map(|(site, _)| site));
    sites.into_iter().find(|site| site.to_string() == text)
}

fn slots(section: &Section<'_>, name: &str) -> Result<BTreeMap<String, Slot>, ManifestError> {
    let mut slots = BTreeMap::new();
    let Some(declared) = section.free_table(name)? else { return Ok(slots) };
    let count = declared.names().count();
    if count > ROUTE_QUERY_MAX {
        let key = declared.path().to_owned();
        return Err(ManifestError::TooMany { key, count, max: ROUTE_QUERY_MAX });
    }
    for slot in declared.names() {
        let wrong = |problem| ManifestError::Route { key: declared.key(&shown(slot)), problem };
        if !is_parameter(slot) {
            return Err(wrong(RouteError::Parameter(shown(slot))));
        }
        let text = declared.string(slot, "id = \"text 40\"", FIELD_LENGTH_MAX)?;
        let read = read_slot(&text).ok_or_else(|| wrong(RouteError::Slot(shown(&text))))?;
        slots.insert(slot.to_owned(), read);
    }
    Ok(slots)
}

/// `text`, or `text 200`.
fn read_slot(text: &str) -> Option<Slot> {
    let (word, length) = text.split_once(' ').unwrap_or((text, ""));
    let (_, kind) = SlotKind::WORDS.into_iter().find(|(known, _)| *known == word)?;
    let length_max = match length {
        "" if text == word => SLOT_LENGTH_MAX,
        length => {
            length.parse().ok().filter(|length| (1..=ROUTE_SLOT_LENGTH_MAX).contains(length))?
        }
    };
    Some(Slot { kind, length_max })
}

pub(super) fn check_path(
    path: &str,
    slots: &BTreeMap<String, Slot>,
    fields: &[Field],
) -> Result<(), RouteError> {
    let (plain, _) = path.split_once('?').unwrap_or((path, ""));
    let climbs = plain.split('/').any(|part| part == "." || part == "..");
    if !path.starts_with('/') || plain.contains("//") || plain.contains('%') || climbs {
        return Err(RouteError::Path(shown(path)));
    }
    let alone = path.ends_with("/*") && path.matches('*').count() == 1;
    if path.contains('*') && !(alone && slots.is_empty() && !path.contains('?')) {
        return Err(RouteError::Star);
    }
    let used = slots_of(path)?;
    let is_typed =
        |name: &str| fields.iter().any(|field| field.name == name && field.kind == FieldKind::Text);
    if let Some(slot) = used.iter().find(|slot| !slots.contains_key(**slot) && !is_typed(slot)) {
        return Err(LinkError::Undeclared((*slot).to_owned()).into());
    }
    match slots.keys().find(|slot| !used.contains(&slot.as_str())) {
        Some(slot) => Err(LinkError::Unused(slot.clone()).into()),
        None => Ok(()),
    }
}
