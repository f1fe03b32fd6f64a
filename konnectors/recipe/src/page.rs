//! An answer, and parts of it. In: a body. Out: what a pick finds in it, in whichever of the three
//! ways it is written: HTML begins with `<`, JSON with `{` or `[`, and all else is a table. Never
//! here: work without end on a page that a hostile provider made.

mod table;
mod tree;

use std::cell::OnceCell;

use domicile_recipe::{Pick, Place};
use konnector_shared::text::clean;
use scraper::{ElementRef, Html, Selector};
use serde_json::Value;

/// Characters of one text.
const TEXT_CHARS_MAX: usize = 5_000;
/// Bytes of an element's text that are looked at for it.
const TEXT_BYTES_MAX: usize = 4 * TEXT_CHARS_MAX;
/// Bytes of a page.
const PAGE_BYTES_MAX: usize = 4 << 20;
/// Parts of a page that become a document each.
pub const PARTS_MAX: usize = 5_000;

/// A page that nobody would write for people.
#[derive(Debug, PartialEq, Eq)]
pub struct TooMuch;

/// A page, as it is written.
pub enum Page {
    Html(Html),
    Json(Value),
    Table(String, OnceCell<Vec<Value>>),
}

/// A part of a page: all of it, or what is a document.
#[derive(Clone, Copy)]
pub enum Part<'a> {
    Whole(&'a Page),
    Element(ElementRef<'a>),
    Value(&'a Value),
}

impl Page {
    /// A page with nothing on it.
    pub fn empty() -> Page {
        Page::Json(Value::Null)
    }

    pub fn read(body: &str) -> Result<Page, TooMuch> {
        if body.len() > PAGE_BYTES_MAX {
            return Err(TooMuch);
        }
        let body = body.trim_start_matches('\u{feff}').trim_start();
        Ok(match body.chars().next() {
            Some('<') => Page::Html(tree::read(body)?),
            // What is cut off, or deeper than serde_json goes (128), has nothing on it.
            Some('{' | '[') => Page::Json(serde_json::from_str(body).unwrap_or_default()),
            _ => Page::Table(body.to_owned(), OnceCell::new()),
        })
    }

    /// The parts that a pick finds; none that it finds nothing in is not the page that was meant.
    /// `columns` are those of a table that are looked at, by which its first line is known.
    pub fn parts(&self, pick: &Pick, columns: &[&str]) -> Option<Vec<Part<'_>>> {
        match (&pick.place, self) {
            (Place::Css(Some(selector), _), Page::Html(html)) => {
                Some(html.select(selector).map(Part::Element).take(PARTS_MAX).collect())
            }
            (Place::Json(pointer), Page::Json(value)) => {
                let found = at(value, pointer);
                let items = |value: &&'_ Value| value.is_array() || value.is_object();
                if !found.iter().any(items) {
                    return None;
                }
                let all = found.into_iter().flat_map(children);
                Some(all.map(Part::Value).take(PARTS_MAX).collect())
            }
            (Place::Csv(separator), Page::Table(text, rows)) => {
                let separator = separator.chars().next().unwrap_or(',');
                if rows.get().is_none() {
                    let _ = rows.set(table::rows(text, separator, columns, PARTS_MAX)?);
                }
                Some(rows.get()?.iter().map(Part::Value).collect())
            }
            _ => None,
        }
    }

    /// Whether a pick finds anything: a value that it keeps, or a whole that it names.
    pub fn has(&self, pick: &Pick) -> bool {
        let whole = || match (&pick.place, self) {
            (Place::Css(Some(selector), None), Page::Html(html)) => {
                html.select(selector).next().is_some()
            }
            (Place::Json(pointer), Page::Json(value)) => {
                at(value, pointer).iter().any(|found| !found.is_null())
            }
            _ => false,
        };
        Part::Whole(self).find(pick).is_some() || (pick.is_plain() && whole())
    }
}

impl Part<'_> {
    /// What a pick finds here, as far as it is of the form that it has to have.
    pub fn find(&self, pick: &Pick) -> Option<Value> {
        let found = match (&pick.place, self) {
            (Place::Css(selector, attribute), _) => {
                Value::String(self.element(selector.as_ref(), attribute.as_deref())?)
            }
            (Place::Json(pointer), Part::Whole(Page::Json(value))) => scalar(value, pointer)?,
            (Place::Json(pointer), Part::Value(value)) => scalar(value, pointer)?,
            (Place::Csv(column), Part::Value(row)) => row.get(column)?.clone(),
            _ => return None,
        };
        pick.keep(found).filter(|value| value.as_str() != Some(""))
    }

    fn element(&self, selector: Option<&Selector>, attribute: Option<&str>) -> Option<String> {
        let element = match (self, selector) {
            (Part::Whole(Page::Html(html)), Some(selector)) => html.select(selector).next()?,
            (Part::Element(element), Some(selector)) => element.select(selector).next()?,
            (Part::Element(element), None) => *element,
            _ => return None,
        };
        let text = match attribute {
            Some(name) => element.attr(name)?.to_owned(),
            None => {
                let mut text = String::new();
                for piece in element.text() {
                    if text.len() > TEXT_BYTES_MAX {
                        break;
                    }
                    text.push_str(piece);
                    text.push(' ');
                }
                text
            }
        };
        Some(clean(&text, TEXT_CHARS_MAX))
    }
}

