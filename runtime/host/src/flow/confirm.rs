//! Devices of the owner's own network that a form names by address, and the certificates by which
//! the owner knows them again.
//!
//! In flow what was typed and what a device shows; out flows what the owner confirmed. What was
//! confirmed for one address is nothing for another: who changes the address is asked again.

use std::collections::BTreeMap;

use domicile_proto::manifest::{FieldKind, Konnector, Origin};

use crate::egress::{Door, Failure, Fingerprint};

/// A device whose certificate its owner has not confirmed.
pub struct Unconfirmed {
    /// The field that names it.
    pub field: String,
    /// Where it is.
    pub device: Origin,
    /// The certificate that it shows, or why none was seen.
    pub shown: Result<Fingerprint, Failure>,
}

impl Unconfirmed {
    /// The value of [`input`] that confirms this.
    pub fn answer(&self) -> Option<String> {
        let shown = self.shown.ok()?;
        Some(format!("{} {shown}", self.device))
    }
}

/// The input of a form by which its owner confirms: no field has such a name.
pub fn input(field: &str) -> String {
    format!("{field}.certificate")
}

/// The certificate that was confirmed for the device of a field.
pub fn confirmed(
    field: &str,
    device: &Origin,
    typed: &BTreeMap<String, String>,
) -> Option<Fingerprint> {
    let (whose, fingerprint) = typed.get(&input(field))?.split_once(' ')?;
    if whose != device.to_string() {
        return None;
    }
    Fingerprint::try_from(fingerprint.to_owned()).ok()
}

/// Fields that are servers, with the devices that they name.
fn devices(konnector: &Konnector, typed: &BTreeMap<String, String>) -> Vec<(String, Origin)> {
    let device = |one: &domicile_proto::manifest::Field| {
        let FieldKind::Server(scheme) = one.kind else { return None };
        let origin = Origin::of_address(scheme, typed.get(&one.name)?).ok()?;
        origin.device().is_some().then(|| (one.name.clone(), origin))
    };
    konnector.fields.iter().filter_map(device).collect()
}

/// Look at each device that was not confirmed. One that shows what it showed its owner before needs
/// no second word: it is confirmed here.
pub async fn unconfirmed(
    door: &Door,
    konnector: &Konnector,
    typed: &mut BTreeMap<String, String>,
    before: &BTreeMap<String, Fingerprint>,
) -> Vec<Unconfirmed> {
    let mut all = Vec::new();
    for (field, device) in devices(konnector, typed) {
        if confirmed(&field, &device, typed).is_some() {
            continue;
        }
        let shown = door.certificate(&device).await;
        let known = before.get(&device.to_string()).copied();
        let one = Unconfirmed { field, device, shown };
        match one.answer().filter(|_| known.is_some() && one.shown.ok() == known) {
            Some(answer) => {
                typed.insert(input(&one.field), answer);
            }
            None => all.push(one),
        }
    }
    all
}
