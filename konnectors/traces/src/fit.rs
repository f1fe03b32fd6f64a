//! FIT, which watches and bicycle computers write. In: the bytes of a file. Out: a track for each
//! recording in it. Never here: a length that the file only claims to have; messages other than
//! where somebody was and what they called it.
//!
//! Our own, because we want six fields of two messages, and the profile of all others makes a
//! component ten times as large.

use konnector_shared::{Said, say};
use konnector_tracks::{Position, Track};

use crate::Findings;

/// Seconds from 1970 to the epoch of the format, 31 December 1989.
const EPOCH: i64 = 631_065_600;
const RECORD: u16 = 20;
const SESSION: u16 = 18;
/// Degrees in a semicircle's share.
const DEGREES: f64 = 180.0 / 2_147_483_648.0;

/// Numbers of fields.
const TIMESTAMP: u8 = 253;
const LATITUDE: u8 = 0;
const LONGITUDE: u8 = 1;
const ALTITUDE: u8 = 2;
const ENHANCED_ALTITUDE: u8 = 78;
const SPORT: u8 = 5;

/// Is it one?
pub fn is_fit(head: &[u8]) -> bool {
    head.get(8..12) == Some(b".FIT") && matches!(head.first(), Some(12 | 14))
}

/// Several recordings may follow each other.
pub fn read(mut bytes: &[u8], findings: &mut Findings<'_, '_>) -> Result<(), Said> {
    let mut number = 0;
    while !bytes.is_empty() {
        number += 1;
        let (recording, rest) = split(bytes).ok_or_else(|| truncated(number))?;
        let track = Recording::new(recording).track(findings)?;
        let mut track = track.ok_or_else(|| truncated(number))?;
        track.line = number;
        findings.take(track, "fit")?;
        bytes = rest;
    }
    Ok(())
}

fn truncated(number: u32) -> Said {
    say!(
        number;
        "recording {number} of the file is damaged or cut off: copy it from the device again",
        "l'enregistrement {number} du fichier est abîmé ou coupé : copiez-le à nouveau depuis l'appareil",
    )
}

/// The messages of the first recording, if its checksum holds, and what comes after it.
fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    if !is_fit(bytes) {
        return None;
    }
    let header = usize::from(*bytes.first()?);
    let length = u32::from_le_bytes(bytes.get(4..8)?.try_into().ok()?);
    let end = header.checked_add(usize::try_from(length).ok()?)?;
    let sum = u16::from_le_bytes(bytes.get(end..end.checked_add(2)?)?.try_into().ok()?);
    let messages = bytes.get(header..end)?;
    (checksum(bytes.get(..end)?) == sum).then_some((messages, bytes.get(end + 2..)?))
}

/// CRC-16 (ARC), as the format has it.
pub fn checksum(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |sum, byte| {
        (0..8).fold(sum ^ u16::from(*byte), |sum, _| {
            if sum & 1 == 1 { (sum >> 1) ^ 0xa001 } else { sum >> 1 }
        })
    })
}

/// What messages of one local number look like.
#[derive(Clone, Default)]
struct Definition {
    message: u16,
    big_endian: bool,
    /// Number and size.
    fields: Vec<(u8, usize)>,
    /// Of all fields, with those of developers.
    size: usize,
}

struct Recording<'a> {
    bytes: &'a [u8],
    definitions: [Option<Definition>; 16],
    /// For messages that tell the time in five bits.
    clock: u32,
    track: Track,
}

