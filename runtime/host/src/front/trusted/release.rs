//! The owner's yes, as the policy asks for it (R20): what a page showed, who chose it, and that it
//! counts once.
//!
//! In flow what a page is about to show, and later the yes to it; out flows the label that the
//! owner saw, or a refusal. Never here: a yes of another session or to another page, one that was
//! used already, or a choice that the address of somebody else's page made.

use axum::http::StatusCode;
use domicile_policy::{Actor, Chosen, Influence, Label, Reason, Release};
use jiff::SignedDuration;

use super::super::problem::Failure;
use super::super::request::{all_say, header};
use super::Owner;

/// How long a page waits for the owner's yes.
const LIFETIME: SignedDuration = SignedDuration::from_mins(30);

/// What one page showed to one session.
#[derive(Clone, Debug)]
pub struct Shown {
    session: String,
    /// What would be done, and to what.
    act: String,
    label: Label,
    /// Who chose it.
    chosen: Influence,
}

impl Owner {
    /// Who could have chosen what the address of this request names: the owner, where a page of the
    /// home's own led here. A link from anywhere else may be anybody's, an app's among them.
    pub(super) fn led_by(&self) -> Influence {
        let headers = &self.ask.headers;
        let home = format!("{}/", self.ask.front.origins().home(&self.ask.name));
        let own = match headers.contains_key("sec-fetch-site") {
            true => all_say(headers, "sec-fetch-site", "same-origin"),
            false => header(headers, "referer").is_some_and(|from| from.starts_with(&home)),
        };
        Influence::of([if own { Actor::Owner } else { Actor::Anyone }])
    }

    /// Whether what the address names may be shown as the owner's choice.
    pub(super) fn chose(&self) -> bool {
        may_leave(&Label::nothing(), &Label::nothing(), self.led_by()).is_ok()
    }

    /// The page shows this and asks: the secret of its form.
    pub(super) fn ask_for_yes(
        &self,
        act: &str,
        label: &Label,
        chosen: Influence,
    ) -> Result<String, Failure> {
        let (session, act) = (self.session.id.clone(), act.to_owned());
        let shown = Shown { session, act, label: label.clone(), chosen };
        let issued = self.ask.front.inner.shown.issue(self.ask.now, LIFETIME, shown);
        issued.map_err(|error| Failure::unavailable(&error))
    }

    /// The owner says yes to `act`, which is about `label` by now: what the page showed of that.
    pub(super) fn said_yes(&self, yes: &str, act: &str, label: &Label) -> Result<Label, Failure> {
        let t = self.t();
        let refused = |code, why: &str| {
            let status = StatusCode::CONFLICT;
            Failure::new(status, code, t.yes_void, why, t.yes_void_remedy)
        };
        let shown = self.ask.front.inner.shown.take(self.ask.now, yes);
        let shown = shown.filter(|shown| shown.session == self.session.id && shown.act == act);
        let shown = shown.ok_or_else(|| refused("not-shown", t.yes_void_detail))?;
        match may_leave(label, &shown.label, shown.chosen) {
            Ok(()) => Ok(shown.label),
            Err(reason) => Err(refused(reason.code(), &reason.words(self.ask.locale).why)),
        }
    }
}

/// Whether what the owner picked may leave now, to where the owner says.
fn may_leave(label: &Label, shown: &Label, chosen: Influence) -> Result<(), Reason> {
    let owner = Influence::of([Actor::Owner]);
    let content = Chosen::Picked(chosen);
    Release { label, shown, content, destination: &owner, moment: &owner }.check()
}
