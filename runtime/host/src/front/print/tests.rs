use super::*;
use crate::caps::bindings::ui::{Chart, ChartKind};

fn open(tag: Tag, attrs: &[(Attr, &str)]) -> Node {
    let attrs = attrs.iter().map(|(attr, value)| (*attr, (*value).to_owned())).collect();
    Node::Open(Element { tag, attrs })
}

fn text(text: &str) -> Node {
    Node::Text(text.to_owned())
}

fn live(nodes: &[Node]) -> Result<String, PrintError> {
    part(nodes, 0, &[])
}

fn part(nodes: &[Node], number: usize, panels: &[String]) -> Result<String, PrintError> {
    print(nodes, Acts::Live { token: "TOKEN", locale: Locale::En, number, panels })
}

fn one(tag: Tag, attrs: &[(Attr, &str)]) -> String {
    let mut nodes = vec![open(tag, attrs)];
    if !tag_words(tag).1.is_empty() {
        nodes.push(Node::Close);
    }
    live(&nodes).unwrap()
}

#[test]
fn a_small_page() {
    let page = [
        open(Tag::Section, &[(Attr::Class, "page bar  stack")]),
        open(Tag::H1, &[]),
        text("Tom & <Jerry>"),
        Node::Close,
        open(Tag::Br, &[]),
        Node::Close,
    ];
    assert_eq!(
        live(&page).unwrap(),
        "<section class=\"page stack\"><h1>Tom &amp; &lt;Jerry&gt;</h1><br></section>"
    );
}

#[test]
fn attributes_keep_to_their_element_and_values() {
    assert_eq!(
        one(Tag::P, &[(Attr::Name, "x"), (Attr::Title, "a\"b")]),
        "<p title=\"a&quot;b\"></p>"
    );
    assert_eq!(
        one(Tag::Input, &[(Attr::Type, "password"), (Attr::Name, "p")]),
        "<input name=\"p\">"
    );
    assert_eq!(one(Tag::Input, &[(Attr::Name, "-token")]), "<input>");
    assert_eq!(one(Tag::Div, &[(Attr::Class, "bar shell")]), "<div></div>");
    assert_eq!(
        one(Tag::Input, &[(Attr::Type, "text"), (Attr::Type, "date"), (Attr::Checked, "")]),
        "<input type=\"text\" checked>"
    );
    assert_eq!(one(Tag::Td, &[(Attr::Colspan, "65000")]), "<td></td>");
}

#[test]
fn links() {
    assert_eq!(one(Tag::A, &[(Attr::Act, "go:/a?b=c&d")]), "<a href=\"/a?b=c&amp;d\"></a>");
    for act in
        ["go://evil.test", "https://evil.test", "javascript:alert(1)", "go:/-/enter", "post:/a"]
    {
        assert_eq!(one(Tag::A, &[(Attr::Act, act)]), "<a></a>", "{act}");
    }
    assert_eq!(
        one(Tag::A, &[(Attr::Act, "link:shop"), (Attr::Arg, "a&b")]),
        "<a href=\"/-/link\" data-link=\"shop\" data-arg=\"a&amp;b\"></a>"
    );
    assert_eq!(
        one(Tag::Button, &[(Attr::Act, "go:/a"), (Attr::Class, "primary bar")]),
        "<a class=\"button primary\" href=\"/a\"></a>"
    );
    assert_eq!(one(Tag::P, &[(Attr::Act, "go:/a")]), "<p></p>");
}

