//! An answer, and parts of it. In: a body. Out: what a pick finds in it, in whichever of the three
//! ways the pick reads it.

use std::cell::OnceCell;

use konnector_shared::text::clean;
use scraper::{ElementRef, Html};
use serde_json::{Map, Value};

use crate::pick::{Pick, Place};

/// Characters of one text.
const TEXT_CHARS_MAX: usize = 5_000;

/// A page, read once in each way that is asked for.
pub struct Page {
    body: String,
    html: OnceCell<Html>,
    json: OnceCell<Value>,
}

/// A part of a page: all of it, or what is a document.
#[derive(Clone, Copy)]
pub enum Part<'a> {
    Whole(&'a Page),
    Element(ElementRef<'a>),
    Value(&'a Value),
}

/// Owned rows of a table, since a page does not hold them as such.
pub type Rows = Vec<Value>;

impl Page {
    pub fn new(body: String) -> Page {
        Page { body, html: OnceCell::new(), json: OnceCell::new() }
    }

    fn html(&self) -> &Html {
        self.html.get_or_init(|| Html::parse_document(&self.body))
    }

    fn json(&self) -> &Value {
        self.json.get_or_init(|| serde_json::from_str(&self.body).unwrap_or_default())
    }

    /// The rows of a table whose first line names its columns; none if the pick finds no rows.
    pub fn rows(&self, pick: &Pick) -> Rows {
        let Place::Csv(separator) = &pick.place else { return Vec::new() };
        let separator = separator.chars().next().unwrap_or(',');
        let mut lines = records(&self.body, separator).into_iter();
        let names = lines.next().unwrap_or_default();
        let row = |cells: Vec<String>| {
            let cells = names.iter().cloned().zip(cells.into_iter().map(Value::from));
            Value::Object(cells.collect::<Map<_, _>>())
        };
        lines.map(row).collect()
    }

    /// The parts that a pick finds, but for rows.
    pub fn parts(&self, pick: &Pick) -> Vec<Part<'_>> {
        match &pick.place {
            Place::Css(Some(selector), _) => {
                self.html().select(selector).map(Part::Element).collect()
            }
            Place::Json(pointer) => match self.json().pointer(pointer) {
                Some(Value::Array(items)) => items.iter().map(Part::Value).collect(),
                Some(Value::Object(items)) => items.values().map(Part::Value).collect(),
                _ => Vec::new(),
            },
            Place::Css(None, _) | Place::Csv(_) => Vec::new(),
        }
    }
}

impl Part<'_> {
    /// What a pick finds here, as far as it is of the form that it has to have.
    pub fn find(&self, pick: &Pick) -> Option<Value> {
        let found = match (&pick.place, self) {
            (Place::Css(selector, attribute), _) => {
                let attribute = attribute.as_deref();
                Value::String(self.element(selector.as_ref(), attribute)?)
            }
            (Place::Json(pointer), Part::Whole(page)) => scalar(page.json().pointer(pointer)?)?,
            (Place::Json(pointer), Part::Value(value)) => scalar(value.pointer(pointer)?)?,
            (Place::Csv(column), Part::Value(row)) => scalar(row.get(column)?)?,
            _ => return None,
        };
        pick.keep(found).filter(|value| value.as_str() != Some(""))
    }

    fn element(
        &self,
        selector: Option<&scraper::Selector>,
        attribute: Option<&str>,
    ) -> Option<String> {
        let element = match (self, selector) {
            (Part::Whole(page), Some(selector)) => page.html().select(selector).next()?,
            (Part::Element(element), Some(selector)) => element.select(selector).next()?,
            (Part::Element(element), None) => *element,
            _ => return None,
        };
        let text = match attribute {
            Some(name) => element.attr(name)?.to_owned(),
            None => element.text().collect::<Vec<_>>().join(" "),
        };
        Some(clean(&text, TEXT_CHARS_MAX))
    }
}

/// A text, a number or a truth; other values are not taken whole.
fn scalar(value: &Value) -> Option<Value> {
    match value {
        Value::String(text) => Some(Value::String(clean(text, TEXT_CHARS_MAX))),
        Value::Number(_) | Value::Bool(_) => Some(value.clone()),
        _ => None,
    }
}

/// The records of a table, with quoted cells (RFC 4180).
fn records(text: &str, separator: char) -> Vec<Vec<String>> {
    let (mut records, mut record, mut cell) = (Vec::new(), Vec::new(), String::new());
    let (mut quoted, mut chars) = (false, text.trim_start_matches('\u{feff}').chars().peekable());
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => cell.extend(chars.next()),
            '"' => quoted = !quoted,
            '\r' if !quoted => {}
            '\n' if !quoted => {
                record.push(clean(&std::mem::take(&mut cell), TEXT_CHARS_MAX));
                records.push(std::mem::take(&mut record));
            }
            c if c == separator && !quoted => {
                record.push(clean(&std::mem::take(&mut cell), TEXT_CHARS_MAX));
            }
            c => cell.push(c),
        }
    }
    if !cell.is_empty() || !record.is_empty() {
        record.push(clean(&cell, TEXT_CHARS_MAX));
        records.push(record);
    }
    records
}
