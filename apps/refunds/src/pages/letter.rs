//! `/alerts/{id}/letter`: the letter that claims what is missing, to be copied, printed or taken
//! along.

use domicile_sdk::page::Media;
use domicile_sdk::prelude::*;
use reconcile::Day;

use super::part::{self, Place};
use crate::words::Words;

pub fn show(c: &Context) -> Result {
    let words = Words(c.locale());
    let letter = written(c)?;
    let to = path("/alerts").segment(c.param("id")?);
    let content = view! {
        h1 { (words.letter()) }
        p.muted { (words.letter_hint()) }
        article.card {
            @for paragraph in letter.split("\n\n") {
                p {
                    @for (at, line) in paragraph.lines().enumerate() {
                        @if at > 0 { br; }
                        (line)
                    }
                }
            }
        }
        div.row {
            button.primary go=(to.clone().segment("letter.txt")) { (words.take_letter()) }
            button.quiet go=(to) { (words.back_to_alert()) }
        }
    };
    Ok(part::page(c, Place::Missing, words.letter(), content))
}

pub fn download(c: &Context) -> Result {
    let letter = written(c)?;
    Ok(Response::download(Words(c.locale()).letter_file(), Media::Text, letter.into_bytes()))
}

fn written(c: &Context) -> Result<String> {
    let alert = part::alert(c)?.value.alert;
    let books = part::books(alert.bills.iter(), alert.operations.iter())?;
    Ok(reconcile::letter(&alert, &books, Day::from(c.viewer.today), c.locale()))
}
