//! Deltas: an object as what is other than in its base. In: a base and a delta. Out: the object.
//! Never here: a byte beyond the base, a byte more than the delta promised.

use crate::pack::OBJECT_BYTES_MAX;
use crate::trouble::Trouble;

/// What a size of zero stands for in an order to copy.
const COPIED_BYTES: usize = 0x1_0000;

/// The object that a delta makes of its base.
pub fn apply(base: &[u8], delta: &[u8]) -> Result<Vec<u8>, Trouble> {
    let mut orders = Orders(delta);
    let (from, to) = (orders.size()?, orders.size()?);
    if from != base.len() {
        return Err(Trouble::Broken);
    }
    if to > OBJECT_BYTES_MAX {
        return Err(Trouble::TooLong);
    }
    let mut made = Vec::with_capacity(to);
    while !orders.0.is_empty() {
        let some = match orders.byte()? {
            0 => return Err(Trouble::Broken),
            copy @ 0x80.. => {
                let offset = orders.number(copy & 0x0f)?;
                let size = orders.number((copy >> 4) & 0x07)?;
                let size = if size == 0 { COPIED_BYTES } else { size };
                let end = offset.checked_add(size).ok_or(Trouble::Broken)?;
                base.get(offset..end)
            }
            length => orders.take(usize::from(length)),
        };
        let some = some.filter(|some| some.len() <= to - made.len()).ok_or(Trouble::Broken)?;
        made.extend_from_slice(some);
    }
    if made.len() == to { Ok(made) } else { Err(Trouble::Broken) }
}

/// What is left of a delta.
struct Orders<'a>(&'a [u8]);

impl<'a> Orders<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (some, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(some)
    }

    fn byte(&mut self) -> Result<u8, Trouble> {
        self.take(1).and_then(|some| some.first().copied()).ok_or(Trouble::Broken)
    }

    /// Seven bits a byte, the lowest first.
    fn size(&mut self) -> Result<usize, Trouble> {
        let mut size = 0usize;
        for shift in (0..28).step_by(7) {
            let byte = self.byte()?;
            size |= usize::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(size);
            }
        }
        Err(Trouble::TooLong)
    }

    /// The bytes that these bits say are there, the lowest first.
    fn number(&mut self, bits: u8) -> Result<usize, Trouble> {
        let mut number = 0u32;
        for place in (0..4).filter(|place| bits & (1 << place) != 0) {
            number |= u32::from(self.byte()?) << (8 * place);
        }
        usize::try_from(number).map_err(|_| Trouble::Broken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delta_makes_what_it_says_or_nothing() {
        let base = b"abcdefgh";
        // Copy 3 from 2, insert "xy", copy 1 from 0.
        let good = [8, 6, 0x91, 2, 3, 2, b'x', b'y', 0x90, 1];
        assert_eq!(apply(base, &good).as_deref(), Ok(b"cdexya".as_slice()));
        for end in 0..good.len() {
            assert!(apply(base, &good[..end]).is_err(), "{end}");
        }
        for (odd, why) in [
            (&[8, 3, 0x91, 6, 3][..], "beyond its base"),
            (&[8, 3, 0x9f, 0xff, 0xff, 0xff, 0xff, 3][..], "far beyond it"),
            (&[8, 2, 3, b'x', b'y', b'z'][..], "more than promised"),
            (&[8, 4, 3, b'x', b'y', b'z'][..], "less than promised"),
            (&[7, 3, 3, b'x', b'y', b'z'][..], "of another base"),
            (&[8, 3, 0, 3, b'x', b'y', b'z'][..], "an order that means nothing"),
            (&[8, 1, 0x80][..], "65,536 bytes of eight"),
        ] {
            assert_eq!(apply(base, odd), Err(Trouble::Broken), "{why}");
        }
        let long = [8, 0x80, 0x80, 0x80, 0x40, 0x90, 1];
        assert_eq!(apply(base, &long), Err(Trouble::TooLong));
        assert_eq!(apply(base, &[0x88, 0x80, 0x80, 0x80, 0x80, 0]), Err(Trouble::TooLong));
    }
}
