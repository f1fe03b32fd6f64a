//! The refusals in French, sentence by sentence beside the English ones of `refusal.rs`.
//!
//! What is wrong inside a manifest stays in English: its keys are English, and its
//! reader wrote them.

use super::walk::NESTING_MAX;
use super::{COMPONENT_BYTES_MAX, MANIFEST_SECTION, Refusal};
use crate::catalogue;
use crate::manifest::Kind;

/// `une application`.
fn with_article(kind: Kind) -> &'static str {
    match kind {
        Kind::App => "une application",
        Kind::Service => "un service",
        Kind::Importer => "un importateur",
        Kind::Konnector => "un connecteur",
    }
}

fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::App => "applications",
        Kind::Service => "services",
        Kind::Importer => "importateurs",
        Kind::Konnector => "connecteurs",
    }
}

/// One refusal as a sentence.
pub(super) fn sentence(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Size { bytes } => {
            format!("il fait {bytes} octets, plus que {COMPONENT_BYTES_MAX} : il faut le réduire")
        }
        Refusal::NotWasm => {
            "ce n'est pas du WebAssembly : donnez le fichier `.wasm` d'un composant".to_owned()
        }
        Refusal::Text => {
            "c'est du WebAssembly en texte : donnez le fichier binaire `.wasm`".to_owned()
        }
        Refusal::CoreModule => "c'est un module WebAssembly, pas un composant : \
            il faut le compiler pour `wasm32-wasip2`"
            .to_owned(),
        Refusal::Invalid { offset, message } => {
            format!("ce n'est pas un composant valide : {message} (à l'octet {offset})")
        }
        Refusal::Nesting => {
            format!(
                "il emboîte plus de {NESTING_MAX} composants et modules les uns dans les autres"
            )
        }
        Refusal::TooMany { what, max } => format!("il a plus de {max} {what}"),
        Refusal::NoManifest => {
            format!("il n'a pas de manifeste : ajoutez une section `{MANIFEST_SECTION}`")
        }
        Refusal::Manifests { count } => {
            format!("il a {count} manifestes : gardez une seule section `{MANIFEST_SECTION}`")
        }
        Refusal::Manifest(error) => format!("son manifeste est refusé : {error}"),
        Refusal::Entrance { kind, wanted } => {
            let wanted = wanted.join(" ou ");
            format!("{} doit exporter {wanted} ; celui-ci ne le fait pas", with_article(*kind))
        }
        _ => import(refusal),
    }
}

/// A refusal that is about an import.
fn import(refusal: &Refusal) -> String {
    match refusal {
        Refusal::NoInterface { import } => format!(
            "il importe `{import}`, qui n'est pas une interface : seules celles de l'hôte s'importent"
        ),
        Refusal::Sockets { import } => {
            format!("il importe `{import}` : les composants n'ont pas de réseau, ni de sockets")
        }
        Refusal::OutgoingHttp { import } => format!(
            "il importe `{import}` : un composant qui voit vos données n'a pas de réseau et n'envoie \
             aucune requête"
        ),
        Refusal::FileSystem { import } => format!(
            "il importe `{import}` : il n'y a pas de système de fichiers ; les documents viennent de \
             `domicile:docs`"
        ),
        Refusal::HttpTypes => {
            "il importe `wasi:http/types`, réservé aux applications qui exportent \
            `wasi:http/incoming-handler`"
                .to_owned()
        }
        Refusal::Unknown { import, nearest } => {
            let hint = match nearest {
                Some(nearest) => format!(" ; vouliez-vous dire `{nearest}` ?"),
                None => " : il faut l'enlever".to_owned(),
            };
            format!("il importe `{import}`, que cet hôte n'offre pas{hint}")
        }
        Refusal::Version { import, linked } => {
            format!(
                "il importe `{import}`, mais cet hôte a {linked} : compilez-le pour cette version"
            )
        }
        Refusal::Kind { import, .. } => {
            let kinds: Vec<&str> = catalogue::kinds_of(import).iter().copied().map(word).collect();
            format!("il importe `{import}`, réservé aux {}", kinds.join(" et "))
        }
        Refusal::UndeclaredFiles { import, action } => format!(
            "il importe `{import}`, mais aucune ligne de son manifeste pour `io.cozy.files` ne demande \
             l'action `{action}` : il faut la déclarer ou enlever l'import"
        ),
        Refusal::Undeclared { import, action } => format!(
            "il importe `{import}`, mais aucune ligne de son manifeste ne demande l'action `{action}` : \
             il faut la déclarer ou enlever l'import"
        ),
        // Handled by the caller: said in English rather than not at all.
        other => other.to_string(),
    }
}
