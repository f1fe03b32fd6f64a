//! What is installed: propose a component, show its flows, install it with the owner's consent,
//! shrink and remove it.
//!
//! In flow the bytes of a component; out flow a proposal that names every flow, or every reason why
//! it is refused. Nothing is half-installed: the component's bytes are kept first, and the record
//! that makes it exist is written last, in one transaction with its line in the audit trail.

mod stash;

use std::sync::Arc;

use domicile_policy::{ComponentId, Consent, Doctype, Grants, World};
use domicile_proto::inspect::{Inspection, Refusal, inspect};
use domicile_proto::manifest::{Gate, Manifest, Trigger};
use domicile_proto::report::{self, Report};
use domicile_proto::{Locale, Text};
use domicile_store::WriteBatch;
use serde::{Deserialize, Serialize};

use crate::engine::{LoadError, Loaded};
use crate::flow::accounts;
use crate::flow::audit::{self, Event};
use crate::flow::{choice, device, gate};
use crate::house::home::{damaged, delete, put};
use crate::house::{Home, HomeError, House};

pub use stash::{drop_stashed, stash, stashed};

/// The space of the records that say what is installed.
pub const SPACE: &str = "component";

/// The space of what other rooms remember of components, by `ID/...`: it goes with them.
pub const OF_COMPONENTS: &str = "of-component";

/// What the store remembers of a component: its manifest as it was written, so that a newer host
/// reads it with newer eyes.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    manifest: String,
    digest: String,
    consent: Consent,
    installed_at: String,
}

/// A component in a home.
#[derive(Clone, Debug)]
pub struct Installed {
    /// What it declares.
    pub manifest: Manifest,
    /// The manifest as it was written.
    pub manifest_text: String,
    /// Which bytes it is, in hex.
    pub digest: String,
    /// What the owner allowed, and what was taken back.
    pub consent: Consent,
    /// When it was installed or updated.
    pub installed_at: String,
}

impl Installed {
    /// Its id.
    pub fn id(&self) -> &ComponentId {
        &self.manifest.id
    }

    /// What it may touch now.
    pub fn grants(&self) -> Grants {
        self.consent.effective()
    }

    /// What may start it by itself: as far as the owner agreed.
    pub fn trigger(&self) -> Trigger {
        let declared = self.manifest.trigger.clone().unwrap_or_default();
        declared.within(self.consent.powers.effective())
    }

    /// The gates that the owner agreed to.
    pub fn gates(&self) -> Vec<Gate> {
        let agreed = self.consent.powers.effective();
        let gates = self.manifest.gates.iter();
        gates.filter(|gate| agreed.contains(&gate.power())).cloned().collect()
    }

    /// What it can reach at all.
    pub fn world(&self) -> World {
        self.manifest.world()
    }
}

/// A component that could be installed.
#[derive(Clone)]
pub struct Proposal {
    /// What it declares.
    pub manifest: Manifest,
    /// Its flows, in words and as a table.
    pub report: Report,
    /// Which bytes it is, in hex.
    pub digest: String,
    manifest_text: String,
    bytes: Arc<[u8]>,
}

