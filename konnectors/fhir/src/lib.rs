//! Konnector of health records: all that a FHIR R4 server has about one patient
//! (`Patient/ID/$everything`), page by page, then what changed.
//!
//! In: the server's answers. Out: health records and bills, and in words what was left out. Never
//! here: the token (the home puts it in); a page at another server than the owner's; a request that
//! changes something there.

use domicile_sdk::konnector::{
    Answer, Deposits, Failure, FetchError, Konnector, Progress, Report, field, route,
};
use domicile_sdk::{Viewer, state};
use konnector_shared::failure::{failed, no_state};
use konnector_shared::subscription::Keys;
use konnector_shared::{Intake, Said, count, say};
use url::Url;

domicile_sdk::konnector! { manifest: "manifest.toml", konnector: Fhir }

struct Fhir;

/// Pages of one run: a run has 200 requests.
const PAGES_MAX: usize = 150;
/// Entries that a page is asked for.
const PAGE_ENTRIES: &str = "200";
/// Where the server's own time of the last run is kept.
const SINCE: &str = "since";

impl Konnector for Fhir {
    fn collect(out: &mut Deposits, progress: &Progress) -> Result<Report, Failure> {
        let locale = Viewer::current().locale;
        let address = field("server").unwrap_or_default();
        let base = Url::parse(&address).map_err(|error| Failure::Other(error.to_string()))?;
        let patient = field("patient").unwrap_or_default();
        let keys = Keys::of(&format!("{address} {patient}"));
        let since: Option<String> = state::get(SINCE).map_err(no_state)?;
        let mut intake = Intake::new(out, progress);
        let mut mark = None;
        let mut at = Some(beginning(&base, &patient, since.as_deref()));
        for number in 0..PAGES_MAX {
            let Some(place) = at.take() else { break };
            let answer = ask(&place)?;
            let key = |name: &str| keys.key(&konnector_shared::body::key("fhir", name));
            let page = konnector_fhir_reader::read(&answer.body, key, &mut intake);
            let page = page.map_err(|why| failed(unreadable(&why)))?;
            intake.flush()?;
            progress.report(number as u64 + 1, 0, "");
            if number == 0 {
                mark = page.updated;
            }
            at = page.next.map(|next| further(&base, &next)).transpose()?;
        }
        match at {
            // The next run begins again, for what is left lies behind what was read.
            Some(_) => intake.warnings.add(&say!(
                "more than {PAGES_MAX} pages: the rest was not read",
                "plus de {PAGES_MAX} pages : le reste n'a pas été lu",
            )),
            None => state::set(SINCE, &mark).map_err(no_state)?,
        }
        let taken = count(
            intake.count(),
            ["health record", "health records"],
            ["donnée de santé", "données de santé"],
        );
        Ok(intake.report(taken, locale))
    }
}

/// All about the patient; with a mark, what changed since.
fn beginning(base: &Url, patient: &str, since: Option<&str>) -> Url {
    let mut at = base.clone();
    if let Ok(mut path) = at.path_segments_mut() {
        path.pop_if_empty().extend(["Patient", patient, "$everything"]);
    }
    at.query_pairs_mut().append_pair("_count", PAGE_ENTRIES);
    if let Some(since) = since {
        at.query_pairs_mut().append_pair("_since", since);
    }
    at
}

/// The next page, if it lies at the owner's server: the home would send it nowhere else, but
/// there.
fn further(base: &Url, next: &str) -> Result<Url, Failure> {
    let next = base.join(next).ok().filter(|next| next.origin() == base.origin());
    next.ok_or_else(|| {
        failed(say!(
            "the server continues at another one, which is not asked: nothing can be read of it",
            "la suite se trouve sur un autre serveur, qui n'est pas interrogé : elle ne peut être lue",
        ))
    })
}

fn ask(at: &Url) -> Result<Answer, Failure> {
    let path: Vec<String> = at.path_segments().into_iter().flatten().map(decoded).collect();
    let mut request = route("fhir").slot("rest", path.join("/"));
    for (name, value) in at.query_pairs() {
        request = request.query(&name, value);
    }
    let answer = request.header("accept", "application/fhir+json").send()?;
    match answer.status {
        200..=299 => Ok(answer),
        401 | 403 => Err(Failure::LoginFailed),
        status @ (400 | 404 | 405 | 501) => Err(failed(say!(
            status;
            "the server gives no whole record of this patient (it answers {status}): check its address and \
             your identifier there",
            "le serveur ne donne pas le dossier de ce patient (il répond {status}) : vérifiez son adresse et \
             votre identifiant",
        ))),
        status => Err(FetchError::Status(status).into()),
    }
}

/// A part of a path as text.
fn decoded(part: &str) -> String {
    let pair = format!("x={}", part.replace('+', "%2B"));
    url::form_urlencoded::parse(pair.as_bytes())
        .next()
        .map(|(_, text)| text.into_owned())
        .unwrap_or_default()
}

fn unreadable(why: &Said) -> Said {
    let why = why.clone();
    say!(
        why;
        "the server's answer is not taken: {why}",
        "la réponse du serveur n'est pas reprise : {why}",
    )
}

#[cfg(test)]
mod tests;
