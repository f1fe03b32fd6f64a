//! A trip. In: positions in the order of a file. Out: a document as Cozy publishes trips, with its
//! length measured on all of them and as many of them as a document holds. Never here: a mode of
//! transport, which no format says reliably; a file's syntax.

use domicile_sdk::docs::Document;
use jiff::Timestamp;
use konnector_shared::text::clean;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::simplify;

/// Positions of one file.
pub const POSITIONS_MAX: usize = 1_000_000;
/// Radius of the sphere that is the Earth, in metres.
const EARTH: f64 = 6_371_008.8;
const TITLE_CHARS_MAX: usize = 300;
const WORD_CHARS_MAX: usize = 60;

/// A document of `io.cozy.timeseries.geojson`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Trip(Value);

impl Document for Trip {
    const DOCTYPE: &'static str = "io.cozy.timeseries.geojson";
}

/// Where somebody was, and when.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Position {
    /// Degrees.
    pub latitude: f64,
    pub longitude: f64,
    /// Metres.
    pub height: Option<f32>,
    /// Seconds since 1970.
    pub at: i64,
}

impl Position {
    /// `None`: there is no such place on Earth, or no such time.
    pub fn new(latitude: f64, longitude: f64, height: Option<f32>, at: i64) -> Option<Position> {
        let exists = (-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude);
        // Clocks of receivers without a fix say 1970 or 1980.
        let is_told = (EARLIEST..=LATEST).contains(&at);
        let height = height.filter(|height| (-12_000.0..=1_000_000.0).contains(height));
        (exists && is_told).then_some(Position { latitude, longitude, height, at })
    }

    /// In metres, over the sphere (haversine).
    pub fn distance(&self, other: &Position) -> f64 {
        let (from, to) = (self.latitude.to_radians(), other.latitude.to_radians());
        let across = ((to - from) / 2.0).sin().powi(2)
            + from.cos()
                * to.cos()
                * ((other.longitude - self.longitude).to_radians() / 2.0).sin().powi(2);
        2.0 * EARTH * across.sqrt().clamp(0.0, 1.0).asin()
    }

    fn coordinates(&self) -> Value {
        let degrees = |value: f64| (value * 1e6).round() / 1e6;
        let (longitude, latitude) = (degrees(self.longitude), degrees(self.latitude));
        match self.height {
            Some(height) => json!([longitude, latitude, (f64::from(height) * 10.0).round() / 10.0]),
            None => json!([longitude, latitude]),
        }
    }
}

/// 1990 to 2199, in seconds since 1970.
const EARLIEST: i64 = 631_152_000;
const LATEST: i64 = 7_258_118_399;

/// After so many seconds without a position a new trip begins.
const REST: i64 = 30 * 60;

/// Positions, each with its line, in the order of time, cut where nothing was heard for a while.
pub fn at_rests(mut positions: Vec<(u32, Position)>) -> Vec<Track> {
    // Whoever records writes what arrives when it arrives.
    positions.sort_by_key(|(_, position)| position.at);
    let mut tracks: Vec<Track> = Vec::new();
    for (line, position) in positions {
        let goes_on = |last: &Position| position.at - last.at <= REST;
        match tracks.last_mut().filter(|track| track.positions.last().is_some_and(goes_on)) {
            Some(track) => track.positions.push(position),
            None => tracks.push(Track { line, positions: vec![position], ..Track::default() }),
        }
    }
    tracks
}

/// What one track, one segment of it, or one recording becomes.
#[derive(Clone, Debug, Default)]
pub struct Track {
    /// Where it begins in the file.
    pub line: u32,
    pub title: String,
    /// What its recorder calls it: `cycling`.
    pub activity: String,
    pub positions: Vec<Position>,
}

impl Track {
    /// Key and document; `None` where it has no two positions.
    pub fn into_trip(mut self, source: &str) -> Option<(String, Trip)> {
        // A receiver may repeat a time, and jump back when it corrects its clock.
        self.positions.sort_by_key(|position| position.at);
        let (first, last) = (*self.positions.first()?, *self.positions.last()?);
        if self.positions.len() < 2 {
            return None;
        }
        let steps = self.positions.iter().zip(self.positions.iter().skip(1));
        let distance: f64 = steps.map(|(from, to)| from.distance(to)).sum();
        let kept = simplify::simplify(self.positions);
        let (start, end) = (moment(first.at)?, moment(last.at)?);
        let way = json!({
            "type": "Feature",
            "geometry": {
                "type": "LineString",
                "coordinates": kept.iter().map(Position::coordinates).collect::<Vec<_>>(),
            },
            "properties": { "timestamps": kept.iter().map(|position| position.at).collect::<Vec<_>>() },
        });
        let mut properties =
            json!({ "distance": distance.round(), "duration": last.at - first.at });
        let activity = clean(&self.activity, WORD_CHARS_MAX);
        if !activity.is_empty() {
            properties["activity"] = activity.into();
        }
        let mut trip = json!({
            "startDate": start,
            "endDate": end,
            "source": source,
            "series": [{
                "type": "FeatureCollection",
                "properties": properties,
                "features": [
                    place("start_place", &first),
                    place("end_place", &last),
                    { "type": "FeatureCollection", "features": [way] },
                ],
            }],
        });
        let title = clean(&self.title, TITLE_CHARS_MAX);
        if !title.is_empty() {
            trip["title"] = title.into();
        }
        // The same ride is the same document, whichever of its files is read.
        let key = format!("trip:{start}@{:.4},{:.4}", first.latitude, first.longitude);
        Some((key, Trip(trip)))
    }
}

fn place(kind: &str, position: &Position) -> Value {
    json!({
        "type": "Feature",
        "geometry": { "type": "Point", "coordinates": position.coordinates() },
        "properties": { "feature_type": kind },
    })
}

fn moment(at: i64) -> Option<String> {
    Timestamp::from_second(at).ok().map(|at| at.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_those_of_the_sphere() {
        let at = |latitude, longitude| Position::new(latitude, longitude, None, EARLIEST).unwrap();
        let (paris, lyon) = (at(48.8566, 2.3522), at(45.7640, 4.8357));
        assert!((paris.distance(&lyon) - 391_500.0).abs() < 500.0, "{}", paris.distance(&lyon));
        assert_eq!(paris.distance(&paris), 0.0);
        assert!((at(0.0, 179.5).distance(&at(0.0, -179.5)) - 111_195.0).abs() < 1.0);
        assert!((at(90.0, 0.0).distance(&at(-90.0, 0.0)) - 20_015_115.0).abs() < 1.0);
    }

    #[test]
    fn places_that_are_nowhere_are_none() {
        for (latitude, longitude, at) in [
            (90.1, 0.0, EARLIEST),
            (0.0, 180.1, EARLIEST),
            (f64::NAN, 0.0, EARLIEST),
            (0.0, f64::INFINITY, EARLIEST),
            (0.0, 0.0, 0),
            (0.0, 0.0, i64::MAX),
        ] {
            assert_eq!(Position::new(latitude, longitude, None, at), None);
        }
        let odd = Position::new(1.0, 1.0, Some(f32::NAN), EARLIEST).unwrap();
        assert_eq!(odd.height, None);
    }
}
