use proptest::prelude::*;

use super::*;
use crate::caps::bindings::ui::{Attr, Element, Tag};
use crate::front::print::{panel, tag_named};
use crate::house::Locale;
use sink::{Arena, DOCUMENT, Kind};

fn written(html: &str) -> String {
    print(&nodes(html).unwrap(), Acts::Written).unwrap()
}

fn live(html: &str) -> String {
    print(&nodes(html).unwrap(), acts("T", 0, &[])).unwrap()
}

fn acts<'a>(token: &'a str, number: usize, panels: &'a [String]) -> Acts<'a> {
    Acts::Live { token, locale: Locale::En, number, panels }
}

#[test]
fn ordinary_pages_stay() {
    let page = "<section class=\"page\"><h1>A &amp; B</h1><p>x <strong>y</strong></p>\
                <table><tbody><tr><td class=\"amount\">1</td></tr></tbody></table></section>";
    assert_eq!(written(page), page);
    assert_eq!(written("<b>x</b><font>y</font>"), "<strong>x</strong>y");
    let pre = "<pre>a<strong>b</strong>\n\nc</pre><pre>\n\nd</pre>";
    assert_eq!(written(pre), pre);
    assert_eq!(written("<!doctype html><html><head><title>t</title></head><body><p>x"), "<p>x</p>");
}

#[test]
fn acts_become_links_and_forms() {
    assert_eq!(live("<a data-act=go:/x>y</a>"), "<a href=\"/x\">y</a>");
    assert!(live("<form data-act=post:/x><input name=a></form>").contains("name=\"-token\""));
}

#[test]
fn nothing_loads_runs_or_leaves() {
    for html in [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg><a href=javascript:alert(1)>x</a></svg>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
        "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
        "<a href=https://evil.test ping=https://evil.test>x</a>",
        "<form action=https://evil.test><button formaction=https://evil.test>x</button></form>",
        "<meta http-equiv=refresh content='0;url=https://evil.test'>",
        "<link rel=dns-prefetch href=//evil.test><base href=//evil.test>",
        "<p style='background:url(//evil.test)' onclick=alert(1) id=x>y</p>",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
        "<textarea></textarea><script>alert(1)</script></textarea>",
        "<template><script>alert(1)</script></template>",
        "<xmp><script>alert(1)</script></xmp><plaintext><script>alert(1)</script>",
        "<a data-act='go://evil.test'>x</a><a data-act='javascript:alert(1)'>x</a>",
        "<input type=password><input type=image src=//evil.test>",
        "<svg><style><!--</style><img src=x onerror=alert(1)>-->",
        "<select><option><script>alert(1)</script></select>",
        "<section class='panel script' data-token=script><panel path=/script>x</panel></section>",
    ] {
        let out = live(html);
        for bad in ["alert", "evil.test", "script", "<img", "<svg", "style", "password", "onerror"]
        {
            assert!(!out.contains(bad), "{html} gave {out}");
        }
    }
}

#[test]
fn what_the_printer_would_refuse_is_flattened() {
    assert_eq!(
        written("<form data-act=post:/a><table><tr><td><form data-act=post:/b>x"),
        "<form data-act=\"post:/a\"><table><tbody><tr><td>x</td></tr></tbody></table></form>"
    );
    assert_eq!(
        written("<table><form data-act=post:/a></form><tr><td><form data-act=post:/b><p>x"),
        "<table><tbody><tr><td><form data-act=\"post:/b\"><p>x</p></form></td></tr></tbody></table>"
    );
    assert_eq!(written("<button>a<a>b</a></button>"), "<button>ab</button>");
}

#[test]
fn limits_hold() {
    assert_eq!(nodes("a\0b"), Err(StrictError::Nul));
    assert_eq!(nodes(&"x".repeat(HTML_BYTES_MAX + 1)), Err(StrictError::TooLong));
    assert_eq!(nodes(&"<p>".repeat(NODES_MAX + 1)), Err(StrictError::TooManyNodes));
    assert_eq!(nodes(&"<div>".repeat(100)), Err(StrictError::Print(PrintError::TooDeep)));
}

#[test]
fn formatting_bombs_end() {
    let bomb: String = (0..5_000).map(|at| format!("<em title={at}>")).collect();
    let bomb = format!("<p>{bomb}</p>{}", "<p>x</p>".repeat(500));
    assert!(nodes(&bomb).is_err());
}

/// What acts and fields of a page and of its panel are called here.
const MARKS: [&str; 2] = ["page", "panel"];

