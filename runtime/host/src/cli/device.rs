//! Devices that collect for a home, from the command line. In: names. Out: a secret, once, and what
//! there is. Never here: the device's own side, which is `collect`.

use std::fmt::Write;

use anyhow::{anyhow, bail};
use clap::Subcommand;
use serde::{Deserialize, Serialize};

use super::act::open;
use crate::flow::device::{self, DEVICES_MAX, Device, LIFETIME};
use crate::flow::link::{self, Link};
use crate::house::House;
use crate::{identity, registry};

/// Devices.
#[derive(Subcommand, Serialize, Deserialize)]
pub enum DeviceAct {
    /// Let a device collect with a konnector for a year; its secret is printed once
    Add {
        /// The konnector
        id: String,
        /// What you call the device
        #[arg(long)]
        name: String,
        /// The home
        #[arg(long, default_value = "home")]
        home: String,
    },
    /// Those that may collect
    List {
        /// The home
        #[arg(long, default_value = "home")]
        home: String,
    },
    /// Let one collect no more
    Revoke {
        /// The device, as `list` names it
        id: String,
        /// The home
        #[arg(long, default_value = "home")]
        home: String,
    },
}

impl DeviceAct {
    /// Do it. Returns what to print.
    pub async fn perform(self, house: &House) -> anyhow::Result<String> {
        let now = house.clock().now();
        match self {
            DeviceAct::Add { id, name, home } => {
                let home = open(house, &home)?;
                let installed = registry::find(&home, &id.parse()?)
                    .filter(|installed| installed.manifest.konnector.is_some())
                    .ok_or_else(|| anyhow!("`{id}` is no konnector of `{}`", home.name()))?;
                if link::list::<Device>(&home)?.len() >= DEVICES_MAX {
                    bail!("there are {DEVICES_MAX} devices: revoke one");
                }
                let name = device::name(&name).ok_or_else(|| anyhow!("a device needs a name"))?;
                let (component, digest) = (installed.id().clone(), installed.digest.clone());
                let secret = identity::secret()?;
                let added = Device { name, component, digest };
                link::make(&home, now, &secret, added, LIFETIME).await?;
                Ok(format!("{secret}\n"))
            }
            DeviceAct::List { home } => {
                let home = open(house, &home)?;
                let mut text = String::new();
                for Link { id, to, until, last_opened, .. } in link::list::<Device>(&home)? {
                    let came = last_opened.map_or("never".to_owned(), |day| day.to_string());
                    let Device { name, component, .. } = to;
                    writeln!(text, "{id}  {component}  until {until}  came: {came}  {name}")?;
                }
                Ok(text)
            }
            DeviceAct::Revoke { id, home } => {
                let home = open(house, &home)?;
                let link = link::by_id::<Device>(&home, &id)?;
                let link = link.ok_or_else(|| anyhow!("no device is called `{id}`"))?;
                link::end(&home, now, &link).await?;
                Ok(format!("`{}` may collect no more\n", link.to.name))
            }
        }
    }
}
