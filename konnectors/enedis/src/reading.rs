//! Readings as Enedis gives them, and the documents that they become. In: JSON of one answer. Out:
//! kilowatt-hours, each with the time at which it began. Never here: a value that is no number, or
//! a moment that no clock shows.

use domicile_sdk::Date;
use domicile_sdk::docs::Document;
use konnector_shared::load::Load;
use serde::{Deserialize, Serialize};

/// Of a whole day.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
pub struct OfDay(pub Load);

impl Document for OfDay {
    const DOCTYPE: &'static str = "com.grandlyon.enedis.day";
}

/// Of a part of an hour.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
pub struct OfMinute(pub Load);

impl Document for OfMinute {
    const DOCTYPE: &'static str = "com.grandlyon.enedis.minute";
}

/// An answer.
#[derive(Deserialize)]
pub struct Answered {
    pub meter_reading: MeterReading,
}

#[derive(Deserialize)]
pub struct MeterReading {
    #[serde(default)]
    pub interval_reading: Vec<Interval>,
}

/// One value.
#[derive(Deserialize)]
pub struct Interval {
    value: Value,
    date: String,
    #[serde(default)]
    interval_length: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Value {
    Number(f64),
    Text(String),
}

/// One value with its place.
#[derive(Debug, PartialEq)]
pub struct Reading {
    /// The day on which it began.
    pub day: Date,
    /// Minutes after midnight.
    pub minute: u32,
    /// How long it lasted, in minutes.
    pub lasted: u32,
    pub kwh: f64,
}

impl Interval {
    fn number(&self) -> Option<f64> {
        let number = match &self.value {
            Value::Number(number) => *number,
            Value::Text(text) => text.trim().parse().ok()?,
        };
        (number.is_finite() && number >= 0.0).then_some(number)
    }

    /// Of a day: watt-hours.
    pub fn of_day(&self) -> Option<Reading> {
        let (day, kwh) = (Date::parse(&self.date)?, self.number()? / 1_000.0);
        Some(Reading { day, minute: 0, lasted: 24 * 60, kwh })
    }

    /// Of a curve: watts on average over the time that ends at its moment.
    pub fn of_curve(&self) -> Option<Reading> {
        let time = self.date.get(11..16)?;
        let (hour, minute) = time.split_once(':')?;
        let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
        let lasted = minutes(self.interval_length.as_deref().unwrap_or("PT30M"))?;
        let end = hour * 60 + minute;
        if !(0..24).contains(&hour) || !(0..60).contains(&minute) {
            return None;
        }
        let ended = Date::parse(&self.date)?;
        let (day, began) = match end.checked_sub(lasted) {
            Some(began) => (ended, began),
            None => (ended.plus(-1), end + 24 * 60 - lasted),
        };
        let kwh = self.number()? * f64::from(lasted) / 60.0 / 1_000.0;
        Some(Reading { day, minute: began, lasted, kwh })
    }
}

/// `PT30M`, `PT1H`.
fn minutes(text: &str) -> Option<u32> {
    let text = text.strip_prefix("PT")?;
    let minutes = match text.strip_suffix('H') {
        Some(hours) => hours.parse::<u32>().ok()?.checked_mul(60)?,
        None => text.strip_suffix('M')?.parse().ok()?,
    };
    (1..=60).contains(&minutes).then_some(minutes)
}

impl Reading {
    pub fn load(&self, meter: &str) -> Load {
        Load::new(meter, self.day, self.minute, self.kwh)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interval(json: &str) -> Interval {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn watts_over_a_time_are_kilowatt_hours_from_its_beginning() {
        let half = interval(
            r#"{"value": "540", "date": "2026-11-03 00:30:00", "interval_length": "PT30M"}"#,
        );
        let load = half.of_curve().unwrap().load("1");
        assert_eq!((load.day, load.hour, load.minute, load.load), (3, 0, 0, 0.27));
        let hour = interval(
            r#"{"value": 1000, "date": "2026-11-01 00:00:00", "interval_length": "PT60M"}"#,
        );
        let load = hour.of_curve().unwrap().load("1");
        assert_eq!((load.month, load.day, load.hour, load.load), (10, 31, 23, 1.0));
        let day = interval(r#"{"value": "12345", "date": "2026-11-03"}"#);
        assert_eq!(day.of_day().unwrap().load("1").load, 12.345);
    }

    #[test]
    fn what_is_no_reading_is_none() {
        for json in [
            r#"{"value": "NaN", "date": "2026-11-03 00:30:00"}"#,
            r#"{"value": "-3", "date": "2026-11-03 00:30:00"}"#,
            r#"{"value": "", "date": "2026-11-03 00:30:00"}"#,
            r#"{"value": 1, "date": "2026-11-03 25:30:00"}"#,
            r#"{"value": 1, "date": "2026-11-03"}"#,
            r#"{"value": 1, "date": "2026-11-03 00:30:00", "interval_length": "PT0M"}"#,
            r#"{"value": 1, "date": "2026-11-03 00:30:00", "interval_length": "P1D"}"#,
        ] {
            assert_eq!(interval(json).of_curve(), None, "{json}");
        }
    }
}
