//! Slots: the moments at which a schedule is due.
//!
//! In flow a schedule, a time zone and a number that is drawn for one component of one home; out
//! flows a moment. It is a function of these alone: what lies in a home must never move it.

use domicile_proto::manifest::{Cron, Schedule};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::limits::NIGHT;

/// Days after which each of the schedules has come round.
const DAYS_MAX: i64 = 32;
/// The same for times of a component's own choice: a 29 February may be eight years away.
const CRON_DAYS_MAX: i64 = 8 * 366 + 1;
/// Days of a month that every month has.
const MONTH_DAYS: u64 = 28;

/// The slots of one schedule in one home.
pub struct Slots {
    /// How often.
    pub schedule: Schedule,
    /// Where the owner lives.
    pub zone: TimeZone,
    /// Where in the hour, the night, the week or the month.
    pub spread: u64,
}

impl Slots {
    /// The first slot after a moment.
    pub fn after(&self, moment: Timestamp) -> Timestamp {
        match self.schedule {
            Schedule::Hourly | Schedule::Every(_) => self.by_period(moment),
            Schedule::Daily | Schedule::Weekly | Schedule::Monthly => self.by_night(moment),
            Schedule::At(times) => self.by_cron(moment, times),
        }
    }

    /// At its minutes, each component of each home at a second of its own.
    fn by_cron(&self, moment: Timestamp, times: Cron) -> Timestamp {
        let today = self.zone.to_datetime(moment).date();
        let days = (0..=CRON_DAYS_MAX).filter_map(|days| today.checked_add(days.days()).ok());
        let falls_on = |day: &Date| {
            let weekday = day.weekday().to_sunday_zero_offset();
            let numbers = [day.month(), day.day(), weekday].map(|number| number.unsigned_abs());
            let [month, day, weekday] = numbers.map(u32::from);
            times.falls_on(month, day, weekday)
        };
        let on = |day: Date| {
            let slots = times.times().filter_map(|(hour, minute)| {
                let second = self.spread % 60;
                let into = u64::from(hour * 60 + minute) * 60 + second;
                self.at(day, i64::try_from(into).ok()?)
            });
            // A change of the clocks may put one after another.
            slots.filter(|slot| *slot > moment).min()
        };
        days.filter(falls_on).find_map(on).unwrap_or(Timestamp::MAX)
    }

    fn by_period(&self, moment: Timestamp) -> Timestamp {
        let period = i64::from(self.schedule.minutes()) * 60;
        let phase = i64::try_from(self.spread % period.unsigned_abs().max(1)).unwrap_or(0);
        let since = (moment.as_second() - phase).rem_euclid(period);
        Timestamp::from_second(moment.as_second() - since + period).unwrap_or(Timestamp::MAX)
    }

    fn by_night(&self, moment: Timestamp) -> Timestamp {
        let today = self.zone.to_datetime(moment).date();
        let days = (0..=DAYS_MAX).filter_map(|days| today.checked_add(days.days()).ok());
        let slots = days.filter(|day| self.falls_on(*day)).filter_map(|day| self.on(day));
        slots.into_iter().find(|slot| *slot > moment).unwrap_or(Timestamp::MAX)
    }

    fn falls_on(&self, day: Date) -> bool {
        let draw = self.spread / seconds(NIGHT);
        match self.schedule {
            Schedule::Weekly => {
                u64::try_from(day.weekday().to_monday_zero_offset()) == Ok(draw % 7)
            }
            Schedule::Monthly => u64::try_from(day.day() - 1) == Ok(draw % MONTH_DAYS),
            _ => true,
        }
    }

    /// The slot of a night.
    fn on(&self, day: Date) -> Option<Timestamp> {
        self.at(day, i64::try_from(self.spread % seconds(NIGHT)).ok()?)
    }

    /// So many seconds into a day. An hour that a change of the clocks leaves out is the one after
    /// it.
    fn at(&self, day: Date, into: i64) -> Option<Timestamp> {
        let at = day.to_datetime(jiff::civil::Time::midnight());
        let at = at.checked_add(SignedDuration::from_secs(into)).ok()?;
        self.zone.to_timestamp(at).ok()
    }
}