#[test]
fn forms_carry_the_token_and_only_checked_paths() {
    let form = [
        open(Tag::Form, &[(Attr::Act, "post:/save")]),
        open(Tag::Input, &[(Attr::Type, "file"), (Attr::Name, "f")]),
        open(Tag::Button, &[]),
        Node::Close,
        Node::Close,
    ];
    assert_eq!(
        live(&form).unwrap(),
        "<form method=\"post\" action=\"/save\" enctype=\"multipart/form-data\">\
         <input type=\"hidden\" name=\"-token\" value=\"TOKEN\">\
         <input type=\"file\" name=\"f\"><button type=\"submit\"></button></form>"
    );
    assert_eq!(
        one(Tag::Form, &[(Attr::Act, "post:https://evil.test")]),
        "<form></form>",
        "a form without a good act stays on the page"
    );
    let search = [
        open(Tag::Form, &[(Attr::Act, "go:/find")]),
        open(Tag::Button, &[(Attr::Act, "post:/delete"), (Attr::Arg, "7")]),
        Node::Close,
        Node::Close,
    ];
    assert_eq!(
        live(&search).unwrap(),
        "<form action=\"/find\"><input type=\"hidden\" name=\"-token\" value=\"TOKEN\">\
         <button type=\"submit\" formmethod=\"post\" formaction=\"/delete\" name=\"arg\" value=\"7\">\
         </button></form>"
    );
}

#[test]
fn a_button_outside_forms_posts_through_the_hosts_form() {
    assert_eq!(
        one(Tag::Button, &[(Attr::Act, "post:/a"), (Attr::Arg, "1")]),
        "<button type=\"submit\" formmethod=\"post\" formaction=\"/a\" form=\"-post\" name=\"arg\" \
         value=\"1\"></button><form method=\"post\" action=\"/\" hidden id=\"-post\">\
         <input type=\"hidden\" name=\"-token\" value=\"TOKEN\"></form>"
    );
}

#[test]
fn panels_stand_in_their_order_and_post_by_themselves() {
    let at = |path: &str| Node::Panel(path.to_owned());
    let panels = [panel(1, "A\"", "ONE", "<p>"), panel(2, "B", "", "")];
    let page = [open(Tag::Div, &[]), at("/a"), Node::Close, at("/b?c=d")];
    assert_eq!(
        part(&page, 0, &panels).unwrap(),
        "<div><section class=\"panel\" data-panel=\"1\" aria-label=\"A&quot;\" data-token=\"ONE\"><p></section></div>\
         <section class=\"panel\" data-panel=\"2\" aria-label=\"B\" data-token=\"\"></section>"
    );
    let button = [open(Tag::Button, &[(Attr::Act, "post:/a")]), Node::Close];
    for (number, id) in [(0, "\"-post\""), (1, "\"-post-1\""), (8, "\"-post-8\"")] {
        let html = part(&button, number, &[]).unwrap();
        assert_eq!(html.matches(id).count(), 2, "the button's and the form's: {html}");
    }
    let acting = [
        open(Tag::A, &[(Attr::Act, "go:/a")]),
        open(Tag::Form, &[(Attr::Act, "go:/a")]),
        open(Tag::A, &[(Attr::Act, "link:a")]),
        open(Tag::Button, &[(Attr::Act, "go:/a")]),
    ];
    for open in acting {
        let html = part(&[open, Node::Close], 3, &[]).unwrap();
        assert!(html.contains(" data-panel=\"3\""), "{html}");
    }
    let forged = [(Attr::Class, "panel"), (Attr::AriaLabel, "A")];
    assert_eq!(one(Tag::Section, &forged), "<section aria-label=\"A\"></section>");
}

#[test]
fn panels_stand_where_a_browser_leaves_them() {
    let panels = vec![panel(1, "A", "ONE", ""); PANELS_MAX];
    let at = || Node::Panel("/a".to_owned());
    for tag in [Tag::Form, Tag::A, Tag::P, Tag::Table, Tag::Td, Tag::Label, Tag::Strong, Tag::Li] {
        for around in [Tag::Section, Tag::Div] {
            let page = [open(tag, &[]), open(around, &[]), at(), Node::Close, Node::Close];
            let refused = part(&page, 0, &panels).unwrap_err();
            assert!(matches!(refused, PrintError::Nested { inner: "panel", .. }), "{refused}");
        }
    }
    assert!(part(&vec![at(); PANELS_MAX], 0, &panels).is_ok());
    assert_eq!(part(&vec![at(); PANELS_MAX + 1], 0, &panels), Err(PrintError::TooManyPanels));
    assert_eq!(part(&[at()], 1, &[]), Err(PrintError::TooManyPanels), "in a panel");
    for path in ["//evil.test", "a", "/-/link", "https://evil.test"] {
        let page = [Node::Panel(path.to_owned())];
        assert_eq!(part(&page, 0, &panels), Err(PrintError::PanelAddress), "{path}");
    }
}

