//! A konnector's run, recorded once and played ever after, in homes that nobody lives in.
//!
//! In flow a component, what its owner typed and a door; out flows a cassette: what the provider
//! told, what stands in place of whatever the owner wants out of it, and what came of it. A
//! cassette that does not play as it was recorded is never handed out; one that plays reaches no
//! network.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domicile_policy::{Cause, ComponentId, Doctype, HomeName, Label, Locale, NameError, ReadScope};
use domicile_proto::manifest::{FieldKind, Manifest, Origin, SecretKind};
use domicile_store::Query;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tempfile::TempDir;
use tokio::sync::mpsc;

use super::collect::{self, Collected, Company, Told};
use crate::egress::{Door, HIDDEN_BYTES_MIN, Hosts, Passed, Scrubber, Tape};
use crate::flow::accounts::{self, ConnectError, Connected};
use crate::flow::owner::{Asking, Question};
use crate::house::{Clock, Home, HomeError, House, HouseConfig, HouseError, Settings};
use crate::registry::{self, InstallError, Installed, Proposal};

/// The version of the format.
const VERSION: u32 = 1;
/// What is said for a code when a cassette plays, and typed for a secret: nothing is filled in
/// then.
const UNSAID: &str = "none";

/// Where browsers would come back to: nobody does.
const PORT: u16 = 443;

/// A recorded run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Cassette {
    version: u32,
    /// Whose run it is.
    pub component: ComponentId,
    /// When it was: the time of the run that plays.
    pub at: Timestamp,
    /// In which language.
    pub locale: Locale,
    /// The account's fields, as the component sees them.
    pub fields: BTreeMap<String, String>,
    /// What comes of it.
    pub expected: Expected,
    /// What was asked and answered.
    #[serde(flatten)]
    pub passed: Passed,
}

/// What comes of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Expected {
    /// How it ends: `done`, or the stable word of its failure.
    pub end: String,
    /// What it says it took, or of its failure.
    pub said: String,
    /// What it left out, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// What it asks the owner.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub questions: Vec<String>,
    /// What it deposits.
    #[serde(default)]
    pub documents: BTreeMap<Doctype, Deposits>,
}

/// The documents of one doctype.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Deposits {
    /// How many.
    pub count: u64,
    /// Of their ids, which are made of their keys, and their bodies.
    pub digest: String,
}

/// What is recorded.
pub struct Take {
    /// What the account's owner types: fields and secrets.
    pub typed: BTreeMap<String, String>,
    /// Texts that are kept out of the cassette, each with what stands in its place.
    pub blanks: Vec<(String, String)>,
    /// Fields that are kept as they were typed.
    pub plain: Vec<String>,
    /// The owner's language.
    pub locale: Locale,
    /// The time of the run.
    pub at: Timestamp,
}

