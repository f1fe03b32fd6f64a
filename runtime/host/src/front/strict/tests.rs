use super::*;
use crate::house::Locale;

fn written(html: &str) -> String {
    print(&nodes(html).unwrap(), Acts::Written).unwrap()
}

fn live(html: &str) -> String {
    print(&nodes(html).unwrap(), Acts::Live { token: "T", locale: Locale::En }).unwrap()
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
