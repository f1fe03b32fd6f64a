//! The peer. In: documents. Out: bodies. Never here: a setting that trades a promise of ours for
//! speed, or one that makes SQLite slower than its manual says it can be.

use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::{Connection, params};

use super::draw::{Draw, Made};
use super::{CACHE_BYTES, PAGE, Store, WRITERS};

const TABLES: &str = "
CREATE TABLE documents (id TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE INDEX by_account ON documents (body ->> '$.account', body ->> '$.date');";
const INSERT: &str = "INSERT INTO documents (id, body) VALUES (?1, ?2)";
const GET: &str = "SELECT body FROM documents WHERE id = ?1";
const PAGE_OF: &str = "SELECT body FROM documents WHERE body ->> '$.account' = ?1 \
                       ORDER BY body ->> '$.date' DESC LIMIT ?2";

/// Two connections: one writes, one reads.
pub struct Sqlite {
    writer: Connection,
    reader: Connection,
    ids: Vec<String>,
}

impl Sqlite {
    /// A new file.
    pub fn open(path: &Path) -> anyhow::Result<Sqlite> {
        let writer = connect(path)?;
        writer.execute_batch(TABLES)?;
        let reader = connect(path)?;
        Ok(Sqlite { writer, reader, ids: Vec::new() })
    }
}

fn connect(path: &Path) -> anyhow::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    // A negative size counts in KiB.
    connection.pragma_update(None, "cache_size", -((CACHE_BYTES >> 10) as i64))?;
    Ok(connection)
}

impl Store for Sqlite {
    fn insert(&mut self, batch: &[Made]) -> anyhow::Result<()> {
        let transaction = self.writer.transaction()?;
        {
            let mut insert = transaction.prepare_cached(INSERT)?;
            for made in batch {
                let id = id()?;
                insert.execute(params![id, made.body])?;
                self.ids.push(id);
            }
        }
        transaction.commit()?;
        Ok(())
    }

    fn get(&mut self, number: usize) -> anyhow::Result<String> {
        let mut get = self.reader.prepare_cached(GET)?;
        Ok(get.query_row([&self.ids[number]], |row| row.get(0))?)
    }

    fn page(&mut self, account: &str) -> anyhow::Result<Vec<String>> {
        let mut page = self.reader.prepare_cached(PAGE_OF)?;
        let rows = page.query_map(params![account, PAGE as i64], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn insert_at_once(&mut self, draw: &Draw, time: Duration) -> anyhow::Result<u64> {
        let end = Instant::now() + time;
        let connection = Mutex::new(&mut self.writer);
        let write = || -> anyhow::Result<u64> {
            let mut written = 0;
            while Instant::now() < end {
                let (id, made) = (id()?, draw.next());
                let connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
                connection.prepare_cached(INSERT)?.execute(params![id, made.body])?;
                written += 1;
            }
            Ok(written)
        };
        thread::scope(|scope| {
            let writers: Vec<_> = (0..WRITERS).map(|_| scope.spawn(write)).collect();
            let counts = writers.into_iter().map(|writer| writer.join());
            counts.map(|count| count.unwrap_or_else(|_| anyhow::bail!("a writer fell"))).sum()
        })
    }
}

/// 43 characters that nobody can guess, as ours has them.
fn id() -> anyhow::Result<String> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)?;
    Ok(data_encoding::BASE64URL_NOPAD.encode(&bytes))
}