fn seconds(span: SignedDuration) -> u64 {
    span.as_secs().unsigned_abs().max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slots(schedule: Schedule, spread: u64) -> Slots {
        Slots { schedule, spread, zone: TimeZone::get("Europe/Paris").unwrap() }
    }

    fn follow(slots: &Slots, from: &str, count: usize) -> Vec<String> {
        let mut at: Timestamp = from.parse().unwrap();
        let mut next = || {
            at = slots.after(at);
            at.to_zoned_datetime(slots.zone.clone()).strftime("%a %d %H:%M").to_string()
        };
        (0..count).map(|_| next()).collect()
    }

    #[test]
    fn periods_have_a_phase_of_their_own() {
        let every = slots(Schedule::Every(30), 7 * 60);
        let found = follow(&every, "2026-11-23T11:37:00Z", 3);
        assert_eq!(found, ["Mon 23 13:07", "Mon 23 13:37", "Mon 23 14:07"]);
        let hourly = slots(Schedule::Hourly, 59 * 60 + 3600);
        assert_eq!(follow(&hourly, "2026-11-23T11:58:59Z", 1), ["Mon 23 12:59"]);
    }

    #[test]
    fn nights_are_those_of_the_owner() {
        let daily = slots(Schedule::Daily, 3 * 3600 + 60);
        let found = follow(&daily, "2026-11-23T02:00:59Z", 2);
        assert_eq!(found, ["Mon 23 03:01", "Tue 24 03:01"]);
        let weekly = slots(Schedule::Weekly, 5 * 3600 * 2);
        let found = follow(&weekly, "2026-11-23T12:00:00Z", 2);
        assert_eq!(found, ["Wed 25 00:00", "Wed 02 00:00"]);
        let monthly = slots(Schedule::Monthly, 5 * 3600 * 27);
        let found = follow(&monthly, "2026-01-30T12:00:00Z", 2);
        assert_eq!(found, ["Sat 28 00:00", "Sat 28 00:00"]);
    }

    fn at(text: &str) -> Slots {
        let manifest = format!(
            "[component]\nid = \"x\"\nkind = \"service\"\nversion = \"0.1.0\"\npublisher = \"X\"\n\
             name = {{ en = \"x\", fr = \"x\" }}\ndescription = {{ en = \"x\", fr = \"x\" }}\n\
             [trigger]\nschedule = \"{text}\"\n"
        );
        let manifest = domicile_proto::manifest::Manifest::parse(&manifest).unwrap();
        slots(manifest.trigger.unwrap().schedule.unwrap(), 7)
    }

    #[test]
    fn times_of_a_components_own_are_the_owners() {
        let found = follow(&at("30 6,18 * * mon-fri"), "2026-11-20T12:00:00Z", 3);
        assert_eq!(found, ["Fri 20 18:30", "Mon 23 06:30", "Mon 23 18:30"]);
        let first = at("0 0 1 * *").after("2026-11-20T12:00:00Z".parse().unwrap());
        assert_eq!(first.to_string(), "2026-11-30T23:00:07Z", "a second of its own");
        let leap = at("0 12 29 2 *").after("2096-03-01T00:00:00Z".parse().unwrap());
        assert_eq!(leap.to_string(), "2104-02-29T11:00:07Z");
        // In spring there is no 02:30, in autumn there are two.
        let spring = follow(&at("30 2,3 * * *"), "2026-03-28T12:00:00Z", 3);
        assert_eq!(spring, ["Sun 29 03:30", "Mon 30 02:30", "Mon 30 03:30"]);
        let autumn = follow(&at("30 2 * * *"), "2026-10-24T12:00:00Z", 2);
        assert_eq!(autumn, ["Sun 25 02:30", "Mon 26 02:30"]);
    }

    #[test]
    fn no_night_is_left_out_or_doubled_by_a_change_of_the_clocks() {
        let daily = slots(Schedule::Daily, 2 * 3600 + 1800);
        let spring = follow(&daily, "2026-03-28T12:00:00Z", 2);
        assert_eq!(spring, ["Sun 29 03:30", "Mon 30 02:30"]);
        let autumn = follow(&daily, "2026-10-24T12:00:00Z", 2);
        assert_eq!(autumn, ["Sun 25 02:30", "Mon 26 02:30"]);
    }

    #[test]
    fn draws_lie_within_the_night() {
        for spread in (0..u64::MAX).step_by(usize::MAX / 97) {
            let slot =
                slots(Schedule::Daily, spread).after("2026-11-23T12:00:00Z".parse().unwrap());
            let hour = slot.to_zoned_datetime(TimeZone::get("Europe/Paris").unwrap()).hour();
            assert!((0..5).contains(&hour), "{spread}: {hour}");
        }
    }
}
