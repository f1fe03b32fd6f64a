//! Konnector of articles: a feed that a site publishes at an address.
//!
//! In: what lies at the address, if it is other than the last time. Out: articles, and in words
//! what was left out. Never here: the address, which may be good for one reader alone (the home
//! puts it in); what an article refers to, which is never asked for.

use domicile_sdk::Viewer;
use domicile_sdk::konnector::{Deposits, Failure, Konnector, Progress, Report, field};
use konnector_shared::failure::failed;
use konnector_shared::{Intake, Said, count, say, subscription};

domicile_sdk::konnector! { manifest: "manifest.toml", konnector: Feed }

struct Feed;

/// What servers are asked for.
const ACCEPT: &str = "application/rss+xml, application/atom+xml, application/feed+json, \
                      application/xml;q=0.9, application/json;q=0.8, */*;q=0.5";

impl Konnector for Feed {
    fn collect(out: &mut Deposits, progress: &Progress) -> Result<Report, Failure> {
        let locale = Viewer::current().locale;
        let mut intake = Intake::new(out, progress);
        if let Some(fetched) = subscription::fetch("feed", ACCEPT)? {
            let name = field("name").unwrap_or_default();
            take(&fetched.bytes, &name, &mut intake).map_err(failed)?;
            intake.flush()?;
            fetched.keep()?;
        }
        let taken = count(intake.count(), ["article", "articles"], ["article", "articles"]);
        Ok(intake.report(taken, locale))
    }
}

fn take(bytes: &[u8], name: &str, intake: &mut Intake<'_>) -> Result<(), Said> {
    let feed = konnector_articles::read(bytes, name).map_err(|why| {
        say!(
            why;
            "what lies at the address is not taken: {why}",
            "ce qui se trouve à l'adresse n'est pas repris : {why}",
        )
    })?;
    let keys = subscription::Keys::of(name);
    for (number, found) in (1..).zip(&feed.articles) {
        intake.cut += found.cut;
        intake.put(number, &keys.key(&found.key), &found.article)?;
    }
    feed.remarks.iter().for_each(|said| intake.warnings.add(said));
    Ok(())
}

#[cfg(test)]
mod tests;
