//! Whole feeds: ours, after each specification, and hostile ones.

use proptest::prelude::*;

use super::*;

const RSS: &str = include_str!("../samples/journal.rss");
const ATOM: &str = include_str!("../samples/blog.atom");
const JSON: &str = include_str!("../samples/podcast.json");
const RDF: &str = include_str!("../samples/old.rdf");

fn shown(feed: &str) -> Vec<String> {
    let feed = read(feed.as_bytes(), "Mine").unwrap();
    let article = |one: &Found| format!("{} {}", one.key, one.article.0);
    feed.articles
        .iter()
        .map(article)
        .chain(feed.remarks.iter().map(|said| said.en.clone()))
        .collect()
}

#[test]
fn each_format_becomes_articles() {
    for (feed, expected) in [
        (RSS, include_str!("../samples/journal.rss.txt")),
        (ATOM, include_str!("../samples/blog.atom.txt")),
        (JSON, include_str!("../samples/podcast.json.txt")),
        (RDF, include_str!("../samples/old.rdf.txt")),
    ] {
        assert_eq!(shown(feed), expected.lines().collect::<Vec<_>>());
    }
}

#[test]
fn a_feed_in_an_old_character_set_is_read() {
    let feed = RDF.replace("UTF-8", "ISO-8859-1");
    let bytes: Vec<u8> = feed.chars().map(|c| c as u8).collect();
    let read = read(&bytes, "Mine").unwrap();
    assert_eq!(read.articles[0].article.0["title"], "Vieux café");
    assert!(read.remarks.is_empty());
}

#[test]
fn what_is_no_feed_is_refused_and_so_is_half_of_one() {
    let deep = format!("<rss><channel><item>{}", "<a>".repeat(DEPTH_MAX));
    let bomb = "<!DOCTYPE rss [<!ENTITY a \"aaaa\">]><rss>&a;</rss>";
    for text in
        ["", "hello", "<html></html>", "{}", "{\"version\":\"2\",\"items\":[]}", &deep, bomb]
    {
        assert!(!read(text.as_bytes(), "x").unwrap_err().en.is_empty(), "{text:.30}");
    }
    for whole in [RSS, ATOM, JSON] {
        for end in (0..whole.trim_end().len()).filter(|end| whole.is_char_boundary(*end)) {
            assert!(read(&whole.as_bytes()[..end], "x").is_err(), "{}", &whole[..end]);
        }
    }
    let harmless = "<!DOCTYPE rss PUBLIC \"-//Netscape\" \"x\"><rss></rss>";
    assert!(read(harmless.as_bytes(), "x").unwrap().articles.is_empty());
}

#[test]
fn limits_hold() {
    let item = "<item><title>x</title></item>";
    let many = format!("<rss><channel>{}</channel></rss>", item.repeat(ARTICLES_MAX + 7));
    let feed = read(many.as_bytes(), "x").unwrap();
    assert_eq!(feed.articles.len(), ARTICLES_MAX);
    assert!(feed.remarks[0].en.ends_with("7 not taken"), "{:?}", feed.remarks);
    let (long, tags) = ("y".repeat(60_000), "<category>c</category>".repeat(300));
    let one = format!("<rss><item><description>{long}</description>{tags}</item></rss>");
    let feed = read(one.as_bytes(), &long).unwrap();
    let article = &feed.articles[0].article.0;
    assert_eq!(article["text"].as_str().unwrap().len(), 50_000);
    assert_eq!(article["tags"].as_array().unwrap().len(), 50);
    assert_eq!(article["feed"].as_str().unwrap().len(), 200);
    assert_eq!(feed.articles[0].cut, 2);
}

#[test]
fn no_markup_and_no_other_address_is_kept() {
    let html = "&lt;p onclick=x&gt;Hi &lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=https://t.example/x&gt;";
    let feed = format!(
        "<rss><item><title>&lt;b&gt;T&lt;/b&gt;</title><link>javascript:alert(1)</link>\
         <description>{html}</description><enclosure url='file:///etc/passwd'/></item></rss>"
    );
    let article = &read(feed.as_bytes(), "x").unwrap().articles[0].article.0;
    assert_eq!(article.to_string(), r#"{"feed":"x","text":"Hi","title":"T"}"#);
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = read(&bytes, "x");
    }

    #[test]
    fn any_pieces_are_read_or_refused(pieces in prop::collection::vec(prop::sample::select(&[
        "<rss>", "</rss>", "<channel>", "<item>", "</item>", "<feed xmlns='x'>", "<entry>", "</entry>",
        "<link href='a'/>", "<link>b</link>", "<title type='xhtml'>", "</title>", "<div>", "</div>", "&amp;",
        "&#0;", "&#x110000;", "&x;", "<![CDATA[<p>]]>", "<!-- -->", "<content type='xhtml'>", "</content>",
        "<pubDate>", "Fri, 99 Nov 2026", "</pubDate>", "<atom:entry>", "<a:feed>", "\u{0}", "<x xml:base='://'>",
    ]), 0..40)) {
        let _ = read(pieces.concat().as_bytes(), "x");
    }
}
