//! A repository at a server of the owner's choice. In: what the owner typed, what the server
//! answers. Out: what is in its folders, and its files into the home. Never here: a pack that is
//! asked for where all that the tip holds is here.

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;

use domicile_sdk::docs::DocsError;
use domicile_sdk::files;
use domicile_sdk::konnector::{Action, Answer, Failure, FetchError, field, route};
use konnector_folders::{Entry, Kind, Listed, Source};
use konnector_shared::failure::failed;
use konnector_shared::text::path_part;
use konnector_shared::{Said, count, say};

use crate::object::{self, Id, Item, Mode, items, tree_of};
use crate::pack::{OBJECT_BYTES_MAX, Pack};
use crate::talk::{self, Offer};
use crate::trouble::Trouble;

/// Files and bytes that one run brings, below what the home takes of one.
const FILES_MAX: usize = 900;
const BYTES_MAX: u64 = 512 << 20;
/// Redirects that are followed on the same server.
const REDIRECTS_MAX: usize = 3;
/// Characters of a part of a folder's name.
const NAME_CHARS_MAX: usize = 80;
const REFS: &str = "/info/refs";

pub struct Repository {
    /// Without slashes at its ends.
    path: String,
    is_signed_in: bool,
    name: String,
    place: String,
    offer: Offer,
    tip: Id,
    mark: String,
    /// What the tip holds, once it is asked for.
    held: OnceCell<RefCell<Held>>,
    files: Cell<usize>,
    bytes: Cell<u64>,
    left_out: Cell<LeftOut>,
}

struct Held {
    pack: Pack,
    /// The tree of the tip.
    top: Id,
}

/// How many are not taken.
#[derive(Clone, Copy, Default)]
struct LeftOut {
    links: usize,
    modules: usize,
    names: usize,
    long: usize,
}

impl Repository {
    /// The repository that the owner named; `None` if nothing is in it.
    pub fn find() -> Result<Option<Repository>, Failure> {
        let address = field("server").unwrap_or_default();
        let typed = address.split_once("://").map_or(address.as_str(), |(_, rest)| rest);
        let place = typed.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
        let Some((_, path)) = place.split_once('/') else {
            return Err(failed(Trouble::NoGit.said()));
        };
        let branch = field("branch").unwrap_or_default().trim().to_owned();
        let is_signed_in = field("user").is_some_and(|user| !user.is_empty());
        let (path, answer) = refs(path.trim_start_matches('/').to_owned(), is_signed_in)?;
        let offer = Offer::read(&answer.body, &branch).map_err(|why| failed(why.said()))?;
        if offer.is_empty {
            return Ok(None);
        }
        let tip = offer.tip.ok_or_else(|| no_branch(&branch))?;
        let last = place.rsplit('/').next().unwrap_or_default();
        let name = path_part(last.strip_suffix(".git").unwrap_or(last), NAME_CHARS_MAX);
        let (name, place) = match branch.as_str() {
            "" => (name, place.to_owned()),
            some => {
                (format!("{name}@{}", path_part(some, NAME_CHARS_MAX)), format!("{place} {some}"))
            }
        };
        let (mark, held) = (tip.to_string(), OnceCell::new());
        let (files, bytes, left_out) = Default::default();
        Ok(Some(Repository {
            path,
            is_signed_in,
            name,
            place,
            offer,
            tip,
            mark,
            held,
            files,
            bytes,
            left_out,
        }))
    }

    /// What the owner is told of what is not taken.
    pub fn left_out(&self) -> Vec<Said> {
        let LeftOut { links, modules, names, long } = self.left_out.get();
        let most = OBJECT_BYTES_MAX >> 20;
        let links_said = count(
            links,
            ["symbolic link", "symbolic links"],
            ["lien symbolique", "liens symboliques"],
        );
        let modules_said =
            count(modules, ["submodule", "submodules"], ["sous-module", "sous-modules"]);
        let names_said = count(names, ["name", "names"], ["nom", "noms"]);
        let files = count(long, ["file", "files"], ["fichier", "fichiers"]);
        let all = [
            (links, say!(links_said; "not followed: {links_said}", "non suivi : {links_said}")),
            (
                modules,
                say!(
                    modules_said;
                    "a repository of its own, to be connected by itself: {modules_said}",
                    "un dépôt à part, à connecter lui-même : {modules_said}",
                ),
            ),
            (
                names,
                say!(
                    names_said;
                    "not to be had in a folder here, left out: {names_said}",
                    "impossible dans un dossier d'ici, non repris : {names_said}",
                ),
            ),
            (
                long,
                say!(
                    files, most;
                    "longer than {most} MiB, left out: {files}",
                    "plus de {most} Mio, non repris : {files}",
                ),
            ),
        ];
        all.into_iter().filter(|(number, _)| *number > 0).map(|(_, said)| said).collect()
    }