#[test]
fn text_stays_text_everywhere() {
    let page = [
        open(Tag::Textarea, &[]),
        text("\n</textarea><script>"),
        Node::Close,
        open(Tag::Pre, &[]),
        text("\nx"),
        Node::Close,
    ];
    assert_eq!(
        live(&page).unwrap(),
        "<textarea>\n\n&lt;/textarea&gt;&lt;script&gt;</textarea><pre>\n\nx</pre>"
    );
}

#[test]
fn broken_trees_are_refused() {
    assert_eq!(live(&[Node::Close]), Err(PrintError::Unbalanced));
    assert_eq!(live(&[open(Tag::P, &[])]), Err(PrintError::Unbalanced));
    assert_eq!(live(&[open(Tag::Br, &[]), Node::Close]), Err(PrintError::Unbalanced));
    let nested = |outer, inner| {
        live(&[
            open(outer, &[]),
            open(Tag::Div, &[]),
            open(inner, &[]),
            Node::Close,
            Node::Close,
            Node::Close,
        ])
    };
    assert_eq!(
        nested(Tag::Form, Tag::Form),
        Err(PrintError::Nested { outer: "form", inner: "form" })
    );
    assert_eq!(
        nested(Tag::A, Tag::Button),
        Err(PrintError::Nested { outer: "a", inner: "button" })
    );
    let direct = |outer, inner| live(&[open(outer, &[]), inner, Node::Close]);
    assert!(direct(Tag::Textarea, open(Tag::Br, &[])).is_err());
    assert!(direct(Tag::Option, open(Tag::Br, &[])).is_err());
    assert!(direct(Tag::Select, text("x")).is_err());
    assert!(direct(Tag::Tbody, open(Tag::Form, &[])).is_err());
    assert_eq!(direct(Tag::Select, text(" \n")).unwrap(), "<select></select>");
    let chart = Chart {
        kind: ChartKind::Bar,
        title: String::new(),
        unit: String::new(),
        labels: vec![],
        series: vec![],
    };
    assert!(direct(Tag::Select, Node::Chart(chart)).is_err());
}

#[test]
fn limits_hold() {
    let many = vec![text(""); NODES_MAX];
    assert!(live(&many).is_ok());
    assert_eq!(live(&vec![text(""); NODES_MAX + 1]), Err(PrintError::TooManyNodes));

    let deep = |levels: usize| {
        let mut nodes = vec![open(Tag::Div, &[]); levels];
        nodes.extend(vec![Node::Close; levels]);
        live(&nodes)
    };
    assert!(deep(DEPTH_MAX).is_ok());
    assert_eq!(deep(DEPTH_MAX + 1), Err(PrintError::TooDeep));

    let long = "x".repeat(TEXT_BYTES_MAX);
    assert!(live(&[text(&long)]).is_ok());
    assert_eq!(live(&[text(&long), text("x")]), Err(PrintError::TooMuchText));
    let in_attr = [open(Tag::P, &[(Attr::Title, &long), (Attr::Lang, "x")]), Node::Close];
    assert_eq!(live(&in_attr), Err(PrintError::TooMuchText));
}

#[test]
fn written_acts_are_the_checked_ones() {
    let page = [
        open(Tag::Button, &[(Attr::Act, "post:/a"), (Attr::Arg, "1")]),
        Node::Close,
        open(Tag::A, &[(Attr::Act, "go://evil.test")]),
        Node::Close,
        open(Tag::P, &[(Attr::Act, "go:/a"), (Attr::Arg, "x")]),
        Node::Close,
    ];
    assert_eq!(
        print(&page, Acts::Written).unwrap(),
        "<button data-act=\"post:/a\" data-arg=\"1\"></button><a></a><p></p>"
    );
}
