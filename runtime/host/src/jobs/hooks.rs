//! Messages of providers: taken at the account's address, and runs for them.
//!
//! In flow what anybody sends; out flow messages that wait, and the bell. What is sent too often,
//! is too much or is not signed is left out, and its sender is told what everybody is told.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use domicile_store::WriteBatch;

use super::limits::MESSAGES_A_MINUTE_MAX;
use crate::flow::accounts::{self, Connected};
use crate::flow::audit::{self, Event};
use crate::flow::hooks::{self, Queue};
use crate::house::{Home, HomeError, House};
use crate::registry::{self, Installed};

/// How many messages came for each account in this minute.
#[derive(Default)]
pub struct Rate(Mutex<HashMap<String, (i64, u32)>>);

impl Rate {
    /// Whether one more may come.
    fn admits(&self, account: &str, second: i64) -> bool {
        let minute = second / 60;
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counted.retain(|_, (at, _)| *at == minute);
        let (_, count) = counted.entry(account.to_owned()).or_insert((minute, 0));
        *count += 1;
        *count <= MESSAGES_A_MINUTE_MAX
    }
}

/// Something was sent to an address. Answers whether there is such an address, and nothing else.
pub async fn deliver(
    house: &House,
    home: &Home,
    secret: &str,
    header: impl Fn(&str) -> Option<String>,
    body: &[u8],
) -> Result<bool, HomeError> {
    let Some(account) = hooks::whose(home, secret)? else { return Ok(false) };
    let Some(connected) = accounts::find(home, &account)? else { return Ok(false) };
    let now = house.clock().now();
    let Some(installed) = registry::find(home, &connected.component) else { return Ok(false) };
    let Some(webhook) = installed.trigger().webhook else { return Ok(true) };
    if !house.desk().messages().admits(&account, now.as_second()) {
        return Ok(true);
    }
    let signed = match &webhook.signature {
        None => true,
        Some(signature) => {
            let opened = accounts::open(home, &connected, &installed.manifest)?;
            let found = header(&signature.header);
            opened.is_some_and(|account| {
                hooks::is_signed(signature, &account, found.as_deref(), body, now)
            })
        }
    };
    let _book = house.desk().book().await;
    let records = match hooks::queue(home, &account)? {
        // Disconnected, or given another address, meanwhile.
        None => Vec::new(),
        Some(queue) if !signed => hooks::refusal(&account, queue)?,
        Some(_) => {
            let content_type = header("content-type").unwrap_or_default();
            hooks::arrival(home, &account, &content_type, body)?
        }
    };
    home.store().put_records(records).await?;
    house.bell().pull(home.name());
    Ok(true)
}

/// Make an address for an account, instead of the one that it had: its secret part, which is
/// nowhere else.
pub async fn make_address(
    house: &House,
    home: &Home,
    account: &Connected,
) -> Result<String, HomeError> {
    let now = house.clock().now();
    let _book = house.desk().book().await;
    let (secret, records) = hooks::renewal(home, now, &account.id)?;
    let line = audit::encode(now, account.component.as_str(), "", &Event::AddressMade);
    home.store().write(WriteBatch { records, log: vec![line], ..Default::default() }).await?;
    Ok(secret)
}

/// The address and the queue of an account whose component hears of messages.
pub fn queue(
    home: &Home,
    installed: &Installed,
    account: &str,
) -> Result<Option<Queue>, HomeError> {
    match installed.trigger().webhook {
        Some(_) => hooks::queue(home, account),
        None => Ok(None),
    }
}

/// Whether messages wait for a run of an account.
pub fn waits(home: &Home, installed: &Installed, account: &str) -> Result<bool, HomeError> {
    Ok(queue(home, installed, account)?.is_some_and(|queue| queue.waiting() > 0))
}
