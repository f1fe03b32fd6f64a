//! Accounts: what a konnector acts for, sealed in the owner's home.
//!
//! In flow what the owner typed and what a run leaves; out flow accounts, opened for one run. No
//! secret is written unsealed, and none leaves for an origin that its owner was not shown when the
//! account was connected.

use std::collections::BTreeMap;

use data_encoding::{BASE64, HEXLOWER};
use domicile_policy::ComponentId;
use domicile_proto::manifest::{Konnector, Manifest, Secret};
use domicile_store::{RecordOp, WriteBatch};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::audit::{self, Event};
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
    /// What the owner was shown: provider and origins.
    places: Vec<String>,
    /// The account itself, in base64.
    sealed: String,
}

/// Connect an account. What no secret and no field of the manifest names is left out.
pub async fn connect(
    home: &Home,
    at: Timestamp,
    manifest: &Manifest,
    typed: &BTreeMap<String, String>,
) -> Result<Connected, HomeError> {
    let Some(konnector) = &manifest.konnector else {
        return Err(damaged(SPACE, manifest.id.as_str(), "its component has no accounts"));
    };
    if all(home)?.len() >= ACCOUNTS_MAX {
        return Err(damaged(SPACE, manifest.id.as_str(), "there are too many accounts"));
    }
    let account = typed_account(konnector, typed);
    let mut draw = [0u8; 16];
    getrandom::fill(&mut draw).map_err(|error| damaged(SPACE, "", error))?;
    let mut connected = Connected {
        id: HEXLOWER.encode(&draw),
        component: manifest.id.clone(),
        at,
        places: places(manifest),
        sealed: String::new(),
    };
    connected.sealed = seal(home, &connected, &account)?;
    write(home, at, manifest, &connected).await?;
    Ok(connected)
}

/// Connect an account once more, to what the owner is shown now. A secret that was left empty stays
/// as it was; sessions end.
pub async fn reconnect(
    home: &Home,
    at: Timestamp,
    manifest: &Manifest,
    connected: &Connected,
    typed: &BTreeMap<String, String>,
) -> Result<(), HomeError> {
    let Some(konnector) = &manifest.konnector else { return Ok(()) };
    let mut account = typed_account(konnector, typed);
    let before = unseal(home, connected)?.secrets;
    for secret in konnector.secrets.iter().filter(|one| one.kind.is_asked()) {
        let empty = account.secrets.get(&secret.name).is_none_or(String::is_empty);
        if let (true, Some(kept)) = (empty, before.get(&secret.name)) {
            account.secrets.insert(secret.name.clone(), kept.clone());
        }
    }
    let mut again = Connected { at, places: places(manifest), ..connected.clone() };
    again.sealed = seal(home, &again, &account)?;
    write(home, at, manifest, &again).await
}

fn typed_account(konnector: &Konnector, typed: &BTreeMap<String, String>) -> Account {
    let take = |name: &str| {
        let value = typed.get(name)?;
        Some((name.to_owned(), value.chars().take(FIELD_CHARS_MAX).collect::<String>()))
    };
    let asked = |secret: &&Secret| secret.kind.is_asked();
    let secrets = konnector.secrets.iter().filter(asked).filter_map(|one| take(&one.name));
    let fields = konnector.fields.iter().filter_map(|one| take(&one.name));
    Account { secrets: secrets.collect(), fields: fields.collect(), ..Account::default() }
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
/// anything that the owner was not shown then: the account has to be connected again.
pub fn open(
    home: &Home,
    connected: &Connected,
    manifest: &Manifest,
) -> Result<Option<Account>, HomeError> {
    let shown = places(manifest).iter().all(|place| connected.places.contains(place));
    if !shown || manifest.id != connected.component {
        return Ok(None);
    }
    unseal(home, connected).map(Some)
}

/// What the owner typed into an account that is no secret, for the owner.
pub fn fields(home: &Home, connected: &Connected) -> Result<BTreeMap<String, String>, HomeError> {
    unseal(home, connected).map(|account| account.fields)
}

fn unseal(home: &Home, connected: &Connected) -> Result<Account, HomeError> {
    let broken = |reason| damaged(SPACE, &connected.id, reason);
    let sealed = BASE64.decode(connected.sealed.as_bytes()).map_err(|_| broken("no base64"))?;
    let plain = crypto::open(&home.key("accounts"), &place(connected), &sealed);
    let plain = plain.ok_or_else(|| broken("its seal is broken"))?;
    serde_json::from_slice(&plain).map_err(|_| broken("what it seals is no account"))
}

/// Keep what a run left in an account: sessions and cookies. What its owner changed meanwhile, or
/// disconnected, stays so.
pub async fn keep(home: &Home, connected: &Connected, account: &Account) -> Result<(), HomeError> {
    let Some(now) = find(home, &connected.id)?.filter(|now| now == connected) else {
        return Ok(());
    };
    let kept = Connected { sealed: seal(home, connected, account)?, ..now };
    home.store().put_records(vec![put(SPACE, &kept.id, &kept)?]).await?;
    Ok(())
}

/// What forgets an account, its secrets and its sessions, and the line about it in the trail. What
/// it brought stays: it is the owner's.
pub fn disconnection(at: Timestamp, connected: &Connected) -> (Vec<RecordOp>, Vec<u8>) {
    let component = connected.component.as_str();
    let line = audit::encode(at, component, "", &Event::AccountDisconnected);
    (vec![delete(SPACE, &connected.id)], line)
}

/// What forgets all accounts of a component that is removed.
pub fn removal(home: &Home, component: &ComponentId) -> Result<Vec<RecordOp>, HomeError> {
    Ok(of(home, component)?.iter().map(|one| delete(SPACE, &one.id)).collect())
}

fn places(manifest: &Manifest) -> Vec<String> {
    let provider = manifest.provider.iter().map(|provider| provider.id.to_string());
    let origins = manifest.konnector.iter().flat_map(|konnector| &konnector.origins);
    provider.chain(origins.map(ToString::to_string)).collect()
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

async fn write(
    home: &Home,
    at: Timestamp,
    manifest: &Manifest,
    connected: &Connected,
) -> Result<(), HomeError> {
    let event = Event::AccountConnected;
    let line = audit::encode(at, manifest.id.as_str(), &manifest.version, &event);
    let records = vec![put(SPACE, &connected.id, connected)?];
    home.store().write(WriteBatch { records, log: vec![line], ..Default::default() }).await?;
    Ok(())
}
