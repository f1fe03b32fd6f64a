//! Fewer positions that draw the same way (Douglas-Peucker). In: any number. Out: at most
//! [`KEPT_MAX`], the first and the last among them, none of those left out further from the line
//! than twice the tolerance that this took. Never here: time that grows with the square of the
//! number.

use crate::track::Position;

/// Positions of one document: with their times and heights 7,500 values of the 10,000 that a body
/// may have, and some 90 KiB of its 256.
pub const KEPT_MAX: usize = 1_500;
/// How far a position may lie from the line, in metres, to begin with: what a receiver errs anyway.
const TOLERANCE: f64 = 2.0;
/// Positions that are compared with each other at a time.
const CHUNK: usize = 1_000;
/// Metres in a degree of latitude.
const DEGREE: f64 = 111_195.0;

/// Keeps all where they are few.
pub fn simplify(mut positions: Vec<Position>) -> Vec<Position> {
    let mut tolerance = TOLERANCE;
    while positions.len() > KEPT_MAX {
        positions = pass(&positions, tolerance);
        tolerance *= 4.0;
    }
    positions
}

fn pass(positions: &[Position], tolerance: f64) -> Vec<Position> {
    let mut kept = Vec::new();
    let mut from = 0;
    while from + 1 < positions.len() {
        let to = (from + CHUNK).min(positions.len() - 1);
        let chunk = positions.get(from..=to).unwrap_or_default();
        let marks = marked(chunk, tolerance);
        // The last of a chunk is the first of the next.
        let most = chunk.len() - 1;
        kept.extend(
            chunk.iter().zip(&marks).take(most).filter(|(_, mark)| **mark).map(|(one, _)| *one),
        );
        from = to;
    }
    kept.extend(positions.last());
    kept
}

/// Which positions of a chunk stay.
fn marked(chunk: &[Position], tolerance: f64) -> Vec<bool> {
    let mut marks = vec![false; chunk.len()];
    let last = chunk.len().saturating_sub(1);
    for end in [0, last] {
        if let Some(mark) = marks.get_mut(end) {
            *mark = true;
        }
    }
    let mut open = vec![(0, last)];
    while let Some((from, to)) = open.pop() {
        if let Some((at, far)) = furthest(chunk, from, to)
            && far > tolerance
        {
            if let Some(mark) = marks.get_mut(at) {
                *mark = true;
            }
            open.extend([(from, at), (at, to)]);
        }
    }
    marks
}

/// The position between two that is furthest from the line through them, and how far.
fn furthest(chunk: &[Position], from: usize, to: usize) -> Option<(usize, f64)> {
    let (start, end) = (chunk.get(from)?, chunk.get(to)?);
    let inner = chunk.iter().enumerate().take(to).skip(from + 1);
    let far = inner.map(|(at, position)| (at, off_line(position, start, end)));
    far.max_by(|one, other| one.1.total_cmp(&other.1))
}

/// On a plane that touches the Earth there: chunks of a way are short beside it.
fn off_line(position: &Position, start: &Position, end: &Position) -> f64 {
    let wide = DEGREE * start.latitude.to_radians().cos();
    let plane = |one: &Position| {
        // The short way round, also over the date line.
        let east = (one.longitude - start.longitude + 540.0).rem_euclid(360.0) - 180.0;
        (east * wide, (one.latitude - start.latitude) * DEGREE)
    };
    let ((x, y), (end_x, end_y)) = (plane(position), plane(end));
    let length = end_x.hypot(end_y);
    if length == 0.0 {
        return x.hypot(y);
    }
    let along = ((x * end_x + y * end_y) / (length * length)).clamp(0.0, 1.0);
    (x - along * end_x).hypot(y - along * end_y)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(latitude: f64, longitude: f64, second: i64) -> Position {
        Position::new(latitude, longitude, None, 1_700_000_000 + second).unwrap()
    }

    #[test]
    fn a_straight_way_is_its_ends_and_a_corner_stays() {
        let east = (0..2000).map(|n| at(45.0, f64::from(n) * 1e-4, n.into()));
        let north = (0..2000).map(|n| at(45.0 + f64::from(n) * 1e-4, 0.2, (2000 + n).into()));
        let kept = simplify(east.chain(north).collect());
        assert!(kept.len() < 12, "{}", kept.len());
        assert!(kept.iter().any(|one| one.latitude == 45.0 && one.longitude > 0.1998));
    }

    #[test]
    fn few_stay_as_they_are() {
        let way: Vec<Position> =
            (0..1500).map(|n| at(45.0, f64::from(n) * 1e-6, n.into())).collect();
        assert_eq!(simplify(way.clone()), way);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(30))]

        #[test]
        fn any_way_fits_and_keeps_its_ends(
            points in prop::collection::vec((-90.0..=90.0, -180.0..=180.0f64), 2..4000),
        ) {
            let placed = |((north, east), n): (&(f64, f64), _)| at(*north, *east, n);
            let way: Vec<Position> = points.iter().zip(0..).map(placed).collect();
            let kept = simplify(way.clone());
            prop_assert!(kept.len() <= KEPT_MAX);
            prop_assert_eq!((kept.first(), kept.last()), (way.first(), way.last()));
            prop_assert!(kept.is_sorted_by_key(|one| one.at));
        }
    }

    #[test]
    fn a_long_way_takes_little_time() {
        let spiral = (0..200_000).map(|n| {
            let angle = f64::from(n) * 0.01;
            at(angle.sin() * 80.0, angle.cos() * 170.0, n.into())
        });
        assert!(simplify(spiral.collect()).len() <= KEPT_MAX);
    }
}
