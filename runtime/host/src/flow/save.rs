//! Files that a run deposits: blindly, under a path and a key of the provider's.
//!
//! In flow a guest's names and bytes; out flow a file and the folders of its path, at the run's
//! label and `files@provider` (R7). Of an importer they wait for the end of the run, of a konnector
//! each is stored by itself. Whether anything was there before must not show in an answer.

use std::collections::HashSet;

use domicile_store::Content;
use domicile_store::files::{self, name};

use super::files::{FileWriter, Target, check_mime, files_doctype};
use super::session::{Refused, Session, at_most, refused_write};

/// Files that one run saves.
pub const SAVES_MAX: usize = 1_000;
/// Bytes of all files that one run saves.
pub const SAVE_BYTES_MAX: u64 = 1 << 30;

/// What one run saved.
#[derive(Default)]
pub struct Saved {
    /// Contents of files whose documents wait to be stored.
    pub(super) waiting: Vec<Content>,
    files: usize,
    bytes: u64,
    /// The ids of the folders that they are in.
    folders: HashSet<String>,
}

impl Saved {
    pub(super) fn count_bytes(&mut self, bytes: usize) -> Result<(), Refused> {
        let all = self.bytes.saturating_add(bytes as u64);
        if all > SAVE_BYTES_MAX {
            let text = format!("one run saves at most {SAVE_BYTES_MAX} bytes");
            return Err(Refused::Invalid(text));
        }
        self.bytes = all;
        Ok(())
    }
}

/// Where a file goes, once all of it came.
#[derive(Clone)]
pub(super) struct Save {
    path: Vec<String>,
    key: String,
    mime: String,
}

impl Session {
    /// Begin to write a file that is deposited (R7).
    pub fn save_file(&mut self, path: &str, key: &str, mime: &str) -> Result<FileWriter, Refused> {
        self.count_call()?;
        let save = self.check_save(path, key, mime)?;
        self.save_writer(save)
    }

    /// The arguments of a save, checked, and the policy asked: nothing has a place yet.
    pub(super) fn check_save(
        &mut self,
        path: &str,
        key: &str,
        mime: &str,
    ) -> Result<Save, Refused> {
        let names = name::path(path).map_err(|error| Refused::Invalid(error.to_string()))?;
        check_mime(mime)?;
        self.home.store().check_deposit_key(key).map_err(refused_write)?;
        at_most("files that one run saves", self.files.saved.files + 1, SAVES_MAX)?;
        self.run.deposit(&files_doctype()?).map_err(|denial| self.deny(denial))?;
        self.files.saved.files += 1;
        let path = names.into_iter().map(str::to_owned).collect();
        Ok(Save { path, key: key.to_owned(), mime: mime.to_owned() })
    }

    pub(super) fn save_writer(&mut self, save: Save) -> Result<FileWriter, Refused> {
        let doctype = files_doctype()?;
        let stamp = self.run.deposit(&doctype).map_err(|denial| self.deny(denial))?;
        self.writer(&doctype, &stamp.label, Target::Save(save))
    }

    /// Deposit a file and its folders.
    pub(super) async fn save(&mut self, save: Save, content: Content) -> Result<(), Refused> {
        let Save { path, key, mime } = save;
        let doctype = files_doctype()?;
        let stamp = self.run.deposit(&doctype).map_err(|denial| self.deny(denial))?;
        let Some((name, folders)) = path.split_last() else { return Err(Refused::Absent) };
        let (mut parent, mut whole) = (files::ROOT.to_owned(), String::new());
        for folder in folders {
            whole = format!("{whole}/{folder}");
            let key = format!("folder {}", blake3::hash(whole.as_bytes()).to_hex());
            let id = self.home.store().id_for(&doctype, &stamp.label, &key).to_string();
            if self.files.saved.folders.insert(id.clone()) {
                let body = files::deposited_folder(folder, &parent);
                self.deposit_one(&doctype, &stamp, key, body)?;
            }
            parent = id;
        }
        let body = files::deposited_file(name, &parent, &mime, &content);
        let key = format!("file {}", blake3::hash(key.as_bytes()).to_hex());
        let item = (key, body);
        self.leak_keys(&doctype, std::slice::from_ref(&item))?;
        self.deposit_one(&doctype, &stamp, item.0, item.1)?;
        self.tally.wrote(&doctype, 1);
        self.files.saved.waiting.push(content);
        self.settle(&doctype, 1).await;
        Ok(())
    }
}
