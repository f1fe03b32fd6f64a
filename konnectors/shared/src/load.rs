//! What a meter measured. In: a meter, a moment and an amount. Out: the part that the documents of
//! every meter share. Never here: a kind of meter.

use domicile_sdk::Date;
use serde::{Deserialize, Serialize};

/// What was used from a moment on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Load {
    /// In kWh.
    pub load: f64,
    pub year: u16,
    pub month: u8,
    pub day: u8,
    pub hour: u32,
    pub minute: u32,
    /// Its number.
    pub meter: String,
}

impl Load {
    /// From so many minutes after the midnight of a day on.
    pub fn new(meter: &str, day: Date, minute: u32, kwh: f64) -> Load {
        let Date { month, day } = day;
        let (hour, minute) = (minute / 60, minute % 60);
        // A watt-hour is what a meter tells apart at best.
        let load = (kwh * 1_000_000.0).round() / 1_000_000.0;
        let (year, month, meter) = (month.year, month.month, meter.to_owned());
        Load { load, year, month, day, hour, minute, meter }
    }
}
