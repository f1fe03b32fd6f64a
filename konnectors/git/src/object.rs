//! Objects of git: what they are called, and what two kinds of them say. In: an object's bytes.
//! Out: its id, the tree of a commit, what is in a tree. Never here: an id that somebody says,
//! where the bytes are there to make it of.

use std::fmt;

use data_encoding::HEXLOWER;
use sha1::{Digest, Sha1};

use crate::trouble::Trouble;

/// Bytes of an id.
const ID_BYTES: usize = 20;

/// The SHA-1 of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Id([u8; ID_BYTES]);

impl Id {
    /// Of this object.
    pub fn of(kind: Kind, content: &[u8]) -> Id {
        let head = format!("{} {}\0", kind.word(), content.len());
        Id(Sha1::new().chain_update(head).chain_update(content).finalize().into())
    }

    /// Of a pack, which ends with it.
    pub fn of_pack(bytes: &[u8]) -> Id {
        Id(Sha1::digest(bytes).into())
    }

    /// As it stands in a pack or in a tree.
    pub fn of_bytes(bytes: &[u8]) -> Option<Id> {
        bytes.try_into().ok().map(Id)
    }

    /// As it stands in lines.
    pub fn of_hex(text: &[u8]) -> Option<Id> {
        Id::of_bytes(&HEXLOWER.decode(text).ok()?)
    }

    /// What stands where there is no object.
    pub fn is_none(&self) -> bool {
        self.0 == [0; ID_BYTES]
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Commit,
    Tree,
    Blob,
    Tag,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Kind::Commit => "commit",
            Kind::Tree => "tree",
            Kind::Blob => "blob",
            Kind::Tag => "tag",
        }
    }
}

/// The tree of a commit.
pub fn tree_of(commit: &[u8]) -> Result<Id, Trouble> {
    let line = commit.split(|byte| *byte == b'\n').next();
    line.and_then(|line| Id::of_hex(line.strip_prefix(b"tree ")?)).ok_or(Trouble::Broken)
}

/// What something in a tree is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Folder,
    File,
    /// A symbolic link.
    Link,
    /// A commit of another repository.
    Module,
}

/// Something in a tree.
#[derive(Debug, PartialEq, Eq)]
pub struct Item<'a> {
    pub mode: Mode,
    pub name: &'a [u8],
    pub id: Id,
}

impl Item<'_> {
    /// The name, unless no folder of a home can have it, or it would be git's own.
    pub fn name(&self) -> Option<&str> {
        let name = str::from_utf8(self.name).ok()?;
        (![".", ".."].contains(&name) && !name.eq_ignore_ascii_case(".git")).then_some(name)
    }
}

/// What is in a tree: for each a mode, a name up to a zero byte, and an id.
pub fn items(mut tree: &[u8]) -> Result<Vec<Item<'_>>, Trouble> {
    let mut items = Vec::new();
    while !tree.is_empty() {
        let (item, rest) = item(tree).ok_or(Trouble::Broken)?;
        items.push(item);
        tree = rest;
    }
    Ok(items)
}

fn item(tree: &[u8]) -> Option<(Item<'_>, &[u8])> {
    let space = tree.iter().position(|byte| *byte == b' ')?;
    let (mode, rest) = (tree.get(..space)?, tree.get(space + 1..)?);
    let mode = match mode {
        b"40000" => Mode::Folder,
        b"100644" | b"100664" | b"100755" => Mode::File,
        b"120000" => Mode::Link,
        b"160000" => Mode::Module,
        _ => return None,
    };
    let end = rest.iter().position(|byte| *byte == 0)?;
    let (name, rest) = (rest.get(..end)?, rest.get(end + 1..)?);
    let (id, rest) = rest.split_at_checked(ID_BYTES)?;
    let is_name = !name.is_empty() && !name.contains(&b'/');
    is_name.then_some((Item { mode, name, id: Id::of_bytes(id)? }, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_gits() {
        let empty = Id::of(Kind::Blob, b"").to_string();
        assert_eq!(empty, "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
        assert_eq!(Id::of_hex(empty.as_bytes()), Some(Id::of(Kind::Blob, b"")));
        assert!(Id::of_hex(b"e69de2").is_none() && Id::of_hex(&[b'0'; 64]).is_none());
        assert!(Id::of_hex(&[b'0'; 40]).is_some_and(|id| id.is_none()));
    }

    #[test]
    fn a_tree_is_read_whole_or_not_at_all() {
        let id = [7; 20];
        let one = |mode: &str, name: &[u8]| [mode.as_bytes(), b" ", name, b"\0", &id].concat();
        let tree = [one("40000", b"a"), one("100755", b"b\xff"), one("160000", b"c")].concat();
        let read = items(&tree).expect("a tree");
        let modes: Vec<Mode> = read.iter().map(|item| item.mode).collect();
        assert_eq!(modes, [Mode::Folder, Mode::File, Mode::Module]);
        assert_eq!(read.iter().map(Item::name).collect::<Vec<_>>(), [Some("a"), None, Some("c")]);
        let ends = [28, 58, 87];
        for end in 1..=tree.len() {
            assert_eq!(items(&tree[..end]).is_ok(), ends.contains(&end), "{end}");
        }
        for odd in ["40000 a/b", "40000 ", "777 a", "120000a"] {
            let odd = [odd.as_bytes(), b"\0", &id].concat();
            assert!(items(&odd).is_err(), "{odd:?}");
        }
        for name in [".", "..", ".git", ".GiT"] {
            let tree = one("100644", name.as_bytes());
            assert_eq!(items(&tree).expect("a tree")[0].name(), None, "{name}");
        }
    }

    #[test]
    fn a_commit_names_its_tree_first() {
        let tree = Id::of(Kind::Tree, b"");
        assert_eq!(tree_of(format!("tree {tree}\nauthor a\n\ntree").as_bytes()), Ok(tree));
        assert_eq!(tree_of(b"author a\ntree 00\n"), Err(Trouble::Broken));
    }
}
