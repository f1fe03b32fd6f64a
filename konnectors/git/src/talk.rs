//! What is said with a server of git, in lines of its own kind (pkt-line), protocol version 0. In:
//! the server's answers. Out: the tip of a branch, the request for it, the pack that brings it.
//! Never here: a request for the past of a branch, or for more than one.

use konnector_shared::text::clean;

use crate::object::Id;
use crate::pack::OBJECT_BYTES_MAX;
use crate::trouble::Trouble;

/// Characters of what a server says that are kept.
const TOLD_CHARS_MAX: usize = 200;
/// What is needed of a server's git.
const NEEDED: [&str; 2] = ["shallow", "side-band-64k"];
/// What is made use of where there is it.
const USED: [&str; 2] = ["ofs-delta", "no-progress"];
/// A file that is too long for the home's part stays there.
const FILTER: &str = "filter";

/// A line, or the mark between parts.
#[derive(Debug, PartialEq, Eq)]
enum Line<'a> {
    Data(&'a [u8]),
    Flush,
}

/// The lines of an answer: each after its length in four digits, which count themselves.
struct Lines<'a>(&'a [u8]);

impl<'a> Lines<'a> {
    fn next_line(&mut self) -> Result<Line<'a>, Trouble> {
        let (head, rest) = self.0.split_at_checked(4).ok_or(Trouble::Broken)?;
        let is_hex = head.iter().all(u8::is_ascii_hexdigit);
        let head = str::from_utf8(head).ok().filter(|_| is_hex).ok_or(Trouble::NoGit)?;
        let length = usize::from_str_radix(head, 16).map_err(|_| Trouble::NoGit)?;
        if length == 0 {
            self.0 = rest;
            return Ok(Line::Flush);
        }
        let length = length.checked_sub(4).ok_or(Trouble::Broken)?;
        let (line, rest) = rest.split_at_checked(length).ok_or(Trouble::Broken)?;
        self.0 = rest;
        match line.strip_prefix(b"ERR ") {
            Some(why) => Err(told(why)),
            None => Ok(Line::Data(line)),
        }
    }
}

fn told(bytes: &[u8]) -> Trouble {
    Trouble::Told(clean(&String::from_utf8_lossy(bytes), TOLD_CHARS_MAX))
}

fn line(text: &str) -> String {
    format!("{:04x}{text}", text.len() + 4)
}

/// What a server has.
#[derive(Debug)]
pub struct Offer {
    /// Whether it has anything.
    pub is_empty: bool,
    /// What the branch ends with, if there is such a branch.
    pub tip: Option<Id>,
    capabilities: Vec<String>,
}

impl Offer {
    /// Of the answer to `GET info/refs`; no branch is that which the server names first.
    pub fn read(answer: &[u8], branch: &str) -> Result<Offer, Trouble> {
        let mut lines = Lines(answer);
        let service = lines.next_line().map_err(|why| match why {
            Trouble::Broken => Trouble::NoGit,
            other => other,
        })?;
        let is_git = matches!(service, Line::Data(line) if line.trim_ascii() == SERVICE);
        if !is_git || lines.next_line()? != Line::Flush {
            return Err(Trouble::NoGit);
        }
        let wanted = match branch {
            "" => "HEAD".to_owned(),
            branch => format!("refs/heads/{branch}"),
        };
        let mut offer = Offer { is_empty: true, tip: None, capabilities: Vec::new() };
        while let Line::Data(line) = lines.next_line()? {
            let mut parts = line.trim_ascii_end().splitn(2, |byte| *byte == 0);
            let (named, after) = (parts.next().unwrap_or_default(), parts.next());
            if let Some(capabilities) = after {
                let capabilities = String::from_utf8_lossy(capabilities);
                offer.capabilities = capabilities.split(' ').map(str::to_owned).collect();
                offer.check()?;
            }
            if named.starts_with(b"shallow ") {
                continue;
            }
            let (id, name) = named.split_at_checked(40).ok_or(Trouble::Broken)?;
            let id = Id::of_hex(id).ok_or(Trouble::Broken)?;
            let name = name.strip_prefix(b" ").ok_or(Trouble::Broken)?;
            offer.is_empty &= id.is_none();
            if name == wanted.as_bytes() {
                offer.tip = Some(id);
            }
        }
        Ok(offer)
    }

    fn has(&self, capability: &str) -> bool {
        self.capabilities.iter().any(|one| one == capability)
    }

    fn check(&self) -> Result<(), Trouble> {
        if self.capabilities.iter().any(|one| one == "object-format=sha256") {
            return Err(Trouble::LongIds);
        }
        if NEEDED.iter().all(|needed| self.has(needed)) { Ok(()) } else { Err(Trouble::Old) }
    }

    /// Whether files that are too long stay at the server.
    pub fn filters(&self) -> bool {
        self.has(FILTER)
    }

