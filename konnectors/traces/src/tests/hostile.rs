use proptest::prelude::*;

use super::made::{fit, ride};
use super::read;
use crate::FILE_BYTES_MAX;
use crate::gpx::DEPTH_MAX;
use konnector_tracks::POSITIONS_MAX;

fn refused(file: &[u8]) -> String {
    let dropped = read(file);
    dropped.assert_sound("hostile");
    dropped.result.unwrap_err()
}

fn gpx(points: &str) -> String {
    format!("<gpx><trk><trkseg>{points}</trkseg></trk></gpx>")
}

#[test]
fn limits_hold() {
    let too_large = vec![b' '; FILE_BYTES_MAX as usize + 1];
    assert!(refused(&too_large).contains("the most that is read is 32 MiB"));
    assert!(refused(gpx(&"<a>".repeat(DEPTH_MAX)).as_bytes()).contains("more than 64 deep"));
    assert!(refused("<a>".repeat(1 << 20).as_bytes()).contains("more than 64 deep"));
    let points = "<trkpt/>".repeat(POSITIONS_MAX + 1);
    assert!(refused(gpx(&points).as_bytes()).contains("more than 1000000 positions"));
    let bomb = "<!DOCTYPE gpx [<!ENTITY a 'aaa'><!ENTITY b '&a;&a;'>]><gpx>&b;</gpx>";
    assert!(refused(bomb.as_bytes()).starts_with("line 1: the file carries its own grammar"));
    let name = format!("<gpx><trk><name>{}</name></trk></gpx>", "x".repeat(8 << 20));
    assert!(refused(name.as_bytes()).contains("no trip"));
    let nested = format!("{}\"_type\": \"location\"", "[{\"_type\":".repeat(100_000));
    assert!(refused(nested.as_bytes()).contains("not JSON"));
}

#[test]
fn a_long_ride_fits_into_a_document() {
    let fixes: Vec<_> = (0..100_000u32)
        .map(|n| (1_136_000_000 + n, f64::from(n).sin() * 80.0, f64::from(n).cos() * 170.0))
        .collect();
    let dropped = read(&ride(&fixes));
    dropped.assert_sound("a long ride");
    assert_eq!(dropped.deposits.len(), 1);
}

#[test]
fn a_damaged_recording_is_refused() {
    let whole = ride(&[(1_136_000_000, 45.0, 4.0), (1_136_000_009, 45.1, 4.0)]);
    for at in [14, 20, 40, whole.len() - 1] {
        let mut damaged = whole.clone();
        damaged[at] ^= 1;
        assert!(refused(&damaged).contains("recording 1"), "{at}");
        assert!(refused(&whole[..at]).contains("recording 1"), "{at}");
    }
    let undefined = fit(&[0, 1, 2, 3]);
    assert!(refused(&undefined).contains("recording 1"));
    let longer_than_the_file = fit(&[0x40, 0, 0, 20, 0, 255]);
    assert!(refused(&longer_than_the_file).contains("recording 1"));
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        read(&bytes).assert_sound("bytes");
        read(&fit(&bytes)).assert_sound("in a recording");
        read(&[b"<gpx>".as_slice(), &bytes].concat()).assert_sound("in a gpx");
        let json = [b"{\"_type\":\"location\"}\n".as_slice(), &bytes];
        read(&json.concat()).assert_sound("after a location");
    }

    #[test]
    fn any_elements_are_read_or_refused(pieces in prop::collection::vec(
        prop::sample::select(&[
            "<trk>", "</trk>", "<trkseg>", "</trkseg>", "<trkpt lat='1' lon='2'>", "<trkpt lat='91' lon='x'>",
            "</trkpt>", "<time>", "</time>", "2026-01-05T10:00:00Z", "9999-12-31T23:59:59", "<ele>", "</ele>",
            "1e308", "-1", "<name>", "</name>", "&amp;", "&#0;", "&x;", "<![CDATA[x]]>", "<rte/>", "<wpt/>", "\u{e9}",
        ]), 0..60)) {
        read(format!("<gpx>{}</gpx>", pieces.concat()).as_bytes()).assert_sound("pieces");
    }

    #[test]
    fn what_is_printed_is_read_back(
        steps in prop::collection::vec((-0.01..0.01, -0.01..0.01f64), 2..50),
    ) {
        let mut place = (45.0, 4.0);
        let mut points = String::new();
        for (n, (north, east)) in steps.iter().enumerate() {
            place = (place.0 + north, place.1 + east);
            let (latitude, longitude) = place;
            points += &format!("<trkpt lat='{latitude:.6}' lon='{longitude:.6}'>");
            points += &format!("<time>2026-01-05T10:00:{n:02}Z</time></trkpt>");
        }
        let dropped = read(gpx(&points).as_bytes());
        let body = &dropped.deposits[0].2;
        let way = &body["series"][0]["features"][2]["features"][0]["geometry"]["coordinates"];
        let printed: String = way.as_array().unwrap().iter().zip(0..).map(|(one, n)| {
            let (longitude, latitude) = (one[0].as_f64().unwrap(), one[1].as_f64().unwrap());
            let point = format!("<trkpt lat='{latitude:.6}' lon='{longitude:.6}'>");
            format!("{point}<time>2026-01-05T10:00:{n:02}Z</time></trkpt>")
        }).collect();
        prop_assert_eq!(printed, points);
    }
}
