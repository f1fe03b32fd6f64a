//! An importer that saves the dropped file under the path that its first line says, with the second
//! line as its key.

use domicile_sdk::files;
use domicile_sdk::importer::{Deposits, Importer, Input, Progress, Report};

domicile_sdk::importer! { manifest: "examples/importer_files.toml", importer: Saver }

struct Saver;

impl Importer for Saver {
    fn recognise(name: &str, _head: &[u8]) -> u8 {
        if name.ends_with(".bill") { 100 } else { 0 }
    }

    fn run(input: &Input, _: &mut Deposits, _: &Progress) -> Result<Report, String> {
        let bytes = input.bytes();
        let text = String::from_utf8_lossy(&bytes);
        let mut lines = text.lines();
        let (path, key) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
        files::save(path, key, "text/plain", &bytes).map_err(|error| error.to_string())?;
        Ok(Report { summary: "saved".to_owned(), warnings: Vec::new() })
    }
}
