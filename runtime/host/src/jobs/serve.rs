//! The timetable of a running house: which home is looked at when.
//!
//! In flow the bell and the time; out flow looks at homes. A closed home is opened when something
//! in it is due and closed again; none is opened to see whether something is.

use std::collections::{BTreeMap, BTreeSet};

use domicile_policy::HomeName;
use jiff::{SignedDuration, Timestamp};

use super::limits::CLOCK_CHECK;
use super::look;
use crate::house::House;

/// When each home is due.
#[derive(Default)]
struct Timetable {
    by_time: BTreeSet<(Timestamp, HomeName)>,
    by_home: BTreeMap<HomeName, Timestamp>,
}

impl Timetable {
    fn set(&mut self, home: HomeName, due: Option<Timestamp>) {
        if let Some(before) = self.by_home.remove(&home) {
            self.by_time.remove(&(before, home.clone()));
        }
        if let Some(due) = due {
            self.by_home.insert(home.clone(), due);
            self.by_time.insert((due, home));
        }
    }

    fn first(&self) -> Option<Timestamp> {
        self.by_time.first().map(|(due, _)| *due)
    }

    /// The next home that is due by now.
    fn take(&mut self, now: Timestamp) -> Option<HomeName> {
        let (_, home) = self.by_time.first().filter(|(due, _)| *due <= now)?.clone();
        self.set(home.clone(), None);
        Some(home)
    }
}

/// Start jobs as they become due, for as long as the house stands. Each home is looked at once in
/// the beginning: what was missed, or was written just before a crash, is due then.
pub async fn serve(house: &House) {
    let now = house.clock().now();
    let mut timetable = Timetable::default();
    match house.home_names() {
        Ok(names) => names.into_iter().for_each(|name| timetable.set(name, Some(now))),
        Err(error) => tracing::error!(%error, "no job starts before its home is used"),
    }
    loop {
        while let Some(name) = timetable.take(house.clock().now()) {
            let next = visit(house, &name).await;
            timetable.set(name, next);
        }
        let now = house.clock().now();
        let wait = timetable.first().map_or(CLOCK_CHECK, |due| due.duration_since(now));
        let wait = wait.clamp(SignedDuration::ZERO, CLOCK_CHECK).unsigned_abs();
        tokio::select! {
            rung = house.bell().heard() => {
                let now = house.clock().now();
                rung.into_iter().for_each(|name| timetable.set(name, Some(now)));
            }
            () = tokio::time::sleep(wait) => {}
        }
    }
}

/// Look at one home. Answers when it is due again.
async fn visit(house: &House, name: &HomeName) -> Option<Timestamp> {
    // While all places are taken no further home is opened.
    drop(house.desk().place().await);
    let was_open = house.is_open(name);
    let looked = match house.home(name) {
        Ok(home) => look(house, &home).await.map_err(Into::into),
        Err(error) => Err(error),
    };
    if !was_open {
        house.close(name);
    }
    match looked {
        Ok((_, next)) => next,
        Err(crate::house::HouseError::Unknown(_)) => None,
        Err(error) => {
            tracing::error!(%error, home = %name, "its jobs could not be looked at");
            house.clock().now().saturating_add(CLOCK_CHECK).ok()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_that_is_due_comes_first_and_each_home_once() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let [one, two]: [HomeName; 2] = ["one", "two"].map(|name| name.parse().unwrap());
        let mut timetable = Timetable::default();
        timetable.set(one.clone(), Some(at(20)));
        timetable.set(two.clone(), Some(at(10)));
        timetable.set(one.clone(), Some(at(30)));
        assert_eq!((timetable.take(at(9)), timetable.first()), (None, Some(at(10))));
        assert_eq!(timetable.take(at(40)), Some(two));
        assert_eq!(timetable.take(at(40)), Some(one.clone()));
        assert_eq!(timetable.take(at(40)), None);
        timetable.set(one.clone(), Some(at(50)));
        timetable.set(one, None);
        assert_eq!(timetable.first(), None);
    }
}
