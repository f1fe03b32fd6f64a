//! Konnector of files: a bucket of the owner's, at any service that speaks S3.
//!
//! In: the service's lists (ListObjectsV2), folder by folder. Out: requests for objects, which the
//! home saves past this component. Never here: a request that changes something at the service, the
//! secret key (the home signs the requests).

mod list;

use std::cell::Cell;

use domicile_sdk::konnector::{
    Answer, Deposits, Failure, FetchError, Konnector, Progress, Report, field, route,
};
use konnector_folders::{Entry, Kind, Listed, Source, within};
use konnector_shared::failure::failed;
use konnector_shared::say;

use list::List;

domicile_sdk::konnector! { manifest: "manifest.toml", konnector: S3 }

/// Lists that one run asks for, below the requests that it may make.
const LISTS_MAX: u32 = 180;

struct S3;

impl Konnector for S3 {
    fn collect(_: &mut Deposits, progress: &Progress) -> Result<Report, Failure> {
        konnector_folders::collect(&Bucket::named()?, progress)
    }
}

struct Bucket {
    /// What its owner wants of it: all below this, without slashes at its ends.
    top: String,
    name: String,
    place: String,
    lists: Cell<u32>,
}

impl Bucket {
    fn named() -> Result<Bucket, Failure> {
        let bucket = field("bucket").unwrap_or_default();
        if bucket.contains('/') {
            return Err(failed(say!(
                "connect the account again with the bucket's name alone: its folder has a field of its own",
                "reconnectez le compte avec le seul nom du bucket : le dossier a son propre champ",
            )));
        }
        let top = field("folder").unwrap_or_default();
        let top = top.trim().trim_matches('/');
        let server = field("server").unwrap_or_default();
        let host = server.split_once("://").map_or(server.as_str(), |(_, rest)| rest);
        let host = host.split('/').next().unwrap_or_default();
        let name = format!("{bucket}@{host}");
        let (place, lists) = (within(&name, top), Cell::default());
        Ok(Bucket { top: top.to_owned(), name, place, lists })
    }

    /// The object of a path, or what the objects of a folder begin with.
    fn object(&self, path: &str) -> String {
        if self.top.is_empty() { path.to_owned() } else { within(&self.top, path) }
    }

    /// A part of a folder's list, from where the last one ended.
    fn part(&self, begin: &str, from: Option<&str>) -> Result<List, Failure> {
        let mut request = route("list");
        request = request.query("list-type", 2).query("delimiter", "/").query("prefix", begin);
        if let Some(from) = from {
            request = request.query("continuation-token", from);
        }
        let answer = request.send()?;
        match answer.status {
            200 => List::parse(&answer.text()).map_err(failed),
            404 => Err(failed(say!(
                "there is no such bucket at this address",
                "il n'y a pas de bucket de ce nom à cette adresse"
            ))),
            401 | 403 => Err(refused(&answer)),
            status => Err(FetchError::Status(status).into()),
        }
    }
}

impl Source for Bucket {
    fn name(&self) -> &str {
        &self.name
    }

    fn place(&self) -> &str {
        &self.place
    }

    fn list(&self, folder: &str) -> Result<Listed, Failure> {
        let begin = match self.object(folder).trim_end_matches('/') {
            "" => String::new(),
            some => format!("{some}/"),
        };
        let (mut entries, mut from) = (Vec::new(), None);
        loop {
            if self.lists.replace(self.lists.get() + 1) >= LISTS_MAX {
                return Ok(Listed::Later);
            }
            let part = self.part(&begin, from.as_deref())?;
            let named = |whole: &str| {
                let name = whole.strip_prefix(&begin)?.trim_end_matches('/');
                (!name.is_empty()).then(|| name.to_owned())
            };
            // An object with a slash at its end stands for its folder.
            let objects = part.objects.iter().filter(|one| !one.key.ends_with('/'));
            entries.extend(objects.filter_map(|one| {
                let kind = Kind::File { size: one.size, mime: None };
                Some(Entry { name: named(&one.key)?, mark: one.tag.clone(), kind })
            }));
            entries.extend(part.folders.iter().filter_map(|one| {
                let kind = Kind::Folder { deep: false };
                Some(Entry { name: named(one)?, mark: String::new(), kind })
            }));
            from = part.next;
            if from.is_none() {
                return Ok(Listed::Entries(entries));
            }
        }
    }

    fn bring(&self, path: &str, to: &str, key: &str, mime: &str) -> Result<u16, FetchError> {
        Ok(route("file").slot("rest", self.object(path)).download(to, key, mime)?.status)
    }
}

/// A service that does not take the key, or does not let it see the bucket.
fn refused(answer: &Answer) -> Failure {
    let text = answer.text();
    if ["SignatureDoesNotMatch", "InvalidAccessKeyId"].iter().any(|code| text.contains(code)) {
        return Failure::LoginFailed;
    }
    Failure::UserActionNeeded(domicile_sdk::konnector::Action::PermissionsChanged)
}