/// What in printed HTML a browser would take for the other's: an act of the page or the panel, or a
/// field that is sent with a form of the other.
fn strays(html: &str) -> Vec<String> {
    let context = QualName::new(None, ns!(html), local_name!("main"));
    let sink = Sink::default();
    let parser = parse_fragment(sink, ParseOpts::default(), context, Vec::new(), false);
    let mut strays = Vec::new();
    stray(&parser.one(html), DOCUMENT, None, &mut strays);
    strays
}

fn stray(arena: &Arena, id: usize, mut form: Option<&'static str>, strays: &mut Vec<String>) {
    if let Kind::Element(name, attrs) = arena.kind(id) {
        let value = |name| attrs.iter().find(|attr| &*attr.name.local == name);
        let mark = |name| {
            let value = value(name)?.value.trim_start_matches('/').to_owned();
            MARKS.into_iter().find(|mark| value == *mark)
        };
        let own = if value("data-panel").is_some() { "panel" } else { "page" };
        if &*name.local == "form" {
            form = Some(own);
        }
        let acts = ["href", "action"].map(mark);
        // A button outside forms names its form.
        let sent = ["name", "value", "formaction"]
            .map(|name| mark(name).filter(|_| value("form").is_none()));
        if acts.into_iter().flatten().any(|mark| mark != own)
            || sent.into_iter().flatten().any(|mark| form.is_some_and(|form| form != mark))
        {
            strays.push(format!("{} {attrs:?}", name.local));
        }
    }
    for child in arena.children(id) {
        stray(arena, *child, form, strays);
    }
}

/// A tree whose acts and fields have this name.
fn tree(steps: &[Option<Tag>], mark: &str) -> Vec<Node> {
    let mut open = Vec::new();
    let mut nodes = Vec::new();
    for step in steps {
        let Some(tag) = *step else {
            nodes.extend(open.pop().map(|_: Tag| Node::Close));
            continue;
        };
        let attrs = match tag {
            Tag::A => vec![(Attr::Act, format!("go:/{mark}"))],
            Tag::Form | Tag::Button => vec![(Attr::Act, format!("post:/{mark}"))],
            Tag::Input => vec![(Attr::Name, mark.to_owned())],
            _ => Vec::new(),
        };
        nodes.push(Node::Open(Element { tag, attrs }));
        if !matches!(tag, Tag::Br | Tag::Hr | Tag::Input) {
            open.push(tag);
        }
    }
    nodes.extend(open.into_iter().map(|_| Node::Close));
    nodes
}

/// Elements that parsers put elsewhere, close by themselves or ignore.
const AWKWARD: &str = "div section p h1 li dd em strong pre table caption tbody tr td select option \
    fieldset legend details summary label hr";

fn steps() -> impl Strategy<Value = Vec<Option<Tag>>> {
    let tags: Vec<Tag> = AWKWARD.split(' ').filter_map(tag_named).collect();
    let acting = vec![Tag::A, Tag::Form, Tag::Button, Tag::Input];
    let step = prop_oneof![
        6 => prop::sample::select(tags).prop_map(Some),
        3 => prop::sample::select(acting).prop_map(Some),
        4 => Just(None),
    ];
    prop::collection::vec(step, 0..20)
}

#[test]
fn what_strays_is_found() {
    let good =
        "<a href=\"/page\"></a><form data-panel=\"1\" action=\"/panel\"><input name=\"panel\">";
    assert_eq!(strays(good), Vec::<String>::new());
    for bad in [
        "<a href=\"/panel\"></a>",
        "<form data-panel=\"1\" action=\"/page\"></form>",
        "<form action=\"/page\"><section><input name=\"panel\"></section></form>",
        "<table><tr><td><form action=\"/page\"><p><button formaction=\"/panel\"></button>",
    ] {
        assert_eq!(strays(bad).len(), 1, "{bad}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_panel_and_its_page_send_nothing_of_each_other(
        (around, inside) in (steps(), steps()),
        at in any::<prop::sample::Index>(),
    ) {
        let mut page = tree(&around, "page");
        page.insert(at.index(page.len() + 1), Node::Panel("/panel".to_owned()));
        if let Ok(inside) = print(&tree(&inside, "panel"), acts("panel", 1, &[])) {
            let panels = [panel(1, "", "panel", &inside)];
            if let Ok(html) = print(&page, acts("page", 0, &panels)) {
                prop_assert_eq!(strays(&html), Vec::<String>::new(), "{}", html);
            }
        }
    }
}
