//! Accounts: what a konnector acts for, sealed in the owner's home.
//!
//! In flow what the owner typed and what a run leaves; out flow accounts, opened for one run. No
//! secret is written unsealed, and none leaves for an origin that its owner was not shown, or did
//! not name, when the account was connected.

use std::collections::BTreeMap;

use data_encoding::{BASE64, HEXLOWER};
use domicile_policy::ComponentId;
use domicile_proto::manifest::{Field, FieldKind, Konnector, Manifest, Secret, SecretKind};
use domicile_store::{RecordOp, WriteBatch};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::audit::{self, Event};
use super::hooks;
use super::server::{self, NoServer};
use crate::egress::{Account, crypto};
use crate::house::home::{damaged, delete, put};
use crate::house::{Home, HomeError};

/// The space of the records.
const SPACE: &str = "account";
/// Accounts of one home.
pub const ACCOUNTS_MAX: usize = 200;
/// Characters of a field.
pub const FIELD_CHARS_MAX: usize = 2_000;

/// An account as it is listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connected {
    /// Drawn by the host.
    pub id: String,
    /// Whose account it is.
    pub component: ComponentId,
    /// When the owner connected it.
    pub at: Timestamp,
    /// What the owner was shown or named: provider, origins and servers.
    places: Vec<String>,
    /// The account itself, in base64.
    sealed: String,
}

impl Connected {
    /// The servers that the owner named, without what their addresses say besides; of a device also
    /// the certificate.
    pub fn servers(&self) -> impl Iterator<Item = &str> {
        let named = self.places.iter().filter_map(|place| place.split_once("} "));
        named.map(|(_, server)| server)
    }
}

