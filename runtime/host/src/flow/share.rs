//! Documents that the owner shares by a link.
//!
//! In flow the owner's yes to what a trusted page showed; out flow the documents of one doctype
//! whose labels the owner agreed to, whoever opens the link. What appears later and is about
//! something else waits until the owner says yes to that as well (R19). Never here: a label set
//! that widens by itself.

use domicile_policy::{Doctype, Label, ReadScope, ShareScope};
use domicile_store::{Page, Query};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::audit::Event;
use super::link::{self, Link, Opens};
use crate::house::{Home, HomeError};

/// What a link shows.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Share {
    /// Documents of this kind.
    pub doctype: Doctype,
    /// The labels that the owner agreed to.
    pub scope: ShareScope,
}

impl Opens for Share {
    const SPACE: &'static str = "share";

    fn whose(&self) -> &str {
        ""
    }

    fn made(&self, until: Timestamp) -> Event {
        let (doctype, label) = (self.doctype.clone(), self.scope.confirmed().clone());
        Event::Shared { doctype, label, until }
    }

    fn opened(&self) -> Event {
        let (doctype, label) = (self.doctype.clone(), self.scope.confirmed().clone());
        Event::ShareOpened { doctype, label }
    }

    fn ended(&self) -> Event {
        Event::ShareEnded { doctype: self.doctype.clone() }
    }
}

/// What lies there and is about more than the owner agreed to.
pub struct Waiting {
    /// How many documents and changes.
    pub count: u64,
    /// What the link would be about with them.
    pub label: Label,
}

/// What documents of this kind are about, all together, and how many there are.
pub fn holdings(home: &Home, doctype: &Doctype) -> Result<(Label, u64), HomeError> {
    let held = home.store().holds(doctype)?;
    let all = held.iter().fold(Label::nothing(), |all, (label, _)| all.join(label));
    Ok((all, held.iter().map(|(_, count)| count).sum()))
}

/// The one that a link opens, noted in the trail.
pub async fn open(
    home: &Home,
    now: Timestamp,
    secret: &str,
) -> Result<Option<Link<Share>>, HomeError> {
    let Some(mut share) = link::of_secret(home, now, secret)? else { return Ok(None) };
    link::note_opened(home, now, &mut share).await?;
    Ok(Some(share))
}

/// A page of what a set of labels shows.
pub fn page(
    home: &Home,
    doctype: &Doctype,
    shown: &Label,
    cursor: Option<String>,
    limit: usize,
) -> Result<Page, HomeError> {
    let (doctype, admitted) = (doctype.clone(), shown.clone());
    let read = ReadScope { doctype, admitted, fields: None, rows: None };
    let query = Query { cursor, limit, ..Query::new("{}") };
    Ok(home.store().find(&read, &query)?)
}

/// What is not shared yet.
pub fn waiting(home: &Home, share: &Share) -> Result<Waiting, HomeError> {
    let held = home.store().holds(&share.doctype)?;
    let hidden = held.iter().filter(|(label, _)| !share.scope.shows(label));
    let seed = (share.scope.confirmed().clone(), 0);
    let (label, count) =
        hidden.fold(seed, |(all, sum), (label, count)| (all.join(label), sum + count));
    Ok(Waiting { count, label })
}
