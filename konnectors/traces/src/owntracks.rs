//! OwnTracks: one location after the other. In: JSON, one object, a list (bare, or as the
//! recorder's API answers), or one a line (with what the recorder puts before it). Out: a track
//! between two rests. Never here: messages of other types, which tell of regions, cards and
//! commands.

use konnector_shared::{Said, say};
use konnector_tracks::{Position, at_rests};
use serde::Deserialize;

use crate::Findings;

/// The part of a message that matters.
#[derive(Deserialize)]
struct Message {
    #[serde(rename = "_type")]
    kind: String,
    lat: Option<f64>,
    lon: Option<f64>,
    alt: Option<f32>,
    tst: Option<i64>,
}

/// What the recorder's API answers when it is asked for locations.
#[derive(Deserialize)]
struct Answer {
    data: Vec<Message>,
}

/// Does it look like it?
pub fn is_owntracks(head: &[u8]) -> bool {
    let head = String::from_utf8_lossy(head);
    head.contains("\"_type\"") && head.contains("\"location\"")
}

pub fn read(text: &str, findings: &mut Findings<'_, '_>) -> Result<(), Said> {
    let mut positions = Vec::new();
    for (line, message) in messages(text) {
        let message = message.map_err(|error| {
            let why = konnector_shared::text::clean(&error.to_string(), 100);
            say!(
                line, why;
                "line {line}: not JSON ({why}): export the locations again",
                "ligne {line} : ce n'est pas du JSON ({why}) : exportez les positions à nouveau",
            )
        })?;
        if message.kind != "location" {
            continue;
        }
        findings.count_position()?;
        let place = message.lat.zip(message.lon).zip(message.tst);
        let position = place.and_then(|((lat, lon), at)| Position::new(lat, lon, message.alt, at));
        match position {
            Some(position) => positions.push((line, position)),
            None => findings.odd_positions += 1,
        }
    }
    let mut tracks = at_rests(positions).into_iter();
    tracks.try_for_each(|track| findings.take(track, "owntracks"))
}

type Read = (u32, Result<Message, serde_json::Error>);

fn messages(text: &str) -> Box<dyn Iterator<Item = Read> + '_> {
    if text.trim_start().starts_with('[') {
        return match serde_json::from_str::<Vec<Message>>(text) {
            Ok(messages) => Box::new(messages.into_iter().map(|message| (1, Ok(message)))),
            Err(error) => Box::new(std::iter::once((1, Err(error)))),
        };
    }
    if let Ok(message) = serde_json::from_str::<Message>(text) {
        return Box::new(std::iter::once((1, Ok(message))));
    }
    if let Ok(answer) = serde_json::from_str::<Answer>(text) {
        return Box::new(answer.data.into_iter().map(|message| (1, Ok(message))));
    }
    // `2026-01-05T10:00:00Z<tab>*<tab>{"_type":...}`
    let lines = text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty());
    Box::new(lines.map(|(line, number)| {
        let json = line.find('{').and_then(|at| line.get(at..)).unwrap_or(line);
        (number, serde_json::from_str::<Message>(json))
    }))
}
