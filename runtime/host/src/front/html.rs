//! The frame around the host's own pages, and the few pieces that they are made of.

use super::print::escape;
use super::words::Words;
use crate::house::Locale;

/// Text, escaped.
pub fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    escape(&mut out, text);
    out
}

/// Which entry of the navigation a page belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// None: the owner is not signed in.
    Out,
    /// The launcher.
    Home,
    /// Apps.
    Apps,
    /// The audit trail.
    Audit,
    /// Settings.
    Settings,
    /// Bring data in.
    Import,
}

/// A whole document of the host's own.
pub fn document(locale: Locale, words: &Words, tab: Tab, title: &str, body: &str) -> String {
    let bar = bar(words, tab);
    let title = text(title);
    let lang = locale.tag();
    format!(
        "<!doctype html><html lang=\"{lang}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{title} - Domicile</title><link rel=\"stylesheet\" href=\"/-/shell.css\">\
         </head><body class=\"trusted\">{bar}<main class=\"page\"><h1>{title}</h1>{body}</main>\
         </body></html>"
    )
}

/// The document of an app's page: the app's own nodes in a frame that it can't leave.
pub fn app_document(locale: Locale, title: &str, body: &str) -> String {
    let title = text(title);
    let lang = locale.tag();
    format!(
        "<!doctype html><html lang=\"{lang}\" translate=\"no\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{title}</title><link rel=\"stylesheet\" href=\"/-/shell.css\"></head>\
         <body class=\"app\" spellcheck=\"false\"><main class=\"page\">{body}</main></body></html>"
    )
}

/// The shell's page around an app: the bar is this document's, the app is in the frame.
pub fn shell_document(locale: Locale, words: &Words, title: &str, frame: &str) -> String {
    let bar = bar(words, Tab::Home);
    let title = text(title);
    let frame = text(frame);
    let lang = locale.tag();
    format!(
        "<!doctype html><html lang=\"{lang}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{title} - Domicile</title><link rel=\"stylesheet\" href=\"/-/shell.css\">\
         </head><body class=\"shell\">{bar}<iframe class=\"frame\" name=\"app\" title=\"{title}\" \
         src=\"{frame}\" sandbox=\"allow-forms allow-same-origin allow-downloads\"></iframe></body></html>"
    )
}

fn bar(words: &Words, tab: Tab) -> String {
    if tab == Tab::Out {
        return "<header class=\"bar\"><strong>Domicile</strong></header>".to_owned();
    }
    let entries = [
        (Tab::Home, "/", words.home),
        (Tab::Import, "/import", words.import),
        (Tab::Apps, "/apps", words.apps),
        (Tab::Audit, "/audit", words.audit),
        (Tab::Settings, "/settings", words.settings),
    ];
    let links: String = entries
        .iter()
        .map(|(of, path, name)| {
            let current = if *of == tab { " aria-current=\"page\"" } else { "" };
            format!("<a href=\"{path}\"{current}>{name}</a>")
        })
        .collect();
    let main = words.main;
    format!(
        "<header class=\"bar\"><strong>Domicile</strong><nav aria-label=\"{main}\">{links}</nav>\
         </header>"
    )
}

/// A message box: `ok`, `warn`, `error` or `info`.
pub fn message(class: &str, message: &str) -> String {
    format!("<p class=\"{class}\" role=\"status\">{}</p>", text(message))
}

/// A form that posts to a path of the host's own.
pub fn form(path: &str, inside: &str) -> String {
    format!("<form class=\"stack\" method=\"post\" action=\"{path}\">{inside}</form>")
}

/// A form that sends files.
pub fn file_form(path: &str, inside: &str) -> String {
    format!(
        "<form class=\"stack drop\" method=\"post\" action=\"{path}\" \
         enctype=\"multipart/form-data\">{inside}</form>"
    )
}

/// A button that sends its form.
pub fn button(class: &str, label: &str) -> String {
    format!("<button class=\"{class}\">{}</button>", text(label))
}
