//! Page tokens: what a page is about, on its way through the owner's browser and back.
//!
//! In flow the label and influence of the run that made a page; out flows a text that only this
//! home can make, for this app and this session, for a day. A token that is missing, changed, old
//! or another's is no token: the policy then assumes everything that the app could reach.

use data_encoding::BASE64URL_NOPAD;
use domicile_policy::{ComponentId, HomeName, Influence, Label};
use jiff::{SignedDuration, Timestamp};
use subtle::ConstantTimeEq;

use super::limits::TOKEN_BYTES_MAX;

/// How long a page stays good.
const LIFETIME: SignedDuration = SignedDuration::from_hours(24);
const MAC_BYTES: usize = 16;

/// Where tokens are good.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The home's key for page tokens.
    pub key: &'a [u8; 32],
    /// The home.
    pub home: &'a HomeName,
    /// The app.
    pub app: &'a ComponentId,
    /// The session's id.
    pub session: &'a str,
}

impl Place<'_> {
    /// The token of a page. `None` if it would be too large: the page then has none, which is safe.
    pub fn seal(&self, now: Timestamp, label: &Label, influence: &Influence) -> Option<String> {
        let until = now.saturating_add(LIFETIME).unwrap_or(now).as_second();
        let mut bytes = postcard::to_stdvec(&(until, label, influence)).ok()?;
        let mac = self.mac(&bytes);
        bytes.extend_from_slice(mac.as_bytes().get(..MAC_BYTES)?);
        let text = BASE64URL_NOPAD.encode(&bytes);
        (text.len() <= TOKEN_BYTES_MAX).then_some(text)
    }

    /// What the page of this token was about.
    pub fn open(&self, now: Timestamp, token: &str) -> Option<(Label, Influence)> {
        if token.len() > TOKEN_BYTES_MAX {
            return None;
        }
        let bytes = BASE64URL_NOPAD.decode(token.as_bytes()).ok()?;
        let (payload, mac) = bytes.split_at_checked(bytes.len().checked_sub(MAC_BYTES)?)?;
        let expected = self.mac(payload);
        if !bool::from(expected.as_bytes().get(..MAC_BYTES)?.ct_eq(mac)) {
            return None;
        }
        let (until, label, influence): (i64, Label, Influence) =
            postcard::from_bytes(payload).ok()?;
        (now.as_second() < until).then_some((label, influence))
    }

    fn mac(&self, payload: &[u8]) -> blake3::Hash {
        let mut hasher = blake3::Hasher::new_keyed(self.key);
        for part in [self.home.as_str(), self.app.as_str(), self.session] {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        hasher.update(payload);
        hasher.finalize()
    }
}

#[cfg(test)]
mod tests {
    use domicile_policy::{Actor, Category, Tag};

    use super::*;

    struct Fixture {
        home: HomeName,
        app: ComponentId,
        other: ComponentId,
    }

    fn fixture() -> Fixture {
        let name = |text: &str| text.parse().unwrap();
        Fixture { home: "home".parse().unwrap(), app: name("banks"), other: name("bank") }
    }

    fn label() -> Label {
        Label::of([Tag::home(Category::Bank), Tag::anywhere(Category::Health)])
    }

    #[test]
    fn good_only_where_it_was_made() {
        let f = fixture();
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        let key = &[7; 32];
        let place = Place { key, home: &f.home, app: &f.app, session: "s" };
        let influence = Influence::of([Actor::App(f.app.clone()), Actor::Owner]);
        let token = place.seal(now, &label(), &influence).unwrap();
        assert_eq!(place.open(now, &token), Some((label(), influence)));
        for elsewhere in [
            Place { key: &[8; 32], ..place },
            Place { app: &f.other, session: "ss", ..place },
            Place { app: &f.other, ..place },
            Place { session: "t", ..place },
        ] {
            assert_eq!(elsewhere.open(now, &token), None, "{elsewhere:?}");
        }
        assert_eq!(place.open(now + LIFETIME, &token), None);
    }

    #[test]
    fn no_changed_byte_passes() {
        let f = fixture();
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        let place = Place { key: &[7; 32], home: &f.home, app: &f.app, session: "s" };
        let token = place.seal(now, &label(), &Influence::nobody()).unwrap();
        let bytes = BASE64URL_NOPAD.decode(token.as_bytes()).unwrap();
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            assert_eq!(place.open(now, &BASE64URL_NOPAD.encode(&changed)), None, "byte {at}");
        }
        for text in ["", "x", "!!", &token[1..], &"A".repeat(TOKEN_BYTES_MAX + 1)] {
            assert_eq!(place.open(now, text), None);
        }
    }

    #[test]
    fn the_largest_label_fits() {
        let f = fixture();
        let tag = |at: usize| {
            let provider = format!("p{at:0>38}x").parse().unwrap();
            Tag::provider(Category::Passwords, provider)
        };
        let label = Label::of((0..32).map(tag));
        assert_eq!(label.tags().count(), 32);
        let actor = |at: usize| Actor::Importer(format!("i{at:0>38}x").parse().unwrap());
        let influence = Influence::of((0..32).map(actor));
        let place = Place { key: &[7; 32], home: &f.home, app: &f.app, session: "s" };
        assert!(place.seal(Timestamp::UNIX_EPOCH, &label, &influence).is_some());
    }
}
