//! Konnector of files: the folders of one account at a WebDAV server of the owner's choice,
//! Nextcloud and its relatives among them.
//!
//! In: the server's lists of folders. Out: requests for files, which the home saves past this
//! component. Never here: a request that changes something at the server, the owner's password (the
//! home puts it in), a list of all folders at once (many servers refuse it).

use domicile_sdk::konnector::{
    Deposits, Failure, FetchError, Konnector, Progress, Report, field, route,
};
use konnector_dav::{Response, ask, decoded, path_of, rest};
use konnector_folders::{Entry, Kind, Listed, Source, within};
use konnector_shared::failure::failed;
use konnector_shared::say;

domicile_sdk::konnector! { manifest: "manifest.toml", konnector: WebDav }

struct WebDav;

impl Konnector for WebDav {
    fn collect(_: &mut Deposits, progress: &Progress) -> Result<Report, Failure> {
        konnector_folders::collect(&Account::find()?, progress)
    }
}

/// `fileid` is a property of Nextcloud and its relatives, whose folders change with what is in
/// them.
const ASKED: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?><D:propfind xmlns:D=\"DAV:\" \
    xmlns:O=\"http://owncloud.org/ns\"><D:prop><D:resourcetype/><D:getetag/><D:getcontentlength/>\
    <D:getcontenttype/><D:getlastmodified/><O:fileid/></D:prop></D:propfind>";

/// Where the account's files are.
struct Account {
    /// The path of the top, as the server writes it, with a slash at its end.
    top: String,
    name: String,
    place: String,
}

impl Account {
    /// The address that the owner typed, or what Nextcloud has there for its user.
    fn find() -> Result<Account, Failure> {
        let address = field("server").unwrap_or_default();
        let user = field("user").unwrap_or_default();
        let typed = folder(&path_of(&address));
        let nextcloud = format!("{typed}remote.php/dav/files/{}/", encoded(&user));
        for path in [typed, nextcloud] {
            let found = ask("propfind", &path, "0", ASKED)?;
            let top = found.iter().flat_map(|found| &found.responses).find(|one| is_folder(one));
            if let Some(top) = top {
                let host = address.split_once("://").map_or(address.as_str(), |(_, rest)| rest);
                let host = host.split('/').next().unwrap_or_default();
                let (top, name) = (folder(&path_of(&top.href)), format!("{user}@{host}"));
                let place = within(&name, rest(&top).trim_end_matches('/'));
                return Ok(Account { top, name, place });
            }
        }
        Err(failed(say!(
            address;
            "there are no files at {address}: connect the account again with the WebDAV address that the \
             server's own help names",
            "il n'y a pas de fichiers à {address} : reconnectez le compte avec l'adresse WebDAV qu'indique \
             l'aide du serveur",
        )))
    }

    fn path(&self, below: &str) -> String {
        format!("{}{}", self.top, encoded(below))
    }
}

impl Source for Account {
    fn name(&self) -> &str {
        &self.name
    }

    fn place(&self) -> &str {
        &self.place
    }

    fn list(&self, below: &str) -> Result<Listed, Failure> {
        let path = folder(&self.path(below));
        let Some(found) = ask("propfind", &path, "1", ASKED)? else { return Ok(Listed::Kept) };
        let path = decoded(&path);
        let entries = found.responses.iter().filter_map(|one| entry(&path, one));
        Ok(Listed::Entries(entries.collect()))
    }

    fn bring(&self, path: &str, to: &str, key: &str, mime: &str) -> Result<u16, FetchError> {
        Ok(route("file").slot("rest", rest(&self.path(path))).download(to, key, mime)?.status)
    }
}

/// What a server says of something that lies in the folder of this path, and not below.
fn entry(folder: &str, told: &Response) -> Option<Entry> {
    let path = decoded(&path_of(&told.href));
    let name = path.strip_prefix(folder)?.trim_end_matches('/').to_owned();
    if name.is_empty() || name.contains('/') || told.status.is_some_and(|status| status >= 300) {
        return None;
    }
    let size = told.text("getcontentlength");
    let changed =
        || Some(format!("{} {}", told.text("getlastmodified")?, size.unwrap_or_default()));
    let mark = told.text("getetag").map(str::to_owned).or_else(changed).unwrap_or_default();
    let kind = match is_folder(told) {
        true => Kind::Folder { deep: told.text("fileid").is_some() },
        false => Kind::File {
            size: size.and_then(|size| size.parse().ok()),
            mime: told.text("getcontenttype").map(str::to_owned),
        },
    };
    Some(Entry { name, mark, kind })
}

fn is_folder(told: &Response) -> bool {
    told.is("collection")
}

/// A path with a slash at its end.
fn folder(path: &str) -> String {
    format!("{}/", path.trim_end_matches('/'))
}

/// What reads as this text where percent-encoding is taken back.
fn encoded(text: &str) -> String {
    text.replace('%', "%25").replace('?', "%3F").replace('#', "%23")
}

#[cfg(test)]
mod tests {
    use domicile_sdk::testing::Home;

    use super::*;

    const LISTED: &str = r#"<d:multistatus xmlns:d="DAV:" xmlns:oc="http://owncloud.org/ns">
        <d:response><d:href>/remote.php/dav/files/ada/a%20b/</d:href><d:propstat><d:prop>
          <d:resourcetype><d:collection/></d:resourcetype><d:getetag>"1"</d:getetag>
          <oc:fileid>7</oc:fileid></d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat>
        </d:response>
        <d:response><d:href>/remote.php/dav/files/ada/a%20b/100%25.txt</d:href><d:propstat><d:prop>
          <d:resourcetype/><d:getetag>"2"</d:getetag><d:getcontentlength>5</d:getcontentlength>
          <d:getcontenttype>text/plain</d:getcontenttype></d:prop>
          <d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>
        <d:response><d:href>/elsewhere/x</d:href></d:response>
        <d:response><d:href>/remote.php/dav/files/ada/a%20b/sub/deep</d:href></d:response>
        </d:multistatus>"#;

    #[test]
    fn nextcloud_is_found_by_its_users_name_and_its_names_are_names() {
        let home = Home::new();
        home.field("server", "https://cloud.example.org");
        home.field("user", "ada");
        home.provider(|request| {
            let (_, path) = &request.slots[0];
            match path.starts_with("remote.php/dav/files/ada/") {
                true => (207, Vec::new(), LISTED.replace("a%20b/", "")),
                false => (405, Vec::new(), String::new()),
            }
        });
        let account = Account::find().unwrap_or_else(|_| panic!("it is there"));
        assert_eq!(account.top, "/remote.php/dav/files/ada/");
        assert_eq!(account.name, "ada@cloud.example.org");
        assert_eq!(account.place, "ada@cloud.example.org/remote.php/dav/files/ada");
        let Ok(Listed::Entries(listed)) = account.list("") else { panic!("it lists") };
        let mime = Some("text/plain".to_owned());
        let kind = Kind::File { size: Some(5), mime };
        let file = Entry { name: "100%.txt".to_owned(), mark: "\"2\"".to_owned(), kind };
        assert_eq!(
            listed,
            [file],
            "itself, strangers and what lies deeper are none of its entries"
        );
    }

    #[test]
    fn what_is_no_webdav_is_told() {
        let home = Home::new();
        home.field("server", "https://www.example.org");
        home.field("user", "ada");
        home.provider(|_| (404, Vec::new(), String::new()));
        let Err(Failure::Other(why)) = Account::find() else { panic!("it is none") };
        assert!(why.contains("no files at https://www.example.org"), "{why}");
    }
}
