//! Why a request brought no answer: a code for the audit trail, words for the owner.
//!
//! A component never learns which of these it was, but for what its own arguments decide.

use domicile_policy::Locale;
use serde::{Deserialize, Serialize};

/// What went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Failure {
    /// A header that only the host may write, or that no header can be.
    Header,
    /// The body is not what the route declares.
    Body,
    /// The account has not what the route needs.
    Secret,
    /// The name leads nowhere.
    Name,
    /// The name leads to an address that is not of the public internet.
    Address,
    /// A device is in a network that the operator did not open.
    Network,
    /// A device shows another certificate than its owner confirmed.
    Certificate,
    /// Nobody answers there.
    Connect,
    /// Whoever answers can't prove to be the host.
    Tls,
    /// It took too long.
    Slow,
    /// The answer is larger than one may be.
    TooLarge,
    /// The answer is packed, although it was asked not to be.
    Encoding,
    /// What came is not what is spoken there.
    Protocol,
    /// The origin asked for a longer pause than a run waits.
    Pause,
    /// What the home put into a request is in the file that came.
    Echo,
    /// The host knows no way of signing in that is known here.
    SignIn,
    /// The host did not take the password.
    Login,
    /// What was to be written on a stream is more than a look.
    Command,
    /// A stream has had its time, or its bytes.
    Spent,
}

impl From<Failure> for String {
    fn from(failure: Failure) -> String {
        failure.code().to_owned()
    }
}

impl TryFrom<String> for Failure {
    type Error = String;

    fn try_from(code: String) -> Result<Failure, String> {
        Failure::of_code(&code).ok_or_else(|| format!("`{code}` is no way in which requests fail"))
    }
}

impl Failure {
    /// Every failure.
    pub const ALL: [Failure; 19] = [
        Failure::Header,
        Failure::Body,
        Failure::Secret,
        Failure::Name,
        Failure::Address,
        Failure::Network,
        Failure::Certificate,
        Failure::Connect,
        Failure::Tls,
        Failure::Slow,
        Failure::TooLarge,
        Failure::Encoding,
        Failure::Protocol,
        Failure::Pause,
        Failure::Echo,
        Failure::SignIn,
        Failure::Login,
        Failure::Command,
        Failure::Spent,
    ];

    /// A stable word.
    pub fn code(self) -> &'static str {
        match self {
            Failure::Header => "header",
            Failure::Body => "body",
            Failure::Secret => "secret",
            Failure::Name => "name",
            Failure::Address => "address",
            Failure::Network => "network",
            Failure::Certificate => "device",
            Failure::Connect => "connect",
            Failure::Tls => "certificate",
            Failure::Slow => "slow",
            Failure::TooLarge => "too-large",
            Failure::Encoding => "encoding",
            Failure::Protocol => "protocol",
            Failure::Pause => "pause",
            Failure::Echo => "echo",
            Failure::SignIn => "sign-in",
            Failure::Login => "login",
            Failure::Command => "command",
            Failure::Spent => "spent",
        }
    }

    /// The failure with this word.
    pub fn of_code(code: &str) -> Option<Failure> {
        Failure::ALL.into_iter().find(|failure| failure.code() == code)
    }

    /// The words for the owner, of a device.
    fn of_device(self, locale: Locale) -> &'static str {
        match self {
            Failure::Network => locale.pick(
                "that device is in a network that your operator did not open to homes: nothing was \
                 sent",
                "cet appareil est dans un réseau que votre opérateur n'a pas ouvert aux domiciles : \
                 rien n'a été envoyé",
            ),
            _ => locale.pick(
                "the device shows another certificate than the one that you confirmed: nothing was \
                 sent. If you changed it, connect the account again",
                "l'appareil montre un autre certificat que celui que vous avez confirmé : rien n'a \
                 été envoyé. Si vous l'avez changé, reconnectez le compte",
            ),
        }
    }

    /// The same for the owner.
    pub fn words(self, locale: Locale) -> &'static str {
        match self {
            Failure::Header => locale.pick(
                "it wanted to write a header that is the home's alone",
                "il voulait écrire un en-tête réservé au domicile",
            ),
            Failure::Body => locale.pick(
                "what it wanted to send is not what its manifest declares",
                "ce qu'il voulait envoyer n'est pas ce que déclare son manifeste",
            ),
            Failure::Secret => locale.pick(
                "the account has no such secret: connect it again",
                "ce compte n'a pas ce secret : reconnectez-le",
            ),
            Failure::Name => {
                locale.pick("the host's name was not found", "le nom de l'hôte n'a pas été trouvé")
            }
            Failure::Address => locale.pick(
                "the host's name leads into a private network: nothing was sent",
                "le nom de l'hôte mène à un réseau privé : rien n'a été envoyé",
            ),
            Failure::Network | Failure::Certificate => self.of_device(locale),
            Failure::Connect => locale.pick("the host did not answer", "l'hôte n'a pas répondu"),
            Failure::Tls => locale.pick(
                "whoever answered could not prove to be the host: nothing was sent",
                "celui qui a répondu n'a pas prouvé être l'hôte : rien n'a été envoyé",
            ),
            Failure::Slow => locale.pick("the host took too long", "l'hôte a mis trop de temps"),
            Failure::TooLarge => locale.pick(
                "the host sent more than an answer may be",
                "l'hôte a envoyé une réponse trop grande",
            ),
            Failure::Encoding => locale.pick(
                "the host sent a packed answer, which is not unpacked here",
                "l'hôte a envoyé une réponse compressée, qui n'est pas décompressée ici",
            ),
            Failure::Protocol => locale.pick(
                "what the host sent is no answer that can be understood",
                "ce que l'hôte a envoyé n'est pas une réponse compréhensible",
            ),
            Failure::Pause => locale.pick(
                "the host asked to be left alone for longer than a run waits",
                "l'hôte a demandé une pause plus longue qu'une exécution n'attend",
            ),
            Failure::Echo => locale.pick(
                "a file held one of the account's secrets: it was not kept",
                "un fichier contenait un secret du compte : il n'a pas été gardé",
            ),
            Failure::SignIn => locale.pick(
                "the host offers no way to sign in that the home knows: nothing was sent",
                "l'hôte n'offre aucune identification que le domicile connaisse : rien n'a été envoyé",
            ),
            Failure::Login => locale.pick(
                "the host did not take the password",
                "l'hôte a refusé le mot de passe",
            ),
            Failure::Command => locale.pick(
                "it wanted to write what is no command that only reads: nothing was sent",
                "il voulait écrire autre chose qu'une commande de lecture : rien n'a été envoyé",
            ),
            Failure::Spent => locale.pick(
                "it had its time, or its bytes: the next run goes on",
                "il a eu son temps, ou ses octets : la prochaine exécution continue",
            ),
        }
    }
}
