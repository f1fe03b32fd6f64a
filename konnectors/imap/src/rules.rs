//! What the owner typed of senders: `who = what`, commas between them. In: that text. Out: pairs,
//! and in words what of it means nothing. Never here: what becomes of a message.
//!
//! Whoever writes a mail writes its sender too: a rule names whom a message says it is from.

use konnector_shared::Said;
use konnector_shared::text::clean;
use serde_json::Value;

/// Rules of one kind of one account.
const RULES_MAX: usize = 100;
/// Characters of what stands behind the sign: a vendor has as many.
pub const MEANING_CHARS_MAX: usize = 300;

/// Read rules; `read` makes one of what stands before and behind the sign, `wrong` says of a text
/// that it is none.
pub fn parse<Rule>(
    typed: &str,
    read: impl Fn(&str, String) -> Option<Rule>,
    wrong: impl Fn(String) -> Said,
) -> (Vec<Rule>, Vec<Said>) {
    let (mut rules, mut said) = (Vec::new(), Vec::new());
    let typed = typed.split([',', '\n']).map(str::trim).filter(|one| !one.is_empty());
    for one in typed.take(RULES_MAX) {
        let pair = one.split_once('=').map(|(who, what)| (who, clean(what, MEANING_CHARS_MAX)));
        let rule = pair.filter(|(_, what)| !what.is_empty());
        match rule.and_then(|(who, what)| read(who.trim(), what)) {
            Some(rule) => rules.push(rule),
            None => said.push(wrong(clean(one, MEANING_CHARS_MAX))),
        }
    }
    (rules, said)
}

/// `factures@example.org`, or `@example.org` for all of them; `None` if it is neither.
pub fn address(typed: &str) -> Option<String> {
    typed.contains('@').then(|| typed.to_lowercase())
}

/// The one sender of a message, in lower case.
pub fn sender(message: &Value) -> Option<String> {
    let mut senders = message.get("from")?.as_array()?.iter();
    let (Some(sender), None) = (senders.next(), senders.next()) else { return None };
    Some(sender.get("address")?.as_str()?.to_lowercase())
}

/// Whether a rule's address is this sender's.
pub fn is_from(rule: &str, sender: &str) -> bool {
    sender == rule || (rule.starts_with('@') && sender.ends_with(rule))
}
