//! The server of an account, as its owner types or pastes it.
//!
//! In flows a text; out flows the one way to write that address, or why there is no server. Nothing
//! is asked of the network here: where the name leads, the door looks at each request.

use std::collections::BTreeMap;

use domicile_policy::Locale;
use domicile_proto::Text;
use domicile_proto::manifest::{Field, Origin, OriginError, Scheme, Secret};
use url::Url;

use super::confirm;
use crate::egress::Fingerprint;

/// A field that has to name a server, and does not.
#[derive(Debug, thiserror::Error)]
#[error("the field `{}` names no server: {why}", .label.en)]
pub struct NoServer {
    /// What people call the field.
    label: Text,
    /// What is to be spoken there.
    scheme: Scheme,
    #[source]
    why: Why,
}

/// What is wrong with it.
#[derive(Debug, thiserror::Error)]
enum Why {
    #[error(transparent)]
    Origin(#[from] OriginError),
    #[error("nobody confirmed the certificate of this device")]
    Unconfirmed,
}

/// Words for HTTPS that tell programs besides what lies there.
const SCHEMES: [&str; 3] = ["webcal://", "webcals://", "feed://"];

/// A whole address, in the one way in which it is asked for.
pub fn whole(secret: &Secret, typed: &str) -> Result<String, NoServer> {
    let typed = typed.trim();
    let is = |scheme: &&&str| {
        typed.get(..scheme.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(scheme))
    };
    let rest = SCHEMES.iter().find(is).and_then(|scheme| typed.get(scheme.len()..));
    let kept = address(&secret.label, Scheme::Https, rest.unwrap_or(typed))?;
    let no = || NoServer {
        label: secret.label.clone(),
        scheme: Scheme::Https,
        why: OriginError::Host(String::new()).into(),
    };
    // A device is known by its certificate, which this text has no place for.
    if Origin::of_address(Scheme::Https, &kept).is_ok_and(|origin| origin.device().is_some()) {
        return Err(no());
    }
    let mut url = Url::parse(&kept).map_err(|_| no())?;
    url.set_fragment(None);
    Ok(url.to_string())
}

/// `https://cloud.example.org/dav`, of any text that means it.
pub fn address(label: &Text, scheme: Scheme, typed: &str) -> Result<String, NoServer> {
    let origin = Origin::of_address(scheme, typed);
    let origin =
        origin.map_err(|why| NoServer { label: label.clone(), scheme, why: why.into() })?;
    let rest = typed.trim().split_once("://").map_or(typed.trim(), |(_, rest)| rest);
    Ok(rest.split_once('/').map_or(origin.to_string(), |(_, path)| format!("{origin}/{path}")))
}

/// The certificate of the device that a field names, if it names one: its owner confirmed it.
pub fn certificate(
    field: &Field,
    scheme: Scheme,
    typed: &BTreeMap<String, String>,
) -> Result<Option<(String, Fingerprint)>, NoServer> {
    let named = typed.get(&field.name).and_then(|text| Origin::of_address(scheme, text).ok());
    let Some(device) = named.filter(|origin| origin.device().is_some()) else { return Ok(None) };
    let unconfirmed = || NoServer { label: field.label.clone(), scheme, why: Why::Unconfirmed };
    let confirmed = confirm::confirmed(&field.name, &device, typed).ok_or_else(unconfirmed)?;
    Ok(Some((device.to_string(), confirmed)))
}

impl NoServer {
    /// Which field, what is wrong with it and what to type, for the owner.
    pub fn words(&self, locale: Locale) -> String {
        let why = match &self.why {
            Why::Origin(OriginError::Scheme(_)) => match self.scheme {
                Scheme::Https => locale.pick(
                    "only addresses that begin with https:// are safe for a password",
                    "seules les adresses en https:// protègent un mot de passe",
                ),
                Scheme::Imaps => locale.pick(
                    "only mail servers with TLS from the first byte (IMAPS, mostly port 993) are safe \
                     for a password; STARTTLS is not spoken here",
                    "seuls les serveurs chiffrés dès le premier octet (IMAPS, en général le port 993) \
                     protègent un mot de passe ; STARTTLS n'est pas parlé ici",
                ),
            },
            Why::Origin(OriginError::Host(_)) => locale.pick(
                "that is no full name of a server, or there is more than the name, such as a user or a \
                 number (names in other alphabets are written as xn--)",
                "ce n'est pas le nom complet d'un serveur, ou il y a plus que le nom, comme un \
                 identifiant ou un numéro (les noms accentués s'écrivent en xn--)",
            ),
            Why::Origin(OriginError::SpecialUse(_)) => locale.pick(
                "that name leads to this machine or its own network, where no konnector goes",
                "ce nom mène à cette machine ou à son propre réseau, où aucun connecteur ne va",
            ),
            Why::Origin(OriginError::Port(_)) => locale.pick(
                "what follows the colon is no port (no user name belongs in front of the server)",
                "ce qui suit les deux-points n'est pas un port (aucun identifiant devant le serveur)",
            ),
            Why::Unconfirmed => locale.pick(
                "that is a device of a local network, whose certificate has to be confirmed on the \
                 page of your home",
                "c'est un appareil d'un réseau local, dont le certificat est à confirmer sur la page \
                 de votre domicile",
            ),
        };
        let label = self.label.in_locale(locale);
        let example = match self.scheme {
            Scheme::Https => "https://cloud.example.org/dav",
            Scheme::Imaps => "imap.example.org",
        };
        locale.pick(
            format!("{label}: {why}. Type it as in {example}."),
            format!("{label} : {why}. Tapez-la comme dans {example}."),
        )
    }
}

#[cfg(test)]
mod tests {
    use domicile_proto::manifest::SecretKind;

