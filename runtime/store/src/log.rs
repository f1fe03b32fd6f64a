//! The audit log, read back: a chain in which each link is a keyed hash of the link before and the
//! entry.
//!
//! Nobody without the home's key can change, drop or insert an entry unseen. A file that was put
//! back whole to an earlier state has a good chain: who kept a [`LogState`] elsewhere compares it.

use data_encoding::HEXLOWER;

use crate::document::{LogEntry, LogState};
use crate::engine::Snapshot;
use crate::error::Fault;
use crate::keys;
use crate::query::scan::CHUNK;
use crate::record::{self, LogHead, LogRecord};
use crate::seal::HomeKeys;

/// Entries of one page, at most.
pub const LOG_PAGE_MAX: usize = 1_000;

/// The name of the end of the log among the facts of the file.
pub const HEAD: &str = "log";

/// The newest entries below the number `before`, newest first.
pub fn entries(
    snapshot: &dyn Snapshot,
    keys: &HomeKeys,
    before: Option<u64>,
    limit: usize,
) -> Result<Vec<LogEntry>, Fault> {
    let from = keys::log(0);
    let to = before.map_or_else(|| keys::end_of(&keys::logs()), keys::log);
    let pairs = snapshot.range(&from, &to, limit.min(LOG_PAGE_MAX), true)?;
    let entry = |(key, bytes): (Vec<u8>, Vec<u8>)| {
        let record: LogRecord = record::decode(keys, &key, &bytes)?;
        let number = keys::number_at_end(&key).unwrap_or_default();
        Ok(LogEntry { number, bytes: record.bytes })
    };
    pairs.into_iter().map(entry).collect()
}

/// The log after its first `count` entries, or as it is; nothing if it has fewer.
pub fn state(
    snapshot: &dyn Snapshot,
    keys: &HomeKeys,
    count: Option<u64>,
) -> Result<Option<LogState>, Fault> {
    let link = match count {
        None => {
            let head: LogHead =
                record::read(snapshot, keys, &keys::meta(HEAD))?.unwrap_or_default();
            return Ok(Some(LogState::of(head.next, &head.link)));
        }
        Some(0) => Some(LogHead::default().link),
        Some(count) => {
            let last: Option<LogRecord> = record::read(snapshot, keys, &keys::log(count - 1))?;
            last.map(|last| last.link)
        }
    };
    Ok(link.map(|link| LogState::of(count.unwrap_or_default(), &link)))
}

/// Follow the whole chain: the state it ends in, or the number of the first entry that doesn't fit.
pub fn verify(snapshot: &dyn Snapshot, keys: &HomeKeys) -> Result<Result<LogState, u64>, Fault> {
    let mut reached = LogHead::default();
    let to = keys::end_of(&keys::logs());
    loop {
        let pairs = snapshot.range(&keys::log(reached.next), &to, CHUNK, false)?;
        for (key, bytes) in &pairs {
            let number = reached.next;
            let record: Option<LogRecord> = record::decode(keys, key, bytes).ok();
            let fits = |record: &LogRecord| {
                keys::number_at_end(key) == Some(number)
                    && record.link == keys.link(&reached.link, number, &record.bytes)
            };
            match record.filter(fits) {
                Some(record) => reached = LogHead { next: number + 1, link: record.link },
                None => return Ok(Err(number)),
            }
        }
        if pairs.len() < CHUNK {
            break;
        }
    }
    let key = keys::meta(HEAD);
    let head = snapshot.get(&key)?.map(|bytes| record::decode(keys, &key, &bytes)).transpose();
    if head.ok().map(Option::unwrap_or_default).as_ref() != Some(&reached) {
        return Ok(Err(reached.next));
    }
    Ok(Ok(LogState::of(reached.next, &reached.link)))
}

impl LogState {
    fn of(entries: u64, link: &[u8]) -> LogState {
        LogState { entries, head: HEXLOWER.encode(link) }
    }
}
