//! Where a phone was. In: JSON of one of the three kinds that Google has given out: raw positions
//! (`Records.json`), what it made of them by month, and what phones export since 2024
//! (`Timeline.json`). Out: trips. Never here: a place that was visited, which is no trip.

use jiff::Timestamp;
use konnector_shared::{Intake, Said, say};
use konnector_tracks::{POSITIONS_MAX, Position, Track, at_rests};
use serde::Deserialize;

/// What trips are said to come from.
const SOURCE: &str = "google";

/// Any file: what it has of these.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Places {
    locations: Option<Vec<Record>>,
    timeline_objects: Option<Vec<Object>>,
    semantic_segments: Option<Vec<PhoneSegment>>,
}

/// A raw position. Times are texts since 2022, and were milliseconds before.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Record {
    latitude_e7: Option<f64>,
    longitude_e7: Option<f64>,
    timestamp: String,
    timestamp_ms: String,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Object {
    activity_segment: Option<Segment>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Segment {
    start_location: Spot,
    end_location: Spot,
    duration: Duration,
    activity_type: String,
    simplified_raw_path: Path,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Spot {
    latitude_e7: Option<f64>,
    longitude_e7: Option<f64>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Duration {
    start_timestamp: String,
    start_timestamp_ms: String,
    end_timestamp: String,
    end_timestamp_ms: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Path {
    points: Vec<Point>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Point {
    lat_e7: Option<f64>,
    lng_e7: Option<f64>,
    timestamp: String,
    timestamp_ms: String,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct PhoneSegment {
    start_time: String,
    end_time: String,
    activity: Option<Activity>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Activity {
    start: End,
    end: End,
    top_candidate: Candidate,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct End {
    lat_lng: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Candidate {
    r#type: String,
}

impl Places {
    /// Whether it is any of these kinds.
    pub fn take(self, intake: &mut Intake<'_>) -> Result<bool, Said> {
        if let Some(records) = self.locations {
            take_records(&records, intake)?;
        } else if let Some(objects) = self.timeline_objects {
            let segments = objects.iter().map(|one| one.activity_segment.as_ref());
            take_each(segments.map(|one| one.map(Segment::track)), intake)?;
        } else if let Some(segments) = self.semantic_segments {
            take_each(segments.iter().map(PhoneSegment::track), intake)?;
        } else {
            return Ok(false);
        }
        Ok(true)
    }
}

/// A trip each; what is no trip is counted.
fn take_each(
    tracks: impl Iterator<Item = Option<Track>>,
    intake: &mut Intake<'_>,
) -> Result<(), Said> {
    for (number, track) in (1..).zip(tracks) {
        match track.and_then(|track| track.into_trip(SOURCE)) {
            Some((key, trip)) => intake.put(number, &key, &trip)?,
            None => intake.left_out.add("segment"),
        }
    }
    Ok(())
}

fn take_records(records: &[Record], intake: &mut Intake<'_>) -> Result<(), Said> {
    if records.len() > POSITIONS_MAX {
        return Err(say!(
            "more than {POSITIONS_MAX} positions: not read",
            "plus de {POSITIONS_MAX} positions : non lu",
        ));
    }
    let mut placed = Vec::new();
    for record in records {
        let at = moment(&record.timestamp, &record.timestamp_ms);
        match e7(record.latitude_e7, record.longitude_e7, at) {
            Some(position) => placed.push((1, position)),
            None => intake.left_out.add("location"),
        }
    }
    take_each(at_rests(placed).into_iter().map(Some), intake)
}

impl Segment {
    /// What Google made of the positions of a month.
    fn track(&self) -> Track {
        let times = &self.duration;
        let first = moment(&times.start_timestamp, &times.start_timestamp_ms);
        let last = moment(&times.end_timestamp, &times.end_timestamp_ms);
        let end = |spot: &Spot, at| e7(spot.latitude_e7, spot.longitude_e7, at);
        let way = self.simplified_raw_path.points.iter();
        let between = way.filter_map(|point| {
            e7(point.lat_e7, point.lng_e7, moment(&point.timestamp, &point.timestamp_ms))
        });
        let ends = [end(&self.start_location, first), end(&self.end_location, last)];
        let positions = ends.into_iter().flatten().chain(between).collect();
        track(&self.activity_type, positions)
    }
}

impl PhoneSegment {
    /// What a phone made of them: the two ends.
    fn track(&self) -> Option<Track> {
        let activity = self.activity.as_ref()?;
        let ends = [(&activity.start, &self.start_time), (&activity.end, &self.end_time)];
        let positions = ends.into_iter().filter_map(|(end, time)| {
            let (latitude, longitude) = end.lat_lng.split_once(',')?;
            let degrees = |text: &str| text.trim().trim_end_matches('\u{b0}').parse().ok();
            Position::new(degrees(latitude)?, degrees(longitude)?, None, moment(time, "")?)
        });
        Some(track(&activity.top_candidate.r#type, positions.collect()))
    }
}

fn track(activity: &str, positions: Vec<Position>) -> Track {
    let activity = activity.to_lowercase().replace('_', " ");
    Track { line: 1, title: String::new(), activity, positions }
}

fn moment(text: &str, milliseconds: &str) -> Option<i64> {
    let written = text.parse::<Timestamp>().ok().map(Timestamp::as_second);
    written.or_else(|| Some(milliseconds.parse::<i64>().ok()?.div_euclid(1_000)))
}

/// Degrees times ten millions.
fn e7(latitude: Option<f64>, longitude: Option<f64>, at: Option<i64>) -> Option<Position> {
    Position::new(latitude? / 1e7, longitude? / 1e7, None, at?)
}
