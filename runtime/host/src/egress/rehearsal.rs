//! Providers of tests: names, addresses and a certificate authority that exist on this machine
//! alone, and checks that are off. Only test builds have them; in a program that someone runs, each
//! question here has one answer.

#[cfg(feature = "faults")]
pub use staged::Rehearsal;

#[cfg(feature = "faults")]
mod staged {
    use std::collections::BTreeMap;
    use std::net::{IpAddr, SocketAddr};
    use std::sync::{Arc, Mutex, PoisonError};

    use domicile_proto::manifest::Origin;
    use http::Response;
    use http::header::LOCATION;
    use tokio_rustls::rustls::{Error, RootCertStore};

    use crate::egress::{Check, Door, Hosts, Limits, Network, Order, crypto};

    /// A stage on which the door may act.
    #[derive(Default)]
    pub struct Rehearsal {
        /// The addresses of names; a name that is not here leads nowhere.
        pub names: Mutex<BTreeMap<String, Vec<IpAddr>>>,
        /// Who answers for an address, whatever the port.
        pub servers: BTreeMap<IpAddr, SocketAddr>,
        /// The certificate authority, in DER.
        pub root: Vec<u8>,
        /// An operator's list.
        pub inside: Hosts,
        /// Networks that the operator opened.
        pub networks: Vec<Network>,
        /// Shorter limits.
        pub limits: Option<Limits>,
        /// The check that is off.
        pub off: Option<Check>,
        /// Names that were asked for, and addresses that were dialled.
        pub seen: Mutex<Vec<String>>,
    }

    impl Rehearsal {
        fn note(&self, what: String) {
            self.seen.lock().unwrap_or_else(PoisonError::into_inner).push(what);
        }
    }

    impl Door {
        /// A door to the providers of a test and to nobody else.
        pub fn rehearsed(stage: Arc<Rehearsal>) -> Result<Door, Error> {
            let mut roots = RootCertStore::empty();
            roots.add(stage.root.clone().into())?;
            let limits = stage.limits.unwrap_or_default();
            let (tls, inside) = (crypto::tls(roots)?, stage.inside.clone());
            let networks = stage.networks.clone();
            Ok(Door { tls, inside, networks, limits, tape: None, rehearsal: Some(stage) })
        }

        /// Whether a test switched this check off.
        pub fn is_off(&self, check: Check) -> bool {
            self.rehearsal.as_ref().is_some_and(|stage| stage.off == Some(check))
        }

        /// What a test says of a name.
        pub(in crate::egress) fn staged(&self, origin: &Origin) -> Option<Vec<SocketAddr>> {
            let stage = self.rehearsal.as_ref()?;
            stage.note(origin.host().to_owned());
            let names = stage.names.lock().unwrap_or_else(PoisonError::into_inner);
            let found = names.get(origin.host()).into_iter().flatten();
            Some(found.map(|ip| SocketAddr::new(*ip, origin.port())).collect())
        }

        /// Who answers for an address.
        pub(in crate::egress) fn stand_in(&self, address: SocketAddr) -> SocketAddr {
            let Some(stage) = &self.rehearsal else { return address };
            stage.note(address.to_string());
            stage.servers.get(&address.ip()).copied().unwrap_or(address)
        }

        /// With the check off: the request that a redirect asks for.
        pub(in crate::egress) fn followed(
            &self,
            order: &Order,
            answer: &Response<Vec<u8>>,
        ) -> Option<Order> {
            if !self.is_off(Check::Redirect) || !answer.status().is_redirection() {
                return None;
            }
            let to = answer.headers().get(LOCATION)?.to_str().ok()?;
            let path = to.find("://").and_then(|at| Some(at + 3 + to.get(at + 3..)?.find('/')?))?;
            let (origin, target) = to.split_at_checked(path)?;
            let origin = Origin::parse(origin).ok()?;
            Some(Order {
                konnector: Arc::clone(&order.konnector),
                route: order.route.clone(),
                origin,
                target: target.to_owned(),
                headers: order.headers.clone(),
                body: order.body.clone(),
                number: order.number,
                account: Arc::clone(&order.account),
                now: order.now,
            })
        }
    }
}

#[cfg(not(feature = "faults"))]
mod real {
    use std::net::SocketAddr;

    use domicile_proto::manifest::Origin;
    use http::Response;

    use crate::egress::{Check, Door, Order};

    impl Door {
        /// Whether a check is off: none.
        pub fn is_off(&self, _: Check) -> bool {
            false
        }

        pub(in crate::egress) fn staged(&self, _: &Origin) -> Option<Vec<SocketAddr>> {
            None
        }

        pub(in crate::egress) fn stand_in(&self, address: SocketAddr) -> SocketAddr {
            address
        }

        pub(in crate::egress) fn followed(
            &self,
            _: &Order,
            _: &Response<Vec<u8>>,
        ) -> Option<Order> {
            None
        }
    }
}