impl<'a> Recording<'a> {
    fn new(bytes: &'a [u8]) -> Recording<'a> {
        let definitions = std::array::from_fn(|_| None);
        Recording { bytes, definitions, clock: 0, track: Track::default() }
    }

    /// `None` where the messages do not add up.
    fn track(mut self, findings: &mut Findings<'_, '_>) -> Result<Option<Track>, Said> {
        while let Some(header) = self.take(1).and_then(<[u8]>::first) {
            let read = match header {
                header if header & 0x80 != 0 => {
                    let (local, offset) = (header >> 5 & 0x03, u32::from(header & 0x1f));
                    self.clock = self.clock.wrapping_add(offset.wrapping_sub(self.clock) & 0x1f);
                    self.message(local, findings)?
                }
                header if header & 0x40 != 0 => self.define(header & 0x0f, header & 0x20 != 0),
                header => self.message(header & 0x0f, findings)?,
            };
            if read.is_none() {
                return Ok(None);
            }
        }
        Ok(Some(self.track))
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(length)?;
        self.bytes = rest;
        Some(taken)
    }

    fn define(&mut self, local: u8, has_developer_fields: bool) -> Option<()> {
        let [_, architecture, message @ .., number] = self.take(5)? else { return None };
        let message: [u8; 2] = message.try_into().ok()?;
        let big_endian = *architecture == 1;
        let message =
            if big_endian { u16::from_be_bytes(message) } else { u16::from_le_bytes(message) };
        let mut definition = Definition { message, big_endian, ..Definition::default() };
        for field in self.take(usize::from(*number) * 3)?.chunks_exact(3) {
            let [number, size, _] = field else { return None };
            definition.fields.push((*number, usize::from(*size)));
            definition.size += usize::from(*size);
        }
        if has_developer_fields {
            let number = usize::from(*self.take(1)?.first()?);
            let sizes = self.take(number * 3)?.chunks_exact(3).filter_map(|field| field.get(1));
            definition.size += sizes.map(|size| usize::from(*size)).sum::<usize>();
        }
        *self.definitions.get_mut(usize::from(local))? = Some(definition);
        Some(())
    }

    fn message(&mut self, local: u8, findings: &mut Findings<'_, '_>) -> Result<Option<()>, Said> {
        let definition = self.definitions.get(usize::from(local)).and_then(Option::as_ref);
        let Some(definition) = definition.cloned() else { return Ok(None) };
        let Some(content) = self.take(definition.size) else { return Ok(None) };
        let number = |field| definition.number(content, field);
        if let Some(clock) = number(TIMESTAMP) {
            self.clock = clock;
        }
        match definition.message {
            RECORD => {
                let place = [LATITUDE, LONGITUDE].map(|field| degrees(number(field)?));
                let Some((latitude, longitude)) = place[0].zip(place[1]) else {
                    return Ok(Some(()));
                };
                findings.count_position()?;
                let height = number(ENHANCED_ALTITUDE).or_else(|| number(ALTITUDE));
                let height = height.map(|height| (f64::from(height) / 5.0 - 500.0) as f32);
                match Position::new(latitude, longitude, height, EPOCH + i64::from(self.clock)) {
                    Some(position) => self.track.positions.push(position),
                    None => findings.odd_positions += 1,
                }
            }
            SESSION if self.track.activity.is_empty() => {
                self.track.activity = number(SPORT).map(sport).unwrap_or_default().to_owned();
            }
            _ => {}
        }
        Ok(Some(()))
    }
}

impl Definition {
    /// A field's number, unless it says that it has none (all bits set).
    fn number(&self, content: &[u8], field: u8) -> Option<u32> {
        let mut at = 0;
        for (number, size) in &self.fields {
            let end = at + size;
            if *number == field {
                let bytes = content.get(at..end)?;
                return match *size {
                    1 => bytes.first().map(|byte| u32::from(*byte)).filter(|n| *n != 0xff),
                    2 => {
                        let two: [u8; 2] = bytes.try_into().ok()?;
                        let n = if self.big_endian {
                            u16::from_be_bytes(two)
                        } else {
                            u16::from_le_bytes(two)
                        };
                        (n != u16::MAX).then_some(n.into())
                    }
                    4 => {
                        let four: [u8; 4] = bytes.try_into().ok()?;
                        let n = if self.big_endian {
                            u32::from_be_bytes(four)
                        } else {
                            u32::from_le_bytes(four)
                        };
                        (n != u32::MAX).then_some(n)
                    }
                    _ => None,
                };
            }
            at = end;
        }
        None
    }
}

fn degrees(semicircles: u32) -> Option<f64> {
    // The largest one means that there was no fix.
    let semicircles = semicircles.cast_signed();
    (semicircles != i32::MAX).then(|| f64::from(semicircles) * DEGREES)
}

/// The sports that are ways of moving from place to place.
fn sport(number: u32) -> &'static str {
    match number {
        1 => "running",
        2 => "cycling",
        11 => "walking",
        12 => "cross-country skiing",
        13 => "alpine skiing",
        15 => "rowing",
        17 => "hiking",
        19 => "paddling",
        21 => "e-biking",
        22 => "motorcycling",
        24 => "driving",
        27 => "horseback riding",
        _ => "",
    }
}