/// What a pointer leads to; `*` leads to every item.
fn at<'a>(value: &'a Value, pointer: &str) -> Vec<&'a Value> {
    let Some((before, after)) = pointer.split_once("/*") else {
        return value.pointer(pointer).into_iter().collect();
    };
    let items = value.pointer(before).into_iter().flat_map(children);
    items.flat_map(|item| at(item, after)).collect()
}

fn children(value: &Value) -> Box<dyn Iterator<Item = &Value> + '_> {
    match value {
        Value::Array(items) => Box::new(items.iter()),
        Value::Object(items) => Box::new(items.values()),
        _ => Box::new(std::iter::empty()),
    }
}

/// A text, a number or a truth; other values are not taken whole.
fn scalar(value: &Value, pointer: &str) -> Option<Value> {
    match at(value, pointer).into_iter().next()? {
        Value::String(text) => Some(Value::String(clean(text, TEXT_CHARS_MAX))),
        found @ (Value::Number(_) | Value::Bool(_)) => Some(found.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pick(text: &str) -> Pick {
        Pick::try_from(text.to_owned()).unwrap()
    }

    fn count(body: &str, each: &str, columns: &[&str]) -> Option<usize> {
        Some(Page::read(body).unwrap().parts(&pick(each), columns)?.len())
    }

    #[test]
    fn a_list_that_is_empty_is_no_page_of_another_kind() {
        assert_eq!(count(r#"{"a": []}"#, "json /a", &[]), Some(0));
        assert_eq!(count(r#"{"b": []}"#, "json /a", &[]), None);
        assert_eq!(count(r#"{"a": [1, 2"#, "json /a", &[]), None, "cut off");
        assert_eq!(count("<p>", "json /a", &[]), None);
        assert_eq!(count("<p>", "css li", &[]), Some(0));
        assert_eq!(count("{}", "css li", &[]), None);
        assert_eq!(count(r#"{"x": {"a": [1]}, "y": {"a": [2, 3]}}"#, "json /*/a", &[]), Some(3));
        assert_eq!(count("Note\nDay;Sum\n1;2\n", "csv ;", &["Sum", "Day"]), Some(1));
        assert_eq!(count("Day;Sum\n", "csv ;", &["Sum", "Day"]), Some(0));
        assert_eq!(count("no table", "csv ;", &["Sum", "Day"]), None);
        assert_eq!(count("<table>", "csv ;", &[]), None);
    }

    #[test]
    fn what_a_page_has_is_found_whole_or_by_what_it_says() {
        let page = Page::read("<p class=a></p><p class=b>locked</p>").unwrap();
        for (text, has) in [
            ("css .a", true),
            ("css .c", false),
            ("css .b | has lock", true),
            ("css .b | has x", false),
        ] {
            assert_eq!(page.has(&pick(text)), has, "{text}");
        }
        let page = Page::read(r#"{"error": {"code": 1}, "none": null}"#).unwrap();
        assert!(page.has(&pick("json /error")) && !page.has(&pick("json /none")));
    }

    #[test]
    fn a_hostile_page_takes_a_bounded_effort() {
        let deep = "<div>".repeat(400_000);
        let leaking: String = (0..50_000).map(|n| format!("<p><b a={n}>x</p>")).collect();
        let wide = "<i></i>".repeat(500_000);
        for page in [&deep, &leaking, &wide, &" ".repeat(PAGE_BYTES_MAX + 1)] {
            assert!(Page::read(page).is_err());
        }
        // These are read, and cost no more than their length.
        let nested = format!("{}{}", "[".repeat(1 << 20), "]".repeat(1 << 20));
        assert_eq!(count(&nested, "json ", &[]), None);
        assert_eq!(
            count(&format!("a;b\n{}", "1;2\n".repeat(900_000)), "csv ;", &["a"]),
            Some(5_000)
        );
        assert_eq!(count(&format!("a\n{}", ";".repeat(4_000_000)), "csv ;", &["a"]), Some(0));
        assert_eq!(count(&format!("a\n\"{}", "x\n".repeat(2_000_000)), "csv ;", &["a"]), Some(1));
        let long = format!("<ul><li>{}", "word ".repeat(800_000));
        let page = Page::read(&long).unwrap();
        let text = Part::Whole(&page).find(&pick("css li")).unwrap();
        assert!(text.as_str().unwrap().len() <= TEXT_CHARS_MAX);
    }
}
