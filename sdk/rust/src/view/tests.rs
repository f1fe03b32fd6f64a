use super::*;
use crate::view;

fn printed(view: &View) -> String {
    crate::testing::html(view)
}

#[test]
fn markup_becomes_a_tree_in_preorder() {
    let name = String::from("<b>");
    let page = view! {
        section.card.wide {
            h2 { "Hello " (name) }
            input type="search" name="q" value=(&name);
            br;
        }
    };
    assert_eq!(
        printed(&page),
        "<section class=\"card wide\"><h2>Hello &lt;b&gt;</h2>\
         <input type=\"search\" name=\"q\" value=\"&lt;b&gt;\"><br></section>"
    );
}

#[test]
fn control_flow_is_rusts() {
    let numbers = [1u32, 2, 3];
    let nothing: Option<&str> = None;
    let page = view! {
        @for n in numbers.iter().filter(|n| **n > 1) {
            @let double = n * 2;
            @if double == 4 { em { (double) } }
            @else if double == 6 { strong { (double) } }
            @else { "?" }
        }
        @match nothing { Some(text) => { (text) } None => "none", }
        p lang=[nothing] title=[Some("t")] {}
    };
    assert_eq!(printed(&page), "<em>4</em><strong>6</strong>none<p title=\"t\"></p>");
}

#[test]
fn classes_toggles_and_actions() {
    let tone = "warn";
    let page = view! {
        span.amount.positive[true].negative[false].(tone) { "5" }
        button.primary post="/save" disabled[true] checked[false] aria-label="Save" { "S" }
        a go=(path("/x").segment("a/b").query("q", "c&d").query_option("z", Some(""))) { "x" }
    };
    assert_eq!(
        printed(&page),
        "<span class=\"amount positive warn\">5</span>\
         <button class=\"primary\" act=\"post:/save\" disabled=\"\" aria-label=\"Save\">S</button>\
         <a act=\"go:/x/a%2Fb?q=c%26d\">x</a>"
    );
}

#[test]
fn a_panel_is_a_path() {
    let page = view! { div { panel "/a"; panel (path("/b").query("c", "d")); } };
    let html = "<div><panel path=\"/a\"></panel><panel path=\"/b?c=d\"></panel></div>";
    assert_eq!(printed(&page), html);
}

#[test]
fn parts_are_moved_or_copied_into_pages() {
    struct Mine;
    impl Render for Mine {
        fn render(&self, view: &mut View) {
            view.append(i_am());
        }
    }
    fn i_am() -> View {
        view! { em { "mine" } }
    }
    let part = view! { p { "part" } };
    let page = view! { (&part) (part) (Mine) (Some(i_am())) };
    assert_eq!(printed(&page), "<p>part</p><p>part</p><em>mine</em><em>mine</em>");
}

#[test]
fn a_chart_has_a_value_for_each_label() {
    let chart = Chart::bar("t").labels(["a", "b"]).series("s", [1.0, f64::NAN]).series("u", []);
    let view = view! { (chart) };
    let [Node::Chart(node)] = view.nodes() else { panic!("one chart") };
    assert_eq!(node.series[0].values, [1.0, 0.0]);
    assert_eq!(node.series[1].values, [0.0, 0.0]);
}
