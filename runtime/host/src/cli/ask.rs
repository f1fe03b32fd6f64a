//! What is asked at the terminal: an account's fields and secrets, and codes while a run goes on.
//!
//! In flow a manifest and what was given on the command line; out flows what was typed. Never here:
//! a secret on the command line, where others on the machine see it, or shown as it is typed.

use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};

use anyhow::{Context, bail};
use console::Term;
use domicile_policy::Locale;
use domicile_proto::manifest::Konnector;
use domicile_proto::text::{for_terminal, shown};
use tokio::sync::mpsc;

use crate::egress::limits::SECRET_BYTES_MAX;
use crate::flow::owner::{Asking, Question, Visit};

/// Characters of a label.
const LABEL_CHARS_MAX: usize = 2_000;

/// `NAME=VALUE`, in two.
pub fn pair(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=').filter(|(name, _)| !name.is_empty());
    let (name, value) = pair.ok_or_else(|| format!("`{text}` is not NAME=VALUE"))?;
    Ok((name.to_owned(), value.to_owned()))
}

/// All that a konnector asks of its owner: fields that were not given, and every secret.
pub fn account(
    konnector: &Konnector,
    given: &[(String, String)],
    locale: Locale,
) -> anyhow::Result<BTreeMap<String, String>> {
    let mut typed: BTreeMap<String, String> = given.iter().cloned().collect();
    let names: Vec<&str> = konnector.fields.iter().map(|field| field.name.as_str()).collect();
    if let Some(other) = typed.keys().find(|name| !names.contains(&name.as_str())) {
        bail!("`{other}` is no field of it; it has: {}", names.join(", "));
    }
    for field in &konnector.fields {
        if !typed.contains_key(&field.name) {
            typed.insert(field.name.clone(), line(field.label.in_locale(locale), true)?);
        }
    }
    for secret in konnector.secrets.iter().filter(|secret| secret.kind.is_asked()) {
        typed.insert(secret.name.clone(), line(secret.label.in_locale(locale), false)?);
    }
    Ok(typed)
}

/// Whoever sits at the terminal, for a run that asks for codes, or to open pages.
pub fn owner() -> Asking {
    let (owner, mut asked) = mpsc::channel::<Option<Question>>(1);
    tokio::spawn(async move {
        while let Some(question) = asked.recv().await {
            // What needs no answer any more can't be taken back from a terminal.
            let Some(Question { text, visit, answer }) = question else { continue };
            let Some(text) = asks(text, visit) else { continue };
            let typed = tokio::task::spawn_blocking(move || line(&text, false)).await;
            if let Ok(Ok(code)) = typed {
                // A run that ended waits for nothing.
                let _ = answer.send(code);
            }
        }
    });
    owner
}

/// What is asked; `None` if nobody can answer here: a browser comes back to a home's own pages, and
/// a provider is asked itself whether a code was typed there.
fn asks(text: String, visit: Option<Visit>) -> Option<String> {
    let Some(Visit { address, code, returns, .. }) = visit else { return Some(text) };
    let address = for_terminal(&address);
    match code {
        Some(code) => eprintln!("Open {address} and type {}", for_terminal(&code)),
        None if returns => eprintln!("{address} leads back to a home: connect the account there"),
        None => return Some(format!("Open {address}, and press Enter when that is done")),
    }
    None
}

/// One line, without its echo unless it may be seen. Not from a terminal, it is read as it comes.
pub fn line(label: &str, seen: bool) -> anyhow::Result<String> {
    let label = for_terminal(&shown(label, LABEL_CHARS_MAX).replace('\n', " "));
    let mut terminal = std::io::stderr();
    write!(terminal, "{label}: ")?;
    terminal.flush()?;
    if !seen && std::io::stdin().is_terminal() {
        return Term::stderr().read_secure_line().context("the terminal can't be read");
    }
    let mut text = String::new();
    let length = std::io::stdin().read_line(&mut text).context("the input can't be read")?;
    if length == 0 {
        bail!("`{label}` was asked for, and the input is at its end");
    }
    let text = text.trim_end_matches(['\r', '\n']).to_owned();
    if text.len() > SECRET_BYTES_MAX {
        bail!("that is more than {SECRET_BYTES_MAX} bytes");
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_may_hold_what_parts_it_from_its_name() {
        assert_eq!(pair("a=b=c"), Ok(("a".to_owned(), "b=c".to_owned())));
        assert_eq!(pair("a="), Ok(("a".to_owned(), String::new())));
        assert!(pair("=b").is_err() && pair("a").is_err());
    }
}
