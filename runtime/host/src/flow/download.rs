//! Files that come home from a provider past the component.
//!
//! In flow a component's request and where its answer shall lie; the policy decides twice, as of a
//! request (R8, R9) and as of a deposit (R7); the door gives pieces and the store takes them. Out
//! flow the answer's head and a size. Of a file that was cut short, too long or has a secret in it,
//! nothing must stay.

use std::sync::Arc;

use super::files::FileWriter;
use super::net::{Ask, Barred, ended};
use super::save::Save;
use super::session::{Refused, Session};
use crate::egress::limits::PAUSE_MAX;
use crate::egress::{Download, Failure};

/// What a download brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Downloaded {
    /// `200` if there is a file now.
    pub status: u16,
    /// As of any answer.
    pub headers: Vec<(String, String)>,
    /// Of the file, in bytes.
    pub size: u64,
}

impl Session {
    /// Make one request, and save what it brings.
    pub async fn download(
        &mut self,
        ask: Ask,
        path: &str,
        key: &str,
        mime: &str,
    ) -> Result<Downloaded, Barred> {
        let save = self.check_save(path, key, mime)?;
        let may = self.line.as_ref().is_some_and(|line| line.downloads());
        if !may || !self.files.saved.count_file() {
            return Err(Barred::Spent);
        }
        let (order, wait) = self.order(ask)?;
        if !order.route.keeps.is_empty() {
            let text = "a route whose answers hold a session brings no file";
            return Err(Barred::Invalid(text.to_owned()));
        }
        let file = self.save_writer(save.clone())?;
        if wait > PAUSE_MAX {
            self.tally.asked(ended(&order, false, Err(Failure::Pause), 0));
            return Err(Barred::Unreachable);
        }
        // As long as the origin asked to be left alone.
        tokio::time::sleep(wait).await;
        let door = self.line.as_ref().map(|line| Arc::clone(&line.door));
        let (begun, credential) = door.ok_or(Barred::Refused)?.download(&order).await;
        let (taken, received) = match begun {
            Ok(mut download) => {
                self.leave_alone(&order.origin, download.pause());
                (self.take(&mut download, file, save).await, download.received())
            }
            Err(failure) => (Err(failure), 0),
        };
        let end = taken.as_ref().map(|taken| taken.status).map_err(|failure| *failure);
        self.tally.asked(ended(&order, credential, end, received));
        if let Some(line) = self.line.as_mut() {
            line.downloaded(received);
        }
        taken.map_err(Barred::from)
    }

    /// All of a file, from the door into the store.
    async fn take(
        &mut self,
        download: &mut Download,
        mut file: FileWriter,
        save: Save,
    ) -> Result<Downloaded, Failure> {
        let (status, headers) = (download.status, std::mem::take(&mut download.headers));
        let mut size = 0;
        if download.is_file() {
            while let Some(piece) = download.next().await? {
                self.append(&mut file, piece).await.map_err(unkept)?;
            }
            let content = self.close(&mut file).await.map_err(unkept)?;
            size = content.size();
            self.save(save, content).await.map_err(unkept)?;
        }
        Ok(Downloaded { status, headers, size })
    }
}

/// Longer than a file of this home may be. Whatever else the store says ends the run.
fn unkept(_: Refused) -> Failure {
    Failure::TooLarge
}

impl From<Refused> for Barred {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Invalid(text) => Barred::Invalid(text),
            _ => Barred::Refused,
        }
    }
}
