//! Templates of bodies: what stands in front of a component's own bytes, with places for secrets.
//!
//! A text of the manifest flows in, pieces in their order flow out. Every place of a secret stands
//! before what the component writes, so that nothing of it can move one, or stand around it.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Serialize, Serializer};

/// Where the component's bytes go.
const BODY: &str = "body";
/// The time of the request.
const NOW: &str = "now";
/// The end of a line.
const NEWLINE: &str = "newline";

/// A part of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// As it stands in the manifest.
    Text(String),
    /// A secret or a field, by its name.
    Value(String),
    /// `20261126220000`, in UTC.
    Now,
    /// The component's own bytes.
    Body,
}

/// `<USERID>{user}<USERPASS>{password}{body}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    text: String,
    pieces: Vec<Piece>,
}

impl Template {
    /// Read a template; `None` unless it has each name once, and the body after all of them.
    pub(super) fn parse(text: &str) -> Option<Template> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}')?;
            let is_name = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
            if pieces.contains(&Piece::Body) || name.is_empty() || !name.bytes().all(is_name) {
                return None;
            }
            pieces.push(Piece::Text(before.to_owned()));
            pieces.push(match name {
                BODY => Piece::Body,
                NOW => Piece::Now,
                NEWLINE => Piece::Text("\r\n".to_owned()),
                name => Piece::Value(name.to_owned()),
            });
            rest = after;
        }
        pieces.push(Piece::Text(rest.to_owned()));
        let whole = pieces.contains(&Piece::Body) && !rest.contains('}');
        let template = Template { text: text.to_owned(), pieces };
        let names = template.names();
        let each: BTreeSet<&str> = names.iter().copied().collect();
        (whole && !names.is_empty() && each.len() == names.len()).then(|| template.clone())
    }

    /// What it is made of, in order.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// The secrets and fields that it names.
    pub(super) fn names(&self) -> Vec<&str> {
        let names = self.pieces.iter().filter_map(|piece| match piece {
            Piece::Value(name) => Some(name.as_str()),
            _ => None,
        });
        names.collect()
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Serialize for Template {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_stand_before_what_the_component_writes() {
        let template =
            Template::parse("A{newline}{now}<U>{user}<P>{pass-2}</S>{body}</X>").unwrap();
        assert_eq!(template.names(), ["user", "pass-2"]);
        assert_eq!(template.pieces().len(), 11);
        for text in [
            "",
            "{body}",
            "{user}",
            "{body}{user}",
            "{user}{body}{now}",
            "{user}{body}{body}",
            "{user}{user}{body}",
            "{user}{body}}",
            "{user{body}",
            "{User}{body}",
            "{}{body}",
            "{user}{body",
        ] {
            assert!(Template::parse(text).is_none(), "{text}");
        }
    }
}
