//! Cleans pages for browsers that then look at them (`tests/e2e/mutations.test.mjs`).
//!
//! In: a line for each case, `{"html": TEXT}` or `{"tree": PIECES}`. Out: a line for each, with
//! `written` and `live`, or with the reason why it is `refused`. Never here: a line without an
//! answer.

use std::io::{BufRead, Write, stdin, stdout};

use domicile_hostile::page::{clean, draw};
use serde_json::{Value, json};

fn main() -> std::io::Result<()> {
    let mut out = stdout().lock();
    for line in stdin().lock().lines() {
        let case: Value = serde_json::from_str(&line?)?;
        let answer = match (case["html"].as_str(), case["tree"].as_array()) {
            (Some(html), _) => match clean(html) {
                Ok(page) => json!({ "written": page.written, "live": page.live }),
                Err(error) => json!({ "refused": error.to_string() }),
            },
            (None, Some(pieces)) => match draw(pieces) {
                Ok(live) => json!({ "live": live }),
                Err(error) => json!({ "refused": error.to_string() }),
            },
            (None, None) => json!({ "refused": "neither `html` nor `tree`" }),
        };
        writeln!(out, "{answer}")?;
    }
    Ok(())
}