    /// What asks for a commit and for all that it holds, without what was before it.
    pub fn request(&self, tip: Id) -> Vec<u8> {
        let used = USED.iter().chain(&NEEDED).chain(&[FILTER]).filter(|one| self.has(one));
        let used: String = used.map(|one| format!(" {one}")).collect();
        let filter = format!("filter blob:limit={OBJECT_BYTES_MAX}\n");
        let mut request = line(&format!("want {tip}{used}\n")) + &line("deepen 1\n");
        if self.filters() {
            request += &line(&filter);
        }
        (request + "0000" + &line("done\n")).into_bytes()
    }
}

const SERVICE: &[u8] = b"# service=git-upload-pack";

/// The pack of the answer to `POST git-upload-pack`: after the word that it comes, in pieces beside
/// what the server says.
pub fn pack(answer: &[u8]) -> Result<Vec<u8>, Trouble> {
    let mut lines = Lines(answer);
    loop {
        match lines.next_line()? {
            Line::Flush => {}
            Line::Data(line) if line.starts_with(b"shallow ") => {}
            Line::Data(line) if line.trim_ascii_end() == b"NAK" => break,
            Line::Data(_) => return Err(Trouble::Broken),
        }
    }
    let mut pack = Vec::with_capacity(lines.0.len());
    while let Line::Data(line) = lines.next_line()? {
        match line.split_first() {
            Some((1, piece)) => pack.extend_from_slice(piece),
            Some((2, _)) => {}
            Some((3, why)) => return Err(told(why)),
            _ => return Err(Trouble::Broken),
        }
    }
    Ok(pack)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIP: &str = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391";

    fn refs(capabilities: &str, named: &[&str]) -> Vec<u8> {
        let mut text = line("# service=git-upload-pack\n") + "0000";
        for (at, name) in named.iter().enumerate() {
            let more = if at == 0 { format!("\0{capabilities}") } else { String::new() };
            text += &line(&format!("{TIP} {name}{more}\n"));
        }
        (text + "0000").into_bytes()
    }

    #[test]
    fn a_branch_is_found_by_its_name() {
        let known = "shallow side-band-64k multi_ack symref=HEAD:refs/heads/main filter";
        let all = refs(known, &["HEAD", "refs/heads/a/b", "refs/tags/c"]);
        let tip = Id::of_hex(TIP.as_bytes());
        for (branch, found) in [("", tip), ("a/b", tip), ("c", None), ("HEAD", None)] {
            let offer = Offer::read(&all, branch).expect("an offer");
            assert_eq!((offer.tip, offer.is_empty), (found, false), "{branch}");
        }
        let offer = Offer::read(&all, "").expect("an offer");
        let request = offer.request(tip.expect("an id"));
        let want = format!("004fwant {TIP} shallow side-band-64k filter\n000ddeepen 1\n");
        let request = String::from_utf8(request).expect("text");
        assert_eq!(request, format!("{want}001ffilter blob:limit=25165824\n00000009done\n"));
        for end in 0..all.len() {
            assert!(Offer::read(&all[..end], "").is_err(), "{end}");
        }
    }

    #[test]
    fn what_is_no_repository_says_why() {
        let read = |bytes: &[u8]| Offer::read(bytes, "").expect_err("none");
        assert_eq!(read(b"<!DOCTYPE html>"), Trouble::NoGit);
        assert_eq!(read(b"zzzz"), Trouble::NoGit);
        assert_eq!(read(b""), Trouble::NoGit);
        assert_eq!(read(line("# service=git-receive-pack\n").as_bytes()), Trouble::NoGit);
        assert_eq!(read(line("ERR access denied\n").as_bytes()), told(b"access denied"));
        assert_eq!(read(&refs("side-band-64k", &["HEAD"])), Trouble::Old);
        let long = "shallow side-band-64k object-format=sha256";
        assert_eq!(read(&refs(long, &["HEAD"])), Trouble::LongIds);
        let empty = String::from_utf8(refs("shallow side-band-64k", &["capabilities^{}"]));
        let empty = empty.expect("text").replace(TIP, &"0".repeat(40));
        assert!(Offer::read(empty.as_bytes(), "").is_ok_and(|offer| offer.is_empty));
    }

    #[test]
    fn a_pack_is_what_comes_on_the_first_band() {
        let begin = line(&format!("shallow {TIP}\n")) + "0000" + &line("NAK\n");
        let bands = |bands: &[&str]| {
            let bands: String = bands.iter().map(|band| line(band)).collect();
            format!("{begin}{bands}0000")
        };
        let good = bands(&["\u{1}PA", "\u{2}counting", "\u{1}CK"]);
        assert_eq!(pack(good.as_bytes()).as_deref(), Ok(b"PACK".as_slice()));
        for end in 0..good.len() {
            assert!(pack(&good.as_bytes()[..end]).is_err(), "{end}");
        }
        let fatal = bands(&["\u{1}PA", "\u{3}out of memory\n"]);
        assert_eq!(pack(fatal.as_bytes()), Err(told(b"out of memory")));
        for odd in ["\u{4}x", ""] {
            assert_eq!(pack(bands(&[odd]).as_bytes()), Err(Trouble::Broken), "{odd:?}");
        }
        assert_eq!(pack(b"0003"), Err(Trouble::Broken));
    }
}
