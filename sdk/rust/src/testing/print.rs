//! A view as text. The host's printer is another one: this is for assertions alone.

use crate::page::{Content, Response};
use crate::view::{Attr, Node, Tag, View};

/// The page as HTML-like markup; what `act` and `arg` hold is shown as it is.
pub fn html(view: &View) -> String {
    let mut out = String::new();
    let mut open = Vec::new();
    for node in view.nodes() {
        match node {
            Node::Open(element) => {
                let tag = name(&format!("{:?}", element.tag));
                out.push_str(&format!("<{tag}"));
                for (attr, value) in &element.attrs {
                    out.push_str(&format!(" {}=\"{}\"", attr_name(*attr), escaped(value)));
                }
                out.push('>');
                if !matches!(element.tag, Tag::Br | Tag::Hr | Tag::Input) {
                    open.push(tag);
                }
            }
            Node::Text(text) => out.push_str(&escaped(text)),
            Node::Close => {
                let tag = open.pop().unwrap_or_else(|| panic!("nothing is open: {out}"));
                out.push_str(&format!("</{tag}>"));
            }
            Node::Panel(path) => {
                out.push_str(&format!("<panel path=\"{}\"></panel>", escaped(path)))
            }
            Node::Chart(chart) => {
                out.push_str(&format!("<chart title=\"{}\">", escaped(&chart.title)));
                for series in &chart.series {
                    for (label, value) in chart.labels.iter().zip(&series.values) {
                        let (name, label) = (escaped(&series.name), escaped(label));
                        out.push_str(&format!("{name}: {label} {value}; "));
                    }
                }
                out.push_str("</chart>");
            }
        }
    }
    assert!(open.is_empty(), "not closed: {open:?}");
    out
}

/// Everything that a reader of the answer sees: texts of a page, or the download, a line for each.
pub fn text(response: &Response) -> String {
    match &response.content {
        Content::Page(view) => {
            let texts = view.nodes().iter().filter_map(|node| match node {
                Node::Text(text) => Some(text.clone()),
                Node::Chart(chart) => Some(chart.title.clone()),
                _ => None,
            });
            texts.collect::<Vec<_>>().join("\n")
        }
        Content::Html(html) => html.clone(),
        Content::Download(download) => String::from_utf8_lossy(&download.content).into_owned(),
        Content::See(path) => format!("see {path}"),
        Content::NotFound => "not found".to_owned(),
    }
}

fn attr_name(attr: Attr) -> String {
    name(&format!("{attr:?}")).replacen("aria", "aria-", 1)
}

/// `Attr::AriaLabel` is `arialabel`.
fn name(debug: &str) -> String {
    debug.rsplit("::").next().unwrap_or_default().to_lowercase()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
