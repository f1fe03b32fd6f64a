//! What a device knows of the home that it collects for: where it is, for which account, and the
//! secret that it deposits with.
//!
//! In flow what the owner typed on the device; out flows an outlet for one run. The secret is kept
//! sealed, in the device's own small home.

use data_encoding::BASE64;
use domicile_policy::ComponentId;
use serde::{Deserialize, Serialize};

use crate::egress::crypto;
use crate::house::home::{damaged, put};
use crate::house::{Home, HomeError};

/// The space of the records.
const SPACE: &str = "errand";

/// One konnector's errand.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Errand {
    /// The home's address.
    pub home: String,
    /// The account here.
    pub account: String,
    /// The secret, in base64.
    sealed: String,
}

/// What was last kept for a konnector.
pub fn find(home: &Home, konnector: &ComponentId) -> Result<Option<Errand>, HomeError> {
    home.record(SPACE, konnector.as_str())
}

/// Keep it.
pub async fn keep(
    home: &Home,
    konnector: &ComponentId,
    to: &str,
    account: &str,
    secret: &str,
) -> Result<Errand, HomeError> {
    let id = konnector.as_str();
    let sealed = crypto::seal(&home.key(SPACE), &place(id, to), secret.as_bytes());
    let sealed = sealed.ok_or_else(|| damaged(SPACE, id, "it can't be sealed"))?;
    let sealed = BASE64.encode(&sealed);
    let errand = Errand { home: to.to_owned(), account: account.to_owned(), sealed };
    home.store().put_records(vec![put(SPACE, id, &errand)?]).await?;
    Ok(errand)
}

/// The secret of an errand, for the home that it was typed for and no other.
pub fn secret(home: &Home, konnector: &ComponentId, errand: &Errand) -> Result<String, HomeError> {
    let id = konnector.as_str();
    let broken = || damaged(SPACE, id, "its seal is broken");
    let sealed = BASE64.decode(errand.sealed.as_bytes()).map_err(|_| broken())?;
    let plain = crypto::open(&home.key(SPACE), &place(id, &errand.home), &sealed);
    String::from_utf8(plain.ok_or_else(broken)?).map_err(|_| broken())
}

fn place(konnector: &str, home: &str) -> String {
    format!("{konnector} {home}")
}