    use super::*;

    fn typed(text: &str) -> Result<String, NoServer> {
        address(&Text::new("Address", "Adresse"), Scheme::Https, text)
    }

    fn pasted(text: &str) -> Result<String, NoServer> {
        let label = Text::new("Address", "Adresse");
        let (name, kind) = ("feed".to_owned(), SecretKind::Address);
        whole(&Secret { name, kind, optional: false, label }, text)
    }

    #[test]
    fn a_whole_address_is_kept_as_it_is_asked_for() {
        for (text, kept) in [
            (" WebCal://Cal.example.org/Ada \u{e9}/x.ics?key=1#top ", "/Ada%20%C3%A9/x.ics?key=1"),
            ("webcals://cal.example.org/a/../b.ics", "/b.ics"),
            ("cal.example.org//evil.test/x", "//evil.test/x"),
            ("feed://cal.example.org", "/"),
            ("https://cal.example.org/\\evil.test\t@x", "//evil.test@x"),
        ] {
            let kept = format!("https://cal.example.org{kept}");
            assert_eq!(pasted(text).unwrap(), kept, "{text}");
            assert_eq!(pasted(&kept).unwrap(), kept);
        }
        for text in
            ["http://cal.example.org/x", "webcal://me:secret@cal.example.org/", "feed://10.0.0.1/"]
        {
            let words = pasted(text).unwrap_err().words(Locale::En);
            assert!(words.starts_with("Address: ") && !words.contains("secret"), "{words}");
        }
    }

    #[test]
    fn an_address_is_kept_in_one_way() {
        for (text, kept) in [
            ("Cloud.example.org", "https://cloud.example.org"),
            ("192.168.1.20/dav", "https://192.168.1.20/dav"),
            (" cloud.example.org/Dav/ ", "https://cloud.example.org/Dav/"),
            ("HTTPS://cloud.example.org:443/x://y", "https://cloud.example.org/x://y"),
            (
                "https://cloud.example.org:8443/remote.php",
                "https://cloud.example.org:8443/remote.php",
            ),
        ] {
            assert_eq!(typed(text).unwrap(), kept);
            assert_eq!(typed(kept).unwrap(), kept);
        }
    }

    #[test]
    fn a_mail_server_is_kept_in_one_way_and_with_tls_alone() {
        let mail = |text| address(&Text::new("Mail server", "Serveur"), Scheme::Imaps, text);
        for text in ["imap.example.org", " IMAPS://Imap.example.org:993 ", "imap.example.org:993"] {
            assert_eq!(mail(text).unwrap(), "imaps://imap.example.org");
        }
        assert_eq!(mail("imap.example.org:9993").unwrap(), "imaps://imap.example.org:9993");
        let why = mail("imap://imap.example.org:143").unwrap_err().words(Locale::En);
        assert!(why.contains("STARTTLS is not spoken here"), "{why}");
        assert_eq!(mail("10.0.0.1").unwrap(), "imaps://10.0.0.1", "a device");
        assert!(mail("8.8.8.8").is_err() && mail("nas.local").is_err());
    }

    #[test]
    fn what_leads_home_or_tells_a_password_is_no_server() {
        for (text, why) in [
            ("http://cloud.example.org", "https://"),
            ("https://me:secret@cloud.example.org/", "no port (no user name"),
            ("127.0.0.1", "no full name"),
            ("https://[::1]/", "no port"),
            ("https://2130706433/", "no full name"),
            ("https://169.254.169.254/latest", "no full name"),
            ("https://192.168.1.020/", "no full name"),
            ("https://0xc0a80114/", "no full name"),
            ("localhost", "no full name"),
            ("cloud.localhost", "its own network"),
            ("nas.local/dav", "its own network"),
            ("cloud.example.org:0", "no port"),
            ("cloud.example.org:x@evil.test", "no port"),
            ("cloud.example.org\\@evil.test", "no full name"),
        ] {
            let words = typed(text).unwrap_err().words(Locale::En);
            assert!(words.starts_with("Address: ") && words.contains(why), "{text}: {words}");
            assert!(!words.contains("secret"), "{words}");
        }
    }
}
