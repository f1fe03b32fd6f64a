//! Bring data in: a dropped file, read by the importer that knows it.

use std::fmt::Write;

use axum::body::Body;
use axum::http::Response;

use super::Visit;
use crate::front::ask::Fields;
use crate::front::html::{self, Tab};
use crate::runs::import::import as run_import;

pub fn form(visit: &Visit<'_>, note: &str) -> Response<Body> {
    let words = visit.words;
    let (hint, file) = (words.import_hint, words.file);
    let go = html::button("primary", words.import_go);
    let inside = format!(
        "<p>{hint}</p><label class=\"field\">{file}<input type=\"file\" name=\"file\" multiple \
         required></label>{go}"
    );
    let body = format!("{note}{}", html::file_form("/import", &inside));
    visit.page(Tab::Import, words.import, &body)
}

pub async fn import(visit: &Visit<'_>, body: Fields) -> Response<Body> {
    let words = visit.words;
    let mut note = String::new();
    for file in body.files {
        let name = html::text(&file.filename);
        match run_import(visit.house, &visit.home, &file.filename, file.content, None).await {
            Ok(done) => {
                let importer = html::text(done.name.in_locale(visit.locale));
                let (summary, changed) = (html::text(&done.summary), done.changed);
                let _ = write!(
                    note,
                    "<div class=\"ok\" role=\"status\"><p><strong>{}: {name}</strong> \
                     ({importer})</p><p>{summary} - {changed} {}</p><ul>",
                    words.imported, words.new_or_changed
                );
                for warning in &done.warnings {
                    let _ = write!(note, "<li>{}</li>", html::text(warning));
                }
                note.push_str("</ul></div>");
            }
            Err(error) => {
                note.push_str(&html::message("error", &format!("{}: {error}", words.not_imported)));
            }
        }
    }
    form(visit, &note)
}
