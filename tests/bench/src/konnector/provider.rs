//! Who is asked: ten pages of ten bills, behind TLS on this machine. In: requests with the key.
//! Out: pages, and when each was asked for. Never here: an answer to anybody else.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use anyhow::anyhow;
use bytes::Bytes;
use domicile_providers::serve::{self, Authority};
use domicile_providers::{Answer, Provider};
use http::{Request, Response, StatusCode};
use serde_json::json;

/// What the account is opened with.
pub const KEY: &str = "a-key-0123456789";
/// Requests of a run.
pub const REQUESTS: usize = 10;
const HOST: &str = "provider.example";
const BILLS: usize = 10;

/// Where it is, for both sides.
#[derive(Clone)]
pub struct Served {
    pub address: SocketAddr,
    /// An operator's list of hosts.
    pub hosts: PathBuf,
    /// A certificate in PEM.
    pub authority: PathBuf,
}

/// Answers, and remembers when.
#[derive(Default)]
pub struct Pages {
    asked: Mutex<Vec<Instant>>,
}

impl Pages {
    /// When it was asked.
    pub fn asked(&self) -> Vec<Instant> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// As if nobody had asked.
    pub fn forget(&self) {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

impl Provider for Pages {
    fn host(&self) -> &'static str {
        HOST
    }

    fn answer(&self, request: &Request<Bytes>) -> Answer {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(Instant::now());
        let bearer = request.headers().get("authorization").and_then(|line| line.to_str().ok());
        let mut answer = Response::new(Bytes::new());
        if bearer != Some(&format!("Bearer {KEY}")) {
            *answer.status_mut() = StatusCode::UNAUTHORIZED;
            return answer;
        }
        let page = request.uri().query().and_then(|query| query.strip_prefix("page="));
        let page: usize = page.and_then(|page| page.parse().ok()).unwrap_or(1);
        let bill = |at: usize| {
            let (id, day) = (format!("B{page}-{at}"), format!("2026-11-{:02}", 1 + at));
            json!({ "id": id, "day": day, "amount": page as f64 + 0.5 })
        };
        let bills: Vec<_> = (0..BILLS).map(bill).collect();
        let next = (page < REQUESTS).then(|| (page + 1).to_string());
        *answer.body_mut() = json!({ "bills": bills, "next": next }).to_string().into();
        answer
    }
}

/// Serve, for as long as the runtime stands.
pub async fn start(pages: Arc<Pages>, folder: &Path) -> anyhow::Result<Served> {
    let authority = Authority::new()?;
    let address = serve::start(&authority, pages).await.map_err(|error| anyhow!("{error}"))?;
    let (hosts, pem) = (folder.join("hosts.toml"), folder.join("authority.pem"));
    std::fs::write(&hosts, serve::hosts(&authority, &[(HOST, address)])?)?;
    std::fs::write(&pem, &authority.pem)?;
    Ok(Served { address, hosts, authority: pem })
}