/// Why a component was not installed.
#[derive(Debug, thiserror::Error)]
pub enum InstallError {
    /// It breaks a rule: a sentence for each reason.
    #[error("the component was refused: {}", in_locale(.0, Locale::En).join("; "))]
    Refused(Vec<Text>),
    /// It could not be compiled or linked.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// Its bytes could not be kept.
    #[error("the component could not be kept in `{path}`: {reason}")]
    Keep {
        /// The file.
        path: String,
        /// What the system said.
        reason: String,
    },
    /// The home could not be written.
    #[error(transparent)]
    Home(#[from] HomeError),
    /// The upload to consent to is gone.
    #[error("that upload is no longer waiting for consent: upload the component again")]
    Expired,
}

impl InstallError {
    /// Every reason, in one language. Only refusals are about what the owner gave; the rest is for
    /// who runs the host.
    pub fn reasons(&self, locale: Locale) -> Vec<String> {
        match self {
            InstallError::Refused(reasons) => in_locale(reasons, locale),
            other => vec![other.to_string()],
        }
    }
}

fn in_locale(reasons: &[Text], locale: Locale) -> Vec<String> {
    reasons.iter().map(|reason| reason.in_locale(locale).to_owned()).collect()
}

/// Which bytes a component is.
pub fn digest(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

/// Inspect and compile a component. Nothing is installed.
pub async fn propose(house: &House, bytes: Vec<u8>) -> Result<Proposal, InstallError> {
    let report = Report::of(&bytes);
    let inspection = inspected(&bytes)?;
    let digest = digest(&bytes);
    house.engine().load(&digest, &inspection, &bytes).await?;
    let Inspection { manifest, manifest_text, .. } = inspection;
    Ok(Proposal { manifest, manifest_text, report, digest, bytes: bytes.into() })
}

/// Install what the owner has seen and consented to.
pub async fn install(
    house: &House,
    home: &Home,
    proposal: Proposal,
) -> Result<Arc<Installed>, InstallError> {
    keep_bytes(house, &proposal)?;
    let at = house.clock().now();
    let digest = proposal.digest.clone();
    let (mut consent, event) = match home.component(&proposal.manifest.id) {
        Some(old) => (old.consent.clone(), Event::Updated { digest }),
        None => (Consent::default(), Event::Installed { digest }),
    };
    // What the new version no longer asks for is lost; what is new is what the owner just read;
    // what was taken back stays so.
    let requested = proposal.manifest.requested().map_err(refused)?;
    let asked = consent.upgrade(&requested).asked;
    consent.consent(asked).map_err(refused)?;
    consent.powers.upgrade(&proposal.manifest.powers());
    consent.powers.consent(proposal.manifest.powers());
    let installed = Installed {
        manifest: proposal.manifest,
        manifest_text: proposal.manifest_text,
        digest: proposal.digest,
        consent,
        installed_at: at.to_string(),
    };
    save(home, at, &installed, &event).await?;
    Ok(Arc::new(installed))
}

/// Take a grant back. It never comes back by itself.
pub async fn revoke(
    house: &House,
    home: &Home,
    id: &ComponentId,
    doctype: &Doctype,
) -> Result<(), InstallError> {
    let Some(old) = home.component(id) else { return Ok(()) };
    let mut installed = Installed::clone(&old);
    installed.consent.revoke(doctype);
    let event = Event::Revoked { doctype: doctype.clone() };
    save(home, house.clock().now(), &installed, &event).await?;
    Ok(())
}

/// Allow what its manifest asks for of a doctype, after it was taken back.
pub async fn allow(
    house: &House,
    home: &Home,
    id: &ComponentId,
    doctype: &Doctype,
) -> Result<(), InstallError> {
    let Some(old) = home.component(id) else { return Ok(()) };
    let requested = old.manifest.requested().map_err(refused)?;
    let Some(line) = requested.line(doctype) else { return Ok(()) };
    let mut installed = Installed::clone(&old);
    installed.consent.consent([line.clone()]).map_err(refused)?;
    let event = Event::Allowed { doctype: doctype.clone() };
    save(home, house.clock().now(), &installed, &event).await?;
    Ok(())
}

/// Remove a component, and the accounts that it acted for. What it wrote stays: it is the owner's.
pub async fn remove(house: &House, home: &Home, id: &ComponentId) -> Result<bool, InstallError> {
    // A job that ends now must not keep a record of a component that is gone.
    let _book = house.desk().book().await;
    let Some(old) = home.component(id) else { return Ok(false) };
    let at = house.clock().now();
    let line = audit::encode(at, id.as_str(), &old.manifest.version, &Event::Removed);
    let kept = home.store().records(OF_COMPONENTS).map_err(HomeError::from)?;
    let kept = kept.iter().filter(|(key, _)| key.split('/').next() == Some(id.as_str()));
    let mut records = gate::forget(home, id)?;
    records.extend(accounts::removal(home, id)?);
    records.extend(device::forget(home, id)?);
    records.extend(choice::forget(home, id)?);
    records.extend(kept.map(|(key, _)| delete(OF_COMPONENTS, key)));
    records.push(delete(SPACE, id.as_str()));
    let batch = WriteBatch { records, log: vec![line], ..WriteBatch::default() };
    home.store().write(batch).await.map_err(HomeError::from)?;
    home.set_component(id, None);
    Ok(true)
}

/// Every installed component, by id.
pub fn installed(home: &Home) -> Vec<Arc<Installed>> {
    home.components()
}

/// An installed component.
pub fn find(home: &Home, id: &ComponentId) -> Option<Arc<Installed>> {
    home.component(id)
}

/// A component, ready to be called.
pub async fn load(house: &House, installed: &Installed) -> Result<Arc<Loaded>, InstallError> {
    if let Some(loaded) = house.engine().loaded(&installed.digest) {
        return Ok(loaded);
    }
    let (bytes, inspection) = read_bytes(house, installed)?;
    Ok(house.engine().load(&installed.digest, &inspection, &bytes).await?)
}

/// What an installed component may do now: its report, with the flows of the grants in force.
pub fn report(house: &House, installed: &Installed) -> Result<Report, InstallError> {
    let (bytes, inspection) = read_bytes(house, installed)?;
    let (grants, imports) = (installed.grants(), &inspection.imports);
    Ok(Report {
        flows: report::flows(&installed.manifest, &grants, imports),
        summary: report::summary(&installed.manifest, &grants, imports),
        ..Report::of(&bytes)
    })
}

fn read_bytes(house: &House, installed: &Installed) -> Result<(Vec<u8>, Inspection), InstallError> {
    let path = house.component_path(&installed.digest);
    let bytes = std::fs::read(&path).map_err(|error| keep_error(&path, error))?;
    if digest(&bytes) != installed.digest {
        return Err(keep_error(&path, "its bytes were changed: install the component again"));
    }
    let inspection = inspected(&bytes)?;
    Ok((bytes, inspection))
}

fn inspected(bytes: &[u8]) -> Result<Inspection, InstallError> {
    inspect(bytes)
        .map_err(|error| InstallError::Refused(error.refusals.iter().map(Refusal::text).collect()))
}

fn refused(error: impl ToString) -> InstallError {
    InstallError::Refused(vec![Text::new(error.to_string(), error.to_string())])
}

/// Every component that the store remembers.
pub(crate) fn read_records(home: &Home) -> Result<Vec<Installed>, HomeError> {
    let records: Vec<Record> = home.all_records(SPACE)?;
    let read = records.into_iter().map(|record| {
        let manifest = Manifest::parse(&record.manifest)
            .map_err(|error| damaged(SPACE, &record.digest, error))?;
        Ok(Installed {
            manifest,
            manifest_text: record.manifest,
            digest: record.digest,
            consent: record.consent,
            installed_at: record.installed_at,
        })
    });
    read.collect()
}

async fn save(
    home: &Home,
    at: jiff::Timestamp,
    installed: &Installed,
    event: &Event,
) -> Result<(), HomeError> {
    let id = installed.id();
    let line = audit::encode(at, id.as_str(), &installed.manifest.version, event);
    let record = Record {
        manifest: installed.manifest_text.clone(),
        digest: installed.digest.clone(),
        consent: installed.consent.clone(),
        installed_at: installed.installed_at.clone(),
    };
    let records = vec![put(SPACE, id.as_str(), &record)?];
    home.store().write(WriteBatch { records, log: vec![line], ..WriteBatch::default() }).await?;
    home.set_component(id, Some(installed.clone()));
    home.pull_bell();
    Ok(())
}

fn keep_bytes(house: &House, proposal: &Proposal) -> Result<(), InstallError> {
    let path = house.component_path(&proposal.digest);
    if path.exists() {
        return Ok(());
    }
    let folder = path.parent().unwrap_or(std::path::Path::new("."));
    let mut file =
        tempfile::NamedTempFile::new_in(folder).map_err(|error| keep_error(&path, error))?;
    std::io::Write::write_all(&mut file, &proposal.bytes)
        .map_err(|error| keep_error(&path, error))?;
    file.as_file().sync_all().map_err(|error| keep_error(&path, error))?;
    file.persist(&path).map_err(|error| keep_error(&path, error))?;
    Ok(())
}

fn keep_error(path: &std::path::Path, reason: impl ToString) -> InstallError {
    InstallError::Keep { path: path.display().to_string(), reason: reason.to_string() }
}