/// Why there is no cassette, or why it does not play as it was recorded.
#[derive(Debug, thiserror::Error)]
pub enum CassetteError {
    /// It is not written as one.
    #[error("it is no cassette: {0}")]
    Syntax(#[from] toml::de::Error),
    /// It can't be written.
    #[error("it can't be written as a cassette: {0}")]
    Write(#[from] toml::ser::Error),
    /// Of another version.
    #[error("it is a cassette of version {0}, and this program plays version {VERSION}")]
    Version(u32),
    /// Of another component.
    #[error("it is a cassette of `{0}`")]
    Other(ComponentId),
    /// A component that talks to nobody.
    #[error("`{0}` is no konnector: only konnectors have cassettes")]
    NoKonnector(ComponentId),
    /// The run was too long.
    #[error("the provider told more than a cassette holds: record an account with less in it")]
    Long,
    /// What was blanked made a difference.
    #[error(
        "without what was blanked the run goes another way, so that nothing is kept:\n  {}\nblank \
         less (`--plain FIELD`), or blank it otherwise (`--blank TEXT=INSTEAD`)",
        .0.join("\n  ")
    )]
    Spoiled(Vec<String>),
    /// A text that can't be blanked.
    #[error("`{0}` is too short to be blanked: it would be found everywhere")]
    Short(String),
    /// A field that can't be blanked.
    #[error("what was typed into `{0}` is too short to be blanked: let it stay with `--plain {0}`")]
    ShortField(String),
    /// It plays, but not as it was recorded.
    #[error("it went another way:\n  {}", .0.join("\n  "))]
    Differs(Vec<String>),
    /// There is no room for the home.
    #[error("there is no room for a home to run it in: {0}")]
    Room(#[from] std::io::Error),
    /// There is no house for it.
    #[error(transparent)]
    House(#[from] HouseError),
    /// TLS can't start.
    #[error("there is no way out: TLS can't start")]
    Door,
    /// The component was refused.
    #[error(transparent)]
    Install(#[from] InstallError),
    /// What was typed is no account.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The home can't be read.
    #[error(transparent)]
    Home(#[from] HomeError),
    /// The home's name is none.
    #[error(transparent)]
    Name(#[from] NameError),
}

impl From<domicile_store::QueryError> for CassetteError {
    fn from(error: domicile_store::QueryError) -> Self {
        CassetteError::Home(error.into())
    }
}

impl Cassette {
    /// Read one.
    pub fn parse(text: &str) -> Result<Cassette, CassetteError> {
        let cassette: Cassette = toml::from_str(text)?;
        match cassette.version {
            VERSION => Ok(cassette),
            other => Err(CassetteError::Version(other)),
        }
    }

    /// Write it, with a warning to whoever passes it on.
    pub fn text(&self) -> Result<String, CassetteError> {
        let Cassette { component, at, .. } = self;
        let warning = format!(
            "# What the provider of `{component}` told about an account on {at}, secrets left out.\n\
             # If the account is somebody's, so is this: read it before you pass it on.\n\n"
        );
        Ok(warning + &toml::to_string_pretty(self)?)
    }
}

/// A house for the cassettes of one component: each run has a home of its own there.
pub struct Theatre {
    house: House,
    clock: Clock,
    proposal: Proposal,
    homes: u32,
    _folder: TempDir,
}

impl Theatre {
    /// For this component. `worker` is the program that compiles it.
    pub async fn open(worker: PathBuf, component: Vec<u8>) -> Result<Theatre, CassetteError> {
        let folder = tempfile::tempdir()?;
        let clock = Clock::fixed(Clock::system().now());
        let house = House::open(HouseConfig {
            data: folder.path().to_owned(),
            worker,
            domain: "localhost".to_owned(),
            clock: clock.clone(),
            release_quantum: Duration::ZERO,
            fault: Default::default(),
        })?;
        house.set_port(PORT);
        let proposal = registry::propose(&house, component).await?;
        if proposal.manifest.konnector.is_none() {
            return Err(CassetteError::NoKonnector(proposal.manifest.id));
        }
        Ok(Theatre { house, clock, proposal, homes: 0, _folder: folder })
    }

    /// Record a run through this door. `owner` answers its questions.
    pub async fn record(
        &mut self,
        take: Take,
        door: Door,
        owner: Option<Asking>,
    ) -> Result<Cassette, CassetteError> {
        let locale = take.locale;
        // A run knows the time to the second.
        let at = Timestamp::from_second(take.at.as_second()).unwrap_or(take.at);
        let tape = Arc::new(Tape::blank());
        let door = Arc::new(door.with_tape(Arc::clone(&tape)));
        let scene = self.scene(at, locale).await?;
        let (connected, found) = scene.run(&take.typed, door, owner).await?;
        let fields = accounts::fields(&scene.home, &connected)?;
        let blanks = blanks(&self.proposal.manifest, &take, &fields)?;
        let blanks = blanks.iter().map(|(text, instead)| (text.as_str(), instead.as_str()));
        let blanks = Scrubber::replacing(blanks);
        let manifest = &self.proposal.manifest;
        let account = accounts::open(&scene.home, &connected, manifest)?.unwrap_or_default();
        let konnector = manifest.konnector.as_ref();
        let passed = konnector.and_then(|konnector| tape.kept(&account, konnector, &blanks));
        let fields = fields.into_iter().map(|(name, value)| (name, blanks.text(value)));
        let mut cassette = Cassette {
            version: VERSION,
            component: self.proposal.manifest.id.clone(),
            at,
            locale,
            fields: fields.collect(),
            expected: found,
            passed: passed.ok_or(CassetteError::Long)?,
        };
        // As whoever reads the file will play it.
        let played = self.play(&Cassette::parse(&cassette.text()?)?).await?;
        let spoiled = [played.differences, played.found.otherwise_than(&cassette.expected)];
        let spoiled = spoiled.concat();
        if !spoiled.is_empty() {
            return Err(CassetteError::Spoiled(spoiled));
        }
        cassette.expected = played.found;
        Ok(cassette)
    }

    /// Play a cassette, and hold what comes of it against what is expected.
    pub async fn test(&mut self, cassette: &Cassette) -> Result<(), CassetteError> {
        let Played { mut differences, found } = self.play(cassette).await?;
        differences.extend(found.other_than(&cassette.expected));
        if differences.is_empty() { Ok(()) } else { Err(CassetteError::Differs(differences)) }
    }

    /// Play a cassette: the same with what comes of it from now on. Its requests have to be the
    /// same.
    pub async fn accepted(&mut self, cassette: Cassette) -> Result<Cassette, CassetteError> {
        let Played { differences, found } = self.play(&cassette).await?;
        if !differences.is_empty() {
            return Err(CassetteError::Differs(differences));
        }
        Ok(Cassette { expected: found, ..cassette })
    }

    async fn play(&mut self, cassette: &Cassette) -> Result<Played, CassetteError> {
        let manifest = &self.proposal.manifest;
        if manifest.id != cassette.component {
            return Err(CassetteError::Other(cassette.component.clone()));
        }
        let secrets = manifest.konnector.iter().flat_map(|konnector| &konnector.secrets);
        let unsaid = secrets.map(|secret| (secret.name.clone(), unsaid(secret.kind).to_owned()));
        let fields = cassette.fields.clone().into_iter();
        let typed: BTreeMap<String, String> = fields.chain(unsaid).collect();
        let tape = Arc::new(Tape::of(cassette.passed.clone()));
        let door = Door::new(Hosts::default()).map_err(|_| CassetteError::Door)?;
        let door = Arc::new(door.with_tape(Arc::clone(&tape)));
        let (owner, mut asked) = mpsc::channel::<Option<Question>>(1);
        let answers = tokio::spawn(async move {
            while let Some(question) = asked.recv().await {
                let Some(question) = question else { continue };
                // A run that ended waits for nothing.
                let _ = question.answer.send(UNSAID.to_owned());
            }
        });
        let scene = self.scene(cassette.at, cassette.locale).await?;
        let ran = scene.run(&typed, door, Some(owner)).await;
        answers.abort();
        let differences = tape.differences().iter().map(ToString::to_string).collect();
        Ok(Played { differences, found: ran?.1 })
    }

    /// A fresh home with the component in it, at a moment.
    async fn scene(&mut self, at: Timestamp, locale: Locale) -> Result<Scene, CassetteError> {
        self.clock.advance(at.duration_since(self.clock.now()));
        self.homes += 1;
        let name: HomeName = format!("sample-{}", self.homes).parse()?;
        let settings = Settings { locale, ..Settings::default() };
        let home = self.house.create_sample(&name, settings).await?;
        let proposal = self.proposal.clone();
        let installed = registry::install(&self.house, &home, proposal).await?;
        Ok(Scene { house: self.house.clone(), home, installed })
    }
}

struct Played {
    /// Requests that the cassette does not hold, and those that were not made.
    differences: Vec<String>,
    found: Expected,
}

/// A home that nobody lives in.
struct Scene {
    house: House,
    home: Arc<Home>,
    installed: Arc<Installed>,
}

impl Scene {
    /// Connect an account, and collect for it once.
    async fn run(
        &self,
        typed: &BTreeMap<String, String>,
        door: Arc<Door>,
        owner: Option<Asking>,
    ) -> Result<(Connected, Expected), CassetteError> {
        let (manifest, now) = (&self.installed.manifest, self.house.clock().now());
        let connected = accounts::connect(&self.home, now, manifest, typed).await?;
        let connected = self.with_token(connected, typed).await?;
        let questions: Arc<Mutex<Vec<String>>> = Arc::default();
        let owner = owner.map(|owner| noting(owner, Arc::clone(&questions)));
        let company = Company { owner, door: Some(door), ..Company::default() };
        let (house, home) = (&self.house, &self.home);
        let cause = Cause::OwnerTrusted;
        let Collected { outcome, .. } =
            collect::collect(house, home, &connected.id, cause, company).await;
        let (end, said, warnings) = match outcome {
            Ok(Told { summary, warnings }) => ("done", summary, warnings),
            Err(error) => (error.code(), error.said(), Vec::new()),
        };
        let questions = questions.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let (end, documents) = (end.to_owned(), self.deposits()?);
        Ok((connected, Expected { end, said, warnings, questions, documents }))
    }

    /// With the token that was typed, where a manifest wants one: no owner is here to agree.
    async fn with_token(
        &self,
        connected: Connected,
        typed: &BTreeMap<String, String>,
    ) -> Result<Connected, CassetteError> {
        let manifest = &self.installed.manifest;
        let oauth = manifest.konnector.as_ref().and_then(|konnector| konnector.oauth.as_ref());
        let Some((name, token)) = oauth.and_then(|oauth| typed.get_key_value(&oauth.secret)) else {
            return Ok(connected);
        };
        let mut account = accounts::open(&self.home, &connected, manifest)?.unwrap_or_default();
        account.secrets.insert(name.clone(), token.clone());
        Ok(accounts::keep(&self.home, &connected, &account).await?.unwrap_or(connected))
    }

    /// What lies in the home.
    fn deposits(&self) -> Result<BTreeMap<Doctype, Deposits>, CassetteError> {
        let doctypes = self.installed.manifest.grants.iter().map(|grant| &grant.line.doctype);
        let mut all = BTreeMap::new();
        for doctype in doctypes {
            let documents = self.documents(doctype)?;
            let mut hash = blake3::Hasher::new();
            for text in documents.iter().flat_map(|(id, body)| [id, body]) {
                hash.update(&(text.len() as u64).to_le_bytes()).update(text.as_bytes());
            }
            let (count, digest) = (documents.len() as u64, hash.finalize().to_hex().to_string());
            all.insert(doctype.clone(), Deposits { count, digest });
        }
        Ok(all)
    }

    fn documents(&self, doctype: &Doctype) -> Result<BTreeMap<String, String>, CassetteError> {
        let (doctype, admitted) = (doctype.clone(), Label::everything());
        let scope = ReadScope { doctype, admitted, fields: None, rows: None };
        let mut query = Query::new("{}");
        let mut documents = BTreeMap::new();
        loop {
            let page = self.home.store().find(&scope, &query)?;
            documents.extend(page.documents.into_iter().map(|one| (one.id, one.body)));
            query.cursor = page.next;
            if query.cursor.is_none() {
                return Ok(documents);
            }
        }
    }
}

/// What is typed for a secret when a cassette plays.
fn unsaid(kind: SecretKind) -> &'static str {
    match kind {
        SecretKind::Address => "https://blanked.example/",
        _ => UNSAID,
    }
}

/// What is kept out of the cassette of a take: what the owner says, and what was typed into fields.
/// Of a server its name.
fn blanks(
    manifest: &Manifest,
    take: &Take,
    typed: &BTreeMap<String, String>,
) -> Result<Vec<(String, String)>, CassetteError> {
    let mut blanks = take.blanks.clone();
    if let Some((short, _)) = blanks.iter().find(|(text, _)| text.len() < HIDDEN_BYTES_MIN) {
        return Err(CassetteError::Short(short.clone()));
    }
    let fields = manifest.konnector.iter().flat_map(|konnector| &konnector.fields);
    for field in fields.filter(|field| !take.plain.contains(&field.name)) {
        let Some(value) = typed.get(&field.name) else { continue };
        let name = &field.name;
        match field.kind {
            FieldKind::Text if value.is_empty() => {}
            FieldKind::Text if value.len() < HIDDEN_BYTES_MIN => {
                return Err(CassetteError::ShortField(name.clone()));
            }
            FieldKind::Text => blanks.push((value.clone(), format!("blanked-{name}"))),
            FieldKind::Server(scheme) => {
                let Ok(origin) = Origin::of_address(scheme, value) else { continue };
                let instead = format!("{name}.blanked.example");
                blanks.push((format!("{}:{}", origin.host(), origin.port()), instead.clone()));
                blanks.push((origin.host().to_owned(), instead));
            }
        }
    }
    Ok(blanks)
}

/// The owner's ear, with a note of each question.
fn noting(owner: Asking, notes: Arc<Mutex<Vec<String>>>) -> Asking {
    let (ear, mut asked) = mpsc::channel::<Option<Question>>(1);
    tokio::spawn(async move {
        while let Some(question) = asked.recv().await {
            if let Some(question) = &question {
                notes.lock().unwrap_or_else(PoisonError::into_inner).push(question.text.clone());
            }
            // An owner who went away does not answer.
            let _ = owner.send(question).await;
        }
    });
    ear
}

impl Expected {
    /// How this differs from what is expected.
    fn other_than(&self, expected: &Expected) -> Vec<String> {
        let mut said = self.otherwise_than(expected);
        let texts =
            |one: &Expected| [vec![one.said.clone()], one.warnings.clone(), one.questions.clone()];
        let pairs = texts(self).into_iter().zip(texts(expected));
        for (what, (now, then)) in ["says", "warns", "asks"].into_iter().zip(pairs) {
            if now != then {
                said.push(format!("it {what} {now:?} instead of {then:?}"));
            }
        }
        for (doctype, now) in &self.documents {
            let then = expected.documents.get(doctype);
            if then.is_some_and(|then| then.count == now.count && then.digest != now.digest) {
                said.push(format!("{doctype}: as many documents, with other keys or contents"));
            }
        }
        said
    }

    /// The same, but for texts and contents, which blanks may change.
    fn otherwise_than(&self, expected: &Expected) -> Vec<String> {
        let mut said = Vec::new();
        if self.end != expected.end {
            said.push(format!("it ends with `{}` instead of `{}`", self.end, expected.end));
        }
        let count = |documents: &BTreeMap<Doctype, Deposits>, doctype| {
            documents.get(doctype).map_or(0, |one| one.count)
        };
        let all: BTreeSet<&Doctype> =
            self.documents.keys().chain(expected.documents.keys()).collect();
        for doctype in all {
            let [now, then] = [self, expected].map(|one| count(&one.documents, doctype));
            if now != then {
                said.push(format!("{doctype}: {now} documents instead of {then}"));
            }
        }
        said
    }
}
