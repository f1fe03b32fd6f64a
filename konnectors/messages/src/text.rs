//! What can be read of a message. In: its text, plain or in HTML. Out: plain lines of bounded
//! length. Never here: markup, and the addresses in it.

use mail_parser::decoders::html::html_to_text;

/// Elements that begin on a line of their own.
const BLOCKS: [&str; 16] = [
    "address",
    "blockquote",
    "dd",
    "div",
    "dl",
    "dt",
    "h1",
    "h2",
    "h3",
    "h4",
    "hr",
    "li",
    "p",
    "table",
    "tr",
    "ul",
];
/// How much of a page is looked at.
const PAGE_BYTES_MAX: usize = 2 << 20;

/// Of a page, its words.
pub fn of_html(html: &str) -> String {
    let mut rest = html.get(..html.floor_char_boundary(PAGE_BYTES_MAX)).unwrap_or(html);
    let mut broken = String::with_capacity(rest.len());
    while let Some(at) = rest.find('<') {
        let (before, tag) = rest.split_at(at);
        broken.push_str(before);
        let name = tag.get(1..).unwrap_or_default();
        let end = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
        let name = name.get(..end).unwrap_or_default();
        if BLOCKS.iter().any(|block| block.eq_ignore_ascii_case(name)) {
            broken.push_str("<br>");
        }
        broken.push('<');
        rest = tag.get(1..).unwrap_or_default();
        // A blank after `</b>` at the beginning of a line is lost by the decoder.
        if let Some((end, after)) = inline_end(rest) {
            broken.push_str(end);
            broken.push_str("&#32;");
            rest = after;
        }
    }
    broken.push_str(rest);
    html_to_text(&broken)
}

/// `/b>` with a blank after it: the end, and what follows the blank.
fn inline_end(rest: &str) -> Option<(&str, &str)> {
    let (name, after) = rest.strip_prefix('/')?.split_once('>')?;
    let is_word = name.bytes().all(|b| b.is_ascii_alphanumeric());
    let is_block = BLOCKS.iter().any(|block| block.eq_ignore_ascii_case(name));
    let hidden = ["head", "style", "script", "template", "title"];
    let is_shown = !hidden.iter().any(|one| one.eq_ignore_ascii_case(name));
    let trimmed = after.trim_start();
    let fits = is_word && !is_block && is_shown && trimmed.len() < after.len();
    let has_text = fits && !trimmed.is_empty() && !trimmed.starts_with('<');
    has_text.then(|| (rest.get(..name.len() + 2).unwrap_or_default(), trimmed))
}

/// Lines as they are written, without what has no shape or turns the direction of writing; at most
/// one empty one between two. Whether some were left out is the second answer.
pub fn lines(text: &str, chars_max: usize) -> (String, bool) {
    let mut kept = String::new();
    let mut room = chars_max;
    let mut breaks = 0;
    for line in text.lines() {
        let shown = |c: &char| !c.is_control() && !konnector_shared::text::is_invisible(*c);
        let line: String =
            line.chars().map(|c| if c == '\t' { ' ' } else { c }).filter(shown).collect();
        let line = line.trim_end();
        if !line.is_empty() {
            let chars = breaks + line.chars().count();
            if chars > room {
                kept.extend(std::iter::repeat_n('\n', breaks.min(room)));
                kept.extend(line.chars().take(room.saturating_sub(breaks)));
                return (kept, true);
            }
            kept.extend(std::iter::repeat_n('\n', breaks));
            kept.push_str(line);
            room -= chars;
            breaks = 0;
        }
        breaks = if kept.is_empty() { 0 } else { (breaks + 1).min(2) };
    }
    (kept, false)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_page_becomes_its_words() {
        let page = "<html><head><title>t</title><style>p{}</style></head><body><div>Bonjour&nbsp;!\
                    <p>Ligne 2<br/>Ligne 3</p><ul><LI>a<li>b</ul><script>alert(1)</script>\
                    <img src='https://tracker.example/x'><a href='https://evil.example'>lien</a></div>";
        let (text, _) = lines(&of_html(page), 200);
        assert!(
            !text.contains('<') && !text.contains("example") && !text.contains("alert"),
            "{text}"
        );
        assert_eq!(text, "Bonjour\u{a0}!\nLigne 2\nLigne 3\n\na\nblien");
    }

    #[test]
    fn blanks_after_a_mark_stay() {
        for (page, text) in [
            ("<i>Short</i> one", "Short one"),
            ("<p><b>a</b>\n b, <b>c</b>, <i>d</i> </p>e", "a b, c, d\ne"),
        ] {
            assert_eq!(lines(&of_html(page), 99).0.trim(), text, "{page}");
        }
    }

    #[test]
    fn lines_are_bounded() {
        assert_eq!(
            lines(" a\tb \r\n\n\n\nc\u{202e}\u{7}d\n\n", 99),
            (" a b\n\ncd".to_owned(), false)
        );
        assert_eq!(lines("ab\ncd", 4), ("ab\nc".to_owned(), true));
        assert_eq!(lines("ab\n\n\ncd", 3), ("ab\n".to_owned(), true));
    }

    proptest! {
        #[test]
        fn any_text_is_lines(text in "(<[a-z/!-]{0,4}>?|&[a-z#0-9]{0,4};?|[a-z\u{e9}\n ]{0,3}){0,30}") {
            let (kept, _) = lines(&of_html(&text), 20);
            prop_assert!(kept.chars().count() <= 20);
        }
    }
}