    /// What the tip holds, asked for once.
    fn held(&self) -> Result<&RefCell<Held>, Failure> {
        if let Some(held) = self.held.get() {
            return Ok(held);
        }
        let held = self.fetched()?;
        Ok(self.held.get_or_init(|| RefCell::new(held)))
    }

    fn fetched(&self) -> Result<Held, Failure> {
        let request = route(if self.is_signed_in { "pack-signed-in" } else { "pack" })
            .slot("rest", format!("{}/git-upload-pack", self.path))
            .bytes(self.offer.request(self.tip));
        let answer = request.send().map_err(|why| match why {
            FetchError::Unreachable => failed(say!(
                "the repository did not come: the server fails, or it is more than 20 MiB packed; connect a \
                 smaller branch if it does not come later either",
                "le dépôt n'est pas venu : le serveur est en panne, ou il fait plus de 20 Mio compacté ; \
                 connectez une branche plus petite s'il ne vient pas non plus plus tard",
            )),
            other => other.into(),
        })?;
        let pack = talk::pack(&answer.good()?.body);
        let held = pack.and_then(Pack::read).and_then(|mut pack| {
            let commit = pack.object(self.tip, object::Kind::Commit)?.ok_or(Trouble::NoBase)?;
            let top = tree_of(&commit)?;
            Ok(Held { pack, top })
        });
        held.map_err(|why| failed(why.said()))
    }

    /// What something in a tree becomes in a folder; `None` if it is left out.
    fn entry(&self, pack: &Pack, item: &Item<'_>) -> Result<Option<Entry>, Trouble> {
        let mut left_out = self.left_out.get();
        let kind = match (item.mode, item.name(), pack.size(item.id)) {
            (Mode::Link, ..) => Err(&mut left_out.links),
            (Mode::Module, ..) => Err(&mut left_out.modules),
            (_, None, _) => Err(&mut left_out.names),
            (Mode::File, _, None) if self.offer.filters() => Err(&mut left_out.long),
            (_, _, None) => return Err(Trouble::NoBase),
            (Mode::Folder, Some(name), _) => Ok((name, Kind::Folder { deep: true })),
            (Mode::File, Some(name), Some(size)) => {
                Ok((name, Kind::File { size: Some(size as u64), mime: None }))
            }
        };
        Ok(match kind {
            Ok((name, kind)) => {
                Some(Entry { name: name.to_owned(), mark: item.id.to_string(), kind })
            }
            Err(counted) => {
                *counted += 1;
                self.left_out.set(left_out);
                None
            }
        })
    }

    fn entries(&self, held: &mut Held, folder: &str) -> Result<Vec<Entry>, Trouble> {
        // A folder that waited may be gone.
        let Some(tree) = held.tree(folder)? else { return Ok(Vec::new()) };
        let entries = items(&tree)?.into_iter().map(|item| self.entry(&held.pack, &item));
        entries.filter_map(Result::transpose).collect()
    }

    /// Whether this run has no room for so many bytes more.
    fn is_full(&self, bytes: u64) -> bool {
        let bytes = self.bytes.replace(self.bytes.get() + bytes) + bytes;
        self.files.replace(self.files.get() + 1) >= FILES_MAX || bytes > BYTES_MAX
    }
}

impl Held {
    /// The tree of a folder, if it is there.
    fn tree(&mut self, folder: &str) -> Result<Option<Rc<Vec<u8>>>, Trouble> {
        let mut id = self.top;
        for name in folder.split('/').filter(|name| !name.is_empty()) {
            let tree = self.pack.object(id, object::Kind::Tree)?.ok_or(Trouble::NoBase)?;
            match find(&tree, name, Mode::Folder)? {
                Some(found) => id = found,
                None => return Ok(None),
            }
        }
        self.pack.object(id, object::Kind::Tree)?.map(Some).ok_or(Trouble::NoBase)
    }