/// Why an account was not connected.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// A field that names no server: the owner's to mend.
    #[error(transparent)]
    Server(#[from] NoServer),
    /// The home could not keep it.
    #[error(transparent)]
    Home(#[from] HomeError),
}

/// Connect an account. What no secret and no field of the manifest names is left out.
pub async fn connect(
    home: &Home,
    at: Timestamp,
    manifest: &Manifest,
    typed: &BTreeMap<String, String>,
) -> Result<Connected, ConnectError> {
    let Some(konnector) = &manifest.konnector else { return Err(no_accounts(manifest).into()) };
    if all(home)?.len() >= ACCOUNTS_MAX {
        return Err(damaged(SPACE, manifest.id.as_str(), "there are too many accounts").into());
    }
    let account = typed_account(konnector, typed)?;
    let mut draw = [0u8; 16];
    getrandom::fill(&mut draw).map_err(|error| damaged(SPACE, "", error))?;
    let mut connected = Connected {
        id: HEXLOWER.encode(&draw),
        component: manifest.id.clone(),
        at,
        places: places(manifest, &account),
        sealed: String::new(),
    };
    connected.sealed = seal(home, &connected, &account)?;
    let (record, line) = written(at, manifest, &connected)?;
    let batch = WriteBatch { records: vec![record], log: vec![line], ..Default::default() };
    home.store().write(batch).await.map_err(HomeError::from)?;
    Ok(connected)
}

/// What connects an account once more, to what the owner is shown now, and the line about it in the
/// trail. A secret that was left empty stays as it was; sessions end.
pub fn reconnection(
    home: &Home,
    at: Timestamp,
    manifest: &Manifest,
    connected: &Connected,
    typed: &BTreeMap<String, String>,
) -> Result<(RecordOp, Vec<u8>), ConnectError> {
    let Some(konnector) = &manifest.konnector else { return Err(no_accounts(manifest).into()) };
    let mut account = typed_account(konnector, typed)?;
    let before = unseal(home, connected)?.secrets;
    for secret in konnector.secrets.iter().filter(|one| one.kind.is_asked()) {
        let empty = account.secrets.get(&secret.name).is_none_or(String::is_empty);
        if let (true, Some(kept)) = (empty, before.get(&secret.name)) {
            account.secrets.insert(secret.name.clone(), kept.clone());
        }
    }
    let places = places(manifest, &account);
    let mut again = Connected { at, places, ..connected.clone() };
    again.sealed = seal(home, &again, &account)?;
    Ok(written(at, manifest, &again)?)
}

fn no_accounts(manifest: &Manifest) -> HomeError {
    damaged(SPACE, manifest.id.as_str(), "its component has no accounts")
}

fn typed_account(
    konnector: &Konnector,
    typed: &BTreeMap<String, String>,
) -> Result<Account, NoServer> {
    let take = |name: &str| {
        let value = typed.get(name)?;
        Some((name.to_owned(), value.chars().take(FIELD_CHARS_MAX).collect::<String>()))
    };
    let asked = |secret: &&Secret| secret.kind.is_asked();
    let secret = |one: &Secret| {
        let (name, typed) = take(&one.name)?;
        Some(match one.kind {
            // Left empty: as it was before.
            SecretKind::Address if !typed.is_empty() => {
                server::whole(one, &typed).map(|address| (name, address))
            }
            _ => Ok((name, typed)),
        })
    };
    let server = |one: &Field| match one.kind {
        FieldKind::Server(scheme) => server::certificate(one, scheme, typed).transpose(),
        FieldKind::Text => None,
    };
    let certificates = konnector.fields.iter().filter_map(server).collect::<Result<_, _>>()?;
    let secrets = konnector.secrets.iter().filter(asked).filter_map(secret);
    let secrets = secrets.collect::<Result<_, NoServer>>()?;
    let field = |one: &Field| {
        let (name, typed) = take(&one.name)?;
        Some(match one.kind {
            FieldKind::Text => Ok((name, typed)),
            FieldKind::Server(scheme) => {
                server::address(&one.label, scheme, &typed).map(|address| (name, address))
            }
        })
    };
    let fields = konnector.fields.iter().filter_map(field).collect::<Result<_, NoServer>>()?;
    Ok(Account { secrets, fields, certificates, ..Account::default() })
}

/// All accounts.
pub fn all(home: &Home) -> Result<Vec<Connected>, HomeError> {
    home.all_records(SPACE)
}

/// The accounts of a component.
pub fn of(home: &Home, component: &ComponentId) -> Result<Vec<Connected>, HomeError> {
    Ok(all(home)?.into_iter().filter(|one| one.component == *component).collect())
}

/// One account.
pub fn find(home: &Home, id: &str) -> Result<Option<Connected>, HomeError> {
    home.record(SPACE, id)
}

/// Open an account for a run of this version of its component. `None` if this version talks to
/// anything that the owner was not shown then, or did not name as a server: the account has to be
/// connected again.
pub fn open(
    home: &Home,
    connected: &Connected,
    manifest: &Manifest,
) -> Result<Option<Account>, HomeError> {
    if manifest.id != connected.component {
        return Ok(None);
    }
    let account = unseal(home, connected)?;
    let shown = places(manifest, &account).iter().all(|place| connected.places.contains(place));
    Ok(shown.then_some(account))
}

/// What the owner typed into an account that is no secret, for the owner.
pub fn fields(home: &Home, connected: &Connected) -> Result<BTreeMap<String, String>, HomeError> {
    unseal(home, connected).map(|account| account.fields)
}

/// What an account holds, whatever its component talks to now.
pub fn unseal(home: &Home, connected: &Connected) -> Result<Account, HomeError> {
    let broken = |reason| damaged(SPACE, &connected.id, reason);
    let sealed = BASE64.decode(connected.sealed.as_bytes()).map_err(|_| broken("no base64"))?;
    let plain = crypto::open(&home.key("accounts"), &place(connected), &sealed);
    let plain = plain.ok_or_else(|| broken("its seal is broken"))?;
    serde_json::from_slice(&plain).map_err(|_| broken("what it seals is no account"))
}

/// Keep what a run left in an account: sessions, cookies, tokens. What its owner changed meanwhile,
/// or disconnected, stays so: `None`.
pub async fn keep(
    home: &Home,
    connected: &Connected,
    account: &Account,
) -> Result<Option<Connected>, HomeError> {
    let Some(now) = find(home, &connected.id)?.filter(|now| now == connected) else {
        return Ok(None);
    };
    let kept = Connected { sealed: seal(home, connected, account)?, ..now };
    home.store().put_records(vec![put(SPACE, &kept.id, &kept)?]).await?;
    Ok(Some(kept))
}

/// What forgets an account, its secrets, its sessions and its address, and the line about it in the
/// trail.
pub fn disconnection(
    home: &Home,
    at: Timestamp,
    connected: &Connected,
) -> Result<(Vec<RecordOp>, Vec<u8>), HomeError> {
    let component = connected.component.as_str();
    let line = audit::encode(at, component, "", &Event::AccountDisconnected);
    Ok((forget(home, connected)?, line))
}

fn forget(home: &Home, connected: &Connected) -> Result<Vec<RecordOp>, HomeError> {
    let mut records = hooks::removal(home, &connected.id)?;
    records.push(delete(SPACE, &connected.id));
    Ok(records)
}

/// What forgets all accounts of a component that is removed.
pub fn removal(home: &Home, component: &ComponentId) -> Result<Vec<RecordOp>, HomeError> {
    let all = of(home, component)?;
    let records: Result<Vec<_>, _> = all.iter().map(|one| forget(home, one)).collect();
    Ok(records?.concat())
}

/// All that a run of an account may talk to. A field that is a server in this version alone was not
/// named as one.
fn places(manifest: &Manifest, account: &Account) -> Vec<String> {
    let provider = manifest.provider.iter().map(|provider| provider.id.to_string());
    let konnector = manifest.konnector.iter();
    let origins = konnector.clone().flat_map(|konnector| &konnector.origins);
    let servers = konnector.flat_map(Konnector::servers).map(|(site, scheme)| {
        let Some(origin) = account.origin(&site, scheme) else { return site.to_string() };
        match account.certificate(&origin) {
            Some(certificate) => format!("{site} {origin} {certificate}"),
            None => format!("{site} {origin}"),
        }
    });
    provider.chain(origins.map(ToString::to_string)).chain(servers).collect()
}

/// What a seal is bound to.
fn place(connected: &Connected) -> String {
    format!("{}/{}", connected.component, connected.id)
}

fn seal(home: &Home, connected: &Connected, account: &Account) -> Result<String, HomeError> {
    let broken = |reason| damaged(SPACE, &connected.id, reason);
    let plain = serde_json::to_vec(account).map_err(|_| broken("it can't be written"))?;
    let sealed = crypto::seal(&home.key("accounts"), &place(connected), &plain);
    Ok(BASE64.encode(&sealed.ok_or_else(|| broken("it can't be sealed"))?))
}

fn written(
    at: Timestamp,
    manifest: &Manifest,
    connected: &Connected,
) -> Result<(RecordOp, Vec<u8>), HomeError> {
    let line = audit::encode(at, manifest.id.as_str(), &manifest.version, &Event::AccountConnected);
    Ok((put(SPACE, &connected.id, connected)?, line))
}
