//! What is looked for on a page: `css td.amount | number ,` and the like. In: such a text. Out: how
//! to find it, and what of it is kept.
//!
//! ```text
//! pick   = place [ " | " change ]*
//! place  = "css" SELECTOR [ "@" NAME ]   of HTML; "css @NAME" is an attribute of the part itself
//!        | "json" POINTER                of JSON; `*` in it is every item
//!        | "csv" COLUMN                  of a table; to find its rows, the separator
//! change = "number" [ "," ]              with a decimal point, or comma
//!        | "times" NUMBER                cents to euros, and the like
//!        | "absolute"                    without its sign
//!        | "date" FORM                   of dd, mm, yyyy, yy, month, weekday, and marks between
//!        | "after" TEXT | "before" TEXT  what follows, what precedes
//!        | "has" TEXT                    the whole, if it says that
//!        | "text"                        a number as a text
//!        | "true"                        that it is there at all
//!        | "query" NAME                  a parameter of an address
//! ```

use scraper::Selector;
use serde::Deserialize;
use serde_json::Value;

use crate::{date, number};

/// Something to look for.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct Pick {
    text: String,
    /// Where.
    pub place: Place,
    changes: Vec<Change>,
}

/// Where.
#[derive(Clone, Debug)]
pub enum Place {
    /// An element, its text or one of its attributes.
    Css(Option<Selector>, Option<String>),
    /// A pointer into JSON.
    Json(String),
    /// A column, or a separator.
    Csv(String),
}

#[derive(Clone, Debug)]
enum Change {
    Number(char),
    Times(f64),
    Absolute,
    Date(date::Form),
    After(String),
    Before(String),
    Has(String),
    True,
    Text,
    Query(String),
}

/// The decimals that a product keeps.
const DECIMALS: f64 = 1e6;

impl TryFrom<String> for Pick {
    type Error = String;

    fn try_from(text: String) -> Result<Pick, String> {
        let mut parts = text.split(" | ");
        let place = place(parts.next().unwrap_or_default())?;
        let changes = parts.map(change).collect::<Result<_, _>>()?;
        Ok(Pick { place, changes, text })
    }
}

fn place(text: &str) -> Result<Place, String> {
    let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
    match word {
        "css" => {
            let (selector, attribute) = match rest.rsplit_once('@') {
                Some((selector, name)) if !name.contains(']') => (selector, Some(name.to_owned())),
                _ => (rest, None),
            };
            let selector = match selector.trim() {
                "" => None,
                text => Some(
                    Selector::parse(text).map_err(|_| format!("`{text}` is no selector of CSS"))?,
                ),
            };
            Ok(Place::Css(selector, attribute))
        }
        "json" => Ok(Place::Json(rest.trim().to_owned())),
        "csv" => Ok(Place::Csv(rest.to_owned())),
        _ => Err(format!("`{text}` is no place: write css, json or csv, and what is looked for")),
    }
}

fn change(text: &str) -> Result<Change, String> {
    let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
    match (word, rest) {
        ("number", "") => Ok(Change::Number('.')),
        ("number", ",") => Ok(Change::Number(',')),
        ("true", "") => Ok(Change::True),
        ("text", "") => Ok(Change::Text),
        ("absolute", "") => Ok(Change::Absolute),
        ("times", by) => match by.parse::<f64>().ok().filter(|by| by.is_finite()) {
            Some(by) => Ok(Change::Times(by)),
            None => Err(format!("`{by}` is no number: write it with a point, as in `times 0.01`")),
        },
        ("date", form) => Ok(Change::Date(date::Form::parse(form)?)),
        ("after", text) => Ok(Change::After(text.to_owned())),
        ("before", text) => Ok(Change::Before(text.to_owned())),
        ("has", text) if !text.is_empty() => Ok(Change::Has(text.to_owned())),
        ("query", name) => Ok(Change::Query(name.to_owned())),
        _ => Err(format!(
            "`{text}` is no change: write number, times, absolute, date, after, before, has, true, \
             text or query"
        )),
    }
}

impl Pick {
    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether all that it finds is kept as it is.
    pub fn is_plain(&self) -> bool {
        self.changes.is_empty()
    }

    /// What is kept of what was found. `None` if it is not of the form that the recipe says.
    pub fn keep(&self, found: Value) -> Option<Value> {
        self.changes.iter().try_fold(found, |value, change| change.make(value))
    }
}

impl Change {
    fn make(&self, value: Value) -> Option<Value> {
        let text = match &value {
            Value::String(text) => text.as_str(),
            Value::Number(number) => match self {
                // It is one already.
                Change::Number(_) => return Some(value),
                Change::Times(by) => {
                    return number::number((number.as_f64()? * by * DECIMALS).round() / DECIMALS);
                }
                Change::Absolute => return number::number(number.as_f64()?.abs()),
                _ => return self.make(Value::String(value.to_string())),
            },
            _ => return None,
        };
        match self {
            Change::Number(mark) => number::read(text, *mark),
            Change::Times(_) | Change::Absolute => None,
            Change::True => Some(Value::Bool(true)),
            Change::Text => Some(value),
            Change::Date(form) => form.read(text).map(Value::String),
            Change::After(mark) => {
                text.split_once(mark.as_str()).map(|(_, rest)| rest.trim().into())
            }
            Change::Before(mark) => {
                text.split_once(mark.as_str()).map(|(rest, _)| rest.trim().into())
            }
            Change::Has(words) => text.contains(words.as_str()).then_some(value),
            Change::Query(name) => parameter(text, name).map(Value::String),
        }
    }
}

/// A parameter of an address, decoded.
fn parameter(address: &str, name: &str) -> Option<String> {
    let (_, query) = address.split_once('?')?;
    let query = query.split('#').next().unwrap_or_default();
    let mut pairs = query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| decoded(value))
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let hex = rest.as_slice_hex();
        match (byte, hex) {
            (b'%', Some(decoded)) => {
                bytes.push(decoded);
                rest.nth(1);
            }
            (b'+', _) => bytes.push(b' '),
            (other, _) => bytes.push(other),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

trait Hex {
    /// The byte that the next two digits mean.
    fn as_slice_hex(&self) -> Option<u8>;
}

impl Hex for std::str::Bytes<'_> {
    fn as_slice_hex(&self) -> Option<u8> {
        let mut ahead = self.clone();
        let mut digit = || char::from(ahead.next()?).to_digit(16);
        let (high, low) = (digit()?, digit()?);
        u8::try_from(high * 16 + low).ok()
    }
}
