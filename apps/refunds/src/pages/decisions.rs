//! `/decisions`: all that the owner decided, and the way back.

use domicile_sdk::prelude::*;
use reconcile::Decision;
use reconcile::record::DecisionRecord;

use super::part::{self, Place};
use crate::words::Words;

/// Decisions of a page.
const PAGE: usize = 40;

pub fn show(c: &Context) -> Result {
    #[derive(Deserialize)]
    struct Query {
        after: Option<String>,
    }
    let words = Words(c.locale());
    let Query { after } = c.query()?;
    let find = docs::find::<DecisionRecord>().newest("on").limit(PAGE);
    let found = find.after(after.as_deref()).page()?;
    let content = view! {
        h1 { (words.decisions()) }
        @if found.documents.is_empty() { p.empty { (words.no_decisions()) } }
        @else {
            p.muted.small { (words.decisions_hint()) }
            div.card { ul.list { @for doc in &found.documents { (line(c, doc)) } } }
        }
        nav.pager aria-label=(words.decisions()) {
            @if after.is_some() { button go="/decisions" { (words.newest()) } }
            span.spacer {}
            @if let Some(next) = &found.next {
                button go=(path("/decisions").query("after", next)) { (words.older()) }
            }
        }
    };
    Ok(part::page(c, Place::Decisions, words.decisions(), content))
}

fn line(c: &Context, doc: &Doc<DecisionRecord>) -> View {
    let (words, record) = (Words(c.locale()), &doc.value);
    let said = match record.decision {
        Decision::Confirm { .. } => words.decided_together(),
        Decision::Undo { .. } => words.decided_apart(),
        Decision::Split { .. } => words.decided_split(),
        Decision::Dismiss { .. } => words.decided_settled(),
    };
    view! {
        li.item {
            div.spacer {
                p { (said) }
                p.muted.small {
                    (part::or(&record.about, words.nameless_act()))
                    " \u{b7} " (part::date(c, record.on))
                }
            }
            form {
                button.quiet post=(path("/decisions").segment(&doc.id).segment("forget")) {
                    (words.take_back())
                }
            }
        }
    }
}
