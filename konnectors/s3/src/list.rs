//! A part of a bucket's list, as ListObjectsV2 answers. In: the text of an answer. Out: objects,
//! folders, and how to ask for the rest. Never here: a grammar of the answer's own (DOCTYPE is
//! refused), depth without end.

use konnector_shared::{Said, say};
use quick_xml::Reader;
use quick_xml::events::Event;

/// How deep elements may lie in each other; answers need 4.
const DEPTH_MAX: usize = 8;

/// Some of what is in a folder.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct List {
    pub objects: Vec<Object>,
    /// What several objects begin with, up to the next slash.
    pub folders: Vec<String>,
    /// What to ask for the rest with.
    pub next: Option<String>,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Object {
    pub key: String,
    /// Changes with its content.
    pub tag: String,
    pub size: Option<u64>,
}

impl List {
    pub fn parse(text: &str) -> Result<List, Said> {
        let broken = || say!("the service's list is broken", "la liste du service est abîmée");
        let mut reader = Reader::from_str(text);
        reader.config_mut().expand_empty_elements = true;
        let (mut open, mut text) = (Vec::<String>::new(), String::new());
        let (mut list, mut object) = (List::default(), Object::default());
        let (mut begun, mut more) = (false, false);
        loop {
            match reader.read_event().map_err(|_| broken())? {
                Event::Start(start) => {
                    text.clear();
                    begun = true;
                    open.push(start.local_name().as_ref().to_owned());
                    if open.len() > DEPTH_MAX || open.first().is_some_and(|it| it != ROOT) {
                        return Err(broken());
                    }
                }
                Event::Text(some) => text.push_str(&some.xml10_content()),
                Event::CData(some) => text.push_str(&some.xml10_content()),
                Event::GeneralRef(reference) => {
                    let known = reference.resolve_char_ref().ok().flatten().map(String::from);
                    text.push_str(&known.unwrap_or_else(|| named(&reference.xml10_content())));
                }
                Event::End(_) => {
                    let names: Vec<&str> = open.iter().skip(1).map(String::as_str).collect();
                    let value = std::mem::take(&mut text);
                    match names.as_slice() {
                        ["Contents", "Key"] => object.key = value,
                        ["Contents", "ETag"] => object.tag = value,
                        ["Contents", "Size"] => object.size = value.trim().parse().ok(),
                        ["Contents"] => list.objects.push(std::mem::take(&mut object)),
                        ["CommonPrefixes", "Prefix"] => list.folders.push(value),
                        ["NextContinuationToken"] => list.next = Some(value),
                        ["IsTruncated"] => more = value.trim() == "true",
                        _ => {}
                    }
                    open.pop();
                }
                Event::DocType(_) => return Err(broken()),
                Event::Eof if begun && open.is_empty() => break,
                Event::Eof => return Err(broken()),
                _ => {}
            }
        }
        if !more {
            list.next = None;
        } else if list.next.is_none() {
            return Err(broken());
        }
        Ok(list)
    }
}

const ROOT: &str = "ListBucketResult";

/// The five names that XML knows.
fn named(name: &str) -> String {
    let known = [("amp", "&"), ("lt", "<"), ("gt", ">"), ("quot", "\""), ("apos", "'")];
    let found = known.iter().find(|(known, _)| *known == name);
    found.map_or_else(|| format!("&{name};"), |(_, sign)| (*sign).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PART: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
        <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>mine</Name>
        <Prefix>a/</Prefix><KeyCount>3</KeyCount><IsTruncated>true</IsTruncated>
        <NextContinuationToken>1ueGcxLP/R+=</NextContinuationToken>
        <Contents><Key>a/R&amp;D &#233;t&#xE9;.txt</Key><ETag>"d41d8"</ETag><Size>0</Size>
        <Owner><ID>x</ID></Owner></Contents>
        <CommonPrefixes><Prefix>a/b/</Prefix></CommonPrefixes></ListBucketResult>"#;

    #[test]
    fn a_part_is_read_whole_or_not_at_all() {
        let read = List::parse(PART).expect("readable");
        let object = Object {
            key: "a/R&D \u{e9}t\u{e9}.txt".to_owned(),
            tag: "\"d41d8\"".to_owned(),
            size: Some(0),
        };
        assert_eq!(read.objects, [object]);
        assert_eq!(read.folders, ["a/b/"]);
        assert_eq!(read.next.as_deref(), Some("1ueGcxLP/R+="));
        for end in 0..PART.len() {
            assert!(List::parse(&PART[..end]).is_err(), "{end}");
        }
        for other in [
            "<html></html>",
            "",
            "<!DOCTYPE a><ListBucketResult/>",
            &PART.replace("NextContinuationToken", "Other"),
            &format!("<ListBucketResult>{}", "<a>".repeat(9)),
        ] {
            assert!(List::parse(other).is_err(), "{other:.40}");
        }
        let last = List::parse(&PART.replace(">true<", ">false<")).expect("readable");
        assert_eq!(last.next, None);
    }
}