    /// The bytes of a file, if it is there.
    fn file(&mut self, path: &str) -> Result<Option<Rc<Vec<u8>>>, Trouble> {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let Some(tree) = self.tree(folder)? else { return Ok(None) };
        match find(&tree, name, Mode::File)? {
            Some(id) => self.pack.object(id, object::Kind::Blob),
            None => Ok(None),
        }
    }
}

/// Something of this name in a tree.
fn find(tree: &[u8], name: &str, mode: Mode) -> Result<Option<Id>, Trouble> {
    let is = |item: &&Item<'_>| item.name == name.as_bytes() && item.mode == mode;
    Ok(items(tree)?.iter().find(is).map(|item| item.id))
}

impl Source for Repository {
    // They cost no requests.
    const FOLDERS_MAX: usize = 2_000;

    fn name(&self) -> &str {
        &self.name
    }

    fn place(&self) -> &str {
        &self.place
    }

    fn mark(&self) -> Option<&str> {
        Some(&self.mark)
    }

    fn list(&self, folder: &str) -> Result<Listed, Failure> {
        match self.entries(&mut self.held()?.borrow_mut(), folder) {
            Ok(entries) => Ok(Listed::Entries(entries)),
            Err(Trouble::TooMuch) => Ok(Listed::Later),
            Err(why) => Err(failed(why.said())),
        }
    }

    fn bring(&self, path: &str, to: &str, key: &str, mime: &str) -> Result<u16, FetchError> {
        let Some(held) = self.held.get() else { return Ok(404) };
        let found = held.borrow_mut().file(path).map_err(|why| match why {
            Trouble::TooMuch => FetchError::Spent,
            _ => FetchError::Unreachable,
        })?;
        let Some(bytes) = found else { return Ok(404) };
        if self.is_full(bytes.len() as u64) {
            return Err(FetchError::Spent);
        }
        files::save(to, key, mime, &bytes).map_err(|why| match why {
            DocsError::Invalid(why) => FetchError::Invalid(why),
            _ => FetchError::Refused,
        })?;
        Ok(200)
    }
}

/// What the server has at a path, or where it says on itself that it is.
fn refs(mut path: String, is_signed_in: bool) -> Result<(String, Answer), Failure> {
    for _ in 0..=REDIRECTS_MAX {
        let request = route(if is_signed_in { "refs-signed-in" } else { "refs" });
        let request = request.slot("rest", format!("{path}{REFS}"));
        let answer = request.query("service", "git-upload-pack").send()?;
        match answer.status {
            200 => return Ok((path, answer)),
            301..=308 => match led_to(&answer) {
                Some(to) => path = to,
                None => break,
            },
            401 | 403 if !is_signed_in => {
                return Err(failed(say!(
                    "the repository is not public, or not there: connect the account again with a user name \
                     and a token",
                    "le dépôt n'est pas public, ou pas là : reconnectez le compte avec un identifiant et un \
                     jeton",
                )));
            }
            401 => return Err(Failure::LoginFailed),
            403 => return Err(Failure::UserActionNeeded(Action::PermissionsChanged)),
            400 | 404 | 405 | 410 => break,
            status => return Err(FetchError::Status(status).into()),
        }
    }
    Err(failed(Trouble::NoGit.said()))
}

/// The path of another repository of the same server.
fn led_to(answer: &Answer) -> Option<String> {
    let (_, to) = answer.header("location")?.strip_prefix("route ")?.split_once(' ')?;
    let path = to.split('?').next()?.strip_suffix(REFS)?;
    Some(path.trim_start_matches('/').to_owned())
}

fn no_branch(branch: &str) -> Failure {
    failed(match branch {
        "" => say!(
            "the repository names no usual branch: connect the account again with the name of one",
            "le dépôt ne nomme pas de branche habituelle : reconnectez le compte avec le nom d'une branche",
        ),
        branch => say!(
            branch;
            "the repository has no branch {branch}: connect the account again with the name of one",
            "le dépôt n'a pas de branche {branch} : reconnectez le compte avec le nom d'une branche",
        ),
    })
}
