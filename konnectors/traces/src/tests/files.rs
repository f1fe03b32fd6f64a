use std::path::Path;

use domicile_sdk::importer::Importer;
use konnector_shared::golden;
use serde_json::{Value, json};

use super::made::ride;
use super::read;
use crate::Traces;

#[test]
fn samples_become_what_is_expected() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let checked = golden::check::<Traces>(&samples);
    assert!(checked >= 12, "only {checked} samples");
}

/// 2026-01-05T10:00:00Z in the seconds of FIT.
const TEN: u32 = 1_767_607_200 - 631_065_600;

fn line(trip: &Value) -> Value {
    trip["series"][0]["features"][2]["features"][0]["geometry"]["coordinates"].clone()
}

#[test]
fn a_watchs_recording_is_the_trip_that_its_gpx_is() {
    let watch = read(&ride(&[(TEN, 45.75, 4.85), (TEN + 60, 45.76, 4.85)]));
    let point = |latitude: &str, time: &str| {
        format!(
            "<trkpt lat='{latitude}' lon='4.85'><ele>200</ele><time>2026-01-05T{time}</time></trkpt>"
        )
    };
    let points = point("45.75", "10:00:00Z") + &point("45.76", "11:01:00+01:00");
    let gpx = read(format!("<gpx><trk><trkseg>{points}</trkseg></trk></gpx>").as_bytes());
    let (watch, gpx) = (&watch.deposits[0], &gpx.deposits[0]);
    assert_eq!(watch.1, "trip:2026-01-05T10:00:00Z@45.7500,4.8500");
    assert_eq!(watch.1, gpx.1);
    assert_eq!(line(&watch.2), json!([[4.85, 45.75, 200.0], [4.85, 45.76, 200.0]]));
    assert_eq!(line(&watch.2), line(&gpx.2));
    let properties = &watch.2["series"][0]["properties"];
    assert_eq!(properties, &json!({"distance": 1112.0, "duration": 60, "activity": "cycling"}));
}

#[test]
fn recordings_in_one_file_are_trips_of_their_own() {
    let one = ride(&[(TEN, 45.0, 4.0), (TEN + 9, 45.1, 4.0)]);
    let other = ride(&[(TEN + 500, 45.0, 4.0), (TEN + 600, 45.1, 4.0)]);
    let both = read(&[one.as_slice(), &other].concat());
    assert_eq!(both.deposits.len(), 2);
    assert_eq!(read(&one).deposits.len(), 1);
}

#[test]
fn compressed_times_count_on_from_the_last_whole_one() {
    let mut messages = vec![0x40, 0, 0, 20, 0, 3, 253, 4, 0x86, 0, 4, 0x85, 1, 4, 0x85, 0];
    messages.extend(TEN.to_le_bytes());
    messages.extend([0; 8]);
    messages.extend([0x41, 0, 0, 20, 0, 2, 0, 4, 0x85, 1, 4, 0x85]);
    for seconds in [5, 31, 40] {
        messages.push(0xa0 | u8::try_from((TEN + seconds) & 0x1f).unwrap());
        messages.extend([0; 8]);
    }
    let trip = &read(&super::made::fit(&messages)).deposits[0].2;
    assert_eq!(trip["series"][0]["properties"]["duration"], 40);
}

#[test]
fn traces_are_recognised_by_their_beginning() {
    assert_eq!(Traces::recognise("x", &ride(&[])), 100);
    assert_eq!(Traces::recognise("x", b"<?xml version='1.0'?><gpx>"), 95);
    assert_eq!(Traces::recognise("x.json", br#"{"_type":"location","lat":1}"#), 80);
    assert_eq!(Traces::recognise("x.GPX", b"<html>"), 30);
    assert_eq!(Traces::recognise("x.json", b"{}"), 0);
}
