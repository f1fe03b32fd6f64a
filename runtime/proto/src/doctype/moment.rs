//! Dates and times as RFC 3339 writes them.

/// `2026-11-23`.
pub(crate) fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = bytes else { return false };
    let (Some(year), Some(month), Some(day)) =
        (number(&[*y1, *y2, *y3, *y4]), number(&[*m1, *m2]), number(&[*d1, *d2]))
    else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        1..=12 => 31,
        _ => return false,
    };
    (1..=days).contains(&day)
}

/// `2026-11-23T09:30:00Z`, with a fraction or not, with an offset instead of `Z` or not.
pub(super) fn is_datetime(text: &str) -> bool {
    let Some((date, time)) = text.split_once('T') else { return false };
    let (clock, zone) = match time.find(['Z', '+', '-']) {
        Some(at) => time.split_at(at),
        None => return false,
    };
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    is_date(date)
        && is_clock(clock)
        && (1..=9).contains(&fraction.len())
        && fraction.bytes().all(|byte| byte.is_ascii_digit())
        && is_zone(zone)
}

fn is_clock(text: &str) -> bool {
    let [h1, h2, b':', m1, m2, b':', s1, s2] = text.as_bytes() else { return false };
    // 60 is a leap second.
    in_range(&[*h1, *h2], 23) && in_range(&[*m1, *m2], 59) && in_range(&[*s1, *s2], 60)
}

fn is_zone(text: &str) -> bool {
    match text.as_bytes() {
        [b'Z'] => true,
        [b'+' | b'-', h1, h2, b':', m1, m2] => {
            in_range(&[*h1, *h2], 23) && in_range(&[*m1, *m2], 59)
        }
        _ => false,
    }
}

fn in_range(digits: &[u8], max: u32) -> bool {
    number(digits).is_some_and(|number| number <= max)
}

fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |sum, digit| {
        digit.is_ascii_digit().then(|| sum * 10 + u32::from(digit - b'0'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        for good in ["2026-11-23", "2024-02-29", "2000-02-29", "0001-01-01", "9999-12-31"] {
            assert!(is_date(good), "{good}");
        }
        for bad in [
            "2026-02-29",
            "1900-02-29",
            "2026-13-01",
            "2026-00-10",
            "2026-04-31",
            "2026-1-1",
            "23/11/2026",
            "2026-11-23T00:00:00Z",
            "",
            "2026-11-0\u{663}",
        ] {
            assert!(!is_date(bad), "{bad}");
        }
    }

    #[test]
    fn datetimes() {
        for good in [
            "2026-11-23T09:30:00Z",
            "2026-11-23T09:30:00.123456Z",
            "2026-11-23T09:30:00+01:00",
            "2016-12-31T23:59:60Z",
        ] {
            assert!(is_datetime(good), "{good}");
        }
        for bad in [
            "2026-11-23",
            "2026-11-23T09:30:00",
            "2026-11-23 09:30:00Z",
            "2026-11-23T24:00:00Z",
            "2026-11-23T09:30Z",
            "2026-11-23T09:30:00.Z",
            "2026-11-23T09:30:00+0100",
            "2026-11-31T09:30:00Z",
            "2026-11-23T09:30:00ZZ",
        ] {
            assert!(!is_datetime(bad), "{bad}");
        }
    }
}
